// Sorts a table of an answer by the column whose heading is pressed: up, down, and as it was.

const table = document.querySelector("table.answer");
const rows = table ? [...table.tBodies[0].rows] : [];
const COMPARED = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });
const NEXT = { none: "ascending", ascending: "descending", descending: "none" };

const cell = (row, column) => row.cells[column].textContent;

/** Numbers by value, texts by the alphabet; empty cells are always last. */
function compare(column, number, down) {
  return (one, another) => {
    const [a, b] = [cell(one, column), cell(another, column)];
    if (!a || !b) return Number(!a) - Number(!b);
    return (number ? Number(a) - Number(b) : COMPARED.compare(a, b)) * (down ? -1 : 1);
  };
}

function sort(heading) {
  const order = NEXT[heading.getAttribute("aria-sort")];
  for (const other of heading.parentElement.cells) other.setAttribute("aria-sort", "none");
  heading.setAttribute("aria-sort", order);
  const sorted = order === "none" ? rows : [...rows].sort(compare(heading.cellIndex, heading.classList.contains("number"), order === "descending"));
  table.tBodies[0].append(...sorted);
}

for (const heading of rows.length > 1 ? table.tHead.rows[0].cells : []) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...heading.childNodes);
  button.addEventListener("click", () => sort(heading));
  heading.setAttribute("aria-sort", "none");
  heading.append(button);
}
