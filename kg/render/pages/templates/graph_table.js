// The same relations as a table, for readers who cannot see the picture or prefer a list.

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
  // One listener for the button (keyboards and screen readers) and the row (pointer).
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
    caption.textContent = shown === edges.length ? `All ${shown} relations. Click a row to see its details.`
      : `${shown} of ${edges.length} relations; the others are hidden by the legend or the filters.`;
  };
  return { elements: [table, ...list], update };
}
