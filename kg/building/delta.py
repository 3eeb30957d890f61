"""A build in which nothing but some annotations has changed, made of the last one and of what they change in it.

What an annotation says reaches no further than its *neighbourhood*: the files that speak of the same works or
findings, and all that is said, in the whole graph, of the things that these files name. The rules, checks and shapes
that come with kg find the same there as in the whole graph, apart from what they find both before and after the change.
So the difference between the two is the difference between the two builds; docs/decisions tells why.

Whatever is not sure raises UnsureError, and everything is built again from the parts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kg.building.parts import Part
from kg.building.splice import Quads, UnsureError
from kg.core.files import SourceFile
from kg.core.iris import mint
from kg.core.problems import Location, Problem
from kg.graph.checks import run_checks
from kg.graph.rules import apply_rules
from kg.graph.shapes import check_shapes
from kg.graph.triples import Places, SourceGraph
from kg.graph.turtle import turtle_of_sorted
from kg.store import Store

_SHARED = Location("\0shared")
"""The place of a thing that a changed file and another one describe: it may be in either."""
_ELSEWHERE = Location("\0elsewhere")
"""The place of a thing that no changed file describes: it is where it was."""


@dataclass(frozen=True)
class Law:
    """What says what follows from the sources."""

    rules: list[SourceFile]
    checks: list[SourceFile]
    shapes: list[SourceFile]


@dataclass(frozen=True)
class Change:
    """What becomes of a graph: statements with their graphs, problems, and the Turtle of the things they are about."""

    removed: frozenset[bytes]
    added: frozenset[bytes]
    problems_removed: frozenset[Problem]
    problems_added: frozenset[Problem]
    turtle: dict[str, bytes]
    triples: int
    """By how many there are more of them."""
    graphs: int
    """By how many there are more of them."""


class Neighbourhood:
    """The graphs around some annotations, before and after they changed."""

    def __init__(self, law: Law, quads: Quads, old: list[Part], new: list[Part], near: list[Part],
                 common: list[SourceGraph], places: Mapping[str, Location]) -> None:  # fmt: skip
        self.law, self.quads, self.places = law, quads, places
        self.old, self.new = [*_graphs(old)], [*_graphs(new)]
        self.own = {graph.iri.value for graph in (*self.old, *self.new)}
        self.old_problems = {problem for part in old for problem in _problems(part)}
        self.new_problems = {problem for part in new for problem in _problems(part)}
        around = {graph.iri.value: graph for graph in (*common, *_graphs(near))}
        self.said = {subject: self.quads.about(subject) for subject in self._named()}
        self.around = _with(around, [line for lines in self.said.values() for line in lines], self.own)

    def change(self) -> Change:
        rules_before, before = self._found(self.old)
        rules_after, after = self._found(self.new)
        before, after = before | self.old_problems, after | self.new_problems
        removed = frozenset(_lines([*self.old, *rules_before]) - _lines([*self.new, *rules_after]))
        added = frozenset(_lines([*self.new, *rules_after]) - _lines([*self.old, *rules_before]))
        gone, come = frozenset(before - after), frozenset(after - before)
        # The last build had no errors: one that is found before and after is of what lies outside of the neighbourhood.
        if any(problem.severity == "error" or problem.where == _ELSEWHERE for problem in (*gone, *come)) or any(
            problem.where == _SHARED and problem.severity != "error" for problem in (*before, *after)
        ):
            raise UnsureError("a problem cannot be placed")
        turtle, triples = self._turtle(removed, added)
        return Change(removed, added, gone, come, turtle, triples, len(self.new) - len(self.old))

    def _named(self) -> set[str]:
        """The things that the annotations speak of, as N-Triples write them, with what they are said to be about."""
        named: set[str] = set()
        for graph in (*self.old, *self.new):
            for line in graph.statements:
                subject, _, value = line.split(" ", 2)
                named.add(subject)
                if value.startswith("<"):
                    named.add(value)
        return named

    def _found(self, graphs: list[SourceGraph]) -> tuple[list[SourceGraph], set[Problem]]:
        """What rules derive and what checks and shapes find in the neighbourhood with these graphs in it."""
        whole = [*self.around, *graphs]
        store = Store()
        store.load(
            b"".join(b"%s .\n" % line for line in {line for graph in whole for line in _texts(graph)}),
            b"".join(b"%s\n" % line for line in _lines(whole)),
        )
        derived, problems = apply_rules(store, self.law.rules)
        if problems:
            raise UnsureError("a rule is none")
        places = self._places(graphs)
        found = run_checks(store, self.law.checks, lambda _: places)
        found += check_shapes([*whole, *derived], self.law.shapes, lambda _: places)
        return derived, set(found)

    def _places(self, graphs: list[SourceGraph]) -> Places:
        own: Places = {}
        for graph in graphs:
            for thing, where in graph.places.items():
                own.setdefault(thing, where)
        return _Placed(self, own)

    def where(self, iri: str, own: Places, name: str) -> Location | None:
        """The place of a thing: that of the file which alone describes it, or of its entry in a bibliography."""
        elsewhere = {_graph(line) for line in self.said.get(f"<{iri}>", ())} - self.own
        if (iri, "") not in own:
            return (None if name else self.places[iri]) if iri in self.places else _ELSEWHERE
        return _SHARED if any(not graph.startswith(_RULES) for graph in elsewhere) else own.get((iri, name))

    def _turtle(self, removed: Collection[bytes], added: Collection[bytes]) -> tuple[dict[str, bytes], int]:
        """The Turtle of each thing that something was said of or is said of now."""
        changed: dict[str, tuple[set[bytes], set[bytes]]] = {}
        for line in (*removed, *added):
            subject = line[: line.index(b" ")].decode()
            if subject not in changed:
                before = set(self.quads.about(subject))
                changed[subject] = before, set(before)
            (changed[subject][1].discard if line in removed else changed[subject][1].add)(line)
        blocks, triples = {}, 0
        for subject, (before, after) in changed.items():
            old, new = ({line[: line.rindex(b" <")] for line in lines} for lines in (before, after))
            triples += len(new) - len(old)
            if old != new:
                blocks[subject] = turtle_of_sorted(sorted(new))[0]
        return blocks, triples


class _Placed(dict[tuple[str, str], Location]):
    """Looks places up when they are asked for."""

    def __init__(self, around: Neighbourhood, own: Places) -> None:
        super().__init__()
        self._around, self._own = around, own

    def get(self, key: tuple[str, str], default: Any = None) -> Any:
        found = self._around.where(key[0], self._own, key[1])
        return default if found is None else found


def _graphs(parts: Iterable[Part]) -> list[SourceGraph]:
    both = ((part.graph, part.record_graph if part.path else part.bare_record_graph) for part in parts)
    return [graph for pair in both for graph in pair if graph]


def _problems(part: Part) -> tuple[Problem, ...]:
    return (*part.problems, *part.references, *part.quotations)


def _texts(graph: SourceGraph) -> Iterable[bytes]:
    return filter(None, graph.text.split(b"\n"))


def _lines(graphs: Iterable[SourceGraph]) -> set[bytes]:
    return {b"%s <%s> ." % (line, graph.iri.value.encode()) for graph in graphs for line in _texts(graph)}


def _graph(line: bytes) -> str:
    return line[line.rindex(b" <") + 2 : -3].decode()


def _with(graphs: Mapping[str, SourceGraph], lines: Iterable[bytes], own: Collection[str]) -> list[SourceGraph]:
    """The graphs, and what the lines say in other ones; not what rules derived, and not what the changed files say."""
    said: dict[str, set[str]] = {}
    for line in lines:
        name = _graph(line)
        if name not in own and name not in graphs and not name.startswith(_RULES):
            said.setdefault(name, set()).add(line[: line.rindex(b" <")].decode())
    made = []
    for name, statements in sorted(said.items()):
        made.append(SourceGraph.from_json([name, "\n".join(sorted(statements)), ""]))
    return [*(graph for name, graph in graphs.items() if name not in own), *made]


_RULES = mint("rule", "").value
