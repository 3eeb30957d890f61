// The index comes from search-index.js: [kind, title, path, other names, text, number of references] for each page.
// Matching and order are the same as in the graph: `searcher` comes from graph_search.js.
const LIMIT = 200;
const OF_WORKS = ["finding", "publication", "study"];

const find = searcher(window.kgIndex.map(([kind, title, path, names, text, degree], id) => ({
  id, kind: kind === "publication" ? "work" : kind, kindName: kind, title, path, text, degree,
  // The title of a finding is its statement, its name is its id. The first name of a work or study is its key.
  name: kind === "finding" ? names[0] : title,
  alternatives: OF_WORKS.includes(kind) ? names.slice(1) : names,
  key: (kind === "publication" || kind === "study") && names[0] || "",
  iri: path.replace(/\.html$/, ""),
})));

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function shorten(text) {
  return text.length > 240 ? text.slice(0, 240).replace(/\S*$/, "") + "…" : text;
}

function item({ node }) {
  const made = document.createElement("li");
  const link = element("a", shorten(node.title));
  link.href = node.path;
  made.append(element("span", node.kindName, "kind"), link);
  const concept = !OF_WORKS.includes(node.kindName);
  if (concept && node.alternatives.length) made.append(element("p", shorten("Also called " + node.alternatives.join(" · "))));
  if (node.text && !node.title.endsWith(node.text)) made.append(element("p", shorten(node.text)));
  return made;
}

const field = document.getElementById("find");
const status = document.getElementById("told");
const none = document.getElementById("none");
const results = document.getElementById("results");

function show() {
  const query = field.value.trim();
  const found = find(query);
  results.replaceChildren(...found.slice(0, LIMIT).map(item));
  none.hidden = !query || found.length > 0;
  status.textContent = !query ? "Enter a name, an abbreviation, a key or words of a statement."
    : found.length === 0 ? `No results contain all of “${query}”.`
    : found.length > LIMIT ? `${found.length} pages; the first ${LIMIT} are shown.`
    : `${found.length} ${found.length === 1 ? "page" : "pages"}`;
}

// The address contains the query, so that it can be shared and restored.
function keep() {
  const query = field.value.trim();
  history.replaceState(null, "", query ? `?q=${encodeURIComponent(query)}` : location.pathname);
}

// Arrow keys move from the field through the results and back; `/` and Escape focus the field, as in the graph.
function move(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const places = [field, ...results.querySelectorAll("a")];
  const here = places.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  let next = null;
  if (step && here >= 0) next = places[here + step];
  else if (event.key === "Enter" && here === 0) next = places[1];
  else if (event.key === "Escape" && here > 0) next = field;
  else if (event.key === "/" && here !== 0) next = field;
  if (!next) return;
  event.preventDefault();
  next.focus();
}

field.value = new URLSearchParams(location.search).get("q") ?? "";
field.addEventListener("input", () => { show(); keep(); });
field.form.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("keydown", move);
field.focus();
show();
