// Files to download: the picture and its data.

function download(blob, ending) {
  const name = plain(data.about.title).replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "graph";
  const link = el("a", { href: URL.createObjectURL(blob), download: `${name}.${ending}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  say(`Saved ${name}.${ending}`);
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

/** The network without attributes that only serve drawing; the whole of it, or what is shown. */
function content() {
  const only = $("save-shown").checked;
  const place = (node) => (node.hidden ? {} : placeNow(node));
  return {
    ...data.about,
    nodes: nodes.filter((node) => !only || !node.hidden).map((node) => {
      const { iri, kind, name, text, key, year, areas, methods, alternatives, quotations } = node;
      return { iri, kind, label: name, text, key, year, areas, methods, alternatives, quotations, ...place(node) };
    }),
    edges: edges.filter((edge) => !only || !edge.hidden || stoodFor(edge)).filter((edge) => !only || !(nodes[edge.from].hidden || nodes[edge.to].hidden))
      .map((edge) => ({ source: nodes[edge.from].iri, target: nodes[edge.to].iri, kind: edge.kind, text: edge.text, second_hand: edge.secondHand, quotations: edge.quotations })),
  };
}

function saveJson() {
  download(new Blob([`${JSON.stringify(content(), null, 2)}\n`], { type: "application/json" }), "json");
}

/** Replaces characters that XML 1.0 cannot contain (section 2.2). */
const sayable = (text) => String(text).replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "\ufffd");
const quoteLine = (quotations) => quotations.map(({ quote, key, section }) => `${quote} (${key}, ${section})`).join(" | ");

/** Elements from [name, attributes, ...children]; the serializer escapes them. */
function xml(space, [name, attributes, ...children], into = null) {
  const whole = into ?? document.implementation.createDocument(space, name);
  const made = into ? whole.createElementNS(space, name) : whole.documentElement;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, sayable(value));
  for (const child of children) made.append(Array.isArray(child) ? xml(space, child, whole) : sayable(child));
  return into ? made : `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(whole)}\n`;
}

const NODE_FIELDS = ["label", "kind", "text", "key", "year", "areas", "methods", "quotations", "x", "y"];
const EDGE_FIELDS = ["kind", "text", "second_hand", "quotations"];
const number = (field) => field === "x" || field === "y";

function fields(item) {
  const joined = { ...item, quotations: quoteLine(item.quotations) };
  for (const list of ["areas", "methods"]) if (list in joined) joined[list] = joined[list].join("; ");
  return joined;
}

function graphml() {
  const { title, nodes: things, edges: relations } = content();
  const keys = (fieldNames, of) => fieldNames.map((name) => ["key", { id: `${of}-${name}`, for: of, "attr.name": name, "attr.type": number(name) ? "double" : "string" }]);
  const values = (item, fieldNames, of) => fieldNames.filter((name) => item[name] !== undefined && item[name] !== "").map((name) => ["data", { key: `${of}-${name}` }, item[name]]);
  return xml("http://graphml.graphdrawing.org/xmlns", ["graphml", {},
    ...keys(NODE_FIELDS, "node"), ...keys(EDGE_FIELDS, "edge"),
    ["graph", { id: title, edgedefault: "directed" },
      ...things.map((node) => ["node", { id: node.iri }, ...values(fields(node), NODE_FIELDS, "node")]),
      ...relations.map((edge, at) => ["edge", { id: `e${at}`, source: edge.source, target: edge.target }, ...values(fields(edge), EDGE_FIELDS, "edge")])]]);
}

function gexf() {
  const { title, nodes: things, edges: relations } = content();
  const columns = (of, fieldNames) => ["attributes", { class: of, mode: "static" }, ...fieldNames.map((name) => ["attribute", { id: `${of}-${name}`, title: name, type: "string" }])];
  const values = (item, of, fieldNames) => ["attvalues", {}, ...fieldNames.filter((name) => item[name]).map((name) => ["attvalue", { for: `${of}-${name}`, value: item[name] }])];
  const nodeFields = NODE_FIELDS.filter((name) => name !== "label" && !number(name));
  return xml("http://www.gexf.net/1.2draft", ["gexf", { version: "1.2" }, ["meta", {}, ["description", {}, title]],
    ["graph", { mode: "static", defaultedgetype: "directed" }, columns("node", nodeFields), columns("edge", EDGE_FIELDS),
      ["nodes", {}, ...things.map((node) => ["node", { id: node.iri, label: node.label }, values(fields(node), "node", nodeFields)])],
      ["edges", {}, ...relations.map((edge, at) => ["edge", { id: at, source: edge.source, target: edge.target, label: edge.kind }, values(fields(edge), "edge", EDGE_FIELDS)])]]]);
}

const saveGraphml = () => download(new Blob([graphml()], { type: "application/graphml+xml" }), "graphml");
const saveGexf = () => download(new Blob([gexf()], { type: "application/gexf+xml" }), "gexf");
