"""README.md, CONTRIBUTING.md and docs/ name files that exist, and the README stays short."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.cli.overview import COMMANDS
from kg.queries.query_library import QueryLibrary
from tests.conftest import ROOT
from tests.test_architecture import FLOORS

MOST_WORDS = 1500
ARCHITECTURE = ROOT / "docs" / "architecture.md"
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]

LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#([^)\s]*))?\)|\]\(#([^)\s]+)\)")
CODE_NAME = re.compile(r"`([^`\s]+)`")
FILE = re.compile(r"[\w.*-]+(/[\w.*-]+)*(/|\.(py|js|css|html|ttl|rq|yaml))")


def _text(document: Path) -> str:
    """The text without code blocks, in which brackets may mean something else."""
    return re.sub(r"^\s*```.*?^\s*```", "", document.read_text(encoding="utf-8"), flags=re.S | re.M)


def _anchors(document: Path) -> set[str]:
    """The anchors of the headings, as code forges make them."""
    headings = re.findall(r"^#+ (.+)$", _text(document), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_links_lead_to_files_and_headings_that_exist(document: Path) -> None:
    wrong = []
    for link in LINK.finditer(_text(document)):
        target = document.parent / link[1] if link[1] else document
        anchor = link[2] or link[3]
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in _anchors(target)):
            wrong.append(link[0])
    assert wrong == []


def test_files_named_in_the_architecture_exist() -> None:
    # A path is given from the repository, from kg/, or in the table of rooms from the room of its row.
    named = {name for name in CODE_NAME.findall(_text(ARCHITECTURE)) if FILE.fullmatch(name) and "/" in name}
    rooms = [room for floor in FLOORS for room in floor]
    folders = [ROOT, ROOT / "kg", *(ROOT / "kg" / room for room in rooms)]
    missing = {name for name in named if not any(any(folder.glob(name)) for folder in folders)}
    assert missing - {"queries/FAMILY/", "build/"} == set()


def test_rooms_are_described_from_the_lowest_floor_to_the_highest() -> None:
    rows = re.findall(r"^\| \[`([\w/.]+)`\]", ARCHITECTURE.read_text(encoding="utf-8"), re.M)
    assert [row.removesuffix("/").removesuffix(".py") for row in rows] == [room for floor in FLOORS for room in floor]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: str(document.relative_to(ROOT)))
def test_commands_and_queries_that_are_named_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    commands = re.findall(r"(?:`|^\$ |^)kg (?:--\w+ \S+ )?([a-z][a-z-]+)", text, re.M)
    named = re.findall(r"\bkg (?:--\w+ \S+ )?query ([a-z][a-z-]+)", text)
    assert set(commands) - set(COMMANDS) - {"reads", "never", "makes", "has"} == set()
    assert set(named) - set(QueryLibrary.of(ROOT).names()) == set()


def test_the_readme_has_at_most_1500_words() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) <= MOST_WORDS
