// Groups of rows that open and close. A closed group is still counted: it is folded away, not filtered out.

const closed = new Set(); // names of groups
const groupButtons = new Map(); // name -> the button in the heading

const folded = (r) => r >= 0 && r < R && closed.has(data.rows[r].group);

function makeGroups() {
  for (const th of $$("th[scope=rowgroup]")) {
    const { group: name } = data.rows[th.closest("tbody").querySelector("tr[data-row]").dataset.row];
    const button = el("button", { type: "button", class: "fold", "aria-expanded": "true", click: () => fold(name) },
      el("span", { class: "fold-name" }, name), " ", el("span", { class: "fold-sum" }));
    th.replaceChildren(button);
    groupButtons.set(name, button);
  }
}

function fold(name) {
  if (!closed.delete(name)) closed.add(name);
  render();
}

/** After each change: what is open, and for what is closed how many studies there are. */
function showGroups() {
  for (const [name, button] of groupButtons) {
    button.setAttribute("aria-expanded", String(!closed.has(name)));
    const rows = shownRows.filter((r) => data.rows[r].group === name);
    const v = united(rows.flatMap((y) => shownColumns.map((x) => [y, x])));
    button.querySelector(".fold-sum").textContent = closed.has(name)
      ? `${some(rows.length, data.rowKind, data.rowKinds)}, ${some(v.n, "distinct study", "distinct studies")}` : "";
  }
}
