"""`bib/same-as.yaml`: a person's decisions on which entries, studies, names, venues and findings are the same."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Annotated
from unicodedata import normalize

from pydantic import AfterValidator, Field

from kg.core.problems import Location, Problem
from kg.model.fields import Date, Part, Text
from kg.readers.references import unknown
from kg.readers.yaml.marks import Marked, Path
from kg.readers.yaml.model import Format, YamlSource

MAX_BYTES = 4 * 1024 * 1024
_START = "list decisions under `decisions:` (`kg duplicates --format yaml` prints some), or remove the file"
Name = Annotated[Text, AfterValidator(lambda text: normalize("NFC", text))]
"""A name or a venue as printed."""


OF_PUBLICATIONS = ("decisions", "studies")
"""The lists whose members are keys of publications."""


class DecisionPart(Part):
    """A decision that entries are one work (`keep`, `same`), or that they are not (`different`)."""

    keep: Text | None = Field(None, description="BibTeX key of the entry that stays and gets the facts of the others.")
    same: tuple[Text, ...] = Field((), description="BibTeX keys of the other entries of the same work.")
    different: tuple[Text, ...] = Field((), description="BibTeX keys of entries that look alike and are not one work.")
    decided_by: Text = Field(description="Who decided: a person, or the name of the project.")
    date: Date | None = None
    because: Text = Field(description="What it was decided by; in your own words.")


class SpellingPart(DecisionPart):
    """A decision that names are of one person, or texts of one venue (`keep`, `same`), or that they are not."""

    keep: Name | None = Field(None, description="The spelling, as printed, under which the others are counted.")
    same: tuple[Name, ...] = Field((), description="The other spellings, as printed.")
    different: tuple[Name, ...] = Field((), description="Spellings, as printed, that look alike and are not the same.")


class MatchPart(DecisionPart):
    """A decision that findings of several readings are one finding (`keep`, `same`), or that they are not."""

    keep: Text | None = Field(None, description="A finding of a reading, as FILE/ID: vanska2024/PEC1.")
    same: tuple[Text, ...] = Field((), description="The same finding in other readings: vanska2024.second/F3.")
    different: tuple[Text, ...] = Field((), description="Findings of several readings that are not one finding.")


class SameStudyPart(DecisionPart):
    """A decision that publications report one study (`keep`, `same`), or that they do not."""

    keep: Text | None = Field(None, description="BibTeX key of the publication under which the study is counted.")
    same: tuple[Text, ...] = Field((), description="BibTeX keys of the other publications of the same study.")
    different: tuple[Text, ...] = Field((), description="BibTeX keys of publications that report different studies.")


class Decisions(Part):
    """All decisions of a review."""

    decisions: tuple[DecisionPart, ...] = ()
    studies: tuple[SameStudyPart, ...] = ()
    people: tuple[SpellingPart, ...] = ()
    venues: tuple[SpellingPart, ...] = ()
    findings: tuple[MatchPart, ...] = ()


@dataclass(frozen=True)
class _Words:
    """What messages call the members of a list."""

    one: str
    some: str
    thing: str
    rule: str
    unknown: str
    otherwise: str


_LISTS = {
    "decisions": _Words(
        *("entry", "entries", "work", "unknown-work", "no entry `{}` in the bibliography"),
        "an entry that was removed needs no decision: remove it",
    ),
    "studies": _Words(
        *("publication", "publications", "study", "unknown-work", "no entry `{}` in the bibliography"),
        "name publications by the keys of their entries",
    ),
    "people": _Words(
        *("name", "names", "person", "unknown-name", "no work has an author called `{}`"),
        "write the name as `kg query things-authors` prints it, given name first",
    ),
    "venues": _Words(
        *("venue", "venues", "venue", "unknown-venue", "no work has the venue `{}`"),
        "write the venue as `kg query publications` prints it",
    ),
    "findings": _Words(
        *("finding", "findings", "finding", "unknown-finding", "no annotation has the finding `{}`"),
        "write the name of the annotation file without .yaml, a slash and the id",
    ),
}
"""The lists of the file, by key."""
_MEANT = {
    **dict.fromkeys(("entries", "entry", "works", "work", "publications"), "decisions"),
    "study": "studies",
    **dict.fromkeys(("person", "persons", "name", "names", "author", "authors"), "people"),
    **dict.fromkeys(("journal", "journals", "conferences"), "venues"),
}
"""The list that is meant by another key."""


@dataclass(frozen=True)
class DecisionList:
    """One list of decisions that could be read: about entries, studies, names of people, venues or findings."""

    key: str
    parts: Sequence[DecisionPart]
    marks: Marked

    @property
    def words(self) -> _Words:
        """What messages call its members."""
        return _LISTS[self.key]

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """The kept member for each of the others."""
        merged = [(name, part.keep) for part in self.parts if part.keep for name in part.same]
        return dict(reversed(merged))  # the first of two counts

    @cached_property
    def different(self) -> frozenset[frozenset[str]]:
        """Pairs, by what is kept, that were decided not to be the same."""
        pairs = (pair for part in self.parts for pair in combinations(part.different, 2))
        return frozenset(frozenset(self.aliases.get(name, name) for name in pair) for pair in pairs)

    @property
    def named(self) -> frozenset[str]:
        """Everything that a decision names."""
        return frozenset(name for _, name in self.members())

    def members(self) -> Iterator[tuple[Path, str]]:
        """Everything that a decision names, with its path."""
        for i, part in enumerate(self.parts):
            yield from [((self.key, i, "keep"), part.keep)] if part.keep else []
            for name, members in (("same", part.same), ("different", part.different)):
                yield from (((self.key, i, name, j), member) for j, member in enumerate(members))

    def where(self, *path: str | int) -> Location:
        """The place of a value below the list."""
        return self.marks.locate((self.key, *path))

    def problem(self, path: Path, rule: str, message: str, hint: str) -> Problem:
        return self.marks.problem((self.key, *path), f"same-as/{rule}", message, hint)


class SameAsSource(YamlSource[Decisions]):
    """The file of decisions."""

    form = Format(
        *(Decisions, "same-as", _START, "CONTRIBUTING.md", dict.fromkeys(_LISTS, "this decision"), "decisions", _MEANT)
    )

    @property
    def entries(self) -> int:
        """The number of decisions in the file, with those that could not be read."""
        data = self.written.data if isinstance(self.written.data, dict) else {}
        return sum(len(written) for key in _LISTS if isinstance(written := data.get(key), list))

    @cached_property
    def works(self) -> DecisionList:
        """The decisions on entries."""
        return DecisionList("decisions", self.value.decisions if self.value else (), self.marks)

    @cached_property
    def studies(self) -> DecisionList:
        """The decisions on publications of one study."""
        return DecisionList("studies", self.value.studies if self.value else (), self.marks)

    @cached_property
    def people(self) -> DecisionList:
        """The decisions on names of people."""
        return DecisionList("people", self.value.people if self.value else (), self.marks)

    @cached_property
    def venues(self) -> DecisionList:
        """The decisions on venues."""
        return DecisionList("venues", self.value.venues if self.value else (), self.marks)

    @cached_property
    def findings(self) -> DecisionList:
        """The decisions on findings of several readings."""
        return DecisionList("findings", self.value.findings if self.value else (), self.marks)


read_same_as = SameAsSource.read
"""The decisions in the file; those that are not valid are reported and left out."""


def check_same_as(
    source: SameAsSource, works: Collection[str], people: Collection[str] = (), venues: Collection[str] = ()
) -> list[Problem]:
    """Problems of the decisions: what is unknown, what is merged twice or in a chain, contradictions.

    Args:
        source: the file.
        works: the keys of all entries.
        people: the names of the authors of all works, in NFC.
        venues: the venues of all works, in NFC.
    """
    known = {**dict.fromkeys(OF_PUBLICATIONS, works), "people": people, "venues": venues}
    lists = (source.works, source.studies, source.people, source.venues)
    return [*(problem for found in lists for problem in _faults(found, known)), *_merged_entries(source)]


def check_same_findings(source: SameAsSource, findings: Collection[str]) -> list[Problem]:
    """The same problems of the decisions on findings; `findings` are those of all annotations, as FILE/ID."""
    return list(_faults(source.findings, {"findings": findings}))


def _faults(found: DecisionList, known: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    yield from (*_forms(found), *_unknown(found, known), *_merges(found), *_differences(found))


def _forms(found: DecisionList) -> Iterator[Problem]:
    """Each decision has one of two forms."""
    words = found.words
    for i, part in enumerate(found.parts):
        if part.different and (part.keep or part.same):
            message, hint = "this decision has both `same` and `different`", "make two decisions of it"
            yield found.problem((i,), "two-decisions", message, hint)
        elif len(part.different) == 1:
            hint = "name those that it is different from: `different: [A, B]`"
            message = f"this decision names one {words.one} only"
            yield found.problem((i, "different"), "incomplete", message, hint)
        elif not part.different and not (part.keep and part.same):
            message = f"this decision does not say which {words.some} are the same"
            hint = "write `keep: A` and `same: [B]`, or `different: [A, B]`"
            yield found.problem((i,), "incomplete", message, hint)


def _unknown(found: DecisionList, known: Mapping[str, Collection[str]]) -> Iterator[Problem]:
    """What is named and does not exist; the hint says so if it belongs into another list."""
    words = found.words
    rule, here = f"same-as/{words.rule}", known[found.key]
    for path, name in found.members():
        place = next((key for key, names in known.items() if name not in here and normalize("NFC", name) in names), "")
        if place:
            hint = f"decisions on {_LISTS[place].some} belong under `{place}:`"
            yield from unknown(found.marks, [(path, name)], (), rule, words.unknown, hint)
        else:
            yield from unknown(found.marks, [(path, name)], here, rule, words.unknown, words.otherwise)


def _merged_entries(source: SameAsSource) -> Iterator[Problem]:
    """A study is reported in publications: an entry that is merged into another one is none."""
    for path, key in source.studies.members():
        if into := source.works.aliases.get(key):
            message = f"`{key}` is merged into `{into}` by a decision on entries"
            yield source.marks.problem(path, "same-as/merged-entry", message, f"write `{into}` here")


def _merges(found: DecisionList) -> Iterator[Problem]:
    """Each member is merged once, into one that stays."""
    merged: dict[str, tuple[int, str]] = {}
    for i, part in enumerate(found.parts):
        kept = part.keep or ""
        for j, name in enumerate(part.same):
            path = (i, "same", j)
            if name == kept:
                message = f"`{name}` would be merged into itself"
                hint = f"`same` names the other {found.words.some} of the {found.words.thing}"
                yield found.problem(path, "kept-and-merged", message, hint)
            elif name in merged:
                first, into = merged[name]
                message = f"`{name}` is merged twice, first into `{into}` in line {first}"
                yield found.problem(path, "merged-twice", message, "keep one of the two")
            merged.setdefault(name, (found.where(*path).line, kept))
    for i, part in enumerate(found.parts):
        line, into = merged.get(kept := part.keep or "", (0, kept))
        if into != kept:
            message = f"`{kept}` is kept here and merged into `{into}` in line {line}"
            yield found.problem((i, "keep"), "chain", message, f"write `keep: {into}` here")


def _differences(found: DecisionList) -> Iterator[Problem]:
    """No two members are decided on twice, whether in one way or in two."""
    seen: dict[frozenset[str], int] = {}
    for i, part in enumerate(found.parts):
        path, hint = (i, "different"), "keep one of the two decisions"
        line = found.where(*path).line
        for one, other in combinations(part.different, 2):
            pair = frozenset(found.aliases.get(name, name) for name in (one, other))
            if one == other:
                yield found.problem(path, "named-twice", f"`{one}` is named twice", "name it once")
            elif len(pair) == 1:
                message = f"`{one}` and `{other}` are the same {found.words.thing} by another decision"
                yield found.problem(path, "contradiction", message, hint)
            elif seen.get(pair, line) != line:
                message = f"`{one}` and `{other}` are decided to be different in line {seen[pair]} already"
                yield found.problem(path, "decided-twice", message, hint)
            seen.setdefault(pair, line)
