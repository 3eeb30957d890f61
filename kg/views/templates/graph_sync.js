// From what is to be shown to what vis-network draws: only what is shown is given to it, and nothing jumps.

const onScreen = new Set(); // nodes and edges that vis-network has
const styled = new Map();
const standing = new Set(); // nodes that have their place in this level
let dataset = null;
let network = null;

/** A fresh arrangement: what the level starts with takes the room it needs, what comes later finds its place around it. */
function arrange() {
  const first = state.outline ? nodes.filter((node) => node.outline) : nodes;
  standing.clear();
  moved.clear();
  for (const node of first) {
    const place = state.outline ? node.outline : node.whole;
    [node.x, node.y] = place;
    standing.add(node);
  }
  // So many labels cannot all be read, and pushing them apart would take longer than looking closer.
  if (first.length && first.length <= 800) spreadReadably(first, freeRoom()).forEach(({ id, x, y }) => Object.assign(nodes[id], { x, y }));
  else for (const node of first) { node.x = Math.round(node.x * 1.6); node.y = Math.round(node.y * 1.6); }
}

/** Places for what comes: around the thing that was opened, else near what it is related to. */
function settleNew(come, opened) {
  if (!come.length) return;
  for (const node of nodes) if (onScreen.has(node)) Object.assign(node, placeNow(node));
  const stays = nodes.filter((node) => standing.has(node) && (onScreen.has(node) || !node.hidden));
  const linked = (node) => (opened && neighbours(opened).includes(node) ? [opened] : links(node).map((edge) => other(edge, node)));
  for (const { id, x, y } of settle(come, stays, linked)) Object.assign(nodes[id], { x, y });
  come.forEach((node) => standing.add(node));
}

function placeNow(node) {
  const { x, y } = network.body.nodes[node.id];
  return { x: Math.round(x), y: Math.round(y) };
}

/** Brings the picture up to date with `state`: `anew` when all places have changed, `opened` is what things come around. */
function sync({ anew = false, opened = null } = {}) {
  decide();
  const near = neighbourhood();
  for (const item of [...nodes, ...lines]) item.dimmed = near !== null && !near.has(item);
  settleNew(nodes.filter((node) => !node.hidden && !standing.has(node)), opened);
  const gone = (items) => items.filter((item) => item.hidden && onScreen.has(item));
  const come = (items) => items.filter((item) => !item.hidden && !onScreen.has(item));
  const [lostEdges, lostNodes] = [gone(lines), gone(nodes)];
  // The places of what goes are kept: it comes back to where it stood.
  if (!anew) for (const node of lostNodes) Object.assign(node, placeNow(node));
  dataset.edges.remove(lostEdges.map(({ id }) => id));
  dataset.nodes.remove(lostNodes.map(({ id }) => id));
  [...lostEdges, ...lostNodes].forEach((item) => { onScreen.delete(item); styled.delete(item); });
  const stay = nodes.filter((node) => onScreen.has(node));
  const [newNodes, newEdges] = [come(nodes), come(lines)];
  const changedNodes = changes(stay, nodeStyle);
  const changedEdges = changes(lines.filter((edge) => onScreen.has(edge)), edgeStyle);
  dataset.nodes.add(changes(newNodes, nodeStyle).map(complete));
  dataset.edges.add(changes(newEdges, edgeStyle).map((style) => ({ ...lineById.get(style.id), ...style })));
  [...newNodes, ...newEdges].forEach((item) => onScreen.add(item));
  // With its place as it is now: otherwise vis-network puts a node back where the data had it before it was dragged.
  const placed = (node) => (anew ? { x: node.x, y: node.y } : placeNow(node));
  if (anew) dataset.nodes.update(stay.map((node) => ({ ...nodeStyle(node, colour, node), ...placed(node) })));
  else if (changedNodes.length) dataset.nodes.update(changedNodes.map((style) => ({ ...style, ...placed(nodes[style.id]) })));
  if (changedEdges.length) dataset.edges.update(changedEdges);
  slots = null;
  table?.update();
  tellShown();
  network.redraw();
}

const complete = (style) => ({ ...nodes[style.id], ...style });

/** Only what looks different from before, so that a click in a large network stays quick. */
function changes(items, style) {
  return items.filter((item) => {
    const looks = `${item.dimmed} ${item.more ?? ""} ${colour("paper")}`;
    const same = styled.get(item) === looks;
    styled.set(item, looks);
    return !same;
  }).map((item) => style(item, colour, item));
}

/** What belongs to the selection and stays bright; null when all does. */
function neighbourhood() {
  if (selected === null) return null;
  if (isEdge(selected)) return new Set([selected, nodes[selected.from], nodes[selected.to]]);
  const around = links(selected);
  return new Set([selected, ...around, ...around.map((edge) => other(edge, selected))]);
}

/** After a change of what is shown: legend, picture, table, address. */
function changed(how = {}) {
  say("");
  syncLegend();
  sync(how);
  if (how.anew || !movedByReader) fit(false);
  remember();
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
