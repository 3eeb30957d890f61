"""What all parts of an annotation need to become statements: the IRIs of its things, their places, and evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from yaml.nodes import Node, SequenceNode

from kg.graph.statements import Statements
from kg.graph.terms import CS, DCTERMS, OA, RDF, XSD, Term, below, literal, minted, text, typed
from kg.model import annotation as model
from kg.model.evidence import Evidence, EvidenceKind
from kg.readers.annotations import AnnotationSource
from kg.readers.yaml.marks import Path, child, place

_RFC_7111 = Term("<http://tools.ietf.org/rfc/rfc7111>")
"""What fragments of sheets conform to, as the Web Annotation Vocabulary names it."""


class Parts:
    """The graph of one annotation file, to which its parts are added."""

    def __init__(
        self,
        source: AnnotationSource,
        annotation: model.Annotation,
        aliases: Mapping[str, str],
        studies: Mapping[str, str],
    ) -> None:
        self.source, self.annotation, self.aliases, self.studies = source, annotation, aliases, studies
        self.own: dict[str, Term] = {}
        """The IRI that the things of a kind in this file begin with, by kind."""
        self.graph = Statements(minted("annotation", source.stem), source.file.name)
        self.publication = self.work(annotation.publication)
        self.study = self.study_of(annotation.publication)

    def key(self, key: str) -> str:
        """The key of the work in the graph: that of the entry that this one is merged into, if it is."""
        return self.aliases.get(key, key)

    def work(self, key: str) -> Term:
        """The IRI of the publication of a key."""
        return minted("publication", self.key(key))

    def study_key(self, key: str) -> str:
        """The key of the publication under which the study of a work is counted: its own without a decision."""
        return self.studies.get(self.key(key), self.key(key))

    def study_of(self, key: str) -> Term:
        """The IRI of the study of a work."""
        return minted("study", self.study_key(key))

    def iri(self, kind: str, *ids: str) -> Term:
        if kind not in self.own:
            self.own[kind] = minted(kind, self.source.stem)
        return below(self.own[kind], *ids)

    def where(self, *path: str | int) -> tuple[int, int]:
        return self.source.marks.line_and_column(path)

    def nodes(self, *path: str | int) -> Iterable[Node]:
        """The YAML nodes of a list."""
        found = self.source.marks.node(path)
        return found.value if isinstance(found, SequenceNode) else ()

    def add_evidence(self, part: EvidenceKind, node: Node, otherwise: str) -> Term:
        """One quotation with its section; `otherwise` is its id if the file gives none."""
        name, graph = part.id or otherwise, self.graph
        iri, selector = self.iri("evidence", name), self.iri("evidence", name, "quotation")
        graph.thing(iri, CS.Evidence, OA.SpecificResource, at=place(node), id=name)
        graph.thing(
            selector,
            OA.TextQuoteSelector if part.quote else OA.FragmentSelector,
            at=place(child(node, "quote") or node),
        )
        graph.add(selector, (OA.exact, text(part.quote)))
        if part.row and not part.stands_in:  # the row itself, or words that only the sheet has
            graph.add(selector, (RDF.value, literal(part.row.partition("#")[2])), (DCTERMS.conformsTo, _RFC_7111))
        graph.add(
            iri,
            (OA.hasSelector, selector),
            (OA.hasSource, self.work(part.stands_in) if part.stands_in else self.publication),
            (CS.section, text(part.place)),
            (CS.sheetRow, text(part.row)),
            (CS.page, text(part.page)),
            (CS.shortened, typed("true", XSD.boolean) if part.shortened else None),
            (CS.saidBy, self.iri("participant", part.said_by) if part.said_by else None),
        )
        return iri

    def evidence(self, owner: Term, items: Iterable[Evidence], path: Path, name: str) -> None:
        """Links the evidence to `owner`; pieces without an id get the id `name.NUMBER`."""
        nodes = self.nodes(*path, "evidence") if items else ()
        for i, (item, node) in enumerate(zip(items, nodes, strict=True), 1):
            iri = self.iri("evidence", item) if isinstance(item, str) else self.add_evidence(item, node, f"{name}.{i}")
            self.graph.add(owner, (CS.hasEvidence, iri))

    def known_study(self, key: str, where: tuple[int, int]) -> Term:
        """The study of a work that this publication reports on; the work need not be annotated."""
        iri = self.study_of(key)
        self.graph.thing(iri, CS.Study, at=where, id=self.study_key(key))
        if iri != self.study:  # what this publication says of its own study is not said of another publication
            self.graph.add(iri, (CS.reportedIn, self.work(key)))
        return iri
