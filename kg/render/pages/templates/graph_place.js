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
  constructor(size = 120) { this.cells = new Map(); this.size = size; }

  *#touched({ left, right, top, bottom }) {
    for (let x = Math.floor(left / this.size); x <= right / this.size; x += 1) {
      for (let y = Math.floor(top / this.size); y <= bottom / this.size; y += 1) yield `${x} ${y}`;
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

  /** Whether a point is in a box that belongs to neither of two owners. */
  under(x, y, one, another) {
    return (this.cells.get(`${Math.floor(x / this.size)} ${Math.floor(y / this.size)}`) ?? [])
      .some((box) => box.owner !== one && box.owner !== another && x > box.left && x < box.right && y > box.top && y < box.bottom);
  }
}

const withSpare = ({ x, y }, spare) => ({ left: x + spare, right: x + spare, top: y + spare * 0.8, bottom: y + spare * 0.8 });

/** The room that a node takes around its position as it is drawn now, in pixels. */
const footprint = (node, spare, boxed = node.boxed) => withSpare(halfOf(node, boxed), spare);

/**
 * The room that a node takes in a layout, at zoom 1. It does not depend on what is drawn, selected or filtered: the same
 * nodes are laid out in the same way again.
 */
function roomFor(node, named = node.named, spare = 8) {
  if (!named) return withSpare({ x: 7.5, y: 7.5 }, spare);
  const { width, height } = boxOf(node, neighbours(node).length);
  return withSpare({ x: width / 2, y: height / 2 }, spare);
}

const around = ({ x, y }, { left, right, top, bottom }) => ({ left: x - left, right: x + right, top: y - top, bottom: y + bottom });

function bounds(boxes) {
  return {
    left: Math.min(...boxes.map((box) => box.left)), right: Math.max(...boxes.map((box) => box.right)),
    top: Math.min(...boxes.map((box) => box.top)), bottom: Math.max(...boxes.map((box) => box.bottom)),
  };
}

/** The more important nodes get boxes with their names: the centre, then concepts and works before findings, the best connected first. */
function byImportance(one, another) {
  const rank = (node) => (node.focus ? 9e6 : 0) + (isStated(node) ? 0 : 1e4) + node.degree;
  return rank(another) - rank(one) || one.id - another.id;
}

let roomWas = { width: 0, height: 0 }; // for which the layout is made

/**
 * Positions that fit the free part of the screen at zoom 1: a node in the middle with what belongs together around it, or
 * the given positions. As many nodes as there is room for are boxes with their names, the others symbols.
 */
function spreadReadably(some, free, centre = some.find((node) => node.focus)) {
  const ranked = [...some].sort((one, another) => Number(another === centre) - Number(one === centre) || byImportance(one, another));
  const shown = new Set(some);
  const ties = edges.filter((edge) => shown.has(nodes[edge.from]) && shown.has(nodes[edge.to]));
  // Of several turns of the sectors, the one with the fewest edges under nodes.
  const turns = centre ? Math.max(Math.min(Math.floor(600 / some.length), 12), 1) : 1;
  let best = { cost: Infinity };
  for (let turn = 0; turn < turns && best.cost > 0; turn += 1) {
    const start = centre ? aroundCentre(some, centre, free, (2 * Math.PI * turn) / turns) : asGiven(some, free);
    const found = withNames(some, free, centre, start, ranked);
    const cost = turns > 1 ? coveredBy(found.placed, plumbingToDraw(ties), ties) + (some.length - found.named.size) * 4 : 0;
    if (cost < best.cost) best = { ...found, cost };
  }
  const order = new Map(some.map((node, at) => [node.id, at]));
  // Whole pixels, because vis-network truncates positions whenever a node changes.
  return best.placed.sort((a, b) => order.get(a.id) - order.get(b.id)).map(({ id, x, y }) => ({ id, x: Math.round(x), y: Math.round(y), named: best.named.has(nodes[id]) }));
}

