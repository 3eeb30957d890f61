// The evidence map: its data, the filters, and the counts.
// Data only ever become text nodes; nothing here writes HTML.

const data = JSON.parse(document.getElementById("data").textContent);
const R = data.rows.length, C = data.columns.length; // the index of the totals
const $ = (selector) => document.querySelector(selector);
const $$ = (selector) => [...document.querySelectorAll(selector)];
const form = $("form"), table = $("table"), scroller = $(".scroller"), panel = $("aside"), heading = $("#panel-title");
const NO_FILTERS = { hand: "", polarity: "", method: "", category: "", from: "", to: "", rows: "", columns: "", full: false };
const LOOKS = { shade: "", findings: false }; // what the cells show in addition to the number of studies
const filters = { ...NO_FILTERS, ...LOOKS };
const SYMBOLS = new Map(data.symbols.map(([state, sign]) => [state, sign]));
const MEANINGS = new Map(data.symbols.map(([state, , meaning]) => [state, meaning]));
const METHODS = new Map(data.methods); // a method with the narrower ones, which it selects too
/** The state of several cells together is the first of these that one of them has. */
const STATES = data.symbols.map(([state]) => state); // as in kg/answers/evidence_map.py
const [EVIDENCE, NOT_FOUND, FILTERED, ...NOTHING] = STATES;
const NOT_APPLICABLE = NOTHING.at(-1), NOBODY = NOTHING.at(-2);
const exclusions = new Map(data.exclusions.map(([r, c, said]) => [`${r},${c}`, said]));
data.findings.forEach((f, i) => { f.order = i; });
const numbered = (numbers) => numbers.map((i) => data.findings[i]);
// A finding that the two were looked for together and not found belongs to the cell, but is not evidence for a link.
const cells = new Map(data.cells.map(([r, c, numbers]) => [`${r},${c}`, {
  found: numbered(numbers).filter((f) => f.polarity !== data.absent),
  looked: numbered(numbers).filter((f) => f.polarity === data.absent) }]));
const EMPTY = { found: [], looked: [] };
const buttons = new Map(); // "r,c" -> the button in that cell; -1 is a header, R and C are totals
let shownRows = [], shownColumns = [];
let views = new Map(); // "r,c" -> the filtered contents of a cell
let current = [0, 0]; // the cell that has the table's one tab stop
let opened = null; // the cell that the panel shows

/** Text without control characters and marks that change the direction of the text after them. */
const plain = (text) => String(text).replace(/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, plain(value));
  }
  node.append(...children.filter((child) => child !== "" && child !== null).map((child) => (typeof child === "string" ? plain(child) : child)));
  return node;
}

const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
const some = (n, one, many) => `${n} ${n === 1 ? one : many}`;

// ---- Filtering and counting

/** The findings of a cell that the filters leave. */
function keep(findings) {
  return keptInCell(findings, filters.hand, (f) => (!filters.polarity || f.polarity === filters.polarity)
    && (!filters.method || METHODS.get(filters.method).some((method) => f.methods.includes(method)))
    && (!filters.category || data.byCategory || f.categories.includes(filters.category))
    && (!filters.from || f.year >= filters.from) && (!filters.to || (f.year && f.year <= filters.to)));
}

function view(r, c) {
  const cell = cells.get(`${r},${c}`) || EMPTY, found = keep(cell.found), looked = keep(cell.looked);
  const hides = cell.found.length + cell.looked.length - found.length - looked.length > 0;
  return counted(found, looked, hides, found.length ? EVIDENCE : looked.length ? NOT_FOUND : hides ? FILTERED : data.symbols[data.states[r][c]][0]);
}

function counted(found, looked, hides, state) {
  return { found, looked, hides, state, ...countHands(found),
    findings: new Set(found.map((f) => f.iri)).size };
}

// A cell; for a header, a group or a total, all cells that are shown in its rows and columns, each study once.
function viewAt(r, c) {
  if (r >= 0 && r < R && c >= 0 && c < C) return views.get(`${r},${c}`) || view(r, c);
  return united(placesAt(r, c));
}

function united(places) {
  const parts = places.map(([y, x]) => viewAt(y, x));
  const union = (name) => [...new Set(parts.flatMap((part) => part[name]))];
  return counted(union("found"), union("looked"), parts.some((part) => part.hides),
    STATES.find((state) => parts.some((part) => part.state === state)) ?? NOTHING[0]);
}

function placesAt(r, c) {
  const rows = rowGroups.among(r, shownRows), columns = columnGroups.among(c, shownColumns);
  return rows.flatMap((y) => columns.map((x) => [y, x]));
}

/** Findings that a row or column was itself looked for and not found belong to its heading and total, not to a cell. */
function absencesAt(r, c) {
  const header = headerAt(r, c), all = header ? numbered(header.absent) : [];
  const left = keep(all);
  return { all: left, hides: left.length < all.length };
}

/** The row or column of a header or total. */
function headerAt(r, c) {
  if ((r > R) || (c > C)) return undefined; // a group is not a concept of the vocabulary
  const row = data.rows[r], column = data.columns[c];
  return row && column ? undefined : row ?? column;
}

function explain(v) {
  if (v.state !== EVIDENCE) return `${v.state}: ${MEANINGS.get(v.state)}`;
  const also = v.looked.length ? `; looked for together and not found by ${studies(v.looked).size}` : "";
  const findings = filters.findings ? `; ${some(v.findings, "finding", "findings")}` : "";
  return `${some(v.n, "distinct study", "distinct studies")}: ${v.first} first-hand, ${v.second} second-hand${also}${findings}`;
}

const hand = (name, n, text = "") => (n ? el("span", { class: "hand" }, el("i", { class: `dot ${name}` }), `${n}${text}`) : "");

