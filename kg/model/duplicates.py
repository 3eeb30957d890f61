"""Entries of a bibliography that may describe one work: proposals with a score and a reason, for a person to decide.

Titles are compared only where they share a rare word, and in long lists of such titles only with neighbours in
alphabetical order, so that the work grows with the number of entries and not with its square.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Literal

from kg.core.folding import folded, is_number
from kg.core.progress import Progress, counted, silent
from kg.model.bibliography import BibliographyEntry

LIKELY = 80
"""The lowest score that is proposed, of 100."""
RARE_WORDS = 3
"""How many of the rarest words of a title lead to those it is compared with."""
NEIGHBOURS = 100
"""How far a title is looked for before and after its place, in the titles that share a word."""
MANY_WORDS = 3
"""From how many words on a title says which work it is."""
FEW = 20
"""How many entries with the very same title or id are compared with one another, and with those of another title."""
MAX_TITLE = 500
"""Characters of a title that are compared."""

_PREPRINTS = re.compile(r"10\.(48550/arxiv|2139/ssrn|36227/techrxiv)\.", re.I)
_ARXIV_ID = r"([a-z-]+(?:\.[a-z]{2})?/\d{7}|\d{4}\.\d{4,5})"
_ARXIV = re.compile(rf"(?:arxiv\.org/(?:abs|pdf)/|arxiv[.:]\s*|\babs/){_ARXIV_ID}", re.I)
_EPRINT = re.compile(rf"(?:arxiv:)?\s*{_ARXIV_ID}(?:v\d+)?", re.I)
_PREPRINT_VENUE = re.compile(r"arxiv|corr\b", re.I)
_NUMBERS = {word: number for number, words in enumerate((
    "i one first 1st", "ii two second 2nd", "iii three third 3rd", "iv four fourth 4th", "v five fifth 5th",
    "vi six sixth 6th", "vii seven seventh 7th", "viii eight eighth 8th", "ix nine ninth 9th", "x ten tenth 10th",
), 1) for word in words.split()}  # fmt: skip
NO_WORKS = frozenset({"xdata", "set"})
"""Kinds of entry that describe no work."""

Kind = Literal["exact", "likely"]
Decision = Literal["", "same", "different"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """That two entries may describe one work. `keep` is the fuller entry; `reason` is for a person to read."""

    kind: Kind
    score: int
    keep: str
    same: str
    reason: str
    decision: Decision = ""

    @property
    def sort_key(self) -> tuple[bool, int, str, str]:
        return self.kind != "exact", -self.score, self.keep, self.same


@dataclass(frozen=True)
class _Entry:
    """What of an entry is compared."""

    publication: BibliographyEntry

    @cached_property
    def title(self) -> str:
        return folded(self.publication.title[:MAX_TITLE])

    @cached_property
    def numbers(self) -> frozenset[int]:
        """The numbers in the title: Part I and Part II are two works."""
        words = self.title.split()
        return frozenset(_NUMBERS.get(word) or int(word) for word in words if word in _NUMBERS or is_number(word))

    @cached_property
    def author(self) -> str:
        people = self.publication.authors
        return folded(people[0].family) if people else ""

    @cached_property
    def authors(self) -> tuple[str, ...]:
        return tuple(folded(person.family) for person in self.publication.authors)

    @cached_property
    def pages(self) -> str:
        return re.sub(r"\D+", "-", self.publication.fields.get("pages", "")).strip("-")

    @cached_property
    def year(self) -> int:
        return int(self.publication.year) if is_number(self.publication.year) else 0

    @cached_property
    def doi(self) -> str:
        return self.publication.doi.casefold()

    @cached_property
    def arxiv(self) -> str:
        """The id at arXiv without its version, wherever an entry may give it."""
        fields = self.publication.fields
        kind = fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv"
        given = _EPRINT.fullmatch(fields.get("eprint", "").strip()) if kind.casefold() == "arxiv" else None
        places = " ".join([self.doi, *(fields.get(name, "") for name in ("url", "journal", "volume"))])
        found = given or _ARXIV.search(places)
        return found[1].casefold() if found else ""

    @cached_property
    def is_preprint(self) -> bool:
        venue = self.publication.venue
        return bool(_PREPRINTS.match(self.doi) or (self.arxiv and (not venue or _PREPRINT_VENUE.match(venue))))

    @cached_property
    def rank(self) -> tuple[bool, bool, int, str]:
        """Which of two entries to keep: what was printed before a preprint, then what says more."""
        fields = self.publication.fields
        return self.is_preprint, not self.doi, -sum(bool(value) for value in fields.values()), self.publication.key


def duplicates(
    publications: Iterable[BibliographyEntry],
    aliases: Mapping[str, str] | None = None,
    different: Collection[frozenset[str]] = (),
    *,
    fuzzy: bool = True,
    progress: Progress = silent,
) -> list[Proposal]:
    """What may be one work, the surest first; the order of `publications` does not matter.

    `aliases` are entries that are merged already, by their key, `different` the pairs of works that were decided not
    to be one: such proposals say how they were decided, and one about a merged entry names the work that it is merged
    into. Without `fuzzy`, only what has the same DOI or arXiv id.
    """
    entries = sorted(
        (_Entry(found) for found in publications if found.kind not in NO_WORKS),
        key=lambda entry: (entry.title, entry.publication.key),
    )
    found: dict[frozenset[str], Proposal] = {}
    pairs = [*_of_one_id(entries), *(_of_like_title(entries, progress) if fuzzy else ())]
    for one, other in pairs:
        pair = frozenset((one.publication.key, other.publication.key))
        if len(pair) == 2 and pair not in found and (proposal := _proposal(one, other)):
            found[pair] = proposal
    decided = (_decided(proposal, aliases or {}, different) for proposal in found.values())
    once: dict[frozenset[str], Proposal] = {}
    for proposal in sorted(decided, key=lambda proposal: proposal.sort_key):
        once.setdefault(frozenset((proposal.keep, proposal.same)), proposal)
    return list(once.values())


def _decided(proposal: Proposal, aliases: Mapping[str, str], different: Collection[frozenset[str]]) -> Proposal:
    """The proposal with what was decided on it; what is left to decide is between works that are not merged yet."""
    keep, same = aliases.get(proposal.keep, proposal.keep), aliases.get(proposal.same, proposal.same)
    if keep == same:
        return replace(proposal, decision="same")
    if frozenset((keep, same)) in different:
        return replace(proposal, decision="different")
    stays = set(aliases.values())  # what others are merged into is not merged itself
    return (
        replace(proposal, keep=same, same=keep)
        if same in stays and keep not in stays
        else replace(proposal, keep=keep, same=same)
    )


# --- which pairs are looked at ---


def _of_one_id(entries: Sequence[_Entry]) -> Iterator[tuple[_Entry, _Entry]]:
    for name in ("doi", "arxiv"):
        groups: dict[str, list[_Entry]] = defaultdict(list)
        for entry in entries:
            if getattr(entry, name):
                groups[getattr(entry, name)].append(entry)
        for group in groups.values():
            yield from _neighbours(group)


def _of_like_title(entries: Sequence[_Entry], progress: Progress) -> Iterator[tuple[_Entry, _Entry]]:
    from rapidfuzz import fuzz, process  # slow to import

    groups: dict[str, list[_Entry]] = defaultdict(list)
    for entry in entries:
        if entry.title:
            groups[entry.title].append(entry)
    titles = list(groups)  # sorted, as the entries are
    holding: dict[str, list[int]] = defaultdict(list)
    for place, title in enumerate(titles):
        for word in dict.fromkeys(title.split()):
            holding[word].append(place)
    rare = [_rarest(title, holding) for title in titles]
    for place, title in enumerate(titles):
        counted(progress, "comparing titles", place + 1, len(titles))
        yield from _neighbours(groups[title])
        near = list(map(titles.__getitem__, _near(place, rare, holding)))
        alike = process.extract(title, near, scorer=fuzz.ratio, score_cutoff=LIKELY, limit=None)
        for other in {*(choice for choice, _, _ in alike), *_beginnings(title, groups)}:
            yield from product(groups[title][:FEW], groups[other][:FEW])


def _neighbours(group: Sequence[_Entry]) -> Iterator[tuple[_Entry, _Entry]]:
    """All pairs of a group; in a very large one, each with those that come next."""
    for place, entry in enumerate(group):
        yield from ((entry, other) for other in group[place + 1 : place + 1 + FEW])


def _beginnings(title: str, titles: Collection[str]) -> Iterator[str]:
    """The titles that this one goes on from, as a paper's does from that of its preprint without a subtitle."""
    words = title.split()
    for length in range(MANY_WORDS, len(words)):
        if (beginning := " ".join(words[:length])) in titles:
            yield beginning


