"""Lists of names become people."""

from __future__ import annotations

import pytest

from kg.readers.bibtex.names import read_names

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
    "Anderson, Sandy": [("Anderson", "Sandy")],
    "山田太郎": [("山田太郎", "")],
    "Plato": [("Plato", "")],
    "A{ B": [("A B", "")],
    "A} B": [("B", "A")],
    "": [],
    " and ": [],
}  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), NAMES.items())
def test_names_are_split_and_decoded_one_by_one(written: str, meant: list[tuple[str, str]]) -> None:
    names = read_names(written)
    assert [(person.family, person.given) for person in names.persons] == meant
    assert (names.others, names.odd) == (False, ())


@pytest.mark.parametrize("others", ["others", "Others", "et al.", "et al"])
def test_et_al_marks_a_list_as_incomplete(others: str) -> None:
    names = read_names(f"Toy, Ada and {others}")
    assert ([person.family for person in names.persons], names.others) == (["Toy"], True)


def test_authors_between_commas_are_kept_as_one_and_reported() -> None:
    names = read_names("A Toy, B Toy, C Toy, {D Toy} and Example, Ada")
    assert [person.full for person in names.persons] == ["A Toy, B Toy, C Toy, D Toy", "Ada Example"]
    assert names.odd == ("A Toy, B Toy, C Toy, {D Toy}",)