/** Positions from a start, with boxes for as many nodes as there is room for. */
function withNames(some, free, centre, start, ranked) {
  let [many, placed, named] = [0, [], new Set()];
  // No more boxes than would fill three quarters of the room.
  for (let area = 0; many < ranked.length && area < free.width * free.height * 0.75; many += 1) area += 4 * roomFor(ranked[many], true, 0).left * roomFor(ranked[many], true, 0).top;
  for (let attempt = 0; attempt < 14; attempt += 1) {
    named = new Set(ranked.slice(0, many));
    placed = some.map((node) => ({ id: node.id, held: node === centre, ...start.get(node), ...roomFor(node, named.has(node)) }));
    const over = pack(placed, free);
    if (over <= 1.03 || many <= 6) break;
    many = Math.max(6, Math.floor(many / Math.min(Math.max(over ** 1.5, 1.06), 1.4)));
  }
  return { placed, named };
}

/** How many steps of edges are under nodes that these do not belong to, if each takes the best of a few curves. */
function coveredBy(placed, drawn, ties) {
  const before = unit;
  unit = 1;
  const occupied = new Occupied();
  for (const one of placed) occupied.add({ owner: one.id, left: one.x - one.left + 7, right: one.x + one.right - 7, top: one.y - one.top + 6, bottom: one.y + one.bottom - 6 });
  const places = Object.fromEntries(placed.map((one) => [one.id, one]));
  let cost = 0;
  for (const edge of ties) {
    if (edge.from === edge.to || (isPlumbing(edge) && !drawn.has(edge))) continue;
    const under = (curve) => covered(edge, curve, places, occupied);
    cost += Math.min(...[edge.smooth, ...CURVES.slice(2, 8)].map(under)) * (isPlumbing(edge) ? 0.2 : 1);
  }
  unit = before;
  return cost;
}

/** Pushes boxes apart and together until they fill the room and do not overlap; returns how many times too large they are. */
function pack(placed, free) {
  const needed = placed.reduce((sum, one) => sum + (one.left + one.right) * (one.top + one.bottom), 0);
  // A few nodes do not stand in the corners of a large screen.
  const share = Math.min(1, Math.max(Math.sqrt((needed * 7) / (free.width * free.height)), 0.3));
  let over = 1;
  for (let round = 0; round < (placed.length > 150 ? 4 : 8); round += 1) {
    const box = bounds(placed.map((one) => around(one, one)));
    const [wide, high] = [(box.right - box.left) / free.width / share, (box.bottom - box.top) / free.height / share];
    for (const one of placed) { one.x /= Math.max(wide, 0.2); one.y /= Math.max(high, 0.2); }
    for (let push = 0, crowded = true; crowded && push < (placed.length > 150 ? 30 : 80); push += 1) crowded = pushApart(placed);
    const now = bounds(placed.map((one) => around(one, one)));
    over = Math.max((now.right - now.left) / free.width, (now.bottom - now.top) / free.height);
    if (over <= 1.03 && round > 1) break;
  }
  return over;
}

/** The given positions, as wide and high as the room. */
function asGiven(some, free) {
  const { left, right, top, bottom } = bounds(some.map(({ x, y }) => ({ left: x, right: x, top: y, bottom: y })));
  const scale = (room, length) => (room * 0.85) / Math.max(length, 1);
  const [wide, high] = [scale(free.width, right - left), scale(free.height, bottom - top)];
  // A little of the shape is given up for the room, but a row of nodes does not become a square.
  const [x, y] = [Math.min(wide, high * 2.2), Math.min(high, wide * 2.2)];
  return new Map(some.map((node) => [node, { x: (node.x - left) * x, y: (node.y - top) * y }]));
}

/** What a node stands next to: a finding next to the challenge that it identifies, other things next to what leads to the centre. */
function standsNextTo(some, centre) {
  const shown = new Set(some);
  const steps = new Map([[centre, 0]]);
  const next = new Map();
  for (const [node, step] of steps) {
    for (const near of neighbours(node)) {
      if (!shown.has(near) || steps.has(near)) continue;
      steps.set(near, step + 1);
      next.set(near, node);
    }
  }
  for (const node of some.filter(isStated)) {
    const about = touching[node.id].filter((edge) => edge.kind === "identifies").map((edge) => nodes[edge.to])
      .filter((challenge) => challenge !== centre && steps.get(challenge) === steps.get(node) && next.get(challenge) === next.get(node));
    if (about.length) next.set(node, about.sort(byImportance)[0]);
  }
  return next;
}