def _rarest(title: str, holding: Mapping[str, list[int]]) -> list[str]:
    """The rarest words of a title; a word that no other title has leads nowhere."""
    shared = [(len(holding[word]), word) for word in set(title.split()) if len(holding[word]) > 1]
    return [word for _, word in sorted(shared)[:RARE_WORDS]]


def _near(place: int, rare: Sequence[list[str]], holding: Mapping[str, list[int]]) -> set[int]:
    """The places of the titles that share one of the rarest words, and have not been looked at from the other side."""
    near: set[int] = set()
    for word in rare[place]:
        places = holding[word]
        here = bisect_left(places, place)
        near.update(other for other in places[max(0, here - NEIGHBOURS) : here] if word not in rare[other])
        near.update(places[here + 1 : here + NEIGHBOURS + 1])
    return near


# --- how alike two entries are ---


def _proposal(one: _Entry, other: _Entry) -> Proposal | None:
    keep, same = sorted((one, other), key=lambda entry: entry.rank)
    if one.doi and one.doi == other.doi:
        return _exact(keep, same, f"same DOI {keep.publication.doi}")
    two_dois = bool(one.doi and other.doi) and not (one.is_preprint or other.is_preprint)
    if one.arxiv and one.arxiv == other.arxiv and not two_dois:
        return _exact(keep, same, f"same arXiv id {one.arxiv}")
    if two_dois and not (one.title == other.title and one.authors == other.authors):
        return None
    likeness, reasons = _likeness(one, other)
    for weight, reason in (*_years(one, other), *_authors(one, other), *_pages(one, other)):
        likeness += weight
        reasons.append(reason)
    if one.is_preprint != other.is_preprint:
        reasons.append("one is a preprint")
    if two_dois:
        likeness -= 10
        reasons.append("but two DOIs")
    if one.numbers != other.numbers:
        likeness -= 40
        reasons.append("but other numbers in the title")
    score = max(0, min(99, round(likeness)))
    reason = ", ".join(reasons)
    return Proposal("likely", score, keep.publication.key, same.publication.key, reason) if score >= LIKELY else None


