"""Which statements a query can depend on, told from its text: so that no more than these need be loaded to ask it.

An answer is made of statements that match the query's patterns. Where each pattern names its predicate, statements with
other predicates change nothing. (A path of length zero, `skos:broader*`, also leads from a thing that nothing of all
this is said of to itself; a query whose answer is made of such things alone would miss them.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from kg.core.iris import PREFIXES, RDF

_TOKEN = re.compile(
    r"""(?P<skip>\s+|\#[^\n\r]*)|(?P<iri><[^<>"{}|^`\\\s]*>)"""
    r"""|(?P<text>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}"""
    r"""|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')"""
    r"""|(?P<var>[?$]\w+)|(?P<name>(?:[^\W\d_][\w.-]*)?:(?:[\w.%:-]|\\.)*|_:[\w.-]+)"""
    r"""|(?P<number>\d[\d.eE]*)|(?P<word>\w+)|(?P<mark>&&|\|\||!=|\^\^|.)""",
    re.S,
)
_PREFIX = re.compile(r"\bPREFIX\s+([\w.-]*):\s*<([^<>\s]*)>", re.I)
_TERMS = frozenset({"iri", "text", "var", "name", "number"})


@dataclass(frozen=True)
class Needs:
    """Predicates as N-Triples write them; None when any statement may matter.

    `within` are those that are asked for in named graphs, each set in one graph: a graph that has not all of a set is
    none that is asked for. None when any named graph may matter. Of the statements that tell classes, those matter that
    tell of `classes` or, with `below`, of a class that is below another one; None when any may.
    """

    predicates: frozenset[str] | None
    within: tuple[frozenset[str], ...] | None = ()
    classes: frozenset[str] | None = None
    below: bool = False

    def touched_by(self, predicates: Set[str]) -> bool:
        """Whether statements with these predicates may change an answer."""
        return (
            self.predicates is None
            or self.within is None
            or not predicates.isdisjoint(self.predicates.union(*self.within))
        )


EVERYTHING = Needs(None, None)


def needs_of(sparql: str) -> Needs:
    """What an answer to the query can depend on; when that is not sure, everything."""
    tokens = _without_template(list(_tokens(sparql)))
    within: list[frozenset[str]] = []
    while (block := _graph_block(tokens)) is not None:
        named = _named(block.inside, sparql)
        if named is None:
            return EVERYTHING
        within.append(named)
        tokens = [*tokens[: block.start], *tokens[block.end :]]
    words = {text.upper() for kind, text, _ in tokens if kind == "word"}
    if {"DESCRIBE", "BASE", "GRAPH", "FROM"} & words or any(_free(tokens, at) for at in range(len(tokens))):
        return EVERYTHING
    named = _named(tokens, sparql)
    if named is None:
        return EVERYTHING
    known, below = _classes(tokens)
    return Needs(named, tuple(within), named if known else None, below)


def _named(tokens: Sequence[Token], sparql: str) -> frozenset[str] | None:
    """Every IRI that the tokens name; None when that cannot be told."""
    declared = {**PREFIXES, **dict(_PREFIX.findall(sparql))}
    named = set()
    for kind, text, _ in tokens:
        if kind == "iri":
            named.add(text)
        elif kind == "name":
            prefix, _, local = text.partition(":")
            if prefix not in declared or "\\" in local or "%" in local:
                return None
            named.add(f"<{declared[prefix]}{local.rstrip('.')}>")
        elif (kind, text) == ("word", "a"):
            named.add(str(RDF.type))
    return frozenset(named)


@dataclass(frozen=True)
class _Block:
    start: int
    end: int
    inside: Sequence[Token]


def _graph_block(tokens: Sequence[Token]) -> _Block | None:
    """The first `GRAPH ?g { … }` in which every pattern has to match and names its predicates."""
    for at, (_, text, _) in enumerate(tokens):
        if text.upper() != "GRAPH" or [kind for kind, _, _ in tokens[at + 1 : at + 2]] != ["var"]:
            continue
        end = next((n for n in range(at, len(tokens)) if tokens[n][1] == "}"), 0)
        inside = tokens[at + 3 : end]
        plain = all(kind in ("var", "name", "iri") or text in "a;,./" for kind, text, _ in inside)
        values = any(
            token[0] != "var" and inside[n + 1 : n + 2] and inside[n + 1][1] in (".", ";", ",")
            for n, token in enumerate(inside)
        )  # a constant in the place of a value is no predicate
        closed = inside[-1:] and (inside[-1][0] == "var" or inside[-1][1] == ".")
        if end and plain and closed and not values and not any(_free(inside, n) for n in range(len(inside))):
            return _Block(at, end + 1, inside)
    return None


