"""The data sheet of a review with its mapping: works, codes, rows out of scope, and mistakes in rows."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest

from kg.core.files import SourceFile
from kg.model.bibliography import Vocabulary
from kg.model.coding import Coding
from kg.model.mapping import Mapping
from kg.readers.bibliography import read_bibtex
from kg.readers.codings import read_coding
from kg.readers.grids import Grid
from kg.readers.sheets import TableFile
from kg.readers.yaml.marks import Marked
from kg.sheets.imported import Imported, Origin, Tables
from kg.sheets.importer import import_tables
from kg.sheets.texts import bibliography_text, coding_text

COLUMNS = ("key", "type", "title", "names", "year", "venue", "link", "topic", "level")
GOOD = {"key": "a2031toys", "type": "article", "title": "Toys & tests", "names": "Example, Ada and others",
        "year": "2031", "venue": "Journal of Toys", "link": "https://dl.acm.org/doi/10.5555/toy.9",
        "topic": "Testing", "level": "1"}  # fmt: skip
MAPPING: dict[str, Any] = {
    "review": "acme2030", "label": "Sheet of toys", "mapped_by": "Toy Annotator",
    "scope": {"rule": "Testing.", "conditions": [{"column": "topic", "one_of": ["Testing", "Tests", "Play"]}],
              "leave_out": [{"column": "title", "value": "see above", "because": "no work"}]},
    "work": {"key": "key", "kind": "type", "title": "title", "authors": "names", "venue": "venue", "doi_in": "link",
             "fields": {"year": "year"}},
    "every": [{"id": "toys", "label": "Toys"}],
    "codes": [
        {"column": "topic", "values": {
            "Testing": {"id": "testing", "label": "Testing", "concepts": ["practice:continuous-testing"]},
            "Tests": {"id": "testing", "label": "Testing", "concepts": ["practice:continuous-testing"]}}},
        {"column": "level", "values": {"1": {"id": "high", "label": "High"}}, "no_code": ["0"]},
    ],
}  # fmt: skip


ORIGIN = Origin("toys.csv", "00", 1, 1)


def sheet(*rows: dict[str, str]) -> TableFile:
    made = [(n, [{**GOOD, **row}[name] for name in COLUMNS]) for n, row in enumerate(rows, 2)]
    return TableFile("toys.csv", "00", ("",), lambda *_: Grid([(1, COLUMNS), *made]))


def import_sheet(file: TableFile, mapping: Mapping, entries: Collection[str]) -> Imported:
    """Imports a table into a review that has an entry for the review whose table it is."""
    marks = Marked("toys.mapping.yaml")
    return import_tables(Tables([file], Imported()), mapping, marks, {mapping.review, *entries}, Vocabulary())[0]


def run(*rows: dict[str, str], entries: Collection[str] = (), **changes: Any) -> Imported:
    return import_sheet(sheet(*rows), Mapping.model_validate(MAPPING | changes), entries)


def reported(made: Imported) -> list[tuple[str, str, str]]:
    return [(str(problem.where), problem.rule, problem.severity) for problem in made.problems]


def test_a_row_becomes_an_entry_and_a_coding() -> None:
    made = run({})
    assert [(work.work, work.row, work.codes) for work in made.works] == [("a2031toys", 2, ("toys", "testing", "high"))]
    source = read_bibtex(
        SourceFile("bib/toys.bib", bibliography_text("toys", ORIGIN, Mapping.model_validate(MAPPING), made), "0")
    )
    (entry,) = source.publications
    assert (entry.kind, entry.title, entry.venue, entry.year) == ("article", "Toys & tests", "Journal of Toys", "2031")
    assert ([person.full for person in entry.authors], entry.others) == (["Ada Example"], True)
    assert entry.doi == "10.5555/toy.9"


def test_a_sheet_without_codes_gives_a_valid_coding() -> None:
    mapping = Mapping.model_validate(MAPPING | {"every": [], "codes": []})
    text = coding_text("toys", ORIGIN, mapping, import_sheet(sheet({}), mapping, []))
    assert read_coding(SourceFile("bib/codings/toys.yaml", text, "0")).problems == ()


def test_rows_out_of_scope_and_rows_that_are_not_works_are_counted() -> None:
    made = run({}, {"topic": "Cooking", "key": "b"}, {"title": "see above", "key": "c"}, {"topic": "Tests", "key": "d"})
    assert ([work.work for work in made.works], made.out_of_scope, len(made.left_out)) == (["a2031toys", "d"], 1, 1)
    assert made.problems == []


def test_a_mistake_in_a_row_is_reported_at_its_cell_and_noted() -> None:
    made = run({"title": ""}, {"level": "7", "key": "b"}, {"year": "soon", "key": "c"}, {"level": "", "key": "d"})
    assert [(where, rule) for where, rule, _ in reported(made)] == [
        ("toys.csv:2:3", "sheet/no-title"),
        ("toys.csv:3:9", "sheet/unknown-code"),
        ("toys.csv:4:5", "sheet/year"),
        ("toys.csv:5:9", "sheet/unknown-code"),
    ]
    assert made.errors == []
    assert [(note.row, note.work) for note in made.notes] == [(2, None), (3, "b"), (4, "c"), (5, "d")]
    assert (made.in_scope, len(made.works)) == (4, 3)
    assert "soon" not in "".join(made.entries)


def test_a_key_that_is_taken_is_an_error_until_a_person_decides() -> None:
    assert reported(run({}, entries=["a2031toys"])) == [("toys.csv:2:1", "sheet/duplicate-key", "error")]
    decided = run({}, entries=["a2031toys"], work=MAPPING["work"] | {"existing": ["a2031toys"]})
    assert (decided.problems, decided.entries, len(decided.works)) == ([], [], 1)


def test_an_invalid_key_is_reported() -> None:
    assert reported(run({"key": "a, b"})) == [("toys.csv:2:1", "sheet/key", "error")]


def test_without_keys_they_are_made_of_title_and_year_and_never_given_twice() -> None:
    work = {name: value for name, value in MAPPING["work"].items() if name != "key"}
    made = run({}, {"link": "https://doi.org/10.5555/toy.8"}, entries=[], work=work)
    keys = [coded.work for coded in made.works]
    assert len(set(keys)) == 2
    assert all(key.startswith("toys-tests-2031") for key in keys)


def test_without_titles_the_works_must_exist() -> None:
    work = {"key": "key"}
    assert reported(run({}, work=work)) == [("toys.csv:2:1", "sheet/unknown-work", "error")]
    made = run({}, work=work, entries=["a2031toys"])
    assert (made.entries, [coded.work for coded in made.works]) == ([], ["a2031toys"])


def test_a_missing_column_is_reported_before_any_row_is_read() -> None:
    made = run({}, every=[], codes=[{"column": "Topic", "values": {}}])
    assert reported(made) == [("toys.csv:1:1", "mapping/unknown-column", "error")]
    assert made.works == []


def authors_of(made: Imported) -> list[list[str]]:
    entries = read_bibtex(SourceFile("bib/toys.bib", "\n".join(made.entries), "0")).publications
    return [[f"{person.family}|{person.given}" for person in entry.authors] for entry in entries]


def test_a_column_may_write_names_in_several_ways() -> None:
    made = run(
        {"names": "Toy A."}, {"names": "Toy, Ann and Bear, B.", "key": "b"}, {"names": "A. Toy; C. Doll", "key": "c"}
    )
    assert authors_of(made) == [["Toy|A."], ["Toy|Ann", "Bear|B."], ["Toy|A.", "Doll|C."]]
    assert made.problems == []


def test_names_with_two_readings_are_left_out_and_the_mapping_is_asked() -> None:
    made = run({"names": "Toy, Bear, Doll"}, {"names": "Toy1 and 2", "key": "b"})
    assert reported(made) == [
        ("toys.csv:2:4", "sheet/author-form", "warning"),
        ("toys.csv:3:4", "sheet/author", "warning"),
    ]
    assert "authors: {column: names, form: …, separator: …}" in made.problems[0].hint
    assert [(note.row, note.work) for note in made.notes] == [(2, "a2031toys"), (3, "b")]
    assert authors_of(made) == [[], []]


def test_the_mapping_can_say_how_names_are_written() -> None:
    authors = {"column": "names", "form": "surname given", "separator": ","}
    made = run({"names": "Toy Ann, Bear Bob"}, work=MAPPING["work"] | {"authors": authors})
    assert (authors_of(made), made.problems) == ([["Toy|Ann", "Bear|Bob"]], [])


def test_venues_lose_the_year_and_what_the_mapping_names() -> None:
    venue = {"column": "venue", "ends_in": ["volume", "number", "pages"]}
    made = run({"venue": "Journal of Toys 7, no. 2: 86-95. 2031"}, work=MAPPING["work"] | {"venue": venue})
    for line in ("journal = {Journal of Toys}", "volume = {7}", "number = {2}", "pages = {86--95}", "year = {2031}"):
        assert f"\n  {line}" in made.entries[0]
    assert "journal = {Journal of Toys 7}" in run({"venue": "Journal of Toys 7"}).entries[0]


def test_latex_in_cells_is_read_if_the_mapping_says_so() -> None:
    made = run({"title": r"K\"{o}nig \& co"}, work=MAPPING["work"] | {"syntax": "latex"})
    assert r"König \& co" in made.entries[0]
    fields = {"fields": {"year": "year", "url": "link"}, "syntax": "latex"}
    address = run({"link": r"https://toy.example/~ann/a\_b%20c"}, work=MAPPING["work"] | fields).entries[0]
    assert "url = {https://toy.example/~ann/a_b%20c}" in address


@pytest.mark.parametrize("hostile", ["a: b # c", '"', "}{", "\\", "- x", "x\u2028y", "{{7*7}}", "[[]]", "~", "null"])
def test_written_codings_can_be_read_back_with_any_cell(hostile: str) -> None:
    mapping = Mapping.model_validate(
        MAPPING | {"label": hostile, "codes": [{"column": "level", "values": {hostile: {"id": "x", "label": hostile}}}]}
    )
    data = sheet({"level": hostile}, {"level": hostile + "?", "key": "b"})
    made = import_sheet(data, mapping, [])
    read = read_coding(SourceFile("bib/codings/toys.yaml", coding_text("toys", ORIGIN, mapping, made), "0"))
    assert read.problems == ()
    assert isinstance(read.value, Coding)
    assert (read.value.label, read.value.codes[1].value) == (hostile, hostile)
    assert [work.work for work in read.value.works] == ["a2031toys", "b"]
    assert len(read.value.notes) == 1


@pytest.mark.parametrize(
    ("written", "kind"),
    [("", "misc"), ("Article", "article"), ("online", "online"), ("Book  chapter", "incollection"),
     ("book", "book"), ("conference", "conference"), ("Conference Paper", "inproceedings")],
)  # fmt: skip
def test_the_venue_of_a_sheet_is_the_venue_of_a_work_of_any_kind(written: str, kind: str) -> None:
    made = run({"type": written})
    (entry,) = read_bibtex(SourceFile("bib/toys.bib", made.entries[0], "0")).publications
    assert (entry.kind, entry.venue) == (kind, "Journal of Toys")
    assert made.problems == []


def test_the_venue_of_a_misc_is_printed_by_styles_too() -> None:
    # Of a @misc, plain.bst (btxbst.doc) and biblatex's standard.bbx print `howpublished`, not `booktitle` or `journal`.
    assert "\n  howpublished = {Journal of Toys},\n  booktitle = {Journal of Toys}" in run({"type": "misc"}).entries[0]


def test_a_value_that_is_no_entry_type_is_reported_once_at_its_cell() -> None:
    made = run({"type": "Blog post"}, {"type": "Blog  post", "key": "b"}, {"type": "xdata", "key": "c"})
    assert reported(made) == [("toys.csv:2:2", "sheet/kind", "warning"), ("toys.csv:4:2", "sheet/kind", "warning")]
    assert "use a BibTeX type: article, inproceedings" in made.problems[0].hint
    assert [entry[:6] for entry in made.entries] == ["@misc{"] * 3
    assert [(note.row, note.work) for note in made.notes] == [(2, "a2031toys"), (4, "c")]
