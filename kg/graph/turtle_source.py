"""Reads the Turtle files of a review: their statements, and a problem for everything that the graph does not contain.

The graph is RDF 1.1, which every store and library reads, without blank nodes, which have no stable name. Its literals
are spelt as stores return them, so that the files of a build, the store in memory and a store that it was pushed to
contain the same terms.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from pyoxigraph import BlankNode, Literal, Quad, RdfFormat, parse
from pyoxigraph import Triple as Statement

from kg.core.files import SourceFile
from kg.core.iris import minting_base
from kg.core.problems import Location, Problem, Severity, brief
from kg.store.memory import canonical
from kg.store.sparql_tokens import STRING

_TOKEN = re.compile(
    rf"(?P<text>{STRING})(?:\^\^(?P<type>(?:[\w:/#.%\\<>-])+)|@(?P<tag>[\w-]+))?"
    r"|#[^\n]*|(?P<mark><<\(?|\{\||~|\[|\((?!\s*\))|_:)|(?P<word><[^<>\"\s]*>|(?:[+\w:.%-]|\\.)+)",
    re.S,
)
_NODE = "a blank node, which has no stable name"
_MARKS = {
    "[": (_NODE, "give the thing an IRI"),
    "_:": (_NODE, "give the thing an IRI"),
    "(": ("a list, which consists of blank nodes", "state the members one by one, or give each part an IRI"),
}
_RDF_12 = ("a reifier or a triple term of RDF 1.2, which other libraries and stores cannot read",
           "state it about a thing with an IRI")  # fmt: skip


class TurtleSource:
    """The text of a Turtle file, in which terms are found again; only a file that was parsed without an error."""

    def __init__(self, file: SourceFile) -> None:
        self._file = file

    @cached_property
    def _tokens(self) -> list[re.Match[str]]:
        return list(_TOKEN.finditer(self._file.text))

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self._file.text))]

    def _at(self, token: re.Match[str]) -> Location:
        line = bisect_right(self._lines, token.start())
        return Location(self._file.name, line, token.start() - self._lines[line - 1] + 1)

    def term(self, iri: str) -> Location:
        """The first place of an IRI, as it is or with a prefix; the file if it is written in another way."""
        names = (":", _name(iri))
        words = ((token, token["word"] or "") for token in self._tokens)
        found = (token for token, word in words if word == f"<{iri}>" or word.rstrip(".").partition(":")[1:] == names)
        return next(map(self._at, found), Location(self._file.name))

    @cached_property
    def _literals(self) -> Mapping[tuple[str, str], re.Match[str]]:
        """The first token of each literal, by its text and its tag or the name of its datatype, if it has one."""
        found: dict[tuple[str, str], re.Match[str]] = {}
        for token in self._tokens:
            if token["tag"] or token["type"]:
                kind = (token["tag"] or "").lower() or _name((token["type"] or "").strip("<>."))
                found.setdefault((token["text"].strip(token["text"][0]), kind), token)
            elif token["word"]:
                found.setdefault((token["word"].rstrip("."), ""), token)
        return found

    def literal(self, literal: Literal) -> Location:
        """The first place of a literal with a datatype or a base direction; the file if it is written with escapes."""
        kind = f"{literal.language}--{literal.direction}" if literal.direction else _name(literal.datatype.value)
        found = self._literals.get((literal.value, kind)) or self._literals.get((literal.value, ""))
        return self._at(found) if found else Location(self._file.name)

    def marks(self) -> Iterator[tuple[Location, str]]:
        """Where a blank node, a list, a reifier or a triple term begins."""
        return ((self._at(token), token["mark"]) for token in self._tokens if token["mark"])


def _name(iri: str) -> str:
    return re.split("[:/#]", iri)[-1]


def read_turtle(file: SourceFile, *, blank_nodes: bool = False) -> tuple[list[Statement], list[Problem]]:
    """The statements of a Turtle file as the graph contains them, and its problems.

    Args:
        file: The file; relative IRIs are below the base of the graph.
        blank_nodes: Whether blank nodes are wanted, as in shapes. Those of two files are never the same.
    """
    try:
        quads = list(parse(file.text, format=RdfFormat.TURTLE, base_iri=minting_base(), rename_blank_nodes=True))
    except SyntaxError as error:
        where = Location(file.name, error.lineno or 0, error.offset or 0)
        return [], [Problem(where, "turtle/syntax", f"not Turtle: {error.msg}", "check this line and the last one")]
    source, statements, refused = TurtleSource(file), list[Statement](), set[str]()
    for quad in quads:
        if rule := _refusal(quad, blank_nodes):
            refused.add(rule)
        else:
            statements.append(quad.triple)
    literals = dict.fromkeys(s.object for s in statements if isinstance(s.object, Literal))
    changed: dict[Any, Literal] = {old: new for old in literals if (new := _in_the_graph(old)) != old}
    if changed:
        statements = [Statement(s.subject, s.predicate, changed.get(s.object, s.object)) for s in statements]
    return statements, [*_refused(source, refused, file.name), *_changed(source, changed)]


def _refusal(quad: Quad, blank_nodes: bool) -> str:
    """The rule by which a statement is left out; empty if it is not."""
    if isinstance(quad.object, Statement):
        return "turtle/triple-term"
    blank = isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)
    return "turtle/blank-node" if blank and not blank_nodes else ""


def _in_the_graph(literal: Literal) -> Literal:
    return Literal(literal.value, language=literal.language) if literal.direction else canonical(literal)


def _refused(source: TurtleSource, rules: set[str], name: str) -> Iterator[Problem]:
    """A problem at each place with something that the graph does not contain."""
    found = False
    for where, mark in source.marks() if rules else ():
        rule = "turtle/blank-node" if mark in _MARKS else "turtle/triple-term"
        if rule in rules:
            found = True
            what, hint = _MARKS.get(mark, _RDF_12)
            yield Problem(where, rule, f"`{mark}` begins {what}: its statements are left out", hint)
    if rules and not found:
        yield Problem(Location(name), min(rules), "statements are left out", "give each thing an IRI")


def _changed(source: TurtleSource, changed: Mapping[Literal, Literal]) -> Iterator[Problem]:
    """A problem for each literal that is another one in the graph."""
    for literal, found in changed.items():
        old, new = (f'"{brief(one.value, 40)}"^^{_name(one.datatype.value)}' for one in (literal, found))
        rule, message = "turtle/literal", f"{old} is {new} in the graph, as stores return it"
        severity: Severity = "warning"
        hint = "stores know this datatype by its value only"
        if literal.direction:
            rule, hint = "turtle/direction", "it is of RDF 1.2, which other libraries and stores cannot read"
            message = f'the base direction of "{brief(literal.value, 40)}"@{literal.language} is left out of the graph'
        elif literal.datatype == found.datatype:
            severity, hint = "info", "the value is the same"
        yield Problem(source.literal(literal), rule, message, hint, severity)
