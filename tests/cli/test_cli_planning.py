"""`kg todo` and `kg status`: what to read next, and a review in one screen."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from kg.answers.todo import unread
from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from tests.conftest import KgCli
from tests.toy import EXAMPLE_YAML, MUSTER_YAML, write_toy

NEVER = "@misc{never2030, title = {Nobody Mentions This}, year = {2030}}\n"
ONCE = "@misc{once2029, title = {Cited Once}, year = {2029}}\n"
CODING = "  - {work: once2029, row: 4, codes: [wood]}\n\nnotes:\n"


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy review with a work that is cited once and coded, and one that nothing mentions."""
    folder = write_toy(tmp_path_factory.mktemp("planned"))
    (folder / "bib" / "more.bib").write_text(NEVER + ONCE)
    (folder / "bib" / "annotations" / "muster2032.yaml").write_text(
        f"{MUSTER_YAML}  - {{work: once2029, reason: citesAsRelated, sections: ['2']}}\n"
    )
    codings = folder / "bib" / "codings" / "toys.yaml"
    codings.write_text(
        codings.read_text().replace("\nnotes:\n", CODING).replace("rows: 4, in_scope: 3", "rows: 5, in_scope: 4")
    )
    assert not build(folder).errors
    return folder


def test_works_are_ranked_by_how_many_annotated_publications_mention_them(review: Path) -> None:
    acme, once = unread(KnowledgeGraph.open(review))
    # acme2030 is cited by one publication and reported by both; the cell of silos rests on a report of it alone.
    assert (acme.key, acme.cited_by, acme.reviews, acme.cells, acme.findings) == ("acme2030", 2, 0, 1, 2)
    assert (once.key, once.cited_by, once.reviews, once.cells, once.findings) == ("once2029", 1, 1, 0, 0)


def test_a_cell_with_first_hand_evidence_does_not_count(review: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(review, tmp_path / "copy")
    silos = "    links:\n      - {challenge: silo-working, practice: continuous-planning, polarity: mitigates}\n"
    more = silos.replace("planning, polarity: mitigates", "testing")
    text = EXAMPLE_YAML.replace(silos, more).replace(
        "practices: [continuous-planning]\n    challenges: [silo",
        "practices: [continuous-planning, continuous-testing]\n    challenges: [silo",
    )
    (folder / "bib" / "annotations" / "example2031.yaml").write_text(text, "utf-8")
    assert not build(folder).errors
    assert unread(KnowledgeGraph.open(folder))[0].cells == 0


def test_the_list_is_also_a_bibliography(review: Path, kg_cli: KgCli) -> None:
    done = kg_cli(review, "todo", "--top", "1", "-f", "bibtex")
    assert "@techreport{acme2030," in done.stdout
    assert "once2029" not in done.stdout
    assert kg_cli(review, "todo", "--rows", "practice", "--columns", "practice").returncode == 2


def test_the_status_fits_on_a_screen_and_says_what_changed(review: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    said = kg_cli(review, "status").stdout
    assert len(said.splitlines()) < 40
    assert "Graph: as new as its sources" in said
    assert "acme2030: Acme Toys and Sons (2030), cited by 2, in 0 reviews" in said
    folder = shutil.copytree(review, tmp_path / "copy", symlinks=True)
    (folder / "bib" / "more.bib").write_text(NEVER)
    assert "1 source changed since, such as bib/more.bib" in kg_cli(folder, "status").stdout
    found = json.loads(kg_cli(folder, "status", "-f", "json").stdout)
    assert found["numbers"]["annotated publications"] == 2
    assert found["cells"]["evidence"] > 0
    (folder / "build" / "report.json").write_text("[" * 100_000)
    assert "report.json cannot be read" in kg_cli(folder, "status").stderr


def test_a_stamp_names_the_release_that_has_the_graph(review: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    folder = shutil.copytree(review, tmp_path / "copy", symlinks=True)
    (folder / "LICENSE-DATA").write_text("https://creativecommons.org/licenses/by/4.0/\n")
    assert " of release " not in kg_cli(folder, "query", "reviews", "--stamp").stdout
    assert kg_cli(folder, "release", "2.1").returncode == 0
    assert " of release 2.1; reviews" in kg_cli(folder, "query", "reviews", "--stamp").stdout
    crate = folder / "build" / "release-2.1" / "ro-crate-metadata.json"
    crate.write_text(crate.read_text().replace('"version": "2.1"', '"version": "2.1\\n@x"'))
    assert " of release " not in kg_cli(folder, "query", "reviews", "--stamp").stdout
