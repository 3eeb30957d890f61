"""Findings as a table: a row each; edited cells and new rows come back into the YAML, and nothing else changes."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.building.reading import Sources, read_annotations
from kg.cli.group import kg
from kg.core.problems import Problem
from kg.readers.sheets import Worksheet, read_sheet
from kg.sheets.edits import TableImport
from kg.sheets.findings import NAMES, as_csv, as_xlsx, finding_rows, is_findings_table
from kg.sheets.findings_import import import_findings
from tests.conftest import ROOT
from tests.toy_effects import write_effects

Row = dict[str, str]
BEAR, BALL, TOP = (f"bib/annotations/{name}.yaml" for name in ("bear2030", "ball2032", "top2033"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The toy review of effects, not built."""
    return write_effects(tmp_path / "effects")


def exported(folder: Path) -> list[Row]:
    reading = Sources(folder)
    read_annotations(reading)
    return [dict(zip(NAMES, row, strict=True)) for source in reading.annotations for row in finding_rows(source)]


def sheet_of(folder: Path, rows: Iterable[Row], form: str = "csv") -> Worksheet:
    cells = [[row.get(name, "") for name in NAMES] for row in rows]
    path = folder / f"findings.{form}"
    path.write_bytes(as_csv(cells).encode() if form == "csv" else as_xlsx(cells))
    sheet, problems = read_sheet(path, path.name)
    assert sheet is not None
    assert is_findings_table(sheet.columns)
    assert not [problem for problem in problems if problem.severity == "error"]
    return sheet


def edited(folder: Path, finding: tuple[str, str], **cells: str) -> list[Row]:
    rows = exported(folder)
    (row,) = [row for row in rows if (row["publication"], row["id"]) == finding]
    row |= cells
    return rows


@dataclass
class Brought:
    result: TableImport

    @property
    def diff(self) -> list[str]:
        """The changed lines of all files, without the heads of the hunks."""
        lines = [line for change in self.result.changes for line in change.diff().splitlines()]
        return [line for line in lines if line[:1] in "+-" and not line.startswith(("---", "+++"))]

    @property
    def problems(self) -> list[tuple[str, int, int]]:
        return [(p.rule, p.where.line, p.where.column) for p in self.result.problems]

    def only(self) -> Problem:
        (problem,) = self.result.problems
        return problem


def brought(folder: Path, rows: Iterable[Row], form: str = "csv") -> Brought:
    return Brought(import_findings(folder, sheet_of(folder, rows, form)))


def column(name: str) -> int:
    return NAMES.index(name) + 1


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_table_that_was_not_edited_changes_nothing(folder: Path, tmp_path: Path, form: str) -> None:
    mine = tmp_path / "mine"
    shutil.copytree(ROOT / "bib", mine / "bib")
    for review in (folder, mine) if form == "csv" else (folder,):
        found = brought(review, exported(review), form).result
        assert (found.changes, found.problems, found.missing) == ([], [], {})


def test_a_row_shows_lists_in_a_cell_and_parts_in_lines(folder: Path) -> None:
    path = folder / BEAR
    path.write_text(path.read_text("utf-8").replace(
        "    evidence: [{quote: \"more work each day\", section: \"4\"}]\n",
        "    challenges: [silo-working, test-automation-tooling-gap]\n"
        "    evidence:\n      - {quote: \"more work; each day\", section: \"4\"}\n      - {quote: tired, page: \"7\"}\n"
        "      - shared\n", ), "utf-8")  # fmt: skip
    row = exported(folder)[6]
    assert row["challenges"] == "silo-working; test-automation-tooling-gap"
    assert (row["effect_of"], row["effect_on"], row["direction"]) == ("continuous-integration", "workload", "increases")
    assert (row["quote"], row["quote_section"], row["page"]) == ("more work; each day\ntired\n[shared]", "4", "\n7")


