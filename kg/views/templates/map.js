"use strict";
// The evidence map, alive: filters, counts that follow them, the panel with the evidence, keys, permalinks, CSV.
// Whatever comes from the data goes into the page as a text node; nothing here writes HTML.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const R = data.rows.length, C = data.columns.length; // the index of the totals
  const $ = (selector) => document.querySelector(selector);
  const $$ = (selector) => [...document.querySelectorAll(selector)];
  const form = $("form"), table = $("table"), scroller = $(".scroller"), panel = $("aside"), heading = $("#panel-title");
  const NO_FILTERS = { hand: "", polarity: "", rows: "", columns: "", full: false };
  const filters = { ...NO_FILTERS };
  const cells = new Map(data.cells.map(([r, c, found, looked]) => [`${r},${c}`, {
    found: found.map((i) => data.findings[i]), looked: looked.map((i) => data.findings[i]) }]));
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
    const said = findings.filter((f) => !filters.polarity || f.polarity === filters.polarity);
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
    const parts = placesAt(r, c).map(([y, x]) => views.get(`${y},${x}`));
    const union = (name) => [...new Set(parts.flatMap((part) => part[name]))];
    return counted(union("found"), union("looked"), parts.some((part) => part.hides));
  }

  function placesAt(r, c) {
    const rows = r >= 0 && r < R ? [r] : shownRows, columns = c >= 0 && c < C ? [c] : shownColumns;
    return rows.flatMap((y) => columns.map((x) => [y, x]));
  }

  function explain(v) {
    if (v.state === "filtered") return "hidden by the filters";
    if (v.state !== "evidence") return v.state === "not found" ? "looked for, not found" : v.state;
    const also = v.looked.length ? `; looked for and not found by ${studies(v.looked).size}` : "";
    return `${some(v.n, "distinct study", "distinct studies")}: ${v.first} first-hand, ${v.second} second-hand${also}`;
  }

  const hand = (name, n, text = "") => (n ? el("span", { class: "hand" }, el("i", { class: `dot ${name}` }), `${n}${text}`) : "");

  function marks(v) {
    if (!v.found.length && !v.looked.length) return [el("span", { class: "none" }, v.state === "filtered" ? "…" : "–")];
    const looked = studies(v.looked).size;
    return [v.n ? el("b", { class: "n" }, String(v.n)) : "", el("span", { class: "split" }, hand("first", v.first),
      hand("second", v.second), looked ? el("span", { class: "hand" }, el("i", { class: "cross" }, "×"), String(looked)) : "")];
  }

  const heat = (n) => (data.largest <= data.heats ? n : Math.ceil((n * data.heats) / data.largest));

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
    shownRows = shownRows.filter((r) => shownColumns.some((c) => full(r, c)));
    shownColumns = shownColumns.filter((c) => shownRows.some((r) => full(r, c)));
  }

  function render() {
    choose();
    const rows = new Set([-1, R, ...shownRows]), columns = new Set([-1, C, ...shownColumns]);
    let hidden = false;
    for (const [place, button] of buttons) {
      const [r, c] = place.split(",").map(Number), shown = rows.has(r) && columns.has(c);
      button.parentElement.hidden = !columns.has(c);
      if (!shown || r < 0 || c < 0) continue;
      const v = viewAt(r, c);
      hidden ||= v.state === "filtered";
      button.replaceChildren(...marks(v));
      button.title = explain(v);
      button.setAttribute("aria-label", `${name(r, c)}: ${explain(v)}`);
      button.parentElement.className = r < R && c < C ? `heat-${heat(v.n)}` : "total";
    }
    for (const tr of $$("tr[data-row]")) tr.hidden = !rows.has(Number(tr.dataset.row));
    for (const body of table.tBodies) body.hidden = !body.querySelector("tr[data-row]:not([hidden])");
    for (const th of $$("[data-columns]")) {
      const span = th.dataset.columns.split(" ").filter((c) => columns.has(Number(c))).length;
      th.hidden = !span;
      th.colSpan = span || 1;
    }
    for (const th of $$("th[scope=rowgroup]")) th.colSpan = shownColumns.length + 2;
    report(hidden);
    if (!buttons.has(current.join()) || !rows.has(current[0]) || !columns.has(current[1])) current = [R, C];
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

  // ---- The panel

  function open(place, focus) {
    opened = place;
    tabStop(place);
    panel.hidden = false;
    document.body.classList.add("open");
    fill();
    panel.scrollTop = 0;
    if (focus) heading.focus({ preventScroll: true });
    buttons.get(place.join())?.scrollIntoView({ block: "nearest", inline: "nearest" });
    remember();
  }

  function close() {
    const place = opened;
    opened = null;
    panel.hidden = true;
    document.body.classList.remove("open");
    for (const button of buttons.values()) button.removeAttribute("aria-expanded");
    remember();
    buttons.get(place.join())?.focus();
  }

  function fill() {
    const [r, c] = opened;
    for (const [place, button] of buttons) {
      if (place === opened.join()) button.setAttribute("aria-expanded", "true");
      else button.removeAttribute("aria-expanded");
    }
    const inside = r < 0 || r >= R || shownRows.includes(r), v = inside && (c < 0 || c >= C || shownColumns.includes(c))
      ? viewAt(r, c) : view(cells.get(`${r},${c}`) || EMPTY);
    const header = data.rows[r] && !data.columns[c] ? data.rows[r] : !data.rows[r] && data.columns[c];
    heading.textContent = name(r, c);
    $("aside .body").replaceChildren(...[
      header && header.group ? el("p", { class: "kind" }, capital(header.group)) : null,
      header && header.text ? el("p", { class: "definition" }, header.text) : null,
      el("p", { class: "sum" }, ...(v.state === "evidence" ? [el("b", {}, some(v.n, "distinct study", "distinct studies")), " ",
        hand("first", v.first, " first-hand"), " ", hand("second", v.second, " second-hand")] : emptiness(v, r, c))),
      v.hides ? el("p", { class: "kind" }, "The filters hide evidence here. ", el("button", { type: "button", click: unfilter }, "Clear filters")) : null,
      ...byStudy(v.found, header || r < 0 || r >= R),
      v.looked.length && v.state === "evidence" ? el("h3", {}, "Looked for, not found") : null,
      ...byStudy(v.looked, header || r < 0 || r >= R),
    ].filter(Boolean));
  }

  function unfilter() {
    form.reset();
    heading.focus(); // the button that was pressed is gone
  }

  function emptiness(v, r, c) {
    const pair = data.rows[r] && data.columns[c];
    const what = pair ? `“${data.rows[r].label}” together with “${data.columns[c].label}”` : "this";
    if (v.state === "filtered") return ["Nothing of what is known here passes the filters."];
    if (v.state === "not found") {
      return [el("b", {}, "Looked for, not found. "), `${some(studies(v.looked).size, "study", "studies")} looked for ${what} and ${
        studies(v.looked).size === 1 ? "reports" : "report"} that it was not there. That is evidence of absence, as far as ${
        studies(v.looked).size === 1 ? "it goes" : "they go"}:`];
    }
    return [el("b", {}, "No evidence. "), `No publication in this graph reports on ${what}. It may be that nobody looked, or that who looked found nothing worth reporting: it is a gap, not a finding.`];
  }

  function byStudy(findings, places) {
    const groups = new Map();
    for (const f of findings) groups.set(f.study, [...(groups.get(f.study) || []), f]);
    const list = [...groups.values()].sort((a, b) => b.some((f) => f.first) - a.some((f) => f.first));
    return list.map((group) => {
      const first = group.some((f) => f.first);
      return el("section", { class: `study ${first ? "first" : "second"}` },
        el("h3", {}, group[0].work || group[0].key || group[0].study),
        el("p", { class: "cite" }, cite(group[0].key), el("span", { class: "hand" },
          el("i", { class: `dot ${first ? "first" : "second"}` }), first ? "first-hand" : "second-hand only")),
        ...group.map((f) => finding(f, places)));
    });
  }

  function finding(f, places) {
    const via = f.first ? "" : el("p", { class: "via" }, `second-hand, as told by ${f.via || f.viaKey} `, cite(f.viaKey));
    const section = f.section ? `§ ${f.section.replace(/^§\s*/, "")}` : "";
    return el("div", { class: "finding" },
      via,
      el("p", { class: "statement" }, el("span", { class: `polarity ${f.polarity.replace(/\W/g, "")}` }, f.polarity), " ", f.statement),
      el("p", { class: "where" }, el("span", {}, [f.id, section].filter(Boolean).join(" · ")), ...(places ? placesOf(f) : [])),
      ...f.quotations.map(quotation));
  }

  // In the panel of a row or a column: the cells a finding stands in, each a way there.
  function placesOf(f) {
    const [r, c] = opened;
    return placesAt(r, c).filter(([y, x]) => ["found", "looked"].some((list) => views.get(`${y},${x}`)[list].includes(f)))
      .map(([y, x]) => el("button", { type: "button", class: "place", click: () => open([y, x], true) },
        capital(r >= 0 && r < R ? data.columns[x].label : c >= 0 && c < C ? data.rows[y].label : name(y, x))));
  }

  function quotation(q) {
    const source = [q.saidBy && `said by ${q.saidBy}`, q.work, q.section && `§ ${q.section.replace(/^§\s*/, "")}`, q.page && `p. ${q.page}`];
    const link = /^https?:\/\//i.test(q.url)
      ? el("a", { href: q.url, target: "_blank", rel: "noopener noreferrer" }, "open the work") : "";
    return el("blockquote", {}, el("p", {}, `“${q.quote}”`),
      el("footer", {}, source.filter(Boolean).join(", "), link ? " · " : "", link));
  }

  function cite(key) {
    if (!key) return "";
    const code = el("code", {}, `\\cite{${key}}`);
    return el("span", { class: "key" }, code, " ", el("button", { type: "button", class: "copy", title: `Copy \\cite{${key}}`,
      "aria-label": `Copy \\cite{${key}}`, click: (event) => copy(code, event.currentTarget) }, "copy"));
  }

  function copy(code, button) {
    const done = (text) => { button.textContent = text; setTimeout(() => { button.textContent = "copy"; }, 1500); };
    const select = () => { getSelection().selectAllChildren(code); done("selected"); }; // where the clipboard is closed
    if (navigator.clipboard) navigator.clipboard.writeText(code.textContent).then(() => done("copied"), select);
    else select();
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
    const rows = [-1, ...shownRows, R], columns = [-1, ...shownColumns, C];
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
    if (hash !== location.hash.slice(1)) history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  }

  function restore() {
    const asked = new URLSearchParams(location.hash.slice(1));
    for (const key of ["hand", "polarity", "rows", "columns"]) {
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
    opened = place; // before anything is written to the address, or it would lose its cell for a moment
    render();
    if (place) open(place, false);
  }

  // ---- CSV of what is shown, as `kg map` writes it

  function csv() {
    const rows = [data.csv];
    for (const [r, c] of placesAt(-1, -1)) {
      const row = data.rows[r], column = data.columns[c], v = views.get(`${r},${c}`);
      const where = [row.label, row.group, column.label, column.group, v.state];
      if (!v.found.length && !v.looked.length) rows.push(data.csv.map((_, i) => where[i] ?? ""));
      for (const f of [...v.found, ...v.looked]) {
        rows.push([...where, f.polarity, f.key, f.work, f.first ? "first-hand" : "second-hand", f.viaKey, f.id, f.statement,
          f.section, f.quotations.map((q) => q.quote).join(data.separator), f.study]);
      }
    }
    const guard = (text) => (/^'*[=+\-@\t\r]/.test(text) ? `'${text}` : text); // or a spreadsheet takes it for a formula
    return rows.map((row) => `${row.map((text) => `"${guard(text).replaceAll('"', '""')}"`).join(",")}\n`).join("");
  }

  function download() {
    const url = URL.createObjectURL(new Blob([csv()], { type: "text/csv;charset=utf-8" }));
    el("a", { href: url, download: `${data.rowKinds}-by-${data.columnKinds}.csv`.replace(/[^\w.-]+/g, "-") }).click();
    setTimeout(() => URL.revokeObjectURL(url), 10000);
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
  listen();
  $("details").hidden = false;
  restore();
  const sides = [$("thead").offsetHeight, 0, 0, $("tbody th[scope=row]").offsetWidth]; // so that focus is not under them
  scroller.style.scrollPadding = sides.map((side) => `${side + 4}px`).join(" ");
})();
