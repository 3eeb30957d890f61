"""Displays for notebooks: rows and findings as HTML without scripts, pages in a sandboxed frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode

from kg.answers.rows import Rows
from kg.core.iris import XSD, local_name
from kg.render.text.rows import render
from kg.render.text.table import printable

if TYPE_CHECKING:
    from kg.answers.things import Finding
    from kg.store import Term

MOST = 30
"""Rows that a notebook shows; the value and its data frame have all of them."""

_NUMBERS = {XSD.integer, XSD.decimal, XSD.double, XSD.float, XSD.int, XSD.nonNegativeInteger}
_RIGHT = ' style="text-align: right"'
_LEFT = ' style="text-align: left"'


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
            f'<iframe sandbox="allow-scripts" title="{_text(self.title)}" srcdoc="{escape(self.page)}" '
            f'style="width: 100%; height: {int(self.height)}px; border: 1px solid #ccc"></iframe>'
        )


def rows_html(rows: Rows) -> str:
    """A table of the first rows, and the number of the others."""
    if rows.triples is not None:
        terms = tuple((t.subject, t.predicate, t.object) for t in rows.triples)
        rows = replace(rows, terms=terms)  # type: ignore[arg-type]  # a triple term is shown as its text
    right = [_numeric(column) for column in zip(*rows.terms, strict=True)] or [False] * len(rows.columns)
    head = "".join(
        f"<th{_RIGHT if r else _LEFT}>{_text(name)}</th>" for name, r in zip(rows.columns, right, strict=True)
    )
    lines = [
        "".join(f"<td{_RIGHT if r else _LEFT}>{_cell(term)}</td>" for term, r in zip(row, right, strict=True))
        for row in rows.terms[:MOST]
    ]
    body = "".join(f"<tr>{line}</tr>\n" for line in lines)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n{_told(rows, '<p>{}</p>')}"


def rows_markdown(rows: Rows) -> str:
    """The same as Markdown, for programs that show no HTML; triples as Turtle."""
    if rows.triples is not None:
        return f"```turtle\n{render(rows, 'md')}```\n"
    return render(replace(rows, terms=rows.terms[:MOST]), "md") + _told(rows, "\n{}\n")


def finding_html(finding: Finding) -> str:
    """A finding with its quotations, links and relations."""
    via = f", reported in {finding.told_in}" if finding.told_in != finding.key else ""
    links = [
        (link.practice, link.polarity, link.challenge)
        if link.polarity == "mitigates"
        else (link.challenge, link.polarity, link.practice)
        for link in finding.links
    ]
    said = [
        f"“{q.text}” {q.said_by or 'the authors'}, {q.key} section {q.section} ({q.status})" for q in finding.quotations
    ]
    related = [f"{r.source} {r.kind} {r.target}" + (f": {r.note}" if r.note else "") for r in finding.relations]
    return (
        f"<p><b>{_text(finding.id)}</b> {_text(finding.statement)}<br>\n<small>"
        f"{_text(f'{finding.key}{via}, section {finding.section}, {finding.hand}')}</small></p>\n"
        + _listed("evidence", said)
        + _listed("links", map(" ".join, links))
        + _listed("relations", related)
    )


def _listed(title: str, items: Iterable[str]) -> str:
    found = "".join(f"<li>{_text(item)}</li>\n" for item in items)
    return f"<p>{title}</p>\n<ul>\n{found}</ul>\n" if found else ""


def _told(rows: Rows, form: str) -> str:
    more = len(rows.terms) - MOST
    if more > 0:
        return form.format(f"… and {more} more")
    return "" if rows.terms else form.format("no results")


def _text(text: object) -> str:
    """Escaped text without control characters."""
    return escape(printable(str(text)))


def _cell(term: Term | None) -> str:
    if term is None:
        return ""
    if isinstance(term, NamedNode):
        name = _text(local_name(term.value))
        if term.value.startswith(("https://", "http://")):  # others, such as javascript:, are not links
            return f'<a href="{escape(term.value)}" target="_blank" rel="noopener noreferrer">{name}</a>'
        return name
    return _text(term.value if isinstance(term, Literal | BlankNode) else term)


def _numeric(column: Iterable[Term | None]) -> bool:
    terms = [term for term in column if term is not None]
    return bool(terms) and all(isinstance(term, Literal) and term.datatype in _NUMBERS for term in terms)