def test_edited_cells_change_their_values_and_no_other_line(folder: Path) -> None:
    rows = edited(
        folder, ("ball2032", "F1"), statement="DevOps brings all players together.", challenges="silo-working; Skills",
        tools="Python", direction="mixed", valence="", kind="finding",
    )  # fmt: skip
    found = brought(folder, rows)
    assert [problem.rule for problem in found.result.problems] == ["annotation/unknown-challenge"]
    rows = edited(
        folder, ("ball2032", "F1"), statement="DevOps brings all players together.", tools="Python", direction="mixed",
        valence="", section="3.1", kind="finding",
    )  # fmt: skip
    found = brought(folder, rows)
    assert found.result.problems == []
    assert found.diff == [
        "-    statement: DevOps brings players together.",
        '-    section: "3"',
        "+    kind: finding",
        "+    statement: DevOps brings all players together.",
        '+    section: "3.1"',
        "+    tools: [python]",
        "-      - {approach: devops, outcome: cooperation, direction: increases, valence: beneficial}",
        "+      - {approach: devops, outcome: cooperation, direction: mixed}",
    ]
    assert found.result.changes[0].cells == 1


def test_more_lines_are_more_parts(folder: Path) -> None:
    rows = edited(
        folder, ("bear2030", "F1"), effect_of="continuous-integration\nDevOps",
        effect_on="lead-time; Workload", direction="decreases\nno change",
        quote="delivered a week sooner\nno more work", quote_section="4\n5",
        link_challenge="silo-working", polarity="hinders", link_practice="approach:devops",
    )  # fmt: skip
    found = brought(folder, rows)
    assert found.result.problems == []
    assert sorted(found.diff) == [
        "+      - {approach: devops, outcome: workload, direction: no change}",
        "+      - {challenge: silo-working, approach: devops, polarity: hinders}",
        '+    evidence: [{quote: "delivered a week sooner", section: "4"}, {quote: no more work, section: "5"}]',
        "+    links:",
        '-    evidence: [{quote: "delivered a week sooner", section: "4"}]',
    ]


def test_what_cannot_be_edited_here_is_an_error_with_its_cell(folder: Path) -> None:
    rows = exported(folder)
    wrong = [
        ({"quote": "", "quote_section": ""}, "table/part-removed", "quote"),
        ({"statement": "", "id": "F9"}, "table/unknown-finding", "id"),
        ({"effect_of": "tool:python"}, "table/not-editable", "effect_of"),
        ({"file": "bib/annotations/x.yaml"}, "table/unknown-file", "file"),
        ({"publication": "bear2030"}, "table/conflict", "publication"),
    ]
    for row, (cells, _, _) in zip(rows, wrong, strict=False):
        row |= cells
    found = brought(folder, [*rows, rows[6]])
    expected = [(rule, number, column(name)) for number, (_, rule, name) in enumerate(wrong, 2)]
    assert found.problems == [*expected, ("table/row-twice", len(rows) + 2, column("id"))]
    assert found.result.changes == []
    rows = exported(folder)
    wrong = [
        ({"practices": "continuous-nothing"}, "annotation/unknown-practice", "practices"),
        ({"attributed_to": "nobody2000"}, "annotation/unknown-work", "attributed_to"),
        ({"direction": "grows"}, "annotation/unknown-value", "direction"),
        ({"section": ""}, "annotation/missing-field", "section"),
    ]
    for row, (cells, _, _) in zip(rows, wrong, strict=False):
        row |= cells
    found = brought(folder, rows)
    assert {(rule, line) for rule, line, _ in found.problems} == {(rule, n) for n, (_, rule, _) in enumerate(wrong, 2)}
    assert found.result.changes == []


def test_an_edit_of_what_has_changed_since_is_a_conflict(folder: Path) -> None:
    rows = edited(folder, ("bear2030", "F1"), statement="Mine.", section="4.4")
    path = folder / BEAR
    path.write_text(path.read_text("utf-8").replace("Who merges daily, delivers sooner.", "Theirs."), "utf-8")
    assert brought(folder, rows).problems == [("table/conflict", 7, column("statement"))]
    rows = edited(folder, ("bear2030", "F1"), section="4.4")
    for row in rows:
        if row["statement"] == "Theirs.":
            row["statement"] = "Who merges daily, delivers sooner."
    path.write_text(path.read_text("utf-8").replace("Theirs.", "Newer."), "utf-8")
    assert [rule for rule, _, _ in brought(folder, rows).problems] == ["table/conflict"]
    rows = exported(folder)
    path.write_text(path.read_text("utf-8").replace("Newer.", "Newest."), "utf-8")
    found = brought(folder, rows)  # not edited: what the file says stays
    assert (found.result.changes, found.result.problems) == ([], [])


