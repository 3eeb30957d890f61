// The overview: what is drawn for the state of the page, and how pointer and keys move in it.

const axisOf = () => (AXES.includes(state.axis) ? state.axis : AXES[0]);
const leastCache = {};
const leastOf = (axis) => state.least ?? (leastCache[axis] ??= leastAtFirst(axis));
let drawn = null; // the layout, bands and sides that are on the page
let focusKey = null; // the element that has the tab stop

const onAxis = (node, axis = axisOf()) => ["practice", "target"].some((side) => FAMILIES[axis]?.[side].some(({ top, members }) => top === node || members.includes(node)));
const familyOf = (node, axis = axisOf()) => FAMILIES[axis]?.[node.kind === "practice" ? "practice" : "target"].find(({ top, members }) => top === node || members.includes(node));
const isTop = (node, axis) => familyOf(node, axis)?.top === node;
const nodeOfKey = (key) => nodes[parseInt(key, 10)];

/** What is opened follows from the selection: a thing is open while it, one of its members or a band of these is selected. */
function openThings(axis) {
  if (!selected || isEdge(selected)) return NOTHING_OPEN;
  const keys = selected.band ? selected.band.split("|").filter((_, at) => at !== 1) : selected.itself ? [`${selected.itself.id}!`] : [`${selected.id}`];
  const open = keys.map((key) => {
    const family = familyOf(nodeOfKey(key), axis);
    if (!family) return null;
    return family.top !== nodeOfKey(key) || key.endsWith("!") || !selected.band ? family.top : null;
  });
  return new Set(open.filter(Boolean));
}

/** The claims that a finding, a work or a relation stands behind. */
function claimsBehind(item) {
  if (isEdge(item)) return claims.filter((claim) => item.reasons.includes(claim.finding.id) && [claim.practice.id, claim.target.id].every((id) => id === item.from || id === item.to));
  if (STATED.has(item.kind)) return claimsOf.get(item) ?? [];
  return item.kind === "work" ? claims.filter((claim) => [claim.key, claim.via_key].includes(item.key)) : [];
}

/** The places and bands that belong to the selection, or null. */
function tiedTo(bands, sides) {
  if (!selected) return null;
  const tied = new Set();
  const add = (band) => [band, band.left, band.right].forEach((one) => tied.add(one));
  const key = selectedKey();
  if (selected.band) bands.filter((band) => band.key === key).forEach(add);
  else if (key !== null) {
    const places = [...sides.left, ...sides.right].filter((slot) => slot.key === key);
    const inside = places[0]?.role === "heading" ? [...sides[places[0].side]].filter((slot) => familyOf(slot.node)?.top === places[0].node || slot.node === places[0].node) : places;
    [...places, ...inside].forEach((slot) => tied.add(slot));
    bands.filter((band) => inside.includes(band.left) || inside.includes(band.right)).forEach(add);
    tied.chosenSide = places[0]?.side;
  } else {
    const behind = new Set(claimsBehind(selected));
    bands.filter((band) => band.found.some((claim) => behind.has(claim))).forEach(add);
  }
  return tied.size ? tied : null;
}

/** The key of the selection among places and bands; null for something that is not in the overview. */
function selectedKey() {
  if (!selected || isEdge(selected)) return null;
  if (selected.band) return selected.band;
  if (selected.itself) return `${selected.itself.id}!`;
  return onAxis(selected) ? `${selected.id}` : null;
}

function renderOverview() {
  const axis = axisOf();
  const sides = slotsOf(axis, openThings(axis));
  const bands = bandsOf(axis, sides);
  const tied = tiedTo(bands, sides);
  const seen = bands.filter((band) => band.n >= leastOf(axis) || tied?.has(band));
  const box = $("overview");
  const size = paper ?? { width: Math.max(box.clientWidth, 300), height: Math.max(box.clientHeight - 6, 240) };
  const layout = layoutOf(sides, seen, size);
  const missing = missingFor(sides, bands);
  drawn = { axis, sides, bands, seen, layout, tied, missing };
  const had = box.contains(document.activeElement) ? document.activeElement.closest("[data-key]")?.dataset.key : null;
  const scroll = box.scrollTop;
  box.replaceChildren(overviewSvg(layout, seen, { label: pictureLabel(), tied, chosen: selectedKey(), missing }));
  if (!seen.length) box.append(el("p", { class: "notice-line" }, bands.length ? "No link has so many studies. Move the slider to the left." : "No finding in this graph links these with the filters that are on."));
  box.scrollTop = scroll;
  box.querySelector(".slot.chosen")?.scrollIntoView({ block: "nearest" });
  tabStop(element(had) ?? element(focusKey) ?? box.querySelector("[data-key]"), had !== null);
  tellOverview();
}

