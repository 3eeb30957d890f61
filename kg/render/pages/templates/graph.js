// The main script: the selection, and what a click, a key or a link does.

const narrow = matchMedia("(max-width: 700px)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

let colour = readTheme();
let selected = null; // a node or an edge
let hovered = null;
let movedByReader = false;
let cameFrom = null; // the element that had the focus before the panel opened
let table = null;
let slots = null; // positions of labels on edges; null when nodes have moved
let dragging = false;
let pointer = null; // the last event with the position of the pointer

const say = (text) => { $("status").textContent = text; };
const look = {
  say, ends,
  edgesOf: (node) => touching[node.id],
  isShown: (edge) => !edge.hidden || stoodFor(edge),
  isOpen: (edge) => edge === selected,
  member: (id) => edges[id],
  around: aroundButtons,
  openNode: (node) => select(node, { show: true, takeFocus: true }),
  openEdge: (edge) => select(edge, { show: true, takeFocus: true }),
};

if (narrow.matches && $("legend")) $("legend").open = false;
// On devices without a keyboard.
if (matchMedia("(pointer: coarse)").matches || narrow.matches) $("search").placeholder = "Search";

setSizes(nodes, data.outlined ? nodes.filter((node) => node.outline).length : nodes.length);
dataset = { nodes: new vis.DataSet([]), edges: new vis.DataSet([]) };
network = new vis.Network($("picture"), dataset, JSON.parse(data.options));
const canvas = network.canvas.frame.canvas;
// The frame takes the focus instead: it has a label, and a description of the keys.
network.canvas.frame.tabIndex = -1;
window.kgGraph = { network, nodes, edges, state };

network.on("beforeDrawing", () => { if (floats()) makeRoom(2); });
network.on("stabilized", () => { if (floats()) settled(); });
network.on("afterDrawing", (context) => {
  // vis-network draws between the steps while nodes are added and removed.
  const [seenNodes, seenLines] = [nodes, lines].map((items) => items.filter((item) => !item.hidden && onScreen.has(item)));
  slots ??= edgeLabelSlots(network, seenNodes, seenLines);
  const first = new Set([selected, hovered]);
  const edgesAway = edges.length > 300 && (dragging || network.renderer.zooming);
  if (!edgesAway) drawEdgeLabels(context, network, seenLines, slots, colour, first);
  drawOverviewLabels(context, network, seenNodes, colour, { first, left: insets().left });
  drawCounts(context, network, seenNodes, colour);
});

// Selection

/** With `quiet` the caller updates picture and address. */
function select(item, { show = false, takeFocus = false, quiet = false } = {}) {
  if ($("panel").hidden && item) cameFrom = document.activeElement;
  selected = item;
  if (item) reveal(item);
  if (quiet) return closePanel();
  syncLegend();
  sync();
  if (item) fillPanel(item, takeFocus); else closePanel();
  network.unselectAll();
  if (item) network.setSelection(isEdge(item) ? { nodes: [], edges: [item.id] } : { nodes: [item.id], edges: [] }, { highlightEdges: !isEdge(item) });
  if (item && (show || isBehindPanel(item))) bringIntoView(item);
  return remember({ step: true });
}

/** The buttons in the panel of a node: show and hide its neighbours. */
function aroundButtons(node) {
  const again = (act) => () => { act(node); fillPanel(node, false); $("panel").querySelector(".around button")?.focus(); };
  const buttons = [];
  if (node.more) buttons.push(el("button", { type: "button", onclick: again(openAround) }, `Show ${Math.min(node.more, PAGE)}${node.more > PAGE ? ` of ${node.more}` : ""} more neighbours`));
  if (isOpen(node) || (!node.outline && neighbours(node).some((near) => !near.hidden && neighbours(near).every((one) => one.hidden || one === node)))) {
    buttons.push(el("button", { type: "button", onclick: again(fold) }, "Hide its neighbours"));
  }
  return buttons.length ? el("div", { class: "around" }, ...buttons) : null;
}

function isBehindPanel(item) {
  const inset = insets();
  return (isEdge(item) ? [item.from, item.to] : [item.id]).some((id) => {
    const { x, y } = network.canvasToDOM(network.getPositions([id])[id]);
    return x > canvas.clientWidth - inset.right - 20 || y > canvas.clientHeight - inset.bottom - 20;
  });
}

function fillPanel(item, takeFocus) {
  $("panel-body").replaceChildren(...(isEdge(item) ? edgeDetails(item, look) : nodeDetails(item, touching[item.id], look)));
  $("panel").hidden = false;
  $("panel").scrollTop = 0;
  $("table-view").classList.add("beside-panel");
  hideTooltip();
  if (takeFocus) $("panel").querySelector("h2").focus({ preventScroll: true });
}

function closePanel() {
  const hadFocus = $("panel").contains(document.activeElement);
  $("panel").hidden = true;
  $("table-view").classList.remove("beside-panel");
  if (!hadFocus) return;
  const back = cameFrom && cameFrom.isConnected && cameFrom !== document.body && !cameFrom.closest("[hidden]") ? cameFrom : $("picture");
  back.focus({ preventScroll: true });
}

// Tooltip

function showTooltip(item) {
  hovered = item;
  $("tooltip").replaceChildren(...tooltipLines(item, isEdge(item) ? ends(item) : null));
  $("tooltip").hidden = false;
  placeTooltip();
  $("picture").style.cursor = "pointer";
}

function hideTooltip() {
  hovered = null;
  $("tooltip").hidden = true;
  $("picture").style.cursor = "";
}

function placeTooltip(event = pointer) {
  pointer = event;
  const tip = $("tooltip");
  if (tip.hidden || !event) return;
  const frame = $("picture").getBoundingClientRect();
  const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
  const left = x + 18 + tip.offsetWidth > frame.width ? x - tip.offsetWidth - 14 : x + 18;
  const top = y + 18 + tip.offsetHeight > frame.height ? y - tip.offsetHeight - 12 : y + 18;
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${Math.max(4, top)}px`;
}

// Table

function toggleTable() {
  const view = $("table-view");
  view.hidden = !view.hidden;
  if (!table) {
    table = tableView(nodes, edges, look);
    view.append(...table.elements);
  }
  table.update();
  for (const other of [$("legend"), document.querySelector(".zoom")]) if (other) other.inert = !view.hidden;
  $("picture").inert = !view.hidden;
  $("table-toggle").setAttribute("aria-pressed", String(!view.hidden));
  remember();
}

// Events

// The panel that the first click opens may move the view: the second click of a double-click counts for the same node.
let pressed = { time: -Infinity };
network.on("click", ({ nodes: [node], edges: [edge], pointer: { DOM: { x, y } } }) => {
  const time = performance.now();
  if (time - pressed.time < 400 && Math.hypot(x - pressed.x, y - pressed.y) < 12) return;
  pressed = { time, x, y, node };
  if (node !== undefined) select(nodes[node]);
  else if (edge !== undefined) select(lineById.get(edge));
  else select(null);
});
network.on("doubleClick", () => {
  if (pressed.node === undefined) return;
  toggleAround(nodes[pressed.node]);
  if (selected === nodes[pressed.node]) fillPanel(selected, false);
});
network.on("hoverNode", ({ node }) => showTooltip(nodes[node]));
network.on("hoverEdge", ({ edge }) => showTooltip(lineById.get(edge)));
network.on("blurNode", hideTooltip);
network.on("blurEdge", hideTooltip);
network.on("dragStart", () => { movedByReader = true; dragging = true; hideTooltip(); });
network.on("dragEnd", ({ nodes: dragged }) => {
  dragging = false;
  if (dragged.length) slots = null; // labels keep their positions on edges if only the view moved
  for (const id of dragged) moved.set(nodes[id], placeNow(nodes[id]));
  network.redraw();
  rememberSoon();
});
network.on("zoom", () => { movedByReader = true; rememberSoon(); });
$("picture").addEventListener("pointermove", (event) => placeTooltip(event));
$("picture").addEventListener("pointerleave", hideTooltip);

$("legend")?.addEventListener("change", onLegend);
$("legend")?.addEventListener("toggle", () => { if (!movedByReader) fit(false); });
const PRESSED = {
  "panel-close": () => select(null),
  "zoom-in": () => zoom(1.35),
  "zoom-out": () => zoom(1 / 1.35),
  fit: () => { fit(); rememberSoon(); },
  "show-all": showEverything,
  "table-toggle": toggleTable,
  "level-toggle": () => { select(null, { quiet: true }); setLevel(!state.outline); },
  "float-toggle": toggleFloat,
  "copy-link": () => { remember(); copyText(location.href, $("copy-link"), say, "Copy link"); },
  "save-png": savePng, "save-svg": saveSvg, "save-json": () => saveData("json"), "save-graphml": () => saveData("graphml"), "save-gexf": () => saveData("gexf"),
};
for (const [id, act] of Object.entries(PRESSED)) $(id)?.addEventListener("click", act);
connectSearch($("search"), $("results"), searcher(nodes), { say, open: look.openNode });

const MOVES = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] };
$("picture").addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (MOVES[event.key]) pan(...MOVES[event.key]);
  else if (event.key === "+" || event.key === "=") zoom(1.35);
  else if (event.key === "-") zoom(1 / 1.35);
  else if (event.key === "0") fit();
  else return;
  event.preventDefault();
  rememberSoon();
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input:not([type=checkbox]), textarea, select");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    $("search").focus();
  } else if (event.key === "Escape" && $("share").open) {
    $("share").open = false;
    $("share").querySelector("summary").focus();
  } else if (event.key === "Escape" && selected) select(null);
});
document.addEventListener("pointerdown", ({ target }) => { if (!$("share").contains(target)) $("share").open = false; });
for (const event of ["hashchange", "popstate"]) {
  addEventListener(event, () => { if (location.hash.slice(1) !== viewAddress()) restoreView(); });
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { colour = readTheme(); sync(); });
// After vis-network has handled the new size.
new ResizeObserver(() => requestAnimationFrame(() => { if (!movedByReader) fit(false); })).observe($("picture"));

for (const id of ["search", "table-toggle", "float-toggle", "copy-link", "save-png", "save-svg", "zoom-in", "zoom-out", "fit"]) $(id).disabled = !nodes.length;
restoreView();
