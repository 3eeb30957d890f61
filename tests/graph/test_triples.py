"""The toy review as triples: one golden file, and what a reader of the graph may rely on."""

from __future__ import annotations

import hashlib
import os
from io import BytesIO
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, RdfFormat, parse
from rdflib import Dataset, Graph

from kg.building.pipeline import Assembly, assemble
from kg.core.iris import BASE, BIBO, CS, DCTERMS, FABIO, FOAF, OA, PRISM, PROV, RDF, RDFS, XSD, mint, person
from kg.graph.serialise import write_graph
from kg.graph.statements import SourceGraph
from kg.graph.terms import literal
from tests.toy import EXAMPLE_YAML, MUSTER_YAML, TOY, place_of, write_toy

GOLDEN = Path(__file__).parents[1] / "golden" / "toy.nq"


def own(assembly: Assembly) -> list[SourceGraph]:
    """The graphs of the review's own files: the vocabulary has its own life."""
    kinds = (f"{BASE}bibliography/", f"{BASE}annotation/", f"{BASE}quotations/")
    return [graph for graph in assembly.graphs if graph.iri.value.startswith(kinds)]


def graph_of(assembly: Assembly, *ids: str) -> SourceGraph:
    (found,) = [graph for graph in assembly.graphs if graph.iri == mint(*ids)]
    return found


def values(graph: SourceGraph, subject: NamedNode, predicate: NamedNode) -> set[str]:
    return {t.object.value for t in graph.triples if t.subject == subject and t.predicate == predicate}


def test_the_toy_review_gives_the_golden_quads(toy_assembly: Assembly) -> None:
    # UPDATE_GOLDEN=1 writes the file anew; read the difference before committing it.
    out = BytesIO()
    write_graph(own(toy_assembly), out, BytesIO())
    quads = out.getvalue()
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_bytes(quads)
    assert quads == GOLDEN.read_bytes()


def test_the_golden_quads_contain_no_blank_node() -> None:
    # Blank nodes have no stable name: nobody could point at them, and bytes would vary.
    assert all(isinstance(quad.subject, NamedNode) for quad in parse(GOLDEN.read_bytes(), format=RdfFormat.N_QUADS))
    assert b"_:" not in GOLDEN.read_bytes()


def test_a_publication_has_its_facts_and_its_entry(toy_assembly: Assembly) -> None:
    graph, work = graph_of(toy_assembly, "bibliography", "journal.bib"), mint("publication", "example2031")
    assert values(graph, work, RDF.type) == {CS.Publication.value, FABIO.JournalArticle.value}
    assert values(graph, work, DCTERMS.title) == {"A toy study of CI builds, 100% made up"}
    assert values(graph, work, PRISM.doi) == {"10.5555/toy.1"}
    assert values(graph, work, CS.bibtexEntry) == {
        "@article{" + TOY["bib/journal.bib"].split("@article{")[1].split("\n\n")[0]
    }
    (year,) = [t.object for t in graph.triples if t.predicate == FABIO.hasPublicationYear and t.subject == work]
    assert year == Literal("2031", datatype=XSD.gYear)


def test_only_an_address_is_the_url_of_a_publication(tmp_path: Path) -> None:
    bib = "@misc{a2031, title={A}, url={<Go to ISI>://WOS:1}}\n@misc{b2031, title={B}, url={https://toy.example/b}}\n"
    (tmp_path / "bib").mkdir()
    (tmp_path / "bib" / "a.bib").write_text(bib, encoding="utf-8")
    assembly = assemble(tmp_path)
    written = graph_of(assembly, "bibliography", "a.bib").triples
    assert {t.object.value for t in written if t.predicate == FABIO.hasURL} == {"https://toy.example/b"}
    assert "bibliography/url" in {problem.rule for problem in assembly.problems}


def test_authors_are_a_list_in_the_order_of_the_entry(toy_assembly: Assembly) -> None:
    graph, work = graph_of(toy_assembly, "bibliography", "journal.bib"), mint("publication", "example2031")
    following = {(t.subject, t.predicate): t.object for t in graph.triples}
    node, names = following[work, BIBO.authorList], []
    while node != RDF.nil:
        who = following[node, RDF.first]
        names.append(following[who, RDFS.label].value)
        node = following[node, RDF.rest]
    assert names == ["Ada Example", "Jörg Örtel"]


def test_authors_that_an_entry_omits_are_not_made_up(toy_assembly: Assembly) -> None:
    graph, work = graph_of(toy_assembly, "bibliography", "journal.bib"), mint("publication", "muster2032")
    assert values(graph, work, CS.authorsOmitted) == {"and others"}
    assert len(values(graph, work, DCTERMS.creator)) == 1


def test_an_organisation_has_no_given_name(toy_assembly: Assembly) -> None:
    graph, acme = graph_of(toy_assembly, "bibliography", "reports.bib"), person("Acme Toys and Sons")
    assert values(graph, acme, FOAF.familyName) == {"Acme Toys and Sons"}
    assert values(graph, acme, FOAF.givenName) == set()


def test_each_file_is_a_named_graph_with_its_hash(toy_assembly: Assembly) -> None:
    for graph in own(toy_assembly):
        (name,) = values(graph, graph.iri, CS.sourceFile)
        digest = hashlib.sha256(TOY[name].encode()).hexdigest()
        assert values(graph, graph.iri, CS.contentHash) == {f"sha256:{digest}"}


