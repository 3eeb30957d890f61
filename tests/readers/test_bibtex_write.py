"""Written BibTeX is read back the same, by kg and by other readers."""

from __future__ import annotations

import re
from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.core.files import SourceFile
from kg.core.problems import Problem
from kg.model.bibliography import BibliographyEntry, Person
from kg.readers.bibliography import read_bibtex
from kg.readers.bibtex.latex import to_unicode, without_markup
from kg.readers.bibtex.names import read_names
from kg.readers.bibtex.publication import VERBATIM
from kg.readers.bibtex.write import is_key, make_key, write_entry


def read(text: str) -> tuple[BibliographyEntry, tuple[Problem, ...]]:
    source = read_bibtex(SourceFile("bib/x.bib", text, "0"))
    assert source.entries == 1, text
    (publication,) = source.publications
    return publication, source.problems


PLATO = Person("Plato")
ENTRY = r"""@article{toy2031,
  author = {van der Berg, Jan and {Business Finland} and Plato and Doe, Jr., J. and {Toys and Sons} and others},
  editor = {Ed, E.},
  title = {{DevOps} for 100\% of {R\&D}: a\_b, {\textbraceleft}x{\textbraceright} -- or a-{}-b},
  url = {https://example.org/a_b?c=%20&d=~e#f},
  year = {2031},
  pages = {86--95}
}
"""


def test_a_written_entry_is_readable() -> None:
    people = [Person("van der Berg", "Jan"), Person("Business Finland"), PLATO, Person("Doe, Jr.", "J."),
              Person("Toys and Sons")]  # fmt: skip
    fields = {"url": "https://example.org/a_b?c=%20&d=~e#f", "year": "2031", "pages": "86–95", "note": " ",
              "title": "DevOps for 100% of\n R&D: a_b, {x} – or a--b"}  # fmt: skip
    assert write_entry("article", "toy2031", fields, people, others=True, editors=[Person("Ed", "E.")]) == ENTRY
    found, problems = read(ENTRY)
    assert (found.authors, found.others, found.fields["editor"]) == (tuple(people), True, "Ed, E.")
    fields["title"] = fields["title"].replace("\n", "")
    assert {name: found.fields.get(name, " ") for name in fields} == fields
    assert {problem.severity for problem in problems} == {"info"}


TITLES = {
    "DevOps in AI/ML": r"{DevOps} in {AI/ML}",
    "A toy of Ada": "A toy of Ada",
    "éÉ in ÀÀ": "{éÉ} in {ÀÀ}",
    "A STUDY OF DEVOPS": "A STUDY OF DEVOPS",  # in a title of capitals they have no meaning
}


@pytest.mark.parametrize(("title", "written"), TITLES.items())
def test_capitals_within_words_are_protected_from_bibliography_styles(title: str, written: str) -> None:
    text = write_entry("misc", "a", {"title": title})
    assert f"  title = {{{written}}}\n" in text
    assert read(text)[0].title == title


WRITTEN_NAMES = [
    (Person("Toy Lab"), "{Toy Lab}"),  # several words are an organisation: btxdoc, section 4, item 18
    (Person("Toys and Bears"), "{Toys and Bears}"),
    (Person("Toy and Bear", "Ann"), "{Toy and Bear}, {Ann}"),
    (Person("Øst-Łoy", "Ö."), "Øst-Łoy, Ö."),
    (Person("van der Toy", "A. B."), "van der Toy, A. B."),
    (Person("Toy, Jr.", "Ann"), "Toy, Jr., Ann"),
    (Person("others"), "{others}"),
    (Person("T{y", "Ann"), r"T{\textbraceleft}y, Ann"),
    (Person("Toy & Bear"), r"{Toy \& Bear}"),
]


@pytest.mark.parametrize(("person", "written"), WRITTEN_NAMES)
def test_a_name_is_written_in_the_plainest_form_that_is_read_back(person: Person, written: str) -> None:
    text = write_entry("misc", "a", {"title": "T"}, [person, PLATO])
    assert f"  author = {{{written} and Plato}}" in text
    assert read(text)[0].authors == (person, PLATO)


# --- there and back ---

TEXT = st.one_of(
    st.text(),
    st.text(alphabet="aZ {}\\$&%#_~^-–—'`\"@(),=<>/;:!?é\u00a0\u2028"),
    st.lists(st.sampled_from(["and", "others", "{", "}", "\\url{", "\\&", "@misc{a,", "title=", "--", "''", "$x^2$",
                              "%", "DevOps", "``", "\\begin{x}", "\\'e", "#", "x", ",", "et al.", "Jr.", "von", "AND",
                              "\\textbf", "?`"])).map(" ".join),
)  # fmt: skip
NAMES = st.one_of(TEXT, st.sampled_from(["van der Berg", "Berg, Jr.", "Toys and Sons", "O'X", "others", "And", "家"]))
# Readers of records take `et al.` for a list that goes on, and never write it as a name.
PEOPLE = st.lists(
    st.builds(Person, NAMES, NAMES).filter(lambda name: not re.fullmatch(r"\W*et\.?\W*al\.?\W*", name.full, re.I)),
    max_size=4,
)


def meant(text: str) -> str:
    """Single spaces for white space and control characters; HTML is decoded."""
    return without_markup(text)


@given(title=TEXT, journal=TEXT, note=TEXT, year=st.integers(0, 9999))
@example("a@misc{b, c={d}}", "}", "{", 1)
@example("\\", "\\{", "%}", 1)
@example("x --- y–-–z", "?`a \\", "'' ``\\", 1)
@example("<i>a</i> &amp; b", "&#38;amp;", "\ud800", 1)
def test_written_text_is_read_back(title: str, journal: str, note: str, year: int) -> None:
    fields = {"title": title, "journal": journal, "note": note, "year": f"{year:04}"}
    found, problems = read(write_entry("article", "a", fields))
    assert {name: found.fields.get(name, "") for name in fields} == {name: meant(text) for name, text in fields.items()}
    assert (found.title, found.venue, found.year) == (meant(title), meant(journal), f"{year:04}")
    assert not [problem for problem in problems if problem.rule.startswith("bibtex/")]


