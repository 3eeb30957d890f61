// Positions of labels: on edges, and of nodes when zoomed out.

/** From the middle outwards. */
const ALONG = Array.from({ length: 19 }, (_, step) => 0.5 + Math.ceil(step / 2) * 0.04 * (step % 2 ? -1 : 1));
const FAMILY_ORDER = ["against", "for", "shades", "absence", "plain"];

/** The position of each label along its edge, away from nodes and other labels; the most important labels first. */
function edgeLabelSlots(network, nodes, edges) {
  const occupied = new Occupied();
  const places = network.getPositions();
  for (const node of nodes) partsOf(node, places[node.id]).forEach((box) => occupied.add(box));
  const slots = new Map();
  const shown = edges.filter((edge) => edge.label);
  shown.sort((a, b) => FAMILY_ORDER.indexOf(a.family) - FAMILY_ORDER.indexOf(b.family) || a.id - b.id);
  for (const edge of shown) {
    const half = textWidth(edge.label, EDGE_FONT) / 2 + 3;
    for (const along of ALONG) {
      const { x, y } = network.body.edges[edge.id].edgeType.getPoint(along);
      const box = { owner: edge, left: x - half, right: x + half, top: y - 9, bottom: y + 9 };
      if (occupied.meets(box)) continue;
      occupied.add(box);
      slots.set(edge.id, along);
      break;
    }
  }
  return slots;
}

