const CONFIG = { displayModeBar: false, displaylogo: false, responsive: false, showTips: false };
const LIBRARY = window.Plotly;
// Milliseconds without a move after which traces are drawn again; shapes and notes move at once.
const PAUSE = 200;

function put(layout, name, value) {
  const path = name.split("."), last = path.pop();
  path.reduce((within, part) => (within[part] ??= {}), layout)[last] = value;
}

// The model keeps what is drawn, so that a view that opens later starts with it.
function initialize({ model }) {
  const patched = (message) => {
    message.patches?.forEach(({ whole, layout, traces }, place) => {
      const figure = model.get("figures")[place];
      if (whole) Object.assign(figure, whole);
      // A shape that is as it was comes as null.
      if (layout.shapes) layout.shapes = layout.shapes.map((shape, at) => shape ?? figure.layout.shapes[at]);
      for (const [name, value] of Object.entries(layout)) put(figure.layout, name, value);
      traces.forEach((patch, at) => Object.assign(figure.data[at], patch));
    });
  };
  model.on("msg:custom", patched);
  return () => model.off("msg:custom", patched);
}

function render({ model, el }) {
  el.classList.add("cs-pictures");
  const shares = model.get("shares");
  const boxes = model.get("figures").map((_, place) => {
    const box = document.createElement("div");
    box.style.flex = `${shares[place]} 1 0`;
    el.append(box);
    return box;
  });
  let frame = 0, pause = 0, clicks = 0;
  // What of each figure is to be drawn: all of it, or what moved; and which traces wait for a pause.
  const moves = boxes.map(() => ({})), whole = boxes.map(() => true), waits = boxes.map(() => false);
  const draw = () => {
    frame = 0;
    // A page that does not show them yet has no width; the observer comes back.
    if (!boxes[0].clientWidth) return;
    boxes.forEach((box, place) => {
      const move = moves[place];
      moves[place] = {};
      // Plotly writes into what it is given.
      const { data, layout } = whole[place] ? structuredClone(model.get("figures")[place]) : {};
      if (whole[place]) LIBRARY.react(box, data, { ...layout, width: box.clientWidth, autosize: false }, CONFIG);
      else if (Object.keys(move).length) LIBRARY.relayout(box, structuredClone(move));
      whole[place] = false;
      if (box.on && !box.heard) {
        box.heard = true;
        box.on("plotly_click", ({ points }) => {
          model.set("clicked", [place, points[0].x, ++clicks]);
          model.save_changes();
        });
      }
    });
  };
  const soon = () => { frame ||= requestAnimationFrame(draw); };
  const all = () => { whole.fill(true); soon(); };
  const told = (message) => {
    const some = message.patches ?? [];
    some.forEach((patch, place) => {
      Object.assign(moves[place], patch.layout);
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
  model.on("change:figures", all);
  soon();
  return () => {
    seen.disconnect();
    cancelAnimationFrame(frame);
    clearTimeout(pause);
    model.off("msg:custom", told);
    model.off("change:figures", all);
    boxes.forEach((box) => LIBRARY.purge(box));
  };
}
export default { initialize, render };
