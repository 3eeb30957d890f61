// The list: everything that the page knows, as text; it says the same as the pictures and is always there.

const ROWS = 50; // at a time
const listing = { kind: "", query: "", column: null, way: 1, rows: ROWS };

const column = (name, numeric = false, sign = null) => ({ name, numeric, sign });
const isStated = (node) => STATED.has(node.kind);

/** Findings around a thing that the filters leave. */
const findingsAround = (node) => new Set(touching[node.id].filter(isLeft).map((edge) => other(edge, node)).filter(isStated)).size;

function conceptRows(kind) {
  const axis = kind === "practice" ? axisOf() : kind;
  const sides = AXES.includes(axis) ? slotsOf(axis, NOTHING_OPEN) : null;
  const slots = new Map(sides ? sides[kind === "practice" ? "left" : "right"].map((slot) => [slot.node, slot]) : []);
  const single = (node) => (sides ? summary(kind === "practice" ? within(axis, [node], wholeRight(axis)) : within(axis, allPractices(axis), { level: "fine", columns: [node] })).n : 0);
  return nodes.filter((node) => node.kind === kind).map((node) => {
    const studied = slots.get(node)?.n ?? single(node), found = findingsAround(node);
    return { item: node, hide: filtered() && !studied && !found, cells: AXES.length ? [node.name, studied, found] : [node.name, found], note: studied || found ? "" : "no finding in this graph" };
  }).filter((row) => !row.hide);
}

/** The links of the overview while everything is folded. */
function linkRows(axis) {
  return bandsOf(axis, slotsOf(axis, NOTHING_OPEN)).map((band) => ({ band, axis, cells: [bandSentence(band), band.n, band.first, band.second] }));
}

function relationRows() {
  return edges.filter(isLeft).map((edge) => {
    const quotations = quotationsNow(edge);
    const [first] = quotations;
    const said = first ? `${quoted(first)} ${first.work}, ${whereabouts(first)}${quotations.length > 1 ? ` and ${quotations.length - 1} more` : ""}` : "no quotation recorded";
    return { item: edge, cells: [sentence(edge, ends(edge)), quotations.length], note: said };
  });
}

/** Why a relation is in the list and not in the network that is drawn. */
function whyNotDrawn(edge) {
  if (state.view !== "network" || !edge.hidden || stoodFor(edge)) return "";
  const off = [nodes[edge.from], nodes[edge.to]].some((node) => state.kinds.has(node.kind)) || state.relations.has(edge.kind);
  return off ? "switched off in the legend" : "not opened in the picture";
}

const LISTS = [
  ...AXES.map((axis) => ({ id: `links-${axis}`, name: `Links to ${targetName(axis)}`, columns: [column("Link"), column("Studies", true), column("First-hand", true, "first"), column("Second-hand", true, "second")], rows: () => linkRows(axis),
    about: "Practices count with their narrower ones. Each number is of distinct studies." })),
  ...data.legend.kinds.map((kind, number) => listOfKind(kind, number)),
  { id: "relations", name: "Relations", columns: [column("Relation"), column("Quotations", true)], rows: relationRows, size: leftEdges, about: "All edges of the graph." },
];

function listOfKind(kind, number) {
  const name = data.legend.names[number];
  const all = () => nodes.filter((node) => node.kind === kind && isAllowed(node));
  if (["practice", "challenge", "outcome"].includes(kind)) {
    // A page about one thing does not know all claims, so it counts no studies.
    const numbers = AXES.length ? [column("Studies", true), column("Findings", true)] : [column("Findings", true)];
    return { id: kind, name, columns: [column("Name"), ...numbers], rows: () => conceptRows(kind), first: 1,
      about: AXES.length ? "Studies that link it with something in the picture, as written there, and all findings on it." : "Findings on it that this page contains." };
  }
  const size = () => all().length;
  if (STATED.has(kind)) return { size, id: kind, name, columns: [column("Finding"), column("Year", true)], rows: () => all().map((node) => ({ item: node, cells: [node.text || node.name, node.year], note: node.key })) };
  if (kind === "work") return { size, id: kind, name, columns: [column("Work"), column("Year", true), column("Findings", true)], rows: () => all().map((node) => ({ item: node, cells: [node.name, node.year, findingsAround(node)], note: node.text })) };
  return { size, id: kind, name, columns: [column("Name"), column("Relations", true)], rows: () => all().map((node) => ({ item: node, cells: [node.name, touching[node.id].filter(isLeft).length], note: "" })) };
}

const compare = (a, b, numeric) => (numeric ? Number(a) - Number(b) : String(a).localeCompare(String(b), "en", { numeric: true }));

