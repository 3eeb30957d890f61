"""Namespaces, and the only functions that mint IRIs.

An IRI consists of ids from the sources. Characters other than letters, digits, `-`, `_`, `.` and `~` are
percent-encoded, so that IRIs are readable and stable, and no BibTeX key can change their path. The IRI of a name as
printed depends on its exact spelling alone, so that it has one label whatever else is read.

The terms of the ontology and the concepts that come with kg are below `BASE`. A review may have a base of its own for
everything else: `minting` says which one while it is built, and `know` makes the base of a graph that is read known.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, TypeVar, cast
from urllib.parse import quote

from pyoxigraph import NamedNode

from kg.core.kinds import KINDS

BASE = "https://w3id.org/continuous-star/"
_SHARED = frozenset((*(kind.prefix for kind in KINDS if kind.concept), "scheme", "group"))
"""First segments of the IRIs of vocabularies, which stay below `BASE`."""
_Function = TypeVar("_Function", bound=Callable[..., Any])
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
"""Used about stores, and about the base of a review. It is defined after the prefixes because these are part of every
build."""

_base = BASE
_elsewhere: Mapping[str, str] = {}
_known: tuple[str, ...] = (BASE,)
_of_base: list[Callable[[], None]] = []


@contextmanager
def minting(base: str) -> Iterator[None]:
    """Until it ends, the things of the review get IRIs below `base`; the concepts that come with kg do not."""
    try:
        _mint_below(base, {})
        know(base)
        yield
    finally:
        _mint_below(BASE, {})


def mint_concepts(iris: Mapping[str, str]) -> None:
    """Until `minting` ends, concepts have these IRIs instead, by name (`practice/dark-launching`)."""
    _mint_below(_base, iris)


def _mint_below(base: str, elsewhere: Mapping[str, str]) -> None:
    global _base, _elsewhere
    if (base, elsewhere) != (_base, _elsewhere):
        _base, _elsewhere = base, elsewhere
        for clear in _of_base:
            clear()


def depends_on_base(function: _Function) -> _Function:
    """Caches the results of a function until the base changes."""
    cached = lru_cache(maxsize=1 << 16)(function)
    _of_base.append(cached.cache_clear)
    return cast(_Function, cached)


def minting_base() -> str:
    """The base of the review that is being built."""
    return _base


def know(base: str) -> None:
    """Makes the base of a graph known: the names of things are without it from now on."""
    global _known
    if base not in _known:
        _known = tuple(sorted((*_known, base), key=lambda one: (-len(one), one)))


def known_bases() -> tuple[str, ...]:
    """The bases of the graphs of this process, the longest first."""
    return _known


@lru_cache(maxsize=64)
def prefixes_of(base: str) -> dict[str, str]:
    """`PREFIXES` in a graph of this base: `publication:` is below it, `practice:` is not."""
    own = {name: base + name + "/" for name, iri in PREFIXES.items() if iri == f"{BASE}{name}/" and name not in _SHARED}
    return PREFIXES | own


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
    name = f"{kind}/{below(*ids)}" if ids else kind
    return NamedNode(_elsewhere.get(name) or (BASE if kind in _SHARED else _base) + name)


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


@depends_on_base
def person(family: str, given: str = "") -> NamedNode:
    """The IRI of a name as printed; another spelling, or another division into the two parts, has another IRI."""
    family, given = _nfc(family), _nfc(given)
    name = slug(f"{given} {family}")
    return _spelled("person", name, _usual_name(name) == (family, given), f"{len(family)} {family} {given}")


@depends_on_base
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
        return NamedNode(f"{_base}{kind}/{name}")
    return NamedNode(f"{_base}{kind}/{name}_{hashlib.sha256(spelling.encode(errors='surrogatepass')).hexdigest()[:10]}")


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
    """The part of an IRI after the base of its graph, or the whole IRI if it has another base."""
    return next((iri[len(base) :] for base in _known if iri.startswith(base)), iri)


def compact(iri: str) -> str:
    """`cs:Finding` for an IRI in a known namespace, else the IRI."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and re.fullmatch(r"[\w-]+", iri[len(namespace) :]):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
