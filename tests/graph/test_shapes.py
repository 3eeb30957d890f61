"""The shapes: data that violate one are reported with its message and their line.

Each case takes or adds a few triples; one complete little graph without any fault is what they start from.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from kg.core.files import SourceFile
from kg.core.iris import BASE, CITO, CS, DCTERMS, OA, PROV, QB, RDF, SKOS, XSD, mint
from kg.core.problems import Location, Problem
from kg.graph.shapes import check_shapes
from tests.graph.facts import Facts, Value, integer

TEXT = (Path(__file__).parents[2] / "ontology" / "shapes.ttl").read_text(encoding="utf-8")
SHAPES = [SourceFile("ontology/shapes.ttl", TEXT, "0")]

THINGS = (
    "scheme",
    "practice",
    "area",
    "challenge",
    "approach",
    "method",
    "context",
    "work",
    "other",
    "study",
    "participant",
    "case",
    "theme",
    "question",
    "finding",
    "pec",
    "told",
    "evidence",
    "quotation",
    "link",
    "count",
    "relation",
    "citation",
    "table",
    "occurrence",
    "note",
    "source",
    "annotation",
    "codes",
    "code",
    "coding",
    "duplicate",
    "merge",
    "distinct",
    "inapplicable",
    "united",
    "record",
    "outcome",
    "tool",
    "effect",
    "related",
    "variant",
    "name",
)
N = {name: NamedNode(BASE + f"test/{name}") for name in THINGS}
LINE = {name: number for number, name in enumerate(THINGS, 1)}
CONCEPTS = {
    "practice": CS.Practice,
    "area": CS.PracticeArea,
    "challenge": CS.Challenge,
    "approach": CS.Approach,
    "method": CS.ResearchMethod,
    "context": CS.ResearchContext,
    "outcome": CS.Outcome,
    "tool": CS.Tool,
}

FACTS: list[tuple[str, NamedNode, Value | str]] = [
    ("scheme", RDF.type, SKOS.ConceptScheme),
    ("practice", CS.inArea, N["area"]), ("approach", CS.comprises, N["practice"]),
    ("study", RDF.type, CS.Study), ("study", CS.reportedIn, N["work"]), ("study", CS.usesMethod, N["method"]),
    ("study", CS.context, N["context"]), ("study", CS.participantCount, integer(2)),
    ("participant", RDF.type, CS.Participant), ("participant", CS.role, "Toy tester"),
    ("participant", CS.fromCase, N["case"]), ("case", RDF.type, CS.Case),
    ("theme", RDF.type, CS.ResearchTheme), ("theme", CS.number, integer(1)),
    ("theme", CS.coversPractice, N["practice"]),
    ("question", RDF.type, CS.InstrumentQuestion), ("question", CS.inTheme, N["theme"]),
    ("question", CS.number, integer(1)),
    ("finding", RDF.type, CS.Finding), ("finding", CS.producedBy, N["study"]),
    ("finding", CS.concernsPractice, N["practice"]), ("finding", CS.concernsApproach, N["approach"]),
    ("finding", CS.identifiesChallenge, N["challenge"]), ("finding", CS.inTheme, N["theme"]),
    ("finding", CS.concernsOutcome, N["outcome"]), ("finding", CS.concernsTool, N["tool"]),
    ("finding", RDF.type, CS.Recommendation), ("finding", CS.addresses, N["challenge"]),
    ("finding", CS.recommends, N["tool"]),
    ("pec", RDF.type, CS.PrimaryEmpiricalContribution), ("pec", CS.producedBy, N["study"]),
    ("told", RDF.type, CS.Finding), ("told", CS.attributedTo, N["other"]),
    ("evidence", RDF.type, CS.Evidence), ("evidence", CS.section, "1"), ("evidence", OA.hasSource, N["work"]),
    ("evidence", OA.hasSelector, N["quotation"]), ("evidence", CS.saidBy, N["participant"]),
    ("evidence", CS.quoteStatus, CS.exact),
    ("quotation", RDF.type, OA.TextQuoteSelector), ("quotation", OA.exact, "a b c d e f g h i j k l m n o"),
    ("link", RDF.type, CS.PracticeChallengeLink), ("link", CS.practice, N["practice"]),
    ("link", CS.challenge, N["challenge"]), ("link", CS.polarity, CS.hinders), ("link", CS.supportedBy, N["finding"]),
    ("effect", RDF.type, CS.EffectLink), ("effect", CS.cause, N["tool"]), ("effect", CS.outcome, N["outcome"]),
    ("effect", CS.direction, CS.noChange), ("effect", CS.valence, CS.unclear),
    ("effect", CS.supportedBy, N["finding"]),
    ("related", RDF.type, CS.ConceptRelation), ("related", CS.fromConcept, N["approach"]),
    ("related", CS.toConcept, N["practice"]), ("related", CS.relationType, CS.requires),
    ("related", CS.supportedBy, N["finding"]),
    ("count", RDF.type, CS.ReportedCount), ("count", CS.numerator, integer(2)), ("count", CS.denominator, integer(2)),
    ("count", CS.hasEvidence, N["evidence"]), ("count", CS.statement, "Counted."),
    ("relation", RDF.type, CS.FindingRelation), ("relation", CS.fromFinding, N["finding"]),
    ("relation", CS.toFinding, N["told"]), ("relation", CS.hasEvidence, N["evidence"]),
    ("citation", RDF.type, CITO.Citation), ("citation", CITO.hasCitingEntity, N["work"]),
    ("citation", CITO.hasCitedEntity, N["other"]), ("citation", CITO.hasCitationCharacterization, CITO.extends),
    ("citation", CS.section, "2"), ("citation", CS.aboutFinding, N["finding"]),
    ("table", RDF.type, QB.DataSet),
    ("occurrence", RDF.type, CS.CodeOccurrence), ("occurrence", CS.code, N["practice"]),
    ("occurrence", CS.occurrences, integer(0)), ("occurrence", QB.dataSet, N["table"]),
    ("note", RDF.type, CS.CurationNote), ("note", OA.hasTarget, N["finding"]), ("note", OA.bodyValue, "Unclear."),
    ("note", CS.hasEvidence, N["evidence"]),
    ("source", RDF.type, CS.SourceFile), ("source", CS.contentHash, "sha256:0"),
    ("annotation", RDF.type, CS.AnnotationFile), ("annotation", PROV.wasAttributedTo, N["source"]),
    ("annotation", DCTERMS.created, Literal("2031-01-01", datatype=XSD.date)),
    ("codes", RDF.type, SKOS.ConceptScheme), ("code", RDF.type, CS.ReviewCode), ("code", SKOS.prefLabel, "Tests"),
    ("code", SKOS.inScheme, N["codes"]), ("coding", RDF.type, CS.ImportedCoding), ("coding", CS.codedWork, N["work"]),
    ("coding", CS.reviewCode, N["code"]), ("coding", PROV.wasDerivedFrom, N["other"]), ("coding", CS.row, integer(2)),
    ("duplicate", RDF.type, CS.DuplicateEntry), ("duplicate", DCTERMS.identifier, "duplicate"),
    ("duplicate", CS.bibtexEntry, "@misc{duplicate}"), ("duplicate", DCTERMS.isReplacedBy, N["work"]),
    ("merge", RDF.type, CS.MergeDecision), ("merge", CS.keeps, N["work"]), ("merge", CS.merges, N["duplicate"]),
    ("distinct", RDF.type, CS.DistinctDecision), ("distinct", CS.tellsApart, N["work"]),
    ("distinct", CS.tellsApart, N["other"]),
    ("inapplicable", RDF.type, CS.NotApplicableDecision), ("inapplicable", CS.rulesOut, N["practice"]),
    ("inapplicable", CS.rulesOut, N["challenge"]),
    ("united", RDF.type, CS.StudyDecision), ("united", CS.decidesOn, N["work"]), ("united", CS.decidesOn, N["other"]),
    ("united", CS.oneStudy, N["study"]), ("other", CS.sameStudyAs, N["work"]),
    *[fact for name in ("merge", "distinct", "inapplicable", "united") for fact in [
        (name, PROV.wasAssociatedWith, N["source"]), (name, CS.statement, "Alike."),
        (name, DCTERMS.date, Literal("2031-01-01", datatype=XSD.date))]],
    ("variant", CS.variantOf, N["name"]),
    ("record", RDF.type, CS.QuotationRecord), ("record", CS.fullTextHash, "sha256:0"),
    *[fact for name, kind in CONCEPTS.items() for fact in [
        (name, RDF.type, kind), (name, RDF.type, SKOS.Concept), (name, SKOS.definition, "Meant."),
        (name, SKOS.prefLabel, Literal(name, language="en")), (name, SKOS.inScheme, N["scheme"])]],
    *[fact for name in ("work", "other") for fact in [
        (name, RDF.type, CS.Publication), (name, DCTERMS.identifier, name), (name, DCTERMS.title, f"Title of {name}"),
        (name, CS.bibtexEntry, f"@misc{{{name}}}")]],
    *[fact for name in ("finding", "pec", "told") for fact in [
        (name, RDF.type, CS.Finding), (name, CS.statement, "Found."), (name, CS.section, "1"),
        (name, CS.reportedIn, N["work"]), (name, CS.hasEvidence, N["evidence"])]],
]  # fmt: skip


def check(facts: list[tuple[str, NamedNode, Value | str]]) -> list[Problem]:
    made = Facts(mint("annotation", "test"))
    for name, predicate, value in facts:
        made.trace(N[name], Location("", LINE[name], 3))
        made.add(N[name], predicate, value)
    return check_shapes([made.graph()], SHAPES)


def without(name: str, predicate: NamedNode) -> list[tuple[str, NamedNode, Value | str]]:
    kept = [fact for fact in FACTS if fact[:2] != (name, predicate)]
    assert len(kept) < len(FACTS)
    return kept


def also(name: str, predicate: NamedNode, value: Value | str) -> list[tuple[str, NamedNode, Value | str]]:
    return [*FACTS, (name, predicate, value)]


def instead(name: str, predicate: NamedNode, value: Value | str) -> list[tuple[str, NamedNode, Value | str]]:
    return [*without(name, predicate), (name, predicate, value)]


def test_the_graph_that_the_cases_start_from_conforms() -> None:
    assert check(FACTS) == []


Case = tuple[str, NamedNode, Callable[..., list[tuple[str, NamedNode, Value | str]]], tuple[Value | str, ...], str, str]
ELSE, LONG = N["scheme"], "a b c d e f g h i j k l m n o p"
# thing, property, what is done to it, with what value, the rule, and words of the message
CASES: list[Case] = [
    ("practice", SKOS.prefLabel, without, (), "min-count", "one preferred label in each language"),
    ("practice", SKOS.prefLabel, also, (Literal("two", language="en"),), "unique-lang", "one preferred label"),
    ("practice", SKOS.definition, without, (), "min-count", "needs a definition"),
    ("practice", SKOS.inScheme, instead, (N["area"],), "class", "belongs to a scheme"),
    ("practice", SKOS.broader, also, (ELSE,), "class", "broader concept"),
    ("practice", CS.inArea, without, (), "min-count", "at least one area"),
    ("approach", CS.comprises, instead, (ELSE,), "class", "comprises practices"),
    ("work", DCTERMS.identifier, without, (), "min-count", "exactly one BibTeX key"),
    ("work", DCTERMS.identifier, also, ("again",), "max-count", "exactly one BibTeX key"),
    ("work", DCTERMS.title, also, ("Another title",), "max-count", "different titles"),
    ("work", DCTERMS.title, without, (), "min-count", "gives no title"),
    ("work", CS.bibtexEntry, also, ("@misc{again}",), "max-count", "exactly one BibTeX entry"),
    ("duplicate", DCTERMS.identifier, without, (), "min-count", "A merged entry has exactly one key"),
    ("duplicate", CS.bibtexEntry, without, (), "min-count", "kept as it was written"),
    ("duplicate", DCTERMS.isReplacedBy, without, (), "min-count", "merged into one publication"),
    ("duplicate", DCTERMS.isReplacedBy, instead, (ELSE,), "class", "merged into one publication"),
    ("merge", PROV.wasAssociatedWith, without, (), "min-count", "Say who decided"),
    ("distinct", CS.statement, without, (), "min-count", "Say what it was decided by"),
    ("merge", DCTERMS.date, instead, ("yesterday",), "datatype", "A decision has one date"),
    ("merge", CS.keeps, instead, (N["duplicate"],), "class", "The entry that is kept describes a publication"),
    ("merge", CS.merges, instead, (N["other"],), "class", "An entry that is merged describes a publication"),
    ("distinct", CS.tellsApart, without, (), "min-count", "told apart describe publications"),
    ("inapplicable", CS.rulesOut, also, (N["method"],), "max-count", "names two concepts that are defined"),
    ("inapplicable", CS.rulesOut, instead, (N["practice"],), "min-count", "names two concepts that are defined"),
    ("inapplicable", CS.rulesOut, also, (N["work"],), "class", "names two concepts that are defined"),
    ("inapplicable", CS.statement, without, (), "min-count", "Say what it was decided by"),
    ("inapplicable", PROV.wasAssociatedWith, without, (), "min-count", "Say who decided"),
    ("united", PROV.wasAssociatedWith, without, (), "min-count", "Say who decided"),
    ("united", CS.decidesOn, instead, (N["work"],), "min-count", "names publications that have an entry"),
    ("united", CS.oneStudy, instead, (N["work"],), "class", "report one study"),
    ("other", CS.sameStudyAs, instead, (ELSE,), "class", "counted under one other publication"),
    ("variant", CS.variantOf, also, (ELSE,), "max-count", "counted under one other spelling"),
    ("name", CS.variantOf, also, (ELSE,), "max-count", "not itself a variant"),
    ("study", CS.reportedIn, instead, (ELSE,), "class", "has an entry in bib/"),
    ("study", CS.usesMethod, instead, (ELSE,), "class", "methods vocabulary"),
    ("study", CS.context, instead, (ELSE,), "class", "contexts vocabulary"),
    ("study", CS.participantCount, instead, ("two",), "datatype", "number of participants"),
    ("participant", CS.role, without, (), "min-count", "role of the participant"),
    ("participant", CS.fromCase, instead, (ELSE,), "class", "case that is not listed"),
    ("theme", CS.number, without, (), "min-count", "one number"),
    ("theme", CS.coversPractice, instead, (ELSE,), "class", "practices that are defined"),
    ("question", CS.inTheme, instead, (ELSE,), "class", "theme that is listed"),
    ("question", CS.number, also, (integer(2),), "max-count", "one number"),
    ("finding", CS.statement, also, ("Something else.",), "max-count", "exactly one statement"),
    ("finding", CS.section, without, (), "min-count", "which section"),
    ("finding", CS.reportedIn, without, (), "min-count", "reported in one publication"),
    ("finding", CS.hasEvidence, without, (), "min-count", "at least one piece of evidence"),
    ("told", CS.attributedTo, instead, (ELSE,), "class", "attributed to one work"),
    ("finding", CS.concernsPractice, instead, (ELSE,), "class", "practices that are defined in ontology/"),
    ("finding", CS.concernsApproach, instead, (ELSE,), "class", "approaches that are defined"),
    ("finding", CS.identifiesChallenge, instead, (ELSE,), "class", "challenges that are defined"),
    ("finding", CS.concernsOutcome, instead, (ELSE,), "class", "outcomes that are defined"),
    ("finding", CS.concernsTool, instead, (ELSE,), "class", "tools that are defined"),
    ("finding", CS.addresses, instead, (N["practice"],), "class", "addresses challenges"),
    ("finding", CS.recommends, instead, (N["challenge"],), "or", "recommends practices, approaches and tools"),
    ("finding", CS.inTheme, instead, (ELSE,), "class", "theme is not listed"),
    ("pec", CS.producedBy, without, (), "min-count", "the study's own"),
    ("told", CS.producedBy, also, (N["study"],), "max-count", "either the study's own or attributed"),
    ("told", CS.attributedTo, instead, (N["work"],), "disjoint", "leave attributed_to out"),
    ("evidence", CS.section, without, (), "min-count", "needs its section, page or row"),
    ("evidence", OA.hasSource, also, (N["other"],), "max-count", "stands in one publication"),
    ("evidence", OA.hasSelector, without, (), "min-count", "one verbatim phrase, or a row"),
    ("evidence", CS.quoteStatus, without, (), "min-count", "exact, near, missing or unchecked"),
    ("evidence", CS.quoteStatus, also, (CS.near,), "max-count", "exact, near, missing or unchecked"),
    ("evidence", CS.quoteStatus, instead, (CS.absent,), "in", "exact, near, missing or unchecked"),
    ("evidence", CS.saidBy, instead, (ELSE,), "class", "not listed as a participant"),
    ("quotation", OA.exact, instead, (LONG,), "pattern", "fifteen words or fewer"),
    ("link", CS.practice, without, (), "min-count", "names one practice"),
    ("link", CS.practice, instead, (N["challenge"],), "or", "names one practice, approach or tool"),
    ("link", CS.challenge, instead, (ELSE,), "class", "names one challenge"),
    ("link", CS.polarity, instead, (CS.refines,), "in", "hinders, mitigates or is absent"),
    ("link", CS.supportedBy, without, (), "min-count", "supported by a finding"),
    ("effect", CS.cause, instead, (N["method"],), "or", "one cause"),
    ("effect", CS.outcome, also, (N["challenge"],), "max-count", "names one outcome"),
    ("effect", CS.direction, instead, (CS.hinders,), "in", "does not change the outcome"),
    ("effect", CS.valence, without, (), "min-count", "beneficial, harmful, neutral or unclear"),
    ("effect", CS.supportedBy, without, (), "min-count", "An effect is supported"),
    ("related", CS.fromConcept, instead, (N["practice"],), "disjoint", "one concept that is defined to another"),
    ("related", CS.toConcept, instead, (N["work"],), "class", "concept that this one relates to"),
    ("related", CS.relationType, instead, (CS.refines,), "in", "enables, requires or conflicts"),
    ("related", CS.supportedBy, without, (), "min-count", "relation of concepts is supported"),
    ("count", CS.numerator, instead, (integer(3),), "less-than-or-equals", "not larger than its denominator"),
    ("count", CS.hasEvidence, without, (), "min-count", "rests on a quotation"),
    ("count", CS.statement, without, (), "min-count", "what was counted"),
    ("relation", CS.toFinding, instead, (ELSE,), "class", "not in the graph"),
    ("relation", CS.toFinding, instead, (N["finding"],), "disjoint", "to another one"),
    ("relation", CS.hasEvidence, without, (), "min-count", "rests on a quotation"),
    ("citation", CITO.hasCitingEntity, without, (), "min-count", "citing publication"),
    ("citation", CITO.hasCitedEntity, instead, (ELSE,), "class", "cited work has no entry"),
    ("citation", CITO.hasCitationCharacterization, without, (), "min-count", "why the work is cited"),
    ("citation", CS.section, without, (), "min-count", "which sections"),
    ("citation", CS.aboutFinding, instead, (ELSE,), "class", "discussed with is not in the graph"),
    ("occurrence", CS.code, instead, (ELSE,), "class", "code is a practice"),
    ("occurrence", CS.occurrences, without, (), "min-count", "one number of occurrences"),
    ("occurrence", QB.dataSet, without, (), "min-count", "belongs to a table"),
    ("note", OA.hasTarget, without, (), "min-count", "about something"),
    ("note", OA.bodyValue, without, (), "min-count", "says one thing"),
    ("note", CS.hasEvidence, without, (), "min-count", "rests on a quotation"),
    ("code", SKOS.prefLabel, also, ("Other tests",), "max-count", "one label"),
    ("code", SKOS.inScheme, instead, (N["area"],), "class", "codes of its review"),
    ("coding", CS.codedWork, instead, (ELSE,), "class", "coded work has no entry"),
    ("coding", CS.reviewCode, instead, (ELSE,), "class", "codes of the file"),
    ("coding", PROV.wasDerivedFrom, instead, (ELSE,), "class", "review that coded"),
    ("coding", CS.row, without, (), "min-count", "which row"),
    ("source", CS.contentHash, without, (), "min-count", "content hash"),
    ("annotation", PROV.wasAttributedTo, without, (), "min-count", "who annotated"),
    ("annotation", DCTERMS.created, instead, ("soon",), "datatype", "when it was annotated"),
    ("record", CS.fullTextHash, also, ("sha256:1",), "max-count", "checked against one full text"),
]


@pytest.mark.parametrize(
    ("name", "predicate", "change", "value", "rule", "message"),
    CASES,
    ids=[f"{c[0]}-{c[1].value.split('#')[-1].split('/')[-1]}-{c[4]}" for c in CASES],
)
def test_a_violation_of_a_shape_is_reported_with_its_line(
    name: str,
    predicate: NamedNode,
    change: Callable[..., list[tuple[str, NamedNode, Value | str]]],
    value: tuple[Value | str, ...],
    rule: str,
    message: str,
) -> None:
    found = [p for p in check(change(name, predicate, *value)) if p.rule == f"shape/{rule}" and message in p.message]
    assert found
    assert {str(problem.where) for problem in found} <= {
        f"bib/annotations/test.yaml:{LINE[thing]}:3" for thing in (name, "relation")
    }
    assert all(problem.hint for problem in found)


def test_a_missing_title_is_a_warning_and_all_else_an_error() -> None:
    assert [p.severity for p in check(without("work", DCTERMS.title))] == ["warning"]
    assert [p.severity for p in check(without("finding", CS.section))] == ["error"]


def test_every_message_of_the_shapes_has_a_case() -> None:
    messages = set(re.findall(r'sh:message "([^"]+)"', TEXT))
    assert {message for message in messages if not any(case[5] in message for case in CASES)} == set()


def test_shapes_that_are_not_turtle_are_a_problem_with_a_line() -> None:
    (problem,) = check_shapes([], [SourceFile("ontology/my-shapes.ttl", "a b\nc", "0")])
    assert (problem.rule, problem.where.file, problem.where.line) == ("turtle/syntax", "ontology/my-shapes.ttl", 1)


@pytest.mark.parametrize("engine", ["fast", "pySHACL"])
def test_letters_of_every_script_are_validated(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = Facts(mint("annotation", "é"))
    for letter in "aéλ𝔸":
        facts.add(mint("finding", letter), RDF.type, CS.Finding)
        facts.add(mint("finding", letter), CS.statement, letter)
    if engine == "pySHACL":
        monkeypatch.setattr("kg.graph.shape_engines.trusted", lambda _: False)
    found = check_shapes([facts.graph()], SHAPES)
    assert {problem.where.file.rsplit("/", 1)[1] for problem in found} >= {"a>", "é>", "λ>", "𝔸>"}