const element = (key) => (key === null ? null : [...$("overview").querySelectorAll("[data-key]")].find((one) => one.dataset.key === key));
const targetName = (axis = axisOf()) => (axis === "challenge" ? "challenges" : "outcomes");
const pictureLabel = () => `Picture of the links between practices and ${targetName()}`;

/** The places on the other side that no finding links with the selected one, each with the reason. */
function missingFor(sides, bands) {
  const key = selectedKey();
  const slot = key && !selected.band ? [...sides.left, ...sides.right].find((one) => one.key === key) : null;
  if (!slot) return null;
  const own = new Set(slot.role === "heading" ? sides[slot.side].filter((one) => familyOf(one.node)?.top === slot.node) : [slot]);
  const far = slot.side === "left" ? "right" : "left";
  const reached = new Set(bands.filter((band) => own.has(band[slot.side])).map((band) => band[far]));
  const lacking = sides[far].filter((one) => one.role !== "heading" && !reached.has(one));
  return new Map(lacking.map((one) => [one, lackOf(axisOf(), slot, one)]));
}

/** Numbers around the picture: links, studies and the legend. */
function tellOverview() {
  const { axis, sides, bands, seen } = drawn;
  const { whole } = sides;
  const most = Math.max(...bands.map(({ n }) => n), 1);
  $("least").max = Math.max(most, leastOf(axis));
  $("least").value = leastOf(axis);
  $("least-text").textContent = `≥ ${studiesText({ n: leastOf(axis) })}`;
  $("links-shown").textContent = `${seen.length} of ${count(bands.length, "link")} shown`;
  $("shown").textContent = `${count(bands.length, "link")} between practices and ${targetName()}: ${handsText(whole)}; ${count(whole.findings, "finding")}`;
  for (const entry of $("overview-legend").querySelectorAll("[data-relation]")) {
    const own = whole.found.filter(({ polarity }) => polarity === entry.dataset.relation);
    entry.hidden = axis !== entry.dataset.axis;
    entry.querySelector(".count").textContent = studiesText(countHands(own));
  }
  $("legend-first").textContent = studiesText({ n: whole.first });
  $("legend-second").textContent = studiesText({ n: whole.second });
  const { looked } = whole;
  $("legend-absent").hidden = !looked.length;
  $("legend-absent").querySelector(".count").textContent = studiesText(countHands(looked));
  const reasons = new Set(drawn.missing?.values());
  $("legend-lacking").hidden = !reasons.size;
  $("legend-lacking").replaceChildren(el("b", {}, "With what is selected"), ...[...reasons].sort().map((reason) => el("span", { class: "key" }, `${LACKING[reason].sign} ${LACKING[reason].name.toLowerCase()}`)));
  $("legend-scale").replaceChildren(scaleSample(drawn.layout.thick));
  for (const name of document.querySelectorAll(".target-name")) name.textContent = targetName();
}

/** Two bands of the thickness that they have in the picture. */
function scaleSample(thick) {
  const small = Math.max(1, Math.ceil(1.5 / thick));
  const sizes = [small, Math.max(2 * small, Math.min(10 * small, Math.floor(26 / thick)))];
  const texts = sizes.map((n) => studiesText({ n }));
  const step = 48 + Math.ceil(Math.max(...texts.map((text) => lengthOf(text, 12))));
  const svg = draw("svg", { width: 2 * step, height: Math.max(sizes[1] * thick + 4, 18), "aria-hidden": "true" });
  sizes.forEach((n, at) => {
    const middle = Math.max(sizes[1] * thick + 4, 18) / 2;
    svg.append(draw("rect", { class: "sample", x: at * step, y: middle - (n * thick) / 2, width: 34, height: n * thick }));
    svg.append(draw("text", { class: "number", x: at * step + 40, y: middle + 4.5 }, texts[at]));
  });
  return svg;
}

// Pointer and keys

function tabStop(shape, focus = false) {
  if (!shape) return;
  for (const one of $("overview").querySelectorAll("[tabindex='0']")) one.setAttribute("tabindex", "-1");
  shape.setAttribute("tabindex", "0");
  focusKey = shape.dataset.key;
  if (focus) shape.focus({ preventScroll: true });
}

/** Shows what belongs to the place or band under the pointer, or with the focus. */
function trace(key) {
  const svg = $("overview").querySelector("svg");
  if (!svg) return;
  const own = key ? new Set([key, ...drawn.seen.filter((band) => [band.key, band.left.key, band.right.key].includes(key)).flatMap((band) => [band.key, band.left.key, band.right.key])]) : null;
  svg.classList.toggle("hovering", own !== null);
  for (const shape of svg.querySelectorAll("[data-key]")) shape.classList.toggle("traced", own !== null && own.has(shape.dataset.key));
}

