// Commands and their keys.
const COMMANDS = [
  ["/", "find words in the text; Enter goes into the text, Shift+Enter to the next place", () => { $("find").focus(); $("find").select(); }],
  ["t", "go into the text: arrows move by word and line, with Shift they select", () => $("pages").focus({ preventScroll: true })],
  ["[", "begin the quotation one word later", () => trim("start", 1)],
  ["{", "begin it one word earlier", () => trim("start", -1)],
  ["]", "end the quotation one word earlier", () => trim("end", -1)],
  ["}", "end it one word later", () => trim("end", 1)],
  ["n", "new finding from the selected words", () => newFinding()],
  ["e", "the selected words as evidence for the current finding", () => addEvidence()],
  ["r", "the selected words report a finding of another work", () => newFinding(true)],
  ["j", "next finding", () => go(1)],
  ["k", "finding before", () => go(-1)],
  ["o", "open or close the current finding", () => { current?.toggle(); current?.head.focus(); }],
  ["s", "open the study", () => { $("study").open = true; study.fields[0].focus(); }],
  ["a", "open participants, citations, notes and more", () => { $("rest").open = true; whole.fields[0].focus(); }],
  [".", "the next sentence of the text that looks like a finding", () => suggested(1)],
  [",", "the one before", () => suggested(-1)],
  ["d", "the first place of a consensus that is to be decided", () => $("deciding").querySelector("button.version")?.focus()],
  ["u", "undo", () => step("undo")],
  ["U", "redo", () => step("redo")],
  ["?", "show the keys", () => $("keys").showModal()],
];
for (const { letter, label } of FORMS.finding) if (letter) COMMANDS.push([letter, `${label.toLowerCase()} of the current finding`, () => toField(letter)]);
const ELSEWHERE = [
  ["1 … 9", "take what is proposed with this number, or take it back"],
  ["→", "at the end of a statement: complete the word"],
  ["Esc", "leave a field: then the keys above are commands"],
  ["Enter", "in the statement: save and go on; in a list: take the marked name"],
  ["Alt + n, e, r, j, k", "the same commands also while typing in a field"],
];

function evidenceOf() {
  const part = { quote: quotation() };
  if (picked.section) part.section = picked.section;
  if (picked.page) part.page = picked.page;
  return part;
}

// The form is there at once; what the desk says of the selected words fills it a moment later.
function newFinding(reported = false) {
  const words = selected();
  if (!picked && getSelection().isCollapsed) { say("select some words of the text first", true); return; }
  const card = new Card(null, { id: "F1" });
  card.after = current?.id ?? null;
  cards.splice(current ? cards.indexOf(current) + 1 : cards.length, 0, card);
  if (current) current.element.after(card.element);
  else $("findings").append(card.element);
  cards.forEach((other) => { if (other !== card) other.toggle(false); });
  card.sync();
  card.toggle(true);
  card.element.scrollIntoView({ block: "nearest" });
  card.statement.element.querySelector("textarea").focus();
  card.ready = words.then(() => fill(card, reported));
}

function fill(card, reported) {
  if (!picked) return;
  const { section, page, cites, sentence } = picked;
  Object.assign(card, { cites, source: sentence });
  Object.assign(card.draft, { section: section || (page ? `page ${page}` : ""), evidence: [evidenceOf()] });
  if (reported && cites.length === 1) [card.draft.attributed_to] = cites;
  else if (reported) say(cites.length ? "several works are cited here: choose one" : "no work of bib/ is recognised here: choose one, or add it there and start the desk again", true);
  card.fields.forEach((field) => field.sync());
  renewOffers(card);
}

function toField(letter) {
  if (!current) { say("choose a finding first: j and k", true); return; }
  current.toggle(true);
  const field = current.fields.find((one) => one.spec.letter === letter);
  field.focus();
  field.element.scrollIntoView({ block: "nearest" });
}

function addEvidence() {
  const words = selected(), card = current;
  if (!card) { say("choose a finding first: j and k", true); return; }
  if (!card.built) card.build();
  words.then(() => {
    if (!picked) { say("select some words of the text first", true); return; }
    if ((card.value("evidence") ?? []).some((part) => part.quote === quotation())) { say("these words are evidence for it already"); return; }
    card.source = `${card.source} ${picked.sentence}`;
    card.evidence.add(evidenceOf());
    renewOffers(card);
  });
}

function go(by) {
  if (!cards.length) return;
  const at = current ? cards.indexOf(current) + by : by > 0 ? 0 : cards.length - 1;
  const card = cards[Math.min(Math.max(at, 0), cards.length - 1)];
  const open = current && !current.body.hidden;
  if (open && card !== current) { current.toggle(false); card.toggle(true); }
  setCurrent(card);
  card.head.focus();
  card.element.scrollIntoView({ block: "nearest" });
}

function bindKeys() {
  $("keys").querySelector("dl").append(...[...COMMANDS, ...ELSEWHERE].flatMap(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)]));
  $("undo").addEventListener("click", () => step("undo"));
  $("redo").addEventListener("click", () => step("redo"));
  $("help").addEventListener("click", () => $("keys").showModal());
  $("new").addEventListener("click", () => newFinding());
  $("reported").addEventListener("click", () => newFinding(true));
  $("more").addEventListener("click", () => addEvidence());
  $("single").checked = localStorage.getItem("kg-desk-keys") !== "off";
  $("single").addEventListener("change", () => localStorage.setItem("kg-desk-keys", $("single").checked ? "on" : "off"));
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape" && isField(document.activeElement)) { leaveField(); return; }
    const typing = isField(document.activeElement);
    const alone = !event.ctrlKey && !event.altKey && !event.metaKey;
    const byAlt = event.altKey && !event.ctrlKey && /^Key[NERJK]$/.test(event.code);
    if (!byAlt && (!alone || typing || !$("single").checked)) return;
    const key = byAlt ? event.code[3].toLowerCase() : event.key;
    if (/^\d$/.test(key) && decideByKey(key)) { event.preventDefault(); return; }
    if (/^[1-9]$/.test(key) && current) { event.preventDefault(); take(current, Number(key) - 1); return; }
    const command = COMMANDS.find(([name]) => name === key);
    if (command) { event.preventDefault(); command[2](); }
  });
}

function leaveField() {
  document.activeElement.blur();
  (current ? current.head : $("pages")).focus({ preventScroll: true });
}
