"""The BibTeX that leaves the graph, as other programs read it: the same keys, people and titles.

It is the entries of a review, verbatim, and entries that kg made of records in other formats.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from unicodedata import normalize
from xml.etree import ElementTree as ET

import bibtexparser
import pytest
from pybtex.database import Person as PybtexPerson
from pybtex.database import parse_string

from kg.api import KnowledgeGraph
from kg.model.bibliography import BibliographyEntry
from kg.readers.bibtex.latex import to_unicode
from kg.readers.bibtex.names import read_names
from kg.readers.bibtex.titles import IN_TITLE
from kg.render.text.csl_json import csl_item
from tests.render.text.works import read, works

Names = list[tuple[str, str]]
_BLTX = "{http://biblatex-biber.sourceforge.net/biblatexml}"


@pytest.fixture(scope="module")
def exported(review_graph: KnowledgeGraph) -> str:
    return text_of(review_graph)


def text_of(graph: KnowledgeGraph, step: int = 1) -> str:
    """The entries of each work, or of one of `step` works, and of the works of every kind."""
    keys = sorted({str(row["key"]) for row in graph.query("publications")})[::step]
    made = read("bib/x.json", json.dumps([csl_item(work) for work in works().values()])).publications
    return "\n\n".join([*graph.entries(keys).values(), *(work.raw for work in made)]) + "\n"


@pytest.fixture(scope="module")
def ours(exported: str) -> Mapping[str, BibliographyEntry]:
    return {work.key: work for work in read("bib/x.bib", exported).publications}


def people(work: BibliographyEntry) -> Names:
    return [(plain(person.family), plain(person.given)) for person in work.authors]


def plain(text: str) -> str:
    return normalize("NFC", " ".join(text.split()))


def joined(*parts: Iterable[str]) -> str:
    """The parts of a name as text; no space after an apostrophe or hyphen."""
    words = [to_unicode(word) for part in parts for word in part]
    return plain("".join(word if word.endswith(("'", "’", "-")) else f"{word} " for word in words))


def title(work: BibliographyEntry) -> str:
    """The field `title` alone."""
    return work.fields.get("title", "") if any(work.fields.get(name) for name in IN_TITLE[1:]) else work.title


def test_bibtexparser_reads_the_same_works(exported: str, ours: Mapping[str, BibliographyEntry]) -> None:
    library = bibtexparser.parse_string(exported)
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == list(ours)
    for entry in library.entries:
        work, fields = ours[entry.key], {name.lower(): field.value for name, field in entry.fields_dict.items()}
        names = read_names(fields.get("author") or fields.get("editor", ""))
        assert (names.persons, names.others) == (work.authors, work.others), entry.key
        assert to_unicode(fields["title"]) == title(work)


def test_pybtex_reads_the_same_works(exported: str, ours: Mapping[str, BibliographyEntry]) -> None:
    library = parse_string(exported, "bibtex")
    assert list(library.entries) == list(ours)
    for key, entry in library.entries.items():
        found = entry.persons.get("author") or entry.persons.get("editor", [])
        others = [person for person in found if str(person) == "others"]
        assert bool(others) == ours[key].others
        assert [of_pybtex(person) for person in found if person not in others] == people(ours[key]), key
        assert to_unicode(entry.fields["title"]) == title(ours[key])


def of_pybtex(person: PybtexPerson) -> tuple[str, str]:
    family = joined(person.prelast_names, person.last_names)
    suffix = joined(person.lineage_names)
    return f"{family}, {suffix}" if suffix else family, joined(person.first_names, person.middle_names)


def test_biber_reads_the_same_works(
    review_graph: KnowledgeGraph, ours: Mapping[str, BibliographyEntry], tmp_path: Path
) -> None:
    if shutil.which("biber") is None:
        pytest.skip("biber is not installed")
    exported = text_of(review_graph, step=6)  # it takes a second for a hundred
    (tmp_path / "works.bib").write_text(exported, encoding="utf-8")
    command = ["biber", "--tool", "--nolog", "--output-format=biblatexml", "--output-file=works.xml", "works.bib"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert re.findall(r"ERROR.*", done.stdout) == []
    entries = {entry.attrib["id"]: entry for entry in ET.parse(tmp_path / "works.xml").iter(f"{_BLTX}entry")}  # noqa: S314
    assert sorted(entries) == sorted(work.key for work in read("bib/x.bib", exported).publications)
    for key, entry in entries.items():
        lists = {names.attrib["type"]: names for names in entry.iter(f"{_BLTX}names")}
        names = lists.get("author", lists.get("editor"))
        found = [] if names is None else [of_biber(name) for name in names.iter(f"{_BLTX}name")]
        assert found == people(ours[key]), key
        assert (names is not None and names.get("morenames") == "1") == ours[key].others
        assert to_unicode(entry.findtext(f"{_BLTX}title", "")) == title(ours[key])


def of_biber(name: ET.Element) -> tuple[str, str]:
    parts = {part.attrib["type"]: list(part.itertext()) for part in name.findall(f"{_BLTX}namepart")}
    words = {kind: [word for word in map(str.strip, texts) if word] for kind, texts in parts.items()}
    family, suffix = joined(words.get("prefix", []), words.get("family", [])), joined(words.get("suffix", []))
    return f"{family}, {suffix}" if suffix else family, joined(words.get("given", []))
