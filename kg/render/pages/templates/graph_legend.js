// The filters above the picture and the legend of the network: what they switch, and the numbers beside them.

/** What a checkbox of the legend switches: the set, and the kind in it. */
function switched({ dataset: { kind, relation } }) {
  return kind === undefined ? [state.relations, data.legend.relations[relation]] : [state.kinds, data.legend.kinds[kind]];
}

function syncLegend() {
  for (const box of document.querySelectorAll("#legend input")) {
    const [set, value] = switched(box);
    box.checked = !set.has(value);
  }
  for (const choice of document.querySelectorAll("#filters select")) {
    const { filter } = choice.dataset;
    choice.value = filter in state.filters ? String(facetOf(filter).indexOf(state.filters[filter]) + 1) : "";
  }
  const on = Object.keys(state.filters).length;
  if ($("filters-on")) $("filters-on").textContent = on ? ` (${on} on)` : "";
  if ($("clear-filters")) $("clear-filters").disabled = !on;
  $("level-toggle")?.setAttribute("aria-pressed", String(state.outline));
  if ($("outline-hint")) $("outline-hint").hidden = !state.outline;
  $("show-all").hidden = !showsLess();
}

/** The numbers of the legend: nodes and edges that the filters leave. */
function countLegend() {
  const ofKind = new Map(), ofRelation = new Map();
  for (const node of nodes) if (isAllowed(node)) ofKind.set(node.kind, (ofKind.get(node.kind) ?? 0) + 1);
  for (const edge of edges) if (isLeft(edge)) ofRelation.set(edge.kind, (ofRelation.get(edge.kind) ?? 0) + 1);
  for (const box of document.querySelectorAll("#legend input")) {
    const [set, value] = switched(box);
    box.parentElement.querySelector(".count").textContent = String((set === state.kinds ? ofKind : ofRelation).get(value) ?? 0);
  }
}

function onLegend({ target }) {
  const [set, value] = switched(target);
  if (target.checked) set.delete(value); else set.add(value);
  afterSwitch();
}

function onFilter({ target }) {
  const { filter } = target.dataset;
  if (target.value) state.filters[filter] = facetOf(filter)[Number(target.value) - 1];
  else delete state.filters[filter];
  afterSwitch();
}

function clearFilters() {
  state.filters = {};
  afterSwitch();
  $("filters").querySelector("select").focus();
}

function afterSwitch() {
  // An earlier search does not show what is switched off now.
  for (const [node, pages] of state.brought) if (!pages) state.brought.delete(node);
  if (selected && state.view === "network") select(null, { quiet: true });
  changed();
}
