"""Errors in BibTeX files: each has a rule and a line, and the entries around it are kept."""

from __future__ import annotations

import importlib.util
import sys
import time
from pathlib import Path
from types import ModuleType
from unicodedata import is_normalized

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.core.files import SourceFile
from kg.readers.bibliography import BibSource, read_bibliography, read_bibtex
from kg.readers.formats import read_file
from tests.bibliographies import Works

GOOD = (
    "@article{good, author={Ada Example}, title={T}, journal={J}, year={2031}, volume={1}, pages={1}, "
    "doi={10.5555/x}}\n"
)
AFTER = GOOD.replace("{good", "{after")


def read(text: str) -> BibSource:
    return read_bibtex(SourceFile("bib/x.bib", text, "0"))


def benchmark() -> ModuleType:
    """The benchmark counts entries by other means than the reader."""
    path = Path(__file__).parents[2] / "benchmarks" / "bibtex_readers.py"
    spec = importlib.util.spec_from_file_location("bibtex_readers", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


count_entries = benchmark().count_entries

REJECTED = {
    "a key given twice": ("@article{good, title={U}}", "bibtex/duplicate-key"),
    "nothing": ("@article{}", "bibtex/missing-key"),
    "an entry that does not end": ("@article{b, title={U}", "bibtex/syntax"),
    "a brace that is not closed": ("@article{b, title={U,\n year={2031}\n}", "bibtex/syntax"),
    "two braces that are not closed": ("@article{b, title={{U, year={2031}\n}", "bibtex/syntax"),
    "a quote that is not closed": ('@article{b, title="U,\n year={2031}\n}', "bibtex/syntax"),
    "quotes in quotes": ('@article{b, title="a "quoted" title"}', "bibtex/syntax"),
    "a brace too many": ("@article{b, title={U}},\n year={2031}\n}", ""),
    "an unbalanced brace in quotes": ('@article{b, title="a { b"}', "bibtex/syntax"),
    "an equals sign that is missing": ("@article{b, title {U}}", "bibtex/syntax"),
    "a value that is none": ("@article{b, title = = {U}}", "bibtex/syntax"),
    "a parenthesis that is not closed": ("@article(b, title={U}", "bibtex/syntax"),
    "a bracket of another kind": ("@article{b, title={U})", "bibtex/syntax"),
    "only the beginning": ("@article{", "bibtex/syntax"),
    "hostile characters": ("@article{b, \x00\x1b={U}, \ufffe, 💯}", "bibtex/syntax"),
}

KEPT = {
    "a field given twice": ("@misc{b,\n title={T},\n title={U}}", "bibtex/duplicate-field", 4, "warning"),
    "a field given twice alike": ("@misc{b,\n title={T},\n title={T}}", "bibtex/duplicate-field", 4, "info"),
    "a comma missing after a field": ("@misc{b,\n title={T}\n year={2031}}", "bibtex/missing-comma", 4, "warning"),
    "a comma missing after the key": ("@misc{b\n title={T}}", "bibtex/missing-comma", 2, "warning"),
    "a macro that is not defined": ("@misc{b, title={T},\n note = jx # {x}}", "bibtex/undefined-string", 3, "warning"),
    "words without braces": ("@misc{b, title={T},\n journal = IEEE Toys}", "bibtex/bare-value", 3, "warning"),
    "a key with spaces": ("@misc{my b, title={T}}", "bibtex/uncitable-key", 2, "warning"),
    "keys that differ in case": ("@misc{GOOD, title={T}}", "bibtex/key-case", 2, "warning"),
    "a year that is none": ("@misc{b, title={T},\n year={20x0}}", "bibliography/year", 3, "warning"),
    "no title": ("@misc{b, year={2000}}", "bibliography/title", 2, "warning"),
    "no publisher": ("@book{b, author={A}, title={T}, year={2000}}", "bibliography/missing-field", 2, "info"),
    "a DOI that is none": ("@misc{b, title={T},\n  doi={see web}}", "bibliography/doi", 3, "warning"),
    "authors between commas": ("@misc{b, title={T},\n author={A, B, C, D}}", "bibliography/author", 3, "warning"),
    "a parent that is not there": ("@misc{b, title={T},\n crossref={c}}", "bibtex/crossref", 3, "warning"),
    "its own parent": ("@misc{b, title={T},\n crossref={b}}", "bibtex/crossref", 3, "warning"),
    "xdata that is not there": ("@misc{b, title={T},\n xdata={c}}", "bibtex/xdata", 3, "warning"),
    "a macro defined twice": (
        '@string{x="a"}\n@string{x="b"}\n@misc{b, title=x}',
        "bibtex/duplicate-string",
        3,
        "warning",
    ),
    "a macro that is broken": ('@string{x "a"}\n@misc{b, title={T}}', "bibtex/syntax", 2, "warning"),
    "a macro by itself": ("@string{x = x}\n@misc{b, title={T},\n note=x}", "bibtex/undefined-string", 4, "warning"),
    "a field after the end": ("@misc{b, title={T}},\n  note = {lost}\n}", "bibtex/outside", 3, "warning"),
    "a field after a macro": ("@string{x = {a}},\n y = {b}\n@misc{b, title={T}}", "bibtex/outside", 3, "warning"),
    "an entry without its @": ("@misc{b, title={T}}\nmisc{c, title={U}}", "bibtex/outside", 3, "warning"),
    "an entry commented out": ("@misc{b, title={T}}\n  % @misc{c, title={T}}", "bibtex/commented-out", 3, "info"),
}


@pytest.mark.parametrize(("text", "rule"), REJECTED.values(), ids=REJECTED)
def test_a_broken_entry_is_reported_with_rule_and_line_and_its_neighbours_are_kept(text: str, rule: str) -> None:
    source = read(f"% a comment\n{GOOD}{text}\n{AFTER}")
    errors = [problem for problem in source.problems if problem.severity == "error"]
    assert [(p.rule, str(p.where)) for p in errors] == ([(rule, "bib/x.bib:3:1")] if rule else [])
    assert all(problem.message and problem.hint for problem in errors)
    assert [p.key for p in source.publications] == (["good", "after"] if rule else ["good", "b", "after"])
    assert source.entries == 3 == count_entries(source.file.text)


KEYLESS = {
    "no key": "@article{title={New toys}, author={Toy, Ann}, year={2031}}",
    "an empty key": "@article{,\n  title = {New toys}, author = {Toy, Ann}, year = {2031}\n}",
    "an empty key in parentheses": "@article( , title={New toys}, author={Toy, Ann}, date={2031-05})",
}


@pytest.mark.parametrize("text", KEYLESS.values(), ids=KEYLESS)
def test_a_work_without_key_gets_one_as_in_other_formats(text: str) -> None:
    source = read(f"{GOOD}{text}\n{AFTER}")
    assert [found.key for found in source.publications] == ["good", "toy2031new", "after"]
    assert [p.where.line for p in source.problems if p.rule == "bibliography/made-key"] == [2]
    again = read(source.publications[1].raw)  # what is written can be cited
    assert [(found.key, found.title) for found in again.publications] == [("toy2031new", "New toys")]


def test_made_keys_differ_in_all_files_and_formats() -> None:
    ris = SourceFile("bib/a.ris", "TY  - GEN\nTI  - New toys\nAU  - Toy, Ann\nPY  - 2031\nER  -\n", "")
    bib = SourceFile("bib/b.bib", 2 * KEYLESS["no key"], "")
    keys = [[found.key for found in source.publications] for source in read_bibliography([ris, bib])]
    assert keys == [["toy2031newc"], ["toy2031new", "toy2031newb"]]


def test_a_file_without_any_entry_is_reported() -> None:
    for text in ("", "\n", "% only a remark\n@comment{jabref-meta: x}\n", "% @misc{a, title={T}}"):
        assert [p.rule for p in read(text).problems if p.severity != "info"] == ["bibtex/no-entry"]
    assert read("@string{x = {T}}").problems == read('@preamble{"x"}').problems == ()
    assert [p.rule for p in read("TY  - GEN\nAD  - ann@example.org\nER  -\n").problems] == ["bibtex/no-entry"]
    assert [(p.rule, p.severity) for p in read("% a remark\nToy, A. (2031). Toys.\n").problems] == [
        ("bibtex/no-entry", "warning")
    ]


BETWEEN = {
    "an entry": GOOD,
    "an entry in parentheses": "@misc(p, title={T}, year=2031)\n",
    "text": "100% {of it} (sic)\n",
    "a macro": "@string(m = {M})\n",
    "a comment": "@comment{a { b } @misc{c, title={T}}}\n",
    "an open comment": "@comment{a { b }\n",
    "a preamble": '@preamble{"\\newcommand{\\noop}[1]{}"}\n',
}


@pytest.mark.parametrize("prefix", BETWEEN.values(), ids=BETWEEN)
@pytest.mark.parametrize("suffix", BETWEEN.values(), ids=BETWEEN)
def test_a_broken_entry_does_not_affect_others(prefix: str, suffix: str) -> None:
    for text, rule in REJECTED.values():
        if rule in ("", "bibtex/duplicate-key"):
            continue
        source = read(f"{prefix}{text}\n{suffix.replace('{good', '{other').replace('(p', '(q')}{AFTER}")
        good = [key for key, part in (("good", GOOD), ("p", "@misc(p")) if part in prefix]
        other = [key for key, part in (("other", GOOD), ("q", "@misc(p")) if part in suffix]
        assert [p.key for p in source.publications] == [*good, *other, "after"]
        assert [p.rule for p in source.problems if p.severity == "error"] == [rule]


@pytest.mark.parametrize(("text", "rule", "line", "severity"), KEPT.values(), ids=KEPT)
def test_doubtful_values_are_kept_and_reported(text: str, rule: str, line: int, severity: str) -> None:
    source = read(f"{GOOD}{text}\n{AFTER}")
    assert (rule, line, severity) in [(p.rule, p.where.line, p.severity) for p in source.problems]
    assert len(source.publications) == source.entries == 3
    assert source.publications[1].title in ("T", "a", "")


# BibTeX ignores what is between entries (btxdoc, section 2), and without a message also what was meant as one.
OUTSIDE = {
    "an entry without type": ("@{z, author={Toy, A}, title={Z}}", ["looks like an entry"]),
    "an entry in square brackets": ("@article[z, author={Toy, A}, title={Z}]", ["looks like an entry"]),
    "an entry without brackets": ("@article z, author={Toy, A}, title={Z}", ["looks like an entry"]),
    "a wide @": ("＠article{z, author={Toy, A}, title={Z}}", ["looks like an entry"]),
    "two entries": ("a remark\n@{y, title={Y}}\nmisc{z, title={Z}}", ["looks like an entry"] * 2),
    "a macro without brackets": ('@string ieee2 = "x"', ['`@string ieee2 = "x"` has no brackets']),
    "fields": (", note = {x},\nyear = 2030, doi = {y}}", ["`note`, `year`, `doi` are outside of the @article"]),
    "a bare field": ("year = 2030}", ["`year` is outside of the @article in line 1"]),
    "a field after a remark": ("A remark.\nnote = {x}", ["`note` is outside of the @article in line 1"]),
    "remarks": ("See jo@example.org, @toy or x = 3; {sets}.\n% @article[z, title={Z}]\n % note = {x}", []),
    "a comment": ("@comment{@article[z, title={Z}]} @comment x = {y}", ["`x` is outside"]),
}


@pytest.mark.parametrize(("text", "messages"), OUTSIDE.values(), ids=OUTSIDE)
def test_entries_and_fields_between_entries_are_reported(text: str, messages: list[str]) -> None:
    found = [p for p in read(f"{GOOD}{text}\n{AFTER}").problems if p.severity != "info"]
    assert [p.rule for p in found] == ["bibtex/outside"] * len(messages)
    assert all(message in p.message for p, message in zip(found, messages, strict=True))


@pytest.mark.parametrize("unit", ["@", "@ ", "a{", "a ", " ", "a=", "a.", "@a a,", "@string a", "%\n", "a = {", "@[a"])
def test_long_text_between_entries_takes_no_time(unit: str) -> None:
    begin = time.process_time()
    read(GOOD + unit * (100_000 // len(unit)) + "=")
    assert time.process_time() - begin < 3


def test_the_first_value_of_a_field_given_twice_is_kept() -> None:
    assert read("@misc{b, title={T}, Title={U}}").publications[0].title == "T"


def test_a_second_key_names_the_line_of_the_first() -> None:
    (problem,) = [p for p in read(GOOD + "\n" + GOOD).problems if p.severity == "error"]
    assert problem.message == "a second entry `good`, the first is in line 1"


def test_an_error_further_down_in_an_entry_has_its_line() -> None:
    (problem,) = read("@misc{b,\n  title = {T},\n  year 2031\n}\n").problems
    assert str(problem).splitlines()[0] == (
        "bib/x.bib:1:1: error: `@misc{b,` cannot be read: in line 3 `year 2031` is not the beginning of a field "
        "[bibtex/syntax]"
    )


@pytest.mark.parametrize("text", ["@in-proceedings{b, title={T}}", "@article\n{b, title={T}}", "@ misc{b, title={T}}"])
def test_text_that_begins_like_an_entry_is_never_lost_silently(text: str) -> None:
    source = read(GOOD + text)
    assert source.entries == 2 == len(source.publications)


def test_time_is_linear_in_the_number_of_unclosed_entries() -> None:
    text = "@misc{b, title={T\n" * 20_000 + GOOD
    source = read(text)
    assert (source.entries, len(source.publications)) == (20_001, 1)


# --- any text ---

SCRAPS = st.sampled_from(
    [
        "@a{b,",
        "@a(b,",
        "@article{k, title={",
        "}",
        "{",
        '"',
        "=",
        ",",
        "#",
        "\n",
        "\\",
        "%",
        " ",
        "x",
        "@string{x=",
        "@",
        "(",
        ")",
        "title = ",
        "{T}",
        "@comment{",
        "@preamble{",
        "\\{",
        '\\"',
    ]
)


@given(
    st.text()
    | st.lists(SCRAPS, max_size=30).map("".join)
    | st.from_regex(r"@[a-z]{1,5}[{(][a-z ,={}\"#@\\%]*", fullmatch=True)
)
@example('@article{a, title = "b {"}quoted{"} c"}')
@example("@article{a, author={A and B and and C}}")
def test_any_text_is_read_and_every_entry_is_accepted_or_a_problem(text: str) -> None:
    source = read(text)
    errors = [problem for problem in source.problems if problem.severity == "error"]
    assert source.entries == len(source.publications) + len(errors)
    assert all(1 <= problem.where.line <= text.count("\n") + 1 for problem in source.problems)


@given(st.lists(SCRAPS.filter(lambda scrap: not set(scrap) & set("()\\")), max_size=30).map("".join))
def test_as_many_entries_are_seen_as_counted_by_other_means(text: str) -> None:
    assert read(text).entries == count_entries(text)


@given(st.binary() | st.lists(SCRAPS, max_size=30).map("".join).map(lambda text: text.encode("utf-16")))
def test_any_bytes_are_read(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("bib") / "x.bib"
    path.write_bytes(data)
    file = read_file(path.parent, path)
    assert isinstance(file, SourceFile)
    read_bibtex(file)


@given(st.lists(SCRAPS.filter(lambda scrap: "@" not in scrap), max_size=12).map("".join), st.booleans())
@example("title={T", True)
@example("title={T}}}}}", True)
@example('title="T{', False)
def test_an_error_between_two_good_entries_affects_neither(fault: str, inside: bool) -> None:
    text = f"@misc{{fault,\n{fault}\n" if inside else f"{fault}\n"
    source = read(f"{GOOD}{text}{AFTER}")
    assert {"good", "after"} <= {p.key for p in source.publications}
    assert source.entries == 2 + inside


# --- any words in entries ---

LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="\\{}$%&~\"'`<#,@=\u00ad-")
WORDS = st.text(LETTERS, min_size=1, max_size=12).filter(lambda w: w.split() == [w] and w.casefold() != "and")
# Punctuation is not a name, `;` separates names, and names are read in NFC.
NAMES = WORDS.filter(lambda w: w[0].isalpha() and ";" not in w and w.casefold() != "et" and is_normalized("NFC", w))
SUFFIXES = st.from_regex(r"[a-z0-9][a-z0-9._;()/:-]{0,20}[a-z0-9]", fullmatch=True)
BRACING = st.sampled_from(["{%s}", "{{%s}}", '"%s"', '"{%s}"', "{{{%s}}}"])


@given(
    st.lists(WORDS, min_size=1, max_size=5),
    st.lists(st.booleans(), min_size=5, max_size=5),
    BRACING,
    st.lists(st.tuples(NAMES, NAMES), min_size=1, max_size=3),
    st.integers(1000, 2999),
    SUFFIXES,
    st.booleans(),
)
def test_any_words_in_any_braces_come_back_from_the_graph(
    words: list[str],
    braced: list[bool],
    bracing: str,
    names: list[tuple[str, str]],
    year: int,
    suffix: str,
    parentheses: bool,
) -> None:
    title = " ".join(f"{{{word}}}" if brace else word for word, brace in zip(words, braced, strict=False))
    author = " and ".join(f"{family}, {given}" for family, given in names)
    fields = (
        f"title = {bracing % title},\n author = {{{author}}},\n year = {year},\n doi = {bracing % f'10.5555/{suffix}'}"
    )
    source = read(f"@misc(k, {fields})" if parentheses else f"@misc{{k, {fields}}}")
    found = Works([source])["k"]
    assert (found.title, found.year, found.doi) == (" ".join(words), str(year), f"10.5555/{suffix}")
    assert found.authors == tuple(names)


def test_a_misspelt_entry_type_is_reported() -> None:
    source = read_bibtex(SourceFile("x.bib", "@atricle{a, title={T}, year=2030}\n@dissertation{b, title={T}}", ""))
    (problem,) = [p for p in source.problems if p.rule == "bibliography/type"]
    assert (str(problem.where), problem.hint) == ("x.bib:1:1", "did you mean @article?")
