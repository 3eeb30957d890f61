"""A thousand entries from files that other people wrote, read again by other means.

They are not part of the repository: `KG_BIBTEX_TRIALS` names a folder of .bib files. Blocks come from bibtexparser,
names and LaTeX from pybtex, so that no code of this package is on both sides.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from kg.sources.bibtex import read_bibliography
from kg.sources.files import SourceFile, read_source
from kg.values import Publication

TRIALS = os.environ.get("KG_BIBTEX_TRIALS", "")
ENTRIES = 1000
pytest.importorskip("latexcodec", reason="latexcodec comes with pybtex, which is not installed")
pytestmark = pytest.mark.skipif(not TRIALS, reason="KG_BIBTEX_TRIALS names no folder of .bib files")


def same(text: str) -> str:
    """Text for comparison: LaTeX decoded by another library, letters and digits only."""
    text = re.sub(r"\{?\\(?:i|j)\b ?\}?", lambda found: found[0].strip("{\\ }"), text)
    with contextlib.suppress(ValueError):
        text = codecs.decode(re.sub(r"(?<!\\)%", r"\\%", text), "ulatex")
    text = re.sub(r"&#(\d+);", lambda found: chr(int(found[1])), text.replace("\\&#", "&#"))
    text = unicodedata.normalize("NFKD", re.sub(r"\\(?:[A-Za-z]+|[()])", " ", text))
    return "".join(char for char in text.casefold().replace("ı", "i") if char.isalnum())


def fields_of(files: list[SourceFile]) -> Iterator[tuple[str, dict[str, str]]]:
    """Keys and raw fields of all entries; concatenations and entries with the key of an earlier one are left out."""
    from bibtexparser.entrypoint import parse_string

    libraries = [parse_string(file.text, parse_stack=[]) for file in files]
    macros = [{string.key.lower(): without_brackets(string.value) for string in lib.strings} for lib in libraries]
    seen: set[str] = set()
    for library, own in zip(libraries, macros, strict=True):
        known = {name: value for others in reversed([own, *macros]) for name, value in others.items()}
        for entry in library.entries:
            if entry.key and entry.key not in seen:
                seen.add(entry.key)
                values = {field.key.lower(): without_brackets(field.value, known) for field in entry.fields}
                yield entry.key, {name: value for name, value in values.items() if value is not None}


def without_brackets(value: str, macros: Mapping[str, str | None] | None = None) -> str | None:
    if value[:1] + value[-1:] in ("{}", '""') and not re.search(r'["}]\s*#|#\s*["{]', value):
        return value[1:-1]
    return None if "#" in value else (macros or {}).get(value.lower(), value)


def namesake(work: Publication, fields: Mapping[str, str]) -> bool:
    """Whether the readers took the key from different entries, one of which the other rejects."""
    return not all(fields.get(name, "") in work.raw for name in ("title", "author"))


@pytest.fixture(scope="module")
def pairs() -> list[tuple[Publication, dict[str, str]]]:
    """Publications beside the raw fields that another library finds for them, from all over the folder."""
    root = Path(TRIALS)
    read = [read_source(root, path) for path in sorted(root.rglob("*.bib"))]
    files = [file for file in read if isinstance(file, SourceFile)]
    known = {work.key: work for source in read_bibliography(files) for work in source.publications}
    found = [(known[key], fields) for key, fields in fields_of(files)
             if key in known and not namesake(known[key], fields)]
    assert found
    return found[:: max(1, len(found) // ENTRIES)]


BEYOND = re.compile(r"\$|\\(?:\(|href|begin|textbackslash)|\"")


def differences(found: list[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return [(key, ours, theirs) for key, ours, theirs in found if same(ours) != same(theirs)]


def test_titles_are_what_the_entries_say(pairs: list[tuple[Publication, dict[str, str]]]) -> None:
    # latexcodec knows no formulas, links and environments.
    plain = [(w, fields["title"]) for w, fields in pairs if not BEYOND.search(fields.get("title", "$"))]
    assert differences([(work.key, work.title, title) for work, title in plain]) == []


def test_years_are_what_the_entries_say(pairs: list[tuple[Publication, dict[str, str]]]) -> None:
    plain = [(work, fields["year"]) for work, fields in pairs if re.fullmatch(r"\d{4}", fields.get("year", ""))]
    assert differences([(work.key, work.year, year) for work, year in plain]) == []


def test_dois_are_what_the_entries_say(pairs: list[tuple[Publication, dict[str, str]]]) -> None:
    written = [(w, re.search(r"\b10\.\d{4,}/\S+", fields["doi"])) for w, fields in pairs if "doi" in fields]
    assert [(w.key, w.doi, doi[0]) for w, doi in written if doi and w.doi != doi[0].replace("\\_", "_")] == []


def test_names_are_what_the_entries_say(pairs: list[tuple[Publication, dict[str, str]]]) -> None:
    pybtex = pytest.importorskip("pybtex.database")
    names = pytest.importorskip("pybtex.bibtex.utils")
    wrong = []
    for work, fields in pairs:
        value = " ".join((fields.get("author") or fields.get("editor") or "").split())
        people = names.split_name_list(value)
        beyond = [name for name in people if name.count(",") > 2 or name.startswith("\\") or name.endswith(",")]
        if not value or "given=" in value or beyond:
            continue  # inherited, or beyond pybtex
        persons = [pybtex.Person(name) for name in people if name.strip(" ,") not in ("others", "")]
        theirs = [(" ".join([*p.prelast_names, *p.last_names, *p.lineage_names]),
                   " ".join([*p.first_names, *p.middle_names])) for p in persons]
        ours = [(person.family, person.given) for person in work.authors]
        if [(same(f), same(g)) for f, g in ours] != [(same(f), same(g)) for f, g in theirs]:
            wrong.append((work.key, ours, theirs))
    assert wrong == []
