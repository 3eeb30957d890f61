"""Works as RIS: what is read back, here and by another reader, is the same work."""

from __future__ import annotations

from pathlib import Path

import rispy

from kg.api import KnowledgeGraph
from kg.core.files import SourceFile
from kg.model.bibliography import BibliographyEntry
from kg.readers.bibliography import BibSource, read_bibliography
from kg.readers.formats import read_file
from kg.render.text.ris import ris


def read(folder: Path) -> list[BibSource]:
    files = [read_file(folder, path) for path in sorted([*folder.glob("bib/*.bib"), *folder.glob("bib/*.ris")])]
    return read_bibliography([file for file in files if isinstance(file, SourceFile)])


def works(folder: Path) -> dict[str, BibliographyEntry]:
    return {work.key: work for source in read(folder) for work in source.publications}


def written(graph: KnowledgeGraph, keys: list[str], folder: Path) -> str:
    (folder / "bib").mkdir()
    (folder / "bib" / "works.ris").write_text(ris(graph, keys), encoding="utf-8")
    return (folder / "bib" / "works.ris").read_text(encoding="utf-8")


def facts(work: BibliographyEntry) -> tuple[object, ...]:
    year = work.year if work.year.isdigit() else ""
    return work.title, work.authors, work.others, year, work.venue.casefold(), work.doi


def test_every_work_of_the_review_is_read_back_the_same(
    review: Path, review_graph: KnowledgeGraph, tmp_path: Path
) -> None:
    before = works(review)
    keys = sorted({str(row["key"]) for row in review_graph.query("publications")})
    written(review_graph, keys, tmp_path)
    after = works(tmp_path)
    assert sorted(after) == keys
    # The reader takes a name that stands twice among the authors for a repetition.
    twice = {key for key in keys if len(set(before[key].authors)) < len(before[key].authors)}
    assert [key for key in keys if key not in twice and facts(after[key]) != facts(before[key])] == []
    assert len(twice) < 3


def test_the_toy_works_are_read_back_without_a_warning(toy: Path, toy_graph: KnowledgeGraph, tmp_path: Path) -> None:
    written(toy_graph, ["example2031", "muster2032", "acme2030"], tmp_path)
    assert {key: facts(work) for key, work in works(tmp_path).items()} == {
        key: facts(work) for key, work in works(toy).items()
    }
    problems = [p for source in read(tmp_path) for p in source.problems if p.severity != "info"]
    assert problems == []


def test_another_reader_takes_it_too(toy_graph: KnowledgeGraph, tmp_path: Path) -> None:
    text = written(toy_graph, ["muster2032", "acme2030", "nobody", "muster2032"], tmp_path)
    first, second = rispy.loads(text)
    assert (first["type_of_reference"], first["id"], first["title"]) == ("CPAPER", "muster2032", "Toy tests revisited")
    assert first["authors"] == ["Muster, Zoë", "et al."]
    assert (second["type_of_reference"], second["authors"]) == ("RPRT", ["Acme Toys and Sons,"])  # EndNote's comma
