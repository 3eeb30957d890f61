"""Formats by ending, the query as it is asked, the stamp, and the draft with its bibliography beside it."""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

import bibtexparser
import pypandoc
import pytest

from kg.answers.related_work import related_work
from kg.api import KnowledgeGraph
from kg.cli.drafting import MARK
from kg.core.files import SourceFile
from kg.core.problems import UsageError
from kg.readers.bibliography import read_bibtex
from kg.render.text.docx import related_work_docx
from tests.conftest import KgCli

ASKED = ["query", "related-work", "--practice", "continuous-testing"]


ENDINGS = {"a.tex": "% needs", "a.ris": "TY  - ", "a.bib": "@", "a.md": "| key"}


@pytest.mark.parametrize(("name", "begins"), ENDINGS.items())
def test_the_ending_says_the_format(toy: Path, tmp_path: Path, kg_cli: KgCli, name: str, begins: str) -> None:
    done = kg_cli(toy, *ASKED, "-o", str(tmp_path / name))
    assert (done.returncode, done.stdout) == (0, "")
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


def test_what_is_explained_is_not_asked_and_gives_the_same_rows(toy: Path, kg_cli: KgCli) -> None:
    explained = kg_cli(toy, *ASKED, "--hand", "first-hand", "--explain").stdout
    assert "# As an author of a study on a practice" in explained
    assert "# column key: BibTeX key of the work" in explained
    assert "PREFIX cs: <https://w3id.org/continuous-star/ontology#>" in explained
    assert 'VALUES ?hand { "first-hand" }' in explained
    assert "example2031" not in explained
    asked = kg_cli(toy, *ASKED, "--hand", "first-hand", "-f", "csv").stdout
    assert kg_cli(toy, "sparql", "-f", "csv", stdin=explained).stdout == asked


@pytest.mark.parametrize("form", ["table", "csv", "tsv", "json", "md", "latex", "bibtex", "ris"])
def test_a_stamp_changes_no_data(toy: Path, kg_cli: KgCli, form: str) -> None:
    plain, stamped = (kg_cli(toy, *ASKED, "-f", form, *more) for more in ([], ["--stamp"]))
    told = "related-work?practice=practice/continuous-testing sha256:"
    if form in ("csv", "tsv", "json", "ris"):
        assert stamped.stdout == plain.stdout
        assert told in stamped.stderr
    else:
        assert told in stamped.stdout
        assert told not in stamped.stderr


def test_what_is_stamped_is_read_as_before(toy: Path, kg_cli: KgCli) -> None:
    entries = kg_cli(toy, *ASKED, "-f", "bibtex", "--stamp").stdout
    library = bibtexparser.parse_string(entries)
    assert [entry.key for entry in library.entries] == ["acme2030", "example2031", "muster2032"]
    assert library.failed_blocks == []
    source = read_bibtex(SourceFile("bib/x.bib", entries, "0"))
    assert [p.key for p in source.publications] == ["acme2030", "example2031", "muster2032"]
    assert [str(p) for p in source.problems if p.severity != "info"] == []
    table = kg_cli(toy, *ASKED, "-f", "md", "--stamp").stdout
    assert re.fullmatch(r"(?:\|.*\|\n)+\n<!-- kg [^>\n]* -->\n", table)


def test_a_sparql_query_has_a_stamp_too(toy: Path, kg_cli: KgCli) -> None:
    assert "; sparql sha256:" in kg_cli(toy, "sparql", "--stamp", stdin="SELECT (1 AS ?x) {}").stdout
    construct = "CONSTRUCT { ?x a cs:Study } WHERE { ?x a cs:Study }"
    assert "# kg " in kg_cli(toy, "sparql", "--stamp", stdin=construct).stdout


