"""`kg export` and `kg import`: from the files to a spreadsheet and back; nothing is written if anything is wrong."""

from __future__ import annotations

import csv
import io
import shutil
from pathlib import Path

import pytest

from tests.conftest import KgCli
from tests.toy import write_toy

EXAMPLE = "bib/annotations/example2031.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_toy(tmp_path / "toy")


def sources(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in sorted((folder / "bib").rglob("*")) if path.is_file()}


def test_export_writes_all_annotations_or_the_named_ones(folder: Path, kg_cli: KgCli) -> None:
    done = kg_cli(folder, "export")
    assert (done.returncode, done.stderr) == (0, "")
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {row["publication"] for row in rows} == {"example2031", "muster2032"}
    one = list(csv.DictReader(io.StringIO(kg_cli(folder, "export", "muster2032").stdout)))
    assert {row["file"] for row in one} == {"bib/annotations/muster2032.yaml"}
    unknown = kg_cli(folder, "export", "muster2023")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "did you mean muster2032?" in unknown.stderr


def test_the_file_ending_decides_the_format(folder: Path, kg_cli: KgCli) -> None:
    assert kg_cli(folder, "export", "-o", "a.xlsx").returncode == 0
    assert (folder / "a.xlsx").read_bytes().startswith(b"PK")
    assert kg_cli(folder, "export", "-o", "a.csv").returncode == 0
    assert (folder / "a.csv").read_bytes().startswith(b'\xef\xbb\xbf"file"')
    assert kg_cli(folder, "export", "-o", "a.ods").returncode == 2
    assert not (folder / "a.ods").exists()


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_export_and_import_change_no_byte(folder: Path, kg_cli: KgCli, name: str) -> None:
    before = sources(folder)
    assert kg_cli(folder, "export", "-o", name).returncode == 0
    done = kg_cli(folder, "import", name)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "no cell was edited, so nothing changes\n")
    assert sources(folder) == before


def replaced(folder: Path, old: str, new: str, name: str = "a.csv") -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def test_an_edit_is_shown_in_a_dry_run_and_then_made(folder: Path, kg_cli: KgCli) -> None:
    kg_cli(folder, "export", "-o", "a.csv")
    replaced(folder, "Nobody budgets continuously.", "Nobody plans budgets.")
    before = sources(folder)
    shown = kg_cli(folder, "import", "a.csv", "--dry-run")
    assert (shown.returncode, shown.stderr) == (0, f"{EXAMPLE}: 1 value would change\n")
    assert "-    statement: Nobody budgets continuously.\n+    statement: Nobody plans budgets.\n" in shown.stdout
    assert shown.stdout.startswith(f"--- a/{EXAMPLE}\n+++ b/{EXAMPLE}\n@@ ")
    assert sources(folder) == before
    done = kg_cli(folder, "import", "a.csv")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"{EXAMPLE}: 1 value changed\n")
    after = sources(folder)
    assert [path.name for path in after if after[path] != before[path]] == ["example2031.yaml"]
    assert kg_cli(folder, "check", "--severity", "error").returncode == 0


def test_nothing_is_written_if_one_edit_is_wrong(folder: Path, kg_cli: KgCli) -> None:
    kg_cli(folder, "export", "-o", "a.csv")
    replaced(folder, "Nobody budgets continuously.", "Nobody plans budgets.")
    replaced(folder, '"practices","continuous-planning"', '"practices","continuous-plan"')
    before = sources(folder)
    done = kg_cli(folder, "import", "a.csv")
    assert (done.returncode, done.stdout) == (1, "")
    assert "a.csv:" in done.stderr
    assert "[annotation/unknown-practice]" in done.stderr
    assert done.stderr.endswith("nothing was imported\n")
    assert sources(folder) == before


def test_values_without_a_row_are_counted(folder: Path, kg_cli: KgCli) -> None:
    kg_cli(folder, "export", "muster2032", "-o", "a.csv")
    text = (folder / "a.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)
    (folder / "a.csv").write_text("".join(text[:3]), encoding="utf-8")
    done = kg_cli(folder, "import", "a.csv")
    assert done.returncode == 0
    assert f"{len(text) - 3} of its values are not in the table and stay as they are" in done.stderr


def test_any_other_table_is_a_data_sheet_and_gets_a_mapping_to_fill_in(folder: Path, kg_cli: KgCli) -> None:
    (folder / "b.csv").write_text("key,title,year,topic\nx1,X,2020,T\ny1,Y,2021,\n", encoding="utf-8")
    mapping = folder / "bib" / "codings" / "b.mapping.yaml"
    assert "review:" in kg_cli(folder, "import", "b.csv", "--dry-run").stdout
    assert not mapping.exists()
    assert "complete it" in kg_cli(folder, "import", "b.csv").stderr
    unfilled = kg_cli(folder, "import", "b.csv")
    assert (unfilled.returncode, "mapping/missing-field" in unfilled.stderr) == (1, True)
    assert not (folder / "bib" / "b.bib").exists()
    text = mapping.read_text(encoding="utf-8")
    mapping.write_text(text.replace("\nreview: ", "\nreview: acme2030 ", 1), encoding="utf-8")
    tried = kg_cli(folder, "import", "b.csv", "--dry-run")
    assert "would write" in tried.stderr
    assert tried.stdout.startswith("@misc{x1,")
    assert not (folder / "bib" / "b.bib").exists()
    done = kg_cli(folder, "import", "b.csv")
    assert "2 rows in scope, 0 out of scope, 0 left out; 2 works coded, 2 entries, 0 findings" in done.stderr
    assert kg_cli(folder, "build").returncode == 0
    assert "x1" in kg_cli(folder, "query", "publications", "-f", "csv").stdout


def test_other_files_are_refused(folder: Path, kg_cli: KgCli) -> None:
    shutil.copy(folder / EXAMPLE, folder / "c.xlsx")
    assert kg_cli(folder, "import", "c.xlsx").returncode == 1
    assert kg_cli(folder, "import", "none.csv").returncode == 1
    bibliography = kg_cli(folder, "import", "bib/vanska2024.bib")
    assert (bibliography.returncode, "only needs to be in bib/" in bibliography.stderr) == (2, True)
