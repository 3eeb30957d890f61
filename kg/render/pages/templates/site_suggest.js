// What the search offers while somebody types: names and abbreviations of concepts, and surnames of authors. The pattern is
// the combobox of the ARIA practices: the focus stays in the field, which names the option that is current.

const MOST_SUGGESTED = 8;

/** The texts that can be searched for, each with what it is, and how many references or works there are. */
function suggestionsOf(entries) {
  const concepts = entries.filter(({ kind }) => !(kind in BEFORE));
  const names = concepts.flatMap(({ kind, name, others, degree }) => [
    { text: name, called: name, note: kind, degree }, ...others.map((other) => ({ text: name, called: other, note: `${other}, ${kind}`, degree }))]);
  const works = new Map();
  for (const { kind, others } of entries) {
    if (kind !== "publication") continue;
    for (const author of new Set(others.filter((other) => other.includes(" ")).map((other) => other.split(" ").at(-1)))) works.set(author, (works.get(author) ?? 0) + 1);
  }
  const authors = [...works].map(([name, number]) => ({ text: name, called: name, note: `author of ${number} work${number === 1 ? "" : "s"}`, degree: number }));
  return [...names, ...authors].map((one) => ({ ...one, words: wordsOf(one.called) }));
}

/** The suggestions of which words begin with those of the query, in its order; each text once, whole names first. */
function suggested(all, query) {
  const words = wordsOf(query);
  const begins = (one, at) => words.every((word, n) => one.words[at + n]?.startsWith(word));
  const place = (one) => one.words.findIndex((_, at) => begins(one, at));
  const found = words.length ? all.map((one) => ({ one, at: place(one) })).filter(({ at }) => at >= 0) : [];
  const whole = ({ one }) => one.words.join() === words.join();
  found.sort((a, b) => whole(b) - whole(a) || (a.at > 0) - (b.at > 0) || b.one.degree - a.one.degree || a.one.text.localeCompare(b.one.text, "en"));
  const seen = new Set();
  return found.map(({ one }) => one).filter(({ text }) => !seen.has(text) && seen.add(text)).slice(0, MOST_SUGGESTED);
}

/** Offers suggestions below the field; `choose` is called with the text of the one that is chosen. */
function connectSuggestions(field, list, all, choose) {
  let current = -1;
  const options = () => [...list.children];
  const close = () => { list.hidden = true; mark(-1); field.setAttribute("aria-expanded", "false"); };
  function mark(number) {
    current = number;
    options().forEach((option, at) => option.setAttribute("aria-selected", String(at === number)));
    if (number < 0) field.removeAttribute("aria-activedescendant"); else field.setAttribute("aria-activedescendant", options()[number].id);
  }
  function option({ text, note }, number) {
    const made = element("li");
    Object.assign(made, { id: `suggestion-${number}`, role: "option" });
    made.append(named("span", text), " ", named("small", note));
    made.addEventListener("pointerdown", (event) => { event.preventDefault(); take(text); }); // before the field loses the focus
    made.dataset.text = text;
    return made;
  }
  function take(text) { close(); choose(text); }
  field.addEventListener("input", () => {
    const found = suggested(all, field.value).filter(({ text }) => text !== field.value);
    list.replaceChildren(...found.map(option));
    mark(-1);
    list.hidden = !found.length;
    field.setAttribute("aria-expanded", String(!list.hidden));
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (list.hidden || !(step || event.key === "Escape" || (event.key === "Enter" && current >= 0))) return;
    event.preventDefault();
    if (step) mark((current + step + options().length + (current < 0 && step < 0)) % options().length);
    else if (event.key === "Enter") take(options()[current].dataset.text);
    else close();
  });
}
