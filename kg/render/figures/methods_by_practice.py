"""With which methods each practice has been studied: a matrix of distinct studies, the more the darker."""

from __future__ import annotations

from kg.answers.rows import Rows
from kg.core.problems import UsageError
from kg.render.figures.letters import capital, width, wrapped
from kg.render.figures.sheet import LINE, RULE, SIZE, Sheet, columns_room

NARROWEST, LYING = 9.0, 42.0
"""Of a column: what an upright label takes, and from where on labels lie."""
SHADES = ("#dcebf7", "#a9cfeb", "#62a3d4", "#1f6fb2", "#0b3c6e")
"""From few to many; numbers are white on the last two."""


def draw(sheet: Sheet, rows: Rows, _: frozenset[str]) -> None:
    """What there is more of stands in the rows, since a figure may be longer but not wider."""
    counts = {(str(row["practice_label"]), str(row["method_label"])): int(str(row["studies"])) for row in rows}
    practices, methods = (sorted({pair[i] for pair in counts}) for i in (0, 1))
    if len(methods) > len(practices):
        practices, methods = methods, practices
        counts = {(method, practice): count for (practice, method), count in counts.items()}
    left = columns_room(list(map(capital, practices)), 0.42 * sheet.width)
    step = min((sheet.width - left - 1) / len(methods), 90.0)
    most = max(counts.values())
    if step < max(NARROWEST, width(str(most), SIZE) + 1.5):
        raise UsageError(
            f"{len(methods)} columns do not fit in {sheet.millimetres:g} mm: make it wider, or narrow it "
            "to a practice, a method or a period"
        )
    _heads(sheet, methods, left, step)
    for practice in practices:
        lines = wrapped(capital(practice), left - 4, SIZE, 2)
        high = max(13.0, LINE * len(lines) + 1)
        sheet.label(left - 4, sheet.y + high / 2, lines, anchor="end")
        for i, method in enumerate(methods):
            _cell(sheet, left + step * i, step, high, counts.get((practice, method), 0), most)
        sheet.y += high


def _heads(sheet: Sheet, labels: list[str], left: float, step: float) -> None:
    """Labels lie above wide columns, and stand upright above others, on as many lines as there is room for."""
    if step >= LYING:
        lying = [wrapped(capital(label), step - 4, SIZE, 4) for label in labels]
        sheet.y += LINE * max(map(len, lying)) + 4
        for i, lines in enumerate(lying):
            sheet.label(left + step * (i + 0.5), sheet.y - 4 - LINE * len(lines) / 2, lines, anchor="middle")
        return
    heads = [wrapped(capital(label), 112, SIZE, max(1, min(3, int(step / LINE)))) for label in labels]
    sheet.y += max(width(line, SIZE) for lines in heads for line in lines) + 5
    for i, lines in enumerate(heads):
        for j, line in enumerate(lines):
            x = left + step * (i + 0.5) + LINE * (j - (len(lines) - 1) / 2) + SIZE * 0.36
            sheet.text(x, sheet.y - 3, line, upright=True)


def _cell(sheet: Sheet, x: float, wide: float, high: float, count: int, most: int) -> None:
    shade = min(len(SHADES) - 1, (count - 1) * len(SHADES) // max(most, 4)) if count else 0
    sheet.box(x, sheet.y, wide, high, fill=SHADES[shade] if count else "#ffffff", stroke=RULE)
    if count:
        sheet.text(
            x + wide / 2,
            sheet.y + high / 2 + SIZE * 0.36,
            str(count),
            anchor="middle",
            fill="#ffffff" if shade > 2 else "",
        )
