
// Finds the thing that a person means by an id, key, label or IRI, with the rules and messages of kg/queries/lookup.py.
const indexes = new Map();
let mergedInto = null;
const folded = (name) => name.toLowerCase().replace(/ß/g, "ss").replace(/[-_\s]+/g, " ").trim();
const brief = (text) => (text.length > 80 ? `${text.slice(0, 79)}…` : text);

function localName(iri) {
  const base = library.bases.find((one) => iri.startsWith(one));
  return base ? iri.slice(base.length) : iri;
}

const select = (sparql) => JSON.parse(store.query(prologue + sparql, { results_format: "json" })).results.bindings;

/** The names of the things of a kind: exact and folded, each with its things and their ranks (0 is best). */
function namesOf(kind) {
  if (!indexes.has(kind)) {
    const [exact, loose] = [new Map(), new Map()];
    const add = (names, name, iri, rank) => {
      if (!names.has(name)) names.set(name, new Map());
      const things = names.get(name);
      things.set(iri, Math.min(rank, things.get(iri) ?? 9));
    };
    for (const { thing, name, rank } of select(library.names[kind])) {
      const local = localName(thing.value);
      add(exact, name.value, thing.value, Number(rank.value));
      add(exact, local.slice(local.indexOf("/") + 1), thing.value, 0);
    }
    for (const [name, things] of exact) for (const [iri, rank] of things) add(loose, folded(name), iri, rank);
    indexes.set(kind, { exact, loose });
  }
  return indexes.get(kind);
}

function called(kind, text) {
  const { exact, loose } = namesOf(kind);
  const things = [...exact.get(text) ?? loose.get(folded(text)) ?? []];
  const best = Math.min(...things.map(([, rank]) => rank));
  return things.filter(([, rank]) => rank === best).map(([iri]) => iri).sort();
}

/** Labels are better to read than ids, and other names come last. */
const PREFERENCE = [1, 0, 2, 3];

/** Up to `most` names with a word that begins like the text, one for each thing. */
function similar(kind, text, most) {
  const word = folded(text);
  const { exact } = namesOf(kind);
  const rank = (name) => PREFERENCE[Math.min(...exact.get(name).values())];
  const fits = (name) => folded(name).split(" ").some((part, at, parts) => parts.slice(at).join(" ").startsWith(word));
  const names = [...exact.keys()].filter(fits)
    .sort((a, b) => rank(a) - rank(b) || a.length - b.length || (a < b ? -1 : 1));
  const seen = new Set();
  const chosen = [];
  for (const name of names) {
    const things = [...exact.get(name).keys()];
    if (chosen.length === most) break;
    if (things.every((iri) => seen.has(iri))) continue;
    things.forEach((iri) => seen.add(iri));
    chosen.push(name);
  }
  return chosen;
}

function byIri(text) {
  const [prefix, ...rest] = text.split(":");
  const bases = [library.base, ...library["bases"]];
  const spelled = [text, ...new Set(bases.map((base) => base + text))];
  if (rest.length && Object.hasOwn(library.prefixes, prefix)) spelled.push(library.prefixes[prefix] + rest.join(":"));
  const known = (iri) => IRI.test(iri) && !faultOf(`ASK { <${iri}> ?p ?o }`) && store.query(`ASK { <${iri}> ?p ?o }`);
  const found = spelled.find(known);
  mergedInto ??= new Map(select(library.merged).map(({ entry, work }) => [entry.value, work.value]));
  return mergedInto.get(found) ?? found;
}

/** The IRI of the thing called `text`, of one kind or of any. */
function find(text, kind) {
  const kinds = kind ? [kind] : Object.keys(library.names);
  const direct = byIri(text);
  if (direct && (!kind || [...namesOf(kind).exact.values()].some((things) => things.has(direct)))) return direct;
  for (const one of kinds) {
    const found = called(one, text);
    if (found.length === 1) return found[0];
    if (found.length > 1) {
      const some = found.slice(0, 5).map(localName).join(", ");
      throw new Refused("query/invalid", `“${brief(text)}” may be any of ${found.length} ${one}s: ${some}`, "say which");
    }
  }
  const close = kinds.flatMap((one) => similar(one, text, 3)).slice(0, 3);
  const hint = close.length ? `did you mean ${close.join(" or ")}?` : "choose a name from the list of the field";
  throw new Refused("query/invalid", `no ${kind || "thing"} is called “${brief(text)}”`, hint);
}
