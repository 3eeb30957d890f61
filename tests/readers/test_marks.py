"""Marks that people made with other programs: each format is read with its words, notes and pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.annotations import Highlight, Text
from pypdf.generic import ArrayObject, FloatObject, NameObject, TextStringObject

from kg.core.problems import KgError, UsageError
from kg.readers.marks.formats import FORMATS, read_marks
from kg.readers.marks.mark import TextMark
from kg.readers.texts.opened import open_text
from tests.pdf import HEIGHT, Shown, write_pages


def highlighted(path: Path, words: list[str], note: str = "") -> Path:
    """Writes a PDF of two lines in which some words, one highlight, and a place without words are marked."""
    write_pages(path, [Shown("Toys break often when nobody", 72, 100), Shown("tests them at night.", 72, 114)])
    with open_text(path) as opened:
        text, boxes = opened.page(1).text, opened.boxes(1)
    writer = PdfWriter(clone_from=path)
    quads: list[float] = []
    for part in words:
        start = text.index(part)
        covered = [box for box in boxes[start : start + len(part)] if box]
        left, right = covered[0][0] - 0.5, covered[-1][2] + 0.5
        top, bottom = HEIGHT - covered[0][1], HEIGHT - covered[0][3]
        quads += [left, top, right, top, left, bottom, right, bottom]
    made = Highlight(rect=(72, 700, 300, 760), quad_points=ArrayObject(map(FloatObject, quads)))
    made[NameObject("/Contents")] = TextStringObject(note)
    writer.add_annotation(0, made)
    writer.add_annotation(0, Text(rect=(10, 10, 30, 30), text="read again"))
    writer.write(path)
    return path


def test_highlights_and_notes_of_a_pdf(tmp_path: Path) -> None:
    path = highlighted(tmp_path / "read.pdf", ["when nobody", "tests them"], "why?\nask é")
    assert read_marks(path, "") == [
        TextMark("when nobody tests them", "why? ask é", "1"),
        TextMark("", "read again", "1"),
    ]


def test_a_highlight_of_two_places_has_both(tmp_path: Path) -> None:
    path = highlighted(tmp_path / "read.pdf", ["Toys", "at night"])
    assert read_marks(path, "")[0].quote == "Toys at night"


QUOTED = {"type": "TextQuoteSelector", "exact": "Toys  break\noften", "prefix": "x"}
WEB = {
    "type": "Annotation",
    "body": {"type": "TextualBody", "value": "why?"},
    "target": {"source": "x", "selector": QUOTED},
}
REFINED = {**WEB, "body": "plain", "target": {"selector": {"type": "FragmentSelector", "refinedBy": QUOTED}}}
HYPOTHESIS = {
    "uri": "https://example.org", "text": "why?", "tags": ["speed"],
    "target": [{"selector": [{"type": "PageSelector", "label": "12"}, QUOTED]}],
}  # fmt: skip
ZOTERO = {
    "annotationType": "highlight", "annotationText": "Toys break often", "annotationComment": "why?",
    "annotationPageLabel": "12",
}  # fmt: skip
NOTE = """# Annotations
“Toys break often” ([Muster, 2031, p. 12](zotero://select/x)) ([pdf](zotero://open-pdf/x?page=3)) why?

"Toys break" (Muster, 2031, p. iv)
No quotation (Muster, 2031).
"""


@pytest.mark.parametrize(("name", "value", "marks"), [
    ("a.jsonld", WEB, [TextMark("Toys break often", "why?")]),
    ("a.json", [REFINED], [TextMark("Toys break often", "plain")]),
    ("a.json", {"first": {"items": [WEB]}}, [TextMark("Toys break often", "why?")]),
    ("a.json", {"rows": [HYPOTHESIS]}, [TextMark("Toys break often", "why? #speed", "12")]),
    ("a.json", {"items": [{"citationKey": "other", "attachments": [{"annotations": [ZOTERO]}]},
                          {"citationKey": "muster", "attachments": [{"annotations": [ZOTERO, {"x": None}]}]}]},
     [TextMark("Toys break often", "why?", "12")]),
    ("a.json", {"items": [{"attachments": [{"annotations": [ZOTERO]}]}]}, [TextMark("Toys break often", "why?", "12")]),
    ("a.md", NOTE, [TextMark("Toys break often", "why?", "12"), TextMark("Toys break", "", "iv")]),
])  # fmt: skip
def test_each_format_is_recognised_and_read(tmp_path: Path, name: str, value: object, marks: list[TextMark]) -> None:
    (tmp_path / name).write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")
    assert read_marks(tmp_path / name, "muster") == marks


@pytest.mark.parametrize(("name", "text", "kind"), [
    ("a.docx", "", UsageError), ("a.json", "{}", UsageError), ("a.json", "[1, null, {}]", UsageError),
    ("a.json", '{"items": 7, "rows": {"target": 1}}', UsageError),
    ("a.json", "{", KgError), ("a.json", "[" * 100_000, KgError),
    ("a.pdf", "%PDF", KgError), ("missing.json", None, KgError),
])  # fmt: skip
def test_what_has_no_format_or_cannot_be_read_is_refused(
    tmp_path: Path, name: str, text: str | None, kind: type
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(kind):
        read_marks(tmp_path / name, "muster")


def test_every_format_of_the_table_has_a_test() -> None:
    assert {ending for form in FORMATS for ending in form.endings} == {".pdf", ".json", ".jsonld", ".md"}
    assert len(FORMATS) == 5
