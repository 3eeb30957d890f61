"""How a column of a data sheet writes names, and the people of its cells.

The forms are those of real sheets: Scopus (`Toy A.B., Bear C.`), IEEE Xplore (`A. B. Toy; C. Bear`), ACM and MLA
(`Toy, Ann, Bob Bear, and Cid Doll`), PubMed (`Toy AB, Bear C`), BibTeX (btxdoc, section 4) and APA
(`Toy, A., & Bear, B.`).
"""

from __future__ import annotations

import re
import time
from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.model.bibliography import Person
from kg.model.mapping import NameForm
from kg.readers.bibtex.latex import to_unicode
from kg.sheets.authors import NameColumn, NamesRead


def read(cell: str, *others: str, form: NameForm | None = None, separator: str | None = None) -> NamesRead:
    return NameColumn([cell, *others], form, separator).read(cell)


def people(cell: str, *others: str, form: NameForm | None = None, separator: str | None = None) -> list[str]:
    found = read(cell, *others, form=form, separator=separator)
    assert not found.why, found.why
    return [f"{person.family}|{person.given}" for person in found.names.persons]


KNOWN = {
    # Scopus: surname and initials, with commas between people
    "Toy A.": ["Toy|A."],
    "Toy A.B., Bear C., Doll K.-R.": ["Toy|A.B.", "Bear|C.", "Doll|K.-R."],
    "Ben Toy H., De Bear G., Van der Doll J.-P.": ["Ben Toy|H.", "De Bear|G.", "Van der Doll|J.-P."],
    # PubMed: without full stops
    "Toy AB,Bear C,Silver Doll DF": ["Toy|AB", "Bear|C", "Silver Doll|DF"],
    # IEEE Xplore: initials first, a space before the hyphen
    "A. B. Toy; K. -M. Bear; W. van der Doll": ["Toy|A. B.", "Bear|K. -M.", "van der Doll|W."],
    "A. Toy, B. Bear, J. Silver-Doll, AI Puppet-Bear": ["Toy|A.", "Bear|B.", "Silver-Doll|J.", "Puppet-Bear|AI"],
    "A. Toy, B. Bear, and C. Doll": ["Toy|A.", "Bear|B.", "Doll|C."],
    "Ann Toy, B. Bear, Cid Mo Doll and Eva Elk": ["Toy|Ann", "Bear|B.", "Doll|Cid Mo", "Elk|Eva"],
    # BibTeX, and bibliographies in which only the first name is inverted
    "Toy, Ann and Bear, B. and Doll": ["Toy|Ann", "Bear|B.", "Doll|"],
    "Toy, Ann and Bob Bear and Cid van der Doll": ["Toy|Ann", "Bear|Bob", "van der Doll|Cid"],
    "Toy, P. Alison and de la Bear, Eva": ["Toy|P. Alison", "de la Bear|Eva"],
    "{Toy Lab} and {Bears and Dolls} and Doll, C.": ["Toy Lab|", "Bears and Dolls|", "Doll|C."],
    r"T{\'{o}}y, Ann and {\O}st, Bo and B{\"{a}}r, E.": ["Tóy|Ann", "Øst|Bo", "Bär|E."],
    # MLA, Chicago
    "Toy, Ann, Bob Bear, and Cid Doll": ["Toy|Ann", "Bear|Bob", "Doll|Cid"],
    "Toy, Ann Mary, Bob Bear": ["Toy|Ann Mary", "Bear|Bob"],
    "Toy, A., B. C. Bear, and Eva Doll": ["Toy|A.", "Bear|B. C.", "Doll|Eva"],
    # APA, and exports with `;`
    "Toy, A., Bear, B. C., & Doll, C.": ["Toy|A.", "Bear|B. C.", "Doll|C."],
    "Toy, Ann; Bear Tree, Bob; Doll, C.": ["Toy|Ann", "Bear Tree|Bob", "Doll|C."],
    "Toy A.; Bear B.": ["Toy|A.", "Bear|B."],
    "Toy, Ann; Bear, B. and Doll, C.": ["Toy|Ann", "Bear|B.", "Doll|C."],
    "DE TOY G.; MEL A. B.": ["DE TOY|G.", "MEL|A. B."],
    "Toy, A;": ["Toy|A"],
    "T&oacute;y, Ann; Bear, B.": ["Tóy|Ann", "Bear|B."],
    "Ann Toy\nBob Bear": ["Toy|Ann", "Bear|Bob"],
    "Ann Toy,\nBob Bear,\nCid Doll": ["Toy|Ann", "Bear|Bob", "Doll|Cid"],
    # suffixes, initials of two letters, a comma too many, a full stop at the end
    "Ann Toy III, Bob Bear, Jr., Cid Doll": ["Toy, III|Ann", "Bear, Jr.|Bob", "Doll|Cid"],
    "Toy, Jr., Ann": ["Toy, Jr.|Ann"],
    "Toy, Yu. A.; St. Bear, Eva": ["Toy|Yu. A.", "St. Bear|Eva"],
    "Toy, R.,": ["Toy|R."],
    "Ann Toy, Bob Bear, Cid Doll.": ["Toy|Ann", "Bear|Bob", "Doll|Cid"],
    "Toy": ["Toy|"],
    "": [],
}


