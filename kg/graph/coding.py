"""Imported codings as statements: the codes of a review as a scheme of their own, matched to concepts of the graph.

That a review gave a work a code is the review's statement; that the code matches a practice is the statement of the
person who mapped it. Neither is a finding.
"""

from __future__ import annotations

from collections.abc import Mapping

from kg.graph.statements import SourceGraph, Statements
from kg.graph.terms import CS, DCTERMS, OA, PROV, SKOS, Term, integer, literal, minted, tagged, text
from kg.model.coding import Coding
from kg.readers.codings import CodingSource


def coding_graph(source: CodingSource, aliases: Mapping[str, str]) -> SourceGraph:
    """The named graph of one file of imported codings.

    Args:
        source: the file; `source.coding` must not be None.
        aliases: keys of entries that are merged into others. Statements about them become statements about the others.
    """
    if source.coding is None:
        raise ValueError(f"{source.file.name} contains no coding")
    writer = _CodingWriter(source, source.coding, aliases)
    writer.add_sheet()
    writer.add_codes()
    writer.add_works()
    writer.add_notes()
    return writer.graph.graph()


class _CodingWriter:
    def __init__(self, source: CodingSource, coding: Coding, aliases: Mapping[str, str]) -> None:
        self.source, self.coding, self.aliases = source, coding, aliases
        self.graph = Statements(minted("coding", source.name), source.file.name)
        self.graph.provenance(source.file.digest, CS.CodingFile)
        self.review = self.work(coding.review)

    def work(self, key: str) -> Term:
        return minted("publication", self.aliases.get(key, key))

    def where(self, *path: str | int) -> tuple[int, int]:
        return self.source.marks.line_and_column(path)

    def add_sheet(self) -> None:
        coding, graph = self.coding, self.graph
        mapper = graph.agent(coding.mapped_by, self.where("mapped_by"))
        graph.add(
            graph.iri,
            (PROV.wasAttributedTo, mapper),
            (PROV.wasDerivedFrom, self.review),
            (DCTERMS.title, text(coding.label)),
            (CS.inclusionRule, text(coding.rule)),
            (CS.sheet, text(coding.sheet.file)),
            (CS.sheetHash, text(f"sha256:{coding.sheet.sha256}")),
            (CS.sheetRows, integer(coding.sheet.rows)),
        )

    def add_codes(self) -> None:
        graph, scheme = self.graph, minted("coding", self.source.name, "codes")
        graph.thing(scheme, SKOS.ConceptScheme, at=self.where("codes"))
        label = literal(f"Codes of {self.coding.label}")
        graph.add(scheme, (SKOS.prefLabel, label), (PROV.wasDerivedFrom, self.review))
        for n, code in enumerate(self.coding.codes):
            iri = minted("code", self.source.name, code.id)
            graph.thing(iri, CS.ReviewCode, SKOS.Concept, at=self.where("codes", n), id=code.id)
            graph.add(
                iri,
                (SKOS.prefLabel, tagged(code.label, self.coding.language)),
                (SKOS.inScheme, scheme),
                (SKOS.notation, text(code.value)),
                (CS.column, text(code.column)),
            )
            concepts = [concept.partition(":") for concept in code.concepts]
            graph.add_all(iri, SKOS(f"{code.match}Match"), [minted(kind, name) for kind, _, name in concepts])

    def add_works(self) -> None:
        for n, coded in enumerate(self.coding.works):
            iri = minted("imported-coding", self.source.name, coded.work)
            label = f"{coded.sheet or self.coding.sheet.file}, row {coded.row}"
            self.graph.thing(iri, CS.ImportedCoding, at=self.where("works", n), label=label)
            self.graph.add(
                iri,
                (CS.codedWork, self.work(coded.work)),
                (PROV.wasDerivedFrom, self.review),
                (CS.row, integer(coded.row)),
            )
            self.graph.add_all(iri, CS.reviewCode, [minted("code", self.source.name, code) for code in coded.codes])

    def add_notes(self) -> None:
        name = self.source.name
        for n, note in enumerate(self.coding.notes):
            iri = minted("coding", name, "note", str(n + 1))
            label, id = f"{note.sheet or self.coding.sheet.file}, row {note.row}", f"{name}-{n + 1}"
            self.graph.thing(iri, CS.CurationNote, OA.Annotation, at=self.where("notes", n), label=label, id=id)
            self.graph.add(
                iri,
                (OA.motivatedBy, OA.questioning),
                (OA.bodyValue, text(note.note)),
                (OA.hasTarget, self.work(note.work) if note.work else self.review),
                (CS.row, integer(note.row)),
            )
