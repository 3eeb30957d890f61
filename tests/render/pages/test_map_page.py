"""The page as it is written, before any script runs: numbers, states, and data that stay data."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from kg.answers.evidence_map import NO_EVIDENCE, NOBODY, NOT_APPLICABLE, NOT_FOUND, Cell, EvidenceMap, Header, merged
from kg.render.pages.map_page import heat, map_page, plural
from tests.maps import QUALITY, TESTING, TRUST, empty_map, finding, no_rows_map, toy_map


class Page(HTMLParser):
    """Elements with their attributes; cells of the table by their place; what scripts and styles hold."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.cells: dict[tuple[int, int], str] = {}
        self.titles: dict[tuple[int, int], str] = {}
        self.raw: list[tuple[str, str]] = []
        self._place: tuple[int, int] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.elements.append((tag, values))
        if tag in ("td", "th"):
            self._place = (int(values["data-r"] or 0), int(values["data-c"] or 0)) if "data-r" in values else None
        if tag == "span" and "title" in values and self._place:
            self.titles[self._place] = values["title"] or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._place = None
        if tag in ("script", "style"):
            self.elements.append(("", {}))

    def handle_data(self, data: str) -> None:
        tag = self.elements[-1][0] if self.elements else ""
        if tag in ("script", "style"):
            self.raw.append((tag, data))
        elif self._place:
            self.cells[self._place] = " ".join(f"{self.cells.get(self._place, '')} {data}".split())

    def data(self) -> Any:
        return json.loads(next(text for tag, text in self.raw if tag == "script"))


@pytest.fixture(scope="module")
def text() -> str:
    return map_page(toy_map())


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_the_table_has_its_numbers_without_javascript(page: Page) -> None:
    assert page.cells[0, 0] == "3 2 1"
    assert page.titles[0, 0] == "3 distinct studies: 2 first-hand, 1 second-hand"
    assert page.cells[0, 1] == "1 1"
    assert page.cells[1, 0] == "1 1 × 1"


def test_what_an_empty_cell_means(page: Page) -> None:
    found = {
        (1, 2): ("× 1", NOT_FOUND),
        (1, 1): ("–", NO_EVIDENCE),
        (2, 0): ("·", NOBODY),
        (2, 1): ("n/a", NOT_APPLICABLE),
    }
    assert {place: (page.cells[place], page.titles[place]) for place in found} == found


def test_totals_are_distinct_studies_not_sums(page: Page) -> None:
    assert page.cells[0, 3] == "3 2 1", "gamma stands in two cells of the row"
    assert page.cells[3, 0] == "3 3 × 1", "gamma is first-hand in one of them"
    assert page.cells[3, 3] == "3 3 × 2"


def test_what_was_itself_not_found_stands_at_its_name_only(page: Page) -> None:
    assert page.cells[2, -1] == "continuous trust × 1", "two findings of one study"
    assert [page.cells[2, c] for c in range(4)] == ["·", "n/a", "·", "·"]
    assert page.cells[0, -1] == "continuous testing"
    whole = toy_map()
    turned = Page(map_page(replace(whole, rows=whole.columns, columns=whole.rows, cells={})))
    assert turned.cells[-1, 2] == "continuous trust × 1"
    assert turned.cells[3, 3] == "–"


def test_merging_cells_counts_a_study_once() -> None:
    one = Cell((finding("F1", "alpha"),))
    assert merged([one, one]) == one


def test_nothing_in_the_data_becomes_an_element(page: Page) -> None:
    names = [tag for tag, _ in page.elements]
    assert names.count("script") == 2
    assert not {"img", "i>"} & set(names)
    assert not [a for _, attributes in page.elements for a in attributes if a.startswith("on")]
    assert page.data()["title"] == toy_map().title


def test_the_policy_lets_only_our_script_and_style_through(page: Page) -> None:
    policy = next(a["content"] for tag, a in page.elements if tag == "meta" and "http-equiv" in a) or ""
    (style,) = (t for tag, t in page.raw if tag == "style")
    script = [t for tag, t in page.raw if tag == "script"][1]
    for source in (style, script):
        assert f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy


def test_nothing_is_fetched(page: Page) -> None:
    links = [a.get(name) for _, a in page.elements for name in ("src", "href") if name in a]
    assert links == ["data:,"]


def test_the_script_speaks_no_html(page: Page) -> None:
    script = [t for tag, t in page.raw if tag == "script"][1]
    assert not re.search(r"(inner|outer)HTML|insertAdjacentHTML|document\.write|\beval\b|setTimeout\(\s*[\"'`]", script)


def test_same_map_same_bytes_whatever_the_order_of_cells(text: str) -> None:
    whole = toy_map()
    assert map_page(replace(whole, cells=dict(reversed(list(whole.cells.items()))))) == text


def test_permalink_names_are_short_and_unambiguous(page: Page) -> None:
    assert [r["name"] for r in page.data()["rows"]] == ["continuous-testing", "continuous-delivery", "continuous-trust"]
    twins = (replace(QUALITY, iri="https://a.example/x"), replace(QUALITY, iri="https://b.example/x"))
    data = Page(map_page(replace(toy_map(), columns=twins))).data()
    assert [c["name"] for c in data["columns"]] == ["https://a.example/x", "https://b.example/x"]


def test_columns_have_groups_too() -> None:
    columns = (replace(QUALITY, group="technical"), Header("x", "x", "social"), Header("y", "y", "technical"))
    page = Page(map_page(replace(toy_map(), columns=columns)))
    groups = [a["colspan"] for tag, a in page.elements if tag == "th" and a.get("scope") == "colgroup"]
    assert groups == ["2", "1"]


def test_plurals() -> None:
    kinds = ["practice", "study", "approach", "area", "way"]
    assert [plural(k) for k in kinds] == ["practices", "studies", "approaches", "areas", "ways"]


def test_shades() -> None:
    assert [heat(n, 4) for n in range(5)] == [0, 1, 2, 3, 4]
    assert [heat(n, 20) for n in (0, 1, 4, 5, 16, 20)] == [0, 1, 1, 2, 4, 5]


def test_empty_maps_say_so_kindly() -> None:
    none = map_page(no_rows_map())
    assert "There is no map yet: this review has no practices." in none
    assert "<table" not in none
    assert "There is no map yet: this review has no challenges." in map_page(replace(toy_map(), columns=()))
    assert "No study has evidence for any of these pairs yet." in map_page(empty_map())


def test_an_iri_no_header_names_is_left_out() -> None:
    odd = EvidenceMap(
        "t",
        "practice",
        "challenge",
        (TESTING,),
        (QUALITY,),
        {(TRUST.iri, QUALITY.iri): Cell((finding("F1", "alpha"),))},
    )
    data = Page(map_page(odd)).data()
    assert (data["cells"], data["findings"], data["largest"]) == ([], [], 0)
