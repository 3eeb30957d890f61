"""An edited table brought back: only edited values change, in their lines; damage and conflicts are reported."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, replace
from pathlib import Path

import pytest

from kg.building.reading import Sources, read_annotations
from kg.readers.annotations import AnnotationSource
from kg.readers.sheets import guard, read_sheet
from kg.readers.yaml.edit import edit
from kg.readers.yaml.marks import read_yaml
from kg.sheets.annotations import NAMES, TableRow, as_csv, as_xlsx, split, table_rows, values_of
from kg.sheets.edits import FileChange, TableImport, import_table, is_annotation_table
from tests.conftest import ROOT
from tests.toy import write_toy

EXAMPLE = "bib/annotations/example2031.yaml"
Edits = dict[str, str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The toy review, not built."""
    return write_toy(tmp_path / "toy")


SOME = {"vanska2024", "bernardo2018", "bernardo2018.second", "luz2018", "soares2022.coder1", "ciqualitydag", "zhao2017"}


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """The project's own review, with annotations of each sort: of a paper, of two readers, from sheets."""
    shutil.copytree(ROOT / "bib", tmp_path / "mine" / "bib")
    for path in (tmp_path / "mine" / "bib" / "annotations").glob("*.yaml"):
        if path.stem not in SOME:
            path.unlink()
    return tmp_path / "mine"


def exported(folder: Path) -> list[TableRow]:
    reading = Sources(folder)
    read_annotations(reading)
    return [row for source in reading.annotations for row in table_rows(source)]


def edited(rows: Iterable[TableRow], file: str, edits: Edits) -> list[TableRow]:
    rows = list(rows)
    assert {(file, path) for path in edits} <= {(row.file, row.path) for row in rows}
    return [replace(row, value=edits.get(row.path, row.value)) if row.file == file else row for row in rows]


def brought_back(folder: Path, content: str | bytes) -> TableImport:
    path = folder / ("table.csv" if isinstance(content, str) else "table.xlsx")
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    sheet, problems = read_sheet(path)
    assert sheet is not None
    assert is_annotation_table(sheet)
    assert not [problem for problem in problems if problem.severity == "error"]
    return import_table(folder, sheet)


def as_excel_saves_it(rows: Iterable[TableRow]) -> bytes:
    """CSV as a German Excel saves it: semicolons, Windows-1252, DOS line ends, quotes only where needed."""

    def cell(value: str) -> str:
        return '"' + value.replace('"', '""') + '"' if re.search('[;"\n]', value) else value

    lines = [";".join(map(cell, line)) for line in (NAMES, *(map(guard, astuple(row)) for row in rows))]
    return "".join(f"{line}\r\n" for line in lines).encode("cp1252", "replace")


def changed_lines(change: FileChange) -> tuple[list[str], list[str]]:
    lines = change.diff().splitlines()[2:]
    return ([line[1:] for line in lines if line.startswith("-")], [line[1:] for line in lines if line.startswith("+")])


FORMS: dict[str, Callable[[Iterable[TableRow]], str | bytes]] = {"csv": as_csv, "xlsx": as_xlsx}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_a_table_that_was_not_edited_changes_nothing(mine: Path, form: Callable[..., str | bytes]) -> None:
    result = brought_back(mine, form(exported(mine)))
    assert (result.changes, result.problems, result.missing) == ([], [], {})


def test_a_table_that_excel_has_saved_changes_nothing(mine: Path) -> None:
    path = mine / "excel.csv"
    path.write_bytes(as_excel_saves_it(exported(mine)))
    sheet, _ = read_sheet(path)
    assert sheet is not None
    result = import_table(mine, sheet)
    assert (result.changes, [problem for problem in result.problems if problem.severity == "error"]) == ([], [])


# --- every value of the first publication ---


