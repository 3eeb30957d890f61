"""Bibliographies and vocabularies as frozen values, independent of files and RDF."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# --- bibliography ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """An author or editor as printed; `family` is the whole name of an organisation."""

    family: str
    given: str = ""

    @property
    def full(self) -> str:
        return f"{self.given} {self.family}".strip()


@dataclass(frozen=True, slots=True)
class BibliographyEntry:
    """One entry of a bibliography. An empty attribute was not in the entry; nothing is ever added.

    Attributes:
        kind: The entry type, such as `article`.
        others: Whether the list of authors is incomplete.
        fields: All values as plain text, including inherited ones.
        raw: The entry as written.
        parent: The key that its crossref names.
        needs: The `@string` and `@xdata` blocks that must precede the entry.
    """

    key: str
    kind: str
    title: str
    authors: tuple[Person, ...]
    others: bool
    year: str
    venue: str
    fields: Mapping[str, str]
    raw: str
    doi: str = ""
    keywords: tuple[str, ...] = ()
    parent: str = ""
    needs: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """The name of the work in tables and figures, such as `Giray (2021)` or `Leite et al. (2019)`."""
        names = [person.family for person in self.authors]
        if not names:
            who = self.title or self.key
        elif len(names) > 2 or self.others:
            who = f"{names[0]} et al."
        else:
            who = " and ".join(names)
        return f"{who} ({self.year})" if self.year else who


# --- vocabulary -----------------------------------------------------------------------------------------------------

ConceptKind = Literal["practice", "challenge", "method", "area", "approach", "context"]


@dataclass(frozen=True, slots=True)
class VocabularyConcept:
    """A `skos:Concept`; annotations use its `slug`, and the first of its `labels` is the preferred one."""

    iri: str
    kind: ConceptKind
    slug: str
    labels: tuple[str, ...]
    broader: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """All concepts of a review, by kind and slug."""

    concepts: Mapping[tuple[ConceptKind, str], VocabularyConcept] = field(default_factory=dict)

    def slugs(self, kind: ConceptKind) -> list[str]:
        return sorted(slug for found, slug in self.concepts if found == kind)

    def get(self, kind: ConceptKind, slug: str) -> VocabularyConcept | None:
        return self.concepts.get((kind, slug))

    def of_kind(self, kind: ConceptKind) -> list[VocabularyConcept]:
        return [self.concepts[kind, slug] for slug in self.slugs(kind)]
