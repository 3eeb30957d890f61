// Puts the parts together: what is selected, what is hidden, and what happens on a click, a key or a link.

const $ = (id) => document.getElementById(id);
const data = JSON.parse($("network-data").textContent);
const nodes = data.nodes;
const edges = data.edges;
const narrow = matchMedia("(max-width: 700px)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const touching = nodes.map(() => []);
for (const edge of edges) {
  // Among many, what only holds the structure together steps back behind what agrees or disputes.
  edge.quiet = edges.length > 300 && edge.family === "plain";
  touching[edge.from].push(edge);
  if (edge.from !== edge.to) touching[edge.to].push(edge);
}

let colour = readTheme();
let selected = null; // a node or an edge
let hovered = null;
let movedByReader = false;
let cameFrom = null; // where the keyboard was before the panel opened
let table = null;
let slots = null; // where labels on edges stand; null when things have moved
let dragging = false;
let pointer = null; // the last event that said where it is
const hiddenKinds = new Set();
const hiddenRelations = new Set();

const isEdge = (item) => item !== null && "from" in item;
const ends = (edge) => ({ from: nodes[edge.from], to: nodes[edge.to] });
const nodeHidden = (node) => hiddenKinds.has(node.kind);
const edgeHidden = (edge) => hiddenRelations.has(edge.kind) || nodeHidden(nodes[edge.from]) || nodeHidden(nodes[edge.to]);
const say = (text) => { $("status").textContent = text; };
const look = {
  say, ends,
  edgesOf: (node) => touching[node.id],
  isShown: (edge) => !edgeHidden(edge),
  isOpen: (edge) => edge === selected,
  openNode: (node) => select(node, { show: true, takeFocus: true }),
  openEdge: (edge) => select(edge, { show: true, takeFocus: true }),
};

if (narrow.matches && $("legend")) $("legend").open = false;
// Where there is no key to press.
if (matchMedia("(pointer: coarse)").matches || narrow.matches) $("search").placeholder = "Search";

setSizes(nodes);
for (const { id, x, y } of nodes.length ? spread(nodes, freeAspect()) : []) Object.assign(nodes[id], { x, y });
const styled = new Map();
const dataset = { nodes: new vis.DataSet(changes(nodes, nodeStyle).map(complete(nodes))), edges: new vis.DataSet(changes(edges, edgeStyle).map(complete(edges))) };
const network = new vis.Network($("picture"), dataset, JSON.parse(data.options));
const canvas = network.canvas.frame.canvas;
// The frame takes the focus instead: it has a name and says which keys work.
network.canvas.frame.tabIndex = -1;
window.kgGraph = { network, nodes: dataset.nodes, edges: dataset.edges };

function complete(items) {
  return (style) => ({ ...items[style.id], ...style });
}

/** Only what looks different from before, so that a click in a large network stays quick. */
function changes(items, style) {
  const near = neighbourhood();
  return items.filter((item) => {
    item.hidden = isEdge(item) ? edgeHidden(item) : nodeHidden(item);
    item.dimmed = near !== null && !near.has(item);
    const state = `${item.hidden} ${item.dimmed} ${colour("paper")}`;
    const same = styled.get(item) === state;
    styled.set(item, state);
    return !same;
  }).map((item) => style(item, colour, item));
}

/** What belongs to the selection and stays bright; null when all does. */
function neighbourhood() {
  if (selected === null) return null;
  if (isEdge(selected)) return new Set([selected, nodes[selected.from], nodes[selected.to]]);
  const around = touching[selected.id];
  return new Set([selected, ...around, ...around.flatMap((edge) => [nodes[edge.from], nodes[edge.to]])]);
}

function restyle() {
  const [changedNodes, changedEdges] = [changes(nodes, nodeStyle), changes(edges, edgeStyle)];
  // With its place as it is now: otherwise vis-network puts a node back where the data had it before it was dragged.
  const placed = (style) => ({ ...style, x: Math.round(network.body.nodes[style.id].x), y: Math.round(network.body.nodes[style.id].y) });
  if (changedNodes.length) dataset.nodes.update(changedNodes.map(placed));
  if (changedEdges.length) dataset.edges.update(changedEdges);
  slots = null;
  table?.update();
  network.redraw();
}

network.on("afterDrawing", (context) => {
  slots ??= edgeLabelSlots(network, nodes, edges);
  const first = new Set([selected, hovered]);
  const edgesAway = edges.length > 300 && (dragging || network.renderer.zooming);
  if (!edgesAway) drawEdgeLabels(context, network, edges, slots, colour, first);
  drawOverviewLabels(context, network, nodes, colour, { first, left: insets().left });
});

// The view

/** What lies over the canvas and must not hide what is fitted. */
function insets() {
  const inset = { left: 0, right: 0, top: 0, bottom: 0 };
  const legend = $("legend");
  if (legend?.open && !narrow.matches) inset.left = legend.offsetLeft + legend.offsetWidth;
  else if (legend) inset.top = legend.querySelector("summary").offsetHeight + 24;
  if (narrow.matches) inset.bottom = 46;
  if (!$("panel").hidden) inset[narrow.matches ? "bottom" : "right"] = narrow.matches ? $("panel").offsetHeight : $("panel").offsetWidth;
  return inset;
}

function freeAspect() {
  const inset = insets();
  const { clientWidth, clientHeight } = $("picture");
  return Math.max(clientWidth - inset.left, 100) / Math.max(clientHeight - inset.top - inset.bottom, 100);
}

function fit(animate = true) {
  movedByReader = false;
  fitView(network, nodes, insets(), animate && !calm.matches);
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

/** Moves as little as needed: only when the thing is outside or beneath the panel, or too small to be read. */
function bringIntoView(item) {
  const members = isEdge(item) ? [item.from, item.to] : [item.id];
  const places = Object.values(network.getPositions(members));
  const inset = insets();
  const inside = places.every((place) => {
    const { x, y } = network.canvasToDOM(place);
    return x > inset.left + 50 && x < canvas.clientWidth - inset.right - 50 && y > inset.top + 30 && y < canvas.clientHeight - inset.bottom - 40;
  });
  if (inside && network.getScale() > 0.45) return;
  movedByReader = true;
  const centre = (axis) => places.reduce((sum, place) => sum + place[axis], 0) / places.length;
  const room = { x: canvas.clientWidth - inset.left - inset.right - 120, y: canvas.clientHeight - inset.top - inset.bottom - 90 };
  const apart = (axis) => Math.max(Math.abs(places[0][axis] - places[places.length - 1][axis]), 1);
  const scale = Math.min(Math.max(network.getScale(), 0.75), Math.max(room.x, 60) / apart("x"), Math.max(room.y, 60) / apart("y"));
  network.moveTo({
    position: { x: centre("x"), y: centre("y") }, scale,
    offset: { x: (inset.left - inset.right) / 2, y: (inset.top - inset.bottom) / 2 },
    animation: !calm.matches && { duration: 300, easingFunction: "easeInOutQuad" },
  });
}

// Selection and its address

const edgeAddresses = new Map();
for (const edge of edges) {
  const said = { from: nodes[edge.from].iri, relation: edge.kind, to: nodes[edge.to].iri };
  // The same relation twice between the same two: numbered.
  for (let n = 1, free = false; !free; n += 1) {
    edge.address = new URLSearchParams(n === 1 ? said : { ...said, n }).toString();
    free = !edgeAddresses.has(edge.address);
  }
  edgeAddresses.set(edge.address, edge);
}

function address(item) {
  if (item === null) return "";
  return isEdge(item) ? item.address : new URLSearchParams({ node: item.iri }).toString();
}

function fromAddress() {
  const wanted = new URLSearchParams(location.hash.slice(1)).toString();
  return edgeAddresses.get(wanted) ?? nodes.find((node) => address(node) === wanted) ?? null;
}

function reveal(item) {
  const kinds = isEdge(item) ? [nodes[item.from].kind, nodes[item.to].kind] : [item.kind];
  kinds.forEach((kind) => hiddenKinds.delete(kind));
  if (isEdge(item)) hiddenRelations.delete(item.kind);
  syncLegend();
}

function select(item, { show = false, takeFocus = false, keepAddress = false } = {}) {
  if ($("panel").hidden && item) cameFrom = document.activeElement;
  selected = item;
  if (item) reveal(item);
  if (item) fillPanel(item, takeFocus); else closePanel();
  network.unselectAll();
  if (item) network.setSelection(isEdge(item) ? { nodes: [], edges: [item.id] } : { nodes: [item.id], edges: [] }, { highlightEdges: !isEdge(item) });
  restyle();
  if (item && (show || isBehindPanel(item))) bringIntoView(item);
  const wanted = address(item);
  if (!keepAddress && location.hash.slice(1) !== wanted) history.pushState(null, "", `#${wanted}`);
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

// Legend, table, exports

/** What a box of the legend switches: the set it belongs to and the kind in it. */
function switched({ dataset: { kind, relation } }) {
  return kind === undefined ? [hiddenRelations, data.legend.relations[relation]] : [hiddenKinds, data.legend.kinds[kind]];
}

function syncLegend() {
  for (const box of document.querySelectorAll("#legend input")) {
    const [set, value] = switched(box);
    box.checked = !set.has(value);
  }
}

function onLegend({ target }) {
  const [set, value] = switched(target);
  if (target.checked) set.delete(value); else set.add(value);
  if (selected && (isEdge(selected) ? edgeHidden(selected) : nodeHidden(selected))) select(null);
  restyle();
  const shown = nodes.filter((node) => !node.hidden).length;
  say(shown === nodes.length ? "" : `${shown} of ${nodes.length} nodes shown`);
}

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
}

function toggleFloat() {
  const on = $("float-toggle").getAttribute("aria-pressed") !== "true";
  network.setOptions({ physics: { enabled: on } });
  if (on) network.startSimulation();
  $("float-toggle").setAttribute("aria-pressed", String(on));
  slots = null;
  network.redraw();
}

function download(blob, ending) {
  const name = plain(data.about.title).replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "graph";
  const link = el("a", { href: URL.createObjectURL(blob), download: `${name}.${ending}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  say(`Saved ${name}.${ending}`);
}

function savePicture() {
  const { title, snapshot } = data.about;
  const caption = `${title} · ${nodes.length} nodes, ${edges.length} edges${snapshot ? ` · snapshot ${snapshot.slice(0, 12)}` : ""}`;
  pictureCanvas(canvas, colour, caption).toBlob((blob) => download(blob, "png"));
}

/** What the page was made from, without what serves only the drawing. */
function saveData() {
  const content = {
    ...data.about,
    nodes: nodes.map(({ iri, kind, name, text, key, alternatives, quotations, x, y }) => ({ iri, kind, label: name, text, key, alternatives, quotations, x, y })),
    edges: edges.map((edge) => ({ source: nodes[edge.from].iri, target: nodes[edge.to].iri, kind: edge.kind, text: edge.text, quotations: edge.quotations })),
  };
  download(new Blob([`${JSON.stringify(content, null, 2)}\n`], { type: "application/json" }), "json");
}

// Events

network.on("click", ({ nodes: [node], edges: [edge] }) => {
  if (node !== undefined) select(nodes[node]);
  else if (edge !== undefined) select(edges[edge]);
  else select(null);
});
network.on("hoverNode", ({ node }) => showTooltip(nodes[node]));
network.on("hoverEdge", ({ edge }) => showTooltip(edges[edge]));
network.on("blurNode", hideTooltip);
network.on("blurEdge", hideTooltip);
network.on("dragStart", () => { movedByReader = true; dragging = true; hideTooltip(); });
network.on("dragEnd", () => { dragging = false; slots = null; network.redraw(); });
network.on("zoom", () => { movedByReader = true; });
$("picture").addEventListener("pointermove", (event) => placeTooltip(event));
$("picture").addEventListener("pointerleave", hideTooltip);

$("legend")?.addEventListener("change", onLegend);
$("legend")?.addEventListener("toggle", () => { if (!movedByReader) fit(false); });
$("panel-close").addEventListener("click", () => select(null));
$("zoom-in").addEventListener("click", () => zoom(1.35));
$("zoom-out").addEventListener("click", () => zoom(1 / 1.35));
$("fit").addEventListener("click", () => fit());
$("table-toggle").addEventListener("click", toggleTable);
$("float-toggle").addEventListener("click", toggleFloat);
$("save-png").addEventListener("click", savePicture);
$("save-json").addEventListener("click", saveData);
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
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input:not([type=checkbox]), textarea");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    $("search").focus();
  } else if (event.key === "Escape" && selected) select(null);
});
for (const event of ["hashchange", "popstate"]) {
  addEventListener(event, () => { const item = fromAddress(); if (item !== selected) select(item, { show: true, keepAddress: true }); });
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { colour = readTheme(); restyle(); });
// After vis-network has noticed the new size itself.
new ResizeObserver(() => requestAnimationFrame(() => { if (!movedByReader) fit(false); })).observe($("picture"));

for (const id of ["search", "table-toggle", "float-toggle", "save-png", "zoom-in", "zoom-out", "fit"]) $(id).disabled = !nodes.length;
fit(false);
const asked = fromAddress();
if (asked) select(asked, { show: true, keepAddress: true });
