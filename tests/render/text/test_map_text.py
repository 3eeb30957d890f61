"""The evidence map as a matrix of text: the numbers of the table, explained columns, nothing that a terminal runs."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.answers.evidence_map import Header, in_groups
from kg.render.text.map_tables import matrix
from kg.render.text.map_text import map_text
from tests.maps import toy_map


def test_every_row_has_the_numbers_of_the_map() -> None:
    made = toy_map()
    lines = map_text(made).split("\n")
    rows, columns = in_groups(made.rows), in_groups(made.columns)
    for header, cells in zip(rows, matrix(made, rows, columns), strict=False):
        (line,) = (line for line in lines if line.casefold().startswith(header.label.casefold()[:20]))
        said = [part for cell in cells for part in cell.split()]
        assert line.split()[-len(said) :] == said


def test_each_column_is_explained_by_its_number() -> None:
    made = toy_map()
    lines = [line.strip() for line in map_text(made).split("\n")]
    for number, column in enumerate(in_groups(made.columns), 1):
        assert any(line.casefold().startswith(f"{number}  {column.label.casefold()[:12]}") for line in lines)


def test_labels_cannot_control_a_terminal_and_long_ones_are_cut() -> None:
    made = toy_map()
    hostile = Header(made.rows[0].iri, "\x1b[2J" + 30 * "漢字", made.rows[0].group)
    text = map_text(replace(made, rows=(hostile, *made.rows[1:])))
    assert all(character.isprintable() or character == "\n" for character in text)
    assert re.search("漢字? ?…", text)
