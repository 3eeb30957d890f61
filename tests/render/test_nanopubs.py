"""Findings as nanopublications: read back by the nanopub library, which checks the hashes, and asked with SPARQL."""

from __future__ import annotations

import base64
import csv
import io
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from kg.core.problems import UsageError
from kg.render.nanopub_signature import read_key
from kg.render.nanopubs import nanopub_trig
from kg.render.orkg import orkg_csv
from tests.conftest import KgCli
from tests.toy import EXAMPLE_YAML, write_toy

NP = rdflib.Namespace("http://www.nanopub.org/nschema#")
ASKED = """PREFIX np: <http://www.nanopub.org/nschema#> PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX cs: <https://w3id.org/continuous-star/ontology#> PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?statement ?quote ?section ?created {
  GRAPH ?head { ?np a np:Nanopublication ; np:hasAssertion ?a ; np:hasProvenance ?p ; np:hasPublicationInfo ?i }
  GRAPH ?a { ?finding cs:statement ?statement }
  GRAPH ?p { ?a prov:wasDerivedFrom ?evidence . ?evidence oa:hasSelector/oa:exact ?quote ; cs:section ?section }
  GRAPH ?i { ?np dcterms:created ?created }
}"""


def each(trig: str) -> Iterator[tuple[str, Any]]:
    """The nanopublications of a file, each as the library takes it."""
    nanopub = pytest.importorskip("nanopub")
    whole = rdflib.Dataset()
    whole.parse(data=trig, format="trig")
    for this, _, _, head in whole.quads((None, rdflib.RDF.type, NP.Nanopublication, None)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the library reads this class of rdflib
            one = rdflib.ConjunctiveGraph()
            for name in (head, *(whole.graph(head).value(this, NP[f"has{p}"])
                                 for p in ("Assertion", "Provenance", "PublicationInfo"))):  # fmt: skip
                for s, p, o in whole.graph(name):
                    one.get_context(name).add((s, p, o))
            yield str(this), nanopub.Nanopub(rdf=one)


def test_each_finding_is_a_nanopublication_with_a_trusty_uri(toy_graph: KnowledgeGraph) -> None:
    found = dict(each(nanopub_trig(toy_graph, licence="https://creativecommons.org/licenses/by/4.0/")))
    assert len(found) == len(toy_graph.query("things-findings")) == 8
    for this, read in found.items():
        assert read.is_valid
        assert read.has_valid_trusty
        assert read.source_uri == this
        assert "/np/RA" in this
        assert not read.metadata.signature


@pytest.fixture(scope="module")
def signing_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rsa = pytest.importorskip("Crypto.PublicKey.RSA")
    file = tmp_path_factory.mktemp("key") / "id_rsa.pem"
    file.write_bytes(rsa.generate(2048).export_key())
    return file


def test_a_signature_is_valid_for_other_programs(toy_graph: KnowledgeGraph, signing_key: Path) -> None:
    other = pytest.importorskip("nanopub_sign")
    trig = nanopub_trig(toy_graph, signing_key=signing_key)
    assert trig == nanopub_trig(toy_graph, signing_key=signing_key)
    signed = dict(each(trig))
    assert len(signed) == 8
    for this, read in signed.items():
        assert read.is_valid
        assert read.has_valid_trusty
        assert (read.source_uri, str(read.metadata.sig_uri)) == (this, f"{this}#sig")
        text = read.rdf.serialize(format="trig")
        other.Nanopub(text).check()  # nanopub 2.0 does not look at what the comparison of the signature says
        with pytest.raises(Exception, match="Invalid Nanopub"):
            other.Nanopub(text.replace(str(read.metadata.signature)[:9], "AAAAAAAAA")).check()
    assert not set(signed) & set(dict(each(nanopub_trig(toy_graph))))  # the hash contains the signature


def test_the_command_signs_with_a_key_as_other_tools_write_it(
    toy: Path, tmp_path: Path, signing_key: Path, kg_cli: KgCli
) -> None:
    rsa = pytest.importorskip("Crypto.PublicKey.RSA")
    line = tmp_path / "id_rsa"
    line.write_bytes(base64.b64encode(rsa.import_key(signing_key.read_bytes()).export_key("DER", pkcs=8)) + b"\n")
    done = kg_cli(toy, "export", "muster2032", "-f", "nanopub", "--sign", str(line))
    assert done.stdout == nanopub_trig(KnowledgeGraph.open(toy), ["muster2032"], signing_key=signing_key)
    assert "--sign is for nanopublications" in kg_cli(toy, "export", "--sign", str(line)).stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [("public", "is a public key"), ("locked", "is no RSA key without a passphrase"), ("short", "has 1024 bits"),
     ("text", "is no RSA key"), ("large", "is too large"), ("nowhere", "cannot be read")],
)  # fmt: skip
def test_what_is_no_private_key_is_refused(tmp_path: Path, signing_key: Path, name: str, said: str) -> None:
    rsa = pytest.importorskip("Crypto.PublicKey.RSA")
    key = rsa.import_key(signing_key.read_bytes())
    make = {
        "public": lambda: key.public_key().export_key(), "locked": lambda: key.export_key(passphrase=name),
        "short": lambda: rsa.generate(1024).export_key(), "text": lambda: b"no key at all\n",
        "large": lambda: bytes(100_000),
    }  # fmt: skip
    if name in make:
        (tmp_path / name).write_bytes(make[name]())
    with pytest.raises(UsageError, match=said):
        read_key(tmp_path / name)


