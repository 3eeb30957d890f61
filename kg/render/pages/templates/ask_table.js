// An answer as a table that headings sort. All rows are sorted, and shown in steps.
const STEP = 200;

const make = (name, values = {}, ...children) => {
  const made = Object.assign(document.createElement(name), values);
  made.append(...children);
  return made;
};

function answerTable({ columns, rows }, library, titles) {
  const numeric = new Set(library.numeric);
  const isNumber = columns.map((_, at) => rows.some((row) => row[at]) && rows.every((row) => !row[at] || numeric.has(row[at].datatype)));
  const local = (iri) => iri.slice((library.bases.find((base) => iri.startsWith(base)) ?? "").length);
  const textOf = (term) => (term.type === "uri" ? local(term.value) : term.value);
  const value = (row, at) => (!row[at] ? "" : isNumber[at] ? numberIn(row[at].value) : textOf(row[at]));

  function cell(term, at) {
    const made = make("td", { dir: "auto", className: isNumber[at] ? "number" : term?.value.length > 60 ? "long" : "" });
    made.dataset.name = columns[at];
    if (!term) return made;
    const href = term.path ?? (term.type === "uri" && /^https?:\/\//.test(term.value) ? term.value : "");
    const text = textOf(term);
    made.append(href ? make("a", { href, rel: term.path ? "" : "external noopener", textContent: text }) : text);
    return made;
  }

  const headings = columns.map((name, at) => make("th", { scope: "col", className: isNumber[at] ? "number" : "", title: titles[name] ?? "" }, name));
  const body = make("tbody");
  const more = make("button", { type: "button" });
  let sorted = rows;

  function show(from) {
    body.append(...sorted.slice(from, from + STEP).map((row) => make("tr", {}, ...row.map(cell))));
    const left = rows.length - body.rows.length;
    more.hidden = left <= 0;
    more.textContent = `Show ${Math.min(left, STEP)} more of ${left.toLocaleString("en")}`;
  }
  more.addEventListener("click", () => show(body.rows.length));

  function sort(at) {
    const order = nextOrder(headings[at].getAttribute("aria-sort"), isNumber[at]);
    headings.forEach((heading, other) => heading.setAttribute("aria-sort", other === at ? order : "none"));
    sorted = order === "none" ? rows : [...rows].sort((a, b) => compareValues(value(a, at), value(b, at), order));
    const count = body.rows.length;
    body.replaceChildren();
    for (let from = 0; from < count; from += STEP) show(from);
  }
  if (rows.length > 1) headings.forEach((heading, at) => sortButton(heading, () => sort(at)));
  const scroller = make("div", { className: "scroller", tabIndex: 0, role: "region" },
    make("table", { className: "answer" }, make("thead", {}, make("tr", {}, ...headings)), body));
  scroller.setAttribute("aria-label", "Rows of the answer");
  show(0);
  return [scroller, more];
}
