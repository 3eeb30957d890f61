"""Triples as RDF files: what each syntax cannot say is an error, and never another triple or a file nobody can read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, cast

import pyoxigraph as ox

from kg.core.iris import PREFIXES, RDF
from kg.core.problems import UsageError, brief

FORMS_OF_TRIPLES = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "rdf": ox.RdfFormat.RDF_XML,
}
_START = (
    "A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = re.compile(rf"[{_START}][{_START}0-9.\-\xb7\u0300-\u036f\u203f\u2040]*\Z")
"""The name that an IRI must end in (Namespaces in XML 1.0, NCName)."""
_RESERVED = re.compile(
    re.escape(str(RDF)) + "(RDF|ID|Description|about|parseType|resource|nodeID|datatype|li|bagID|aboutEach(Prefix)?)"
)
"""Names of RDF/XML itself (section 5.1), which a property or class cannot have."""
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_INSTEAD = "write .ttl, .nt or .jsonld"


class NotWritableError(UsageError):
    """Triples that the syntax cannot say."""


class _XmlOut:
    """Bytes of RDF/XML with carriage returns escaped, which readers of XML would change into line feeds."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def write(self, data: Any) -> int:
        self._out.write(bytes(data).replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        self._out.flush()


def write_triples(triples: Iterable[ox.Triple], form: str, out: BinaryIO) -> None:
    """Writes triples in one of `FORMS_OF_TRIPLES`. Exceptions of `out` and `triples` are passed on.

    Raises:
        NotWritableError: if the syntax cannot say a triple; a part may have been written.
    """
    if form == "rdf":
        ox.serialize(map(_in_xml, triples), cast("BinaryIO", _XmlOut(out)), format=FORMS_OF_TRIPLES[form])
    else:
        checked = _plain(triples) if form == "jsonld" else triples
        ox.serialize(checked, out, format=FORMS_OF_TRIPLES[form], prefixes=PREFIXES if form == "ttl" else None)


def _plain(triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    for triple in triples:
        if isinstance(triple.object, ox.Triple):
            raise NotWritableError(f"JSON-LD cannot say triple terms (RDF 1.2), such as {_short(triple.object)}: "
                                   "write .ttl or .nt")  # fmt: skip
        yield triple


def _in_xml(triple: ox.Triple) -> ox.Triple:
    """The triple for RDF/XML 1.1: blank nodes have ids that are XML names."""
    value, names = triple.object, {"property": triple.predicate}
    if triple.predicate == RDF.type and isinstance(value, ox.NamedNode):
        names["class"] = value  # an element has the name of its class
    for what, name in names.items():
        if _RESERVED.fullmatch(name.value) or not _NAME.search(name.value):
            raise NotWritableError(f"RDF/XML cannot name the {what} {_short(name)}: its end is no name of an XML "
                                   f"element; {_INSTEAD}")  # fmt: skip
    if isinstance(value, ox.Triple) or (isinstance(value, ox.Literal) and value.direction is not None):
        raise NotWritableError(f"RDF/XML 1.1 cannot say {_short(value)} (RDF 1.2): write .ttl or .nt")
    if isinstance(value, ox.Literal) and _NOT_XML.search(value.value):
        raise NotWritableError(f"XML cannot contain a character of {_short(value)}; {_INSTEAD}")
    return ox.Triple(_node(triple.subject), triple.predicate, _node(value))


def _node(term: Any) -> Any:
    return ox.BlankNode(f"b{term.value}") if isinstance(term, ox.BlankNode) else term


def _short(term: object) -> str:
    return brief(str(term), 120)
