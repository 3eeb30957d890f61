"""Properties of a query that its text shows, without the engine."""

from __future__ import annotations

import itertools
import re
from urllib.parse import urljoin

from kg.core.iris import PREFIXES
from kg.core.problems import brief

SERVICE = re.compile(r"\bSERVICE\b", re.I)
_NAMES_GRAPHS = re.compile(r"(?<![?$:])(GRAPH|FROM)", re.I)
"""A query without a match names no graph; a match in a longer name does no harm."""
STRING = (
    r'''"""(?:[^"\\]|\\.|"(?!""))*"""|\'{3}(?:[^'\\]|\\.|'(?!''))*\'{3}'''
    r"""|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'"""
)
"""The strings of SPARQL and Turtle, for a regular expression with re.S; long ones come before short ones."""
# Tokens of SPARQL 1.1 (section 19.8) in which a keyword is not a keyword: strings, IRIs, comments, and escapes in local
# names, which may contain a quote.
_NOT_CODE = re.compile(rf"""{STRING}|<[^<>"{{}}|^`\\\s]*>|\\.|#[^\n\r]*""", re.S)


MAX_DEPTH = 200
_UPDATE = re.compile(r"\b(INSERT|DELETE|LOAD|CLEAR|DROP|CREATE|ADD|MOVE|COPY)\b", re.I)
_FORM = re.compile(r"\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b", re.I)
_PREFIX = re.compile(r"(?<![\w?$:-])([A-Za-z][\w-]*):")
_DECLARED = re.compile(r"\bPREFIX\s+([\w-]*):", re.I)
_DATASET = re.compile(r"(?<![\w?$:@-])FROM\b(\s+NAMED\b)?", re.I)
_BASE = re.compile(r"\bBASE\b", re.I)
_IRI = re.compile(r"<([^<>\"{}|^`\\\s]*)>|([\w-]*):([\w.-]*)")


def too_deep(code: str) -> bool:
    """Whether brackets or negations are nested so deeply that the recursive parser of the engine would crash."""
    depths = itertools.accumulate(1 if bracket in "{([" else -1 for bracket in re.findall(r"[][(){}]", code))
    return max(depths, default=0) > MAX_DEPTH or bool(re.search(rf"(?:!\s*){{{MAX_DEPTH}}}", code))


def code_of(sparql: str) -> str:
    """The query with its strings, IRIs and comments replaced by spaces; everything else keeps its position."""
    return _NOT_CODE.sub(lambda match: " " * len(match[0]), sparql)


def without_comments(sparql: str) -> str:
    """The query without its comments."""
    return _NOT_CODE.sub(lambda match: "" if match[0].startswith("#") else match[0], sparql)


def makes_triples(sparql: str) -> bool:
    """Whether it is a CONSTRUCT or DESCRIBE query."""
    form = _FORM.search(code_of(sparql))
    return form is not None and form[0].upper() in ("CONSTRUCT", "DESCRIBE")


def names_graphs(code: str) -> bool:
    """Whether a query names graphs; `code` is the result of `code_of`."""
    return bool(_NAMES_GRAPHS.search(code))


def undeclared(sparql: str) -> set[str]:
    """The prefixes that a query uses and does not declare."""
    code = code_of(sparql)
    return set(_PREFIX.findall(code)) - set(_DECLARED.findall(code))


def told(sparql: str, message: str) -> str:
    """A message in one line about what is wrong with a query, from the message of the engine."""
    code = code_of(sparql)
    if not code.strip():
        return "the query is empty"
    if _UPDATE.search(code) and not _FORM.search(code):
        return "updates are refused: the graph is made from files, change those and run `kg build`"
    if "Prefix not found" in message:
        unknown = sorted(undeclared(sparql) - set(PREFIXES))
        if unknown:
            known = ", ".join(PREFIXES)
            return f"the prefix {brief(unknown[0])}: is not declared; known without declaring: {known}"
    first = message.split("\n")[0]
    return f"not SPARQL: {first if len(first) < 160 else first[:160] + ' …'}"


def graphs_of(sparql: str, base: str = "") -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The IRIs of the graphs in the FROM and in the FROM NAMED clauses of a query (SPARQL 1.1 Query, section 13.2)."""
    code = code_of(sparql)
    prefixes = PREFIXES | {match[1]: _iri(sparql, match.end(), {}, base) for match in _DECLARED.finditer(code)}
    stated = next(_BASE.finditer(code), None)
    base = _iri(sparql, stated.end(), {}, base) if stated else base
    found: tuple[list[str], list[str]] = ([], [])
    depth = 0
    for part in re.finditer(rf"[{{}}]|{_DATASET.pattern}", code, re.I):
        if part[0] in "{}":
            depth += 1 if part[0] == "{" else -1
        elif not depth:  # inside braces the word is part of a name
            found[bool(part[1])].append(_iri(sparql, part.end(), prefixes, base))
    return tuple(found[0]), tuple(found[1])


def _iri(sparql: str, place: int, prefixes: dict[str, str], base: str) -> str:
    """The IRI or prefixed name at a position, as an IRI."""
    spaced = re.compile(r"\s*").match(sparql, place)
    match = _IRI.match(sparql, spaced.end() if spaced else place)
    if match is None:
        return ""
    return urljoin(base, match[1]) if match[1] is not None else prefixes.get(match[2], "") + match[3]
