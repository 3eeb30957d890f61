// A filter above a list of queries by family, and arrow keys that move through the list.
function shelf(families, choose = (link) => link.click()) {
  const filter = document.getElementById("filter");
  const filtered = document.getElementById("filtered");
  const links = [...families.querySelectorAll("[data-query]:not(form)")];

  // Words in any order, in the name, the summary or the family.
  function show() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const group of families.querySelectorAll("[data-family]")) {
      let some = false;
      for (const link of group.querySelectorAll("[data-query]:not(form)")) {
        const text = `${link.dataset.query} ${link.title} ${link.textContent} ${group.dataset.family}`.toLowerCase();
        const found = words.every((word) => text.includes(word));
        link.closest("li").hidden = !found;
        some ||= found;
        count += found;
      }
      group.hidden = !some;
      if (words.length) group.open = some;
    }
    filtered.textContent = words.length ? `${count} ${count === 1 ? "query" : "queries"}` : "";
  }

  // Arrow keys move from the field through the list and back; Enter in the field opens the first query.
  filter.closest("section").addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const places = [filter, ...links.filter((link) => link.checkVisibility())];
    const here = places.indexOf(document.activeElement);
    const next = places[here + ({ ArrowDown: 1, ArrowUp: -1 }[event.key] ?? 0)];
    if (event.key === "Enter" && here === 0 && places[1]) choose(places[1]);
    else if (event.key === "Escape" && here > 0) filter.focus();
    else if (here >= 0 && next && next !== places[here]) next.focus();
    else return;
    event.preventDefault();
  });

  filter.hidden = false;
  filter.addEventListener("input", show);
  show();
}
