"""`kg suggest`: sentences of a text as an annotation that no graph contains before a person has written it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
import yaml

from kg.building.pipeline import assemble
from kg.building.suggested_annotation import suggest
from kg.building.suggesting import ConceptLabels
from kg.core.problems import UsageError
from kg.model.bibliography import Vocabulary, VocabularyConcept
from kg.readers.texts.cited import CitedWorks, Reference, citations_in, references_of
from kg.readers.texts.opened import LineText, read_full_text
from tests.pdf import Shown, write_pages
from tests.toy import write_toy

KgCli = Callable[..., CompletedProcess[str]]
ENTRY = """
@article{spiel2033, author = {Spiel, Sue}, title = {Toys that are tested at night}, journal = {Toys}, year = {2033},
  file = {:papers/Spiel 2033.pdf:PDF}}
"""
LINES = [
    "1 Introduction",
    "Toys break. Acme says that nobody tests toys [2]. In this paper we examine eleven teams.",
    "2 Method",
    "We ask three research questions and use interviews with developers in eleven teams.",
    "3 Results",
    "We found that continuous testing increases the build time of 7 of 11 teams at night.",
    "Finding 1: Most teams removed their flaky tests, because they cost more than they",
    "found in many weeks of work.",
    "The weather was fine. P3 said that \\223CT is slow\\224 and that builds take more than an hour.",
    "References",
    "[1] A. Other. A toy that nobody lists here. Journal of Toys, 2029.",
    "[2] Acme Toys and Sons. How we build toys. 2030.",
    "[3] A. Third. A third toy. 2031.",
]


@pytest.fixture
def review(tmp_path: Path) -> Path:
    folder = write_toy(tmp_path / "review")
    bib = next((folder / "bib").glob("*.bib"))
    bib.write_text(bib.read_text(encoding="utf-8") + ENTRY, encoding="utf-8")
    (folder / "texts/papers").mkdir(parents=True)
    shown = [
        Shown(line, 60, 80 + 16 * at, bold=line[:1].isdigit() or line == "References") for at, line in enumerate(LINES)
    ]
    write_pages(folder / "texts/papers/Spiel 2033.pdf", shown)
    return folder


def test_sentences_concepts_and_citations_become_an_annotation_to_fill_in(review: Path) -> None:
    text, found, _ = suggest(review, "spiel2033")
    data = yaml.safe_load(text)
    quotes = [finding["evidence"][0] for finding in data["findings"]]
    assert [quote["quote"][:24] for quote in quotes] == [
        "We found that continuous", "Most teams removed their", "P3 said that “CT is slow"
    ]  # fmt: skip
    assert {(quote["section"], quote["page"]) for quote in quotes} == {("3", "1")}
    full = read_full_text(review / "texts/papers/Spiel 2033.pdf")
    assert {full.judge(quote["quote"]).verdict for quote in quotes} == {"exact"}
    assert all(len(quote["quote"].split()) <= 15 for quote in quotes)
    assert [finding["statement"] for finding in data["findings"]] == [None] * 3
    assert [finding.get("kind") for finding in data["findings"]] == [None, "pec", None]
    assert data["findings"][0]["practices"] == ["continuous-testing"]
    assert data["findings"][2]["practices"] == ["continuous-testing"], "by its acronym"
    assert [(one["work"], one["sections"]) for one in data["citations"]] == [("acme2030", ["1"])]
    assert found.elsewhere == 0


def test_no_suggestion_is_in_the_graph_and_each_is_reported(review: Path, kg_cli: KgCli) -> None:
    before = len(assemble(review).problems)
    target = review / "bib/annotations/spiel2033.yaml"
    done = kg_cli(review, "suggest", "spiel2033", "-o", str(target))
    assert (done.returncode, "suggested 3 findings, 1 cited work" in done.stderr) == (0, True)
    problems = [problem for problem in assemble(review).problems if problem.where.file.endswith("spiel2033.yaml")]
    assert sum("no `statement`" in problem.message for problem in problems) == 3
    assert sum("no `reason`" in problem.message for problem in problems) == 1
    assert len(assemble(review).problems) >= before + 4
    assert kg_cli(review, "build").returncode == 1
    again = kg_cli(review, "suggest", "spiel2033", "-o", str(target))
    assert (again.returncode, "exists" in again.stderr) == (2, True)


@pytest.mark.parametrize(("key", "texts", "said"), [
    ("nobody2033", "texts", "no entry `nobody2033`"), ("spiel2033", "bib", "no full text of `spiel2033`"),
])  # fmt: skip
def test_an_unknown_key_and_a_missing_text_are_refused(review: Path, key: str, texts: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        suggest(review, key, review / texts)


def test_a_hostile_text_stays_within_comments_and_quotes(review: Path) -> None:
    line = 'We found that 7 of 11 teams "quit": {x: [y]} # no & !!python/object and `rm` %TAG'
    (review / "texts/spiel2033.txt").write_text(f"1 Results\n{line}.\n", encoding="utf-8")
    data = yaml.safe_load(suggest(review, "spiel2033")[0])
    assert [finding["evidence"][0]["quote"][:9] for finding in data["findings"]] == ["We found "]


# --- concepts ---


def vocabulary(*concepts: tuple[str, str, tuple[str, ...]]) -> Vocabulary:
    return Vocabulary({(kind, slug): VocabularyConcept("", kind, slug, labels) for kind, slug, labels in concepts})


LABELS = ConceptLabels(vocabulary(
    ("practice", "continuous-testing", ("continuous testing", "CT")),
    ("practice", "testing", ("testing",)),
    ("practice", "continuous-integration", ("continuous integration", "CI/CD")),
    ("practice", "continuous-deployment", ("continuous deployment", "CI/CD")),
    ("challenge", "flaky-tests", ("flaky tests", "flaky test")),
))  # fmt: skip


@pytest.mark.parametrize(("sentence", "found", "unclear"), [
    ("Continuous testing pays", {"practices": ["continuous-testing"]}, ()),
    ("CT and testing pay", {"practices": ["continuous-testing", "testing"]}, ()),
    ("ct scans of retesting", {}, ()),
    ("a Flaky-Test", {"challenges": ["flaky-tests"]}, ()),
    ("CI/CD pays", {}, ("CI CD: continuous-deployment or continuous-integration",)),
])  # fmt: skip
def test_the_longest_label_of_whole_words_names_a_concept(
    sentence: str, found: dict[str, list[str]], unclear: tuple[str, ...]
) -> None:
    assert LABELS.named_in(sentence) == (found, unclear)


# --- citations ---

DATED = """1 Introduction
Toys.
References
Görkem Giray. 2021. A software engineering perspective on toys. Journal of Toys
180 (2021).
Ann Muster and Max Beispiel. 2020a. Toys of the first kind. In Proc. Toys.
https://doi.org/10.1000/1
Ann Muster. 2020b. Toys of the second kind. Toys 1.
"""


@pytest.mark.parametrize(("sentence", "titles"), [
    ("As one says (Giray 2021), toys", ["A software engineering perspective on toys"]),
    ("Giray (2021) and Muster et al. [2020a] say", ["A software engineering perspective on toys", "first kind"]),
    ("[Muster 2020b; Nobody 2019]", ["second kind", None]),
    ("in May 2020 and [3]", [None]),
])  # fmt: skip
def test_citations_with_years_are_resolved_against_the_list(sentence: str, titles: list[str | None]) -> None:
    references = references_of(LineText("toy.txt", DATED.encode()).whole())
    assert len(references) == 3
    found = citations_in(sentence, references)
    for one, title in zip(found, titles, strict=True):
        assert (title is None) == (one.reference is None)
        assert one.reference is None or (title or "") in one.reference.text


def test_numbers_and_ranges_are_resolved_against_the_list() -> None:
    references = [Reference(str(number), f"Title {number}") for number in range(1, 9)]
    found = citations_in("Toys [1, 3–5] and [99] break [7].", references)
    assert [one.reference.text if one.reference else None for one in found] == [
        "Title 1", "Title 3", "Title 4", "Title 5", None, "Title 7"
    ]  # fmt: skip
    assert CitedWorks([]).key(references[0]) == ""


# --- marks ---


def test_marks_are_suggested_with_their_notes_and_the_others_are_reported(review: Path, kg_cli: KgCli) -> None:
    marks = review / "marks.md"
    marks.write_text(
        '“P3 said that "CT is slow"” (Spiel, 2033, p. 1) # why: [x]\n'
        "“Most teams removed their flaky tests” (Spiel, 2033, p. 1)\n“no such words” (Spiel, 2033, p. 9)\n",
        encoding="utf-8",
    )
    done = kg_cli(review, "suggest", "spiel2033", "--marks", str(marks))
    assert done.returncode == 0
    data = yaml.safe_load(done.stdout)
    assert [finding["evidence"][0]["quote"] for finding in data["findings"]] == [
        "Most teams removed their flaky tests", 'P3 said that "CT is slow"'
    ]  # fmt: skip
    assert "# note: # why: [x]" in done.stdout
    assert "marks.md: warning: “no such words” (page 9) is not suggested" in done.stderr
    assert "[marks/not-suggested]" in done.stderr
