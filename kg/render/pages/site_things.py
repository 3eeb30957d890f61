"""The facts of the graph by thing and property, in both directions, for the pages of a site."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.iris import BIBO, CS, DCTERMS, RDF, RDFS, SKOS, compact, local_name
from kg.store import Term

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
"""Marks that change the direction of text."""


class Things:
    """The facts about each thing, and the facts that refer to it. Everything comes in a fixed order."""

    def __init__(self, facts: Iterable[Triple]) -> None:
        """Keeps the facts about things that have an IRI."""
        self.said: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        self._naming: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        named = (fact for fact in facts if isinstance(fact.subject, NamedNode))
        for thing, property_, value in sorted(named, key=_place):
            self.said[thing.value][property_.value].append(value)
            if isinstance(value, NamedNode):
                self._naming[value.value][property_.value].append(thing.value)

    def values(self, iri: str, property_: NamedNode) -> list[str]:
        """IRIs, or the texts of literals."""
        return [term.value for term in self.terms(iri, property_)]

    def terms(self, iri: str, property_: NamedNode) -> list[Term]:
        return self.said.get(iri, {}).get(property_.value, [])

    def value(self, iri: str, property_: NamedNode) -> str:
        """The first of the values, empty when there is none."""
        return next(iter(self.values(iri, property_)), "")

    def naming(self, iri: str, property_: NamedNode) -> list[str]:
        """The things that have `iri` as a value of the property."""
        return self._naming.get(iri, {}).get(property_.value, [])

    def of(self, class_: NamedNode) -> list[str]:
        """The things of a class, by label."""
        return sorted(self.naming(class_.value, RDF.type), key=lambda iri: (self.label(iri).casefold(), iri))

    def incoming(self, iri: str) -> Iterator[tuple[str, str]]:
        """The things that have `iri` as a value, each with the property."""
        for property_, things in self._naming.get(iri, {}).items():
            yield from ((thing, property_) for thing in things)

    def is_a(self, iri: str, class_: NamedNode) -> bool:
        return class_.value in self.values(iri, RDF.type)

    def label(self, iri: str) -> str:
        """The name of a thing, or its id if it has none."""
        for property_ in (SKOS.prefLabel, RDFS.label, DCTERMS.title, CS.statement):
            if text := self.value(iri, property_):
                return text
        if self.is_a(iri, CS.Study) and (work := self.value(self.value(iri, CS.reportedIn), RDFS.label)):
            return f"Study reported in {work}"  # its id is that of the work
        if text := self.value(iri, DCTERMS.identifier):
            return text
        return local_name(iri) if local_name(iri) != iri else compact(iri)

    def property_name(self, iri: str) -> str:
        """`concerns practice` for `cs:concernsPractice`: its label, or its name as words."""
        name = re.split(r"[#/:]", compact(iri))[-1]
        return self.value(iri, RDFS.label) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()

    def narrower(self, iri: str) -> list[str]:
        """The concept and all narrower concepts, at any depth."""
        found = {iri: None}
        pending = [iri]
        while pending:
            below = [n for n in self.naming(pending.pop(), SKOS.broader) if n not in found]
            found.update(dict.fromkeys(below))
            pending += below
        return list(found)

    def authors(self, iri: str) -> list[str]:
        """The IRIs of the authors of a publication, in order."""
        node, found, seen = self.value(iri, BIBO.authorList), [], set()
        while node and node not in seen:
            seen.add(node)
            found += self.values(node, RDF.first)
            node = self.value(node, RDF.rest)
        return found


def _place(fact: Triple) -> tuple[str, str, bool, str, str]:
    """Sorts by thing and property, and things before texts."""
    thing: Any = fact.subject
    value: Any = fact.object
    return thing.value, fact.predicate.value, isinstance(value, Literal), value.value, str(value)


def shown(text: str) -> str:
    """`text` without control characters and marks that change the direction of the text after them."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c for c in text if c in "\n\t" or not (unicodedata.category(c) in {"Cc", "Cs"} or c in _TURNING))


def short(text: str, limit: int = 160) -> str:
    """`text` on one line, cut at a word where it is longer than `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0] + " …"


def section(text: str) -> str:
    """`section 5.1` for a number; the name of a table or an appendix as it is."""
    return f"section\u00a0{text}" if text[:1].isdigit() else text


def web_address(text: str) -> str:
    """An http(s) address that is safe in a link; empty for any other text."""
    return text if re.fullmatch(r"https?://[^\s<>\"\\^`{|}]+", text, re.I) else ""


def doi_address(doi: str) -> str:
    return f"https://doi.org/{quote(doi, safe='/()._-:;')}" if doi else ""
