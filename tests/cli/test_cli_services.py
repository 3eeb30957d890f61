"""`kg query` and `kg sparql` ask other services only when the command says so, and show before what they would send."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import KgCli
from tests.services import Listener, answering, listening

DOI = "10.5555/TOY.1"
KNOWN = f"""{{"head": {{"vars": ["asked", "item", "citing"]}}, "results": {{"bindings": [{{
  "asked": {{"type": "literal", "value": "{DOI}"}}, "item": {{"type": "uri", "value": "http://www.wikidata.org/entity/Q1"}},
  "citing": {{"type": "literal", "value": "7", "datatype": "http://www.w3.org/2001/XMLSchema#integer"}}}}]}}}}""".encode()


@pytest.fixture
def wikidata() -> Iterator[Listener]:
    with listening(answering(KNOWN)) as listener:
        yield listener


def test_with_agreement_the_rows_go_to_stdout_and_what_is_asked_to_stderr(
    toy: Path, kg_cli: KgCli, wikidata: Listener
) -> None:
    ran = kg_cli(toy, "query", "wikidata-works", "--ask-service", f"wikidata={wikidata.url}", "--format", "csv")
    assert (ran.returncode, ran.stderr) == (0, f"asking wikidata ({wikidata.url}): request 1 of 1\n")
    (row,) = csv.DictReader(io.StringIO(ran.stdout))
    assert (row["key"], row["item"], row["citing"]) == ("example2031", "http://www.wikidata.org/entity/Q1", "7")
    assert len(wikidata.asked) == 1


def test_without_agreement_the_command_ends_with_what_would_be_sent_to_whom(toy: Path, kg_cli: KgCli) -> None:
    ran = kg_cli(toy, "query", "wikidata-works")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "wikidata (https://query-scholarly.wikidata.org/sparql) would be sent 1 value of ?asked" in ran.stderr
    assert "--ask-service wikidata" in ran.stderr


def test_explain_shows_each_request_as_it_is_sent_and_sends_none(toy: Path, kg_cli: KgCli, wikidata: Listener) -> None:
    agreed = ("--ask-service", f"wikidata={wikidata.url}")
    explained = kg_cli(toy, "query", "wikidata-works", *agreed, "--explain")
    assert (explained.returncode, explained.stderr, wikidata.asked) == (0, "", [])
    kg_cli(toy, "query", "wikidata-works", *agreed)
    assert explained.stdout.endswith(f"# Request 1 of 1 to {wikidata.url}\n\n{wikidata.asked[0]}")
    assert DOI in wikidata.asked[0]
    assert "https://query-scholarly.wikidata.org/sparql" in kg_cli(toy, "query", "wikidata-works", "--explain").stdout


def test_a_stamp_names_who_was_asked_too(toy: Path, kg_cli: KgCli, wikidata: Listener) -> None:
    ran = kg_cli(toy, "query", "wikidata-works", "--ask-service", f"wikidata={wikidata.url}", "--stamp")
    assert ran.stdout.rstrip().endswith("; asked wikidata")


def test_where_the_service_knows_nothing_that_is_told(toy: Path, kg_cli: KgCli) -> None:
    with listening(answering()) as listener:
        ran = kg_cli(toy, "query", "wikidata-notices", "--ask-service", f"wikidata={listener.url}")
    assert ran.returncode == 0
    assert ran.stderr.endswith(f"no results with --ask-service wikidata={listener.url}\n")


def test_a_service_that_fails_is_told_in_a_line(toy: Path, kg_cli: KgCli) -> None:
    with listening(answering(b"overloaded", 500)) as listener:
        ran = kg_cli(toy, "query", "wikidata-works", "--ask-service", f"wikidata={listener.url}")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "answered 500 Internal Server Error overloaded" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_query_of_this_graph_alone_has_no_such_option(toy: Path, kg_cli: KgCli) -> None:
    ran = kg_cli(toy, "query", "contents", "--ask-service", "wikidata")
    assert ran.returncode == 2
    assert "No such option" in ran.stderr


def test_queries_tells_which_ask_whom(toy: Path, kg_cli: KgCli) -> None:
    listed = kg_cli(toy, "queries", "--family", "federated")
    assert "contacts wikidata (https://query-scholarly.wikidata.org/sparql) if you allow it" in listed.stdout


def own(url: str) -> str:
    return f"""SELECT ?key ?item {{ ?work prism:doi ?doi ; dcterms:identifier ?key . BIND(UCASE(?doi) AS ?asked)
      SERVICE <{url}> {{ VALUES ?asked {{ UNDEF }} ?item <x:doi> ?asked ; <x:cited> ?citing }} }}"""


def test_a_query_of_ones_own_asks_the_urls_that_one_agrees_to(toy: Path, kg_cli: KgCli, wikidata: Listener) -> None:
    sparql = own(wikidata.url)
    refused = kg_cli(toy, "sparql", stdin=sparql)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert f"--ask-service {wikidata.url}" in refused.stderr
    explained = kg_cli(toy, "sparql", "--explain", stdin=sparql)
    assert DOI in explained.stdout
    other = kg_cli(toy, "sparql", "--ask-service", "http://127.0.0.1:9/", stdin=sparql)
    assert (other.returncode, wikidata.asked) == (2, [])
    ran = kg_cli(toy, "sparql", "--ask-service", wikidata.url, "--format", "csv", stdin=sparql)
    assert ran.stdout == "key,item\nexample2031,http://www.wikidata.org/entity/Q1\n"
    assert len(wikidata.asked) == 1


def test_agreeing_to_a_service_does_not_agree_to_a_variable(toy: Path, kg_cli: KgCli, wikidata: Listener) -> None:
    sparql = f"SELECT * {{ BIND(<{wikidata.url}> AS ?x) SERVICE ?x {{ ?s ?p ?o }} }}"
    ran = kg_cli(toy, "sparql", "--ask-service", wikidata.url, stdin=sparql)
    assert (ran.returncode, wikidata.asked) == (2, [])
    assert "no variable" in ran.stderr
