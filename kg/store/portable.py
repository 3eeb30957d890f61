"""A query in the form that other engines accept: all prefixes declared, and without clauses that have no effect."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.core.iris import BASE, prefixes_of
from kg.store.sparql_text import code_of, undeclared

_OPEN = re.compile(r"\bVALUES\s+\?(\w+)\s*\{\s*UNDEF\s*\}", re.I)
_IF_GIVEN = r"\bFILTER\s*\((?=\s*!\s*BOUND\s*\(\s*\?{}\s*\)\s*\|\|)"

Span = tuple[int, int]


def portable(sparql: str, base: str = BASE) -> str:
    """The query with a PREFIX line for each prefix that it does not declare, and without its open parameters.

    `VALUES ?x { UNDEF }` has no effect on the result by the standard, but Virtuoso returns wrong rows for it. The
    prefixes of things of the review are below `base`.
    """
    sparql = without_open(sparql)
    used = undeclared(sparql)
    return (
        "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in prefixes_of(base).items() if prefix in used) + sparql
    )


def without_open(sparql: str) -> str:
    """The query without its open parameters. Its answer is the same; graphs that only they would need stay unread."""
    for name in sorted({match[1] for match in _OPEN.finditer(code_of(sparql))}):
        sparql = _cut(sparql, open_spans(sparql, name))
    return sparql


def open_spans(sparql: str, name: str) -> list[Span]:
    """Where a query can be cut because its parameter is open: `VALUES ?name { UNDEF }`, and filters about it alone.

    `FILTER(!BOUND(?name) || …)` is always true then, unless ?name is used elsewhere too.
    """
    code = code_of(sparql)
    slots = [match.span() for match in _OPEN.finditer(code) if match[1] == name]
    filters = [
        (match.start(), _closing(code, match.end())) for match in re.finditer(_IF_GIVEN.format(name), code, re.I)
    ]
    without = _cut(sparql, [*slots, *filters])
    return slots if re.search(rf"[?$]{name}\b", code_of(without)) else [*slots, *filters]


def _closing(code: str, start: int) -> int:
    """The position after the bracket that closes the one opened before `start`."""
    depth = 1
    for match in re.finditer(r"[()]", code[start:]):
        depth += 1 if match[0] == "(" else -1
        if not depth:
            return start + match.end()
    return len(code)


def _cut(sparql: str, spans: Iterable[Span]) -> str:
    for start, end in sorted(spans, reverse=True):
        line, rest = sparql.rfind("\n", 0, start) + 1, sparql.find("\n", end) + 1
        if rest and not (sparql[line:start] + sparql[end:rest]).strip():
            start, end = line, rest  # leaves no empty line
        sparql = sparql[:start] + sparql[end:]
    return sparql
