"""Annotations as a table: every value that a person wrote, once, with the part it belongs to."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import cast

import pytest

from kg.building.reading import Sources, read_annotations
from kg.core.files import SourceFile
from kg.readers.annotations import AnnotationSource, read_annotation
from kg.readers.sheets import read_sheet, unguard
from kg.readers.yaml.marks import Data
from kg.sheets.annotations import NAMES, TableRow, as_csv, as_xlsx, check_of, split, table_rows
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def all_shipped() -> list[AnnotationSource]:
    reading = Sources(ROOT)
    read_annotations(reading)
    return reading.annotations


@pytest.fixture(scope="module")
def shipped(all_shipped: list[AnnotationSource]) -> AnnotationSource:
    return next(source for source in all_shipped if source.key == "vanska2024")


def rows_of(text: str) -> list[TableRow]:
    return table_rows(read_annotation(SourceFile("bib/annotations/toy.yaml", text, "")))


def texts_in(data: Data) -> list[str]:
    if isinstance(data, str):
        return [data]
    inner = data.values() if isinstance(data, dict) else data or ()
    return [text for value in inner for text in texts_in(value)]


def value_at(data: Data, path: str) -> Data:
    for step in path.split("/"):
        data = data[int(step)] if isinstance(data, list) else cast(dict[str, Data], data)[step]
    return data


def test_every_value_is_in_the_table_once(all_shipped: list[AnnotationSource]) -> None:
    for source in all_shipped:
        rows, data = table_rows(source), source.written.data
        assert len({row.path for row in rows}) == len(rows)
        lists = [isinstance(value_at(data, row.path), list) for row in rows]
        found = [
            item for row, many in zip(rows, lists, strict=True) for item in (split(row.value) if many else [row.value])
        ]
        assert found == texts_in(data), source.key


def test_a_row_names_the_part_of_the_value(shipped: AnnotationSource) -> None:
    by_path = {row.path: row for row in table_rows(shipped)}
    row = by_path["findings/1/challenges"]
    assert (row.file, row.publication, row.part, row.id, row.field) == (
        "bib/annotations/vanska2024.yaml",
        "vanska2024",
        "finding",
        "PEC2",
        "challenges",
    )
    assert row.value == "organisational-methods-without-effect; lack-of-defined-development-process; silo-working"
    assert row.check == check_of(row.value)
    assert {
        (by_path[path].part, by_path[path].id) for path in ("findings/0/evidence/0/quote", "findings/1/evidence/2")
    } == {("evidence", "PEC1"), ("evidence", "PEC2")}
    assert (by_path["citations/0/reason"].part, by_path["citations/0/reason"].id) == ("citation", "parnin2017")
    assert (by_path["coding/codes/0/printed"].part, by_path["annotator"].part) == ("code", "annotation")


def test_items_with_a_semicolon_have_rows_of_their_own() -> None:
    rows = rows_of('citations:\n  - sections: ["1; 2", "3"]\n    work: a\nstudy:\n  methods: []\n  contexts: [a, b]\n')
    assert [(row.path, row.value) for row in rows] == [
        ("citations/0/sections/0", "1; 2"),
        ("citations/0/sections/1", "3"),
        ("citations/0/work", "a"),
        ("study/methods", ""),
        ("study/contexts", "a; b"),
    ]


def test_a_check_is_never_a_number() -> None:
    assert all(check_of(str(number))[0].isalpha() for number in range(100))


def test_invalid_values_are_in_the_table_too() -> None:
    assert [row.path for row in rows_of("nothing: known\nfindings: [{id: a b}]\n")] == ["nothing", "findings/0/id"]


def test_csv_and_workbook_contain_the_same(shipped: AnnotationSource, tmp_path: Path) -> None:
    rows = table_rows(shipped)
    (tmp_path / "a.xlsx").write_bytes(as_xlsx(rows))
    sheet, problems = read_sheet(tmp_path / "a.xlsx")
    assert sheet is not None
    assert (sheet.columns, problems) == (NAMES, [])
    assert [row.cells["value"] for row in sheet.rows] == [row.value for row in rows]
    assert [unguard(row["value"]) for row in csv.DictReader(io.StringIO(as_csv(rows), newline=""))] == [
        row.value for row in rows
    ]
    assert as_xlsx(rows) == as_xlsx(rows)
