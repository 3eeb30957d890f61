"""A record of verified quotations as triples: the status of each piece of evidence of one annotation."""

from __future__ import annotations

from kg.graph.statements import CS, OA, Statements, Term, literal, minted, text
from kg.graph.triples import SourceGraph
from kg.readers.verdicts import RecordSource


def quotations_graph(source: RecordSource, annotation: SourceGraph | None) -> SourceGraph:
    """The named graph of one record; `source.record` must be there, and `annotation` is the graph that it is of.

    Evidence whose quotation is not in the record gets no status here: a rule says that it is unchecked.
    """
    if source.record is None:
        raise ValueError(f"{source.file.name} holds no record")
    graph = Statements(minted("quotations", source.stem), source.file.name)
    graph.provenance(source.file.digest, CS.QuotationRecord)
    graph.tell(graph.iri, (CS.fullTextHash, text(f"sha256:{source.record.full_text_sha256}")))
    verdicts = {literal(verdict.quote): CS(verdict.verdict) for verdict in source.record.quotations}
    lines = annotation.text.decode().split("\n") if annotation else []
    of_same = f"{minted('annotation', source.stem)} {CS.annotates} {minted('publication', source.record.publication)}"
    if of_same in lines:
        for evidence, quote in _quotations(lines):
            graph.tell(evidence, (CS.quoteStatus, verdicts.get(quote)))
    return graph.graph()


def _quotations(lines: list[str]) -> list[tuple[Term, Term]]:
    """Each piece of evidence with its words."""
    statements = [line.split(" ", 2) for line in lines]
    words = {selector: Term(quote) for selector, predicate, quote in statements if predicate == OA.exact}
    return [
        (Term(evidence), words[selector]) for evidence, predicate, selector in statements if predicate == OA.hasSelector
    ]
