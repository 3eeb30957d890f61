// Three panes beside each other, two on a middle-sized screen, one at a time on a small one; and the two pictures.

const wide = matchMedia("(min-width: 1180px)");
const medium = matchMedia("(min-width: 701px) and (max-width: 1179.98px)");
const PANES = ["picture", "list", "reading"];
let pane = "picture"; // the one that is shown where there is no room for three

/** On a middle-sized screen the picture stays, beside either the list or the reading. */
function setPane(name) {
  pane = PANES.includes(name) ? name : "picture";
  document.body.dataset.pane = pane;
  for (const button of document.querySelectorAll("#tabs button")) button.setAttribute("aria-pressed", String(button.dataset.pane === (medium.matches && pane === "picture" ? "list" : pane)));
  if (state.view === "overview" && drawn) renderOverview();
}

function setView(view) {
  state.view = AXES.length ? view : "network";
  const overview = state.view === "overview";
  document.body.dataset.view = state.view;
  for (const button of document.querySelectorAll("[data-view-choice]")) button.setAttribute("aria-pressed", String(button.dataset.viewChoice === state.view));
  for (const button of document.querySelectorAll("[data-axis-choice]")) button.setAttribute("aria-pressed", String(button.dataset.axisChoice === axisOf()));
  for (const part of ["overview", "overview-bar", "overview-legend"]) if ($(part)) $(part).hidden = !overview;
  for (const part of ["picture", "legend", "zoom", "float-toggle", "save-png"]) if ($(part)) $(part).hidden = overview;
  if (!overview) startNetwork();
}

/** Shows what is around some things as a network. */
function openNeighbourhood(...things) {
  setView("network");
  state.outline = data.outlined;
  state.brought.clear();
  state.folded.clear();
  for (const node of things) state.brought.set(node, 1);
  arrange();
  if (!wide.matches) setPane("picture");
  select(things[0], { show: false, keepPane: true });
  fit(false);
}

/** Both ends of the link of the overview with most studies: what the network opens with if nothing is chosen. */
function strongestEnds() {
  const [most] = [...drawn.bands].sort((a, b) => b.n - a.n || a.key.localeCompare(b.key));
  return most ? [most.left.node, most.right.node] : [];
}

function switchView(view) {
  if (view === state.view) return;
  const chosen = new Set(selectedNodes());
  if (view === "network" && data.outlined && nodes.every((node) => node.hidden || chosen.has(node))) {
    const around = selected?.band ? selected.band.split("|").filter((_, at) => at !== 1).map(nodeOfKey) : selected?.itself ? [selected.itself] : selected && !isEdge(selected) ? [selected] : [];
    if (!around.length && drawn) around.push(...strongestEnds());
    if (around.length) { openNeighbourhood(...around); return; }
  }
  setView(view);
  if (view === "network") arrange();
  changed();
  if (selected) fillPanel(selected, false); else closePanel();
  fit(false);
}

function connectPanes() {
  for (const button of document.querySelectorAll("#tabs button")) {
    button.addEventListener("click", () => { setPane(button.dataset.pane); if (network && pane === "picture") fit(false); remember(); });
  }
  for (const button of document.querySelectorAll("[data-view-choice]")) button.addEventListener("click", () => switchView(button.dataset.viewChoice));
  for (const change of [wide, medium]) change.addEventListener("change", () => setPane(pane));
}

// Paper

let paper = null; // the size of the picture on paper, while it is printed

function forPaper(on) {
  paper = on ? { width: 980, height: 900 } : null;
  if (state.view === "overview") renderOverview();
}

addEventListener("beforeprint", () => { for (const part of document.querySelectorAll("#overview-legend, #legend")) part.open = true; if ($("filters")) $("filters").open = filtered(); forPaper(true); });
addEventListener("afterprint", () => forPaper(false));

/** The overview as an SVG file that needs no style sheet: what the style sheet says is written into the elements. */
function overviewFile() {
  const svg = $("overview").querySelector("svg");
  const copy = svg.cloneNode(true);
  const [from, to] = [svg, copy].map((one) => [...one.querySelectorAll("*")]);
  from.forEach((shape, at) => {
    const style = getComputedStyle(shape);
    for (const name of ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-weight", "paint-order"]) to[at].setAttribute(name, style.getPropertyValue(name));
    for (const name of ["class", "role", "tabindex", "aria-label", "aria-pressed"]) to[at].removeAttribute(name);
    if (shape.matches(".hit, .core") || style.display === "none") to[at].remove();
  });
  const [width, height] = [svg.getAttribute("width"), svg.getAttribute("height")].map(Number);
  const caption = `${data.about.title} · ${$("shown").textContent} · ${$("links-shown").textContent}${data.about.snapshot ? ` · snapshot ${data.about.snapshot.slice(0, 12)}` : ""}`;
  copy.setAttribute("viewBox", `0 0 ${width} ${height + 24}`);
  copy.setAttribute("height", height + 24);
  copy.setAttribute("role", "img");
  copy.setAttribute("font-family", FONT);
  copy.removeAttribute("class");
  copy.removeAttribute("aria-describedby");
  const ground = draw("rect", { width: "100%", height: "100%", fill: colour("paper") });
  const note = draw("text", { x: 8, y: height + 16, "font-size": 11, fill: colour("soft") }, sayable(caption));
  copy.prepend(draw("title", {}, sayable(data.about.title)), draw("desc", {}, sayable(caption)), ground);
  copy.append(note);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy)}\n`;
}

function savePicture() {
  if (state.view === "overview") download(new Blob([overviewFile()], { type: "image/svg+xml" }), "svg");
  else saveSvg();
}
