// The overview as SVG: places that can be focused, and bands between them.

const SVG_NS = "http://www.w3.org/2000/svg";

function draw(tag, attributes, ...children) {
  const made = document.createElementNS(SVG_NS, tag);
  for (const [name, value] of Object.entries(attributes ?? {})) if (value !== undefined && value !== false) made.setAttribute(name, value);
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const count = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;
const studiesText = ({ n }) => count(n, "study", "studies");
const handsText = ({ n, first, second }) => `${count(n, "distinct study", "distinct studies")}: ${first} first-hand, ${second} second-hand`;
/** The class of a relation: its colour. */
const classOf = (says) => `says-${says.replace(/\W/g, "-")}`;
const SIGNS = { hinders: "−", mitigates: "+", increases: "↑", decreases: "↓", "no change": "=", mixed: "↕" };
const nameOfSlot = ({ node, role }) => (role === "itself" ? `${node.name} (itself)` : node.name);
const WORDS = { "no change": "does not change", mixed: "has mixed effects on" };
const wordsOf = (says) => WORDS[says] ?? says;
/** A band in the direction in which it is said. */
function bandSentence({ left, right, says }) {
  const [practice, target] = [nameOfSlot(left), nameOfSlot(right)];
  return says === "hinders" ? `${target} —${says}→ ${practice}` : `${practice} —${wordsOf(says)}→ ${target}`;
}

/** Hatching for what is second-hand; in `context-stroke` colours it would not be drawn everywhere. */
const hatch = () => draw("pattern", { id: "hatch", width: 4, height: 4, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
  draw("rect", { class: "hatch-ground", width: 4, height: 4 }), draw("rect", { class: "hatch-line", width: 1.7, height: 4 }));

/** The whole picture for a layout; `tied` is what belongs to the selection. */
function overviewSvg(layout, bands, { label, tied, chosen, missing }) {
  const { width, height } = layout;
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": label, "aria-describedby": "overview-help",
    class: tied ? "tracing" : undefined });
  svg.append(draw("defs", {}, hatch()));
  const shapes = bands.map((band) => bandShape(band, layout, tied, chosen));
  // Thin bands lie on thick ones.
  const order = bands.map((band, at) => [band.n, at]).sort((a, b) => b[0] - a[0] || a[1] - b[1]);
  svg.append(draw("g", { class: "bands" }, ...order.map(([, at]) => shapes[at])));
  if (tied) svg.append(bandNumbers(bands.filter((band) => tied.has(band)), layout, tied));
  for (const [side, slots] of Object.entries(layout.sides)) {
    const group = draw("g", { class: `side ${side}` });
    for (const slot of slots) {
      if (layout.placed.get(slot).opensGroup) group.append(groupName(slot, layout));
      group.append(slotShape(slot, layout, { tied, chosen, missing }));
    }
    svg.append(group);
  }
  return svg;
}

function groupName(slot, { placed, cols }) {
  const { top } = placed.get(slot);
  return draw("text", { class: "group", x: 8, y: top - 5 }, cut(slot.group, cols.left - 12, 11.5, 600));
}

