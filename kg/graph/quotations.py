"""A record of verified quotations as triples: the status of each piece of evidence of one annotation."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Triple

from kg.graph.triples import SourceGraph
from kg.iris import CS, OA, mint
from kg.sources.verdicts import RecordSource


def quotations_graph(source: RecordSource, annotation: SourceGraph | None) -> SourceGraph:
    """The named graph of one record; `source.record` must be there, and `annotation` is the graph that it is of.

    Evidence whose quotation is not in the record gets no status here: a rule says that it is unchecked.
    """
    if source.record is None:
        raise ValueError(f"{source.file.name} holds no record")
    graph = SourceGraph(mint("quotations", source.stem))
    graph.provenance(source.file.name, source.file.digest, CS.QuotationRecord)
    graph.add(graph.iri, CS.fullTextHash, f"sha256:{source.record.full_text_sha256}")
    verdicts = {verdict.quote: CS(verdict.verdict) for verdict in source.record.quotations}
    triples = annotation.triples if annotation else frozenset()
    of_same = Triple(mint("annotation", source.stem), CS.annotates, mint("publication", source.record.publication))
    if of_same in triples:
        for evidence, quote in _quotations(triples):
            graph.add(evidence, CS.quoteStatus, verdicts.get(quote))
    return graph


def _quotations(triples: Iterable[Triple]) -> list[tuple[NamedNode, str]]:
    """Each piece of evidence with its words."""
    triples = list(triples)
    words = {t.subject: t.object.value for t in triples if t.predicate == OA.exact and isinstance(t.object, Literal)}
    return [(t.subject, words[t.object]) for t in triples if t.predicate == OA.hasSelector
            and isinstance(t.subject, NamedNode) and isinstance(t.object, NamedNode)]
