// Findings as cards, and the study; a new finding is a card without an id until it has a statement.
let state = null;
const cards = []; // in the order of the file; the study is not one of them
let study = null;
let whole = null; // participants, citations, notes and what else the file has
let current = null;

const findingOf = (id) => state?.findings.find((finding) => finding.id === id);

const partOf = (of, container, stored) => {
  const part = { id: "", of, fields: [], stored, words: () => "" };
  makeForm(part, of, $(container).querySelector(".fields"));
  return part;
};

function makeStudy() {
  study = partOf("study", "study", (key) => state?.study[key]);
  whole = partOf("file", "rest", (key) => state?.whole[key]);
}

class Card {
  constructor(id, draft = null, cites = null, words = "") {
    Object.assign(this, { id, draft, cites, source: words, of: "finding", fields: [], offers: [], after: null, built: false, ready: null });
    this.faults = h("span", { class: "faults" });
    this.head = h("button", { type: "button", "aria-expanded": "false", onclick: () => this.toggle() }, h("b"), h("span", { class: "said" }), h("span", { class: "second", hidden: true }), this.faults);
    this.body = h("div", { class: "fields", hidden: true });
    this.element = h("article", { class: "finding" }, h("h3", {}, this.head), this.body);
    this.element.addEventListener("focusin", () => setCurrent(this));
  }

  stored(key) { return this.id === null ? this.draft[key] : findingOf(this.id)?.[key]; }

  // The value as it is in the form, which may be on its way to the file.
  value(key) {
    const base = this.fields.find((field) => field.key === key)?.base;
    return base === undefined ? this.stored(key) : base;
  }

  // The words that concepts are proposed from.
  words(ofText = false) {
    const quotes = (this.value("evidence") ?? []).map((part) => part.quote ?? "");
    return [...quotes, this.source, ofText ? "" : this.value("statement") ?? ""].join(" . ");
  }

  toggle(open = this.body.hidden) {
    if (open && !this.built) this.build();
    this.body.hidden = !open;
    this.head.setAttribute("aria-expanded", String(open));
    this.element.classList.toggle("open", open);
    if (open) { setCurrent(this); drawAround(this); }
  }

  build() {
    this.built = true;
    makeForm(this, "finding", this.body);
    const of = (key) => this.fields.find((field) => field.key === key);
    [this.statement, this.evidence] = [of("statement"), of("evidence")];
    this.offered = h("div", { class: "field wide offers", role: "group", "aria-label": "Proposed: press its number to take it, and again to take it back", hidden: true });
    this.statement.element.after(this.offered);
    if (this.id === null) this.body.append(this.idField());
    this.body.append(
      h("figure", { class: "around field wide", hidden: true }),
      h("div", { class: "field wide row" },
        h("button", { type: "button", class: "quiet", onclick: () => this.move(-1) }, "move up"), h("button", { type: "button", class: "quiet", onclick: () => this.move(1) }, "move down"),
        h("button", { type: "button", class: "quiet", onclick: () => this.remove() }, "delete")),
      (this.faultlist = h("ul", { class: "faultlist field wide" })));
    this.sync();
    renewOffers(this);
  }

  idField() {
    const id = newId("id");
    return h("div", { class: "field" }, h("label", { for: id }, "Id"), h("input", { id, value: this.draft.id, autocomplete: "off", onchange: (event) => { this.draft.id = event.target.value.trim() || "F1"; } }));
  }

  sync() {
    const [name, said] = [this.head.children[0], this.head.children[1]];
    name.textContent = this.id ?? "new";
    said.textContent = this.value("statement") || "write what was found";
    const second = this.head.children[2], work = this.value("attributed_to");
    second.hidden = !work;
    second.textContent = work ? `of ${work}` : "";
    this.fields.forEach((field) => field.sync());
    if (this.built && !this.body.hidden) { drawOffers(this); drawAround(this); }
  }

  show(problems) {
    const worst = problems.filter((one) => one.severity !== "info").length;
    this.faults.textContent = worst ? `${worst} to fix` : "";
    if (!this.built) return;
    for (const field of this.fields) if (!field.dirty()) field.show(problems.filter((one) => one.path[0] === field.key));
    const keys = this.fields.map((field) => field.key);
    this.faultlist.replaceChildren(...problems.filter((one) => !keys.includes(one.path[0])).map(faultItem));
  }

  // Writes a new finding as soon as it has a statement.
  save() {
    inTurn(async () => {
      await this.ready;
      if (this.id !== null) return;
      if (isEmpty(this.draft.statement)) { say("not saved yet: the finding has no statement"); return; }
      say("saving …");
      const value = Object.fromEntries(Object.entries(this.draft).filter(([, part]) => !isEmpty(part)));
      const { ok, value: answer } = await ask("/edit", { do: "add", value, after: this.after });
      if (!ok) {
        say(`not saved: ${answer.error}`, true);
        this.show((answer.problems ?? [{ message: answer.error, severity: "error", path: [] }]));
        return;
      }
      this.id = answer.id;
      const written = answer.findings.find((finding) => finding.id === this.id) ?? {};
      for (const field of this.fields) { // what was chosen meanwhile is written next
        const chosen = this.draft[field.key] ?? null;
        field.base = copy(written[field.key] ?? null);
        if (!same(chosen, field.base) && !field.dirty()) commit(field, chosen);
      }
      receive(answer);
      say(`saved as ${this.id}`);
    });
  }

