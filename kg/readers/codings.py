"""Imported codings (`bib/codings/NAME.yaml`) and the mappings they are made with (`bib/codings/NAME.mapping.yaml`)."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from kg.core.files import SourceFile
from kg.core.problems import Problem, did_you_mean
from kg.model.bibliography import Vocabulary
from kg.model.coding import Coding, Mapping
from kg.readers.yaml.marks import Marked, Path
from kg.readers.yaml.model import Format, YamlSource

MANUAL = "docs/sheets.md"


class MappingSource(YamlSource[Mapping]):
    """One mapping."""

    form = Format(Mapping, "mapping", "`kg import FILE` writes one to fill in", MANUAL, {
        "every": "this code", "codes": "this column of codes", "values": "this code", "conditions": "this condition",
        "leave_out": "this row",
    })  # fmt: skip


class CodingSource(YamlSource[Coding]):
    """One file of imported codings."""

    form = Format(Coding, "coding", "make it with `kg import FILE --mapping MAPPING`", MANUAL, {
        "codes": "this code", "works": "this work", "notes": "this note",
    })  # fmt: skip

    @property
    def coding(self) -> Coding | None:
        """What could be read; None when nothing could."""
        return self.value

    @property
    def name(self) -> str:
        """The name of the file without its folder and `.yaml`."""
        return self.stem

    @property
    def accepted(self) -> int:
        """The number of coded works."""
        return len(self.value.works) if self.value else 0

    @property
    def rows(self) -> int:
        """The number of rows in scope, with those that gave no work; 1 when the file could not be read."""
        return self.accepted + sum(not note.work for note in self.value.notes) if self.value else 1


def read_coding(file: SourceFile) -> CodingSource:
    """The codings in a file; parts that are not valid are reported and left out."""
    return CodingSource.read(file)


def check_coding(source: CodingSource, vocabulary: Vocabulary, works: Collection[str]) -> Iterator[Problem]:
    """Problems of a file: works, codes and concepts that do not exist or are given twice; and its notes, as infos."""
    coding, problem = source.value, source.marks.problem
    if coding is None:
        return
    for n, note in enumerate(coding.notes):
        message, hint = (
            f"{coding.sheet.file}, row {note.row}: {note.note}",
            "fix the sheet and import it again, or ignore",
        )
        yield problem(("notes", n), "coding/row", message, hint, "info")
    named: list[tuple[Path, str]] = [(("works", n, "work"), work.work) for n, work in enumerate(coding.works)]
    for path, key in [(("review",), coding.review), *named]:
        if key not in works:
            hint = did_you_mean(key, works, "add the entry to a bibliography in bib/")
            yield problem(path, "coding/unknown-work", f"no entry `{key}` in bib/", hint)
    yield from _given_twice(
        source.marks, "code", [(("codes", n, "id"), code.id) for n, code in enumerate(coding.codes)]
    )
    yield from _given_twice(source.marks, "work", named)
    known = {code.id for code in coding.codes}
    for n, work in enumerate(coding.works):
        for m, id in enumerate(work.codes):
            if id not in known:
                hint = did_you_mean(id, known, f"known: {', '.join(sorted(known)[:8])}")
                yield problem(("works", n, "codes", m), "coding/unknown-code", f"no code `{id}` above", hint)
    for n, code in enumerate(coding.codes):
        yield from unknown_concepts(code.concepts, ("codes", n, "concepts"), source.marks, vocabulary, "coding")


def _given_twice(marks: Marked, what: str, named: list[tuple[Path, str]]) -> Iterator[Problem]:
    first: dict[str, Path] = {}
    for path, name in named:
        if name in first:
            message = f"{what} `{name}` is given twice, first in line {marks.locate(first[name]).line}"
            yield marks.problem(path, f"coding/duplicate-{what}", message, "keep one of them")
        first.setdefault(name, path)


def check_mapping(mapping: Mapping, marks: Marked, vocabulary: Vocabulary) -> Iterator[Problem]:
    """A problem for each concept of the mapping that does not exist."""
    named: list[tuple[Path, Collection[str]]] = [(("every", n), code.concepts) for n, code in enumerate(mapping.every)]
    for n, part in enumerate(mapping.codes):
        named += [(("codes", n, "values", value), code.concepts) for value, code in part.values.items()]
    for path, concepts in named:
        yield from unknown_concepts(concepts, (*path, "concepts"), marks, vocabulary, "mapping")


def unknown_concepts(
    names: Collection[str], path: Path, marks: Marked, vocabulary: Vocabulary, family: str
) -> Iterator[Problem]:
    """A problem for each concept, as KIND:SLUG, that is not in the vocabulary."""
    known = {f"{kind}:{slug}" for kind, slug in vocabulary.concepts}
    for n, name in enumerate(names):
        if name not in known:
            hint = did_you_mean(name, known, f"`kg query vocabulary --kind {name.split(':')[0]}` lists them")
            yield marks.problem((*path, n), f"{family}/unknown-concept", f"no `{name}` in the vocabulary", hint)
