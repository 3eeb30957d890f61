"""RIS and CSL-JSON as pandoc reads them, RIS as rispy does: each difference is in a table with the rule that decides.

All records are converted in one call of pandoc.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import pypandoc
import pytest
import rispy

from kg.core.files import SourceFile
from kg.model.bibliography import BibliographyEntry, Person
from kg.readers.bibliography import read_bibtex

CONVENTION = "RIS: `Lastname, Firstname, Suffix`; pandoc 3.9 reads three parts in the order of BibTeX"
ORGANISATION = "RIS: a name without comma is an organisation; pandoc 3.9 splits every name"
DOUBT = "nothing says where the family name begins: it stays whole, with a warning"
SEVERAL = "several people in one line"
NAMES: Mapping[str, str] = {
    "Toy, Ann M.": "",
    "Toy, A.": "",
    "van der Toy, Jan": "",
    "Toy-Bear, J.-P.": "",
    "Óz, Ş. Ö.": "",
    "D'Toy, A.": "",
    "J. Toy": "",
    "A. B. Toy": "",
    "A. B. van der Toy": "",
    "Ö. D'Toy": "",
    "Ann M. Toy": "",
    "王, 伟": "",
    "NIST": "",
    "Toy, Jr., Ann": "",
    "Toy, Ann, Jr.": CONVENTION,
    "Toy Consortium": ORGANISATION,
    "Department of Toys and Dolls": ORGANISATION,
    "Toys at Work,": "",
    "Toys, Inc.": ORGANISATION,
    "Ann Toy": DOUBT,
    "Toy AM": DOUBT,
    "Toy J. M.": "initials with dots after a word are given names",
    "J. Toy Jr.": "`Jr.` is a suffix",
    "J. Toy, Jr.": "`Jr.` is a suffix",
    "Toy, A.; Bear, B.": SEVERAL,
    "Toy, A., Bear, B.": SEVERAL,
    "A. Toy and B. Bear": SEVERAL,
}
RANGE = "the range is in the field `date`, of which the graph takes the first year"
SLASHES = "RIS: dates are YYYY/MM/DD/other; pandoc 3.9 reads them as ranges of years or not at all"
WORDS = "a month in words is read; pandoc 3.9 drops the date"
RIS_DATES: Mapping[str, str] = {
    "2031": "",
    "2031-05-07": "",
    "2031-05": "",
    "2031/05/07": SLASHES,
    "2031/05/07/": SLASHES,
    "2031///": SLASHES,
    "2031/05": SLASHES,
    "7 May 2031": WORDS,
    "May 2031": WORDS,
    "Spring 2031": WORDS,
    "2031/2032": RANGE,
}
TAGS = "tags of text are removed; pandoc 3.9 keeps those that CSL defines"
TITLES: Mapping[str, str] = {
    "Toys at work": "",
    "Toys: a study (and 100% of it)": "",
    "Œuvre & Größe – “toys”": "",
    "{Braces} $x$ \\emph{y} a--b": "",
    "C# and C++": "",
    "On <i>toys</i>": TAGS,
    "AT&amp;T and toys": "HTML entities are decoded, because web pages export them",
}
CSL_NAMES: tuple[tuple[dict[str, str], str], ...] = (
    ({"family": "Toy", "given": "Ann M."}, ""),
    ({"family": "Toy", "given": "Jan", "non-dropping-particle": "van der"}, ""),
    ({"family": "Toy", "given": "Jan", "dropping-particle": "von"}, ""),
    ({"family": "Toy", "given": "Ann", "suffix": "Jr."}, ""),
    ({"family": "van Toy", "given": "Jan"}, ""),
    ({"literal": "Toy Consortium"}, ""),
    ({"literal": "Department of Toys and Dolls"}, ""),
    ({"family": "Óz", "given": "Ş. Ö."}, ""),
    ({"family": "Plato"}, ""),
    ({"name": "Toy Institute"}, "Crossref writes organisations so; pandoc 3.9 drops the name"),
)
CSL_DATES: tuple[tuple[Any, str], ...] = (
    ({"date-parts": [[2031]]}, ""),
    ({"date-parts": [[2031, 5]]}, ""),
    ({"date-parts": [["2031", "5", "7"]]}, ""),
    ({"date-parts": [[2031, 5], [2032]]}, RANGE),
    ("2031-05-07", ""),
    ({"raw": "2031-05-07"}, ""),
    ({"raw": "7 May 2031"}, WORDS),
    ({"literal": "May 2031"}, WORDS),
    ({"date-parts": [[2031]], "season": 2}, ""),
)


@cache
def of_pandoc(form: str) -> list[dict[str, Any]]:
    text = ris_text() if form == "ris" else csl_text()
    return list(json.loads(pypandoc.convert_text(text, "csljson", format=form)))


@cache
def ours(form: str) -> dict[str, BibliographyEntry]:
    name, text = ("bib/x.ris", ris_text()) if form == "ris" else ("bib/x.json", csl_text())
    return {found.key: found for found in read_bibtex(SourceFile(name, text, "")).publications}


def ris_text() -> str:
    records = [(f"n{n}", f"TI  - T\nAU  - {name}") for n, name in enumerate(NAMES)]
    records += [(f"d{n}", f"TI  - T\nPY  - {date}") for n, date in enumerate(RIS_DATES)]
    records += [(f"t{n}", f"TI  - {title}") for n, title in enumerate(TITLES)]
    records += [("order", "TI  - T\nA1  - Toy, A.\nAU  - Bear, B.\nA1  - Doll, C.\nED  - Ted, D.")]
    return "\n".join(f"TY  - JOUR\nID  - {key}\n{lines}\nER  - \n" for key, lines in records)


def csl_text() -> str:
    items: list[dict[str, Any]] = [{"id": f"n{n}", "author": [name]} for n, (name, _) in enumerate(CSL_NAMES)]
    items += [{"id": f"d{n}", "issued": date} for n, (date, _) in enumerate(CSL_DATES)]
    items += [{"id": f"t{n}", "title": title} for n, title in enumerate(TITLES)]
    return json.dumps([{"type": "article-journal", "title": "T", **item} for item in items])


def person(name: Mapping[str, str]) -> Person:
    parts = (name.get("dropping-particle"), name.get("non-dropping-particle"), name.get("family"))
    family = " ".join(filter(None, parts)) or name.get("literal", "")
    return Person(f"{family}, {name['suffix']}" if "suffix" in name else family, name.get("given", ""))


def date(found: BibliographyEntry) -> list[list[int]]:
    parts = [found.fields.get(name, "") for name in ("year", "month", "day")]
    return [[int(part) for part in parts if part]]


def differences(form: str, letter: str, explained: Iterable[str]) -> None:
    """Compares one kind of record: those that differ must be the ones that have an explanation."""
    theirs = {record["id"]: record for record in of_pandoc(form)}
    differ = {}
    for number, rule in enumerate(explained):
        found, other = ours(form)[f"{letter}{number}"], theirs[f"{letter}{number}"]
        if letter == "n":
            pair: tuple[Any, Any] = list(found.authors), [person(name) for name in other.get("author", [])]
        elif letter == "d":
            pair = date(found), other.get("issued", {}).get("date-parts", [])
        else:
            pair = found.title, other["title"]
        if (pair[0] != pair[1]) != bool(rule):
            differ[number] = (*pair, rule)
    assert differ == {}


@pytest.mark.parametrize(("letter", "table"), [("n", NAMES), ("d", RIS_DATES), ("t", TITLES)])
def test_pandoc_reads_ris_the_same_but_for_the_rules_of_the_tables(letter: str, table: Mapping[str, str]) -> None:
    differences("ris", letter, table.values())


@pytest.mark.parametrize(("letter", "table"), [("n", CSL_NAMES), ("d", CSL_DATES), ("t", tuple(TITLES.items()))])
def test_pandoc_reads_csl_json_the_same_but_for_the_rules_of_the_tables(
    letter: str, table: tuple[tuple[Any, str], ...]
) -> None:
    differences("csljson", letter, [rule for _, rule in table])


def test_pandoc_keeps_the_order_of_author_lines_too() -> None:
    (theirs,) = [record for record in of_pandoc("ris") if record["id"] == "order"]
    assert list(ours("ris")["order"].authors) == [person(name) for name in theirs["author"]]
    assert [found.fields["editor"] for found in [ours("ris")["order"]]] == ["Ted, D."]


def test_rispy_reads_the_same_names_letter_for_letter() -> None:
    theirs = {record["id"]: record for record in rispy.loads(ris_text())}
    plain = [name for name in NAMES if name.count(",") == 1 and not name.endswith(",") and ";" not in name]
    for number, name in enumerate(NAMES):
        (written,) = theirs[f"n{number}"]["authors"]
        if name in plain and not NAMES[name]:
            (found,) = ours("ris")[f"n{number}"].authors
            assert f"{found.family}, {found.given}" == written == name
        elif name.count(",") == 0 and NAMES[name] != SEVERAL:
            (found,) = ours("ris")[f"n{number}"].authors
            assert sorted(found.full) == sorted(written if ", " not in found.family else f"{written},")
    for number, title in enumerate(TITLES):
        assert (theirs[f"t{number}"]["title"] == ours("ris")[f"t{number}"].title) == (not TITLES[title])
