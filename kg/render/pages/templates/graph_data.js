// The data of the page, and which nodes and edges are connected. It contains columns, in which each text occurs once.

const $ = (id) => document.getElementById(id);
const data = JSON.parse($("network-data").textContent);

/** The values of a column: the numbers are left out if all values are equal, or all are different. */
function unpackedColumn({ of, at }, count) {
  if (at) return at.map((number) => of[number]);
  return of.length === 1 ? Array(count).fill(of[0]) : of;
}

/** One object for each row, with the values of all columns. */
function unpackedRows(columns, count) {
  const made = Array.from({ length: count }, () => ({}));
  for (const [name, column] of Object.entries(columns)) unpackedColumn(column, count).forEach((value, row) => { made[row][name] = value; });
  return made;
}

const rowCount = (columns) => Math.max(0, ...Object.values(columns).map(({ of, at }) => (at ?? of).length));
const ownValue = (table, key) => (Object.hasOwn(table, key) ? table[key] : undefined);

const quotations = unpackedRows(data.quotations, rowCount(data.quotations));
for (const columns of [data.nodes, data.edges]) {
  // Rows with the same quotations share one list.
  if (columns.quotations) columns.quotations.of = columns.quotations.of.map((numbers) => numbers.map((number) => quotations[number]));
  if (columns.text) columns.text.of = columns.text.of.map((numbers) => numbers.map((number) => data.lines[number]).join("\n"));
}
const nodes = unpackedRows(data.nodes, rowCount(data.nodes));
const edges = unpackedRows(data.edges, data.ends[0].length);

/** Text without line breaks, control characters and marks of direction, as `one_line` in graph_looks.py. */
const oneLine = (text) => text.replace(/[\u202a-\u202e\u2066-\u2069]/g, "").split(/[\p{Cc}\p{Z}]+/u).filter(Boolean).join(" ");

/** Positions that can be drawn: further out, a pixel is smaller than the difference between two numbers. */
const drawable = (at) => Math.min(Math.max(at, -1e6), 1e6);

const degrees = nodes.map(() => 0);
for (const ends of data.ends) for (const end of ends) degrees[end] += 1;
nodes.forEach((node, id) => {
  const { look, shape, name: kindName } = ownValue(data.kinds, node.kind);
  Object.assign(node, { id, look, shape, kindName, degree: degrees[id], focus: node.iri === data.about.focus, exactly: [node.x, node.y] });
  node.whole = [node.x, node.y].map(drawable);
  [node.x, node.y] = node.whole;
  node.name = oneLine(node.label) ? node.label : node.iri;
  // What the picture shows: of a finding its statement, as an id means nothing to a reader.
  const states = (node.kind === "finding" || node.kind === "reported-finding") && oneLine(node.text);
  node.caption = oneLine(states ? node.text : node.name);
  node.boxed = false; // whether it is drawn as a box now
  node.named = false; // whether the layout has room for a box
});

/** What all edges have of their kind: family, arrow head and label. */
function drawnEdge(edge) {
  const { family, arrow, label } = ownValue(data.relations, edge.kind);
  return Object.assign(edge, {
    family, label: edge.weight > 1 ? `${label} · ${edge.weight}` : label,
    arrows: { to: { enabled: true, type: arrow } },
    dashes: edge.secondHand ? [7, 5] : false,
    // The line ends at the bar of "hinders"; the other arrow heads hide its end.
    arrowStrikethrough: arrow === "bar",
  });
}

/** Curves, so that several edges between the same two nodes can be seen and clicked separately. */
function bend(some) {
  const lanes = new Map();
  for (const edge of some) {
    const pair = Math.min(edge.from, edge.to) * nodes.length + Math.max(edge.from, edge.to);
    const lane = lanes.get(pair) ?? 0;
    lanes.set(pair, lane + 1);
    // The first edge is straight; the next ones are alternately left and right of it, further and further away.
    // Seen from the other end, left is right.
    const left = (lane % 2 === 1) === (edge.from < edge.to);
    edge.smooth = { enabled: lane > 0, type: left ? "curvedCW" : "curvedCCW", roundness: 0.18 * Math.ceil(lane / 2) };
  }
}

edges.forEach((edge, id) => {
  const [from, to] = [data.ends[0][id], data.ends[1][id]];
  const secondHand = edge.second_hand || nodes[from].kind === "reported-finding" || nodes[to].kind === "reported-finding";
  drawnEdge(Object.assign(edge, { id, from, to, secondHand }));
});
const sums = data.sums.map((sum, number) => drawnEdge({ ...sum, id: edges.length + number, text: "", quotations: [] }));
bend(edges);
bend(sums);

/** Edges of the graph, and those of the outline, each of which summarises several. */
const lines = [...edges, ...sums];
const lineById = new Map(lines.map((edge) => [edge.id, edge]));
/** The edge of the outline that summarises an edge, by the number of the latter. */
const summed = new Map(sums.flatMap((sum) => sum.members.map((id) => [id, sum])));

const touching = nodes.map(() => []);
const adding = nodes.map(() => []);
for (const [found, all] of [[touching, edges], [adding, sums]]) {
  for (const edge of all) {
    found[edge.from].push(edge);
    if (edge.from !== edge.to) found[edge.to].push(edge);
  }
}
// In a large graph, structural edges are drawn paler than agreement and disagreement.
for (const edge of lines) edge.quiet = edges.length > 300 && edge.family === "plain";

/** All edges of a node, including those of the outline. */
const links = (node) => (adding[node.id].length ? [...touching[node.id], ...adding[node.id]] : touching[node.id]);
const isEdge = (item) => item !== null && "from" in item;
const ends = (edge) => ({ from: nodes[edge.from], to: nodes[edge.to] });

const neighbourCache = new Map();
/** The neighbours of a node, each once, the best connected first. */
function neighbours(node) {
  if (!neighbourCache.has(node)) {
    const found = new Set(touching[node.id].map((edge) => nodes[edge.from === node.id ? edge.to : edge.from]));
    found.delete(node);
    neighbourCache.set(node, [...found].sort((one, another) => another.degree - one.degree || one.id - another.id));
  }
  return neighbourCache.get(node);
}

/** A label in the picture: a few short lines, and … if the text is longer. Words may be divided after a hyphen. */
function wrapLabel(text, width, most) {
  const words = text.split(/ |(?<=[\p{L}]-)(?=[\p{L}])/u).flatMap((word) => (word.length > width ? [...chunks(word, width)] : word));
  const lines = [];
  for (const word of words) {
    if (lines.length > most) break;
    const longer = lines.length ? `${lines.at(-1)}${lines.at(-1).endsWith("-") ? "" : " "}${word}` : word;
    if (lines.length && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  if (lines.length <= most) return lines.join("\n");
  const last = [...lines[most - 1]].slice(0, width - 1).join("");
  return [...lines.slice(0, most - 1), `${last}…`].join("\n");
}

function* chunks(word, width) {
  const letters = [...word];
  for (let at = 0; at < letters.length; at += width) yield letters.slice(at, at + width).join("");
}