def with_a_word_changed(value: str) -> str:
    words = value.split(" ")
    words[len(words) // 2] += "x"
    return " ".join(words)


def test_every_value_is_changed_within_its_line() -> None:
    # All at once: a value that took or gave a line would change their number, and so would two that met.
    reading = Sources(ROOT)
    read_annotations(reading)
    source = next(one for one in reading.annotations if one.key == "vanska2024")
    text = source.file.text
    changes = {
        value.path: [*split(value.value)[:-1], split(value.value)[-1] + "x"]
        if value.is_list
        else with_a_word_changed(value.value)
        for value in values_of(source)
    }
    after, refused = edit(text, changes)
    assert not refused
    before_lines, after_lines = text.split("\n"), after.split("\n")
    assert len(before_lines) == len(after_lines)
    assert [line for line in before_lines if line.lstrip().startswith("#")] == [
        line for line in after_lines if line.lstrip().startswith("#")
    ]
    paths = list(paths_of(read_yaml("", after).data))
    assert len(paths) > 1000
    assert paths == list(paths_of(read_yaml("", text).data))


def paths_of(data: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The way to each value in it."""
    yield path
    parts = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in parts:
        yield from paths_of(value, (*path, step))


def longest_of_each_field(source: AnnotationSource) -> list[str]:
    fields: dict[str, list[TableRow]] = {}
    for row in table_rows(source):
        fields.setdefault(row.field, []).append(row)
    return [max(rows, key=lambda row: len(row.value)).path for rows in fields.values()]


def test_a_single_edit_changes_one_line_and_no_other_data() -> None:
    reading = Sources(ROOT)
    read_annotations(reading)
    source = next(one for one in reading.annotations if one.key == "vanska2024")
    values = {value.address: value for value in values_of(source)}
    paths = longest_of_each_field(source)
    assert len(paths) > 30
    lines = source.file.text.split("\n")
    for value in map(values.__getitem__, paths[::3]):
        items = split(value.value)
        new = [*items[:-1], items[-1] + "x"] if value.is_list else with_a_word_changed(value.value)
        after, refused = edit(source.file.text, {value.path: new})
        assert not refused
        different = [pair for pair in zip(lines, after.split("\n"), strict=True) if pair[0] != pair[1]]
        assert len(different) == 1, value.address


# --- edits ---

SLOW = '  - {id: P1-slow, quote: "our tests are slow", section: "4.1"'
EDITS: dict[str, tuple[Edits, list[str], list[str]]] = {
    "a statement": ({"findings/1/statement": "Nobody plans budgets continuously."},
                    ["    statement: Nobody budgets continuously."],
                    ["    statement: Nobody plans budgets continuously."]),
    "a list gets an item": ({"findings/0/challenges": "test-automation-tooling-gap; silo-working"},
                            ["    challenges: [test-automation-tooling-gap]"],
                            ["    challenges: [test-automation-tooling-gap, silo-working]"]),
    "an optional value is emptied": ({"evidence/0/page": ""},
                                     [f'{SLOW}, page: "5", said_by: P1}}'], [f"{SLOW}, said_by: P1}}"]),
    "an optional list is emptied": ({"findings/2/approaches": ""}, ["    approaches: [devops]"], []),
    "what looks like a formula": ({"findings/1/statement": "=1+1"},
                                  ["    statement: Nobody budgets continuously."], ["    statement: =1+1"]),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize(("edits", "old", "new"), EDITS.values(), ids=EDITS)
def test_an_edit_changes_its_line(
    folder: Path, form: Callable[..., str | bytes], edits: Edits, old: list[str], new: list[str]
) -> None:
    rows = edited(exported(folder), EXAMPLE, edits)
    result = brought_back(folder, form(rows))
    assert not result.problems
    (change,) = result.changes
    assert (change.name, change.cells, changed_lines(change)) == (EXAMPLE, len(edits), (old, new))
    assert change.before == (folder / EXAMPLE).read_text(encoding="utf-8")


def test_an_apostrophe_that_a_person_wrote_before_a_formula_is_kept(folder: Path) -> None:
    table = as_csv(edited(exported(folder), EXAMPLE, {"findings/1/statement": "'- as said"}))
    assert ""","''- as said",""" in table
    (change,) = brought_back(folder, table).changes
    assert changed_lines(change)[1] == ["""    statement: "'- as said\""""]


def test_an_apostrophe_that_came_from_a_csv_is_removed(folder: Path) -> None:
    rows = edited(exported(folder), EXAMPLE, {"findings/1/statement": "'=as said"})
    (change,) = brought_back(folder, as_xlsx(rows)).changes
    assert changed_lines(change)[1] == ["    statement: =as said"]


def test_the_file_of_a_second_annotator_can_be_changed_too(folder: Path) -> None:
    second = "bib/annotations/example2031.bob.yaml"
    shutil.copy(folder / EXAMPLE, folder / second)
    (change,) = brought_back(folder, as_csv(edited(exported(folder), second, {"annotator": "Bob"}))).changes
    assert (change.name, changed_lines(change)[1]) == (second, ["annotator: Bob"])


def test_byte_order_mark_and_line_ends_are_kept(folder: Path) -> None:
    path = folder / EXAMPLE
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    before = path.read_bytes()
    (change,) = brought_back(folder, as_csv(edited(exported(folder), EXAMPLE, {"annotator": "Bob"}))).changes
    after = change.after.encode("utf-8")
    assert after.startswith(b"\xef\xbb\xbfpublication")
    assert (after.count(b"\r\n"), after.count(b"\n")) == (before.count(b"\r\n"), before.count(b"\n"))


def test_an_imported_table_can_be_edited_and_imported_again(folder: Path) -> None:
    rows = edited(exported(folder), EXAMPLE, {"findings/1/statement": "Nobody budgets."})
    (change,) = brought_back(folder, as_csv(rows)).changes
    (folder / EXAMPLE).write_text(change.after, encoding="utf-8")
    assert brought_back(folder, as_csv(rows)) == TableImport()
    (change,) = brought_back(folder, as_csv(edited(rows, EXAMPLE, {"findings/1/section": "4.9"}))).changes
    assert change.cells == 1


# --- cells that are not edits, and refused edits ---


def rules(result: TableImport) -> list[tuple[str, str]]:
    return [(problem.rule, problem.severity) for problem in result.problems]


@pytest.mark.parametrize(("path", "cell"), [
    ("findings/0/section", "4.10"), ("findings/0/section", "4,1"), ("study/participant_count", "2.0"),
    ("created", "03.02.2031"), ("created", "2/3/2031"), ("created", "2031-02-03T00:00:00"),
])  # fmt: skip
def test_a_number_or_date_in_another_form_is_reported_and_not_an_edit(folder: Path, path: str, cell: str) -> None:
    now = {row.path: row.value for row in exported(folder) if row.file == EXAMPLE}
    assert {"findings/0/section": "4.1", "created": "2031-02-03"}.items() <= now.items()
    result = brought_back(folder, as_csv(edited(exported(folder), EXAMPLE, {path: cell})))
    assert (result.changes, rules(result)) == ([], [("table/rewritten", "info")])


def test_characters_that_excel_could_not_save_are_reported_and_not_an_edit(folder: Path) -> None:
    path = folder / EXAMPLE
    path.write_text(path.read_text(encoding="utf-8").replace("Nobody budgets", "≥ 2 budget"), encoding="utf-8")
    result = brought_back(
        folder, as_csv(edited(exported(folder), EXAMPLE, {"findings/1/statement": "? 2 budget continuously."}))
    )
    assert (result.changes, rules(result)) == ([], [("table/rewritten", "info")])


@pytest.mark.parametrize("cell", ["04. Jan", "4-Jan", "Jan 04", "2026-01-04", "04.01.2026"])
def test_a_section_that_became_a_date_is_refused(folder: Path, cell: str) -> None:
    result = brought_back(folder, as_csv(edited(exported(folder), EXAMPLE, {"findings/0/section": cell})))
    assert (result.changes, rules(result)) == ([], [("table/made-a-date", "error")])


FAULTS: dict[str, tuple[Edits, str, str]] = {
    "an unknown concept": ({"findings/0/practices": "continuous-tseting"}, "annotation/unknown-practice", "testing"),
    "an unknown concept among others": (
        {"findings/0/practices": "continuous-testing; nothing"},
        "annotation/unknown-practice",
        "`nothing`",
    ),
    "a required value emptied": ({"findings/1/statement": " "}, "annotation/missing-field", "`statement`"),
    "a required list emptied": ({"study/methods": ""}, "annotation/missing-field", "`methods`"),
    "no number": ({"study/participant_count": "many"}, "annotation/invalid", "`many` is not a whole number"),
    "a long quotation": ({"evidence/0/quote": "word " * 16}, "annotation/quotation-too-long", "16 words"),
    "an unknown work": ({"findings/3/attributed_to": "nobody2000"}, "annotation/unknown-work", "nobody2000"),
}


@pytest.mark.parametrize(("edits", "rule", "message"), FAULTS.values(), ids=FAULTS)
def test_a_mistake_in_an_edit_is_reported_at_its_cell_and_nothing_changes(
    folder: Path, edits: Edits, rule: str, message: str
) -> None:
    rows = edited(exported(folder), EXAMPLE, {**edits, "annotator": "Bob"})
    result = brought_back(folder, as_csv(rows))
    (problem,) = [problem for problem in result.problems if problem.severity == "error"]
    (path,) = edits
    line = next(number for number, row in enumerate(rows, 2) if (row.file, row.path) == (EXAMPLE, path))
    assert (str(problem.where), problem.rule) == (f"table.csv:{line}:6", rule)
    assert message in f"{problem.message} {problem.hint}"
    assert result.changes == []


def test_a_mistake_that_an_edit_causes_elsewhere_is_reported_there(folder: Path) -> None:
    result = brought_back(folder, as_csv(edited(exported(folder), EXAMPLE, {"evidence/0/id": "P1-fast"})))
    assert {problem.rule for problem in result.problems} == {"annotation/unknown-evidence"}
    assert all(problem.where.file == EXAMPLE and "after the import" in problem.message for problem in result.problems)
    assert result.changes == []


def test_older_mistakes_do_not_prevent_an_import(folder: Path) -> None:
    path = folder / EXAMPLE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("practices: [continuous-testing]", "practices: [nothing]", 1), encoding="utf-8")
    (change,) = brought_back(folder, as_csv(edited(exported(folder), EXAMPLE, {"annotator": "Bob"}))).changes
    assert change.cells == 1


