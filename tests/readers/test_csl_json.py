"""CSL-JSON files of several programs, and errors in them."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.core.files import SourceFile
from kg.model.bibliography import BibliographyEntry, Person
from kg.readers.bibliography import BibSource, read_bibtex

ZOTERO = r"""[
	{
		"id": "berg2031",
		"type": "article-journal",
		"title": "On <i>DevOps</i> &amp; toys",
		"container-title": "Journal of Toys",
		"journalAbbreviation": "J. Toys",
		"page": "1-10", "volume": 3, "issue": "4",
		"DOI": "10.5555/toys.1",
		"URL": "https://example.org/a_b",
		"keyword": "testing, DevOps",
		"author": [
			{"family": "Berg", "given": "Jan", "non-dropping-particle": "van der", "suffix": "Jr."},
			{"literal": "Toy Consortium"}
		],
		"editor": [{"family": "Doe", "given": "J."}],
		"issued": {"date-parts": [["2031", 5, 7]]},
		"accessed": {"date-parts": [[2031, 6, 1]]},
		"collection-editor": [{"family": "Roe", "given": "R."}],
		"source": "Crossref"
	}
]
"""
ENTRY = r"""@article{berg2031,
  author = {van der Berg, Jr., Jan and {Toy Consortium}},
  editor = {Doe, J.},
  title = {On {DevOps} \& toys},
  year = {2031},
  month = {5},
  day = {7},
  journal = {Journal of Toys},
  volume = {3},
  number = {4},
  pages = {1--10},
  doi = {10.5555/toys.1},
  url = {https://example.org/a_b},
  keywords = {testing, DevOps},
  shortjournal = {J. Toys},
  urldate = {2031-06-01},
  csl-collection-editor = {Roe, R.},
  csl-source = {Crossref}
}"""


def read(text: str) -> BibSource:
    return read_bibtex(SourceFile("bib/x.json", text, "0"))


def one(**values: Any) -> BibliographyEntry:
    item = {"id": "a", "type": "article-journal", "title": "T", **{n.replace("_", "-"): v for n, v in values.items()}}
    (found,) = read(json.dumps([item])).publications
    return found


def rules(source: BibSource) -> list[tuple[str, str, str]]:
    return [(p.rule, str(p.where), p.severity) for p in source.problems if not p.rule.startswith("bibliography/")]


def test_an_item_is_a_publication_and_an_entry() -> None:
    source = read(ZOTERO)
    (found,) = source.publications
    assert found.raw == ENTRY
    assert (found.title, found.venue, found.year) == ("On DevOps & toys", "Journal of Toys", "2031")
    assert found.authors == (Person("van der Berg, Jr.", "Jan"), Person("Toy Consortium"))
    assert [str(p) for p in source.problems] == []
    assert str(source.places["berg2031"]) == "bib/x.json:2:2"


def test_problems_of_a_field_have_its_line() -> None:
    source = read(ZOTERO.replace("10.5555/toys.1", "see web").replace('"2031", 5, 7', '"20x"'))
    assert [(p.rule, str(p.where)) for p in source.problems] == [
        ("bibliography/year", "bib/x.json:17:3"),
        ("bibliography/doi", "bib/x.json:9:3"),
    ]


KINDS = {
    "article-journal": "article", "paper-conference": "inproceedings", "chapter": "incollection", "book": "book",
    "thesis": "thesis", "report": "techreport", "webpage": "online", "article": "misc", "song": "misc",
}  # fmt: skip


@pytest.mark.parametrize(("written", "kind"), KINDS.items())
def test_kinds(written: str, kind: str) -> None:
    assert one(type=written).kind == kind


VALUES: dict[str, tuple[dict[str, Any], str, str]] = {
    # api.crossref.org/works: title, subtitle and container-title are lists; LNCS chapters name the series first
    "a list of one title": ({"title": ["A"], "container_title": ["J"]}, "title", "A"),
    "a list of two titles": ({"title": ["A", "B"]}, "title", "A"),
    "the second title": ({"title": ["A", "B"]}, "csl-title", "B"),
    "a subtitle": ({"subtitle": ["S"]}, "subtitle", "S"),
    "a journal with its short form": ({"container_title": ["J of Toys", "J. T."]}, "journal", "J of Toys"),
    "the short form": ({"container_title": ["J of Toys", "J. T."]}, "shortjournal", "J. T."),
    "a volume in a series": ({"type": "book-chapter", "container_title": ["Lectures on Toys", "Toys and Agility"]},
                             "booktitle", "Toys and Agility"),
    "the series": ({"type": "book-chapter", "container_title": ["Lectures on Toys", "Toys and Agility"]},
                   "series", "Lectures on Toys"),
    "proceedings and their acronym": ({"type": "paper-conference", "container_title": ["Conference on Toys", "TOY"]},
                                      "booktitle", "Conference on Toys"),
    # series by their titles, as springer.com lists them; Crossref does not keep an order
    "a volume of a long series": (
        {"type": "book-chapter", "container_title": ["Lecture Notes in Computer Science", "Toys 2031"]},
        "booktitle", "Toys 2031"),
    "a volume before its series": (
        {"type": "paper-conference", "container_title": ["Advances in Toys", "Lecture Notes in Computer Science"]},
        "booktitle", "Advances in Toys"),
    "a series after its volume": (
        {"type": "paper-conference", "container_title": ["Advances in Toys", "Lecture Notes in Computer Science"]},
        "series", "Lecture Notes in Computer Science"),
    # CSL 1.1 (draft), csl-data.json: `title` is a string or an object
    "a title of parts": ({"title": {"main": "M", "sub": ["S", "T"], "short": "U"}}, "title", "M"),
    "its subtitle": ({"title": {"main": "M", "sub": ["S", "T"]}}, "subtitle", "S: T"),
    "a whole title": ({"title": {"full": "M: S", "short": "U"}}, "title", "M: S"),
    "its short form": ({"title": {"full": "M: S", "short": "U"}}, "shorttitle", "U"),
    "a date in words": ({"issued": {"literal": "Spring 2031"}}, "year", "2031"),
    # CSL 1.0.2, csl-data.json, date-variable: date-parts, season, circa, literal, raw
    "words of a date": ({"issued": {"literal": "Spring 2031"}}, "csl-issued", "Spring 2031"),
    "words beside a date": ({"issued": {"date-parts": [[2031]], "literal": "Spring"}}, "csl-issued", "Spring"),
    "a season": ({"issued": {"date-parts": [[2031]], "season": 2}}, "csl-season", "2"),
    "a month in words": ({"issued": {"literal": "7 May 2031"}}, "month", "5"),
    "about": ({"issued": {"date-parts": [[1984]], "circa": True}}, "date", "1984~"),  # biblatex manual, 2.3.8
    "an EDTF date": ({"issued": "2031-05~"}, "date", "2031-05~"),
    "a raw date": ({"issued": {"raw": "2031-05-07"}}, "day", "7"),
    "two dates": ({"issued": {"date-parts": [[2031, 5], [2032]]}}, "date", "2031-05/2032"),
    "a date that is text": ({"issued": "2031"}, "year", "2031"),
    "a date without parts": ({"issued": {"date-parts": [[None]]}, "note": "x"}, "note", "x"),
    "an abstract with JATS": ({"abstract": "<jats:p>a <jats:italic>b</jats:italic></jats:p>"}, "abstract", "a b"),
    "an id that is a number": ({"id": 17}, "csl-id", "17"),
    "an id that is an address": ({"id": "http://zotero.org/users/1/items/A"}, "csl-id",
                                 "http://zotero.org/users/1/items/A"),
    "issue and number": ({"issue": 4, "number": "A7"}, "csl-number", "A7"),
    "half a character": ({"note": "\ud800x"}, "note", "\ufffdx"),
    "a name with odd letters": ({"my {key} = 1": "x"}, "csl-my-key-1", "x"),
    "a thesis": ({"type": "thesis", "genre": "PhD thesis", "publisher": "University of Toys"}, "school",
                 "University of Toys"),
}  # fmt: skip


@pytest.mark.parametrize(("values", "field", "value"), VALUES.values(), ids=VALUES)
def test_variables(values: dict[str, Any], field: str, value: str) -> None:
    assert one(**values).fields[field] == value


def test_a_subtitle_is_part_of_the_title_that_is_cited() -> None:
    # biblatex and CSL styles print both; Crossref and CSL 1.1 keep them apart
    assert one(title=["T"], subtitle=["S"]).title == "T: S"
    assert one(title={"main": "M", "sub": ["S", "T"]}).title == "M: S: T"
    assert one(title={"full": "M: S", "sub": ["S"]}).title == "M: S"


def test_a_citation_key_comes_before_the_id() -> None:
    assert one(citation_key="doe2031").key == "doe2031"


def test_omitted_authors_are_noted() -> None:
    found = one(author=[{"family": "Doe", "given": "J."}, {"literal": "et al."}])
    assert (found.authors, found.others) == ((Person("Doe", "J."),), True)


def test_values_that_bibtex_cannot_hold_are_reported() -> None:
    text = json.dumps([{"type": "book", "title": "T", "license": [{"URL": "x"}], "author": ["NASA", 5]}])
    assert rules(read(text)) == [("csl-json/name", "bib/x.json:1:60", "warning"),
                                 ("csl-json/not-taken", "bib/x.json:1:2", "info")]  # fmt: skip


def test_a_family_name_in_capitals_is_no_doubt_where_it_is_named() -> None:
    """CSL 1.0.2, Names: `family` is the family name, whatever it looks like."""
    names = [{"family": "LI", "given": "Wei"}, {"family": "TOY", "given": "Ann"}]
    source = read(json.dumps([{"type": "book", "title": "T", "id": "a", "author": names}]))
    assert [p.rule for p in source.problems if p.severity == "warning"] == []
    assert [person.full for person in source.publications[0].authors] == ["Wei LI", "Ann TOY"]


LOST: dict[str, tuple[Any, str]] = {
    "an object for a volume": ({"volume": {"x": 1}}, "csl-json/lost"),
    "a title without text": ({"title": {"part": "T"}}, "csl-json/lost"),
    "a truth value for a venue": ({"container-title": True}, "csl-json/lost"),
    "a date without a date": ({"issued": {"circa": "x", "season": "Spring"}}, "csl-json/lost"),
    "a publisher as a person": ({"publisher": {"city": "Toytown"}}, "csl-json/lost"),
    "two titles": ({"title": ["A", "B"]}, "csl-json/several"),
    "two venues": ({"container-title": ["A", "B"]}, "csl-json/several"),
    "about a year": ({"issued": {"date-parts": [[1984]], "circa": "1"}}, "bibliography/year"),
    "about a year in words": ({"issued": {"literal": "(about 1984)"}}, "bibliography/year"),
    "a person in one text": ({"author": ["Ann Toy"]}, "bibliography/author-doubtful"),
    "only initials as family name": ({"author": [{"family": "A.", "given": "Toy"}]}, "bibliography/author-doubtful"),
    # CSL 1.0.2, specification: `literal` is for institutions
    "people as an organisation": ({"author": [{"literal": "Toy, A. and Bear, B."}]}, "bibliography/author-doubtful"),
    "a person as an organisation": ({"author": [{"literal": "A. Toy"}]}, "bibliography/author-doubtful"),
    "a whole name as family name": ({"author": [{"family": "Toy, A"}]}, "bibliography/author-doubtful"),
    "a name without family name": ({"author": [{"given": "Bob"}]}, "bibliography/author-doubtful"),
    "an empty family name": ({"author": [{"family": "", "given": "Ann Toy"}]}, "bibliography/author-doubtful"),
    "a footnote mark in a name": ({"author": [{"family": "Toy", "given": "Ann*"}]}, "bibliography/author-doubtful"),
    # CSL 1.0.2, csl-data.json: the parts of a date are year, month and day
    "a month that is none": ({"issued": {"date-parts": [[2031, 13, 45]]}}, "bibliography/year"),
    "a day that is none": ({"issued": {"date-parts": [[2031, 2, 30]]}}, "bibliography/year"),
    "two people in one name": (
        {"author": [{"family": "Toy", "given": "A.; Bear, B."}]},
        "bibliography/author-doubtful",
    ),
}


@pytest.mark.parametrize(("values", "rule"), LOST.values(), ids=LOST)
def test_what_is_lost_or_doubtful_in_a_variable_is_a_warning_at_its_line(values: dict[str, Any], rule: str) -> None:
    item = {"type": "article-journal", "title": "T", "id": "a", **values}
    found = [(p.rule, p.where.line) for p in read(json.dumps([item], indent=0)).problems if p.severity == "warning"]
    line = json.dumps([item], indent=0).split(f'"{next(iter(values))}"')[0].count("\n") + 1
    assert (rule, line) in found


@pytest.mark.parametrize("particle", ["d'", "d’", "al-"])
def test_there_is_no_space_after_a_particle_that_ends_in_an_apostrophe_or_a_hyphen(particle: str) -> None:
    # as citeproc-js joins them; biblatex manual 3.20, \\DeclarePrefChars
    found = one(author=[{"family": "Toy", "given": "D", "non-dropping-particle": particle}])
    assert found.authors == (Person(f"{particle}Toy", "D"),)


def test_the_name_of_an_organisation_and_a_known_series_are_not_reported() -> None:
    author = [{"literal": "Ministry of Toys, Dolls and Bears"}, {"family": "Toy, Jr.", "given": "Ann"}]
    titles = ["Lecture Notes in Computer Science", "Toys 2031"]
    item = {"type": "chapter", "title": "T", "id": "a", "author": author, "container-title": titles}
    assert [p.rule for p in read(json.dumps([item])).problems if p.severity == "warning"] == []


@pytest.mark.parametrize("listed", [False, True])
def test_an_answer_of_crossrefs_api_is_read_as_the_items_in_its_message(listed: bool) -> None:
    # api.crossref.org/works/DOI and api.crossref.org/works?query=…
    work = {"DOI": "10.5555/a", "title": ["Toys"], "type": "journal-article", "container-title": ["Journal of Toys"]}
    message = {"facets": {}, "total-results": 2, "items": [work, work | {"title": ["Dolls"]}], "items-per-page": 20}
    answer = {"status": "ok", "message-type": "work", "message": message if listed else work, "message-version": "1.0"}
    source = read(json.dumps(answer, indent=1))
    assert [found.title for found in source.publications] == (["Toys", "Dolls"] if listed else ["Toys"])
    assert [p for p in source.problems if p.severity == "error"] == []


def test_a_name_that_is_text_is_read_as_in_ris() -> None:
    found = one(author=["Toy, Ann", "B. Bear", "NASA"])
    assert found.authors == (Person("Toy", "Ann"), Person("Bear", "B."), Person("NASA"))


# --- errors ---

FAULTS = {
    "a comma that is missing in an item": ('{"type": "book" "title": "x"}', "csl-json/item", "bib/x.json:3:3"),
    "a brace that is not closed": ('{"type": "book", "title": "x", "author": [{]}', "csl-json/item", "bib/x.json:3:3"),
    "a quote that is not closed": ('{"type": "book", "title": "x}', "csl-json/item", "bib/x.json:3:3"),
    "an item that does not end": ('{"type": "book", "title": "x"', "csl-json/item", "bib/x.json:3:3"),
    "a number": ("5", "csl-json/item", "bib/x.json:3:3"),
    "a list": ('["a"]', "csl-json/item", "bib/x.json:3:3"),
    "no work": ('{"name": "x"}', "csl-json/item", "bib/x.json:3:3"),
    "a deep one": ("[" * 5000 + "]" * 5000, "csl-json/item", "bib/x.json:3:3"),
    "an endless number": ('{"type": "book", "volume": ' + "9" * 5000 + "}", "csl-json/item", "bib/x.json:3:3"),
    "a key twice": ('{"id": "good", "type": "book", "title": "x"}', "bibtex/duplicate-key", "bib/x.json:3:3"),
}


@pytest.mark.parametrize(("item", "rule", "place"), FAULTS.values(), ids=FAULTS)
def test_a_broken_item_is_reported_and_does_not_affect_others(item: str, rule: str, place: str) -> None:
    good = '  {"id": "good", "type": "book", "title": "T"}'
    source = read(f"[\n{good},\n  {item},\n{good.replace('good', 'after')}\n]\n")
    assert [found.key for found in source.publications] == ["good", "after"]
    assert source.entries == 3
    assert (rule, place) in [(p.rule, str(p.where)) for p in source.problems if p.severity == "error"]


OUTSIDE = {
    "a list that does not end": ('[{"type": "book", "title": "x"}', "csl-json/syntax", "bib/x.json:1:32"),
    "something after the end": ('[{"type": "book", "title": "x"}] x', "csl-json/syntax", "bib/x.json:1:34"),
    "one item a line": ('{"type": "book", "title": "x"}\n{"type": "book"}', "csl-json/syntax", "bib/x.json:2:1"),
    "no comma between items": ('[{"type": "book", "title": "x"} {"type": "book", "title": "y"}]', "csl-json/syntax",
                               "bib/x.json:1:33"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "rule", "place"), OUTSIDE.values(), ids=OUTSIDE)
def test_errors_between_items_do_not_affect_the_items(text: str, rule: str, place: str) -> None:
    source = read(text)
    assert len(source.publications) == source.entries == text.replace('"book"}', "").count("book")
    assert [(p.rule, str(p.where)) for p in source.problems if p.severity == "error"] == [(rule, place)]


@pytest.mark.parametrize("text", ["", "x", "5", "{}", '{"name": "x", "dependencies": {}}', "[1, 2]", '[{"a": 1}, []]'])
def test_another_json_file_is_reported_once(text: str) -> None:
    source = read(text)
    (problem,) = source.problems
    assert (problem.rule, problem.severity, source.publications) == ("csl-json/not-csl", "error", ())
    assert source.entries >= 1


def test_an_empty_list_and_a_single_item_are_bibliographies() -> None:
    assert (read(" []\n").entries, read(" []\n").problems) == (0, ())
    assert [p.title for p in read('{"type": "book", "title": "x"}').publications] == ["x"]


HOSTILE = {
    "brackets": "[" * 1_000_000, "braces in lines": "[\n" + '{"a":1\n' * 1_000_000,
    "quotes": '[{"' + '\\"' * 500_000, "broken items": "[\n" + '{"a" 1},\n' * 50_000 + "]",
    "works without title": "[" + '{"type":""},' * 20_000 + "]",
}  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_are_read_quickly(text: str) -> None:
    start = time.process_time()
    source = read(text)
    assert time.process_time() - start < 20
    assert source.problems


NAMES = ["type", "title", "id", "author", "issued", "date-parts", "family", "given", "note", "DOI", "page", "literal",
         "URL", "keyword", "container-title", "accessed", "citation-key", "publisher", "genre", "x"]  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["book", "thesis", "a b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from(NAMES) | st.text(), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@given(st.lists(JSON, max_size=4))
@example([{"type": "book", "id": "a", "author": [{"family": ""}], "issued": {"date-parts": [[[]]]}}])
@example([{"title": ["x"], "id": ["a"], "type": "book"}])
def test_every_record_of_any_file_is_accepted_or_reported(items: list[Any]) -> None:
    source = read(json.dumps(items))
    rejected = [p for p in source.problems if p.rule in ("csl-json/item", "bibtex/duplicate-key")]
    if any(p.rule == "csl-json/not-csl" for p in source.problems):
        assert not source.publications
    else:
        assert source.entries - len(source.publications) == len(rejected)
    assert source.entries == len(items)


@given(st.text(alphabet='[]{}",:\\ \n1aé'))
def test_any_text_is_read_without_exception(text: str) -> None:
    source = read(text)
    assert len(source.publications) <= source.entries
    assert source.publications or source.problems or text.strip().startswith("[")
