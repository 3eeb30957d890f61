"""Two entries that a person decided to be one work are one in the graph, which says who decided and why."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from kg.api import KnowledgeGraph
from kg.building.pipeline import assemble, build
from kg.building.review_files import changed_since_build
from kg.building.scaffold import new_annotation
from kg.core.iris import BASE, CS, DCTERMS, mint
from kg.core.problems import Problem, UsageError
from kg.render.text.card import card
from tests.conftest import KgCli
from tests.toy import EXAMPLE_YAML, MUSTER_YAML, place_of, write_toy

SECOND_BIB = """@article{ex31,
  author = {Example, A. and Ortel, J.},
  title = {A Toy Study of {CI} Builds: 100\\% Made Up},
  year = {2031},
  doi = {10.5555/TOY.1}
}

@misc{muster31,
  author = {Muster, Z.},
  title = {Toy tests, revisited},
  year = {2031},
  eprint = {3101.01234}
}
"""
SAME = """decisions:
  - keep: example2031
    same: [ex31]
    decided_by: Toy Annotator
    date: 2032-05-06
    because: One DOI.
  - different: [muster2032, muster31]
    decided_by: Second Reader
    because: The talk came first.
"""
FILE = "bib/same-as.yaml"
# What the second annotator says of the first publication, under the key of the other file.
SECOND_YAML = EXAMPLE_YAML.replace("publication: example2031", "publication: ex31").replace(
    "Toy Annotator", "Second Reader"
)


def review(folder: Path, same: str = SAME) -> Path:
    """The toy review with a second bibliography, whose keys an annotation of each work uses."""
    write_toy(folder)
    texts = {
        "bib/second.bib": SECOND_BIB,
        FILE: same,
        "bib/annotations/ex31.yaml": SECOND_YAML,
        "bib/annotations/muster2032.yaml": MUSTER_YAML.replace(
            "attributed_to: example2031", "attributed_to: ex31"
        ).replace("work: example2031", "work: ex31"),
    }
    for name, text in texts.items():
        if text:
            (folder / name).write_text(text, encoding="utf-8")
    return folder


def built(folder: Path) -> KnowledgeGraph:
    errors = build(folder).errors
    assert not errors, "\n".join(map(str, errors))
    return KnowledgeGraph.open(folder)


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    return built(review(tmp_path_factory.mktemp("merged")))


@pytest.fixture(scope="module")
def apart(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    return built(review(tmp_path_factory.mktemp("apart"), same=""))


def keys(graph: KnowledgeGraph, query: str, column: str = "key", **values: str) -> list[str]:
    return [str(row[column]) for row in graph.query(query, **values)]


def counts(graph: KnowledgeGraph) -> dict[str, int]:
    return {str(row["what"]): int(str(row["count"])) for row in graph.query("contents")}


def test_merging_two_entries_removes_one_publication_and_one_study(
    merged: KnowledgeGraph, apart: KnowledgeGraph
) -> None:
    fewer = {what: counts(apart)[what] - number for what, number in counts(merged).items()}
    assert {what: number for what, number in fewer.items() if number} == {
        "publications": 1,
        "annotated publications": 1,
        "studies": 1,
        # The annotation of the other entry is a second reading of the same work: it reports the same findings again.
        "first-hand findings": 3,
        "of these key findings (PECs)": 2,
        "second-hand findings": 1,
    }
    assert set(keys(apart, "publications")) - set(keys(merged, "publications")) == {"ex31"}


def test_the_evidence_map_counts_the_study_once(merged: KnowledgeGraph, apart: KnowledgeGraph) -> None:
    def studies(graph: KnowledgeGraph) -> set[str]:
        return set(keys(graph, "map-findings", "study"))

    assert studies(apart) - studies(merged) == {"study/ex31"}
    assert studies(merged) < studies(apart)
    found, before = merged.evidence_map(), apart.evidence_map()
    studied = {place: cell.studies for place, cell in before.cells.items()}
    assert {place: cell.studies for place, cell in found.cells.items()} == {
        place: studies - {mint("study", "ex31").value} for place, studies in studied.items()
    }
    assert sum(len(studies) for studies in studied.values()) > sum(len(cell.studies) for cell in found.cells.values())


def test_every_edge_leads_to_the_entry_merged_into(merged: KnowledgeGraph) -> None:
    pointing = merged.sparql("SELECT ?p WHERE { VALUES ?x { publication:ex31 study:ex31 } ?s ?p ?x }")
    assert {row["p"] for row in pointing} == {CS.merges.value.removeprefix(BASE)}
    said = merged.sparql("SELECT DISTINCT ?p WHERE { VALUES ?x { publication:ex31 study:ex31 } ?x ?p ?o }")
    assert {str(row["p"]).rpartition("/")[2].rpartition("#")[2] for row in said} == {
        "type",
        "label",
        "identifier",
        "title",
        "doi",
        "bibtexEntry",
        "isReplacedBy",
    }
    assert keys(merged, "why-cited", "by", work="example2031") == ["muster2032"]
    assert "example-tools" in keys(merged, "related-work", "finding", practice="continuous-testing")


def test_two_readings_under_two_keys_are_two_readings_of_one_publication(merged: KnowledgeGraph) -> None:
    rows = merged.sparql("SELECT ?file WHERE { ?file cs:annotates publication:example2031 } ORDER BY ?file")
    assert [row["file"] for row in rows] == ["annotation/ex31", "annotation/example2031"]
    ids = merged.sparql("SELECT ?id WHERE { study:example2031 dcterms:identifier ?id }")
    assert [row["id"] for row in ids] == ["example2031"]


def test_nobody_is_counted_twice(merged: KnowledgeGraph) -> None:
    rows = merged.sparql("SELECT ?who WHERE { publication:example2031 dcterms:creator ?who }")
    assert len(rows) == 2
    assert merged.sparql("ASK { ?who rdfs:label 'A. Example' }").boolean is False


def test_the_graph_says_who_merged_what_and_why_in_a_graph_of_its_own(merged: KnowledgeGraph) -> None:
    (row,) = merged.query("merged-entries")
    assert {**row} == {
        "kept": "example2031",
        "merged": "ex31",
        "title": "A Toy Study of CI Builds: 100% Made Up",
        "decided_by": "Toy Annotator",
        "date": "2032-05-06",
        "because": "One DOI.",
    }
    (graph,) = [g for g in assemble(merged.root).graphs if g.iri == mint("decisions", "same-as")]
    said = {(t.subject, t.predicate, t.object) for t in graph.triples}
    assert (mint("publication", "ex31"), DCTERMS.isReplacedBy, mint("publication", "example2031")) in said
    assert {o.value for s, p, o in said if p == CS.sourceFile} == {FILE}


def test_the_graph_records_who_decided_that_works_are_different_and_why(merged: KnowledgeGraph) -> None:
    rows = merged.sparql("""SELECT ?work ?who ?why WHERE {
      ?decision a cs:DistinctDecision ; cs:tellsApart ?work ; prov:wasAssociatedWith/rdfs:label ?who ; cs:statement ?why
    } ORDER BY ?work""")
    assert [tuple(row.values()) for row in rows] == [
        (f"publication/{key}", "Second Reader", "The talk came first.") for key in ("muster2032", "muster31")
    ]


def test_without_the_decision_the_bytes_are_the_old_ones(tmp_path: Path, apart: KnowledgeGraph) -> None:
    built(review(tmp_path))
    (tmp_path / FILE).unlink()
    built(tmp_path)
    for name in ("graph.nq", "graph.ttl"):
        assert (tmp_path / "build" / name).read_bytes() == (apart.root / "build" / name).read_bytes()


def test_the_file_is_a_source_like_others(tmp_path: Path) -> None:
    graph = built(review(tmp_path))
    assert changed_since_build(graph.store, graph.root) == []
    (tmp_path / FILE).write_text(SAME + "# looked at again\n", encoding="utf-8")
    assert changed_since_build(graph.store, graph.root) == [FILE]
    (account,) = [a for a in assemble(tmp_path).accounts if a.file == FILE]
    assert (account.kind, account.entries, account.accepted, account.unit) == ("same-as", 2, 2, "decision")


# --- what a person asks by the merged key ---


@pytest.mark.parametrize("name", ["ex31", "publication/ex31", "publication:ex31", "Example and Ortel (2031)"])
def test_the_name_of_a_merged_entry_finds_the_entry_merged_into(merged: KnowledgeGraph, name: str) -> None:
    kept = mint("publication", "example2031")
    assert merged.lookup.find(name) == merged.lookup.find(name, "work") == kept
    assert merged.network(about=name).focus == kept.value
    assert card(merged, name) == card(merged, "example2031")


def test_bibtex_has_the_entry_merged_into_and_its_merged_parent(tmp_path: Path) -> None:
    folder = review(tmp_path, SAME.replace("[ex31]", "[ex31, volume]"))
    (folder / "bib" / "third.bib").write_text(
        "@inproceedings{part, author={Part, P.}, title={A part}, crossref={volume}}\n"
        "@proceedings{volume, title={The volume}, booktitle={The volume}, year={2031}}\n",
        encoding="utf-8",
    )
    graph = built(folder)
    assert list(graph.entries(graph.query("publications").keys())) == [
        "acme2030",
        "example2031",
        "muster2032",
        "muster31",
        "part",
        "volume",
    ]


def test_the_commands_say_which_work_is_meant(merged: KnowledgeGraph, kg_cli: KgCli, tmp_path: Path) -> None:
    told = "ex31 is merged into example2031: bib/same-as.yaml says why"
    for command in (
        ["show", "ex31"],
        ["query", "why-cited", "--work", "ex31"],
        ["graph", "--about", "ex31", "-o", str(tmp_path / "x.json")],
    ):
        ran = kg_cli(merged.root, *command)
        assert (ran.returncode, told in ran.stderr) == (0, True), command
    assert "merged" not in kg_cli(merged.root, "show", "example2031").stderr


def test_a_new_annotation_needs_the_key_merged_into(merged: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match=r"merged into `example2031`.*kg new example2031"):
        new_annotation(merged.root, "ex31", "Toy Annotator")


# --- what is wrong ---


def test_a_work_that_cites_what_it_is_merged_with_is_doubted(tmp_path: Path) -> None:
    review(tmp_path, SAME.replace("[ex31]", "[ex31, acme2030]"))
    found = [p for p in assemble(tmp_path).problems if p.rule == "check/cites-itself"]
    assert [(p.severity, p.message) for p in found] == [("warning", "example2031 cites itself")] * len(found)
    assert found


@pytest.mark.parametrize("fault", ["decided_by: Toy Annotator\n", "[ex31]"])
def test_a_fault_keeps_the_graph_from_being_built(tmp_path: Path, fault: str) -> None:
    assert build(review(tmp_path, SAME.replace(fault, "\n", 1))).errors
    assert not (tmp_path / "build" / "graph.nq").exists()


def test_keys_from_hostile_files_stay_in_their_place(tmp_path: Path) -> None:
    folder = review(tmp_path, SAME.replace("[ex31]", '["../../x"]'))
    (folder / "bib" / "evil.bib").write_text("@misc{../../x, title={T}, year={2031}}\n", encoding="utf-8")
    assembly = assemble(folder)
    assert not assembly.errors
    named = {t.subject for g in assembly.graphs for t in g.triples if t.predicate == DCTERMS.isReplacedBy}
    assert named == {NamedNode(f"{BASE}publication/..%2F..%2Fx")}


# --- what is not decided yet ---


def notes(folder: Path, rule: str) -> list[Problem]:
    return [problem for problem in assemble(folder).problems if problem.rule == rule]


def test_one_doi_under_two_keys_is_reported_until_it_is_decided(tmp_path: Path) -> None:
    folder = review(tmp_path, same="")
    (note,) = notes(folder, "bibliography/duplicate")
    line, _ = place_of(SECOND_BIB, "@article{ex31")
    assert (str(note.where), note.severity) == (f"bib/second.bib:{line}:1", "info")
    assert "`example2031` (bib/journal.bib:4:1)" in note.message
    (alike,) = notes(folder, "bibliography/alike")
    assert (alike.severity, alike.message) == ("info", "two entries look alike")
    (folder / FILE).write_text(SAME, encoding="utf-8")
    assert notes(folder, "bibliography/duplicate") == notes(folder, "bibliography/alike") == []


def test_proposals_become_decisions_as_soon_as_somebody_decides(tmp_path: Path, kg_cli: KgCli) -> None:
    folder = review(tmp_path, same="")
    shown = kg_cli(folder, "duplicates", "--format", "csv")
    assert [line.split(",")[:4] for line in shown.stdout.splitlines()[1:]] == [
        ["exact", "100", "example2031", "ex31"],
        ["likely", "99", "muster2032", "muster31"],
    ]
    assert shown.stderr == "2 proposals: 1 exact, 1 likely\n"
    assert kg_cli(folder, "duplicates", "--format", "yaml", "--output", FILE).returncode == 0
    assert "`decided_by`" in kg_cli(folder, "check", "--severity", "error").stdout
    text = (folder / FILE).read_text(encoding="utf-8").replace("decided_by:", "decided_by: Toy Annotator")
    (folder / FILE).write_text(text, encoding="utf-8")
    assert set(keys(built(folder), "publications")) == {"acme2030", "example2031", "muster2032"}
    assert kg_cli(folder, "duplicates").stderr == "0 proposals: 0 exact, 0 likely\n"
    every = kg_cli(folder, "duplicates", "--all", "--format", "csv").stdout
    assert [line.rpartition(",")[2] for line in every.splitlines()] == ["decision", "same", "same"]


def test_proposals_are_made_of_what_can_be_read(tmp_path: Path, kg_cli: KgCli) -> None:
    folder = review(tmp_path, same="decisions: [")
    ran = kg_cli(folder, "duplicates")
    assert (ran.returncode, "yaml/syntax" in ran.stderr, "example2031" in ran.stdout) == (1, True, True)