def test_a_draft_comes_with_its_entries_and_is_written_again(toy: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    for name in ("draft.tex", "draft.md"):
        done = kg_cli(toy, "related-work", "--practice", "CT", "-o", str(tmp_path / name))
        assert (done.returncode, done.stdout) == (0, "")
        assert done.stderr.count("wrote") == 2
    entries = (tmp_path / "draft.bib").read_text(encoding="utf-8")
    assert entries.startswith(MARK)
    assert r"{\"O}rtel, J{\"o}rg" in entries
    assert "[@example2031, sec. 4.1]" in (tmp_path / "draft.md").read_text(encoding="utf-8")


def test_a_draft_as_docx_is_one_with_its_references(toy: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    done = kg_cli(toy, "related-work", "--practice", "CT", "-o", str(tmp_path / "draft.docx"))
    assert done.returncode == 0, done.stderr
    made = tmp_path / "draft.docx"
    with zipfile.ZipFile(made) as archive:
        assert archive.testzip() is None
        assert "word/document.xml" in archive.namelist()
    text = pypandoc.convert_file(str(made), "plain", extra_args=["--wrap=none"])
    assert "Missing tools hinder testing in both toy teams" in text
    assert "References" in text.split("\n")
    assert "Jörg Örtel" in text.split("References")[1]
    kg_cli(toy, "related-work", "--practice", "CT", "-o", str(tmp_path / "again.docx"))
    assert (tmp_path / "again.docx").read_bytes() == made.read_bytes()


def test_a_docx_without_pandoc_is_refused_with_what_is_possible(
    toy_graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypandoc", None)  # as if it were not installed
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UsageError, match=r"install pandoc.*or write \.md or \.tex"):
        related_work_docx(related_work(toy_graph, "CT"), listed=2, stamp="stamp", entries="")


def test_a_draft_on_stdout_writes_no_file(toy: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    done = kg_cli(tmp_path, "--root", str(toy), "related-work", "--challenge", "silo-working", "-f", "latex")
    assert r"\section{Related work: working in silos}" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_topic_without_findings_is_no_error(toy: Path, kg_cli: KgCli) -> None:
    done = kg_cli(toy, "related-work", "--practice", "continuous-compliance")
    assert done.returncode == 0
    assert "The graph contains no findings on this topic." in done.stdout


def test_nobodys_bibliography_is_overwritten(toy: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    (tmp_path / "paper.bib").write_text("@misc{mine}", encoding="utf-8")
    done = kg_cli(toy, "related-work", "--practice", "CT", "-o", str(tmp_path / "paper.tex"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "was not written by this command" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["paper.bib"]
    assert (tmp_path / "paper.bib").read_text(encoding="utf-8") == "@misc{mine}"


USAGE = {
    "no topic": ([], "give one of"),
    "two topics": (["--practice", "CT", "--approach", "devops"], "give one of"),
    "an unknown practice": (["--practice", "continuous-tseting"], "did you mean"),
    "an unknown method": (["--practice", "CT", "--method", "guessing"], "no method is called"),
    "an unknown grouping": (["--practice", "CT", "--group-by", "colour"], "'topic', 'challenge', 'outcome'"),
    "a practice as a challenge": (["--challenge", "continuous-testing"], "there is a practice of that name"),
    "a draft called .bib": (["--practice", "CT", "-o", "x.bib"], "cannot write .bib: use .md, .tex or .docx"),
    "a name that BibTeX cannot read": (["--practice", "CT", "--standalone", "-o", "my draft.tex"], "cannot read"),
}


@pytest.mark.parametrize(("arguments", "told"), USAGE.values(), ids=USAGE)
def test_wrong_usage_is_told(toy: Path, kg_cli: KgCli, arguments: list[str], told: str) -> None:
    done = kg_cli(toy, "related-work", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_ris_of_rows_without_publications_is_refused(toy: Path, kg_cli: KgCli) -> None:
    done = kg_cli(toy, "query", "contents", "-f", "ris")
    assert (done.returncode, done.stdout) == (2, "")
    assert "name no publications" in done.stderr


def test_formulas_in_a_csv_are_reported(toy: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    asked = 'SELECT * { VALUES (?a ?b) { ("=1+1" -2) ("plain" 3) } }'
    for name, reported in (("a.csv", True), ("a.tsv", True), ("a.xlsx", False), ("a.json", False)):
        done = kg_cli(toy, "sparql", "-o", str(tmp_path / name), stdin=asked)
        assert done.stderr.startswith(f"wrote {tmp_path / name}\n")
        assert ("1 cell would be run as a formula by a spreadsheet program: in a.xlsx" in done.stderr) == reported
    assert (tmp_path / "a.csv").read_text("utf-8") == "a,b\n=1+1,-2\nplain,3\n"


def test_a_format_of_the_other_kind_of_answer_is_refused(toy: Path, kg_cli: KgCli) -> None:
    rows = kg_cli(toy, "sparql", "-f", "ttl", stdin="SELECT * {}")
    assert (rows.returncode, rows.stdout) == (2, "")
    assert "rows: no format is called 'ttl'; there are table, csv" in rows.stderr
    triples = kg_cli(toy, "sparql", "-f", "xlsx", stdin="CONSTRUCT WHERE { ?s a ?o }")
    assert "triples: no format is called 'xlsx'; there are ttl, nt, jsonld, rdf" in triples.stderr
    assert kg_cli(toy, "sparql", "-f", "json", stdin="CONSTRUCT { ?s a 1 } WHERE { VALUES ?s { cs:x } }").stdout == (
        '[{"@id":"https://w3id.org/continuous-star/ontology#x","http://www.w3.org/1999/02/22-rdf-syntax-ns#type":'
        '[{"@type":"http://www.w3.org/2001/XMLSchema#integer","@value":"1"}]}]'
    )


def test_triples_can_be_stamped_in_turtle_and_ntriples(toy: Path, kg_cli: KgCli) -> None:
    asked = "CONSTRUCT WHERE { ?s a cs:Practice } LIMIT 1"
    for form in ("ttl", "nt"):
        assert "# kg " in kg_cli(toy, "sparql", "-f", form, "--stamp", stdin=asked).stdout
    rdf = kg_cli(toy, "sparql", "-f", "rdf", "--stamp", stdin=asked)
    assert "kg " not in rdf.stdout
    assert "; sparql sha256:" in rdf.stderr


def test_a_default_is_not_named_as_the_reason_for_no_results(toy: Path, kg_cli: KgCli) -> None:
    done = kg_cli(toy, "query", "disagreements", "--practice", "continuous-use")
    assert "no results with --practice continuous-use\n" in done.stderr
    done = kg_cli(toy, "query", "disagreements", "--practice", "continuous-use", "--readings", "all")
    assert "no results with --practice continuous-use and --readings all\n" in done.stderr


def test_no_results_come_with_the_reason(toy: Path, kg_cli: KgCli) -> None:
    done = kg_cli(toy, "sparql", "-f", "csv", stdin="SELECT ?x { ?x a cs:Findng }")
    assert (done.returncode, done.stdout) == (0, "x\n")
    assert done.stderr.startswith("no results\nhint: the ontology defines no cs:Findng; did you mean cs:Finding")
    done = kg_cli(toy, "query", "related-work", "--practice", "continuous-testing", "--since", "2090", "-f", "csv")
    assert "no results with --practice continuous-testing and --since 2090\n" in done.stderr
    assert "\nhint: without --since 2090 there would be " in done.stderr


def test_from_and_service_are_read_by_the_engine(toy: Path, kg_cli: KgCli) -> None:
    count = "SELECT (COUNT(*) AS ?n) {} {{ ?s ?p ?o }}"
    graph = kg_cli(
        toy, "sparql", "-f", "csv", stdin="SELECT ?g { GRAPH ?g { ?s a cs:Finding } } LIMIT 1"
    ).stdout.split()[1]
    once = kg_cli(toy, "sparql", "-f", "csv", stdin=count.format(f"FROM <{graph}>")).stdout
    assert int(once.split()[1]) > 0
    base, _, name = graph.rpartition("/")
    prefixed = f"PREFIX from: <{base}/> {count.format(f'FROM # <x:y>{chr(10)} from:{name} FROM <{graph}>')}"
    assert kg_cli(toy, "sparql", "-f", "csv", stdin=prefixed).stdout == once
    hidden = "SELECT * { ?s ?p ?o FILTER(?o<'>') SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } FILTER('' = '') }"
    assert "contacts other services, which needs your consent" in kg_cli(toy, "sparql", stdin=hidden).stderr
