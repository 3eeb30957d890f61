"""The decisions on entries of the same work as triples: what was merged or told apart, by whom and why."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode

from kg.core.iris import CS, DCTERMS, PROV, XSD, mint, slug
from kg.graph.triples import SourceGraph
from kg.readers.same_as import DecisionPart, SameAsSource


def decisions_graph(source: SameAsSource) -> SourceGraph:
    """The named graph of `bib/same-as.yaml`; an entry is merged once and a pair told apart once, so ids differ."""
    graph = SourceGraph(mint("decisions", "same-as"))
    graph.provenance(source.file.name, source.file.digest)
    for i, part in enumerate(source.decisions):
        if part.keep:
            iri, kept = mint("decision", "same", part.same[0]), mint("publication", part.keep)
            merged = [mint("publication", key) for key in part.same]
            graph.add(iri, CS.keeps, kept)
            graph.add_all(iri, CS.merges, merged)
            for entry in merged:
                graph.add(entry, DCTERMS.isReplacedBy, kept)
            _add_decision(graph, source, i, part, iri, CS.MergeDecision, f"{', '.join(part.same)} is {part.keep}")
        else:
            iri, works = mint("decision", "different", *part.different[:2]), _works(source, part.different)
            graph.add_all(iri, CS.tellsApart, works)
            _add_decision(
                graph, source, i, part, iri, CS.DistinctDecision, f"{', '.join(part.different)} are different"
            )
    return graph


def _works(source: SameAsSource, keys: Iterable[str]) -> list[NamedNode]:
    """The works that the entries stand for."""
    return [mint("publication", source.aliases.get(key, key)) for key in keys]


def _add_decision(
    graph: SourceGraph, source: SameAsSource, i: int, part: DecisionPart, iri: NamedNode, kind: NamedNode, label: str
) -> None:
    graph.thing(iri, kind, where=source.where(i), label=label)
    decider = mint("agent", slug(part.decided_by))
    graph.thing(decider, PROV.Agent, where=source.where(i, "decided_by"), label=part.decided_by)
    graph.add(iri, PROV.wasAssociatedWith, decider)
    graph.add(iri, DCTERMS.date, Literal(part.date.isoformat(), datatype=XSD.date) if part.date else None)
    graph.add(iri, CS.statement, part.because)
