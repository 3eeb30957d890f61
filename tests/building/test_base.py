"""A review with a base and a title of its own: which IRIs change, and what finds its things."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.api import KnowledgeGraph
from kg.building.new_concept import NewConcept, add_concept
from kg.building.pipeline import assemble, build
from kg.core.iris import BASE, mint
from kg.render.pages.site import review_site
from tests.conftest import KgCli
from tests.toy import write_toy

OURS = "https://toys.example/review/"


@pytest.fixture(scope="module")
def based(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """The toy review with a base, a title and a concept of its own that a finding concerns."""
    root = write_toy(tmp_path_factory.mktemp("based"))
    (root / "kg.toml").write_text(f'base = "{OURS}"\ntitle = "Toys & tests"\n', encoding="utf-8")
    add_concept(root, NewConcept("practice", "toy-drills", definition="Drills.", broader="CT"))
    path = root / "bib" / "annotations" / "example2031.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("practices: [continuous-testing]", "practices: [continuous-testing, toy-drills]"), encoding="utf-8"
    )
    assert build(root).errors == []
    return KnowledgeGraph.open(root)


def test_things_of_the_review_are_below_its_base(based: KnowledgeGraph) -> None:
    subjects = {str(row["s"]) for row in based.sparql("SELECT DISTINCT ?s { ?s ?p ?o }").with_iris()}
    ours, shared = {iri for iri in subjects if iri.startswith(OURS)}, {iri for iri in subjects if iri.startswith(BASE)}
    assert {f"{OURS}publication/example2031", f"{OURS}practice/toy-drills", f"{OURS}finding/example2031/PEC1"} <= ours
    assert {iri.removeprefix(BASE).split("/")[0].split("#")[0] for iri in shared} <= {
        "practice", "challenge", "area", "approach", "method", "context", "outcome", "tool", "scheme", "group",
        "external", "ontology",
    }  # fmt: skip
    graphs = {str(row["g"]) for row in based.sparql("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").with_iris()}
    assert all(graph.startswith(OURS) for graph in graphs)


def test_nothing_stays_when_the_build_has_ended(based: KnowledgeGraph) -> None:
    assert based.store.base == OURS
    assert mint("publication", "example2031").value == f"{BASE}publication/example2031"


def test_an_own_concept_is_found_through_a_shared_one(based: KnowledgeGraph) -> None:
    assert "toy-drills" in {
        slug for finding in based.findings(practice="continuous-testing") for slug in finding.practices
    }
    assert based.finding("example2031/PEC1").iri == f"{OURS}finding/example2031/PEC1"
    for name in ("toy-drills", "practice/toy-drills", f"{OURS}practice/toy-drills"):
        assert based.lookup.find(name).value == f"{OURS}practice/toy-drills"


def test_prefixes_of_queries_follow_the_base(based: KnowledgeGraph) -> None:
    assert based.sparql("ASK { publication:example2031 a cs:Publication }").boolean
    assert based.sparql("ASK { practice:continuous-testing a cs:Practice }").boolean


def test_read_models_have_whole_iris(based: KnowledgeGraph) -> None:
    assert all(node.iri.startswith((OURS, BASE)) for node in based.network().nodes)
    made = based.evidence_map()
    assert {f"{OURS}practice/toy-drills", f"{BASE}practice/continuous-testing"} <= {row.iri for row in made.rows}
    assert {finding.iri.startswith(OURS) for cell in made.cells.values() for finding in cell.findings} == {True}
    assert {concept.iri for concept in based.practices} >= {f"{OURS}practice/toy-drills"}


def test_the_title_is_on_graph_map_and_site(based: KnowledgeGraph, kg_cli: KgCli) -> None:
    assert based.title == "Toys & tests"
    assert based.network().title == "Toys & tests"
    assert based.evidence_map().title == "Toys & tests: practice by challenge category"
    run = kg_cli(based.root, "site", "-o", str(based.root / "site"))
    assert run.returncode == 0
    assert "<title>Toys &amp; tests" in (based.root / "site" / "index.html").read_text(encoding="utf-8")


def test_the_site_has_a_page_for_each_thing_of_both_bases(based: KnowledgeGraph) -> None:
    files = review_site(based, based.root, based.title)
    assert {"practice/toy-drills.html", "practice/continuous-testing.html", "finding/example2031/PEC1.html"} <= set(
        files
    )
    assert OURS.encode() in files["iri.html"]


def test_names_in_curation_queries_are_short(based: KnowledgeGraph) -> None:
    about = {name for row in based.query("notes") for name in str(row["about"]).split(", ")}
    assert about
    assert all(name and ":" not in name for name in about)


def test_a_change_of_the_settings_asks_for_a_build(tmp_path: Path, kg_cli: KgCli) -> None:
    root = write_toy(tmp_path)
    build(root)
    (root / "kg.toml").write_text('title = "New"\n', encoding="utf-8")
    assert "kg.toml changed since the last build" in kg_cli(root, "query", "contents").stderr
    build(root)
    assert "changed" not in kg_cli(root, "query", "contents").stderr


def test_two_concepts_with_one_slug_are_an_error(tmp_path: Path) -> None:
    root = write_toy(tmp_path)
    (root / "ontology").mkdir()
    (root / "ontology" / "ours.ttl").write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        f"<{OURS}practice/continuous-testing> a <{BASE}ontology#Practice>, skos:Concept ;\n"
        f'  skos:prefLabel "ours"@en ; skos:definition "x"@en ; skos:inScheme <{BASE}scheme/practices> ;\n'
        f"  <{BASE}ontology#inArea> <{BASE}area/development> .\n",
        encoding="utf-8",
    )
    (problem,) = [problem for problem in assemble(root).errors if problem.rule == "vocabulary/same-slug"]
    assert str(problem.where) == "ontology/ours.ttl:2:1"


def test_an_invalid_setting_stops_the_build_with_its_place(tmp_path: Path, kg_cli: KgCli) -> None:
    root = write_toy(tmp_path)
    (root / "kg.toml").write_text('title = "x"\nbase = "toys.example"\n', encoding="utf-8")
    run = kg_cli(root, "check")
    assert run.returncode == 1
    assert "kg.toml:2:1: error: the base is not an IRI [config/base]" in run.stderr
