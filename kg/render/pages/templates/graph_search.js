// The search: exact names come first.

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** The fields that are searched, the most important first. */
const FIELDS = { name: 0, alternative: 1, key: 2, text: 3 };

function searchFields(node) {
  // The end of an IRI is the id that people use: PEC4, continuous-testing.
  const id = node.iri.split(/[/#]/).at(-1);
  const texts = [[FIELDS.name, node.name], ...node.alternatives.map((name) => [FIELDS.alternative, name]), [FIELDS.key, node.key],
    [FIELDS.key, id], [FIELDS.text, node.text]];
  return texts.filter(([, text]) => text).map(([field, text]) => {
    const said = plain(text);
    return { field, said, words: said.split(/[^\p{L}\p{N}]+/u).filter(Boolean) };
  });
}

/** The rank of a match, 0 is the best: the whole name, its beginning, the beginning of a word, or a part of a word. */
function match({ node, fields }, asked) {
  const phrase = asked.join(" ");
  const names = fields.filter(({ field }) => field === FIELDS.name || field === FIELDS.alternative);
  // The key is a name of a work, but not of the findings in it.
  const isCalled = ({ field, said }) => said === phrase && field !== FIELDS.text
    && (field !== FIELDS.key || node.kind === "work" || said !== plain(node.key));
  const begins = ({ said, words }, word) => said.startsWith(word) || words.some((one) => one.startsWith(word));
  const holds = ({ said }, word) => said.includes(word);
  // Each word must be found; the first field with one of them is shown.
  const eachWord = (way) => asked.every((word) => fields.some((field) => way(field, word)))
    && fields.find((field) => asked.some((word) => way(field, word)));
  const ways = [() => fields.find(isCalled), () => names.find(({ said }) => said.startsWith(phrase)), () => eachWord(begins),
    () => eachWord(holds)];
  for (const [rank, way] of ways.entries()) {
    const best = way();
    if (best) return [{ node, rank, field: best.field }];
  }
  return [];
}

function searcher(nodes) {
  let index = null; // made for the first query, because the page opens sooner without
  return (query) => {
    index ??= nodes.map((node) => ({ node, fields: searchFields(node) }));
    const asked = plain(query).split(/\s+/).filter(Boolean);
    const found = asked.length ? index.flatMap((one) => match(one, asked)) : [];
    return found.sort((a, b) => a.rank - b.rank || a.field - b.field || b.node.degree - a.node.degree || a.node.id - b.node.id);
  };
}

const MOST_RESULTS = 50;

function connectSearch(input, list, find, { open, say }) {
  let found = [];
  let current = 0;
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const choose = (number) => {
    if (!found[number]) return;
    close();
    input.value = "";
    say("");
    open(found[number].node);
  };
  const mark = () => {
    [...list.children].forEach((item, number) => {
      if (item.role !== "option") return;
      item.setAttribute("aria-selected", String(number === current));
      if (number === current) { input.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
    });
  };
  const show = () => {
    const all = find(input.value);
    found = all.slice(0, MOST_RESULTS);
    current = 0;
    if (!input.value.trim()) return close();
    list.replaceChildren(...found.map(({ node, field }, number) => {
      const why = field === 1 ? node.alternatives.join(", ") : field === 2 ? node.key : field === 3 ? short(node.text, 90) : "";
      const item = el("li", { role: "option", id: `result-${number}` }, bdi(short(node.name, 100)),
        el("small", {}, bdi(node.kindName), why ? ": " : "", why ? bdi(why) : ""));
      // Before the field loses the focus, which closes the list.
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(number); });
      return item;
    }));
    if (!all.length) list.append(el("li", { class: "soft" }, "No results contain all of these words."));
    if (all.length > found.length) list.append(el("li", { class: "soft" }, `and ${all.length - found.length} more; add a word to narrow the search`));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    say(`${all.length} found`);
    mark();
    return undefined;
  };
  input.addEventListener("input", show);
  input.addEventListener("focus", show);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const step = event.key === "ArrowDown" ? 1 : -1;
      current = (current + step + found.length) % Math.max(found.length, 1);
      mark();
    } else if (event.key === "Enter") choose(current);
    else if (event.key === "Escape" && !list.hidden) close();
    else if (event.key === "Escape") { input.value = ""; input.blur(); } else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
