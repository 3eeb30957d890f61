"""The reference of the query library: a page made from the headers of the queries, with what each answers here."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from itertools import count, groupby
from typing import TYPE_CHECKING

from kg.answers.rows import Answers
from kg.core.progress import Progress, counted, silent
from kg.render.text.rows import markdown_cell

if TYPE_CHECKING:
    from kg.queries.library import Query

SOME = 3
"""Rows of an example result."""
LONGEST = 60
"""Characters of a cell in it."""
FOR_VIEWS = ("map", "network", "things")
"""Families that pages and pictures are made from: a contract too, but nobody's question."""

_HEAD = """# The query library

Made by `make reference` from the headers in `queries/` and the graph of this repository; a test holds it against both.
`kg query NAME --help` tells the same in the terminal, and `kg query NAME --explain` the SPARQL as it is asked.
"""


def reference(graph: Answers, only: str = "", progress: Progress = silent) -> str:
    """The page, in Markdown, of all families or of `only` one: the same library and graph give the same text."""
    families = [
        (family, list(several))
        for family, several in groupby(graph.queries, lambda query: query.family)
        if only in ("", family)
    ]
    asked = [(family, several) for family, several in families if family not in FOR_VIEWS]
    contents = "\n".join(
        f"- **{family}**: " + ", ".join(f"[{query.name}](#{query.name})" for query in several)
        for family, several in asked
    )
    parts = [_HEAD, contents + "\n"]
    number, whole = count(1), sum(len(several) for _, several in asked)
    for family, several in asked:
        parts.append(f"## {family}\n")
        for query in several:
            counted(progress, "asking the queries of the library", next(number), whole)
            parts.append("\n".join(_entry(graph, query)))
    views = [
        f"- `{query.name}`: {query.summary}" for family, several in families if family in FOR_VIEWS for query in several
    ]
    if views:
        parts.append("## For pages and pictures\n\n" + "\n".join(views) + "\n")
    return "\n".join(parts)


def _entry(graph: Answers, query: Query) -> Iterator[str]:
    yield f"### {query.name}\n"
    yield f"{query.summary}\n"
    yield f"*{query.story.strip()}*\n"
    for parameter in query.parameters:
        kind = f"one of {', '.join(parameter.choices)}" if parameter.choices else parameter.type
        default = "needed" if parameter.default is None else f"default: {parameter.default or 'any'}"
        yield f"- `{parameter.option}` ({kind}; {default}): {parameter.description}"
    yield from [""] if query.parameters else []
    yield from (f"- **{name}**: {description}" for name, description in query.columns.items())
    if query.services:
        yield from _elsewhere(query)
        return
    needed = {p.name: p.example for p in query.parameters if p.default is None}
    options = " ".join(f"{p.option} {shlex.quote(p.example)}" for p in query.parameters if p.default is None)
    yield f"\n```sh\nkg query {query.name} {options}".rstrip() + "\n```\n"
    rows = graph.query(query.name, **needed)
    if not len(rows):
        yield "No rows: the graph says nothing of that yet.\n"
        return
    yield "| " + " | ".join(rows.columns) + " |\n|" + " --- |" * len(rows.columns)
    for row in list(rows)[:SOME]:
        yield "| " + " | ".join(markdown_cell(_cut(value)) for value in row.values()) + " |"
    more = len(rows) - SOME
    yield f"\n… and {more} more.\n" if more > 0 else ""


def _elsewhere(query: Query) -> Iterator[str]:
    """How a federated query is asked; what it answers is not this graph's to show."""
    asked = " ".join(f"--ask-service {name}" for name in query.services)
    yield f"\n```sh\nkg query {query.name} {asked}\n```\n"
    yield from (f"It asks {name} at <{url}>, and only with this option." for name, url in query.services.items())
    yield "Its answer comes from there and is not shown here.\n"


def _cut(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
