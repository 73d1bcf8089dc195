const CONFIG = { displayModeBar: false, displaylogo: false, responsive: false, showTips: false };
const LIBRARY = window.Plotly;

function put(have, patch) {
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete have[name];
    else have[name] = value;
  }
}

// The model keeps what is drawn, so that a view that opens later starts with it.
function initialize({ model }) {
  const patched = (message) => {
    message.patches?.forEach(({ data, layout }, place) => {
      const figure = model.get("figures")[place];
      data.forEach((patch, at) => put(figure.data[at], patch));
      put(figure.layout, layout);
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
  let frame = 0, clicks = 0;
  const draw = () => {
    frame = 0;
    // Plotly writes into what it is given.
    structuredClone(model.get("figures")).forEach(({ data, layout }, place) => {
      const width = boxes[place].clientWidth;
      // A page that does not show them yet has no width; the observer comes back.
      if (width) LIBRARY.react(boxes[place], data, { ...layout, width, autosize: false }, CONFIG);
    });
    boxes.forEach((box, place) => {
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
  const seen = new ResizeObserver(soon);
  boxes.forEach((box) => seen.observe(box));
  model.on("msg:custom change:figures", soon);
  soon();
  return () => {
    seen.disconnect();
    cancelAnimationFrame(frame);
    model.off("msg:custom change:figures", soon);
    boxes.forEach((box) => LIBRARY.purge(box));
  };
}
export default { initialize, render };
