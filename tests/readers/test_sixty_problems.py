"""Sixty different mistakes in one annotation are sixty problems, each at its own place, reported in one run."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from tests.conftest import KgCli
from tests.toy import write_toy

FILE = "bib/annotations/example2031.yaml"
TEXT = Path(__file__).with_name("sixty_problems.yaml").read_text(encoding="utf-8").replace("␁", "\x01")
MARK = re.compile(r"# ← (\S+): (.+?)(?= *# ←| *$)")


def marked_places() -> list[tuple[int, int, str]]:
    """Line, column and rule of each mark in the file; “ in a mark stands for a quote, which YAML would read."""
    return [
        (number, line.index(words.replace("“", '"')) + 1, rule)
        for number, line in enumerate(TEXT.split("\n"), 1)
        for rule, words in MARK.findall(line)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_toy(tmp_path)


def test_sixty_mistakes_are_sixty_problems_each_at_its_place(folder: Path, kg_cli: KgCli) -> None:
    (folder / FILE).write_text(TEXT, encoding="utf-8")
    ran = kg_cli(folder, "check", "--format", "json")
    assert (ran.returncode, ran.stderr) == (1, "")
    problems = [p for p in json.loads(ran.stdout)["problems"] if p["severity"] == "error"]
    assert {p["file"] for p in problems} == {FILE}
    assert [(p["line"], p["column"], p["rule"]) for p in problems] == sorted(marked_places())
    assert len(problems) == len({(p["line"], p["column"]) for p in problems}) == 60
    assert all(p["message"] and p["hint"] and (p["message"] + p["hint"]).isprintable() for p in problems)


def test_the_mistakes_are_of_every_kind() -> None:
    kinds = {rule for _, _, rule in marked_places()}
    assert kinds == {
        "yaml/syntax",
        "yaml/tab",
        "yaml/character",
        "yaml/alias",
        "yaml/duplicate-key",
        *(
            f"annotation/{name}"
            for name in (
                "unknown-key",
                "missing-field",
                "empty-field",
                "invalid",
                "bad-id",
                "unknown-value",
                "duplicate-id",
                "unknown-practice",
                "unknown-challenge",
                "unknown-method",
                "unknown-context",
                "unknown-approach",
                "unknown-work",
                "unknown-evidence",
                "unknown-participant",
                "unknown-theme",
                "unknown-case",
                "unknown-finding",
                "unknown-target",
                "quotation-too-long",
            )
        ),
    }


def test_sixty_mistakes_take_about_as_long_as_none(folder: Path, kg_cli: KgCli) -> None:
    def seconds() -> float:
        begin = time.perf_counter()
        kg_cli(folder, "check", "--format", "json")
        return time.perf_counter() - begin

    clean = min(seconds() for _ in range(3))
    (folder / FILE).write_text(TEXT, encoding="utf-8")
    assert min(seconds() for _ in range(3)) < 3 * clean
