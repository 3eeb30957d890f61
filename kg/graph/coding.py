"""Imported codings as triples: the review's codes as a scheme of their own, matched to concepts of the graph.

A code is what the review says of a work; that it comes near to a practice is what whoever mapped it says. Neither is a
finding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pyoxigraph import NamedNode

from kg.core.iris import CS, DCTERMS, OA, PROV, SKOS, mint, slug
from kg.graph.triples import SourceGraph, integer
from kg.model.coding import Coding, ReviewCode
from kg.readers.codings import CodingSource


def coding_graph(source: CodingSource, aliases: Mapping[str, str]) -> SourceGraph:
    """The named graph of one file of imported codings; `source.coding` must be there.

    What is said of an entry that is merged into another (`aliases`) is said of that other.
    """
    if source.coding is None:
        raise ValueError(f"{source.file.name} holds no coding")
    coding, name = source.coding, source.name

    def work(key: str) -> NamedNode:
        return mint("publication", aliases.get(key, key))

    graph = SourceGraph(mint("coding", name))
    graph.provenance(source.file.name, source.file.digest, CS.CodingFile)
    review, mapper = work(coding.review), mint("agent", slug(coding.mapped_by))
    graph.thing(mapper, PROV.Agent, where=source.marks.locate(("mapped_by",)), label=coding.mapped_by)
    graph.add(graph.iri, PROV.wasAttributedTo, mapper)
    graph.add(graph.iri, PROV.wasDerivedFrom, review)
    graph.add(graph.iri, DCTERMS.title, coding.label)
    graph.add(graph.iri, CS.inclusionRule, coding.rule)
    graph.add(graph.iri, CS.sheet, coding.sheet.file)
    graph.add(graph.iri, CS.sheetHash, f"sha256:{coding.sheet.sha256}")
    graph.add(graph.iri, CS.sheetRows, integer(coding.sheet.rows))
    scheme = mint("coding", name, "codes")
    graph.thing(scheme, SKOS.ConceptScheme, where=source.marks.locate(("codes",)))
    graph.add(scheme, SKOS.prefLabel, f"Codes of {coding.label}")
    graph.add(scheme, PROV.wasDerivedFrom, review)
    for n, code in enumerate(coding.codes):
        _add_code(graph, code, n, source, scheme)
    _add_works(graph, coding, source, work)
    for n, note in enumerate(coding.notes):
        iri = mint("coding", name, "note", str(n + 1))
        graph.thing(
            iri,
            CS.CurationNote,
            OA.Annotation,
            where=source.marks.locate(("notes", n)),
            label=f"{coding.sheet.file}, row {note.row}",
            id=f"{name}-{n + 1}",
        )
        graph.add(iri, OA.motivatedBy, OA.questioning)
        graph.add(iri, OA.bodyValue, note.note)
        graph.add(iri, OA.hasTarget, work(note.work or coding.review))
        graph.add(iri, CS.row, integer(note.row))
    return graph


def _add_code(graph: SourceGraph, code: ReviewCode, n: int, source: CodingSource, scheme: NamedNode) -> None:
    iri = mint("code", source.name, code.id)
    graph.thing(iri, CS.ReviewCode, SKOS.Concept, where=source.marks.locate(("codes", n)), id=code.id)
    graph.add(iri, SKOS.prefLabel, code.label)
    graph.add(iri, SKOS.inScheme, scheme)
    graph.add(iri, SKOS.notation, code.value)
    graph.add(iri, CS.column, code.column)
    for concept in code.concepts:
        kind, _, name = concept.partition(":")
        graph.add(iri, SKOS(f"{code.match}Match"), mint(kind, name))


def _add_works(graph: SourceGraph, coding: Coding, source: CodingSource, work: Callable[[str], NamedNode]) -> None:
    for n, coded in enumerate(coding.works):
        iri = mint("imported-coding", source.name, coded.work)
        graph.thing(
            iri,
            CS.ImportedCoding,
            where=source.marks.locate(("works", n)),
            label=f"{coding.sheet.file}, row {coded.row}",
        )
        graph.add(iri, CS.codedWork, work(coded.work))
        graph.add(iri, PROV.wasDerivedFrom, work(coding.review))
        graph.add(iri, CS.row, integer(coded.row))
        graph.add_all(iri, CS.reviewCode, (mint("code", source.name, code) for code in coded.codes))