/** Labels on edges: if they can be read, and always on the edge that is selected or under the pointer. */
function drawEdgeLabels(context, network, edges, slots, colour, first) {
  const scale = network.getScale();
  const legible = (edge) => EDGE_FONT * scale >= (edge.quiet ? 12 : edges.length <= 60 ? 7.5 : 8.5);
  for (const edge of edges) {
    if (!edge.label || (!first.has(edge) && (!legible(edge) || edge.dimmed || !slots.has(edge.id)))) continue;
    const line = network.body.edges[edge.id].edgeType;
    const { x, y } = line.getPoint(slots.get(edge.id) ?? 0.5);
    const size = first.has(edge) ? Math.max(EDGE_FONT, 12 / scale) : EDGE_FONT;
    const width = textWidth(edge.label, size);
    // A label as long as its edge would hide the edge; panel and tooltip show the same text.
    if (Math.hypot(line.from.x - line.to.x, line.from.y - line.to.y) < width * 1.7 && line.from !== line.to) continue;
    context.fillStyle = faded(colour("ground"), 0.88);
    context.fillRect(x - width / 2 - 2, y - size * 0.62, width + 4, size * 1.24);
    context.font = `${first.has(edge) ? 600 : 400} ${size}px ${FONT}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = colour(edge.family === "plain" ? "soft" : edge.family);
    context.fillText(edge.label, x, y);
  }
}

/**
 * When zoomed out, the labels of vis-network are too small to read. Then the most important nodes get labels of constant
 * size, as on a map: as many as fit without touching each other or other symbols.
 */
function drawOverviewLabels(context, network, nodes, colour, { first, left }) {
  const scale = network.getScale();
  const { clientWidth: width, clientHeight: height } = context.canvas;
  const tooSmall = (node) => node.fontSize * scale < SMALLEST;
  if (!nodes.some(tooSmall)) return;
  const at = new Map(nodes.map((node) => [node, network.canvasToDOM(network.body.nodes[node.id])]));
  const visible = nodes.filter((node) => { const { x, y } = at.get(node); return x > 0 && y > 0 && x < width && y < height; });
  const symbols = new Occupied();
  const labels = new Occupied();
  for (const node of visible) {
    if (tooSmall(node)) symbols.add({ owner: node, ...around(at.get(node), symbolSize(node, scale)) });
    else labels.add(around(at.get(node), scaled(footprint(node, 2), scale)));
  }
  const must = (node) => first.has(node) || node.focus || node.kind === "practice";
  const rank = (node) => (first.has(node) ? 2000 : 0) + (node.focus ? 1000 : 0) + (node.kind === "practice" ? 500 : 0)
    + (INSIDE.has(node.shape) ? 10 : 0) + node.degree;
  const ratio = context.canvas.width / width;
  context.save();
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  visible.filter((node) => tooSmall(node) && !node.dimmed).sort((a, b) => rank(b) - rank(a) || a.id - b.id).forEach((node) => {
    const label = overviewLabel(node, at.get(node), symbolSize(node, scale), { strong: node.focus || first.has(node), left, width, height });
    const free = label.boxes.find((box) => !labels.meets(box) && (!symbols.meets(box) || (must(node) && box.inside)))
      ?? (must(node) ? label.boxes.find((box) => !labels.meets(box)) ?? label.boxes[0] : undefined);
    if (!free) return;
    labels.add(free);
    if (free.inside) return writeInside(context, label, free, colour, node);
    write(context, label.lines, (free.left + free.right) / 2, free.top + 1, 12, { ink: colour("ink"), ground: colour("ground"), strong: label.strong });
  });
  context.restore();
}

/** Redraws a box or ellipse that is smaller than its name around the name, with a line to its position if it had to move. */
function writeInside(context, { lines, strong, from }, { left, right, top, bottom }, colour, node) {
  context.strokeStyle = colour("soft");
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.lineTo((left + right) / 2, (top + bottom) / 2);
  context.stroke();
  context.fillStyle = colour(node.look);
  context.strokeStyle = node.focus ? colour("accent") : outlined(colour(node.look), colour("outline"));
  context.lineWidth = node.focus ? 3 : 1;
  context.beginPath();
  context.roundRect(left, top, right - left, bottom - top, node.shape === "ellipse" ? 9 : 4);
  context.fill();
  context.stroke();
  write(context, lines, (left + right) / 2, top + 2.5, 12, { ink: colour("inside"), ground: colour(node.look), strong });
}

const scaled = (box, factor) => Object.fromEntries(Object.entries(box).map(([side, length]) => [side, length * factor]));

function symbolSize(node, scale) {
  if (INSIDE.has(node.shape)) return scaled(footprint(node, 2), scale);
  const half = node.size * scale + 1;
  return { left: half, right: half, top: half, bottom: half };
}

/** Text in lines of so many characters; the end is cut off with an ellipsis. */
function wrapped(text, letters, most) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (longer.length <= letters || !lines.at(-1)) lines[lines.length - 1] = longer;
    else if (lines.length < most) lines.push(word);
    else { lines[lines.length - 1] = `${lines.at(-1).replace(/…$/, "")}…`; break; }
  }
  return lines.map((line) => short(line, letters + 6));
}

/** Offsets from the middle outwards for a box of this size, vertically before horizontally. */
function nearby(half, tall) {
  const steps = [];
  for (let column = -2; column <= 2; column += 1) {
    for (let row = -14; row <= 14; row += 1) steps.push([column * half, (row * (tall + 3)) / 2]);
  }
  return steps.sort((a, b) => Math.hypot(...a) - Math.hypot(...b));
}

/** A short label and its possible positions: on a box, or else below, above or next to its symbol, inside the view. */
function overviewLabel(node, { x, y }, symbol, { strong, left, width, height }) {
  const inside = INSIDE.has(node.shape);
  const lines = wrapped(node.label, width < 700 ? 17 : 24, 2);
  const half = (Math.max(...lines.map((line) => textWidth(line, 12))) * (strong ? 1.08 : 1)) / 2 + (inside ? 6 : 3);
  const tall = lines.length * 14 + (inside ? 4 : 2);
  const place = (centre, top, more) => ({ owner: node, left: centre - half, right: centre + half, top, bottom: top + tall, ...more });
  // Moved into the view from outside its edges, but never onto the symbol.
  const middle = Math.min(Math.max(x, left + half + 4), width - half - 4);
  const [over, under] = [y - symbol.top - tall - 1, y + symbol.bottom + 2];
  const [west, east] = [x - symbol.left - half - 2, x + symbol.right + half + 2];
  // A name that is covered moves to the nearest free position.
  const boxes = [...(inside ? nearby(half, tall).map(([dx, dy]) => place(middle + dx, y - tall / 2 + dy, { inside })) : []), place(middle, under), place(middle, over),
    place(east, y - tall / 2), place(west, y - tall / 2), place(east, y), place(west, y), place(east, y - tall), place(west, y - tall)];
  const seen = boxes.filter((box) => box.left >= left && box.right <= width && box.top >= 2 && box.bottom <= height);
  return { lines, strong, from: { x, y }, boxes: seen.length ? seen : boxes.slice(0, 1) };
}

/** The number of hidden neighbours, at the corner of each node. */
function drawCounts(context, network, nodes, colour) {
  if (!state.outline) return;
  const ratio = context.canvas.width / context.canvas.clientWidth;
  context.save();
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (const node of nodes) {
    const legible = INSIDE.has(node.shape) ? node.fontSize * network.getScale() >= SMALLEST : node.size * network.getScale() >= 9;
    if (!node.more || node.dimmed || !legible) continue;
    const { right, top } = network.getBoundingBox(node.id);
    const middle = network.body.nodes[node.id];
    const { x, y } = network.canvasToDOM(INSIDE.has(node.shape) ? { x: right, y: top } : { x: middle.x + node.size * 0.8, y: middle.y - node.size * 0.7 });
    const text = `+${node.more}`;
    const half = textWidth(text, 10.5) / 2 + 4;
    context.fillStyle = colour("paper");
    context.strokeStyle = colour("soft");
    context.lineWidth = 1;
    context.beginPath();
    context.roundRect(x - half, y - 8, 2 * half, 15, 7.5);
    context.fill();
    context.stroke();
    write(context, [text], x, y - 5.5, 10.5, { ink: colour("ink"), ground: colour("paper") });
  }
  context.restore();
}
