"""Which findings of several readings of a publication are the same, and by what: a decision, their id, their words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kg.model.annotation import FindingPart

DECIDED, BY_ID, BY_WORDS, BY_ROW = "decided in bib/same-as.yaml", "same id", "quotations share", "same row of the sheet"
FEWEST_WORDS = 3
"""Quotations of one section must share so many words, and half of the shorter one, unless one is within the other."""
NEARLY_ALL = 0.8
"""Part of the words that quotations of different sections must share, and at least one word more than the others."""
_RECOMMENDATION = "recommendation"


@dataclass(frozen=True)
class ReadFinding:
    """A finding of one reading; `stem` is the name of the annotation file without .yaml."""

    stem: str
    part: FindingPart

    @property
    def name(self) -> str:
        """The finding as decisions name it."""
        return f"{self.stem}/{self.part.id}"

    @property
    def quotations(self) -> list[str]:
        return [item.quote for item in self.part.evidence if not isinstance(item, str) and item.quote]

    @property
    def places(self) -> frozenset[str]:
        """The sections and pages that it rests on."""
        found = [item.place for item in self.part.evidence if not isinstance(item, str)]
        return frozenset(place.casefold() for place in (self.part.section, *found))

    @property
    def rows(self) -> frozenset[str]:
        """The rows of sheets that it rests on."""
        return frozenset(item.row for item in self.part.evidence if not isinstance(item, str) and item.row)

    @property
    def decisions(self) -> dict[str, dict[str, str]]:
        """What the reading says: by dimension of agreement, the code of each concept or pair that it names."""
        part = self.part
        found: dict[str, dict[str, str]] = {"kind": {"": part.kind}, "attribution": {"": part.attributed_to or "own"}}
        if part.is_recommendation and part.kind == "finding":
            found["kind"][""] = _RECOMMENDATION
        for kind, slug in part.concerns:
            found.setdefault(_plural(kind), {})[slug] = "named"
        found.setdefault("practices", {}).update(dict.fromkeys(part.absent_practices, "absent"))
        found["addresses"] = dict.fromkeys(part.addresses, "named")
        found["recommends"] = dict.fromkeys(part.recommends, "named")
        found["polarity"] = _joined((f"{one.challenge} – {_concept(*one.cause)}", one.polarity) for one in part.links)
        effects = [(f"{_concept(*one.cause)} – {one.outcome}", one) for one in part.effects]
        found["direction"] = _joined((pair, one.direction) for pair, one in effects)
        found["valence"] = _joined((pair, one.valence) for pair, one in effects)
        return found


def _plural(kind: str) -> str:
    return "approaches" if kind == "approach" else f"{kind}s"


def _concept(kind: str, slug: str) -> str:
    return slug if kind == "practice" else f"{kind}:{slug}"


def _joined(codes: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Several codes of a pair as one."""
    found: dict[str, set[str]] = {}
    for pair, code in codes:
        found.setdefault(pair, set()).add(code)
    return {pair: " and ".join(sorted(codes)) for pair, codes in found.items()}


@dataclass
class Match:
    """A finding as the readings have it, by the number of the reading, and why they are taken for the same."""

    members: dict[int, ReadFinding]
    reasons: list[str] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The id, or the ids where they differ."""
        return " = ".join(dict.fromkeys(self.members[number].part.id for number in sorted(self.members)))


@dataclass(frozen=True)
class MatchDecisions:
    """What a person decided on findings of several readings."""

    aliases: Mapping[str, str] = field(default_factory=dict)
    different: Collection[frozenset[str]] = ()

    def says(self, one: ReadFinding, other: ReadFinding) -> bool | None:
        """Whether the two are the same; None if nobody has decided."""
        names = frozenset(self.aliases.get(finding.name, finding.name) for finding in (one, other))
        return True if len(names) == 1 else False if names in self.different else None


def matches(readings: Sequence[Sequence[ReadFinding]], decided: MatchDecisions) -> list[Match]:
    """The findings of all readings, those that are the same in one match; each reading is in a match once at most.

    The best pairs are matched first: what was decided, then the same id, then quotations with the most words in common,
    then the same row of a sheet.
    """
    found: list[Match] = []
    for number, findings in enumerate(readings):
        pairs = []
        for place, finding in enumerate(findings):
            for at, match in enumerate(found):
                likeness = _likeness(finding, match, decided)
                if likeness:
                    pairs.append((-likeness[0], place, at, likeness[1]))
        taken: set[int] = set()
        for _, place, at, reason in sorted(pairs):
            if place not in taken and number not in found[at].members:
                taken.add(place)
                found[at].members[number] = findings[place]
                found[at].reasons.append(reason)
        found += [Match({number: finding}) for place, finding in enumerate(findings) if place not in taken]
    return found


def _likeness(finding: ReadFinding, match: Match, decided: MatchDecisions) -> tuple[float, str] | None:
    """How sure it is that the finding is that of the match, and why; None if it is not."""
    verdicts = [decided.says(finding, other) for other in match.members.values()]
    if False in verdicts:
        return None
    if True in verdicts:
        return 4, DECIDED
    return max(filter(None, (_pair(finding, other) for other in match.members.values())), default=None)


def _pair(one: ReadFinding, other: ReadFinding) -> tuple[float, str] | None:
    shared, of, ratio = _overlap(one.quotations, other.quotations)
    together = bool(one.places & other.places)
    place = "in one section" if together else "in different sections"
    if one.part.id == other.part.id:
        doubt = "" if shared or together else "; but no word and no section in common: check it"
        return 3, BY_ID + doubt
    enough = (together and (ratio == 1 or shared >= FEWEST_WORDS)) or (shared > FEWEST_WORDS and ratio >= NEARLY_ALL)
    if shared and ratio >= 0.5 and enough:
        return 1 + ratio * 0.9 + together * 0.09, f"{BY_WORDS} {shared} of {of} words, {place}"
    alone = not one.quotations or not other.quotations
    if alone and one.rows & other.rows and one.part.attributed_to == other.part.attributed_to:
        return 1, f"{BY_ROW}: {min(one.rows & other.rows)}"
    return None


def _overlap(ones: Sequence[str], others: Sequence[str]) -> tuple[int, int, float]:
    """Of the two most similar quotations: the number of words in both, of the words of the shorter one, their ratio."""
    best = (0, 0, 0.0)
    for one in map(_words, ones):
        for other in map(_words, others):
            shared, of = (one & other).total(), min(one.total(), other.total())
            if of and (shared / of, shared) > (best[2], best[0]):
                best = (shared, of, shared / of)
    return best


@lru_cache(maxsize=1 << 14)
def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.casefold()))
