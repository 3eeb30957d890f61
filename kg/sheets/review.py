"""The tables of a review as bibliography entries, imported codings and findings, made with a mapping."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from kg.building.reading import Sources, read_bibliographies, read_vocabularies
from kg.core.iris import segment
from kg.core.output import write_all
from kg.core.problems import Problem, UsageError
from kg.model.mapping import Mapping
from kg.readers.codings import MappingSource, check_mapping
from kg.readers.formats import ANNOTATIONS, CODINGS
from kg.readers.sheets import TableFile
from kg.sheets.imported import Imported, Origin, Tables
from kg.sheets.importer import import_tables
from kg.sheets.made import mapping_file, mapping_name, may_replace
from kg.sheets.texts import annotation_text, bibliography_text, coding_text


def import_review(
    root: Path,
    files: Sequence[TableFile],
    mapping_path: Path,
    dry_run: bool = False,
    sheet: str = "",
    header: Sequence[int] = (),
) -> Imported:
    """What the mapping makes of the tables: `bib/NAME.bib`, `bib/codings/NAME.yaml`, `bib/annotations/REVIEW.yaml`.

    If anything is an error, none of them is written.

    Args:
        root: The folder of the review.
        files: The files with its tables.
        mapping_path: The mapping, called `NAME.mapping.yaml`.
        dry_run: Whether to write nothing and only return the names of the files.
        sheet: The worksheet of the tables for which the mapping names none.
        header: The rows with the names of their columns.

    Raises:
        UsageError: if the mapping has another name, or a file that would be written was not made by this import.
    """
    name = mapping_name(mapping_path)
    reading = Sources(root)
    source, problems = _read_mapping(reading, mapping_path)
    if source is None or source.value is None or any(problem.severity == "error" for problem in problems):
        return Imported(problems=problems)
    mapping = source.value
    stem = segment(mapping.review) + (f".{mapping.reading}" if mapping.reading else "")
    paths = [root / "bib" / f"{name}.bib", root / CODINGS / f"{name}.yaml", root / ANNOTATIONS / f"{stem}.yaml"]
    own = [may_replace(path, name) for path in paths]
    read_bibliographies(reading, without=paths[0])
    entries = reading.works
    made, origin = import_tables(
        Tables(files, Imported(problems=problems), sheet, header), mapping, source.marks, entries, reading.vocabulary
    )
    if not made.errors:
        texts = _texts(name, origin, mapping, made)
        for path, text, replaces in zip(paths, texts, own, strict=True):
            if text is not None and path.exists() and not replaces:
                message = (
                    f"{path} exists and was not made by `kg import` with {mapping_path.name}: it is not overwritten"
                )
                raise UsageError(f"{message}; {_other_name(path)}")
        # A file that this import has made before and that is empty now is removed.
        files_written = {p: t for p, t, is_own in zip(paths, texts, own, strict=True) if t is not None or is_own}
        if not dry_run:
            write_all(files_written)
        made.written = tuple(path for path, text in files_written.items() if text is not None)
    return made


def _other_name(path: Path) -> str:
    if path.parent.name == "annotations":
        return "say `reading: NAME` in the mapping, and the findings become REVIEW.NAME.yaml"
    return "call the mapping something else"


def _read_mapping(reading: Sources, path: Path) -> tuple[MappingSource | None, list[Problem]]:
    file = mapping_file(reading.root, path)
    if isinstance(file, Problem):
        return None, [file]
    read = MappingSource.read(file)
    if read.value is None:
        return None, list(read.problems)
    read_vocabularies(reading)
    return read, [*read.problems, *check_mapping(read.value, read.marks, reading.vocabulary)]


def _texts(name: str, origin: Origin, mapping: Mapping, made: Imported) -> tuple[str | None, str | None, str | None]:
    """The texts of bibliography, codings and annotation; None where there is nothing to say."""
    coded = made.notes or any(work.codes for work in made.works)
    found = made.findings or made.included or made.other_studies
    return (
        bibliography_text(name, origin, mapping, made) if made.entries else None,
        coding_text(name, origin, mapping, made) if coded else None,
        annotation_text(name, origin, mapping, made) if found else None,
    )
