// Files to download: the picture and its data.

function download(blob, ending, note = "") {
  const name = plain(data.about.title).replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "graph";
  const link = el("a", { href: URL.createObjectURL(blob), download: `${name}.${ending}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  say(`Saved ${name}.${ending}${note && `; ${note}`}`);
}

function captionText() {
  const { title, snapshot } = data.about;
  return `${title} · ${shownText()}${snapshot ? ` · snapshot ${snapshot.slice(0, 12)}` : ""}`;
}

function savePng() {
  pictureCanvas(canvas, colour, captionText()).toBlob((blob) => download(blob, "png"));
}

function saveSvg() {
  download(new Blob([pictureSvg(network, colour, data.about.title, captionText())], { type: "image/svg+xml" }), "svg");
}

// The data as GraphML, GEXF and JSON: the page has a form of each for a node and an edge (see network_forms.py), which
// is filled in here as kg does it.

/** A value as JSON, with the spaces that Python writes. */
function jsonText(value) {
  if (Array.isArray(value)) return `[${value.map(jsonText).join(", ")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}: ${jsonText(one)}`).join(", ")}}`;
}

/** A number as Python writes a float: with a point, or with an exponent from 1e16 and below 1e-4. */
function floatText(value) {
  const [digits, exponent] = value.toExponential().split("e");
  if (exponent >= -4 && exponent < 16) return Number.isInteger(value) ? `${value}.0` : String(value);
  return `${digits}e${exponent[0]}${exponent.slice(1).padStart(2, "0")}`;
}

const IN_XML = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;" };
const FILTERS_OF_FORMS = {
  line: oneLine,
  join: (list) => list.join("; "),
  json: jsonText,
  number: floatText,
  xml: (text) => sayable(text).replace(/[&<>\t\n\r]/g, (letter) => IN_XML[letter]),
  double: (text) => text.replaceAll('"', "&quot;"),
  single: (text) => text.replaceAll("'", "&#39;"),
};

/** A function that returns a value of an item. */
function valueOfForm(said) {
  const [, name, less, part, table, filters] = /^(\w+)(?:-(\w+)(?:\/(\d+))?)?(?:>(\w+))?((?:\|\w+)*)$/.exec(said);
  const get = (item, from) => (/^\d+$/.test(from) ? Number(from) : item[from]);
  const steps = filters.split("|").slice(1).map((filter) => FILTERS_OF_FORMS[filter]);
  if (less) steps.unshift((value, item) => value - get(item, less) / (part ?? 1));
  if (table) steps.unshift((value) => ownValue(data.tables[table], value) ?? value);
  return (item) => steps.reduce((value, step) => step(value, item), get(item, name));
}

/** A function that returns the text of an item: `[[value]]` is filled in, from `[[#value]]` to `[[/]]` left out if it is empty. */
function filledForm(form) {
  const tokens = form.split(/\[\[(.*?)\]\]/s);
  let at = 0;
  const partsUntilEnd = () => {
    const parts = [];
    for (; at < tokens.length && tokens[at] !== "/"; at += 1) {
      const token = tokens[at];
      if (at % 2 === 0) parts.push(() => token);
      else if (token[0] === "#") {
        at += 1;
        const [asked, inner] = [valueOfForm(token.slice(1)), partsUntilEnd()];
        const isEmpty = (value) => value === false || value.length === 0;
        parts.push((item) => (isEmpty(asked(item)) ? "" : inner(item)));
      } else parts.push(valueOfForm(token));
    }
    return (item) => parts.map((part) => part(item)).join("");
  };
  return partsUntilEnd();
}

/** Saves the data, the whole of it or what is shown; the whole is the same file as that of `kg graph -o`. */
function saveData(form) {
  const { head, node, middle, edge, foot, joint, note } = data.forms[form];
  const only = $("save-shown").checked;
  const seen = (one) => (!one.hidden || stoodFor(one)) && !nodes[one.from].hidden && !nodes[one.to].hidden;
  const nodeRows = nodes.filter((one) => !only || !one.hidden).map((one) => ({ ...one, x: one.exactly[0], y: one.exactly[1] }));
  const edgeRows = edges.filter((one) => !only || seen(one)).map((one) => ({ ...one, number: one.id, source: nodes[one.from].iri, target: nodes[one.to].iri }));
  const file = [head, nodeRows.map(filledForm(node)).join(joint), middle, edgeRows.map(filledForm(edge)).join(joint), foot];
  download(new Blob(file, { type: "application/octet-stream" }), form, note);
}
