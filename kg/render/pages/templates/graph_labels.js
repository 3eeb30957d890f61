// Which nodes are boxes at a zoom, which way edges take around these, and where their labels stand.

/** Of what says where a finding belongs, the first one to a thing that it is about and the first one to a work are drawn. */
const isPlumbing = (edge) => data.plumbing.includes(edge.kind) && !edge.members;
/** From the middle outwards. */
const ALONG = Array.from({ length: 13 }, (_, step) => 0.5 + Math.ceil(step / 2) * 0.05 * (step % 2 ? -1 : 1));
const FAMILY_ORDER = ["against", "for", "shades", "absence", "plain"];
/** With more edges than this, all are straight or curved as they are given. */
const MOST_LED = 450;

const onScreenAt = (at, scale) => ({ x: at.x * scale, y: at.y * scale });

/** The nodes that are boxes with their names at this zoom: as many as fit without covering another box or symbol. */
function chooseBoxes(network, some) {
  const scale = network.getScale();
  unit = 1 / scale;
  const crowded = some.length > 150;
  setSizes(some, some.length);
  const at = new Map(some.map((node) => [node, onScreenAt(network.body.nodes[node.id], scale)]));
  const [taken, symbols] = [new Occupied(), new Occupied()];
  const boxFor = (node, boxed, spare) => ({ owner: node, ...around(at.get(node), footprint(node, spare, boxed)) });
  for (const node of some) symbols.add(boxFor(node, false, 0));
  // In a crowd, the names of practices are worth more than the symbols under them.
  const must = (node) => node === selected || node.focus || (crowded && node.kind === "practice");
  const { clientWidth, clientHeight } = network.canvas.frame.canvas;
  // As long as the reader has not moved the picture, no box is cut off at its edge.
  const isWhole = (node) => {
    const [{ x, y }, half] = [network.canvasToDOM(network.body.nodes[node.id]), halfOf(node, true)];
    return x > half.x && y > half.y && x < clientWidth - half.x && y < clientHeight - half.y;
  };
  const first = (node) => Number(node === selected);
  for (const node of [...some].sort((one, another) => first(another) - first(one) || byImportance(one, another))) {
    const box = boxFor(node, true, 1);
    node.boxed = !taken.meets(box) && (must(node) || (!symbols.meets(box) && (movedByReader || isWhole(node))));
    if (node.boxed) taken.add(box);
  }
}

/** Up to one thing that a finding is about and one work for each finding: the edges that are drawn of all that say where it belongs. */
function plumbingToDraw(some) {
  const best = new Map();
  for (const edge of some.filter(isPlumbing)) {
    const [from, to] = [nodes[edge.from], nodes[edge.to]];
    const finding = [from, to].find(isStated);
    if (!finding && some.length > 60 && !from.focus && !to.focus) continue;
    const key = finding ? `${finding.id} ${from.kind === "work" || to.kind === "work"}` : `${edge.id}`;
    const kept = best.get(key);
    if (!kept || data.plumbing.indexOf(edge.kind) < data.plumbing.indexOf(kept.kind)) best.set(key, edge);
  }
  return new Set(best.values());
}

