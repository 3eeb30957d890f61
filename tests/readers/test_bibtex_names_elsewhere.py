"""Names as other people's readers read them: pybtex with latexcodec, and pandoc, letter for letter.

What differs is a rule of one of these readers, applied in `elsewhere`, or stands in a table with the rule that decides.
"""

from __future__ import annotations

import codecs
import contextlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from kg.core.files import SourceFile
from kg.core.problems import Problem
from kg.readers.bibtex.file import BibtexFile, MacroScope
from kg.readers.bibtex.names import read_names
from kg.readers.formats import read_file

pypandoc = pytest.importorskip("pypandoc")
pytest.importorskip("latexcodec")  # registers the codec "ulatex"
database = pytest.importorskip("pybtex.database")
utils = pytest.importorskip("pybtex.bibtex.utils")
errors = pytest.importorskip("pybtex.errors")

TRIALS = os.environ.get("KG_BIBTEX_TRIALS", "")
Names = list[tuple[str, str]]
"""Family name with particles and suffix, and given name, of each person."""


def kg(value: str) -> Names:
    return [(person.family, person.given) for person in read_names(value).persons]


def joined(parts: Iterable[str]) -> str:
    """Particles and family name; no space after an apostrophe or hyphen (biblatex manual, \\DeclarePrefChars)."""
    return "".join(part if part[-1] in "'’-" else f"{part} " for part in parts if part).rstrip()


# --- pybtex ---

# latexcodec 3.0.1 leaves these as they are.
LEFT_BY_LATEXCODEC = {r"\'ı": "í", r"\c e": "ȩ", r"\relax Y": "Y"}


def pybtex(value: str) -> Names:
    with errors.capture():
        people = [database.Person(name) for name in utils.split_name_list(value) if name.strip() not in ("others", "")]
    return [(text(family_of(person)), text(" ".join(person.bibtex_first_names))) for person in people]


def family_of(person: Any) -> str:
    family = joined([*person.prelast_names, " ".join(person.last_names)])
    return ", ".join(filter(None, (family, " ".join(person.lineage_names))))


def text(latex: str) -> str:
    """The text of a part, decoded by latexcodec."""
    decoded = latex
    with contextlib.suppress(ValueError):  # a backslash at the end
        decoded = codecs.decode(latex, "ulatex")
    decoded = " ".join(re.sub(r"[{}]", "", decoded).replace("~", " ").split())
    for left, meant in LEFT_BY_LATEXCODEC.items():
        decoded = decoded.replace(left, meant)
    return normalize("NFC", decoded)


# --- pandoc ---

Csl = Mapping[str, str]


def pandoc(values: list[str]) -> list[list[Csl]]:
    """The people of each value, as CSL; `others` is left out. One call, because each takes a second."""
    entries = "".join(f"@misc{{k{at}, title={{T}}, author={{{value}}}}}\n" for at, value in enumerate(values))
    works = {work["id"]: work for work in json.loads(pypandoc.convert_text(entries, "csljson", format="biblatex"))}
    others = [{"literal": "others"}, {"family": "others"}]
    return [[name for name in works[f"k{at}"].get("author", []) if name not in others] for at in range(len(values))]


def as_kg(name: Csl) -> tuple[str, str]:
    """A name of pandoc, in one of the forms of `kg`."""
    if "literal" in name:
        return name["literal"], ""
    family = joined(name.get(part, "") for part in ("dropping-particle", "non-dropping-particle", "family"))
    return ", ".join(filter(None, (family, name.get("suffix")))), name.get("given", "")


def printed(names: Names) -> Names:
    """Names without what pandoc changes in all of them.

    It writes `'` as `’` and ties as no-break spaces, separates initials (`J.W.`), and leaves `\\'{\\i}` as a dotless i
    with a mark, which is not canonically equivalent to `í`.
    """

    def usual(name: str) -> str:
        name = re.sub("ı(?=[\u0300-\u036f])", "i", name).replace("\u00a0", " ").replace("’", "'")
        return normalize("NFC", re.sub(r"\.(?=[^\W\d_])", ". ", name))

    return [(usual(family), usual(given)) for family, given in names]


