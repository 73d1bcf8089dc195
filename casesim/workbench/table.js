// Milliseconds until the rows follow; of several changes the last one is drawn.
const LATER = 50;
async function render({ model: script, el, host }) {
  const model = await host.getModel(script.get("of"));
  el.classList.add("cs-table");
  const table = document.createElement("table");
  table.tabIndex = 0;
  table.setAttribute("role", "grid");
  table.setAttribute("aria-label", "Incidents that change");
  const foot = document.createElement("div");
  foot.className = "cs-foot";
  el.append(table, foot);
  const idOf = (row) => row[model.get("columns").length] ?? row[0];
  function cell(value, name, kind) {
    const td = document.createElement("td");
    if (Array.isArray(value)) {
      if (value[0] === value[1]) td.textContent = value[0];
      else { td.append(value[0] + " → "); const b = document.createElement("b"); b.textContent = value[1]; td.append(b); }
    } else td.textContent = value;
    td.title = td.textContent;
    td.className = `${kind} c-${name}`;
    return td;
  }
  function draw() {
    const rows = model.get("rows"), columns = model.get("columns"), chosen = model.get("chosen");
    table.replaceChildren();
    const head = table.createTHead().insertRow();
    for (const [name, words, kind] of columns) {
      const th = document.createElement("th"); th.textContent = words;
      th.className = `${kind} c-${name}`;
      head.append(th);
    }
    const body = table.createTBody();
    for (const row of rows) {
      const id = idOf(row);
      const tr = body.insertRow();
      tr.setAttribute("aria-selected", String(id === chosen));
      tr.dataset.number = id;
      columns.forEach(([name, , kind], at) => tr.append(cell(row[at], name, kind)));
      tr.addEventListener("click", () => { choose(id); open(id); });
    }
    foot.textContent = model.get("foot");
    el.classList.toggle("cs-stale", model.get("stale"));
    el.setAttribute("aria-busy", String(model.get("stale")));
  }
  function choose(id) { model.set("chosen", id); model.save_changes(); }
  function open(id) { if (model.get("opens")) model.send({ opened: id }); }
  table.addEventListener("keydown", (event) => {
    const rows = model.get("rows");
    if (!rows.length) return;
    const at = rows.findIndex((row) => idOf(row) === model.get("chosen"));
    let next = at;
    if (event.key === "Enter" && at >= 0) { event.preventDefault(); open(idOf(rows[at])); return; }
    if (event.key === "ArrowDown") next = Math.min(at + 1, rows.length - 1);
    else if (event.key === "ArrowUp") next = Math.max(at - 1, 0);
    else if (event.key === "Home" && event.ctrlKey) next = 0;
    else if (event.key === "End" && event.ctrlKey) next = rows.length - 1;
    else return;
    event.preventDefault(); event.stopPropagation();
    choose(idOf(rows[next]));
    table.querySelectorAll("tbody tr")[next]?.scrollIntoView({ block: "nearest" });
  });
  // Hundreds of cells take a browser longer than sentence, tiles and charts together: these come first.
  let asked = 0;
  const soon = () => { asked ||= setTimeout(() => { asked = 0; draw(); }, LATER); };
  model.on("change:columns change:rows change:chosen change:foot change:stale", soon);
  draw();
  return () => clearTimeout(asked);
}
export default { render };
