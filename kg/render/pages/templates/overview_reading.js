// What is read beside the overview: a practice, a challenge, an outcome, or the findings behind a band.

const works = new Map(nodes.filter((node) => node.kind === "work").map((node) => [node.key, node]));
const AT_ONCE = 25; // studies; the others are added on request

const slotLines = (slot) => [el("p", { class: "head", dir: "auto" }, nameOfSlot(slot)), el("p", { class: "soft" }, bdi(slot.node.kindName)), el("p", {}, handsText(slot)),
  canOpen(slot.node, familyOf(slot.node).members) && slot.role === "whole" ? el("p", { class: "soft" }, "with narrower ones; click to open") : null].filter(Boolean);
const bandLines = (band) => [el("p", { class: "head", dir: "auto" }, bandSentence(band)), el("p", {}, handsText(band)), el("p", { class: "soft" }, "click to read")];

/** ● and ○ with numbers, as in the legend. */
function handMarks({ n, first, second }) {
  const mark = (kind, number, name) => (number ? el("span", { class: "hand" }, el("i", { class: `dot ${kind}`, "aria-hidden": "true" }), `${number} ${name}`) : null);
  return el("p", { class: "sum" }, el("b", {}, count(n, "distinct study", "distinct studies")), " ", mark("first", first, "first-hand"), " ", mark("second", second, "second-hand"));
}

function pairButton(band, away) {
  const name = nameOfSlot(band[away]);
  return el("li", {}, el("button", { type: "button", onclick: () => select({ band: band.key }, { takeFocus: true }) },
    el("span", { class: `verb ink-${classOf(band.says)}` }, relationWords(band, away)), " ", bdi(name),
    el("small", {}, handsText(band))));
}

/** The relation as read from one end of a band. */
function relationWords({ says }, away) {
  if (away === "left") return says === "hinders" ? "hinders" : { mitigates: "is mitigated by", increases: "is increased by", decreases: "is decreased by", "no change": "is not changed by", mixed: "is affected both ways by" }[says] ?? says;
  return says === "hinders" ? "is hindered by" : { "no change": "does not change", mixed: "has mixed effects on" }[says] ?? says;
}

/** A practice, challenge or outcome of the overview; `itself` without what is narrower. */
function thingReading(node, itself) {
  const { sides, bands } = drawn;
  const slot = [...sides.left, ...sides.right].find((one) => one.key === (itself ? `${node.id}!` : `${node.id}`));
  if (!slot) return [el("p", { class: "soft" }, "The filters that are on leave no finding on it.")];
  const inside = slot.role === "heading" ? sides[slot.side].filter((one) => one.role !== "heading" && familyOf(one.node)?.top === node) : [slot];
  const away = slot.side === "left" ? "right" : "left";
  const own = bands.filter((band) => inside.includes(band[slot.side])).sort((a, b) => b.n - a.n || byName(a[away].node, b[away].node));
  const lacking = sides[away].filter((one) => one.role !== "heading" && !own.some((band) => band[away] === one));
  const narrower = slot.role === "heading" ? inside.filter((one) => one.n) : [];
  return [
    handMarks(slot), slot.looked.length ? el("p", { class: "soft" }, `Looked for together and not found by ${studiesText(countHands(slot.looked))}.`) : null,
    narrower.length ? el("h3", {}, `Opened: ${count(narrower.length, "part")}`) : null,
    narrower.length ? el("ul", { class: "edges" }, ...narrower.map((one) => el("li", {}, el("button", { type: "button", onclick: () => chooseKey(one.key, { takeFocus: true }) },
      bdi(nameOfSlot(one)), el("small", {}, handsText(one)))))) : null,
    own.length ? el("h3", {}, count(own.length, "link")) : null,
    own.length ? el("ul", { class: "edges" }, ...own.map((band) => pairButton(band, away))) : null,
    ...lackingPart(slot, lacking, away),
  ].filter(Boolean);
}

/** What no finding links with the selected thing, by the reason: a gap of this graph, not of the world. */
function lackingPart(slot, lacking, away) {
  if (!lacking.length) return [];
  const what = away === "left" ? "practices" : targetName();
  const groups = new Map();
  for (const one of lacking) groups.set(lackOf(drawn.axis, slot, one), [...(groups.get(lackOf(drawn.axis, slot, one)) ?? []), one]);
  return [el("h3", {}, `No finding in this graph: ${lacking.length} ${what}`), ...Object.entries(LACKING).filter(([reason]) => groups.has(reason)).map(([reason, { sign, name, why }]) => (
    el("p", { class: "soft lacking" }, `${sign} `, el("b", {}, name), why ? ` (${why}): ` : ": ", bdi(groups.get(reason).map(nameOfSlot).join(", ")), ".")))];
}