def differing(values: list[str]) -> dict[str, set[str]]:
    """The values that another reader reads as other names, with the names of these readers."""
    found: dict[str, set[str]] = {}
    for value, people in zip(values, pandoc(values), strict=True):
        ours = kg(value)
        if printed(ours) != printed([as_kg(name) for name in people]):
            found.setdefault(value, set()).add("pandoc")
        if ours != pybtex(value):
            found.setdefault(value, set()).add("pybtex")
    return found


# --- made-up names ---

SAME = r"""
Ann Toy|Toy, Ann|A. B. Toy|Toy, A. B.|Jean-Luc Toy-Bear|Toy-Bear, Jean-Luc|Toy,Ann|Plato|Ann~Toy|Toy, A.~B.|Ann B.~Toy
van der Toy, Ann|Ann van der Toy|Ann van der Toy Bear|Ann de la {Toy}|{van der Toy}, Ann|Ann {van der Toy}|Ann De Toy
Ann de Toy de Bear|jean de la Toy|von Toy|Ann von|Toy y Bear, Ann|Ann Toy y Bear|Ann 't Toy|'t Toy, Ann|{A}nn {T}oy
Toy, Jr., Ann|de Toy, III, Ann|{Toy, Jr.}, Ann|Ann Toy, Jr.|Toy, Ann, Jr.|Ann Toy III|{Toys and Sons}|{{Toys, Inc.}}
{Toys and Sons} and Toy, Ann|Ann Toy and {Bear} and Cy {van Doll}|Toy, Ann and others|El-{T}oy, E. S.|AT\&T Labs|{AT\&T}
O'Toy, Ann|d'Toy, Ann|d' Toy, Ann|Ann d' Toy|al-Toy, Ann|Ann al-Toy|al- Toy, Ann|山田太郎|山田, 太郎|Ann Öz|Ann öz Toy
Ann \'{E}toy|Ann {\'e}toy Bear|\'Ecole Toy|Ann ``Bo'' Toy|Ann Jo{-}Bo Toy|Toy, Ann--Bo|Toy, {Jo Ann}|Toy, Klaus-peter
"""
BIBLATEX = "biblatex manual, Name Lists: extended names, options of a list and references, which BibTeX does not have"
CASE = "bibtex.web, name_scan_for_and: the case of `and` has no meaning"
SPACE = "bibtex.web, name_scan_for_and: any white space before `and` ends a name, also that of `\\ `"
BRACES = "btxdoc, section 4: the first letter outside braces decides, and brackets and quotes are not letters"
GIVEN = "btxdoc, section 4: what follows the comma is the given name; CSL's rule for particles is pandoc's"
ACCENT = "biber decodes first (biblatex manual, Unicode); for BibTeX `{A}` in `\\'{A}d` is in braces and `d` a particle"
SPECIAL = "btxdoc, section 4: `{\\` at the beginning is a special character, whose first letter decides"
COMMAND = "latexcodec has no formatting commands and no `\\noopsort`, which BibTeX's xampl.bib defines to print nothing"
CERTAIN = "not `and`, but certain; reported as bibliography/author-separator"
REPORTED = "not a name for certain; kept as it is and reported as bibliography/author"
ET_AL = "`et al.` is not a name"
HOMONYM = "DBLP's number for people of one name is no part of the name (dblp.org, FAQ)"
THIN = "`\\,` is a space; kg has one kind of spaces"
BOTH = {"pandoc", "pybtex"}
DIFFERENT: dict[str, tuple[set[str], str]] = {
    "Toy, Ann AND Bear, Bo": ({"pandoc"}, CASE),
    "Toy, Ann and and Bear, Bo": (BOTH, "an empty name is none"),
    r"Toy, Ann M.\ and Doll, B.\ C.": (BOTH, SPACE),
    "Ann {öz} Toy": ({"pandoc"}, BRACES),
    "Ann Toy {y} Bear": ({"pandoc"}, BRACES),
    "Ann (Bo) Toy": ({"pandoc"}, BRACES),
    'Ann "Bo" Toy': ({"pandoc"}, BRACES),
    "Toy, Ann de": ({"pandoc"}, GIVEN),
    r"{\'E}cole Toy": ({"pandoc"}, SPECIAL),
    r"\'{E}cole Toy": ({"pybtex"}, ACCENT),
    r"\'{E}co de Toy": ({"pybtex"}, ACCENT),
    r"{\relax Ch}arles Toy": (BOTH, SPECIAL),
    r"Ann {\relax de} Toy": ({"pybtex"}, COMMAND),
    r"Ann {\uppercase{d}e la} Toy": (BOTH, SPECIAL),
    "family=Toy, given=Ann, prefix=van der, useprefix=true": ({"pybtex"}, BIBLATEX),
    "given={Ann B.}, family={Toy Bear}, suffix=Jr": ({"pybtex"}, BIBLATEX),
    "given=A, family=Toy, given=B": ({"pybtex"}, BIBLATEX),
    "useprefix=true and Toy, Ann": ({"pybtex"}, BIBLATEX),
    "xdata=toys-author-1": ({"pybtex"}, BIBLATEX),
    r"{\noopsort{Berg}}van der Berg, Jan": ({"pybtex"}, COMMAND),
    r"\SortNoop{Berg}van der Berg, Jan": ({"pybtex"}, COMMAND),
    r"Toy, \textbf{Ann}": ({"pybtex"}, COMMAND),
    r"{\sc Toy}, Ann": ({"pybtex"}, COMMAND),
    r"O\textquoteright{}Toy, Ann": ({"pybtex"}, COMMAND),
    r"Roger P.{\,}G. van Toy": (BOTH, THIN),
    "A. Toy et al.": (BOTH, ET_AL),
    "Toy, A.; Bear, B.": (BOTH, CERTAIN),
    r"Toy, A. \& Bear, B.": (BOTH, CERTAIN),
    "A. Toy, B. Bear, C. Doll": (BOTH, CERTAIN),
    "Toy, A., Bear, B.": (BOTH, CERTAIN),
    "Toy A., Bear B.": (BOTH, CERTAIN),
    r"Toy \& Sons": (BOTH, REPORTED),
    "A Toy, B Toy, C Toy, D Toy": (BOTH, REPORTED),
}


