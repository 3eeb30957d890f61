"""Terms as text: IRIs and literals in the form of N-Triples."""

from __future__ import annotations

from functools import lru_cache
from typing import NewType

from pyoxigraph import Literal

from kg.core import iris

Term = NewType("Term", str)
"""An IRI in angle brackets, or a literal in quotes."""


class TextNamespace:
    """`CS.Practice`, or `CS("Practice")` for a computed name, is a term of the namespace as text."""

    def __init__(self, namespace: iris.Namespace) -> None:
        self._namespace = namespace

    def __call__(self, name: str) -> Term:
        return Term(str(self._namespace(name)))

    def __getattr__(self, name: str) -> Term:
        if name.startswith("_"):
            raise AttributeError(name)
        term = self(name)
        setattr(self, name, term)  # the next access does not come here
        return term


BIBO, CITO, CS, DCTERMS, FABIO, FOAF, OA, PRISM, PROV, QB, RDF, RDFS, SKOS, XSD = map(
    TextNamespace,
    (
        *(iris.BIBO, iris.CITO, iris.CS, iris.DCTERMS, iris.FABIO, iris.FOAF, iris.OA),
        *(iris.PRISM, iris.PROV, iris.QB, iris.RDF, iris.RDFS, iris.SKOS, iris.XSD),
    ),
)


@iris.depends_on_base
def minted(kind: str, *ids: str) -> Term:
    """The IRI of a thing (`kg.core.iris.mint`) as text."""
    return Term(str(iris.mint(kind, *ids)))


def below(iri: Term, *ids: str) -> Term:
    """The IRI of a thing below another one: `below(<…/finding/a>, "F1")` is `<…/finding/a/F1>`."""
    return Term(f"{iri[:-1]}/{_segments(*ids)}>")


_segments = lru_cache(maxsize=1 << 12)(iris.below)


def literal(value: str) -> Term:
    """Text as a plain literal. Only text with characters to escape is left to pyoxigraph, which is slower."""
    if value.isprintable() and '"' not in value and "\\" not in value:
        return Term(f'"{value}"')
    return Term(str(Literal(value)))


def text(value: str | None) -> Term | None:
    """Text as a plain literal; None for None and for empty text."""
    return literal(value) if value else None


def tagged(value: str, language: str | None) -> Term:
    """Text in a language; a plain literal if the language is not known."""
    return Term(f"{literal(value)}@{language.lower()}") if language else literal(value)


def typed(value: str, datatype: Term) -> Term:
    """A literal with a datatype."""
    return Term(f"{literal(value)}^^{datatype}")


def integer(value: int) -> Term:
    """A literal of xsd:integer."""
    return Term(f'"{value}"^^{XSD.integer}')
