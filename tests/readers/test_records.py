"""Bibliographies of several formats in one review share their keys and the graph."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.api import KnowledgeGraph
from kg.building.pipeline import assemble, build
from kg.building.review_files import changed_since_build
from kg.building.scaffold import new_annotation
from kg.core.files import SourceFile
from kg.core.problems import UsageError
from kg.readers.bibliography import read_bibliography
from kg.readers.records import ReadDate, iso_date, keywords, pages, read_date, usable_key

BIB = "@misc{doe2031toys, author={Doe, Jane}, title={Toys}, year={2031}}\n"
RIS = "TY  - JOUR\nTI  - Toys\nAU  - Doe, Jane\nPY  - 2031\nER  -\nTY  - JOUR\nID  - shared\nTI  - In RIS\nER  -\n"
CSL = """[{"id": "shared", "type": "book", "title": "In CSL"},
{"id": 1, "type": "book", "title": "Toys", "issued": 2031}]
"""


def review(folder: Path) -> Path:
    (folder / "bib").mkdir()
    for name, text in {"a.bib": BIB, "a.json": CSL, "a.ris": RIS}.items():
        (folder / "bib" / name).write_text(text, encoding="utf-8")
    return folder


def test_keys_are_those_of_the_folder(tmp_path: Path) -> None:
    assembly = assemble(review(tmp_path))
    assert [(a.kind, a.file, a.entries, a.accepted) for a in assembly.accounts if a.file.startswith("bib/")] == [
        ("bibtex", "bib/a.bib", 1, 1),
        ("csl-json", "bib/a.json", 2, 2),
        ("ris", "bib/a.ris", 2, 1),
    ]
    assert [(p.rule, str(p.where), p.message) for p in assembly.errors] == [
        ("bibtex/duplicate-key", "bib/a.ris:6:1", "a second entry `shared`, the first is in bib/a.json:1:2")
    ]
    made = [p.message.split("`")[1] for p in assembly.problems if p.rule == "bibliography/made-key"]
    assert made == ["toys-2031", "doe2031toysb"]


def test_each_file_has_a_graph_of_its_own(tmp_path: Path) -> None:
    folder = review(tmp_path)
    (folder / "bib" / "a.ris").write_text(RIS.replace("shared", "other"), encoding="utf-8")
    assembly = build(folder)
    assert assembly.errors == []
    graphs = [graph.iri.value.rsplit("/", 1)[1] for graph in assembly.graphs if "/bibliography/" in graph.iri.value]
    assert graphs == ["a.bib", "a.json", "a.ris"]
    assert changed_since_build(KnowledgeGraph.open(folder).store, folder) == []
    (folder / "bib" / "a.ris").write_text(RIS, encoding="utf-8")
    assert changed_since_build(KnowledgeGraph.open(folder).store, folder) == ["bib/a.ris"]


def test_a_record_can_be_annotated(tmp_path: Path) -> None:
    folder = review(tmp_path)
    made = new_annotation(folder, "doe2031toysb", "A. Reader")
    assert made.name == "doe2031toysb.yaml"
    assert made.with_name("annotation.schema.json").is_file()
    assert not [p for p in assemble(folder).problems if p.rule == "file/not-read"]
    with pytest.raises(UsageError, match="no entry `doe2031toyz` in bib/; did you mean"):
        new_annotation(folder, "doe2031toyz", "A. Reader")


@pytest.mark.parametrize("name", ["old/x.ris", "old/x.json", "annotations/x.json"])
def test_a_file_in_a_subfolder_is_reported(tmp_path: Path, name: str) -> None:
    folder = review(tmp_path)
    (folder / "bib" / name).parent.mkdir()
    (folder / "bib" / name).write_text("[]", encoding="utf-8")
    assert [str(p.where) for p in assemble(folder).problems if p.rule == "file/not-read"] == [f"bib/{name}"]


def test_json_must_be_utf_8(tmp_path: Path) -> None:
    folder = review(tmp_path)
    (folder / "bib" / "a.json").write_bytes(CSL.replace("CSL", "Größe").encode("latin-1"))
    assert [(p.rule, p.where.file) for p in assemble(folder).errors] == [("file/not-utf-8", "bib/a.json")]


def test_markup_in_a_record_is_not_read_as_latex() -> None:
    (source,) = read_bibliography([SourceFile("bib/a.ris", "TY  - GEN\nTI  - A &amp; <i>B</i>\nER  -\n", "0")])
    assert "title = {A \\& B}" in source.publications[0].raw


YEAR = {"year": "2031"}
DATES = {
    "2031": ReadDate(YEAR),
    "2031///": ReadDate(YEAR),  # RIS: year/month/day/other, of which the slashes may stay
    "2031/05/07/": ReadDate(YEAR | {"month": "5", "day": "7"}),
    "2031-05": ReadDate(YEAR | {"month": "5"}),
    "7 May 2031": ReadDate(YEAR | {"month": "5", "day": "7"}),
    "May 7, 2031": ReadDate(YEAR | {"month": "5", "day": "7"}),
    "2031 Sept.": ReadDate(YEAR | {"month": "9"}),
    "23-29 May 2031": ReadDate(YEAR, whole=False),  # IEEE Xplore, days of a conference
    "2031 Mar-Apr": ReadDate(YEAR, whole=False),  # PubMed
    "Spring 2031": ReadDate(YEAR, whole=False),
    "2031/05/01/Spring": ReadDate(YEAR | {"month": "5", "day": "1"}, whole=False),  # RIS: the last part is free text
    "2031///Spring": ReadDate(YEAR, whole=False),
    "05/07/2031": ReadDate(YEAR, whole=False),  # in May or in July
    "about 2031": ReadDate({"year": "about 2031"}),  # its year is read and reported as that of BibTeX
    "in press, 2031": ReadDate({"year": "in press, 2031"}),
    "2031-05/2032": ReadDate({"date": "2031-05/2032"}),  # biblatex manual, 2.3.8: a range
    "2031~/2032": ReadDate({"date": "2031~/2032"}),  # the same: circa
    "2031 or 2032": ReadDate({"year": "2031 or 2032"}),
    "soon": ReadDate({"year": "soon"}),
    "12031": ReadDate({"year": "12031"}),
}


@pytest.mark.parametrize(("text", "expected"), DATES.items())
def test_dates(text: str, expected: ReadDate) -> None:
    assert read_date(text) == expected


def test_values() -> None:
    assert [iso_date(text) for text in ("2031/5/7", "2031", "soon")] == ["2031-05-07", "2031", "soon"]
    assert [pages(text) for text in ("1-10", "e1 - e5", "12", "1 – 2")] == ["1–10", "e1 - e5", "12", "1 – 2"]
    assert [keywords(words) for words in (["a", "b"], ["a, b", "c"])] == ["a, b", "a, b; c"]
    assert [usable_key(text) for text in ("doe2031", "10.5555/x", "17", "http://x/y", "a b", "")] == [
        "doe2031",
        "10.5555/x",
        "",
        "",
        "",
        "",
    ]