def test_made_up_names_are_read_as_by_pybtex_and_pandoc() -> None:
    values = [*SAME.strip().replace("\n", "|").split("|"), *DIFFERENT]
    assert differing(values) == {value: readers for value, (readers, _) in DIFFERENT.items()}


ACCENTS = {"'": "e", "`": "A", "^": "o", "~": "N", '"': "u", "=": "a", ".": "z", "u": "g", "v": "S", "H": "o", "c": "s"}
ACCENTS |= {"k": "a", "r": "U", "d": "t", "b": "d", "h": "a", "G": "a", "t": "oo", "cb": "s", "textcommabelow": "t"}
LETTERS = ["ss", "ae", "AE", "oe", "OE", "aa", "AA", "o", "O", "l", "L", "i"]
LETTERS += ["dh", "DH", "th", "TH", "dj", "DJ", "ng", "NG"]
# These are defined by LaTeX (fntguide, encodings T1 and T4) and by the package combelow.
NOT_IN_PANDOC = {"dh", "DH", "th", "TH", "dj", "DJ", "ng", "NG", "cb", "textcommabelow"}
NOT_IN_LATEXCODEC = {"b", "h", "G", "t", "cb", "ng", "NG"}


def test_accents_and_letters_are_decoded_as_by_latexcodec_and_pandoc() -> None:
    """At each place of a name; with a space after the command only where braces or a comma keep the name together."""
    written: dict[str, str] = {}
    for accent, letter in ACCENTS.items():
        forms = [rf"\{accent}{{{letter}}}", rf"{{\{accent}{{{letter}}}}}"]
        if len(letter) == 1:
            forms.append(rf"{{\{accent} {letter}}}" if accent.isalpha() else rf"\{accent}{letter}")
        written |= dict.fromkeys(forms, accent)
    written |= {form: letter for letter in LETTERS for form in (rf"{{\{letter}}}", rf"\{letter}{{}}")}
    places = ["{}x, Ann", "T{}x, Ann", "To{}, Ann", "Toy, A{}x", "Ann T{}x", "A{}x Toy", "Ann de T{}x"]
    commands = {place.replace("{}", form): command for form, command in written.items() for place in places}
    found = differing(list(commands))
    assert {command for value, command in commands.items() if "pandoc" in found.get(value, ())} == NOT_IN_PANDOC
    assert {command for value, command in commands.items() if "pybtex" in found.get(value, ())} == NOT_IN_LATEXCODEC


