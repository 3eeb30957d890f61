// The page Ask: forms of the query library and an editor, an answer below the one that was used last, and addresses
// that contain the query and its values.
const library = window.kgLibrary;
const worker = engine(library);
const list = document.getElementById("asked");
const own = document.getElementById("own");
const editor = document.getElementById("query");
const answer = document.getElementById("reply");
const status = document.getElementById("told");
const stopButton = document.getElementById("stop");
const shown = document.getElementById("shown");
const forms = new Map([...list.querySelectorAll("form")].map((form) => [form.dataset.query, form]));
const FREE = own.querySelector("form");

const missing = !("WebAssembly" in window) ? "WebAssembly" : !("DecompressionStream" in window) ? "DecompressionStream" : "";

function addressOf({ name, values, sparql }) {
  const given = name === undefined ? [["sparql", sparql]] : Object.entries(values);
  return `#${encodeURIComponent(name ?? "")}?${new URLSearchParams(given)}`;
}

const fieldOf = (form, name) => form.elements.namedItem(name); // a parameter may be called `length`

/** The values of a form that differ from the defaults. */
function valuesOf(form) {
  const { parameters } = library.queries[form.dataset.query];
  const given = parameters.map(({ name, default: usual }) => [name, fieldOf(form, name).value.trim(), String(usual ?? "")]);
  return Object.fromEntries(given.filter(([, value, usual]) => value !== usual).map(([name, value]) => [name, value]));
}

const STOPPED = { rule: "stopped", message: "stopped", hint: "" };
let turn = 0;
let busy = false;

async function run(asked, form) {
  if (busy) worker.stop(STOPPED);
  const mine = turn += 1;
  busy = true;
  form.after(answer);
  answer.hidden = stopButton.hidden = false;
  shown.replaceChildren();
  history.replaceState(null, "", addressOf(asked));
  try {
    status.textContent = "Reading the graph …";
    answer.scrollIntoView({ block: "nearest" });
    await worker.ready();
    if (mine === turn) status.textContent = "Asking …";
    const start = performance.now();
    const found = await worker.call("run", asked, library.limits.seconds);
    if (mine === turn) show(found, asked, ((performance.now() - start) / 1000).toFixed(2));
  } catch (refusal) {
    if (mine === turn) report(refusal);
  }
  if (mine !== turn) return;
  busy = false;
  stopButton.hidden = true;
}

function report({ rule = "engine/failed", message, hint }) {
  status.textContent = rule === "stopped" ? "Stopped." : "No answer.";
  shown.replaceChildren(...(rule === "stopped" ? [] : [make("p", { className: "fault" }, `${message} [${rule}]${hint ? `: ${hint}` : ""}`)]));
}

