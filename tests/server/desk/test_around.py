"""The picture around a finding at the desk: its links, with the studies of the built review behind each."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kg.server.desk.around import ReviewLinks, as_json, drawn
from kg.server.desk.review_index import ReviewIndex
from tests.toy import write_toy

FINDING = {
    "id": "F1",
    "links": [{"challenge": "test-automation-tooling-gap", "practice": "continuous-testing"}],
    "effects": [{"practice": "continuous-testing", "outcome": "lead-time", "direction": "no change"}],
}


def row(**values: str) -> dict[str, dict[str, str]]:
    return {name: {"value": value} for name, value in values.items()}


def test_the_studies_of_others_are_counted_without_this_publication(tmp_path: Path) -> None:
    review = write_toy(tmp_path)
    links = ReviewLinks(review, "muster2032")
    said = {
        "practice_label": "continuous testing",
        "polarity": "hinders",
        "challenge_label": "lack of test automation tools",
    }
    links.add("link-evidence", json.dumps({"results": {"bindings": [
        row(**said, key="example2031", hand="first-hand"),
        row(**said, key="acme2030", hand="second-hand", via="example2031"),
        row(**said, key="muster2032", hand="first-hand"),
    ]}}))  # fmt: skip
    picture = drawn(FINDING, ReviewIndex(review), links)
    shown = as_json(picture, ready=True)
    assert shown["description"] == (
        "lack of test automation tools hinders continuous testing: 2 first-hand, 1 second-hand; "
        "continuous testing does not change lead time: 1 first-hand"
    )
    assert "<svg" in shown["svg"]
    assert as_json(drawn({"id": "F2"}, ReviewIndex(review), links), ready=True)["svg"] == ""


@pytest.mark.parametrize("answer", ["", "{}"])
def test_a_review_that_was_not_built_has_no_other_studies(tmp_path: Path, answer: str) -> None:
    links = ReviewLinks(tmp_path, "muster2032")
    links.add("effects", answer)
    assert links.amount(("continuous testing", "increases", "lead time")).total == 0
