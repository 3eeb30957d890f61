// The main script: the selection, and what a click, a key or a link does.

const narrow = matchMedia("(max-width: 700px)");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

let colour = readTheme();
let selected = null; // a node, an edge, a band of the overview ({ band }), or a thing without what is narrower ({ itself })
let hovered = null;
let movedByReader = false;
let cameFrom = null; // the element that had the focus before the reading was opened
let slots = null; // positions of labels on edges; null when nodes have moved
let dragging = false;
let pointer = null; // the last event with the position of the pointer
let canvas = null;

const say = (text) => { $("status").textContent = text; };
const look = {
  say, ends,
  member: (id) => edges[id],
  around: aroundButtons,
  links: (node) => (state.view === "overview" && onAxis(node) ? thingReading(node, false) : claimLinks(node)),
  openNode: (node) => select(node, { show: true, takeFocus: true }),
  openEdge: (edge) => select(edge, { show: true, takeFocus: true }),
};

if (narrow.matches || innerHeight < 800) for (const part of [$("overview-legend"), narrow.matches ? $("legend") : null]) if (part) part.open = false;
if ((AXES.length || (nodes.length > 25 && $("picture").clientWidth < 900)) && $("legend")) $("legend").open = false; // there, the network is of a few things
// On devices without a keyboard.
if (matchMedia("(pointer: coarse)").matches || narrow.matches) $("search").placeholder = "Search";

setSizes(nodes, data.outlined ? nodes.filter((node) => node.outline).length : nodes.length);
window.kgGraph = { get network() { return network; }, get overview() { return drawn; }, nodes, edges, state };

/** Makes the network when it is first shown: most readers begin with the overview. */
function startNetwork() {
  if (network) return;
  dataset = { nodes: new vis.DataSet([]), edges: new vis.DataSet([]) };
  network = new vis.Network($("picture"), dataset, JSON.parse(data.options));
  canvas = network.canvas.frame.canvas;
  // The frame takes the focus instead: it has a label, and a description of the keys.
  network.canvas.frame.tabIndex = -1;
  network.on("beforeDrawing", () => { if (floats()) makeRoom(2); });
  network.on("stabilized", () => { if (floats()) settled(); });
  network.on("afterDrawing", drawOver);
  connectNetwork();
  arrange();
}

function drawOver(context) {
  // vis-network draws between the steps while nodes are added and removed.
  const [seenNodes, seenLines] = [nodes, lines].map((items) => items.filter((item) => !item.hidden && onScreen.has(item)));
  slots ??= edgeLabelSlots(network, seenNodes, seenLines);
  const first = new Set([selected, hovered]);
  const edgesAway = edges.length > 300 && (dragging || network.renderer.zooming);
  if (!edgesAway) drawEdgeLabels(context, network, seenLines, slots, colour, first);
  if (network.getScale().toFixed(3) !== settledAt) { slots = null; network.redraw(); }
}

// Selection

/** With `quiet` the caller updates picture and address. */
function select(item, { show = false, takeFocus = false, quiet = false, keepPane = false, quietPane = false } = {}) {
  const active = document.activeElement;
  if (item && !$("panel").contains(active)) cameFrom = active?.dataset?.key ? { key: active.dataset.key } : active;
  selected = item;
  // What comes into the picture is not fitted into the view, and the address says what the view is.
  if (state.view === "network" && (item?.iri || (item && isEdge(item))) && reveal(item)) movedByReader = true;
  if (quiet) { closePanel(); return undefined; }
  syncLegend();
  sync();
  if (item) fillPanel(item, takeFocus); else closePanel();
  if (state.view === "network") markSelected(item, show);
  if (item && !keepPane && !quietPane && !restoring) showReading(takeFocus);
  return remember({ step: true });
}

function markSelected(item, show) {
  network.unselectAll();
  const edge = item && isEdge(item), node = item && item.iri !== undefined;
  if (edge || node) network.setSelection(edge ? { nodes: [], edges: [item.id] } : { nodes: [item.id], edges: [] }, { highlightEdges: !edge });
  if ((edge || node) && show) bringIntoView(item);
}

/** Where there is no room for three panes, the reading takes the place of the list; on a phone, of the picture. */
function showReading(takeFocus) {
  if (wide.matches || (narrow.matches && !takeFocus && pane === "picture")) return;
  if (pane !== "reading") setPane("reading");
  if (takeFocus) $("panel").querySelector("h2")?.focus({ preventScroll: true });
}

