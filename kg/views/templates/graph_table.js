// The same relations as text, for those who cannot see the picture or want to read down a list; and the search.

const COLUMNS = ["Source", "Relation", "Target", "Quotation", "Section", "Work"];

/** One row for each quotation, and one for a relation without any. */
function tableRows(edges, look) {
  return edges.flatMap((edge) => {
    const ends = look.ends(edge);
    const quotations = edge.quotations.length ? edge.quotations : [null];
    return quotations.map((quotation) => ({
      edge,
      cells: [ends.from.name, edge.kind, ends.to.name, quotation ? quoted(quotation) : "no quotation recorded",
        quotation ? [quotation.section, quotation.page && `p. ${quotation.page}`].filter(Boolean).join(", ") : "",
        quotation ? quotation.work : ""],
    }));
  });
}

function rowElement({ edge, cells }, look) {
  const row = el("tr", { "data-edge": edge.id });
  cells.forEach((text, column) => {
    const words = el("bdi", {}, text || "–");
    const label = `${cells[0]} —${cells[1]}→ ${cells[2]}, open details`;
    const content = column === 1 ? el("button", { type: "button", class: "open-edge", "aria-label": label }, words) : words;
    row.append(el("td", { "data-column": COLUMNS[column] }, content));
  });
  // The button is for keyboards and screen readers, the row for the pointer: one listener serves both.
  row.addEventListener("click", () => { if (!String(getSelection())) look.openEdge(edge); });
  return row;
}

function tableView(nodes, edges, look) {
  const rows = tableRows(edges, look);
  rows.forEach((row) => { row.element = rowElement(row, look); });
  const body = el("tbody", {}, ...rows.map((row) => row.element));
  const caption = el("caption", {});
  const heads = COLUMNS.map((name) => el("th", { scope: "col" }, el("button", { type: "button" }, name)));
  heads.forEach((head, column) => head.firstChild.addEventListener("click", () => {
    const way = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", way === 1 ? "ascending" : "descending");
    rows.sort((a, b) => way * a.cells[column].localeCompare(b.cells[column], "en", { numeric: true }));
    body.append(...rows.map((row) => row.element));
  }));
  const table = el("table", {}, caption, el("thead", {}, el("tr", {}, ...heads)), body);
  const alone = nodes.filter((node) => !look.edgesOf(node).length);
  const list = alone.length ? [el("h2", {}, "Without any relation"), el("ul", { class: "edges" }, ...alone.map((node) => el("li", {},
    el("button", { type: "button", onclick: () => look.openNode(node) }, bdi(node.name), el("small", {}, bdi(node.kindName))))))] : [];
  const update = () => {
    for (const row of rows) {
      row.element.hidden = !look.isShown(row.edge);
      row.element.classList.toggle("open", look.isOpen(row.edge));
    }
    const shown = edges.filter(look.isShown).length;
    caption.textContent = shown === edges.length ? `All ${shown} relations; a row opens its details.`
      : `${shown} of ${edges.length} relations; the rest is switched off in the legend.`;
  };
  return { elements: [table, ...list], update };
}

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Every word must be found; where it is found decides the order. */
function searcher(nodes) {
  const index = nodes.map((node) => ({ node, fields: [node.name, node.alternatives.join(" · "), node.key, node.text].map(plain) }));
  return (query) => {
    const words = plain(query).split(/\s+/).filter(Boolean);
    if (!words.length) return [];
    const found = [];
    for (const { node, fields } of index) {
      if (!words.every((word) => fields.some((field) => field.includes(word)))) continue;
      const field = fields.findIndex((text) => words.some((word) => text.includes(word)));
      const start = fields[field].startsWith(words[0]) ? 0 : 1;
      found.push({ node, field, rank: field * 2 + start });
    }
    return found.sort((a, b) => a.rank - b.rank || b.node.degree - a.node.degree || a.node.id - b.node.id);
  };
}

const MOST_RESULTS = 12;

function connectSearch(input, list, find, { open, say }) {
  let found = [];
  let current = 0;
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const choose = (number) => {
    if (!found[number]) return;
    close();
    input.value = "";
    open(found[number].node);
  };
  const mark = () => {
    [...list.children].forEach((item, number) => {
      if (item.role !== "option") return;
      item.setAttribute("aria-selected", String(number === current));
      if (number === current) { input.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
    });
  };
  const show = () => {
    const all = find(input.value);
    found = all.slice(0, MOST_RESULTS);
    current = 0;
    if (!input.value.trim()) return close();
    list.replaceChildren(...found.map(({ node, field }, number) => {
      const why = field === 1 ? node.alternatives.join(", ") : field === 2 ? node.key : field === 3 ? short(node.text, 90) : "";
      const item = el("li", { role: "option", id: `result-${number}` }, bdi(short(node.name, 100)),
        el("small", {}, bdi(node.kindName), why ? ": " : "", why ? bdi(why) : ""));
      // Before the field loses the focus, which would close the list.
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(number); });
      return item;
    }));
    if (!all.length) list.append(el("li", { class: "soft" }, "Nothing matches all of these words."));
    if (all.length > found.length) list.append(el("li", { class: "soft" }, `and ${all.length - found.length} more: one more word helps`));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    say(`${all.length} found`);
    mark();
    return undefined;
  };
  input.addEventListener("input", show);
  input.addEventListener("focus", show);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      current = (current + step + found.length) % Math.max(found.length, 1);
      mark();
    } else if (event.key === "Enter") choose(current);
    else if (event.key === "Escape" && !list.hidden) close();
    else if (event.key === "Escape") { input.value = ""; input.blur(); } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
