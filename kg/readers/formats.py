"""The files that a review is made from: the table of bibliography formats, and that of the other sources.

To add a bibliography format, write its reader and add one row to `BIBLIOGRAPHIES`; see docs/architecture.md.
Building, watching, error hints and reports take what they need to know about formats from these tables.

No reader is imported before it is used, because commands that only look for files should start quickly.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from kg.core.files import MAX_BYTES, SourceFile, find_sources, read_source
from kg.core.problems import Problem

if TYPE_CHECKING:
    from kg.readers.bibtex.entries import EntryFile

BIBLIOGRAPHY_FOLDER = "bib"


@dataclass(frozen=True, slots=True)
class BibliographyFormat:
    """A format of bibliographies in `bib/`."""

    kind: str
    """The name of the format in reports, such as `csl-json`."""
    label: str
    endings: tuple[str, ...]
    """Endings of file names, in lower case with a dot."""
    reader: Callable[[SourceFile], EntryFile]
    """Reads a file. Formats other than BibTeX return a `RecordFile` of `WorkRecord`s (`kg.readers.records`)."""
    any_encoding: bool = False
    """Whether programs write such files in other encodings than UTF-8."""
    recognises: Callable[[str], bool] | None = None
    """Whether a text is of this format. Needed only if several formats share an ending: then the first that recognises
    the text is used, and the first with this ending if none does."""


@dataclass(frozen=True, slots=True)
class ReviewSource:
    """Files of a review that are not bibliographies.

    `example` is the name of a file as a hint shows it, `unit` what one entry of such a file is called, and `other` the
    ending of files that match the pattern and take no part in a build.
    """

    kind: str
    label: str
    folder: str
    pattern: str
    example: str
    unit: str
    other: str = ""

    def paths(self, root: Path) -> list[Path]:
        """Returns the files of a review, sorted by name."""
        found = find_sources(root, self.folder, self.pattern)
        return [path for path in found if not (self.other and path.name.endswith(self.other))]


def _lazy(reader: str) -> Callable[[SourceFile], EntryFile]:
    """Returns a reader, given as `module:function`, that is imported when it is called."""
    return lambda file: pkgutil.resolve_name(reader)(file)


BIBLIOGRAPHIES: tuple[BibliographyFormat, ...] = (
    BibliographyFormat(
        "bibtex", "BibTeX", (".bib", ".bibtex"), _lazy("kg.readers.bibtex.file:BibtexFile"), any_encoding=True
    ),
    BibliographyFormat("ris", "RIS", (".ris",), _lazy("kg.readers.ris:read_ris"), any_encoding=True),
    BibliographyFormat("nbib", "NBIB", (".nbib",), _lazy("kg.readers.nbib:read_nbib"), any_encoding=True),
    BibliographyFormat("csl-json", "CSL-JSON", (".json",), _lazy("kg.readers.csl_json:read_csl_json")),
)

ANNOTATIONS, RECORDS, CODINGS = "bib/annotations", "bib/quotations", "bib/codings"
SAME_AS = "same-as.yaml"
MAPPING_SUFFIX = ".mapping.yaml"
"""Ending of the files that say how a review's spreadsheet becomes a coding: an import reads them, a build does not."""

ANNOTATION = ReviewSource("annotation", "annotations", ANNOTATIONS, "*.yaml", "KEY.yaml", "annotation")
DRAFT = ReviewSource("draft", "drafts", "bib/drafts", "*.yaml", "KEY.NAME.yaml", "draft")
"""What is proposed and not accepted yet; no build reads it."""
RECORD = ReviewSource("verdict", "verdicts on quotations", RECORDS, "*.yaml", "KEY.yaml", "verdict")
CODING = ReviewSource("coding", "codings", CODINGS, "*.yaml", "NAME.yaml", "row", other=MAPPING_SUFFIX)
DECISIONS = ReviewSource("same-as", "decisions", BIBLIOGRAPHY_FOLDER, SAME_AS, SAME_AS, "decision")
OTHER_SOURCES = (ANNOTATION, RECORD, CODING, DECISIONS)
_YAML = (".yaml", ".yml")


# --- finding and reading files ---


def format_of(name: str, text: str = "") -> BibliographyFormat | None:
    """Returns the bibliography format of a file by the ending of its name and, if that is not enough, its text."""
    ending = PurePath(name).suffix.lower()
    found = [row for row in BIBLIOGRAPHIES if ending in row.endings]
    return next((row for row in found if row.recognises and row.recognises(text)), found[0] if found else None)


def bibliography_kind(name: str, text: str = "") -> str:
    """Returns the `kind` of the bibliography format of a file, empty if it is not a bibliography."""
    row = format_of(name, text)
    return row.kind if row else ""


def find_bibliographies(root: Path) -> list[Path]:
    """Returns the bibliographies of a review: the files of a known format directly in `bib/`, sorted by name."""
    return [path for path in find_sources(root, BIBLIOGRAPHY_FOLDER, "*") if format_of(path.name)]


def find_review_files(root: Path) -> Iterator[Path]:
    """Yields all files below `bib/` that a build reads."""
    yield from find_bibliographies(root)
    for source in OTHER_SOURCES:
        yield from source.paths(root)


def read_file(root: Path, path: Path, max_bytes: int = MAX_BYTES) -> SourceFile | Problem:
    """Returns a source file as `read_source` does, in any encoding if that is usual for its format."""
    row = format_of(path.name)
    return read_source(root, path, max_bytes, any_encoding=bool(row and row.any_encoding))


# --- what messages say about formats ---


def source_endings() -> tuple[str, ...]:
    """Returns the endings, in lower case, of all files that look like sources of a review."""
    return (*(ending for row in BIBLIOGRAPHIES for ending in row.endings), *_YAML)


def listed_or(words: Iterable[str]) -> str:
    """Returns `A, B or C`."""
    *first, last = words
    return " or ".join(filter(None, [", ".join(first), last]))


def where_sources_belong() -> str:
    """Returns a hint that says where each kind of source is expected."""
    bibliographies = listed_or(ending for row in BIBLIOGRAPHIES for ending in row.endings)
    others = [f"{source.label} {source.folder}/{source.example}" for source in OTHER_SOURCES]
    return ", ".join([f"bibliographies are {BIBLIOGRAPHY_FOLDER}/NAME{bibliographies}", *others])


def formats_in_words() -> str:
    """Returns the bibliography formats as a sentence lists them: ``BibTeX (`.bib`), RIS (`.ris`)``."""
    return ", ".join(f"{row.label} ({', '.join(f'`{ending}`' for ending in row.endings)})" for row in BIBLIOGRAPHIES)


def unit_of(kind: str) -> str:
    """Returns what one entry of a source of this kind is called."""
    return next((source.unit for source in OTHER_SOURCES if source.kind == kind), "entry")
