"""An annotation as statements: study, participants, themes, findings with evidence, citations; and its verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kg.graph.findings import FindingParts
from kg.graph.statements import SourceGraph, Statements
from kg.graph.terms import CITO, CS, DCTERMS, OA, PROV, QB, RDF, SKOS, XSD, Term, integer, literal, minted, text, typed
from kg.model import annotation as model
from kg.readers.annotations import AnnotationSource
from kg.readers.verdicts import RecordSource
from kg.readers.yaml.marks import Path

_AGENTS = {"person": PROV.Person, "group": PROV.Organization, "model": PROV.SoftwareAgent}


def annotation_graph(
    source: AnnotationSource,
    aliases: Mapping[str, str],
    studies: Mapping[str, str],
    *,
    superseded: bool = False,
    further: bool = False,
) -> SourceGraph:
    """The named graph of one annotation file.

    Args:
        source: the file; `source.annotation` must not be None.
        aliases: keys of entries that are merged into others. Statements about them become statements about the others.
        studies: keys of publications whose study is counted under another publication, with the key of that one.
        superseded: whether another annotation replaces this one. Then the graph says only which file it is, who
            annotated what, and when.
        further: whether another annotation is the main reading of the publication.
    """
    if source.annotation is None:
        raise ValueError(f"{source.file.name} contains no annotation")
    builder = _Builder(source, source.annotation, aliases, studies)
    builder.add_provenance(CS.SupersededAnnotation if superseded else CS.AnnotationFile)
    if further:
        builder.graph.add(builder.graph.iri, (RDF.type, CS.FurtherReading))
    if not superseded:
        builder.add_parts()
    return builder.graph.graph()


def quotations_graph(source: RecordSource, annotation: SourceGraph | None) -> SourceGraph:
    """The named graph of one record of verified quotations: the status of each piece of evidence.

    Evidence whose quotation is not in the record gets no status here; a rule derives that it is unchecked.

    Args:
        source: the record; `source.record` must not be None.
        annotation: the graph of its annotation; None when there is none or another annotation replaces it.
    """
    if source.record is None:
        raise ValueError(f"{source.file.name} contains no record")
    graph = Statements(minted("quotations", source.stem), source.file.name)
    graph.provenance(source.file.digest, CS.QuotationRecord)
    if source.record.full_text_sha256:
        graph.add(graph.iri, (CS.fullTextHash, text(f"sha256:{source.record.full_text_sha256}")))
    lines = annotation.text.decode().split("\n") if annotation else []
    publication = minted("publication", source.record.publication)
    if f"{minted('annotation', source.stem)} {CS.annotates} {publication}" in lines:
        verdicts = {
            (literal(verdict.quote), minted("publication", verdict.stands_in or source.record.publication)): verdict
            for verdict in source.record.quotations
        }
        statements = [line.split(" ", 2) for line in lines]
        quotes = {selector: Term(quote) for selector, predicate, quote in statements if predicate == OA.exact}
        sources = {evidence: Term(work) for evidence, predicate, work in statements if predicate == OA.hasSource}
        for evidence, predicate, selector in statements:
            if predicate == OA.hasSelector and selector in quotes:
                verdict = verdicts.get((quotes[selector], sources.get(evidence, publication)))
                graph.add(Term(evidence), (CS.quoteStatus, CS(verdict.verdict) if verdict else None))
    return graph.graph()


class _Builder(FindingParts):
    def add_provenance(self, class_: Term) -> None:
        """The file, who annotated what and when, and which annotations it replaces."""
        a, graph = self.annotation, self.graph
        graph.provenance(self.source.file.digest, class_)
        annotator = graph.agent(a.annotator, self.where("annotator"))
        if a.annotator_is:
            graph.thing(annotator, _AGENTS[a.annotator_is], at=self.where("annotator"))
        graph.add(
            graph.iri,
            (PROV.wasAttributedTo, annotator),
            (DCTERMS.created, typed(a.created.isoformat(), XSD.date)),
            (CS.annotates, self.publication),
            (CS.coders, integer(a.coders) if a.coders else None),
            (CS.coderAgreement, text(a.coder_agreement)),
        )
        graph.add_all(graph.iri, PROV.wasRevisionOf, (minted("annotation", stem) for stem in a.supersedes))

    def add_parts(self) -> None:
        a = self.annotation
        self.add_study()
        for i, study in enumerate(a.other_studies):
            self.add_other_study(study, i)
        self.add_people_and_themes()
        for i, (part, node) in enumerate(zip(a.evidence, self.nodes("evidence"), strict=True)):
            self.add_evidence(part, node, f"evidence.{i + 1}")
        for i, finding in enumerate(a.findings):
            self.add_finding(finding, i)
        if a.coding:
            self.add_coding(a.coding)
        for i, citation in enumerate(a.citations):
            self.add_citation(citation, i)
        for i, note in enumerate(a.curation_notes):
            self.add_note(note, i)

    # --- study ---

    def add_study(self) -> None:
        study, graph = self.annotation.study, self.graph
        key = self.study_key(self.annotation.publication)
        own = key == self.key(self.annotation.publication)  # else the study is called as in the other publication
        graph.thing(self.study, CS.Study, at=self.where("study"), label=study.label if own else "", id=key)
        graph.add(self.study, (CS.reportedIn, self.publication), (SKOS.altLabel, None if own else text(study.label)))
        self.add_design(self.study, study)
        for key in study.includes_primary_studies:
            graph.add(self.study, (CS.includesPrimaryStudy, self.known_study(key, self.where("study"))))
        self.evidence(self.study, study.evidence, ("study",), "study")
        self.statements(CS.ResearchQuestion, CS.researchQuestion, "research_questions", study.research_questions)
        self.statements(CS.Limitation, CS.limitation, "limitations", study.limitations)

    def add_design(self, iri: Term, study: model.StudyPart | model.OtherStudyPart) -> None:
        """How a study was done."""
        graph, count = self.graph, study.participant_count
        graph.add(iri, (DCTERMS.description, text(study.aim)), (CS.sample, text(study.sample)))
        graph.add_all(iri, CS.usesMethod, (minted("method", method) for method in study.methods))
        graph.add_all(iri, CS.context, (minted("context", context) for context in study.contexts))
        graph.add(iri, (CS.participantCount, None if count is None else integer(count)))

    def add_other_study(self, study: model.OtherStudyPart, i: int) -> None:
        path = ("other_studies", i)
        iri = self.known_study(study.work, self.where(*path))
        self.add_design(iri, study)
        self.evidence(iri, study.evidence, path, f"study.{study.work}")

    def statements(self, class_: Term, link: Term, name: str, parts: Iterable[model.StatementPart]) -> None:
        for i, part in enumerate(parts):
            path = ("study", name, i)
            kind = name.rstrip("s").replace("_", "-")
            iri = self.part_of_study(link, class_, kind, part.id, path)
            self.graph.add(iri, (CS.statement, text(part.statement)), (CS.section, text(part.section)))
            self.evidence(iri, part.evidence, path, f"{kind}.{part.id}")

    def part_of_study(self, link: Term, class_: Term, kind: str, id: str, path: Path, label: str = "") -> Term:
        """The IRI of a thing of this file that belongs to the study; its label is its id if it has none."""
        iri = self.iri(kind, id)
        self.graph.thing(iri, class_, at=self.where(*path), label=label or id, id=id)
        self.graph.add(self.study, (link, iri))
        return iri

    def add_people_and_themes(self) -> None:
        a, graph = self.annotation, self.graph
        for i, case in enumerate(a.cases):
            self.part_of_study(CS.hasCase, CS.Case, "case", case.id, ("cases", i), case.label)
        for i, person in enumerate(a.participants):
            path = ("participants", i)
            iri = self.part_of_study(CS.hasParticipant, CS.Participant, "participant", person.id, path)
            graph.add(
                iri,
                (CS.role, text(person.role)),
                (CS.section, text(person.section)),
                (CS.fromCase, self.iri("case", person.case) if person.case else None),
            )
        for i, theme in enumerate(a.themes):
            path = ("themes", i)
            iri = self.part_of_study(CS.hasTheme, CS.ResearchTheme, "theme", theme.id, path, theme.label)
            graph.add(
                iri,
                (CS.number, integer(theme.number)),
                (CS.section, text(theme.section)),
                (DCTERMS.description, text(theme.description)),
            )
            graph.add_all(iri, CS.coversPractice, (minted("practice", p) for p in theme.practices))
            self.evidence(iri, theme.evidence, path, f"theme.{theme.id}")
        for i, question in enumerate(a.instrument):
            name, path = f"{question.theme}-{question.number}", ("instrument", i)
            iri = self.part_of_study(CS.hasQuestion, CS.InstrumentQuestion, "question", name, path, question.label)
            graph.add(
                iri,
                (CS.number, integer(question.number)),
                (CS.section, text(question.section)),
                (CS.inTheme, self.iri("theme", question.theme)),
            )

    # --- codes, citations, notes ---

    def add_coding(self, coding: model.CodingPart) -> None:
        dataset = self.iri("dataset", "codes")
        self.graph.thing(dataset, QB.DataSet, at=self.where("coding"), label=coding.label)
        self.graph.add(dataset, (CS.section, text(coding.section)), (CS.producedBy, self.study))
        self.evidence(dataset, coding.evidence, ("coding",), "codes")
        for i, code in enumerate(coding.codes):
            iri = self.iri("occurrence", code.code)
            self.graph.thing(iri, CS.CodeOccurrence, QB.Observation, at=self.where("coding", "codes", i))
            self.graph.add(
                iri,
                (QB.dataSet, dataset),
                (CS.number, integer(i + 1)),
                (CS.code, minted("practice", code.code)),
                (CS.printedAs, text(code.printed)),
                (CS.occurrences, integer(code.occurrences)),
            )

    def add_citation(self, citation: model.CitationPart, i: int) -> None:
        graph, path = self.graph, ("citations", i)
        about = [citation.about] if citation.about else []
        iri = self.iri("citation", *about, citation.work, citation.reason)
        graph.thing(iri, CITO.Citation, at=self.where(*path))
        graph.add(
            iri,
            (CITO.hasCitingEntity, self.publication),
            (CITO.hasCitedEntity, self.work(citation.work)),
        )
        graph.place(iri, CITO.hasCitedEntity, self.where(*path, "work"))
        graph.add(iri, (CITO.hasCitationCharacterization, CITO(citation.reason)), (CS.statement, text(citation.note)))
        graph.add_all(iri, CS.aboutFinding, (self.iri("finding", finding) for finding in about))
        graph.add_all(iri, CS.section, map(literal, citation.sections))
        self.evidence(iri, citation.evidence, path, ".".join(["citation", *about, citation.work, citation.reason]))

    def add_note(self, note: model.NotePart, i: int) -> None:
        path = ("curation_notes", i)
        iri = self.iri("note", note.id)
        self.graph.thing(iri, CS.CurationNote, OA.Annotation, at=self.where(*path), label=note.id, id=note.id)
        self.graph.add(iri, (OA.motivatedBy, OA.questioning), (OA.bodyValue, text(note.note)))
        self.graph.add_all(iri, OA.hasTarget, (self.target(target) for target in note.about))
        self.evidence(iri, note.evidence, path, f"note.{note.id}")

    def target(self, name: str) -> Term:
        """The target of a note: `study`, `publication`, `KIND:SLUG` or an id of this file."""
        if name in ("study", "publication"):
            return self.study if name == "study" else self.publication
        kind, colon, rest = name.partition(":")
        return minted(kind, rest) if colon else self.iri(self.kind_of(name), name)

    def kind_of(self, name: str) -> str:
        a = self.annotation
        lists: dict[str, Iterable[Any]] = {
            "finding": a.findings,
            "participant": a.participants,
            "theme": a.themes,
            "case": a.cases,
            "research-question": a.study.research_questions,
            "limitation": a.study.limitations,
            "note": a.curation_notes,
            "count": [count for finding in a.findings for count in finding.counts],
        }
        return next((kind for kind, parts in lists.items() if any(part.id == name for part in parts)), "evidence")
