"""An annotation as statements: study, participants, themes, findings with evidence, citations; and its verdicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from yaml.nodes import Node, SequenceNode

from kg.graph.statements import SourceGraph, Statements
from kg.graph.terms import CITO, CS, DCTERMS, OA, PROV, QB, XSD, Term, below, integer, literal, minted, text, typed
from kg.model import annotation as model
from kg.readers.annotations import AnnotationSource
from kg.readers.verdicts import RecordSource
from kg.readers.yaml.marks import Path, child, place

_RELATIONS = {
    "corroborates": CS.corroborates,
    "contradicts": CS.contradicts,
    "refines": CS.refines,
    "related": CS.relatedFinding,
}
_POLARITIES = {"hinders": CS.hinders, "mitigates": CS.mitigates, "absent": CS.absent}


def annotation_graph(source: AnnotationSource, aliases: Mapping[str, str], *, superseded: bool = False) -> SourceGraph:
    """The named graph of one annotation file.

    Args:
        source: the file; `source.annotation` must not be None.
        aliases: keys of entries that are merged into others. Statements about them become statements about the others.
        superseded: whether another annotation replaces this one. Then the graph says only which file it is, who
            annotated what, and when.
    """
    if source.annotation is None:
        raise ValueError(f"{source.file.name} contains no annotation")
    builder = _Builder(source, source.annotation, aliases)
    builder.add_provenance(CS.SupersededAnnotation if superseded else CS.AnnotationFile)
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
    graph.add(graph.iri, (CS.fullTextHash, text(f"sha256:{source.record.full_text_sha256}")))
    lines = annotation.text.decode().split("\n") if annotation else []
    publication = minted("publication", source.record.publication)
    if f"{minted('annotation', source.stem)} {CS.annotates} {publication}" in lines:
        verdicts = {literal(verdict.quote): CS(verdict.verdict) for verdict in source.record.quotations}
        statements = [line.split(" ", 2) for line in lines]
        quotes = {selector: Term(quote) for selector, predicate, quote in statements if predicate == OA.exact}
        for evidence, predicate, selector in statements:
            if predicate == OA.hasSelector:
                graph.add(Term(evidence), (CS.quoteStatus, verdicts.get(quotes[selector])))
    return graph.graph()


class _Builder:
    def __init__(self, source: AnnotationSource, annotation: model.Annotation, aliases: Mapping[str, str]) -> None:
        self.source, self.annotation, self.aliases = source, annotation, aliases
        self.own: dict[str, Term] = {}
        """The IRI that the things of a kind in this file begin with, by kind."""
        self.graph = Statements(minted("annotation", source.stem), source.file.name)
        self.publication = self.work("publication", annotation.publication)
        self.study = self.work("study", annotation.publication)

    def key(self, key: str) -> str:
        """The key of the work in the graph: that of the entry that this one is merged into, if it is."""
        return self.aliases.get(key, key)

    def work(self, kind: str, key: str) -> Term:
        """The IRI of the `publication` or `study` of a key."""
        return minted(kind, self.key(key))

    def iri(self, kind: str, *ids: str) -> Term:
        if kind not in self.own:
            self.own[kind] = minted(kind, self.source.stem)
        return below(self.own[kind], *ids)

    def where(self, *path: str | int) -> tuple[int, int]:
        return self.source.marks.line_and_column(path)

    def add_provenance(self, class_: Term) -> None:
        """The file, who annotated what and when, and which annotation it replaces."""
        a, graph = self.annotation, self.graph
        graph.provenance(self.source.file.digest, class_)
        annotator = graph.agent(a.annotator, self.where("annotator"))
        graph.add(
            graph.iri,
            (PROV.wasAttributedTo, annotator),
            (DCTERMS.created, typed(a.created.isoformat(), XSD.date)),
            (CS.annotates, self.publication),
            (PROV.wasRevisionOf, minted("annotation", a.supersedes) if a.supersedes else None),
        )

    def add_parts(self) -> None:
        a = self.annotation
        self.add_study()
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

    # --- evidence ---

    def nodes(self, *path: str | int) -> Iterable[Node]:
        """The YAML nodes of a list."""
        found = self.source.marks.node(path)
        return found.value if isinstance(found, SequenceNode) else ()

    def add_evidence(self, part: model.EvidencePart, node: Node, otherwise: str) -> Term:
        """One quotation with its section; `otherwise` is its id if the file gives none."""
        name, graph = part.id or otherwise, self.graph
        iri, selector = self.iri("evidence", name), self.iri("evidence", name, "quotation")
        graph.thing(iri, CS.Evidence, OA.SpecificResource, at=place(node), id=name)
        graph.thing(selector, OA.TextQuoteSelector, at=place(child(node, "quote") or node))
        graph.add(selector, (OA.exact, text(part.quote)))
        graph.add(
            iri,
            (OA.hasSelector, selector),
            (OA.hasSource, self.publication),
            (CS.section, text(part.section)),
            (CS.page, text(part.page)),
            (CS.saidBy, self.iri("participant", part.said_by) if part.said_by else None),
        )
        return iri

    def evidence(self, owner: Term, items: Iterable[model.Evidence], path: Path, name: str) -> None:
        """Links the evidence to `owner`; pieces without an id get the id `name.NUMBER`."""
        nodes = self.nodes(*path, "evidence") if items else ()
        for i, (item, node) in enumerate(zip(items, nodes, strict=True), 1):
            iri = self.iri("evidence", item) if isinstance(item, str) else self.add_evidence(item, node, f"{name}.{i}")
            self.graph.add(owner, (CS.hasEvidence, iri))

    # --- study ---

    def add_study(self) -> None:
        study, graph = self.annotation.study, self.graph
        key = self.key(self.annotation.publication)
        graph.thing(self.study, CS.Study, at=self.where("study"), label=study.label, id=key)
        graph.add(self.study, (CS.reportedIn, self.publication), (DCTERMS.description, text(study.aim)))
        graph.add_all(self.study, CS.usesMethod, (minted("method", method) for method in study.methods))
        graph.add_all(self.study, CS.context, (minted("context", context) for context in study.contexts))
        if study.participant_count is not None:
            graph.add(self.study, (CS.participantCount, integer(study.participant_count)))
        for key in study.includes_primary_studies:
            graph.add(self.study, (CS.includesPrimaryStudy, self.known_study(key, self.where("study"))))
        self.evidence(self.study, study.evidence, ("study",), "study")
        self.statements(CS.ResearchQuestion, CS.researchQuestion, "research_questions", study.research_questions)
        self.statements(CS.Limitation, CS.limitation, "limitations", study.limitations)

    def known_study(self, key: str, where: tuple[int, int]) -> Term:
        """The study of a work that this publication reports on; the work need not be annotated."""
        iri = self.work("study", key)
        self.graph.thing(iri, CS.Study, at=where, id=self.key(key))
        self.graph.add(iri, (CS.reportedIn, self.work("publication", key)))
        return iri

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

    # --- findings ---

    def finding_iri(self, reference: str) -> Term:
        """The IRI of `PEC4` (of this file) or `STEM/PEC4` (of another file)."""
        stem, _, name = reference.rpartition("/")
        return minted("finding", stem, name) if stem else self.iri("finding", name)

    def add_finding(self, finding: model.FindingPart, i: int) -> None:
        graph, path = self.graph, ("findings", i)
        iri = self.iri("finding", finding.id)
        kind = CS.PrimaryEmpiricalContribution if finding.kind == "pec" else CS.Finding
        graph.thing(iri, kind, at=self.where(*path), label=finding.id, id=finding.id)
        graph.add(
            iri,
            (CS.statement, text(finding.statement)),
            (CS.section, text(finding.section)),
            (CS.reportedIn, self.publication),
        )
        if finding.attributed_to:
            where = self.where(*path, "attributed_to")
            graph.add(iri, (CS.attributedTo, self.work("publication", finding.attributed_to)))
            graph.place(iri, CS.attributedTo, where)
            self.known_study(finding.attributed_to, where)
        else:
            graph.add(iri, (CS.producedBy, self.study))
        graph.add(iri, (CS.inTheme, self.iri("theme", finding.theme) if finding.theme else None))
        graph.add_all(iri, CS.concernsPractice, (minted("practice", p) for p in finding.practices))
        graph.add_all(iri, CS.reportsAbsenceOf, (minted("practice", p) for p in finding.absent_practices))
        graph.add_all(iri, CS.identifiesChallenge, (minted("challenge", c) for c in finding.challenges))
        graph.add_all(iri, CS.concernsApproach, (minted("approach", a) for a in finding.approaches))
        self.evidence(iri, finding.evidence, path, finding.id)
        for j, link in enumerate(finding.links):
            self.add_link(iri, link, self.where(*path, "links", j))
        for j, count in enumerate(finding.counts):
            self.add_count(iri, count, (*path, "counts", j), f"{finding.id}.c{j + 1}")
        for j, relation in enumerate(finding.relations):
            self.add_relation(iri, finding.id, relation, (*path, "relations", j))

    def add_link(self, finding: Term, link: model.LinkPart, where: tuple[int, int]) -> None:
        """A link is one node in the whole graph, which every finding that reports it supports."""
        iri = minted("link", link.polarity, link.challenge, link.practice)
        self.graph.thing(iri, CS.PracticeChallengeLink, at=where)
        self.graph.add(
            iri,
            (CS.practice, minted("practice", link.practice)),
            (CS.challenge, minted("challenge", link.challenge)),
            (CS.polarity, _POLARITIES[link.polarity]),
            (CS.supportedBy, finding),
        )

    def add_count(self, finding: Term, count: model.CountPart, path: Path, otherwise: str) -> None:
        name = count.id or otherwise
        iri = self.iri("count", name)
        self.graph.thing(iri, CS.ReportedCount, at=self.where(*path), id=name)
        self.graph.add(
            iri,
            (CS.numerator, integer(count.numerator)),
            (CS.denominator, None if count.denominator is None else integer(count.denominator)),
            (CS.unit, text(count.unit)),
            (CS.statement, text(count.what)),
        )
        self.graph.add(finding, (CS.hasCount, iri))
        self.evidence(iri, count.evidence, path, f"count.{name}")

    def add_relation(self, finding: Term, name: str, relation: model.RelationPart, path: Path) -> None:
        other = relation.finding.split("/")
        iri = self.iri("relation", name, relation.type, *other)
        self.graph.thing(iri, CS.FindingRelation, at=self.where(*path))
        self.graph.add(
            iri,
            (CS.fromFinding, finding),
            (CS.toFinding, self.finding_iri(relation.finding)),
            (CS.relationType, _RELATIONS[relation.type]),
            (CS.statement, text(relation.note)),
        )
        self.evidence(iri, relation.evidence, path, ".".join(["relation", name, relation.type, *other]))

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
            (CITO.hasCitedEntity, self.work("publication", citation.work)),
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
