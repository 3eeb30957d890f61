// What is shown: outline or everything, legend, filters, and what the reader opened, closed or searched for.

/** The number of neighbours that are added each time a node is opened, the best connected first. */
const PAGE = 24;

const state = {
  view: "", // overview or network
  axis: "", // what the right side of the overview is: challenge or outcome
  least: undefined, // the number of studies from which links are drawn; undefined for the one that is chosen at first
  outline: data.outlined, // whether the network shows only its outline and what was opened
  kinds: new Set(), // switched off in the legend
  relations: new Set(),
  filters: {}, // area, method, hand, polarity, since, until
  brought: new Map(), // nodes that were searched for or opened, in this order, with the number of pages of neighbours
  folded: new Set(), // nodes whose neighbours are hidden
};

/** The neighbours to which an edge leads that the filters leave, the best connected first. */
function neighboursLeft(node) {
  if (!filtered()) return neighbours(node);
  const left = new Set(touching[node.id].filter((edge) => edge.left !== false).map((edge) => other(edge, node)));
  return neighbours(node).filter((near) => left.has(near));
}

/** Computes for every node and edge whether it is hidden, and for a node how many neighbours could be opened. */
function decide() {
  applyFilters();
  const allowed = (node) => !state.kinds.has(node.kind) && isAllowed(node);
  const start = nodes.filter((node) => allowed(node) && (!state.outline || node.outline));
  const shown = new Set(start.length > data.most ? [...start].sort(bestConnected).slice(0, data.most) : start);
  for (const [node, pages] of state.brought) {
    shown.add(node);
    neighboursLeft(node).filter(allowed).slice(0, pages * PAGE).forEach((near) => shown.add(near));
  }
  for (const node of selectedNodes()) shown.add(node);
  putAway(shown);
  for (const node of nodes) node.hidden = !shown.has(node);
  for (const edge of lines) {
    edge.hidden = !shown.has(nodes[edge.from]) || !shown.has(nodes[edge.to]) || edgeOff(edge);
    edge.dashes = (edge.members ? edge.secondHand : secondHandNow(edge)) ? [7, 5] : false;
  }
  for (const node of nodes) node.more = node.hidden ? 0 : neighboursLeft(node).filter((near) => near.hidden && allowed(near)).length;
}

const selectedNodes = () => (selected === null ? [] : isEdge(selected) ? [nodes[selected.from], nodes[selected.to]] : selected.iri === undefined ? [] : [selected]);
const bestConnected = (one, another) => Number(another.focus) - Number(one.focus) || another.degree - one.degree || one.id - another.id;

/** Removes nodes that are connected only to closed nodes. */
function putAway(shown) {
  if (!state.folded.size) return;
  const kept = new Set([...state.folded, ...state.brought.keys(), ...selectedNodes()]);
  const hangs = (node) => !kept.has(node) && !node.focus && !(state.outline && node.outline);
  const before = new Set(shown);
  for (const folded of state.folded) {
    for (const node of neighbours(folded)) {
      if (hangs(node) && neighbours(node).every((near) => !before.has(near) || state.folded.has(near))) shown.delete(node);
    }
  }
}

function edgeOff(edge) {
  if (edge === selected) return false;
  if (state.relations.has(edge.kind) || !(edge.members ? edge.left.length : edge.left !== false)) return true;
  const seenAsSum = state.outline && nodes[edge.from].outline && nodes[edge.to].outline && !isOpen(nodes[edge.from]) && !isOpen(nodes[edge.to]);
  if (edge.members) return !seenAsSum || edge.members.includes(selected?.id);
  return summed.has(edge.id) && seenAsSum;
}

// Opening and folding

const isOpen = (node) => state.brought.get(node) > 0 && !state.folded.has(node);

/** Shows neighbours of a node, or more of them. */
function openAround(node) {
  const before = new Set(nodes.filter((one) => !one.hidden));
  const again = state.folded.delete(node) && !state.outline;
  if (!again) state.brought.set(node, (state.brought.get(node) ?? 0) + 1);
  sync();
  const come = nodes.filter((one) => !one.hidden && !before.has(one));
  say(come.length ? `${come.length} more neighbours of ${short(node.name, 60)}` : `${short(node.name, 60)} has no more neighbours`);
  keepInView([node, ...come]);
  remember();
}

/** Hides the nodes that are shown only as neighbours of this one. */
function fold(node) {
  const count = () => nodes.filter((one) => !one.hidden).length;
  const before = count();
  if (state.outline && !node.outline) state.brought.set(node, 0); else state.brought.delete(node);
  sync();
  if (count() === before) {
    state.folded.add(node);
    sync();
  }
  say(`${before - count()} hidden`);
  remember();
}

function toggleAround(node) {
  if (node.more) openAround(node); else fold(node);
}

/** Shows a node or both ends of an edge, even if they are switched off; returns whether they were not shown before. */
function reveal(item) {
  const ends = isEdge(item) ? [nodes[item.from], nodes[item.to]] : [item];
  const hidden = ends.some((node) => node.hidden);
  if (isEdge(item)) state.relations.delete(item.kind);
  for (const node of ends) {
    state.kinds.delete(node.kind);
    if (node.hidden) state.brought.set(node, 0);
  }
  return hidden;
}

// The footer

function setLevel(outline) {
  state.outline = outline;
  state.brought.clear();
  state.folded.clear();
  arrange();
  changed();
  fit(false);
}

function showEverything() {
  state.kinds.clear();
  state.relations.clear();
  state.filters = {};
  if (selected) select(null, { quiet: true });
  setView("network");
  if (state.outline) setLevel(false); else { state.folded.clear(); changed(); }
  fit();
  $("legend").querySelector("summary").focus({ preventScroll: true }); // the button that was pressed no longer exists
}

const amount = (shown, all, one) => `${shown === all ? "" : `${shown} of `}${all} ${one}${all === 1 ? "" : "s"}`;
const leftNodes = () => nodes.filter(isAllowed).length;
const leftEdges = () => edges.filter(isLeft).length;

/** The number of nodes and edges that are shown, of those that the filters leave; for the footer and for saved pictures. */
function shownText() {
  const [some, relations] = [nodes.filter((node) => !node.hidden).length, edges.filter((edge) => !edge.hidden || stoodFor(edge)).length];
  const [all, allRelations] = [Math.max(leftNodes(), some), Math.max(leftEdges(), relations)];
  const text = `${amount(some, all, "node")}, ${amount(relations, allRelations, "edge")}`;
  return some === all && relations === allRelations ? text : `${text} shown`;
}

/** Whether an edge is shown as part of an edge of the outline. */
const stoodFor = (edge) => summed.has(edge.id) && !summed.get(edge.id).hidden && edge.left !== false;

function tellShown() {
  if (state.view === "overview") return;
  const text = `${shownText()}${filtered() ? "; the filters hide the others" : ""}`;
  if ($("shown").textContent !== text) $("shown").textContent = text;
  const some = nodes.filter((node) => !node.hidden).length;
  const capped = !state.outline && some >= data.most && leftNodes() > data.most;
  $("most-note").textContent = capped ? `More than ${data.most} nodes at once cannot be read or moved: the best connected are drawn. Filters and the search lead to the others.` : "";
}

/** Whether a button that shows everything would change something. */
const showsLess = () => state.view === "overview" || state.outline || state.kinds.size || state.relations.size || state.folded.size || filtered();
