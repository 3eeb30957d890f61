// The fields of a form. Each remembers the value that it last saw in the file (`base`), which every edit states: somebody
// else may have changed the file since.
const POLARITIES = [["hinders", "hinders it"], ["mitigates", "is mitigated by it"], ["absent", "absent, though looked for"]];
const DIRECTIONS = ["increases", "decreases", "no change", "mixed"].map((word) => [word, word]);
const VALENCES = [["beneficial", "beneficial"], ["harmful", "harmful"], ["neutral", "neutral"], ["unclear", "unclear"]];
const CAUSES = ["practice", "approach", "tool"];

// Makes a field. `build(field)` returns the control and how to show a value.
function makeField(card, key, label, wide, build) {
  const field = { card, key, label, base: undefined, problems: [] };
  field.faults = h("ul", { class: "faultlist", id: newId("faults"), hidden: true });
  field.clash = h("div", { class: "conflict", role: "alert", hidden: true });
  const { control, forId, draw, dirty } = build(field);
  field.dirty = dirty ?? (() => false);
  const name = forId ? h("label", { for: forId }, label) : h("span", { class: "name" }, label);
  field.element = h("div", { class: wide ? "field wide" : "field" }, name, control, field.faults, field.clash);
  if (!forId) {
    field.element.setAttribute("role", "group");
    field.element.setAttribute("aria-label", label);
  }
  field.sync = (force = false) => {
    const value = copy(card.stored(key)) ?? null;
    if (!force && field.dirty()) return;
    if (!force && field.base !== undefined && same(value, field.base)) return;
    field.base = value;
    draw(value);
  };
  field.show = (problems) => {
    field.faults.replaceChildren(...problems.map((one) => h("li", { class: one.severity },
      one.message, one.hint ? h("small", {}, one.hint) : null)));
    field.faults.hidden = !problems.length;
    field.element.classList.toggle("wrong", problems.some((one) => one.severity === "error"));
    const control = field.element.querySelector("input, textarea, select");
    if (problems.length) control?.setAttribute("aria-describedby", field.faults.id);
    else control?.removeAttribute("aria-describedby");
  };
  field.commit = (now) => commit(field, isEmpty(now) ? null : now);
  card.fields.push(field);
  return field;
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
    const { ok, status, value } = await ask("/edit", { do: "set", finding: card.id, key, was, now });
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

// --- texts and choices ---

function textField(card, key, label, { rows = 0, wide = false, placeholder = null, number = false } = {}) {
  return makeField(card, key, label, wide, (field) => {
    const id = newId(key);
    const input = h(rows ? "textarea" : "input", { id, rows: rows || null, placeholder, autocomplete: "off", spellcheck: rows ? "true" : "false", inputmode: number ? "numeric" : null });
    const value = () => input.value.replace(/\s+/g, " ").trim();
    const check = later(400, async () => {
      if (card.id === null || !field.dirty()) return;
      const { ok, value: answer } = await ask("/try", { do: "set", finding: card.id, key, was: field.base, now: value() || null });
      if (field.dirty()) field.show(ok ? mine(field, answer.problems) : answer.problems ?? []);
    });
    const save = later(1500, () => { if (card.id !== null) field.commit(value()); });
    input.addEventListener("input", () => { check(); save(); });
    input.addEventListener("change", () => { save.stop(); field.commit(value()); });
    if (rows) input.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); field.commit(value()); focusNext(input); } });
    return { control: input, forId: id, draw: (now) => { input.value = now ?? ""; }, dirty: () => field.base !== undefined && value() !== String(field.base ?? "").replace(/\s+/g, " ").trim() };
  });
}

function selectField(card, key, label, options) {
  return makeField(card, key, label, false, (field) => {
    const id = newId(key);
    const control = h("select", { id, onchange: () => field.commit(control.value) }, ...options.map(([value, text]) => h("option", { value }, text)));
    return { control, forId: id, draw: (now) => { control.value = now ?? ""; } };
  });
}

