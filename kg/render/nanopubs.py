"""Findings as nanopublications: one for each finding, with assertion, provenance and publication info, as TriG.

The IRI of a nanopublication is a trusty URI: it ends with a hash of what it says (Kuhn and Dumontier 2014, module RA).
It is signed if a key is given, as the library `nanopub` and nanopub-java do: the signature is one of the canonical form
without the signature, and the hash is one of the form with it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse, serialize

from kg.core.iris import CS, DCTERMS, FOAF, OA, PREFIXES, PRISM, PROV, RDF, RDFS, XSD, Namespace, local_name
from kg.graph.serialise import in_order
from kg.render.nanopub_signature import ALGORITHM, SigningKey, read_key
from kg.render.pages.site_things import Things

NP, NPX = Namespace("http://www.nanopub.org/nschema#"), Namespace("http://purl.org/nanopub/x/")
PART = "np/"
"""Below the base of the review: what the IRIs of nanopublications begin with."""
_OF_FINDING = (
    RDF.type, CS.statement, CS.concernsPractice, CS.concernsApproach, CS.concernsTool, CS.concernsOutcome,
    CS.identifiesChallenge, CS.reportsAbsenceOf, CS.addresses, CS.recommends,
)  # fmt: skip
_OF_LINK = (RDF.type, CS.practice, CS.challenge, CS.polarity, CS.cause, CS.outcome, CS.direction, CS.valence,
            CS.fromConcept, CS.toConcept, CS.relationType)  # fmt: skip
_OF_SOURCE = (RDF.type, CS.section, CS.page, CS.sheetRow, OA.hasSource, OA.hasSelector, OA.exact)
_OF_WORK = (RDFS.label, DCTERMS.title, PRISM.doi)
_GIVEN = (CS.FindingOfFurtherReading.value,)
"""Classes that say where a finding stands among others, and nothing that was found."""
Statement = tuple[str, str, str, Any]
"""Graph, subject and predicate as IRIs, and the object as a term."""


class Reviewed(Protocol):
    """The graph of a review."""

    def nquads(self) -> bytes: ...

    @property
    def store(self) -> Any: ...


def nanopub_trig(
    graph: Reviewed, keys: Collection[str] = (), licence: str = "", signing_key: Path | None = None
) -> str:
    """The nanopublications of all findings, in the order of their ids; the same graph and key give the same text.

    Args:
        graph: the graph of the review.
        keys: only findings that these publications report, or that these annotation files contain.
        licence: the address of the licence of the review.
        signing_key: the file with the private key to sign with; without one, they are not signed.

    Raises:
        UsageError: if the key cannot be used.
    """
    key = read_key(signing_key) if signing_key else None
    facts, files = set(), {}
    for quad in parse(graph.nquads(), format=RdfFormat.N_QUADS):
        facts.add(quad.triple)
        if quad.predicate == DCTERMS.identifier and isinstance(quad.graph_name, NamedNode):
            files[str(getattr(quad.subject, "value", ""))] = quad.graph_name.value
    things = Things(in_order(facts))
    quads: list[Quad] = []
    for finding in sorted(things.of(CS.Finding)):
        stem = local_name(finding).removeprefix("finding/").partition("/")[0]
        if not keys or {stem, stem.partition(".")[0]} & set(keys):
            said = list(_nanopub(things, finding, files.get(finding, ""), graph.store.base, licence))
            said += _signature(said, f"{graph.store.base}{PART} ", key) if key else []
            quads += _quads(said, graph.store.base + PART)
    written = serialize(quads, format=RdfFormat.TRIG, prefixes=PREFIXES | {"np": str(NP), "npx": str(NPX)})
    return (written or b"").decode()


def _nanopub(things: Things, finding: str, file: str, base: str, licence: str) -> Iterator[Statement]:
    """The statements of a nanopublication whose hash is not known yet; in its place is a space."""
    this = f"{base}{PART} "
    head, assertion, provenance, info = (f"{this}#{part}" for part in ("Head", "assertion", "provenance", "pubinfo"))
    yield head, this, RDF.type.value, NP.Nanopublication
    for part, graph in (("Assertion", assertion), ("Provenance", provenance), ("PublicationInfo", info)):
        yield head, this, NP(f"has{part}").value, _Iri(graph)
    yield from _said(things, assertion, finding, _OF_FINDING)
    for link in things.naming(finding, CS.supportedBy):
        yield from _said(things, assertion, link, _OF_LINK)
        yield assertion, link, CS.supportedBy.value, NamedNode(finding)
    yield from _provenance(things, finding, file, assertion, provenance)
    yield info, this, RDFS.label.value, Literal(f"Finding {local_name(finding).removeprefix('finding/')}")
    yield info, this, NPX.introduces.value, NamedNode(finding)
    if file:
        yield info, this, PROV.wasDerivedFrom.value, NamedNode(file)
    for date in things.values(file, DCTERMS.created):
        yield info, this, DCTERMS.created.value, Literal(f"{date}T00:00:00Z", datatype=XSD.dateTime)
    for who in things.values(file, PROV.wasAttributedTo):
        yield info, this, DCTERMS.creator.value, NamedNode(who)
        yield info, who, FOAF.name.value, Literal(things.label(who))
    if licence:
        yield info, this, DCTERMS.license.value, NamedNode(licence)


def _provenance(things: Things, finding: str, file: str, assertion: str, graph: str) -> Iterator[Statement]:
    """The publication, the quotations with their sections, who read it, and whose finding it reports."""
    for work in things.values(finding, CS.reportedIn):
        yield graph, assertion, PROV.hadPrimarySource.value, NamedNode(work)
        yield from _said(things, graph, work, _OF_WORK)
    for work in things.values(finding, CS.attributedTo):
        yield graph, finding, CS.attributedTo.value, NamedNode(work)
        yield from _said(things, graph, work, _OF_WORK)
    for section in things.values(finding, CS.section):
        yield graph, finding, CS.section.value, Literal(section)
    for evidence in things.values(finding, CS.hasEvidence):
        yield graph, assertion, PROV.wasDerivedFrom.value, NamedNode(evidence)
        for part in (evidence, *things.values(evidence, OA.hasSelector)):
            yield from _said(things, graph, part, _OF_SOURCE)
    for who in things.values(file, PROV.wasAttributedTo):
        yield graph, assertion, PROV.wasAttributedTo.value, NamedNode(who)


def _signature(said: Sequence[Statement], this: str, key: SigningKey) -> list[Statement]:
    """The signature of a nanopublication, and what it is checked with."""
    info, name = f"{this}#pubinfo", f"{this}#sig"
    added: list[Statement] = [
        (info, name, NPX.hasAlgorithm.value, Literal(ALGORITHM)),
        (info, name, NPX.hasPublicKey.value, Literal(key.public)),
        (info, name, NPX.hasSignatureTarget.value, _Iri(this)),
    ]
    return [*added, (info, name, NPX.hasSignature.value, Literal(key.sign(canonical([*said, *added]))))]


def _said(things: Things, graph: str, thing: str, properties: Sequence[NamedNode]) -> Iterator[Statement]:
    for property_ in properties:
        for term in things.terms(thing, property_):
            if term.value not in _GIVEN:
                yield graph, thing, property_.value, term


class _Iri(str):
    """An IRI that contains the space, and cannot be a term yet."""

    __slots__ = ()


def _quads(said: Sequence[Statement], prefix: str) -> Iterator[Quad]:
    """The statements with the hash in place of the space after the prefix."""
    found = trusty(said)

    def iri(text: str) -> NamedNode:
        return NamedNode(text.replace(f"{prefix} ", prefix + found, 1) if text.startswith(f"{prefix} ") else text)

    for graph, subject, predicate, term in dict.fromkeys(said):
        yield Quad(iri(subject), NamedNode(predicate), iri(term) if isinstance(term, _Iri) else term, iri(graph))


def trusty(said: Sequence[Statement]) -> str:
    """The artifact code of statements: `RA` and the SHA-256 of their canonical form (trustyuri.net, module RA)."""
    return "RA" + base64.urlsafe_b64encode(hashlib.sha256(canonical(said).encode()).digest()).decode().rstrip("=")


def canonical(said: Sequence[Statement]) -> str:
    """The statements in canonical order, with a space for the hash that is not known yet."""
    return "".join(dict.fromkeys(
        f"{graph}\n{subject}\n{predicate}\n{_canonical(term)}\n"
        for graph, subject, predicate, term in sorted(said, key=_order)
    ))  # fmt: skip


def _order(statement: Statement) -> tuple[object, ...]:
    """IRIs before literals; literals by value, then those with a language, then by datatype."""
    *before, term = statement
    if not isinstance(term, Literal):
        return (*before, 0, str(term) if isinstance(term, _Iri) else term.value)
    return (
        *before,
        1,
        term.value,
        not term.language,
        "" if term.language else term.datatype.value,
        term.language or "",
    )


def _canonical(term: Any) -> str:
    if not isinstance(term, Literal):
        return str(term) if isinstance(term, _Iri) else str(term.value)
    text = term.value.replace("\\", "\\\\").replace("\n", "\\n")
    return f"@{term.language.lower()} {text}" if term.language else f"^{term.datatype.value} {text}"
