"""Triples as RDF files: what each syntax cannot say is refused, and other readers find the same triples."""

from __future__ import annotations

import io
import subprocess

import pytest
from pyoxigraph import BaseDirection, BlankNode, Literal, NamedNode, Triple, parse
from rdflib import Graph

from kg.api import KnowledgeGraph
from kg.core.iris import RDF
from kg.render.text.rows import triples
from kg.store.rdf_files import FORMS_OF_TRIPLES, NotWritableError, write_triples
from tests.clients import npm_modules, required

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # rdflib's own use of rdflib

THING = NamedNode("https://example.org/thing")
SAYS = NamedNode("https://example.org/says")
OF_RDFLIB = {"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "rdf": "xml"}
OF_RAPPER = {"ttl": "turtle", "nt": "ntriples", "rdf": "rdfxml"}


def written(found: list[Triple], form: str) -> bytes:
    out = io.BytesIO()
    write_triples(found, form, out)
    return out.getvalue()


def saying(value: object) -> Triple:
    return Triple(THING, SAYS, value)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", FORMS_OF_TRIPLES)
@pytest.mark.parametrize("value", [
    Literal("a\r\nb\tc \r"), Literal("<&>\"' ]]>"), Literal("Grüße", language="de"), Literal(""), Literal(" a "),
    NamedNode("https://example.org/?a=1&b=2#2031"), Literal("2031", datatype=NamedNode("https://example.org/1"))
], ids=str)  # fmt: skip
def test_a_value_is_the_same_for_another_reader(form: str, value: Literal) -> None:
    (found,) = Graph().parse(data=written([saying(value)], form), format=OF_RDFLIB[form])
    assert str(found[2]) == value.value
    assert getattr(found[2], "language", None) == (getattr(value, "language", None) or None)


@pytest.mark.parametrize("end", ["2031", "#2031", "", "100%25", "a/", "a#", "-a-1/1-", "·"])
@pytest.mark.parametrize("kind", ["property", "class"])
def test_xml_needs_names(end: str, kind: str) -> None:
    named = NamedNode(f"https://example.org/{end}")
    found = Triple(THING, RDF.type, named) if kind == "class" else Triple(THING, named, THING)
    with pytest.raises(NotWritableError, match=rf"cannot name the {kind} <https://example.org/.*; write \.ttl"):
        written([found], "rdf")
    for form in set(FORMS_OF_TRIPLES) - {"rdf"}:
        assert [quad.triple for quad in parse(written([found], form), format=FORMS_OF_TRIPLES[form])] == [found]


@pytest.mark.parametrize("end", ["2031a", "é", "_1", "a-1.b", "1/Ω2", "a:b", "x%20y"])
def test_what_ends_in_a_name_is_written(end: str) -> None:
    found = Triple(THING, NamedNode(f"https://example.org/{end}"), THING)
    ((_, predicate, _),) = Graph().parse(data=written([found], "rdf"), format="xml")
    assert str(predicate) == found.predicate.value


@pytest.mark.parametrize("name", ["li", "Description", "RDF", "about", "aboutEachPrefix"])
def test_names_of_the_syntax_are_refused(name: str) -> None:
    with pytest.raises(NotWritableError, match="cannot name the property"):
        written([Triple(THING, RDF(name), THING)], "rdf")


@pytest.mark.parametrize("value", [Literal("\x01"), Literal("a\uffffb"), Literal("\x0b")], ids=repr)
def test_characters_that_xml_cannot_contain_are_refused(value: Literal) -> None:
    with pytest.raises(NotWritableError, match="XML cannot contain"):
        written([saying(value)], "rdf")


def test_blank_nodes_have_names_that_xml_allows() -> None:
    found = [saying(BlankNode("1y")), saying(BlankNode("b1y"))]
    assert len(Graph().parse(data=written(found, "rdf"), format="xml")) == 2


@pytest.mark.parametrize("form", ["jsonld", "rdf"])
def test_what_is_new_in_rdf_1_2_is_refused(form: str) -> None:
    with pytest.raises(NotWritableError, match=r"RDF 1\.2.*: write \.ttl or \.nt"):
        written([saying(saying(THING))], form)
    if form == "rdf":
        with pytest.raises(NotWritableError, match=r"RDF 1\.2"):
            written([saying(Literal("a", language="ar", direction=BaseDirection.RTL))], form)


# --- other programs ---

READERS = {
    "n3": """
const { Parser } = require("n3");
const chunks = [];
process.stdin.on("data", (c) => chunks.push(c)).on("end", () =>
  console.log(new Parser().parse(Buffer.concat(chunks).toString()).length));
""",
    "jsonld": """
const jsonld = require("jsonld");
const chunks = [];
process.stdin.on("data", (c) => chunks.push(c)).on("end", async () =>
  console.log((await jsonld.toRDF(JSON.parse(Buffer.concat(chunks).toString()))).length));
""",
}
N3, JSONLD = "n3@1.26.0", "jsonld@8.3.3"


@pytest.fixture(scope="module")
def files(toy_graph: KnowledgeGraph) -> dict[str, bytes]:
    """The whole toy graph in each format."""
    rows = toy_graph.sparql("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    return {form: triples(rows, form).encode() for form in FORMS_OF_TRIPLES}


@pytest.fixture(scope="module")
def number(toy_graph: KnowledgeGraph) -> int:
    (row,) = toy_graph.sparql("SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }")
    return int(str(row["n"]))


@pytest.mark.parametrize("form", FORMS_OF_TRIPLES)
def test_rdflib_reads_as_many_triples(files: dict[str, bytes], number: int, form: str) -> None:
    assert len(Graph().parse(data=files[form], format=OF_RDFLIB[form])) == number


@pytest.mark.parametrize("form", OF_RAPPER)
def test_raptor_reads_as_many_triples(files: dict[str, bytes], number: int, form: str) -> None:
    rapper = required("rapper", "raptor2-utils")
    done = subprocess.run([rapper, "-q", "-i", OF_RAPPER[form], "-o", "ntriples", "-", "https://example.org/"],
                          input=files[form], capture_output=True, check=False)  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(set(done.stdout.splitlines())) == number


@pytest.mark.parametrize(("form", "package"), [("ttl", N3), ("nt", N3), ("jsonld", JSONLD)])
def test_javascript_reads_as_many_triples(files: dict[str, bytes], number: int, form: str, package: str) -> None:
    folder = npm_modules(package).parent
    done = subprocess.run([required("node", "nodejs"), "-e", READERS[package.partition("@")[0]]], input=files[form],
                          capture_output=True, cwd=folder, check=False)  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    assert int(done.stdout) == number


@pytest.mark.parametrize("form", FORMS_OF_TRIPLES)
def test_the_engine_reads_the_same_triples(files: dict[str, bytes], toy_graph: KnowledgeGraph, form: str) -> None:
    found = {quad.triple for quad in parse(files[form], format=FORMS_OF_TRIPLES[form])}
    assert found == set(toy_graph.sparql("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }").triples or ())
