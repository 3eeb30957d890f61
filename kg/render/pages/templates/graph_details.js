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

/** Text from data, isolated so that marks in it do not change the direction of the text around it. */
const bdi = (text) => el("bdi", {}, text);
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

function quotationBlock(quotation, say) {
  return el("blockquote", {},
    paragraph(quoted(quotation), "words"),
    el("div", { class: "source" },
      el("cite", {}, bdi(quotation.work)),
      el("span", { class: "where" }, bdi(whereabouts(quotation))),
      quotation.said_by ? el("span", { class: "said-by" }, "said by ", bdi(quotation.said_by)) : null,
      el("span", { class: "break" }),
      ...citeParts(quotation.key, say),
      linkPart(quotation.url)));
}

function quotationPart(quotations, ifNone, say) {
  if (!quotations.length) return [el("p", { class: "soft no-quotation" }, ifNone)];
  const title = quotations.length === 1 ? "Quotation" : `${quotations.length} quotations`;
  return [el("h3", {}, title), ...quotations.map((quotation) => quotationBlock(quotation, say))];
}

const heading = (...children) => el("h2", { tabindex: "-1" }, ...children);

function nodeDetails(node, edges, look) {
  const about = [el("p", { class: "kind" }, bdi(node.kindName), node.focus ? "; this graph was drawn around it" : ""), heading(bdi(node.name))];
  if (node.text && node.text !== node.name) about.push(paragraph(node.text, "statement"));
  if (node.alternatives.length) about.push(el("p", { class: "soft" }, "Also: ", bdi(node.alternatives.join(", "))));
  if (node.key) about.push(el("div", { class: "source" }, ...citeParts(node.key, look.say)));
  about.push(...[look.around(node)].filter(Boolean));
  const ifNone = edges.length ? "No quotation for this itself; see the quotations of its relations below." : "No quotation is recorded here.";
  about.push(...quotationPart(node.quotations, ifNone, look.say));
  if (!edges.length) return [...about, el("p", { class: "soft" }, "It has no relations in this graph.")];
  const title = edges.length === 1 ? "1 relation" : `${edges.length} relations`;
  return [...about, el("h3", {}, title), el("ul", { class: "edges" }, ...edges.slice(0, MOST_LISTED).map((edge) => el("li", {}, edgeButton(edge, node, look)))),
    edges.length > MOST_LISTED ? el("p", { class: "soft" }, `and ${edges.length - MOST_LISTED} more; the table lists all of them`) : ""];
}

const MOST_LISTED = 200;

function edgeButton(edge, node, look) {
  const ends = look.ends(edge);
  const outgoing = ends.from === node;
  const words = edge.quotations.length;
  const verb = el("span", { class: `verb family-ink-${edge.family}` }, bdi(edge.kind));
  const order = outgoing ? [verb, " → ", bdi(ends.to.name)] : [bdi(ends.from.name), " → ", verb, " this"];
  const note = words ? `${quoted(edge.quotations[0])}${words > 1 ? ` and ${words - 1} more` : ""}` : "no quotation";
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
    el("p", { class: "kind" }, edge.secondHand ? "Relation, second-hand" : "Relation"),
    title,
    edge.text ? paragraph(edge.text, "statement") : null,
    ...quotationPart(edge.quotations, "No quotation is recorded for this relation.", look.say),
  ].filter(Boolean);
}

/** The relations that an edge of the outline summarises, each with a link to its quotations. */
function memberParts(edge, look) {
  const members = edge.members.slice(0, MOST_LISTED).map(look.member);
  const line = (member) => el("button", { type: "button", onclick: () => look.openEdge(member) }, bdi(sentence(member, look.ends(member))),
    el("small", { dir: "auto" }, member.quotations.length ? quoted(member.quotations[0]) : "no quotation"));
  const title = edge.members.length === 1 ? "It summarises" : `It summarises ${edge.members.length} relations`;
  return [el("h3", {}, title), el("ul", { class: "edges" }, ...members.map((member) => el("li", {}, line(member))))];
}

const short = (text, length) => (text.length > length ? `${text.slice(0, length - 1).trimEnd()}…` : text);

function tooltipLines(item, ends) {
  const lines = [el("p", { class: "head", dir: "auto" }, ends ? short(sentence(item, ends), 220) : short(item.name, 160))];
  if (!ends) lines.push(el("p", { class: "soft" }, bdi(item.kindName)));
  const says = !ends && item.text !== item.name ? item.text : "";
  if (says) lines.push(paragraph(short(says, 240)));
  const [first] = item.quotations;
  if (item.members) lines.push(el("p", { class: "soft" }, `${item.members.length} ${item.members.length === 1 ? "relation" : "relations"}; click to read`));
  else if (first) {
    lines.push(paragraph(short(quoted(first), 240)));
    lines.push(el("p", { class: "soft" }, bdi(first.work), ", ", bdi(whereabouts(first))));
    if (item.quotations.length > 1) lines.push(el("p", { class: "soft" }, `and ${item.quotations.length - 1} more`));
  } else if (ends) {
    lines.push(el("p", { class: "soft" }, "no quotation recorded"));
  }
  return lines;
}
