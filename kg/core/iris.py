"""Namespaces, and the only functions that mint IRIs.

An IRI consists of ids from the sources. Characters other than letters, digits, `-`, `_`, `.` and `~` are
percent-encoded, so that IRIs are readable and stable, and no BibTeX key can change their path.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote

from pyoxigraph import NamedNode

from kg.core.kinds import KINDS

BASE = "https://w3id.org/continuous-star/"
_PLAIN = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9_.~-]*")
"""Ids that need no encoding."""


class Namespace:
    """`CS.Practice`, or `CS("Practice")` for a computed name, is the term in the namespace."""

    def __init__(self, iri: str) -> None:
        self._iri = iri

    def __call__(self, name: str) -> NamedNode:
        return NamedNode(self._iri + name)

    def __getattr__(self, name: str) -> NamedNode:
        if name.startswith("_"):
            raise AttributeError(name)
        term = NamedNode(self._iri + name)
        setattr(self, name, term)  # cached
        return term

    def __str__(self) -> str:
        return self._iri


CS = Namespace(BASE + "ontology#")
BIBO = Namespace("http://purl.org/ontology/bibo/")
CITO = Namespace("http://purl.org/spar/cito/")
DCTERMS = Namespace("http://purl.org/dc/terms/")
FABIO = Namespace("http://purl.org/spar/fabio/")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
OA = Namespace("http://www.w3.org/ns/oa#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
PRISM = Namespace("http://prismstandard.org/namespaces/basic/2.0/")
PROV = Namespace("http://www.w3.org/ns/prov#")
QB = Namespace("http://purl.org/linked-data/cube#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")

PREFIXES: dict[str, str] = {
    name.lower(): str(namespace) for name, namespace in sorted(globals().items()) if isinstance(namespace, Namespace)
} | {
    prefix: f"{BASE}{prefix}/"
    for prefix in (*(kind.prefix for kind in KINDS if kind.prefix), "scheme", "group", "person", "code")
}
"""Prefixes of serialised graphs, and those that a query may use without declaring them."""

VOID = Namespace("http://rdfs.org/ns/void#")
"""Used about stores only. It is defined after the prefixes because these are part of every build."""


def segment(text: str) -> str:
    """One path segment of an IRI: never `.` or `..`, and different texts (in Unicode's NFC) give different segments.

    Letters and digits of every script stay readable, as IRIs allow (RFC 3987); everything else is percent-encoded.
    """
    if _PLAIN.fullmatch(text):
        return text
    encoded = "".join(
        c if c.isalnum() and not c.isascii() else quote(c, safe="", errors="surrogatepass")
        for c in unicodedata.normalize("NFC", text)
    )
    return encoded.replace(".", "%2E") if not encoded.strip(".") else encoded


def mint(kind: str, *ids: str) -> NamedNode:
    """The IRI of a thing: `mint("finding", "vanska2024", "PEC4")` is base + `finding/vanska2024/PEC4`."""
    return NamedNode(f"{BASE}{kind}/{below(*ids)}" if ids else BASE + kind)


def below(*ids: str) -> str:
    """The ids as segments of an IRI."""
    return "/".join(map(segment, ids))


UNION = mint("graph", "all")
"""The graph into which `kg push` writes the union of all others."""

MANIFEST = mint("graph", "manifest")
"""The graph in which `kg push` lists the graphs that it has written."""


@lru_cache(maxsize=1 << 16)
def slug(text: str) -> str:
    """`text` as one readable id: lower case, letters and digits of any script, everything else a single `-`."""
    folded = unicodedata.normalize("NFC", text).casefold()
    return re.sub(r"[\W_]+", "-", folded).strip("-") or "unnamed"


@lru_cache(maxsize=1 << 16)
def person(name: str) -> NamedNode:
    """The IRI of a person, by the name as printed: only names that differ in case or punctuation alone are merged."""
    return NamedNode(f"{BASE}person/{slug(name)}")


def local_name(iri: str) -> str:
    """The part of an IRI after the base, or the whole IRI if it has another base."""
    return iri.removeprefix(BASE)


def full_iri(name: str) -> str:
    """The inverse of `local_name`."""
    return name if ":" in name.split("/", 1)[0] else BASE + name


def compact(iri: str) -> str:
    """`cs:Finding` for an IRI in a known namespace, else the IRI."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and re.fullmatch(r"[\w-]+", iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
