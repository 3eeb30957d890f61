"""The site of the documentation: built without a warning, complete, and searched and read without a network."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import pytest

import kg as package
from kg.cli.overview import COMMANDS
from kg.core.iris import CS
from kg.model.annotation import Annotation
from kg.model.mapping import Mapping
from tests.browser.axe import violations
from tests.conftest import ROOT

LOADED = {"src", "srcset", "poster", "data", "action"}
"""Attributes that make a browser load something; `href` does in `link`."""


class Page(HTMLParser):
    """The anchors, links and loaded files of a page, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.anchors.add(value)
            elif name == "href" and tag == "a" and value:
                self.links.append(value)
            elif value and (name in LOADED or (name == "href" and tag == "link")):
                self.loaded.append(value)

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


@pytest.fixture(scope="module")
def folder(review: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("documentation") / "docs"
    command = [sys.executable, ROOT / "docs" / "site" / "build.py", made, "--review", review]
    done = subprocess.run(list(map(str, command)), cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return made


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[str, Page]:
    found = sorted(folder.rglob("*.html"))
    return {path.relative_to(folder).as_posix(): Page(path.read_text(encoding="utf-8")) for path in found}


def test_pages_load_nothing_from_outside(folder: Path, pages: dict[str, Page]) -> None:
    outside = {name: [url for url in page.loaded if re.match(r"(?:\w+:)?//", url)] for name, page in pages.items()}
    styles = {path.name: re.findall(r"(?:@import|url\()\s*[\"']?(?:\w+:)?//", path.read_text(encoding="utf-8"))
              for path in folder.rglob("*.css")}  # fmt: skip
    assert {name: urls for name, urls in (outside | styles).items() if urls} == {}


def test_links_within_the_site_lead_to_pages_and_headings(folder: Path, pages: dict[str, Page]) -> None:
    dead = defaultdict(list)
    for name, page in pages.items():
        for link in page.links:
            path, anchor = urldefrag(link)
            if re.match(r"\w+:", link):
                continue
            target = ((folder / name).parent / unquote(path)).resolve() if path else folder / name
            there = pages.get(target.relative_to(folder).as_posix()) if target.is_relative_to(folder) else None
            if not target.is_file() or (anchor and there and unquote(anchor) not in there.anchors):
                dead[name].append(link)
    assert dead == {}


def test_every_page_of_the_documentation_is_in_the_navigation(pages: dict[str, Page]) -> None:
    sections = ("how-to.html", "reference.html", "explanation.html", "index.html")
    linked = {link for name in sections for link in pages[name].links}
    made = {f"{path.stem}.html" for path in ROOT.glob("docs/*.md")} | {"contributing.html", "changelog.html"}
    assert made - linked - {"index.html"} == set()
    decisions = {path.stem for path in ROOT.glob("docs/decisions/*.md")}
    assert {f"{name}.html" for name in decisions} <= set(pages["decisions/index.html"].links)


def _keys(model: Any) -> set[str]:
    schema = model.model_json_schema()
    return {key for part in (schema, *schema["$defs"].values()) for key in part.get("properties", {})}


def test_references_are_complete(pages: dict[str, Page]) -> None:
    ontology = (ROOT / "ontology" / "continuous-star.ttl").read_text(encoding="utf-8")
    checks = [f"check/{path.stem}" for path in ROOT.glob("queries/checks/*.rq")]
    wanted = {
        "annotation-format.html": _keys(Annotation),
        "mapping-format.html": _keys(Mapping),
        "ontology.html": re.findall(r"^cs:\w+", ontology, re.M),
        "concepts.html": ["continuous-testing", "testing-and-quality", "lead-time"],
        "rules.html": [*checks, "narrower", "A concept needs a definition"],
        "commands.html": [f"kg {name}" for name in COMMANDS],
        "python.html": [name for name in package.__all__ if not name.startswith("_")],
    }
    missing = {name: [word for word in words if word not in pages[name].text] for name, words in wanted.items()}
    assert {name: words for name, words in missing.items() if words} == {}


def test_examples_of_the_ontology_are_of_the_graph(
    pages: dict[str, Page], review_graph: package.KnowledgeGraph
) -> None:
    examples = re.findall(r"example: (\S+) cs:hasEvidence (\S+)", pages["ontology.html"].text)
    assert len(examples) == 1
    subject, value = (f"<{str(CS).removesuffix('ontology#')}{name}>" for name in examples[0])
    assert len(review_graph.sparql(f"SELECT ?x {{ {subject} cs:hasEvidence {value} BIND(1 AS ?x) }}")) == 1


def test_search_finds_pages_that_are_accessible_and_load_nothing_from_elsewhere(browser: Any, folder: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    loaded: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(f"{(folder / 'search.html').as_uri()}?q=quotation")
    found = page.locator("#search-results li a", has_text="Annotation guide")
    found.first.click()
    page.wait_for_url("**/annotating.html**")
    for name in ("index.html", "annotation-format.html", "queries.html", "python.html"):
        page.goto((folder / name).as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name
    assert violations(page) == []
    assert [url for url in loaded if not url.startswith(("file:", "data:"))] == []
    assert errors == []
    page.close()
