"""Displays for notebooks: rows and findings as HTML without scripts, pages in a sandboxed frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.answers.rows import FLOATS, INTEGERS, Rows
from kg.core.iris import XSD, local_name
from kg.render.pages import inline
from kg.render.text import rows as text_rows
from kg.render.text.table import printable

if TYPE_CHECKING:
    from kg.answers.things import Finding
    from kg.store import Term

MOST = 30
"""Rows that a notebook shows; the value and its data frame have all of them."""

_NUMBERS = INTEGERS | FLOATS | {XSD.decimal}


@dataclass(frozen=True, slots=True)
class Frame:
    """A self-contained page, displayed in a notebook by `_repr_html_`.

    Its scripts run in a document without an origin: they cannot access the notebook, its server or any other page.
    """

    page: str
    """The whole document."""
    title: str
    height: int
    """In pixels."""

    def _repr_html_(self) -> str:
        return (
            f'<iframe sandbox="allow-scripts" title="{escape(printable(self.title))}" srcdoc="{escape(self.page)}" '
            f'style="width: 100%; height: {int(self.height)}px; border: 1px solid #ccc"></iframe>'
        )


def rows_html(rows: Rows) -> str:
    """A table of the first rows, and the number of the others."""
    if rows.triples is not None:
        terms: Any = tuple((t.subject, t.predicate, t.object) for t in rows.triples)
        rows = replace(rows, terms=terms)
    head, lines = cells_of(rows, MOST)
    return _rendered("rows", head=head, lines=lines, rest=_rest(rows))


def cells_of(rows: Rows, most: int) -> tuple[list[tuple[str, bool]], list[list[tuple[str, str, bool]]]]:
    """The names of the columns, and the text and address of each cell of the first rows; both with whether numbers."""
    right = [_numeric(column) for column in zip(*rows.terms, strict=True)] or [False] * len(rows.columns)
    lines = [[(*_cell(term), r) for term, r in zip(row, right, strict=True)] for row in rows.terms[:most]]
    return list(zip(rows.columns, right, strict=True)), lines


def rows_markdown(rows: Rows) -> str:
    """The same as Markdown, for programs that show no HTML; triples as Turtle."""
    if rows.triples is not None:
        return f"```turtle\n{text_rows.triples(rows)}```\n"
    rest = _rest(rows)
    return text_rows.rows_markdown(replace(rows, terms=rows.terms[:MOST])) + (f"\n{rest}\n" if rest else "")


def text_html(text: str) -> str:
    """A text as it is."""
    return f"<pre>{escape(printable_lines(text))}</pre>"


def printable_lines(text: str) -> str:
    return "\n".join(map(printable, text.split("\n")))


def finding_html(finding: Finding) -> str:
    """A finding with its quotations, links and relations."""
    return _rendered("finding", finding=finding)


def _rendered(name: str, **values: object) -> str:
    return inline.environment(printable).get_template(f"notebook_{name}.html").render(values)


def _rest(rows: Rows) -> str:
    """What a reader has to know about the rows that are not shown."""
    more = len(rows.terms) - MOST
    return f"… and {more} more" if more > 0 else "" if rows.terms else "no results"


def _cell(term: Term | None) -> tuple[str, str]:
    """The text of a cell, and the address that it is linked to; `javascript:` and the like are not linked."""
    if isinstance(term, NamedNode):
        return local_name(term.value), term.value if term.value.startswith(("https://", "http://")) else ""
    return ("" if term is None else term.value if isinstance(term, Literal | BlankNode) else str(term)), ""


def _numeric(column: Iterable[Term | None]) -> bool:
    terms = [term for term in column if term is not None]
    return bool(terms) and all(isinstance(term, Literal) and term.datatype in _NUMBERS for term in terms)
