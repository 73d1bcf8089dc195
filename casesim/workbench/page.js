// Said at most once a second, so that a reader keeps up with a slider.
const PAUSE = 1000;
// Milliseconds between two thresholds of one drag: what a kernel needs for one, with some to spare.
const STEP = 60;
// What a browser takes for the name of a control that has a placeholder or a tooltip alone.
const UNNAMED = "input:not([aria-label]), select:not([aria-label]), textarea:not([aria-label]), button:not([aria-label])";

// Milliseconds between two looks whether the kernel is still there.
const LOOK = 10_000;
// Of its states those after which nothing is left of it.
const ENDS = ["restarting", "autorestarting", "terminating", "dead"];

async function render({ model: script, el, host }) {
  el.style.display = "none";
  const model = await host.getModel(script.get("of"));
  // A view may be made before it is put into the page, and only then there is a root to look after.
  let frame = 0, end = () => {};
  const begin = () => {
    const root = el.closest(".cs-root");
    if (!root) { frame = requestAnimationFrame(begin); return; }
    const ends = [attend(model, root), guard(model, root, script.get("of").split(":")[1], script.widget_manager.kernel)];
    end = () => ends.forEach((each) => each());
  };
  begin();
  return () => { cancelAnimationFrame(frame); end(); };
}

// What became of the kernel. Without one nothing is accepted and everything dimmed, and a line says so: while the
// connection is away until this page's kernel is found again, once that has ended for good.
function guard(model, root, own, kernel) {
  let line = null, over = false, asks = 0;
  const show = (said) => {
    // How old the figures are.
    const at = line?.dataset.at ?? new Date().toTimeString().slice(0, 5);
    line ??= document.createElement("div");
    line.className = "cs-gone";
    line.setAttribute("role", "alert");
    line.dataset.at = at;
    line.textContent = said.replace("{at}", at);
    root.append(line);
    root.classList.add("cs-lost");
    for (const each of root.children) each.inert = each !== line && !each.matches(".cs-news");
  };
  const gone = () => {
    if (over) return;
    over = true;
    clearInterval(asks);
    const again = root.closest(".jp-NotebookPanel") ? "Run the cell again" : "Reload the page";
    show(`Disconnected: the kernel has ended. Figures are of {at}. ${again} to begin anew; what was set here is lost.`);
  };
  const back = () => {
    // What it said meanwhile, or while the parts of the page were being made, is asked for again.
    model.send({ ready: true });
    line?.remove();
    line = null;
    root.classList.remove("cs-lost");
    for (const each of root.children) each.inert = false;
  };
  if (!kernel) { back(); return () => {}; }

  const { id, serverSettings: { baseUrl, token: given } } = kernel;
  // The page without code is told none; it stands in the address that it was opened with.
  const token = given || new URLSearchParams(location.search).get("token");
  const asked = (path, more = {}) => fetch(`${baseUrl}${path}${id}`, {
    ...more, headers: token ? { Authorization: `token ${token}` } : {},
  });
  // A kernel that was shut down does not always close its connection.
  const look = () => asked("api/kernels/").then((answer) => { if (answer.status === 404) gone(); }, () => {});
  // A kernel that was started in this one's place has the same name and knows nothing of this page.
  const known = () => kernel.requestCommInfo({ target_name: "jupyter.widget" }).then(({ content }) => {
    if (over) return;
    if (own in (content.comms ?? {})) back();
    else gone();
  }, () => {});
  const status = (_, now) => { if (ENDS.includes(now)) gone(); };
  const connection = (_, now) => {
    if (over) return;
    if (now === "connected") known();
    else if (now === "disconnected") gone();
    else {
      show("No connection to the kernel. Figures are of {at}. Trying again; until then nothing is accepted.");
      look();
    }
  };
  const shown = () => { if (!document.hidden) look(); };
  // The page without code has a kernel of its own, which ends with it: its frontend has let go of it by then, even where
  // the browser keeps the page for the way back.
  const alone = JSON.parse(document.getElementById("jupyter-config-data")?.textContent || "{}").kernelId === id;
  const leaves = () => {
    if (alone) asked("voila/api/shutdown/", { method: "POST", keepalive: true }).catch(() => {});
  };
  kernel.statusChanged.connect(status);
  kernel.connectionStatusChanged.connect(connection);
  kernel.disposed.connect(gone);
  document.addEventListener("visibilitychange", shown);
  window.addEventListener("pagehide", leaves);
  asks = setInterval(look, LOOK);
  status(kernel, kernel.status);
  connection(kernel, kernel.connectionStatus);
  return () => {
    clearInterval(asks);
    kernel.statusChanged.disconnect(status);
    kernel.connectionStatusChanged.disconnect(connection);
    kernel.disposed.disconnect(gone);
    document.removeEventListener("visibilitychange", shown);
    window.removeEventListener("pagehide", leaves);
  };
}

