// The contents of the panel and the tooltip. Data only ever become text nodes.

function el(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name === "onclick") made.addEventListener("click", value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

/** Text from data, isolated so that marks in it do not change the direction of the text around it; a short relation stays in one line. */
const bdi = (text) => el("bdi", {}, ...String(text).split(/(—[\w ]{1,12}→)/).map((part, at) => (at % 2 ? el("span", {}, part) : part)));
const paragraph = (text, look) => el("p", { class: look, dir: "auto" }, text);

function webAddress(text) {
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : "";
  } catch {
    return "";
  }
}

function whereabouts(quotation) {
  const { section, page } = quotation;
  const parts = [/^\d/.test(section) ? `Section ${section}` : section];
  if (page) parts.push(/^[\divxlc–-]+$/i.test(page) ? `p. ${page}` : page);
  return parts.filter(Boolean).join(", ") || "section not given";
}

const quoted = (quotation) => `“${quotation.quote}”`;
const sentence = (edge, ends) => `${ends.from.name} —${edge.kind}→ ${ends.to.name}`;

async function copyText(text, button, say, label = "Copy") {
  let done = false;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    // Older browsers, and some with pages opened from disk, allow only this method.
    const area = el("textarea", { class: "visually-hidden", "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    done = document.execCommand("copy");
    area.remove();
    button.focus();
  }
  button.textContent = done ? "Copied" : "Select it manually";
  say(done ? `Copied ${text}` : "The browser does not allow copying here");
  setTimeout(() => { button.textContent = label; }, 1600);
}

function citeParts(key, say) {
  if (!key) return [];
  const command = `\\cite{${key}}`;
  const copy = el("button", { type: "button", class: "copy", "aria-label": `Copy ${command}` }, "Copy");
  copy.addEventListener("click", () => copyText(command, copy, say));
  return [el("code", {}, bdi(command)), copy];
}

function linkPart(url) {
  if (!url) return null;
  const address = webAddress(url);
  return address
    ? el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, "Open the publication")
    : el("span", {}, bdi(url));
}

/** A quotation with its place; `named` says that the work and its key stand above it already. */
function quotationBlock(quotation, say, named = false) {
  return el("blockquote", {},
    paragraph(quoted(quotation), "words"),
    el("div", { class: "source" },
      named ? null : el("cite", {}, bdi(quotation.work)),
      el("span", { class: "where" }, bdi(whereabouts(quotation))),
      quotation.said_by ? el("span", { class: "said-by" }, "said by ", bdi(quotation.said_by)) : null,
      ...(named ? [] : [el("span", { class: "break" }), ...citeParts(quotation.key, say)]),
      linkPart(quotation.url)));
}

function quotationPart(quotations, ifNone, say) {
  if (!quotations.length) return [el("p", { class: "soft no-quotation" }, ifNone)];
  const title = quotations.length === 1 ? "Quotation" : `${quotations.length} quotations`;
  return [el("h3", {}, title), ...quotations.map((quotation) => quotationBlock(quotation, say))];
}

const heading = (...children) => el("h2", { tabindex: "-1" }, ...children);

/** What leads on from a thing: its surroundings, its page in the site, and its row or cell in the evidence map. */
function actionsFor({ node, pair, around }) {
  const parts = [];
  if (node && touching[node.id].length) parts.push(el("button", { type: "button", onclick: () => openNeighbourhood(node) }, "Neighbourhood"));
  if (pair) parts.push(el("button", { type: "button", onclick: () => openNeighbourhood(...pair) }, "Neighbourhood"));
  if (around) parts.push(...around);
  const page = node && pageOf(node);
  if (page) parts.push(el("a", { class: "button", href: page }, "Its page"));
  const place = mapPlace(node, pair);
  if (place) parts.push(el("a", { class: "button", href: place }, "In the evidence map"));
  return parts.length ? el("div", { class: "around" }, ...parts) : null;
}

/** The page of a thing in the site that this page is part of, if it is. */
function pageOf(node) {
  if (!data.site) return "";
  return data.site.pages[node.id] ?? (data.about.base && node.iri.startsWith(data.about.base) ? `${encodeURI(shortened(node.iri))}.html` : "");
}

/** The address of a row, column or cell of the site's map of practices and categories, with the filters of this page. */
function mapPlace(node, pair) {
  if (!data.site) return "";
  const category = (one) => one.kind === "challenge" && topsOf(one).includes(one);
  const [row, column] = pair ?? (node.kind === "practice" ? [node, null] : [null, node]);
  if ((row && !onAxis(row)) || (column && !(category(column) && onAxis(column, "challenge"))) || (!row && !column)) return "";
  const name = (one) => (one ? shortened(one.iri).split("/").at(-1) : "*");
  const { hand, since, until, polarity, method } = state.filters;
  const asked = { row: name(row), column: name(column), ...(hand ? { hand: hand.split("-")[0] } : {}), ...(since ? { from: since } : {}), ...(until ? { to: until } : {}),
    ...(polarity ? { polarity } : {}), ...(method ? { method } : {}) };
  return `map.html#${new URLSearchParams(asked)}`;
}

