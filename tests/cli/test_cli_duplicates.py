"""`kg duplicates --people --venues`: from a proposal to a decision that counts, in the files of a review."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.conftest import KgCli

BIB = """@article{a2030, author = {Toy, Ann and Bear, Bo}, title = {One}, journal = {Journal of Toys}, year = {2030}}
@article{b2031, author = {Toy, A. and Bear, Bo}, title = {Two}, journal = {Journal of TOYS}, year = {2031}}
"""
FILE = "bib/same-as.yaml"


def review(folder: Path) -> Path:
    (folder / "bib").mkdir()
    (folder / "bib" / "one.bib").write_text(BIB, encoding="utf-8")
    return folder


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_proposal_on_names_becomes_a_decision_and_is_not_proposed_again(tmp_path: Path, kg_cli: KgCli) -> None:
    folder = review(tmp_path)
    shown = kg_cli(folder, "duplicates", "--people", "--venues", "--format", "csv")
    assert [(row["of"], row["keep"], row["same"]) for row in rows(shown.stdout)] == [
        ("people", "Ann Toy", "A. Toy"),
        ("venues", "Journal of TOYS", "Journal of Toys"),
    ]
    assert shown.stderr == "2 proposals: 1 exact, 1 likely\n"
    assert kg_cli(folder, "duplicates", "--people", "--venues", "--format", "yaml", "-o", FILE).returncode == 0
    assert kg_cli(folder, "check", "--severity", "error").stdout.count("has no `decided_by`") == 2
    path = folder / FILE
    path.write_text(path.read_text(encoding="utf-8").replace("decided_by:", "decided_by: Jo Doe"), encoding="utf-8")
    assert kg_cli(folder, "duplicates", "--people", "--venues").stderr == "0 proposals: 0 exact, 0 likely\n"
    every = kg_cli(folder, "duplicates", "--people", "--venues", "--all", "--format", "csv").stdout
    assert [row["decision"] for row in rows(every)] == ["same", "same"]
    assert kg_cli(folder, "build").returncode == 0
    authors = rows(kg_cli(folder, "query", "authors", "--format", "csv").stdout)
    assert [(row["author"], row["works"], row["spellings"]) for row in authors] == [
        ("Ann Toy", "2", "2"),
        ("Bo Bear", "2", "1"),
    ]
    printed = rows(kg_cli(folder, "query", "things-authors", "--format", "csv").stdout)
    assert [row["author"] for row in printed] == ["Ann Toy", "Bo Bear", "A. Toy", "Bo Bear"]


def test_only_the_list_asked_for_is_proposed(tmp_path: Path, kg_cli: KgCli) -> None:
    folder = review(tmp_path)
    assert [row["of"] for row in rows(kg_cli(folder, "duplicates", "--venues", "-f", "csv").stdout)] == ["venues"]
    assert kg_cli(folder, "duplicates").stderr == "0 proposals: 0 exact, 0 likely\n"


def test_a_name_below_decisions_is_an_error_that_names_its_list(tmp_path: Path, kg_cli: KgCli) -> None:
    folder = review(tmp_path)
    (folder / FILE).write_text(DECIDED.replace("people:", "decisions:"), encoding="utf-8")
    ran = kg_cli(folder, "check", "--severity", "error")
    assert f"{FILE}:2:" in ran.stdout
    assert ran.stdout.count("decisions on names belong under `people:`") == 2
    assert ran.stderr.endswith(" notes; the graph was not checked\n")
    assert "the graph was not checked because of the errors\n" in kg_cli(folder, "build").stderr
    assert json.loads(kg_cli(folder, "check", "--format", "json").stdout)["graph_checked"] is False


def test_a_name_that_no_work_has_is_an_error_with_its_place(tmp_path: Path, kg_cli: KgCli) -> None:
    folder = review(tmp_path)
    (folder / FILE).write_text(
        "people:\n  - keep: Ann Toy\n    same: [A Toy]\n    decided_by: Jo Doe\n    because: x\n", encoding="utf-8"
    )
    ran = kg_cli(folder, "build")
    assert ran.returncode == 1
    assert f"{FILE}:3:12" in ran.stderr
    assert "did you mean A. Toy" in ran.stderr


DECIDED = "people:\n  - {keep: Ann Toy, same: [A. Toy], decided_by: Jo Doe, because: Her page lists both.}\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DECIDED, "contains 1 decision,"),
        ("people:\n  - keep: [Ann Toy\n", "may contain decisions"),
        (b"people: \xff", "may contain decisions"),
    ],
)
def test_decisions_are_never_written_over(tmp_path: Path, kg_cli: KgCli, text: str | bytes, said: str) -> None:
    path = review(tmp_path) / FILE
    path.write_bytes(before := text if isinstance(text, bytes) else text.encode())
    ran = kg_cli(tmp_path, "duplicates", "--venues", "--format", "yaml", "-o", f"bib/../{FILE}")
    assert (ran.returncode, path.read_bytes()) == (2, before)
    assert said in ran.stderr
    assert f"paste them below the list of the same name in {FILE}" in ran.stderr


def test_without_proposals_there_is_no_list_and_no_file(tmp_path: Path, kg_cli: KgCli) -> None:
    folder = review(tmp_path)
    ran = kg_cli(folder, "duplicates", "--format", "yaml", "-o", FILE)
    assert (ran.returncode, (folder / FILE).exists()) == (0, False)
    assert f"nothing to decide: {FILE} was not written" in ran.stderr
    assert kg_cli(folder, "duplicates", "--format", "yaml").stdout == ""
