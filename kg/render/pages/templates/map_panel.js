// The panel with the evidence behind a cell, a row, a column or the whole map.

const AT_FIRST = 25; // studies; the others are added on request
let standsIn = new Map(); // in the panel of several cells: finding -> its cells

function open(place, focus) {
  opened = place;
  tabStop(place);
  panel.hidden = false;
  document.body.classList.add("open");
  fill();
  panel.scrollTop = 0;
  if (focus) heading.focus({ preventScroll: true });
  buttons.get(place.join())?.scrollIntoView({ block: "nearest", inline: "nearest" });
  remember();
}

/** A link to a cell, which may be in a closed group. */
function goTo(place) {
  if (unfold(place)) render();
  open(place, true);
}

function close() {
  const place = opened;
  opened = null;
  panel.hidden = true;
  document.body.classList.remove("open");
  for (const button of buttons.values()) button.removeAttribute("aria-expanded");
  remember();
  buttons.get(place.join())?.focus();
}

function fill() {
  const [r, c] = opened;
  for (const [place, button] of buttons) {
    if (place === opened.join()) button.setAttribute("aria-expanded", "true");
    else button.removeAttribute("aria-expanded");
  }
  const v = viewAt(r, c);
  const header = headerAt(r, c), absences = absencesAt(r, c), several = header || r < 0 || r >= R || c >= C;
  heading.replaceChildren(linked(name(r, c), headerAt(r, c)?.page));
  standsIn = new Map();
  if (several) {
    for (const place of placesAt(r, c)) {
      const { found, looked } = viewAt(...place);
      for (const f of [...found, ...looked]) standsIn.set(f, [...(standsIn.get(f) ?? []), place]);
    }
  }
  $("aside .body").replaceChildren(...[
    header && header.group ? el("p", { class: "kind" }, capital(header.group)) : null,
    header && header.text ? el("p", { class: "definition" }, header.text) : null,
    el("p", { class: "sum" }, ...(v.state === EVIDENCE ? [el("b", {}, some(v.n, "distinct study", "distinct studies")), " ",
      hand("first", v.first, " first-hand"), " ", hand("second", v.second, " second-hand")] : emptiness(v, r, c))),
    several ? null : ofItself(r, c),
    several || v.state === NOT_APPLICABLE || !exclusions.has(`${r},${c}`) ? null
      : el("p", { class: "kind" }, `An annotator declares this pair not applicable: ${exclusions.get(`${r},${c}`).join("; ")}`),
    v.hides || absences.hides ? el("p", { class: "kind" }, "The filters hide some evidence here. ", el("button", { type: "button", click: unfilter }, "Clear filters")) : null,
    ...byStudy(v.found, several),
    v.looked.length && v.state === EVIDENCE ? el("h3", {}, "Looked for together, not found") : null,
    ...byStudy(v.looked, several),
    ...missing(header, absences.all),
  ].filter(Boolean));
}

/** That a row or column was itself looked for and not found, with the evidence. */
function missing(header, absences) {
  if (!absences.length) return [];
  const n = studies(absences).size, others = data.rows.includes(header) ? data.columnKinds : data.rowKinds;
  return [el("h3", {}, "Looked for, not found"),
    el("p", { class: "absence" }, `${some(n, "study", "studies")} looked for ${header.label} and ${n === 1 ? "reports" : "report"} that it was not there. That is evidence of absence within the scope of ${
      n === 1 ? "that study" : "those studies"}. It says nothing about single ${others}: no study is known to have looked for it with each of them.`),
    ...byStudy(absences, false)];
}

/** In the panel of a cell: that its row or column was itself looked for, with a link. */
function ofItself(r, c) {
  const marked = [[r, -1], [-1, c]].filter(([y, x]) => absencesAt(y, x).all.length);
  if (!marked.length) return null;
  return el("p", { class: "kind of-itself" }, ...marked.flatMap(([y, x]) => {
    const n = studies(absencesAt(y, x).all).size;
    return [`${some(n, "study", "studies")} looked for the ${y >= 0 ? data.rowKind : data.columnKind} itself and did not find it: `,
      el("button", { type: "button", class: "place", click: () => goTo([y, x]) }, capital(headerAt(y, x).label)), " "];
  }));
}

function unfilter() {
  form.reset();
  heading.focus(); // the button that was pressed no longer exists
}

/** A category includes its challenges and an area its practices: one of them was looked for, not all. */
function described(header, kind) {
  const member = { category: "a challenge of ", area: "a practice of " }[kind] ?? "";
  return `${member}“${header.label}”`;
}

