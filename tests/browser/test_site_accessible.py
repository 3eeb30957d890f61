"""The site of the project's own review, for everybody: no rule of axe is broken, in whatever size and colours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.answers.changes import changes
from kg.api import KnowledgeGraph
from kg.core.output import write_folder
from kg.render.pages.changes_page import changes_page
from kg.render.pages.site import site
from tests.browser.axe import COLOUR_RULES, shorten, violations
from tests.browser.watched import LAPTOP, PHONE, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

KINDS = (
    "index.html", "questions.html", "question/disagreements.html", "question/opposite-effects.html",
    "question/gaps.html", "question/gaps-outcomes.html", "annotated.html", "key-findings.html", "outcome/business.html",
    "practices.html", "lists.html", "vocabularies.html", "sources.html", "terms.html", "others.html", "iri.html",
    "practice/continuous-testing.html", "challenge/testing-and-quality.html", "approach/mlops.html",
    "area/development.html", "method/semi-structured-interview.html", "context/industrial-context.html",
    "publication/vanska2024.html", "publication/giray2021.html", "study/vanska2024.html", "study/giray2021.html",
    "finding/vanska2024/PEC4.html", "finding/vanska2024/obs-manual-testing.html",
    "search.html", "search.html?q=CI", "search.html?q=nothing+of+the+kind")  # fmt: skip
"""A page of each kind. One list stands for all: each of them is looked at in test_site_lists.py."""


ON_A_PHONE = (
    "index.html", "question/gaps.html", "practices.html", "practice/continuous-testing.html", "search.html?q=CI",
    "publication/giray2021.html", "finding/vanska2024/PEC4.html")  # fmt: skip
"""A page of each layout: its rules are checked on a phone, too."""


def opened(page: Page, folder: Path, name: str) -> None:
    """With all that folds unfolded, but for the long table of IRIs."""
    page.goto(f"{folder.as_uri()}/{name}")
    if name != "iri.html":
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


@pytest.mark.parametrize("size", [LAPTOP, PHONE])
def test_a_page_of_each_kind_breaks_no_rule(browser: Browser, review_site: Path, size: tuple[int, int]) -> None:
    with watched(browser, review_site.as_uri(), size) as page:
        for name in KINDS:
            page.emulate_media(color_scheme="light")
            opened(page, review_site, name)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
            shorten(page)
            if size == LAPTOP or name in ON_A_PHONE:
                assert violations(page) == [], name
            if size == LAPTOP or name not in ON_A_PHONE:  # the same colours as on a phone
                continue
            page.emulate_media(color_scheme="dark")
            assert page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
            assert violations(page, rules=COLOUR_RULES) == [], f"{name}, dark"


def sample(folder: Path, number: int = 40) -> list[str]:
    every = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.html")
                   if path.name not in ("graph.html", "map.html"))  # fmt: skip
    return every[:: len(every) // number]


def test_every_twentieth_page_says_nothing_and_asks_for_nothing(browser: Browser, review_site: Path) -> None:
    names = sample(review_site)
    assert len(names) >= 40
    with watched(browser, review_site.as_uri(), PHONE) as page:
        for name in names:
            opened(page, review_site, name)
            assert page.locator("h1").count() == 1, name
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


@pytest.mark.parametrize(
    "wrong",
    [
        lambda page: page.evaluate("document.querySelector('#find').labels[0].remove()"),
        lambda page: page.add_style_tag(content="main p { color: #ccc !important }"),
    ],
)
def test_what_is_wrong_is_found(browser: Browser, review_site: Path, wrong: Callable[[Page], object]) -> None:
    context = browser.new_context(bypass_csp=True)
    page = context.new_page()
    page.goto((review_site / "index.html").as_uri())
    wrong(page)
    assert violations(page)
    context.close()


def test_the_page_of_changes_breaks_no_rule(
    browser: Browser, tmp_path: Path, toy_graph: KnowledgeGraph, library_graph: KnowledgeGraph
) -> None:
    found = changes(toy_graph, library_graph)
    found = replace(found, answers=found.answers[:2])
    write_folder(tmp_path / "site", site(library_graph, "Toys", since=found))
    (tmp_path / "site" / "alone.html").write_text(changes_page(found), "utf-8")
    folder = tmp_path / "site"
    with watched(browser, folder.as_uri(), LAPTOP) as page:
        for name in ("changes.html", "alone.html"):
            page.emulate_media(color_scheme="light")
            opened(page, folder, name)
            assert page.locator("main li").count() > 3
            assert violations(page) == [], name
            page.emulate_media(color_scheme="dark")
            assert violations(page, rules=COLOUR_RULES) == [], f"{name}, dark"