@pytest.mark.parametrize(("cell", "expected"), KNOWN.items())
def test_names_are_read_from_their_initials_and_separators(cell: str, expected: list[str]) -> None:
    assert people(cell) == expected


@pytest.mark.parametrize("cell", ["Toy et al.", "Toy, A. and others", "A. Toy, B. Bear, et al.", "Toy A.; et al"])
def test_an_incomplete_list_is_marked(cell: str) -> None:
    found = read(cell)
    assert (found.why, found.names.others) == ("", True)
    assert {person.family for person in found.names.persons} <= {"Toy", "Bear"}


OPEN = [
    "Toy, Bear, Doll",  # three surnames, or one and a half names
    "Ann Toy, Bob Bear and Cid Doll",  # two people and one, or the first of them is inverted
    "Toy, Bear, and Doll",
    "Ann Toy, Toy Lab; Bob Bear",  # an affiliation, or a surname of two words
    "TO XU",  # which of them is the surname?
    "Toy, Ann, Bear, Bob",
]


@pytest.mark.parametrize("cell", OPEN)
def test_what_has_two_readings_is_not_read_and_the_mapping_is_asked(cell: str) -> None:
    for others in ([], ["Toy, Ann and Bob Bear"], ["A., Toy; B., Bear"], ["Toy, Ann Mary and Bear, Bob"]):
        found = read(cell, *others)
        assert (found.names.persons, found.ask) == ((), True)
        assert found.why


@pytest.mark.parametrize(
    "cell",
    ["Toy, A. and E.E. and Bear", "T´oy1 and 2 and Bob Bear2", "A. Toy; B. LourenÃ§o", "-", "https://toy.example/a",
     "Toy et al. (Ann Toy, Bob Bear)", "See also the list, which is in the other section of this page",
     "Jr., Ann Toy", "S M¨akitoy", "Institute of Toys and Dolls; Ann Bear", "x" * 60_000],
)  # fmt: skip
def test_what_is_no_name_is_not_read(cell: str) -> None:
    found = read(cell)
    assert (found.names.persons, found.ask) == ((), False)
    assert any(why in found.why for why in ("is not a name", "only initials", "too long", "name of an organisation"))


def test_other_cells_of_the_column_decide_what_a_cell_does_not_show() -> None:
    assert people("Ann Toy, Bob Bear", "A. Toy, B. Bear, C. Doll") == ["Toy|Ann", "Bear|Bob"]
    assert people("Silver Toy, Ann Mary", "Doll, Cid Max", "Bear, B. and Toy, A.") == ["Silver Toy|Ann Mary"]
    assert people("TO XU", "Bear B.") == ["TO|XU"]
    assert people("TO XU", "B. Bear") == ["XU|TO"]
    assert people("Ann LI", "B. Bear; Cid DOLLMAKER", form="given surname") == ["LI|Ann"]
    assert read("Ann LI", "B. Bear; Cid DOLLMAKER").ask


