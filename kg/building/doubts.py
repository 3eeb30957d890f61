"""What was read from the bibliographies of a review, but not for certain: warnings counted by kind, with their works.

A rule of a bibliography reader is either in `DOUBTS`, with the kind of value that it is about, or in `NO_DOUBTS`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from kg.core.problems import Problem
from kg.readers.bibliography import BibSource

_RULES = {
    "name": (
        "bibliography/author bibliography/author-doubtful bibliography/author-markup bibliography/author-separator "
        "csl-json/name ris/names-twice nbib/names-twice"
    ),
    "title": "bibliography/title csl-json/several",
    "text": "bibliography/markup",
    "year": "bibliography/year ris/date",
    "DOI": "bibliography/doi",
    "link": "bibliography/url",
    "entry type": "bibliography/type ris/type csl-json/type",
    "parent": "bibtex/crossref bibtex/xdata",
    "field": (
        "bibtex/bare-value bibtex/duplicate-field bibtex/entry-in-value bibtex/missing-comma bibtex/outside "
        "bibtex/undefined-string csl-json/duplicate-name csl-json/lost nbib/no-tag nbib/several "
        "ris/no-tag ris/one-space ris/several"
    ),
}
"""The kinds in the order in which they are counted, and the rules of each."""
DOUBTS = {rule: kind for kind, rules in _RULES.items() for rule in rules.split()}
_OTHERS = """
bibliography/made-key bibliography/missing-field bibliography/duplicate bibliography/alike
bibtex/commented-out bibtex/duplicate-key bibtex/duplicate-string bibtex/key-case bibtex/missing-key
bibtex/no-entry bibtex/syntax bibtex/uncitable-key
csl-json/item csl-json/not-csl csl-json/not-taken csl-json/syntax
nbib/empty nbib/no-record nbib/outside
ris/empty ris/no-record ris/not-ended ris/outside
"""
NO_DOUBTS = frozenset(_OTHERS.split())
"""Rules about keys, files and what was rejected or is missing."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """How many values of a kind were read with a warning, and of how many works."""

    kind: str
    values: int
    works: int

    def as_json(self) -> dict[str, object]:
        """As the report has it."""
        return asdict(self)


def doubts(
    problems: Iterable[Problem], bibliographies: Iterable[BibSource], aliases: Mapping[str, str]
) -> tuple[Doubt, ...]:
    """Returns the doubts of a review, by kind; a problem belongs to the last entry that begins before it.

    Args:
        problems: All problems of the bibliographies.
        bibliographies: The bibliographies, with the place of each entry.
        aliases: For the key of an entry that is merged into another one, the key of the other.
    """
    entries = sorted((where, key) for source in bibliographies for key, where in source.places.items())
    begins = [where for where, _ in entries]
    counted: dict[str, list[str]] = defaultdict(list)
    for problem in set(problems):
        if problem.severity == "warning" and problem.rule in DOUBTS:
            at = bisect_right(begins, problem.where) - 1
            found = at >= 0 and begins[at].file == problem.where.file
            key = entries[at][1] if found else ""
            counted[DOUBTS[problem.rule]].append(aliases.get(key, key))
    return tuple(Doubt(kind, len(keys), len({*keys} - {""})) for kind in _RULES if (keys := counted.get(kind, [])))
