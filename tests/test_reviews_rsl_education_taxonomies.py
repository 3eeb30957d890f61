"""What three reviews found is in the graph of the project's own review, no more and no less.

The sheets are not part of this repository. The numbers below were counted in other files of the reviews than the sheets
that were imported; each table says in which.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import NamedTuple

import pytest

from kg.api import KnowledgeGraph
from kg.model.fields import MAX_QUOTE_WORDS
from tests.asked import asked

WORDS_IN_COMMON = 8
"""How many words in a row a statement and its quotation may have in common."""

ADOPTION = {
    "martensson2017": 1, "vassallo2016": 8, "amrit2018": 1, "shahin2017deployment": 10, "callanan2016": 4,
    "lwakatare2016": 2, "chen2018": 3, "rossi2016": 8, "shahin2016": 8, "zhao2017": 3, "lwakatare2019": 14,
    "martensson2019": 1, "laukkanen2018": 5, "pinto2018": 9, "rahman2018ci": 1, "debroy2018": 4, "zhang2018": 3,
    "ivanov2018": 5, "chen2017": 7, "itkonen2016": 2, "riungukalliosaari2016": 3,
}  # fmt: skip
"""Quotations by study: items of lists in the chapter on evidence (Markdown), of the 21 studies with a known title."""

EDUCATION = {
    "pilot-study-introducing-2017": (10, 10), "continuous-delivery-personalized-2018": (0, 2),
    "crunch-automated-assessment-2018": (1, 1), "design-yet-another-2019": (9, 9),
    "devops-preparing-students-2019": (5, 1), "devops18-education-panel-2019": (6, 8),
    "devopsenvy-education-support-2017": (3, 0), "enable-cloud-devops-2017": (1, 1),
    "industry-academy-collaboration-2019": (16, 7), "introducing-deployment-pipeline-2018": (4, 2),
    "introduction-continuous-delivery-2014": (1, 4), "software-engineer-education-2016": (1, 1),
    "teaching-devops-cloud-2016": (15, 6), "teaching-devops-graduate-2019": (3, 8),
    "teaching-devops-academia-2019": (9, 16), "teaching-devops-corporate-2019": (3, 5),
    "devops-lab-platform-2018": (3, 6), "utilizing-software-engineering-2019": (1, 2),
}  # fmt: skip
"""Quotations of challenges and of recommendations by paper: rows of two worksheets of the ODS file."""

TAXONOMIES = {
    "lopezfernandez2021": 29, "leite2021": 42, "macarthy2020": 20, "nybom2016": 18, "shahin2017teams": 20,
    "luz2019": 21, "enterprisesdevops2011": 20, "sredevops2022": 20, "stateofdevops2020": 3, "zhou2022": 4,
}  # fmt: skip
"""Quotations by document: "29 Quotations" and so on in the report of the fifth iteration (PDF), without the four that
have no code (one of D4, D5, D6 and D8)."""

REVIEWS = {
    "messiasdelima2021": ADOPTION,
    "devopseducation2020": {key: challenges + advice for key, (challenges, advice) in EDUCATION.items()},
    "harmonizingdevops": TAXONOMIES,
}


class Extracted(NamedTuple):
    """A finding that a review took from a work."""

    review: str
    work: str
    id: str
    statement: str
    quotation: str


@pytest.fixture(scope="module")
def extracted(whole_graph: KnowledgeGraph) -> list[Extracted]:
    """The findings of the three reviews, with their quotations."""
    keys = " ".join(f'"{key}"' for key in REVIEWS)
    query = f"""
        SELECT ?review ?work ?id ?statement ?quotation WHERE {{
          VALUES ?review {{ {keys} }}
          ?publication dcterms:identifier ?review .
          ?finding cs:reportedIn ?publication ; cs:attributedTo/dcterms:identifier ?work ;
            dcterms:identifier ?id ; cs:statement ?statement ; cs:hasEvidence ?evidence .
          ?evidence oa:hasSelector/oa:exact ?quotation .
        }}"""
    return [Extracted(*(str(value) for value in row.values())) for row in whole_graph.sparql(query)]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def longest_common_run(one: str, other: str) -> int:
    """How many words in a row two texts have in common at most."""
    first, second, longest = words(one), words(other), 0
    runs: dict[int, int] = {}
    for word in first:
        runs = {place: runs.get(place - 1, 0) + 1 for place, another in enumerate(second) if another == word}
        longest = max(longest, *runs.values(), 0)
    return longest


@pytest.mark.parametrize("source", REVIEWS)
def test_each_work_has_as_many_findings_as_the_review_quotes(extracted: list[Extracted], source: str) -> None:
    assert Counter(finding.work for finding in extracted if finding.review == source) == REVIEWS[source]


def test_numbers_of_works_and_findings(extracted: list[Extracted]) -> None:
    works = defaultdict(set)
    for finding in extracted:
        works[finding.review].add(finding.work)
    assert {review: len(keys) for review, keys in works.items()} == {
        "messiasdelima2021": 21, "devopseducation2020": 18, "harmonizingdevops": 10,
    }  # fmt: skip
    assert len(extracted) == len({(finding.review, finding.id) for finding in extracted}) == 102 + 91 + 89 + 197


@pytest.mark.parametrize("source", REVIEWS)
def test_the_works_are_the_included_studies(whole_graph: KnowledgeGraph, source: str) -> None:
    query = f"""
        SELECT ?work WHERE {{
          ?study cs:reportedIn/dcterms:identifier "{source}" ; cs:includesPrimaryStudy ?included .
          ?included cs:reportedIn?/dcterms:identifier ?work
        }}"""
    others = {"luz2018", "pinto2017"}  # of a study that another publication reports, too
    assert {row["work"] for row in whole_graph.sparql(query)} - others == set(REVIEWS[source]) - others


def test_statements_are_no_copies_of_quotations(extracted: list[Extracted]) -> None:
    copies = [f for f in extracted if longest_common_run(f.statement, f.quotation) > WORDS_IN_COMMON]
    assert not copies


def test_quotations_are_short(extracted: list[Extracted]) -> None:
    assert max(len(finding.quotation.split()) for finding in extracted) <= MAX_QUOTE_WORDS


def test_challenges_and_recommendations_of_education(whole_graph: KnowledgeGraph, extracted: list[Extracted]) -> None:
    ids = Counter(f.id[0] for f in extracted if f.review == "devopseducation2020")
    assert ids == {"c": 91, "a": 89}
    rows = asked(whole_graph, "recommendations", "finding", "via")
    assert len({id for id, via in rows if via and "DevOps Education" in str(via)}) == 89


def test_recommendations_for_assessment(whole_graph: KnowledgeGraph) -> None:
    """Those of the review's theme (rows 2 to 6), and others that it links to a challenge of assessment."""
    rows = asked(whole_graph, "recommendations", "key", "finding", challenge="assessment")
    assert {id for key, id in rows if key in EDUCATION} >= {"ar2", "ar3", "ar4", "ar5", "ar6", "ar46", "ar77"}
    assert ("teaching-devops-cloud-2016", "ar5") in rows


def test_common_run_of_words() -> None:
    assert longest_common_run("Toys break on every day.", "They say toys break on a day") == 3
    assert longest_common_run("", "a b") == 0
