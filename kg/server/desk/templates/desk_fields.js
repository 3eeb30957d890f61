// The fields of a form, made from the one table of fields (`DATA.forms`). Each remembers the value that it last saw in the
// file (`base`), which every edit states: somebody else may have changed the file since.
const FORMS = DATA.forms;

// Fills a container with the fields of a form; fields of a group are in one that is closed at first.
function makeForm(card, name, container) {
  const groups = {};
  for (const spec of FORMS[name]) {
    const { element } = makeField(card, spec);
    if (!spec.group) { container.append(element); continue; }
    if (!groups[spec.group]) {
      groups[spec.group] = h("div", { class: "fields" });
      container.append(h("details", { class: "field wide" }, h("summary", {}, spec.group), groups[spec.group]));
    }
    groups[spec.group].append(element);
  }
}

function makeField(card, spec) {
  const { key, label, wide, about, letter } = spec;
  const field = { card, key, spec, base: undefined };
  field.faults = h("ul", { class: "faultlist", id: newId("faults"), hidden: true });
  field.clash = h("div", { class: "conflict", role: "alert", hidden: true });
  field.commit = (now) => commit(field, isEmpty(now) ? null : now);
  const made = CONTROLS[spec.shape](spec, { card, label, id: newId(key), put: field.commit, now: () => field.base });
  if (made.value) whileTyping(field, made);
  field.dirty = () => !!made.value && field.base !== undefined && made.value() !== String(field.base ?? "").replace(/\s+/g, " ").trim();
  field.add = made.add;
  field.focus = made.focus ?? (() => made.input.focus());
  const shown = [label, ...(letter ? [" ", h("kbd", {}, letter)] : [])];
  const name = made.input ? h("label", { for: made.input.id, title: about }, ...shown) : h("span", { class: "name", title: about }, ...shown);
  field.element = h("div", { class: wide ? "field wide" : "field", "data-key": key }, name, made.element, field.faults, field.clash);
  if (!made.input) {
    field.element.setAttribute("role", "group");
    field.element.setAttribute("aria-label", label);
  }
  field.draw = (value) => { field.base = value; made.draw(value); };
  field.sync = (force = false) => {
    const value = copy(card.stored(key)) ?? null;
    if (!force && (field.dirty() || (field.base !== undefined && same(value, field.base)))) return;
    field.draw(value);
  };
  field.show = (problems) => {
    field.faults.replaceChildren(...problems.map(faultItem));
    field.faults.hidden = !problems.length;
    field.element.classList.toggle("wrong", problems.some((one) => one.severity === "error"));
    const control = field.element.querySelector("input, textarea, select");
    if (problems.length) control?.setAttribute("aria-describedby", field.faults.id);
    else control?.removeAttribute("aria-describedby");
  };
  card.fields.push(field);
  return field;
}

const faultItem = (one) => h("li", { class: one.severity }, one.message, one.hint ? h("small", {}, one.hint) : null);

// A text is checked while it is typed, and saved when somebody pauses.
function whileTyping(field, { typed, value }) {
  const { card, key } = field;
  const check = later(400, async () => {
    if (card.id === null || !field.dirty()) return;
    const { ok, value: answer } = await ask("/try", { do: "set", of: card.of, finding: card.id, key, was: field.base, now: value() || null });
    if (field.dirty()) field.show(ok ? mine(field, answer.problems) : answer.problems ?? []);
  });
  const save = later(1500, () => { if (card.id !== null) field.commit(value()); });
  typed.addEventListener("input", () => { check(); save(); });
  typed.addEventListener("change", () => { save.stop(); });
}

// Writes a value that was chosen elsewhere than in its field.
function put(card, key, now) {
  const field = card.fields.find((one) => one.key === key);
  field.commit(now);
  field.draw(isEmpty(now) ? null : copy(now));
}

function commit(field, now, was = field.base) {
  if (same(now, was)) return;
  const { card, key } = field;
  field.base = copy(now);
  if (card.id === null) {
    card.draft[key] = now;
    card.save();
    return;
  }
  inTurn(async () => {
    say("saving …");
    const { ok, status, value } = await ask("/edit", { do: "set", of: card.of, finding: card.id, key, was, now });
    if (ok) {
      field.clash.hidden = true;
      receive(value);
      say("saved");
      return;
    }
    field.base = was;
    if (status === 409) clash(field, now, value);
    else refused(field, value);
  });
}

function refused(field, value) {
  say(`not saved: ${value.error}`, true);
  field.show(value.problems ?? [{ severity: "error", message: value.error }]);
}

const inWords = (value) => (isEmpty(value) ? "nothing" : typeof value === "string" ? value : JSON.stringify(value));

// Both versions of a value that somebody else has changed too; nothing is written before a choice.
function clash(field, now, value) {
  say("not saved: changed by somebody else", true);
  const choose = (keep) => async () => {
    field.clash.hidden = true;
    field.base = value.theirs ?? null;
    if (keep) commit(field, now, value.theirs ?? null);
    else { await refresh(); field.sync(true); say("the value in the file was taken"); }
  };
  field.clash.replaceChildren(h("p", {}, `${value.error}. In the file: `, h("b", {}, inWords(value.theirs))), h("p", {}, "Yours: ", h("b", {}, inWords(now))),
    h("div", { class: "row" }, h("button", { type: "button", onclick: choose(true) }, "Write mine"), h("button", { type: "button", onclick: choose(false) }, "Take that of the file")));
  field.clash.hidden = false;
}