/** A node in the middle, and around it a sector for each of its neighbours with all that stands next to that. */
function aroundCentre(some, centre, free, turned) {
  const next = standsNextTo(some, centre);
  const inside = new Map(some.map((node) => [node, []]));
  for (const node of some) if (node !== centre) inside.get(next.get(node) ?? centre).push(node);
  const rank = (node) => Object.keys(data.kinds).indexOf(node.kind);
  const order = (one, another) => rank(one) - rank(another) || inside.get(another).length - inside.get(one).length || one.id - another.id;
  const need = new Map();
  const needed = (node) => {
    if (!need.has(node)) need.set(node, 1 + inside.get(node).reduce((sum, one) => sum + needed(one), 0) * 0.8);
    return need.get(node);
  };
  const deepest = (node) => 1 + Math.max(0, ...inside.get(node).map(deepest));
  const rings = deepest(centre);
  const found = new Map([[centre, { x: 0, y: 0 }]]);
  const put = (node, from, to, depth) => {
    const whole = inside.get(node).reduce((sum, one) => sum + needed(one), 0);
    let turn = from;
    inside.get(node).sort(order).forEach((one, at) => {
      const until = turn + ((to - from) * needed(one)) / whole;
      const leaf = !inside.get(one).length;
      // Many leaves stand in several rows.
      const reach = (depth + (leaf && inside.get(node).length > 6 ? [0.75, 1.05, 1.35][at % 3] - 1 : 0)) / rings;
      const middle = (turn + until) / 2;
      found.set(one, { x: Math.cos(middle) * reach * free.width * 0.55, y: Math.sin(middle) * reach * free.height * 0.55 });
      put(one, turn, until, depth + 1);
      turn = until;
    });
  };
  put(centre, turned - Math.PI / 2, turned + 1.5 * Math.PI, 1);
  return found;
}

/** So many nodes that come beside others get room for their names; of more, the reader zooms in to read them. */
const MOST_NAMED_BESIDE = 24;

/**
 * Positions for `rest` among nodes that keep theirs: each near its neighbours, so that nothing jumps when it is switched
 * on.
 */
function settle(rest, placed, neighbours) {
  if (placed.length === 1 && rest.length > 1 && rest.length <= 800) return spreadReadably([...placed, ...rest], roomWas, placed[0]).filter(({ id }) => id !== placed[0].id);
  const boxes = new Map(placed.map((node) => [node, { id: node.id, held: true, x: node.x, y: node.y, ...roomFor(node) }]));
  const { left, right, bottom } = bounds(placed.map((node) => around(node, roomFor(node))));
  const named = rest.length <= MOST_NAMED_BESIDE;
  const mean = (places, axis) => places.reduce((sum, place) => sum + place[axis], 0) / places.length;
  let waiting = rest;
  while (waiting.length) {
    const found = waiting.map((node) => [node, neighbours(node).filter((other) => boxes.has(other)).map((other) => boxes.get(other))]);
    const next = found.filter(([, near]) => near.length);
    // Components without a positioned neighbour go into a row below the others.
    const alone = next.length ? [] : [[found[0][0], [{ x: left + ((right - left) * (found[0][0].id % 12)) / 12, y: bottom + 80 }]]];
    for (const [node, near] of [...next, ...alone]) boxes.set(node, { id: node.id, x: mean(near, "x"), y: mean(near, "y"), ...roomFor(node, named) });
    waiting = waiting.filter((node) => !boxes.has(node));
  }
  const all = [...boxes.values()];
  for (let round = 0, crowded = true; crowded && round < 200; round += 1) crowded = pushApart(all);
  return all.filter((box) => !box.held).map(({ id, x, y }) => ({ id, x: Math.round(x), y: Math.round(y), named }));
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
  const box = bounds(shown.map((node) => around(places[node.id], roomFor(node, node.named, 4))));
  const canvas = network.canvas.frame.canvas;
  const free = { width: canvas.clientWidth - inset.left - inset.right - 24, height: canvas.clientHeight - inset.top - inset.bottom - 24 };
  const scale = Math.min(Math.max(free.width, 60) / (box.right - box.left), Math.max(free.height, 60) / (box.bottom - box.top), 1);
  network.moveTo({
    position: { x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 },
    scale,
    offset: { x: (inset.left - inset.right) / 2, y: (inset.top - inset.bottom) / 2 },
    animation: animate ? { duration: 250, easingFunction: "easeInOutQuad" } : false,
  });
}
