"""Entries for other programs: those that can be cited, with the blocks and commands that they need."""

from __future__ import annotations

from kg.core.files import SourceFile
from kg.readers.bibliography import read_bibliography
from kg.readers.bibtex.citing import citable, cited_by_pandoc, for_pandoc, not_cited_by, only_biblatex
from kg.readers.bibtex.subset import Stored, subset

ONE = r"""@preamble{"\newcommand{\maker}{Toy}"} @preamble{{\def\odd{\ifmmode\maker\fi}}} @string{j = {Journal}}
@misc{a#b, title={A}, journal=j} @misc{a, title={\odd{} \emph{A}}, journal=j} @misc{plain, title={A \emph{B}}}
@comment{x}
"""
OTHER = r"""@preamble{ "\newcommand{\maker} {Toy}" } @misc{b, title={\maker}}"""
THIRD = r"""@preamble{"\newcommand{\maker}{Doll}"} @misc{c, title={\maker}}"""


def stored() -> dict[str, Stored]:
    files = [SourceFile(name, text, "") for name, text in (("1.bib", ONE), ("2.bib", OTHER), ("3.bib", THIRD))]
    entries = [entry for source in read_bibliography(files) for entry in source.publications]
    return {entry.key: Stored(entry.raw, "\n".join(entry.needs), entry.parent) for entry in entries}


def test_an_entry_brings_the_blocks_whose_commands_it_uses_each_meaning_once() -> None:
    written = subset(stored(), ["plain", "a", "b", "c"])
    assert "@preamble" not in written["plain"]
    assert [written["a"].count(text) for text in (r"\newcommand{\maker}", r"\def\odd")] == [1, 1]
    assert "@preamble" not in written["b"]
    assert r"\newcommand{\maker}{Doll}" in written["c"]


def test_blocks_before_an_entry_that_is_left_out_stay() -> None:
    written = subset(stored(), ["a#b", "a"])
    first, second = citable(written, cited_by_pandoc)
    assert first.strip() == "@string{j = {Journal}}"
    assert second.endswith("journal=j}")


def test_pandoc_gets_the_text_of_simple_commands() -> None:
    made = for_pandoc(subset(stored(), ["a", "b", "c"]).values())
    assert [r"title={\odd{} \emph{A}}" in made[0], "title={Toy}" in made[1], "title={Doll}" in made[2]] == [True] * 3
    assert not any("@preamble" in text for text in made)


def test_what_bibtex_leaves_out_is_named() -> None:
    entries = "@online{a, title={A}, date={2031}} @article{b, journal={J}, year=2031} @misc{c, date={2031}, year=2031}"
    assert only_biblatex(entries) == {"a": ("@online", "date")}


def test_a_key_is_reported_with_the_program() -> None:
    keys = {"a b": "LaTeX and pandoc", "a(b": "LaTeX", "a|b": "pandoc", "DBLP:conf/a/B-1.2+c_d": "", "é中": ""}
    assert {key: not_cited_by(key) for key in keys} == keys
    (source,) = read_bibliography([SourceFile("x.bib", "@misc{a|b, title={T}} @xdata{a c, year=2031}", "")])
    (problem,) = [problem for problem in source.problems if problem.rule == "bibtex/uncitable-key"]
    assert (problem.severity, problem.message) == ("warning", "pandoc cannot cite the key `a|b`")
    assert "`kg rename`" in problem.hint
