"""The installed command: data on stdout, messages on stderr, exit 0, 1 or 2, and never half a file or a traceback."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import stat
from pathlib import Path

import pytest

from kg.core.output import write_whole
from kg.core.problems import UsageError
from tests.conftest import KgCli


@pytest.fixture
def copy(toy: Path, tmp_path: Path) -> Path:
    """The built toy review, to change."""
    return Path(shutil.copytree(toy, tmp_path / "toy"))


# --- from nothing to answers ---


def test_a_fresh_review_is_made_built_asked_drawn_and_mapped(tmp_path: Path, kg_cli: KgCli) -> None:
    made = kg_cli(tmp_path, "init", "mine")
    assert (made.returncode, made.stdout) == (0, "")
    folder = tmp_path / "mine"
    built = kg_cli(folder, "build")
    assert (built.returncode, built.stdout) == (0, "")
    assert "triples in" in built.stderr
    asked = kg_cli(folder, "query", "pec-overview", "--format", "csv")
    assert [row["pec"] for row in csv.DictReader(io.StringIO(asked.stdout))] == [f"PEC{n}" for n in range(1, 8)]
    assert asked.stderr == ""
    for command, page in ((["graph", "--about", "PEC4"], "graph.html"), (["map"], "map.html")):
        drawn = kg_cli(folder, *command)
        assert (drawn.returncode, drawn.stdout) == (0, "")
        assert page in drawn.stderr
        assert (folder / "build" / page).read_text(encoding="utf-8").casefold().startswith("<!doctype html>")


def test_an_empty_review_is_built_too(tmp_path: Path, kg_cli: KgCli) -> None:
    made = kg_cli(tmp_path, "init", "mine", "--empty")
    assert made.returncode == 0
    assert f"put your bibliographies into {Path('mine', 'bib')}, then kg --root mine build" in made.stderr
    built = kg_cli(tmp_path, "--root", "mine", "build")
    assert (built.returncode, "warning" in built.stderr) == (0, False)
    asked = kg_cli(tmp_path, "--root", "mine", "query", "publications", "-f", "csv")
    assert (asked.returncode, asked.stdout.count("\n")) == (0, 1)


def test_a_fresh_review_has_no_notes_on_the_ontology_that_comes_with_kg(tmp_path: Path, kg_cli: KgCli) -> None:
    kg_cli(tmp_path, "init", "mine")
    folder = tmp_path / "mine"
    ran = kg_cli(folder, "check", "--all")
    assert (ran.returncode, "ontology/" in ran.stdout) == (0, False)
    own = """@prefix cs: <https://w3id.org/continuous-star/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://w3id.org/continuous-star/practice/pipelines> a cs:Practice, skos:Concept ; skos:prefLabel "ci/cd"@en .
