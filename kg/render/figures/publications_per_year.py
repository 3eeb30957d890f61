"""How many studies there are on each practice, year by year; what reviews sorted under it stands apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.answers.rows import Rows
from kg.core.problems import UsageError
from kg.render.figures.letters import capital, width, wrapped
from kg.render.figures.sheet import DARK, FAINT, LIGHT, LINE, RULE, SIZE, SMALL, WIDE, Sheet, columns_room

LANE, TALLEST = 20.0, 10.5
"""Height of a practice's lane and of its tallest bar."""
NARROWEST = 2.2
"""Room of a year."""
CODED = ("#e3e3e3", "#6b6b6b")
NO_YEAR = "n.d."

Counts = dict[tuple[str, int | None], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Panel:
    """Bars of one kind, by practice and year; `parts` are fill, outline and meaning, from the baseline up."""

    heading: str
    parts: tuple[tuple[str, str, str], ...]
    counts: Counts

    @property
    def practices(self) -> list[str]:
        return sorted({practice for practice, _ in self.counts})


@dataclass(frozen=True, slots=True)
class Axis:
    """Where years stand: from `left`, each `step` wide, works without a year after a gap at the end."""

    years: tuple[int, ...]
    undated: bool
    left: float
    step: float

    def middle(self, year: int | None) -> float:
        place = len(self.years) + 0.7 if year is None else year - self.years[0]
        return self.left + self.step * (place + 0.5)

    @property
    def right(self) -> float:
        return self.left + self.step * len(self.years)

    def ticks(self) -> list[int]:
        """Every year, or every second, fifth … so that they stand apart."""
        apart = width("2000", SMALL) + 3
        every = next((n for n in (1, 2, 5, 10, 20) if n * self.step >= apart), 50)
        return [
            year
            for year in self.years
            if year % every == 0 and not (self.undated and self.middle(None) - self.middle(year) < apart)
        ]


def draw(sheet: Sheet, rows: Rows, flags: frozenset[str]) -> None:
    """One panel, or two: side by side on a wide sheet, one below the other on a narrow one."""
    panels = [
        Panel(
            "Studies with findings",
            ((DARK, DARK, "first-hand"), (LIGHT, DARK, "second-hand only")),
            _counts(rows, "first_hand", "second_hand"),
        )
    ]
    if "coded" in flags:
        panels.append(
            Panel(
                "Works that reviews sorted under a practice", ((*CODED, "coded by a review"),), _counts(rows, "coded")
            )
        )
    panels = [panel for panel in panels if panel.counts]
    if not panels:
        sheet.note("There are no findings in this selection, only works that reviews sorted under a practice.")
        return
    years = {year for panel in panels for _, year in panel.counts}
    beside = len(panels) > 1 and sheet.width >= WIDE
    practices = sorted({practice for panel in panels for practice in panel.practices})
    left = columns_room(list(map(capital, practices)), (0.2 if beside else 0.4) * sheet.width)
    room = (sheet.width - left - (8 if beside else 0)) / (2 if beside else 1)
    if beside:
        axes = [_axis(sheet, years, left + i * (room + 8), room) for i in (0, 1)]
        tops = [_head(sheet, panel, x, room) for panel, x in zip(panels, (0, axes[1].left), strict=True)]
        for panel, axis in zip(panels, axes, strict=True):
            sheet.y = max(tops)
            _lanes(sheet, panel, practices, axis, left if axis is axes[0] else 0)
        return
    for panel in panels:
        sheet.y += 8 if sheet.y else 0
        sheet.y = _head(sheet, panel, 0, sheet.width)
        _lanes(sheet, panel, panel.practices, _axis(sheet, years, left, room), left)


def _counts(rows: Rows, *columns: str) -> Counts:
    found = {
        (str(row["practice_label"]), None if row["year"] is None else int(str(row["year"]))): tuple(
            int(str(row[column])) for column in columns
        )
        for row in rows
    }
    return {place: counts for place, counts in found.items() if any(counts)}


def _axis(sheet: Sheet, years: set[int | None], left: float, room: float) -> Axis:
    dated = [year for year in years if year is not None]
    first, last = (min(dated), max(dated)) if dated else (0, -1)
    places = last - first + 1 + (1.7 if None in years else 0)
    step = min((room - 8) / places, 40.0)  # the last year's number needs some room
    if step < NARROWEST:
        raise UsageError(
            f"the years {first} to {last} do not fit in {sheet.millimetres:g} mm: make it wider, or "
            "narrow it with since and until"
        )
    return Axis(tuple(range(first, last + 1)), None in years, left, step)


def _head(sheet: Sheet, panel: Panel, x: float, room: float) -> float:
    """Heading and legend from where the sheet has come to, which stays; where they end."""
    top = sheet.y
    sheet.heading(panel.heading, x, room)
    sheet.keys(panel.parts, x)
    sheet.y, bottom = top, sheet.y
    return bottom


def _lanes(sheet: Sheet, panel: Panel, practices: Sequence[str], axis: Axis, names: float) -> None:
    """A lane for each practice, its name in the room `names` on the left unless that is none."""
    most = max(map(sum, panel.counts.values()))
    for practice in practices:
        own = {year: counts for (name, year), counts in panel.counts.items() if name == practice}
        base = sheet.y + LANE
        if names:
            lines = wrapped(capital(practice), names - 5, SIZE, 2)
            sheet.label(0, base - 4.5 - (LINE / 2 - 2.5) * (len(lines) - 1), lines)
        sheet.line(axis.left, base, axis.right, base)
        if None in own:
            sheet.line(axis.middle(None) - axis.step / 2, base, axis.middle(None) + axis.step / 2, base)
        _bars(sheet, panel, own, axis, base, most)
        sheet.y = base
    _ticks(sheet, axis, undated=any(year is None for _, year in panel.counts))


def _bars(
    sheet: Sheet, panel: Panel, own: dict[int | None, tuple[int, ...]], axis: Axis, base: float, most: int
) -> None:
    """Stacked bars; each with its number where the numbers have room, else the tallest of the lane."""
    totals = {year: sum(counts) for year, counts in own.items()}
    wide = min(axis.step * 0.8, 12.0)
    all_fit = width(str(most), SMALL) + 1 <= axis.step
    tallest = max(totals, key=lambda year: (totals[year], year or 0), default=None)
    for year, counts in own.items():
        x, y = axis.middle(year), base
        for (fill, stroke, _), count in zip(panel.parts, counts, strict=True):
            high = TALLEST * count / max(most, 2)
            if count:
                sheet.box(x - wide / 2, y - high, wide, high, fill=fill, stroke=stroke)
            y -= high
        if all_fit or year == tallest:
            sheet.text(x, y - 1.5, str(totals[year]), size=SMALL, anchor="middle")


def _ticks(sheet: Sheet, axis: Axis, *, undated: bool) -> None:
    for year in axis.ticks():
        sheet.line(axis.middle(year), sheet.y, axis.middle(year), sheet.y + 2, stroke=FAINT)
        sheet.text(axis.middle(year), sheet.y + 2.5 + SMALL, str(year), size=SMALL, anchor="middle")
    if undated:
        sheet.text(axis.middle(None), sheet.y + 2.5 + SMALL, NO_YEAR, size=SMALL, anchor="middle")
    sheet.line(axis.left, sheet.y, axis.right, sheet.y, stroke=RULE)
    sheet.y += SMALL + 5