def test_sparql_finds_statement_quotation_section_and_date(toy_graph: KnowledgeGraph) -> None:
    store = ox.Store()
    store.load(nanopub_trig(toy_graph), format=ox.RdfFormat.TRIG)
    rows = {tuple(term.value for term in row) for row in store.query(ASKED)}  # type: ignore[union-attr]
    assert ("Toy testers ask for tools.", "testers asked for tools", "3", "2032-03-04T00:00:00Z") in rows
    assert len({row[0] for row in rows}) == 8


def test_one_changed_letter_is_another_nanopublication(toy_graph: KnowledgeGraph) -> None:
    pytest.importorskip("nanopub")
    from nanopub.utils import MalformedNanopubError

    changed = nanopub_trig(toy_graph, ["muster2032"]).replace("Toy testers ask", "Toy testers axk")
    wrong = 0
    for _, read in each(changed):
        try:
            assert read.has_valid_trusty
        except MalformedNanopubError:
            wrong += 1
    assert wrong == 1


def test_statements_of_any_characters_keep_their_hash(tmp_path: Path) -> None:
    folder = write_toy(tmp_path)
    odd = r"\\ \"x\" \n second line, \t tab, é 中 🙂 <a> {b}"
    text = EXAMPLE_YAML.replace("Nobody budgets continuously.", f'"{odd}"')
    (folder / "bib" / "annotations" / "example2031.yaml").write_text(text, "utf-8")
    assert not build(folder).errors
    trig = nanopub_trig(KnowledgeGraph.open(folder), ["example2031"])
    assert all(read.has_valid_trusty for _, read in each(trig))
    assert "é 中 🙂 <a> {b}" in trig


def test_the_command_writes_those_of_some_publications(toy: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    for name in ("one", "two"):
        done = kg_cli(toy, "export", "muster2032", "-o", str(tmp_path / f"{name}.trig"))
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "one.trig").read_bytes() == (tmp_path / "two.trig").read_bytes()
    graphs = Counter(q.graph_name.value.partition("#")[2] for q in ox.parse(path=str(tmp_path / "one.trig")))
    assert set(graphs) == {"Head", "assertion", "provenance", "pubinfo"}
    assert graphs["Head"] == 4 * 4
    done = kg_cli(toy, "export", "nobody2030", "-f", "nanopub")
    assert (done.returncode, "no annotation of `nobody2030`" in done.stderr) == (2, True)


def test_the_table_for_the_orkg_has_a_row_for_each_annotated_publication(toy_graph: KnowledgeGraph) -> None:
    head, *rows = csv.reader(io.StringIO(orkg_csv(toy_graph)))
    assert head[:2] == ["paper:title", "paper:authors"]
    assert [row[0] for row in rows] == ["A toy study of CI builds, 100% made up", "Toy tests revisited"]
    practices = [{row[at] for at, name in enumerate(head) if name == "resource:practice"} - {""} for row in rows]
    assert practices[0] == {"continuous planning", "continuous testing"}  # budgeting was not found
    assert rows[0][1] == "Ada Example;Jörg Örtel"
