// The text of the paper: pages as pictures with lines of real text over them, or plain text; and what is selected there.
const pages = []; // by number - 1: { element, text, spans: [{start, node}], words: [[start, end]] }
let picked = null; // the selected passage, as the desk answered
let cursor = null; // the selection of the keyboard: { page, anchor, head }, words of one page
let ours = []; // the selection that the script itself has made last

function drawPaper() {
  const paper = DATA.paper;
  if (!paper) {
    $("pages").append(h("p", { class: "note" }, DATA.noPaper));
    $("find").disabled = $("outline").disabled = true;
    $("outline").replaceChildren(h("option", {}, "no text"));
    return;
  }
  const seen = new IntersectionObserver((entries) => entries.forEach((entry) => {
    if (entry.isIntersecting) { seen.unobserve(entry.target); load(Number(entry.target.dataset.page)); }
  }), { root: $("pages"), rootMargin: "900px" });
  paper.pages.forEach(([wide, high], index) => {
    const element = h("div", { class: paper.unit === "page" ? "page" : "page plain", "data-page": index + 1 });
    pages.push({ element, wide, high, loaded: null });
    $("pages").append(element);
  });
  size();
  pages.forEach((page) => seen.observe(page.element));
  new ResizeObserver(later(100, size)).observe($("pages"));
  load(1).then(() => ask("/sections")).then(({ ok, value }) => { // which reads all pages: the first one is shown before
    if (!ok) {
      $("pages").prepend(h("p", { class: "note fault", role: "alert" }, value.error));
      $("outline").replaceChildren(h("option", {}, "no text"));
      return;
    }
    const options = value.map((section) => h("option", { value: `${section.page} ${section.at}` },
      "\u00a0\u00a0".repeat(Math.max(0, section.level - 1)) + section.title));
    $("outline").replaceChildren(h("option", { value: "" }, value.length ? "go to a section …" : "no sections found"), ...options);
  });
}

// Makes the pages as wide as their pane, and puts the lines of those that are shown in their places again.
function size() {
  const width = Math.min($("pages").clientWidth - 26, 900);
  for (const page of pages) {
    if (!page.wide || page.width === width) continue;
    page.width = width;
    page.scale = width / page.wide;
    page.element.style.width = `${width}px`;
    page.element.style.height = `${page.high * page.scale}px`;
    if (page.lines) fit(page);
  }
}

function load(number) {
  const page = pages[number - 1];
  page.loaded ??= ask(`/pages/${number}`).then(({ ok, value }) => {
    if (!ok) { page.element.append(h("p", { class: "note" }, value.error)); return; }
    page.text = value.text;
    page.words = [...value.text.matchAll(/(?:\S*\p{L}-\n(?=\p{Ll}))*\S+/gu)].map((found) => [found.index, found.index + found[0].length]);
    const layer = h("div", { class: "layer" });
    const lines = DATA.paper.unit === "page" ? value.lines : plainLines(value.text);
    page.spans = lines.map(([start, length]) => {
      const ending = DATA.paper.unit === "page" ? "" : "\n";
      const node = document.createTextNode(value.text.slice(start, start + length) + ending);
      layer.append(h("span", {}, node));
      return { start, node };
    });
    if (DATA.paper.unit === "page") {
      page.element.append(h("img", { src: `/pictures/${number}`, alt: "", loading: "lazy", draggable: "false" }));
    }
    page.element.append(layer);
    if (DATA.paper.unit === "page") {
      Object.assign(page, { lines, layer });
      fit(page);
    }
  });
  return page.loaded;
}

function plainLines(text) {
  let start = 0;
  return text.split("\n").map((line) => { const found = [start, line.length]; start += line.length + 1; return found; });
}

// Puts each line of text where it is printed, as wide as it is printed.
function fit({ lines, layer, scale }) {
  const spans = [...layer.children];
  lines.forEach(([, , left, top, , high], index) => {
    Object.assign(spans[index].style, { transform: "", left: `${left * scale}px`, top: `${top * scale}px`, fontSize: `${Math.max(4, high * scale)}px` });
  });
  const widths = spans.map((span) => span.getBoundingClientRect().width);
  lines.forEach(([, , , , wide], index) => {
    if (widths[index]) spans[index].style.transform = `scaleX(${(wide * scale) / widths[index]})`;
  });
}

// --- the selection, as offsets in the text of pages ---