/** Points along a curve as vis-network draws it, between the middles of its nodes. */
function pointsAlong(from, to, { enabled, type, roundness }) {
  const way = enabled ? (type === "curvedCW" ? 1 : -1) * roundness : 0;
  const [dx, dy] = [to.x - from.x, from.y - to.y];
  const turn = Math.atan2(dy, dx) + (0.5 * way + 0.5) * Math.PI;
  const reach = (0.5 * way + 0.5) * Math.hypot(dx, dy);
  const via = enabled ? { x: from.x + reach * Math.sin(turn), y: from.y + reach * Math.cos(turn) } : { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const steps = Math.min(Math.max(Math.ceil(Math.hypot(dx, dy) / (8 * unit)), 6), 60);
  return Array.from({ length: steps - 1 }, (_, step) => {
    const t = (step + 1) / steps;
    const mix = (axis) => (1 - t) ** 2 * from[axis] + 2 * t * (1 - t) * via[axis] + t ** 2 * to[axis];
    return { x: mix("x"), y: mix("y") };
  });
}

const CURVES = [0.1, 0.18, 0.28, 0.4, 0.55, 0.75].flatMap((roundness) => ["curvedCW", "curvedCCW"].map((type) => ({ enabled: true, type, roundness })));

/** How much of an edge is under nodes that it does not belong to. */
function covered(edge, smooth, places, occupied) {
  const [from, to] = [places[edge.from], places[edge.to]];
  return pointsAlong(from, to, smooth).filter(({ x, y }) => occupied.under(x, y, edge.from, edge.to)).length;
}

let ways = { key: "", of: new Map() }; // of edges, as long as boxes stand where they are

/** The curve of an edge with the least of it under nodes that it does not belong to, and how much that is. */
function wayOf(edge, places, occupied, many) {
  if (edge.from === edge.to || many > MOST_LED) return { smooth: edge.smooth, least: 0 };
  let found = { least: Infinity };
  // What only says where a finding belongs takes no long way.
  for (const smooth of [edge.smooth, ...(isPlumbing(edge) ? CURVES.slice(0, 6) : CURVES)]) {
    const least = covered(edge, smooth, places, occupied);
    if (least < found.least) found = { smooth, least };
    if (!least) break;
  }
  return found;
}

/** Leads edges around the boxes of other nodes, and leaves out what says where a finding belongs if that is not possible. */
function leadEdges(network, some, lines) {
  const places = Object.fromEntries(some.map((node) => [node.id, network.body.nodes[node.id]]));
  const key = `${unit} ${lines.length > MOST_LED} ${some.map(({ id, boxed }) => `${id} ${places[id].x} ${places[id].y} ${boxed}`)}`;
  if (ways.key !== key) ways = { key, of: new Map() };
  const occupied = new Occupied(120 * unit);
  for (const node of some) {
    const { x, y } = halfOf(node);
    occupied.add({ owner: node.id, ...around(places[node.id], { left: (x + 1) * unit, right: (x + 1) * unit, top: (y + 1) * unit, bottom: (y + 1) * unit }) });
  }
  const wanted = plumbingToDraw(lines);
  const selectedHere = (edge) => selected !== null && (edge === selected || nodes[edge.from] === selected || nodes[edge.to] === selected);
  return lines.map((edge) => {
    if (isPlumbing(edge) && !wanted.has(edge) && !selectedHere(edge)) return { ...lineStyle(edge), smooth: edge.smooth, hidden: true };
    if (!ways.of.has(edge)) ways.of.set(edge, wayOf(edge, places, occupied, lines.length));
    const { smooth, least } = ways.of.get(edge);
    return { ...lineStyle(edge), smooth, hidden: least > 0 && isPlumbing(edge) && !selectedHere(edge) };
  });
}

let settledAt = ""; // the zoom for which boxes and edges are as they should be

/** After nodes have moved or the zoom has changed: boxes, then the edges around them. Edges end at boxes once these are drawn. */
function settlePicture(network, some, lines) {
  chooseBoxes(network, some);
  network.body.emitter.emit("_requestRedraw");
  const changed = leadEdges(network, some, lines).filter(({ id, smooth, hidden, width }) => {
    const now = network.body.edges[id].options;
    return now.hidden !== hidden || now.width !== width || ["enabled", "type", "roundness"].some((name) => now.smooth[name] !== smooth[name]);
  });
  if (changed.length) dataset.edges.update(changed);
  settledAt = network.getScale().toFixed(3);
}

/** The position of each label along its edge, away from nodes and other labels; the most important labels first. */
function edgeLabelSlots(network, some, lines) {
  settlePicture(network, some, lines);
  const occupied = new Occupied(120 * unit);
  const places = network.getPositions();
  const room = (place, x, y) => around(place, { left: x * unit, right: x * unit, top: y * unit, bottom: y * unit });
  for (const node of some) {
    const { x, y } = halfOf(node);
    // With room for arrow heads.
    occupied.add(room(places[node.id], x + 12, y + 12));
  }
  const slots = new Map();
  const shown = lines.filter((edge) => edge.label && edge.family !== "plain" && !network.body.edges[edge.id].options.hidden);
  shown.sort((a, b) => FAMILY_ORDER.indexOf(a.family) - FAMILY_ORDER.indexOf(b.family) || a.id - b.id);
  for (const edge of shown) {
    const half = textWidth(edge.label, LETTER) / 2 + 3;
    for (const along of ALONG) {
      const box = { owner: edge, ...room(network.body.edges[edge.id].edgeType.getPoint(along), half, 9) };
      if (occupied.meets(box)) continue;
      occupied.add(box);
      slots.set(edge.id, along);
      break;
    }
  }
  return slots;
}

/** Labels on edges where there is room, and always on the edge that is selected or under the pointer. */
function drawEdgeLabels(context, network, lines, slots, colour, first) {
  const size = LETTER * unit;
  for (const edge of lines) {
    if (!edge.label || (!first.has(edge) && (edge.dimmed || !slots.has(edge.id)))) continue;
    const line = network.body.edges[edge.id].edgeType;
    const { x, y } = line.getPoint(slots.get(edge.id) ?? 0.5);
    const width = textWidth(edge.label, LETTER) * unit;
    context.fillStyle = faded(colour("ground"), 0.88);
    context.fillRect(x - width / 2 - 2 * unit, y - size * 0.62, width + 4 * unit, size * 1.24);
    context.font = `${first.has(edge) ? 600 : 400} ${size}px ${FONT}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = colour(edge.family === "plain" ? "soft" : edge.family);
    context.fillText(edge.label, x, y);
  }
}
