// What is shown and what is switched off, and letting it float.

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
  if (!movedByReader) fit();
}

function showEverything() {
  hiddenKinds.clear();
  hiddenRelations.clear();
  syncLegend();
  restyle();
  fit();
  $("legend").querySelector("summary").focus({ preventScroll: true }); // the button that was pressed is gone
}

const amount = (shown, all, one) => `${shown === all ? "" : `${shown} of `}${all} ${one}${all === 1 ? "" : "s"}`;

/** How many of how many, for the foot of the page and of a saved picture. */
function shownText() {
  const [some, links] = [nodes.filter((node) => !nodeHidden(node)).length, edges.filter((edge) => !edgeHidden(edge)).length];
  const text = `${amount(some, nodes.length, "node")}, ${amount(links, edges.length, "edge")}`;
  return some === nodes.length && links === edges.length ? text : `${text} shown`;
}

function tellShown() {
  const text = shownText();
  if ($("shown").textContent !== text) $("shown").textContent = text;
  $("show-all").hidden = !hiddenKinds.size && !hiddenRelations.size;
}

// Floating

/** Pushes apart what overlaps, labels too: forces alone know only points. */
function makeRoom(rounds) {
  const boxes = nodes.filter((node) => !node.hidden).map((node) => {
    const { x, y, options } = network.body.nodes[node.id];
    return { id: node.id, x, y, held: options.fixed.x, ...footprint(node, 8) };
  });
  for (let round = 0, crowded = true; crowded && round < rounds; round += 1) crowded = pushApart(boxes);
  for (const { id, x, y } of boxes) Object.assign(network.body.nodes[id], { x, y });
}

const floats = () => $("float-toggle").getAttribute("aria-pressed") === "true";

function settled() {
  makeRoom(200);
  slots = null;
  if (!movedByReader) fit();
  network.redraw();
}

function toggleFloat() {
  const on = !floats();
  $("float-toggle").setAttribute("aria-pressed", String(on));
  network.setOptions({ physics: { enabled: on } });
  if (on) network.startSimulation(); else settled();
  slots = null;
  network.redraw();
}
