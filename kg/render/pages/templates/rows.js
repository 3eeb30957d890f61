// Sorts a table of an answer by the column whose heading is pressed, and at the third press leaves it as it was.

const table = document.querySelector("table.answer");
const rows = table ? [...table.tBodies[0].rows] : [];

function sort(heading) {
  const number = heading.classList.contains("number");
  const order = nextOrder(heading.getAttribute("aria-sort"), number);
  for (const other of heading.parentElement.cells) other.setAttribute("aria-sort", other === heading ? order : "none");
  const value = ({ cells }) => (number ? numberIn(cells[heading.cellIndex].textContent) : cells[heading.cellIndex].textContent);
  const sorted = order === "none" ? rows : [...rows].sort((one, another) => compareValues(value(one), value(another), order));
  table.tBodies[0].append(...sorted);
}

for (const heading of rows.length > 1 ? table.tHead.rows[0].cells : []) sortButton(heading, () => sort(heading));
