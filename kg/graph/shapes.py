"""The shapes: what does not conform is traced to the line it was read from (SHACL, W3C Recommendation 2017)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import Triple

from kg.core.files import SourceFile
from kg.core.iris import RDF, RDFS, compact, local_name
from kg.core.problems import Location, Problem, Severity
from kg.graph.serialise import ntriples
from kg.graph.shape_engines import SH, Breach, Data, ShapesError, trusted, validate
from kg.graph.triples import Places, SourceGraph, places_of
from kg.graph.vocabulary import parse_turtle

_SEVERITIES: dict[str, Severity] = {"Violation": "error", "Warning": "warning", "Info": "info"}


def check_shapes(
    graphs: Sequence[SourceGraph], shapes: Sequence[SourceFile], places: Callable[[set[str]], Places] | None = None
) -> list[Problem]:
    """Validates the union of the graphs against the shapes, which are Turtle files; one Problem for each result."""
    with Validation(graphs, shapes) as validation:
        return validation.problems((), places or partial(places_of, graphs))


class Validation:
    """Shapes, with the statements of a graph that they can depend on: in a file, when it is much.

    An engine has the statements in memory once, and once is enough.
    """

    def __init__(self, graphs: Sequence[SourceGraph], shapes: Sequence[SourceFile]) -> None:
        self._graphs, self._shapes = graphs, shapes
        self._parsed: dict[str, list[Triple]] = {}
        self._faults: list[Problem] = []
        for file in shapes:
            quads, problems = parse_turtle(file)
            self._faults += problems
            self._parsed[file.name] = [quad.triple for quad in quads]
        self._every = [triple for triples in self._parsed.values() for triple in triples]
        self._wanted = _relevant(self._every, graphs)
        self._folder = TemporaryDirectory() if sum(len(graph.text) for graph in graphs) > _MUCH else None
        self._data = bytearray()
        self._add(graphs)

    def __enter__(self) -> Validation:
        return self

    def __exit__(self, *_: object) -> None:
        if self._folder:
            self._folder.cleanup()

    def _add(self, graphs: Iterable[SourceGraph]) -> None:
        pieces = ntriples(graphs, self._wanted)
        if self._folder:
            with Path(self._folder.name, "data.nt").open("ab") as file:
                file.writelines(pieces)
        else:
            self._data += b"".join(pieces)

    def problems(self, derived: Sequence[SourceGraph], places: Callable[[set[str]], Places]) -> list[Problem]:
        """What does not conform in the graph and what rules derived of it, at the places that things come from."""
        if self._faults:
            return self._faults[:1]
        if any(_BELOW in graph.text for graph in derived):  # other classes matter than was thought
            return check_shapes([*self._graphs, *derived], self._shapes, places)
        self._add(derived)
        data: Data = Path(self._folder.name, "data.nt") if self._folder else bytes(self._data)
        try:
            breaches = validate(data, self._every)
        except ShapesError as error:
            return [_unusable(data, self._parsed, error)]
        found = places({breach.focus for breach in breaches}) if breaches else {}
        return [_problem(breach, found) for breach in breaches]


_BELOW = str(RDFS.subClassOf).encode()
_MUCH = 16 * 1024 * 1024


def _relevant(shapes: Sequence[Triple], graphs: Sequence[SourceGraph]) -> Callable[[bytes], bool] | None:
    """Which statements the shapes can depend on, when not on all.

    Those with a predicate that the shapes name, and of those that tell classes, which are most of them, the ones that
    tell of a class that the shapes name or that is below another one. Shapes that fence in a node (`sh:closed`), or
    that ask in a way that cannot be told from their terms, depend on all.
    """
    if not trusted(shapes) or any(triple.predicate.value == f"{SH}closed" for triple in shapes):
        return None
    named = {str(term).encode() for triple in shapes for term in (triple.subject, triple.object)}
    kind = str(RDF.type).encode()
    classes = named | {
        line.split(b" ", 1)[0]
        for graph in graphs
        if _BELOW in graph.text
        for line in graph.text.split(b"\n")
        if _BELOW in line
    }
    if kind in named:
        return None

    def wanted(line: bytes) -> bool:
        _, predicate, value = line.split(b" ", 2)
        return value in classes if predicate == kind else predicate in named or predicate == _BELOW

    return wanted


def _unusable(data: Data, parsed: Mapping[str, Sequence[Triple]], error: ShapesError) -> Problem:
    """The Problem that shapes are not valid SHACL, at the file that by itself is not, else at the last one."""

    def usable(triples: Sequence[Triple]) -> bool:
        try:
            validate(data, triples)
        except ShapesError:
            return False
        return True

    name = next((name for name, triples in parsed.items() if not usable(triples)), max(parsed))
    return Problem(
        Location(name),
        "shape/invalid",
        f"the shapes cannot be used: {' '.join(str(error).split())}",
        "see https://www.w3.org/TR/shacl/ for what a shape may say",
    )


def _problem(breach: Breach, places: Mapping[tuple[str, str], Location]) -> Problem:
    focus, path, value = breach.focus, breach.path, breach.value
    where = places.get((focus, path)) or places.get((focus, "")) or Location(f"<{focus}>")
    constraint = _kebab(breach.constraint)
    hint = _HINTS.get(constraint, "see {}").format(compact(path)) if path else "see the shape in ontology/"
    if path and value is not None and value != focus:
        hint = f"{compact(path)} is {local_name(value)}"
    return Problem(
        where,
        f"shape/{constraint}",
        f"{local_name(focus)}: {breach.message}",
        hint,
        _SEVERITIES.get(breach.severity, "error"),
    )


_HINTS = {"min-count": "there is no {}: add one", "max-count": "there is more than one {}: keep one"}


def _kebab(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).strip("-")
