// The evidence map, alive: its data, what the filters leave of it, and counting that.
// Whatever comes from the data goes into the page as a text node; nothing here writes HTML.

const data = JSON.parse(document.getElementById("data").textContent);
const R = data.rows.length, C = data.columns.length; // the index of the totals
const $ = (selector) => document.querySelector(selector);
const $$ = (selector) => [...document.querySelectorAll(selector)];
const form = $("form"), table = $("table"), scroller = $(".scroller"), panel = $("aside"), heading = $("#panel-title");
const NO_FILTERS = { hand: "", polarity: "", method: "", from: "", to: "", rows: "", columns: "", full: false };
const filters = { ...NO_FILTERS };
data.findings.forEach((f, i) => { f.order = i; });
const numbered = (numbers) => numbers.map((i) => data.findings[i]);
// A finding that the two were looked for together and not found is known of a cell, and is no evidence that they meet.
const cells = new Map(data.cells.map(([r, c, numbers]) => [`${r},${c}`, {
  found: numbered(numbers).filter((f) => f.polarity !== data.absent),
  looked: numbered(numbers).filter((f) => f.polarity === data.absent) }]));
const EMPTY = { found: [], looked: [] };
const buttons = new Map(); // "r,c" -> the button in that cell; -1 is a header, R and C are totals
let shownRows = [], shownColumns = [];
let views = new Map(); // "r,c" -> what the filters leave of a cell
let current = [0, 0]; // the cell that has the table's one tab stop
let opened = null; // the cell that the panel shows

function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== "" && child !== null));
  return node;
}

const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
const some = (n, one, many) => `${n} ${n === 1 ? one : many}`;

// ---- What the filters leave, and counting it

const studies = (findings) => new Set(findings.map((f) => f.study));

function keep(findings) {
  const said = findings.filter((f) => (!filters.polarity || f.polarity === filters.polarity)
    && (!filters.method || f.methods.includes(filters.method))
    && (!filters.from || f.year >= filters.from) && (!filters.to || (f.year && f.year <= filters.to)));
  if (filters.hand === "first") return said.filter((f) => f.first);
  if (filters.hand !== "second") return said;
  const first = studies(said.filter((f) => f.first)); // first-hand wins: such a study is not second-hand
  return said.filter((f) => !first.has(f.study));
}

function view(cell) {
  const found = keep(cell.found), looked = keep(cell.looked);
  return counted(found, looked, cell.found.length + cell.looked.length - found.length - looked.length > 0);
}

function counted(found, looked, hides) {
  const first = studies(found.filter((f) => f.first));
  const second = studies(found.filter((f) => !first.has(f.study)));
  const state = found.length ? "evidence" : looked.length ? "not found" : hides ? "filtered" : "no evidence";
  return { found, looked, hides, state, first: first.size, second: second.size, n: first.size + second.size };
}

// The cell, or for a header or total everything shown in its row, its column or the table, each study once.
function viewAt(r, c) {
  if (r >= 0 && r < R && c >= 0 && c < C) return views.get(`${r},${c}`);
  return united(placesAt(r, c));
}

function united(places) {
  const parts = places.map(([y, x]) => views.get(`${y},${x}`));
  const union = (name) => [...new Set(parts.flatMap((part) => part[name]))];
  return counted(union("found"), union("looked"), parts.some((part) => part.hides));
}

function placesAt(r, c) {
  const rows = r >= 0 && r < R ? [r] : shownRows, columns = c >= 0 && c < C ? [c] : shownColumns;
  return rows.flatMap((y) => columns.map((x) => [y, x]));
}

/** What was itself looked for and not found belongs to the name of a row or column and to its total, to no cell. */
function absencesAt(r, c) {
  const header = headerAt(r, c), all = header ? numbered(header.absent) : [];
  const left = keep(all);
  return { all: left, hides: left.length < all.length };
}

/** The row or column that a header or total is about. */
function headerAt(r, c) {
  const row = data.rows[r], column = data.columns[c];
  return row && column ? undefined : row ?? column;
}

function explain(v) {
  if (v.state === "filtered") return "hidden by the filters";
  if (v.state !== "evidence") return v.state === "not found" ? "looked for, not found" : v.state;
  const also = v.looked.length ? `; looked for together and not found by ${studies(v.looked).size}` : "";
  return `${some(v.n, "distinct study", "distinct studies")}: ${v.first} first-hand, ${v.second} second-hand${also}`;
}

const hand = (name, n, text = "") => (n ? el("span", { class: "hand" }, el("i", { class: `dot ${name}` }), `${n}${text}`) : "");

function marks(v) {
  if (!v.found.length && !v.looked.length) return [el("span", { class: "none" }, v.state === "filtered" ? "…" : "–")];
  const looked = studies(v.looked).size;
  return [v.n ? el("b", { class: "n" }, String(v.n)) : "", el("span", { class: "split" }, hand("first", v.first),
    hand("second", v.second), looked ? el("span", { class: "hand" }, el("i", { class: "cross" }, "×"), String(looked)) : "")];
}

/** Beside the name of a row or column: by how many studies it was looked for and not found. */
function absenceMark(absences) {
  const n = studies(absences).size;
  return n ? el("span", { class: "absent" }, el("i", { class: "cross", role: "img", "aria-label": "looked for, not found:" }, "×"), String(n)) : "";
}

const heat = (n) => (data.largest <= data.heats ? n : Math.ceil((n * data.heats) / data.largest));

// ---- CSV of what is shown, as `kg map` writes it

function csvOfFinding(f) {
  return [f.polarity, f.key, f.work, f.first ? "first-hand" : "second-hand", f.viaKey, f.id, f.statement, f.section,
    f.quotations.map((q) => q.quote).join(data.separator), f.study, f.year, f.methods.join("; "), "", "", "", ""];
}

function csv() {
  const rows = [data.csv];
  for (const [r, c] of placesAt(-1, -1)) {
    const row = data.rows[r], column = data.columns[c], v = views.get(`${r},${c}`);
    const where = [row.label, row.group, column.label, column.group, v.state];
    if (!v.found.length && !v.looked.length) rows.push(data.csv.map((_, i) => where[i] ?? ""));
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
  const guard = (text) => (/^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text); // or a spreadsheet takes it for a formula
  return rows.map((row) => `${row.map((text) => `"${guard(text).replaceAll('"', '""')}"`).join(",")}\n`).join("");
}

function download() {
  const url = URL.createObjectURL(new Blob([csv()], { type: "text/csv;charset=utf-8" }));
  el("a", { href: url, download: `${data.rowKinds}-by-${data.columnKinds}.csv`.replace(/[^\w.-]+/g, "-") }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}