let listed = { when: null, rows: new Map() };
/** The rows of a list under the filters of this moment. */
function rowsOf(list) {
  const when = JSON.stringify([state.filters, axisOf()]);
  if (listed.when !== when) listed = { when, rows: new Map() };
  if (!listed.rows.has(list.id)) listed.rows.set(list.id, list.rows());
  return listed.rows.get(list.id);
}

/** The rows that are asked for, sorted: at first by the first number, the largest first. */
function rowsNow(list) {
  const asked = plain(listing.query).split(/\s+/).filter(Boolean);
  const named = (row) => plain([row.cells[0], row.note, ...(row.item?.alternatives ?? [])].join(" "));
  const rows = rowsOf(list).filter((row) => { const said = asked.length ? named(row) : ""; return asked.every((word) => said.includes(word)); });
  const at = listing.column ?? (list.columns[1]?.numeric && (list.first || list.id.startsWith("links")) ? 1 : null);
  const way = listing.column === null ? -1 : listing.way;
  if (at !== null) rows.sort((a, b) => way * compare(a.cells[at], b.cells[at], list.columns[at].numeric) || compare(a.cells[0], b.cells[0]));
  return { rows, at, way };
}

const listNow = () => LISTS.find(({ id }) => id === listing.kind) ?? LISTS[0];

function openRow({ item, band, axis }) {
  if (!band) return select(item, { show: true, takeFocus: true });
  state.axis = axis;
  if (state.view !== "overview") setView("overview");
  return select({ band: band.key }, { takeFocus: true });
}

function renderList({ keep = false } = {}) {
  if (!keep) listing.rows = ROWS;
  const list = listNow();
  listing.kind = list.id;
  const { rows, at, way } = rowsNow(list);
  for (const option of $("list-kind").options) {
    const one = LISTS.find(({ id }) => id === option.value);
    option.textContent = `${one.name} (${one === list && !listing.query ? rows.length : (one.size ?? (() => rowsOf(one).length))()})`;
  }
  $("list-kind").value = list.id;
  const heads = list.columns.map(({ name, sign, numeric }, number) => el("th", { scope: "col", class: numeric ? "numeric" : undefined, "aria-sort": number === at ? (way === 1 ? "ascending" : "descending") : undefined },
    el("button", { type: "button", title: name, "aria-label": sign ? name : undefined, onclick: () => sortBy(number, at === number ? way : 0) }, sign ? el("i", { class: `dot ${sign}` }) : name)));
  const caption = `${count(rows.length, "row")}${listing.query ? ` with “${listing.query}”` : ""}${filtered() ? ", after filtering" : ""}. ${list.about ?? ""}`;
  $("list-caption").textContent = caption.trim();
  const table = el("table", { "aria-describedby": "list-caption" }, el("caption", { class: "visually-hidden" }, list.name), el("thead", {}, el("tr", {}, ...heads)),
    el("tbody", {}, ...rows.slice(0, listing.rows).map((row) => rowElement(row, list))));
  const rest = rows.length - listing.rows;
  const more = rest > 0 ? el("button", { type: "button", id: "list-more", onclick: () => { listing.rows += ROWS; renderList({ keep: true }); focusRow(listing.rows - ROWS); } }, `Show ${Math.min(rest, ROWS)} of ${rest} more`) : null;
  $("list-body").replaceChildren(table, ...(more ? [more] : []));
}

const focusRow = (number) => $("list-body").querySelectorAll("tbody button")[number]?.focus();

function sortBy(number, before) {
  const { numeric } = listNow().columns[number];
  listing.way = before ? -before : numeric ? -1 : 1;
  listing.column = number;
  renderList();
  $("list-body").querySelectorAll("th button")[number].focus();
}

function rowElement(row, list) {
  const open = row.band ? selected?.band === row.band.key : selected === row.item;
  return el("tr", { class: open ? "open" : undefined }, ...list.columns.map(({ name, numeric }, number) => {
    const text = String(row.cells[number] ?? "");
    if (number) return el("td", { class: numeric ? "numeric" : undefined, "data-column": name }, text || "–");
    return el("th", { scope: "row" }, el("button", { type: "button", class: "row", "aria-current": open ? "true" : undefined, onclick: () => openRow(row) }, bdi(short(text, 300))),
      ...[short(row.note ?? "", 220), row.item && isEdge(row.item) ? whyNotDrawn(row.item) : ""].filter(Boolean).map((note) => el("small", { dir: "auto" }, note)));
  }));
}

function connectList() {
  $("list-kind").replaceChildren(...LISTS.map(({ id, name }) => el("option", { value: id }, name)));
  $("list-kind").addEventListener("change", () => { Object.assign(listing, { kind: $("list-kind").value, column: null }); renderList(); remember(); });
  $("list-filter").addEventListener("input", () => { listing.query = $("list-filter").value; renderList(); });
}
