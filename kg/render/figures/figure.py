"""A figure for a paper: a picture of the rows of a query, with its caption and its data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from shlex import quote
from typing import Any

from kg.answers.rows import NOT_ANNOTATED, Answers, Rows, annotated
from kg.core.problems import UsageError, brief, did_you_mean, visible
from kg.core.reprs import counted, short
from kg.render.figures.canvas import Canvas
from kg.render.figures.kinds import FigureKind, kind_of

NARROWEST, WIDEST = 60, 400
"""Widths in millimetres."""
EMPTY = "Nothing to show: the graph, or this selection of it, has no such data yet."


@dataclass(frozen=True)
class Figure:
    """`svg`, `png()` and `pdf()` are the same picture; `csv()` and `json()` are the rows that it shows."""

    kind: FigureKind
    rows: Rows
    snapshot: str
    """Content hash of the graph."""
    parameters: Mapping[str, str]
    flags: frozenset[str]
    canvas: Canvas
    nothing: str = ""
    """Why the figure is empty, if it is."""

    def __repr__(self) -> str:
        return short(self, self.name, f"{self.width:.0f} × {self.height:.0f} mm", counted(len(self.rows), "row"))

    @property
    def name(self) -> str:
        return self.kind.name

    @property
    def title(self) -> str:
        return self.kind.title

    @property
    def caption(self) -> str:
        """The caption to paste below the figure: what is counted, and in which graph."""
        given = "".join(f" --{name.replace('_', '-')} {quote(value)}" for name, value in self.parameters.items())
        nothing = f" {self.nothing}" if self.nothing else ""
        extra = "".join(f" {caption}" for flag, (_, caption) in self.kind.flags.items() if flag in self.flags)
        numbers = f"Numbers: kg query {self.kind.query}{given}; snapshot {self.snapshot[:12]}."
        return visible(f"{self.title}.{nothing} {self.kind.caption}{extra} {numbers}")

    @property
    def width(self) -> float:
        """The width in millimetres."""
        return self.canvas.millimetres

    @property
    def height(self) -> float:
        """The height in millimetres."""
        return self.canvas.height

    @property
    def svg(self) -> str:
        """The picture as SVG; the same graph gives the same text on every machine."""
        return self.canvas.svg()

    def png(self) -> bytes:
        """The picture as PNG, at 300 dots per inch."""
        return self.canvas.png()

    def pdf(self) -> bytes:
        """The picture as PDF, true to size and with its letters as text."""
        return self.canvas.pdf()

    def csv(self) -> str:
        """The rows as CSV, as `kg query` gives them."""
        from kg.render.text.rows import rows_csv

        return rows_csv(self.rows)

    def json(self) -> str:
        """The rows as JSON, with the caption, the query and its parameters."""
        value: dict[str, Any] = {"figure": self.name, "title": self.title, "caption": self.caption}
        value |= {"query": self.kind.query, "parameters": dict(self.parameters), "with": sorted(self.flags)}
        value |= {"snapshot": self.snapshot, "columns": list(self.rows.columns), "rows": list(self.rows.as_written())}
        return json.dumps(value, ensure_ascii=False, indent=2) + "\n"

    def _repr_svg_(self) -> str:
        return self.svg


def picture(figure: Figure) -> Canvas:
    """The canvas of a figure, which is written as SVG, PDF or PNG."""
    return figure.canvas


def figure(graph: Answers, name: str, width: float = 85, **parameters: str | int | bool | None) -> Figure:
    """The figure called `name`, drawn from the answer of its query.

    Args:
        graph: where the query is answered.
        name: one of `kg.render.figures.kinds.KINDS`.
        width: in millimetres.
        parameters: parameters of the query, which narrow the figure, and flags of the figure.

    Raises:
        UsageError: for an unknown figure or parameter, a value that matches nothing, or a figure too large for `width`.
    """
    kind = kind_of(name)
    if not NARROWEST <= width <= WIDEST:
        raise UsageError(f"a figure is {NARROWEST} to {WIDEST} millimetres wide, not {width}")
    known = {*kind.flags, *(parameter.name for parameter in graph.queries.get(kind.query).parameters)}
    for unknown in sorted({*parameters} - known):
        hint = did_you_mean(unknown, known, f"it has {', '.join(sorted(known))}")
        raise UsageError(f"{name} has no parameter `{brief(unknown)}`; {hint}")
    flags = frozenset(flag for flag in kind.flags if parameters.get(flag))
    given = {key: value for key, value in parameters.items() if key not in kind.flags and value not in (None, "")}
    rows, canvas, nothing = graph.query(kind.query, **given), Canvas(width), ""
    if len(rows):
        kind.draw(canvas, rows, flags)
    else:
        nothing = EMPTY if annotated(graph) else f"{EMPTY} {NOT_ANNOTATED}."
        canvas.heading(kind.title)
        canvas.note(nothing)
    told = {key: str(value) for key, value in given.items()}
    made = Figure(kind, rows, graph.snapshot, told, flags, canvas, nothing)
    canvas.title, canvas.description = made.title, made.caption
    return made
