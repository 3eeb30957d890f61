// What the words of a finding suggest: concepts, links, effects, kind and cited work. Nothing of it is set before its
// number is pressed, and the number pressed again takes it back. And words that complete what is typed.
const MOST_OFFERS = 9;
const SIGNS = {
  polarity: { hinders: /\b(hinder|prevent|barrier|obstacle|hard\b|difficult|lack|imped|hamper|block|keeps?\b.*\bfrom\b|slow(s|ed)? down)/i,
    mitigates: /\b(mitigat|overc[oa]m|alleviat|eas(es?|ed|ier)\b|reliev|solv|remov|avoid|helped)/i },
  direction: { decreases: /\b(reduc|decreas|fell\b|falls?\b|drop|(went|goes?|came) down|lower|fewer|less\b|short(en|er)|declin|slow(s|ed)? down)/i,
    increases: /\b(increas|rises?\b|rose\b|(went|goes?) up|gr[eo]w|more\b|higher|longer|rais|improv|doubl)/i,
    "no change": /\b(no (significant |measurable )?(change|difference|effect)|(did|does|do) not (significantly )?(change|differ|affect)|unchanged)/i },
  valence: { beneficial: /\b(improv|benefi|help|better|faster|easier|advantage|success)/i, harmful: /\b(worse|harm|costly|burden|suffer|slow(s|ed)? down|risk)/i },
  kind: { pec: /^\W*(key )?(finding|takeaway|lesson|observation|PEC)s? ?#?\d/i, recommendation: /\b(should|we (recommend|advise|suggest that)|need to)\b/i },
};
const KEYS_OF = { practice: "practices", challenge: "challenges", outcome: "outcomes", approach: "approaches", tool: "tools" };

const signs = (what, words) => Object.entries(SIGNS[what]).filter(([, sign]) => sign.test(words)).map(([name]) => name);
// An effect is the same one with another valence.
const alike = (one, other) => (typeof one === "string" ? one === other : same({ ...one, valence: 0 }, { ...other, valence: 0 }));
const among = (card, key, value) => (card.value(key) ?? []).some((one) => alike(one, value));

// An offer: its name, what it says, whether it is taken, and how it is taken or taken back.
function itemOffer(card, key, value, text, also = {}) {
  return { id: `${key} ${JSON.stringify(value)}`, text, on: () => among(card, key, value), toggle: () => {
    const now = card.value(key) ?? [];
    if (among(card, key, value)) { put(card, key, now.filter((one) => !alike(one, value))); return; }
    for (const [other, slug] of Object.entries(also)) if (!among(card, other, slug)) put(card, other, [...(card.value(other) ?? []), slug]);
    put(card, key, [...now, value]);
  } };
}

function oneOffer(card, key, value, text) {
  return { id: `${key} ${value}`, text, on: () => card.value(key) === value, toggle: () => put(card, key, card.value(key) === value ? null : value) };
}

function offersOf(card) {
  const words = card.words(), { source } = card;
  const named = Object.fromEntries(Object.keys(KEYS_OF).map((kind) => [kind, [...new Set([...(card.value(KEYS_OF[kind]) ?? []), ...proposed(kind, words)])].slice(0, 3)]));
  const causes = ["practice", "approach", "tool"].flatMap((kind) => named[kind].slice(0, 2).map((slug) => [kind, slug])).slice(0, 2);
  const label = (kind, slug) => labelOf(kind, slug);
  const found = [];
  for (const challenge of named.challenge.slice(0, 2)) for (const [kind, slug] of causes) for (const polarity of signs("polarity", words)) {
    const said = polarity === "hinders" ? `${label("challenge", challenge)}: hinders ${label(kind, slug)}` : `${label(kind, slug)}: mitigates ${label("challenge", challenge)}`;
    found.push(itemOffer(card, "links", { challenge, [kind]: slug, polarity }, said, { [KEYS_OF[kind]]: slug, challenges: challenge }));
  }
  const good = signs("valence", words), valence = good.length === 1 ? { valence: good[0] } : {};
  const directions = signs("direction", words);
  for (const outcome of named.outcome.slice(0, 2)) for (const [kind, slug] of causes) for (const direction of directions.includes("no change") ? ["no change"] : directions) {
    const said = `${label(kind, slug)}: ${direction === "no change" ? "no change of" : direction} ${label("outcome", outcome)}${valence.valence ? `, ${valence.valence}` : ""}`;
    found.push(itemOffer(card, "effects", { [kind]: slug, outcome, direction, ...(direction === "no change" ? {} : valence) }, said, { [KEYS_OF[kind]]: slug }));
  }
  for (const [kind, key] of Object.entries(KEYS_OF)) {
    const inEffect = (slug) => kind === "outcome" && (card.value("effects") ?? []).some((effect) => effect.outcome === slug);
    found.push(...named[kind].filter((slug) => !inEffect(slug)).map((slug) => itemOffer(card, key, slug, `${kind}: ${label(kind, slug)}`)));
  }
  found.push(...(card.cites ?? []).map((key) => oneOffer(card, "attributed_to", key, `of ${workLabel(key)}`)));
  found.push(...signs("kind", source).map((kind) => oneOffer(card, "kind", kind, `kind: ${inPlainWords(kind)}`)));
  return found;
}

// What is taken keeps its number, also while the words change.
function renewOffers(card) {
  if (!card.built) return;
  const now = offersOf(card);
  const still = card.offers.filter((old) => old.on() || now.some((one) => one.id === old.id));
  card.offers = [...still, ...now.filter((one) => !still.some((old) => old.id === one.id))].slice(0, MOST_OFFERS);
  drawOffers(card);
}

function drawOffers(card) {
  const at = [...card.offered.children].indexOf(document.activeElement);
  card.offered.hidden = !card.offers.length;
  card.offered.replaceChildren(...card.offers.map((offer, index) => h("button", { type: "button", "aria-pressed": String(offer.on()), onclick: () => take(card, index) },
    h("kbd", {}, String(index + 1)), ` ${offer.text}`)));
  if (at >= 0) card.offered.children[Math.min(at, card.offers.length - 1)]?.focus();
}

function take(card, index) {
  if (!card.built || !card.offers[index]) return;
  card.offers[index].toggle();
  renewOffers(card);
}

// After the statement: to what is proposed, where numbers and all other keys are commands, or to the first field.
function goOn(card) {
  renewOffers(card);
  if (card.offers.length) card.offered.children[0].focus();
  else card.fields.find((field) => field.key === "practices").focus();
}

// --- completion of words ---

// The longest names first, then the words of the paper and of the other statements; never more than a name or a word.
function completion(typed, card) {
  const begun = /[\p{L}\p{N}][\p{L}\p{N}-]*$/u.exec(typed)?.[0].toLowerCase();
  if (!begun || begun.length < 2) return "";
  const before = typed.slice(0, typed.length - begun.length);
  const words = card.words?.(true) ?? "";
  const names = Object.keys(KEYS_OF).flatMap((kind) => proposed(kind, words).map((slug) => labelOf(kind, slug)));
  const others = (state?.findings ?? []).map((finding) => finding.statement ?? "").join(" ");
  const all = [...names, ...(words.match(/[\p{L}\p{N}][\p{L}\p{N}-]*/gu) ?? []), ...(others.match(/[\p{L}\p{N}][\p{L}\p{N}-]*/gu) ?? [])];
  const found = all.find((word) => word.length > begun.length + 1 && word.toLowerCase().startsWith(begun) && !before.toLowerCase().endsWith(word));
  return found ? found.slice(begun.length) : "";
}

// A hint below a text, and the right arrow at its end, which takes it.
function completing(input, card) {
  const hint = h("span", { class: "completion", "aria-hidden": "true", hidden: true });
  let rest = "", spaced = false;
  const look = () => {
    const atEnd = input.selectionStart === input.value.length && input.selectionEnd === input.value.length;
    rest = atEnd ? completion(input.value, card) : "";
    hint.hidden = !rest;
    hint.replaceChildren(h("kbd", {}, "→"), ` …${rest}`);
  };
  input.addEventListener("input", (event) => {
    if (spaced && /^[.,;:!?)]$/.test(event.data ?? "") && input.value.endsWith(` ${event.data}`)) input.value = `${input.value.slice(0, -2)}${event.data}`;
    spaced = false;
    look();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowRight" || !rest || event.shiftKey || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    input.value += `${rest} `;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    spaced = true;
  });
  input.addEventListener("blur", () => { hint.hidden = true; });
  return hint;
}