/** The signs of the effects that findings report, as in Cell.directions. */
const directions = (found) => data.directions.filter(([direction]) => found.some((f) => f.polarity === direction)).map(([, sign]) => sign).join("");

function marks(v) {
  if (!v.found.length && !v.looked.length) return [el("span", { class: v.state === NOBODY ? "none nobody" : "none" }, SYMBOLS.get(v.state))];
  const looked = studies(v.looked).size;
  return [v.n ? el("b", { class: "n" }, `${v.n} ${directions(v.found)}`.trim()) : "", el("span", { class: "split" }, hand("first", v.first),
    hand("second", v.second), looked ? el("span", { class: "hand" }, el("i", { class: "cross" }, "×"), String(looked)) : "",
    filters.findings && v.n ? el("span", { class: "hand" }, el("i", { class: "count" }, "▪"), String(v.findings)) : "")];
}

/** Next to the name of a row or column: how many studies looked for it and did not find it. */
function absenceMark(absences) {
  const n = studies(absences).size;
  return n ? el("span", { class: "absent" }, el("i", { class: "cross", role: "img", "aria-label": "looked for, not found:" }, "×"), String(n)) : "";
}

// ---- Shading: by studies, by the share of first-hand studies, or by findings

const SHADES = {
  "": (v) => v.n,
  first: (v) => v.n && 1 + Math.round((v.first / v.n) * (data.heats - 1)),
  findings: (v) => v.findings,
};
let peaks = {}, measured = ""; // the largest number in a cell without filters, which do not change shades

/** A closed group may have a larger number than any of its cells. */
function measure() {
  const state = JSON.stringify([[...rowGroups.closed], [...columnGroups.closed]]);
  if (state === measured) return;
  const rows = [...data.rows.keys()], columns = [...data.columns.keys()], found = [];
  for (const r of rowGroups.standing(rows)) {
    for (const c of columnGroups.standing(columns)) {
      found.push(rowGroups.among(r, rows).flatMap((y) => columnGroups.among(c, columns).flatMap((x) => cells.get(`${y},${x}`)?.found ?? [])));
    }
  }
  const most = (of) => Math.max(0, ...found.map((findings) => new Set(findings.map(of)).size));
  peaks = { "": most((f) => f.study), first: data.heats, findings: most((f) => f.iri) };
  measured = state;
}

function heat(v) {
  const n = SHADES[filters.shade](v), most = peaks[filters.shade];
  return most <= data.heats ? n : Math.ceil((n * data.heats) / most);
}

function showScale() {
  const scale = $(".scale");
  if (!scale) return;
  const most = peaks[filters.shade], share = filters.shade === "first";
  const swatches = Array.from({ length: Math.min(most, data.heats) }, (_, i) => el("i", { class: `heat-${i + 1}` }));
  scale.replaceChildren(share ? "0 %" : "1", ...swatches, share ? "100 % first-hand" : `${most > 1 ? most : ""}${filters.shade ? " findings" : ""}`);
}

// ---- CSV of what is shown, as `kg map` writes it

function csvOfFinding(f) {
  return [f.polarity, f.key, f.work, f.first_hand ? "first-hand" : "second-hand", f.via_key, f.id, f.statement, f.section,
    f.quotations.map((q) => q.quote).join(data.separator), f.study, f.year, f.methods.join("; "), "", "", "", ""];
}

function csv() {
  const rows = [data.csv], statement = data.csv.indexOf("statement");
  const said = (where, text) => rows.push(data.csv.map((_, i) => (i === statement ? text : where[i] ?? "")));
  for (const [r, c] of placesAt(-1, -1)) {
    const row = data.rows[r], column = data.columns[c], v = views.get(`${r},${c}`);
    const where = [row.label, row.group, column.label, column.group, v.state];
    if (!v.found.length && !v.looked.length) {
      for (const reason of (v.state === NOT_APPLICABLE && exclusions.get(`${r},${c}`)) || [""]) said(where, reason);
    }
    for (const f of [...v.found, ...v.looked].sort((a, b) => a.order - b.order)) rows.push([...where, ...csvOfFinding(f)]);
  }
  for (const r of shownRows) {
    const { label, group } = data.rows[r], where = [label, group, "", "", `${data.rowKind} not found`];
    for (const f of absencesAt(r, -1).all) rows.push([...where, ...csvOfFinding(f)]);
  }
  for (const c of shownColumns) {
    const { label, group } = data.columns[c], where = ["", "", label, group, `${data.columnKind} not found`];
    for (const f of absencesAt(-1, c).all) rows.push([...where, ...csvOfFinding(f)]);
  }
  const total = (where, v) => rows.push([...where, ...data.csv.slice(where.length, -4).fill(""),
    ...[v.n, v.first, v.second, studies(v.looked).size].map(String)]);
  for (const r of shownRows) total([data.rows[r].label, data.rows[r].group, "", "", "row total"], viewAt(r, C));
  for (const c of shownColumns) total(["", "", data.columns[c].label, data.columns[c].group, "column total"], viewAt(R, c));
  total(["", "", "", "", "total"], viewAt(R, C));
  said(["", "", "", "", "what is counted"], data.note);
  said(["", "", "", "", "snapshot"], data.snapshot);
  const guard = (text) => (/^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text); // otherwise a spreadsheet reads it as a formula
  return rows.map((row) => `${row.map((text) => `"${guard(text).replaceAll('"', '""')}"`).join(",")}\n`).join("");
}

function download() {
  const url = URL.createObjectURL(new Blob([csv()], { type: "text/csv;charset=utf-8" }));
  el("a", { href: url, download: `${data.rowKinds}-by-${data.columnKinds}.csv`.replace(/[^\w.-]+/g, "-") }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