function slotShape(slot, { placed, cols, most }, { tied, chosen, missing }) {
  const { top, tall, x, lines, from, to } = placed.get(slot);
  const left = slot.side === "left", toward = left ? -1 : 1;
  const middle = top + tall / 2;
  const lacks = LACKING[missing?.get(slot)];
  const label = `${nameOfSlot(slot)}, ${slot.node.kindName}: ${lacks ? `with what is selected: ${lacks.name.toLowerCase()}; in all ` : ""}${handsText(slot)}`;
  const shape = draw("g", { class: ["slot", slot.role, tied?.has(slot) && "near", chosen === slot.key && "chosen", lacks && "lacks"].filter(Boolean).join(" "),
    role: "button", tabindex: "-1", "data-key": slot.key, "data-n": slot.n, "data-first": slot.first, "data-second": slot.second,
    "aria-label": label, "aria-pressed": String(chosen === slot.key) });
  const [start, end] = left ? [0, x + 3] : [x - 3, cols.right + cols.left];
  shape.append(draw("rect", { class: "hit", x: start, y: top - 1, width: end - start, height: tall + 2, rx: 4 }));
  if (slot.role !== "heading" && to > from) shape.append(draw("rect", { class: "axis", x: left ? x : x - 3, y: from, width: 3, height: to - from }));
  if (cols.bar) {
    const unit = cols.bar / most;
    const bar = (kind, n, before) => n && draw("rect", { class: `bar ${kind}`, x: left ? x - 4 - (before + n) * unit : x + 4 + before * unit,
      y: middle - BAR / 2, width: n * unit, height: BAR });
    shape.append(...[bar("first", slot.first, 0), bar("second", slot.second, slot.first)].filter(Boolean));
  }
  const reach = cols.bar ? (slot.n / most) * cols.bar : 0;
  shape.append(draw("text", { class: "number", x: x + toward * (reach + 8), y: middle + 4.5, "text-anchor": left ? "end" : "start" }, lacks?.sign ?? String(slot.n)));
  const indent = slot.role === "single" || slot.role === "itself" ? 10 : 0;
  const at = left ? cols.margin + cols.label - indent : x + cols.bar + cols.number + 8 + indent;
  const name = draw("text", { class: "name", "text-anchor": left ? "end" : "start", "font-size": cols.size });
  lines.forEach((line, row) => name.append(draw("tspan", { x: at, y: middle + 4.5 + (row - (lines.length - 1) / 2) * LINE }, line)));
  shape.append(name);
  return shape;
}

const curve = (x1, y1, x2, y2) => `M${x1} ${y1.toFixed(1)}C${(x1 + x2) / 2} ${y1.toFixed(1)} ${(x1 + x2) / 2} ${y2.toFixed(1)} ${x2} ${y2.toFixed(1)}`;

function bandShape(band, { placed, cols, thick }, tied, chosen) {
  const near = tied?.has(band);
  const shape = draw("g", { class: ["band", classOf(band.says), near && "near", chosen === band.key && "chosen"].filter(Boolean).join(" "),
    role: "button", tabindex: "-1", "data-key": band.key, "data-n": band.n, "data-first": band.first, "data-second": band.second,
    "aria-label": `${bandSentence(band)}: ${handsText(band)}`, "aria-pressed": String(chosen === band.key) });
  const [x1, x2] = [cols.left + 3, cols.right - 3];
  const { left, right } = band.at;
  const part = (kind, n, from) => {
    if (!n) return null;
    const down = (from + n / 2 - band.n / 2) * thick;
    return draw("path", { class: kind, d: curve(x1, left + down, x2, right + down), "stroke-width": Math.max(n * thick, 1) });
  };
  shape.append(draw("path", { class: "hit", d: curve(x1, left, x2, right), "stroke-width": Math.max(band.n * thick, 9) }));
  // A margin in the colour of the ground shows which of two crossing bands lies above.
  shape.append(draw("path", { class: "margin", d: curve(x1, left, x2, right), "stroke-width": band.n * thick + 2 }));
  shape.append(...[part("first", band.first, 0), part("second", band.second, band.first)].filter(Boolean));
  shape.append(draw("path", { class: "core", d: curve(x1, left, x2, right) }));
  return shape;
}

/** The numbers on the bands of the selection, the largest first; one that would cover another is left out. */
function bandNumbers(bands, { cols }, { chosenSide }) {
  const made = draw("g", { "aria-hidden": "true" });
  const taken = [];
  // At the end that is not shared with the other bands.
  const t = { left: 0.86, right: 0.14 }[chosenSide] ?? 0.5;
  const across = 1.5 * t * (1 - t) + t * t * t, down = 3 * t * t - 2 * t * t * t; // a point of the curve
  for (const band of [...bands].sort((a, b) => b.n - a.n)) {
    const [x, y] = [cols.left + 3 + (cols.right - cols.left - 6) * across, band.at.left + (band.at.right - band.at.left) * down];
    if (taken.some((other) => Math.abs(other - y) < 13)) continue;
    taken.push(y);
    made.append(draw("text", { class: "band-number", x: x.toFixed(1), y: (y + 4.5).toFixed(1), "text-anchor": "middle" }, `${band.n} ${SIGNS[band.says] ?? ""}`.trim()));
  }
  return made;
}