/** The findings behind a band, by study, first-hand ones first. */
function bandReading(key) {
  const band = bandByKey(key);
  if (!band) return [el("p", { class: "soft" }, "The filters that are on leave no finding on this.")];
  const pair = within(drawn.axis, band.left.practices, band.right.right);
  const whole = countHands(pair.found);
  const thing = (slot) => el("button", { type: "button", class: "thing", onclick: () => chooseKey(slot.key, { takeFocus: true }) }, bdi(nameOfSlot(slot)));
  const [from, to] = band.says === "hinders" ? [band.right, band.left] : [band.left, band.right];
  const title = heading(thing(from), el("span", { class: `verb ink-${classOf(band.says)}` }, "—", bdi(wordsOf(band.says)), "→"), thing(to));
  title.classList.add("relation");
  return [el("p", { class: "kind" }, "Link"), title, handMarks(band),
    whole.n === band.n && pair.found.length === band.found.length ? null : el("p", { class: "soft" }, `On the two together: ${handsText(whole)}.`),
    pair.looked.length ? el("p", { class: "soft" }, `Looked for together and not found by ${studiesText(countHands(pair.looked))}.`) : null,
    actionsFor({ pair: [band.left.node, band.right.node] }),
    ...studySections(band.found)].filter(Boolean);
}

function studySections(found) {
  const groups = new Map();
  for (const claim of [...found].sort((a, b) => Number(b.first_hand) - Number(a.first_hand) || a.order - b.order)) groups.set(claim.study, [...(groups.get(claim.study) ?? []), claim]);
  const all = [...groups.values()].map((group) => () => studySection(group));
  const first = all.slice(0, AT_ONCE).map((make) => make());
  if (all.length <= AT_ONCE) return first;
  const more = el("button", { type: "button", onclick: () => {
    const rest = all.slice(AT_ONCE).map((make) => make());
    more.replaceWith(...rest);
    rest[0].querySelector("button")?.focus();
  } }, `Show the other ${all.length - AT_ONCE} studies`);
  return [...first, more];
}

function studySection(group) {
  const first = group.some((claim) => claim.first_hand);
  const names = new Map(group.map((claim) => [claim.key, claim.work || claim.key]));
  const seen = new Map(); // a finding may claim several pairs
  for (const claim of group) if (!seen.has(claim.finding)) seen.set(claim.finding, claim);
  return el("section", { class: `study ${first ? "first" : "second"}` },
    el("h3", {}, bdi([...names.values()].join("; ")), " ", el("span", { class: "hand" }, el("i", { class: `dot ${first ? "first" : "second"}`, "aria-hidden": "true" }), first ? "first-hand" : "second-hand")),
    el("div", { class: "source" }, ...[...names.keys()].flatMap((key) => citeParts(key, say)), ...[...names].map(([key, name]) => workButton(works.get(key), name))),
    ...[...seen.values()].map((claim) => findingPart(claim, names)));
}

const workButton = (work, name) => (work ? el("button", { type: "button", class: "plain", onclick: () => select(work, { takeFocus: true }) }, "All of ", bdi(name)) : null);

/** A finding: its statement first, then who reports it, and its quotations. */
function findingPart(claim, named) {
  const { finding } = claim;
  return el("div", { class: "finding" },
    el("button", { type: "button", class: "statement-button", onclick: () => select(finding, { takeFocus: true }) }, bdi(finding.text || finding.name)),
    claim.first_hand ? null : el("p", { class: "soft" }, "second-hand, as reported by ", bdi(claim.via || claim.via_key), " ", ...citeParts(claim.via_key, say)),
    ...(finding.quotations.length ? finding.quotations.map((quotation) => quotationBlock(quotation, say, named.size === 1 && named.has(quotation.key))) : [el("p", { class: "soft no-quotation" }, "No quotation is recorded for it.")]));
}

/** What the reading shows while nothing is selected. */
function introReading() {
  const { axis, bands, sides } = drawn;
  const strongest = [...bands].sort((a, b) => b.n - a.n || a.key.localeCompare(b.key)).slice(0, 5);
  return [heading("What the picture shows"), handMarks(sides.whole),
    el("p", {}, `A band is a link of a practice with ${axis === "challenge" ? "challenges of a category" : "a group of outcomes"}; the thicker it is, the more studies found it. Click a band to read what they found, and a name to open it.`),
    strongest.length ? el("h3", {}, "Strongest links") : null,
    strongest.length ? el("ul", { class: "edges" }, ...strongest.map((band) => el("li", {}, el("button", { type: "button", onclick: () => select({ band: band.key }, { takeFocus: true }) },
      bdi(bandSentence(band)), el("small", {}, handsText(band)))))) : null].filter(Boolean);
}
