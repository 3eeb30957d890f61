"""Records of quotations: what is written can be read, and an invalid record is reported and not used."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.core.files import SourceFile
from kg.readers.verdicts import QuotationRecord, RecordSource, Verdict, read_record, render
from tests.toy import EXAMPLE_RECORD

NAME = "bib/quotations/example2031.yaml"
HASH = "0f" * 32


def read(text: str) -> RecordSource:
    return read_record(SourceFile(NAME, text, "0"))


def record(
    *quotations: Verdict, publication: str = "example2031", full_text: str = "example2031.txt"
) -> QuotationRecord:
    return QuotationRecord(publication=publication, full_text=full_text, full_text_sha256=HASH, quotations=quotations)


def test_a_record_is_a_line_for_each_quotation() -> None:
    near = Verdict(quote="two toys", verdict="near", passage='two "toys"', line=3)
    assert render(record(Verdict(quote="a toy", verdict="exact"), near)).splitlines()[1:] == [
        "publication: example2031",
        "full_text: example2031.txt",
        f"full_text_sha256: {HASH}",
        "quotations:",
        '  - {quote: "a toy", verdict: exact}',
        r'  - {quote: "two toys", verdict: near, passage: "two \"toys\"", line: 3}',
    ]
    assert render(read(EXAMPLE_RECORD).record or record()) == EXAMPLE_RECORD


def test_a_record_may_have_no_quotations() -> None:
    assert read(render(record())).record == record()


TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).map(str.strip).filter(bool)


@given(TEXTS, TEXTS, TEXTS)
@example("a\x85b", "a\u2028b", "0\x850")
@example("a", "a", "0\u20280")
def test_any_quotation_can_be_read_back_and_gives_the_same_bytes(quote: str, passage: str, key: str) -> None:
    written = record(Verdict(quote=quote, verdict="near", passage=passage, page=1), publication=key)
    source = read(render(written))
    assert source.problems == ()
    assert source.record == written
    assert render(source.record) == render(written)


FAULTS = {
    "a wrong verdict": (('missing", verdict: exact', 'missing", verdict: perfect'), "7:", "`verdict`"),
    "no verdict": ((', verdict: exact}\n  - {quote: "tools', '}\n  - {quote: "tools'), "6:", "`verdict`"),
    "an unknown key": (("publication:", "checked_by: me\npublication:"), "2:", "`checked_by`"),
    "a duplicate key": (("publication:", "publication: other2030\npublication:"), "3:", "occurs twice"),
    "a quotation twice": (("tools for testing were missing", "our tests are slow"), "7:", "given twice"),
    "no YAML": (('slow", verdict', 'slow" verdict'), "6:", "not YAML"),
    "an alias": (("full_text: ", "full_text: *x #"), "3:", "aliases"),
    "a path": (("full_text: ", "full_text: ../"), "3:", "`full_text`"),
    "a path in Windows": (("full_text: ", "full_text: ..\\"), "3:", "`full_text`"),
    "the folder above": (("full_text: example2031.txt", "full_text: .."), "3:", "`full_text`"),
    "no hash": (("0f" * 32, "0f"), "4:", "`full_text_sha256`"),
    "a list": ((EXAMPLE_RECORD, "- a\n- b\n"), "1:", "this file"),
    "a control character": (("our tests", "our\x1b tests"), "6:", "control character"),
    "an invalid line": (('slow", verdict: exact', 'slow", verdict: near, line: -1'), "6:", "`line`"),
    "a passage without end": (
        ('slow", verdict: exact', 'slow", verdict: near, passage: ' + "x" * 5000),
        "6:",
        "`passage`",
    ),
    "nothing": ((EXAMPLE_RECORD, ""), "", "this file"),
}


@pytest.mark.parametrize(("change", "line", "told"), FAULTS.values(), ids=FAULTS)
def test_an_invalid_record_is_reported_at_its_line_and_not_used(change: tuple[str, str], line: str, told: str) -> None:
    assert change[0] in EXAMPLE_RECORD
    source = read(EXAMPLE_RECORD.replace(*change))
    assert source.record is None
    assert str(source.problems[0].where).startswith(f"{NAME}:{line}" if line else NAME)
    assert told in source.problems[0].message
    assert all(problem.severity == "error" and problem.hint for problem in source.problems)
