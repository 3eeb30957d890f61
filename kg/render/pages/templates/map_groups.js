// Groups of rows and of columns that open and close. A closed group is one row or column, which counts each of its
// studies once. Its index comes after that of the totals: R + 1 is the first group of rows.

const rowGroups = makeGroups(data.rows, data.rowKind, data.rowKinds, []);
const columnGroups = makeGroups(data.columns, data.columnKind, data.columnKinds, data.columns.length >= data.many ? data.columns : []);

function makeGroups(headers, kind, kinds, closedAtFirst) {
  const names = [...new Set(headers.map((h) => h.group))].filter(Boolean), total = headers.length;
  const index = new Map(names.map((name, i) => [name, total + 1 + i]));
  const atFirst = names.filter((name) => closedAtFirst.some((h) => h.group === name)), closed = new Set(atFirst);
  return {
    names, closed, atFirst, kind, kinds,
    index: (name) => index.get(name),
    name: (i) => names[i - total - 1],
    /** The filtered rows or columns that an index stands for: one of them, those of a group, or all. */
    among: (i, shown) => (i >= 0 && i < total ? [i] : i > total ? shown.filter((j) => headers[j].group === names[i - total - 1]) : shown),
    /** What the table shows, in order: single rows or columns, and closed groups. */
    standing: (shown) => [...new Set(shown.map((i) => (closed.has(headers[i].group) ? index.get(headers[i].group) : i)))],
    open: (i) => closed.delete(headers[i]?.group),
  };
}

function foldButton(groups, name) {
  return el("button", { type: "button", class: "fold", "aria-expanded": "true", title: name, click: () => fold(groups, name) },
    el("span", { class: "fold-name" }, name), " ", el("span", { class: "fold-sum" }));
}

/** A cell of the table that only a closed group has. */
const spare = (tag, r, c, attributes = {}) => el(tag, { "data-r": r, "data-c": c, hidden: "", ...attributes });

/** Turns headings into buttons, and adds a row or column for each closed group. */
function makePlaces() {
  for (const th of $$("th[scope=colgroup]")) {
    const { group: name } = data.columns[th.dataset.columns.split(" ")[0]], c = columnGroups.index(name);
    if (!name) continue; // without a group
    th.replaceChildren(foldButton(columnGroups, name));
    const last = th.dataset.columns.split(" ").at(-1);
    for (const box of $$(`[data-c="${last}"]`)) {
      const r = Number(box.dataset.r);
      box.after(r < 0 ? spare("th", r, c, { scope: "col" }) : spare("td", r, c, { class: r === R ? "total" : "" }));
    }
  }
  for (const th of $$("th[scope=rowgroup]")) {
    const row = th.closest("tbody").querySelector("tr[data-row]"), { group: name } = data.rows[row.dataset.row];
    th.replaceChildren(foldButton(rowGroups, name));
    th.after(...[...row.querySelectorAll("td")].map((td) => spare("td", rowGroups.index(name), Number(td.dataset.c), { class: td.className })));
  }
}

function fold(groups, name) {
  if (!groups.closed.delete(name)) groups.closed.add(name);
  render();
  keepClear();
}

function foldAll() {
  const all = [rowGroups, columnGroups], close = all.every((groups) => !groups.closed.size);
  for (const groups of all) for (const name of groups.names) groups.closed[close ? "add" : "delete"](name);
  render();
  keepClear();
}

/** Updates open groups, the width of headings, and the numbers of closed groups. */
function showGroups(columns) {
  for (const th of $$("th[scope=rowgroup]")) {
    const { group: name } = data.rows[th.closest("tbody").querySelector("tr[data-row]").dataset.row];
    showFold(th, rowGroups, name, shownRows, columns.length + 2);
  }
  for (const th of $$("th[scope=colgroup]")) {
    const members = th.dataset.columns.split(" ").map(Number), { group: name } = data.columns[members[0]];
    const span = columns.filter((c) => members.includes(c) || (name && c === columnGroups.index(name))).length;
    th.hidden = !span;
    if (name) showFold(th, columnGroups, name, shownColumns, Math.max(span, 1));
  }
  const open = [rowGroups, columnGroups].every((groups) => !groups.closed.size);
  $(".fold-all").hidden = !rowGroups.names.length && !columnGroups.names.length;
  $(".fold-all").textContent = open ? "Close groups" : "Open groups";
}

function showFold(th, groups, name, shown, span) {
  const closed = groups.closed.has(name), button = th.querySelector(".fold");
  th.colSpan = closed ? 1 : span;
  th.classList.toggle("closed", closed);
  button.setAttribute("aria-expanded", String(!closed));
  button.querySelector(".fold-sum").textContent = closed && groups === rowGroups
    ? some(groups.among(groups.index(name), shown).length, groups.kind, groups.kinds) : "";
}
