"""Works as RIS: what is read back, here and by another reader, is the same work."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import rispy
from hypothesis import given

from kg.api import KnowledgeGraph
from kg.core.files import SourceFile
from kg.model.bibliography import BibliographyEntry
from kg.readers.bibliography import BibSource, read_bibliography
from kg.readers.formats import read_file
from kg.render.text.ris import ris, ris_record
from tests.render.text.works import any_work, facts, works
from tests.render.text.works import read as read_text


def read(folder: Path) -> list[BibSource]:
    files = [read_file(folder, path) for path in sorted([*folder.glob("bib/*.bib"), *folder.glob("bib/*.ris")])]
    return read_bibliography([file for file in files if isinstance(file, SourceFile)])


def of_folder(folder: Path) -> dict[str, BibliographyEntry]:
    return {work.key: work for source in read(folder) for work in source.publications}


def written(graph: KnowledgeGraph, keys: list[str], folder: Path) -> str:
    (folder / "bib").mkdir()
    (folder / "bib" / "works.ris").write_text(ris(graph, keys), encoding="utf-8")
    return (folder / "bib" / "works.ris").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def records() -> dict[str, dict[str, Any]]:
    """The works of every kind as rispy reads them."""
    return {record["id"]: record for record in rispy.loads("\n".join(map(ris_record, works().values())))}


def test_every_work_of_the_review_is_read_back_the_same(
    review: Path, review_graph: KnowledgeGraph, tmp_path: Path
) -> None:
    before = of_folder(review)
    keys = sorted({str(row["key"]) for row in review_graph.query("publications")})
    written(review_graph, keys, tmp_path)
    after = of_folder(tmp_path)
    assert sorted(after) == keys
    assert [key for key in keys if facts(after[key]) != facts(before[key])] == []


def test_the_toy_works_are_read_back_without_a_warning(toy: Path, toy_graph: KnowledgeGraph, tmp_path: Path) -> None:
    written(toy_graph, ["example2031", "muster2032", "acme2030"], tmp_path)
    assert {key: facts(work) for key, work in of_folder(tmp_path).items()} == {
        key: facts(work) for key, work in of_folder(toy).items()
    }
    problems = [p for source in read(tmp_path) for p in source.problems if p.severity != "info"]
    assert problems == []


def test_works_of_every_kind_are_read_back_the_same() -> None:
    source = read_text("bib/works.ris", "\n".join(map(ris_record, works().values())))
    assert {work.key: facts(work) for work in source.publications} == {
        key: facts(work) for key, work in works().items()
    }
    assert {p.rule for p in source.problems if p.severity != "info"} <= {"bibliography/year"}
    kinds = {work.key: work.kind for work in source.publications}
    changed = {key: kind for key, kind in kinds.items() if kind != works()[key].kind}
    assert changed == {"volume": "book", "preprint": "article"}


@given(any_work())
def test_any_work_is_read_back_the_same(work: BibliographyEntry) -> None:
    (found,) = read_text("bib/works.ris", ris_record(work)).publications
    assert facts(found) == facts(work)


def test_names_organisations_and_editors_are_as_endnote_writes_them(records: dict[str, dict[str, Any]]) -> None:
    assert records["paper"]["authors"] == ["Doe, Jane", "van der Toy, Jan", "Berg, Ida, Jr.", "Acme Toys,, Inc."]
    assert records["report"]["authors"] == ["Acme Toys and Sons,"]
    assert "authors" not in records["volume"]
    assert "\nED  - Ted, A.\nED  - Bear, B.\n" in ris_record(works()["chapter"])


def test_an_incomplete_list_of_authors_is_a_note_and_not_an_author(records: dict[str, dict[str, Any]]) -> None:
    notes = {key: record["notes"] for key, record in records.items() if "incomplete" in str(record.get("notes"))}
    assert notes == {
        "paper": ["The list of authors is incomplete (and others)."],
        "volume": ["The list of editors is incomplete (and others)."],
    }


def test_latex_is_decoded(records: dict[str, dict[str, Any]]) -> None:
    assert records["paper"]["title"] == "The NASA test of H₂O in the 5th régime"
    assert records["paper"]["publisher"] == "Toy & Sons"


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("paper", {"type_of_reference": "CPAPER", "secondary_title": "Proceedings of Toys", "tertiary_title": "LNTS",
                   "start_page": "12", "end_page": "34", "volume": "12", "place_published": "Oulu", "year": "2031",
                   "date": "2031/03/07/", "issn": "978-3-16-148410-0", "doi": "10.5555/p", "keywords": ["a", "b"]}),
        ("article", {"type_of_reference": "JOUR", "secondary_title": "J. Toys", "number": "4", "start_page": "5-1",
                     "end_page": "5-12", "issn": "1234-5678", "date": "2031/05/07/", "notes": ["Seen once"]}),
        ("numbered", {"type_of_reference": "JOUR", "custom7": "e17"}),
        ("chapter", {"type_of_reference": "CHAP", "edition": "2", "publisher": "P", "date": "2029/03/05/"}),
        ("book", {"type_of_reference": "BOOK", "secondary_title": "Toy texts", "title": "A book: And more"}),
        ("volume", {"type_of_reference": "EDBOOK"}),
        ("phd", {"type_of_reference": "THES", "type_of_work": "PhD thesis", "publisher": "University of Toys"}),
        ("master", {"type_of_reference": "THES", "type_of_work": "Master's thesis", "date": "2027///Spring"}),
        ("report", {"type_of_reference": "RPRT", "publisher": "Acme", "issn": "TR-3", "date": "in press"}),
        ("web", {"type_of_reference": "ELEC", "urls": ["https://example.org/a_b"], "access_date": "2031/01/02/",
                 "year": "1984", "date": "about 1984"}),
        ("preprint", {"type_of_reference": "JOUR", "secondary_title": "arXiv", "year": "2031", "date": "2031/05//"}),
        ("draft", {"type_of_reference": "UNPB", "year": "2031"}),
        ("other", {"type_of_reference": "GEN", "year": "2031"}),
    ],
)  # fmt: skip
def test_another_reader_finds_the_values_of_each_kind(
    records: dict[str, dict[str, Any]], key: str, values: dict[str, Any]
) -> None:
    assert {name: records[key].get(name) for name in values} == values


def test_unknown_and_repeated_keys_are_left_out(toy_graph: KnowledgeGraph, tmp_path: Path) -> None:
    text = written(toy_graph, ["muster2032", "acme2030", "nobody", "muster2032"], tmp_path)
    assert [record["id"] for record in rispy.loads(text)] == ["muster2032", "acme2030"]
