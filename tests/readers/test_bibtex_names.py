"""Lists of names become people."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.files import SourceFile
from kg.model.bibliography import Person
from kg.readers.bibliography import read_bibtex
from kg.readers.bibtex.names import NameList, read_names

NAMES = {
    "Ada Example": [("Example", "Ada")],
    "Example, Ada": [("Example", "Ada")],
    "Example, Ada and Toy, B. C.": [("Example", "Ada"), ("Toy", "B. C.")],
    "Example, Ada\n  and Toy, Bo": [("Example", "Ada"), ("Toy", "Bo")],
    "Example, Ada AND Toy, Bo": [("Example", "Ada"), ("Toy", "Bo")],
    "Ludwig van der Toy": [("van der Toy", "Ludwig")],
    "van der Toy, Ludwig": [("van der Toy", "Ludwig")],
    "Toy, Jr., Ada": [("Toy, Jr.", "Ada")],
    "{Business Finland}": [("Business Finland", "")],
    "{{Toys and Sons}}": [("Toys and Sons", "")],
    "{Toys and Sons} and Toy, Bo": [("Toys and Sons", ""), ("Toy", "Bo")],
    "{Toys, Inc.}": [("Toys, Inc.", "")],
    r"{R{\&}D Group}": [("R&D Group", "")],
    r"{\"O}rtel, J{\"o}rg": [("Örtel", "Jörg")],
    r"J\"{o}rg \"{O}rtel": [("Örtel", "Jörg")],
    r"Mu{\c{s}}lu, K{\i}van{\c{c}}": [("Muşlu", "Kıvanç")],
    "J. {Toy}": [("Toy", "J.")],
    "{van Toy}, Ada": [("van Toy", "Ada")],
    "Ramón~y Toy, Ada": [("Ramón y Toy", "Ada")],
    "family=Toy, given=Ada, prefix=van der, useprefix=true": [("van der Toy", "Ada")],
    'given=Ada, family="Toy", suffix=Jr': [("Toy, Jr", "Ada")],
    "Toy, Ada and ": [("Toy", "Ada")],
    " and Toy, Ada and and Toy, Bo": [("Toy", "Ada"), ("Toy", "Bo")],
    "Toy, Ada,": [("Toy", "Ada")],
    "Toy, Ada;": [("Toy", "Ada")],
    "Anderson, Sandy": [("Anderson", "Sandy")],
    "山田太郎": [("山田太郎", "")],
    "Plato": [("Plato", "")],
    # Accents are decoded before names are split: `\\~` is an accent, `~` a space (btxdoc, sections 3 and 4).
    r'Toy, Ann and \"{O}z, Ipek and Mu\~{n}oz, Eva and \O{}st, Bo and \v{S}m, Da':
        [("Toy", "Ann"), ("Öz", "Ipek"), ("Muñoz", "Eva"), ("Øst", "Bo"), ("Šm", "Da")],
    r"Sz\H ol\H o, Bo and Bo Sz{\H ol}{\H o}": [("Szőlő", "Bo"), ("Szőlő", "Bo")],
    r"\h{a}\cb{s}, \G{a} and \textcommabelow{S}toy, Bo": [("ảș", "ȁ"), ("Ștoy", "Bo")],
    r"{\'E}cole de Toy": [("de Toy", "École")],
    r"{{\'E}cole normale}": [("École normale", "")],
    "Toy, A\u0301da": [("Toy", "Áda")],  # NFC
    # `\\ ` is a space (The TeXbook, chapter 3), and white space around `and` ends a name.
    r"Toy, Ann M.\ and Doll, B.\ C.": [("Toy", "Ann M."), ("Doll", "B. C.")],
    "Ada~Toy": [("Toy", "Ada")],
    # Commands that only sort (xampl.bib of BibTeX).
    r"{\noopsort{Berg}}van der Berg, Jan": [("van der Berg", "Jan")],
    r"Jan \SortNoop{Berg}van der Berg": [("van der Berg", "Jan")],
    # The case of the first letter outside braces decides about particles, that after a command too (btxdoc, section 4).
    "Charles de la {Toy} Bear": [("de la Toy Bear", "Charles")],
    "Ann {von Toy}": [("von Toy", "Ann")],
    r"Ann {\relax de} Toy": [("de Toy", "Ann")],
    r"{\relax Ch}arles Toy": [("Toy", "Charles")],
    "jean de Toy": [("jean de Toy", "")],
    # No space after particles with an apostrophe or hyphen (biblatex manual, \\DeclarePrefChars).
    "d' Almeida, Ann": [("d'Almeida", "Ann")],
    "Ann d’ Almeida": [("d’Almeida", "Ann")],
    "family=Almeida, given=Ann, prefix=d'": [("d'Almeida", "Ann")],
    "al- Toy, Ann": [("al-Toy", "Ann")],
    "O' Toy, Ann": [("O' Toy", "Ann")],  # no particle
    # Extended names and options of a list (biblatex manual, Name Lists).
    "useprefix=true and Toy, Ann": [("Toy", "Ann")],
    '"family={Toy and Sons, Inc.}" and given={Ann B.}, family={Toy}, suffix=Jr': [
        ("Toy and Sons, Inc.", ""), ("Toy, Jr", "Ann B."),
    ],
    # Entities of exporters are characters, not separators.
    r"M&uuml;ller, Ann and Sr\&\#273;an Toy": [("Müller", "Ann"), ("Toy", "Srđan")],
    r"AT\&T Toys": [("Toys", "AT&T")],
    # DBLP's number of people with the same name (dblp.org, FAQ "What are homonym numbers").
    "Ann Toy 0001 and Bear 0012, Bo": [("Toy", "Ann"), ("Bear", "Bo")],
    # biblatex manual, Name Lists: initials of a part, where the part itself is missing.
    "given-i=B, given=Bob, family=Bear": [("Bear", "Bob")],
    "family=Bear, given-i=B": [("Bear", "B")],
    # `Family, Given` says which part is the family name (btxdoc, section 4), also in capitals.
    "LI, Wei and TOY, Ann and Press, Ann and ANN LI and Ofir Press":
        [("LI", "Wei"), ("TOY", "Ann"), ("Press", "Ann"), ("LI", "ANN"), ("Press", "Ofir")],
    # Double family names look like two people.
    "García Toy, Gabriel José": [("García Toy", "Gabriel José")],
    # Nicknames, suffixes and degrees in the place of `Jr.`, ordinals.
    'Ann (Bo) Toy and Ann "Bo" Toy and Toy, PhD, Ann':
        [("Toy", "Ann (Bo)"), ("Toy", 'Ann "Bo"'), ("Toy, PhD", "Ann")],
    "Toy, 3rd, Ann and von und zu Toy, Ann": [("Toy, 3rd", "Ann"), ("von und zu Toy", "Ann")],
    "{Toys, Bears and Co.} and {Toys and Sons, Inc.}": [("Toys, Bears and Co.", ""), ("Toys and Sons, Inc.", "")],
    "A{ B": [("A B", "")],
    "A} B": [("B", "A")],
    "": [],
    " and ": [],
}  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), NAMES.items())
def test_names_are_decoded_and_split(written: str, meant: list[tuple[str, str]]) -> None:
    names = read_names(written)
    assert [(person.family, person.given) for person in names.persons] == meant
    assert (names.others, names.notes) == (False, ())


@pytest.mark.parametrize("written", ["Toy, A. and ET", "Toy, A. ET", "A. Toy ET", "Toy, A., ET", "Toy, A. and {ET}"])
@pytest.mark.parametrize("others", ["et al.", "et al", "Et~al.", "et. al."])
def test_et_al_marks_a_list_as_incomplete(written: str, others: str) -> None:
    names = read_names(written.replace("ET", others))
    assert names == NameList((Person("Toy", "A."),), others=True)


@pytest.mark.parametrize("others", ["others", "Others"])
def test_and_others_marks_a_list_as_incomplete(others: str) -> None:
    assert read_names(f"Toy, Ada and {others}") == NameList((Person("Toy", "Ada"),), others=True)


# What stands between the names is not `and`, but where each name ends is certain.
SEVERAL = {
    "Toy, A.; Bear, B.": ["A. Toy", "B. Bear"],
    "Toy, A. & Bear, B.": ["A. Toy", "B. Bear"],
    r"Toy, A. \& Bear, B.": ["A. Toy", "B. Bear"],
    "Toy, A.; Bear, B. & Doll, C.": ["A. Toy", "B. Bear", "C. Doll"],
    "Ann Toy; Bo Bear": ["Ann Toy", "Bo Bear"],
    "A. Toy & B. Bear": ["A. Toy", "B. Bear"],
    "Toy, A., Bear, B.-C., and Doll, Cy": ["A. Toy", "B.-C. Bear", "Cy Doll"],
    "Toy A., Bear B.-C.": ["A. Toy", "B.-C. Bear"],
    "A. Toy, B. Bear": ["A. Toy", "B. Bear"],
    "Toy A, Bear B, Doll C": ["A Toy", "B Bear", "C Doll"],  # as PubMed prints names
    "van der Toy AB, Bear BC": ["AB van der Toy", "BC Bear"],
    "A. Toy, B. C. Bear, D. Doll": ["A. Toy", "B. C. Bear", "D. Doll"],
}


@pytest.mark.parametrize(("written", "meant"), SEVERAL.items())
def test_names_without_and_are_separated_where_that_is_certain(written: str, meant: list[str]) -> None:
    names = read_names(written)
    assert [person.full for person in names.persons] == meant
    assert [note.rule for note in names.notes] == ["bibliography/author-separator"]


@pytest.mark.parametrize(
    "written", ["A Toy, B Toy, C Toy, {D Toy}", "Toy & Sons", "Toy, A.; Bear", "Toy, A. & Bear", "Toy, Ann, Bear, Bo"]
)
def test_names_that_cannot_be_separated_are_kept_as_one_and_reported(written: str) -> None:
    names = read_names(f"{written} and Example, Ada")
    assert [person.full for person in names.persons] == [written.replace("{", "").replace("}", ""), "Ada Example"]
    assert [(note.rule, note.name) for note in names.notes] == [("bibliography/author", written)]


@pytest.mark.parametrize("written", ["xdata=toys-author-1", "author=Toy", "-", "foo=bar, baz=1"])
def test_what_is_no_person_is_reported_and_no_person(written: str) -> None:
    names = read_names(f"{written} and Toy, Ada")
    assert ([person.full for person in names.persons], names.others) == (["Ada Toy"], False)
    assert [(note.rule, note.name) for note in names.notes] == [("bibliography/author", written)]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("A., Toy", "has only initials as family name"),
        ("A.-B. C., Toy", "has only initials as family name"),
        ("Toy AB", "has only capitals as family name"),
        ("Ann Toy, Jr.", "has only a suffix as family or given name"),
        ("Ann Toy III", "has only a suffix as family or given name"),
        (", Ann", "has no family name"),
        ("Ann {Toy et al.}", "contains `et al.`"),
    ],
)
def test_a_name_in_a_doubtful_order_is_kept_and_reported(written: str, why: str) -> None:
    (note,) = read_names(written).notes
    assert (note.rule, note.message) == ("bibliography/author-doubtful", why)
    assert read_names("Toy, A. B. and Li, Bo and Ny, A. and E, Ann-Bo").notes == ()


# A name in no other form than these would be read silently and wrongly (btxdoc, section 4).
SUSPECT = r"""
A. Jefferson Toy, Kanu Bear; Ann Toy, Bob Bear, Cid Doll; Ann Toy, Bob Bear and Cid Doll; Prof. Bob Bear; Bob Bear, PhD
Toy, Ann, Ph.D.; BEAR B; A, Toy; Ann Toy (Toyota); Toy, Ann (Ed.); Bob Bear$^{1}$; Bob Bear$^a$; Dee*; Ann Toy1
Ann Toy [0000-0001]; Ann Toy † and B. Bear; Ann Toy | Bob Bear; Ann Toy / Bob Bear; Ann Toy with Bob Bear
Ann Toy und Bob Bear; Ann Toy \\ Bob Bear; Ann Toy\\Bob Bear; "Ann Toy"; https://toys.example
World Health Organization; University of Chicago Press; Institute of Toys and Bears; Toys, Inc.; AT\&T Labs
{Ann Toy and Bob Bear}; {{Toy, Ann}}
"""


@pytest.mark.parametrize("written", SUSPECT.strip().replace("\n", "; ").split("; "))
def test_a_name_with_what_no_name_has_is_reported(written: str) -> None:
    names = read_names(written)
    assert [note.rule for note in names.notes] == ["bibliography/author-doubtful"]


@pytest.mark.parametrize("written", ["12 others", "…", r"\ldots{}", "...", "3 more authors"])
def test_a_count_of_the_others_marks_a_list_as_incomplete_with_a_note(written: str) -> None:
    names = read_names(f"Toy, Ann and {written}")
    assert (names.persons, names.others) == ((Person("Toy", "Ann"),), True)
    assert [note.rule for note in names.notes] == ["bibliography/author"]


@pytest.mark.parametrize("written", [r"Toy, \unknown Ann", "Toy, <x>Ann", "Toy, $a_b"])
def test_a_command_or_tag_in_a_name_is_reported(written: str) -> None:
    assert [note.rule for note in read_names(written).notes] == ["bibliography/author-markup"]


def test_the_problem_is_at_the_field_of_the_names() -> None:
    text = "@misc{a,\n title={T},\n author={Toy, A.; Bear, B.}}\n@book{b,\n title={T},\n editor={A., Toy}}"
    problems = [problem for problem in read_bibtex(SourceFile("a.bib", text, "")).problems if "author" in problem.rule]
    assert [(problem.rule, problem.where.line, problem.severity) for problem in problems] == [
        ("bibliography/author-separator", 3, "warning"),
        ("bibliography/author-doubtful", 6, "warning"),
    ]


# --- properties ---

_NAMES = st.sampled_from(
    ["Toy", "Doll-Bear", "Öz", "van der Toy", "de la Doll", "{Toys and Sons}", "{van Toy}", "d'Toy"]
)
_GIVEN = st.sampled_from(["Ann", "B. C.", "Jean-Luc", "Éva M.", "{Jo Ann}", ""])
_ACCENTS = {"ö": r"\"{o}", "Ö": r"{\"O}", "É": r"\'{E}", "é": r"\'e", "ñ": r"\~{n}", "Ø": r"\O{}", "ő": r"\H o"}


@given(st.lists(st.tuples(_NAMES, _GIVEN, st.sampled_from(["", *_ACCENTS])), min_size=1, max_size=5), st.booleans())
def test_no_letter_is_lost_or_moves_to_another_name(people: list[tuple[str, str, str]], decoded: bool) -> None:
    meant, written = [], []
    for family, given_name, letter in people:
        name = f"{family}{letter}, {given_name}{letter}" if given_name else f"{{{family}{letter}}}"
        meant.append("".join(filter(str.isalnum, f"{given_name}{letter if given_name else ''}{family}{letter}")))
        written.append(name if decoded else "".join(_ACCENTS.get(char, char) for char in name))
    names = read_names(" and ".join(written))
    assert ["".join(filter(str.isalnum, person.full)) for person in names.persons] == meant


@given(st.text(alphabet="aB ,;&={}\\~'\"$<>.-", max_size=40))
def test_any_text_can_be_read(text: str) -> None:
    names = read_names(text)
    assert all(person.full and "\n" not in person.full for person in names.persons)


@pytest.mark.parametrize(
    "unit",
    [
        "a, ",
        "{",
        "{}",
        "a; ",
        "A. B, ",
        "=",
        '"',
        "\\'",
        "a and ",
        "et al ",
        "~",
        "& ",
        "A. ",
        "A, A. ",
        "<a ",
        " and",
        "“a",
        "(a",
        "a B, ",
        "Toy AB, ",
        "Dr",
        "0001",
        " 0",
        "a with ",
        "\\\\",
        "…",
        "1 ",
        "{a b} ",
        "A a, ",
    ],
)
def test_hostile_lists_take_no_time(unit: str) -> None:
    begin = time.process_time()
    read_names("a" + unit * (30_000 // len(unit)))
    read_names("A.; " + unit * (30_000 // len(unit)) + "=,")
    read_names(unit * (30_000 // len(unit)) + "x, y, A and")
    assert time.process_time() - begin < 4
