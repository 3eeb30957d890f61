// A combobox (WAI-ARIA 1.2, editable, with a list): concepts by any of their names, and works by author, year or title.
let concepts = {};
let works = [];
const LISTED = 14;

function labelOf(kind, slug) {
  const found = (concepts[kind] ?? []).find((concept) => concept.slug === slug);
  return found?.labels[0] ?? slug;
}

function workLabel(key) {
  const found = works.find((work) => work.key === key);
  return found ? `${found.label} · ${key}` : key;
}

// How well a name fits what was typed: 0 is best, Infinity is not at all. Each word typed begins a word of the name.
function fits(name, typed) {
  const text = fold(name);
  if (text === typed) return 0;
  if (text.startsWith(typed)) return 1 + text.length / 1000;
  const words = text.split(" ");
  if (typed.split(" ").every((part) => words.some((word) => word.startsWith(part)))) return 2 + text.length / 1000;
  return text.includes(typed) ? 3 + text.length / 1000 : Infinity;
}

function ranked(items, typed) {
  return items.map((item) => {
    const ranks = item.names.map((name) => fits(name, typed));
    const best = Math.min(...ranks);
    return { ...item, rank: best, by: item.names[ranks.indexOf(best)] };
  }).filter((item) => item.rank < Infinity).sort((one, other) => one.rank - other.rank || one.label.localeCompare(other.label)).slice(0, LISTED);
}

function conceptItems(kinds) {
  return kinds.flatMap((kind) => (concepts[kind] ?? []).map(({ slug, labels }) => ({
    value: kinds.length > 1 ? `${kind}:${slug}` : slug, label: labels[0] ?? slug, names: [...labels, slug], small: kinds.length > 1 ? `${kind} · ${slug}` : slug,
  })));
}

const workItems = () => works.map(({ key, label, title }) => ({ value: key, label: `${label} · ${key}`, names: [key, `${label} ${title}`], small: title }));

// The concepts that words name, in their order: [kind, slug]. A word is part of one name, the longest; names of at most
// three letters are found as they are written only.
let names = new Map(); // by the name, folded: [kind, slug, name]
let longestName = 0; // in words

function indexNames() {
  names = new Map();
  lastNamed = { words: null, found: [] };
  for (const [kind, all] of Object.entries(concepts)) for (const { slug, labels } of all) for (const label of labels) {
    const name = fold(label);
    if (name) names.set(name, [...(names.get(name) ?? []), [kind, slug, label]]);
    longestName = Math.max(longestName, name.split(" ").length);
  }
}

let lastNamed = { words: null, found: [] };
function namesIn(words) {
  if (lastNamed.words !== words) lastNamed = { words, found: namedIn(words) };
  return lastNamed.found;
}

function namedIn(words) {
  const tokens = words.match(/[\p{L}\p{N}]+/gu) ?? [], plain = tokens.map(fold), found = [];
  for (let at = 0, length; at < tokens.length; at += Math.max(1, length)) {
    for (length = Math.min(longestName, tokens.length - at); length > 0; length -= 1) {
      const name = plain.slice(at, at + length).join(" ");
      const all = names.get(name) ?? names.get(name.replace(/s$/, "")) ?? names.get(name.replace(/ed$/, "ing")) ?? [];
      const fitting = all.filter(([, , label]) => label.length > 3 || label === tokens[at]);
      if (fitting.length) { found.push(...fitting); break; }
    }
  }
  return found;
}

const proposed = (kind, words) => [...new Set(namesIn(words).filter(([of]) => of === kind).map(([, slug]) => slug))];

