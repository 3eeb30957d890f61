// The data of the page, and which nodes and edges are connected.

const $ = (id) => document.getElementById(id);
const data = JSON.parse($("network-data").textContent);
const { nodes, edges, sums } = data;
/** Edges of the graph, and those of the outline, each of which summarises several. */
const lines = [...edges, ...sums];
const lineById = new Map(lines.map((edge) => [edge.id, edge]));
/** The edge of the outline that summarises an edge, by the number of the latter. */
const summed = new Map(sums.flatMap((sum) => sum.members.map((id) => [id, sum])));
for (const node of nodes) node.whole = [node.x, node.y];

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