function show(found, asked, seconds) {
  const { boolean, rows, more, kind } = found;
  const what = kind === "triples" ? "triple" : "row";
  const count = rows?.length ?? 0;
  const number = `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
  status.textContent = boolean !== undefined ? `The answer is ${boolean ? "yes" : "no"}, after ${seconds} s.`
    : more ? `The answer has more than ${number}: the first ${number} are shown, after ${seconds} s; ${library.limits.tooManyHint}.`
    : `${count ? number : "No results"}, after ${seconds} s.${count > 1 ? " Press a heading to sort." : ""}`;
  const formats = library.formats[kind].map((format) => {
    const button = make("button", { type: "button", textContent: format });
    button.addEventListener("click", () => download(format, asked.name ?? "answer"));
    return button;
  });
  const link = make("a", { href: addressOf(asked) }, "Link to this question");
  const line = make("p", { className: "ask-files" }, "Download as ", ...formats, " ", link);
  const titles = asked.name === undefined ? {} : columnsOf(forms.get(asked.name));
  shown.replaceChildren(line, ...(count ? answerTable(found, library, titles) : []));
}

const columnsOf = (form) => Object.fromEntries([...form.parentElement.querySelectorAll("dl.columns dt")]
  .map((name) => [name.textContent, name.nextElementSibling.textContent]));

async function download(format, name) {
  try {
    const { type, text } = await worker.call("file", { format }, library.limits.seconds);
    const href = URL.createObjectURL(new Blob([text], { type }));
    make("a", { href, download: `${name}.${format}` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 60000);
  } catch (refusal) {
    report(refusal);
  }
}

const running = (form) => (form === FREE ? { sparql: editor.value } : { name: form.dataset.query, values: valuesOf(form) });

/** Names for a field that takes a thing, in the list that the browser shows below it. */
async function complete(field, type) {
  const names = field.value.trim() ? await worker.call("names", { type, text: field.value }).catch(() => []) : [];
  field.list.replaceChildren(...names.map((value) => make("option", { value })));
}

function prepare([name, form]) {
  form.parentElement.querySelector(".parameters")?.remove(); // the fields say the same
  for (const { name: field, type } of library.queries[name].parameters) {
    if (!(type === "thing" || Object.hasOwn(library.names, type))) continue;
    const input = fieldOf(form, field);
    const names = make("datalist", { id: `${input.id}.names` });
    input.after(names);
    input.setAttribute("list", names.id);
    input.addEventListener("focus", () => input.select());
    input.addEventListener("input", (event) => event.inputType !== "insertReplacementText" && complete(input, type));
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run(running(form), form);
  });
  form.querySelector("[data-edit]").addEventListener("click", async () => {
    try {
      editor.value = await worker.call("text", running(form));
      own.open = true;
      editor.focus();
      editor.setSelectionRange(0, 0);
    } catch (refusal) {
      form.after(answer);
      answer.hidden = false;
      report(refusal);
    }
  });
}

/** Shows what the address names. A query of the library is asked; one that somebody else wrote waits for a press. */
function follow() {
  const [, name, given] = /^#([^?]*)\??(.*)$/s.exec(location.hash) ?? [];
  if (name === undefined) return;
  const values = Object.fromEntries(new URLSearchParams(given));
  if (!name) {
    if (values.sparql === undefined) return;
    own.open = true;
    editor.value = values.sparql;
    editor.focus();
    answer.hidden = true;
    return;
  }
  let form;
  try {
    form = forms.get(decodeURIComponent(name));
  } catch { /* not an address of this page */ }
  if (!form) {
    if (!location.hash.includes("?")) return; // a part of the page
    own.before(answer);
    answer.hidden = false;
    stopButton.hidden = true;
    report({ rule: "query/invalid", message: `no question “${name}”`, hint: "choose one from the list" });
    return;
  }
  const { parameters } = library.queries[form.dataset.query];
  for (const { name: field, default: usual } of parameters) {
    const value = values[field] ?? usual;
    if (value !== null && value !== undefined) fieldOf(form, field).value = value;
  }
  for (let outer = form.closest("details"); outer; outer = outer.parentElement.closest("details")) outer.open = true;
  form.closest("details").scrollIntoView();
  if (given || parameters.every(({ default: usual }) => usual !== null)) run({ name: form.dataset.query, values }, form);
}

if (missing) {
  status.textContent = `This browser has no ${missing}, which the page needs to ask the graph. The list below says what can be asked; kg query answers it.`;
  answer.hidden = false;
  stopButton.hidden = true;
} else {
  for (const one of forms) prepare(one);
  for (const form of [FREE, ...forms.values()]) form.hidden = false;
  own.hidden = false;
  FREE.addEventListener("submit", (event) => {
    event.preventDefault();
    run(running(FREE), FREE);
  });
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) FREE.requestSubmit();
  });
  stopButton.addEventListener("click", () => worker.stop(STOPPED));
  // The engine and the graph are read as soon as somebody opens a question.
  document.querySelector("main").addEventListener("toggle", () => worker.ready().catch(() => {}), { capture: true, once: true });
  window.addEventListener("hashchange", follow);
  follow();
}
shelf(list);

/** The same for a console and for tests: rows of terms, as in the JSON results of SPARQL. */
window.kgAsk = (asked) => worker.call("run", asked, library.limits.seconds);
