"""`kg duplicates --people --venues`: from a proposal to a decision that counts, in the files of a review."""

from __future__ import annotations

import csv
import io
from pathlib import Path

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


def test_a_name_that_no_work_has_is_an_error_with_its_place(tmp_path: Path, kg_cli: KgCli) -> None:
    folder = review(tmp_path)
    (folder / FILE).write_text(
        "people:\n  - keep: Ann Toy\n    same: [A Toy]\n    decided_by: Jo Doe\n    because: x\n", encoding="utf-8"
    )
    ran = kg_cli(folder, "build")
    assert ran.returncode == 1
    assert f"{FILE}:3:12" in ran.stderr
    assert "did you mean A. Toy" in ran.stderr
