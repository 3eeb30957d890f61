"""Ontology and vocabularies: Turtle files as named graphs, and the concepts that annotations may name."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, parse

from kg.core.files import SourceFile
from kg.core.iris import BASE, CS, RDF, SKOS
from kg.core.kinds import CONCEPTS
from kg.core.problems import Location, Problem
from kg.graph.statements import SourceGraph, Statements, statement
from kg.graph.terms import Term, minted
from kg.model.bibliography import ConceptKind, Vocabulary, VocabularyConcept

KINDS: dict[str, ConceptKind] = {CS(kind.class_name).value: kind.name for kind in CONCEPTS}


def turtle_graph(file: SourceFile) -> tuple[SourceGraph, list[Problem]]:
    """The named graph of one Turtle file, and its problems. Blank nodes are refused: they have no stable name."""
    graph = Statements(minted("vocabulary", *PurePosixPath(file.name).with_suffix("").parts[1:]), file.name)
    graph.provenance(file.digest)
    quads, problems = parse_turtle(file)
    subjects = set()
    for quad in quads:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            graph.add_lines([statement(quad.triple)])
            subjects.add(quad.subject.value)
        elif isinstance(quad.subject, BlankNode):
            message = f"a blank node is the subject of {quad.predicate.value}"
            problems.append(Problem(Location(file.name), "turtle/blank-node", message, "give it an IRI"))
    lines = _lines(file.text)
    for subject in sorted(subjects):
        found = [lines[name] for name in (f"<{subject}>", re.split(r"[/#]", subject)[-1]) if name in lines]
        graph.place(Term(f"<{subject}>"), Term(""), (min(found), 1) if found else (0, 0))
    return graph.graph(), problems


def parse_turtle(file: SourceFile) -> tuple[list[Quad], list[Problem]]:
    """The triples of a Turtle file, or its syntax error. Each file has blank nodes of its own."""
    try:
        return list(parse(file.text, format=RdfFormat.TURTLE, base_iri=BASE, rename_blank_nodes=True)), []
    except SyntaxError as error:
        where = Location(file.name, error.lineno or 0, error.offset or 0)
        return [], [Problem(where, "turtle/syntax", f"not Turtle: {error.msg}", "check this line and the last one")]


def _lines(turtle: str) -> dict[str, int]:
    """The first line that begins with each subject, by `<iri>` or local name; what is written otherwise is missing."""
    lines: dict[str, int] = {}
    for number, line in enumerate(turtle.split("\n"), 1):
        if match := re.match(r"(?:(<[^<>\s]*>)|[\w-]*:(\S+))(?=\s|$)", line):
            lines.setdefault(match[1] or match[2], number)
    return lines


def vocabulary_of(graphs: Iterable[SourceGraph]) -> Vocabulary:
    """Every concept in the graphs, with all its labels and its broader concepts."""
    triples = [(_value(t.subject), t.predicate, _value(t.object)) for graph in graphs for t in graph.triples]
    kinds = {iri: KINDS[value] for iri, predicate, value in triples if predicate == RDF.type and value in KINDS}
    labels: dict[str, set[tuple[int, str]]] = {iri: set() for iri in kinds}
    broader: dict[str, set[str]] = {iri: set() for iri in kinds}
    for iri, predicate, value in triples:
        if iri in kinds and predicate in (SKOS.prefLabel, SKOS.altLabel):
            labels[iri].add((0 if predicate == SKOS.prefLabel else 1, value))
        elif iri in kinds and predicate == SKOS.broader:
            broader[iri].add(value)
    concepts = {}
    for iri, kind in sorted(kinds.items()):
        slug = iri.rstrip("/").rsplit("/", 1)[-1]
        spelled = tuple(label for _, label in sorted(labels[iri])) or (slug,)
        concepts[kind, slug] = VocabularyConcept(iri, kind, slug, spelled, tuple(sorted(broader[iri])))
    return Vocabulary(concepts)


def _value(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""
