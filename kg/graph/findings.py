"""The findings of an annotation as statements: links, effects, recommendations, counts and relations."""

from __future__ import annotations

from kg.core.iris import slug
from kg.core.kinds import BY_NAME
from kg.graph.parts import Parts
from kg.graph.terms import CS, Term, integer, minted, text
from kg.model import annotation as model
from kg.readers.yaml.marks import Path

_RELATIONS = {
    "corroborates": CS.corroborates,
    "contradicts": CS.contradicts,
    "qualifies": CS.qualifies,
    "refines": CS.refines,
    "reports": CS.reports,
    "related": CS.relatedFinding,
}
_POLARITIES = {"hinders": CS.hinders, "mitigates": CS.mitigates, "absent": CS.absent}
_DIRECTIONS = {"increases": CS.increases, "decreases": CS.decreases, "no change": CS.noChange, "mixed": CS.mixed}
_VALENCES = {
    "beneficial": CS.beneficial,
    "harmful": CS.harmful,
    "neutral": CS.neutral,
    "unclear": CS.unclear,
}
_CONCEPT_RELATIONS = {"enables": CS.enables, "requires": CS.requires, "conflicts with": CS.conflictsWith}


class FindingParts(Parts):
    """Adds findings."""

    def finding_iri(self, reference: str) -> Term:
        """The IRI of `PEC4` (of this file) or `STEM/PEC4` (of another file)."""
        stem, _, name = reference.rpartition("/")
        return minted("finding", stem, name) if stem else self.iri("finding", name)

    def add_finding(self, finding: model.FindingPart, i: int) -> None:
        graph, path = self.graph, ("findings", i)
        iri = self.iri("finding", finding.id)
        kind = CS.PrimaryEmpiricalContribution if finding.kind == "pec" else CS.Finding
        classes = (kind, CS.Recommendation) if finding.is_recommendation else (kind,)
        graph.thing(iri, *classes, at=self.where(*path), label=finding.id, id=finding.id)
        graph.add(
            iri,
            (CS.statement, text(finding.statement)),
            (CS.section, text(finding.section)),
            (CS.reportedIn, self.publication),
        )
        if finding.attributed_to:
            where = self.where(*path, "attributed_to")
            graph.add(iri, (CS.attributedTo, self.work(finding.attributed_to)))
            graph.place(iri, CS.attributedTo, where)
            self.known_study(finding.attributed_to, where)
        else:
            graph.add(iri, (CS.producedBy, self.study))
        for predicate, key in ((CS.proposedBy, "proposed_by"), (CS.acceptedBy, "accepted_by")):
            if name := getattr(finding, key):
                graph.add(iri, (predicate, graph.agent(name, self.where(*path, key))))
        graph.add(iri, (CS.inTheme, self.iri("theme", finding.theme) if finding.theme else None))
        graph.add_all(iri, CS.reportsAbsenceOf, (minted("practice", p) for p in finding.absent_practices))
        self.add_concerns(iri, finding)
        self.evidence(iri, finding.evidence, path, finding.id)
        for j, link in enumerate(finding.links):
            self.add_link(iri, link, self.where(*path, "links", j))
        for j, effect in enumerate(finding.effects):
            self.add_effect(iri, effect, self.where(*path, "effects", j))
        for j, relates in enumerate(finding.concept_relations):
            self.add_concept_relation(iri, relates, self.where(*path, "concept_relations", j))
        for j, count in enumerate(finding.counts):
            self.add_count(iri, count, (*path, "counts", j), f"{finding.id}.c{j + 1}")
        for j, relation in enumerate(finding.relations):
            self.add_relation(iri, finding.id, relation, (*path, "relations", j))

    def add_concerns(self, iri: Term, finding: model.FindingPart) -> None:
        """What the finding is about: the concepts that it lists, and those of its effects and recommendations."""
        for kind, name in finding.concerns:
            if BY_NAME[kind].of_finding:  # findings cannot be about concepts of every kind
                self.graph.add(iri, (CS(BY_NAME[kind].of_finding), minted(kind, name)))
        advised = [_concept(name) for name in finding.recommends]
        self.graph.add_all(iri, CS.recommends, (minted(*concept) for concept in advised))
        self.graph.add_all(iri, CS.addresses, (minted("challenge", name) for name in finding.addresses))

    def add_link(self, finding: Term, link: model.LinkPart, where: tuple[int, int]) -> None:
        """A link is one node in the whole graph, which every finding that reports it supports."""
        kind, name = link.cause
        of = (name,) if kind == "practice" else (kind, name)
        iri = minted("link", link.polarity, link.challenge, *of)
        self.graph.thing(iri, CS.PracticeChallengeLink, at=where)
        self.graph.add(
            iri,
            (CS.practice, minted(kind, name)),
            (CS.challenge, minted("challenge", link.challenge)),
            (CS.polarity, _POLARITIES[link.polarity]),
            (CS.supportedBy, finding),
        )

    def add_effect(self, finding: Term, effect: model.EffectPart, where: tuple[int, int]) -> None:
        """An effect is one node in the whole graph as well; another valence makes it another effect."""
        iri = minted("effect", slug(effect.direction), effect.valence, *effect.cause, effect.outcome)
        self.graph.thing(iri, CS.EffectLink, at=where)
        self.graph.add(
            iri,
            (CS.cause, minted(*effect.cause)),
            (CS.outcome, minted("outcome", effect.outcome)),
            (CS.direction, _DIRECTIONS[effect.direction]),
            (CS.valence, _VALENCES[effect.valence]),
            (CS.supportedBy, finding),
        )

    def add_concept_relation(self, finding: Term, relation: model.ConceptRelationPart, where: tuple[int, int]) -> None:
        """A relation of two concepts is one node in the whole graph too."""
        source, target = _concept(relation.source), _concept(relation.target)
        iri = minted("concept-relation", slug(relation.type), *source, *target)
        self.graph.thing(iri, CS.ConceptRelation, at=where)
        self.graph.add(
            iri,
            (CS.fromConcept, minted(*source)),
            (CS.toConcept, minted(*target)),
            (CS.relationType, _CONCEPT_RELATIONS[relation.type]),
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


def _concept(name: str) -> tuple[str, str]:
    """The kind and the slug in `KIND:SLUG`."""
    kind, _, rest = name.partition(":")
    return kind, rest
