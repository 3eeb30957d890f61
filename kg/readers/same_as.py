"""`bib/same-as.yaml`: which entries are the same work and which only look alike, as a person decided."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from pydantic import Field

from kg.core.files import SourceFile
from kg.core.problems import Location, Problem, did_you_mean
from kg.model.annotation import Date, Part, Text
from kg.readers.yaml.marks import Marked, Path
from kg.readers.yaml.model import Format, read_model

MAX_BYTES = 4 * 1024 * 1024


class DecisionPart(Part):
    """That entries are one work (`keep`, `same`), or that they are not (`different`)."""

    keep: Text | None = Field(
        None, description="BibTeX key of the entry that stays: what is said of the others is said of it."
    )
    same: tuple[Text, ...] = Field((), description="BibTeX keys of the other entries of the same work.")
    different: tuple[Text, ...] = Field((), description="BibTeX keys of entries that look alike and are not one work.")
    decided_by: Text = Field(description="Who decided: a person, or the name of the project.")
    date: Date | None = None
    because: Text = Field(description="What it was decided by; in your own words.")


class Decisions(Part):
    """All decisions of a review."""

    decisions: tuple[DecisionPart, ...] = ()


FORMAT = Format(
    Decisions,
    "same-as",
    "list decisions under `decisions:` (`kg duplicates --format yaml` prints some), or remove the file",
    "CONTRIBUTING.md",
    {"decisions": "this decision", "same": "`same`", "different": "`different`"},
)


@dataclass(frozen=True)
class SameAsSource:
    """The file: the decisions that could be read, where each part of them stands, and what was wrong."""

    file: SourceFile
    decisions: tuple[DecisionPart, ...]
    marks: Marked
    problems: tuple[Problem, ...]
    entries: int
    """How many decisions were written, those that could not be read too."""

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
        return self.marks.locate(("decisions", *path))


def read_same_as(file: SourceFile) -> SameAsSource:
    """Reads the file; decisions that are not valid are reported and left out."""
    read = read_model(file, FORMAT)
    written = read.written.data.get("decisions") if isinstance(read.written.data, dict) else None
    return SameAsSource(
        file,
        read.value.decisions if read.value else (),
        read.marks,
        read.problems,
        len(written) if isinstance(written, list) else 0,
    )


def check_same_as(source: SameAsSource, works: Collection[str]) -> list[Problem]:
    """What cannot be meant: unknown entries, an entry merged twice or on and on, decisions that contradict others.

    `works` are the keys of the bibliography.
    """
    checker = _Checker(source)
    return [*checker.forms(), *checker.unknown(works), *checker.merges(), *checker.differences()]


class _Checker:
    def __init__(self, source: SameAsSource) -> None:
        self.source, self.decisions = source, list(enumerate(source.decisions))

    def problem(self, path: Path, rule: str, message: str, hint: str) -> Problem:
        return Problem(self.source.where(*path), f"same-as/{rule}", message, hint)

    def forms(self) -> Iterator[Problem]:
        """A decision is of one of two forms."""
        for i, part in self.decisions:
            if part.different and (part.keep or part.same):
                yield self.problem(
                    (i,), "two-decisions", "this decision says both `same` and `different`", "make two decisions of it"
                )
            elif part.different and len(part.different) == 1:
                yield self.problem(
                    (i, "different"),
                    "incomplete",
                    "this decision names one entry only",
                    "name those that it is different from: `different: [A, B]`",
                )
            elif not part.different and not (part.keep and part.same):
                yield self.problem(
                    (i,),
                    "incomplete",
                    "this decision does not say which entries are the same",
                    "write `keep: A` and `same: [B]`, or `different: [A, B]`",
                )

    def named(self) -> Iterator[tuple[Path, str]]:
        """Every key in the file."""
        for i, part in self.decisions:
            if part.keep:
                yield (i, "keep"), part.keep
            yield from (((i, "same", j), key) for j, key in enumerate(part.same))
            yield from (((i, "different", j), key) for j, key in enumerate(part.different))

    def unknown(self, works: Collection[str]) -> Iterator[Problem]:
        for path, key in self.named():
            if key not in works:
                yield self.problem(
                    path,
                    "unknown-work",
                    f"no entry `{key}` in the bibliography",
                    did_you_mean(key, works, "an entry that was removed needs no decision: remove it"),
                )

    def merges(self) -> Iterator[Problem]:
        """Each entry is merged once, into one that stays."""
        merged: dict[str, tuple[int, str]] = {}
        for path, key in self.named():
            if path[1] != "same":
                continue
            line, kept = self.source.where(*path).line, self.decisions[int(path[0])][1].keep or ""
            if key == kept:
                yield self.problem(
                    path,
                    "kept-and-merged",
                    f"`{key}` would be merged into itself",
                    "`same` names the other entries of the work",
                )
            elif key in merged:
                first, into = merged[key]
                yield self.problem(
                    path,
                    "merged-twice",
                    f"`{key}` is merged twice, first into `{into}` in line {first}",
                    "keep one of the two",
                )
            merged.setdefault(key, (line, kept))
        for i, part in self.decisions:
            kept = part.keep or ""
            line, into = merged.get(kept, (0, kept))
            if into != kept:
                yield self.problem(
                    (i, "keep"),
                    "chain",
                    f"`{kept}` is kept here and merged into `{into}` in line {line}",
                    f"write `keep: {into}` here",
                )

    def differences(self) -> Iterator[Problem]:
        """No two entries are decided on twice, in one way or in two."""
        seen: dict[frozenset[str], int] = {}
        for i, part in self.decisions:
            path = (i, "different")
            line = self.source.where(*path).line
            for one, other in combinations(part.different, 2):
                pair = frozenset(self.source.aliases.get(key, key) for key in (one, other))
                if one == other:
                    yield self.problem(path, "named-twice", f"`{one}` is named twice", "name it once")
                elif len(pair) == 1:
                    yield self.problem(
                        path,
                        "contradiction",
                        f"`{one}` and `{other}` are the same work by another decision",
                        "keep one of the two decisions",
                    )
                elif seen.get(pair, line) != line:
                    yield self.problem(
                        path,
                        "decided-twice",
                        f"`{one}` and `{other}` are told apart in line {seen[pair]} already",
                        "keep one of the two decisions",
                    )
                seen.setdefault(pair, line)
