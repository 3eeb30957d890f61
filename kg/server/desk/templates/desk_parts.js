// Lists of parts (links, counts, participants …), each with the form of its kind, and evidence.
const has = (part, spec) => (spec.shape === "cause" ? spec.kinds.some((kind) => part[kind]) : !isEmpty(part[spec.key]));

function partsControl(spec, io) {
  const form = FORMS[spec.of], compact = form.every((one) => ["cause", "concept", "choice", "number"].includes(one.shape));
  const rows = h("div", { class: "parts" });
  let parts = [];
  const whole = (part) => form.every((one) => !one.required || has(part, one));
  const changed = () => { const done = parts.filter(whole); io.put(spec.single ? done[0] ?? null : done); };
  const start = () => {
    parts.push(started(spec, form, io.card, parts));
    draw(parts, false);
    const part = parts.at(-1), cells = rows.lastElementChild.children;
    const first = Math.max(0, form.findIndex((one) => one.required && !has(part, one)));
    const cell = cells[first], fields = "input, select, textarea"; // a choice is itself the cell
    (cell.matches(fields) ? cell : cell.querySelector(fields)).focus();
    if (whole(part)) changed();
  };
  const add = h("button", { type: "button", class: "quiet", onclick: start }, `+ ${spec.one ?? "one"}`);
  function row(part, index) {
    const label = `${spec.label} ${index + 1}`;
    const controls = form.map((one) => cell(part, one, changed, io.card, `${label}: ${one.label}`, compact));
    const remove = h("button", { type: "button", class: "quiet", "aria-label": `remove ${label.toLowerCase()}`, onclick: () => { parts.splice(index, 1); draw(parts, false); changed(); add.focus(); } }, "×");
    return h("div", { class: compact ? "part" : "part block", role: "group", "aria-label": label }, ...controls, remove);
  }
  function draw(now, copied = true) {
    const open = copied ? parts.filter((part) => !whole(part)) : [];
    parts = copied ? [...copy(now ?? []), ...open] : now;
    rows.replaceChildren(...parts.map(row));
    add.hidden = !!spec.single && parts.length > 0;
  }
  // What is drawn stays while its parts are the same: the keyboard is in one of them.
  const sync = (now) => { const list = spec.single && now ? [now] : now ?? []; if (!same(list, parts.filter(whole))) draw(list); };
  return { element: h("div", {}, rows, add), draw: sync, focus: start };
}

function cell(part, spec, changed, card, label, compact) {
  const io = { card, label, row: label, part, changed, now: () => part[spec.key],
    put: (value) => { if (isEmpty(value)) delete part[spec.key]; else part[spec.key] = value; changed(); } };
  const made = CONTROLS[spec.shape](spec, io);
  made.draw(part[spec.key]);
  return compact ? made.element : h("div", { class: spec.wide ? "field wide" : "field" }, h("span", { class: "name", "aria-hidden": "true" }, spec.label), made.element);
}

// A new part, with what the finding and the selected words say of it already.
function started(spec, form, card, others) {
  const part = {};
  for (const { key, shape, kinds } of form) {
    for (const kind of kinds ?? []) {
      const named = card.value?.(`${kind}s`) ?? [];
      const free = shape === "cause" ? !kinds.some((other) => part[other]) && kind !== "challenge" : shape === "concept" && kinds.length === 1;
      if (named.length === 1 && free) part[shape === "cause" ? kind : key] = named[0];
    }
    if (picked && shape === "evidence") part[key] = [evidenceOf()];
    if (picked?.section && key === "section") part[key] = picked.section;
    if (picked?.section && shape === "texts") part[key] = [picked.section];
    if (picked?.cites.length === 1 && shape === "work") [part[key]] = picked.cites;
  }
  if (spec.start) for (let number = others.length + 1; !part.id; number += 1) if (!others.some((other) => other.id === `${spec.start}${number}`)) part.id = `${spec.start}${number}`;
  const counted = picked && spec.of === "counts" ? quotation().match(/\b(\d+) (?:out )?(?:of|\/) (?:the |our )?(\d+)\b/) : null;
  if (counted) Object.assign(part, { numerator: counted[1], denominator: counted[2] });
  return part;
}