function nodeDetails(node, all, look) {
  const edges = all.filter(isLeft);
  const stated = STATED.has(node.kind) && node.text;
  const about = [el("p", { class: "kind" }, bdi(node.kindName), stated ? " " : "", stated ? bdi(node.name) : "", node.focus ? "; this graph was drawn around it" : ""),
    heading(bdi(stated ? node.text : node.name))];
  if (!stated && node.text && node.text !== node.name) about.push(paragraph(node.text, "statement"));
  if (node.alternatives.length) about.push(el("p", { class: "soft" }, "Also: ", bdi(node.alternatives.join(", "))));
  if (node.key) about.push(el("div", { class: "source" }, ...citeParts(node.key, look.say)));
  about.push(...[actionsFor({ node, around: look.around(node) })].filter(Boolean), ...look.links(node));
  if (!look.links(node).length || node.quotations.length) {
    about.push(...quotationPart(node.quotations, edges.length ? "No quotation for this itself; see the quotations of its relations below." : "No quotation is recorded here.", look.say));
  }
  if (!edges.length) return [...about, el("p", { class: "soft" }, all.length ? "The filters hide all of its relations." : "It has no relations in this graph.")];
  const title = `${count(edges.length, "relation")}${all.length > edges.length ? `; the filters hide ${all.length - edges.length} more` : ""}`;
  return [...about, el("h3", {}, title), el("ul", { class: "edges" }, ...edges.slice(0, MOST_LISTED).map((edge) => el("li", {}, edgeButton(edge, node, look)))),
    edges.length > MOST_LISTED ? el("p", { class: "soft" }, `and ${edges.length - MOST_LISTED} more; the list of relations has all of them`) : ""];
}

const MOST_LISTED = 200;

function edgeButton(edge, node, look) {
  const ends = look.ends(edge);
  const outgoing = ends.from === node;
  const quotations = quotationsNow(edge), words = quotations.length;
  const verb = el("span", { class: `verb family-ink-${edge.family}` }, bdi(edge.kind));
  const order = outgoing ? [verb, " → ", bdi(ends.to.name)] : [bdi(ends.from.name), " → ", verb, " this"];
  const note = words ? `${quoted(quotations[0])}${words > 1 ? ` and ${words - 1} more` : ""}` : "no quotation";
  return el("button", { type: "button", "aria-label": sentence(edge, ends), onclick: () => look.openEdge(edge) },
    ...order, el("small", { dir: "auto" }, note));
}

function edgeDetails(edge, look) {
  const ends = look.ends(edge);
  const thing = (node) => el("button", { type: "button", class: "thing", onclick: () => look.openNode(node) }, bdi(node.name));
  const verb = el("span", { class: `verb family-ink-${edge.family}` }, "—", bdi(edge.kind), "→");
  const title = heading(thing(ends.from), verb, thing(ends.to));
  title.classList.add("relation");
  if (edge.members) return [el("p", { class: "kind" }, "Summary of relations"), title, ...memberParts(edge, look)];
  return [
    el("p", { class: "kind" }, secondHandNow(edge) ? "Relation, second-hand" : "Relation"),
    title,
    textNow(edge) ? paragraph(textNow(edge), "statement") : null,
    ...quotationPart(quotationsNow(edge), "No quotation is recorded for this relation.", look.say),
  ].filter(Boolean);
}

/** The relations that an edge of the outline summarises, each with a link to its quotations. */
function memberParts(edge, look) {
  const members = edge.left.slice(0, MOST_LISTED).map(look.member);
  const line = (member) => {
    const [first] = quotationsNow(member);
    return el("button", { type: "button", onclick: () => look.openEdge(member) }, bdi(sentence(member, look.ends(member))), el("small", { dir: "auto" }, first ? quoted(first) : "no quotation"));
  };
  const title = edge.left.length === 1 ? "It summarises" : `It summarises ${edge.left.length} relations`;
  return [el("h3", {}, title), el("ul", { class: "edges" }, ...members.map((member) => el("li", {}, line(member))))];
}

const short = (text, length) => (text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text);

function tooltipLines(item, ends) {
  if (item.lines) return item.lines;
  const lines = [el("p", { class: "head", dir: "auto" }, ends ? short(sentence(item, ends), 220) : short(item.name, 160))];
  if (!ends) lines.push(el("p", { class: "soft" }, bdi(item.kindName)));
  const says = !ends && item.text !== item.name ? item.text : "";
  if (says) lines.push(paragraph(short(says, 240)));
  const quotations = ends ? quotationsNow(item) : item.quotations;
  const [first] = quotations;
  if (item.members) lines.push(el("p", { class: "soft" }, `${item.left.length} ${item.left.length === 1 ? "relation" : "relations"}; click to read`));
  else if (first) {
    lines.push(paragraph(short(quoted(first), 240)));
    lines.push(el("p", { class: "soft" }, bdi(first.work), ", ", bdi(whereabouts(first))));
    if (quotations.length > 1) lines.push(el("p", { class: "soft" }, `and ${quotations.length - 1} more`));
  } else if (ends) {
    lines.push(el("p", { class: "soft" }, "no quotation recorded"));
  }
  return lines;
}
