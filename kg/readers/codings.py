"""Imported codings (`bib/codings/NAME.yaml`) and the mappings they are made with (`bib/codings/NAME.mapping.yaml`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from kg.core.problems import Problem, did_you_mean
from kg.model.bibliography import ConceptKind, Vocabulary
from kg.model.coding import CodeOf, Coding
from kg.model.mapping import Mapping
from kg.readers.annotations import Mentions, Names
from kg.readers.references import ADD_ENTRY, NO_ENTRY, given_twice, unknown
from kg.readers.yaml.marks import Data, Marked, Path
from kg.readers.yaml.model import Format, YamlSource

MANUAL = "docs/sheets.md"
_PARTS_OF_CODING = {"codes": "this code", "works": "this work", "notes": "this note"}
_PARTS_OF_MAPPING = {"every": "this code", "values": "this code", "codes": "this column of codes"}
_PARTS_OF_MAPPING |= {"conditions": "this condition", "leave_out": "this row"}


class MappingSource(YamlSource[Mapping]):
    """One mapping."""

    form = Format(Mapping, "mapping", "`kg import FILE` writes one to fill in", MANUAL, _PARTS_OF_MAPPING)


class CodingSource(YamlSource[Coding]):
    """One file of imported codings."""

    form = Format(Coding, "coding", "make it with `kg import FILE --mapping MAPPING`", MANUAL, _PARTS_OF_CODING)

    @property
    def coding(self) -> Coding | None:
        """The valid parts; None if there are none."""
        return self.value

    name = YamlSource.stem

    @property
    def accepted(self) -> int:
        """The number of coded works."""
        return len(self.value.works) if self.value else 0

    @property
    def rows(self) -> int:
        """The number of rows in scope, with those that gave no work; 1 when the file could not be read."""
        return self.accepted + sum(not note.work for note in self.value.notes) if self.value else 1


read_coding = CodingSource.read
"""The codings in a file; parts that are not valid are reported and left out."""


def check_coding(source: CodingSource, vocabulary: Vocabulary, works: Collection[str]) -> Iterator[Problem]:
    """Problems of a file: works, codes and concepts that do not exist or are given twice; and its notes, as infos."""
    coding, marks = source.value, source.marks
    if coding is None:
        return
    for n, note in enumerate(coding.notes):
        message = f"{coding.sheet.file}, row {note.row}: {note.note}"
        yield marks.problem(("notes", n), "coding/row", message, "fix the sheet and import it again, or ignore", "info")
    coded: Names = [(("works", n, "work"), work.work) for n, work in enumerate(coding.works)]
    yield from unknown(marks, [(("review",), coding.review), *coded], works, "coding/unknown-work", NO_ENTRY, ADD_ENTRY)
    codes: Names = [(("codes", n, "id"), code.id) for n, code in enumerate(coding.codes)]
    for kind, names in (("code", codes), ("work", coded)):
        yield from given_twice(marks, [(kind, *name) for name in names], f"coding/duplicate-{kind}", "keep one of them")
    used: Names = [
        (("works", n, "codes", m), c) for n, work in enumerate(coding.works) for m, c in enumerate(work.codes)
    ]
    yield from unknown(marks, used, {code.id for code in coding.codes}, "coding/unknown-code", "no code `{}` above")
    yield from _concepts(marks, vocabulary, "coding", [(("codes", n), code) for n, code in enumerate(coding.codes)])


def check_mapping(mapping: Mapping, marks: Marked, vocabulary: Vocabulary) -> Iterator[Problem]:
    """A problem for each concept of the mapping that does not exist."""
    codes: list[tuple[Path, CodeOf]] = [(("every", n), code) for n, code in enumerate(mapping.every)]
    for n, part in enumerate(mapping.codes):
        codes += [(("codes", n, "values", value), code) for value, code in part.values.items()]
    yield from _concepts(marks, vocabulary, "mapping", codes)
    for kind, path, slug in _named(marks.data):
        if vocabulary.get(kind, slug) is None:
            hint = did_you_mean(slug, vocabulary.slugs(kind), f"`kg query vocabulary --kind {kind}` lists them")
            yield marks.problem(path, "mapping/unknown-concept", f"no {kind} `{slug}` in the vocabulary", hint)


def _named(data: Data) -> list[tuple[ConceptKind, Path, str]]:
    """The concepts that a mapping names in fields of findings and studies, and as meanings of cells."""
    found = Mentions()
    if isinstance(data, dict):
        found.visit(data.get("study"), ("study",))
        found.visit(data.get("other_studies"), ("other_studies",))
        for key in ("work", "findings"):
            _visit(found, data.get(key), (key,))
    return found.concepts


def _visit(found: Mentions, part: Data, path: Path) -> None:
    if isinstance(part, list):
        for n, item in enumerate(part):
            _visit(found, item, (*path, n))
    for key, value in part.items() if isinstance(part, dict) else ():
        if key in ("every", "by_code", "by_id"):
            found.visit(value, (*path, key))
        elif key in ("effect", "link"):
            _visit(found, value, (*path, key))
        elif isinstance(value, dict) and isinstance(values := value.get("values"), dict):
            for cell, meant in values.items():
                found.visit({key: meant}, (*path, key, "values", cell))


def _concepts(
    marks: Marked, vocabulary: Vocabulary, family: str, codes: Iterable[tuple[Path, CodeOf]]
) -> Iterator[Problem]:
    """A problem for each concept of the codes, as KIND:SLUG, that is not in the vocabulary."""
    named: Names = [((*path, "concepts", n), name) for path, code in codes for n, name in enumerate(code.concepts)]
    known = {f"{kind}:{slug}" for kind, slug in vocabulary.concepts}
    hint = "`kg query vocabulary` lists them"
    yield from unknown(marks, named, known, f"{family}/unknown-concept", "no `{}` in the vocabulary", hint)
