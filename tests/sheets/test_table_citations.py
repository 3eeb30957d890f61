"""Titles and venues as citations write them."""

from __future__ import annotations

import pytest

from kg.sheets.citations import title_of, venue_of

EVERYTHING = ("volume", "number", "pages")
TITLES = {
    "A toy study☆": "A toy study",  # the footnote marks of Elsevier, and of arXiv's titles
    "A toy study∗": "A toy study",
    "A toy study*": "A toy study",
    "A toy study.": "A toy study",
    "Planning with A*": "Planning with A*",
    "What is C*?": "What is C*?",
    "Toys at Bear Inc.": "Toys at Bear Inc.",
    "Toys ...": "Toys ...",
    "Toys etc": "Toys etc",
}
VENUES = [
    ("Journal of Toys. 2031", "Journal of Toys", {}),
    ("Journal of Toys (2031)", "Journal of Toys", {}),
    ("Proceedings of Toys 2031", "Proceedings of Toys 2031", {}),
    ("2031 Conference on Toys", "2031 Conference on Toys", {}),
    ("Journal of Toys (2030)", "Journal of Toys (2030)", {}),
    ("In 27th Toy Symposium", "27th Toy Symposium", {}),
    ("In: Toys", "Toys", {}),
    ("Information on Toys", "Information on Toys", {}),
    ("Journal of Toys 164", "Journal of Toys", {"volume": "164"}),
    ("Journal of Toys 2, no. 11. 2031", "Journal of Toys", {"volume": "2", "number": "11"}),
    ("Toys 3, no. POPL", "Toys", {"volume": "3", "number": "POPL"}),
    ("Toys 56 (10): 1219–32", "Toys", {"volume": "56", "number": "10", "pages": "1219–32"}),
    ("Conference on Toys (CT), 82--89", "Conference on Toys (CT)", {"pages": "82–89"}),
    ("Conference on Toys (CT) (pp. 422-433)", "Conference on Toys (CT)", {"pages": "422–433"}),
    ("Information Systems (IS)", "Information Systems (IS)", {}),
    ("arXiv preprint arXiv:2011.03395", "arXiv preprint arXiv:2011.03395", {}),
    ("2031", "2031", {}),
    ("7", "7", {}),
]


@pytest.mark.parametrize(("text", "title"), TITLES.items())
def test_a_title_loses_the_mark_of_a_footnote_and_a_full_stop(text: str, title: str) -> None:
    assert title_of(text) == title


@pytest.mark.parametrize(("text", "venue", "found"), VENUES)
def test_the_name_of_a_venue_is_taken_out_of_a_citation(text: str, venue: str, found: dict[str, str]) -> None:
    assert venue_of(text, {"year": "2031"}, EVERYTHING) == (venue, found)


def test_only_what_the_mapping_names_is_taken_apart() -> None:
    assert venue_of("Toys 95, no. 2", {"year": "2031"}, ()) == ("Toys 95, no. 2", {})
    assert venue_of("Toys 95", {}, ["number"]) == ("Toys 95", {})


def test_a_number_that_another_column_contradicts_stays_in_the_name() -> None:
    assert venue_of("Toys 95", {"volume": "7"}, EVERYTHING) == ("Toys 95", {})
    assert venue_of("Toys 95", {"volume": "95"}, EVERYTHING) == ("Toys", {"volume": "95"})