def test_an_annotation_says_who_annotated_what_and_when(toy_assembly: Assembly) -> None:
    graph = graph_of(toy_assembly, "annotation", "example2031")
    assert values(graph, graph.iri, PROV.wasAttributedTo) == {mint("agent", "toy-annotator").value}
    assert values(graph, graph.iri, DCTERMS.created) == {"2031-02-03"}
    assert values(graph, graph.iri, CS.annotates) == {mint("publication", "example2031").value}


def test_a_second_hand_finding_is_attributed_to_its_source(toy_assembly: Assembly) -> None:
    graph, finding = graph_of(toy_assembly, "annotation", "example2031"), mint("finding", "example2031", "acme-tools")
    assert values(graph, finding, CS.attributedTo) == {mint("publication", "acme2030").value}
    assert values(graph, finding, CS.producedBy) == set()
    assert values(graph, finding, CS.reportedIn) == {mint("publication", "example2031").value}


def test_evidence_is_a_quotation_with_section_page_speaker_and_source(toy_assembly: Assembly) -> None:
    graph, evidence = graph_of(toy_assembly, "annotation", "example2031"), mint("evidence", "example2031", "P1-slow")
    (selector,) = values(graph, evidence, OA.hasSelector)
    assert values(graph, NamedNode(selector), OA.exact) == {"our tests are slow"}
    assert values(graph, evidence, CS.section) == {"4.1"}
    assert values(graph, evidence, CS.page) == {"5"}
    assert values(graph, evidence, CS.saidBy) == {mint("participant", "example2031", "P1").value}
    assert values(graph, evidence, OA.hasSource) == {mint("publication", "example2031").value}


def test_a_link_that_two_files_support_is_one_thing(toy_assembly: Assembly) -> None:
    link = mint("link", "hinders", "test-automation-tooling-gap", "continuous-testing")
    supporting = {value for graph in own(toy_assembly) for value in values(graph, link, CS.supportedBy)}
    assert supporting == {mint("finding", *ids).value for ids in (
        ("example2031", "PEC1"), ("example2031", "acme-tools"), ("muster2032", "F1"), ("muster2032", "acme-silo"),
        ("muster2032", "example-tools"))}  # fmt: skip


def test_a_relation_leads_to_a_finding_of_another_file(toy_assembly: Assembly) -> None:
    graph = graph_of(toy_assembly, "annotation", "example2031")
    (relation,) = [t.subject for t in graph.triples if t.predicate == CS.toFinding]
    assert isinstance(relation, NamedNode)
    assert values(graph, relation, CS.toFinding) == {mint("finding", "muster2032", "F1").value}
    assert values(graph, relation, CS.relationType) == {CS.corroborates.value}
    assert values(graph, relation, CS.hasEvidence)


def test_a_note_can_be_about_a_finding_the_study_and_a_concept(toy_assembly: Assembly) -> None:
    graph = graph_of(toy_assembly, "annotation", "example2031")
    assert values(graph, mint("note", "example2031", "N1"), OA.hasTarget) == {
        mint("finding", "example2031", "PEC1").value, mint("study", "example2031").value,
        mint("practice", "continuous-testing").value}  # fmt: skip


def test_everything_with_a_type_has_a_place(toy_assembly: Assembly) -> None:
    for graph in own(toy_assembly):
        for triple in graph.triples:
            if triple.predicate == RDF.type:
                assert (triple.subject.value, "") in graph.places, triple.subject


def test_places_are_lines_of_the_file(toy_assembly: Assembly) -> None:
    graph, text = graph_of(toy_assembly, "annotation", "example2031"), TOY["bib/annotations/example2031.yaml"]
    line, column = place_of(text, "id: PEC2")
    assert str(graph.places[mint("finding", "example2031", "PEC2").value, ""]) == (
        f"bib/annotations/example2031.yaml:{line}:{column}"
    )


@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")  # within rdflib
def test_the_written_graphs_load_in_two_libraries_with_the_same_counts(toy: Path) -> None:
    folder = toy / "build"
    quads = len(list(parse(path=str(folder / "graph.nq"), format=RdfFormat.N_QUADS)))
    triples = len(set(parse(path=str(folder / "graph.ttl"), format=RdfFormat.TURTLE)))
    assert quads == (folder / "graph.nq").read_bytes().count(b"\n")
    assert sum(1 for _ in Dataset().parse(folder / "graph.nq", format="nquads").quads()) == quads
    assert len(Graph().parse(folder / "graph.ttl", format="turtle")) == triples


TWICE = """      - type: contradicts
        finding: example2031/F3
        evidence:
          - {quote: "again unlike them", section: "5"}
"""


def test_a_theme_and_a_finding_may_have_the_same_id(tmp_path: Path) -> None:
    # Ids are given once within a kind; the quotations of the two must not become one.
    folder = write_toy(tmp_path)
    text = EXAMPLE_YAML.replace("id: T1", "id: F3").replace("theme: T1", "theme: F3")
    (folder / "bib" / "annotations" / "example2031.yaml").write_text(text, encoding="utf-8")
    assert [str(problem) for problem in assemble(folder).errors] == []


def test_a_relation_given_twice_is_reported(tmp_path: Path) -> None:
    folder = write_toy(tmp_path)
    text = MUSTER_YAML.replace("    relations:\n", f"    relations:\n{TWICE}")
    (folder / "bib" / "annotations" / "muster2032.yaml").write_text(text, encoding="utf-8")
    assert [problem.rule for problem in assemble(folder).errors] in ([], ["annotation/duplicate-id"])


# --- statements as text ---


def test_every_character_is_written_as_pyoxigraph_writes_it() -> None:
    every = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    assert [char for char in every if literal(char) != str(Literal(char))] == []
