// Long lists: a filter, sorting by column, and pages. All rows are in the page, so it can be read without this script.
// The address keeps what is shown: ?q=words&sort=-year&page=3&kind=finding, with the name of the list in front of
// each where a page has several. `data-page` is how many rows a page has, instead of 50.
const MOST_CHOICES = 25;
const lists = [...document.querySelectorAll("[data-list]")].map((box, number) => makeList(box, number ? `${box.id}.` : ""));

function made(name, attributes = {}, ...content) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...content);
  return element;
}

function makeList(box, prefix) {
  const table = box.tagName === "TABLE";
  const perPage = Number(box.dataset.page ?? 50);
  const body = table ? box.tBodies[0] : box;
  const items = [...body.children].map((element) => ({ element, text: null }));
  const columns = table ? [...box.tHead.rows[0].cells].map((cell, index) => ({
    index, cell, key: cell.dataset.key, name: cell.textContent, number: cell.dataset.kind === "number", choice: cell.dataset.kind === "choice",
  })) : [];
  const state = { q: "", sort: "", page: 1, chosen: {} };
  let shown = items;

  // --- what is shown ---

  const cellText = (item, column) => item.element.cells[column.index].textContent.trim();
  const sortValue = (item, column) => {
    const text = item.element.cells[column.index].dataset.sort ?? cellText(item, column);
    return column.number ? numberIn(text) : fold(text);
  };
  const orderBy = ({ key }) => ({ [key]: "ascending", [`-${key}`]: "descending" })[state.sort] ?? "none";
  const contains = (item, words) => {
    item.text ??= fold(item.element.textContent.replace(/\s+/g, " "));
    return words.every((word) => item.text.includes(word));
  };

  function choose() {
    const words = fold(state.q).split(/\s+/).filter(Boolean);
    const limits = columns.filter((column) => state.chosen[column.key]);
    shown = items.filter((item) => limits.every((column) => cellText(item, column) === state.chosen[column.key]) && contains(item, words));
    const column = columns.find((one) => orderBy(one) !== "none");
    if (!column) return;
    const valued = shown.map((item) => ({ item, value: sortValue(item, column) }));
    shown = valued.sort((a, b) => compareValues(a.value, b.value, orderBy(column))).map(({ item }) => item);
  }

  const pages = () => Math.max(1, Math.ceil(shown.length / perPage));

  function show() {
    state.page = Math.min(Math.max(1, state.page), pages());
    const first = (state.page - 1) * perPage;
    const now = shown.slice(first, first + perPage);
    const there = new Set(now);
    for (const item of items) item.element.hidden = !there.has(item);
    // Only the rows that are shown have to be in their order.
    body.append(...now.map(({ element }) => element));
    for (const column of columns) {
      if (column.cell.hasAttribute("aria-sort")) column.cell.setAttribute("aria-sort", orderBy(column));
      column.cell.classList.toggle("number", column.number);
    }
    const what = box.dataset.list;
    const all = shown.length === items.length ? `${items.length} ${what}` : `${shown.length} of ${items.length} ${what}`;
    status.textContent = !shown.length ? `No ${what} match.` : pages() > 1 ? `${first + 1}–${first + now.length} of ${all}` : all;
    for (const one of pagers) one.update();
  }

  // --- the address ---

  function keep() {
    const asked = new URLSearchParams(location.search);
    const put = (key, value) => { asked.delete(prefix + key); if (value) asked.append(prefix + key, value); };
    put("q", state.q.trim());
    put("sort", state.sort);
    put("page", state.page > 1 ? String(state.page) : "");
    for (const { key, choice } of columns) if (choice) put(key, state.chosen[key]);
    const query = asked.toString();
    history.replaceState(null, "", (query ? `?${query}` : location.pathname) + (state.page === state.atHash ? location.hash : ""));
  }

  function restore() {
    const asked = new URLSearchParams(location.search);
    state.q = asked.get(`${prefix}q`) ?? "";
    state.page = Number.parseInt(asked.get(`${prefix}page`), 10) || 1;
    const sort = asked.get(`${prefix}sort`) ?? "";
    state.sort = columns.some(({ key }) => key === sort.replace(/^-/, "")) ? sort : "";
    for (const { key, choice } of columns) if (choice) state.chosen[key] = asked.get(prefix + key) ?? "";
  }

  function change(page = 1) {
    state.page = page;
    choose();
    show();
    keep();
  }

  // --- controls ---

  const status = made("p", { role: "status", class: "list-status" });
  const field = made("input", { type: "search", id: `${box.id}-filter`, autocomplete: "off" });
  const controls = made("div", { class: "list-controls", role: "search", "aria-label": `Filter ${box.dataset.list}` },
    made("span", {}, made("label", { for: field.id }, "Filter"), field));
  const selects = columns.filter(({ choice }) => choice).map(select).filter(Boolean);
  const pagers = [pager("above"), pager("below")];

  function select(column) {
    const values = [...new Set(items.map((item) => cellText(item, column)))].filter(Boolean).sort();
    if (values.length < 2 || values.length > MOST_CHOICES) { column.choice = values.length > MOST_CHOICES ? false : column.choice; return null; }
    const one = made("select", { id: `${box.id}-${column.key}` }, made("option", { value: "" }, "all"),
      ...values.map((value) => made("option", { value }, value)));
    one.addEventListener("change", () => { state.chosen[column.key] = one.value; change(); });
    controls.append(made("span", {}, made("label", { for: one.id }, column.name), one));
    return { column, one };
  }

  function pager(where) {
    const before = made("button", { type: "button" }, "Previous");
    const after = made("button", { type: "button" }, "Next");
    const page = made("input", { type: "number", min: "1", id: `${box.id}-page-${where}`, class: "page" });
    const of = made("span");
    const bar = made("nav", { class: "pager", "aria-label": `Pages of ${box.dataset.list}, ${where} the list` }, before,
      made("label", { for: page.id }, "Page"), page, of, after);
    const go = (number) => {
      change(number);
      if (where === "below") box.scrollIntoView();
    };
    before.addEventListener("click", () => go(state.page - 1));
    after.addEventListener("click", () => go(state.page + 1));
    page.addEventListener("change", () => go(Number.parseInt(page.value, 10) || 1));
    const update = () => {
      bar.hidden = pages() < 2;
      // A button with the focus stays a button: a disabled one would lose it.
      before.setAttribute("aria-disabled", String(state.page === 1));
      after.setAttribute("aria-disabled", String(state.page === pages()));
      page.value = String(state.page);
      page.max = String(pages());
      of.textContent = `of ${pages()}`;
    };
    return { bar, update };
  }

  function sortable(column) {
    sortButton(column.cell, () => {
      const order = nextOrder(orderBy(column), column.number);
      state.sort = { none: "", ascending: column.key, descending: `-${column.key}` }[order];
      change();
    });
  }

  /** Shows the page with a row; whether the list has it. */
  function reveal(element) {
    const item = items.find((one) => one.element.contains(element));
    if (!item) return false;
    if (!shown.includes(item)) {
      Object.assign(state, { q: "", sort: "", chosen: {} });
      field.value = "";
      for (const { one } of selects) one.value = "";
      choose();
    }
    state.page = Math.floor(shown.indexOf(item) / perPage) + 1;
    state.atHash = state.page;
    show();
    element.scrollIntoView();
    return true;
  }

  restore();
  field.value = state.q;
  for (const { column, one } of selects) {
    one.value = state.chosen[column.key] ?? "";
    state.chosen[column.key] = one.value;
  }
  field.addEventListener("input", () => { state.q = field.value; change(); });
  if (items.length > 10) {
    columns.filter(({ key }) => key).forEach(sortable);
    const outer = table ? box.parentElement : box;
    outer.before(controls, status, pagers[0].bar);
    outer.after(pagers[1].bar);
  }
  choose();
  show();
  box.dataset.ready = "";
  return { reveal };
}

// A link to a row, and a letter, lead to the page that the row is on.
function followHash() {
  const element = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (element) lists.some((list) => list.reveal(element));
}

addEventListener("hashchange", followHash);
document.querySelectorAll(".letters a").forEach((link) => link.addEventListener("click", () => {
  if (link.hash === location.hash) followHash();
}));
followHash();
