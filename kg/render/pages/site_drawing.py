"""Small pictures of a site as SVG: rows of dots, bars by year, sentences with their studies, a matrix of dots.

A picture is at most 340 units wide, so that its letters keep their size on a phone. A filled dot is a study that found
it first-hand, a hollow one a study that is only known from other publications. Looks are in site.css; the page's policy
allows no styles in elements.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from markupsafe import Markup, escape

from kg.render.figures import letters
from kg.render.pages.site_things import shown

WIDTH = 340
_LINE, _DOT, _STEP, _SMALL = 14, 4, 10, 11
_MOST_DOTS = 12
"""A row with more studies than that is drawn as a bar, as all others of its picture."""
_LABEL = 186
"""Width of the labels of rows."""
WIDER = 1.2
"""How much wider the letters of DejaVu Sans are than those of Arial, for which widths are known."""
_SIDE = 118
"""Width of the labels on both sides of a sentence."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing and the sentence below it, which says what is counted."""

    svg: Markup
    caption: str
    name: str
    """What it is, in a word: part of the ids in it."""


@dataclass(frozen=True, slots=True)
class Amount:
    """How many studies or findings, first-hand and second-hand."""

    first: int = 0
    second: int = 0

    @property
    def total(self) -> int:
        return self.first + self.second

    def __str__(self) -> str:
        return ", ".join(f"{n} {hand}" for n, hand in ((self.first, "first-hand"), (self.second, "second-hand")) if n)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A link as a sentence: who does what to whom, and the studies that say so."""

    subject: str
    verb: str
    object: str
    said: Amount
    own: int = 0
    """How many of the studies are those of the finding whose page it is: 0 or 1."""
    own_first: bool = True


@dataclass(frozen=True, slots=True)
class Dot:
    """A cell of a matrix: its place, its amount, its address, and the text for a tooltip and a screen reader."""

    row: int
    column: int
    amount: Amount
    path: str
    description: str


def text_width(text: str, size: int = 12) -> float:
    """An estimate: the font of a page is that of its reader, and the widest usual one is a fifth wider than Arial."""
    return WIDER * letters.text_width(text, size)


def wrapped(text: str, width: float, most: int = 2, size: int = 12) -> list[str]:
    """The text in at most `most` lines of that width; what does not fit is left out, with an ellipsis."""
    return letters.wrapped(shown(text), width / WIDER, size, most)


def dot_rows(rows: Sequence[tuple[str, Amount]], name: str, title: str, caption: str) -> Picture:
    """A row of dots for each label; bars if a row would have too many dots."""
    most = max(amount.total for _, amount in rows)
    parts: list[str] = []
    y = 4.0
    for label, amount in rows:
        written = wrapped(label, _LABEL - 10)
        height = _LINE * len(written) + 6
        parts += [_label(_LABEL - 8, y, height, written, "end"), *_amount(amount, _LABEL, y + height / 2, most)]
        y += height
    description = "; ".join(f"{label}: {amount}" for label, amount in rows)
    return Picture(_svg(parts, y + 4, name, title, description), caption, name)


def _amount(amount: Amount, x: float, y: float, most: int) -> list[str]:
    """The dots or the bar of a row, and its number."""
    if most <= _MOST_DOTS:
        end = x + _STEP * amount.total
        marks = _dots(amount, x + _DOT + 1, y)
    else:
        scale = (WIDTH - x - 30) / most
        own, all_ = scale * amount.first, scale * amount.total
        end = x + all_
        marks = [_bar(x, y - 5, own, 10, "first"), _bar(x + own, y - 5, all_ - own, 10, "second")]
    return [*marks, _text(end + 5, y + 4, str(amount.total), "n")]


def _dots(amount: Amount, x: float, y: float, own: int = -1) -> list[str]:
    looks = ["first"] * amount.first + ["second"] * amount.second
    if own >= 0:
        looks[own] += " own"
    return [_circle(x + _STEP * n, y, _DOT - 0.5, look) for n, look in enumerate(looks)]


def years(counts: dict[int, Amount], title: str, caption: str) -> Picture:
    """A column for each year from the first to the last, second-hand above first-hand."""
    first, last = min(counts), max(counts)
    most, span = max(amount.total for amount in counts.values()), last - first + 1
    left, base, tall = 8, 96, 72
    step = min(22.0, (WIDTH - 2 * left) / span)
    unit = min(9.0, tall / most)
    wide = max(step - 3, step * 0.7)
    parts: list[str] = []
    for year, amount in sorted(counts.items()):
        x = left + step * (year - first + 0.5)
        if unit >= 8:  # dots do not touch
            looks = ["first"] * amount.first + ["second"] * amount.second
            parts += [_circle(x, base - unit * (n + 0.5), min(3.5, step / 2 - 0.6), k) for n, k in enumerate(looks)]
        else:
            own, rest = unit * amount.first, unit * amount.second
            parts.append(_bar(x - wide / 2, base - own, wide, own, "first"))
            parts.append(_bar(x - wide / 2, base - own - rest, wide, rest, "second"))
        if amount.total == most:
            parts.append(_text(x, base - unit * amount.total - 5, str(most), "n", "middle"))
    end = left + step * span
    parts.append(f'<path d="M{left} {base + 0.5}H{end:.1f}" class="axis"/>')
    parts.append(_text(left, base + 15, str(first), "n"))
    if step * span > 70:  # room for two years
        parts.append(_text(end, base + 15, str(last), "n", "end"))
    description = "; ".join(f"{year}: {amount}" for year, amount in sorted(counts.items()))
    return Picture(_svg(parts, base + 20, "years", title, description), caption, "years")


def sentences(rows: Sequence[Sentence], title: str, caption: str) -> Picture:
    """Each link as a row: subject, an arrow with the verb and a dot for each study, object."""
    parts: list[str] = []
    y = 2.0
    for row in rows:
        left, right = wrapped(row.subject, _SIDE, 3), wrapped(row.object, _SIDE, 3)
        height = max(_LINE * max(len(left), len(right)), 30) + 12
        parts += [_label(_SIDE, y, height, left, "end"), _label(WIDTH - _SIDE, y, height, right, "start")]
        parts += _arrow(row, y + height / 2)
        y += height
    description = "; ".join(f"{r.subject} {r.verb} {r.object}".strip() + f": {r.said}" for r in rows)
    return Picture(_svg(parts, y + 2, "links", title, description), caption, "links")


def _arrow(row: Sentence, y: float) -> list[str]:
    start, end, centre = _SIDE + 6.0, WIDTH - _SIDE - 6.0, WIDTH / 2
    if not row.subject or not row.object:
        start, end = (start, centre) if row.subject else (centre, end)
    parts = [f'<path d="M{start:.1f} {y:.1f}H{end:.1f}" class="axis"/>']
    if row.object and row.verb:
        parts.append(f'<path d="M{end:.1f} {y:.1f}l-6 -3.5v7z" class="head"/>')
    if row.verb:
        parts.append(_text(centre, y - 9, wrapped(row.verb, end - start, 1)[0], "verb", "middle"))
    if row.said.total * _STEP <= end - start - 16 or row.said.total == 1:
        own = -1 if not row.own else 0 if row.own_first else row.said.first
        return parts + _dots(row.said, centre - _STEP * (row.said.total - 1) / 2, y, own)
    # One dot of each kind with its number, where dots for all do not fit on the arrow.
    for x, look, number in ((centre - 32, "first", row.said.first), (centre + 6, "second", row.said.second)):
        if number:
            parts += [_circle(x, y + 11, _DOT - 0.5, look), _text(x + 6, y + 15, str(number), "n")]
    return parts


def matrix(
    rows: Sequence[tuple[str, str]], columns: Sequence[tuple[str, str]], dots: Iterable[Dot], title: str, desc: str
) -> Markup:
    """Rows by columns with a dot in each cell that has studies; labels and dots are links.

    Args:
        rows: label and address of each row.
        columns: the same for the columns.
        dots: the cells with studies.
        title: what it shows.
        desc: how to read it.
    """
    cell, left, top = 26, 132, 138
    filled = {(dot.row, dot.column): dot for dot in dots}
    most = max(dot.amount.total for dot in filled.values())
    parts: list[str] = []
    for c, (label, path) in enumerate(columns):
        texts = _small(0, 0, wrapped(label, top - 4, 2, _SMALL), "start")
        turned = f'<g transform="translate({left + cell * (c + 0.5):.1f} {top - 4}) rotate(-90)">{texts}</g>'
        parts.append(_linked(path, turned, label))
    for r, (label, path) in enumerate(rows):
        y = top + cell * (r + 0.5)
        parts.append(f'<path d="M{left} {y:.1f}H{left + cell * len(columns)}" class="grid"/>')
        parts.append(_linked(path, _small(left - 6, y, wrapped(label, left - 8, 2, _SMALL), "end"), label))
        for c in range(len(columns)):
            parts.append(_cell(filled.get((r, c)), left + cell * (c + 0.5), y, cell, most))
    width, height = left + cell * len(columns) + 4, top + cell * len(rows) + 4
    return _svg(parts, height, "matrix", title, desc, width, "group")


def _cell(dot: Dot | None, x: float, y: float, cell: int, most: int) -> str:
    """A ring whose area is the number of studies, filled as far as they are first-hand; a point without any."""
    if dot is None:
        return _circle(x, y, 1, "none")
    amount = dot.amount
    radius = max(2.5, 10.5 * sqrt(amount.total / most))
    marks = _bar(x - cell / 2, y - cell / 2, cell, cell, "hit") + _circle(x, y, radius, "second")
    if amount.first:
        marks += _circle(x, y, radius * sqrt(amount.first / amount.total), "first")
    return _linked(dot.path, marks, dot.description)


# --- elements: texts are cleaned and escaped here ---


def _text(x: float, y: float, text: str, look: str = "", anchor: str = "start") -> str:
    looks = f' class="{look}"' if look else ""
    return f'<text x="{x:.1f}" y="{y:.1f}"{looks} text-anchor="{anchor}">{escape(shown(text))}</text>'


def _circle(x: float, y: float, radius: float, look: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" class="{look}"/>'


def _bar(x: float, y: float, width: float, height: float, look: str) -> str:
    if width <= 0 or height <= 0:
        return ""
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" class="{look}"/>'


def _linked(path: str, inner: str, description: str) -> str:
    said = escape(shown(description))
    return f'<a href="{escape(path)}" aria-label="{said}"><title>{said}</title>{inner}</a>'


def _label(x: float, y: float, height: float, written: Sequence[str], anchor: str) -> str:
    """Lines of text, in the middle of a row."""
    start = y + height / 2 - _LINE * len(written) / 2 + 11
    return "".join(_text(x, start + _LINE * n, line, "", anchor) for n, line in enumerate(written))


def _small(x: float, y: float, written: Sequence[str], anchor: str) -> str:
    """Lines of small text around a line."""
    start = y + 4 - 5.5 * (len(written) - 1)
    return "".join(_text(x, start + _SMALL * n, line, "small", anchor) for n, line in enumerate(written))


def _svg(
    parts: Iterable[str], height: float, name: str, title: str, desc: str, width: float = WIDTH, role: str = "img"
) -> Markup:
    title_id, desc_id = f"picture-{name}-title", f"picture-{name}-desc"
    head = (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="{role}" aria-labelledby="{title_id}" '
        f'aria-describedby="{desc_id}"><title id="{title_id}">{escape(shown(title))}</title>'
        f'<desc id="{desc_id}">{escape(shown(desc))}</desc>'
    )
    return Markup(f"{head}{''.join(parts)}</svg>")  # noqa: S704 - texts are escaped by the functions above
