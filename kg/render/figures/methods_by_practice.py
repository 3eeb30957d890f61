"""The research methods with which each practice has been studied: a matrix of distinct studies, darker for more."""

from __future__ import annotations

from kg.answers.rows import Rows
from kg.core.problems import UsageError
from kg.render.figures.canvas import PAPER, RULE, Canvas
from kg.render.figures.letters import LINE, SIZE, capital, labels_room, text_width, wrapped

NARROWEST = 9.0
"""Width of a column with an upright label."""
SHADES = ("#dcebf7", "#a9cfeb", "#62a3d4", "#1f6fb2", "#0b3c6e")
"""From few to many; numbers are white on the last two."""


def draw(canvas: Canvas, rows: Rows, _: frozenset[str]) -> None:
    """Draw the matrix; the longer dimension goes into the rows, since a figure may be longer but not wider."""
    counts = {(str(row["practice_label"]), str(row["method_label"])): int(str(row["studies"])) for row in rows}
    practices, methods = (sorted({pair[i] for pair in counts}) for i in (0, 1))
    if len(methods) > len(practices):
        practices, methods = methods, practices
        counts = {(method, practice): count for (practice, method), count in counts.items()}
    left = labels_room(map(capital, practices), 0.42 * canvas.width)
    step = min((canvas.width - left - 1) / len(methods), 90.0)
    most = max(counts.values())
    if step < max(NARROWEST, text_width(str(most), SIZE) + 1.5):
        hint = "give a larger width, or narrow the figure to a practice, a method or a period"
        raise UsageError(f"{len(methods)} columns do not fit in {canvas.millimetres:g} mm: {hint}")
    canvas.column_heads(methods, left, [step] * len(methods))
    for practice in practices:
        lines = wrapped(capital(practice), left - 4, SIZE, 2)
        height = max(13.0, LINE * len(lines) + 1)
        canvas.label(left - 4, canvas.y + height / 2, lines, text_anchor="end")
        for i, method in enumerate(methods):
            count = counts.get((practice, method), 0)
            shade = min(len(SHADES) - 1, (count - 1) * len(SHADES) // max(most, 4))
            canvas.box(left + step * i, canvas.y, step, height, fill=SHADES[shade] if count else PAPER, stroke=RULE)
            if count:
                x, fill = left + step * (i + 0.5), PAPER if shade > 2 else ""
                canvas.label(x, canvas.y + height / 2, [str(count)], text_anchor="middle", fill=fill)
        canvas.y += height
