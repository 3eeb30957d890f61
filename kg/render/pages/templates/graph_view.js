// The visible part of the picture, and the zoom.

/** Elements over the canvas, which must not cover what is fitted. */
function insets() {
  const inset = { left: 0, right: 0, top: 0, bottom: 0 };
  const legend = $("legend");
  if (legend?.open && !narrow.matches) inset.left = legend.offsetLeft + legend.offsetWidth;
  else if (legend) inset.top = legend.querySelector("summary").offsetHeight + 24;
  inset.bottom = 52; // the buttons of the zoom
  return inset;
}

const FOOTER = 31; // the height of a footer with one line
const filtersHeight = () => $("filters")?.offsetHeight ?? 0;
let filtersAtFirst = 0;
let insetAtFirst = null;

/**
 * The room that a layout is made for. It depends on the window alone, not on what the reader has opened or closed since or
 * what the footer says, so that nothing moves then, and the address leads to the same picture.
 */
function layoutRoom() {
  const inset = (insetAtFirst ??= insets());
  // On a phone, while the list or the reading is shown, the picture has no size: it will have that of the page.
  const picture = $("picture").clientWidth ? $("picture") : document.querySelector("main");
  const taken = filtersHeight() - filtersAtFirst + document.querySelector("footer").offsetHeight - FOOTER;
  const [wide, high] = [picture.clientWidth, picture.clientHeight + taken];
  return { width: Math.max(wide - inset.left - inset.right - 24, 100), height: Math.max(high - inset.top - inset.bottom - 24, 100) };
}

function fit(animate = true) {
  movedByReader = false;
  if (!network) return;
  fitView(network, nodes, insets(), animate && !calm.matches);
}

/** In a window of another size: a new layout, unless the reader has moved or zoomed the picture. */
function fitAnew() {
  if (movedByReader || !network || state.view !== "network" || floats()) return;
  const free = layoutRoom();
  if (Math.abs(free.width - roomWas.width) + Math.abs(free.height - roomWas.height) > 8) {
    const kept = [...moved];
    arrange();
    for (const [node, at] of kept) moved.set(node, at);
    sync();
  }
  fit(false);
}

function zoom(factor) {
  movedByReader = true;
  network.moveTo({ scale: Math.min(Math.max(network.getScale() * factor, 0.02), 6), animation: !calm.matches && { duration: 150, easingFunction: "linear" } });
}

function pan(x, y) {
  movedByReader = true;
  const at = network.getViewPosition();
  network.moveTo({ position: { x: at.x + x / network.getScale(), y: at.y + y / network.getScale() }, animation: false });
}

function isInView(node) {
  const { x, y } = network.canvasToDOM(network.body.nodes[node.id]);
  return x > 0 && y > 0 && x < canvas.clientWidth && y < canvas.clientHeight;
}

/** After nodes were added: zooms so that they are legible, unless they are in view already. */
function keepInView(some) {
  const shown = some.filter((node) => !node.hidden);
  movedByReader = true; // from now on the view is not fitted automatically
  if (shown.every(isInView) && network.getScale() > 0.6) return;
  fitView(network, shown, insets(), !calm.matches);
  rememberSoon();
}

const LEGIBLE = 0.45; // the least zoom at which the picture can be read

/** Moves the view only if the node is outside it or too small to read. */
function bringIntoView(item) {
  const members = isEdge(item) ? [item.from, item.to] : [item.id];
  const places = Object.values(network.getPositions(members));
  const inset = insets();
  const inside = places.every((place) => {
    const { x, y } = network.canvasToDOM(place);
    return x > inset.left + 50 && x < canvas.clientWidth - inset.right - 50 && y > inset.top + 30 && y < canvas.clientHeight - inset.bottom - 40;
  });
  if (inside && network.getScale() > LEGIBLE) return;
  movedByReader = true;
  const centre = (axis) => places.reduce((sum, place) => sum + place[axis], 0) / places.length;
  const room = { x: canvas.clientWidth - inset.left - inset.right - 120, y: canvas.clientHeight - inset.top - inset.bottom - 90 };
  const apart = (axis) => Math.max(Math.abs(places[0][axis] - places[places.length - 1][axis]), 1);
  const scale = Math.min(Math.max(network.getScale(), nodes.length > 100 ? 0.5 : 0.75), Math.max(room.x, 60) / apart("x"), Math.max(room.y, 60) / apart("y"));
  network.moveTo({
    position: { x: centre("x"), y: centre("y") }, scale,
    offset: { x: (inset.left - inset.right) / 2, y: (inset.top - inset.bottom) / 2 },
    animation: !calm.matches && { duration: 300, easingFunction: "easeInOutQuad" },
  });
}