const bandByKey = (key) => drawn.bands.find((band) => band.key === key);
const slotByKey = (key) => [...drawn.sides.left, ...drawn.sides.right].find((slot) => slot.key === key);

function chooseKey(key, options = {}) {
  if (key.includes("|")) return select({ band: key }, options);
  const slot = slotByKey(key);
  return select(slot.role === "itself" ? { itself: slot.node } : slot.node, options);
}

const inOrder = (bands, side) => [...bands].sort((a, b) => a.at[side] - b.at[side]);

/** The key of the neighbour in a direction: up and down within a side or the bands of a place, left and right across. */
function stepFrom(key, way) {
  const { seen, layout } = drawn;
  if (!key.includes("|")) {
    const slot = slotByKey(key), own = layout.sides[slot.side];
    const across = slot.side === "left" ? "ArrowRight" : "ArrowLeft";
    if (way === "ArrowUp" || way === "ArrowDown") return own[own.indexOf(slot) + (way === "ArrowUp" ? -1 : 1)]?.key;
    if (way === "Home" || way === "End") return own.at(way === "Home" ? 0 : -1).key;
    if (way !== across) return undefined;
    stepFrom.side = slot.side;
    return inOrder(seen.filter((band) => band[slot.side] === slot), slot.side)[0]?.key;
  }
  const band = bandByKey(key), side = stepFrom.side ?? "left";
  if (way === "ArrowLeft") return band.left.key;
  if (way === "ArrowRight") return band.right.key;
  const all = inOrder(seen.filter((one) => one[side] === band[side]), side);
  return { ArrowUp: all[all.indexOf(band) - 1], ArrowDown: all[all.indexOf(band) + 1], Home: all[0], End: all.at(-1) }[way]?.key;
}

function overviewKey(event) {
  const key = event.target.closest("[data-key]")?.dataset.key;
  if (!key || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Enter" || event.key === " ") chooseKey(key, { takeFocus: event.key === "Enter" });
  else if (/^(Arrow|Home|End)/.test(event.key)) {
    const next = element(stepFrom(key, event.key) ?? "");
    if (next) { tabStop(next, true); next.scrollIntoView({ block: "nearest" }); }
  } else return;
  event.preventDefault();
}

/** Shows the other right side; a practice stays selected. */
function switchAxis(axis) {
  state.axis = axis;
  state.least = undefined;
  if (listing.kind.startsWith("links-")) listing.kind = `links-${axis}`;
  const practice = selected?.band ? nodeOfKey(selected.band) : selected?.itself ?? selected;
  setView("overview");
  select(practice?.kind === "practice" && onAxis(practice, axis) ? practice : null, { keepPane: true });
}

function connectOverview() {
  const box = $("overview");
  const keyAt = (event) => event.target.closest?.("[data-key]")?.dataset.key ?? null;
  let pressed = null; // the first click may move what is under the pointer: the second one counts for the same thing
  box.addEventListener("click", (event) => {
    if (event.detail > 1) return;
    pressed = keyAt(event);
    still = [event.clientX, event.clientY];
    trace(null);
    hideTooltip();
    if (pressed) chooseKey(pressed); else select(null);
  });
  box.addEventListener("dblclick", () => {
    if (pressed) openNeighbourhood(...pressed.split("|").filter((_, at) => at !== 1).map(nodeOfKey));
  });
  let still = null; // where the pointer was when it clicked: what comes under it afterwards was not pointed at
  box.addEventListener("pointerover", (event) => {
    const key = keyAt(event);
    if (still && Math.hypot(event.clientX - still[0], event.clientY - still[1]) < 4) return;
    still = null;
    trace(key);
    if (key) showTooltip(key.includes("|") ? { lines: bandLines(bandByKey(key)) } : { lines: slotLines(slotByKey(key)) }, event); else hideTooltip();
  });
  box.addEventListener("pointermove", (event) => placeTooltip(event));
  box.addEventListener("pointerleave", () => { trace(null); hideTooltip(); });
  box.addEventListener("focusin", (event) => { if (event.target.matches(":focus-visible")) trace(keyAt(event)); });
  box.addEventListener("focusout", () => trace(null));
  box.addEventListener("keydown", overviewKey);
  $("least").addEventListener("input", () => { state.least = Number($("least").value); renderOverview(); rememberSoon(); });
  for (const button of document.querySelectorAll("[data-axis-choice]")) {
    button.addEventListener("click", () => switchAxis(button.dataset.axisChoice));
  }
}
