// The table, which follows the filters; keys; the address that remembers; and the start of it all.

// ---- The table

function matching(headers, text) {
  const plain = (label) => label.toLowerCase().replace(/\s+/g, " "), asked = plain(text).trim();
  return headers.map((_, i) => i).filter((i) =>
    plain(headers[i].label).includes(asked) || plain(headers[i].group).includes(asked));
}

function choose() {
  shownRows = matching(data.rows, filters.rows);
  shownColumns = matching(data.columns, filters.columns);
  views = new Map(placesAt(-1, -1).map(([r, c]) => [`${r},${c}`, view(cells.get(`${r},${c}`) || EMPTY)]));
  if (!filters.full) return;
  const full = (r, c) => views.get(`${r},${c}`).found.length + views.get(`${r},${c}`).looked.length > 0;
  const known = (r, c) => absencesAt(r, c).all.length > 0;
  const rows = shownRows.filter((r) => known(r, -1) || shownColumns.some((c) => full(r, c)));
  shownColumns = shownColumns.filter((c) => known(-1, c) || rows.some((r) => full(r, c)));
  shownRows = rows;
}

function render() {
  choose();
  const rows = new Set([-1, R, ...shownRows]), columns = new Set([-1, C, ...shownColumns]);
  let hidden = false;
  for (const [place, button] of buttons) {
    const [r, c] = place.split(",").map(Number), shown = rows.has(r) && columns.has(c);
    button.parentElement.hidden = !columns.has(c);
    if (!shown) continue;
    if (r < 0 || c < 0) {
      button.replaceChildren(headerAt(r, c).label, " ", absenceMark(absencesAt(r, c).all));
      continue;
    }
    const v = viewAt(r, c);
    hidden ||= v.state === "filtered";
    button.replaceChildren(...marks(v));
    const missed = studies(absencesAt(r, c).all).size;
    const explained = missed ? `${explain(v)}; itself looked for and not found by ${missed}` : explain(v);
    button.title = explained;
    button.setAttribute("aria-label", `${name(r, c)}: ${explained}`);
    button.parentElement.className = r < R && c < C ? `heat-${heat(v.n)}` : "total";
  }
  for (const tr of $$("tr[data-row]")) tr.hidden = !rows.has(Number(tr.dataset.row)) || folded(Number(tr.dataset.row));
  for (const body of table.tBodies) body.hidden = ![...body.querySelectorAll("tr[data-row]")].some((tr) => rows.has(Number(tr.dataset.row)));
  for (const th of $$("[data-columns]")) {
    const span = th.dataset.columns.split(" ").filter((c) => columns.has(Number(c))).length;
    th.hidden = !span;
    th.colSpan = span || 1;
  }
  for (const th of $$("th[scope=rowgroup]")) th.colSpan = shownColumns.length + 2;
  showGroups();
  report(hidden);
  if (!buttons.has(current.join()) || folded(current[0]) || !rows.has(current[0]) || !columns.has(current[1])) current = [R, C];
  tabStop(current);
  if (opened) fill();
  remember();
}

function report(hidden) {
  const active = Object.keys(NO_FILTERS).filter((key) => filters[key] !== NO_FILTERS[key]).length;
  $(".filtered-key").hidden = !hidden;
  $(".active").hidden = !active;
  $(".active").textContent = ` (${active} on)`;
  $("button[type=reset]").disabled = !active;
  const nothing = !shownRows.length || !shownColumns.length;
  table.hidden = nothing;
  $(".nothing").hidden = !nothing;
  const asked = [["rowKind", "rows"], ["columnKind", "columns"]].filter(([, key]) => filters[key])
    .map(([kind, key]) => `${data[kind]} “${filters[key]}”`).join(" and ");
  $(".nothing").textContent = `Nothing here${asked ? ` for ${asked}` : ""} with these filters. “Clear” shows everything again.`;
  const part = (shown, all, kinds) => (shown === all ? `${all} ${kinds}` : `${shown} of ${all} ${kinds}`);
  $("[role=status]").textContent = `Shown: ${part(shownRows.length, R, data.rowKinds)} by ${
    part(shownColumns.length, C, data.columnKinds)}, ${some(nothing ? 0 : viewAt(-1, -1).n, "study", "studies")}.`;
}

