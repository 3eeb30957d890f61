"""An annotation that a later one replaces is known by who read what and when, and says nothing any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.api import KnowledgeGraph
from kg.building.pipeline import assemble
from tests.toy import place_of
from tests.toy_library import LIBRARY, write_library

NEW, OLD = "bib/annotations/three2030.yaml", "bib/annotations/three2030.draft.yaml"
_ANNOTATION = "https://w3id.org/continuous-star/annotation/"
_TRIPLES = "SELECT ?s ?p ?o WHERE { GRAPH <https://w3id.org/continuous-star/annotation/three2030.draft> { ?s ?p ?o } }"
_PROVENANCE = """SELECT ?file ?of ?by ?on ?new WHERE {
  ?old a cs:SupersededAnnotation ; cs:sourceFile ?file ; cs:contentHash ?hash ; dcterms:created ?on ;
    cs:annotates/dcterms:identifier ?of ; prov:wasAttributedTo/rdfs:label ?by .
  ?new_ prov:wasRevisionOf ?old ; cs:sourceFile ?new .
  FILTER NOT EXISTS { ?old a cs:AnnotationFile }
}"""


def test_who_read_what_and_when_stays(library_graph: KnowledgeGraph) -> None:
    rows = [tuple(row.values()) for row in library_graph.sparql(_PROVENANCE)]
    assert rows == [(OLD, "three2030", "Hasty Reader", "2031-12-31", NEW)]


def test_none_of_its_statements_stays(library_graph: KnowledgeGraph) -> None:
    assert {row["s"] for row in library_graph.sparql(_TRIPLES)} == {"annotation/three2030.draft", "agent/hasty-reader"}


FAULTS = {
    "no such file": (NEW, "three2030.draft", "three2030.drafts", "annotation/unknown-annotation", NEW,
                     "did you mean three2030.draft?"),
    "a path": (NEW, "three2030.draft", "../../works", "annotation/unknown-annotation", NEW, "without .yaml"),
    "of another publication": (NEW, "three2030.draft", "two2029", "annotation/supersedes-other", NEW,
                               "of the same publication, here `three2030`"),
    "itself": (NEW, "three2030.draft", "three2030", "annotation/supersedes-circle", NEW, "only the later"),
    "a circle": (OLD, "created: 2031-12-31", "created: 2031-12-31\nsupersedes: three2030",
                 "annotation/supersedes-circle", OLD, "only the later"),
}  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "rule", "told_in", "hint"), FAULTS.values(), ids=FAULTS)
def test_what_it_replaces_is_checked(
    tmp_path: Path, file: str, old: str, new: str, rule: str, told_in: str, hint: str
) -> None:
    review = write_library(tmp_path)
    text = LIBRARY[file].replace(old, new, 1)
    (review / file).write_text(text, encoding="utf-8")
    (problem,) = [p for p in assemble(review).errors if p.rule == rule and p.where.file == told_in]
    line, column = place_of(text, "supersedes: ")
    assert (problem.where.line, problem.where.column) == (line, column + len("supersedes: "))
    assert hint in problem.hint


def test_an_annotation_replaces_several(tmp_path: Path) -> None:
    review = write_library(tmp_path)
    for path in (review / "bib/annotations").glob("*.yaml"):
        path.write_text(path.read_text("utf-8").replace("finding: one2028/", "finding: one2028.joint/"), "utf-8")
    joint = LIBRARY["bib/annotations/one2028.yaml"].replace(
        "created:", "supersedes: [one2028, one2028.second]\ncreated:", 1
    )
    (review / "bib/annotations/one2028.joint.yaml").write_text(joint, encoding="utf-8")
    assembly = assemble(review)
    assert not assembly.errors
    text = b"".join(graph.text for graph in assembly.graphs).decode()
    for stem in ("one2028", "one2028.second"):
        assert f"annotation/one2028.joint> <http://www.w3.org/ns/prov#wasRevisionOf> <{_ANNOTATION}{stem}>" in text


def test_its_ids_are_referred_to_no_more(tmp_path: Path) -> None:
    review = write_library(tmp_path)
    path = review / "bib/annotations/two2029.yaml"
    path.write_text(path.read_text("utf-8").replace("one2028/F1", "three2030.draft/F1"), encoding="utf-8")
    (problem,) = assemble(review).errors
    assert (problem.rule, problem.where.file) == ("annotation/unknown-finding", "bib/annotations/two2029.yaml")


def test_what_it_names_need_not_be_there_any_more(tmp_path: Path) -> None:
    review = write_library(tmp_path)
    (review / OLD).write_text(LIBRARY[OLD].replace("customer-sets-budget", "gone"), encoding="utf-8")
    record = LIBRARY["bib/quotations/one2028.yaml"].replace("one2028", "three2030")
    (review / "bib/quotations/three2030.draft.yaml").write_text(record, encoding="utf-8")
    assert [str(p) for p in assemble(review).problems if p.severity != "info"] == []
