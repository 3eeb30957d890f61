"""Proposes entries of a bibliography that may describe the same work, with a score and reasons, for a person to decide.

Titles are compared only if they share a rare word, and in long lists of such titles only with alphabetical neighbours,
so that the work grows with the number of entries and not with its square.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Literal

from kg.core.folding import folded, is_number
from kg.core.progress import Progress, counted, silent
from kg.model.bibliography import BibliographyEntry

LIKELY = 80
"""The lowest score, of 100, that is proposed."""
RARE_WORDS = 3
"""How many of its rarest words lead from a title to others."""
NEIGHBOURS = 100
"""How many titles before and after a title are compared with it, among those that share a word."""
MANY_WORDS = 3
"""The number of words from which on a title identifies a work."""
FEW = 20
"""How many entries with the same title or id are compared with one another, and with those of another title."""
MAX_TITLE = 500
"""How many characters of a title are compared."""
NO_WORKS = frozenset({"xdata", "set"})
"""Types of entry that do not describe a work."""

_PREPRINTS = re.compile(r"10\.(48550/arxiv|2139/ssrn|36227/techrxiv)\.", re.I)
_ARXIV_ID = r"([a-z-]+(?:\.[a-z]{2})?/\d{7}|\d{4}\.\d{4,5})"
_ARXIV = re.compile(rf"(?:arxiv\.org/(?:abs|pdf)/|arxiv[.:]\s*|\babs/){_ARXIV_ID}", re.I)
_EPRINT = re.compile(rf"(?:arxiv:)?\s*{_ARXIV_ID}(?:v\d+)?", re.I)
_PREPRINT_VENUE = re.compile(r"arxiv|corr\b", re.I)
_NUMERALS = (
    "i one first 1st, ii two second 2nd, iii three third 3rd, iv four fourth 4th, v five fifth 5th, vi six sixth 6th, "
    "vii seven seventh 7th, viii eight eighth 8th, ix nine ninth 9th, x ten tenth 10th"
)
_NUMBERS = {word: number for number, words in enumerate(_NUMERALS.split(", "), 1) for word in words.split()}


@dataclass(frozen=True, slots=True)
class Proposal:
    """Two entries that may describe one work: the keys of the fuller one (`keep`) and of the other one (`same`).

    For names and venues these are the texts as printed. `kind` is `exact` for the same DOI or other id, `likely` for a
    similarity. `score` is from `LIKELY` to 100, and `decision` is what a person has decided.
    """

    kind: Literal["exact", "likely"]
    score: int
    keep: str
    same: str
    reason: str
    decision: Literal["", "same", "different"] = ""

    @property
    def sort_key(self) -> tuple[bool, int, str, str]:
        return self.kind != "exact", -self.score, self.keep, self.same


@dataclass(frozen=True)
class _Compared:
    """The values of an entry that are compared."""

    publication: BibliographyEntry

    @property
    def key(self) -> str:
        return self.publication.key

    @cached_property
    def title(self) -> str:
        return folded(self.publication.title[:MAX_TITLE])

    @cached_property
    def numbers(self) -> frozenset[int]:
        """The numbers in the title: Part I and Part II are two works."""
        words = self.title.split()
        return frozenset(_NUMBERS.get(word) or int(word) for word in words if word in _NUMBERS or is_number(word))

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
        """The arXiv id without version, from any field that may hold it."""
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
        """Orders entries by which to keep: a published version before a preprint, then the fuller one."""
        return self.is_preprint, not self.doi, -sum(map(bool, self.publication.fields.values())), self.key


_Pairs = Iterator[tuple[_Compared, _Compared]]


def duplicates(
    publications: Iterable[BibliographyEntry],
    aliases: Mapping[str, str] | None = None,
    different: Collection[frozenset[str]] = (),
    *,
    fuzzy: bool = True,
    progress: Progress = silent,
) -> list[Proposal]:
    """Returns pairs of entries that may be one work, the most certain first.

    Args:
        publications: The entries, in any order.
        aliases: The kept key for each entry that is merged already; a proposal about a merged entry names the kept one.
        different: Pairs of keys that a person decided are different works.
        fuzzy: Whether titles are compared; otherwise only DOIs and arXiv ids are.
        progress: Is called while titles are compared.
    """
    works = (_Compared(found) for found in publications if found.kind not in NO_WORKS)
    entries = sorted(works, key=lambda entry: (entry.title, entry.key))
    found: dict[frozenset[str], Proposal] = {}
    for one, other in [*_of_one_id(entries), *(_of_similar_title(entries, progress) if fuzzy else ())]:
        pair = frozenset((one.key, other.key))
        if len(pair) == 2 and pair not in found and (proposal := _proposal(one, other)):
            found[pair] = proposal
    return with_decisions(found.values(), aliases or {}, different)


def with_decisions(
    proposals: Iterable[Proposal], aliases: Mapping[str, str], different: Collection[frozenset[str]]
) -> list[Proposal]:
    """Returns each proposal once, with what a person has decided, the most certain first."""
    decided = (_decided(proposal, aliases, different) for proposal in proposals)
    once: dict[frozenset[str], Proposal] = {}
    for proposal in sorted(decided, key=lambda proposal: proposal.sort_key):
        once.setdefault(frozenset((proposal.keep, proposal.same)), proposal)
    return list(once.values())


def _decided(proposal: Proposal, aliases: Mapping[str, str], different: Collection[frozenset[str]]) -> Proposal:
    """Returns the proposal with its decision, or about the works that its entries are merged into."""
    keep, same = aliases.get(proposal.keep, proposal.keep), aliases.get(proposal.same, proposal.same)
    if keep == same:
        return replace(proposal, decision="same")
    if frozenset((keep, same)) in different:
        return replace(proposal, decision="different")
    kept = set(aliases.values())  # an entry that others are merged into is not itself merged
    if same in kept and keep not in kept:
        keep, same = same, keep
    return replace(proposal, keep=keep, same=same)


# --- which pairs are compared ---


def _of_one_id(entries: Sequence[_Compared]) -> _Pairs:
    for identifier in (lambda entry: entry.doi, lambda entry: entry.arxiv):
        for group in _grouped(entries, identifier).values():
            yield from _neighbours(group)


def _grouped(entries: Iterable[_Compared], value: Callable[[_Compared], str]) -> dict[str, list[_Compared]]:
    """Returns the entries by a value, in their order, without those that do not have it."""
    groups: dict[str, list[_Compared]] = defaultdict(list)
    for entry in entries:
        if found := value(entry):
            groups[found].append(entry)
    return groups


def _of_similar_title(entries: Sequence[_Compared], progress: Progress) -> _Pairs:
    from rapidfuzz import fuzz, process  # slow to import

    groups = _grouped(entries, lambda entry: entry.title)
    titles = list(groups)  # sorted, as the entries are
    holding: dict[str, list[int]] = defaultdict(list)
    for place, title in enumerate(titles):
        for word in dict.fromkeys(title.split()):
            holding[word].append(place)
    rare = [_rarest(title, holding) for title in titles]
    for place, title in enumerate(titles):
        counted(progress, "comparing titles", place + 1, len(titles))
        yield from _neighbours(groups[title])
        near = [titles[other] for other in _near(place, rare, holding)]
        similar = process.extract(title, near, scorer=fuzz.ratio, score_cutoff=LIKELY, limit=None)
        for other in {*(choice for choice, _, _ in similar), *_beginnings(title, groups)}:
            yield from product(groups[title][:FEW], groups[other][:FEW])


def _neighbours(group: Sequence[_Compared]) -> _Pairs:
    """Yields all pairs of a group; in a very large one, each entry with the next few."""
    for place, entry in enumerate(group):
        yield from ((entry, other) for other in group[place + 1 : place + 1 + FEW])


def _beginnings(title: str, titles: Collection[str]) -> Iterator[str]:
    """Yields the titles that this one begins with, as when a preprint has no subtitle yet."""
    words = title.split()
    beginnings = (" ".join(words[:length]) for length in range(MANY_WORDS, len(words)))
    return (beginning for beginning in beginnings if beginning in titles)


def _rarest(title: str, holding: Mapping[str, list[int]]) -> list[str]:
    """Returns the rarest words of a title that some other title has, too."""
    shared = [(len(holding[word]), word) for word in set(title.split()) if len(holding[word]) > 1]
    return [word for _, word in sorted(shared)[:RARE_WORDS]]


def _near(place: int, rare: Sequence[list[str]], holding: Mapping[str, list[int]]) -> set[int]:
    """Returns the places of the titles that share one of the rarest words and were not yet compared with this one."""
    near: set[int] = set()
    for word in rare[place]:
        places = holding[word]
        here = bisect_left(places, place)
        near.update(other for other in places[max(0, here - NEIGHBOURS) : here] if word not in rare[other])
        near.update(places[here + 1 : here + NEIGHBOURS + 1])
    return near


# --- how similar two entries are ---


def _proposal(one: _Compared, other: _Compared) -> Proposal | None:
    keep, same = sorted((one, other), key=lambda entry: entry.rank)
    if one.doi and one.doi == other.doi:
        return _exact(keep, same, f"same DOI {keep.publication.doi}")
    two_dois = bool(one.doi and other.doi) and not (one.is_preprint or other.is_preprint)
    if one.arxiv and one.arxiv == other.arxiv and not two_dois:
        return _exact(keep, same, f"same arXiv id {one.arxiv}")
    if two_dois and not (one.title == other.title and one.authors == other.authors):
        return None
    reasons = [
        *(_titles(one, other), _years(one, other), _authors(one, other), *_pages(one, other)),
        *([(0, "one is a preprint")] if one.is_preprint != other.is_preprint else []),
        *([(-10, "but two DOIs")] if two_dois else []),
        *([(-40, "but other numbers in the title")] if one.numbers != other.numbers else []),
    ]
    score = max(0, min(99, round(sum(weight for weight, _ in reasons))))
    reason = ", ".join(reason for _, reason in reasons)
    return Proposal("likely", score, keep.key, same.key, reason) if score >= LIKELY else None


def _exact(keep: _Compared, same: _Compared, reason: str) -> Proposal:
    from rapidfuzz import fuzz

    if keep.title and same.title and fuzz.token_set_ratio(keep.title, same.title) < LIKELY:
        reason += ", but other titles"
    return Proposal("exact", 100, keep.key, same.key, reason)


def _titles(one: _Compared, other: _Compared) -> tuple[float, str]:
    """Scores the titles from 0 to 100; one that begins with the other is nearly the same."""
    from rapidfuzz import fuzz

    if one.title == other.title:
        few = len(one.title.split()) < MANY_WORDS
        return (90.0, "same title, a short one") if few else (100.0, "same title")
    similarity = fuzz.ratio(one.title, other.title)
    shorter, longer = sorted((one.title, other.title), key=len)
    if similarity < 92 and len(shorter.split()) >= MANY_WORDS and longer.startswith(shorter + " "):
        return 92.0, "one title begins with the other"
    return similarity, f"titles {round(similarity)}% alike"


def _years(one: _Compared, other: _Compared) -> tuple[float, str]:
    if not (one.year and other.year):
        return -3, "a year is missing"
    if one.year == other.year:
        return 0, f"both {one.year}"
    years, apart = f"years {min(one.year, other.year)} and {max(one.year, other.year)}", abs(one.year - other.year)
    if apart == 1:  # a preprint appears a year early
        return -2, years
    return -10 if apart < 4 else -25, f"but {years}"


def _authors(one: _Compared, other: _Compared) -> tuple[float, str]:
    first, second = (next(iter(entry.authors), "") for entry in (one, other))
    if not (first and second):
        return -8, "an author is missing"
    if first == second or first.split()[-1:] == second.split()[-1:]:
        return 2, "same first author"
    if first in other.authors or second in one.authors:
        return -8, "but another first author"
    return -25, "but other authors"


def _pages(one: _Compared, other: _Compared) -> list[tuple[float, str]]:
    if not (one.pages and other.pages):
        return []
    if one.pages == other.pages:
        return [(4, "same pages")]
    return [(-10, "but other pages of one venue")] if one.publication.venue == other.publication.venue else []
