"""Finds the thing that a person means by an id, key, label or alternative label."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import NamedNode

from kg.core.iris import BASE, CS, PREFIXES, below, local_name, prefixes_of
from kg.core.kinds import CONCEPTS, KINDS
from kg.core.problems import KgError, UsageError, brief, close_words
from kg.core.reprs import short
from kg.store import AnyStore

_CLASSES = {kind.name: CS(kind.class_name) for kind in KINDS if kind.class_name}
"""Kinds of things, in the order in which they are searched for a name without a kind."""

_NAMES = """
SELECT ?thing ?name ?rank WHERE {
  { ?thing a CLASS ; ?property ?name }
  UNION { ?thing a CLASS . ?merged dcterms:isReplacedBy ?thing ; ?property ?name }
  FILTER(?property IN (dcterms:identifier, skos:prefLabel, prism:doi, skos:altLabel, rdfs:label))
  BIND(IF(?property = rdfs:label, 3, IF(?property = skos:altLabel, 2, 1)) AS ?rank)
}
"""

MERGED = """SELECT ?entry ?work ?key WHERE { ?entry dcterms:isReplacedBy ?work . ?work dcterms:identifier ?key }"""


NAMES = {kind: _NAMES.replace("CLASS", str(of_kind)) for kind, of_kind in _CLASSES.items()}
"""For each kind of things, the query for their names."""


def fold(name: str) -> str:
    """A name without case, hyphens and repeated spaces: `Continuous-Testing` becomes `continuous testing`."""
    return " ".join(re.sub(r"[-_\s]+", " ", name.casefold()).split())


@dataclass(frozen=True)
class NameIndex:
    """The names of the things of one kind: for each name, the IRIs of its things and the rank of the name (0 best)."""

    exact: Mapping[str, Mapping[str, int]]
    folded: Mapping[str, Mapping[str, int]]

    def find(self, text: str) -> list[str]:
        """The IRIs of the things called `text`: exactly so if possible, else without regard to case and hyphens."""
        things = self.exact.get(text) or self.folded.get(fold(text)) or {}
        best = min(things.values(), default=0)
        return sorted(iri for iri, rank in things.items() if rank == best)

    def close_to(self, text: str) -> list[str]:
        """Up to three names that contain the words typed, ids before labels, or else have a similar spelling."""
        word = fold(text)
        containing = sorted(
            (name for name in self.exact if word and f" {word} " in f" {fold(name)} "),
            key=lambda name: (min(self.exact[name].values()), len(name), name),
        )
        seen: set[str] = set()
        chosen = []
        for name in containing or close_words(text, self.exact):
            if not seen.issuperset(self.exact[name]):  # one name per thing
                chosen.append(name)
                seen.update(self.exact[name])
        return chosen[:3]

    def ids(self) -> list[str]:
        """The id, key or slug of each thing."""
        return sorted(name for name, things in self.exact.items() if min(things.values()) == 0)


class Lookup:
    """The names of the things in a store, read once per kind."""

    def __init__(self, store: AnyStore) -> None:
        self._store = store
        self._names: dict[str, NameIndex] = {}

    def __repr__(self) -> str:
        return short(self, "of names")

    @cached_property
    def _merged(self) -> Mapping[str, tuple[str, str]]:
        """For each entry that is merged into another, the work that it is merged into and its key."""
        return {entry: (work, key) for entry, work, key in self._store.query(MERGED).texts()}

    def merged_into(self, text: str) -> str:
        """The key of the work that an entry is merged into, by key or IRI of the entry; empty if it is not merged."""
        spellings = [*self._spelled(text), f"{self._store.base}publication/{below(text)}"]
        return next((self._merged[iri][1] for iri in spellings if iri in self._merged), "")

    def names(self, kind: str) -> NameIndex:
        """All names of the things of one kind."""
        if kind not in self._names:
            exact: dict[str, dict[str, int]] = defaultdict(dict)
            for iri, name, rank in self._store.query(NAMES[kind]).texts():
                exact[name][iri] = min(int(rank), exact[name].get(iri, 9))
                exact[local_name(iri).split("/", 1)[-1]][iri] = 0
            folded: dict[str, dict[str, int]] = defaultdict(dict)
            for name, things in exact.items():
                for iri, found in things.items():
                    folded[fold(name)][iri] = min(found, folded[fold(name)].get(iri, 9))
            self._names[kind] = NameIndex(dict(exact), dict(folded))
        return self._names[kind]

    def completions(self, kind: str) -> list[str]:
        """Ids for shell completion, of one kind or of all (`thing`); `vanska2024/PEC4` also as `PEC4`."""
        kinds: Iterable[str] = _CLASSES if kind == "thing" else (kind,)
        ids = {name for one in kinds for name in self.names(one).ids()}
        return sorted(ids | {name.split("/", 1)[-1] for name in ids})

    def find(self, text: str, kind: str = "") -> NamedNode:
        """The thing called `text`: an IRI, `KIND/ID`, an id, a BibTeX key, a DOI or any label.

        Raises:
            UsageError: if there is none or more than one; the message names similar names.
        """
        direct = self._by_iri(text)
        kinds = [kind] if kind else list(_CLASSES)
        if direct and (not kind or any(direct.value in things for things in self.names(kind).exact.values())):
            return direct
        for candidate in kinds:
            found = self.names(candidate).find(text)
            if len(found) > 1:
                names = ", ".join(map(local_name, found[:5]))
                raise UsageError(f"`{brief(text)}` may be any of {len(found)} {candidate}s: {names}; say which")
            if found:
                return _checked(found[0])
        raise UsageError(f"no {kind or 'thing'} is called `{brief(text)}`; {self._suggestion(text, kinds)}")

    def _suggestion(self, text: str, kinds: list[str]) -> str:
        for kind in _CLASSES:
            if kind not in kinds and self.names(kind).find(text):
                return f"there is {'an' if kind[0] in 'aeiou' else 'a'} {kind} of that name"
        close = [name for kind in kinds for name in self.names(kind).close_to(text)][:3]
        if close:
            return f"did you mean {' or '.join(close)}?"
        if len(kinds) > 1:
            return "`kg query vocabulary` lists concepts, `kg query publications` works, `kg query authors` authors"
        listed = {"finding": "kg query pec-overview", "work": "kg query publications"}
        listed |= {kind.name: f"kg query vocabulary --kind {kind.name}" for kind in CONCEPTS}
        return f"`{listed.get(kinds[0], 'kg query vocabulary')}` lists what there is"

    def _by_iri(self, text: str) -> NamedNode | None:
        found = next(filter(self._store.has, self._spelled(text)), None)
        return _checked(self._merged.get(found, (found,))[0]) if found else None

    def _spelled(self, text: str) -> list[str]:
        """The IRIs that a text may be a spelling of."""
        prefix, colon, rest = text.partition(":")
        known = prefixes_of(self._store.base)
        return [text, *(base + text for base in dict.fromkeys((self._store.base, BASE)))] + (
            [known[prefix] + rest] if colon and prefix in PREFIXES else []
        )


def _checked(iri: str) -> NamedNode:
    """The IRI as a term. It may become part of a query, so it is checked although the graph contains it."""
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise KgError(f"the graph contains `{brief(iri)}`, which is not an IRI; run `kg build` again") from error
