"""What can only be checked when everything has been read: names, files that nobody reads, works under two keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from kg.building.reading import Reading
from kg.core.problems import Location, Problem, did_you_mean, visible
from kg.graph.vocabulary import vocabulary_of
from kg.model.bibliography import Vocabulary
from kg.model.duplicates import duplicates
from kg.readers.annotations import SCHEMA
from kg.readers.codings import check_coding
from kg.readers.formats import CODINGS, MAPPING_SUFFIX, source_endings, where_sources_belong
from kg.readers.references import check_references


def check_duplicates(reading: Reading) -> list[Problem]:
    """Entries with one DOI under two keys, each at its line; of those that only look alike, how many there are."""
    found = [entry for source in reading.bibliographies for entry in source.publications]
    proposals = [p for p in duplicates(found, reading.aliases, reading.different) if not p.decision]
    places = {key: where for source in reading.bibliographies for key, where in source.places.items()}
    problems = []
    for proposal in proposals:
        if proposal.kind == "exact":
            first, second = sorted((proposal.keep, proposal.same), key=lambda key: places[key])
            problems.append(
                Problem(
                    places[second],
                    "bibliography/duplicate",
                    f"`{second}` may be the same work as `{first}` ({places[first]}): {proposal.reason}",
                    "decide in bib/same-as.yaml; `kg duplicates --format yaml` prints what to fill in",
                    "info",
                )
            )
    likely = sum(proposal.kind == "likely" for proposal in proposals)
    if likely:
        problems.append(
            Problem(
                Location("bib"),
                "bibliography/alike",
                f"{likely} pairs of entries look alike" if likely > 1 else "two entries look alike",
                "`kg duplicates` tells which, and why",
                "info",
            )
        )
    return problems


def check_not_read(reading: Reading) -> None:
    """A file that looks like a source and is not read is never passed over without a word."""
    read = {account.file for account in reading.accounts}
    read |= {name[:at] for name in read for at, mark in enumerate(name) if mark == "/"}  # a folder that is read from
    for path in sorted((reading.root / "bib").rglob("*")):
        name = visible(path.relative_to(reading.root).as_posix())
        if name not in read and _looks_like_a_source(path, name):
            reading.problems.append(
                Problem(
                    Location(name),
                    "file/not-read",
                    f"this {_what_is(path)} is not read",
                    where_sources_belong(),
                    "warning",
                )
            )


def _looks_like_a_source(path: Path, name: str) -> bool:
    if path.name == SCHEMA or (name.startswith(f"{CODINGS}/") and name.endswith(MAPPING_SUFFIX)):
        return False
    return path.suffix.lower() in source_endings() or (path.is_symlink() and not path.is_file())


def _what_is(path: Path) -> str:
    """What a person would call what is at `path`."""
    if path.is_symlink():
        return "link" if path.exists() else "link, which leads nowhere,"
    return "folder" if path.is_dir() else "file" if path.is_file() else "pipe or device"


class Reader(Protocol):
    """What is known of an annotation when it is asked what it replaces."""

    @property
    def stem(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def supersedes(self) -> str: ...
    @property
    def supersedes_at(self) -> Location: ...


def check_superseded(annotations: Sequence[Reader], aliases: Mapping[str, str]) -> list[Problem]:
    """Whether what an annotation replaces is there, is of the same publication, and does not replace it in turn."""
    by_stem = {source.stem: source for source in annotations}
    work = {stem: aliases.get(source.key, source.key) for stem, source in by_stem.items()}
    problems = []
    for source in annotations:
        older = source.supersedes
        if not older:
            continue
        chain = [source.stem]
        while older in by_stem and older not in chain:
            chain.append(older)
            older = by_stem[older].supersedes
        if older and older not in by_stem and len(chain) == 1:
            rule, message = "unknown-annotation", f"there is no bib/annotations/{older}.yaml to replace"
            hint = did_you_mean(older, by_stem, "name a file of that folder without .yaml")
        elif older == source.stem:
            rule, message = "supersedes-circle", " replaces ".join([*chain, older])
            hint = "only the later reading names the earlier one"
        elif work.get(source.supersedes, work[source.stem]) != work[source.stem]:
            rule, message = "supersedes-other", f"{source.supersedes}.yaml annotates `{work[source.supersedes]}`"
            hint = f"an annotation replaces one of the same publication, here `{work[source.stem]}`"
        else:
            continue
        problems.append(Problem(source.supersedes_at, f"annotation/{rule}", message, hint))
    return problems


def check_named(reading: Reading) -> None:
    """Whether what annotations refer to exists."""
    vocabulary, works = vocabulary_of(reading.vocabularies), reading.works()
    findings = {
        f"{source.stem}/{given}"
        for source in reading.current
        for what, _, given in source.named.given
        if what == "finding"
    }
    for source in reading.current:
        reading.problems += check_references(source, vocabulary, works, findings)


def check_codings(reading: Reading, vocabulary: Vocabulary, works: set[str]) -> None:
    """Whether what codings refer to exists."""
    for coding in reading.codings:
        reading.problems += check_coding(coding, vocabulary, works)
