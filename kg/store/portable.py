"""A query as other engines take it: with every prefix declared, and without what says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.core.iris import PREFIXES
from kg.store.sparql_text import code_of, undeclared

_OPEN = re.compile(r"\bVALUES\s+\?(\w+)\s*\{\s*UNDEF\s*\}", re.I)
_IF_GIVEN = r"\bFILTER\s*\((?=\s*!\s*BOUND\s*\(\s*\?{}\s*\)\s*\|\|)"

Span = tuple[int, int]


def portable(sparql: str) -> str:
    """The query with a PREFIX line for each prefix that it uses without declaring it, and without its open parameters.

    `VALUES ?x { UNDEF }` joins with all there is and changes nothing, but Virtuoso makes nonsense of it.
    """
    for name in sorted({match[1] for match in _OPEN.finditer(code_of(sparql))}):
        sparql = _without(sparql, name)
    used = undeclared(sparql)
    return "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items() if prefix in used) + sparql


def _without(sparql: str, name: str) -> str:
    """The query without `VALUES ?name { UNDEF }`, and without each `FILTER(!BOUND(?name) || …)` if ?name stands nowhere
    else: it is never bound then, and they are true."""
    code = code_of(sparql)
    slots = [match.span() for match in _OPEN.finditer(code) if match[1] == name]
    filters = [
        (match.start(), _closing(code, match.end())) for match in re.finditer(_IF_GIVEN.format(name), code, re.I)
    ]
    without = _cut(sparql, [*slots, *filters])
    return _cut(sparql, slots) if re.search(rf"[?$]{name}\b", code_of(without)) else without


def _closing(code: str, start: int) -> int:
    """Where the bracket ends that was opened before `start`."""
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
            start, end = line, rest  # no empty line where it stood
        sparql = sparql[:start] + sparql[end:]
    return sparql