function placeOf(node, offset) {
  const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  const holder = element.closest?.(".page");
  const page = holder && pages[Number(holder.dataset.page) - 1];
  if (!page?.spans) return null;
  const at = page.spans.find((span) => span.node === node);
  if (at) return [Number(holder.dataset.page), at.start + offset];
  const child = element.childNodes[offset] ?? element;
  const next = page.spans.find((span) => child.contains?.(span.node) || (child.compareDocumentPosition(span.node) & Node.DOCUMENT_POSITION_FOLLOWING));
  return [Number(holder.dataset.page), next ? next.start : page.text.length];
}

function nodeAt(page, offset) {
  const spans = page.spans;
  let index = spans.findLastIndex((span) => span.start <= offset);
  index = Math.max(0, index);
  return [spans[index].node, Math.min(offset - spans[index].start, spans[index].node.length)];
}

async function show(number, start, end, move = true) {
  await load(number);
  const page = pages[number - 1];
  if (!page.spans?.length) return;
  const range = [...nodeAt(page, start), ...nodeAt(page, end)];
  ours = range;
  getSelection().setBaseAndExtent(...range);
  if (move) reveal(page, start);
}

function reveal(page, start) {
  const box = nodeAt(page, start)[0].parentElement.getBoundingClientRect(), pane = $("pages").getBoundingClientRect();
  if (box.top < pane.top + 40 || box.bottom > pane.bottom - 60) $("pages").scrollTop += box.top - pane.top - pane.height / 3;
}

const pickSelected = later(160, () => {
  const selection = getSelection();
  if (selection.isCollapsed || !selection.rangeCount) return;
  const range = selection.getRangeAt(0);
  if (!$("pages").contains(range.startContainer) || !$("pages").contains(range.endContainer)) return;
  const start = placeOf(range.startContainer, range.startOffset), end = placeOf(range.endContainer, range.endOffset);
  if (!start || !end) return;
  if (picked && same([start, end], [picked.start, picked.end])) return; // it was only looked at again: what is trimmed stays
  pick(start, end);
});

let lastPick = 0;
let picking = Promise.resolve();
function pick(start, end) {
  mark(start, end);
  picking = answerFor(start, end, (lastPick += 1));
}

// Ends when the desk has answered for what is selected now; then `picked` is that, or null.
function selected() {
  pickCursor.now();
  pickSelected.now();
  return picking;
}

async function answerFor(start, end, mine) {
  const { ok, value } = await ask("/passage", { start, end });
  if (mine !== lastPick) return;
  if (!ok) { say(value.error, true); return; }
  picked = { ...value, from: 0, to: Math.min(MOST_WORDS, value.words.length), start, end };
  drawPicked();
}

// What is selected stays visible while something is typed elsewhere.
function mark(start, end) {
  const [first, last] = [pages[start[0] - 1], pages[end[0] - 1]];
  if (!("highlights" in CSS) || !first?.spans?.length || !last?.spans?.length) return;
  const range = new Range();
  range.setStart(...nodeAt(first, start[1]));
  range.setEnd(...nodeAt(last, end[1]));
  CSS.highlights.set("picked", new Highlight(range));
}

const MOST_WORDS = 15;

function drawPicked() {
  $("picked").hidden = !picked;
  if (!picked) return;
  $("quote").replaceChildren(...picked.words.flatMap((word, index) => [
    h("span", { class: index < picked.from || index >= picked.to ? "" : `in${index === picked.from ? " first" : ""}${index === picked.to - 1 ? " last" : ""}` }, word), " ",
  ]));
  $("quote").querySelector(".in")?.scrollIntoView({ block: "nearest" });
  const many = picked.to - picked.from;
  $("count").textContent = `${many} of at most ${MOST_WORDS} words` + (picked.section ? ` · section ${picked.section}` : "") + (picked.page ? ` · page ${picked.page}` : "");
}

const quotation = () => picked.words.slice(picked.from, picked.to).join(" ").replace(/[.,;:]+$/, "");

function trim(edge, by) {
  if (!picked) return;
  const key = edge === "start" ? "from" : "to";
  const next = picked[key] + by;
  const from = key === "from" ? next : picked.from, to = key === "to" ? next : picked.to;
  if (from < 0 || to > picked.words.length) say("no more was selected: select more words of the text", true);
  if (from < 0 || to > picked.words.length || from >= to) return;
  if (to - from > MOST_WORDS) { // the other edge comes along
    picked.from = key === "from" ? from : to - MOST_WORDS;
    picked.to = key === "from" ? from + MOST_WORDS : to;
  } else Object.assign(picked, { from, to });
  drawPicked();
}