"""
    (folder / "ontology" / "own.ttl").write_text(own, encoding="utf-8")
    notes = [line for line in kg_cli(folder, "check", "--all").stdout.splitlines() if "label-of-two" in line]
    assert notes == ["ontology/own.ttl:3:1: info: two concepts are called CI/CD [check/label-of-two]"]


def test_a_review_without_annotations_says_why_there_is_nothing_to_see(tmp_path: Path, kg_cli: KgCli) -> None:
    kg_cli(tmp_path, "init", "mine", "--empty")
    (tmp_path / "mine" / "bib" / "references.bib").write_text("@misc{a, title={A toy}}\n", encoding="utf-8")
    assert kg_cli(tmp_path, "--root", "mine", "build").returncode == 0
    drawn = kg_cli(tmp_path, "--root", "mine", "graph")
    assert "No annotations yet: the graph shows only the vocabulary." in drawn.stderr
    page = (tmp_path / "mine" / "build" / "graph.html").read_text(encoding="utf-8")
    assert '<p class="hint" role="note">No annotations yet: the graph shows only the vocabulary.</p>' in page
    assert "No annotations yet" in kg_cli(tmp_path, "--root", "mine", "gaps").stderr
    caption = kg_cli(tmp_path, "--root", "mine", "figure", "code-occurrences", "--caption").stdout
    assert "Nothing to show: " in caption
    assert "No annotations yet." in caption


def test_a_review_with_annotations_has_no_such_note(toy: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    assert "No annotations yet" not in kg_cli(toy, "gaps").stderr
    drawn = kg_cli(toy, "graph", "-o", str(tmp_path / "a.html"))
    assert "No annotations yet" not in drawn.stderr + (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "Nothing to show" not in kg_cli(toy, "figure", "code-occurrences", "--caption").stdout


def test_a_review_is_never_made_over_something(tmp_path: Path, kg_cli: KgCli) -> None:
    assert kg_cli(tmp_path, "init", "mine").returncode == 0
    before = {path: path.read_bytes() for path in (tmp_path / "mine").rglob("*") if path.is_file()}
    refused = kg_cli(tmp_path, "init", "mine")
    assert refused.returncode == 2
    assert "would be overwritten" in refused.stderr
    assert {path: path.read_bytes() for path in (tmp_path / "mine").rglob("*") if path.is_file()} == before


def test_a_folder_with_a_bibliography_becomes_a_review(copy: Path, kg_cli: KgCli) -> None:
    before = {path: path.read_bytes() for path in (copy / "bib").rglob("*.bib")}
    assert kg_cli(copy, "init", ".").returncode == 0
    assert {path: path.read_bytes() for path in (copy / "bib").rglob("*.bib")} == before
    assert kg_cli(copy, "build").returncode == 0


def test_a_new_annotation_is_filled_in_line_by_line(copy: Path, kg_cli: KgCli) -> None:
    made = kg_cli(copy, "new", "acme2030", "--annotator", 'Ada "A" Example: reader')
    assert made.returncode == 0
    checked = kg_cli(copy, "check", "--severity", "error")
    assert checked.returncode == 1
    lines = [line for line in checked.stdout.splitlines() if "acme2030.yaml" in line]
    assert {line.split("[")[-1] for line in lines} == {"annotation/missing-field]", "annotation/empty-field]"}
    assert kg_cli(copy, "new", "acme2030").returncode == 2
    assert kg_cli(copy, "new", "acme2030", "--as", "bob").returncode == 0
    assert (copy / "bib" / "annotations" / "acme2030.bob.yaml").is_file()
    (unnamed,) = [
        line for line in kg_cli(copy, "check").stdout.splitlines() if "[annotation/unnamed-annotator]" in line
    ]
    assert unnamed.startswith("bib/annotations/acme2030.bob.yaml:8:12: warning: the annotator has no name yet")
    assert "did you mean acme2030" in kg_cli(copy, "new", "acme2003").stderr


def test_a_stale_graph_is_told(copy: Path, kg_cli: KgCli) -> None:
    with (copy / "bib" / "reports.bib").open("a", encoding="utf-8") as file:
        file.write("\n% a remark\n")
    asked = kg_cli(copy, "query", "contents")
    assert "bib/reports.bib changed since the last build" in asked.stderr
    assert asked.returncode == 0


def test_names_are_completed_by_the_shell(toy: Path, kg_cli: KgCli) -> None:
    words = "kg query related-work --practice continuous-te"
    done = kg_cli(toy, _KG_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD="4")
    assert done.stdout.split(",")[-1].strip() == "continuous-testing"
    works = kg_cli(toy, _KG_COMPLETE="bash_complete", COMP_WORDS="kg query why-cited --work ac", COMP_CWORD="4")
    assert works.stdout.strip().endswith("acme2030")


# --- streams and exit codes ---


def test_what_a_name_was_taken_for_goes_to_stderr(toy: Path, kg_cli: KgCli) -> None:
    asked = kg_cli(toy, "query", "related-work", "--practice", "CT", "-f", "csv")
    assert "practice/continuous-testing" in asked.stderr
    other = kg_cli(toy, "query", "practice-outcomes", "--practice", "testing-and-quality")
    assert "practice: testing-and-quality is challenge/testing-and-quality" in other.stderr
    assert kg_cli(toy, "query", "practice-outcomes", "--practice", "continuous-testing").stderr.count(" is ") == 0
    assert asked.stdout.startswith("key,work,says")


def test_a_check_without_errors_ends_with_0_and_one_with_errors_with_1(copy: Path, kg_cli: KgCli) -> None:
    assert kg_cli(copy, "check").returncode == 0
    bib = copy / "bib" / "reports.bib"
    bib.write_text(bib.read_text(encoding="utf-8") * 2, encoding="utf-8")
    found = kg_cli(copy, "check")
    assert found.returncode == 1
    assert "bib/reports.bib:7:1: error: a second entry `acme2030`" in found.stdout
    assert "[bibtex/duplicate-key]" in found.stdout


def test_a_check_as_json_is_the_report(copy: Path, kg_cli: KgCli) -> None:
    (copy / "bib" / "annotations" / "muster2032.yaml").write_text("publication: [", encoding="utf-8")
    found = kg_cli(copy, "check", "--format", "json")
    report = json.loads(found.stdout)
    assert found.returncode == 1
    assert {"file", "line", "column", "rule", "severity", "message", "hint"} == set(report["problems"][0])
    (account,) = [a for a in report["sources"] if a["file"] == "bib/annotations/muster2032.yaml"]
    assert (account["accepted"], account["rejected"]) == (0, 1)


def test_a_build_with_errors_names_them_and_writes_nothing(copy: Path, kg_cli: KgCli) -> None:
    before = (copy / "build" / "graph.nq").read_bytes()
    (copy / "bib" / "more.bib").write_text("@article{x", encoding="utf-8")
    built = kg_cli(copy, "build")
    assert (built.returncode, built.stdout) == (1, "")
    assert "nothing was built" in built.stderr
    assert (copy / "build" / "graph.nq").read_bytes() == before


ERRORS = {
    "no review": (["--root", "nowhere", "build"], 2, "kg init"),
    "an unknown command": (["biuld"], 2, "No such command"),
    "an unknown query": (["query", "relatedwork"], 2, "did you mean related-work"),
    "an unknown practice": (["query", "related-work", "--practice", "continous testing"], 2, "did you mean"),
    "a missing parameter": (["query", "related-work"], 2, "--practice"),
    "an unknown choice": (["query", "related-work", "--practice", "CT", "--hand", "third"], 2, "first-hand"),
    "an unknown format": (["query", "contents", "-f", "docx"], 2, "csv"),
    "bibtex of no publications": (["query", "contents", "-f", "bibtex"], 2, "name no publications"),
    "an unknown thing": (["show", "PEC99"], 2, "did you mean"),
    "an ambiguous thing": (["show", "F3"], 2, "say which"),
    "an unknown ending of a graph": (["graph", "-o", "x.docx"], 2, ".graphml"),
    "no ending": (["map", "-o", "map"], 2, ".svg"),
    "two dimensions alike": (["map", "--rows", "practice", "--columns", "practice"], 2, "choose two"),
    "a folder that is a file": (["query", "contents", "-o", "bib/reports.bib/x.csv"], 2, "cannot write"),
}


@pytest.mark.parametrize(("arguments", "code", "told"), ERRORS.values(), ids=ERRORS)
def test_an_error_is_told_on_stderr_without_a_traceback(
    toy: Path, kg_cli: KgCli, arguments: list[str], code: int, told: str
) -> None:
    ran = kg_cli(toy, *arguments)
    assert ran.returncode == code
    assert ran.stdout == ""
    assert told in ran.stderr
    assert "Traceback" not in ran.stderr
    lines = [line for line in ran.stderr.splitlines() if line and not re.match(r"Usage:|Try ", line)]
    assert len(lines) == 1


def test_asking_before_building_says_to_build(copy: Path, kg_cli: KgCli) -> None:
    shutil.rmtree(copy / "build")
    asked = kg_cli(copy, "query", "contents")
    assert (asked.returncode, asked.stdout) == (1, "")
    assert "run `kg build` first" in asked.stderr


def test_sparql_is_asked_from_stdin_and_from_a_file(toy: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    query = "SELECT ?key { ?x a cs:Publication ; dcterms:identifier ?key } ORDER BY ?key"
    (tmp_path / "keys.rq").write_text(query, encoding="utf-8")
    piped = kg_cli(toy, "sparql", "-f", "csv", stdin=query)
    assert piped.stdout == "key\nacme2030\nexample2031\nmuster2032\n"
    assert kg_cli(toy, "sparql", str(tmp_path / "keys.rq"), "-f", "csv").stdout == piped.stdout


@pytest.mark.parametrize("query", ["SELECT", "INSERT DATA { <x:a> <x:b> 1 }", "SELECT * { SERVICE <x:y> { } }"])
def test_sparql_that_is_refused_is_usage(toy: Path, kg_cli: KgCli, query: str) -> None:
    asked = kg_cli(toy, "sparql", stdin=query)
    assert (asked.returncode, asked.stdout) == (2, "")
    assert "Traceback" not in asked.stderr


def test_a_query_file_that_is_not_utf_8_is_told(toy: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    (tmp_path / "latin.rq").write_bytes(b"SELECT ('caf\xe9' AS ?x) { }")
    asked = kg_cli(toy, "sparql", str(tmp_path / "latin.rq"))
    assert asked.returncode in (1, 2)
    assert "Traceback" not in asked.stderr


def test_an_own_query_that_is_not_utf_8_is_told(copy: Path, kg_cli: KgCli) -> None:
    (copy / "queries" / "mine").mkdir(parents=True)
    (copy / "queries" / "mine" / "latin.rq").write_bytes(b"#+ summary: caf\xe9\nSELECT * { }")
    asked = kg_cli(copy, "queries")
    assert "queries/mine/latin.rq:1:" in asked.stderr
    assert "related-work" in asked.stdout, "one bad file harms no other"
    checked = kg_cli(copy, "check", "--severity", "error")
    assert (checked.returncode, "queries/mine/latin.rq" in checked.stdout) == (1, True)


# --- files ---


@pytest.mark.parametrize(
    ("command", "name", "begins"),
    [
        ("graph", "g.graphml", "<"),
        ("graph", "g.gexf", "<"),
        ("graph", "g.json", "{"),
        ("graph", "g.svg", "<svg"),
        ("map", "m.csv", ""),
        ("map", "m.json", "{"),
        ("map", "m.svg", "<svg"),
    ],
)
def test_the_ending_says_what_is_written(
    toy: Path, tmp_path: Path, kg_cli: KgCli, command: str, name: str, begins: str
) -> None:
    target = tmp_path / "new folder" / name
    ran = kg_cli(toy, command, "-o", str(target))
    assert (ran.returncode, ran.stdout) == (0, "")
    assert name in ran.stderr
    assert target.read_text(encoding="utf-8").lstrip("\ufeff").startswith(begins)


def test_a_figure_of_the_graph_is_as_wide_as_asked_for_and_says_when_that_is_too_narrow(
    toy: Path, tmp_path: Path, kg_cli: KgCli
) -> None:
    ran = kg_cli(toy, "graph", "--width", "60", "-o", str(tmp_path / "g.svg"))
    assert (ran.returncode, ran.stdout) == (0, "")
    assert "the graph is too large for 60 mm" in ran.stderr
    assert 'width="60mm"' in (tmp_path / "g.svg").read_text(encoding="utf-8")
    for name, begins in (("g.png", b"\x89PNG"), ("g.pdf", b"%PDF")):
        assert kg_cli(toy, "graph", "--width", "400", "-o", str(tmp_path / name)).returncode == 0
        assert (tmp_path / name).read_bytes().startswith(begins)


def test_a_query_into_a_file_leaves_stdout_empty(toy: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    ran = kg_cli(toy, "query", "contents", "-f", "csv", "-o", str(tmp_path / "contents.csv"))
    assert (ran.returncode, ran.stdout) == (0, "")
    assert (tmp_path / "contents.csv").read_text(encoding="utf-8").startswith("what,count\n")


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "out.txt"
    write_whole(target, "old")

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(UsageError, match="No space left"):
        write_whole(target, "new")
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["out.txt"]


def test_a_written_file_can_be_read_by_others(tmp_path: Path) -> None:
    write_whole(tmp_path / "out.txt", b"bytes")
    assert stat.S_IMODE((tmp_path / "out.txt").stat().st_mode) & 0o044 == 0o044


def test_a_query_file_that_cannot_be_used_is_told_where_it_is_asked_for(copy: Path, kg_cli: KgCli) -> None:
    path = copy / "queries" / "toys" / "broken.rq"
    path.parent.mkdir(parents=True)
    path.write_text("SELECT * { ?s ?p ?o }", encoding="utf-8")
    asked = kg_cli(copy, "query", "broken")
    assert (asked.returncode, asked.stdout) == (1, "")
    assert asked.stderr.startswith("kg: queries/toys/broken.rq:1:1: error:")
    listed = kg_cli(copy, "queries")
    assert listed.returncode == 0
    assert "queries/toys/broken.rq:1:1: error:" in listed.stderr
    helped = kg_cli(copy, "query", "--help")
    assert "related-work" in helped.stdout
    assert "broken" not in helped.stdout


def test_the_help_of_query_lists_the_queries_by_family_and_not_those_of_pages(toy: Path, kg_cli: KgCli) -> None:
    helped = kg_cli(toy, "query", "--help").stdout
    headings = re.findall(r"^([a-z-]+):$", helped, re.M)
    assert headings == ["citations", "curation", *headings[2:-1], "vocabulary"]
    assert not set(headings) & {"map", "network", "things"}
    assert "  related-work " in helped
    assert "network-edges" not in helped


def test_the_columns_of_a_query_are_wrapped_in_its_help(toy: Path, kg_cli: KgCli) -> None:
    helped = kg_cli(toy, "query", "related-work", "--help").stdout
    columns = helped[helped.index("Columns:\n") : helped.index("Options:\n")]
    assert re.search(r"^  section  its section in the work", columns, re.M)
    assert max(map(len, columns.splitlines())) <= 80


def test_an_option_for_old_scripts_is_accepted_and_not_listed(toy: Path, kg_cli: KgCli) -> None:
    helped = kg_cli(toy, "build", "--help").stdout
    assert "--watch" in helped
    assert "--full" not in helped
