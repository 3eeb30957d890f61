// Positions of nodes: room for them and their labels, and fitting the view.

const ruler = document.createElement("canvas").getContext("2d");

const widths = new Map();

/** Text widths are cached: the same labels are laid out in each frame while the view is dragged. */
function textWidth(text, size) {
  const key = `${size} ${text}`;
  if (!widths.has(key)) {
    ruler.font = `${size}px ${FONT}`;
    widths.set(key, ruler.measureText(text).width);
  }
  return widths.get(key);
}

/** Placed boxes, with fast lookup. */
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

/** The gap between a symbol and the label below it, as vis-network draws them. */
const GAP = 10;

/** The box that a node and its label need, around its position. */
function footprint(node, spare = 14) {
  const lines = node.label.split("\n");
  const text = { width: Math.max(...lines.map((line) => textWidth(line, node.fontSize))), height: lines.length * node.fontSize * 1.15 };
  if (INSIDE.has(node.shape)) {
    const stretch = node.shape === "ellipse" ? 1.45 : 1;
    const half = { x: (text.width * stretch) / 2 + spare + 4, y: (text.height * stretch) / 2 + spare + 4 };
    return { left: half.x, right: half.x, top: half.y, bottom: half.y };
  }
  const half = Math.max(text.width / 2, node.size) + spare;
  return { left: half, right: half, top: node.size + spare / 2, bottom: node.size + GAP + text.height + spare };
}

/** The same with separate boxes for symbol and label: the room next to a small symbol over a wide label stays free. */
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
 * Makes room: keeps the layout, but no label covers another. `aspect` is the width of the screen divided by its height;
 * a wide layout is made taller for a phone.
 */
function spread(nodes, aspect) {
  const boxes = nodes.map((node) => ({ id: node.id, x: node.x, y: node.y, ...footprint(node) }));
  const order = new Map(nodes.map((node, at) => [node.id, at]));
  const { left, right, top, bottom } = bounds(boxes.map(({ x, y }) => ({ left: x, right: x, top: y, bottom: y })));
  const [width, height] = [Math.max(right - left, 1), Math.max(bottom - top, 1)];
  const needed = boxes.reduce((sum, box) => sum + (box.left + box.right) * (box.top + box.bottom), 0);
  const room = nodes.length <= 60 ? 3 : 2.2;
  const grow = Math.min(Math.max(Math.sqrt((needed * room) / (width * height)), 0.5), 20);
  const stretch = Math.min(Math.max(Math.sqrt((aspect * height) / width), 0.55), 1.8);
  for (const box of boxes) { box.x *= grow * stretch; box.y *= grow / stretch; }
  for (let round = 0, crowded = true; crowded && round < 200; round += 1) crowded = pushApart(boxes);
  boxes.sort((a, b) => order.get(a.id) - order.get(b.id));
  // Whole pixels, because vis-network truncates positions whenever a node changes.
  return boxes.map(({ id, x, y }) => ({ id, x: Math.round(x), y: Math.round(y) }));
}

/**
 * Positions for `rest` among nodes that keep theirs: each near its neighbours, so that nothing jumps when it is switched
 * on.
 */
function settle(rest, placed, neighbours) {
  const boxes = new Map(placed.map((node) => [node, { id: node.id, held: true, x: node.x, y: node.y, ...footprint(node) }]));
  const { left, right, bottom } = bounds(placed.map((node) => around(node, footprint(node))));
  const mean = (places, axis) => places.reduce((sum, place) => sum + place[axis], 0) / places.length;
  let waiting = rest;
  while (waiting.length) {
    const found = waiting.map((node) => [node, neighbours(node).filter((other) => boxes.has(other)).map((other) => boxes.get(other))]);
    const next = found.filter(([, near]) => near.length);
    // Components without a positioned neighbour go into a row below the others.
    const alone = next.length ? [] : [[found[0][0], [{ x: left + ((right - left) * (found[0][0].id % 12)) / 12, y: bottom + 80 }]]];
    for (const [node, near] of [...next, ...alone]) boxes.set(node, { id: node.id, x: mean(near, "x"), y: mean(near, "y"), ...footprint(node) });
    waiting = waiting.filter((node) => !boxes.has(node));
  }
  const all = [...boxes.values()];
  for (let round = 0, crowded = true; crowded && round < 200; round += 1) crowded = pushApart(all);
  return all.filter((box) => !box.held).map(({ id, x, y }) => ({ id, x: Math.round(x), y: Math.round(y) }));
}

/** Practices are the subject of the graph: their names must be legible when everything is in view. */
function spreadReadably(nodes, free) {
  const practices = nodes.filter((node) => node.kind === "practice" && !node.focus);
  let places = [];
  for (let attempt = 0; attempt < 4; attempt += 1) {
    places = spread(nodes, free.width / free.height);
    const box = bounds(places.map((place, at) => around(place, footprint(nodes[at]))));
    const scale = Math.min(free.width / (box.right - box.left), free.height / (box.bottom - box.top));
    const needed = Math.min(Math.ceil((SMALLEST + 0.6) / scale), LARGEST);
    if (practices.every((node) => node.fontSize >= needed)) break;
    for (const node of practices) node.fontSize = Math.max(node.fontSize, needed);
  }
  return places;
}

function pushApart(boxes) {
  let crowded = false;
  boxes.sort((a, b) => a.x - a.left - (b.x - b.left) || a.id - b.id);
  // If one of both is fixed, the other moves the whole distance.
  const moved = (box, other) => (box.held ? 0 : other.held ? 2 : 1);
  boxes.forEach((one, at) => {
    for (let next = at + 1; next < boxes.length; next += 1) {
      const other = boxes[next];
      // Sorted by left side: no further box overlaps `one`.
      if (other.x - other.left >= one.x + one.right) break;
      const byX = Math.min(one.x + one.right, other.x + other.right) - Math.max(one.x - one.left, other.x - other.left);
      const byY = Math.min(one.y + one.bottom, other.y + other.bottom) - Math.max(one.y - one.top, other.y - other.top);
      if (byX <= 0.5 || byY <= 0.5 || (one.held && other.held)) continue;
      crowded = true;
      // Along the line between them, so that nodes around a hub stay there. At the same position: by number, in all directions.
      const turn = Math.atan2(other.y - one.y, other.x - one.x) || (one.id - other.id) * 2.4;
      const [x, y] = [Math.cos(turn), Math.sin(turn)];
      const way = Math.min(byX / Math.max(Math.abs(x), 1e-6), byY / Math.max(Math.abs(y), 1e-6)) * 0.52;
      one.x -= way * x * moved(one, other);
      one.y -= way * y * moved(one, other);
      other.x += way * x * moved(other, one);
      other.y += way * y * moved(other, one);
    }
  });
  return crowded;
}

/** Fits everything that is shown into the free part of the canvas. */
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
