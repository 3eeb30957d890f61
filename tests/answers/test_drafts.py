"""The draft of related work: each finding once, in the right group, with everything related to it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.answers.related_work import KINDS, DiscussedFinding, RelatedWork, related_work
from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from kg.core.problems import UsageError
from tests.toy import MUSTER_YAML, TOY
from tests.toy_effects import write_effects

ABSENT = """\
  - id: F4
    statement: We saw tools everywhere.
    section: "3"
    practices: [continuous-testing]
    challenges: [test-automation-tooling-gap]
    links:
      - {challenge: test-automation-tooling-gap, practice: continuous-testing, polarity: absent}
    evidence:
      - {quote: "tools everywhere", section: "3"}
"""


def ids(points: tuple[DiscussedFinding, ...]) -> list[str]:
    return [point.finding.id.removeprefix("finding/") for point in points]


@pytest.fixture(scope="module")
def testing(toy_graph: KnowledgeGraph) -> RelatedWork:
    return related_work(toy_graph, "CT")


def test_an_agreed_finding_lists_the_works_that_agree_and_is_not_repeated(testing: RelatedWork) -> None:
    (point,) = testing.agreed
    assert point.finding.says == "Missing tools hinder testing in both toy teams."
    assert [(s.id, s.key, s.via) for s in point.agreeing] == [
        ("finding/muster2032/F1", "muster2032", ""),
        ("citation/example2031/PEC1/acme2030/agreesWith", "acme2030", "example2031"),
    ]
    assert ids(testing.alone) == ["example2031/acme-tools", "muster2032/acme-silo", "muster2032/example-tools"]


def test_second_hand_findings_name_their_source_and_come_last(testing: RelatedWork) -> None:
    assert [bool(point.finding.via) for point in testing.points()] == [False, True, True, True]
    assert (testing.alone[0].finding.key, testing.alone[0].finding.via) == ("acme2030", "example2031")


def test_findings_that_contradict_each_other_are_in_one_group(toy_graph: KnowledgeGraph) -> None:
    found = related_work(toy_graph, "silo-working")
    (point,) = found.disputed
    assert point.finding.id == "finding/example2031/F3"
    assert [s.id for s in point.disagreeing] == ["finding/muster2032/F3"]
    assert "muster2032/F3" not in ids(found.points())


def test_a_practice_that_was_not_found_has_a_group_of_its_own(toy_graph: KnowledgeGraph) -> None:
    found = related_work(toy_graph, "continuous-budgeting")
    assert (ids(found.absent), ids(found.alone)) == (["example2031/PEC2"], [])


def test_a_challenge_found_here_and_absent_there_is_a_disagreement(tmp_path: Path) -> None:
    for name, text in (
        TOY | {"bib/annotations/muster2032.yaml": MUSTER_YAML.replace("  - id: F3\n", ABSENT + "  - id: F3\n")}
    ).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert build(tmp_path).errors == []
    found = related_work(KnowledgeGraph.open(tmp_path), "CT")
    assert ids(found.absent) == ["muster2032/F4"]
    disputed = {point.finding.id: [s.id for s in point.disagreeing] for point in found.disputed}
    assert disputed["finding/example2031/PEC1"] == ["finding/muster2032/F4"]


def test_works_that_are_only_coded_are_listed_by_review(toy: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(toy, tmp_path / "toy"))
    (folder / "bib" / "annotations" / "example2031.yaml").unlink()
    (folder / "bib" / "annotations" / "muster2032.yaml").unlink()
    (folder / "bib" / "quotations" / "example2031.yaml").unlink()
    assert build(folder).errors == []
    found = related_work(KnowledgeGraph.open(folder), "CT")
    assert [(one.review, one.keys) for one in found.coded] == [("acme2030", ("example2031",))]
    assert found.keys(1) == ["acme2030", "example2031"]
    assert found.keys(0) == ["acme2030"]


def test_a_topic_without_findings_gives_an_empty_draft(toy_graph: KnowledgeGraph) -> None:
    found = related_work(toy_graph, "continuous-compliance")
    assert not found
    assert (found.topic, found.keys(20)) == ("continuous compliance", [])
    with pytest.raises(UsageError, match="did you mean"):
        related_work(toy_graph, "continuous-complaince")


TOPICS = ["continuous-testing", "silo-working", "mlops", "continuous-planning", "continuous-trust"]


@pytest.mark.parametrize("topic", TOPICS)
def test_every_finding_of_the_review_is_in_a_draft(review_graph: KnowledgeGraph, topic: str) -> None:
    found = related_work(review_graph, topic)
    shown = {statement.id for point in found.points() for statement in point.statements()}
    findings = {str(row["finding"]) for row in review_graph.query("draft-findings", topic=topic)}
    assert findings <= shown
    # A finding that agrees with another of the same work makes no two works agree.
    related = [
        (str(row["other"]), str(row["key"]))
        for row in review_graph.query("draft-relations", topic=topic)
        if str(row["finding"]).split("/")[1] != row["key"]
    ]
    assert {other for other, _ in related if other.startswith("finding/")} <= shown
    assert {key for _, key in related} <= {s.key for point in found.points() for s in point.statements()}
    assert len(ids(found.points())) == len(set(ids(found.points())))


# --- by challenge, outcome and recommendation ---


def groups(found: RelatedWork) -> list[tuple[str, str]]:
    return [(group.kind, group.heading) for group in found.groups or ()]


def test_findings_are_grouped_by_outcome_with_agreement_and_opposition_counted(effects_graph: KnowledgeGraph) -> None:
    found = related_work(effects_graph, "CI", KINDS)
    assert groups(found) == [
        ("outcome", "lead time"),
        ("outcome", "defects found"),
        ("outcome", "workload"),
        ("other", ""),
    ]
    assert found.groups is not None
    claims = found.groups[0].claims
    assert [(c.relation, c.studies, c.first, c.second, c.opposes) for c in claims] == [
        ("decreases", 1, ("bear2030",), (), False),  # top2033 reports it of bear2030, which found it itself
        ("increases", 1, ("doll2031",), (), True),
        ("mixed", 1, ("top2033",), (), False),
    ]
    assert ids(found.groups[0].points) == ["bear2030/F1", "top2033/F1", "top2033/bear-lead"]


def test_works_with_the_same_claim_are_cited_together(library_graph: KnowledgeGraph) -> None:
    found = related_work(library_graph, "CT", ["challenge"])
    assert found.groups is not None
    hinders, absent = found.groups[0].claims
    assert (hinders.studies, hinders.first, hinders.second) == (
        3,
        ("four2031", "one2028"),
        (("three2030", ("five2029",)),),
    )
    assert (absent.relation, absent.opposes) == ("absent", True)
    assert set(found.keys(0)) >= {"four2031", "one2028", "three2030", "five2029", "two2029"}


def test_recommendations_are_grouped_by_the_challenge_that_they_address(effects_graph: KnowledgeGraph) -> None:
    found = related_work(effects_graph, "silo-working", ["recommendation"])
    assert groups(found)[0] == ("recommendation", "working in silos")
    assert found.groups is not None
    assert [(c.subject, c.first) for c in found.groups[0].claims] == [
        ("Python", ("ball2032",)),
        ("continuous planning", ("ball2032",)),
    ]


def test_advice_on_several_challenges_does_not_pair_each_with_each_thing_that_it_recommends(tmp_path: Path) -> None:
    ball = write_effects(tmp_path) / "bib" / "annotations" / "ball2032.yaml"
    text = ball.read_text(encoding="utf-8")
    ball.write_text(
        text.replace("addresses: [silo-working]", "addresses: [silo-working, remote-work]"), encoding="utf-8"
    )
    assert not build(tmp_path).errors
    found = related_work(KnowledgeGraph.open(tmp_path), "silo-working", ["recommendation"])
    assert found.groups is not None
    # The second challenge has neither a claim nor a finding that is not listed yet, so it has no heading.
    assert [(group.kind, group.heading, group.claims) for group in found.groups if group.kind != "other"] == [
        ("recommendation", "remote work", ()),
    ]


@pytest.mark.parametrize("by", [KINDS, ("challenge",), ("outcome",), ("recommendation",)], ids="-".join)
@pytest.mark.parametrize("topic", TOPICS)
def test_no_finding_is_lost_by_grouping(review_graph: KnowledgeGraph, topic: str, by: tuple[str, ...]) -> None:
    plain, grouped = related_work(review_graph, topic), related_work(review_graph, topic, by)
    shown = [point.finding.id for group in grouped.groups or () for point in group.points]
    assert sorted(shown) == sorted(point.finding.id for point in plain.points())
