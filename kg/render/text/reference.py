"""The query library as a list for the terminal, as JSON, and as a page of reference with what each query answers."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence
from itertools import count, groupby
from typing import TYPE_CHECKING

from kg.answers.rows import Answers
from kg.core.problems import visible
from kg.core.progress import Progress, counted, silent
from kg.render.text.markdown_text import cell

if TYPE_CHECKING:
    from kg.queries.query_library import Query

SOME = 3
"""Rows of an example result."""
LONGEST = 60
"""Characters of a cell in it."""
FOR_VIEWS = ("map", "network", "things")
"""Families of queries that pages and pictures are made from, which nobody needs to ask themselves."""

_HEAD = """# The query library

Made by `make reference` from the headers in `queries/` and the graph of this repository; a test checks that it is up to
date. `kg query NAME --help` shows the same in the terminal, and `kg query NAME --explain` the SPARQL.
"""


def queries_json(queries: Sequence[Query]) -> str:
    """Name, family, summary, story, columns and parameters of each query."""
    return json.dumps([query.as_json() for query in queries], indent=2, ensure_ascii=False) + "\n"


def queries_text(queries: Sequence[Query]) -> str:
    """Name, options and summary of each query, by family."""
    lines = []
    for family, several in groupby(queries, lambda query: query.family):
        lines.append(visible(family))
        for query in several:
            options = " ".join(f"{p.option} {p.type.upper()}" for p in query.parameters)
            lines += [visible(f"  {query.name} {options}".rstrip()), f"      {query.summary}"]
            for name, url in query.services.items():
                lines.append(f"      contacts {name} ({url}) if you allow it: --ask-service {name}")
        lines.append("")
    return "\n".join(lines)


def reference(queries: Sequence[Query], graph: Answers, progress: Progress = silent) -> str:
    """The page, in Markdown: the same library and graph give the same text."""
    families = [(family, list(several)) for family, several in groupby(queries, lambda query: query.family)]
    asked = [(family, several) for family, several in families if family not in FOR_VIEWS]
    links = {family: ", ".join(f"[{query.name}](#{query.name})" for query in several) for family, several in asked}
    parts = [_HEAD, "\n".join(f"- **{family}**: {names}" for family, names in links.items()) + "\n"]
    number, whole = count(1), sum(len(several) for _, several in asked)
    for family, several in asked:
        parts.append(f"## {family}\n")
        for query in several:
            counted(progress, "asking the queries of the library", next(number), whole)
            parts.append("\n".join(_section(graph, query)))
    views = [f"- `{query.name}`: {query.summary}" for query in queries if query.family in FOR_VIEWS]
    if views:
        parts.append("## For pages and pictures\n\n" + "\n".join(views) + "\n")
    return "\n".join(parts)


def _section(graph: Answers, query: Query) -> Iterator[str]:
    yield f"### {query.name}\n"
    yield f"{query.summary}\n"
    yield f"*{query.story.strip()}*\n"
    for parameter in query.parameters:
        kind = f"one of {', '.join(parameter.choices)}" if parameter.choices else parameter.type
        default = "required" if parameter.default is None else f"default: {parameter.default or 'any'}"
        yield f"- `{parameter.option}` ({kind}; {default}): {parameter.description}"
    yield from [""] if query.parameters else []
    yield from (f"- **{name}**: {description}" for name, description in query.columns.items())
    if query.services:
        asked = " ".join(f"--ask-service {name}" for name in query.services)
        yield f"\n```sh\nkg query {query.name} {asked}\n```\n"
        for name, url in query.services.items():
            yield f"It contacts {name} at <{url}>, and only with this option."
        yield "Its answer comes from there and is not shown here.\n"
        return
    needed = {p.name: p.example for p in query.parameters if p.default is None}
    options = " ".join(f"{p.option} {shlex.quote(p.example)}" for p in query.parameters if p.default is None)
    yield f"\n```sh\nkg query {query.name} {options}".rstrip() + "\n```\n"
    rows = graph.query(query.name, **needed)
    if not len(rows):
        yield "No results in this graph yet.\n"
        return
    yield "| " + " | ".join(rows.columns) + " |\n|" + " --- |" * len(rows.columns)
    for row in list(rows)[:SOME]:
        yield "| " + " | ".join(cell(_cut(value)) for value in row.values()) + " |"
    more = len(rows) - SOME
    yield f"\n… and {more} more.\n" if more > 0 else ""


def _cut(value: object) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
