"""Tables as people have them: any separator, encoding and damage gives rows with places or problems."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.core.problems import Problem
from kg.readers.sheets import Worksheet, guard, read_sheet, unguard, write_csv

TABLE = 'id,statement\nF1,"Größe, and\nmore"\nF2,5.10\n'
ROWS = [{"id": "F1", "statement": "Größe, and\nmore"}, {"id": "F2", "statement": "5.10"}]
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


def read(folder: Path, data: bytes | str, name: str = "x.csv") -> tuple[Worksheet | None, list[Problem]]:
    path = folder / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return read_sheet(path)


def cells(sheet: Worksheet | None) -> list[dict[str, str]]:
    assert sheet is not None
    return [dict(row.cells) for row in sheet.rows]


AS_PEOPLE_HAVE_IT = {
    "UTF-8": (TABLE.encode(), []),
    "with a mark": (TABLE.encode("utf-8-sig"), []),
    "UTF-16": (TABLE.encode("utf-16"), ["file/encoding"]),
    "Windows-1252": (TABLE.encode("cp1252"), ["file/encoding"]),
    "DOS line ends": (TABLE.replace("\n", "\r\n").encode(), []),
    "semicolons": (b'id;statement\nF1;"Gr\xc3\xb6\xc3\x9fe, and\nmore"\nF2;5.10\n', []),
    "tabs": (b'id\tstatement\nF1\t"Gr\xc3\xb6\xc3\x9fe, and\nmore"\nF2\t5.10\n', []),
    "empty lines": (b"\n" + TABLE.encode() + b"\n,\n", []),
    "spaces about names": (TABLE.replace("id,statement", " id , statement").encode(), []),
    "more cells, all empty": (TABLE.replace("5.10", "5.10,,").encode(), []),
    "a zero byte": (TABLE.replace("5.10", "5.\x0010").encode(), ["file/encoding", "sheet/character"]),
}


@pytest.mark.parametrize(("data", "rules"), AS_PEOPLE_HAVE_IT.values(), ids=AS_PEOPLE_HAVE_IT)
def test_a_table_in_any_common_form_is_read(tmp_path: Path, data: bytes, rules: list[str]) -> None:
    sheet, problems = read(tmp_path, data)
    assert cells(sheet) == ROWS
    assert sheet is not None
    assert sheet.columns == ("id", "statement")
    assert [problem.rule for problem in problems] == rules
    assert all(problem.severity == "warning" for problem in problems)


def test_a_row_has_the_line_that_it_starts_on(tmp_path: Path) -> None:
    sheet, _ = read(tmp_path, TABLE)
    assert sheet is not None
    assert [str(sheet.where(row, "statement")) for row in sheet.rows] == ["x.csv:2:2", "x.csv:4:2"]
    assert str(sheet.where(sheet.rows[0])) == "x.csv:2:1"


def test_separators_within_quotes_of_the_header_do_not_count(tmp_path: Path) -> None:
    sheet, _ = read(tmp_path, '"a, b, c";d\n1;2\n')
    assert cells(sheet) == [{"a, b, c": "1", "d": "2"}]


FAULTS = {
    "too few cells": ("a,b\n1\n3,4\n", "sheet/too-few-cells", "x.csv:2:1", [("1", ""), ("3", "4")]),
    "too many cells": ("a,b\n1,2,3\n3,4\n", "sheet/cell-without-column", "x.csv:2:3", [("1", "2"), ("3", "4")]),
    "a name twice": ("a,b,a\n1,2,\n", "sheet/duplicate-column", "x.csv:1:3", [("1", "2")]),
    "a column without a name": ("a,,b\n1,,2\n", "sheet/column-without-name", "x.csv:1:2", [("1", "2")]),
    "a quote not closed": ('a,b\n1,2\n3,"4\n5,6\n', "sheet/row", "x.csv:3:0", [("1", "2")]),
    "text after a quote": ('a,b\n1,2\n3,"4"x\n5,6\n', "sheet/row", "x.csv:3:0", [("1", "2"), ("5", "6")]),
    "a huge cell": ("a,b\n1," + "x" * 4_200_000 + "\n5,6\n", "sheet/row", "x.csv:2:0", [("5", "6")]),
}


@pytest.mark.parametrize(("text", "rule", "where", "kept"), FAULTS.values(), ids=FAULTS)
def test_a_fault_has_its_place_and_the_rest_is_kept(
    tmp_path: Path, text: str, rule: str, where: str, kept: list[tuple[str, str]]
) -> None:
    sheet, (problem,) = read(tmp_path, text)
    assert (problem.rule, f"{problem.where.file}:{problem.where.line}:{problem.where.column}") == (rule, where)
    assert problem.hint
    assert [(row["a"], row["b"]) for row in cells(sheet)] == kept


def test_a_cell_without_a_column_never_moves_into_another(tmp_path: Path) -> None:
    sheet, problems = read(tmp_path, "a,,b\n1,stray,2\n")
    assert cells(sheet) == [{"a": "1", "b": "2"}]
    assert "stray" in problems[-1].message


def test_reading_leaves_the_limit_of_the_csv_module_as_it_was(tmp_path: Path) -> None:
    limit = csv.field_size_limit()
    read(tmp_path, "a\n" + "x" * 200_000)
    assert csv.field_size_limit() == limit


def test_a_file_that_cannot_be_read_is_one_problem(tmp_path: Path) -> None:
    for data, name in ((b"", "empty.csv"), (b"\n\n", "blank.csv")):
        assert [problem.rule for problem in read(tmp_path, data, name)[1]] == ["sheet/empty"]
    sheet, (problem,) = read_sheet(tmp_path / "none.csv")
    assert sheet is None
    assert problem.rule == "file/unreadable"


@given(st.binary(max_size=300) | texts.map(str.encode) | st.text('a,;\t"\n\r\0', max_size=60).map(str.encode))
def test_any_bytes_are_a_table_or_a_problem(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    sheet, problems = read(tmp_path_factory.getbasetemp(), data, "any.csv")
    assert sheet or problems
    assert sheet is None or all(set(row.cells) == set(sheet.columns) for row in sheet.rows)


# --- writing ---


@given(st.lists(st.tuples(texts.filter(bool), texts), min_size=1))
@example([("\r", "'=a"), ("''-", ";")])
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]) -> None:
    rows = [(first.replace("\r\n", "\n"), second.replace("\r\n", "\n")) for first, second in rows]
    sheet, problems = read(tmp_path_factory.getbasetemp(), write_csv(("a", "b"), rows), "written.csv")
    assert not problems
    assert [(unguard(row["a"]), unguard(row["b"])) for row in cells(sheet)] == rows


@given(texts)
@example("=1")
@example("'=1")
@example("'Twas")
@example("-")
@example("\r")
@example("\n=1")
@example("＝1")
def test_a_guarded_value_is_not_a_formula_and_can_be_unguarded(value: str) -> None:
    assert not guard(value).startswith(tuple("=+-@\t\r\n＝＋－＠"))
    assert unguard(guard(value)) == value


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;", "sep=;;;"])
def test_a_line_with_the_separator_is_no_header(tmp_path: Path, first: str) -> None:
    text = f"{first}\r\nwork, printed;score\r\nÉlan, the;3,5\r\n"
    sheet, problems = read(tmp_path, text.encode("utf-8-sig"), "a.csv")
    assert (cells(sheet), problems) == ([{"work, printed": "Élan, the", "score": "3,5"}], [])
    assert sheet is not None
    assert sheet.rows[0].number == 3


@pytest.mark.parametrize("separator", ["|", "\t", ","])
def test_the_line_may_name_any_separator(tmp_path: Path, separator: str) -> None:
    text = f"sep={separator}\na;x{separator}b;y\n1;2{separator}3;4\n"
    sheet, problems = read(tmp_path, text.encode(), "a.csv")
    assert (cells(sheet), problems) == ([{"a;x": "1;2", "b;y": "3;4"}], [])


def test_a_decimal_comma_is_neither_a_separator_nor_changed(tmp_path: Path) -> None:
    sheet, problems = read(tmp_path, b"work;score;mean\nToy;3,5;1.234,5\nOwl;,5;-0,1\n", "a.csv")
    assert ([list(row.values()) for row in cells(sheet)], problems) == (
        [["Toy", "3,5", "1.234,5"], ["Owl", ",5", "-0,1"]],
        [],
    )


def test_any_csv_reader_reads_a_written_table() -> None:
    rows = [("5.10", "=1+1"), ("a\rb", 'x,"\ny')]
    found = list(csv.reader(io.StringIO(write_csv(("a", "b"), rows), newline="")))
    assert found == [["a", "b"], ["5.10", "'=1+1"], ["a\rb", 'x,"\ny']]
