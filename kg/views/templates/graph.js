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
const hiddenKinds = new Set(data.legend.off.kinds);
const hiddenRelations = new Set(data.legend.off.relations);

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
arrange();
const styled = new Map();
const dataset = { nodes: new vis.DataSet(changes(nodes, nodeStyle).map(complete(nodes))), edges: new vis.DataSet(changes(edges, edgeStyle).map(complete(edges))) };
const network = new vis.Network($("picture"), dataset, JSON.parse(data.options));
const canvas = network.canvas.frame.canvas;
// The frame takes the focus instead: it has a name and says which keys work.
network.canvas.frame.tabIndex = -1;
window.kgGraph = { network, nodes: dataset.nodes, edges: dataset.edges };

/** What is shown from the start takes the room it needs; the rest finds its place around it. */
function arrange() {
  const put = (places) => places.forEach(({ id, x, y }) => Object.assign(nodes[id], { x, y }));
  const first = nodes.filter((node) => !nodeHidden(node));
  const rest = nodes.filter(nodeHidden);
  if (first.length) put(spreadReadably(first, freeRoom()));
  const neighbours = (node) => touching[node.id].map((edge) => nodes[edge.from === node.id ? edge.to : edge.from]);
  if (rest.length) put(settle(rest, first, neighbours));
}

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
  tellShown();
  network.redraw();
}

network.on("beforeDrawing", () => { if (floats()) makeRoom(2); });
network.on("stabilized", () => { if (floats()) settled(); });
network.on("afterDrawing", (context) => {
  slots ??= edgeLabelSlots(network, nodes, edges);
  const first = new Set([selected, hovered]);
  const edgesAway = edges.length > 300 && (dragging || network.renderer.zooming);
  if (!edgesAway) drawEdgeLabels(context, network, edges, slots, colour, first);
  drawOverviewLabels(context, network, nodes, colour, { first, left: insets().left });
});

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
  // In a frame of a notebook the address is the notebook's.
  if (!keepAddress && location.protocol !== "about:" && location.hash.slice(1) !== wanted) history.pushState(null, "", `#${wanted}`);
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

function download(blob, ending) {
  const name = plain(data.about.title).replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "graph";
  const link = el("a", { href: URL.createObjectURL(blob), download: `${name}.${ending}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  say(`Saved ${name}.${ending}`);
}

function savePicture() {
  const { title, snapshot } = data.about;
  const caption = `${title} · ${shownText()}${snapshot ? ` · snapshot ${snapshot.slice(0, 12)}` : ""}`;
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
$("show-all").addEventListener("click", showEverything);
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
syncLegend();
tellShown();
fit(false);
const asked = fromAddress();
if (asked) select(asked, { show: true, keepAddress: true });
