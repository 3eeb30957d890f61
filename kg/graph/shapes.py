"""The shapes: what does not conform is traced to the line it was read from (SHACL, W3C Recommendation 2017)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import Triple

from kg.graph.serialise import ntriples
from kg.graph.shape_engines import SH, Breach, Data, ShapesError, trusted, validate
from kg.graph.triples import Places, SourceGraph, places_of
from kg.graph.vocabulary import parse_turtle
from kg.iris import RDF, RDFS, compact, local_name
from kg.problems import Location, Problem, Severity
from kg.sources.files import SourceFile

_SEVERITIES: dict[str, Severity] = {"Violation": "error", "Warning": "warning", "Info": "info"}


def check_shapes(graphs: Sequence[SourceGraph], shapes: Sequence[SourceFile],
                 places: Callable[[set[str]], Places] | None = None) -> list[Problem]:
    """Validates the union of the graphs against the shapes, which are Turtle files; one Problem for each result."""
    parsed: dict[str, list[Triple]] = {}
    for file in shapes:
        quads, problems = parse_turtle(file)
        if problems:
            return problems
        parsed[file.name] = [quad.triple for quad in quads]
    every = [triple for triples in parsed.values() for triple in triples]
    with _data(graphs, _relevant(every, graphs)) as data:
        try:
            breaches = validate(data, every)
        except ShapesError as error:
            return [_unusable(data, parsed, error)]
    if not breaches:
        return []
    found = (places or partial(places_of, graphs))({breach.focus for breach in breaches})
    return [_problem(breach, found) for breach in breaches]


@contextmanager
def _data(graphs: Sequence[SourceGraph], wanted: Callable[[bytes], bool] | None) -> Iterator[Data]:
    """What is validated, in a file when it is much: an engine has it in memory once, and once is enough."""
    if sum(len(graph.text) for graph in graphs) < _MUCH:
        yield b"".join(ntriples(graphs, wanted))
        return
    with TemporaryDirectory() as folder:
        path = Path(folder, "data.nt")
        with path.open("wb") as file:
            file.writelines(ntriples(graphs, wanted))
        yield path


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
    kind, below = str(RDF.type).encode(), str(RDFS.subClassOf).encode()
    classes = named | {line.split(b" ", 1)[0] for graph in graphs if below in graph.text
                       for line in graph.text.split(b"\n") if below in line}
    if kind in named:
        return None

    def wanted(line: bytes) -> bool:
        _, predicate, value = line.split(b" ", 2)
        return value in classes if predicate == kind else predicate in named or predicate == below

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
    return Problem(Location(name), "shape/invalid", f"the shapes cannot be used: {' '.join(str(error).split())}",
                   "see https://www.w3.org/TR/shacl/ for what a shape may say")


def _problem(breach: Breach, places: Mapping[tuple[str, str], Location]) -> Problem:
    focus, path, value = breach.focus, breach.path, breach.value
    where = places.get((focus, path)) or places.get((focus, "")) or Location(f"<{focus}>")
    constraint = _kebab(breach.constraint)
    hint = _HINTS.get(constraint, "see {}").format(compact(path)) if path else "see the shape in ontology/"
    if path and value is not None and value != focus:
        hint = f"{compact(path)} is {local_name(value)}"
    return Problem(where, f"shape/{constraint}", f"{local_name(focus)}: {breach.message}", hint,
                   _SEVERITIES.get(breach.severity, "error"))


_HINTS = {"min-count": "there is no {}: add one", "max-count": "there is more than one {}: keep one"}


def _kebab(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).strip("-")