def test_what_a_spreadsheet_program_rewrites_is_no_edit(folder: Path) -> None:
    path = folder / BEAR
    path.write_text(
        path.read_text("utf-8").replace('section: "4"\n    effects', 'section: "4.10"\n    effects'), "utf-8"
    )
    rows = exported(folder)
    rows[5]["section"] = "4.1"
    found = brought(folder, rows)
    assert found.problems == [("table/rewritten", 7, column("section"))]
    assert found.result.changes == []
    rows[5]["section"] = "04. Oct"
    assert brought(folder, rows).problems == [("table/made-a-date", 7, column("section"))]


def test_deleted_rows_and_columns_change_nothing_and_are_counted(folder: Path) -> None:
    rows = [row for row in exported(folder) if (row["publication"], row["id"]) != ("ball2032", "F2")]
    found = brought(folder, rows).result
    assert (found.changes, found.problems, found.missing) == ([], [], {BALL: 1})


def test_an_annotation_that_an_import_makes_is_not_edited(folder: Path) -> None:
    path = folder / BEAR
    path.write_text(
        "# Made by `kg import` from x.csv as x.mapping.yaml says: change that\n" + path.read_text("utf-8"), "utf-8"
    )
    found = brought(folder, edited(folder, ("bear2030", "F1"), statement="Mine."))
    assert found.problems == [("table/imported", 7, column("statement"))]
    assert found.result.changes == []
    assert brought(folder, exported(folder)).result.problems == []


# --- new rows ---


def test_a_new_row_is_a_new_finding_with_a_free_id(folder: Path) -> None:
    path = folder / BEAR
    path.write_text(path.read_text("utf-8") + "# the end\n", "utf-8")
    new = {
        "publication": "bear2030", "statement": "Merging daily: 'more' talk", "practices": "Continuous Integration",
        "effect_of": "DevOps", "effect_on": "cooperation", "direction": "increases", "recommends": "python",
        "section": "4", "quote": "people talk\nall day", "page": "\n12",
    }  # fmt: skip
    found = brought(folder, [*exported(folder), new, {**new, "id": "talk", "section": "", "page": "9"}, {"id": "  "}])
    assert found.problems == [("table/empty-row", 19, column("statement"))]  # the line of a .csv
    assert found.diff == [
        "+  - id: F3",
        "+    statement: \"Merging daily: 'more' talk\"",
        '+    section: "4"',
        "+    practices: [continuous-integration]",
        "+    effects:",
        "+      - {approach: devops, outcome: cooperation, direction: increases}",
        "+    recommends: [tool:python]",
        "+    evidence:",
        '+      - {quote: people talk, section: "4"}',
        '+      - {quote: all day, page: "12"}',
        "+  - id: talk",
        "+    statement: \"Merging daily: 'more' talk\"",
        "+    section: page 9",
        "+    practices: [continuous-integration]",
        "+    effects:",
        "+      - {approach: devops, outcome: cooperation, direction: increases}",
        "+    recommends: [tool:python]",
        "+    evidence:",
        '+      - {quote: people talk, page: "9"}',
        "+      - {quote: all day, section: page 9}",
    ]
    assert found.result.changes[0].after.endswith("# the end\n")
    path.write_text(found.result.changes[0].after, "utf-8")
    assert [row["id"] for row in exported(folder) if row["publication"] == "bear2030"] == ["F1", "F2", "F3", "talk"]


