const CONFIG = { displayModeBar: false, displaylogo: false, responsive: false, showTips: false };
// Milliseconds without a move after which traces are drawn again; shapes and notes move at once.
const PAUSE = 200;
// Milliseconds after which the library is asked for again; each time twice as long, as a busy kernel answers all of them.
const AGAIN = 5000;
// Where whoever draws next in this page finds the library.
const LIBRARY = Symbol.for("casesim.plotly");
let coming;

// Plotly is another megabyte and starts slowly, so it comes when the page is there, once for all pictures.
function library(model) {
  if (window[LIBRARY]) return Promise.resolve(window[LIBRARY]);
  coming ??= new Promise((resolve, reject) => {
    let asks = 0, wait = AGAIN;
    const heard = (message, buffers) => {
      if (!message.library) return;
      model.off("msg:custom", heard);
      clearTimeout(asks);
      started(buffers[0]).then(resolve, (fault) => { coming = undefined; reject(fault); });
    };
    const ask = () => {
      model.send({ wants: "library" });
      asks = setTimeout(ask, wait);
      wait *= 2;
    };
    model.on("msg:custom", heard);
    ask();
  });
  return coming;
}

async function started(packed) {
  const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = await new Response(plain, { headers: { "Content-Type": "text/javascript" } }).blob();
  const url = URL.createObjectURL(script), others = window.Plotly;
  await import(url);
  URL.revokeObjectURL(url);
  window[LIBRARY] = window.Plotly;
  // Another Plotly in this page stays whose it is.
  if (others) window.Plotly = others;
  return window[LIBRARY];
}

function put(layout, name, value) {
  const path = name.split("."), last = path.pop();
  path.reduce((within, part) => (within[part] ??= {}), layout)[last] = value;
}

// The model keeps what is drawn, so that a view that opens later starts with it. Another view may have been here before.
function patched({ figures }, patches) {
  patches.forEach(({ whole, layout, traces }, place) => {
    const figure = figures[place];
    if (whole) Object.assign(figure, whole);
    // A shape that is as it was comes as null.
    if (layout.shapes) layout.shapes = layout.shapes.map((shape, at) => shape ?? figure.layout.shapes[at]);
    for (const [name, value] of Object.entries(layout)) put(figure.layout, name, value);
    traces.forEach((patch, at) => Object.assign(figure.data[at], patch));
  });
}

async function render({ model: script, el, host }) {
  const model = await host.getModel(script.get("of"));
  el.classList.add("cs-pictures");
  const shares = model.get("shares");
  const boxes = model.get("drawn").figures.map((_, place) => {
    const box = document.createElement("div");
    box.style.flex = `${shares[place]} 1 0`;
    box.textContent = "The chart is on its way…";
    el.append(box);
    return box;
  });
  let plotly, frame = 0, pause = 0, tells = true;
  // What of each figure is to be drawn: all of it, or what moved; and which traces wait for a pause.
  const moves = boxes.map(() => ({})), whole = boxes.map(() => true), waits = boxes.map(() => false);
  const failed = (fault) => {
    plotly = undefined;
    const why = String(fault?.message ?? fault).slice(0, 200);
    for (const box of boxes) box.textContent = `This browser could not draw the chart (${why}). Its figures are under “Tables”.`;
    model.send({ failed: why });
  };
  const draw = async () => {
    frame = 0;
    // A page that does not show them yet has no width; the observer comes back.
    if (!plotly || !boxes[0].clientWidth) return;
    const { turn, figures } = model.get("drawn");
    const drawing = boxes.map((box, place) => {
      const move = moves[place];
      moves[place] = {};
      if (!whole[place]) return Object.keys(move).length && plotly.relayout(box, structuredClone(move));
      whole[place] = false;
      if (!box.heard) box.replaceChildren();
      // Plotly writes into what it is given.
      const { data, layout } = structuredClone(figures[place]);
      return plotly.react(box, data, { ...layout, width: box.clientWidth, autosize: false }, CONFIG);
    });
    boxes.filter((box) => box.on && !box.heard).forEach((box) => {
      box.heard = true;
      box.on("plotly_click", ({ points }) => model.send({ clicked: [boxes.indexOf(box), points[0].x] }));
    });
    await Promise.all(drawing);
    if (tells) model.send({ drew: turn });
    tells = false;
  };
  const soon = () => { frame ||= requestAnimationFrame(() => draw().catch(failed)); };
  const all = () => { whole.fill(true); soon(); };
  const renewed = () => { tells = true; all(); };
  const told = ({ turn, patches }) => {
    if (!patches) return;
    const drawn = model.get("drawn");
    if (turn > drawn.turn + 1) { model.send({ drew: drawn.turn }); return; }
    if (turn > drawn.turn) patched(drawn, patches);
    drawn.turn = Math.max(drawn.turn, turn);
    patches.forEach((patch, place) => {
      Object.assign(moves[place], patch.layout);
      if (patch.layout.shapes) moves[place].shapes = drawn.figures[place].layout.shapes;
      whole[place] ||= Boolean(patch.whole);
      waits[place] ||= patch.traces.some((trace) => Object.keys(trace).length);
    });
    clearTimeout(pause);
    pause = setTimeout(() => {
      waits.forEach((wait, place) => { whole[place] ||= wait; });
      waits.fill(false);
      soon();
    }, PAUSE);
    soon();
  };
  const seen = new ResizeObserver(all);
  boxes.forEach((box) => seen.observe(box));
  model.on("msg:custom", told);
  model.on("change:drawn", renewed);
  library(model).then((found) => { plotly = found; soon(); }).catch(failed);
  return () => {
    seen.disconnect();
    cancelAnimationFrame(frame);
    clearTimeout(pause);
    model.off("msg:custom", told);
    model.off("change:drawn", renewed);
    boxes.forEach((box) => window[LIBRARY]?.purge(box));
  };
}
export default { render };
