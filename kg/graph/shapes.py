"""Validation against the SHACL shapes (W3C Recommendation, 2017), with each result at the line it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from pyoxigraph import Triple

from kg.core.files import SourceFile
from kg.core.iris import RDF, RDFS, compact, local_name
from kg.core.problems import Location, Problem, Severity, UsageError, brief, did_you_mean
from kg.graph.loading import subclasses
from kg.graph.serialise import ntriples
from kg.graph.shape_engines import SH, TRUSTED, Breach, ShapesError, ignored, trusted, validate
from kg.graph.statements import SourceGraph, places_of
from kg.graph.turtle_source import TurtleSource, read_turtle

_SEVERITIES: dict[str, Severity] = {"Violation": "error", "Warning": "warning", "Info": "info"}
_HINTS = {"min-count": "there is no {}: add one", "max-count": "there is more than one {}: keep one"}


def check_shapes(graphs: Sequence[SourceGraph], shapes: Sequence[SourceFile]) -> list[Problem]:
    """One Problem for each result of validating the union of the graphs; `shapes` are Turtle files.

    Raises:
        UsageError: if the temporary folder cannot be written to.
    """
    parsed: dict[str, list[Triple]] = {}
    problems: list[Problem] = []
    for file in shapes:
        parsed[file.name], found = read_turtle(file, blank_nodes=True)
        if any(problem.severity == "error" for problem in found):
            return found
        problems += [*found, *_ignored(file, parsed[file.name])]
    every = [triple for triples in parsed.values() for triple in triples]
    try:
        with TemporaryDirectory() as folder:  # not in memory, where the engine has the statements a second time
            data = Path(folder, "data.nt")
            with data.open("wb") as out:
                out.writelines(map(ntriples, _relevant(every, graphs)))
            try:
                breaches, failure = validate(data, every)
            except ShapesError as error:
                return [*problems, _unusable(data, parsed, error)]
    except OSError as error:
        raise UsageError(f"cannot write to the temporary folder: {error.strerror or error}") from error
    if failure:
        message = f"the fast engine failed, and pySHACL validated instead: {failure}"
        problems.append(Problem(Location("ontology"), "shape/engine", message, "validation is slower", "info"))
    places = places_of(graphs, {breach.focus for breach in breaches}) if breaches else {}
    return [*problems, *(_problem(breach, places) for breach in breaches)]


def _ignored(file: SourceFile, shapes: Sequence[Triple]) -> Iterator[Problem]:
    """A warning for each term of SHACL in a file that no engine evaluates."""
    for iri in ignored(shapes):
        name = iri.removeprefix(SH)
        hint = did_you_mean(name, (term.removeprefix(SH) for term in TRUSTED), "see https://www.w3.org/TR/shacl/")
        message = f"sh:{brief(name)} is ignored: neither engine evaluates it"
        yield Problem(TurtleSource(file).term(iri), "shape/ignored", message, hint, "warning")


def _relevant(shapes: Sequence[Triple], graphs: Sequence[SourceGraph]) -> Iterator[list[bytes]]:
    """For each graph, the statements that the shapes can depend on.

    Shapes depend on statements with a property that they name, and on the members of classes that they name or that
    are below another class. Closed shapes (`sh:closed`), and terms that are not known, depend on every statement.
    """
    type_, subclass = str(RDF.type).encode(), str(RDFS.subClassOf).encode()
    named = {str(term).encode() for triple in shapes for term in (triple.subject, triple.object)}
    if type_ in named or not trusted(shapes) or any(triple.predicate.value == f"{SH}closed" for triple in shapes):
        yield from (graph.lines for graph in graphs)
        return
    classes, properties = named | subclasses(graphs), named | {subclass}
    for graph in graphs:
        statements = ((line, line.split(b" ", 2)) for line in graph.lines)
        yield [line for line, (_, predicate, value) in statements
               if predicate in properties or (predicate == type_ and value in classes)]  # fmt: skip


def _unusable(data: Path, parsed: Mapping[str, Sequence[Triple]], error: ShapesError) -> Problem:
    """The Problem that shapes are not valid SHACL: at the file that is not valid by itself, else at the last file."""

    def usable(triples: Sequence[Triple]) -> bool:
        try:
            validate(data, triples)
        except ShapesError:
            return False
        return True

    name = next((name for name, triples in parsed.items() if not usable(triples)), max(parsed))
    message = f"the shapes cannot be used: {' '.join(str(error).split())}"
    return Problem(Location(name), "shape/invalid", message, "see https://www.w3.org/TR/shacl/ for valid shapes")


def _problem(breach: Breach, places: Mapping[tuple[str, str], Location]) -> Problem:
    focus, path, value = breach.focus, breach.path, breach.value
    where = places.get((focus, path)) or places.get((focus, "")) or Location(f"<{focus}>")
    constraint = _kebab(breach.constraint)
    hint = _HINTS.get(constraint, "see {}").format(compact(path)) if path else "see the shape in ontology/"
    if path and value is not None and value != focus:
        hint = f"{compact(path)} is {local_name(value)}"
    message = f"{local_name(focus)}: {breach.message}"
    return Problem(where, f"shape/{constraint}", message, hint, _SEVERITIES.get(breach.severity, "error"))


def _kebab(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).strip("-")
