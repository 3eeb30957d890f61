"""`kg import` and `kg export` of .qdpx and .qdc files: nothing is written if anything is wrong."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from tests.conftest import KgCli
from tests.toy import write_toy
from tests.toy_qda import TOOLS


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_toy(tmp_path / "toy")


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in (folder / "bib").rglob("*") if path.is_file()}


def test_a_project_is_imported_in_two_steps(folder: Path, kg_cli: KgCli) -> None:
    TOOLS["qualcoder"](folder / "toys.qdpx")
    before = files(folder)
    shown = kg_cli(folder, "import", "toys.qdpx", "--dry-run")
    assert (shown.returncode, files(folder)) == (0, before)
    first = kg_cli(folder, "import", "toys.qdpx")
    assert first.returncode == 0
    assert first.stderr.endswith("complete it, then import again\n")
    mapping = folder / "bib/codings/toys.mapping.yaml"
    text = mapping.read_text(encoding="utf-8")
    assert text == shown.stdout
    unfilled = kg_cli(folder, "import", "toys.qdpx")
    assert unfilled.returncode == 1
    assert "nothing was imported" in unfilled.stderr
    for key, value in [
        ("label", "Toys"),
        ("mapped_by", "Toy Annotator"),
        ("comments", "statements"),
        ('  "toys.txt"', "example2031"),
        ('  "Late merging"', "{practices: [continuous-integration]}"),
    ]:
        text = re.sub(rf"^{key}:.*", f"{key}: {value}", text, flags=re.M)
    mapping.write_text(text, encoding="utf-8")
    trial = kg_cli(folder, "import", "toys.qdpx", "--dry-run")
    assert (trial.returncode, files(folder) - before) == (0, {"bib/codings/toys.mapping.yaml"})
    assert "would write" in trial.stderr
    assert "statement: Merging is late." in trial.stdout
    done = kg_cli(folder, "import", "toys.qdpx")
    assert done.returncode == 0, done.stderr
    assert "1 segment: 1 finding" in done.stderr
    assert "[qda/no-statement]" in done.stderr
    assert files(folder) - before == {"bib/codings/toys.mapping.yaml", "bib/annotations/example2031.default.yaml"}
    assert kg_cli(folder, "check").returncode == 0


@pytest.mark.parametrize("data", [b"not a zip", b""])
def test_what_is_no_project_is_refused(data: bytes, folder: Path, kg_cli: KgCli) -> None:
    (folder / "toys.qdpx").write_bytes(data)
    before = files(folder)
    done = kg_cli(folder, "import", "toys.qdpx")
    assert (done.returncode, done.stdout, files(folder)) == (1, "", before)
    assert "toys.qdpx: error: not a zip archive" in done.stderr
    assert "[qda/no-zip]" in done.stderr
    missing = kg_cli(folder, "import", "gone.qdpx")
    assert (missing.returncode, "[file/unreadable]" in missing.stderr) == (1, True)


def test_a_project_with_a_path_outside_itself_is_refused(folder: Path, kg_cli: KgCli) -> None:
    with zipfile.ZipFile(folder / "toys.qdpx", "w") as archive:
        archive.writestr("project.qde", "<Project name='a'/>")
        archive.writestr("../../evil.txt", "x")
    done = kg_cli(folder, "import", "toys.qdpx")
    assert done.returncode == 1
    assert "toys.qdpx/../../evil.txt: error: this member has a path outside the archive" in done.stderr


def test_annotations_are_exported_as_a_project_by_the_ending(folder: Path, kg_cli: KgCli) -> None:
    done = kg_cli(folder, "export", "-o", "toys.qdpx")
    assert done.returncode == 0, done.stderr
    assert "2 sources, 9 segments" in done.stderr
    assert zipfile.ZipFile(folder / "toys.qdpx").testzip() is None
    one = kg_cli(folder, "export", "muster2032", "-o", "one.qdpx")
    assert "1 source, 4 segments" in one.stderr
    (folder / "texts").mkdir()
    (folder / "texts/muster2032.txt").write_text("Toy testers asked for tools.", encoding="utf-8")
    texts = kg_cli(folder, "export", "muster2032", "--texts", "texts", "-o", "one.qdpx")
    assert texts.returncode == 0
    assert "[qda/not-in-text]" in texts.stderr
    assert "2 sources, 4 segments" in texts.stderr


def test_a_codebook_is_exported_and_its_codes_are_shown(folder: Path, kg_cli: KgCli) -> None:
    assert kg_cli(folder, "export", "-o", "toys.qdc").returncode == 0
    before = files(folder)
    shown = kg_cli(folder, "import", "toys.qdc")
    assert (shown.returncode, shown.stderr, files(folder)) == (0, "", before)
    assert '  "continuous testing": {practices: [continuous-testing]}' in shown.stdout
    assert "KIND" not in shown.stdout


def test_of_a_project_without_segments_the_codes_are_shown(folder: Path, kg_cli: KgCli) -> None:
    codes = '<CodeBook><Codes><Code guid="a" name="Odd toys" isCodable="true"/></Codes></CodeBook>'
    with zipfile.ZipFile(folder / "toys.qdpx", "w") as archive:
        archive.writestr("project.qde", f"<Project name='a'>{codes}</Project>")
    before = files(folder)
    shown = kg_cli(folder, "import", "toys.qdpx")
    assert (shown.returncode, files(folder)) == (0, before)
    assert "no text has a coded segment" in shown.stderr
    assert '  "Odd toys":\n' in shown.stdout


def test_an_unknown_ending_is_a_usage_error(folder: Path, kg_cli: KgCli) -> None:
    done = kg_cli(folder, "export", "-o", "toys.nvp")
    assert done.returncode == 2
    assert ".qdpx" in done.stderr
