"""Proposes names that may be of one person and texts that may be one venue, with reasons, for a person to decide.

A name is what is printed, given name first. Nothing follows from two names alone unless they differ only in case,
punctuation or accents: compatible initials count only with a common co-author in two works.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, TypeVar
from unicodedata import normalize

from kg.core.folding import folded
from kg.model.bibliography import BibliographyEntry, Person
from kg.model.duplicates import FEW, Proposal, with_decisions

Kind = Literal["people", "venues"]
"""The key of a list of decisions in `bib/same-as.yaml`."""
KINDS: tuple[Kind, ...] = ("people", "venues")
NEAR = 60
"""With how many neighbours a name is compared, among those with the same family name and initial."""
SHOWN = 2
"""How many common co-authors a reason names."""
FIRST = 100
"""How many authors of a work count as co-authors: a work of thousands says little of each."""
DOUBT = ", but may be "
"""What follows it in a reason is another name that the shorter one may be as well."""
_ORCID = re.compile(r"\b\d{4}-\d{4}-\d{4}-\d{3}[\dXx]\b")
_ISSN = re.compile(r"\b(\d{4})-?(\d{3}[\dXx])\b")
_WORD = re.compile(r"[^\W_]+")
_SMALL = frozenset(("a", "an", "and", "at", "by", "for", "in", "of", "on", "proc", "proceedings", "the", "to", "with"))
_ACRONYM = re.compile(r"\(([^\s()]{2,20})\)")
_Spelling = TypeVar("_Spelling", bound="_Name | _Venue")
_SYMBOLS = str.maketrans({"&": " and ", "+": " plus ", "#": " sharp "})
"""Signs that distinguish venues: `C++ Report` is not `C Report`."""


@dataclass(frozen=True)
class PrintedNames:
    """The names of the authors of all works, each with its divisions into family and given name, and the venues."""

    people: Mapping[str, tuple[Person, ...]]
    venues: frozenset[str]


def works_of(publications: Iterable[BibliographyEntry], merged: Collection[str]) -> list[BibliographyEntry]:
    """The entries whose names and venues are in the graph: works that are not merged into others."""
    return [found for found in publications if found.kind != "xdata" and found.key not in merged]


def printed_names(works: Iterable[BibliographyEntry]) -> PrintedNames:
    """The names and venues of the works, in NFC."""
    people: dict[str, set[Person]] = defaultdict(set)
    venues = set()
    for work in works:
        for author in work.authors:
            name = _in_nfc(author)
            people[name.full].add(name)
        if work.venue:
            venues.add(_nfc(work.venue))
    divided = {name: tuple(sorted(parts, key=lambda p: (p.family, p.given))) for name, parts in people.items()}
    return PrintedNames(divided, frozenset(venues))


def works_with(kind: Kind, works: Iterable[BibliographyEntry]) -> Mapping[str, int]:
    """The number of works with each name or venue."""
    if kind == "people":
        return Counter(name for work in works for name in {_in_nfc(author).full for author in work.authors})
    return Counter(_nfc(work.venue) for work in works if work.venue)


def proposed_names(
    kind: Kind, works: Iterable[BibliographyEntry], aliases: Mapping[str, str], different: Collection[frozenset[str]]
) -> list[Proposal]:
    """Returns pairs of names that may be of one person, or of texts that may be one venue, the most certain first.

    Args:
        kind: which of the two.
        works: the entries whose names are in the graph.
        aliases: the kept spelling for each one that is decided to be a variant.
        different: pairs of spellings that are decided not to be the same.
    """
    ordered = sorted(works, key=lambda work: work.key)
    return with_decisions((_people if kind == "people" else _venues)(ordered), aliases, different)


def _nfc(text: str) -> str:
    return normalize("NFC", text)


def _in_nfc(author: Person) -> Person:
    return Person(_nfc(author.family), _nfc(author.given))


def _letters(text: str) -> str:
    """Letters, with accents, and digits, by which two spellings are the same but for case and punctuation."""
    return "".join(c for c in text.translate(_SYMBOLS).casefold() if c.isalnum())


def _pairs(
    spellings: Sequence[_Spelling], values: Callable[[_Spelling], Iterable[object]], near: int = FEW
) -> set[tuple[_Spelling, _Spelling]]:
    """The pairs with a common value; of very many with one value, each with the next few."""
    groups: dict[object, list[_Spelling]] = defaultdict(list)
    for spelling in spellings:
        for value in values(spelling):
            groups[value].append(spelling)
    return {
        (one, other)
        for group in groups.values()
        for place, one in enumerate(group)
        for other in group[place + 1 : place + 1 + near]
    }


# --- people ---


@dataclass(eq=False)
class _Name:
    """A name with all that the works say of it."""

    text: str
    family: str
    given: tuple[str, ...]
    works: set[str] = field(default_factory=set)
    beside: dict[tuple[str, str], dict[_Name, set[str]]] = field(default_factory=dict)
    """The works with each of its co-authors, by their folded family name and initial."""
    orcids: set[str] = field(default_factory=set)

    @property
    def rank(self) -> tuple[int, bool, int, str]:
        """Orders names by which to keep: the fuller one, then one with accents, then the more frequent one."""
        return -sum(map(len, self.given)), self.text.isascii(), -len(self.works), self.text

    @property
    def folded(self) -> str:
        return " ".join((*self.given, self.family))

    @property
    def initial(self) -> tuple[str, str]:
        return self.family, self.given[0][:1] if self.given else ""


def _people(works: Iterable[BibliographyEntry]) -> list[Proposal]:
    names = _names(works)
    pairs = _pairs(names, lambda name: [name.folded])
    pairs |= _pairs(names, lambda name: sorted(name.orcids))
    pairs |= _pairs(names, lambda name: [name.initial] if name.given else [], NEAR)
    found = [proposal for one, other in pairs if (proposal := _same_person(one, other))]
    return _with_doubts(found, {name.text: name for name in names})


def _given_words(given: str) -> tuple[str, ...]:
    """The words of a given name, folded; few capitals that stand together are initials: `Joshua WK` has three."""
    words = _WORD.findall(given)
    return tuple(folded(part) for word in words for part in (word if word.isupper() and len(word) < 4 else [word]))


def _names(works: Iterable[BibliographyEntry]) -> list[_Name]:
    names: dict[str, _Name] = {}
    for work in works:
        orcids, here = _orcids(work.fields, len(work.authors)), []
        for place, author in enumerate(map(_in_nfc, work.authors)):
            name = names.get(author.full)
            if name is None:
                name = names[author.full] = _Name(author.full, folded(author.family), _given_words(author.given))
            name.works.add(work.key)
            name.orcids.update(orcids.get(place, ()))
            here.append(name)
        for name in here:
            for other in here[:FIRST]:
                if other is not name:
                    name.beside.setdefault(other.initial, {}).setdefault(other, set()).add(work.key)
    return sorted(names.values(), key=lambda name: (name.family, name.given, name.text))


def _orcids(fields: Mapping[str, str], authors: int) -> dict[int, list[str]]:
    """ORCID iDs by the place of the author: biblatex's `author+an:orcid`, or `orcid` with as many as authors."""
    found: dict[int, list[str]] = {}
    for part in fields.get("author+an:orcid", "").split(";"):
        place, _, value = part.partition("=")
        if place.strip().isdecimal() and (orcid := _ORCID.search(value)):
            found[int(place) - 1] = [orcid[0].upper()]
    listed = _ORCID.findall(fields.get("orcid", ""))
    return found or ({at: [orcid.upper()] for at, orcid in enumerate(listed)} if len(listed) == authors else {})