function emptiness(v, r, c) {
  const header = headerAt(r, c), pair = data.rows[r] && data.columns[c];
  if (v.state === FILTERED) return ["The filters hide all the evidence here."];
  if (v.state === NOT_FOUND) {
    const n = studies(v.looked).size;
    const what = pair ? `${described(data.rows[r], data.rowKind)} together with ${described(data.columns[c], data.columnKind)}` : "pairs of this row or column";
    return [el("b", {}, "Looked for and not found. "), `${some(n, "study", "studies")} looked for ${what} and ${
      n === 1 ? "reports" : "report"} that it was not there. That is evidence of absence within the scope of ${n === 1 ? "that study" : "those studies"}:`];
  }
  const others = data.rows.includes(header) ? data.columnKinds : data.rowKinds;
  const what = pair ? `“${data.rows[r].label}” together with “${data.columns[c].label}”`
    : header ? `“${header.label}” together with any of the ${others}` : "any of these pairs";
  const state = el("b", {}, `${capital(v.state)}. `);
  if (v.state === NOT_APPLICABLE) return pair ? [state, exclusions.get(`${r},${c}`).join("; ")] : [state, "Annotators declare all of these pairs not applicable, with reasons."];
  if (!pair) return [state, `No finding in this graph is about ${what}. ${header && absencesAt(r, c).all.length ? "" : "It is a gap, not a finding."}`];
  return [state, v.state === NOTHING[0]
    ? `No finding in this graph is about ${what}, although there are studies with findings on each. A study may have looked without reporting anything, or a finding may name both without linking the one to the other: it is a gap, not a finding.`
    : `No study in this graph has findings on both, so no study is known to have looked for ${what}. A work that is not annotated may have looked: this is a gap, not a finding.`];
}

/** The text as a link to a page of the site, if the map is part of one and the page is known. */
const linked = (text, page) => (page ? el("a", { href: page }, text) : document.createTextNode(plain(text)));

function byStudy(findings, places) {
  const groups = new Map();
  for (const f of findings) groups.set(f.study, [...(groups.get(f.study) || []), f]);
  const list = [...groups.values()].sort((a, b) => b.some((f) => f.first_hand) - a.some((f) => f.first_hand));
  const written = list.slice(0, AT_FIRST).map((group) => study(group, places)), rest = list.slice(AT_FIRST);
  if (!rest.length) return written;
  const more = el("button", { type: "button", class: "more", click: () => {
    const sections = rest.map((group) => study(group, places));
    more.replaceWith(...sections);
    sections[0].tabIndex = -1;
    sections[0].focus({ preventScroll: true });
  } }, `Show the other ${some(rest.length, "study", "studies")}`);
  return [...written, more];
}

function study(group, places) {
  const first = group.some((f) => f.first_hand);
  const works = new Map(group.map((f) => [f.key, f.work || f.key || f.study])); // a study may have several publications
  const several = works.size > 1;
  return el("section", { class: `study ${first ? "first" : "second"}` },
    el("h3", {}, linked([...works.values()].join("; "), data.studies[group[0].study])),
    el("p", { class: "cite" }, ...[...works.keys()].map(cite), el("span", { class: "hand" },
      el("i", { class: `dot ${first ? "first" : "second"}` }), first ? "first-hand" : "second-hand only")),
    ...group.map((f) => finding(f, places, several ? `${f.work || f.key} · ` : "")));
}

// `§ 4.1`, `§ III-A`; the name of a table, an appendix, a page or a row as it is.
const section = (text) => (/^(\d|[IVX]+(\W|$))/.test(text ?? "") ? `§ ${text}` : text);

function finding(f, places, work) {
  const via = f.first_hand ? "" : el("p", { class: "via" }, `second-hand, as reported by ${f.via || f.via_key} `, cite(f.via_key));
  return el("div", { class: "finding" },
    via,
    el("p", { class: "statement" }, el("span", { class: `polarity ${f.polarity.replace(/\W/g, "")}` }, f.polarity), " ", linked(f.statement, f.page)),
    el("p", { class: "where" }, el("span", {}, work + [f.id, section(f.section)].filter(Boolean).join(" · ")), ...(places ? placesOf(f) : [])),
    ...f.quotations.map(quotation));
}

// In the panel of a row or a column: links to the cells of a finding.
function placesOf(f) {
  const [r, c] = opened;
  return (standsIn.get(f) ?? []).map(([y, x]) => el("button", { type: "button", class: "place", click: () => goTo([y, x]) },
      capital(r >= 0 && r < R ? data.columns[x].label : c >= 0 && c < C ? data.rows[y].label : name(y, x))));
}

function quotation(q) {
  const source = [q.said_by && `said by ${q.said_by}`, q.work, section(q.section), q.page && q.section !== `page ${q.page}` && `p. ${q.page}`];
  const link = /^https?:\/\//i.test(q.url)
    ? el("a", { href: q.url, target: "_blank", rel: "noopener noreferrer" }, "open the publication") : "";
  return el("blockquote", {}, el("p", {}, `“${q.quote}”`),
    el("footer", {}, source.filter(Boolean).join(", "), link ? " · " : "", link));
}

function cite(key) {
  if (!key) return "";
  const code = el("code", {}, `\\cite{${key}}`);
  return el("span", { class: "key" }, code, " ", el("button", { type: "button", class: "copy", title: `Copy \\cite{${key}}`,
    "aria-label": `Copy \\cite{${key}}`, click: (event) => copy(code, event.currentTarget) }, "copy"));
}

function copy(code, button) {
  const done = (text) => { button.textContent = text; setTimeout(() => { button.textContent = "copy"; }, 1500); };
  const select = () => { getSelection().selectAllChildren(code); done("selected"); }; // if the clipboard is not available
  if (navigator.clipboard) navigator.clipboard.writeText(code.textContent).then(() => done("copied"), select);
  else select();
}