// A concept of one of several kinds, each of which has its own key.
function causeControl(spec, io) {
  const now = () => { const kind = spec.kinds.find((one) => io.part[one]); return kind ? labelOf(kind, io.part[kind]) : ""; };
  const box = combobox({ label: io.label, placeholder: spec.label, now, items: () => conceptItems(spec.kinds),
    picked: (value) => {
      spec.kinds.forEach((one) => delete io.part[one]);
      if (value) { const [kind, slug] = value.split(":"); io.part[kind] = slug; }
      io.changed();
    } });
  return { element: box, input: box.input, draw: () => box.set(now()) };
}

// --- evidence ---

const verdicts = new Map(); // by quotation: exact, near or missing
const drawnEvidence = new Set(); // how each list of evidence is drawn again

const inText = (part) => typeof part === "object" && part.quote && !part.stands_in && !part.row;
const isWrong = (part) => inText(part) && ["near", "missing"].includes(verdicts.get(part.quote));

function* quotedIn(value) {
  if (value && typeof value === "object") {
    if (inText(value)) yield value.quote;
    for (const part of Object.values(value)) yield* quotedIn(part);
  }
}

// Compares the quotations that were not compared before with the text.
async function judge() {
  if (!DATA.paper || !state) return;
  const quotes = [...new Set(quotedIn([state.findings, state.study, state.whole]))].filter((quote) => !verdicts.has(quote));
  if (!quotes.length) return;
  quotes.forEach((quote) => verdicts.set(quote, ""));
  const { ok, value } = await ask("/quotes", { quotes });
  if (!ok) return;
  Object.entries(value).forEach(([quote, verdict]) => verdicts.set(quote, verdict));
  if (Object.values(value).some((verdict) => verdict !== "exact")) drawnEvidence.forEach((again) => again());
}

function evidenceControl(spec, io) {
  const rows = h("div", { class: "parts" }), nested = !io.id;
  const change = (action) => {
    const parts = copy(io.now() ?? []);
    action(parts);
    io.put(parts);
    draw(parts);
  };
  const place = (part, index, key) => h("label", {}, key, h("input", { value: part[key] ?? "", autocomplete: "off",
    onchange: (event) => change((parts) => { if (event.target.value.trim()) parts[index][key] = event.target.value.trim(); else delete parts[index][key]; }) }));
  const speaker = (part, index) => {
    const known = state?.whole.participants ?? [];
    if (!known.length) return null;
    const select = h("select", { onchange: () => change((parts) => { if (select.value) parts[index].said_by = select.value; else delete parts[index].said_by; }) },
      h("option", { value: "" }, "–"), ...known.map(({ id, role }) => h("option", { value: id }, `${id} ${role ?? ""}`)));
    select.value = part.said_by ?? "";
    return h("label", {}, "said by", select);
  };
  const remove = (index) => h("button", { type: "button", class: "quiet", "aria-label": `remove evidence ${index + 1}`, onclick: () => change((parts) => parts.splice(index, 1)) }, "×");
  const add = (part) => change((parts) => parts.push(part));
  function draw(now) {
    rows.replaceChildren(...(now ?? []).map((part, index) => (typeof part === "string"
      ? h("div", { class: "evidence" }, h("span", {}, `the evidence ${part} of this file`), remove(index))
      : h("div", { class: "evidence" }, h("q", {}, part.quote ?? part.row ?? ""),
        h("span", {}, part.quote ? h("button", { type: "button", class: "quiet", onclick: () => showQuote(part.quote), "aria-label": `show evidence ${index + 1} in the text` }, "show") : null, remove(index)),
        isWrong(part) ? h("p", { class: "verdict fault" }, verdicts.get(part.quote) === "near" ? "The text has similar words, but not these." : "The text does not have these words.") : null,
        h("span", { class: "places" }, place(part, index, "section"), place(part, index, "page"), speaker(part, index))))));
  }
  const own = spec.key === "evidence" && !nested && io.card.of === "finding";
  const more = own ? null : h("button", { type: "button", class: "quiet", onclick: () => { if (picked) add(evidenceOf()); else say("select some words of the text first", true); } }, "+ the selected words");
  const again = () => { if (rows.isConnected) draw(io.now()); else if (nested) drawnEvidence.delete(again); };
  drawnEvidence.add(again);
  return { element: h("div", {}, rows, more), draw, add, focus: () => rows.querySelector("button, input")?.focus() };
}

function focusNext(input) {
  const all = [...$("annotation").querySelectorAll("input, textarea, select, button")].filter((one) => one.offsetParent && !one.disabled && one.tabIndex >= 0);
  all[all.indexOf(input) + 1]?.focus();
}
