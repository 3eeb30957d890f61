"""The shapes: what does not conform is traced to the line it was read from (SHACL, W3C Recommendation 2017)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from kg.graph.serialise import ntriples
from kg.graph.triples import SourceGraph, all_places
from kg.graph.vocabulary import parse_turtle
from kg.iris import compact, local_name
from kg.problems import Location, Problem, Severity
from kg.sources.files import SourceFile

_SEVERITIES: dict[str, Severity] = {"Violation": "error", "Warning": "warning", "Info": "info"}


def check_shapes(graphs: list[SourceGraph], shapes: Iterable[SourceFile]) -> list[Problem]:
    """Validates the union of the graphs against the shapes, which are Turtle files; one Problem for each result."""
    from pyshacl import validate  # slow to import
    from rdflib import RDF, Graph, Namespace

    sh = Namespace("http://www.w3.org/ns/shacl#")
    shape_graph = Graph()
    for file in shapes:
        _, problems = parse_turtle(file)
        if problems:
            return problems
        shape_graph.parse(data=file.text, format="turtle")
    _, report, _ = validate(union(graphs), shacl_graph=shape_graph, advanced=False, inference="none")
    places = all_places(graphs)
    return [_problem(report, result, sh, places) for result in report.subjects(RDF.type, sh.ValidationResult)]


def union(graphs: Iterable[SourceGraph]) -> Any:
    """The union of the named graphs as an rdflib graph."""
    from rdflib import Graph

    return Graph().parse(data=ntriples(graphs), format="nt")


def _problem(report: Any, result: Any, sh: Any, places: Mapping[tuple[str, str], Location]) -> Problem:
    focus, path = str(report.value(result, sh.focusNode)), str(report.value(result, sh.resultPath) or "")
    value = report.value(result, sh.value)
    component = str(report.value(result, sh.sourceConstraintComponent))
    constraint = _kebab(component.split("#")[-1].removesuffix("ConstraintComponent"))
    severity = str(report.value(result, sh.resultSeverity)).split("#")[-1]
    where = places.get((focus, path)) or places.get((focus, "")) or Location(f"<{focus}>")
    about = f"{local_name(focus)}: {report.value(result, sh.resultMessage)}"
    told = value is not None and str(value) != focus
    hint = _HINTS.get(constraint, "see {}").format(compact(path))
    if told:
        hint = f"{compact(path)} is {local_name(str(value))}"
    return Problem(where, f"shape/{constraint}", about, hint, _SEVERITIES.get(severity, "error"))


_HINTS = {"min-count": "there is no {}: add one", "max-count": "there is more than one {}: keep one"}


def _kebab(name: str) -> str:
    return "".join(f"-{c.lower()}" if c.isupper() else c for c in name).strip("-")