# --- names of trial files ---

IN_TRIALS = {
    "BiblioscapeImporterTestComments.bib:": CERTAIN,
    "BiblioscapeImporterTestOptionalFields.bib:": CERTAIN,
    "MsBibImportExportRoundTripTest7.bib:Orlowski;2011": CERTAIN,
    "biblatex-input.bib:cdli:Born2019": ET_AL,
    "biblatex-input.bib:doerr:report": "a comma at the end of a name is ignored",
    "collection_of_computer_science_bibliographies_single_result.bib:conf/zeus/SimonDDK19": HOMONYM,
    "escaped_and.bib:b": COMMAND,
    "extended_name_format.bib:godoy_sep_2023_JuliaUnifyingEndtoend": BIBLATEX,
    "extended_name_format.bib:persson_feb_2022_OutsideSafeOperating": BIBLATEX,
    "extended_name_format.bib:vanackooij_dec_2018_LargescaleUnitCommitment": BIBLATEX,
    "gral.bib:souza_survey_2007": GIVEN,
    "heaps.bib:LM:PDRC": "pandoc separates `Toy A.B.` into three words; reported as bibliography/author-doubtful",
    "ioa.bib:lncs310*111": CERTAIN,
    "macros.bib:VIDACS2009399": SPECIAL,
    "macros.bib:icsoft07": SPECIAL,
    "model-checking.bib:BersaniBGKP2016": "an HTML entity is a character",
    "nameparts.bib:a": BIBLATEX,
    "nameparts.bib:b": BIBLATEX,
    "nameparts.bib:c": BIBLATEX,
    "nameparts.bib:g": "a comma is not a name",
    "other.bib:Kant91": COMMAND,
    "pdfContentImporterTest-pdfs.bib:Keim2024TraceLinks": REPORTED,
    "security.bib:DarvasHS2003": ACCENT,
    "slicing.bib:NingEK94": BRACES,
    "types.bib:An:2009": BRACES,
    "types.bib:CieleckiFJJ2006": SPECIAL,
    "types.bib:CohenGM2005": BRACES,
    "types.bib:GilS2009": BRACES,
    "types.bib:PayetS2011": SPECIAL,
    "uppercase_and.bib:10.1145/1499402.1499562": CASE,
    "utf8-bom.bib:Aal2005": BRACES,
    "xss-server-test.bib:Xss2026": REPORTED,
}
"""File and key of an entry, and the rule that decides."""


# Other people's files are not in the repository; .ci/run names the folders where they are.
@pytest.mark.skipif(not TRIALS, reason="KG_BIBTEX_TRIALS names no folders of .bib files")
def test_names_of_trial_files_are_read_as_by_pybtex_and_pandoc() -> None:
    places: dict[str, set[str]] = {}
    for root in map(Path, TRIALS.split(os.pathsep)):
        for path in sorted(root.rglob("*.bib")):
            for place, value in names_in(read_file(root, path)):
                places.setdefault(" ".join(value.split()), set()).add(f"{path.name}:{place}")
    found = {frozenset(places[value]) for value in differing(list(places))}
    assert [sorted(those) for those in found if not those & IN_TRIALS.keys()] == []
    seen = frozenset().union(*places.values())
    assert [place for place in IN_TRIALS if place in seen and not any(place in those for those in found)] == []
    assert len(places) > 4000


def names_in(file: SourceFile | Problem) -> Iterator[tuple[str, str]]:
    """The lists of names of a file, with the key of each entry."""
    if isinstance(file, SourceFile):
        written = BibtexFile(file)
        written.finish(MacroScope(written.macros, {}))
        for entry in written.entries:
            yield from (
                (entry.key, entry.values[name]) for name in ("author", "editor") if entry.values.get(name, "").strip()
            )
