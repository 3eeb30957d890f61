// How the picture looks: colours, sizes, and the picture as a file.

const FONT = 'system-ui, "Segoe UI", "Noto Sans", Arial, sans-serif';
const EDGE_FONT = 12;
const INSIDE = new Set(["box", "ellipse"]);
/** vis-network does not draw smaller labels on the screen (its drawThreshold, see the options). */
const SMALLEST = 11;
/** The largest font of a practice at zoom 1; larger ones would fill the screen when the reader zooms in. */
const LARGEST = 42;
const WIDTHS = { against: 2.4, for: 2.4, shades: 2, absence: 1.4, plain: 1.2 };

/** Colours are defined only in the style sheet, for light and dark; the canvas reads them here. */
function readTheme() {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(`--${name}`).trim();
}

function faded(colour, opacity) {
  const share = Math.round(opacity * 255).toString(16).padStart(2, "0");
  return /^#[0-9a-f]{6}$/i.test(colour) ? colour + share : colour;
}

/** A darker shade of a colour for outlines, so that they do not make everything black when zoomed out. */
function outlined(colour, towards) {
  const parts = [1, 3, 5].map((at) => Math.round(parseInt(colour.slice(at, at + 2), 16) * 0.55 + parseInt(towards.slice(at, at + 2), 16) * 0.45));
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

/** Sizes by the number of nodes: with more nodes they get smaller on the screen, but must remain visible. */
function setSizes(nodes, seen) {
  const larger = Math.min(Math.max(Math.sqrt(seen) / 12, 1), 2.2);
  for (const node of nodes) {
    node.size *= larger;
    // Lines keep their width while symbols shrink: thick lines would fill a small star.
    node.line = seen > 100 ? 0.8 : 1.5;
    node.fontSize = node.focus ? 17 : INSIDE.has(node.shape) ? Math.round(14 * larger) : 14;
  }
}

const ring = (corners, radii, lower = 0) => Array.from({ length: corners }, (_, i) => {
  const [turn, radius] = [(2 * Math.PI * i) / corners, radii[i % radii.length]];
  return [radius * Math.sin(turn), lower - radius * Math.cos(turn)];
});
/** The corners of shapes that vis-network does not have, as in geometry.py. */
const CORNERS = { pentagon: ring(5, [1.15], 0.1), spark: ring(8, [1.3, 0.5]) };

/** How vis-network draws such a shape; its label is drawn here too. */
function ownShape(node, ink, ground) {
  if (!CORNERS[node.shape]) return {};
  const ctxRenderer = ({ ctx, x, y, style }) => ({
    drawNode() {
      ctx.beginPath();
      for (const [dx, dy] of CORNERS[node.shape]) ctx.lineTo(x + dx * node.size, y + dy * node.size);
      ctx.closePath();
      ctx.fillStyle = style.color;
      ctx.strokeStyle = style.borderColor;
      ctx.lineWidth = style.borderWidth;
      ctx.fill();
      ctx.stroke();
    },
    drawExternalLabel() {
      const scale = (ctx.getTransform().a * ctx.canvas.clientWidth) / ctx.canvas.width;
      if (node.fontSize * scale < SMALLEST) return;
      write(ctx, node.label.split("\n"), x, y + node.size * 1.2 + 2, node.fontSize, { ink, ground });
    },
    nodeDimensions: { width: 2 * node.size, height: 2 * node.size },
  });
  return { shape: "custom", ctxRenderer };
}

function nodeStyle(node, colour, { dimmed }) {
  const strength = dimmed ? 0.22 : 1;
  const inside = INSIDE.has(node.shape);
  const secondHand = node.look === "reported-finding";
  const fill = faded(colour(node.look), inside && dimmed ? 0.3 : strength);
  const line = faded(node.focus ? colour("accent") : secondHand ? colour("hollow") : outlined(colour(node.look), colour("outline")), strength);
  // vis-network makes the colour of small labels paler, unless the colour has eight digits.
  const ink = faded(colour(inside ? (dimmed ? "soft" : "inside") : "ink"), dimmed ? 0.35 : 1);
  const strong = { background: fill, border: colour("accent") };
  return {
    id: node.id,
    size: node.size,
    ...ownShape(node, ink, faded(colour("ground"), 1)),
    color: { background: fill, border: line, highlight: strong, hover: strong },
    borderWidth: node.focus ? 4 : secondHand ? node.line * 1.7 : node.line,
    borderWidthSelected: 4,
    shapeProperties: { borderDashes: secondHand ? [5, 4] : false, borderRadius: 5 },
    shadow: node.focus && !dimmed ? { enabled: true, color: colour("accent"), size: 22, x: 0, y: 0 } : { enabled: false },
    font: {
      face: FONT, size: node.fontSize, color: ink, vadjust: inside ? 0 : 2,
      strokeWidth: inside ? 0 : 4, strokeColor: faded(colour("ground"), 1),
    },
  };
}

function edgeStyle(edge, colour, { dimmed }) {
  const full = colour(edge.family);
  const line = faded(full, dimmed ? 0.18 : edge.quiet ? 0.45 : 1);
  return {
    id: edge.id,
    // An edge keeps its colour when its node is selected, and gets stronger.
    color: { color: line, highlight: full, hover: colour("accent"), inherit: false },
    // The width of an edge grows with the number of relations that it summarises, up to a limit.
    width: WIDTHS[edge.family] * (1 + Math.min(Math.log2(edge.weight), 4) / 2),
    hoverWidth: 1.5,
    selectionWidth: 1.5,
    // vis-network puts every label in the middle of its edge, even on a node: see drawEdgeLabels.
    font: { size: 0 },
  };
}

function write(context, lines, x, top, size, { ink, ground, strong = false }) {
  context.font = `${strong ? 600 : 400} ${size}px ${FONT}`;
  context.textAlign = "center";
  context.textBaseline = "top";
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = ground;
  context.fillStyle = ink;
  lines.forEach((line, row) => {
    context.strokeText(line, x, top + row * size * 1.16);
    context.fillText(line, x, top + row * size * 1.16);
  });
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
