// The table and its filters, the keys, the permalink, and the start of the page.

// ---- The table

function matching(headers, text) {
  const fold = (label) => label.toLowerCase().replace(/\s+/g, " "), asked = fold(text).trim();
  return headers.map((_, i) => i).filter((i) =>
    fold(headers[i].label).includes(asked) || fold(headers[i].group).includes(asked));
}

/** Whether the filter by category leaves a row or column; it selects findings if neither are challenges. */
const inCategory = (header, kind) => !filters.category || !["challenge", "category"].includes(kind) || header.categories.includes(filters.category);

function choose() {
  shownRows = matching(data.rows, filters.rows).filter((r) => inCategory(data.rows[r], data.rowKind));
  shownColumns = matching(data.columns, filters.columns).filter((c) => inCategory(data.columns[c], data.columnKind));
  views = new Map(placesAt(-1, -1).map(([r, c]) => [`${r},${c}`, view(r, c)]));
  if (!filters.full) return;
  const full = (r, c) => views.get(`${r},${c}`).found.length + views.get(`${r},${c}`).looked.length > 0;
  const known = (r, c) => absencesAt(r, c).all.length > 0;
  const rows = shownRows.filter((r) => known(r, -1) || shownColumns.some((c) => full(r, c)));
  shownColumns = shownColumns.filter((c) => known(-1, c) || rows.some((r) => full(r, c)));
  shownRows = rows;
}

function render() {
  choose();
  measure();
  const standing = columnGroups.standing(shownColumns);
  const rows = new Set([-1, R, ...rowGroups.standing(shownRows)]), columns = new Set([-1, C, ...standing]);
  for (const [place, button] of buttons) {
    const [r, c] = place.split(",").map(Number), shown = rows.has(r) && columns.has(c);
    button.parentElement.hidden = !columns.has(c) || (r > R && !rows.has(r));
    if (!shown) continue;
    if (r < 0 || c < 0) {
      button.replaceChildren(plain(title(r, c)), " ", absenceMark(absencesAt(r, c).all));
      continue;
    }
    const v = viewAt(r, c);
    button.replaceChildren(...marks(v));
    const missed = studies(absencesAt(r, c).all).size;
    const explained = missed ? `${explain(v)}; itself looked for and not found by ${missed}` : explain(v);
    button.title = explained;
    button.setAttribute("aria-label", plain(`${name(r, c)}: ${explained}`));
    button.parentElement.className = r === R || c === C ? "total" : `heat-${heat(v)}`;
  }
  for (const tr of $$("tr[data-row]")) tr.hidden = !rows.has(Number(tr.dataset.row));
  for (const body of table.tBodies) body.hidden = ![...body.querySelectorAll("tr[data-row]")].some((tr) => shownRows.includes(Number(tr.dataset.row)));
  showGroups(standing);
  showScale();
  report([...views.values()].some((v) => v.state === FILTERED));
  const there = buttons.has(current.join()) && rows.has(current[0]) && columns.has(current[1]);
  tabStop(there ? current : [R, C]);
  if (opened) fill();
  remember();
}

function report(hidden) {
  const active = Object.keys(NO_FILTERS).filter((key) => filters[key] !== NO_FILTERS[key]).length;
  $(".filtered-key").hidden = !hidden;
  $(".findings-key").hidden = !filters.findings;
  $(".active").hidden = !active;
  $(".active").textContent = ` (${active} on)`;
  $("button[type=reset]").disabled = !active && !filters.shade && !filters.findings;
  const nothing = !shownRows.length || !shownColumns.length;
  table.hidden = nothing;
  $(".nothing").hidden = !nothing;
  const asked = [["rowKind", "rows"], ["columnKind", "columns"]].filter(([, key]) => filters[key])
    .map(([kind, key]) => `${data[kind]} “${filters[key]}”`).join(" and ");
  $(".nothing").textContent = plain(`No results${asked ? ` for ${asked}` : ""} with these filters. “Clear” removes the filters.`);
  const part = (shown, all, kinds) => (shown === all ? `${all} ${kinds}` : `${shown} of ${all} ${kinds}`);
  $("[role=status]").textContent = `Shown: ${part(shownRows.length, R, data.rowKinds)} by ${
    part(shownColumns.length, C, data.columnKinds)}, ${some(nothing ? 0 : viewAt(-1, -1).n, "study", "studies")}.`;
}

/** The name of a row or column, or of a closed group. */
const labelled = (headers, groups, i) => headers[i]?.label ?? groups.name(i) ?? "";

function title(r, c) {
  if (c > C) return some(columnGroups.among(c, shownColumns).length, data.columnKind, data.columnKinds);
  return labelled(data.rows, rowGroups, r) || labelled(data.columns, columnGroups, c);
}

function name(r, c) {
  const row = labelled(data.rows, rowGroups, r), column = labelled(data.columns, columnGroups, c);
  if (!row && !column) return `All ${data.rowKinds} × all ${data.columnKinds}`;
  return capital(row && column ? `${row} × ${column}` : row || column);
}

// ---- Keys

function tabStop(place) {
  const before = buttons.get(current.join()), now = buttons.get(place.join());
  if (before) before.tabIndex = -1;
  if (now) now.tabIndex = 0;
  current = place;
}

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