  move(by) {
    const at = cards.indexOf(this) + by;
    if (this.id === null || at < 0 || at >= cards.length) return;
    const others = cards.filter((card) => card !== this && card.id !== null);
    const after = at ? others[at - 1]?.id ?? "" : "";
    send({ do: "move", finding: this.id, after });
  }

  remove() {
    if (this.id === null) { drop(this); return; }
    send({ do: "delete", finding: this.id, was: findingOf(this.id) });
  }
}

function drop(card) {
  const at = cards.indexOf(card);
  cards.splice(at, 1);
  card.element.remove();
  setCurrent(cards[Math.min(at, cards.length - 1)] ?? null);
}

function setCurrent(card) {
  current?.element.classList.remove("current");
  current = card;
  card?.element.classList.add("current");
  $("more-for").textContent = card ? card.id ?? "the new one" : "…";
  $("more").disabled = !card;
}

function send(body) {
  inTurn(async () => {
    const { ok, value } = await ask("/edit", body);
    if (!ok) { say(`not done: ${value.error}`, true); if (value.conflict) refresh(); return; }
    receive(value);
    say("saved");
  });
}

function step(what) {
  inTurn(async () => {
    const { ok, value } = await ask(`/${what}`, {});
    if (!ok) { say(`not done: ${value.error}`, true); return; }
    receive(value);
    say(what === "undo" ? "taken back" : "made again");
    const card = cards.find((one) => one.id === value.id);
    if (card) { setCurrent(card); card.element.scrollIntoView({ block: "nearest" }); }
  });
}

const mine = (field, problems) => problems.filter((one) => one.finding === field.card.id
  && (field.card === study ? one.path[0] === "study" && one.path[1] === field.key : one.path[0] === field.key));

// The picture of the graph around a finding, as it is in the file now.
function drawAround(card) {
  const figure = card.body.querySelector(".around");
  if (!figure || card.id === null || card.body.hidden || figure.dataset.version === state.version) return;
  figure.dataset.version = state.version;
  ask(`/around/${encodeURIComponent(card.id)}`).then(({ ok, value }) => {
    if (ok && value.pending) setTimeout(() => { delete figure.dataset.version; drawAround(card); }, 3000);
    figure.hidden = !ok || !value.svg;
    if (figure.hidden) return;
    figure.replaceChildren(h("img", { src: `data:image/svg+xml,${encodeURIComponent(value.svg)}`, alt: value.description }), h("figcaption", {}, value.caption));
  });
}

async function refresh() {
  const { ok, value } = await ask("/state");
  if (ok) receive(value);
  else say(value.error, true);
  return ok;
}

// Shows the file as it is now; what is being typed stays.
function receive(value) {
  state = value;
  const known = new Map(cards.filter((card) => card.id !== null).map((card) => [card.id, card]));
  const drafts = cards.filter((card) => card.id === null);
  cards.length = 0;
  for (const { id } of state.findings) {
    if (!id) continue;
    cards.push(known.get(id) ?? new Card(id));
    known.delete(id);
  }
  for (const draft of drafts) {
    const at = draft.after ? cards.findIndex((card) => card.id === draft.after) + 1 : cards.length;
    cards.splice(at || cards.length, 0, draft);
  }
  for (const card of known.values()) { if (current === card) setCurrent(null); card.element.remove(); }
  cards.forEach((card, index) => {
    const there = $("findings").children[index];
    if (there !== card.element) $("findings").insertBefore(card.element, there ?? null);
  });
  [...study.fields, ...whole.fields].forEach((field) => field.sync());
  cards.forEach((card) => card.sync());
  setCurrent(current);
  drawProblems();
  drawProposed();
  drawDeciding();
  judge();
  $("undo").disabled = !state.undo;
  $("redo").disabled = !state.redo;
  const many = state.findings.length;
  $("findings-title").textContent = many ? `${many} finding${many > 1 ? "s" : ""}` : "No findings yet: select words of the text, then press n";
}

function drawProblems() {
  const problems = [...state.problems, ...state.checked.filter((one) => !state.problems.some((other) => other.rule === one.rule && other.line === one.line))];
  const of = (card) => problems.filter((one) => one.finding === card.id);
  cards.filter((card) => card.id !== null).forEach((card) => card.show(of(card)));
  const ofStudy = problems.filter((one) => !one.finding && one.path[0] === "study");
  for (const field of study.fields) if (!field.dirty()) field.show(ofStudy.filter((one) => one.path[1] === field.key));
  const worst = ofStudy.filter((one) => one.severity === "error").length;
  $("study").querySelector(".faults").textContent = worst ? `${worst} to fix` : "";
  if (worst && !$("study").dataset.seen) { $("study").open = true; $("study").dataset.seen = "yes"; }
  const ofWhole = problems.filter((one) => !one.finding && whole.fields.some((field) => field.key === one.path[0]));
  for (const field of whole.fields) if (!field.dirty()) field.show(ofWhole.filter((one) => one.path[0] === field.key));
  $("rest").querySelector(".faults").textContent = ofWhole.length ? `${ofWhole.length} to look at` : "";
  const shown = new Set(study.fields.map((field) => field.key));
  const rest = problems.filter((one) => !one.finding && !ofWhole.includes(one) && !(one.path[0] === "study" && shown.has(one.path[1])) && one.severity !== "info");
  $("whole").replaceChildren(...(state.broken ? [h("p", { class: "fault" }, `${state.file} has faults: fix them in the file, then it is shown here.`)] : []),
    h("ul", { class: "faultlist" }, ...rest.map((one) => h("li", { class: one.severity }, `line ${one.line}: ${one.message}`, one.hint ? h("small", {}, one.hint) : null))));
}