def test_an_edit_of_what_has_changed_since_is_a_conflict(folder: Path) -> None:
    rows = edited(exported(folder), EXAMPLE, {"findings/1/statement": "Mine."})
    path = folder / EXAMPLE
    path.write_text(path.read_text(encoding="utf-8").replace("Nobody budgets", "Few budget"), encoding="utf-8")
    result = brought_back(folder, as_csv(rows))
    assert (result.changes, rules(result)) == ([], [("table/conflict", "error")])
    assert (
        brought_back(folder, as_csv(edited(rows, EXAMPLE, {"findings/1/statement": "Nobody budgets continuously."})))
        == TableImport()
    )


def test_an_edit_of_a_part_that_has_moved_is_a_conflict(folder: Path) -> None:
    # Both pieces of evidence have the same section: without the quotation beside it, the wrong one would be changed.
    path = folder / EXAMPLE
    old = '      - {quote: "we found no continuous budgeting", section: "4.2"}\n'
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(old, old + old.replace("we found", "there is")), encoding="utf-8")
    rows = edited(exported(folder), EXAMPLE, {"findings/1/evidence/0/section": "4.3"})
    path.write_text(text.replace(old, old.replace("we found", "there is") + old), encoding="utf-8")
    result = brought_back(folder, as_csv(rows))
    assert result.changes == []
    assert ("table/conflict", "error") in rules(result)


