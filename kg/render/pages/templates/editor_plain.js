// A form, and the answer as a table: the editor without YASGUI.
const ROWS_SHOWN = 1000;

function plain(endpoint) {
  const form = document.getElementById("plain");
  const query = document.getElementById("query");
  const format = document.getElementById("format");
  const answer = document.getElementById("answer");

  function report(text, className) {
    const made = document.createElement("p");
    made.className = className;
    made.textContent = text;
    answer.replaceChildren(made);
    return made;
  }

  async function run() {
    report("Asking …", "note");
    try {
      const got = await fetch(endpoint, { method: "POST", body: new URLSearchParams({ query: query.value }),
        headers: { Accept: "application/sparql-results+json, text/turtle;q=0.9, text/plain;q=0.1" } });
      const text = await got.text();
      if (!got.ok) report(text, "fault");
      else if (got.headers.get("Content-Type").includes("json")) answer.replaceChildren(...table(JSON.parse(text)));
      else answer.replaceChildren(Object.assign(document.createElement("pre"), { textContent: text }));
    } catch (error) {
      report(`The server cannot be reached: ${error.message}`, "fault");
    }
    answer.focus();
  }

  form.addEventListener("submit", (event) => {
    if (format.selectedIndex > 0) return;
    event.preventDefault();
    run();
  });
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  return (_, sparql) => {
    query.value = sparql;
    query.scrollTop = 0;
    query.focus();
    query.setSelectionRange(0, 0);
  };
}

function table({ head, results, boolean }) {
  const made = document.createElement("p");
  made.className = "note";
  if (results === undefined) {
    made.textContent = boolean ? "yes" : "no";
    return [made];
  }
  const rows = results.bindings;
  made.textContent = `${rows.length} ${rows.length === 1 ? "row" : "rows"}`
    + (rows.length > ROWS_SHOWN ? `; the first ${ROWS_SHOWN} are shown` : "");
  const shown = document.createElement("table");
  const names = shown.createTHead().insertRow();
  for (const name of head.vars) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    names.append(cell);
  }
  const body = shown.createTBody();
  for (const row of rows.slice(0, ROWS_SHOWN)) {
    const line = body.insertRow();
    for (const name of head.vars) line.insertCell().append(...term(row[name]));
  }
  const wide = document.createElement("div");
  wide.className = "wide";
  wide.append(shown);
  return [made, wide];
}

function term(value) {
  if (!value) return [];
  if (value.type !== "uri") return [value.value];
  const address = here(value.value);
  if (!/^https?:/.test(address)) return [value.value];
  const link = document.createElement("a");
  link.href = address;
  link.rel = "noopener noreferrer";
  link.textContent = named(value.value) || value.value;
  return [link];
}
