"""What stays of the graphs of an annotation, and of the record of its quotations, that does not count any more.

It can be told from the graphs themselves, so nobody makes or keeps it for the many annotations that nothing replaces.
"""

from __future__ import annotations

from kg.graph.statements import CS, PROV, RDF
from kg.graph.triples import SourceGraph


def superseded_graph(graph: SourceGraph) -> SourceGraph:
    """Of the graph of an annotation that another one replaces: which file it was, whose, and of what work."""
    iri = str(graph.iri)
    lines = graph.text.decode().split("\n")
    told = f"{iri} {PROV.wasAttributedTo} "
    subjects = [iri, *(line.removeprefix(told) for line in lines if line.startswith(told))]
    class_ = f"{iri} {RDF.type} {CS.AnnotationFile}"
    return _sealed(
        graph,
        [f"{iri} {RDF.type} {CS.SupersededAnnotation}" if line == class_ else line
         for line in lines if line.startswith(tuple(f"{subject} " for subject in subjects))],
        [line for line in graph.traced() if line.startswith(tuple(f"{subject[1:-1]} " for subject in subjects))],
    )  # fmt: skip


def bare_graph(graph: SourceGraph) -> SourceGraph:
    """Of the graph of a record: which file it is, and nothing of the evidence."""
    lines = graph.text.decode().split("\n")
    return _sealed(graph, [line for line in lines if line.split(" ", 2)[1] != CS.quoteStatus], graph.traced())


def _sealed(graph: SourceGraph, lines: list[str], traced: list[str]) -> SourceGraph:
    return SourceGraph.from_json([graph.iri.value, "\n".join(sorted(lines)), "\n".join(traced)])
