// How the picture looks: colours, boxes and symbols, and the picture as a file.

const FONT = 'system-ui, "Segoe UI", "Noto Sans", Arial, sans-serif';
/** The one size of letters in the picture, in pixels of the screen at every zoom. */
const LETTER = 12;
const LINE_HEIGHT = 14.5;
const WIDTHS = { against: 2, for: 2, shades: 1.8, absence: 1.4, plain: 1.2 };
/** The length of a pixel of the screen in the picture: boxes, symbols and letters do not grow when the reader zooms in. */
let unit = 1;
let letters = 22; // in a line of a box
let dotSize = 6;

/** Colours are defined only in the style sheet, for light and dark; the canvas reads them here. */
function readTheme() {
  const style = getComputedStyle(document.documentElement);
  const known = new Map(); // asking the style sheet for each node of each frame would be slow
  return (name) => {
    if (!known.has(name)) known.set(name, style.getPropertyValue(`--${name}`).trim());
    return known.get(name);
  };
}

function faded(colour, opacity) {
  const share = Math.round(opacity * 255).toString(16).padStart(2, "0");
  return /^#[0-9a-f]{6}$/i.test(colour) ? colour + share : colour;
}

/** A mixture of two colours. */
function mixed(colour, other, share) {
  const parts = [1, 3, 5].map((at) => Math.round(parseInt(colour.slice(at, at + 2), 16) * share + parseInt(other.slice(at, at + 2), 16) * (1 - share)));
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** Small symbols in a crowded picture. */
function setSizes(some, seen) {
  dotSize = seen > 300 ? 4 : 6;
}

const ring = (corners, radii, lower = 0, turned = 0) => Array.from({ length: corners }, (_, i) => {
  const [turn, radius] = [(2 * Math.PI * (i + turned)) / corners, radii[i % radii.length]];
  return [radius * Math.sin(turn), lower - radius * Math.cos(turn)];
});
const CORNERS = {
  diamond: ring(4, [1.1]), square: ring(4, [1.2], 0, 0.5), star: ring(10, [1.25, 0.55], 0.05), hexagon: ring(6, [1.1], 0, 0.5), pentagon: ring(5, [1.15], 0.1),
  spark: ring(8, [1.3, 0.5]), triangle: ring(3, [1.25], 0.25), triangleDown: ring(3, [1.25], -0.25, 0.5),
};

/** The symbol of a kind, as in the legend. */
function symbolPath(ctx, shape, x, y, size) {
  ctx.beginPath();
  if (CORNERS[shape]) {
    CORNERS[shape].forEach(([dx, dy], at) => ctx[at ? "lineTo" : "moveTo"](x + dx * size, y + dy * size));
    ctx.closePath();
  } else if (shape === "box" || shape === "ellipse") ctx.roundRect(x - 1.25 * size, y - 0.8 * size, 2.5 * size, 1.6 * size, size * (shape === "box" ? 0.3 : 0.8));
  else ctx.arc(x, y, size, 0, 2 * Math.PI);
}

const boxes = new Map();

/** The box of a node in pixels: its name in lines, with its symbol before them and the number of hidden neighbours behind. */
function boxOf(node, hidden = node.more) {
  const more = hidden && state.outline ? `+${hidden}` : "";
  const key = `${letters} ${more} ${node.focus} ${node.caption}`;
  let box = boxes.get(key);
  if (!box) {
    const lines = wrapLabel(node.caption, letters, 3).split("\n");
    const behind = more ? textWidth(more, LETTER) + 6 : 0;
    box = { lines, more, behind, width: Math.max(...lines.map((line) => textWidth(line, LETTER))) * (node.focus ? 1.13 : 1.04) + 32 + behind, height: lines.length * LINE_HEIGHT + 9 };
    boxes.set(key, box);
  }
  return box;
}

/** Half of the width and height of a node in pixels, as a box or as a symbol. */
function halfOf(node, boxed = node.boxed) {
  if (!boxed) return { x: dotSize * 1.25, y: dotSize * 1.25 };
  const { width, height } = boxOf(node);
  return { x: width / 2, y: height / 2 };
}

function inkOf(node) {
  const secondHand = node.look === "reported-finding";
  const kind = secondHand ? colour("hollow") : colour(node.look);
  const strong = node === selected || node.focus;
  const fade = (one) => faded(one, node.dimmed ? 0.25 : 1);
  return {
    secondHand, strong,
    line: strong ? colour("accent") : fade(mixed(kind, colour("outline"), 0.6)),
    symbol: secondHand ? fade(colour("ground")) : fade(kind),
    ground: node.dimmed ? colour("ground") : mixed(kind, colour("paper"), secondHand ? 0 : node.focus ? 0.3 : 0.16),
    text: node.dimmed ? faded(colour("ink"), 0.45) : colour("ink"),
  };
}

function drawSymbol(ctx, node, ink, x, y, size) {
  symbolPath(ctx, node.shape, x, y, size);
  ctx.fillStyle = ink.symbol;
  ctx.fill();
  ctx.strokeStyle = ink.line;
  ctx.lineWidth = (ink.secondHand ? 1.6 : ink.strong ? 2 : 1) * unit;
  ctx.setLineDash(ink.secondHand ? [2.5 * unit, 1.5 * unit] : []);
  ctx.stroke();
  ctx.setLineDash([]);
}

function drawBox(ctx, node, ink, x, y) {
  const { lines, more, behind, width, height } = boxOf(node);
  const [left, top] = [x - (width / 2) * unit, y - (height / 2) * unit];
  ctx.beginPath();
  ctx.roundRect(left, top, width * unit, height * unit, 5 * unit);
  ctx.fillStyle = ink.ground;
  ctx.fill();
  ctx.strokeStyle = ink.line;
  ctx.lineWidth = (ink.strong ? 3 : 1.3) * unit;
  ctx.setLineDash(ink.secondHand ? [5 * unit, 3 * unit] : []);
  ctx.stroke();
  drawSymbol(ctx, node, ink, left + 13 * unit, y, 5 * unit);
  ctx.font = `${node.focus ? 600 : 400} ${LETTER * unit}px ${FONT}`; // a selected node has a thicker border, and the room that it had
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillStyle = ink.text;
  const middle = left + (22 + (width - 28 - behind) / 2) * unit;
  lines.forEach((line, row) => ctx.fillText(line, middle, y + (row - (lines.length - 1) / 2) * LINE_HEIGHT * unit));
  if (!more) return;
  ctx.fillStyle = colour("soft");
  ctx.fillText(more, left + (width - 6 - (behind - 6) / 2) * unit, y);
}

/** All nodes are drawn here: vis-network has boxes, but none with a symbol, and none that keep their size on the screen. */
function nodeStyle(node) {
  const ctxRenderer = ({ ctx, x, y }) => {
    const half = halfOf(node);
    // vis-network does not know how large what is drawn here is.
    network.body.nodes[node.id].shape.boundingBox = around({ x, y }, { left: half.x * unit, right: half.x * unit, top: half.y * unit, bottom: half.y * unit });
    const drawNode = () => (node.boxed ? drawBox(ctx, node, inkOf(node), x, y) : drawSymbol(ctx, node, inkOf(node), x, y, dotSize * unit));
    return { drawNode, nodeDimensions: { width: 2 * half.x * unit, height: 2 * half.y * unit } };
  };
  return { id: node.id, shape: "custom", ctxRenderer, label: undefined, borderWidth: 2, borderWidthSelected: 2, shadow: false };
}

function edgeStyle(edge, colour, { dimmed }) {
  const full = colour(edge.family);
  return {
    id: edge.id,
    // An edge keeps its colour when its node is selected, and gets stronger.
    color: { color: faded(full, dimmed ? 0.2 : 1), highlight: full, hover: colour("accent"), inherit: false },
    ...lineStyle(edge),
    hoverWidth: unit,
    selectionWidth: unit,
    // vis-network puts every label in the middle of its edge, even on a node: see drawEdgeLabels.
    font: { size: 0 },
  };
}

/** Lengths of an edge, which keep their size on the screen; what says where a finding belongs has no arrow head. */
function lineStyle(edge) {
  return {
    id: edge.id,
    // The width of an edge grows with the number of relations that it summarises, up to a limit.
    width: WIDTHS[edge.family] * (1 + Math.min(Math.log2(edge.weight), 4) / 2) * unit,
    arrows: { to: { ...edge.arrows.to, enabled: !isPlumbing(edge), scaleFactor: Math.min(Math.max(unit, 0.2), 4) * 0.5 } },
    dashes: edge.dashes ? edge.dashes.map((part) => part * unit) : false,
  };
}

/** What is on the screen as a picture file, with a background and a caption. */
function pictureCanvas(canvas, colour, caption) {
  const ratio = canvas.width / canvas.clientWidth;
  const picture = document.createElement("canvas");
  const strip = Math.round(26 * ratio);
  picture.width = canvas.width;
  picture.height = canvas.height + strip;
  const context = picture.getContext("2d");
  context.fillStyle = colour("ground");
  context.fillRect(0, 0, picture.width, picture.height);
  context.drawImage(canvas, 0, 0);
  context.fillStyle = colour("soft");
  context.font = `${Math.round(12 * ratio)}px ${FONT}`;
  context.fillText(caption, 10 * ratio, canvas.height + strip * 0.65, picture.width - 20 * ratio);
  return picture;
}
