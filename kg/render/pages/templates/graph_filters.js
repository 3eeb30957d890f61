// The filters, which apply to claims, findings and works first: everything that the page counts is counted afterwards.

const STATED = new Set(["finding", "reported-finding"]);
const METHODS = new Map(data.methods); // a method with the narrower ones, which it selects too
const usesMethod = (node, method) => (METHODS.get(method) ?? [method]).some((one) => node.methods.includes(one));
/** Relations of edges that say the same as a claim. */
const SAID = { hinders: "hinders", mitigates: "mitigates", absent: "does not hinder", increases: "increases", decreases: "decreases",
  "no change": "does not change", mixed: "increases and decreases" };
const CLAIMING = new Set(Object.values(SAID));
/** By finding: the relations of the edges that rest on it, of further readings and of approaches and tools too. */
const saidBy = new Map();
for (const { kind, reasons } of edges) {
  if (CLAIMING.has(kind)) for (const id of reasons) saidBy.set(nodes[id], (saidBy.get(nodes[id]) ?? new Set()).add(kind));
}

/** The kinds of nodes that a filter applies to, and which of these nodes pass it. */
const FILTERS = {
  area: { about: (kind) => kind === "practice" || kind === "area" || STATED.has(kind), lets: (node, area) => node.areas.includes(area) },
  method: { about: (kind) => kind === "work" || kind === "method" || STATED.has(kind), lets: usesMethod },
  hand: { about: (kind) => STATED.has(kind), lets: (node, hand) => (node.kind === "finding") === (hand === "first-hand") },
  polarity: { about: (kind) => STATED.has(kind), lets: (node, says) => saidBy.get(node)?.has(SAID[says]) ?? false },
  since: { about: (kind) => kind === "work" || STATED.has(kind), lets: (node, year) => node.year !== "" && node.year >= year },
  until: { about: (kind) => kind === "work" || STATED.has(kind), lets: (node, year) => node.year !== "" && node.year <= year },
};

const facetOf = (filter) => data.facets[filter === "since" || filter === "until" ? "year" : filter];
const filtered = () => Object.keys(state.filters).length > 0;

/** Whether a claim passes the filters other than first-hand or second-hand, which depend on its cell. */
function passesFilters({ practice, finding, polarity, year }) {
  const { area, method, polarity: says, since, until } = state.filters;
  return (!area || practice.areas.includes(area)) && (!method || usesMethod(finding, method)) && (!says || polarity === says)
    && (!since || year >= since) && (!until || (year !== "" && year <= until));
}

const other = (edge, node) => nodes[edge.from === node.id ? edge.to : edge.from];
let verdicts = []; // of each node: whether the filters let it pass; undefined if none applies to its kind
let allowedNodes = null; // of each node: whether it, or something next to it, passes; null without filters

function applyFilters() {
  const asked = Object.entries(state.filters);
  verdicts = nodes.map((node) => {
    const said = asked.filter(([name]) => FILTERS[name].about(node.kind)).map(([name, value]) => FILTERS[name].lets(node, value));
    return said.length ? said.every(Boolean) : undefined;
  });
  allowedNodes = asked.length
    ? nodes.map((node, at) => verdicts[at] ?? touching[at].some((edge) => verdicts[other(edge, node).id] === true && remaining(edge) !== false))
    : null;
  for (const edge of edges) edge.left = remaining(edge);
  for (const sum of sums) recount(sum);
}

/** The findings that an edge still rests on; null if it rests on none at all, and false if the filters leave none. */
function remaining(edge) {
  if (!edge.reasons.length) return state.filters.polarity && CLAIMING.has(edge.kind) && edge.kind !== SAID[state.filters.polarity] ? false : restsOnHand(edge);
  const left = edge.reasons.filter((id) => verdicts[id] !== false);
  const says = state.filters.polarity;
  return left.length && (!says || !CLAIMING.has(edge.kind) || edge.kind === SAID[says]) ? left : false;
}

/** An edge that rests on something other than findings is first-hand or second-hand as a whole. */
function restsOnHand(edge) {
  const { hand } = state.filters;
  const out = hand === "first-hand" ? edge.secondHand : hand === "second-hand" && edge.family !== "plain" && !edge.secondHand;
  return out ? false : null;
}

/** An edge of the outline counts those of its members that the filters leave. */
function recount(sum) {
  sum.left = sum.members.filter((id) => edges[id].left !== false && isAllowed(nodes[edges[id].from]) && isAllowed(nodes[edges[id].to]));
  sum.weight = sum.left.length;
  sum.label = sum.weight > 1 ? `${sum.kind} · ${sum.weight}` : sum.kind;
  sum.secondHand = sum.left.every((id) => secondHandNow(edges[id]));
  sum.dashes = sum.secondHand ? [7, 5] : false;
}

const isAllowed = (node) => allowedNodes === null || allowedNodes[node.id];
/** Whether an edge is among what the filters leave; the legend and folding only decide what is drawn of that. */
const isLeft = (edge) => (edge.members ? edge.left.length > 0 : edge.left !== false && isAllowed(nodes[edge.from]) && isAllowed(nodes[edge.to]));
const secondHandNow = (edge) => (edge.left?.length && !edge.members ? edge.left.every((id) => nodes[id].kind === "reported-finding") : edge.secondHand);
/** What the findings that are left say, and the quotations behind it. */
function quotationsNow(edge) {
  if (!edge.left?.length || edge.members) return edge.quotations;
  return [...new Map(edge.left.flatMap((id) => nodes[id].quotations).map((one) => [JSON.stringify(one), one])).values()];
}


const textNow = (edge) => (edge.left?.length && !edge.members ? [...new Set(edge.left.map((id) => nodes[id].text))].join("\n") : edge.text);
