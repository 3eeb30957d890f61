// Sorting by the heading of a column, in the lists of a site and in answers.

const COLLATED = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });
const ORDERS = ["none", "ascending", "descending"];

/** The order of two numbers or texts; what is missing comes last in either direction. */
function compareValues(a, b, order) {
  const [lacks, without] = [a, b].map((value) => value === "" || value === null);
  if (lacks || without) return Number(lacks) - Number(without);
  return (typeof a === "number" ? a - b : COLLATED.compare(a, b)) * (order === "descending" ? -1 : 1);
}

/** What follows when a heading is pressed; numbers begin with the largest. */
const nextOrder = (order, number) => ORDERS[(ORDERS.indexOf(order) + (number ? 2 : 1)) % 3];

/** A number, or null for a text that is none. */
function numberIn(text) {
  const number = Number.parseFloat(text);
  return Number.isNaN(number) ? null : number;
}

/** Turns the name in a heading into a button. */
function sortButton(heading, press) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sort";
  button.append(...heading.childNodes);
  button.addEventListener("click", press);
  heading.setAttribute("aria-sort", "none");
  heading.append(button);
}
