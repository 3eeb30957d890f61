// What a click or a key does.

function connectNetwork() {
  // The second click of a double-click counts for the same node.
  let pressed = { time: -Infinity };
  network.on("click", ({ nodes: [node], edges: [edge], pointer: { DOM: { x, y } } }) => {
    const time = performance.now();
    if (time - pressed.time < 400 && Math.hypot(x - pressed.x, y - pressed.y) < 12) return;
    pressed = { time, x, y, node };
    if (node !== undefined) select(nodes[node]);
    else if (edge !== undefined) select(lineById.get(edge));
    else select(null);
  });
  network.on("doubleClick", () => {
    if (pressed.node === undefined) return;
    toggleAround(nodes[pressed.node]);
    if (selected === nodes[pressed.node]) fillPanel(selected, false);
  });
  network.on("hoverNode", ({ node }) => showTooltip(nodes[node]));
  network.on("hoverEdge", ({ edge }) => showTooltip(lineById.get(edge)));
  network.on("blurNode", hideTooltip);
  network.on("blurEdge", hideTooltip);
  network.on("dragStart", () => { movedByReader = true; dragging = true; hideTooltip(); });
  network.on("dragEnd", ({ nodes: dragged }) => {
    dragging = false;
    if (dragged.length) slots = null; // labels keep their positions on edges if only the view moved
    for (const id of dragged) moved.set(nodes[id], placeNow(nodes[id]));
    network.redraw();
    rememberSoon();
  });
  network.on("zoom", () => { movedByReader = true; rememberSoon(); });
  $("picture").addEventListener("pointermove", (event) => placeTooltip(event));
  $("picture").addEventListener("pointerleave", hideTooltip);
  // After vis-network has handled the new size.
  new ResizeObserver(() => requestAnimationFrame(() => { if (!movedByReader) fit(false); })).observe($("picture"));
}

const PRESSED = {
  "panel-close": () => select(null),
  "zoom-in": () => zoom(1.35),
  "zoom-out": () => zoom(1 / 1.35),
  fit: () => { fit(); rememberSoon(); },
  "show-all": showEverything,
  "empty-show-all": showEverything,
  "clear-filters": clearFilters,
  "level-toggle": () => { select(null, { quiet: true }); setLevel(!state.outline); },
  "float-toggle": toggleFloat,
  "copy-link": () => { remember(); copyText(location.href, $("copy-link"), say, "Copy link"); },
  "save-png": savePng, "save-svg": savePicture, "save-json": () => saveData("json"), "save-graphml": () => saveData("graphml"), "save-gexf": () => saveData("gexf"),
};

const MOVES = { ArrowLeft: [-60, 0], ArrowRight: [60, 0], ArrowUp: [0, -60], ArrowDown: [0, 60] };

function networkKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (MOVES[event.key]) pan(...MOVES[event.key]);
  else if (event.key === "+" || event.key === "=") zoom(1.35);
  else if (event.key === "-") zoom(1 / 1.35);
  else if (event.key === "0") fit();
  else return;
  event.preventDefault();
  rememberSoon();
}

function pageKey(event) {
  const typing = event.target.closest?.("input:not([type=checkbox], [type=range]), textarea, select");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    $("search").focus();
  } else if (event.key === "Escape" && $("share").open) {
    $("share").open = false;
    $("share").querySelector("summary").focus();
  } else if (event.key === "Escape" && selected) select(null);
}

function connectPage() {
  for (const [id, act] of Object.entries(PRESSED)) $(id)?.addEventListener("click", act);
  $("legend")?.addEventListener("change", onLegend);
  $("legend")?.addEventListener("toggle", () => { if (!movedByReader) fit(false); });
  $("filters")?.addEventListener("change", onFilter);
  connectSearch($("search"), $("results"), searcher(nodes), { say, open: look.openNode });
  $("picture").addEventListener("keydown", networkKey);
  document.addEventListener("keydown", pageKey);
  document.addEventListener("pointerdown", ({ target }) => { if (!$("share").contains(target)) $("share").open = false; });
  for (const event of ["hashchange", "popstate"]) {
    addEventListener(event, () => { if (location.hash.slice(1) !== viewAddress()) restoreView(); });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { colour = readTheme(); sync(); });
  if ($("filters") && (narrow.matches || innerHeight < 560)) $("filters").open = false;
  let frame = 0;
  if (AXES.length) {
    new ResizeObserver(() => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(() => { if (state.view === "overview" && drawn && !paper) renderOverview(); });
    }).observe($("overview"));
  }
  for (const id of ["search", "float-toggle", "copy-link", "save-png", "save-svg", "zoom-in", "zoom-out", "fit"]) if ($(id)) $(id).disabled = !nodes.length;
}
