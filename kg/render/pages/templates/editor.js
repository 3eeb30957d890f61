// The list of queries, and the choice of the editor. `plain` comes from editor_plain.js, `yasgui` from
// editor_yasgui.js; each returns a function that opens a query under a name.
const families = document.getElementById("families");
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

shelf(families, choose);
// The address may name a query of the library or, as in YASGUI's links, contain a query with a title. Such a link may also
// name an endpoint and headers, which are ignored.
const asked = new URLSearchParams(location.search).get("name");
const shared = new URLSearchParams(location.hash.slice(1));
const first = links.find((link) => link.dataset.query === asked);
if (first) choose(first);
else if (shared.get("query")) open(shared.get("tabTitle") || "Query", shared.get("query"));
if (location.search || location.hash) history.replaceState(null, "", location.pathname);