// --- controls: an element, `draw(value)`, and what is focused; `io.put(value)` writes ---

const simple = (text) => text.replace(/\s+/g, " ").trim();

function textControl(spec, io) {
  const prose = spec.shape === "prose";
  const input = h(prose ? "textarea" : "input", { id: io.id, rows: prose ? 2 : null, autocomplete: "off", spellcheck: prose ? "true" : "false",
    inputmode: spec.shape === "number" ? "numeric" : null, "aria-label": io.id ? null : io.label });
  const value = () => simple(input.value);
  const hint = prose ? completing(input, io.card) : null;
  input.addEventListener("change", () => io.put(value()));
  if (prose) input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    io.put(value());
    if (spec.key === "statement" && io.card.offers) goOn(io.card);
    else focusNext(input);
  });
  const element = hint ? h("div", { class: "completed" }, input, hint) : input;
  return { element, input, typed: input, value, draw: (now) => { input.value = now ?? ""; } };
}

function choiceControl(spec, io) {
  const usual = spec.default && !spec.required && io.id;
  const words = spec.words.filter((word) => !usual || word !== spec.default);
  const control = h("select", { id: io.id, "aria-label": io.id ? null : io.label, onchange: () => io.put(control.value) },
    h("option", { value: "" }, usual ? spec.default : `${spec.label} …`), ...words.map((word) => h("option", { value: word }, inPlainWords(word))));
  return { element: control, input: control, draw: (now) => { control.value = now ?? ""; } };
}

const PLAIN = { pec: "numbered key finding", hinders: "hinders it", mitigates: "is mitigated by it", absent: "absent, though looked for" };
const inPlainWords = (word) => PLAIN[word] ?? word.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

// What can be named in a field: concepts, works, ids of the file.
function itemsOf(spec) {
  if (spec.shape.startsWith("work")) return workItems();
  const items = spec.kinds ? conceptItems(spec.kinds) : [];
  const ids = { findings: () => state.findings.map(({ id, statement }) => [id, statement]) }[spec.of]
    ?? (() => (state.whole[spec.of] ?? []).map(({ id, label, role }) => [id, label ?? role]));
  if (!spec.of) return items;
  const named = ids().map(([id, text]) => ({ value: id, label: `${id} ${text ?? ""}`, names: [id, text ?? ""], small: spec.of }));
  const own = spec.shape === "ids" ? ["study", "publication"].map((name) => ({ value: name, label: name, names: [name], small: "this one" })) : [];
  return [...own, ...named, ...items];
}

function nameOf(spec, value) {
  if (spec.shape.startsWith("work")) return workLabel(value);
  if (!spec.kinds) return value;
  const [kind, slug] = value.includes(":") ? value.split(":") : [spec.kinds[0], value];
  return spec.kinds.length > 1 && value.includes(":") ? `${kind}: ${labelOf(kind, slug)}` : spec.of ? value : labelOf(kind, slug);
}

// One of several: a concept, a work, an id. Ids of other files are typed.
function oneControl(spec, io) {
  const first = () => (spec.key === "attributed_to" ? io.card.cites ?? [] : []);
  const empty = spec.key === "attributed_to" ? "empty: a finding of this study" : io.id ? null : spec.label;
  const one = spec.kinds?.length === 1 ? spec.kinds[0] : null;
  const box = combobox({ label: io.label, id: io.id, items: () => itemsOf(spec), first, placeholder: empty, kind: one, free: spec.of === "findings",
    picked: (value) => io.put(value), now: () => (io.now() ? nameOf(spec, io.now()) : "") });
  return { element: box, input: box.input, draw: (now) => box.set(now ? nameOf(spec, now) : "") };
}

function manyControl(spec, io) {
  const { kinds } = spec, one = kinds?.length === 1 ? kinds[0] : null;
  let shown = [];
  const chips = h("span", { class: "those" });
  const change = (values) => { draw(values); io.put(values); };
  const box = combobox({ label: io.label, id: io.id, many: true, kind: one, free: ["texts", "ids"].includes(spec.shape), placeholder: io.id ? null : spec.label,
    items: () => itemsOf(spec).filter((item) => !shown.includes(item.value)), first: () => (one ? proposed(one, io.card.words()) : []),
    picked: (value) => { if (value && !shown.includes(value)) change([...shown, value]); }, last: () => { if (shown.length) change(shown.slice(0, -1)); } });
  function draw(now) {
    shown = now ?? [];
    chips.replaceChildren(...shown.map((value, index) => h("span", { class: "chip", title: value }, nameOf(spec, value),
      h("button", { type: "button", "aria-label": `remove ${nameOf(spec, value)}`, onclick: () => { change(shown.filter((_, at) => at !== index)); box.input.focus(); } }, "×"))));
  }
  return { element: h("div", { class: "chips" }, chips, box), input: box.input, draw };
}

const CONTROLS = { text: textControl, prose: textControl, number: textControl, choice: choiceControl, concept: oneControl, work: oneControl, id: oneControl,
  concepts: manyControl, works: manyControl, ids: manyControl, texts: manyControl, cause: causeControl, parts: partsControl, evidence: evidenceControl };
