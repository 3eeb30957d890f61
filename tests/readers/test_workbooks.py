"""Workbooks: cells as text, no trust in what the file says of itself, and the same bytes for the same table."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from kg.core.problems import Problem, UsageError
from kg.readers import workbooks
from kg.readers.sheets import Worksheet, read_sheet
from kg.readers.workbooks import Column, SheetTable, write_sheets

COLUMNS = (Column("a", 30), Column("b", 8, "made by kg: do not edit"))
SHEET = "xl/worksheets/sheet1.xml"


def read(folder: Path, data: bytes, sheet: str = "", name: str = "x.xlsx") -> tuple[Worksheet | None, list[Problem]]:
    path = folder / name
    path.write_bytes(data)
    return read_sheet(path, sheet=sheet)


def saved(*rows: list[Any], title: str = "Sheet") -> bytes:
    workbook = Workbook()
    workbook.active.title = title
    for row in rows:
        workbook.active.append(row)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def changed(data: bytes, part: str, old: bytes, new: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                content = content.replace(b"<v></v>", b"<v />")  # which openpyxl writes if lxml is installed
                assert old in content
                content = content.replace(old, new)
            target.writestr(name, content)
    return out.getvalue()


def written(rows: list[tuple[str, str]], title: str = "t") -> bytes:
    return write_sheets([SheetTable(title, COLUMNS, rows)])


def column(sheet: Worksheet | None, name: str) -> list[str]:
    assert sheet is not None
    return [row.cells[name] for row in sheet.rows]


def test_cells_are_read_as_text(tmp_path: Path) -> None:
    values = [
        5,
        5.0,
        5.1,
        0.25,
        1e20,
        True,
        datetime.date(2024, 3, 1),
        datetime.datetime(2024, 3, 1, 12, 30),
        datetime.time(9, 5),
        "5.10",
        " text\n",
        "'=1",
    ]
    sheet, problems = read(tmp_path, saved(["a"], *([value] for value in values)))
    assert not problems
    assert column(sheet, "a") == [
        "5",
        "5",
        "5.1",
        "0.25",
        "1e+20",
        "TRUE",
        "2024-03-01",
        "2024-03-01T12:30:00",
        "09:05:00",
        "5.10",
        " text\n",
        "'=1",
    ]


def test_a_row_has_the_number_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    sheet, problems = read(tmp_path, saved([], ["a", None, "b"], [], ["1", None, "2"], ["3"]))
    assert sheet is not None
    assert [str(sheet.where(row, "b")) for row in sheet.rows] == ["x.xlsx:4:3", "x.xlsx:5:3"]
    assert column(sheet, "b") == ["2", ""]
    assert [problem.rule for problem in problems] == ["sheet/column-without-name"]


def test_a_formula_gives_its_value_and_one_without_a_value_is_a_problem(tmp_path: Path) -> None:
    data = saved(["a", "b"], ["=1+1", "x"], ["=1/0", "y"])
    sheet, problems = read(tmp_path, data)
    assert [(problem.rule, str(problem.where)) for problem in problems] == [
        ("sheet/formula", "x.xlsx:2:1"),
        ("sheet/formula", "x.xlsx:3:1"),
    ]
    assert column(sheet, "b") == ["x", "y"]
    data = changed(data, SHEET, b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
    data = changed(data, SHEET, b'<c r="A3"><f>1/0</f><v />', b'<c r="A3" t="e"><f>1/0</f><v>#DIV/0!</v>')
    sheet, (problem,) = read(tmp_path, data)
    assert column(sheet, "a") == ["2", ""]
    assert (problem.rule, str(problem.where)) == ("sheet/error-value", "x.xlsx:3:1")


def test_the_first_sheet_is_read_or_the_one_named(tmp_path: Path) -> None:
    workbook = Workbook()
    for title in ("Data", "Notes"):
        sheet = workbook.create_sheet(title)
        sheet.append(["of"])
        sheet.append([title])
    workbook.remove(workbook.worksheets[0])
    out = io.BytesIO()
    workbook.save(out)
    assert column(read(tmp_path, out.getvalue())[0], "of") == ["Data"]
    assert column(read(tmp_path, out.getvalue(), "Notes")[0], "of") == ["Notes"]
    none, (problem,) = read(tmp_path, out.getvalue(), "Note")
    assert none is None
    assert problem.rule == "sheet/unknown-sheet"
    assert "did you mean Notes?" in problem.message


def test_merged_cells_are_filled_and_hidden_rows_are_read_and_reported(tmp_path: Path) -> None:
    workbook = Workbook()
    sheet = workbook.active
    for row in (["study", "kind", "year"], ["A", None, 1], [None, None, 2], ["A title across the row"], ["B", "x", 3]):
        sheet.append(row)
    sheet.merge_cells("A2:B3")
    sheet.merge_cells("A4:C4")
    sheet.row_dimensions[3].hidden = True
    out = io.BytesIO()
    workbook.save(out)
    read_back, (problem,) = read(tmp_path, out.getvalue())
    assert read_back is not None
    assert [tuple(row.cells.values()) for row in read_back.rows] == [
        ("A", "A", "1"),
        ("A", "A", "2"),
        ("A title across the row", "", ""),
        ("B", "x", "3"),
    ]
    assert (problem.rule, problem.where.line, problem.severity) == ("sheet/hidden-rows", 3, "warning")


# --- files that are not workbooks, and hostile ones ---

GOOD = saved(["a"], ["1"])


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


LAUGHS = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
REFUSED = {
    "text": (b"a,b\n1,2\n", "sheet/format"),
    "nothing": (b"", "sheet/format"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "sheet/format"),
    "a password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "sheet/encrypted"),
    "OpenDocument": (zipped({"mimetype": b"application/vnd.oasis.opendocument.text"}), "sheet/format"),
    "another zip file": (zipped({"a.txt": b"a"}), "sheet/format"),
    "half a file": (GOOD[: len(GOOD) // 2], "sheet/format"),
    "no sheet in it": (zipped({"[Content_Types].xml": b"<Types/>"}), "sheet/damaged"),
    "broken XML": (changed(GOOD, SHEET, b"</row>", b""), "sheet/damaged"),
    "a row with an invalid number": (changed(GOOD, SHEET, b'<row r="1"', b'<row r="x"'), "sheet/damaged"),
    "a bomb": (zipped({"[Content_Types].xml": bytes(200_000_000)}), "sheet/too-large"),
    "entities": (changed(GOOD, SHEET, b"<worksheet", LAUGHS + b"<worksheet"), "sheet/doctype"),
}


@pytest.mark.parametrize(("data", "rule"), REFUSED.values(), ids=REFUSED)
def test_a_file_that_is_not_a_workbook_is_one_problem(tmp_path: Path, data: bytes, rule: str) -> None:
    sheet, (problem,) = read(tmp_path, data)
    assert sheet is None
    assert (problem.rule, problem.where.file) == (rule, "x.xlsx")
    assert problem.hint


def test_a_row_far_away_costs_no_time_and_unread_rows_are_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = saved(["a"], ["1"], ["2"])
    sheet, problems = read(tmp_path, changed(data, SHEET, b'<row r="3"', b'<row r="1048576"'))
    assert (column(sheet, "a"), problems) == (["1", "2"], [])
    _, (problem,) = read(tmp_path, changed(data, SHEET, b'<row r="3"', b'<row r="99999999999"'))
    assert problem.rule == "sheet/damaged"
    monkeypatch.setattr(workbooks, "MAX_CELLS", 2)
    sheet, (problem,) = read(tmp_path, data)
    assert column(sheet, "a") == ["1"]
    assert (problem.rule, problem.where.line) == ("sheet/too-large", 3)


def test_a_sheet_that_lies_about_its_size_is_read_whole(tmp_path: Path) -> None:
    sheet, problems = read(tmp_path, changed(saved(["a"], ["1"], ["2"]), SHEET, b'ref="A1:A3"', b'ref="A1:XFD1"'))
    assert column(sheet, "a") == ["1", "2"]
    assert not problems


@settings(max_examples=60)
@given(st.binary(max_size=100), st.integers(0, len(GOOD) - 1), st.integers(0, 60))
def test_a_workbook_damaged_anywhere_never_raises(
    tmp_path_factory: pytest.TempPathFactory, new: bytes, start: int, length: int
) -> None:
    for data in (new, GOOD[:start] + new + GOOD[start + length :]):
        sheet, problems = read(tmp_path_factory.getbasetemp(), data, name="damaged.xlsx")
        assert sheet or problems


PARTS = zipfile.ZipFile(io.BytesIO(GOOD))


@settings(max_examples=60)
@given(st.sampled_from(PARTS.namelist()), st.binary(min_size=1, max_size=8), st.floats(0, 1))
def test_a_workbook_with_a_damaged_part_never_raises(
    tmp_path_factory: pytest.TempPathFactory, part: str, new: bytes, at: float
) -> None:
    content = PARTS.read(part)
    start = int(at * len(content))
    data = changed(GOOD, part, content, content[:start] + new + content[start + len(new) :])
    sheet, problems = read(tmp_path_factory.getbasetemp(), data, name="part.xlsx")
    assert sheet or problems


# --- writing ---


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
            st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        ),
        min_size=1,
        max_size=4,
    )
)
@example([("5.10", "=1+1"), ("'=1", "-"), ("\r\n", "\x01"), ("_x000D_", "_x005F_x0041_"), (" a ", "#REF!")])
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]) -> None:
    sheet, problems = read(tmp_path_factory.getbasetemp(), written(rows), name="written.xlsx")
    assert not problems
    assert list(zip(column(sheet, "a"), column(sheet, "b"), strict=True)) == rows


def test_the_same_table_gives_the_same_bytes_at_any_time() -> None:
    data = written([("1", "2")])
    assert written([("1", "2")]) == data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {part.date_time for part in archive.infolist()} == {(2000, 1, 1, 0, 0, 0)}
        dates = re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+", archive.read("docProps/core.xml"))
    assert set(dates) == {b"2000-01-01T00:00:00"}
    assert len(dates) == 2


def test_a_workbook_is_formatted_for_editing() -> None:
    sheet = load_workbook(io.BytesIO(written([("=1", "c0ffee")], "annotations"))).active
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("annotations", "A2", "A1:B2")
    assert sheet["A1"].font.b
    assert (sheet["A2"].data_type, sheet["A2"].number_format, sheet["A2"].alignment.wrap_text) == ("s", "@", True)
    assert sheet["B2"].font.color.rgb == "FF999999"
    assert sheet.column_dimensions["A"].width == 30
    (told,) = sheet.data_validations.dataValidation
    assert (str(told.sqref), told.prompt) == ("B1:B2", "made by kg: do not edit")


def test_a_text_too_long_for_a_cell_is_refused_and_not_cut() -> None:
    with pytest.raises(UsageError, match="longer than the 32767 characters"):
        written([("x" * 40_000, "")])
