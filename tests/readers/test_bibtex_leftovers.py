"""Markup, addresses, DOIs and dates of BibTeX that were read wrongly or left without a warning."""

from __future__ import annotations

import time

import pytest

from kg.core.files import SourceFile
from kg.readers.bibliography import BibSource, read_bibtex
from kg.readers.bibtex.latex import to_unicode, unknown_commands
from kg.readers.doi import read_doi


def read(fields: str) -> BibSource:
    return read_bibtex(SourceFile("bib/a.bib", f"@misc{{a, {fields}}}", "0"))


def told(fields: str) -> list[tuple[str, str]]:
    return [(problem.rule, problem.message) for problem in read(fields).problems if problem.severity != "info"]


TEXTS = {
    # The TeXbook, chapters 10 and 12: a dimension ends the command; chapter 9: the ligatures ?` and !`
    r"x \kern-1pt y": "x y",
    r"a\kern.1em b": "ab",
    r"a\hskip 1em plus 2em minus 1pt b": "a b",
    r"?`Qu{\'e}? !`Toys": "¿Qué? ¡Toys",
    # babel manual, section 1.7: \begin{otherlanguage}{language}
    r"\begin{otherlanguage}{german}W\end{otherlanguage}": "W",
    # LaTeX2e manual, section 9: \linebreak[number]
    r"a\nolinebreak[4]\hspace{-.05em}b": "ab",
    r"a\linebreak[4]b": "a b",
    # amsmath: a line over the whole argument; U+0305 is over one character
    r"$\overline{abc}$": "a\u0305b\u0305c\u0305",
    # exporters escape `&` of HTML again
    "a &amp;amp; b": "a & b",
    "a &amp;lt; b": "a < b",
}


@pytest.mark.parametrize(("written", "text"), TEXTS.items())
def test_lengths_options_ligatures_and_entities_are_not_left_in_text(written: str, text: str) -> None:
    assert (to_unicode(written), unknown_commands(written)) == (text, ())


@pytest.mark.parametrize("written", [r"$\widehat{abc}$", r"\kern y", r"\begin{tabular}{c}x\end{tabular}"])
def test_what_cannot_be_written_as_text_is_reported(written: str) -> None:
    assert [rule for rule, _ in told(f"title={{{written}}}")] == ["bibliography/markup"]


def test_all_kinds_of_what_is_left_in_a_field_are_reported_at_once() -> None:
    (message,) = (message for _, message in told("title={A &unknown; b $x </zz>}"))
    assert message == "`$x` and `</zz>` and `&unknown;` are left in the title of `a`"


DOIS = {
    # DOI handbook, 3.8: what is not allowed in an address is percent-encoded there; a `?` begins a query (RFC 3986)
    "https://www.doi.org/10.1000/abc35?ref=x": "10.1000/abc35",
    "https://doi.org/10.1000/abc#sec": "10.1000/abc",
    "https://doi.org/10.1000/3.0.CO;2-#": "10.1000/3.0.CO;2-#",
    "10.1000/A_B%3C1%3E": "10.1000/A_B<1>",
    "10.1000/A%2FB": "10.1000/A%2FB",
    "10.1000/abc&amp;lt;41": "10.1000/abc<41",
    "10.1000/abc&unknown;41": "",
}


@pytest.mark.parametrize(("written", "doi"), DOIS.items())
def test_a_doi_has_no_query_no_escapes_and_no_entities(written: str, doi: str) -> None:
    assert read_doi(written) == doi


ADDRESSES = {
    # RFC 3986, appendix C: angle brackets delimit an address in text
    "url={<http://x.org/30>}": "http://x.org/30",
    "url={https://web.archive.org/web/2031/https://x.org}": "https://web.archive.org/web/2031/https://x.org",
    # btxdoc: howpublished is any text
    r"howpublished={Available at \url{https://x.org/a_b} (2031)}": "https://x.org/a_b",
    r"howpublished={See \url{https://x.org/a} and \url{https://x.org/b}}": None,
}


@pytest.mark.parametrize(("written", "address"), ADDRESSES.items())
def test_an_address_is_read_without_what_is_around_it(written: str, address: str | None) -> None:
    (found,) = read(f"title={{T}}, {written}").publications
    assert (found.fields.get("url"), told(f"title={{T}}, {written}")) == (address, [])


# biblatex manual 3.20, section 2.3.8: dates are those of ISO 8601-2; months from 21 are seasons
@pytest.mark.parametrize("date", ["2031-02-30", "2031-13", "2031/2029", "2031-05/2031-04", "2031-05-01/2031-04-30"])
def test_a_date_that_is_not_in_the_calendar_is_reported(date: str) -> None:
    assert [rule for rule, _ in told(f"title={{T}}, date={{{date}}}")] == ["bibliography/year"]


@pytest.mark.parametrize("date", ["2028-02-29", "2031-21", "2031-05-01/2031-05-03", "2031/..", "2031-05/2031"])
def test_a_date_that_is_possible_is_not_reported(date: str) -> None:
    assert told(f"title={{T}}, date={{{date}}}") == []


def test_month_and_day_of_fields_are_checked() -> None:
    assert [rule for rule, _ in told("title={T}, year=2031, month=2, day=30")] == ["bibliography/year"]
    assert [rule for rule, _ in told("title={T}, year=2031, month=feb, day=30")] == ["bibliography/year"]
    assert told("title={T}, year=1995, month={18--21 jun}") == []
    assert told("title={T}, year=2031, month={5--6}, day={x}") == []


@pytest.mark.parametrize("part", [r"\url{", r"\kern-1", "<http://x", "&amp;", r"\begin{x}", "?`"])
def test_long_values_are_read_quickly(part: str) -> None:
    begin = time.perf_counter()
    text = part * (100_000 // len(part))
    to_unicode(text)
    read(f"title={{T}}, howpublished={{{text}{'}' * text.count('{')}}}, url={{{text}{'}' * text.count('{')}}}")
    assert time.perf_counter() - begin < 10
