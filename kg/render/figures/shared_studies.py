"""Reviews and the primary studies that each two of them share: a triangle of counts, with the sizes on the diagonal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

from kg.answers.rows import Rows
from kg.core.problems import UsageError
from kg.render.figures.canvas import INK, PAPER, RULE, Canvas
from kg.render.figures.letters import LINE, SIZE, capital, labels_room, text_width, wrapped
from kg.render.figures.methods_by_practice import SHADES

WIDEST = 26.0
"""Of a column."""
SHARES = ((10, SHADES[0]), (25, SHADES[1]), (50, SHADES[2]), (100, SHADES[3]))
"""Percent of the smaller review that are shared, at most, and the shade; numbers are white on the last."""
OWN = "#ededed"
"""Fill of the diagonal."""

Pairs = Mapping[frozenset[str], int]


def draw(canvas: Canvas, rows: Rows, _: frozenset[str]) -> None:
    """Draw the triangle, with the reviews numbered in its rows and the numbers above its columns."""
    shared = overlaps(rows)
    reviews = _ordered(shared)
    labels = _labels(rows, reviews)
    narrowest = text_width(str(max(shared.values())), SIZE, bold=True) + 1.5
    spare = canvas.width - 1 - narrowest * len(reviews)
    left = labels_room(labels, min(0.42 * canvas.width, max(spare, 0.25 * canvas.width)))
    step = min((canvas.width - left - 1) / len(reviews), max(WIDEST, narrowest))
    if step < narrowest - 0.01:
        hint = "give a larger width, or narrow the figure with basis or since"
        raise UsageError(f"{len(reviews)} reviews do not fit in {canvas.millimetres:g} mm: {hint}")
    for i in range(len(reviews)):
        canvas.text(left + step * (i + 0.5), canvas.y + SIZE, str(i + 1), text_anchor="middle")
    canvas.y += SIZE + 3
    for i, label in enumerate(labels):
        lines = wrapped(label, left - 5, SIZE, 2)
        height = max(13.0, LINE * len(lines) + 1.5)
        canvas.label(0, canvas.y + height / 2, lines)
        for j in reversed(range(i, len(reviews))):  # the outline of the diagonal last
            box = left + step * j, canvas.y, step, height
            _cell(canvas, box, shared, reviews[i], reviews[j])
        canvas.y += height
    canvas.y += 5
    canvas.keys([(OWN, INK, "all studies of a review")])
    canvas.note("Studies that two share, in percent of the smaller review:")
    canvas.y += 2
    least = ["up to 10", *(f"over {percent}" for percent, _ in SHARES[:-1])]
    canvas.keys((shade, RULE, f"{words} %") for (_, shade), words in zip(SHARES, least, strict=True))


def overlaps(rows: Rows) -> Pairs:
    """The number of studies that each two reviews share, and, under its key alone, the number that each has."""
    studies: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        studies[str(row["review"])].add(str(row["key"]))
    found = {frozenset(pair): len(studies[pair[0]] & studies[pair[1]]) for pair in combinations(sorted(studies), 2)}
    return {frozenset((key,)): len(own) for key, own in studies.items()} | {k: n for k, n in found.items() if n}


def _ordered(shared: Pairs) -> list[str]:
    """The reviews, so that those that share studies are near each other.

    Next is always the one that shares most with any before it, or else with all others.
    """
    keys = sorted({key for pair in shared for key in pair})
    total = Counter({key: sum(n for pair, n in shared.items() if key in pair and len(pair) > 1) for key in keys})
    order: list[str] = []
    while len(order) < len(keys):

        def near(key: str) -> tuple[int, int]:
            return max((shared.get(frozenset((key, other)), 0) for other in order), default=0), total[key]

        order.append(max((key for key in keys if key not in order), key=near))
    return order


def _labels(rows: Rows, reviews: Sequence[str]) -> list[str]:
    """The labels of the rows; an asterisk marks reviews of which only the works of data sheets are known."""
    names = {str(row["review"]): str(row["review_label"]) for row in rows}
    coded = set(names) - {str(row["review"]) for row in rows if row["on"] == "included"}
    often = Counter(names.values())
    return [
        f"{i}{'*' if key in coded else ''} {capital(names[key])}{f' [{key}]' if often[names[key]] > 1 else ''}"
        for i, key in enumerate(reviews, 1)
    ]


def _cell(canvas: Canvas, box: tuple[float, float, float, float], shared: Pairs, one: str, other: str) -> None:
    """Draw what two reviews share, or what one has; a cell without a number is white."""
    x, y, width, height = box
    count, text, stroke = shared.get(frozenset((one, other)), 0), "", RULE
    if one == other:
        fill, stroke = OWN, INK
    elif count:
        percent = 100 * count / min(shared[frozenset((one,))], shared[frozenset((other,))])
        fill = next(shade for most, shade in SHARES if percent <= most)
        text = PAPER if fill == SHARES[-1][1] else ""
    else:
        fill = PAPER
    canvas.box(x, y, width, height, fill=fill, stroke=stroke)
    if count:
        middle = x + width / 2
        canvas.label(middle, y + height / 2, [str(count)], bold=one == other, text_anchor="middle", fill=text)
