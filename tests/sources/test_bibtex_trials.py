"""A thousand entries from files that other people wrote, read again by other means.

They are not part of the repository: `KG_BIBTEX_TRIALS` names a folder of .bib files. Blocks come from bibtexparser, names
and LaTeX from pybtex, so that no code of this package is on both sides.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.model import Publication
from kg.sources.bibtex import read_bibliography
from kg.sources.files import SourceFile, read_source

TRIALS = os.environ.get("KG_BIBTEX_TRIALS", "")
ENTRIES = 1000
pytest.importorskip("latexcodec", reason="latexcodec comes with pybtex, which is not installed")
pytestmark = pytest.mark.skipif(not TRIALS, reason="KG_BIBTEX_TRIALS names no folder of .bib files")


def same(text: str) -> str:
    """Text for comparison: LaTeX decoded by another library, letters and digits only."""
    with contextlib.suppress(ValueError):
        text = codecs.decode(re.sub(r"(?<!\\)%", r"\\%", text), "ulatex")
    text = unicodedata.normalize("NFKD", text)
    return "".join(char for char in text.casefold() if char.isalnum())


def fields_of(files: list[SourceFile]) -> Iterator[tuple[str, dict[str, str]]]:
    """Keys and raw fields of all entries, macros put in, entries with the key of an earlier one left out."""
    from bibtexparser.entrypoint import parse_string
    from bibtexparser.middlewares import RemoveEnclosingMiddleware

    libraries = [parse_string(file.text, parse_stack=[RemoveEnclosingMiddleware(True)]) for file in files]
    macros: dict[str, str] = {}
    for library in libraries:
        for string in library.strings:
            macros.setdefault(string.key.lower(), string.value)
    seen: set[str] = set()
    for library in libraries:
        own = {string.key.lower(): string.value for string in library.strings}
        for entry in library.entries:
            if entry.key and entry.key not in seen:
                seen.add(entry.key)
                yield entry.key, {
                    field.key.lower(): field.value if field.enclosing else
                    (own | {k: v for k, v in macros.items() if k not in own}).get(field.value.lower(), field.value)
                    for field in map(_with_enclosing, entry.fields)}


def _with_enclosing(field: Any) -> Any:
    field.enclosing = getattr(field, "enclosing", None)
    return field


@pytest.fixture(scope="module")
def pairs() -> list[tuple[Publication, dict[str, str]]]:
    """Publications beside the raw fields that another library finds for them, from all over the folder."""
    root = Path(TRIALS)
    read = [read_source(root, path) for path in sorted(root.rglob("*.bib"))]
    files = [file for file in read if isinstance(file, SourceFile)]
    known = {work.key: work for source in read_bibliography(files) for work in source.publications}
    found = [(known[key], fields) for key, fields in fields_of(files) if key in known]
    assert found
    return found[:: max(1, len(found) // ENTRIES)]


def differences(found: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return [(key, ours, theirs) for key, ours, theirs in found if same(ours) != same(theirs)]


def test_titles_are_what_the_entries_say(pairs: list[tuple[Publication, dict[str, str]]]) -> None:
    assert differences([(w.key, w.title, fields["title"]) for w, fields in pairs if "title" in fields]) == []


def test_years_are_what_the_entries_say(pairs: list[tuple[Publication, dict[str, str]]]) -> None:
    assert differences([(w.key, w.year, fields["year"]) for w, fields in pairs if fields.get("year")]) == []


def test_dois_are_what_the_entries_say(pairs: list[tuple[Publication, dict[str, str]]]) -> None:
    written = [(w, re.search(r"\b10\.\d{4,}/\S+", fields["doi"])) for w, fields in pairs if "doi" in fields]
    assert [(w.key, w.doi, doi[0]) for w, doi in written if doi and w.doi != doi[0].replace("\\_", "_")] == []


def test_names_are_what_the_entries_say(pairs: list[tuple[Publication, dict[str, str]]]) -> None:
    pybtex = pytest.importorskip("pybtex.database")
    names = pytest.importorskip("pybtex.bibtex.utils")
    wrong = []
    for work, fields in pairs:
        written = names.split_name_list(fields.get("author") or fields.get("editor") or "")
        people = [pybtex.Person(name) for name in written if name.strip() not in ("others", "")]
        theirs = [(" ".join([*p.prelast_names, *p.last_names, *p.lineage_names]),
                   " ".join([*p.first_names, *p.middle_names])) for p in people]
        ours = [(person.family, person.given) for person in work.authors]
        if [(same(f), same(g)) for f, g in ours] != [(same(f), same(g)) for f, g in theirs]:
            wrong.append((work.key, ours, theirs))
    assert wrong == []
