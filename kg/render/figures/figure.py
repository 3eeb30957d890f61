"""A figure: a picture of the rows of a query, with its caption and the numbers behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from shlex import quote

from kg.answers.rows import Answers, Rows
from kg.core.problems import UsageError, brief, did_you_mean, visible
from kg.render.figures.kinds import Kind, kind_of
from kg.render.figures.sheet import Sheet

NARROWEST, WIDEST = 60, 400
"""Millimetres."""
EMPTY = "Nothing to show: the graph says nothing of this yet, or not in this selection."


@dataclass(frozen=True)
class Figure:
    """`svg`, `png()` and `pdf()` look alike; `csv()` and `json()` are the rows that are drawn."""

    kind: Kind
    rows: Rows
    snapshot: str
    """Content hash of the graph."""
    width: float
    """In millimetres."""
    parameters: Mapping[str, str]
    flags: frozenset[str]
    sheet: Sheet

    @property
    def name(self) -> str:
        return self.kind.name

    @property
    def title(self) -> str:
        return self.kind.title

    @property
    def caption(self) -> str:
        """To paste below the figure: what is counted, of what, and of which graph."""
        given = "".join(f" --{name.replace('_', '-')} {quote(value)}" for name, value in self.parameters.items())
        extra = "".join(f" {said}" for flag, (_, said) in self.kind.flags.items() if flag in self.flags)
        return visible(
            f"{self.title}. {self.kind.caption}{extra} Numbers: kg query {self.kind.query}{given}; "
            f"snapshot {self.snapshot[:12]}."
        )

    @property
    def height(self) -> float:
        """In millimetres."""
        return self.sheet.high

    @property
    def svg(self) -> str:
        """The same graph gives the same text, whatever fonts a machine has."""
        return self.sheet.svg(self.title, self.caption)

    @property
    def _in_points(self) -> str:
        return self.sheet.svg(self.title, self.caption, millimetres=False)

    def png(self) -> bytes:
        """With 300 dots an inch."""
        import vl_convert

        return vl_convert.svg_to_png(self._in_points, ppi=300)

    def pdf(self) -> bytes:
        """To scale, with its letters as text; the names of its fonts may differ from run to run."""
        import vl_convert

        return vl_convert.svg_to_pdf(self._in_points)

    def csv(self) -> str:
        from kg.render.text.rows import render

        return render(self.rows, "csv")

    def json(self) -> str:
        """The rows with the caption, the query and its parameters."""
        import json

        value = {
            "figure": self.name,
            "title": self.title,
            "caption": self.caption,
            "query": self.kind.query,
            "parameters": dict(self.parameters),
            "with": sorted(self.flags),
            "snapshot": self.snapshot,
            "columns": list(self.rows.columns),
            "rows": list(self.rows),
        }
        return json.dumps(value, ensure_ascii=False, indent=2) + "\n"

    def _repr_svg_(self) -> str:
        return self.svg


def figure(graph: Answers, name: str, width: float = 85, **parameters: str | int | bool | None) -> Figure:
    """The figure of this name, `width` millimetres wide, narrowed by the parameters of its query.

    Raises:
        UsageError: for an unknown figure or parameter, a value that names nothing, or what does not fit in that width.
    """
    kind = kind_of(name)
    if not NARROWEST <= width <= WIDEST:
        raise UsageError(f"a figure is {NARROWEST} to {WIDEST} millimetres wide, not {width}")
    known = {*kind.flags, *(parameter.name for parameter in graph.queries.get(kind.query).parameters)}
    for unknown in sorted({*parameters} - known):
        raise UsageError(
            f"{name} has no parameter `{brief(unknown)}`; "
            + did_you_mean(unknown, known, f"it has {', '.join(sorted(known))}")
        )
    flags = frozenset(flag for flag in kind.flags if parameters.get(flag))
    given = {key: value for key, value in parameters.items() if key not in kind.flags and value not in (None, "")}
    rows, sheet = graph.query(kind.query, **given), Sheet(width)
    if len(rows):
        kind.draw(sheet, rows, flags)
    else:
        sheet.heading(kind.title)
        sheet.note(EMPTY)
    return Figure(kind, rows, graph.snapshot, width, {key: str(value) for key, value in given.items()}, flags, sheet)
