// Updates vis-network: it gets only what is shown, and nodes keep their positions.

const onScreen = new Set(); // nodes and edges that vis-network has
const styled = new Map();
const base = new Map(); // positions of the nodes that are shown first
const floated = new Map(); // positions after the physics simulation
let dataset = null;
let network = null;

/** A new layout: the nodes that are shown first take the room they need. */
function arrange() {
  if (!network) return;
  const first = state.outline ? nodes.filter((node) => node.outline) : nodes;
  base.clear();
  moved.clear();
  floated.clear();
  roomWas = layoutRoom();
  letters = roomWas.width < 480 ? 15 : 22;
  for (const node of first) [node.x, node.y] = state.outline ? node.outline : node.whole;
  // So many labels cannot all be legible, and pushing them apart would take too long.
  if (first.length && first.length <= 800) spreadReadably(first, roomWas).forEach(({ id, ...place }) => base.set(nodes[id], place));
  else for (const node of first) base.set(node, { x: Math.round(node.x * 1.6), y: Math.round(node.y * 1.6), named: false });
}

/**
 * A position for everything that is shown, computed from `state` alone, so that an address restores the same picture.
 * Opened nodes are placed around their neighbour, in the order in which they were opened.
 */
function placeAll() {
  for (const [node, place] of base) Object.assign(node, place);
  const standing = new Set(base.keys());
  const bring = (come, near) => {
    if (!come.length) return;
    if (!standing.size) {
      // The first one of a picture that begins with nothing.
      Object.assign(come[0], { x: 0, y: 0, named: true });
      standing.add(come[0]);
      return bring(come.slice(1), near);
    }
    for (const { id, ...place } of settle(come, [...standing], near)) Object.assign(nodes[id], place);
    come.forEach((node) => standing.add(node));
    return undefined;
  };
  const linked = (node) => links(node).map((edge) => other(edge, node));
  for (const [node, pages] of state.brought) {
    if (!standing.has(node)) bring([node], linked);
    bring(neighbours(node).slice(0, pages * PAGE).filter((near) => !standing.has(near)), () => [node]);
  }
  bring(nodes.filter((node) => !node.hidden && !standing.has(node)), linked);
  for (const [node, { x, y }] of [...floated, ...moved]) Object.assign(node, { x, y });
}

function placeNow(node) {
  const { x, y } = network.body.nodes[node.id];
  return { x: Math.round(x), y: Math.round(y) };
}

/** Updates the picture to `state`. */
function sync() {
  decide();
  countLegend();
  renderList({ keep: true });
  if (state.view === "overview") return renderOverview();
  if (!network) return undefined;
  placeAll();
  const near = neighbourhood();
  for (const item of [...nodes, ...lines]) item.dimmed = near !== null && !near.has(item);
  const gone = (items) => items.filter((item) => item.hidden && onScreen.has(item));
  const come = (items) => items.filter((item) => !item.hidden && !onScreen.has(item));
  const [lostEdges, lostNodes] = [gone(lines), gone(nodes)];
  dataset.edges.remove(lostEdges.map(({ id }) => id));
  dataset.nodes.remove(lostNodes.map(({ id }) => id));
  [...lostEdges, ...lostNodes].forEach((item) => { onScreen.delete(item); styled.delete(item); });
  const stay = nodes.filter((node) => onScreen.has(node));
  const [newNodes, newEdges] = [come(nodes), come(lines)];
  const changedNodes = changes(stay, nodeStyle);
  // What an edge stands for changes with the filters.
  const edgeNow = (edge, ...more) => ({ ...edgeStyle(edge, ...more), dashes: edge.dashes, label: edge.label });
  const changedEdges = changes(lines.filter((edge) => onScreen.has(edge)), edgeNow);
  dataset.nodes.add(changes(newNodes, nodeStyle).map((style) => ({ ...nodes[style.id], ...style })));
  dataset.edges.add(changes(newEdges, edgeNow).map((style) => ({ ...lineById.get(style.id), ...style })));
  [...newNodes, ...newEdges].forEach((item) => onScreen.add(item));
  // With positions: otherwise vis-network moves a node back to its old one.
  if (changedNodes.length) dataset.nodes.update(changedNodes.map((style) => ({ ...style, x: nodes[style.id].x, y: nodes[style.id].y })));
  if (changedEdges.length) dataset.edges.update(changedEdges);
  for (const node of stay) {
    const { x, y } = placeNow(node);
    if (x !== node.x || y !== node.y) network.moveNode(node.id, node.x, node.y);
  }
  slots = null;
  tellShown();
  $("network-empty").hidden = nodes.some((node) => !node.hidden);
  network.redraw();
  return undefined;
}

/** Updates only what looks different, so that clicks in a large network stay fast. */
function changes(items, style) {
  return items.filter((item) => {
    const looks = `${item.dimmed} ${item.more ?? ""} ${item.weight ?? ""} ${Boolean(item.dashes)} ${colour("paper")}`;
    const same = styled.get(item) === looks;
    styled.set(item, looks);
    return !same;
  }).map((item) => style(item, colour, item));
}

/** What belongs to the selection and is highlighted; null without a selection. */
function neighbourhood() {
  if (selected === null) return null;
  if (selected.iri === undefined && !isEdge(selected)) return null;
  if (isEdge(selected)) return new Set([selected, nodes[selected.from], nodes[selected.to]]);
  const around = links(selected);
  return new Set([selected, ...around, ...around.map((edge) => other(edge, selected))]);
}

/** Updates legend, picture, table and address after a change. */
function changed() {
  say("");
  syncLegend();
  sync();
  if (!movedByReader) fit(false);
  remember();
}

// Floating

/** Pushes apart overlapping nodes with their labels: the physics simulation knows only points. */
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
  for (const node of nodes) if (!node.hidden) floated.set(node, placeNow(node));
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