ADDRESS = re.compile(r"\{?\\[&%#_~${}]|\{~\}|\\(?:url|path|nolinkurl|href)\b")


@given(
    value=TEXT.filter(lambda text: not ADDRESS.search(text)),
    name=st.sampled_from(sorted(VERBATIM - {"crossref", "xdata", "ids", "doi"})),
)
def test_written_addresses_and_identifiers_are_read_back(value: str, name: str) -> None:
    found, _ = read(write_entry("misc", "a", {name: value, "title": "T"}))
    plain = " ".join("".join(c if c >= " " and c != "\x7f" else " " for c in value).split())
    assert found.fields.get(name, "") in (plain, plain.replace("{", "%7B").replace("}", "%7D"))
    assert found.title == "T"


@given(PEOPLE, st.booleans(), PEOPLE)
@example([Person("And"), Person("x", "and"), PLATO], False, [])
@example([Person("A&amp;B", "{")], True, [Person("a=b, c")])
@example([], False, [Person("OTHERS", "0")])
def test_written_names_are_read_back(authors: list[Person], others: bool, editors: list[Person]) -> None:
    found, problems = read(write_entry("misc", "a", {"title": "T"}, authors, others=others, editors=editors))
    expected = [person(a) for a in authors if person(a).full]
    if expected or others:
        assert (list(found.authors), found.others) == (expected, others)
    else:  # as always when there is no author
        assert list(found.authors) == [person(e) for e in editors if person(e).full]
    assert not [problem for problem in problems if problem.rule in ("bibliography/author", "bibtex/syntax")]


def person(written: Person) -> Person:
    family, given = (normalize("NFC", meant(part)) for part in (written.family, written.given))
    return Person(family, given) if family else Person(given)


@given(kind=TEXT, key=TEXT, name=TEXT)
@example("comment", "a", "title")
@example("article", "a b", "note")
@example("article", "a,b", "note")
@example("article", "", "note")
@example("article", "a", "author")
@example("article", "a", "a b")
def test_keys_that_bibtex_cannot_read_are_refused(kind: str, key: str, name: str) -> None:
    try:
        text = write_entry(kind, key, {name: "x", "title": "T"})
    except ValueError:
        return
    found, problems = read(text)
    assert (found.kind, found.key, found.title, found.fields[name]) == (kind, key, "x" if name == "title" else "T", "x")
    assert not [problem for problem in problems if problem.rule.startswith("bibtex/")]


REFUSED = [("comment", "a", "note"), ("Article", "a", "note"), ("misc", "a b", "note"), ("misc", "a,b", "note"),
           ("misc", "", "note"), ("misc", "a}", "note"), ("misc", "a\x00", "note"), ("misc", "a", "author"),
           ("misc", "a", "Note"), ("misc", "a", "a=b")]  # fmt: skip


@pytest.mark.parametrize(("kind", "key", "field"), REFUSED)
def test_kinds_and_fields_that_bibtex_cannot_read_are_refused(kind: str, key: str, field: str) -> None:
    with pytest.raises(ValueError, match=r"cannot be|is not an entry type"):
        write_entry(kind, key, {field: "x"})


def test_another_reader_reads_the_same() -> None:
    import bibtexparser

    library = bibtexparser.parse_string(ENTRY)
    (entry,) = library.entries
    assert (entry.key, len(entry.fields), library.failed_blocks) == ("toy2031", 6, [])
    assert to_unicode(entry["title"]) == read(ENTRY)[0].title
    assert len(read_names(entry["author"]).persons) == 5


# --- keys ---

KEYS = [
    ("A Software engineering perspective", "2021", "Giray", "giray2021software"),
    ("Seven pitfalls to avoid when measuring", "2009", "", "seven-pitfalls-avoid-2009"),
    ("Continuous Experimentation", "2020-05-01", "van der Berg", "vanderberg2020continuous"),
    ("The “new” toy's story", "", "Vänskä", "vanskanew"),
    ("Toys", "2031", "Doe, Jr.", "doe2031toys"),
    ("Toys", "forthcoming", "Straße Łódź", "strasselodztoys"),
    ("To be or not to be", "", "", "not"),
    ("To be", "1999", "", "to-be-1999"),
    ("持续集成", "2020", "王", "2020"),
    ("持续集成", "", "", "untitled"),
]


@pytest.mark.parametrize(("title", "year", "family", "key"), KEYS)
def test_a_key_is_made_of_name_year_and_title(title: str, year: str, family: str, key: str) -> None:
    assert make_key(title, year, [], family) == key


def test_a_key_that_is_taken_gets_a_letter() -> None:
    taken: set[str] = set()
    for _ in range(30):
        taken.add(make_key("Toys", "2031", taken))
    assert sorted(taken, key=lambda key: (len(key), key))[:3] == ["toys-2031", "toys-2031b", "toys-2031c"]
    assert len(taken) == 30
    assert {"toys-2031z", "toys-2031aa", "toys-2031ad"} < taken


@given(TEXT, TEXT, TEXT, st.lists(st.sampled_from("abc")))
def test_a_made_key_is_always_a_valid_key(title: str, year: str, family: str, more: list[str]) -> None:
    taken: set[str] = set()
    for _ in ["", *more]:
        key = make_key(title, year, taken, family)
        assert is_key(key)
        assert key.isascii()
        assert key not in taken
        taken.add(key)