function move(event) {
  if (event.target.closest(".fold")) return; // it has the keys of a button
  const rows = [-1, ...rowGroups.standing(shownRows), R], columns = [-1, ...columnGroups.standing(shownColumns), C];
  let y = rows.indexOf(current[0]), x = columns.indexOf(current[1]);
  if (event.key === "Home" || event.key === "End") {
    x = event.key === "Home" ? 0 : columns.length - 1;
    if (event.ctrlKey) y = event.key === "Home" ? 1 : rows.length - 1;
  } else if (STEPS[event.key]) {
    y += STEPS[event.key][0];
    x += STEPS[event.key][1];
  } else return;
  event.preventDefault();
  if (rows[y] > R && columns[x] < 0) x = 1; // the heading of a closed group is the button that opens it
  const place = [rows[y], columns[x]], button = buttons.get(place.join());
  if (!button) return;
  tabStop(place);
  button.focus();
}

function anyKey(event) {
  if (event.key === "Escape" && opened) close();
  else if (event.key === "/" && !event.target.closest("input, select, textarea")) {
    event.preventDefault();
    $(".filters").open = true;
    form.elements.rows.focus();
  }
}

// ---- Permalink: what is selected, what is filtered and which groups are closed, after the #

const CLOSED = { closed: rowGroups, "closed-columns": columnGroups };

function remember() {
  const parts = Object.entries(filters).filter(([key, value]) => value !== { ...NO_FILTERS, ...LOOKS }[key])
    .map(([key, value]) => [key, value === true ? "1" : value]);
  for (const [key, { closed, atFirst, names }] of Object.entries(CLOSED)) {
    const now = names.filter((name) => closed.has(name));
    if (now.join("\n") !== atFirst.join("\n")) parts.push(...(now.length ? now : [""]).map((name) => [key, name]));
  }
  const called = (headers, groups, i) => headers[i]?.name ?? (groups.name(i) ? `group:${groups.name(i)}` : "*");
  if (opened) parts.unshift(["row", called(data.rows, rowGroups, opened[0])], ["column", called(data.columns, columnGroups, opened[1])]);
  const hash = new URLSearchParams(parts).toString();
  if (location.protocol === "about:") return; // in the frame of a notebook, the address is the notebook's
  if (hash !== location.hash.slice(1)) history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
}

/** Opens the groups of a cell that is to be shown, unless it is the cell of the group itself. */
function unfold([r, c]) {
  const opened = [rowGroups.open(r), columnGroups.open(c)];
  for (const [groups, i] of [[rowGroups, r], [columnGroups, c]]) if (groups.name(i)) groups.closed.add(groups.name(i));
  return opened.some(Boolean);
}

function restore() {
  const asked = new URLSearchParams(location.hash.slice(1));
  for (const key of Object.keys(filters)) {
    const field = form.elements[key];
    if (field.type === "checkbox") filters[key] = field.checked = asked.get(key) === "1";
    else {
      field.value = asked.get(key) || "";
      filters[key] = field.value = field.value || ""; // unknown values are ignored
    }
  }
  for (const [key, { closed, atFirst, names }] of Object.entries(CLOSED)) {
    const given = asked.has(key) ? asked.getAll(key) : atFirst;
    closed.clear();
    for (const name of names) if (given.includes(name)) closed.add(name);
  }
  const find = (headers, groups, key, total) => {
    const given = asked.get(key);
    if (given === "*") return total;
    const i = headers.findIndex((h) => h.name === given);
    return i >= 0 ? i : (given?.startsWith("group:") && groups.index(given.slice(6))) || NaN; // -1 would be the header
  };
  let r = find(data.rows, rowGroups, "row", R), c = find(data.columns, columnGroups, "column", C);
  if (r === R && c !== C) r = -1; // the panel of a column belongs to its header
  else if (c === C && r < R) c = -1;
  const place = asked.has("row") && asked.has("column") && buttons.has(`${r},${c}`) ? [r, c] : null;
  if (!place && opened) close();
  if (place) unfold(place);
  opened = place; // before the address is written, or it would lose its cell for a moment
  render();
  keepClear();
  if (place) open(place, false);
}

/** Keeps the focused cell from being covered by the sticky headings and totals, whose height varies. */
function keepClear() {
  const foot = $("tfoot"), below = getComputedStyle(foot).position === "sticky" ? foot.offsetHeight : 0;
  const sides = [$("thead").offsetHeight, 0, below, $(".corner").offsetWidth];
  scroller.style.scrollPadding = sides.map((side) => `${side + 4}px`).join(" ");
}

// ---- Start

function listen() {
  form.addEventListener("input", () => {
    for (const key of Object.keys(filters)) filters[key] = form.elements[key].type === "checkbox" ? form.elements[key].checked : form.elements[key].value;
    render();
  });
  form.addEventListener("reset", () => { Object.assign(filters, NO_FILTERS, LOOKS); render(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  $(".csv").addEventListener("click", download);
  $(".fold-all").addEventListener("click", foldAll);
  $(".close").addEventListener("click", close);
  table.addEventListener("keydown", move);
  document.addEventListener("keydown", anyKey);
  addEventListener("hashchange", restore);
  addEventListener("beforeprint", () => { $(".counted").open = true; }); // on paper it cannot be clicked
  const wide = matchMedia("(min-width: 761px)"), show = () => { $(".filters").open = wide.matches; };
  wide.addEventListener("change", show);
  show();
}

makePlaces();
for (const box of $$("[data-r]")) {
  const place = [Number(box.dataset.r), Number(box.dataset.c)], label = place[0] < 0 || place[1] < 0;
  const button = el("button", { type: "button", class: label ? "label" : "cell", tabindex: "-1", click: () => open(place, true),
    focus: () => tabStop(place) });
  box.replaceChildren(button);
  buttons.set(place.join(), button);
}
listen();
$(".filters").hidden = false;
restore();
