"""Imported codings (`bib/codings/NAME.yaml`) and the mappings they are made with (`bib/codings/NAME.mapping.yaml`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from kg.core.files import SourceFile
from kg.core.problems import Problem, did_you_mean
from kg.model.bibliography import Vocabulary
from kg.model.coding import Coding, Mapping
from kg.readers.yaml.marks import Marked, Path
from kg.readers.yaml.model import Format, read_model

MAPPING = Format(Mapping, "mapping", "`kg import FILE` writes one to fill in", "docs/sheets.md", {
    "every": "this code", "codes": "this column of codes", "values": "this code", "conditions": "this condition",
    "leave_out": "this row",
})  # fmt: skip
CODING = Format(Coding, "coding", "make it with `kg import FILE --mapping MAPPING`", "docs/sheets.md", {
    "codes": "this code", "works": "this work", "notes": "this note",
})  # fmt: skip


@dataclass(frozen=True)
class CodingSource:
    """One file of imported codings."""

    file: SourceFile
    coding: Coding | None
    marks: Marked
    problems: tuple[Problem, ...]

    @property
    def name(self) -> str:
        return PurePosixPath(self.file.name).name.removesuffix(".yaml")

    @property
    def accepted(self) -> int:
        """How many works are coded."""
        return len(self.coding.works) if self.coding else 0

    @property
    def rows(self) -> int:
        """How many rows of the sheet were in scope, with those that gave no work; the whole file is one when unread."""
        return self.accepted + sum(not note.work for note in self.coding.notes) if self.coding else 1


def read_coding(file: SourceFile) -> CodingSource:
    """Reads one file of imported codings; what is not valid is reported and left out."""
    read = read_model(file, CODING)
    return CodingSource(file, read.value, read.marks, read.problems)


def check_coding(source: CodingSource, vocabulary: Vocabulary, works: Collection[str]) -> Iterator[Problem]:
    """Whether the works, codes and concepts that the file names exist, and each is given once; and its notes."""
    coding, locate = source.coding, source.marks.locate
    if coding is None:
        return
    for n, note in enumerate(coding.notes):
        yield Problem(
            locate(("notes", n)),
            "coding/row",
            f"{coding.sheet.file}, row {note.row}: {note.note}",
            "mend the sheet and import it again, or leave it",
            "info",
        )
    for path, key in (
        (("review",), coding.review),
        *((("works", n, "work"), w.work) for n, w in enumerate(coding.works)),
    ):
        if key not in works:
            yield Problem(
                locate(path),
                "coding/unknown-work",
                f"no entry `{key}` in bib/",
                did_you_mean(key, works, "add the entry to a bibliography in bib/"),
            )
    yield from _given_twice(
        source, "code", (("codes", n, "id") for n in range(len(coding.codes))), (code.id for code in coding.codes)
    )
    yield from _given_twice(
        source, "work", (("works", n, "work") for n in range(len(coding.works))), (work.work for work in coding.works)
    )
    yield from _unknown_codes(source, coding)
    for n, code in enumerate(coding.codes):
        yield from unknown_concepts(code.concepts, ("codes", n, "concepts"), source.marks, vocabulary, "coding")


def _given_twice(source: CodingSource, what: str, paths: Iterable[Path], names: Iterable[str]) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for path, name in zip(paths, names, strict=True):
        if name in first:
            yield Problem(
                source.marks.locate(path),
                f"coding/duplicate-{what}",
                f"{what} `{name}` is given twice, first in line {source.marks.locate(first[name]).line}",
                "keep one of them",
            )
        first.setdefault(name, path)


def _unknown_codes(source: CodingSource, coding: Coding) -> Iterator[Problem]:
    known = {code.id for code in coding.codes}
    for n, work in enumerate(coding.works):
        for m, code in enumerate(work.codes):
            if code not in known:
                yield Problem(
                    source.marks.locate(("works", n, "codes", m)),
                    "coding/unknown-code",
                    f"no code `{code}` above",
                    did_you_mean(code, known, f"known: {', '.join(sorted(known)[:8])}"),
                )


def check_mapping(mapping: Mapping, marks: Marked, vocabulary: Vocabulary) -> Iterator[Problem]:
    """Whether the concepts that the mapping names exist."""
    for n, code in enumerate(mapping.every):
        yield from unknown_concepts(code.concepts, ("every", n, "concepts"), marks, vocabulary, "mapping")
    for n, part in enumerate(mapping.codes):
        for value, code in part.values.items():
            yield from unknown_concepts(
                code.concepts, ("codes", n, "values", value, "concepts"), marks, vocabulary, "mapping"
            )


def unknown_concepts(
    names: Collection[str], path: Path, marks: Marked, vocabulary: Vocabulary, family: str
) -> Iterator[Problem]:
    """Concepts, as KIND:SLUG, that are not in the vocabulary."""
    known = {f"{kind}:{slug}" for kind, slug in vocabulary.concepts}
    for n, name in enumerate(names):
        if name not in known:
            kind = name.split(":")[0]
            yield Problem(
                marks.locate((*path, n)),
                f"{family}/unknown-concept",
                f"no `{name}` in the vocabulary",
                did_you_mean(name, known, f"`kg query vocabulary --kind {kind}` lists them"),
            )
