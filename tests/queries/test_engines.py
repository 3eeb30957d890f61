"""Every query gives the same rows on two engines, so that it may be taken to another store.

pyoxigraph answers in the product; here rdflib is asked the same text, over the same named graphs with their union as
the default graph. Rows are compared without their order where the query gives none.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, parse, serialize

from kg.api import KnowledgeGraph
from kg.core.files import SourceFile, read_source
from kg.core.iris import PREFIXES
from kg.queries.query_library import QueryLibrary
from kg.store.portable import portable
from kg.store.services.blocks import blocks_of, values_query
from tests.toy_library import write_library

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib's own use of rdflib

ROOT = Path(__file__).parents[2]
LIBRARY = QueryLibrary.of(ROOT)
SLOW = {
    "methods-by-practice",
    "never-studied-in",
    "never-studied-with",
    "outcome-directions",
    "single-study",
    "vocabulary",
}
"""rdflib takes half a minute to three for each of these; tests/store/remote/ compares them on Virtuoso instead."""
TEXTS = [path for family in ("rules", "checks") for path in sorted((ROOT / "queries" / family).glob("*.rq"))]


@pytest.fixture(scope="module")
def small_graph(library_graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """The graph without the concepts that the review does not use: rdflib takes a quarter of an hour for some queries
    that walk hundreds of them for each row."""
    quads = list(parse(path=library_graph.root / "build" / "graph.nq"))
    concepts = {quad.subject for quad in quads if quad.predicate.value == f"{PREFIXES['skos']}inScheme"}
    above = {(q.subject, q.object) for q in quads if q.subject in concepts and q.object in concepts}
    used = {q.object for q in quads if q.subject not in concepts} & concepts
    while more := {other for one, other in above if one in used} - used:
        used |= more
    folder = write_library(tmp_path_factory.mktemp("small"))
    kept = [quad for quad in quads if quad.subject not in concepts - used and quad.object not in concepts - used]
    (folder / "build").mkdir()
    for name, form in (("graph.nq", RdfFormat.N_QUADS), ("graph.ttl", RdfFormat.TURTLE)):
        data = kept if form == RdfFormat.N_QUADS else dict.fromkeys(quad.triple for quad in kept)
        (folder / "build" / name).write_bytes(serialize(data, format=form) or b"")
    return KnowledgeGraph.open(folder)


@pytest.fixture(scope="module")
def union(small_graph: KnowledgeGraph) -> Any:
    """All triples, for the queries that name no graph: rdflib answers from one graph much faster than from many."""
    from rdflib import Graph

    return Graph().parse(small_graph.root / "build" / "graph.ttl")


@pytest.fixture(scope="module")
def named(small_graph: KnowledgeGraph) -> Any:
    from rdflib import Dataset

    dataset = Dataset(default_union=True)
    dataset.parse(small_graph.root / "build" / "graph.nq", format="nquads")
    return dataset


def spelled(term: object) -> str:
    """A term in one form for both engines; numbers by their value, for how they are written is free."""
    if term is None:
        return ""
    if isinstance(term, NamedNode | BlankNode | Literal):
        return _spelled(term.value, isinstance(term, Literal))
    return _spelled(str(term), type(term).__name__ == "Literal")


def _spelled(text: str, literal: bool) -> str:
    if literal and text.replace(".", "", 1).lstrip("-").isdigit():
        return f"{float(text):g}"
    return text


def rows_of(union: Any, named: Any, sparql: str) -> list[tuple[str, ...]]:
    asked = named if re.search(r"\bGRAPH\b", sparql) else union
    return [tuple(map(spelled, row)) for row in asked.query(sparql, initNs=PREFIXES)]


@pytest.mark.parametrize("name", [name for name in LIBRARY.names() if name not in SLOW])
def test_a_query_gives_the_same_rows(small_graph: KnowledgeGraph, union: Any, named: Any, name: str) -> None:
    query = LIBRARY.get(name)
    bound = query.bind(query.terms({}, small_graph.lookup)) if not any(
        p.default is None for p in query.parameters) else query.sparql  # fmt: skip
    if query.services:  # what it sends is the same; what it is answered no engine here knows
        bound = values_query(bound, blocks_of(bound)[0])
    here = [tuple(map(spelled, row)) for row in small_graph.sparql(bound).terms]
    there = rows_of(union, named, portable(bound))  # as `--explain` prints it
    assert Counter(here) == Counter(there)


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_rule_or_check_gives_the_same(small_graph: KnowledgeGraph, union: Any, named: Any, path: Path) -> None:
    file = read_source(ROOT, path)
    assert isinstance(file, SourceFile)
    rows = small_graph.sparql(file.text)
    found = [(t.subject, t.predicate, t.object) for t in rows.triples] if rows.triples is not None else rows.terms
    assert Counter(tuple(map(spelled, row)) for row in found) == Counter(rows_of(union, named, file.text))


def documented() -> str:
    (query,) = re.findall(r"```sparql\n(.*?)```", (ROOT / "docs" / "stores.md").read_text("utf-8"), re.S)
    return str(query)


@pytest.mark.parametrize(("compared", "years"), [
    (">= 2031", {"2031", "2032"}), ("< 2030", {"2028", "2029"}), ("= 2030", {"2030"}),
    ("!= 2029", {"2028", "2030", "2031", "2032"}),
])  # fmt: skip
def test_a_filter_by_year_gives_the_same_rows(
    library_graph: KnowledgeGraph, union: Any, compared: str, years: set[str]
) -> None:
    assert documented().count(">= 2020") == 1
    query = documented().replace(">= 2020", compared)
    here = [tuple("" if term is None else term.value for term in row) for row in library_graph.sparql(query).terms]
    assert here == [tuple(map(str, row)) for row in union.query(query)]
    assert {year for _, year in here} == years


def test_one_year_is_a_term(library_graph: KnowledgeGraph, union: Any) -> None:
    year = library_graph.sparql("SELECT ?y { ?work fabio:hasPublicationYear ?y } ORDER BY ?y LIMIT 1").terms[0][0]
    query = f"SELECT ?work {{ ?work <{PREFIXES['fabio']}hasPublicationYear> {year} }}"
    assert len(library_graph.sparql(query)) == len(list(union.query(query))) > 0
