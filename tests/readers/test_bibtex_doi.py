"""DOIs are recognised however they are written."""

from __future__ import annotations

import pytest

from kg.core.files import SourceFile
from kg.readers.bibliography import read_bibtex
from kg.readers.doi import read_doi

DOIS = {
    "10.5555/toy.1": "10.5555/toy.1",
    " 10.5555/Toy-1. ": "10.5555/Toy-1",
    "doi:10.5555/toy": "10.5555/toy",
    "DOI: 10.5555/toy": "10.5555/toy",
    "doi 10.5555/toy": "10.5555/toy",
    "https://doi.org/10.5555/toy": "10.5555/toy",
    "http://dx.doi.org/10.5555%2Ftoy": "10.5555/toy",
    "doi.org/10.5555/toy": "10.5555/toy",
    "https://doi.org/doi:10.5555/toy": "10.5555/toy",
    r"\url{https://doi.org/10.5555/a\_b}": "10.5555/a_b",
    r"10.5555/a{\_}b": "10.5555/a_b",
    "10.1002/(SICI)1097-4571(199806)49:8$<$693::AID-ASI4$>$3.0.CO;2-O":
        "10.1002/(SICI)1097-4571(199806)49:8<693::AID-ASI4>3.0.CO;2-O",
    r"10.1002/1097-4571(1998)49:8\textless{}693::AID-ASI4\textgreater{}3.0.CO;2-O":  # Mendeley
        "10.1002/1097-4571(1998)49:8<693::AID-ASI4>3.0.CO;2-O",
    r"10.1002/1097(1998)49:8{\textless}693::AID-ASI4{\textgreater}3.0": "10.1002/1097(1998)49:8<693::AID-ASI4>3.0",
    r"10.1002/1097(1998)49:8\textless 693::AID-ASI4\textgreater 3.0": "10.1002/1097(1998)49:8<693::AID-ASI4>3.0",
    "10.1002/1097(1998)49:8&lt;693::AID-ASI4&gt;3.0": "10.1002/1097(1998)49:8<693::AID-ASI4>3.0",
    r"10.5555/a{\textunderscore}b": "10.5555/a_b",
    r"10.5555/a\textunderscore b": "10.5555/a_b",
    r"10.1007/978-3-540\_1": "10.1007/978-3-540_1",
    r"\href{https://doi.org/10.5555/toy}{10.5555/toy}": "10.5555/toy",
    r"\href {http://dx.doi.org/10.5555/toy} {doi:10.5555/toy}": "10.5555/toy",
    r"\nolinkurl{10.5555/toy}": "10.5555/toy",
    r"\doi{10.5555/toy}": "10.5555/toy", "info:doi/10.5555/toy": "10.5555/toy", "urn:doi:10.5555/toy": "10.5555/toy",
    r"{\tt 10.5555/toy}": "", "10.5555/a$_b$": "", "10.5555/a;10.5555/b": "",
    r"10.5555/a\unknown{b}": "", r"10.5555\slash toy": "", "10.5555/<i>a</i>": "", "10.5555/a\\": "",
    "10.5555/s10515\u2011021\u20101": "10.5555/s10515-021-1",
    "10.5555/\u200btoy": "10.5555/toy",
    "https://doi.acm.org/10.5555/1.2": "10.5555/1.2",
    "https://dl.example.org/doi/abs/10.5555/1.2?casa_token=x": "10.5555/1.2",
    "https://dl.example.org/doi/10.5555/1.2/full": "10.5555/1.2",
    "https://link.example.org/content/pdf/10.5555/s1-2.pdf": "10.5555/s1-2",
    "10.1000.10/toy": "10.1000.10/toy",
    "": "", "see web": "", "10.5555": "", "10.5555/": "", "10/abc": "", "n/a": "", "https://example.org/10": "",
    "10.5555/a and 10.5555/b": "", "10.5555/a, 10.5555/b": "", "11.5555/a": "",
}  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), DOIS.items())
def test_a_doi_is_the_same_however_it_is_written(written: str, meant: str) -> None:
    assert read_doi(written) == meant


ADDRESSES = {"https://doi.org/10.5555/toy": "10.5555/toy", "https://example.org/doi/10.5555/toy": "",
             "10.5555/toy": ""}  # fmt: skip


@pytest.mark.parametrize(("url", "doi"), ADDRESSES.items())
def test_an_address_gives_a_doi_only_at_the_resolver(url: str, doi: str) -> None:
    (found,) = read_bibtex(SourceFile("x.bib", f"@misc{{a, title={{T}}, url={{{url}}}}}", "0")).publications
    assert found.doi == doi


URLS = {
    "https://example.org/{~}toy/": "https://example.org/~toy/",
    r"https://example.org/$\sim$toy/": "https://example.org/~toy/",
    r"https://example.org/{$\sim$}toy/": "https://example.org/~toy/",
    r"https://example.org/\~{}toy/": "https://example.org/~toy/",
    r"https://example.org/{\~{}}toy/": "https://example.org/~toy/",
    r"https://example.org/\textasciitilde toy/": "https://example.org/~toy/",
    r"https://example.org/{\textasciitilde}toy/": "https://example.org/~toy/",
    r"https://example.org/\textasciitilde{}toy/": "https://example.org/~toy/",
    r"https://example.org/a\%20b?c=1\&d=2\#e": "https://example.org/a%20b?c=1&d=2#e",
    "https://example.org/?a=1&amp;copy=2&b=3": "https://example.org/?a=1&copy=2&b=3",
    "https://example.org/?a=1&copy=2": "https://example.org/?a=1&copy=2",
    r"\nolinkurl{https://example.org/a_b}": "https://example.org/a_b",
    r"\href{https://example.org/a}{Toys}": "https://example.org/a",
    "{https://example.org/a}": "https://example.org/a",
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "written", "meant"),
    [("url = {%s}", *address) for address in URLS.items()]
    + [(r"howpublished = {\url{%s}}", *address) for address in URLS.items() if address[0][:1] not in ("{", "\\")],
)
def test_an_address_is_read_without_latex(field: str, written: str, meant: str) -> None:
    (found,) = read_bibtex(SourceFile("x.bib", f"@misc{{a, title={{T}}, {field % written}}}", "0")).publications
    assert found.fields["url"] == meant


def test_the_url_counts_before_what_is_printed_as_one() -> None:
    text = r"@misc{a, title={T}, url={https://example.org/a}, howpublished={\url{https://example.org/b}}}"
    (found,) = read_bibtex(SourceFile("x.bib", text, "0")).publications
    assert found.fields["url"] == "https://example.org/a"


def test_an_address_with_latex_that_is_left_is_reported() -> None:
    source = read_bibtex(SourceFile("x.bib", r"@misc{a, title={T}, url={https://example.org/\unknown}}", "0"))
    assert "bibliography/markup" in {p.rule for p in source.problems}


def test_a_value_that_is_not_a_doi_stays_a_field_and_is_reported() -> None:
    source = read_bibtex(SourceFile("x.bib", "@unpublished{a, title={T},\n doi={see web}}", "0"))
    assert (source.publications[0].doi, source.publications[0].fields["doi"]) == ("", "see web")
    assert [(p.rule, str(p.where)) for p in source.problems] == [("bibliography/doi", "x.bib:2:2")]
