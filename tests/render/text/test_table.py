"""Tables for the terminal: what fits stands side by side, what does not goes beneath, and nothing is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal
from rich.cells import cell_len

from kg.answers.rows import Rows
from kg.core.iris import XSD
from kg.render.text.table import INDENT, table

LONG = "a statement that goes on and on until no terminal of eighty columns could ever hold it beside the rest of it"


def rows(*lines: tuple[str | int | None, ...], columns: tuple[str, ...] = ("key", "says", "n")) -> Rows:
    def term(value: str | int | None) -> Literal | None:
        if value is None:
            return None
        return Literal(str(value), datatype=XSD.integer) if isinstance(value, int) else Literal(value)

    return Rows(columns, tuple(tuple(map(term, line)) for line in lines))


def wide(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))


def test_what_fits_stands_side_by_side_and_numbers_to_the_right(monkeypatch: pytest.MonkeyPatch) -> None:
    wide(monkeypatch, 80)
    assert table(rows(("giray2021", "short", 7), ("x", None, 12))) == (
        "key        says    n\n────────────────────\ngiray2021  short   7\nx                 12\n"
    )


def test_long_texts_go_beneath_their_row_and_are_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    wide(monkeypatch, 60)
    lines = table(rows(("giray2021", LONG, 7))).splitlines()
    assert lines[:2] == ["key        n", f"{INDENT}says"]
    assert lines[3] == "giray2021  7"
    assert " ".join(line.strip() for line in lines[4:]) == LONG


def test_a_terminal_too_narrow_for_the_short_ones_gets_them_beneath_too(monkeypatch: pytest.MonkeyPatch) -> None:
    wide(monkeypatch, 40)
    found = table(rows(("giray2021", "x" * 30, 7), columns=("key", "name", "n")))
    assert f"{INDENT}{'x' * 30}" in found
    assert "giray2021  7" in found


@pytest.mark.parametrize("columns", [40, 80, 200])
@given(lines=st.lists(st.tuples(st.text(max_size=90), st.text(max_size=90), st.integers(0, 99)), max_size=4))
def test_no_character_that_can_be_printed_is_lost(columns: int, lines: list[tuple[str, str, int]]) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        wide(monkeypatch, columns)
        found = table(rows(*lines))
    shown = sorted(c for c in found if not c.isspace())
    for key, says, _ in lines:
        for character in {c for c in key + says if c.isprintable() and not c.isspace()}:
            assert character in shown


def test_wide_characters_keep_the_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    wide(monkeypatch, 80)
    lines = table(rows(("継続的", "x", 1), ("ab", "y", 2))).splitlines()
    assert cell_len(lines[2].split("x")[0]) == cell_len(lines[3].split("y")[0])


def test_nothing_is_a_header(monkeypatch: pytest.MonkeyPatch) -> None:
    wide(monkeypatch, 80)
    assert table(rows()).splitlines()[0] == "key  says  n"


def test_one_long_text_wraps_in_its_column_and_keeps_the_others_in_line(monkeypatch: pytest.MonkeyPatch) -> None:
    wide(monkeypatch, 60)
    found = [("giray2021", "a few short words", n) for n in range(20)]
    lines = table(rows(*found, ("kim2017", LONG, 99))).splitlines()
    assert lines[0].split() == ["key", "says", "n"]
    assert max(map(len, lines)) <= 60
    assert lines[22].split()[0] == "kim2017"
    assert lines[22].split()[-1] == "99"
    assert " ".join(line[11:56].strip() for line in lines[22:]) == LONG


def test_the_first_column_and_whole_words_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    wide(monkeypatch, 60)
    key = "adaptive_experiments_learning_treatment"
    lines = table(rows((key, "x" * 30, 7), columns=("key", "name", "n"))).splitlines()
    assert lines[3].split() == [key, "7"]
    assert lines[4] == INDENT + "x" * 30
