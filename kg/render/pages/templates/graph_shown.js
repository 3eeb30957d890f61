// What is shown: outline or everything, legend, filters, and what the reader opened, closed or searched for.

/** The number of neighbours that are added each time a node is opened, the best connected first. */
const PAGE = 60;

const state = {
  outline: data.outlined, // whether the outline is shown
  kinds: new Set(), // switched off in the legend
  relations: new Set(),
  filters: {}, // area, method, hand, since, until
  brought: new Map(), // nodes that were searched for or opened, in this order, with the number of pages of neighbours
  folded: new Set(), // nodes whose neighbours are hidden
};

const STATED = new Set(["finding", "reported-finding"]);

/** The kinds of nodes that a filter applies to, and which of these nodes pass it. */
const FILTERS = {
  area: { about: (kind) => kind === "practice" || kind === "area" || STATED.has(kind), lets: (node, area) => node.areas.includes(area) },
  method: { about: (kind) => kind === "work" || kind === "method" || STATED.has(kind), lets: (node, method) => node.methods.includes(method) },
  hand: { about: (kind) => STATED.has(kind), lets: (node, hand) => (node.kind === "finding") === (hand === "first-hand") },
  since: { about: (kind) => kind === "work" || STATED.has(kind), lets: (node, year) => node.year !== "" && node.year >= year },
  until: { about: (kind) => kind === "work" || STATED.has(kind), lets: (node, year) => node.year !== "" && node.year <= year },
};

const other = (edge, node) => nodes[edge.from === node.id ? edge.to : edge.from];

/** Whether each node passes the filters; null without filters. Other kinds are shown if a neighbour passes. */
function withinFilters() {
  const asked = Object.entries(state.filters);
  if (!asked.length) return null;
  const verdicts = nodes.map((node) => {
    const said = asked.filter(([name]) => FILTERS[name].about(node.kind)).map(([name, value]) => FILTERS[name].lets(node, value));
    return said.length ? said.every(Boolean) : undefined;
  });
  return nodes.map((node, at) => verdicts[at] ?? links(node).some((edge) => verdicts[other(edge, node).id] === true));
}

/** Computes for every node and edge whether it is hidden, and for a node how many neighbours could be opened. */
function decide() {
  const within = withinFilters();
  const allowed = (node) => !state.kinds.has(node.kind) && (within === null || within[node.id]);
  const start = nodes.filter((node) => allowed(node) && (!state.outline || node.outline));
  const shown = new Set(start.length > data.most ? [...start].sort(bestConnected).slice(0, data.most) : start);
  for (const [node, pages] of state.brought) {
    shown.add(node);
    neighbours(node).filter(allowed).slice(0, pages * PAGE).forEach((near) => shown.add(near));
  }
  for (const node of selectedNodes()) shown.add(node);
  putAway(shown);
  for (const node of nodes) node.hidden = !shown.has(node);
  for (const edge of lines) edge.hidden = !shown.has(nodes[edge.from]) || !shown.has(nodes[edge.to]) || edgeOff(edge);
  for (const node of nodes) node.more = node.hidden ? 0 : neighbours(node).filter((near) => near.hidden && allowed(near)).length;
}

const selectedNodes = () => (selected === null ? [] : isEdge(selected) ? [nodes[selected.from], nodes[selected.to]] : [selected]);
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
  if (state.relations.has(edge.kind) || (state.filters.hand === "first-hand" && edge.secondHand)) return true;
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

/** Shows a node or both ends of an edge, even if they are switched off. */
function reveal(item) {
  const ends = isEdge(item) ? [nodes[item.from], nodes[item.to]] : [item];
  if (isEdge(item)) state.relations.delete(item.kind);
  for (const node of ends) {
    state.kinds.delete(node.kind);
    if (node.hidden) state.brought.set(node, 0);
  }
}

// The legend and the footer

/** What a checkbox of the legend switches: the set, and the kind in it. */
function switched({ dataset: { kind, relation } }) {
  return kind === undefined ? [state.relations, data.legend.relations[relation]] : [state.kinds, data.legend.kinds[kind]];
}

const facetOf = (filter) => data.facets[filter === "since" || filter === "until" ? "year" : filter];

function syncLegend() {
  for (const box of document.querySelectorAll("#legend input")) {
    const [set, value] = switched(box);
    box.checked = !set.has(value);
  }
  for (const choice of document.querySelectorAll("#legend select")) {
    const { filter } = choice.dataset;
    choice.value = filter in state.filters ? String(facetOf(filter).indexOf(state.filters[filter]) + 1) : "";
  }
  $("level-toggle")?.setAttribute("aria-pressed", String(state.outline));
  if ($("outline-hint")) $("outline-hint").hidden = !state.outline;
}

function onLegend({ target }) {
  const { filter } = target.dataset;
  if (filter && target.value) state.filters[filter] = facetOf(filter)[Number(target.value) - 1];
  else if (filter) delete state.filters[filter];
  else {
    const [set, value] = switched(target);
    if (target.checked) set.delete(value); else set.add(value);
  }
  // An earlier search does not show what is switched off now.
  for (const [node, pages] of state.brought) if (!pages) state.brought.delete(node);
  if (selected) select(null, { quiet: true });
  changed();
}

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
  if (state.outline) setLevel(false); else { state.folded.clear(); changed(); }
  fit();
  $("legend").querySelector("summary").focus({ preventScroll: true }); // the button that was pressed no longer exists
}

const amount = (shown, all, one) => `${shown === all ? "" : `${shown} of `}${all} ${one}${all === 1 ? "" : "s"}`;

/** The number of nodes and edges that are shown, for the footer and for saved pictures. */
function shownText() {
  const [some, relations] = [nodes.filter((node) => !node.hidden).length, edges.filter((edge) => !edge.hidden || stoodFor(edge)).length];
  const text = `${amount(some, nodes.length, "node")}, ${amount(relations, edges.length, "edge")}`;
  return some === nodes.length && relations === edges.length ? text : `${text} shown`;
}

/** Whether an edge is shown as part of an edge of the outline. */
const stoodFor = (edge) => summed.has(edge.id) && !summed.get(edge.id).hidden;

function tellShown() {
  const text = shownText();
  if ($("shown").textContent !== text) $("shown").textContent = text;
  $("show-all").hidden = !(state.outline || state.kinds.size || state.relations.size || state.folded.size || Object.keys(state.filters).length);
}