function workField(card) {
  return makeField(card, "attributed_to", "Finding of another work (second-hand)", true, (field) => {
    const id = newId("work");
    const first = () => card.cites ?? [];
    const box = combobox({ label: field.label, id, items: workItems, first, placeholder: "empty: a finding of this study",
      picked: (key) => { field.commit(key); drawFirst(); }, now: () => (field.base ? workLabel(field.base) : "") });
    const near = h("div", { class: "proposals" });
    const drawFirst = () => near.replaceChildren(...first().filter((key) => key !== field.base).map((key) => h("button", { type: "button", onclick: () => { field.commit(key); box.input.value = workLabel(key); drawFirst(); } }, workLabel(key))));
    return { control: h("div", {}, box, near), forId: id, draw: (now) => { box.set(now ? workLabel(now) : ""); drawFirst(); } };
  });
}

// --- several concepts ---

function chipsField(card, key, label, kinds, wide = false) {
  return makeField(card, key, label, wide, (field) => {
    const id = newId(key), several = kinds.length > 1;
    let shown = [];
    const chips = h("span", { class: "those" }), near = h("div", { class: "proposals" });
    const put = (values) => { shown = values; draw(values); field.commit(values); };
    const first = () => (several ? [] : proposed(kinds[0], card.words()).filter((slug) => !shown.includes(slug) && !(card.value("effects") ?? []).some((effect) => effect.outcome === slug)));
    const box = combobox({ label, id, many: true, kind: several ? null : kinds[0], items: () => conceptItems(kinds).filter((item) => !shown.includes(item.value)), first,
      picked: (slug) => { if (slug && !shown.includes(slug)) put([...shown, slug]); }, last: () => { if (shown.length) put(shown.slice(0, -1)); } });
    const name = (value) => (several ? `${value.split(":")[0]}: ${labelOf(...value.split(":"))}` : labelOf(kinds[0], value));
    function draw(now) {
      shown = now ?? [];
      chips.replaceChildren(...shown.map((value, index) => h("span", { class: "chip", title: value }, name(value),
        h("button", { type: "button", "aria-label": `remove ${name(value)}`, onclick: () => { put(shown.filter((_, at) => at !== index)); box.input.focus(); } }, "×"))));
      near.replaceChildren(...first().map((slug) => h("button", { type: "button", tabindex: "-1", onclick: () => put([...shown, slug]) }, `+ ${labelOf(kinds[0], slug)}`)));
    }
    field.renew = () => draw(shown);
    return { control: h("div", {}, h("div", { class: "chips" }, chips, box), near), forId: id, draw };
  });
}

// --- links and effects: rows of concepts and a word ---

function rowsField(card, key, label, columns) {
  return makeField(card, key, label, true, (field) => {
    const rows = h("div", { class: "parts" });
    let parts = [];
    const add = h("button", { type: "button", class: "quiet", onclick: () => {
      parts.push(started(card, columns));
      draw(parts, false);
      rows.lastElementChild.querySelector("input, select").focus();
    } }, `+ ${label.toLowerCase().replace(/s$/, "")}`);
    const whole = (part) => columns.every((column) => column.optional || part[column.key] || column.kinds?.some((kind) => part[kind]));
    const changed = () => field.commit(parts.filter(whole));
    function draw(now, copied = true) {
      const open = copied ? parts.filter((part) => !whole(part)) : [];
      parts = copied ? [...copy(now ?? []), ...open] : now;
      rows.replaceChildren(...parts.map((part, index) => h("div", { class: "part" }, ...columns.map((column) => cell(part, column, changed, `${label} ${index + 1}`)),
        h("button", { type: "button", class: "quiet", "aria-label": `remove ${label.toLowerCase()} ${index + 1}`, onclick: () => { parts.splice(index, 1); draw(parts, false); changed(); add.focus(); } }, "×"))));
    }
    // What is drawn stays while its parts are the same: the keyboard is in one of them.
    const sync = (now) => { if (!same(now ?? [], parts.filter(whole))) draw(now); };
    return { control: h("div", {}, rows, add), draw: sync };
  });
}

// A new row, with what the finding names if it names just one.
function started(card, columns) {
  const part = {};
  for (const column of columns) {
    for (const kind of column.kinds ?? []) {
      const named = card.value(`${kind}s`) ?? [];
      if (named.length === 1 && !column.kinds.some((other) => part[other]) && (column.kinds.length === 1 || kind !== "challenge")) part[kind] = named[0];
    }
  }
  return part;
}

