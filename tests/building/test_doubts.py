"""Values that were read without certainty are counted by kind."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

from kg.building.doubts import DOUBTS, NO_DOUBTS, Doubt
from kg.building.pipeline import assemble
from kg.readers.formats import BIBLIOGRAPHIES
from tests.conftest import ROOT, KgCli

RIS = """TY  - GEN
ID  - a
TI  - T
AU  - Ann Toy
AU  - Bo Bear
PY  - about 1984
ER  -
TY  - GEN
ID  - b
TI  - T2
AU  - Cy Doll
DO  - see web
ER  -
"""
DECISIONS = "decisions:\n  - {keep: a, same: [b], decided_by: A. Reader, date: 2032-01-02, because: One DOI.}\n"
BIB = "@misc{c, title={C}, year={20x0}}\n@misc{d, title={D}, year={2031}}\n"


def review(folder: Path) -> Path:
    (folder / "bib").mkdir()
    (folder / "bib" / "a.ris").write_text(RIS, encoding="utf-8")
    (folder / "bib" / "b.bib").write_text(BIB, encoding="utf-8")
    return folder


def test_doubts_are_counted_by_kind_with_their_works(tmp_path: Path) -> None:
    assert assemble(review(tmp_path)).doubts == (Doubt("name", 3, 2), Doubt("year", 2, 2), Doubt("DOI", 1, 1))


def test_a_merged_work_is_counted_once(tmp_path: Path) -> None:
    folder = review(tmp_path)
    (folder / "bib" / "same-as.yaml").write_text(DECISIONS, encoding="utf-8")
    assert assemble(folder).doubts[0] == Doubt("name", 3, 1)


def test_check_ends_with_the_numbers(tmp_path: Path, kg_cli: KgCli) -> None:
    folder = review(tmp_path)
    numbers = "Doubtful values: 3 names (2 works), 2 years (2 works), 1 DOI (1 work)"
    assert kg_cli(folder, "check").stderr.splitlines()[-2] == numbers
    report = json.loads(kg_cli(folder, "check", "--format", "json").stdout)
    assert report["doubts"][0] == {"kind": "name", "values": 3, "works": 2}
    assert numbers in kg_cli(folder, "build").stderr.splitlines()


def test_nothing_is_said_without_doubts(tmp_path: Path, kg_cli: KgCli) -> None:
    (tmp_path / "bib").mkdir()
    (tmp_path / "bib" / "a.bib").write_text("@misc{d, title={D}, year={2031}}\n", encoding="utf-8")
    assert "Doubtful values" not in kg_cli(tmp_path, "check").stderr


RULE = re.compile(rf"(?:{'|'.join(['bibliography', *(re.escape(row.kind) for row in BIBLIOGRAPHIES)])})/[a-z0-9-]+")
MADE = {
    "bibtex/{name}": ["bibtex/crossref", "bibtex/xdata"],
    "{self.family}/names-twice": ["ris/names-twice", "nbib/names-twice"],
    "{self.family}/several": ["ris/several", "nbib/several"],
}
"""Rules that are put together from parts, and what they become."""


def rules_of_the_readers() -> set[str]:
    """Every text in the readers of bibliographies that is the id of a rule."""
    found: set[str] = set()
    for path in [*(ROOT / "kg" / "readers").rglob("*.py"), *(ROOT / "kg" / "building").rglob("*.py")]:
        text = path.read_text(encoding="utf-8")
        if path.name == "doubts.py":
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and RULE.fullmatch(node.value):
                found.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                found.update(MADE.get(ast.unparse(node)[2:-1], []))
        found |= {f"bibtex/{name}" for name in re.findall(r'_note\("([a-z-]+)"', text)}
    return found


def test_every_rule_of_the_bibliography_readers_says_whether_it_is_a_doubt() -> None:
    rules = rules_of_the_readers()
    assert len(rules) > 30
    assert rules - DOUBTS.keys() - NO_DOUBTS == set()
    assert DOUBTS.keys() & NO_DOUBTS == set()
