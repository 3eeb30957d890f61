// The index comes from search-index.js: [kind, title, path, other names, text] for each page.
const LIMIT = 200;
const fold = (text) => text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[-_\s]+/g, " ").trim();
const ORDER = ["practice", "challenge", "approach", "area", "finding", "publication", "method", "context"];

const pages = window.kgIndex.map(([kind, title, path, names, text]) => ({
  kind, title, path, names, text,
  exact: [title, ...names].map(fold),
  // The title of a finding is its statement: no name.
  named: " " + fold((kind === "finding" ? names : [title, ...names]).join(" ")),
  all: " " + fold([title, ...names, text].join(" ")),
}));

// 0 for the very name, 1 and 2 for words at the beginning of words in the names or anywhere; -1 when a word is missing.
function rank(page, wanted, words) {
  if (page.exact.includes(wanted)) return 0;
  if (words.every((word) => page.named.includes(" " + word))) return 1;
  if (words.every((word) => page.all.includes(" " + word))) return 2;
  return words.every((word) => word.length > 2 && page.all.includes(word)) ? 3 : -1;
}

function find(query) {
  const wanted = fold(query);
  if (!wanted) return [];
  const words = wanted.split(" ");
  return pages.map((page) => [rank(page, wanted, words), ORDER.indexOf(page.kind), page])
    .filter(([found]) => found >= 0)
    .sort((a, b) => a[0] - b[0] || a[1] - b[1])
    .map(([, , page]) => page);
}

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function shorten(text) {
  return text.length > 240 ? text.slice(0, 240).replace(/\S*$/, "") + "…" : text;
}

function item(page) {
  const made = document.createElement("li");
  const link = element("a", shorten(page.title));
  link.href = page.path;
  made.append(element("span", page.kind, "kind"), link);
  const concept = page.kind !== "finding" && page.kind !== "publication";
  if (concept && page.names.length) made.append(element("p", shorten("Also called " + page.names.join(" · "))));
  if (page.text && !page.title.endsWith(page.text)) made.append(element("p", shorten(page.text)));
  return made;
}

const field = document.getElementById("find");
const told = document.getElementById("told");
const results = document.getElementById("results");

function show() {
  const query = field.value.trim();
  const found = find(query);
  results.replaceChildren(...found.slice(0, LIMIT).map(item));
  told.textContent = !query ? "Type a name, an abbreviation, a key or words of a statement."
    : found.length === 0 ? `Nothing holds “${query}”.`
    : found.length > LIMIT ? `${found.length} pages; the first ${LIMIT} are shown.`
    : `${found.length} ${found.length === 1 ? "page" : "pages"}`;
}

field.value = new URLSearchParams(location.search).get("q") ?? "";
field.addEventListener("input", show);
field.form.addEventListener("submit", (event) => { event.preventDefault(); show(); });
field.focus();
show();
