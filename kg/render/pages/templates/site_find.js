// The engine of the search. It forgives accents (`muller`, `mueller`), typing errors, word order and unfinished words,
// and knows the other names of concepts (CI). Everything is found that has each of the words somewhere.

/** Where a word may stand in a page; the smaller the number, the more it counts. */
const FIELD = { name: 0, other: 1, id: 2, text: 3, quote: 5 };
/** How a word fits one of the page; the smaller the number, the better. */
const FIT = { whole: 0, spelling: 1, beginning: 2, spelledBeginning: 3, inside: 4, similar: 6 };
const BEFORE = { publication: 1, study: 2, finding: 3 };
const LONGEST_SHORT_NAME = 6;

const wordsOf = (text) => fold(text).split(/[^\p{L}\p{N}]+/u).filter(Boolean);
/** `mueller`, `müller` and `muller` are one name, and so are `Aalto` and `Alto`; `requests` are what a `request` is. */
const spelled = (word) => word.replace(/ae|aa/g, "a").replace(/oe/g, "o").replace(/ue/g, "u").replace(/(?<=..[^s])s$/, "");
const mostErrors = (length) => (length < 4 ? 0 : length < 8 ? 1 : 2);

/**
 * The number of letters that are wrong, missing, too many or in the wrong order (optimal string alignment); at most
 * `limit` + 1. With `begun`, `b` may go on after the last letter of `a`.
 */
function errors(a, b, limit, begun = false) {
  let [older, old] = [[], [...Array(b.length + 1).keys()]];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = a[i - 1] === b[j - 1] ? 0 : 1;
      row[j] = Math.min(old[j] + 1, row[j - 1] + 1, old[j - 1] + change);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], older[j - 2] + 1);
    }
    if (Math.min(...row) > limit) return limit + 1;
    [older, old] = [old, row];
  }
  return begun ? Math.min(...old) : old[b.length];
}

/** @param entries objects with kind, name, others (names), text, path and degree (how many facts refer to it) */
function finder(entries) {
  const places = new Map(); // word → Map of entry → field
  const shortNames = new Map(); // `ci` → the entries that are called so
  const names = entries.map((entry) => [entry.name, ...entry.others].map((name) => wordsOf(name).join(" ")));

  function add(number, text, field) {
    for (const word of wordsOf(text)) {
      let found = places.get(word);
      if (!found) places.set(word, found = new Map());
      if (!(found.get(number) <= field)) found.set(number, field);
    }
  }

  entries.forEach((entry, number) => {
    // The id of a finding often has the name of its work in it, which is not what it is called.
    add(number, entry.name, entry.kind === "finding" ? FIELD.id : FIELD.name);
    for (const name of entry.others) {
      add(number, name, FIELD.other);
      const word = fold(name);
      if (entry.kind in BEFORE || word.length > LONGEST_SHORT_NAME || wordsOf(word).join() !== word) continue;
      shortNames.set(word, [...shortNames.get(word) ?? [], number]);
    }
    // The text of a publication is its name with the first author: that author's works come first.
    add(number, entry.text, entry.kind === "publication" ? FIELD.name : FIELD.text);
  });

  /** The words of the pages that fit a word of the query, each with how well. */
  function fitting(word) {
    const found = new Map();
    const same = spelled(word);
    for (const known of places.keys()) {
      const other = spelled(known);
      if (known === word) found.set(known, FIT.whole);
      else if (other === same) found.set(known, FIT.spelling);
      else if (known.startsWith(word)) found.set(known, FIT.beginning);
      else if (same.length > 2 && other.startsWith(same)) found.set(known, FIT.spelledBeginning);
      else if (word.length > 2 && known.includes(word)) found.set(known, FIT.inside);
    }
    return found.size ? { found, similar: [] } : similarTo(word);
  }

  function similarTo(word) {
    const limit = mostErrors(word.length);
    if (!limit) return { found: new Map(), similar: [] };
    for (const begun of [false, true]) {
      const near = [...places.keys()].filter((known) => known.length >= word.length - limit && (begun || known.length <= word.length + limit))
        .map((known) => [known, errors(word, known, limit, begun)]).filter(([, number]) => number <= limit);
      const least = Math.min(...near.map(([, number]) => number));
      const best = near.filter(([, number]) => number === least).map(([known]) => known);
      if (best.length) return { found: new Map(best.map((known) => [known, FIT.similar + least])), similar: best };
    }
    return { found: new Map(), similar: [] };
  }

  /** What each page that has the word costs: the lower, the better it fits. */
  function costs(word) {
    const { found, similar } = fitting(word);
    const cost = new Map();
    for (const [known, fit] of found) {
      for (const [number, field] of places.get(known)) {
        const here = fit * 4 + field;
        if (!(cost.get(number) <= here)) cost.set(number, here);
      }
    }
    return { cost, similar };
  }

  const together = (several) => several.reduce((one, other) => new Map(
    [...one].filter(([number]) => other.has(number)).map(([number, cost]) => [number, cost + other.get(number)])));

  /** The same for a word that is another name of concepts: pages with their full names are found, too. */
  function withFullNames(word) {
    const { cost, similar } = costs(word);
    const meant = shortNames.get(word) ?? [];
    for (const concept of meant) {
      const full = together(wordsOf(entries[concept].name).map((one) => costs(one).cost));
      for (const [number, here] of full) if (!(cost.get(number) <= here + 4)) cost.set(number, here + 4);
    }
    return { cost, similar, meant };
  }

  function search(query) {
    const words = wordsOf(query);
    if (!words.length) return { found: [], similar: [], meant: [] };
    const parts = words.map(withFullNames);
    const phrase = words.join(" ");
    const found = [...together(parts.map(({ cost }) => cost))].map(([number, cost]) => {
      const isId = entries[number].kind === "finding" && !/[\d ]/.test(phrase);
      const called = isId ? 0 : names[number].includes(phrase) ? 200 : names[number][0].startsWith(phrase) ? 20 : 0;
      return { entry: entries[number], number, cost: cost / words.length - called };
    });
    const rank = ({ entry }) => BEFORE[entry.kind] ?? 0;
    // Concepts that the review does not use have no page, only a place in a list; much may refer to them there.
    const unused = ({ entry }) => Number(entry.path.includes("#"));
    found.sort((a, b) => a.cost - b.cost || rank(a) - rank(b) || unused(a) - unused(b) || b.entry.degree - a.entry.degree || a.number - b.number);
    return {
      found: found.map(({ entry }) => entry),
      similar: parts.map(({ similar }, at) => [words[at], similar]).filter(([, similar]) => similar.length),
      meant: parts.flatMap(({ meant }, at) => meant.map((concept) => [words[at], entries[concept]])),
    };
  }

  /** Adds the quotations of pages: pairs of the number of an entry and a text. */
  function addQuotes(quotes) {
    for (const [number, text] of quotes) {
      add(number, text, FIELD.quote);
      (entries[number].quotes ??= []).push(text);
    }
  }

  return { search, addQuotes };
}

/** The entries of the index of a site: [kind, title, path, other names, text, number of references] for each page. */
function entriesOf(index) {
  return index.map(([kind, title, path, names, text, degree]) => ({
    kind, path: path.includes("#") ? path : `${path}.html`, text, degree,
    // The name of a finding is its id, its title is its statement.
    title: kind === "finding" ? text : title, name: kind === "finding" ? names[0] : title, others: kind === "finding" ? names.slice(1) : names,
  }));
}
