"""`kg import` of the data sheet of a review, from the sheet and the mapping to the written files."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook

from kg.building.pipeline import build
from kg.core.files import read_source
from kg.core.problems import Problem, UsageError
from kg.model.bibliography import Vocabulary
from kg.readers.bibliography import read_bibtex
from kg.readers.sheets import TableFile, open_table
from kg.sheets.imported import Imported
from kg.sheets.review import import_review
from kg.sheets.starter import starter
from tests.toy import write_toy

CSV = "Title,Year,Link,Topic\nA toy,2031,https://doi.org/10.5555/a,T\nB toy,2030,,P\n,,,T\n"
MAPPING = """\
review: acme2030
label: "Toys, listed"
mapped_by: Toy Annotator
scope:
  rule: All.
work:
  title: Title
  fields: {year: Year, url: Link}
  doi_in: Link
codes:
  - column: Topic
    values:
      T: {id: tests, label: Tests, concepts: ["practice:continuous-testing"]}
      P: {id: play, label: Play}
"""


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """A toy review to write into."""
    return write_toy(tmp_path / "review")


@pytest.fixture
def mapping(toy: Path) -> Path:
    path = toy / "bib" / "codings" / "listed.mapping.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


def sheet(folder: Path, text: str = CSV) -> TableFile:
    path = folder / "listed.csv"
    path.write_text(text, encoding="utf-8")
    read, problems = open_table(path)
    assert read is not None
    assert problems == []
    return read


def proposed(folder: Path, text: str = CSV) -> str:
    return starter([sheet(folder, text)], Vocabulary())


def run(mapping: Path, text: str = CSV) -> Imported:
    return import_review(mapping.parents[2], [sheet(mapping.parents[2], text)], mapping)


def test_works_and_codings_are_written_and_built(toy: Path, mapping: Path) -> None:
    outcome = run(mapping)
    assert outcome.written == (toy / "bib" / "listed.bib", toy / "bib" / "codings" / "listed.yaml")
    assembly = build(toy)
    assert assembly.errors == []
    accounts = {account.file: (account.entries, account.accepted) for account in assembly.accounts}
    assert accounts["bib/listed.bib"] == (2, 2)
    assert accounts["bib/codings/listed.yaml"] == (3, 2)
    assert [str(p.where) for p in assembly.problems if p.rule == "coding/row" and "listed" in p.where.file] == [
        "bib/codings/listed.yaml:18:5"
    ]


def test_importing_again_gives_the_same_bytes(mapping: Path) -> None:
    first = [path.read_bytes() for path in run(mapping).written]
    assert [path.read_bytes() for path in run(mapping).written] == first


def test_nothing_is_written_if_anything_is_an_error(toy: Path, mapping: Path) -> None:
    mapping.write_text(MAPPING.replace("continuous-testing", "continuous-tasting"), encoding="utf-8")
    outcome = run(mapping)
    assert [(p.rule, p.where.line) for p in outcome.problems] == [("mapping/unknown-concept", 13)]
    assert outcome.written == ()
    assert not (toy / "bib" / "listed.bib").exists()


def test_messages_name_the_mapping_by_its_path_in_the_review(toy: Path, mapping: Path) -> None:
    mapping.write_text(MAPPING.replace("acme2030", ""), encoding="utf-8")
    assert [problem.where.file for problem in run(mapping).problems] == ["bib/codings/listed.mapping.yaml"]
    elsewhere = toy.parent / "other.mapping.yaml"
    elsewhere.write_text(MAPPING.replace("acme2030", ""), encoding="utf-8")
    assert [problem.where.file for problem in import_review(toy, [sheet(toy)], elsewhere).problems] == [elsewhere.name]


def test_a_warning_on_a_mapping_does_not_stop_the_import(mapping: Path) -> None:
    mapping.write_text(MAPPING.replace("rule: All.", "rule: Topics from #4"), encoding="utf-8")
    outcome = run(mapping)
    assert ("yaml/comment", "warning") in {(problem.rule, problem.severity) for problem in outcome.problems}
    assert len(outcome.written) == 2


def test_what_is_not_an_address_is_left_out_and_noted(toy: Path, mapping: Path) -> None:
    outcome = run(mapping, CSV.replace("B toy,2030,,P", "B toy,2030,search.example/?q=toy,P"))
    assert "search.example" not in outcome.written[0].read_text("utf-8")
    assert "`search.example/?q=toy` is not one address and was left out" in outcome.written[1].read_text("utf-8")
    assert "bibliography/url" not in {problem.rule for problem in build(toy).problems}


def test_a_column_whose_cells_all_differ_is_not_a_column_of_codes(toy: Path) -> None:
    rows = "".join(f"A toy {n},{n},note {n},{'Play' if n % 2 else 'Tests'}\n" for n in range(1, 8))
    text = proposed(toy, f"Title,Seen,Remark,Topic\n{rows}")
    assert "  # Seen has another cell in every row\n  # Remark has another cell in every row\n  - column: Topic" in text
    assert "- column: Topic" in proposed(toy, "Title,Topic\nA toy,Play\nB toy,Tests\n")


def test_the_starter_shows_how_to_relate_a_code_to_concepts(mapping: Path) -> None:
    text = proposed(mapping.parents[2])
    (example,) = [line for line in text.splitlines() if "match: close" in line]
    assert '"practice:continuous-testing"' in example
    assert "column of BibTeX types" in text
    assert "column of BibTeX types" not in proposed(mapping.parents[2], "Title,Type\nA toy,article\n")


def test_a_bibliography_of_another_origin_is_never_overwritten(toy: Path, mapping: Path) -> None:
    (toy / "bib" / "listed.bib").write_text("@misc{mine, title={Mine}}\n", encoding="utf-8")
    with pytest.raises(UsageError, match="not made by"):
        run(mapping)
    assert "mine" in (toy / "bib" / "listed.bib").read_text(encoding="utf-8")


def test_a_mapping_with_another_name_is_refused(toy: Path) -> None:
    with pytest.raises(UsageError, match="should be called NAME"):
        import_review(toy, [sheet(toy)], toy / "bib" / "journal.bib")


def test_the_starter_lacks_only_what_a_person_must_decide(mapping: Path) -> None:
    text = proposed(mapping.parents[2])
    mapping.write_text(text, encoding="utf-8")
    assert [(p.rule, p.message) for p in run(mapping).problems] == [
        ("mapping/missing-field", "the mapping has no `review`")
    ]
    mapping.write_text(text.replace("\nreview: ", "\nreview: acme2030 ", 1), encoding="utf-8")
    outcome = run(mapping)
    assert [p.rule for p in outcome.problems] == ["sheet/no-title"]
    assert len(outcome.written) == 2


@pytest.mark.parametrize("hostile", ["x\ny", "../../x", "%\n@misc{injected, title={x}}"])
def test_a_hostile_sheet_name_cannot_end_a_comment(mapping: Path, hostile: str) -> None:
    root = mapping.parents[2]
    data = sheet(root)
    outcome = import_review(root, [replace(data, name=hostile)], mapping)
    assert len(outcome.written) == 2
    assert "\n@misc{injected" not in outcome.written[0].read_text(encoding="utf-8")
    assert build(root).errors == []


def test_a_workbook_gives_people_and_the_place_of_what_is_not_certain(toy: Path, mapping: Path) -> None:
    workbook = Workbook()
    names = (
        "Toy A.B., Bear C.",
        "Toy, Ann; Bear, Bob",
        "A. B. Toy, C. Doll",
        "{Toy Lab} and Øst, Bo",
        "Toy, Bear, Doll",
    )
    workbook.active.append(["Title", "Authors", "Year", "Link", "Topic"])
    for title, cell in zip("ABCDE", names, strict=True):
        workbook.active.append([f"{title} toy", cell, 2031, None, "T"])
    workbook.save(toy / "listed.xlsx")
    mapping.write_text(MAPPING.replace("  title: Title\n", "  title: Title\n  authors: Authors\n"), encoding="utf-8")
    data, _ = open_table(toy / "listed.xlsx", "listed.xlsx")
    assert data is not None
    outcome = import_review(toy, [data], mapping)
    assert [(str(p.where), p.rule) for p in outcome.problems] == [("listed.xlsx:6:2", "sheet/author-form")]
    file = read_source(toy, outcome.written[0])
    assert not isinstance(file, Problem)
    entries = read_bibtex(file).publications
    assert [[f"{person.family}|{person.given}" for person in entry.authors] for entry in entries] == [
        ["Toy|A.B.", "Bear|C."],
        ["Toy|Ann", "Bear|Bob"],
        ["Toy|A. B.", "Doll|C."],
        ["Toy Lab|", "Øst|Bo"],
        [],
    ]
    assert "author = {{Toy Lab} and Øst, Bo}" in file.text
