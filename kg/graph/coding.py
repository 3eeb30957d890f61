"""Imported codings as triples: the review's codes as a scheme of their own, matched to concepts of the graph.

A code is what the review says of a work; that it comes near to a practice is what whoever mapped it says. Neither is a
finding.
"""

from __future__ import annotations

from pyoxigraph import NamedNode

from kg.coding import Coding, ReviewCode
from kg.graph.triples import SourceGraph, integer
from kg.iris import CS, DCTERMS, OA, PROV, SKOS, mint, slug
from kg.sources.codings import CodingSource


def coding_graph(source: CodingSource) -> SourceGraph:
    """The named graph of one file of imported codings; `source.coding` must be there."""
    if source.coding is None:
        raise ValueError(f"{source.file.name} holds no coding")
    coding, name = source.coding, source.name
    graph = SourceGraph(mint("coding", name))
    graph.provenance(source.file.name, source.file.digest, CS.CodingFile)
    review, mapper = mint("publication", coding.review), mint("agent", slug(coding.mapped_by))
    graph.thing(mapper, PROV.Agent, where=source.marks.locate(("mapped_by",)), label=coding.mapped_by)
    graph.add(graph.iri, PROV.wasAttributedTo, mapper)
    graph.add(graph.iri, PROV.wasDerivedFrom, review)
    graph.add(graph.iri, DCTERMS.title, coding.label)
    graph.add(graph.iri, CS.inclusionRule, coding.rule)
    graph.add(graph.iri, CS.sheet, coding.sheet.file)
    graph.add(graph.iri, CS.sheetHash, f"sha256:{coding.sheet.sha256}")
    graph.add(graph.iri, CS.sheetRows, integer(coding.sheet.rows))
    scheme = mint("scheme", name)
    graph.thing(scheme, SKOS.ConceptScheme, where=source.marks.locate(("codes",)))
    graph.add(scheme, SKOS.prefLabel, f"Codes of {coding.label}")
    graph.add(scheme, PROV.wasDerivedFrom, review)
    for n, code in enumerate(coding.codes):
        _add_code(graph, code, n, source, scheme)
    _add_works(graph, coding, source, review)
    for n, note in enumerate(coding.notes):
        iri = mint("note", name, str(n + 1))
        graph.thing(iri, CS.CurationNote, OA.Annotation, where=source.marks.locate(("notes", n)),
                    label=f"{coding.sheet.file}, row {note.row}", id=f"{name}-{n + 1}")
        graph.add(iri, OA.motivatedBy, OA.questioning)
        graph.add(iri, OA.bodyValue, note.note)
        graph.add(iri, OA.hasTarget, mint("publication", note.work) if note.work else review)
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


def _add_works(graph: SourceGraph, coding: Coding, source: CodingSource, review: NamedNode) -> None:
    for n, work in enumerate(coding.works):
        iri = mint("imported-coding", source.name, work.work)
        graph.thing(iri, CS.ImportedCoding, where=source.marks.locate(("works", n)))
        graph.add(iri, CS.codedWork, mint("publication", work.work))
        graph.add(iri, PROV.wasDerivedFrom, review)
        graph.add(iri, CS.row, integer(work.row))
        graph.add_all(iri, CS.reviewCode, (mint("code", source.name, code) for code in work.codes))
