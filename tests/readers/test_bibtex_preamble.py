"""TeX macros that a bibliography defines in `@preamble` are applied to its values."""

from __future__ import annotations

import time

import pytest

from kg.core.files import SourceFile
from kg.readers.bibliography import read_bibliography
from kg.readers.bibtex.tex_macros import macros_of

# The preamble of BibTeX's own xampl.bib.
XAMPL = r"""@preamble{ "\newcommand{\noopsort}[1]{} "
 # "\newcommand{\printfirst}[2]{#1} "
 # "\newcommand{\singleletter}[1]{#1} "
 # "\newcommand{\switchargs}[2]{#2#1} " }"""
DEFINED = macros_of(
    [
        XAMPL,
        r"@preamble{\def\cprime{$'$}\providecommand*\opt[2][x]{#1-#2}\renewcommand{\two}{\opt{2}}\gdef\Aa#1{#1#1}}",
        r"@preamble(\def\bad#1{\ifmmode#1\fi} \newcommand{\url}[1]{\texttt{#1}} \def\loop{\loop\loop} \def\open{)",
    ]
)
EXPANDED = {
    r"{\noopsort{Berg}}van": "{}van", r"{\noopsort{1973a}}{\switchargs{--90}{1968}}": "{}{1968--90}",
    r"\printfirst{a {b}}{c}": "a {b}", r"Kol{\cprime}mog\cprime orov": r"Kol{\ensuremath{'}}mog\ensuremath{'}orov",
    r"\opt[a]{b} \opt{b}\opt c": "a-b x-bx-c", r"\two.": "x-2.", r"\Aa{b}\Aa c": "bbcc", r"\SortNoop{a}b": "b",
    # The spaces after the name of a command have no meaning; `\\` is a line break, and \noopsorts another command.
    r"\two  x": "x-2x", r"\\two": r"\\two", r"\noopsorts{a}": r"\noopsorts{a}",
    # What lacks arguments, what TeX alone can do, and links stay as they are.
    r"\noopsort": r"\noopsort", r"\noopsort{a": r"\noopsort{a", r"\bad{x}": r"\bad{x}", r"\url{x}": r"\url{x}",
    r"\loop": r"\loop", r"\Aa\Aa{b}": r"\Aa\Aa{b}", r"\open": r"\open", "plain": "plain",
}  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), EXPANDED.items())
def test_macros_are_expanded_as_tex_does(written: str, meant: str) -> None:
    assert DEFINED.expand(written) == meant


ENTRY = (
    r"@book{a, title={Toys \switchargs{b}{a}}, author={{\noopsort{Berg}}van der Berg, Jan}, year={\noopsort{1}1973}}"
)


def test_macros_of_the_preamble_hold_for_all_fields() -> None:
    source = read_bibliography([SourceFile("a.bib", f"{XAMPL}\n{ENTRY}", "")])[0]
    (work,) = source.publications
    assert (work.title, work.year, [person.full for person in work.authors]) == (
        "Toys ab",
        "1973",
        ["Jan van der Berg"],
    )
    assert work.needs == (XAMPL,)  # so that the entry can be copied
    assert work.raw == ENTRY


def test_a_formula_of_the_preamble_is_read_before_letters_too() -> None:
    """The definition of MathSciNet's exports."""
    text = r"""@preamble{"\def\cprime{$'$}"} @misc{a, title={Gel\cprime fand}, author={Toy, Gel\cprime fand}}"""
    (work,) = read_bibliography([SourceFile("a.bib", text, "")])[0].publications
    assert (work.title, work.authors[0].given) == ("Gel′fand", "Gel′fand")


def test_a_file_sees_its_own_preamble_first_and_then_those_of_the_folder() -> None:
    other = SourceFile("b.bib", r"@preamble{{\def\maker{Doll}}} @misc{b, title={\maker}}", "")
    own = SourceFile("a.bib", r"@preamble{{\def\maker{Toy}}} @misc{a, title={\maker}}", "")
    third = SourceFile("c.bib", r"@misc{c, title={\maker}}", "")
    titles = [source.publications[0].title for source in read_bibliography([own, other, third])]
    assert titles == ["Toy", "Doll", "Toy"]


def test_names_that_only_sort_print_nothing_without_a_definition() -> None:
    entry = ENTRY.replace(r"\switchargs{b}{a}", "")
    (work,) = read_bibliography([SourceFile("a.bib", entry, "")])[0].publications
    assert (work.year, [person.full for person in work.authors], work.needs) == ("1973", ["Jan van der Berg"], ())


@pytest.mark.parametrize(
    "text", [r"\noopsort{" * 10_000, r"\Aa{" * 20_000, r"\Aa" * 30_000, r"\two" + " " * 100_000, r"\loop" * 20_000]
)
def test_hostile_text_takes_no_time(text: str) -> None:
    begin = time.process_time()
    assert len(DEFINED.expand(text)) < 400_000
    assert time.process_time() - begin < 2