// A word that is clicked becomes the nearer end of the quotation; while the mouse is pressed, that end follows it.
function bindTrimming() {
  let edge = "";
  const wordAt = ({ clientX, clientY }) => {
    const words = [...$("quote").children].map((span) => [span, span.getClientRects()]);
    const line = words.filter(([, boxes]) => [...boxes].some((box) => clientY >= box.top - 3 && clientY <= box.bottom + 3));
    const away = ([, boxes]) => Math.min(...[...boxes].map((box) => Math.max(box.left - clientX, clientX - box.right, 0)));
    const nearest = line.reduce((best, one) => (!best || away(one) < away(best) ? one : best), null);
    return nearest ? words.indexOf(nearest) : -1;
  };
  const to = (index) => { if (index >= 0) trim(edge, edge === "start" ? index - picked.from : index + 1 - picked.to); };
  $("quote").addEventListener("pointerdown", (event) => {
    const index = wordAt(event);
    if (index < 0 || !picked || event.button) return;
    edge = Math.abs(index - picked.from) <= Math.abs(index + 1 - picked.to) ? "start" : "end";
    event.preventDefault();
    $("quote").setPointerCapture(event.pointerId);
    to(index);
  });
  $("quote").addEventListener("pointermove", (event) => { if (edge) to(wordAt(event)); });
  for (const name of ["pointerup", "pointercancel"]) $("quote").addEventListener(name, () => { edge = ""; });
}

// --- the keyboard in the text ---

function moveCursor(event) {
  const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: "down", ArrowUp: "up" };
  const step = steps[event.key];
  if (!step || event.ctrlKey || event.altKey || event.metaKey || !DATA.paper) return false;
  event.preventDefault();
  const number = cursor?.page ?? visiblePage();
  load(number).then(() => {
    const page = pages[number - 1];
    if (!page.words?.length) return;
    cursor ??= { page: number, anchor: 0, head: -1 };
    let head = typeof step === "number" ? cursor.head + step : lineStep(page, Math.max(0, cursor.head), step === "down" ? 1 : -1);
    if (head >= page.words.length || head < 0) {
      const other = number + (head < 0 ? -1 : 1);
      if (!event.shiftKey && other >= 1 && other <= pages.length) {
        load(other).then(() => { const at = head < 0 ? Math.max(0, pages[other - 1].words.length - 1) : 0; cursor = { page: other, anchor: at, head: at }; showCursor(); });
        return;
      }
      head = Math.min(Math.max(head, 0), page.words.length - 1);
    }
    cursor = { page: number, anchor: event.shiftKey ? cursor.anchor : head, head };
    showCursor();
  });
  return true;
}

function lineStep(page, at, by) {
  const [place] = page.words[at];
  const begin = page.text.lastIndexOf("\n", place - 1) + 1;
  const other = by > 0 ? page.text.indexOf("\n", place) + 1 : page.text.lastIndexOf("\n", begin - 2) + 1;
  if ((by > 0 && !other) || (by < 0 && begin === 0)) return by > 0 ? page.words.length : -1;
  const wanted = other + (place - begin);
  const ending = page.text.indexOf("\n", other);
  const inLine = page.words.map(([start], index) => [start, index]).filter(([start]) => start >= other && (ending < 0 || start < ending));
  if (!inLine.length) return at + by;
  return inLine.reduce((best, one) => (Math.abs(one[0] - wanted) < Math.abs(best[0] - wanted) ? one : best))[1];
}

function showCursor() {
  const page = pages[cursor.page - 1];
  if (!page.words?.length) return;
  const first = Math.min(cursor.anchor, cursor.head), last = Math.max(cursor.anchor, cursor.head);
  const start = page.words[first][0], end = page.words[last][1];
  show(cursor.page, start, end);
  pickCursor([cursor.page, start], [cursor.page, end]);
}
const pickCursor = later(160, (start, end) => pick(start, end));

function visiblePage() {
  const pane = $("pages").getBoundingClientRect();
  const index = pages.findIndex((page) => page.element.getBoundingClientRect().bottom > pane.top + 40);
  return Math.max(1, index + 1);
}

