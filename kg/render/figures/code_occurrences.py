"""How often each code occurs in the data of a study, as printed in its table: one bar for each code."""

from __future__ import annotations

from itertools import groupby

from kg.answers.rows import Rows
from kg.render.figures.canvas import DARK, FAINT, Canvas
from kg.render.figures.letters import SIZE, capital, labels_room, text_width, wrapped

ROW = 11.0


def draw(canvas: Canvas, rows: Rows, _: frozenset[str]) -> None:
    """Draw the studies one below the other, on one scale."""
    found = list(rows)
    left = labels_room((capital(str(row["code"])) for row in found), 0.45 * canvas.width)
    most = max(int(str(row["occurrences"])) for row in found)
    room = canvas.width - left - text_width(f"{most}", SIZE) - 5
    for (key, section), several in groupby(found, lambda row: (str(row["key"]), str(row["section"]))):
        canvas.y += 6 if canvas.y else 0
        canvas.heading(f"{key}, {section}")
        canvas.y += 2
        top = canvas.y
        for row in several:
            count, middle = int(str(row["occurrences"])), canvas.y + ROW / 2
            name, length = wrapped(capital(str(row["code"])), left - 4, SIZE, 1), room * count / max(most, 1)
            canvas.label(left - 4, middle, name, text_anchor="end")
            if count:
                canvas.box(left, middle - 3.7, length, 7.4, fill=DARK)
            canvas.label(left + length + 2.5, middle, [str(count)])
            canvas.y += ROW
        canvas.line(left, top, left, canvas.y, stroke=FAINT)
