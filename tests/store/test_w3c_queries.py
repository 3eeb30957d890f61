"""The query tests of the W3C (SPARQL 1.0 and 1.1): the store accepts, and answers, what the engine does.

`.ci/run` unpacks them from the source distribution of rdflib 6.3.2, which contains them, and names their folder in
KG_W3C_TESTS. Without the folder the tests are skipped, or fail if KG_REQUIRE_W3C=1.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import pyoxigraph as ox
import pytest

from kg.store import QueryError, Store
from kg.store.sparql_text import graph_clauses, has_service

FOLDER = os.environ.get("KG_W3C_TESTS", "")
MANIFEST = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QUERY = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"
RESULT = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
SAME_BLANK_NODES = {"dataset-09", "dataset-09b", "dataset-10", "dataset-10b"}
"""They want that one file, read for FROM and for FROM NAMED, has other blank nodes each time; a store has it once."""


class Case(NamedTuple):
    syntax: bool
    query: str
    data: tuple[str, ...]
    graphs: tuple[str, ...]
    result: str

    @property
    def text(self) -> str:
        return path(self.query).read_text(encoding="utf-8")


def path(iri: str) -> Path:
    return Path(unquote(iri.removeprefix("file://")))


def cases(manifest: Path) -> Iterator[Case]:
    """The cases of a manifest whose query is a file that is there."""
    store = ox.Store()
    store.load(manifest.read_bytes(), format=ox.RdfFormat.TURTLE, base_iri=manifest.as_uri())

    def values(subject: Any, name: str) -> list[Any]:
        return [quad.object for quad in store.quads_for_pattern(subject, ox.NamedNode(name), None)]

    for quad in store.quads_for_pattern(None, ox.NamedNode(MANIFEST + "action"), None):
        kinds = [kind.value for kind in values(quad.subject, "http://www.w3.org/1999/02/22-rdf-syntax-ns#type")]
        nested: Any = [quad.object] if isinstance(quad.object, ox.NamedNode) else values(quad.object, QUERY + "query")
        if not nested or not nested[0].value.endswith(".rq") or not path(nested[0].value).exists():
            continue
        action: Any = quad.object
        data, graphs = (
            tuple(one.value for one in values(action, QUERY + name) if isinstance(one, ox.NamedNode))
            for name in ("data", "graphData")
        )
        result = "".join(
            one.value for one in values(quad.subject, MANIFEST + "result") if isinstance(one, ox.NamedNode)
        )
        yield Case(any("SyntaxTest" in kind for kind in kinds), nested[0].value, data, graphs, result)


@pytest.fixture(scope="module")
def suite() -> list[Case]:
    if not FOLDER:
        if os.environ.get("KG_REQUIRE_W3C") == "1":
            pytest.fail("KG_W3C_TESTS names no folder")
        pytest.skip("needs the tests of the W3C: KG_W3C_TESTS names their folder")
    manifests = sorted(Path(FOLDER).glob("*/*/manifest*.ttl"))
    return sorted(
        {
            case
            for manifest in manifests
            if manifest.parts[-3] in ("dawg-data-r2", "sparql11")
            for case in cases(manifest)
            if "entailment" not in case.query
        }
    )


def error_of(query: str, base: str, store: Any) -> str:
    """The error that a store has for a query; empty if it has none."""
    try:
        store.query(query, base_iri=base) if isinstance(store, ox.Store) else store.answer(query, base)
    except (SyntaxError, RuntimeError, QueryError) as error:
        return str(error) or "an error"
    return ""


def test_every_query_of_the_syntax_tests_is_accepted_just_if_the_engine_accepts_it(suite: list[Case]) -> None:
    several = [case for case in suite if case.syntax]
    assert len(several) > 250
    for case in several:
        ours = error_of(case.text, case.query, Store())
        if "SERVICE is refused" in ours:
            assert has_service(case.text), case.query
        else:
            assert bool(ours) == bool(error_of(case.text, case.query, ox.Store())), (case.query, ours)


def quads(iri: str, graph: str = "") -> list[ox.Quad]:
    form = ox.RdfFormat.from_extension(path(iri).suffix[1:])
    name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
    found = ox.parse(path(iri).read_bytes(), format=form, base_iri=iri)
    return [ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in found]


def filled(case: Case) -> Store:
    """The data of a case, and each graph that its FROM clauses name, which is a file beside the query."""
    default = [quad for iri in case.data for quad in quads(iri)]
    named = {iri: quads(iri, iri) for iri in case.graphs}
    for clause in graph_clauses(case.text):
        iri = f"{case.query.rpartition('/')[0]}/{clause.iri[1:-1]}"
        named[iri] = quads(iri, iri)
    store = Store()
    rest = [quad for several in named.values() for quad in several]
    triples, in_graphs = ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS
    store.load(ox.serialize(default, format=triples) or b"", ox.serialize(rest, format=in_graphs) or b"")
    return store


def rows(answer: Any) -> Any:
    """An answer in a form to compare: rows as a multiset, the names of blank nodes left out."""
    if isinstance(answer, ox.QueryBoolean):
        return bool(answer)
    if isinstance(answer, ox.QueryTriples):
        return Counter(tuple(map(plain, (one.subject, one.predicate, one.object))) for one in answer)
    names = sorted(variable.value for variable in answer.variables)
    return Counter(tuple((name, plain(row[name])) for name in names if row[name] is not None) for row in answer)


def plain(term: Any) -> str:
    return "_:" if isinstance(term, ox.BlankNode) else str(term)


def expected(iri: str) -> Any:
    """The rows of a result file in the vocabulary of result sets, or a boolean."""
    of: dict[Any, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for quad in quads(iri):
        of[quad.subject][quad.predicate.value.removeprefix(RESULT)].append(quad.object)
    for found in list(of.values()):
        if found["boolean"]:
            return found["boolean"][0].value == "true"
    pairs = ([of[one] for one in of[row]["binding"]] for found in list(of.values()) for row in found["solution"])
    return Counter(tuple(sorted((one["variable"][0].value, plain(one["value"][0])) for one in row)) for row in pairs)


def test_every_query_of_the_evaluation_tests_has_the_answer_of_the_engine(suite: list[Case]) -> None:
    several = [case for case in suite if not case.syntax and case.result and not has_service(case.text)]
    several = [case for case in several if not graph_clauses(case.text)]
    assert len(several) > 350
    for case in several:
        if "rand" in case.query or "uuid" in case.query or "now" in case.query:
            continue  # another answer each time
        store = filled(case)
        bare = store._store
        if error := error_of(case.text, case.query, bare):
            assert error_of(case.text, case.query, store), (case.query, error)
        else:
            ours = rows(store._asked(case.text, case.query))
            assert ours == rows(bare.query(case.text, base_iri=case.query)), case.query


def test_every_query_with_from_has_the_answer_of_the_standard(suite: list[Case]) -> None:
    several = [case for case in suite if "/dataset/" in case.query and graph_clauses(case.text) and case.result]
    seen: Counter[bool] = Counter()
    for case in several:
        name, store = path(case.query).stem, filled(case)
        ours = rows(store._asked(case.text, case.query))
        seen[ours == expected(case.result)] += 1
        assert (ours == expected(case.result)) == (name not in SAME_BLANK_NODES), case.query
    assert seen[True] >= 8
