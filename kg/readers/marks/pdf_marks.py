"""Highlights and notes in a PDF (ISO 32000-1, 12.5.6): the words under them, and what was written there."""

from __future__ import annotations

from pathlib import Path

from kg.readers.marks.mark import TextMark
from kg.readers.texts.opened import PdfText
from kg.readers.texts.pdf import Box
from kg.readers.texts.typography import quotation_of


def pdf_marks(path: Path) -> list[TextMark]:
    """The marks of all pages: highlighted, underlined or struck words, and notes without words.

    Raises:
        UsageError: if pypdfium2 is not installed.
        TextError: if the file is broken or needs a password.
    """
    found = []
    with PdfText(path) as opened:
        for number in range(1, opened.page_count + 1):
            for areas, note in opened.marks(number):
                quote = _words(opened, number, areas)
                found.append(TextMark(quote, " ".join(note.split()), opened.page(number).label))
    return [mark for mark in found if mark.quote or mark.note]


def _words(opened: PdfText, number: int, areas: list[Box]) -> str:
    """The words whose characters have their middle in one of the areas, from the first to the last."""
    inside = [
        index
        for index, box in enumerate(opened.boxes(number))
        if box and any(_holds(area, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2) for area in areas)
    ]
    if not inside:
        return ""
    parts, text, start = [], opened.page(number).text, inside[0]
    for before, after in zip(inside, [*inside[1:], None], strict=True):
        if after is None or after - before > 3:  # a mark may have several parts
            parts.append(text[start : before + 1])
            start = after if after is not None else start
    return quotation_of("\n".join(parts))


def _holds(area: Box, x: float, y: float) -> bool:
    return area[0] <= x <= area[2] and area[1] <= y <= area[3]