// options: label, items(): what can be chosen, first(): values to propose before anything is typed, picked(value),
// shown: the text of the chosen value (for one value), kind: what may be made anew.
function combobox(options) {
  const list = h("ul", { role: "listbox", id: newId("list"), "aria-label": options.label, hidden: true });
  const input = h("input", {
    role: "combobox", type: "text", autocomplete: "off", spellcheck: "false", id: options.id, "aria-label": options.id ? null : options.label,
    "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list", placeholder: options.placeholder,
  });
  const box = h("div", { class: "combo" }, input, list);
  let items = [], active = -1;
  box.input = input;
  box.set = (text) => { if (document.activeElement !== input) input.value = text; };
  box.set(options.shown ?? "");

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function mark(index) {
    active = index;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    const item = list.children[index];
    if (item) { input.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  }
  function open() {
    const typed = fold(input.value);
    const all = options.items();
    const first = new Set(options.first?.() ?? []);
    items = typed ? ranked(all, typed) : all.filter((item) => first.has(item.value));
    const exact = items.some((item) => item.rank === 0);
    if (typed && options.kind && !exact) items.push({ make: input.value.trim() });
    if (typed && options.free && !exact) items.push({ value: input.value.trim(), label: input.value.trim(), small: "as typed" });
    list.replaceChildren(...items.map((item) => h("li", { role: "option", id: newId("option"), "aria-selected": "false",
      onmousedown: (event) => event.preventDefault(), onclick: () => take(item) },
      item.make ? `Add “${item.make}” as a new ${options.kind} …` : item.label,
      item.make ? null : h("small", {}, item.by && fold(item.by) !== fold(item.label) && !item.small.includes(item.by) ? `${item.by} · ${item.small}` : item.small))));
    list.hidden = !items.length;
    input.setAttribute("aria-expanded", String(!!items.length));
    mark(typed && items.length ? 0 : -1);
  }
  async function take(item) {
    close();
    if (item.make) {
      const slug = await newConcept(options.kind, item.make);
      input.focus();
      if (!slug) return;
      item = { value: slug, label: labelOf(options.kind, slug) };
    }
    input.value = options.many ? "" : item.label;
    options.picked(item.value);
  }
  input.addEventListener("input", open);
  input.addEventListener("focus", () => { input.select(); if (!input.value) open(); });
  input.addEventListener("blur", () => {
    close();
    if (options.many) return;
    if (!input.value.trim()) options.picked(null);
    else input.value = options.now?.() ?? input.value;
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) { open(); if (list.hidden) return; }
      const by = event.key === "ArrowDown" ? 1 : -1;
      mark((active + by + items.length) % items.length);
    } else if (event.key === "Enter" && !event.ctrlKey) {
      if (!list.hidden && items[active]) { event.preventDefault(); take(items[active]); }
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      close();
    } else if (event.key === "Backspace" && !input.value && options.many) options.last?.();
  });
  return box;
}

// Asks for a new concept; the slug, or null.
function newConcept(kind, name) {
  const dialog = $("concept");
  $("concept-title").textContent = `New ${kind}`;
  $("concept-label").value = name;
  $("concept-slug").value = slugOf(name);
  $("concept-broader").value = $("concept-definition").value = $("concept-fault").textContent = "";
  return new Promise((done) => {
    const form = dialog.querySelector("form");
    const end = (slug) => { form.removeEventListener("submit", submit); dialog.removeEventListener("cancel", cancel); dialog.close(); done(slug); };
    const cancel = () => end(null);
    const submit = async (event) => {
      event.preventDefault();
      if (event.submitter?.value !== "make") { end(null); return; }
      const slug = $("concept-slug").value.trim();
      const { ok, value } = await ask("/concepts", { kind, slug, label: $("concept-label").value.trim(),
        broader: $("concept-broader").value.trim(), definition: $("concept-definition").value.trim() });
      if (!ok) { $("concept-fault").textContent = value.error; return; }
      await readReference();
      say(value.alike.length ? `added; similar: ${value.alike.join(", ")}` : "added to the vocabulary");
      end(slug);
    };
    form.addEventListener("submit", submit);
    dialog.addEventListener("cancel", cancel);
    dialog.showModal();
    $("concept-broader").focus();
  });
}

async function readReference() {
  const { ok, value } = await ask("/reference");
  if (ok) { ({ concepts, works } = value); indexNames(); }
  else say(value.error, true);
}
