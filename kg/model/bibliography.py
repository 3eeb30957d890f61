"""Bibliographies and vocabularies as frozen values, independent of files and RDF."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from kg.core.folding import folded


@dataclass(frozen=True, slots=True)
class Person:
    """An author or editor as printed; `family` is the whole name of an organisation."""

    family: str
    given: str = ""

    @property
    def full(self) -> str:
        return f"{self.given} {self.family}".strip()


def full_title(title: str, subtitle: str = "", addon: str = "") -> str:
    """Returns `Title: Subtitle. Addition`; a subtitle that the title already ends with is not repeated.

    biblatex leaves the mark between title and subtitle to the style; title pages, pandoc and CSL use a colon.
    """
    if subtitle and not title.casefold().endswith(subtitle.casefold()):
        title = f"{title}{' ' if title.endswith(tuple('.:?!…')) else ': '}{subtitle}" if title else subtitle
    return f"{title}{' ' if title.endswith(tuple('.?!…')) else '. '}{addon}" if title and addon else title or addon


@dataclass(frozen=True, slots=True)
class BibliographyEntry:
    """One entry of a bibliography, as written in `raw`. An empty attribute was not in the entry; nothing is ever added.

    `authors` are the entry's own editors if it has no author; `editors` are those of the work, or of the volume that it
    is in. `others` says that the list of authors is incomplete. `fields` are all values as plain text, including
    inherited ones, `parent` is the key that crossref names, `needs` are the `@preamble`, `@string` and `@xdata` blocks
    before it.
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
    editors: tuple[Person, ...] = ()

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


ConceptKind = str
"""Name of a kind of concept in `kg.core.kinds`: `practice`, `challenge` …"""


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

    def named(self, kind: ConceptKind, name: str) -> list[str]:
        """The slugs of the concepts of a kind with a name: as their slug, else as preferred label, else as another one.

        Several concepts may have one label, such as CI/CD. Case, accents and punctuation make no difference.
        """
        key = kind, folded(name)
        return next((index[key] for index in self._by_name if key in index), [])

    @cached_property
    def _by_name(self) -> Sequence[Mapping[tuple[ConceptKind, str], list[str]]]:
        indexes: list[dict[tuple[ConceptKind, str], list[str]]] = [defaultdict(list) for _ in range(3)]
        for (kind, slug), concept in sorted(self.concepts.items()):
            for index, names in zip(indexes, ((slug,), concept.labels[:1], concept.labels[1:]), strict=True):
                for name in dict.fromkeys(map(folded, names)):
                    index[kind, name].append(slug)
        return indexes
