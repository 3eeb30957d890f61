// The page of the search. Its index comes from search-index.js; that of the quotations, which is as large again, from
// search-quotes.js as soon as somebody searches.
const LIMIT = 100;
const entries = entriesOf(window.kgIndex);
const find = finder(entries);
const SHOWN = 240;

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** A text that may be in a script that is read from the right. */
function named(name, text, className) {
  const made = element(name, "", className);
  made.dir = "auto";
  made.textContent = text.length > SHOWN ? text.slice(0, SHOWN).replace(/\S*$/, "") + "…" : text;
  return made;
}

/** The first quotation that has a word of the query which the rest of the entry does not have. */
function quoted(entry, words) {
  const other = fold([entry.title, ...entry.others, entry.text].join(" "));
  const missing = words.filter((word) => !other.includes(word));
  const best = (entry.quotes ?? []).map((text) => [text, missing.filter((word) => fold(text).includes(word)).length])
    .sort((a, b) => b[1] - a[1])[0];
  return best?.[1] ? best[0] : "";
}

/** Authors, keys and ids by which a work is found, where its title and name do not show them. */
function called(entry, words) {
  const there = spelled(fold(`${entry.title} ${entry.text}`));
  return entry.others.filter((name) => words.some((word) => spelled(fold(name)).includes(spelled(word)) && !there.includes(spelled(word))));
}

function item(entry, words) {
  const made = element("li");
  const link = named("a", entry.title);
  link.href = entry.path;
  made.append(element("span", entry.kind, "kind"), link);
  const ofWork = ["finding", "publication", "study"].includes(entry.kind);
  if (!ofWork && entry.others.length) made.append(named("p", "Also called " + entry.others.join(" · ")));
  const names = ofWork ? called(entry, words) : [];
  if (names.length) made.append(named("p", [entry.kind === "finding" ? "" : entry.text, ...names].filter(Boolean).join(" · ")));
  else if (entry.text && entry.kind !== "finding" && !entry.title.endsWith(entry.text)) made.append(named("p", entry.text));
  const quote = quoted(entry, words);
  if (quote) made.append(named("p", `“${quote}”`));
  return made;
}

const field = document.getElementById("find");
const status = document.getElementById("told");
const none = document.getElementById("none");
const results = document.getElementById("results");
const notes = document.getElementById("notes");

/** What the search made of the words: full names of abbreviations, words like those that nothing contains. */
function explanations({ similar, meant }) {
  const full = meant.map(([word, entry]) => {
    const line = element("p", `${word.toUpperCase()}: `);
    const link = named("a", entry.title);
    link.href = entry.path;
    line.append(link);
    return line;
  });
  return [...full, ...similar.map(([word, words]) => element("p", `Nothing contains “${word}”; similar: ${words.slice(0, 5).join(", ")}`))];
}

function show() {
  const query = field.value.trim();
  const asked = find.search(query);
  const { found } = asked;
  results.replaceChildren(...found.slice(0, LIMIT).map((entry) => item(entry, wordsOf(query))));
  notes.replaceChildren(...explanations(asked));
  none.hidden = !query || found.length > 0;
  status.textContent = !query ? "Enter a name, an abbreviation, a key or words of a statement or quotation."
    : found.length === 0 ? `No results contain all of “${query}”.`
    : found.length > LIMIT ? `${found.length} pages; the first ${LIMIT} are shown.`
    : `${found.length} ${found.length === 1 ? "page" : "pages"}`;
  if (query) loadQuotes();
}

let asked = false;
function loadQuotes() {
  if (asked) return;
  asked = true;
  const script = element("script");
  script.src = "search-quotes.js";
  script.addEventListener("load", () => {
    find.addQuotes(window.kgQuotes);
    results.dataset.quotes = "";
    show();
  });
  document.head.append(script);
}

// The address contains the query, so that it can be shared and restored.
function keep() {
  const query = field.value.trim();
  history.replaceState(null, "", query ? `?q=${encodeURIComponent(query)}` : location.pathname);
}

// Arrow keys move from the field through the results and back; `/` and Escape focus the field, as in the graph.
function move(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
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
connectSuggestions(field, document.getElementById("suggestions"), suggestionsOf(entries), (text) => { field.value = text; show(); keep(); });
document.addEventListener("keydown", move);
field.focus();
show();
