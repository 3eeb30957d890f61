// YASGUI, configured to contact only this server.
function yasgui(endpoint) {
  const place = document.getElementById("yasgui");
  const form = document.getElementById("plain");
  const own = { endpoint, method: "POST" };
  Yasgui.Yasqe.defaults.prefixCcApi = new URL("assets/prefixes.json", document.baseURI).href;
  // The completers for classes and properties would contact another service.
  Yasgui.Yasqe.defaults.autocompleters = ["prefixes", "variables"];
  place.hidden = false;
  form.hidden = true;
  Yasgui.Yasr.defaults.prefixes = PREFIXES;
  const made = new Yasgui(place, {
    requestConfig: own, copyEndpointOnNewTab: false, autofocus: false, autoAddOnInit: false,
    populateFromUrl: false,
    endpointCatalogueOptions: { getData: () => [{ endpoint }], keys: [] },
  });

  function add(name, value) {
    const settings = { selectedPlugin: "table", pluginsConfig: { table: { compact: true, isEllipsed: false } } };
    made.addTab(true, { name, yasqe: { value }, requestConfig: own, yasr: { settings } });
  }
  const first = form.elements.query.value;
  if (!made.getTab()) add("Query", first);

  // A stored tab may have an old address of this server.
  function bound() {
    const tab = made.getTab();
    if (tab && tab.getEndpoint() !== endpoint) tab.setEndpoint(endpoint);
    tab?.getYasqe()?.getInputField().setAttribute("aria-label", "SPARQL query");
  }
  made.on("tabSelect", () => setTimeout(bound));
  made.on("tabAdd", () => setTimeout(bound));
  bound();

  // IRIs of the graph lead to this server.
  function lead(event) {
    const link = event.target.closest?.("a.iri");
    if (link) link.href = here(link.getAttribute("href"));
  }
  for (const name of ["pointerdown", "keydown", "click"]) place.addEventListener(name, lead, true);

  return (name, sparql) => {
    const tabs = Object.values(made._tabs);
    const there = tabs.find((tab) => tab.getName() === name && tab.getQuery() === sparql);
    if (there) made.selectTabId(there.getId());
    else add(name, sparql);
    bound();
  };
}
