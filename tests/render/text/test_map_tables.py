"""The map as CSV and JSON: nothing invisible, nothing a spreadsheet would run, everything readable back."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from kg.answers.evidence_map import NOBODY, NOT_APPLICABLE, SYMBOLS, Cell, in_groups, note
from kg.readers.sheets import unguard
from kg.render.text.map_tables import COLUMNS, map_csv, map_json
from tests.maps import (
    DELIVERY,
    DESIGN,
    FORMULA,
    QUALITY,
    SCRIPT,
    TESTING,
    TRUST,
    empty_map,
    finding,
    no_rows_map,
    quotation,
    toy_map,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def cells(text: str) -> list[dict[str, str]]:
    """All rows but those of the totals and the two that say what is counted."""
    return [row for row in read(text)[:-2] if not row["state"].endswith("total")]


def test_one_row_per_finding_and_one_per_empty_cell() -> None:
    rows = read(map_csv(toy_map()))
    states = [r["state"] for r in rows]
    assert states.count("evidence") == 5 + 1 + 2
    assert [states.count(state) for state in SYMBOLS] == [1, 0, 1, 3, 1]
    assert states.count("practice not found") == 2
    assert {(r["row"], r["column"]) for r in rows if r["state"] == NOBODY} >= {(TRUST.label, QUALITY.label)}


def test_a_pair_that_is_not_applicable_has_the_reason_and_the_annotator() -> None:
    (row,) = (r for r in read(map_csv(toy_map())) if r["state"] == NOT_APPLICABLE)
    assert (row["row"], row["column"]) == (TRUST.label, DESIGN.label)
    assert row["statement"] == f"Nobody designs trust {SCRIPT} (Toy Reviewer, 2031-02-03)"
    cell = next(c for c in json.loads(map_json(toy_map()))["cells"] if c["state"] == NOT_APPLICABLE)
    (said,) = cell["not_applicable"]
    assert (said["by"], said["date"]) == ("Toy Reviewer", "2031-02-03")


def test_the_last_rows_say_what_is_counted_and_of_which_graph() -> None:
    *_, counted, snapshot = read(map_csv(toy_map()))
    assert (counted["state"], snapshot["state"]) == ("what is counted", "snapshot")
    assert counted["statement"] == note(toy_map()) == json.loads(map_json(toy_map()))["note"]
    assert snapshot["statement"] == toy_map().snapshot == json.loads(map_json(toy_map()))["snapshot"]


def test_a_practice_that_was_not_found_is_said_once_and_of_no_cell() -> None:
    rows = cells(map_csv(toy_map()))[-2:]
    assert [(r["row"], r["column"], r["state"], r["finding"]) for r in rows] == [
        (TRUST.label, "", "practice not found", "F8"),
        (TRUST.label, "", "practice not found", "F9"),
    ]
    assert {r["state"] for r in cells(map_csv(toy_map())) if r["row"] == TRUST.label and r["column"]} == {
        NOBODY,
        NOT_APPLICABLE,
    }
    whole = toy_map()
    turned = replace(whole, rows=whole.columns, columns=whole.rows, row_kind="challenge", column_kind="practice")
    last = cells(map_csv(turned))[-1]
    assert (last["row"], last["column"], last["state"]) == ("", TRUST.label, "practice not found")
    (absence,) = json.loads(map_json(turned))["absences"]
    assert (absence["column"], absence["state"]) == (TRUST.iri, "practice not found")
    assert [f["id"] for f in absence["findings"]] == ["F8", "F9"]


def test_a_row_names_who_found_it_and_who_reports_it() -> None:
    first, *others = read(map_csv(toy_map()))
    assert list(first) == list(COLUMNS)
    assert (first["study_key"], first["hand"], first["via_key"]) == ("alpha", "first-hand", "")
    assert first["quotation"] == "it is hard to know what to test | nobody owns the tests"
    second = next(r for r in others if r["finding"] == "F3")
    assert (second["study_key"], second["work"], second["hand"], second["via_key"]) == (
        "gamma",
        "Gamma (2024)",
        "second-hand",
        "review",
    )


def test_studies_can_be_counted_from_the_csv() -> None:
    rows = [r for r in read(map_csv(toy_map())) if (r["row"], r["column"]) == (TESTING.label, QUALITY.label)]
    assert len({r["study"] for r in rows}) == len(toy_map().cell(TESTING.iri, QUALITY.iri).studies) == 3


def test_totals_are_of_distinct_studies() -> None:
    totals = [row for row in read(map_csv(toy_map())) if row["state"].endswith("total")]
    told = [(row["row"] or row["column"], *(row[k] for k in COLUMNS[-4:])) for row in totals]
    assert told == [
        ("continuous testing", "3", "2", "1", "0"),
        ("continuous delivery", "1", "1", "0", "2"),
        (TRUST.label, "0", "0", "0", "0"),
        ("testing and quality", "3", "3", "0", "1"),
        (toy_map().columns[1].label, "1", "0", "1", "0"),
        ("'@organisation", "0", "0", "0", "1"),
        ("", "3", "3", "0", "2"),
    ]


def test_formulas_in_data_are_text() -> None:
    rows = read(map_csv(toy_map()))
    assert not [v for r in rows for v in r.values() if v.startswith(("=", "+", "-", "@", "\t"))]
    assert "'@organisation" in {r["column"] for r in rows}
    assert FORMULA in {unguard(r["statement"]) for r in rows}


@given(statement=texts, label=texts, quote=texts)
@example(statement="a\rb", label='"', quote="x,\ny")
def test_csv_gives_back_what_went_in(statement: str, label: str, quote: str) -> None:
    row = replace(TESTING, label=label)
    cell = Cell(findings=(finding("F1", "alpha", statement=statement or ".", quotations=(quotation(quote),)),))
    evidence = replace(toy_map(), rows=(row,), columns=(QUALITY,), cells={(row.iri, QUALITY.iri): cell}, absences={})
    (only,) = cells(map_csv(evidence))
    assert [unguard(only[k]) for k in ("statement", "row", "quotation")] == [statement or ".", label, quote]


def test_rows_of_one_group_stand_together() -> None:
    assert in_groups([TESTING, TRUST, DELIVERY]) == [TESTING, DELIVERY, TRUST]


def test_json_is_complete_and_sorted_whatever_the_order_of_the_input() -> None:
    whole = toy_map()
    shuffled = replace(
        whole,
        absences={iri: tuple(reversed(found)) for iri, found in whole.absences.items()},
        cells={key: Cell(tuple(reversed(cell.findings))) for key, cell in reversed(list(whole.cells.items()))},
    )
    assert map_json(whole) == map_json(shuffled)
    value = json.loads(map_json(whole))
    assert len(value["cells"]) == 9
    cell = next(c for c in value["cells"] if (c["row"], c["column"]) == (TESTING.iri, QUALITY.iri))
    assert [len(cell[k]) for k in ("findings", "first_hand", "second_hand")] == [5, 2, 1]
    assert cell["findings"][0]["quotations"][0]["said_by"] == "P3"
    assert value["rows"][0]["text"] == TESTING.text


def test_empty_maps_are_still_files() -> None:
    assert map_csv(no_rows_map()).count("\n") == 4, "the names of the columns, the total, what is counted"
    assert {r["state"] for r in cells(map_csv(empty_map()))} == {NOBODY}
    assert json.loads(map_json(no_rows_map()))["cells"] == []