function attend(model, root) {
  const ends = [];
  const on = (target, kind, act, options) => {
    target.addEventListener(kind, act, options);
    ends.push(() => target.removeEventListener(kind, act, options));
  };

  // News: the verdict, in a region of its own that is read aloud and not seen.
  const news = document.createElement("div");
  news.className = "cs-news";
  news.setAttribute("role", "status");
  news.setAttribute("aria-live", "polite");
  root.append(news);
  let said = 0;
  const say = () => {
    said = 0;
    const text = root.querySelector(".cs-live")?.textContent.trim() ?? "";
    if (text !== news.textContent) news.textContent = text;
  };
  const name = () => {
    for (const each of root.querySelectorAll(UNNAMED)) {
      const own = each.labels?.[0]?.textContent.trim() || (each.tagName === "BUTTON" && each.textContent.trim());
      const given = each.title || each.closest("[title]")?.title || each.placeholder;
      if (!own && given) each.setAttribute("aria-label", given);
    }
    for (const [kind, place] of [["curve", 0], ["weeks", 1]]) {
      const chart = root.querySelectorAll(".cs-charts .js-plotly-plot")[place];
      if (!chart) continue;
      if (chart.getAttribute("role") !== "figure") chart.setAttribute("role", "figure");
      if (chart.getAttribute("aria-label") !== model.get(kind)) chart.setAttribute("aria-label", model.get(kind));
    }
    for (const each of root.querySelectorAll(".noUi-handle:not([aria-label])")) {
      each.setAttribute("aria-label", "Threshold");
    }
    for (const each of root.querySelectorAll(".cs-left, .cs-side, .cs-table, .cs-scroll")) each.tabIndex = 0;
  };
  let asked = 0;
  const look = new MutationObserver(() => {
    if (!said) said = setTimeout(say, PAUSE);
    if (!asked) asked = setTimeout(() => { asked = 0; name(); }, 300);
  });
  look.observe(root, { childList: true, subtree: true, characterData: true });
  ends.push(() => { look.disconnect(); clearTimeout(said); clearTimeout(asked); news.remove(); });

  // Alt+R resets, Alt+C compares: the first two buttons of the header.
  on(document, "keydown", (event) => {
    const place = { r: 0, c: 1 }[event.altKey && event.key.toLowerCase()];
    if (place === undefined || root.matches(".cs-lost")) return;
    event.preventDefault();
    root.querySelectorAll(".cs-header button")[place]?.click();
  });

  // Click or drag on the curve: its axis turns a place into a threshold. The kernel hears of one every now and then, and
  // of the last one always.
  let held = null, last = null, waits = 0;
  const tell = () => {
    waits = 0;
    const axis = held._fullLayout.xaxis, left = held.getBoundingClientRect().left + axis._offset;
    // A message of its own: of two values of a trait that is being sent, the later one would swallow the earlier.
    model.send({ dragged: Math.min(Math.max(Math.round(axis.p2d(last.clientX - left)), 1), model.get("top")) });
  };
  on(root, "pointerdown", (event) => {
    const chart = event.target.closest?.(".draglayer") && event.target.closest(".js-plotly-plot");
    if (event.button || !chart || chart !== root.querySelector(".cs-charts .js-plotly-plot")) return;
    [held, last] = [chart, event];
    tell();
  }, true);
  on(document, "pointermove", (event) => {
    if (!held) return;
    last = event;
    waits ||= setTimeout(tell, STEP);
  }, true);
  on(document, "pointerup", (event) => {
    if (!held) return;
    clearTimeout(waits);
    last = event;
    tell();
    held = null;
  }, true);
  ends.push(() => clearTimeout(waits));

  model.on("change:curve change:weeks", name);
  ends.push(() => model.off("change:curve change:weeks", name));
  name();
  return () => ends.forEach((end) => end());
}
export default { render };