def _same_person(one: _Name, other: _Name) -> Proposal | None:
    """Two names of one work, or with two ORCID iDs, are of two people."""
    common = one.orcids & other.orcids
    if one.works & other.works or (one.orcids and other.orcids and not common):
        return None
    keep, same = sorted((one, other), key=lambda name: name.rank)
    if common:
        return Proposal("exact", 100, keep.text, same.text, f"same ORCID iD {min(common)}")
    if one.folded == other.folded:
        return _same_letters(keep.text, same.text)
    if one.family != other.family or not _compatible(one, other) or not (shared := _common_co_authors(keep, same)):
        return None
    works = len(set().union(*(same.beside[theirs.initial][theirs] for _, theirs in shared)))
    score = (90 if one.given[0] == other.given[0] and len(one.given[0]) > 1 else 85) - 5 * (works < len(same.works))
    named = [f"{a.text} / {b.text}" if a.folded != b.folded else a.text for a, b in shared[:SHOWN]]
    named += [f"{len(shared) - SHOWN} more"] if len(shared) > SHOWN else []
    authors = " and ".join(filter(None, [", ".join(named[:-1]), named[-1]]))
    some = "the only work" if len(same.works) == 1 else f"{works} of the {len(same.works)} works"
    reason = f"common co-author{'s' * (len(shared) > 1)} {authors} in {some} of {same.text}"
    return Proposal("likely", score, keep.text, same.text, reason)


def _common_co_authors(keep: _Name, same: _Name) -> list[tuple[_Name, _Name]]:
    """The co-authors of both names, each as the one and as the other name has it: `Bob Bear` is not `Björn Bear`."""
    found = []
    for initial in sorted(keep.beside.keys() & same.beside.keys()):
        ours, theirs = (sorted(name.beside[initial], key=lambda name: name.rank)[:FEW] for name in (keep, same))
        for other in theirs:
            alike = [mine for mine in ours if _compatible(mine, other)]
            found += [(min(alike, key=lambda mine: mine.folded != other.folded), other)] if alike else []
    return found


