// The overview: where everything goes. Nothing here touches the page.

const LINE = 14, BAR = 9;
const pen = document.createElement("canvas").getContext("2d");
function lengthOf(text, size, weight = 400) {
  pen.font = `${weight} ${size}px ${FONT}`;
  return pen.measureText(text).width;
}

/** A text in at most `most` lines of a width in pixels; the end is cut off with an ellipsis. */
function linesOf(text, width, size, most = 2, weight = 400) {
  const lines = [""];
  const words = text.split(/\s+/);
  for (const [at, word] of words.entries()) {
    const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
    if (!lines.at(-1) || lengthOf(longer, size, weight) <= width) lines[lines.length - 1] = longer;
    else if (lines.length < most) lines.push(word);
    else { lines[lines.length - 1] = `${lines.at(-1)} ${words.slice(at).join(" ")}`; break; }
  }
  return lines.map((line) => cut(line, width, size, weight));
}

function cut(line, width, size, weight) {
  if (lengthOf(line, size, weight) <= width) return line;
  let [low, high] = [0, Math.min(line.length, 200)];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (lengthOf(`${line.slice(0, middle)}…`, size, weight) <= width) low = middle; else high = middle - 1;
  }
  return `${line.slice(0, low).trimEnd()}…`;
}

/** The widths of labels, bars and bands for a picture of this width; labels take no more than they need. */
function columnsFor(width, names, most) {
  const phone = width < 480;
  const size = phone ? 11.5 : 13;
  const longest = Math.max(...names.map((name) => Math.min(lengthOf(name, size, 600), 156)), 40);
  const label = Math.min(phone ? width * 0.3 : Math.max(width * 0.22, 104), longest + 4);
  const bar = phone ? 0 : Math.min(Math.max(width * 0.06, 24), 48);
  const number = Math.max(phone ? 20 : 26, lengthOf(String(most), 12) + (phone ? 8 : 6));
  const margin = 8;
  const edge = margin + label + number + bar + 8;
  return { phone, size, margin, label, bar, number, left: edge, right: width - edge };
}

/**
 * Positions for slots and bands. The thickness of a study is such that the picture fills the height if it can; a band
 * below one pixel and a half would not be seen, and the picture gets taller.
 */
function layoutOf({ left, right }, bands, { width, height }) {
  const most = Math.max(...[...left, ...right].map(({ n }) => n), 1);
  const cols = columnsFor(width, [...left, ...right].map(nameOfSlot), most);
  const seen = (slots) => slots.filter((slot) => slot.n > 0 || slot.role === "heading");
  const sides = { left: seen(left), right: seen(right) };
  const attached = new Map();
  for (const band of bands) for (const end of [band.left, band.right]) attached.set(end, [...(attached.get(end) ?? []), band]);
  const texts = new Map([...sides.left, ...sides.right].map((slot) => [slot, labelOf(slot, cols)]));
  const tall = (thick) => Math.max(...Object.values(sides).map((slots) => stacked(slots, attached, texts, thick).height));
  // On a phone one scrolls anyway, and such bands would be too thin to touch.
  const least = 1.5 / (cols.phone ? 1 : Math.max(Math.min(...bands.map(({ n }) => n)), 1));
  let thick = 9;
  while (thick > least && tall(thick) > height) thick = Math.max(thick - 0.25, least);
  const placed = new Map();
  const heights = Object.entries(sides).map(([name, slots]) => {
    const { at, height: whole } = stacked(slots, attached, texts, thick);
    at.forEach((place, slot) => placed.set(slot, { ...place, x: cols[name], lines: texts.get(slot) }));
    return [name, whole];
  });
  const total = Math.max(...heights.map(([, whole]) => whole), 40);
  // The shorter side is in the middle of the height of the other one.
  for (const [name, whole] of heights) for (const slot of sides[name]) placed.get(slot).top += (total - whole) / 2;
  attach(sides, attached, placed, thick);
  return { cols, sides, placed, thick, width, height: total + 8, most };
}

function labelOf(slot, cols) {
  const indent = slot.role === "single" || slot.role === "itself" ? 10 : 0;
  const name = slot.role === "itself" ? `${slot.node.name} (itself)` : slot.node.name;
  return linesOf(name, cols.label - indent, cols.size, 3, slot.role === "heading" ? 600 : 400);
}

const needed = (slot, attached, thick) => (attached.get(slot) ?? []).reduce((sum, band) => sum + band.n * thick, 0);

function stacked(slots, attached, texts, thick) {
  const at = new Map();
  let [y, group] = [4, ""];
  for (const slot of slots) {
    if (slot.group && slot.group !== group) y += 18;
    const lines = texts.get(slot).length;
    const room = Math.max(lines * LINE + 4, needed(slot, attached, thick) + 3);
    at.set(slot, { top: y, tall: room, opensGroup: Boolean(slot.group) && slot.group !== group });
    y += room + 2;
    group = slot.group;
  }
  return { at, height: y };
}

/** Where each band is attached: in the order of the other ends, so that bands of one place do not cross each other. */
function attach(sides, attached, placed, thick) {
  const middle = (slot) => placed.get(slot).top + placed.get(slot).tall / 2;
  for (const [name, far] of [["left", "right"], ["right", "left"]]) {
    for (const slot of sides[name]) {
      const own = [...(attached.get(slot) ?? [])].sort((a, b) => middle(a[far]) - middle(b[far]) || relationOrder(a.says) - relationOrder(b.says));
      let y = middle(slot) - needed(slot, attached, thick) / 2;
      placed.get(slot).from = y;
      for (const band of own) {
        band.at ??= {};
        band.at[name] = y + (band.n * thick) / 2;
        y += band.n * thick;
      }
      placed.get(slot).to = y;
    }
  }
}