def _exact(keep: _Entry, same: _Entry, reason: str) -> Proposal:
    from rapidfuzz import fuzz

    if keep.title and same.title and fuzz.token_set_ratio(keep.title, same.title) < LIKELY:
        reason += ", but other titles"
    return Proposal("exact", 100, keep.publication.key, same.publication.key, reason)


def _likeness(one: _Entry, other: _Entry) -> tuple[float, list[str]]:
    """Of the titles, from 0 to 100; a title that goes on where the other ends is nearly the same."""
    from rapidfuzz import fuzz

    if one.title == other.title:
        few = len(one.title.split()) < MANY_WORDS
        return (90.0, ["same title, a short one"]) if few else (100.0, ["same title"])
    likeness = fuzz.ratio(one.title, other.title)
    shorter, longer = sorted((one.title, other.title), key=len)
    if likeness < 92 and len(shorter.split()) >= MANY_WORDS and longer.startswith(shorter + " "):
        return 92.0, ["one title begins with the other"]
    return likeness, [f"titles {round(likeness)}% alike"]


def _years(one: _Entry, other: _Entry) -> Iterator[tuple[int, str]]:
    if not (one.year and other.year):
        yield -3, "a year is missing"
    elif one.year == other.year:
        yield 0, f"both {one.year}"
    else:  # a preprint is a year early
        apart = abs(one.year - other.year)
        yield (
            (-2 if apart == 1 else -10 if apart < 4 else -25),
            f"{'' if apart == 1 else 'but '}years {min(one.year, other.year)} and {max(one.year, other.year)}",
        )


def _authors(one: _Entry, other: _Entry) -> Iterator[tuple[int, str]]:
    if not (one.author and other.author):
        yield -8, "an author is missing"
    elif one.author == other.author or one.author.split()[-1:] == other.author.split()[-1:]:
        yield 2, "same first author"
    elif one.author in other.authors or other.author in one.authors:
        yield -8, "but another first author"
    else:
        yield -25, "but other authors"


def _pages(one: _Entry, other: _Entry) -> Iterator[tuple[int, str]]:
    if one.pages and other.pages and one.pages == other.pages:
        yield 4, "same pages"
    elif one.pages and other.pages and one.publication.venue == other.publication.venue:
        yield -10, "but other pages of one venue"
