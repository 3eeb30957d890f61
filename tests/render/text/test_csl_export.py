"""Works as CSL-JSON: valid, read back the same, and cited by pandoc as their BibTeX entries are."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

import pypandoc
import pytest
from hypothesis import given

from kg.api import KnowledgeGraph
from kg.model.bibliography import BibliographyEntry
from kg.readers.csl_values import date_of
from kg.render.formats import of_file, render
from kg.render.text.csl_json import csl_item, csl_json
from tests.render.text.works import any_work, facts, read, works

VARIABLES = """
id citation-key type title author editor issued accessed container-title container-title-short collection-title
collection-number issue number page volume edition publisher publisher-place genre event-title event-place title-short
version number-of-pages ISBN ISSN URL DOI abstract note annote keyword language
"""
TYPES = """
article-journal periodical paper-conference chapter entry-encyclopedia book thesis report webpage manuscript pamphlet
motion_picture software dataset patent standard document
"""
"""Those of the schema (csl-data.json of CSL 1.0.2) that kg writes; the schema allows no others than its own."""
NAMES = {"family", "given", "non-dropping-particle", "suffix", "literal"}


def items() -> dict[str, dict[str, Any]]:
    return {key: csl_item(work) for key, work in works().items()}


def back(*found: BibliographyEntry) -> dict[str, BibliographyEntry]:
    text = json.dumps([csl_item(work) for work in found])
    return {work.key: work for work in read("bib/works.json", text).publications}


def assert_valid(item: Mapping[str, Any]) -> None:
    """Checks an item by the rules of the schema for what kg writes."""
    assert set(item) <= set(VARIABLES.split())
    assert {"id", "type"} <= set(item)
    assert item["type"] in TYPES.split()
    for name in [*item.get("author", []), *item.get("editor", [])]:
        assert set(name) <= NAMES
        assert all(isinstance(part, str) and part for part in name.values())
    for date in (item[name] for name in ("issued", "accessed") if name in item):
        assert set(date) <= {"date-parts", "season", "circa", "literal"}
        assert 1 <= len(date.get("date-parts", [0])) <= 2
        assert all(1 <= len(parts) <= 3 for parts in date.get("date-parts", []))
    others = item.keys() - {"author", "editor", "issued", "accessed"}
    assert all(isinstance(item[name], str) and item[name] for name in others)


@pytest.mark.parametrize("key", works())
def test_items_are_valid(key: str) -> None:
    assert_valid(items()[key])


def test_works_of_every_kind_are_read_back_the_same() -> None:
    found = back(*works().values())
    assert {key: facts(work) for key, work in found.items()} == {key: facts(work) for key, work in works().items()}
    changed = {key: work.kind for key, work in found.items() if work.kind != works()[key].kind}
    assert changed == {"volume": "book", "preprint": "article"}


def test_values_are_under_the_variables_of_csl() -> None:
    found = items()
    assert found["paper"]["author"] == [
        {"family": "Doe", "given": "Jane"},
        {"family": "Toy", "given": "Jan", "non-dropping-particle": "van der"},
        {"family": "Berg", "given": "Ida", "suffix": "Jr."},
        {"literal": "Acme Toys, Inc."},
        {"literal": "others"},  # pandoc cites it as `et al.`
    ]
    assert (found["paper"]["page"], found["article"]["page"], found["numbered"]["page"]) == ("12-34", "5-1–5-12", "e17")
    assert (found["article"]["issue"], found["book"]["collection-number"], found["report"]["number"]) == (
        "4",
        "7",
        "TR-3",
    )
    assert (found["phd"]["genre"], found["master"]["genre"]) == ("PhD thesis", "Master's thesis")
    assert "author" not in found["volume"]


@pytest.mark.parametrize(
    ("key", "date"),
    [
        ("paper", {"date-parts": [[2031, 3, 7]]}),
        ("numbered", {"date-parts": [[2030]]}),
        ("chapter", {"date-parts": [[2029, 3, 5]]}),
        ("master", {"date-parts": [[2027]], "season": 1}),
        ("report", {"literal": "in press"}),
        ("web", {"literal": "about 1984"}),
        ("preprint", {"date-parts": [[2031, 5], [2032]], "circa": True}),
        ("draft", {"date-parts": [[2031], [0]]}),
        ("other", {"date-parts": [[2031]], "circa": True}),
    ],
)
def test_dates_are_parts_ranges_and_doubts(key: str, date: dict[str, Any]) -> None:
    assert items()[key]["issued"] == date


def test_a_range_without_end_is_read_as_one() -> None:
    assert date_of({"date-parts": [[2031, 5], [0, 0]]}) == "2031-05/.."


@given(any_work())
def test_any_work_is_read_back_the_same(work: BibliographyEntry) -> None:
    assert_valid(csl_item(work))
    assert facts(back(work)["key"]) == facts(work)


# --- pandoc ---


@pytest.fixture(scope="module")
def cited(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The reference to each work as pandoc formats it."""
    file = tmp_path_factory.mktemp("pandoc") / "works.csl.json"
    file.write_text(json.dumps(list(items().values())), encoding="utf-8")
    arguments = ["--citeproc", f"--bibliography={file}", "--wrap=none"]
    page = pypandoc.convert_text("---\nnocite: '@*'\n---\n", "html", format="markdown", extra_args=arguments)
    found = re.findall(r'<div id="ref-(\w+)"[^>]*>(.*?)</div>', page, re.DOTALL)
    return {key: unescape(re.sub(r"<[^>]*>", "", text)).replace("\n", " ") for key, text in found}


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("paper", ["Doe, Jane", "Jan van der Toy", "Ida Berg Jr.", "Acme Toys, Inc.", "et al.", "2031",
                   "The NASA Test of H₂O", "Proceedings of Toys", "by Ann Ted", "vol. 12", "LNTS", "Toy & Sons"]),
        ("article", ["Alembert", "2031", "Journal", "J. Toys", "3", "(4)"]),
        ("chapter", ["Muster, Zoë", "2029", "Big", "edited by A. Ted and B. Bear"]),
        ("phd", ["Toy, B.", "2027", "PhD thesis", "University of Toys"]),
        ("report", ["Acme Toys and Sons", "in press", "TR-3", "Acme"]),
        ("web", ["Toy, D.", "about 1984", "https://example.org/a_b"]),
        ("preprint", ["Toy, E.", "[2031–2032?]", "arXiv"]),
        ("volume", ["Ted, Ann et al., eds.", "2031"]),
    ],
)  # fmt: skip
def test_pandoc_cites_people_year_and_title(cited: dict[str, str], key: str, parts: list[str]) -> None:
    reference = cited[key]
    assert [part for part in parts if part.casefold() not in reference.casefold()] == []


# --- of a graph ---


def test_the_ending_selects_the_format(toy_graph: KnowledgeGraph) -> None:
    assert [of_file("rows", Path(name)).name for name in ("a.csl.json", "A.CSL.JSON", "a.json")] == ["csl-json"] * 2 + [
        "json"
    ]
    text = render(toy_graph.query("publications"), "csl-json", toy_graph)
    assert [item["id"] for item in json.loads(text)] == ["acme2030", "example2031", "muster2032"]


def test_every_work_of_the_review_is_read_back_the_same(review_graph: KnowledgeGraph) -> None:
    keys = sorted({str(row["key"]) for row in review_graph.query("publications")})
    before = {work.key: work for work in read("bib/x.bib", "\n".join(review_graph.entries(keys).values())).publications}
    text = csl_json(review_graph, keys)
    after = {work.key: work for work in read("bib/x.json", text).publications}
    assert list(after) == keys
    assert [key for key in keys if facts(after[key]) != facts(before[key])] == []
    assert not re.search(r'": (?:null|""|\[\]|\{\})', text)
