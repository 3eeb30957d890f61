"""The facts of the graph by thing and property, in both directions, for the pages of a site."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from kg.core.iris import BIBO, CS, DCTERMS, RDF, RDFS, SKOS, compact, local_name
from kg.store import Term

_TURNING = "\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c"
"""Marks that change the direction of text."""
_INVISIBLE = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_TURNING}]")
"""Control characters (Unicode's Cc, without the ends of lines and tabulators), half characters, and those marks."""

_NOTHING: dict[str, list[str]] = {}


class Things:
    """The facts about each thing, and the facts that refer to it. Everything comes in a fixed order."""

    def __init__(self, facts: Iterable[Triple]) -> None:
        """Keeps the facts about things that have an IRI.

        Args:
            facts: distinct triples; those about a thing stay in their order in `about`.
        """
        self.about: dict[str, list[Triple]] = defaultdict(list)
        """The facts about each thing that has an IRI."""
        found: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for fact in facts:
            subject: Any = fact.subject
            if isinstance(subject, NamedNode):
                self.about[subject.value].append(fact)
                # The stubs say that an object may be a triple; kg writes none, and refuses those of a review.
                found[subject.value][fact.predicate.value].append(fact.object)  # type: ignore[arg-type]
        self.said: dict[str, dict[str, list[Term]]] = {
            thing: {
                property_: sorted(terms, key=_value_order) if len(terms) > 1 else terms
                for property_, terms in sorted(properties.items())
            }
            for thing, properties in sorted(found.items())
        }
        self._texts = {
            thing: {property_: [term.value for term in terms] for property_, terms in properties.items()}
            for thing, properties in self.said.items()
        }
        self._labels: dict[str, str] = {}
        self._naming: dict[str, dict[str, list[str]]] = {}
        for thing, properties in self.said.items():
            for property_, terms in properties.items():
                for term in terms:
                    if isinstance(term, NamedNode):
                        self._naming.setdefault(term.value, {}).setdefault(property_, []).append(thing)

    def values(self, iri: str, property_: NamedNode) -> list[str]:
        """IRIs, or the texts of literals; the list belongs to the graph."""
        return self._texts.get(iri, _NOTHING).get(property_.value, [])

    def terms(self, iri: str, property_: NamedNode) -> list[Term]:
        return self.said.get(iri, {}).get(property_.value, [])

    def value(self, iri: str, property_: NamedNode) -> str:
        """The first of the values, empty when there is none."""
        texts = self.values(iri, property_)
        return texts[0] if texts else ""

    def naming(self, iri: str, property_: NamedNode) -> list[str]:
        """The things that have `iri` as a value of the property; the list belongs to the graph."""
        return self._naming.get(iri, _NOTHING).get(property_.value, [])

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
        if iri not in self._labels:
            self._labels[iri] = self._label(iri)
        return self._labels[iri]

    def _label(self, iri: str) -> str:
        for property_ in (SKOS.prefLabel, RDFS.label, DCTERMS.title, CS.statement):
            if text := self.value(iri, property_):
                return text
        if self.is_a(iri, CS.Study) and (work := self.value(self.value(iri, CS.reportedIn), RDFS.label)):
            return f"Study reported in {work}"  # its id is that of the work
        if text := self.value(iri, DCTERMS.identifier):
            return text
        # Concepts of a vocabulary may have a work as their source that this review does not have: its key is its name.
        return local_name(iri).removeprefix("publication/") if local_name(iri) != iri else compact(iri)

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


def _value_order(value: Any) -> tuple[bool, str, str]:
    """Things before texts."""
    return isinstance(value, Literal), value.value, str(value)


def shown(text: str) -> str:
    """`text` without control characters and marks that change the direction of the text after them."""
    return text if text.isprintable() else _INVISIBLE.sub("", text)


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
