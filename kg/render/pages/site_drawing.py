"""Small pictures of a site as SVG: rows of dots, bars by year, sentences with their studies, a matrix of dots.

A picture is at most 340 units wide, so that its letters keep their size on a phone. A filled dot is a study that found
it first-hand, a hollow one a study that is only known from other publications. Looks are in site.css; the page's policy
allows no styles in elements.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from markupsafe import Markup

from kg.render.pages.site_things import shown

WIDTH = 340
_LINE, _DOT, _STEP, _SMALL = 14, 4, 10, 11
_MOST_DOTS = 12
"""A row with more studies than that is drawn as a bar, as all others of its picture."""
_LABEL = 186
"""Width of the labels of rows."""
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
    """A cell of a matrix: its place, its amount, its address, and what a pointer or a screen reader is told."""

    row: int
    column: int
    amount: Amount
    path: str
    told: str


def text_width(text: str, size: int = 12) -> float:
    """An estimate, for any font without serifs; letters of East Asian scripts are square."""
    return sum(size * (1.0 if unicodedata.east_asian_width(c) in "WF" else 0.58) for c in text)


def wrapped(text: str, width: float, most: int = 2, size: int = 12) -> list[str]:
    """The text in at most `most` lines of that width; what does not fit is left out, with an ellipsis."""
    width *= 12 / size
    rows = [""]
    for word in shown(text).split():
        longer = f"{rows[-1]} {word}".strip()
        if not rows[-1] or text_width(longer) <= width:
            rows[-1] = longer
        else:
            rows.append(word)
    kept = [_cut(row, width) for row in rows[:most]]
    if len(rows) > most:
        kept[-1] = _cut(f"{kept[-1].removesuffix('…')} {rows[most]}", width)
    return kept


def _cut(text: str, width: float) -> str:
    if text_width(text) <= width:
        return text
    while text and text_width(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


def dot_rows(rows: Sequence[tuple[str, Amount]], name: str, title: str, caption: str) -> Picture:
    """A row of dots for each label; bars if a row would have too many dots."""
    most = max(amount.total for _, amount in rows)
    parts: list[Markup] = []
    y = 4.0
    for label, amount in rows:
        written = wrapped(label, _LABEL - 10)
        height = _LINE * len(written) + 6
        parts += [_label(_LABEL - 8, y, height, written, "end"), *_amount(amount, _LABEL, y + height / 2, most)]
        y += height
    told = "; ".join(f"{label}: {amount}" for label, amount in rows)
    return Picture(_svg(parts, y + 4, name, title, told), caption, name)


def _amount(amount: Amount, x: float, y: float, most: int) -> list[Markup]:
    """The dots or the bar of a row, and its number."""
    if most <= _MOST_DOTS:
        end = x + _STEP * amount.total
        marks = _dots(amount, x + _DOT + 1, y)
    else:
        scale = (WIDTH - x - 30) / most
        own, all_ = scale * amount.first, scale * amount.total
        end = x + all_
        marks = [_bar(x, y - 5, own, 10, "first"), _bar(x + own, y - 5, all_ - own, 10, "second")]
    return [*marks, Markup('<text x="{:.1f}" y="{:.1f}" class="n">{}</text>').format(end + 5, y + 4, amount.total)]


def _dots(amount: Amount, x: float, y: float, own: int = -1) -> list[Markup]:
    return [
        Markup('<circle cx="{:.1f}" cy="{:.1f}" r="{}" class="{}"/>').format(
            x + _STEP * n, y, _DOT - 0.5, ("first" if n < amount.first else "second") + (" own" if n == own else "")
        )
        for n in range(amount.total)
    ]


def _bar(x: float, y: float, width: float, height: float, look: str) -> Markup:
    if width <= 0 or height <= 0:
        return Markup("")
    return Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" class="{}"/>').format(
        x, y, width, height, look
    )


def years(counts: dict[int, Amount], title: str, caption: str) -> Picture:
    """A column for each year from the first to the last, second-hand above first-hand."""
    first, last = min(counts), max(counts)
    most, span = max(amount.total for amount in counts.values()), last - first + 1
    left, base, tall = 8, 96, 72
    step = min(22.0, (WIDTH - 2 * left) / span)
    unit = min(9.0, tall / most)
    parts = []
    for year, amount in sorted(counts.items()):
        x = left + step * (year - first)
        if unit >= 8:
            kinds = ["first"] * amount.first + ["second"] * amount.second
            parts += [
                Markup('<circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}" class="{}"/>').format(
                    x + step / 2, base - unit * (n + 0.5), min(3.5, step / 2 - 0.6), kind
                )
                for n, kind in enumerate(kinds)
            ]
        else:
            own = unit * amount.first
            wide, rest = max(step - 3, step * 0.7), unit * amount.second
            parts += [
                _bar(x + (step - wide) / 2, base - own, wide, own, "first"),
                _bar(x + (step - wide) / 2, base - own - rest, wide, rest, "second"),
            ]
        if amount.total == most:
            parts.append(
                Markup('<text x="{:.1f}" y="{:.1f}" class="n" text-anchor="middle">{}</text>').format(
                    x + step / 2, base - unit * amount.total - 5, most
                )
            )
    end = left + step * span
    parts.append(Markup('<path d="M{} {}H{:.1f}" class="axis"/>').format(left, base + 0.5, end))
    parts += [
        Markup('<text x="{:.1f}" y="{}" class="n" text-anchor="{}">{}</text>').format(x, base + 15, anchor, year)
        for x, anchor, year in ((left, "start", first), (end, "end", last))
        if year == first or step * span > 70
    ]
    told = "; ".join(f"{year}: {amount}" for year, amount in sorted(counts.items()))
    return Picture(_svg(parts, base + 20, "years", title, told), caption, "years")


def sentences(rows: Sequence[Sentence], title: str, caption: str) -> Picture:
    """Each link as a row: subject, an arrow with the verb and a dot for each study, object."""
    parts: list[Markup] = []
    y = 2.0
    for row in rows:
        left, right = wrapped(row.subject, _SIDE, 3), wrapped(row.object, _SIDE, 3)
        height = max(_LINE * max(len(left), len(right)), 30) + 12
        middle = y + height / 2
        parts += [_label(_SIDE, y, height, left, "end"), _label(WIDTH - _SIDE, y, height, right, "start")]
        parts += _arrow(row, middle)
        y += height
    told = "; ".join(f"{r.subject} {r.verb} {r.object}".strip() + f": {r.said}" for r in rows)
    return Picture(_svg(parts, y + 2, "links", title, told), caption, "links")


def _arrow(row: Sentence, y: float) -> list[Markup]:
    start, end = _SIDE + 6.0, WIDTH - _SIDE - 6.0
    if not row.subject or not row.object:
        start, end = (start, WIDTH / 2) if row.subject else (WIDTH / 2, end)
    parts = [Markup('<path d="M{:.1f} {:.1f}H{:.1f}" class="axis"/>').format(start, y, end)]
    if row.object and row.verb:
        parts.append(Markup('<path d="M{:.1f} {:.1f}l-6 -3.5v7z" class="head"/>').format(end, y))
    centre = WIDTH / 2
    if row.verb:
        parts.append(
            Markup('<text x="{:.1f}" y="{:.1f}" class="verb" text-anchor="middle">{}</text>').format(
                centre, y - 9, _cut(shown(row.verb), end - start)
            )
        )
    if row.said.total * _STEP <= end - start - 16 or row.said.total == 1:
        own = -1 if not row.own else 0 if row.own_first else row.said.first
        return parts + _dots(row.said, centre - _STEP * (row.said.total - 1) / 2, y, own)
    return [*parts, *_numbered(row.said, centre, y)]


def _numbered(amount: Amount, centre: float, y: float) -> list[Markup]:
    """One dot of each kind with its number, below the arrow, where dots for all do not fit on it."""
    return [
        Markup(
            '<circle cx="{:.1f}" cy="{:.1f}" r="3.5" class="{}"/><text x="{:.1f}" y="{:.1f}" class="n">{}</text>'
        ).format(x, y + 11, look, x + 6, y + 15, number)
        for x, look, number in ((centre - 32, "first", amount.first), (centre + 6, "second", amount.second))
        if number
    ]


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
    radius = {n: min(10.5, max(2.5, 10.5 * sqrt(n / most))) for n in range(1, most + 1)}
    parts = []
    for c, (label, path) in enumerate(columns):
        x = left + cell * c + cell / 2
        written = wrapped(label, top - 4, 2, _SMALL)
        texts = Markup("").join(
            Markup('<text x="0" y="{}" class="small">{}</text>').format(4 - 5.5 * (len(written) - 1) + 11 * n, line)
            for n, line in enumerate(written)
        )
        turned = Markup('<g transform="translate({:.1f} {}) rotate(-90)">{}</g>').format(x, top - 4, texts)
        parts.append(_linked(path, turned, label))
    for r, (label, path) in enumerate(rows):
        y = top + cell * r
        line = Markup('<path d="M{} {:.1f}H{}" class="grid"/>').format(left, y + cell / 2, left + cell * len(columns))
        written = wrapped(label, left - 8, 2, _SMALL)
        texts = Markup("").join(
            Markup('<text x="{}" y="{}" class="small" text-anchor="end">{}</text>').format(
                left - 6, y + cell / 2 + 4 - 5.5 * (len(written) - 1) + 11 * n, one
            )
            for n, one in enumerate(written)
        )
        parts += [line, _linked(path, texts, label)]
        for c in range(len(columns)):
            x = left + cell * c + cell / 2
            parts.append(_cell(filled.get((r, c)), x, y + cell / 2, cell, radius))
    width, height = left + cell * len(columns) + 4, top + cell * len(rows) + 4
    return _svg(parts, height, "matrix", title, desc, width, "group")


def _cell(dot: Dot | None, x: float, y: float, cell: int, radius: dict[int, float]) -> Markup:
    if dot is None:
        return Markup('<circle cx="{:.1f}" cy="{:.1f}" r="1" class="none"/>').format(x, y)
    amount = dot.amount
    mark = Markup('<rect x="{:.1f}" y="{:.1f}" width="{}" height="{}" class="hit"/>').format(
        x - cell / 2, y - cell / 2, cell, cell
    )
    mark += Markup('<circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}" class="second"/>').format(x, y, radius[amount.total])
    if amount.first:
        own = radius[amount.total] * sqrt(amount.first / amount.total)
        mark += Markup('<circle cx="{:.1f}" cy="{:.1f}" r="{:.1f}" class="first"/>').format(x, y, own)
    return _linked(dot.path, mark, dot.told)


def _linked(path: str, inner: Markup, told: str) -> Markup:
    link = Markup('<a href="{}" aria-label="{}"><title>{}</title>{}</a>')
    return link.format(path, shown(told), shown(told), inner)


def _label(x: float, y: float, height: float, written: Sequence[str], anchor: str) -> Markup:
    """Lines of text, in the middle of a row."""
    start = y + height / 2 - _LINE * len(written) / 2 + 11
    return Markup("").join(
        Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(x, start + _LINE * n, anchor, line)
        for n, line in enumerate(written)
    )


def _svg(
    parts: Iterable[Markup], height: float, name: str, title: str, desc: str, width: float = WIDTH, role: str = "img"
) -> Markup:
    return Markup(
        '<svg viewBox="0 0 {:.0f} {:.0f}" role="{}" aria-labelledby="picture-{}-title" '
        'aria-describedby="picture-{}-desc">'
        '<title id="picture-{}-title">{}</title><desc id="picture-{}-desc">{}</desc>{}</svg>'
    ).format(width, height, role, name, name, name, shown(title), name, shown(desc), Markup("").join(parts))
