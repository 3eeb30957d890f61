"""Ontology and vocabularies: Turtle files as named graphs, and the concepts that annotations may name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import PurePosixPath

from pyoxigraph import Literal, NamedNode

from kg.core.files import SourceFile
from kg.core.iris import BASE, CS, RDF, SKOS, VOID
from kg.core.kinds import CONCEPTS
from kg.core.problems import Location, Problem
from kg.graph import terms
from kg.graph.statements import SourceGraph, Statements, statement
from kg.graph.terms import Term, minted
from kg.graph.turtle_source import read_turtle
from kg.model.bibliography import ConceptKind, Vocabulary, VocabularyConcept
from kg.readers.settings import NAME, ReviewSettings

_TYPE = f" {RDF.type} ".encode()
KINDS: dict[str, ConceptKind] = {CS(kind.class_name).value: kind.name for kind in CONCEPTS}


def turtle_graph(file: SourceFile) -> tuple[SourceGraph, list[Problem]]:
    """The named graph of one Turtle file, and its problems."""
    graph = Statements(minted("vocabulary", *PurePosixPath(file.name).with_suffix("").parts[1:]), file.name)
    graph.provenance(file.digest)
    triples, problems = read_turtle(file)
    graph.add_lines(map(statement, triples))
    lines = _lines(file.text)
    for subject in sorted({str(triple.subject)[1:-1] for triple in triples}):
        found = [lines[name] for name in (f"<{subject}>", re.split(r"[/#]", subject)[-1]) if name in lines]
        graph.place(Term(f"<{subject}>"), Term(""), (min(found), 1) if found else (0, 0))
    return graph.graph(), problems


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
        slug = _slug(iri)
        spelled = tuple(label for _, label in sorted(labels[iri])) or (slug,)
        concepts[kind, slug] = VocabularyConcept(iri, kind, slug, spelled, tuple(sorted(broader[iri])))
    return Vocabulary(concepts)


def same_slugs(graphs: Iterable[SourceGraph]) -> list[Problem]:
    """An error for each concept whose name in annotations is that of another one of its kind, below another base."""
    found: defaultdict[tuple[str, str], dict[str, Location]] = defaultdict(dict)
    for graph in graphs:
        parts = (line.decode().split(" ", 2) for line in graph.lines if _TYPE in line)
        for iri, kind in (
            (subject[1:-1], KINDS[class_[1:-1]]) for subject, _, class_ in parts if class_[1:-1] in KINDS
        ):
            if not iri.startswith(BASE) or iri != f"{BASE}{kind}/{_slug(iri)}":
                found[kind, _slug(iri)][iri] = graph.places.get((iri, ""), Location("ontology"))
            else:
                found[kind, _slug(iri)].setdefault(iri, Location(""))
    problems = []
    for (kind, name), iris in sorted(found.items()):
        for iri, where in iris.items():
            others = sorted(other for other in iris if other != iri)
            if others and where.file:
                hint = f"give it another slug; the other one is <{others[0]}>"
                problems.append(Problem(where, "vocabulary/same-slug", f"two concepts are {kind} `{name}`", hint))
    return problems


def _slug(iri: str) -> str:
    return iri.rstrip("/").rsplit("/", 1)[-1]


def elsewhere(vocabulary: Vocabulary) -> dict[str, str]:
    """The IRIs of concepts that are not below the base of kg, by name (`practice/dark-launching`)."""
    names = ((f"{concept.kind}/{concept.slug}", concept.iri) for concept in vocabulary.concepts.values())
    return {name: iri for name, iri in names if iri != BASE + name}


def review_graph(settings: ReviewSettings) -> list[SourceGraph]:
    """The graph that says what `kg.toml` does: base, title and description of a review, and where it is published."""
    if settings.base == BASE and not (settings.title or settings.description or settings.url):
        return []
    graph, review = Statements(minted("settings"), NAME), Term(str(NamedNode(settings.base)))
    graph.thing(review, Term(str(VOID.Dataset)), at=(settings.lines[0][1], 1))
    texts = (Term(str(VOID.uriSpace)), settings.base), (terms.DCTERMS.title, settings.title)
    graph.add_texts(review, *texts, (terms.DCTERMS.description, settings.description))
    if settings.url:
        graph.add(review, (terms.FOAF.homepage, Term(str(NamedNode(settings.url)))))
    return [graph.graph()]


def _value(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""
