"""`bib/same-as.yaml`: decisions of a person on which entries are the same work and which only look alike."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from itertools import combinations

from pydantic import Field

from kg.core.problems import Location, Problem
from kg.model.fields import Date, Part, Text
from kg.readers.references import unknown
from kg.readers.yaml.marks import Path
from kg.readers.yaml.model import Format, YamlSource

MAX_BYTES = 4 * 1024 * 1024
_START = "list decisions under `decisions:` (`kg duplicates --format yaml` prints some), or remove the file"


class DecisionPart(Part):
    """A decision that entries are one work (`keep`, `same`), or that they are not (`different`)."""

    keep: Text | None = Field(None, description="BibTeX key of the entry that stays and gets the facts of the others.")
    same: tuple[Text, ...] = Field((), description="BibTeX keys of the other entries of the same work.")
    different: tuple[Text, ...] = Field((), description="BibTeX keys of entries that look alike and are not one work.")
    decided_by: Text = Field(description="Who decided: a person, or the name of the project.")
    date: Date | None = None
    because: Text = Field(description="What it was decided by; in your own words.")


class Decisions(Part):
    """All decisions of a review."""

    decisions: tuple[DecisionPart, ...] = ()


class SameAsSource(YamlSource[Decisions]):
    """The file of decisions."""

    form = Format(Decisions, "same-as", _START, "CONTRIBUTING.md", {"decisions": "this decision"})

    @property
    def decisions(self) -> tuple[DecisionPart, ...]:
        """The decisions that could be read."""
        return self.value.decisions if self.value else ()

    @property
    def entries(self) -> int:
        """The number of decisions in the file, with those that could not be read."""
        written = self.written.data.get("decisions") if isinstance(self.written.data, dict) else None
        return len(written) if isinstance(written, list) else 0

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """The kept key for each merged one."""
        merged = [(key, part.keep) for part in self.decisions if part.keep for key in part.same]
        return dict(reversed(merged))  # the first of two counts

    @cached_property
    def different(self) -> frozenset[frozenset[str]]:
        """Pairs of works, by their kept keys, that were decided not to be the same."""
        pairs = (pair for part in self.decisions for pair in combinations(part.different, 2))
        return frozenset(frozenset(self.aliases.get(key, key) for key in pair) for pair in pairs)

    def where(self, *path: str | int) -> Location:
        """The place of a value below `decisions`."""
        return self.marks.locate(("decisions", *path))


read_same_as = SameAsSource.read
"""The decisions in the file; those that are not valid are reported and left out."""


def check_same_as(source: SameAsSource, works: Collection[str]) -> list[Problem]:
    """Problems of the decisions: entries not in `works`, entries merged twice or in a chain, contradictions."""
    return [*_forms(source), *_unknown(source, works), *_merges(source), *_differences(source)]


def _problem(source: SameAsSource, path: Path, rule: str, message: str, hint: str) -> Problem:
    return source.marks.problem(("decisions", *path), f"same-as/{rule}", message, hint)


def _forms(source: SameAsSource) -> Iterator[Problem]:
    """Each decision has one of two forms."""
    for i, part in enumerate(source.decisions):
        if part.different and (part.keep or part.same):
            message, hint = "this decision has both `same` and `different`", "make two decisions of it"
            yield _problem(source, (i,), "two-decisions", message, hint)
        elif len(part.different) == 1:
            hint = "name those that it is different from: `different: [A, B]`"
            yield _problem(source, (i, "different"), "incomplete", "this decision names one entry only", hint)
        elif not part.different and not (part.keep and part.same):
            message = "this decision does not say which entries are the same"
            hint = "write `keep: A` and `same: [B]`, or `different: [A, B]`"
            yield _problem(source, (i,), "incomplete", message, hint)


def _unknown(source: SameAsSource, works: Collection[str]) -> Iterator[Problem]:
    named: list[tuple[Path, str]] = []
    for i, part in enumerate(source.decisions):
        named += [(("decisions", i, "keep"), part.keep)] if part.keep else []
        for name, keys in (("same", part.same), ("different", part.different)):
            named += [(("decisions", i, name, j), key) for j, key in enumerate(keys)]
    message, hint = "no entry `{}` in the bibliography", "an entry that was removed needs no decision: remove it"
    yield from unknown(source.marks, named, works, "same-as/unknown-work", message, hint)


def _merges(source: SameAsSource) -> Iterator[Problem]:
    """Each entry is merged once, into one that stays."""
    merged: dict[str, tuple[int, str]] = {}
    for i, part in enumerate(source.decisions):
        kept = part.keep or ""
        for j, key in enumerate(part.same):
            path = (i, "same", j)
            if key == kept:
                message, hint = f"`{key}` would be merged into itself", "`same` names the other entries of the work"
                yield _problem(source, path, "kept-and-merged", message, hint)
            elif key in merged:
                first, into = merged[key]
                message = f"`{key}` is merged twice, first into `{into}` in line {first}"
                yield _problem(source, path, "merged-twice", message, "keep one of the two")
            merged.setdefault(key, (source.where(*path).line, kept))
    for i, part in enumerate(source.decisions):
        line, into = merged.get(kept := part.keep or "", (0, kept))
        if into != kept:
            message = f"`{kept}` is kept here and merged into `{into}` in line {line}"
            yield _problem(source, (i, "keep"), "chain", message, f"write `keep: {into}` here")


def _differences(source: SameAsSource) -> Iterator[Problem]:
    """No two entries are decided on twice, whether in one way or in two."""
    seen: dict[frozenset[str], int] = {}
    for i, part in enumerate(source.decisions):
        path, hint = (i, "different"), "keep one of the two decisions"
        line = source.where(*path).line
        for one, other in combinations(part.different, 2):
            pair = frozenset(source.aliases.get(key, key) for key in (one, other))
            if one == other:
                yield _problem(source, path, "named-twice", f"`{one}` is named twice", "name it once")
            elif len(pair) == 1:
                message = f"`{one}` and `{other}` are the same work by another decision"
                yield _problem(source, path, "contradiction", message, hint)
            elif seen.get(pair, line) != line:
                message = f"`{one}` and `{other}` are decided to be different in line {seen[pair]} already"
                yield _problem(source, path, "decided-twice", message, hint)
            seen.setdefault(pair, line)
