// The address of a view: selection, filters, opened and moved nodes, and the visible part. Opening it restores the view.

const moved = new Map(); // nodes that the reader moved, with their positions
let restoring = false;

/** IRIs of the graph are long, and nearly all have the same beginning. */
const shortened = (iri) => (data.about.base && iri.startsWith(data.about.base) ? iri.slice(data.about.base.length) : iri);
/** The text as an address returns it: a lone surrogate becomes a replacement character. */
const asAddressed = (text) => new URLSearchParams({ text }).get("text");
let nodesByAddress = null; // made when an address names a node, because the page opens sooner without
/** The node that a text of an address names; undefined if there is none. */
function nodeAt(text) {
  if (text === null) return undefined;
  nodesByAddress ??= new Map(nodes.flatMap((node) => [[asAddressed(node.iri), node], [asAddressed(shortened(node.iri)), node]]));
  return nodesByAddress.get(text);
}

function numbered(all) {
  const found = new Map();
  for (const edge of all) {
    const said = { from: nodes[edge.from].iri, relation: edge.kind, to: nodes[edge.to].iri, ...(edge.members ? { sum: 1 } : {}) };
    // The same relation several times between the same two nodes is numbered.
    for (let n = 1, free = false; !free; n += 1) {
      edge.address = new URLSearchParams(n === 1 ? said : { ...said, n }).toString();
      free = !found.has(edge.address);
    }
    found.set(edge.address, edge);
  }
  return found;
}

let numberedEdges = null;
/** Made when it is needed, because the page opens sooner without. */
const edgesByAddress = () => (numberedEdges ??= numbered(lines));

function address(item) {
  if (item === null) return "";
  if (item.band) {
    const [left, says, right] = item.band.split("|");
    return new URLSearchParams({ band: [addressKey(left), addressKey(right)].join(" "), says }).toString();
  }
  if (item.itself) return new URLSearchParams({ node: item.itself.iri, itself: 1 }).toString();
  if (isEdge(item)) edgesByAddress();
  return isEdge(item) ? item.address : new URLSearchParams({ node: item.iri }).toString();
}

/** A place of the overview by its IRI; `!` marks a thing itself, without what is narrower. A space is in no IRI. */
const addressKey = (key) => shortened(nodeOfKey(key).iri).replaceAll(" ", "%20") + (key.endsWith("!") ? "!" : "");

function keyFrom(text) {
  const itself = text.endsWith("!");
  const node = nodeAt((itself ? text.slice(0, -1) : text).replaceAll("%20", " "));
  return node ? `${node.id}${itself ? "!" : ""}` : null;
}

/** The whole view as the part of an address behind `#`. */
function viewAddress() {
  const said = new URLSearchParams(address(selected));
  const ofNetwork = state.view === "network";
  if (AXES.length && ofNetwork) said.set("view", "network");
  if (AXES.length && axisOf() !== AXES[0]) said.set("axis", axisOf());
  if (state.least !== undefined) said.set("least", state.least);
  if (ofNetwork && data.outlined && !state.outline) said.set("level", "all");
  for (const kind of state.kinds) said.append("hide", kind);
  for (const kind of state.relations) said.append("without", kind);
  for (const [name, value] of Object.entries(state.filters)) said.set(name, value);
  if (ofNetwork) {
    for (const [node, pages] of state.brought) said.append("open", shortened(node.iri) + (pages === 1 ? "" : `*${pages}`));
    for (const node of state.folded) said.append("fold", shortened(node.iri));
    for (const [node, { x, y }] of moved) if (!node.hidden) said.append("put", `${shortened(node.iri)}@${x},${y}`);
  }
  if (listing.kind && listing.kind !== LISTS[0].id) said.set("list", asAddressed(listing.kind));
  if (pane !== "picture" && !wide.matches) said.set("pane", pane);
  if (ofNetwork && movedByReader && network) {
    const { x, y } = network.getViewPosition();
    said.set("at", [Math.round(x), Math.round(y), Number(network.getScale().toFixed(3))].join(","));
  }
  if (viewFrom(said) !== state.view) said.set("view", state.view); // a thing that has no place in the overview
  return said.toString();
}

/** Writes the view into the address: a selection is a step in the history, so that Back returns to the previous one. */
function remember({ step = false } = {}) {
  // In the frame of a notebook, the address is the notebook's.
  if (restoring || location.protocol === "about:") return;
  const wanted = viewAddress();
  if (location.hash.slice(1) === wanted) return;
  // Without anything to store there is no `#`, which would be an empty step in the history.
  const url = wanted ? `#${wanted}` : location.pathname + location.search;
  if (step) history.pushState(null, "", url); else history.replaceState(null, "", url);
}

let waiting = 0;
/** As soon as the view stops moving. */
function rememberSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(remember, 250);
}