function cursorAt(number, start, end) {
  const words = pages[number - 1].words;
  const first = words.findIndex(([, stop]) => stop > start), last = words.findLastIndex(([begin]) => begin < end);
  cursor = { page: number, anchor: Math.max(0, first), head: Math.max(first, last) };
}

// --- finding words ---

let foundAt = -1;
let lastFind = 0;
async function find(again = false, typing = false) {
  const mine = (lastFind += 1);
  const words = $("find").value.trim();
  if (words.length < 2) { $("found").textContent = ""; return false; }
  const { ok, value } = await ask("/find", { words, after: again ? foundAt : -1 });
  if (mine !== lastFind) return false; // more was typed meanwhile
  if (!ok || !value) { $("found").textContent = ok ? "not found" : value.error; return false; }
  $("found").textContent = `page ${value.page}`;
  foundAt = value.at;
  if (typing) { // the selection stays in the field: without it, the next keys would be commands
    await load(value.page);
    mark([value.page, value.start], [value.page, value.end]);
    reveal(pages[value.page - 1], value.start);
  } else await goTo(value);
  return true;
}

// Goes through the sentences that look like findings, from the place that is shown.
let sentences = null;
async function suggested(by) {
  if (!DATA.paper) return;
  const { ok, value } = sentences ?? await ask("/suggested");
  if (!ok) { say(value.error, true); return; }
  sentences = { ok, value };
  const [from, to] = picked ? [picked.start, picked.end] : [[visiblePage(), 0], [visiblePage(), 0]];
  const next = by > 0 ? value.find((one) => one.page > to[0] || (one.page === to[0] && one.start >= to[1]))
    : value.findLast((one) => one.page < from[0] || (one.page === from[0] && one.end <= from[1]));
  if (!next) { say(value.length ? "no more sentences that look like findings" : "no sentence looks like a finding"); return; }
  await goTo(next);
}

async function goTo({ page, start, end }) {
  await load(page);
  const { words, text } = pages[page - 1];
  if (!words?.length) return;
  const within = (at) => /^[\p{L}\p{N}]{2}$/u.test(text.slice(at - 1, at + 1));
  while (start > 0 && within(start)) start -= 1;
  while (end < text.length && within(end)) end += 1;
  cursorAt(page, start, end);
  await show(page, start, end);
  pick([page, start], [page, end]);
}

async function showQuote(words) {
  if (!DATA.paper) return;
  const { ok, value } = await ask("/place", { words });
  if (!ok || !value) { say(ok ? "these words are not in the text" : value.error, true); return; }
  await show(value.page, value.start, value.end);
  cursorAt(value.page, value.start, value.end);
}

function bindPaper() {
  bindTrimming();
  document.addEventListener("selectionchange", () => {
    const { anchorNode, anchorOffset, focusNode, focusOffset, isCollapsed } = getSelection();
    if (isCollapsed || [anchorNode, anchorOffset, focusNode, focusOffset].every((part, index) => part === ours[index])) return;
    cursor = null;
    pickSelected();
  });
  $("pages").addEventListener("keydown", (event) => moveCursor(event));
  $("pages").addEventListener("pointerdown", (event) => { // words that are still selected would be dragged away
    if (!event.button && !event.shiftKey) getSelection().removeAllRanges();
  });
  $("outline").addEventListener("change", async (event) => {
    if (!event.target.value) return;
    const [page, at] = event.target.value.split(" ").map(Number);
    await load(page);
    const words = pages[page - 1].words;
    const index = Math.max(0, words.findIndex(([start]) => start >= at));
    cursor = { page, anchor: index, head: index };
    pages[page - 1].element.scrollIntoView();
    showCursor();
  });
  const whileTyping = later(300, () => find(false, true));
  $("find").addEventListener("input", () => { foundAt = -1; whileTyping(); });
  $("find").addEventListener("keydown", async (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      whileTyping.stop();
      const there = await find(foundAt >= 0 && event.shiftKey);
      if (there && !event.shiftKey) $("pages").focus({ preventScroll: true });
    }
    if (event.key === "Escape") $("pages").focus({ preventScroll: true });
  });
  document.querySelectorAll("[data-trim]").forEach((button) => button.addEventListener("click", () => {
    const [edge, by] = button.dataset.trim.split(" ");
    trim(edge, Number(by));
  }));
}
