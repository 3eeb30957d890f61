"""Source files are found in order and read in any encoding."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.core.files import SourceFile, find_sources
from kg.core.problems import Problem
from kg.readers.formats import read_file


def read(folder: Path, data: bytes, name: str = "x.bib", max_bytes: int = 1000) -> SourceFile | Problem:
    path = folder / name
    path.write_bytes(data)
    return read_file(folder, path, max_bytes)


TEXT = "@misc{a,\n  title = {Café “Ö”}}"
ENCODED = {
    "Windows-1252": (TEXT.encode("cp1252"), "x.bib:2:15", "Windows-1252"),
    "Latin-1": (TEXT.replace("“", "").replace("”", "").encode("latin-1"), "x.bib:2:15", "Win"),
    "as its first line says": (b"% Encoding: MacRoman\n" + TEXT.encode("mac-roman"), "x.bib:3:15", "MAC-ROMAN"),
    "UTF-16 with a mark": (TEXT.encode("utf-16"), "x.bib:1:1", "UTF-16-LE"),
    "UTF-16 big-endian with a mark": (b"\xfe\xff" + TEXT.encode("utf-16-be"), "x.bib:1:1", "UTF-16-BE"),
    "UTF-16 without a mark": (TEXT.encode("utf-16-le"), "x.bib:1:1", "UTF-16-LE"),
    "UTF-16 big-endian without a mark": (TEXT.encode("utf-16-be"), "x.bib:1:1", "UTF-16-BE"),
}


@pytest.mark.parametrize(("data", "place", "encoding"), ENCODED.values(), ids=ENCODED)
def test_an_export_in_another_encoding_gives_a_warning(tmp_path: Path, data: bytes, place: str, encoding: str) -> None:
    file = read(tmp_path, data)
    assert isinstance(file, SourceFile)
    assert "Caf" in file.text
    assert "é" in file.text
    assert "Ö" in file.text
    assert file.assumed is not None
    assert (str(file.assumed.where), file.assumed.rule, file.assumed.severity) == (place, "file/encoding", "warning")
    assert encoding in file.assumed.message


def test_lines_in_two_encodings_are_both_read(tmp_path: Path) -> None:
    file = read(tmp_path, "@misc{a, title={Ö}}\n".encode() + "@misc{b, title={Ö}}\n".encode("cp1252"))
    assert isinstance(file, SourceFile)
    assert file.text.count("Ö") == 2


def test_an_unknown_or_wrong_declared_encoding_is_ignored(tmp_path: Path) -> None:
    for declared in (b"klingon", b"ascii", b"hex", b"utf-16-le", b"utf-8"):
        file = read(tmp_path, b"% Encoding: " + declared + b"\n@misc{a, title={\xd6}}")
        assert isinstance(file, SourceFile)
        assert "Ö" in file.text


def test_lone_surrogates_are_never_returned(tmp_path: Path) -> None:
    file = read(tmp_path, b"% Encoding: unicode_escape\n@misc{a, title={\\ud800\xd6}}")
    assert isinstance(file, SourceFile)
    assert file.text.encode()


def test_a_byte_of_another_source_that_is_not_utf_8_has_its_line_and_column(tmp_path: Path) -> None:
    problem = read(tmp_path, b"a: b\nc:  caf\xe9", "x.yaml")
    assert isinstance(problem, Problem)
    assert (str(problem.where), problem.rule) == ("x.yaml:2:8", "file/not-utf-8")


def test_a_file_that_is_too_large_or_gone_is_a_problem(tmp_path: Path) -> None:
    large = read(tmp_path, b"x" * 1001)
    gone = read_file(tmp_path, tmp_path / "gone.bib")
    assert isinstance(large, Problem)
    assert isinstance(gone, Problem)
    assert (large.rule, gone.rule) == ("file/too-large", "file/unreadable")


def test_a_byte_order_mark_and_other_line_ends_are_not_part_of_the_text(tmp_path: Path) -> None:
    file = read(tmp_path, b"\xef\xbb\xbf@misc{a,\r\n}\r")
    assert isinstance(file, SourceFile)
    assert (file.text, file.assumed) == ("@misc{a,\n}\n", None)


def test_files_are_found_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "bib").mkdir()
    for name in ("b.bib", "a.bib", "c.txt"):
        (tmp_path / "bib" / name).touch()
    assert [path.name for path in find_sources(tmp_path, "bib", "*.bib")] == ["a.bib", "b.bib"]
    assert find_sources(tmp_path, "elsewhere", "*.bib") == []
