"""OpenDocument spreadsheets: cells as text, merged cells, hidden rows, two rows of names, and hostile files."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from kg.readers.sheets import TableFile, open_table

NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)
ROW = "<table:table-row>{}</table:table-row>"


def cell(text: str = "", more: str = "") -> str:
    return (
        f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"
        if text
        else f"<table:table-cell {more}/>"
    )


def saved(*tables: str, head: str = "", **parts: bytes) -> bytes:
    sheets = "".join(f'<table:table table:name="T{n}">{rows}</table:table>' for n, rows in enumerate(tables, 1))
    content = f"{head}<office:document-content {NAMES}><office:body><office:spreadsheet>{sheets}"
    content += "</office:spreadsheet></office:body></office:document-content>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        for name, data in parts.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


def opened(folder: Path, data: bytes) -> TableFile:
    (folder / "x.ods").write_bytes(data)
    file, problems = open_table(folder / "x.ods")
    assert file is not None, problems
    return file


def test_cells_are_text_and_merged_cells_are_filled(tmp_path: Path) -> None:
    merged = cell("A", 'table:number-rows-spanned="2"')
    number = cell("2.018", 'office:value-type="float" office:value="2018"')
    date = cell("1 May", 'office:value-type="date" office:date-value="2019-05-01T00:00:00"')
    rows = ROW.format(cell("study") + cell("year") + cell("claim"))
    rows += ROW.format(merged + number + cell("one<text:s text:c='2'/>space<text:line-break/>x"))
    rows += ROW.format("<table:covered-table-cell/>" + date + cell("two", 'table:number-columns-repeated="1"'))
    rows += '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'
    sheet, problems = opened(tmp_path, saved(rows)).table()
    assert problems == []
    assert sheet is not None
    assert [tuple(row.cells.values()) for row in sheet.rows] == [
        ("A", "2018", "one  space\nx"),
        ("A", "2019-05-01", "two"),
    ]


def test_rows_hidden_by_a_filter_are_read_and_reported(tmp_path: Path) -> None:
    hidden = ROW.format(cell("x")).replace("<table:table-row>", '<table:table-row table:visibility="filter">')
    sheet, (problem,) = opened(tmp_path, saved(ROW.format(cell("a")) + hidden + ROW.format(cell("y")))).table()
    assert sheet is not None
    assert len(sheet.rows) == 2
    assert (problem.rule, problem.severity, problem.where.line) == ("sheet/hidden-rows", "warning", 2)


def test_two_rows_of_names_are_joined_and_worksheets_are_named(tmp_path: Path) -> None:
    upper = ROW.format(cell("Problem", 'table:number-columns-spanned="2"') + "<table:covered-table-cell/>" + cell("ID"))
    rows = ROW.format(cell("A title")) + upper + ROW.format(cell("No") + cell("Text") + cell())
    file = opened(tmp_path, saved(rows + ROW.format(cell("1") + cell("x") + cell("S1")), ROW.format(cell("b"))))
    sheet, problems = file.table("T1", (2, 3))
    assert problems == []
    assert sheet is not None
    assert sheet.columns == ("Problem / No", "Problem / Text", "ID")
    assert str(sheet.where(sheet.rows[0], "ID")) == "x.ods:T1:4:3"
    assert file.table("T1", (9,))[1][0].rule == "sheet/no-header"


def test_cells_are_filled_down(tmp_path: Path) -> None:
    rows = "".join(ROW.format(cell(a) + cell(b)) for a, b in [("study", "x"), ("A", "1"), ("", "2"), ("B", "3")])
    sheet, _ = opened(tmp_path, saved(rows)).table(fill_down=["study"])
    assert sheet is not None
    assert [row.cells["study"] for row in sheet.rows] == ["A", "A", "B"]


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (saved(ROW.format(cell("a")), head='<!DOCTYPE x [<!ENTITY a "aa">]>'), "sheet/doctype"),
        (saved("<table:table-row>"), "sheet/damaged"),
        (saved(ROW.format(cell("a")), **{"META-INF__manifest.xml": b"<m><encryption-data/></m>"}), "sheet/encrypted"),
        (saved(ROW.format(cell("a")))[:200], "sheet/format"),
    ],
    ids=["entities", "broken", "a password", "half"],
)
def test_a_file_that_cannot_be_read_is_one_problem(tmp_path: Path, data: bytes, rule: str) -> None:
    (tmp_path / "x.ods").write_bytes(data)
    file, (problem,) = open_table(tmp_path / "x.ods")
    assert (file, problem.rule) == (None, rule)


def test_many_repeated_cells_cost_no_memory(tmp_path: Path) -> None:
    wide = cell("x", 'table:number-columns-repeated="16384"')
    row = f'<table:table-row table:number-rows-repeated="1048576">{wide}</table:table-row>'
    _, problems = opened(tmp_path, saved(row)).table()
    assert "sheet/too-large" in {problem.rule for problem in problems}
