"""A thousand entries of other projects: the graph's triples compared with the entries as other libraries read them.

The files are not part of the repository: `KG_BIBTEX_TRIALS` names folders of .bib files, with `:` between them as in
PATH; each is one bibliography. Blocks come from bibtexparser, names and LaTeX from pybtex, so that nothing is compared
with itself.
"""

from __future__ import annotations

import codecs
import contextlib
import hashlib
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

with contextlib.suppress(ImportError):
    import latexcodec  # noqa: F401 - registers the codec "ulatex"

from kg.core.files import SourceFile
from kg.model.bibliography import BibliographyEntry
from kg.readers.bibliography import read_bibliography
from kg.readers.formats import read_file
from tests.bibliographies import StoredWork, Works

TRIALS = os.environ.get("KG_BIBTEX_TRIALS", "")
ENTRIES = 1000
Pair = tuple[str, StoredWork, dict[str, str]]
"""A key, what the graph says of the work, and the raw fields of the entry."""
pytestmark = [
    pytest.mark.skipif(not TRIALS, reason="KG_BIBTEX_TRIALS names no folders of .bib files"),
    pytest.mark.skipif(find_spec("latexcodec") is None, reason="latexcodec comes with pybtex, which is not installed"),
]


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


def year_of(fields: Mapping[str, str], raw: Mapping[str, Mapping[str, str]]) -> str:
    """The year or date of the entry, else of the volume that it is in."""
    for _ in range(3):
        if found := fields.get("year") or fields.get("date"):
            return found
        fields = raw.get(fields.get("crossref", ""), {})
    return ""


def namesake(work: BibliographyEntry, fields: Mapping[str, str]) -> bool:
    """Whether the readers took the key from different entries, one of which the other rejects."""
    return not all(fields.get(name, "") in work.raw for name in ("title", "author"))


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    """A thousand works of the graphs with title, people and year, with the raw fields that another library finds."""
    found: list[Pair] = []
    for root in map(Path, TRIALS.split(os.pathsep)):
        read = [read_file(root, path) for path in sorted(root.rglob("*.bib"))]
        files = [file for file in read if isinstance(file, SourceFile)]
        sources = read_bibliography(files)
        known = {work.key: work for source in sources for work in source.publications if work.kind != "xdata"}
        works = Works(sources)
        raw = dict(fields_of(files))
        found += [
            (key, works[key], fields | {"year": year_of(fields, raw)})
            for key, fields in raw.items()
            if key in known and not namesake(known[key], fields)
        ]
    whole = [
        pair for pair in found if pair[2].get("title") and pair[2]["year"] and pair[2].keys() & {"author", "editor"}
    ]
    assert len(whole) >= ENTRIES
    # Those with a DOI first, then in an order that is independent of their content.
    return sorted(whole, key=lambda pair: ("doi" not in pair[2], hashlib.sha256(pair[0].encode()).digest()))[:ENTRIES]


BEYOND = re.compile(r"\$|\\(?:\(|href|begin|textbackslash)|\"")


def test_titles_in_the_graph_equal_those_of_the_entries(pairs: list[Pair]) -> None:
    # latexcodec does not decode formulas, links and environments.
    plain = [
        (key, work.title, " ".join(fields.get(name, "") for name in ("title", "subtitle", "titleaddon")))
        for key, work, fields in pairs
        if "title" in fields and not BEYOND.search(fields["title"])
    ]
    assert [told for told in plain if same(told[1]) != same(told[2])] == []
    assert len(plain) >= 0.9 * ENTRIES


def test_years_in_the_graph_equal_those_of_the_entries(pairs: list[Pair]) -> None:
    written = [(key, work.year, re.fullmatch(r"(\d{4})(?:-\d\d){0,2}", fields["year"])) for key, work, fields in pairs]
    told = [(key, ours, theirs[1]) for key, ours, theirs in written if theirs]
    assert [pair for pair in told if pair[1] != pair[2]] == []
    assert len(told) >= 0.9 * ENTRIES


def test_dois_in_the_graph_equal_those_of_the_entries(pairs: list[Pair]) -> None:
    written = [
        (key, work.doi, re.search(r"\b10\.\d{4,}/\S+", fields["doi"])) for key, work, fields in pairs if "doi" in fields
    ]
    told = [(key, ours, theirs[0].replace("\\_", "_")) for key, ours, theirs in written if theirs]
    assert [pair for pair in told if pair[1] != pair[2]] == []
    assert len(told) >= 0.1 * ENTRIES


def test_names_in_the_graph_equal_those_of_the_entries(pairs: list[Pair]) -> None:
    pybtex = pytest.importorskip("pybtex.database")
    names = pytest.importorskip("pybtex.bibtex.utils")
    wrong, compared = [], 0
    for key, work, fields in pairs:
        value = " ".join((fields.get("author") or fields.get("editor") or "").split())
        people = names.split_name_list(value)
        beyond = [name for name in people if name.count(",") > 2 or name.startswith("\\") or name.endswith(",")]
        if not value or "given=" in value or beyond:
            continue  # inherited, or beyond pybtex
        if re.search(r"[;&]|\bet al", value):
            continue  # see test_bibtex_names_elsewhere.py, which compares letter for letter
        persons = [pybtex.Person(name) for name in people if name.strip(" ,") not in ("others", "")]
        theirs = [
            (
                same(" ".join([*p.prelast_names, *p.last_names, *p.lineage_names])),
                same(" ".join([*p.first_names, *p.middle_names])),
            )
            for p in persons
        ]
        compared += 1
        ours = [(same(family), same(given)) for family, given in work.authors]
        if ours != theirs:
            wrong.append((key, ours, theirs))
    assert wrong == []
    assert compared >= 0.9 * ENTRIES
