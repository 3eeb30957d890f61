"""Files of imported codings: what they refer to must exist, and each mistake is reported on its line."""

from __future__ import annotations

import pytest

from kg.core.files import SourceFile
from kg.core.problems import Location
from kg.model.bibliography import Vocabulary, VocabularyConcept
from kg.readers.codings import CodingSource, MappingSource, check_coding, read_coding
from tests.toy import CODING_YAML, place_of

FILE = "bib/codings/toys.yaml"
TESTING = VocabularyConcept("https://example.org/t", "practice", "continuous-testing", ("continuous testing",))
VOCABULARY = Vocabulary({("practice", "continuous-testing"): TESTING})
WORKS = ("acme2030", "example2031", "muster2032")


def read(text: str) -> CodingSource:
    return read_coding(SourceFile(FILE, text, "0"))


def test_the_toy_coding_is_valid_and_its_notes_are_infos() -> None:
    source = read(CODING_YAML)
    assert (source.problems, source.stem, source.accepted, source.rows) == ((), "toys", 2, 3)
    assert [(p.rule, p.severity) for p in check_coding(source, VOCABULARY, WORKS)] == [("coding/row", "info")] * 2


@pytest.mark.parametrize(("right", "wrong", "rule"), [
    ("review: acme2030", "review: acme2031", "coding/unknown-work"),
    ("work: muster2032, row: 3,", "work: muster2033, row: 3,", "coding/unknown-work"),
    ("work: muster2032, row: 3,", "work: example2031, row: 3,", "coding/duplicate-work"),
    ("id: wood, label: Made", "id: testing, label: Made", "coding/duplicate-code"),
    ("codes: [testing, wood]", "codes: [testing, wod]", "coding/unknown-code"),
    ("practice:continuous-testing", "practice:continuous-tests", "coding/unknown-concept"),
    ("practice:continuous-testing", "practise:continuous-testing", "coding/bad-id"),
    ("row: 2", "row: second", "coding/invalid"),
    ("match: broad", "match: wide", "coding/unknown-value"),
    ("label: Sheet of toys", "labl: Sheet of toys", "coding/unknown-key"),
])  # fmt: skip
def test_a_mistake_is_reported_on_its_line(right: str, wrong: str, rule: str) -> None:
    text = CODING_YAML.replace(right, wrong, 1)
    source = read(text)
    line = place_of(text, wrong)[0]
    found = [*source.problems, *check_coding(source, VOCABULARY, WORKS)]
    assert (rule, line) in {(p.rule, p.where.line) for p in found if p.severity == "error"}
    assert {p.where.file for p in found} == {FILE}


def test_the_hint_for_an_empty_file_says_how_to_make_one() -> None:
    (problem,) = read("").problems
    assert (problem.rule, problem.where) == ("coding/empty", Location(FILE, 1, 1))
    assert "kg import" in problem.hint


MAPPING = """review: acme2030
label: Sheet
mapped_by: Toy
scope: {rule: All}
work:
  title: Title
  authors: {column: Names, form: surname initials, separator: ";"}
  venue: Journal
"""


def test_the_columns_of_names_and_venues_may_be_given_alone() -> None:
    read = MappingSource.read(SourceFile("bib/codings/a.mapping.yaml", MAPPING, "0")).value
    assert read is not None
    assert read.work.authors is not None
    assert read.work.venue is not None
    assert (read.work.authors.form, read.work.authors.separator) == ("surname initials", ";")
    assert (read.work.venue.column, read.work.venue.ends_in) == ("Journal", ())
    alone = MAPPING.replace('{column: Names, form: surname initials, separator: ";"}', "Names")
    read = MappingSource.read(SourceFile("bib/codings/a.mapping.yaml", alone, "0")).value
    assert read is not None
    assert read.work.authors is not None
    assert (read.work.authors.column, read.work.authors.form) == ("Names", None)


@pytest.mark.parametrize(("right", "wrong", "rule", "hint"), [
    ("surname initials", "surname intials", "mapping/unknown-value", "mean surname initials?"),
    ("surname initials", "names", "mapping/unknown-value", "surname, given; surname initials"),
    ("form:", "from:", "mapping/unknown-key", "mean form?"),
    ("column: Names, ", "", "mapping/missing-field", "column"),
    ("venue: Journal", "venue: {column: Journal, ends_in: [year]}", "mapping/unknown-value", "volume"),
])  # fmt: skip
def test_a_mistake_in_a_column_is_reported_on_its_line(right: str, wrong: str, rule: str, hint: str) -> None:
    text = MAPPING.replace(right, wrong, 1)
    (problem,) = MappingSource.read(SourceFile("bib/codings/a.mapping.yaml", text, "0")).problems
    assert (problem.rule, problem.where.line) == (rule, 8 if "venue" in right else 7)
    assert hint in problem.hint
