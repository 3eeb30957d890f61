"""Imported codings in the graph: the review's statements, apart from every finding."""

from __future__ import annotations

from kg.api import KnowledgeGraph


def test_coded_works_come_with_the_code_and_the_row(toy_graph: KnowledgeGraph) -> None:
    rows = [dict(row) for row in toy_graph.query("coded-works", concept="continuous testing")]
    assert rows == [
        {
            "key": "example2031",
            "year": 2031,
            "title": "A toy study of CI builds, 100% made up",
            "coded_by": "acme2030",
            "code": "Tests",
            "match": "broad",
            "row": 2,
            "annotated": "yes",
        }
    ]
    assert len(toy_graph.query("coded-works", concept="continuous testing", review="muster2032")) == 0


def test_works_that_were_only_coded_stand_in_no_picture_and_no_map(review_graph: KnowledgeGraph) -> None:
    coded = {str(row["key"]) for row in review_graph.query("coded-works", concept="continuous experimentation")}
    assert len(coded) > 300
    assert not coded & {node.key for node in review_graph.network().nodes}
    assert not coded & {str(row["key"]) for row in review_graph.query("map-findings")}


def test_notes_of_rows_are_about_the_work_or_the_review(toy_graph: KnowledgeGraph) -> None:
    rows = toy_graph.sparql("""SELECT ?row ?key WHERE {
        ?note a cs:CurationNote ; cs:row ?row ; oa:hasTarget/dcterms:identifier ?key } ORDER BY ?row""")
    assert [(row["row"], row["key"]) for row in rows] == [(3, "muster2032"), (5, "acme2030")]


def test_the_sheet_the_rule_and_who_mapped_it_are_kept(toy_graph: KnowledgeGraph) -> None:
    (row,) = toy_graph.sparql("""SELECT ?rule ?sheet ?who ?review WHERE {
        ?file a cs:CodingFile ; cs:inclusionRule ?rule ; cs:sheet ?sheet ; prov:wasAttributedTo/rdfs:label ?who ;
              prov:wasDerivedFrom/dcterms:identifier ?review }""")
    assert dict(row) == {"rule": "All toys.", "sheet": "toys.csv", "who": "Toy Annotator", "review": "acme2030"}


def test_labels_of_codes_have_the_language_that_the_file_names(review_graph: KnowledgeGraph) -> None:
    (row,) = review_graph.sparql("""SELECT ?language (COUNT(*) AS ?n) WHERE {
        ?code a cs:ReviewCode ; skos:prefLabel ?label } GROUP BY (LANG(?label) AS ?language)""")
    assert row["language"] == "en"


def test_without_a_language_labels_have_no_tag(toy_graph: KnowledgeGraph) -> None:
    assert toy_graph.sparql('ASK { ?c a cs:ReviewCode ; skos:prefLabel ?l FILTER(LANG(?l) != "") }').boolean is False
