"""An annotation as frozen values.

The classes are both the format of an annotation file (field names are the YAML keys, and the JSON Schema
is generated from them) and the values that `kg.graph` turns into triples. This module uses neither files nor RDF.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from kg.model.evidence import Evidence, EvidenceItem
from kg.model.fields import Advised, ConceptName, Count, Date, Id, NameOrNames, Part, Slug, Text

Polarity = Literal["hinders", "mitigates", "absent"]
RelationType = Literal["corroborates", "contradicts", "qualifies", "refines", "reports", "related"]
Direction = Literal["increases", "decreases", "no change", "mixed"]
Valence = Literal["beneficial", "harmful", "neutral", "unclear"]
ConceptRelation = Literal["enables", "requires", "conflicts with"]
Reason = Literal[
    "agreesWith",
    "citesAsAuthority",
    "citesAsEvidence",
    "citesAsRelated",
    "citesForInformation",
    "confirms",
    "describes",
    "disagreesWith",
    "discusses",
    "disputes",
    "extends",
    "includesQuotationFrom",
    "obtainsBackgroundFrom",
    "obtainsSupportFrom",
    "qualifies",
    "refutes",
    "reviews",
    "supports",
    "usesConclusionsFrom",
    "usesDataFrom",
    "usesMethodIn",
]
"""The CiTO properties an annotation may give as the reason of a citation (https://purl.org/spar/cito)."""


class CausePart(Part):
    """A part that names exactly one concept, by the key of its kind."""

    kinds: ClassVar[tuple[str, ...]] = ("practice", "approach", "tool")
    """The keys, of which one is given."""

    practice: Slug | None = Field(None, description="What it is about.")
    approach: Slug | None = Field(None, description="Instead of a practice.")
    tool: Slug | None = Field(None, description="Instead of a practice.")

    @property
    def cause(self) -> tuple[str, str]:
        """The kind of the concept and its slug."""
        return next((kind, slug) for kind in self.kinds if (slug := getattr(self, kind)))

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        given = [kind for kind in self.kinds if getattr(self, kind) is not None]
        if not given:
            raise ValueError(f"has no `{self.kinds[0]}` (or {', '.join(self.kinds[1:])})")
        if len(given) > 1:
            raise ValueError(f"has both `{given[0]}` and `{given[1]}`")
        return self


class LinkPart(CausePart):
    """What the finding says of a challenge and a practice (or an approach or tool)."""

    challenge: Slug = Field(description="What hinders, or is mitigated.")
    polarity: Polarity = Field(
        "hinders",
        description="The challenge hinders the practice; the practice mitigates the "
        "challenge; or the challenge was looked for and is absent.",
    )


class EffectPart(CausePart):
    """That a practice (or an approach, tool or challenge) changes an outcome, according to the finding."""

    kinds: ClassVar[tuple[str, ...]] = (*CausePart.kinds, "challenge")

    challenge: Slug | None = Field(None, description="Instead of a practice.")
    outcome: Slug = Field(description="What changes.")
    direction: Direction = Field(
        description="Whether there is more or less of the outcome; `no change` only if it was looked at; "
        "`mixed` if the finding says both."
    )
    valence: Valence = Field(
        "unclear", description="Whether the change is good, as the text sees it; `unclear` if it does not say."
    )


class ConceptRelationPart(Part):
    """How two concepts relate, according to the finding."""

    source: ConceptName = Field(description="The concept that enables, requires or conflicts, as KIND:SLUG.")
    type: ConceptRelation = Field(description="What the source does to the target.")
    target: ConceptName = Field(description="The other concept, as KIND:SLUG.")


class CountPart(Part):
    """A count that the text reports, such as 7 of 8 respondents."""

    id: Id | None = None
    numerator: Count = Field(description="How many: 7, of 7 of 8.")
    denominator: Count | None = Field(None, description="Left out when the text gives none.")
    unit: Text = Field("respondents", description="What is counted.")
    what: Text = Field(description="What the counted ones did, said or are; in your own words.")
    evidence: tuple[Evidence, ...] = Field(min_length=1, description="What it rests on: quotations or rows of a sheet.")


class RelationPart(Part):
    """How a finding relates to another finding."""

    type: RelationType = Field(
        description="`reports`: this second-hand finding is a report of the other, which is the work's own."
    )
    finding: Text = Field(description="Id of a finding in this file, or KEY/ID of one in another file.")
    note: Text | None = Field(None, description="In what way; in your own words.")
    evidence: tuple[Evidence, ...] = Field(min_length=1, description="What it rests on: quotations or rows of a sheet.")


class StatedConcepts(Part):
    """What a finding says of concepts, in the mappings that make findings; the keys are those of `FindingPart`."""

    practices: tuple[Slug, ...] = ()
    absent_practices: tuple[Slug, ...] = ()
    challenges: tuple[Slug, ...] = ()
    approaches: tuple[Slug, ...] = ()
    tools: tuple[Slug, ...] = ()
    outcomes: tuple[Slug, ...] = ()
    links: tuple[LinkPart, ...] = ()
    effects: tuple[EffectPart, ...] = ()
    addresses: tuple[Slug, ...] = ()
    recommends: tuple[Advised, ...] = ()
    concept_relations: tuple[ConceptRelationPart, ...] = ()


class FindingPart(Part):
    """A finding that the publication reports: its own (first-hand), or of another work (`attributed_to`)."""

    id: Id
    kind: Literal["pec", "finding", "recommendation"] = Field(
        "finding",
        description="pec: a numbered key finding of the study; recommendation: what somebody advises or did.",
    )
    statement: Text = Field(description="What was found, in your own words.")
    section: Text = Field(description="As printed; where there is none, the page or the row: page 5, row 12.")
    attributed_to: Text | None = Field(None, description="BibTeX key of the work whose finding this is: second-hand.")
    proposed_by: Text | None = Field(None, description="Who proposed this finding, often a language model.")
    accepted_by: Text | None = Field(None, description="Who read the proposal and accepted it.")
    theme: Id | None = Field(None, description="An element of the research framework, by its id in `themes`.")
    practices: tuple[Slug, ...] = Field((), description="Practices that it is about.")
    absent_practices: tuple[Slug, ...] = Field((), description="Practices that were looked for and not found.")
    challenges: tuple[Slug, ...] = Field((), description="Challenges that it is about.")
    approaches: tuple[Slug, ...] = Field((), description="Approaches, such as DevOps, that it is about.")
    tools: tuple[Slug, ...] = Field((), description="Tools that it names.")
    outcomes: tuple[Slug, ...] = Field((), description="Outcomes that it is about without a direction.")
    links: tuple[LinkPart, ...] = ()
    effects: tuple[EffectPart, ...] = ()
    addresses: tuple[Slug, ...] = Field((), description="Challenges that the recommendation is an answer to.")
    recommends: tuple[Advised, ...] = Field((), description="Practices, approaches and tools, as KIND:SLUG.")
    concept_relations: tuple[ConceptRelationPart, ...] = ()
    evidence: tuple[Evidence, ...] = Field(min_length=1, description="What it rests on: quotations or rows of a sheet.")
    counts: tuple[CountPart, ...] = ()
    relations: tuple[RelationPart, ...] = ()

    @property
    def concerns(self) -> Iterator[tuple[str, str]]:
        """Kind and slug of each concept that it is about: those it lists, and those of its effects and advice."""
        named = {
            "practice": self.practices,
            "challenge": (*self.challenges, *self.addresses),
            "approach": self.approaches,
            "tool": self.tools,
            "outcome": self.outcomes,
        }
        yield from ((kind, name) for kind, names in named.items() for name in names)
        for effect in self.effects:
            yield from (effect.cause, ("outcome", effect.outcome))
        related = (name for relation in self.concept_relations for name in (relation.source, relation.target))
        for name in (*self.recommends, *related):
            kind, _, slug = name.partition(":")
            yield kind, slug

    @property
    def is_recommendation(self) -> bool:
        """Whether it says what somebody advises or did."""
        return bool(self.kind == "recommendation" or self.addresses or self.recommends)


class CitationPart(Part):
    """That the publication cites a work, for a reason, at places; `about` a finding when it is discussed with one."""

    work: Text = Field(description="BibTeX key of the cited work.")
    reason: Reason = Field(description="Why it is cited, as a property of CiTO.")
    about: Id | None = Field(None, description="Finding of this file that the work is discussed with.")
    sections: tuple[Text, ...] = Field(min_length=1, description="Where it is cited, as printed.")
    note: Text | None = Field(None, description="What the work is cited for; in your own words.")
    evidence: tuple[Evidence, ...] = Field((), description="What it rests on: quotations or rows of a sheet.")


class StatementPart(Part):
    """A research question or a limitation."""

    id: Id
    statement: Text = Field(description="In your own words.")
    section: Text = Field(description="As printed.")
    evidence: tuple[Evidence, ...] = Field(min_length=1, description="What it rests on: quotations or rows of a sheet.")


class CasePart(Part):
    id: Id
    label: Text = Field(description="What the publication calls it.")


class ParticipantPart(Part):
    id: Id
    role: Text = Field(description="Job title or role as printed.")
    section: Text = Field(description="As printed.")
    case: Id | None = Field(None, description="The case that the participant belongs to, by its id in `cases`.")


class ThemePart(Part):
    """An element of the study's research framework."""

    id: Id
    number: Count = Field(description="As printed, or in the order of the publication.")
    label: Text = Field(description="As printed.")
    section: Text = Field(description="As printed.")
    description: Text = Field(description="In your own words.")
    practices: tuple[Slug, ...] = Field((), description="Practices that it is about.")
    evidence: tuple[Evidence, ...] = Field(min_length=1, description="What it rests on: quotations or rows of a sheet.")


class QuestionPart(Part):
    """A question of the interview or survey instrument."""

    theme: Id = Field(description="The element of the research framework, by its id in `themes`.")
    number: Count = Field(description="As printed, or in the order of the instrument.")
    label: Text = Field(description="A short label in your own words, not the question itself.")
    section: Text = Field(description="As printed.")


class OccurrencePart(Part):
    """How often a code of a deductive coding occurs in the data."""

    code: Slug = Field(description="The practice.")
    printed: Text = Field(description="The code as printed.")
    occurrences: Count = Field(description="How often, as printed.")


class CodingPart(Part):
    """A table of code occurrences."""

    label: Text = Field(description="What the table shows.")
    section: Text = Field(description="As printed.")
    evidence: tuple[Evidence, ...] = Field(min_length=1, description="What it rests on: quotations or rows of a sheet.")
    codes: tuple[OccurrencePart, ...]


class NotePart(Part):
    """A place where the source is unclear or does not agree with itself, or where the annotator doubts."""

    id: Id
    about: tuple[Text, ...] = Field(
        min_length=1,
        description="What it concerns: study, publication, an id of this file, or KIND:SLUG of a concept.",
    )
    note: Text = Field(description="What does not agree, and what the graph holds; in your own words.")
    evidence: tuple[Evidence, ...] = Field(min_length=1, description="What it rests on: quotations or rows of a sheet.")


class StudyPart(Part):
    """What was done, apart from what was printed."""

    label: Text = Field(description="What was done, in a few words.")
    aim: Text | None = Field(None, description="In your own words.")
    methods: tuple[Slug, ...] = Field(min_length=1, description="How it was done: research methods.")
    contexts: tuple[Slug, ...] = Field((), description="Where it was done, or what it speaks of.")
    participant_count: Count | None = Field(None, description="How many people took part, as printed.")
    sample: Text | None = Field(None, description="What or whom it looked at, in your own words: 120 projects.")
    includes_primary_studies: tuple[Text, ...] = Field((), description="BibTeX keys, for a review.")
    research_questions: tuple[StatementPart, ...] = ()
    limitations: tuple[StatementPart, ...] = ()
    evidence: tuple[Evidence, ...] = Field((), description="What it rests on: quotations or rows of a sheet.")


class OtherStudyPart(Part):
    """What this publication says of how another work was done: a study known only second-hand."""

    work: Text = Field(description="BibTeX key of the work.")
    aim: Text | None = Field(None, description="In your own words.")
    methods: tuple[Slug, ...] = Field((), description="How it was done: research methods.")
    contexts: tuple[Slug, ...] = Field((), description="Where it was done, or what it speaks of.")
    participant_count: Count | None = Field(None, description="How many people took part, as printed.")
    sample: Text | None = Field(None, description="What or whom it looked at, in your own words: 120 projects.")
    evidence: tuple[Evidence, ...] = Field((), description="What it rests on: quotations or rows of a sheet.")


class Annotation(Part):
    """One annotator's reading of one publication."""

    publication: Text = Field(description="BibTeX key of the publication.")
    annotator: Text = Field(description="Who annotated: a person, or the name of the project.")
    annotator_is: Literal["person", "group", "model"] | None = Field(None, description="model: a language model.")
    coders: Annotated[int, Field(ge=1)] | None = Field(None, description="How many coded the publication.")
    coder_agreement: Text | None = Field(None, description="As reported: Cohen's kappa 0.83.")
    created: Date = Field(description="When it was made: 2026-11-30.")
    supersedes: NameOrNames = Field(
        (),
        description="Earlier readings of the publication that this one replaces: "
        "the names of their files here, without .yaml.",
    )
    study: StudyPart
    other_studies: tuple[OtherStudyPart, ...] = ()
    cases: tuple[CasePart, ...] = ()
    participants: tuple[ParticipantPart, ...] = ()
    themes: tuple[ThemePart, ...] = ()
    instrument: tuple[QuestionPart, ...] = ()
    evidence: tuple[EvidenceItem, ...] = Field((), description="Quotations that several parts refer to by their ids.")
    findings: tuple[FindingPart, ...] = ()
    coding: CodingPart | None = Field(None, description="How often each code of a deductive coding occurs in the data.")
    citations: tuple[CitationPart, ...] = ()
    curation_notes: tuple[NotePart, ...] = ()