def test_a_new_row_of_a_work_without_annotation_makes_one(folder: Path) -> None:
    new = {
        "publication": "yoyo2029",
        "annotator": "Yma",
        "statement": "They come back.",
        "section": "2",
        "quote": "back",
    }
    found = brought(folder, [new, {**new, "statement": "And go."}])
    assert found.problems == [("table/new-annotation", 2, column("publication"))]
    (change,) = found.result.changes
    assert (change.name, change.before) == ("bib/annotations/yoyo2029.yaml", "")
    assert 'annotator: "Yma"\n' in change.after
    assert change.after.endswith(
        'findings:\n  - id: F1\n    statement: They come back.\n    section: "2"\n    evidence:\n'
        '      - {quote: back, section: "2"}\n  - id: F2\n    statement: And go.\n    section: "2"\n    evidence:\n'
        '      - {quote: back, section: "2"}\n'
    )


@pytest.mark.parametrize(
    "wrong",
    [
        [
            ({"publication": "nobody2000"}, "table/unknown-work", "publication"),
            ({"publication": ""}, "table/unknown-work", "publication"),
            ({"file": "bib/annotations/nobody.yaml"}, "table/unknown-file", "file"),
            ({"file": BALL}, "table/conflict", "publication"),
            ({"id": "F1"}, "table/id-taken", "id"),
        ],
        [
            ({"id": "F 1"}, "annotation/bad-id", "id"),
            ({"statement": ""}, "annotation/missing-field", "id"),
            ({"quote": "", "section": "4"}, "annotation/missing-field", "id"),
            ({"challenges": "silos of corn"}, "annotation/unknown-challenge", "challenges"),
            ({"polarity": "hates", "link_practice": "continuous-testing", "link_challenge": "silo-working"},
             "annotation/unknown-value", "polarity"),
            ({"effect_on": "lead-time", "direction": "mixed"}, "annotation/missing-field", "effect_of"),
        ],
    ],
    ids=["row", "values"],
)  # fmt: skip
def test_what_is_wrong_in_a_new_row_is_an_error_with_its_cell(folder: Path, wrong: list[tuple[Row, str, str]]) -> None:
    new = {"publication": "bear2030", "statement": "Bears.", "section": "4", "quote": "bears"}
    found = brought(folder, [new | cells for cells, _, _ in wrong])
    assert sorted(found.problems) == sorted((rule, n, column(name)) for n, (_, rule, name) in enumerate(wrong, 2))
    assert found.result.changes == []


def test_two_annotations_of_a_work_need_the_file(folder: Path) -> None:
    shutil.copy(folder / BEAR, folder / "bib/annotations/bear2030.second.yaml")
    new = {"publication": "bear2030", "statement": "Bears.", "section": "4", "quote": "bears"}
    assert brought(folder, [new]).only().rule == "table/which-file"
    found = brought(folder, [{**new, "file": BEAR}])
    assert (found.result.problems, [change.name for change in found.result.changes]) == ([], [BEAR])


# --- the commands ---


def run(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(kg, ["--root", str(folder), *arguments])


def test_the_commands_export_findings_and_bring_them_back(folder: Path) -> None:
    table = folder / "findings.xlsx"
    assert run(folder, "export", "--findings", "bear2030", "-o", str(table)).exit_code == 0
    assert "no cell was edited" in run(folder, "import", str(table)).stderr
    rows = [row for row in exported(folder) if row["publication"] == "bear2030"][:1]
    rows[0]["statement"] = "Sooner."
    sheet_of(folder, rows, "xlsx")
    shown = run(folder, "import", str(table), "--dry-run")
    assert "+    statement: Sooner." in shown.stdout
    assert "1 of its findings are not in the table" in shown.stderr
    done = run(folder, "import", str(table))
    assert f"{BEAR}: 1 finding changed" in done.stderr
    assert "statement: Sooner." in (folder / BEAR).read_text("utf-8")
    new = {"publication": "yoyo2029", "statement": "They come back.", "section": "2", "quote": "back"}
    sheet_of(folder, [new])
    assert run(folder, "import", str(folder / "findings.csv")).exit_code == 0
    assert (folder / "bib/annotations/yoyo2029.yaml").exists()
