// Where things and words go: room between labels, labels on edges, labels seen from afar, and fitting the view.

const ruler = document.createElement("canvas").getContext("2d");

function textWidth(text, size) {
  ruler.font = `${size}px ${FONT}`;
  return ruler.measureText(text).width;
}

/** Boxes that were put somewhere, found again quickly. */
class Occupied {
  constructor() { this.cells = new Map(); }

  *#touched({ left, right, top, bottom }) {
    for (let x = Math.floor(left / 120); x <= right / 120; x += 1) {
      for (let y = Math.floor(top / 120); y <= bottom / 120; y += 1) yield `${x} ${y}`;
    }
  }

  add(box) {
    for (const cell of this.#touched(box)) {
      if (this.cells.has(cell)) this.cells.get(cell).push(box); else this.cells.set(cell, [box]);
    }
  }

  meets(box) {
    for (const cell of this.#touched(box)) {
      for (const other of this.cells.get(cell) ?? []) {
        if ((box.owner === undefined || other.owner !== box.owner) && box.left < other.right && box.right > other.left
          && box.top < other.bottom && box.bottom > other.top) return true;
      }
    }
    return false;
  }
}

/** The box that a node and its label need, around its place. */
function footprint(node, spare = 14) {
  const lines = node.label.split("\n");
  const text = { width: Math.max(...lines.map((line) => textWidth(line, node.fontSize))), height: lines.length * node.fontSize * 1.15 };
  if (INSIDE.has(node.shape)) {
    const stretch = node.shape === "ellipse" ? 1.45 : 1;
    const half = { x: (text.width * stretch) / 2 + spare + 4, y: (text.height * stretch) / 2 + spare + 4 };
    return { left: half.x, right: half.x, top: half.y, bottom: half.y };
  }
  const half = Math.max(text.width / 2, node.size) + spare;
  return { left: half, right: half, top: node.size + spare / 2, bottom: node.size + text.height + spare };
}

/** The same closer: symbol and label apart, so that the room beside a small symbol over a wide label stays free. */
function partsOf(node, place) {
  if (INSIDE.has(node.shape)) return [around(place, footprint(node, 2))];
  const { left, bottom } = footprint(node, 3);
  const label = { left, right: left, top: -node.size, bottom };
  return [around(place, { left: node.size, right: node.size, top: node.size, bottom: node.size }), around(place, label)];
}

const around = ({ x, y }, { left, right, top, bottom }) => ({ left: x - left, right: x + right, top: y - top, bottom: y + bottom });

function bounds(boxes) {
  return {
    left: Math.min(...boxes.map((box) => box.left)), right: Math.max(...boxes.map((box) => box.right)),
    top: Math.min(...boxes.map((box) => box.top)), bottom: Math.max(...boxes.map((box) => box.bottom)),
  };
}

/**
 * Makes room: the arrangement stays as it was given, but no label stands on another. `aspect` is width by height of the
 * space on the screen; a wide arrangement is made taller for a phone.
 */
function spread(nodes, aspect) {
  const boxes = nodes.map((node) => ({ id: node.id, x: node.x, y: node.y, ...footprint(node) }));
  const { left, right, top, bottom } = bounds(boxes.map(({ x, y }) => ({ left: x, right: x, top: y, bottom: y })));
  const [width, height] = [Math.max(right - left, 1), Math.max(bottom - top, 1)];
  const needed = boxes.reduce((sum, box) => sum + (box.left + box.right) * (box.top + box.bottom), 0);
  const room = nodes.length <= 60 ? 3 : 2.2;
  const grow = Math.min(Math.max(Math.sqrt((needed * room) / (width * height)), 0.5), 20);
  const stretch = Math.min(Math.max(Math.sqrt((aspect * height) / width), 0.55), 1.8);
  for (const box of boxes) { box.x *= grow * stretch; box.y *= grow / stretch; }
  for (let round = 0, crowded = true; crowded && round < 200; round += 1) crowded = pushApart(boxes);
  // Whole pixels, because vis-network cuts the rest off whenever a node changes.
  return boxes.map(({ id, x, y }) => ({ id, x: Math.round(x), y: Math.round(y) }));
}

function pushApart(boxes) {
  let crowded = false;
  boxes.sort((a, b) => a.x - a.left - (b.x - b.left) || a.id - b.id);
  boxes.forEach((one, at) => {
    for (let next = at + 1; next < boxes.length; next += 1) {
      const other = boxes[next];
      // Sorted by left side: from here on nobody reaches back to `one`.
      if (other.x - other.left >= one.x + one.right) break;
      const byX = Math.min(one.x + one.right, other.x + other.right) - Math.max(one.x - one.left, other.x - other.left);
      const byY = Math.min(one.y + one.bottom, other.y + other.bottom) - Math.max(one.y - one.top, other.y - other.top);
      if (byX <= 0.5 || byY <= 0.5) continue;
      crowded = true;
      // Along the line between them, so that what stood around a hub still does. In one place: by number, all around.
      const turn = Math.atan2(other.y - one.y, other.x - one.x) || (one.id - other.id) * 2.4;
      const [x, y] = [Math.cos(turn), Math.sin(turn)];
      const way = Math.min(byX / Math.max(Math.abs(x), 1e-6), byY / Math.max(Math.abs(y), 1e-6)) * 0.52;
      one.x -= way * x;
      one.y -= way * y;
      other.x += way * x;
      other.y += way * y;
    }
  });
  return crowded;
}

/** From the middle outwards. */
const ALONG = Array.from({ length: 19 }, (_, step) => 0.5 + Math.ceil(step / 2) * 0.04 * (step % 2 ? -1 : 1));
const FAMILY_ORDER = ["against", "for", "shades", "plain"];