def all_needs(found: Sequence[Needs]) -> Needs:
    """What the answers to any of several queries can depend on."""
    predicates = (
        None
        if any(needs.predicates is None for needs in found)
        else frozenset[str]().union(*(needs.predicates or () for needs in found))
    )
    within = (
        None
        if any(needs.within is None for needs in found)
        else tuple(names for needs in found for names in needs.within or ())
    )
    classes = (
        None
        if any(needs.classes is None for needs in found)
        else frozenset[str]().union(*(needs.classes or () for needs in found))
    )
    return Needs(predicates, within, classes, any(needs.below for needs in found))


Token = tuple[str, str, str]
"""Kind, text, and for a closing parenthesis what stands before its opening one."""


def _tokens(sparql: str) -> Iterator[Token]:
    before, opened = "", list[str]()
    for match in _TOKEN.finditer(sparql):
        kind, text = str(match.lastgroup), match.group()
        if kind == "skip":
            continue
        if text == "(":
            opened.append(before)
        yield kind, text, opened.pop() if text == ")" and opened else ""
        before = text


def _classes(tokens: Sequence[Token]) -> tuple[bool, bool]:
    """Whether each class that is asked for is named, or stands in the same group for one below another one; and if so.

    In the same group, as all that stands there has to match: `VALUES ?c { … }`, or `?c rdfs:subClassOf+ ?above`.
    """
    groups, asked, named, below = [0], set(), set(), set()
    for at, (kind, text, _) in enumerate(tokens):
        following = [*tokens[at + 1 : at + 3], ("", "", ""), ("", "", "")]
        if text in "{}":
            groups = [*groups, at] if text == "{" else groups[:-1] or [0]
        elif kind == "word" and text.upper() == "VALUES" and following[0][0] == "var":
            named.add((groups[-1], following[0][1]))
        elif kind == "var" and following[0][1] == "rdfs:subClassOf" and following[1][1] not in ("*", "?", "|"):
            below.add((groups[-1], text))
        elif text in ("a", "rdf:type", str(RDF.type)):
            before = tokens[at - 1][1] if at else ""
            if before in ("/", "^", "|", "(", "!") or following[0][0] not in ("var", "name", "iri"):
                return False, False
            if following[0][0] == "var":
                asked.add((groups[-1], following[0][1]))
    return asked <= named | below, bool(asked & below)


def _without_template(tokens: list[Token]) -> list[Token]:
    """Without what a CONSTRUCT query gives: it asks for nothing."""
    begin = next((at for at, (_, text, _) in enumerate(tokens) if text.upper() == "CONSTRUCT"), -1) + 1
    if not begin or tokens[begin : begin + 1] != [("mark", "{", "")]:
        return tokens
    end = next((at for at in range(begin, len(tokens)) if tokens[at][1] == "}"), len(tokens))
    return [*tokens[:begin], *tokens[end + 1 :]]


def _free(tokens: Sequence[Token], at: int) -> bool:
    """Whether the token may stand for any predicate: a variable between two terms, or a negated path."""
    kind, text, _ = tokens[at]
    following = tokens[at + 1][:2] if at + 1 < len(tokens) else ("", "")
    if text == "!":  # of a condition when a variable or a function follows
        return following[0] in ("iri", "name") or following[1] in ("(", "^", "a")
    begins = following[0] in _TERMS or following[1] in ("[", "(", "-", "+", "true", "false")
    return kind == "var" and begins and at > 0 and _may_end_subject(tokens[at - 1])


def _may_end_subject(token: Token) -> bool:
    kind, text, opened_after = token
    list_of_terms = text == ")" and opened_after in ("{", ".", "}", ";", ",", "(", "")
    return kind in _TERMS or text in (";", "]", "[") or list_of_terms