ROWS: dict[str, tuple[dict[str, str], str]] = {
    "a file outside": ({"file": "../../etc/passwd"}, "table/unknown-file"),
    "a file that is not an annotation": ({"file": "bib/journal.bib"}, "table/unknown-file"),
    "an unknown path": ({"path": "findings/99/statement"}, "table/unknown-path"),
    "a path into a text": ({"path": "annotator/0"}, "table/unknown-path"),
    "a row twice": ({}, "table/row-twice"),
}


@pytest.mark.parametrize(("cells", "rule"), ROWS.values(), ids=ROWS)
def test_a_row_that_was_not_exported_is_refused(folder: Path, cells: dict[str, str], rule: str) -> None:
    rows = edited(exported(folder), EXAMPLE, {"annotator": "Bob"})
    result = brought_back(folder, as_csv([*rows, replace(rows[0], **cells)]))
    assert (result.changes, rules(result)) == ([], [(rule, "error")])


def test_deleted_rows_change_nothing(folder: Path) -> None:
    rows = [row for row in edited(exported(folder), EXAMPLE, {"annotator": "Bob"}) if row.file == EXAMPLE]
    result = brought_back(folder, as_csv(rows[:5]))
    assert len(result.changes) == 1
    assert result.missing == {EXAMPLE: len(rows) - 5}


def test_a_file_with_faults_in_its_yaml_is_not_touched(folder: Path) -> None:
    path = folder / EXAMPLE
    path.write_text(path.read_text(encoding="utf-8") + "broken: a: b\n", encoding="utf-8")
    result = brought_back(folder, as_csv(edited(exported(folder), EXAMPLE, {"annotator": "Bob"})))
    assert (result.changes, rules(result)) == ([], [("table/refused", "error")])
    assert "fix them first" in result.problems[0].message
