// Links for IRIs: those of the graph lead to this server. BASES and PREFIXES come from the server.
const named = (iri) => iri.slice((BASES.find((base) => iri.startsWith(base)) || "").length);
function here(iri) {
  return named(iri) === iri ? iri : new URL("./" + named(iri), document.baseURI).href;
}