function cell(part, column, changed, row) {
  const label = `${row}: ${column.label}`;
  if (column.words) {
    const select = h("select", { "aria-label": label, onchange: () => { if (select.value) part[column.key] = select.value; else delete part[column.key]; changed(); } },
      h("option", { value: "" }, `${column.label} …`), ...column.words.map(([value, text]) => h("option", { value }, text)));
    select.value = part[column.key] ?? "";
    return select;
  }
  const { kinds } = column, several = kinds.length > 1;
  const now = () => { const kind = kinds.find((one) => part[one]); return kind ? labelOf(kind, part[kind]) : ""; };
  return combobox({ label, placeholder: column.label, shown: now(), now, kind: several ? null : kinds[0], items: () => conceptItems(kinds),
    picked: (value) => {
      const [kind, slug] = value && several ? value.split(":") : [kinds[0], value];
      kinds.forEach((one) => delete part[one]);
      if (slug) part[kind] = slug;
      changed();
    } });
}

// --- evidence ---

const verdicts = new Map(); // by quotation: exact, near or missing

const inText = (part) => typeof part === "object" && part.quote && !part.stands_in && !part.row;
const isWrong = (part) => inText(part) && ["near", "missing"].includes(verdicts.get(part.quote));

// Compares the quotations that were not compared before with the text.
async function judge() {
  if (!DATA.paper || !state) return;
  const quotes = [...new Set(state.findings.flatMap((finding) => finding.evidence ?? []).filter(inText).map((part) => part.quote))].filter((quote) => !verdicts.has(quote));
  if (!quotes.length) return;
  quotes.forEach((quote) => verdicts.set(quote, ""));
  const { ok, value } = await ask("/quotes", { quotes });
  if (!ok) return;
  Object.entries(value).forEach(([quote, verdict]) => verdicts.set(quote, verdict));
  if (Object.values(value).some((verdict) => verdict !== "exact")) cards.forEach((card) => card.evidence?.judged());
}

function evidenceField(card) {
  return makeField(card, "evidence", "Evidence", true, (field) => {
    const rows = h("div", { class: "parts" });
    const put = (index, change) => {
      const parts = copy(field.base ?? []);
      change(parts);
      field.commit(parts);
      draw(parts);
    };
    const place = (part, index, key, label) => h("label", {}, label, h("input", { value: part[key] ?? "", autocomplete: "off",
      onchange: (event) => put(index, (parts) => { if (event.target.value.trim()) parts[index][key] = event.target.value.trim(); else delete parts[index][key]; }) }));
    const speaker = (part, index) => {
      const known = state?.participants ?? [];
      if (!known.length) return null;
      const select = h("select", { onchange: () => put(index, (parts) => { if (select.value) parts[index].said_by = select.value; else delete parts[index].said_by; }) },
        h("option", { value: "" }, "–"), ...known.map(({ id, role }) => h("option", { value: id }, `${id} ${role ?? ""}`)));
      select.value = part.said_by ?? "";
      return h("label", {}, "said by", select);
    };
    function draw(now) {
      rows.replaceChildren(...(now ?? []).map((part, index) => (typeof part === "string"
        ? h("div", { class: "evidence" }, h("span", {}, `the evidence ${part} of this file`), remove(index))
        : h("div", { class: "evidence" }, h("q", {}, part.quote ?? part.row ?? ""),
          h("span", {}, part.quote ? h("button", { type: "button", class: "quiet", onclick: () => showQuote(part.quote), "aria-label": `show evidence ${index + 1} in the text` }, "show") : null, remove(index)),
          isWrong(part) ? h("p", { class: "verdict fault" }, verdicts.get(part.quote) === "near" ? "The text has similar words, but not these." : "The text does not have these words.") : null,
          h("span", { class: "places" }, place(part, index, "section", "section"), place(part, index, "page", "page"), speaker(part, index))))));
    }
    const remove = (index) => h("button", { type: "button", class: "quiet", "aria-label": `remove evidence ${index + 1}`, onclick: () => put(index, (parts) => parts.splice(index, 1)) }, "×");
    field.judged = () => draw(field.base);
    field.add = (part) => put(-1, (parts) => parts.push(part));
    return { control: rows, draw };
  });
}

function focusNext(input) {
  const all = [...$("annotation").querySelectorAll("input, textarea, select, button")].filter((one) => one.offsetParent && !one.disabled && one.tabIndex >= 0);
  all[all.indexOf(input) + 1]?.focus();
}
