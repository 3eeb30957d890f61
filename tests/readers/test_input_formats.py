"""The tables of input formats: a new format is one row, which finding, building, watching and messages all use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kg.building.pipeline import assemble, build
from kg.building.scaffold import init_review
from kg.building.watching import changes
from kg.core.files import SourceFile
from kg.core.problems import Location
from kg.model.bibliography import Person
from kg.readers import formats
from kg.readers.bibliography import read_bibtex
from kg.readers.formats import (
    BIBLIOGRAPHIES,
    OTHER_SOURCES,
    BibliographyFormat,
    bibliography_kind,
    find_bibliographies,
    find_review_files,
    read_file,
    unit_of,
)
from kg.readers.records import RecordFile, WorkRecord

TOYS = "toy2031 | Toy, Tilda | Toys in lines\ntoy2032 | Spiel, Sven | More toys\nnot an entry\n"


def read_lines(file: SourceFile) -> RecordFile:
    """A reader of a made-up format: key, author and title in a line."""
    read = RecordFile(file)
    for number, line in enumerate(file.text.splitlines(), 1):
        read.seen += 1
        where, parts = Location(file.name, number, 1), line.split(" | ")
        if len(parts) != 3:
            read.report(where, "lines/syntax", "this line has no title", "write key | author | title")
            continue
        record = WorkRecord(where, key=parts[0], authors=[Person(*parts[1].split(", "))])
        record.set("title", parts[2], where)
        read.records.append(record)
    return read


LINES = BibliographyFormat("lines", "Lines", (".lines", ".enl"), read_lines, any_encoding=True)


@pytest.fixture
def _lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "BIBLIOGRAPHIES", (*BIBLIOGRAPHIES, LINES))


def review(folder: Path, name: str = "toys.lines", text: str = TOYS) -> Path:
    (folder / "bib").mkdir(parents=True)
    (folder / "bib" / name).write_text(text, encoding="utf-8")
    return folder


@pytest.mark.usefixtures("_lines")
def test_one_row_brings_the_entries_of_a_new_format_into_the_graph(tmp_path: Path) -> None:
    folder = review(tmp_path, text=TOYS.replace("not an entry\n", ""))
    assembly = build(folder)
    assert assembly.errors == []
    (account,) = [account for account in assembly.accounts if account.file == "bib/toys.lines"]
    assert (account.kind, account.unit, account.entries, account.accepted) == ("lines", "entry", 2, 2)
    graph = (folder / "build" / "graph.ttl").read_text(encoding="utf-8")
    assert "More toys" in graph
    assert "@misc{toy2032" in graph


@pytest.mark.usefixtures("_lines")
def test_problems_of_a_new_format_have_their_line(tmp_path: Path) -> None:
    (error,) = assemble(review(tmp_path)).errors
    assert (str(error.where), error.rule) == ("bib/toys.lines:3:1", "lines/syntax")


@pytest.mark.usefixtures("_lines")
def test_files_of_a_new_format_are_found_watched_and_named_in_hints(tmp_path: Path) -> None:
    folder = review(tmp_path)
    (folder / "bib" / "below").mkdir()
    misplaced = folder / "bib" / "below" / "more.ENL"
    misplaced.write_text(TOYS, encoding="utf-8")
    assert [path.name for path in find_bibliographies(folder)] == ["toys.lines"]
    (problem,) = [problem for problem in assemble(folder).problems if problem.rule == "file/not-read"]
    assert problem.where.file == "bib/below/more.ENL"
    assert "bib/NAME.bib, .bibtex, .ris, .nbib, .json, .lines or .enl" in problem.hint
    watch = changes(folder, sleep=lambda _: None)
    misplaced.write_text(TOYS * 2, encoding="utf-8")
    assert next(watch) == ["more.ENL"]


@pytest.mark.usefixtures("_lines")
def test_a_new_review_lists_a_new_format(tmp_path: Path) -> None:
    init_review(tmp_path / "new")
    readme = (tmp_path / "new" / "README.md").read_text(encoding="utf-8")
    assert (
        "BibTeX (`.bib`, `.bibtex`), RIS (`.ris`), NBIB (`.nbib`), CSL-JSON (`.json`), Lines (`.lines`, `.enl`)"
        in readme
    )


@pytest.mark.usefixtures("_lines")
def test_a_row_decides_whether_other_encodings_are_read(tmp_path: Path) -> None:
    path = review(tmp_path) / "bib" / "toys.lines"
    path.write_bytes("toy2031 | Töy, Tilda | Toys".encode("cp1252"))
    file = read_file(tmp_path, path)
    assert isinstance(file, SourceFile)
    assert "Töy" in file.text


def test_formats_with_the_same_ending_are_distinguished_by_their_text(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = replace(LINES, endings=(".json",), recognises=lambda text: " | " in text)
    monkeypatch.setattr(formats, "BIBLIOGRAPHIES", (*BIBLIOGRAPHIES, lines))
    csl = SourceFile("bib/a.json", '[{"id": "csl2031", "type": "book", "title": "Toys"}]', "")
    toys = SourceFile("bib/b.json", "toy2031 | Toy, Tilda | Toys", "")
    read = [read_bibtex(file) for file in (csl, toys)]
    assert [source.kind for source in read] == ["csl-json", "lines"]
    assert [[entry.key for entry in source.publications] for source in read] == [["csl2031"], ["toy2031"]]


@pytest.mark.parametrize("row", BIBLIOGRAPHIES, ids=lambda row: row.kind)
def test_every_row_has_a_reader_that_accepts_an_empty_file(row: BibliographyFormat) -> None:
    read = row.reader(SourceFile(f"bib/empty{row.endings[0]}", "", ""))
    assert read.entries == []
    assert {p.rule for p in read.problems if p.rule.startswith("bibtex")} <= {"bibtex/no-entry"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.bib", "bibtex"),
        ("A.BIB", "bibtex"),
        ("a.ris", "ris"),
        ("a.bibtex", "bibtex"),
        ("pubmed.nbib", "nbib"),
        ("a.json", "csl-json"),
        ("a.txt", ""),
        ("bib", ""),
    ],
)
def test_the_ending_decides_the_kind_in_either_case(name: str, kind: str) -> None:
    assert bibliography_kind(name) == kind


def test_the_other_sources_of_a_review_are_found(tmp_path: Path) -> None:
    names = ("same-as.yaml", "annotations/a.yaml", "quotations/a.yaml", "codings/a.yaml", "codings/a.mapping.yaml")
    for name in names:
        path = tmp_path / "bib" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    found = {path.relative_to(tmp_path / "bib").as_posix() for path in find_review_files(tmp_path)}
    assert found == set(names) - {"codings/a.mapping.yaml"}


def test_entries_are_called_what_a_person_calls_them() -> None:
    assert {source.kind: unit_of(source.kind) for source in OTHER_SOURCES} == {
        "annotation": "annotation",
        "verdict": "verdict",
        "coding": "row",
        "same-as": "decision",
    }
    assert unit_of("bibtex") == "entry"
