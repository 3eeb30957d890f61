"""The bibliographies of a review: every entry becomes a `BibliographyEntry` or a problem; none is lost silently.

All files of a folder are read together, because macros and the parents of entries may be defined in another file. Files
of other formats than BibTeX become entries when the keys of all files are known, and are then read in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kg.core.files import SourceFile
from kg.core.problems import Location, Problem
from kg.model.bibliography import BibliographyEntry
from kg.readers.bibtex.citing import not_cited_by
from kg.readers.bibtex.entries import EntryFile, Parents, RawEntry, by_key, composed, names_of, wanted_parents
from kg.readers.bibtex.file import BibtexFile, scopes
from kg.readers.bibtex.publication import publication
from kg.readers.formats import bibliography_kind, format_of
from kg.readers.records import as_entries


@dataclass(frozen=True)
class BibSource:
    """One bibliography. `entries` is the number of accepted entries and of those that were reported as errors."""

    file: SourceFile
    publications: tuple[BibliographyEntry, ...]
    places: Mapping[str, Location]
    problems: tuple[Problem, ...]
    entries: int

    @property
    def kind(self) -> str:
        """The `kind` of the file's format."""
        return bibliography_kind(self.file.name, self.file.text)


def read_bibtex(file: SourceFile) -> BibSource:
    """Returns one bibliography, read by itself."""
    return read_bibliography([file])[0]


def read_bibliography(
    files: Sequence[SourceFile], progress: Callable[[str], object] = lambda _: None
) -> list[BibSource]:
    """Returns the bibliographies of a folder, read together.

    Args:
        files: The files, in the order in which definitions of macros and keys count.
        progress: Is called with what is being done.
    """
    written: list[EntryFile] = []
    for number, file in enumerate(files, 1):
        progress(f"reading the bibliography: {number} of {len(files)} files")
        row = format_of(file.name, file.text)
        written.append(row.reader(file) if row else BibtexFile(file))
    bibtex = [source for source in written if isinstance(source, BibtexFile)]
    for source, scope in zip(bibtex, scopes(bibtex), strict=True):
        source.finish(scope)
    as_entries(written)
    keys = _Keys()
    for one in written:
        one.entries = [entry for entry in one.entries if keys.is_new(entry, one)]
    wanted = wanted_parents(entry for one in written for entry in one.entries)
    parents = [[entry for entry in one.entries if not wanted.isdisjoint(names_of(entry))] for one in written]
    folder = by_key(entry for found in parents for entry in found)
    made = []
    for number, (one, own) in enumerate(zip(written, parents, strict=True), 1):
        progress(f"reading the bibliography: names and LaTeX of {number} of {len(files)} files")
        made.append(_source(one, Parents(by_key(own), folder)))
        one.entries = []  # frees memory
    return made


def _source(written: EntryFile, parents: Parents) -> BibSource:
    publications = tuple(publication(entry, parents) for entry in written.entries)
    problems = (*written.problems, *(problem for entry in written.entries for problem in entry.problems))
    places = {entry.key: entry.where for entry in written.entries}
    return BibSource(written.file, publications, places, problems, written.seen)


class _Keys:
    """The keys of a folder: the first entry of each is kept, later ones are reported with the place of the first.

    Accents have one Unicode form (NFC), because two keys that look the same are the same for a reader and in the graph.
    """

    def __init__(self) -> None:
        self._first: dict[str, Location] = {}
        self._folded: dict[str, str] = {}

    def is_new(self, entry: RawEntry, source: EntryFile) -> bool:
        entry.key = composed(entry.key)
        if first := self._first.get(entry.key):
            place = f"line {first.line}" if first.file == entry.where.file else f"{first}"
            message = f"a second entry `{entry.key}`, the first is in {place}"
            source.report(entry.where, "bibtex/duplicate-key", message, "remove one of them, or give it another key")
            return False
        self._first[entry.key] = entry.where
        if (programs := not_cited_by(entry.key)) and entry.kind != "xdata":
            hint = "give it a key of letters, digits, `-`, `_`, `.` and `:`; `kg rename` changes it in the whole review"
            message = f"{programs} cannot cite the key `{entry.key}`"
            entry.report(entry.where, "bibtex/uncitable-key", message, hint, "warning")
        other = self._folded.setdefault(entry.key.casefold(), entry.key)
        if other != entry.key:
            message = f"`{entry.key}` and `{other}` ({self._first[other]}) differ only in case"
            hint = "BibTeX treats them as the same key: change one"
            entry.report(entry.where, "bibtex/key-case", message, hint, "warning")
        return True