const known = (said, name, values) => values.filter((value) => said.getAll(name).includes(asAddressed(value)));
const named = (said, name) => said.getAll(name).map((value) => nodeAt(value)).filter(Boolean);

/** Reads the address and ignores what is unknown here. */
function stateFrom(said) {
  state.view = viewFrom(said);
  state.axis = AXES.find((axis) => axis === said.get("axis")) ?? "";
  const least = Number(said.get("least"));
  state.least = Number.isInteger(least) && least > 0 && least < 1e6 ? least : undefined;
  state.outline = data.outlined && said.get("level") !== "all";
  state.kinds = new Set(known(said, "hide", data.legend.kinds));
  state.relations = new Set(known(said, "without", data.legend.relations));
  state.filters = Object.fromEntries(Object.keys(FILTERS)
    .map((name) => [name, facetOf(name).find((value) => asAddressed(value) === said.get(name))]).filter(([, value]) => value !== undefined));
  state.brought = new Map(said.getAll("open").map((value) => {
    const [, iri, pages] = /^(.*?)(?:\*(\d{1,4}))?$/s.exec(value);
    return [nodeAt(iri), Number(pages ?? 1)];
  }).filter(([node]) => node));
  state.folded = new Set(named(said, "fold"));
}

/** Addresses of earlier versions name no view: those of a part of the network, or of something in it, lead there. */
function viewFrom(said) {
  if (!AXES.length) return "network";
  if (said.has("view")) return said.get("view") === "network" ? "network" : "overview";
  const node = nodeAt(said.get("node"));
  const inNetwork = ["level", "open", "fold", "put", "at", "from"].some((name) => said.has(name));
  return inNetwork || (node && !AXES.some((axis) => onAxis(node, axis))) ? "network" : "overview";
}

function bandFrom(said) {
  const keys = said.get("band").split(" ").map(keyFrom);
  return keys.length === 2 && keys.every((key) => key !== null) ? { band: `${keys[0]}|${said.get("says") ?? ""}|${keys[1]}` } : null;
}

function itemFrom(said) {
  if (said.has("band")) return AXES.length ? bandFrom(said) : null;
  if (said.has("itself")) return AXES.length && nodeAt(said.get("node")) ? { itself: nodeAt(said.get("node")) } : null;
  const edge = new URLSearchParams(["from", "relation", "to", "sum", "n"].filter((name) => said.has(name)).map((name) => [name, said.get(name)]));
  return (said.has("from") ? edgesByAddress().get(edge.toString()) : undefined) ?? nodeAt(said.get("node")) ?? null;
}

function restoreView() {
  const said = new URLSearchParams(location.hash.slice(1));
  restoring = true;
  selected = null;
  stateFrom(said);
  const item = itemFrom(said);
  // An address that only names a thing leads to its surroundings, where there is too much to draw all of it.
  if (state.view === "network" && state.outline && AXES.length && item && !said.has("open") && !said.has("level")) {
    (isEdge(item) ? [nodes[item.from], nodes[item.to]] : [item]).forEach((node) => state.brought.set(node, isEdge(item) ? 0 : 1));
  }
  Object.assign(listing, { kind: LISTS.find(({ id }) => asAddressed(id) === (said.has("table") ? "relations" : said.get("list")))?.id ?? LISTS[0].id, column: null });
  setPane(said.has("table") ? "list" : said.get("pane") ?? (item && !wide.matches && !medium.matches ? "reading" : "picture"));
  setView(state.view);
  if (item?.iri && AXES.length && !onAxis(item) && state.view === "overview") state.axis = AXES.find((axis) => onAxis(item, axis)) ?? state.axis;
  if (item?.band) state.axis = nodeOfKey(item.band.split("|")[2]).kind;
  if (network) {
    arrange();
    putBack(said);
  }
  if (network) changed(); else say(""); // the selection draws the overview
  select(item, { quietPane: true });
  fit(false);
  // The view of an address without a place is all of it, unless nothing in that can be read.
  if (item && network && state.view === "network" && network.getScale() <= LEGIBLE) bringIntoView(item);
  lookAt(said.get("at"));
  restoring = false;
}

function putBack(said) {
  for (const value of said.getAll("put")) {
    const [, iri, x, y] = /^(.*)@(-?\d{1,7}),(-?\d{1,7})$/s.exec(value) ?? [];
    const node = nodeAt(iri);
    if (node) moved.set(node, { x: Number(x), y: Number(y) });
  }
}

/** Restores the visible part; on a screen of another shape positions differ, and the whole graph is shown. */
function lookAt(place) {
  const [x, y, scale] = (place ?? "").split(",").map(Number);
  if (!network || !(scale > 0.001 && scale < 50 && Number.isFinite(x) && Number.isFinite(y))) return;
  network.moveTo({ position: { x, y }, scale, animation: false });
  movedByReader = true;
  const seen = nodes.some((node) => !node.hidden && isInView(node));
  if (!seen) fit(false);
}
