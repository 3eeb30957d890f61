"""Rows as a workbook and as a page: whole, safe to open, and with what they are made from."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pyoxigraph import Literal, NamedNode
from python_calamine import CalamineWorkbook

from kg.answers.rows import Rows
from kg.core.iris import XSD
from kg.core.problems import UsageError
from kg.readers.sheets import read_sheet, unguard, write_csv
from kg.readers.workbooks import Column, SheetTable, write_sheets
from kg.render.pages.rows_page import rows_page
from kg.render.rows_workbook import rows_xlsx
from kg.store import Term
from tests.clients import required

pytestmark = pytest.mark.filterwarnings("ignore:Workbook contains no default style")  # those of Gnumeric

DANGEROUS = ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", '=HYPERLINK("https://x.example","y")',
             "=cmd|' /C calc'!A0", "'=1", "''-", "-", "=", "5.10", "1e3", "2031-01-02", "007", "TRUE", "_x0041_",
             "a\x01b"]  # fmt: skip
"""Texts that a spreadsheet program would change or run if they stood in a cell as they are."""


def rows(*terms: Term | None) -> Rows:
    return Rows(("value",), tuple((term,) for term in terms))


def number(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=XSD(datatype))


# --- spreadsheets ---


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("workbook") / "a.xlsx"
    path.write_bytes(rows_xlsx(rows(*map(Literal, DANGEROUS)), "Title", "kg; graph sha256:1"))
    return path


def test_no_text_of_a_workbook_is_a_formula(workbook: Path) -> None:
    sheet = load_workbook(workbook)["rows"]
    assert {cell.data_type for (cell,) in sheet.iter_rows()} == {"s"}
    assert {cell.number_format for (cell,) in sheet.iter_rows()} == {"@"}


def test_our_reader_reads_each_text_unchanged(workbook: Path) -> None:
    sheet, problems = read_sheet(workbook, sheet="rows")
    assert problems == []
    assert [row.cells["value"] for row in sheet.rows if sheet] == DANGEROUS  # type: ignore[union-attr]


def test_calamine_reads_each_as_text(workbook: Path) -> None:
    head, *found = CalamineWorkbook.from_path(workbook).get_sheet_by_name("rows").to_python()
    assert (head, [text for (text,) in found]) == (["value"], DANGEROUS)


def by_gnumeric(source: Path, target: str) -> Path:
    """The file as Gnumeric writes it after it has computed all formulas."""
    made = source.with_name(target)
    kind = ["--import-type=Gnumeric_stf:stf_csvtab"] if source.suffix == ".csv" else []
    subprocess.run([required("ssconvert", "gnumeric"), "--recalc", *kind, str(source), str(made)],
                   capture_output=True, check=True)  # fmt: skip
    return made


SHOWN = [text for text in DANGEROUS if not re.search(r"[\x00-\x1f]|_x", text)]
"""Gnumeric shows control characters and their escapes in its own way."""


def test_gnumeric_shows_each_text_of_a_workbook(workbook: Path) -> None:
    lines = list(csv.reader(io.StringIO(by_gnumeric(workbook, "shown.csv").read_text("utf-8"), newline="")))
    assert [line[0] for line in lines if line and line[0] in SHOWN] == SHOWN


def test_a_csv_for_spreadsheets_has_no_formula_and_is_read_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(write_csv(("value",), [(text,) for text in DANGEROUS]), "utf-8", newline="")
    sheet, problems = read_sheet(path)
    assert problems == []
    assert [unguard(row.cells["value"]) for row in sheet.rows if sheet] == DANGEROUS  # type: ignore[union-attr]
    formulas = [text for text in SHOWN if text[:1] in tuple("=+-@＝")]
    found = load_workbook(by_gnumeric(path, "a.xlsx")).active
    assert "f" not in {cell.data_type for (cell,) in found.iter_rows()}
    lines = list(csv.reader(io.StringIO(by_gnumeric(path, "b.csv").read_text("utf-8"), newline="")))
    assert [unguard(line[0]) for line in lines if line and unguard(line[0]) in formulas] == formulas


# --- the workbook ---


def test_numbers_are_numbers_unless_a_cell_would_change_them() -> None:
    terms = [number("7", "integer"), number("-3", "integer"), number("0.5", "decimal"), number("2031", "gYear"),
             number("1.5E3", "double"), number("123456789012345678", "integer"),
             number("0.1234567890123456789", "decimal"),
             number("INF", "double"), Literal("true", datatype=XSD.boolean), Literal("5.10"), None]  # fmt: skip
    sheet = load_workbook(io.BytesIO(rows_xlsx(rows(*terms))))["rows"]
    found = [cell for (cell,) in sheet.iter_rows(values_only=True)][1:]
    assert found == [7, -3, 0.5, 2031, 1500, "123456789012345678", "0.1234567890123456789", "INF", True, "5.10", None]


def test_the_workbook_says_what_it_is_made_from(workbook: Path) -> None:
    about = dict(load_workbook(workbook)["about"].iter_rows(values_only=True))
    assert about == {"what": "value", "title": "Title", "made from": "kg; graph sha256:1", "rows": len(DANGEROUS)}


def test_the_same_rows_are_the_same_bytes(workbook: Path) -> None:
    assert rows_xlsx(rows(*map(Literal, DANGEROUS)), "Title", "kg; graph sha256:1") == workbook.read_bytes()


def test_a_text_too_long_for_a_cell_is_an_error() -> None:
    with pytest.raises(UsageError, match=r"longer than the 32767 characters.*; write \.csv"):
        rows_xlsx(rows(Literal("a" * 32_768)))


def test_a_table_without_rows_has_its_columns() -> None:
    assert load_workbook(io.BytesIO(rows_xlsx(rows())))["rows"]["A1"].value == "value"
    assert write_sheets([SheetTable("a", [Column("b")], [])])


# --- the page ---

HOSTILE = '</td><script>alert(1)</script><img src=x onerror="alert(1)">&{{ 7*7 }}'


def test_a_page_escapes_everything_and_says_where_it_is_from() -> None:
    found = Rows((HOSTILE,), ((Literal(HOSTILE),), (NamedNode("javascript:alert(1)"),)))
    made = rows_page(found, HOSTILE, f"kg {HOSTILE}")
    assert not re.search(r"<img|=\"?javascript:", made)
    assert made.count("<script") == 1  # the page's own, which sorts
    # title, heading, stamp, column, cell, and the name of the column at both cells
    assert made.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 7
    assert '2 rows. <span class="stamp">kg ' in made


def test_a_page_loads_nothing_and_links_the_web_only() -> None:
    made = rows_page(rows(NamedNode("https://example.org/?a=1&b=2")), "Title")
    assert re.findall(r"(?:src|href)=\"([^\"]*)\"", made) == ["data:,", "https://example.org/?a=1&amp;b=2"]
    (policy,) = re.findall(r'Policy" content="([^"]*)"', made)
    assert policy.startswith("default-src 'none'".replace("'", "&#39;"))


def test_every_row_is_on_the_page() -> None:
    found = Rows(("n",), tuple((number(str(i), "integer"),) for i in range(500)))
    made = rows_page(found, "Title")
    assert made.count('class="number">') == 501  # with the heading
    assert "500 rows</p>" in made
