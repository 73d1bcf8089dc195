// Milliseconds until the rows follow; of several changes the last one is drawn.
const LATER = 50;
const COLUMNS = [["number","Incident"],["opened","Opened"],["priority","Priority"],["ci","CI"],["customers","Customers"],
  ["outcomes","Now → proposed"],["by_hand","By hand"],["why","Why"]];
function render({ model, el }) {
  el.classList.add("cs-table");
  const table = document.createElement("table");
  table.tabIndex = 0;
  table.setAttribute("role", "grid");
  table.setAttribute("aria-label", "Incidents that change");
  const foot = document.createElement("div");
  foot.className = "cs-foot";
  el.append(table, foot);
  function cell(row, name) {
    const td = document.createElement("td");
    const value = row[name];
    if (Array.isArray(value)) {
      if (value[0] === value[1]) td.textContent = value[0];
      else { td.append(value[0] + " → "); const b = document.createElement("b"); b.textContent = value[1]; td.append(b); }
    } else td.textContent = value;
    td.title = td.textContent;
    if (name === "customers" || name === "by_hand") td.className = "n";
    if (name === "number" || name === "ci") td.classList.add("m");
    return td;
  }
  function draw() {
    const rows = model.get("rows"), chosen = model.get("chosen");
    table.replaceChildren();
    const head = table.createTHead().insertRow();
    for (const [name, words] of COLUMNS) {
      const th = document.createElement("th"); th.textContent = words;
      if (name === "customers" || name === "by_hand") th.className = "n";
      head.append(th);
    }
    const body = table.createTBody();
    for (const row of rows) {
      const tr = body.insertRow();
      tr.setAttribute("aria-selected", String(row.number === chosen));
      tr.dataset.number = row.number;
      for (const [name] of COLUMNS) tr.append(cell(row, name));
      tr.addEventListener("click", () => choose(row.number));
    }
    foot.textContent = model.get("foot");
    el.classList.toggle("cs-stale", model.get("stale"));
    el.setAttribute("aria-busy", String(model.get("stale")));
  }
  function choose(number) { model.set("chosen", number); model.save_changes(); }
  table.addEventListener("keydown", (event) => {
    const rows = model.get("rows");
    if (!rows.length) return;
    const at = rows.findIndex((row) => row.number === model.get("chosen"));
    let next = at;
    if (event.key === "ArrowDown") next = Math.min(at + 1, rows.length - 1);
    else if (event.key === "ArrowUp") next = Math.max(at - 1, 0);
    else if (event.key === "Home" && event.ctrlKey) next = 0;
    else if (event.key === "End" && event.ctrlKey) next = rows.length - 1;
    else return;
    event.preventDefault(); event.stopPropagation();
    choose(rows[next].number);
    table.querySelectorAll("tbody tr")[next]?.scrollIntoView({ block: "nearest" });
  });
  // Hundreds of cells take a browser longer than sentence, tiles and charts together: these come first.
  let asked = 0;
  const soon = () => { asked ||= setTimeout(() => { asked = 0; draw(); }, LATER); };
  model.on("change:rows change:chosen change:foot change:stale", soon);
  draw();
  return () => clearTimeout(asked);
}
export default { render };
