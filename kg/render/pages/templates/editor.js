// The list of queries, and the choice of the editor. `plain` comes from editor_plain.js, `yasgui` from
// editor_yasgui.js; each returns a function that opens a query under a name.
const families = document.getElementById("families");
const filter = document.getElementById("filter");
const filtered = document.getElementById("filtered");
const story = document.getElementById("story");
const links = [...families.querySelectorAll("a")];
const endpoint = new URL("sparql", document.baseURI).href;
const open = "Yasgui" in window ? yasgui(endpoint) : plain(endpoint);

let library = null;

async function known(name) {
  library ??= fetch("queries", { headers: { Accept: "application/json" } }).then((got) => got.json());
  return (await library).find((query) => query.name === name);
}

async function choose(link) {
  const query = await known(link.dataset.query);
  for (const other of links) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  story.textContent = query.summary;
  open(query.name, query.sparql);
}

families.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-query]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  choose(link);
});

// Words in any order, in the name, the summary or the family.
function show() {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const group of families.querySelectorAll("details")) {
    let some = false;
    for (const link of group.querySelectorAll("a")) {
      const text = `${link.dataset.query} ${link.title} ${group.firstElementChild.textContent}`.toLowerCase();
      const found = words.every((word) => text.includes(word));
      link.parentElement.hidden = !found;
      some ||= found;
      count += found;
    }
    group.hidden = !some;
    if (words.length) group.open = some;
  }
  filtered.textContent = words.length ? `${count} ${count === 1 ? "query" : "queries"}` : "";
}

// Arrow keys move from the field through the list and back; Enter in the field opens the first query.
document.querySelector(".shelf").addEventListener("keydown", (event) => {
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
// The address may name a query of the library or, as in YASGUI's links, contain a query with a title. Such a link may also
// name an endpoint and headers, which are ignored.
const asked = new URLSearchParams(location.search).get("name");
const shared = new URLSearchParams(location.hash.slice(1));
const first = links.find((link) => link.dataset.query === asked);
if (first) choose(first);
else if (shared.get("query")) open(shared.get("tabTitle") || "Query", shared.get("query"));
if (location.search || location.hash) history.replaceState(null, "", location.pathname);
