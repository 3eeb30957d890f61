"""From what a person types to the thing they mean: ids, keys, labels and alternative labels."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property

from pyoxigraph import NamedNode

from kg.iris import BASE, CS, PREFIXES, local_name
from kg.problems import UsageError, did_you_mean
from kg.store import Store

_CLASSES = {
    "practice": CS.Practice, "challenge": CS.Challenge, "method": CS.ResearchMethod, "area": CS.PracticeArea,
    "approach": CS.Approach, "context": CS.ResearchContext, "finding": CS.Finding, "work": CS.Publication,
    "participant": CS.Participant, "study": CS.Study, "case": CS.Case, "theme": CS.ResearchTheme,
    "evidence": CS.Evidence, "count": CS.ReportedCount, "note": CS.CurationNote, "question": CS.InstrumentQuestion,
}  # fmt: skip
"""Kinds of things in the order in which a bare name is looked for among them."""

_NAMES = """
SELECT ?thing ?name ?rank WHERE {
  VALUES (?property ?rank) { (dcterms:identifier 1) (skos:prefLabel 1) (skos:altLabel 2) (rdfs:label 3) }
  ?thing a CLASS ; ?property ?name .
}
"""


def fold(name: str) -> str:
    """Spelling without case, hyphens and repeated spaces: `Continuous-Testing` is `continuous testing`."""
    return " ".join(re.sub(r"[-_\s]+", " ", name.casefold()).split())


def _suggestion(text: str, known: set[str], kind: str) -> str:
    """Names that hold the words typed, the shortest first, else names that are spelled alike."""
    holding = sorted((name for name in known if f" {text} " in f" {name} "), key=lambda name: (len(name), name))
    if text and holding:
        return f"did you mean {' or '.join(holding[:3])}?"
    return did_you_mean(text, known, f"`kg query vocabulary` lists the {kind or 'thing'}s")


class Lookup:
    """Names of the things in a store, read once per kind."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._names: dict[str, dict[str, dict[str, int]]] = {}

    @cached_property
    def _iris(self) -> frozenset[str]:
        rows = self._store.query("SELECT DISTINCT ?s WHERE { ?s ?p ?o FILTER(isIRI(?s)) }").rows
        return frozenset(row["s"].value for row in rows if isinstance(row["s"], NamedNode))

    def names(self, kind: str) -> dict[str, dict[str, int]]:
        """Folded name to the IRIs that bear it, each with how good a name it is (1 best)."""
        if kind not in self._names:
            found: dict[str, dict[str, int]] = defaultdict(dict)
            for row in self._store.query(_NAMES.replace("CLASS", str(_CLASSES[kind]))).rows:
                iri, rank = row["thing"].value, int(row["rank"].value)  # type: ignore[union-attr]
                name = fold(row["name"].value)  # type: ignore[union-attr]
                found[name][iri] = min(rank, found[name].get(iri, rank))
                found[fold(local_name(iri).split("/", 1)[-1])].setdefault(iri, 0)
            self._names[kind] = dict(found)
        return self._names[kind]

    def find(self, text: str, kind: str = "") -> NamedNode:
        """The thing that `text` names: an IRI, `KIND/ID`, an id, a BibTeX key or any label.

        Raises:
            UsageError: if nothing or more than one thing is meant, with what comes close.
        """
        direct = self._by_iri(text)
        if direct and (not kind or any(direct.value in bearers for bearers in self.names(kind).values())):
            return direct
        kinds = [kind] if kind else list(_CLASSES)
        for candidate in kinds:
            found = self.names(candidate).get(fold(text))
            if found:
                return self._only(text, candidate, found)
        known = {name for candidate in kinds for name in self.names(candidate)}
        raise UsageError(f"no {kind or 'thing'} is called `{text}`; {_suggestion(fold(text), known, kind)}")

    def _by_iri(self, text: str) -> NamedNode | None:
        prefix, colon, rest = text.partition(":")
        spelled = [text, BASE + text] + ([PREFIXES[prefix] + rest] if colon and prefix in PREFIXES else [])
        return next((NamedNode(iri) for iri in spelled if iri in self._iris), None)

    def _only(self, text: str, kind: str, found: dict[str, int]) -> NamedNode:
        best = min(found.values())
        meant = sorted(iri for iri, rank in found.items() if rank == best)
        if len(meant) > 1:
            names = ", ".join(local_name(iri) for iri in meant[:5])
            raise UsageError(f"`{text}` may be any of {len(meant)} {kind}s: {names}; say which")
        return NamedNode(meant[0])
