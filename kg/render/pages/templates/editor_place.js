// Links for IRIs: those of the graph lead to this server. BASE and PREFIXES come from the server.
function here(iri) {
  return iri.startsWith(BASE) ? new URL("./" + iri.slice(BASE.length), document.baseURI).href : iri;
}