STATED: list[tuple[str, NameForm, str | None, list[str]]] = [
    ("Toy Ann, Bear Bob", "surname given", None, ["Toy|Ann", "Bear|Bob"]),
    ("van der Toy Ann Mary; Bear Bob", "surname given", None, ["van der Toy|Ann Mary", "Bear|Bob"]),
    ("Ann Toy, Bob Bear and Cid Doll", "given surname", ",", ["Toy|Ann", "Bear|Bob", "Doll|Cid"]),
    ("TO XU, BE LI", "surname initials", ",", ["TO|XU", "BE|LI"]),
    ("F. Le Toy; B. Bear", "initials surname", ";", ["Le Toy|F.", "Bear|B."]),
    ("Toy, Ann, Bear, Bob", "surname, given", ",", ["Toy|Ann", "Bear|Bob"]),
    ("Silver Toy, Ann Mary and Bob, Max", "surname, given", None, ["Silver Toy|Ann Mary", "Bob|Max"]),
    ("Toy, Ann | Bear, Bob", "surname, given", "|", ["Toy|Ann", "Bear|Bob"]),
]


@pytest.mark.parametrize(("cell", "form", "separator", "expected"), STATED)
def test_a_stated_form_is_followed(cell: str, form: NameForm, separator: str | None, expected: list[str]) -> None:
    assert people(cell, form=form, separator=separator) == expected


def test_a_name_that_does_not_fit_the_stated_form_is_not_read() -> None:
    assert "is not written as" in read("A. Toy", form="surname initials").why
    assert "is not written as" in read("Toy A.", form="given surname").why
    assert "is not written as" in read("Ann Toy", form="surname, given").why
    assert "is not written as" in read("Ann Toy, Bob Bear and Cid Doll", form="given surname", separator=";").why
    assert people("Toy, Ann; Cid Doll", form="given surname") == ["Toy|Ann", "Doll|Cid"]


# --- properties ---

FAMILY = st.sampled_from(["Toy", "Bear-Doll", "Ábel", "Øst", "van der Doll", "O'Toy", "Silver Toy", "Ng"])
INITIALS = st.sampled_from(["A.", "A.B.", "K.-R.", "J. P.", "Ö.", "Yu."])
PEOPLE = st.lists(st.builds(Person, FAMILY, INITIALS), min_size=1, max_size=4)
FORMS = st.sampled_from([("{f} {g}", ", "), ("{f} {g}", "; "), ("{f}, {g}", " and "), ("{f}, {g}", "; "),
                         ("{f}, {g}", ", "), ("{f}, {g}", ", and ")])  # fmt: skip


def written(persons: list[Person], form: tuple[str, str]) -> str:
    return form[1].join(form[0].format(f=person.family, g=person.given) for person in persons)


@given(st.lists(st.tuples(PEOPLE, FORMS), min_size=1, max_size=5))
def test_names_with_initials_are_read_in_any_form_and_mixture_of_forms(
    cells: list[tuple[list[Person], tuple[str, str]]],
) -> None:
    column = NameColumn([written(*cell) for cell in cells])
    for persons, form in cells:
        assert column.read(written(persons, form)).names.persons == tuple(persons)


CELL = st.one_of(
    st.text(st.characters(exclude_characters="\\<$"), max_size=80),
    st.lists(st.sampled_from(["Toy", "A.", "B.C.", "XU", "van", "and", ",", ";", "&", "{", "}", "Jr.", "et al.", "\n",
                              r"{\'e}", "LI", "Ann", "(", "1", "-", "K.-R.", "others", r"\&", "III"])).map(" ".join),
)  # fmt: skip
LEFT_OUT = {"and", "others", "et", "al"}


def letters(text: str) -> list[str]:
    return sorted(
        word for word in re.findall(r"[^\W\d_]+", normalize("NFC", to_unicode(text))) if word.casefold() not in LEFT_OUT
    )


@given(st.lists(CELL, min_size=1, max_size=4))
@example(["{Toy; Lab}"])
def test_a_cell_is_read_whole_or_not_at_all_whatever_the_order_of_the_rows(cells: list[str]) -> None:
    column, reverse = NameColumn(cells), NameColumn(cells[::-1])
    for cell in cells:
        found = column.read(cell)
        assert found == reverse.read(cell)
        if not found.why:
            names = " ".join(person.full for person in found.names.persons)
            assert letters(names) == letters(cell)


def test_a_long_hostile_cell_is_read_in_no_time() -> None:
    cells = [
        unit * (20_000 // len(unit))
        for unit in ("A", "A.", "A-", " and", "{", "\\", "et al. ", "a,", "A. B, ", ";", "$")
    ]
    begin = time.perf_counter()
    column = NameColumn(cells)
    for cell in cells:
        column.read(cell)
    assert time.perf_counter() - begin < 30
