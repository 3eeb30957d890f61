"""Namespaces, and the only functions that mint IRIs.

An IRI consists of ids from the sources. Characters other than letters, digits, `-`, `_`, `.` and `~` are
percent-encoded, so that IRIs are readable and stable, and no BibTeX key can change their path. The IRI of a name as
printed depends on its exact spelling alone, so that it has one label whatever else is read.
"""

from __future__ import annotations

import hashlib
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
def person(family: str, given: str = "") -> NamedNode:
    """The IRI of a name as printed; another spelling, or another division into the two parts, has another IRI."""
    family, given = _nfc(family), _nfc(given)
    name = slug(f"{given} {family}")
    return _spelled("person", name, _usual_name(name) == (family, given), f"{len(family)} {family} {given}")


@lru_cache(maxsize=1 << 16)
def venue(text: str) -> NamedNode:
    """The IRI of the text of a venue; another spelling has another IRI."""
    text, name = _nfc(text), slug(text)
    return _spelled("venue", name, _usual_venue(name) == text, text)


def agent(text: str) -> NamedNode:
    """The IRI of the name of somebody who annotates or decides; another spelling has another IRI."""
    text, name = _nfc(text), slug(text)
    family, given = _usual_name(name)
    return _spelled("agent", name, f"{given} {family}".strip() == text, text)


def _spelled(kind: str, name: str, usual: bool, spelling: str) -> NamedNode:
    """The slug for its usual spelling; else with a hash of the spelling after a `_`, which no slug contains."""
    if usual:
        return NamedNode(f"{BASE}{kind}/{name}")
    return NamedNode(f"{BASE}{kind}/{name}_{hashlib.sha256(spelling.encode(errors='surrogatepass')).hexdigest()[:10]}")


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


_PARTICLES = frozenset(("al", "da", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "la", "van", "von"))
_SMALL = frozenset(("a", "an", "and", "at", "by", "for", "from", "in", "into", "of", "on", "or", "the", "to", "with"))
_CAPITALS = frozenset(("aaai", "acm", "ieee", "ifip", "siam", "usenix"))
_LONGEST_ACRONYM = 5


def _usual_name(name: str) -> tuple[str, str]:
    """The one spelling, as family and given name, that has the slug as its IRI: `Toy` and `Ann M.` for `ann-m-toy`."""
    words = name.split("-")
    last = len(words) - 1
    first = next((at for at in range(1, last) if words[at] in _PARTICLES), last)
    given = " ".join(f"{word.upper()}." if len(word) == 1 else _capital(word) for word in words[:first])
    particles = (word if word in _PARTICLES else _capital(word) for word in words[first:last])
    return " ".join([*particles, _capital(words[last])]), given


def _usual_venue(name: str) -> str:
    """The one spelling that has the slug as its IRI: `IEEE Software` for `ieee-software`, `ICSE` for `icse`."""
    first, *others = name.split("-")
    if not others and len(first) <= _LONGEST_ACRONYM:
        return first.upper()
    words = (word if word in _SMALL else word.upper() if word in _CAPITALS else _capital(word) for word in others)
    return " ".join([first.upper() if first in _CAPITALS else _capital(first), *words])


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


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