/** How far along its edge each label stands clear of nodes and of other labels; what says most chooses first. */
function edgeLabelSlots(network, nodes, edges) {
  const occupied = new Occupied();
  const places = network.getPositions();
  for (const node of nodes.filter((one) => !one.hidden)) partsOf(node, places[node.id]).forEach((box) => occupied.add(box));
  const slots = new Map();
  const shown = edges.filter((edge) => !edge.hidden && edge.label);
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

/** Words on edges: when they can be read, and always on the one that is selected or under the pointer. */
function drawEdgeLabels(context, network, edges, slots, colour, first) {
  const scale = network.getScale();
  const legible = (edge) => EDGE_FONT * scale >= (edge.quiet ? 12 : edges.length <= 60 ? 7.5 : 8.5);
  for (const edge of edges) {
    if (edge.hidden || !edge.label || (!first.has(edge) && (!legible(edge) || edge.dimmed || !slots.has(edge.id)))) continue;
    const line = network.body.edges[edge.id].edgeType;
    const { x, y } = line.getPoint(slots.get(edge.id) ?? 0.5);
    const size = first.has(edge) ? Math.max(EDGE_FONT, 12 / scale) : EDGE_FONT;
    const width = textWidth(edge.label, size);
    // A label as long as its edge would hide it; panel and tooltip say the same.
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
 * Far out vis-network's own labels are too small to read. Then labels of constant size stand for the most important
 * things, as on a map: as many as have room without touching each other or the symbols of others.
 */
function drawOverviewLabels(context, network, nodes, colour, { first, left }) {
  const scale = network.getScale();
  const { clientWidth: width, clientHeight: height } = context.canvas;
  const tooSmall = (node) => node.fontSize * scale < SMALLEST;
  const shown = nodes.filter((node) => !node.hidden);
  if (!shown.some(tooSmall)) return;
  const at = new Map(shown.map((node) => [node, network.canvasToDOM(network.body.nodes[node.id])]));
  const visible = shown.filter((node) => { const { x, y } = at.get(node); return x > 0 && y > 0 && x < width && y < height; });
  const symbols = new Occupied();
  const labels = new Occupied();
  for (const node of visible) {
    if (tooSmall(node)) symbols.add({ owner: node, ...around(at.get(node), symbolSize(node, scale)) });
    else labels.add(around(at.get(node), scaled(footprint(node, 2), scale)));
  }
  const rank = (node) => (first.has(node) ? 2000 : 0) + (node.focus ? 1000 : 0) + (INSIDE.has(node.shape) ? 10 : 0) + node.degree;
  const ratio = context.canvas.width / width;
  context.save();
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  visible.filter((node) => tooSmall(node) && !node.dimmed).sort((a, b) => rank(b) - rank(a) || a.id - b.id).forEach((node, number) => {
    const label = overviewLabel(node, at.get(node), symbolSize(node, scale), { strong: node.focus || first.has(node), left, width, height });
    const free = label.boxes.find((box) => !labels.meets(box) && !symbols.meets(box))
      ?? (number < 8 ? label.boxes.find((box) => !labels.meets(box)) : undefined);
    if (!free) return;
    labels.add(free);
    write(context, label.lines, (free.left + free.right) / 2, free.top + 1, 12, { ink: colour("ink"), ground: colour("ground"), strong: label.strong });
  });
  context.restore();
}

const scaled = (box, factor) => Object.fromEntries(Object.entries(box).map(([side, length]) => [side, length * factor]));

function symbolSize(node, scale) {
  if (INSIDE.has(node.shape)) return scaled(footprint(node, 2), scale);
  const half = node.size * scale + 1;
  return { left: half, right: half, top: half, bottom: half };
}

/** A label of at most two lines and where it may stand: below, above, right, left of its symbol, inside the view. */
function overviewLabel(node, { x, y }, symbol, { strong, left, width, height }) {
  const all = node.label.split("\n");
  const lines = all.length <= 2 ? all : [all[0], `${all[1].replace(/…$/, "")}…`];
  const half = (Math.max(...lines.map((line) => textWidth(line, 12))) * (strong ? 1.08 : 1)) / 2 + 3;
  const tall = lines.length * 14 + 2;
  const middle = Math.min(Math.max(x, left + half + 4), width - half - 4);
  const place = (centre, top) => ({ owner: node, left: centre - half, right: centre + half, top, bottom: top + tall });
  const boxes = [place(middle, y + symbol.bottom + 2), place(middle, y - symbol.top - tall - 1),
    place(x + symbol.right + half + 2, y - tall / 2), place(x - symbol.left - half - 2, y - tall / 2)];
  return { lines, strong, boxes: boxes.filter((box) => box.left >= left && box.right <= width && box.top >= 2 && box.bottom <= height) };
}

/** The whole of what is shown, in the part of the canvas that legend and panel leave free. */
function fitView(network, nodes, inset, animate) {
  const shown = nodes.filter((node) => !node.hidden);
  if (!shown.length) return;
  const places = network.getPositions(shown.map((node) => node.id));
  const box = bounds(shown.map((node) => around(places[node.id], footprint(node))));
  const canvas = network.canvas.frame.canvas;
  const free = { width: canvas.clientWidth - inset.left - inset.right - 24, height: canvas.clientHeight - inset.top - inset.bottom - 24 };
  const scale = Math.min(Math.max(free.width, 60) / (box.right - box.left), Math.max(free.height, 60) / (box.bottom - box.top), 1.25);
  network.moveTo({
    position: { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 },
    scale,
    offset: { x: (inset.left - inset.right) / 2, y: (inset.top - inset.bottom) / 2 },
    animation: animate ? { duration: 250, easingFunction: "easeInOutQuad" } : false,
  });
}