function name(r, c) {
  const row = r >= 0 && r < R ? data.rows[r].label : "", column = c >= 0 && c < C ? data.columns[c].label : "";
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
  if (event.target.closest(".fold")) return; // its keys are those of a button
  const rows = [-1, ...shownRows.filter((r) => !folded(r)), R], columns = [-1, ...shownColumns, C];
  let y = rows.indexOf(current[0]), x = columns.indexOf(current[1]);
  if (event.key === "Home" || event.key === "End") {
    x = event.key === "Home" ? 0 : columns.length - 1;
    if (event.ctrlKey) y = event.key === "Home" ? 1 : rows.length - 1;
  } else if (STEPS[event.key]) {
    y += STEPS[event.key][0];
    x += STEPS[event.key][1];
  } else return;
  event.preventDefault();
  const place = [rows[y], columns[x]], button = buttons.get(place.join());
  if (!button) return;
  tabStop(place);
  button.focus();
}

function anyKey(event) {
  if (event.key === "Escape" && opened) close();
  else if (event.key === "/" && !event.target.closest("input, select, textarea")) {
    event.preventDefault();
    $("details").open = true;
    form.elements.rows.focus();
  }
}

// ---- Permalink: what is selected and what is filtered, after the #

function remember() {
  const parts = Object.entries(filters).filter(([key, value]) => value !== NO_FILTERS[key])
    .map(([key, value]) => [key, value === true ? "1" : value]);
  if (opened) parts.unshift(["row", data.rows[opened[0]]?.name ?? "*"], ["column", data.columns[opened[1]]?.name ?? "*"]);
  const hash = new URLSearchParams(parts).toString();
  if (location.protocol === "about:") return; // in a frame of a notebook the address is the notebook's
  if (hash !== location.hash.slice(1)) history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
}

function restore() {
  const asked = new URLSearchParams(location.hash.slice(1));
  for (const key of Object.keys(filters).filter((name) => name !== "full")) {
    form.elements[key].value = asked.get(key) || "";
    filters[key] = form.elements[key].value = form.elements[key].value || ""; // a value no list has is no filter
  }
  filters.full = form.elements.full.checked = asked.get("full") === "1";
  const find = (headers, key, total) => {
    if (asked.get(key) === "*") return total;
    const i = headers.findIndex((h) => h.name === asked.get(key));
    return i < 0 ? NaN : i; // -1 would be the header
  };
  let r = find(data.rows, "row", R), c = find(data.columns, "column", C);
  if (r === R && c < C) r = -1; // the panel of a column belongs to its header
  else if (c === C && r < R) c = -1;
  const place = asked.has("row") && asked.has("column") && buttons.has(`${r},${c}`) ? [r, c] : null;
  if (!place && opened) close();
  if (place && folded(place[0])) closed.delete(data.rows[place[0]].group);
  opened = place; // before anything is written to the address, or it would lose its cell for a moment
  render();
  if (place) open(place, false);
}

// ---- Start

function listen() {
  form.addEventListener("input", () => {
    for (const key of Object.keys(filters)) filters[key] = key === "full" ? form.elements.full.checked : form.elements[key].value;
    render();
  });
  form.addEventListener("reset", () => { Object.assign(filters, NO_FILTERS); render(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  $(".csv").addEventListener("click", download);
  $(".close").addEventListener("click", close);
  table.addEventListener("keydown", move);
  document.addEventListener("keydown", anyKey);
  addEventListener("hashchange", restore);
  const wide = matchMedia("(min-width: 761px)"), unfold = () => { $("details").open = wide.matches; };
  wide.addEventListener("change", unfold);
  unfold();
}

for (const box of $$("[data-r]")) {
  const place = [Number(box.dataset.r), Number(box.dataset.c)], label = box.querySelector(".label");
  const button = el("button", { type: "button", class: label ? "label" : "cell", tabindex: "-1", click: () => open(place, true),
    focus: () => tabStop(place) }, label ? label.textContent : "");
  box.replaceChildren(button);
  buttons.set(place.join(), button);
}
makeGroups();
listen();
$("details").hidden = false;
restore();
const sides = [$("thead").offsetHeight, 0, 0, $("tbody th[scope=row]").offsetWidth]; // so that focus is not under them
scroller.style.scrollPadding = sides.map((side) => `${side + 4}px`).join(" ");
