"""How often each code occurs in the data of a study, as its table prints it: a bar for each code."""

from __future__ import annotations

from itertools import groupby

from kg.answers.rows import Rows
from kg.render.figures.letters import capital, width, wrapped
from kg.render.figures.sheet import DARK, FAINT, SIZE, Sheet, columns_room

ROW = 11.0


def draw(sheet: Sheet, rows: Rows, _: frozenset[str]) -> None:
    """Studies one below the other, on one scale."""
    found = list(rows)
    labels = [capital(str(row["code"])) for row in found]
    left = columns_room(labels, 0.45 * sheet.width)
    most = max(int(str(row["occurrences"])) for row in found)
    room = sheet.width - left - width(f"{most}", SIZE) - 5
    for (key, section), several in groupby(found, lambda row: (str(row["key"]), str(row["section"]))):
        sheet.y += 6 if sheet.y else 0
        sheet.heading(f"{key}, {section}")
        sheet.y += 2
        top = sheet.y
        for row in several:
            count, middle = int(str(row["occurrences"])), sheet.y + ROW / 2
            lines = wrapped(capital(str(row["code"])), left - 4, SIZE, 1)
            sheet.label(left - 4, middle, lines, anchor="end")
            long = room * count / max(most, 1)
            if count:
                sheet.box(left, middle - 3.7, long, 7.4, fill=DARK)
            sheet.label(left + long + 2.5, middle, [str(count)])
            sheet.y += ROW
        sheet.line(left, top, left, sheet.y, stroke=FAINT)