/** The buttons in the reading of a node: show and hide its neighbours in the network. */
function aroundButtons(node) {
  if (state.view !== "network") return null;
  const again = (act) => () => { act(node); fillPanel(node, false); $("panel").querySelector(".around button")?.focus(); };
  const buttons = [];
  if (node.more) buttons.push(el("button", { type: "button", onclick: again(openAround) }, `Show ${Math.min(node.more, PAGE)}${node.more > PAGE ? ` of ${node.more}` : ""} more neighbours`));
  if (isOpen(node) || (!node.outline && neighbours(node).some((near) => !near.hidden && neighbours(near).every((one) => one.hidden || one === node)))) {
    buttons.push(el("button", { type: "button", onclick: again(fold) }, "Hide its neighbours"));
  }
  return buttons;
}

/** The links that a finding or a work stands behind, as buttons that lead into the overview. */
function claimLinks(node) {
  if (!AXES.length || !(STATED.has(node.kind) || node.kind === "work")) return [];
  const found = new Map();
  for (const claim of claimsBehind(node).filter(passesFilters)) found.set(`${claim.practice.id}|${claim.polarity}|${claim.target.id}`, claim);
  if (!found.size) return [];
  const said = ({ practice, target, polarity }) => bandSentence({ left: { node: practice }, right: { node: target }, says: polarity });
  const rows = [...found.values()].slice(0, MOST_LISTED);
  return [el("h3", {}, STATED.has(node.kind) ? "It says that" : `What it says of practices: ${count(found.size, "link")}`),
    el("ul", { class: "edges" }, ...rows.map((claim) => el("li", {}, el("button", { type: "button", onclick: () => openClaim(claim) }, bdi(said(claim))))))];
}

function openClaim({ practice, target, polarity }) {
  state.axis = target.kind;
  if (state.view !== "overview") setView("overview");
  const place = (node) => (isTop(node, target.kind) && familyOf(node, target.kind).members.length === 1 ? node : null);
  const key = (node) => `${node.id}${isTop(node, target.kind) && !place(node) ? "!" : ""}`;
  select({ band: `${key(practice)}|${polarity}|${key(target)}` }, { takeFocus: true });
}

function fillPanel(item, takeFocus) {
  $("panel-body").replaceChildren(...contentsFor(item));
  $("panel").scrollTop = 0;
  $("panel-close").hidden = false;
  hideTooltip();
  if (takeFocus) $("panel").querySelector("h2")?.focus({ preventScroll: true });
}

function contentsFor(item) {
  if (item.band) return state.view === "overview" ? bandReading(item.band) : [heading("A link of the overview"), el("p", { class: "soft" }, "Switch to the overview to read what is behind it.")];
  if (item.itself) return [el("p", { class: "kind" }, bdi(item.itself.kindName), ", without what is narrower"), heading(bdi(item.itself.name)), ...thingReading(item.itself, true), actionsFor({ node: item.itself })].filter(Boolean);
  return isEdge(item) ? edgeDetails(item, look) : nodeDetails(item, touching[item.id], look);
}

function closePanel() {
  const hadFocus = $("panel").contains(document.activeElement) && document.activeElement !== $("panel");
  $("panel-close").hidden = true;
  $("panel-body").replaceChildren(...(drawn && state.view === "overview" ? introReading() : [el("p", { class: "soft" }, !nodes.length ? "" : nodes.every((node) => node.hidden) ? "Choose a row of the list to read about it here." : "Click a node or an edge, or choose a row of the list, to read about it here.")]));
  if (pane === "reading" && !wide.matches) setPane("picture");
  if (!hadFocus) return;
  const before = cameFrom?.key ? element(cameFrom.key) : cameFrom;
  const back = before && before.isConnected && before !== document.body && before.checkVisibility?.() !== false ? before : state.view === "overview" ? $("overview").querySelector("[tabindex='0']") : $("picture");
  back?.focus({ preventScroll: true });
}

// Tooltip

function showTooltip(item, event = pointer) {
  hovered = item.lines ? null : item;
  $("tooltip").replaceChildren(...tooltipLines(item, isEdge(item) ? ends(item) : null));
  $("tooltip").hidden = false;
  placeTooltip(event);
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
  const frame = $("picture-pane").getBoundingClientRect();
  const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
  const left = x + 18 + tip.offsetWidth > frame.width ? x - tip.offsetWidth - 14 : x + 18;
  const top = y + 18 + tip.offsetHeight > frame.height ? y - tip.offsetHeight - 12 : y + 18;
  tip.style.left = `${Math.max(4, left)}px`;
  tip.style.top = `${Math.max(4, top)}px`;
}

// Start

connectList();
if (AXES.length) connectOverview();
connectPanes();
connectPage();
filtersAtFirst = filtersHeight();
restoreView();
