"""A SERVICE block states what it sends: that is known before any request, and nothing else leaves the machine."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from kg.core.problems import KgError, UsageError
from kg.queries.query_library import QueryFileError, QueryLibrary, read_query
from kg.store import QueryError, Result, Store
from kg.store.services.asking import ask, exchanges
from kg.store.services.blocks import BATCH, blocks_of, offline
from tests.conftest import ROOT
from tests.services import answering, listening

P, Q = NamedNode("https://example.org/p"), NamedNode("https://example.org/q")
GRAPH = NamedNode("https://example.org/graph")
URL = "https://example.org/sparql"
PLAIN = f"SELECT ?s ?x WHERE {{ ?s <{P.value}> ?d SERVICE <{URL}> {{ VALUES ?d {{ UNDEF }} ?x <x:doi> ?d }} }}"


def store(*values: str) -> Store:
    found = Store()
    found.add(Quad(NamedNode(f"https://example.org/{number}"), P, Literal(value), GRAPH)
              for number, value in enumerate(values))  # fmt: skip
    return found


def sent(sparql: str, *values: str) -> list[str]:
    return [text for exchange in exchanges(store(*values), sparql, {}, {}) for text in exchange.texts]


# --- what is sent ---


def test_a_block_is_sent_with_the_values_that_the_query_binds_before_it() -> None:
    assert sent(PLAIN, "b", "a") == ['SELECT * WHERE { VALUES ?d { "a" "b" } ?x <x:doi> ?d }\n']


def test_many_values_are_sent_in_batches_each_once() -> None:
    values = [f"{number:04}" for number in range(2 * BATCH + 1)]
    texts = sent(PLAIN, *values, *values)
    assert len(texts) == 3
    assert [text.count('"') // 2 for text in texts] == [BATCH, BATCH, 1]


def test_a_hostile_value_is_sent_as_one_literal() -> None:
    hostile = '" } ?s ?p ?o } # \\ \n'
    (text,) = sent(PLAIN, hostile)
    assert text == f"SELECT * WHERE {{ VALUES ?d {{ {Literal(hostile)} }} ?x <x:doi> ?d }}\n"
    assert Store().query(text).rows == ()


def test_comments_and_the_rest_of_the_query_are_not_sent() -> None:
    (text,) = sent(
        f"""# a secret
        PREFIX x: <https://example.org/vocabulary#> # a secret
        SELECT ?s WHERE {{ ?s <{P.value}> ?d . BIND("a secret" AS ?z) # a secret <
          SERVICE <{URL}> {{ # a secret "
            VALUES ?d {{ UNDEF }} ?x x:doi ?d FILTER(?x != "# is no comment") # a secret
          }} FILTER(?s != <https://example.org/a-secret>) }}""",
        "a",
    )
    assert "secret" not in text
    assert '"# is no comment"' in text
    assert "PREFIX x:" in text
    assert Store().query(text).rows == ()


PLACES = {
    "optional": f"SELECT * {{ ?s <{P.value}> ?d OPTIONAL {{ SERVICE <{URL}> {{ VALUES ?d {{ UNDEF }} ?x ?p ?d }} }} }}",
    "minus": f"SELECT * {{ ?s <{P.value}> ?d MINUS {{ SERVICE <{URL}> {{ VALUES ?d {{ UNDEF }} ?x ?p ?d }} }} }}",
    "a group": f"SELECT * {{ {{ ?s <{P.value}> ?d SERVICE <{URL}> {{ VALUES ?d {{ UNDEF }} ?x ?p ?d }} }} }}",
    "a subselect": f"""SELECT * {{ {{ SELECT ?d ?x {{ ?s <{P.value}> ?d SERVICE <{URL}> {{
      SELECT ?d ?x {{ VALUES $d {{ undef }} ?x ?p ?d }} }} }} }} }}""",
    "small letters": f"select * where {{ ?s <{P.value}> ?d service<{URL}>{{ values ?d {{UNDEF}} ?x ?p ?d }} }}",
    "a filter before": f"""SELECT * {{ ?s <{P.value}> ?d FILTER(?d = "a")
      SERVICE <{URL}> {{ VALUES ?d {{ UNDEF }} ?x ?p ?d }} }}""",
}


@pytest.mark.parametrize("sparql", PLACES.values(), ids=PLACES)
def test_a_block_is_allowed_wherever_its_rows_are_joined(sparql: str) -> None:
    (text,) = sent(sparql, "a")
    assert '{ "a" }' in text or '{"a"}' in text


def test_the_answer_of_a_service_is_never_sent_to_another() -> None:
    two = f"""SELECT * {{ ?s <{P.value}> ?d SERVICE <{URL}> {{ VALUES ?d {{ UNDEF }} ?x <x:doi> ?d }}
      SERVICE <https://example.org/other> {{ VALUES ?x {{ UNDEF }} ?x <x:y> ?z }} }}"""
    with pytest.raises(QueryError, match=r"nothing before the SERVICE block binds \?x"):
        sent(two, "a")


def test_a_block_without_values_is_sent_unchanged() -> None:
    (exchange,) = exchanges(store("a"), f"SELECT * {{ SERVICE <{URL}> {{ ?x <x:doi> ?d }} }}", {}, {})
    assert exchange.texts == ("SELECT * WHERE { ?x <x:doi> ?d }\n",)
    assert "nothing of this graph" in exchange.summary


REFUSED = {
    "a variable": ("SELECT * { SERVICE ?x { ?s ?p ?o } }", "no variable"),
    "a prefixed name": ("PREFIX w: <https://w/> SELECT * { SERVICE w:x { ?s ?p ?o } }", "no variable or prefix"),
    "silent": (f"SELECT * {{ SERVICE SILENT <{URL}> {{ ?s ?p ?o }} }}", "no SILENT"),
    "nested": (f"SELECT * {{ SERVICE <{URL}> {{ SERVICE <x:y> {{ ?s ?p ?o }} }} }}", "within SERVICE"),
    "nested variable": (f"SELECT * {{ SERVICE <{URL}> {{ SERVICE ?x {{ ?s ?p ?o }} }} }}", "within SERVICE"),
    "two slots": (f"SELECT * {{ SERVICE <{URL}> {{ VALUES ?a {{ UNDEF }} VALUES ?b {{ UNDEF }} }} }}", "no more"),
    "not closed": (f"SELECT * {{ SERVICE <{URL}> {{ ?s ?p ?o", "not closed"),
    "ask": (f"ASK {{ SERVICE <{URL}> {{ ?s ?p ?o }} }}", "only a SELECT"),
    "from": (PLAIN.replace("WHERE", "FROM <x:y> WHERE"), "FROM"),
    "an address of a file": ("SELECT * { SERVICE <file:///etc/passwd> { ?s ?p ?o } }", "must be an http or https URL"),
    "a password": ("SELECT * { SERVICE <https://me:secret@x/> { ?s ?p ?o } }", "password"),
    "exists": (f"SELECT * {{ ?s <{P.value}> ?d FILTER EXISTS {{ SERVICE <{URL}> {{ VALUES ?d {{ UNDEF }} }} }} }}",
               "within EXISTS"),
    "not exists": (f"SELECT * {{ ?s <{P.value}> ?d FILTER(!EXISTS{{SERVICE <{URL}> {{ VALUES ?d {{UNDEF}} }} }}) }}",
                   "within EXISTS"),
    "unbound": (f"SELECT * {{ ?s <{P.value}> ?o SERVICE <{URL}> {{ VALUES ?d {{ UNDEF }} }} }}", "binds ?d"),
    "bound after": (f"SELECT * {{ SERVICE <{URL}> {{ VALUES ?d {{ UNDEF }} }} ?s <{P.value}> ?d }}", "binds ?d"),
    "behind the end": (f"SELECT * {{ }} }} SERVICE <{URL}> {{ VALUES ?d {{ UNDEF }} }}", "is refused"),
    "having": (PLAIN[:-1].split("SERVICE")[0] + f"}} HAVING(EXISTS {{ SERVICE <{URL}> {{ VALUES ?d {{UNDEF}} }} }})",
               "within EXISTS"),
    "before the group": (f"SELECT (EXISTS {{ SERVICE <{URL}> {{ VALUES ?d {{ UNDEF }} }} }} AS ?x) {{ }}",
                         "within EXISTS"),
    "grouped around": (f"""SELECT * {{ {{ SELECT ?d (COUNT(?s) AS ?n) {{ ?s <{P.value}> ?d
        SERVICE <{URL}> {{ VALUES ?d {{ UNDEF }} }} }} GROUP BY ?d }} }}""", "is not a query of its own"),
}  # fmt: skip


@pytest.mark.parametrize(("sparql", "told"), REFUSED.values(), ids=REFUSED)
def test_queries_that_could_send_other_data_are_refused(sparql: str, told: str) -> None:
    with pytest.raises(UsageError) as refused:
        exchanges(store("a"), sparql, {}, {})
    assert told in str(refused.value)


TOKENS = ["SELECT", "*", "?d", "{", "}", "(", ")", "SERVICE", f"<{URL}>", "VALUES ?d { UNDEF }", "OPTIONAL", "'", '"',
          "#", "\n", "\\", "EXISTS", "FILTER", "FROM", "PREFIX x: <x:y>", f"?s <{P.value}> ?d .", "SILENT", "<",
          "UNION", f"SERVICE <{URL}> {{ VALUES ?d {{ UNDEF }} ?x ?p ?d }}"]  # fmt: skip


@given(st.lists(st.sampled_from(TOKENS), max_size=15))
def test_any_text_is_refused_or_sends_values_of_the_graph_only(tokens: list[str]) -> None:
    with suppress(UsageError):
        for exchange in exchanges(store("a"), " ".join(["SELECT * {", *tokens]), {}, {}):
            assert exchange.url == URL
            assert set(exchange.values) <= {Literal("a")}


@pytest.mark.parametrize("sparql", [
    "SELECT ('SERVICE <x:y> {}' AS ?x) { }", "# SERVICE <x:y> {}\nSELECT * { }", "SELECT ?service { }",
    "PREFIX service: <x:y> SELECT * { service:a ?p ?o }",
])  # fmt: skip
def test_service_in_strings_comments_and_names_is_not_a_block(sparql: str) -> None:
    assert blocks_of(sparql) == ()


# --- what comes back ---


def rows_json(variables: str, *rows: dict[str, Any]) -> bytes:
    return json.dumps({"head": {"vars": variables.split()}, "results": {"bindings": list(rows)}}).encode()


def uri(value: str) -> dict[str, str]:
    return {"type": "uri", "value": value}


def text(value: str) -> dict[str, str]:
    return {"type": "literal", "value": value}


def answered(data: bytes, sparql: str = PLAIN, values: tuple[str, ...] = ("a", "b")) -> Result:
    with listening(answering(data)) as listener:
        return ask(store(*values), sparql, {URL: "toys"}, {"toys": listener.url}, lambda _: None)


def test_the_rows_of_an_answer_are_joined_with_the_graph() -> None:
    found = answered(rows_json("d x", {"d": text("a"), "x": uri("x:1")}, {"d": text("c"), "x": uri("x:3")}))
    assert list(found.texts()) == [("https://example.org/0", "x:1")]


def test_optional_keeps_rows_for_which_a_service_has_no_answer() -> None:
    sparql = PLACES["optional"] + " ORDER BY ?d"
    found = answered(rows_json("d x p", {"d": text("b"), "x": uri("x:1")}), sparql)
    assert [(row["d"], row["x"]) for row in found.named()] == [(Literal("a"), None), (Literal("b"), NamedNode("x:1"))]


def test_minus_removes_the_rows_of_a_service() -> None:
    found = answered(rows_json("d x p", {"d": text("b"), "x": uri("x:1")}), PLACES["minus"])
    assert [row["d"] for row in found.named()] == [Literal("a")]


def test_hostile_texts_of_an_answer_stay_literals() -> None:
    hostile = '" ) } } INSERT DATA { <x:a> <x:b> "\n\\'
    found = answered(rows_json("d x", {"d": text("a"), "x": text(hostile)}))
    assert [row["x"] for row in found.named()] == [Literal(hostile)]


def test_without_values_no_request_is_sent() -> None:
    with listening(answering()) as listener:
        found = ask(store(), PLAIN, {URL: "toys"}, {"toys": listener.url}, lambda _: None)
    assert (found.rows, listener.asked) == ((), [])


UNUSABLE: dict[str, tuple[bytes, str]] = {
    "a page": (b"<html>Welcome to the hotel</html>", "did not answer with a SPARQL result"),
    "nothing": (b"", "did not answer with a SPARQL result"),
    "a yes": (b'{"head": {}, "boolean": true}', "did not answer with a SPARQL result"),
    "half": (rows_json("d x", {"d": text("a"), "x": uri("x:1")})[:-20], "did not answer with a SPARQL result"),
    "an IRI that is none": (rows_json("d x", {"x": uri("x:a> } #")}), "did not answer with a SPARQL result"),
    "deep": (b'{"head": ' + b"[" * 100_000, "did not answer with a SPARQL result"),
    "a variable of the graph": (rows_json("d s", {"s": uri("x:1")}), "?s, which is not in the request"),
    "a blank node": (rows_json("d x", {"x": {"type": "bnode", "value": "b0"}}), "blank nodes"),
}


@pytest.mark.parametrize(("data", "told"), UNUSABLE.values(), ids=UNUSABLE)
def test_an_unusable_answer_gives_an_error_that_names_the_service(data: bytes, told: str) -> None:
    with pytest.raises(KgError) as refused:
        answered(data)
    assert told in str(refused.value)
    assert "toys (http://127.0.0.1:" in str(refused.value)
    assert refused.value.exit_code == 1
    assert len(str(refused.value)) < 600


# --- agreement ---


@pytest.mark.parametrize(("agreed", "told"), [
    ({}, "--ask-service toys"), ({"other": None}, "its services: toys"), ({"toy": None}, "did you mean toys"),
    ({"toys": "ftp://example.org/"}, "http or https"), ({"toys": "https://example.org/ x"}, "without spaces"),
    ({"toys": "https://a:b@example.org/"}, "password"), ({"toys": "http://[::1"}, "not a URL"),
    ({"toys": "http:///sparql"}, "http or https"), ({"toys": "http://x:99999/"}, "not a URL"),
])  # fmt: skip
def test_an_agreement_needs_a_service_of_the_query_and_a_url(agreed: dict[str, str | None], told: str) -> None:
    with pytest.raises(UsageError) as refused:
        ask(store("a"), PLAIN, {URL: "toys"}, agreed, lambda _: None)
    assert told in str(refused.value)


def test_the_hint_is_quoted_for_a_shell() -> None:
    with pytest.raises(UsageError) as refused:
        ask(store("a"), "SELECT * { SERVICE <https://x/;rm&$(x)> { ?s ?p ?o } }", {}, {}, print)
    assert "--ask-service 'https://x/;rm&$(x)'" in str(refused.value)


def test_agreement_to_one_of_two_services_contacts_neither() -> None:
    two = PLAIN[:-1] + "SERVICE <https://example.org/other> { VALUES ?d { UNDEF } ?y <x:doi> ?d } }"
    with listening(answering()) as listener, pytest.raises(UsageError) as refused:
        ask(store("a"), two, {URL: "toys", "https://example.org/other": "more"}, {"toys": listener.url}, print)
    assert listener.asked == []
    assert "to agree: --ask-service more;" in str(refused.value)
    assert "toys" not in str(refused.value)


# --- files of the library ---

FILE = f"""#+ summary: Asks somebody.
#+ services:
#+   toys: {URL}
#+ params:
#+   word: {{type: text, default: "", example: x}}
SELECT ?d ?x WHERE {{
  VALUES ?word {{ UNDEF }}
  ?s <{P.value}> ?d .
  SERVICE <{URL}> {{ VALUES ?d {{ UNDEF }} ?x <x:doi> ?d }}
}}
"""
WRONG: dict[str, Callable[[str], str]] = {
    "a service that is not listed": lambda file: file.replace(f"SERVICE <{URL}>", "SERVICE <https://example.com/>"),
    "one that is not asked": lambda file: file.replace("toys:", "more: https://example.com/\n#+   toys:"),
    "one that is listed twice": lambda file: file.replace("toys:", f"more: {URL}\n#+   toys:"),
    "without encryption": lambda file: file.replace("https:", "http:"),
    "no address": lambda file: file.replace(URL, "javascript:alert"),
    "a variable": lambda file: file.replace(f"SERVICE <{URL}>", "SERVICE ?x"),
    "a parameter that would be sent": lambda file: file.replace("?x <x:doi>", "?word <x:doi>"),
    "a name that is none": lambda file: file.replace("toys:", "To_ys:"),
    "no names": lambda file: file.replace(f"services:\n#+   toys: {URL}", f"services: {URL}"),
}


def test_a_file_lists_its_services() -> None:
    query = read_query("queries/toys/own.rq", FILE)
    assert query.services == {"toys": URL}
    assert query.as_json()["services"] == {"toys": URL}
    assert Store().query(offline(query.sparql)).variables == ("d", "x")


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG)
def test_a_file_whose_services_are_not_as_listed_is_refused(change: Callable[[str], str]) -> None:
    with pytest.raises(QueryFileError, match=r"queries/toys/own\.rq"):
        read_query("queries/toys/own.rq", change(FILE))


def test_the_documentation_shows_a_valid_file_and_lists_every_query() -> None:
    page = (ROOT / "docs" / "federation.md").read_text(encoding="utf-8")
    shown = re.search(r"```sparql\n(.*?)```", page, re.S)
    assert shown is not None
    query = read_query("queries/toys/own.rq", shown[1])
    assert Store().query(offline(query.sparql)).variables == tuple(query.columns)
    (exchange,) = exchanges(Store(), query.sparql, {}, {})
    assert exchange.block.sends == "asked"
    federated = [query.name for query in QueryLibrary.of(ROOT) if query.services]
    assert sorted(re.findall(r"^\| `([a-z-]+)` \|", page, re.M)) == sorted(federated)
