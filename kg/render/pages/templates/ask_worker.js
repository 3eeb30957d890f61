
// The worker of the page: answers one task after the other from the graph. The code of Oxigraph stands before this.
const IRI = /^[a-z][a-z0-9+.-]*:[^\x00-\x20<>"{}|^`\\]*$/i;
const ROWS_JSON = { results_format: "application/sparql-results+json" };
let library, prologue, store, empty, quads, places, last;
let named = false;

class Refused extends Error {
  constructor(rule, message, hint = "") {
    super(message);
    Object.assign(this, { rule, hint });
  }
}

async function unpacked(text) {
  const plain = atob(text);
  const packed = new Uint8Array(plain.length);
  for (let at = 0; at < plain.length; at += 1) packed[at] = plain.charCodeAt(at);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The triples of N-Quads, which have one quad in each line: each line without its graph. */
function triplesOf(lines) {
  const out = new Uint8Array(lines.length + 8);
  let [start, length] = [0, 0];
  while (start < lines.length) {
    const found = lines.indexOf(10, start);
    const end = found < 0 ? lines.length : found;
    const triple = lines.subarray(start, lines.lastIndexOf(60, end));
    out.set(triple, length);
    length += triple.length;
    out.set([46, 10], length);
    length += 2;
    start = end + 1;
  }
  return out.subarray(0, length);
}

/** Loads the union of all graphs; the graphs themselves follow when a query names one. */
async function open({ wasm, graph, pages, all }) {
  library = all;
  prologue = Object.entries(library.prefixes).map(([prefix, iri]) => `PREFIX ${prefix}: <${iri}> `).join("");
  const [code, lines, paths] = await Promise.all([wasm, graph, pages].map(unpacked));
  initSync({ module: new WebAssembly.Module(code) });
  [store, empty, quads] = [new Store(), new Store(), lines];
  places = new Map(Object.entries(JSON.parse(new TextDecoder().decode(paths))));
  store.load(triplesOf(quads), { format: "application/n-triples", lenient: true, no_transaction: true });
  return store.size;
}

function nameGraphs() {
  if (named) return;
  // Each time a file is loaded, its blank nodes are new ones: then the union is made from the graphs.
  let blank = false;
  for (let at = quads.indexOf(95); at >= 0 && !blank; at = quads.indexOf(95, at + 1)) blank = quads[at + 1] === 58;
  if (blank) store = new Store();
  store.load(quads, { format: "application/n-quads", lenient: true, no_transaction: true });
  if (blank) store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }");
  named = true;
}

const quoted = (text) => `"${text.replace(/["\\\n\r]/g, (one) => ({ "\n": "\\n", "\r": "\\r" })[one] ?? `\\${one}`)}"`;

/** The term of a value, as SPARQL; nothing for an empty value, which leaves the parameter open. */
function termOf({ type, option, choices }, value) {
  const field = option.slice(2).replace(/-/g, " ");
  if (value === "") return "";
  if (Object.hasOwn(library.numbers, type)) {
    const [pattern, what, datatype] = library.numbers[type];
    if (!new RegExp(`^(?:${pattern})$`).test(value)) {
      throw new Refused("query/invalid", `“${field}” takes ${what}, not “${brief(value)}”`);
    }
    return `"${value}"^^<${datatype}>`;
  }
  if (type === "choice" && !choices.includes(value)) {
    throw new Refused("query/invalid", `“${field}” is one of ${choices.join(", ")}, not “${brief(value)}”`);
  }
  if (type === "choice" || type === "text") return quoted(value);
  const iri = find(value, type === "thing" ? "" : type);
  if (!IRI.test(iri)) throw new Refused("query/invalid", `the graph contains “${brief(iri)}”, which is not an IRI`);
  return `<${iri}>`;
}

/** The text of a query of the library with the values bound, and without what open parameters make superfluous. */
function bound(name, values) {
  if (!Object.hasOwn(library.queries, name)) throw new Refused("query/invalid", `no query “${brief(name)}”`);
  const { sparql, parameters } = library.queries[name];
  for (const given of Object.keys(values)) {
    if (!parameters.some((one) => one.name === given)) {
      throw new Refused("query/invalid", `${name} has no parameter “${brief(given)}”`);
    }
  }
  const edits = parameters.flatMap((parameter) => {
    const value = values[parameter.name] ?? parameter.default;
    if (parameter.default === null && !value) throw new Refused("query/invalid", `${name} needs “${parameter.name}”`);
    const term = termOf(parameter, String(value));
    return term ? [[...parameter.slot, ` ${term} `]] : parameter.open.map(([start, end]) => [start, end, ""]);
  }).sort(([a, aEnd], [b, bEnd]) => a - b || bEnd - aEnd);
  let [text, done] = ["", 0];
  for (const [start, end, term] of edits) {
    if (end <= done) continue;
    text += sparql.slice(done, Math.max(start, done)) + term;
    done = end;
  }
  return text + sparql.slice(done);
}

/** What is wrong with the syntax of a query, by the engine; empty for nothing. */
function faultOf(sparql) {
  try {
    empty.query(prologue + sparql);
    return "";
  } catch (error) {
    if (isFatal(error)) throw error;
    const said = String(error.message ?? error).split("\n")[0];
    return /^The service .* is not supported/.test(said) ? "" : said;
  }
}

/** The query without strings, IRIs and comments. */
const codeOf = (sparql) => sparql.replace(
  /"""(?:[^"\\]|\\.|"(?!""))*"""|'''(?:[^'\\]|\\.|'(?!''))*'''|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'|<[^<>"{}|^`\\\s]*>|#[^\n\r]*/gs,
  (found) => (found[0] === "<" ? "<>" : " "));

function check(sparql) {
  if (/\p{Surrogate}/u.test(sparql)) throw new Refused("query/invalid", "the query contains half a character");
  const code = codeOf(sparql);
  if (!code.trim()) throw new Refused("query/invalid", "the query is empty");
  const fault = faultOf(sparql);
  if (fault) {
    const forms = /\b(?:select|ask|construct|describe)\b/i.test(code);
    if (!forms && /\b(?:insert|delete|load|clear|drop|create|add|move|copy)\b/i.test(code)) {
      throw new Refused("query/invalid", "updates are refused: the graph of a site does not change");
    }
    const place = fault.replace(/^error at 1:(\d+)/, (_, column) => `error at 1:${column - prologue.length}`);
    throw new Refused("query/invalid", `not SPARQL: ${place.length < 160 ? place : `${place.slice(0, 160)} …`}`);
  }
  // Only the engine knows where it sees a keyword: without the word, such a query is no longer one.
  const other = ["xervice", "zervice", "wervice"].find((word) => !sparql.toLowerCase().includes(word)) ?? "qqqqqqq";
  if (/service/i.test(sparql) && faultOf(sparql.replace(/service/gi, other))) {
    throw new Refused("query/refused", "SERVICE is refused: queries are answered from this graph alone");
  }
  if ((code.match(/(?<![?$:\w-])from\s*(?:named\b\s*)?(?:<>|[^\s{}()<>]*:)/gi) ?? []).length > 1) {
    throw new Refused("query/refused", "more than one FROM is refused here", "name one graph, use GRAPH, or ask with kg sparql");
  }
}

/** The page of the site about what a term names: an IRI, a key, or the only thing of a kind that is called so. */
function pathOf(term, kind, key) {
  if (term.type === "uri") return places.get(term.value);
  if (!kind) return undefined;
  const own = key ? called(kind, `${key}/${term.value}`) : [];
  const things = own.length ? own : called(kind, term.value);
  return things.length === 1 ? places.get(things[0]) : undefined;
}

function rowsOf(whole, sparql, cites) {
  const most = library.limits.rows;
  const fits = !faultOf(`${sparql}\nLIMIT ${most + 1}`);
  const { head, results, boolean } = JSON.parse(store.query(fits ? `${whole}\nLIMIT ${most + 1}` : whole, ROWS_JSON));
  if (results === undefined) return { boolean };
  const more = results.bindings.length > most;
  if (more && !fits) throw tooMany("rows");
  if (more) results.bindings.length = most;
  last = more ? `${whole}\nLIMIT ${most}` : whole;
  const columns = head.vars;
  // In answers of the library, a column with the name of a kind has names of such things.
  const kinds = columns.map((column) => (!cites ? "" : cites.includes(column) ? "work" : Object.hasOwn(library.names, column) ? column : ""));
  const rows = results.bindings.map((row) => columns.map((column, at) => {
    const term = row[column];
    if (!term) return null;
    if (term.type === "triple") throw new Refused("query/invalid", "triple terms (RDF 1.2) are not supported in rows");
    return { ...term, path: pathOf(term, kinds[at], kinds[at] === "finding" && row.key?.value) };
  }));
  return { columns, rows, more };
}

const tooMany = (what) => new Refused("limit/rows",
  `the answer has more than ${library.limits.rows.toLocaleString("en")} ${what}`, library.limits.tooManyHint);

function triplesAsRows(whole) {
  const found = store.query(whole);
  if (found.length > library.limits.rows) throw tooMany("triples");
  const kinds = { NamedNode: "uri", BlankNode: "bnode", Literal: "literal" };
  const cell = (term) => {
    const made = { type: kinds[term.termType], value: term.value ?? String(term) };
    if (term.termType === "Literal") made[term.language ? "xml:lang" : "datatype"] = term.language || term.datatype.value;
    return { ...made, path: pathOf(made) };
  };
  const rows = found.map((quad) => [quad.subject, quad.predicate, quad.object].map(cell));
  return { columns: ["subject", "predicate", "object"], rows, more: false };
}

function makesTriples(whole) {
  try {
    empty.query(whole, ROWS_JSON);
    return false;
  } catch (error) {
    if (isFatal(error)) throw error;
    return true;
  }
}

/** The answer to a query of the library with values, or to any SPARQL. */
function run({ name, values, sparql: own }) {
  const sparql = name === undefined ? own : bound(name, values);
  check(sparql);
  if (/graph|from|\\u/i.test(sparql)) nameGraphs();
  const whole = last = prologue + sparql;
  const kind = makesTriples(whole) ? "triples" : "rows";
  const found = kind === "triples" ? triplesAsRows(whole) : rowsOf(whole, sparql, name === undefined ? null : library.queries[name].cites);
  return { ...found, kind, sparql };
}

const TYPES = { csv: "text/csv", tsv: "text/tab-separated-values", json: "application/sparql-results+json",
  xml: "application/sparql-results+xml", ttl: "text/turtle", nt: "application/n-triples" };
const tasks = {
  open, run,
  text: ({ name, values }) => bound(name, values),
  file: ({ format }) => ({ type: TYPES[format], text: store.query(last, { results_format: TYPES[format] }) }),
  names: ({ type, text }) => (type === "thing" ? Object.keys(library.names) : [type]).flatMap((kind) => similar(kind, text, 20)).slice(0, 30),
};

/** After an error of the machine below it, the engine cannot be used again. */
const isFatal = (error) => error instanceof WebAssembly.RuntimeError || error instanceof RangeError;

self.onmessage = async ({ data: { id, task, given } }) => {
  try {
    self.postMessage({ id, answer: await tasks[task](given) });
  } catch (error) {
    const { rule, message, hint } = error instanceof Refused ? error
      : isFatal(error) ? new Refused("limit/memory", "the query is nested too deeply, or needs more memory than the browser has", library?.limits.lateHint)
      : new Refused("query/invalid", String(error?.message ?? error));
    self.postMessage({ id, refusal: { rule, message, hint }, fatal: isFatal(error) });
  }
};
