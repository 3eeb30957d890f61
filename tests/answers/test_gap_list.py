"""Gaps: which cells are empty, in which order, and what the graph knows about each."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kg.answers.evidence_map import (
    EVIDENCE,
    FILTERED,
    NO_EVIDENCE,
    NOBODY,
    NOT_APPLICABLE,
    NOT_FOUND,
    STATES,
    UNKNOWN,
    Cell,
    EvidenceMap,
    Header,
)
from kg.answers.gaps import gaps
from kg.render.formats import render
from kg.render.text.reports import GAP_COLUMNS, gap_rows
from tests.maps import DELIVERY, DESIGN, ORGANISATION, QUALITY, TESTING, TRUST, finding, toy_map


def test_gaps_are_ranked_by_the_studies_in_their_row_and_column() -> None:
    found = gaps(toy_map())
    assert [(gap.row, gap.column, gap.around) for gap in found] == [
        (TESTING, ORGANISATION, 3),
        (TRUST, QUALITY, 3),
        (DELIVERY, DESIGN, 2),
        (DELIVERY, ORGANISATION, 1),
        (TRUST, ORGANISATION, 0),
    ]
    assert (TRUST.iri, DESIGN.iri) in toy_map().exclusions, "a pair that makes no sense is no gap"
    assert not any(toy_map().cell(gap.row.iri, gap.column.iri).studies for gap in found)


def test_gaps_have_the_state_of_their_cell() -> None:
    states = {(gap.row, gap.column): gap.state for gap in gaps(toy_map())}
    assert states[DELIVERY, ORGANISATION] == NOT_FOUND
    assert states[DELIVERY, DESIGN] == NO_EVIDENCE, "gamma has findings on both"
    assert states[TRUST, QUALITY] == states[TESTING, ORGANISATION] == NOBODY
    assert set(states.values()) == set(STATES) - {EVIDENCE, NOT_APPLICABLE, FILTERED}
    assert {(gap.row, gap.column): gap.both for gap in gaps(toy_map())}[DELIVERY, DESIGN] == 1


def test_ties_are_broken_by_label() -> None:
    rows = tuple(Header(f"https://example.org/{name}", name) for name in ("b", "a"))
    empty = EvidenceMap("Ties", "practice", "challenge", rows, rows, {})
    assert [gap.row.label + gap.column.label for gap in gaps(empty)] == ["aa", "ab", "ba", "bb"]


def test_rows_and_columns_of_unknown_values_have_no_gaps() -> None:
    unknown = Header(UNKNOWN, "method not known")
    whole = replace(
        toy_map(),
        columns=(*toy_map().columns, unknown),
        cells={(TESTING.iri, UNKNOWN): Cell((finding("F1", "alpha"),))},
    )
    assert unknown not in {gap.column for gap in gaps(whole)}


@pytest.mark.parametrize("form", ["table", "csv", "json", "md"])
def test_they_are_rows_like_those_of_a_query(form: str) -> None:
    made = render(gap_rows(gaps(toy_map())[:2]), form)
    assert "nobody looked" in made
    assert "not found" not in made
    if form == "json":
        assert json.loads(made)["head"]["vars"] == list(GAP_COLUMNS)
