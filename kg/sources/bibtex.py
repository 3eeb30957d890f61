"""BibTeX files: every entry becomes a `Publication` or a Problem, never nothing."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import RemoveEnclosingMiddleware, ResolveStringReferencesMiddleware
from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names
from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ParsingFailedBlock,
)

from kg.model import Person, Publication
from kg.problems import Location, Problem
from kg.sources.files import SourceFile
from kg.sources.latex import to_unicode

logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # what it logs is reported as Problems

_VENUE_FIELDS = ("journal", "journaltitle", "booktitle")
_EXPECTED: Mapping[str, tuple[str, ...]] = {
    "article": ("author", "title", "journal", "year", "volume", "pages", "doi"),
    "inproceedings": ("author", "title", "booktitle", "year", "pages", "doi"),
    "incollection": ("author", "title", "booktitle", "publisher", "year", "pages", "doi"),
    "book": ("author", "title", "publisher", "year"),
    "phdthesis": ("author", "title", "school", "year"),
    "mastersthesis": ("author", "title", "school", "year"),
    "techreport": ("author", "title", "institution", "year"),
}
_STAND_INS = {"author": ("editor",), "journal": ("journaltitle",), "year": ("date",), "pages": ("eid", "articleno"),
              "doi": ("url", "eprint")}  # fmt: skip


@dataclass(frozen=True)
class BibSource:
    """One .bib file. `entries` counts what looks like an entry: accepted ones and those reported as problems."""

    file: SourceFile
    publications: tuple[Publication, ...]
    places: Mapping[str, Location]
    problems: tuple[Problem, ...]
    entries: int


def read_bibtex(file: SourceFile) -> BibSource:
    """Reads one .bib file; broken and duplicate entries become Problems, their neighbours are kept."""
    library = parse_string(
        file.text, parse_stack=[ResolveStringReferencesMiddleware(True), RemoveEnclosingMiddleware(True)])
    problems = [_failed(file.name, block) for block in library.failed_blocks]
    publications, places = [], {}
    for entry in library.entries:
        publication = _publication(entry)
        places[publication.key] = Location(file.name, (entry.start_line or 0) + 1, 1)
        publications.append(publication)
        problems += _checks(publication, _field_places(file.name, entry))
    return BibSource(file, tuple(publications), places, tuple(problems), _count(library))


def _count(library: Library) -> int:
    return len(library.entries) + len(library.failed_blocks)


def _failed(file: str, block: Block) -> Problem:
    where = Location(file, (block.start_line or 0) + 1, 1)
    if isinstance(block, DuplicateBlockKeyBlock):
        first = (block.previous_block.start_line or 0) + 1
        return Problem(where, "bibtex/duplicate-key", f"a second entry `{block.key}`, the first is in line {first}",
                       "remove one of them, or give it another key")
    if isinstance(block, DuplicateFieldKeyBlock):
        names = ", ".join(sorted(block.duplicate_keys))
        return Problem(where, "bibtex/duplicate-field", f"this entry gives {names} twice", "keep one of them")
    reason = str(block.error) if isinstance(block, ParsingFailedBlock) else "not an entry"
    first_line = (block.raw or "").strip().split("\n")[0][:60]
    return Problem(where, "bibtex/syntax", f"`{first_line}` cannot be read: {reason.strip()}",
                   "look for a missing brace, quote or comma in or before this entry")


def _field_places(file: str, entry: Entry) -> dict[str, Location]:
    places = {field.key.lower(): Location(file, (field.start_line or 0) + 1, 1) for field in entry.fields}
    return places | {"": Location(file, (entry.start_line or 0) + 1, 1)}


def _publication(entry: Entry) -> Publication:
    raw_fields = {field.key.lower(): str(field.value) for field in entry.fields}
    authors, others = _persons(raw_fields.get("author") or raw_fields.get("editor") or "")
    fields = {name: value if name in ("url", "doi", "file") else to_unicode(value)
              for name, value in raw_fields.items()}
    return Publication(
        key=entry.key,
        kind=entry.entry_type.lower(),
        title=fields.get("title", ""),
        authors=authors,
        others=others,
        year=fields.get("year") or fields.get("date", "")[:4],
        venue=next((fields[name] for name in _VENUE_FIELDS if fields.get(name)), ""),
        fields=dict(sorted(fields.items())),
        raw=(entry.raw or "").strip(),
    )


def _persons(value: str) -> tuple[tuple[Person, ...], bool]:
    """Names are split on the raw text and decoded part by part, so that `{Business Finland}` stays one name."""
    if not value.strip():
        return (), False
    names = split_multiple_persons_names(" ".join(value.split()))
    others = bool(names) and names[-1] == "others"
    return tuple(_person(name) for name in (names[:-1] if others else names)), others


def _person(name: str) -> Person:
    try:
        parts = parse_single_name_into_parts(name, strict=False)
    except Exception:  # a name the library cannot take apart is kept whole
        return Person(to_unicode(name))
    family = " ".join([*parts.von, *parts.last])
    if parts.jr:
        family += ", " + " ".join(parts.jr)
    return Person(to_unicode(family), to_unicode(" ".join(parts.first)))


def doi_of(publication: Publication) -> str:
    """The DOI without resolver and prefix, empty when the entry gives none."""
    return re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", publication.fields.get("doi", "").strip(), flags=re.I)


def _checks(publication: Publication, places: Mapping[str, Location]) -> Iterator[Problem]:
    if publication.year and not re.fullmatch(r"\d{4}", publication.year):
        where = places.get("year") or places.get("date") or places[""]
        yield Problem(where, "bibliography/year", f"`{publication.year}` of `{publication.key}` is not a year",
                      "four digits; the graph leaves the year out until then", "warning")
    if not publication.title:
        yield Problem(places[""], "bibliography/title", f"`{publication.key}` has no title", "add one", "warning")
    missing = [name for name in _EXPECTED.get(publication.kind, ()) if not _has(publication, name)]
    if missing:
        yield Problem(places[""], "bibliography/missing-field", f"`{publication.key}` gives no {', '.join(missing)}",
                      "left empty in the graph; add what you can read in the source", "info")


def _has(publication: Publication, name: str) -> bool:
    return any(publication.fields.get(field) for field in (name, *_STAND_INS.get(name, ())))
