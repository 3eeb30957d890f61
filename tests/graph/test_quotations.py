"""Each piece of evidence has one status: from the record of its annotation, or by rule."""

from __future__ import annotations

from collections import Counter

import pytest

from kg.building.pipeline import Assembly
from kg.core.files import SourceFile
from kg.core.iris import CS, OA, RDF, mint
from kg.graph.annotation import quotations_graph
from kg.graph.statements import SourceGraph
from kg.readers.verdicts import read_record
from tests.graph.facts import Facts
from tests.toy import EXAMPLE_RECORD

NAME = "bib/quotations/example2031.yaml"


def annotation(stem: str, key: str, *quotes: str) -> SourceGraph:
    graph = Facts(mint("annotation", stem))
    graph.add(graph.iri, CS.annotates, mint("publication", key))
    for number, quote in enumerate(quotes):
        evidence, selector = mint("evidence", stem, str(number)), mint("evidence", stem, str(number), "quotation")
        graph.add(evidence, OA.hasSelector, selector)
        graph.add(selector, OA.exact, quote)
    return graph.graph()


def statuses(text: str, annotation: SourceGraph | None) -> set[tuple[str, str]]:
    graph = quotations_graph(read_record(SourceFile(NAME, text, "0")), annotation)
    return {(t.subject.value, t.object.value) for t in graph.triples if t.predicate == CS.quoteStatus}


def test_the_record_gives_the_status_of_its_quotations_only() -> None:
    text = EXAMPLE_RECORD.replace('missing", verdict: exact', 'missing", verdict: near')
    graph = annotation("example2031", "example2031", "our tests are slow", "tools for testing were missing", "new",
                       "our tests are slow")  # fmt: skip
    assert statuses(text, graph) == {
        (mint("evidence", "example2031", n).value, value.value)
        for n, value in (("0", CS.exact), ("1", CS.near), ("3", CS.exact))
    }


def test_a_record_is_of_one_annotation_and_one_publication() -> None:
    renamed = annotation("example2031", "muster2032", "our tests are slow")
    assert statuses(EXAMPLE_RECORD, None) == set()
    assert statuses(EXAMPLE_RECORD, renamed) == set()


def test_a_record_that_could_not_be_read_has_no_graph() -> None:
    with pytest.raises(ValueError, match="no record"):
        quotations_graph(read_record(SourceFile(NAME, "publication: [", "0")), None)


def test_the_graph_of_a_record_names_file_and_full_text(toy_assembly: Assembly) -> None:
    (graph,) = [graph for graph in toy_assembly.graphs if graph.iri == mint("quotations", "example2031")]
    said = {(t.predicate, t.object.value) for t in graph.triples if t.subject == graph.iri}
    assert said >= {
        (RDF.type, CS.QuotationRecord.value),
        (CS.sourceFile, NAME),
        (CS.fullTextHash, "sha256:" + "0f" * 32),
    }


def test_every_piece_of_evidence_has_exactly_one_status(toy_assembly: Assembly) -> None:
    triples = {t for graph in toy_assembly.graphs for t in graph.triples}
    evidence = {t.subject for t in triples if t.predicate == RDF.type and t.object == CS.Evidence}
    found = Counter(t.subject for t in triples if t.predicate == CS.quoteStatus)
    assert found == Counter(evidence)
    assert {t.object for t in triples if t.predicate == CS.quoteStatus} == {CS.exact, CS.unchecked}
