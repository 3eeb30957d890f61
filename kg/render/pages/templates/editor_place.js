// Where an IRI is read of: those of the graph on this server. BASE and PREFIXES come from the server.
function here(iri) {
  return iri.startsWith(BASE) ? new URL("./" + iri.slice(BASE.length), document.baseURI).href : iri;
}