def _same_letters(keep: str, same: str) -> Proposal:
    if _letters(keep) == _letters(same):
        return Proposal("exact", 100, keep, same, "same but for case and punctuation")
    return Proposal("likely", 95, keep, same, "same but for accents")


def _compatible(one: _Name, other: _Name) -> bool:
    """Whether each word of a given name is that of the other or its initial; later words may be missing."""
    return all(
        a == b or (min(len(a), len(b)) == 1 and a[0] == b[0]) for a, b in zip(one.given, other.given, strict=False)
    )


def _with_doubts(proposals: Sequence[Proposal], names: Mapping[str, _Name]) -> list[Proposal]:
    """The proposals; `J. Toy` may be `Jan Toy` or `Jim Toy`, and then both are less likely."""
    partners: dict[str, set[str]] = defaultdict(set)
    for found in proposals:
        partners[found.keep].add(found.same)
        partners[found.same].add(found.keep)

    def doubted(found: Proposal) -> Proposal:
        keep = names[found.keep]
        some = (names[name] for name in sorted(partners[found.same] - {found.keep})[:FEW])
        others = [name.text for name in some if name.family != keep.family or not _compatible(name, keep)]
        if found.kind == "exact" or not others:
            return found
        return replace(found, score=found.score - 10, reason=f"{found.reason}{DOUBT}{others[0]} too")

    return [doubted(found) for found in proposals]


# --- venues ---


@dataclass(eq=False)
class _Venue:
    """The text of a venue with all that the works say of it."""

    text: str
    works: set[str] = field(default_factory=set)
    issns: set[str] = field(default_factory=set)

    @property
    def rank(self) -> tuple[int, int, str]:
        """Orders texts by which to keep: the more frequent one, then the longer one."""
        return -len(self.works), -len(self.text), self.text

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words that distinguish venues, folded."""
        return tuple(word for word in self.folded.split() if word not in _SMALL)

    @cached_property
    def folded(self) -> str:
        return folded(self.text.translate(_SYMBOLS))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Years and other numbers: the conferences of two years are two venues."""
        return frozenset(re.findall(r"\d+", self.folded))

    @cached_property
    def acronyms(self) -> frozenset[str]:
        """The text itself if it is one word, or the acronyms in parentheses."""
        found = [self.text] if len(self.text.split()) == 1 else _ACRONYM.findall(self.text)
        return frozenset(filter(None, map(folded, found)))


def _venues(works: Iterable[BibliographyEntry]) -> list[Proposal]:
    texts: dict[str, _Venue] = {}
    for work in works:
        if work.venue:
            venue = texts.setdefault(text := _nfc(work.venue), _Venue(text))
            venue.works.add(work.key)
            if work.kind == "article":  # the ISSN of other works is that of a series, whose volumes are venues
                venue.issns.update(f"{a}-{b.upper()}" for a, b in _ISSN.findall(work.fields.get("issn", "")))
    spellings = sorted(texts.values(), key=lambda venue: (venue.words, venue.text))
    pairs = _pairs(spellings, lambda venue: [venue.folded.replace(" ", "")])
    pairs |= _pairs(spellings, lambda venue: sorted(venue.issns))
    pairs |= _pairs(spellings, lambda venue: sorted(venue.acronyms))
    pairs |= _pairs(spellings, lambda venue: ["".join(word[0] for word in venue.words)] if venue.words else [])
    return [proposal for one, other in pairs if (proposal := _same_venue(one, other))]


def _same_venue(one: _Venue, other: _Venue) -> Proposal | None:
    keep, same = (venue.text for venue in sorted((one, other), key=lambda venue: venue.rank))
    if one.folded.replace(" ", "") == other.folded.replace(" ", ""):
        return _same_letters(keep, same)
    if common := one.issns & other.issns:
        return Proposal("exact", 100, keep, same, f"same ISSN {min(common)}")
    if one.numbers != other.numbers:
        return None
    if one.words == other.words:
        return Proposal("likely", 90, keep, same, "same but for small words")
    if len(one.words) == len(other.words) > 1 and all(map(_abbreviates, one.words, other.words)):
        return Proposal("likely", 85, keep, same, "one abbreviates the words of the other")
    acronym = one.acronyms & other.acronyms
    if acronym and 1 in (len(one.text.split()), len(other.text.split())):
        return Proposal("likely", 85, keep, same, f"one is the acronym {min(acronym).upper()} of the other")
    return None


def _abbreviates(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
