"""The text of the paper at a desk: its pages with the place of each line, passages, and their quotations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from kg.building.suggesting import suggestions
from kg.core.problems import KgError
from kg.model.bibliography import Vocabulary
from kg.readers.texts.cited import CitedWorks, citations_in, references_of
from kg.readers.texts.full_text import FullText, TextPage
from kg.readers.texts.opened import OpenText, open_text
from kg.readers.texts.sentences import TextSentence, sentences_of
from kg.readers.texts.typography import quotation_of

SCALE = 1.6
"""Pixels of a picture per point of the page."""
_LONGEST_GAP = 600
"""Characters between the two ends of words that are sought as `beginning..end`."""
_WITHIN = re.compile(r"[\w'’-][\w'’%-]")
"""Two characters of one word."""
_LONGEST = 4000
"""Characters that a passage may have."""


class Paper:
    """An opened full text. Threads may share it."""

    def __init__(self, path: Path, works: CitedWorks) -> None:
        self.text: OpenText = open_text(path)
        self._works = works
        self._reading = Lock()

    @property
    def whole(self) -> FullText:
        """The complete text, which is read when it is first needed."""
        with self._reading:
            return self._whole

    @cached_property
    def _whole(self) -> FullText:
        return self.text.whole()

    @cached_property
    def _sentences(self) -> list[TextSentence]:
        return sentences_of(self.whole)

    def _cited(self, words: str) -> list[str]:
        """The keys of the works of the bibliography that a passage cites, by the list of references of the text."""
        cited = citations_in(words, references_of(self.whole))
        keys = (self._works.key(one.reference) for one in cited if one.reference)
        return list(dict.fromkeys(filter(None, keys)))

    def outline(self) -> dict[str, Any]:
        """The size of each page and, once the text is read, its sections."""
        count = self.text.page_count
        return {
            "name": self.text.name,
            "unit": self.text.unit,
            "pages": [list(self.text.size(number)) for number in range(1, count + 1)],
        }

    def sections(self) -> list[dict[str, Any]]:
        """The sections: name, title, level, and the page on which each begins, with the offset there."""
        text = self.whole
        found = []
        for section in text.sections:
            page = text.page_at(section.start)
            place = {"page": page.number, "at": section.start - text.starts[page.number - 1]}
            title = f"{section.number} {section.title}".strip()
            found.append({"name": section.name, "title": title, "level": section.level, **place})
        return found

    def page(self, number: int) -> dict[str, Any]:
        """The text of a page, and for each line its start and its box in points (left, top, width, height)."""
        page = self.text.page(number)
        return {"number": number, "label": page.label, "text": page.text, "lines": list(self._lines(page))}

    def _lines(self, page: TextPage) -> Iterator[list[float]]:
        if self.text.unit != "page":
            return
        boxes, start = self.text.boxes(page.number), 0
        for line in page.text.split("\n"):
            there = [box for box in boxes[start : start + len(line)] if box]
            if there:
                left, top = min(box[0] for box in there), min(box[1] for box in there)
                right, bottom = max(box[2] for box in there), max(box[3] for box in there)
                yield [start, len(line), *(round(value, 2) for value in (left, top, right - left, bottom - top))]
            start += len(line) + 1

    def picture(self, number: int) -> bytes:
        return self.text.picture(number, SCALE)

    def find(self, words: str, after: int = -1) -> dict[str, int] | None:
        """The next place of words after an offset in the whole text, else the first one; case does not count.

        Args:
            words: Words, or their beginnings; `first words..last words` is a passage, and `first words..` a sentence.
            after: The offset.
        """
        text = self.whole
        found = None
        for pattern in _patterns(words):
            found = found or pattern.search(text.text, after + 1) or pattern.search(text.text)
        if not found:
            return None
        page = text.page_at(found.start())
        start = text.starts[page.number - 1]
        end = min(found.end() - start, len(page.text))
        return {"page": page.number, "start": found.start() - start, "end": end, "at": found.start()}

    def suggested(self, vocabulary: Vocabulary) -> list[dict[str, int]]:
        """The places of the sentences that look like findings, in the order of the text."""
        found = suggestions(self.whole, vocabulary, self._works).findings
        return [place for one in found if (place := self.place(one.quote))]

    def passage(self, start: tuple[int, int], end: tuple[int, int]) -> dict[str, Any]:
        """What the desk says of selected words: the words, section and page, their sentence, and the works it cites.

        Args:
            start: Number of the page, and the offset of the first selected character there.
            end: The same of the end, which is behind the last one.

        Raises:
            KgError: if there are no words between the two, or too many.
        """
        text = self.whole
        try:
            first, last = (text.starts[page - 1] + max(0, offset) for page, offset in (start, end))
        except IndexError as error:
            raise KgError("there is no such page") from error
        body = text.text
        while first > 0 and _WITHIN.match(body, first - 1):
            first -= 1
        while last > 0 and _WITHIN.match(body, last - 1):
            last += 1
        passage = body[first:last]
        if not passage.strip() or len(passage) > _LONGEST:
            raise KgError("select some words, and not more than a paragraph")
        first += len(passage) - len(passage.lstrip())
        page, section = text.page_at(first), text.section_at(first)
        sentence = self._sentence(first, last)
        return {
            "words": quotation_of(passage).split(" "),
            "section": section.name if section else "",
            "page": page.label if _is_printed(page) or (not section and text.unit == "page") else "",
            "sentence": sentence,
            "cites": self._cited(sentence),
        }

    def _sentence(self, first: int, last: int) -> str:
        """The sentences that a passage is part of, as one line; the passage itself where there are none."""
        body = self.whole.text
        near = [one for one in self._sentences if one.start < last and one.end > first]
        start, end = min([first, *(one.start for one in near)]), max([last, *(one.end for one in near)])
        return quotation_of(body[start:end])

    def judge(self, quotation: str) -> str:
        """Whether a quotation is `exact`, `near` or `missing`."""
        return self.whole.judge(quotation).verdict

    def place(self, quotation: str) -> dict[str, int] | None:
        """Where a quotation stands: page, start and end; None if it is not there word for word."""
        text = self.whole
        span = text.find(quotation)
        if span is None:
            return None
        page = text.page_at(span[0])
        start = text.starts[page.number - 1]
        return {"page": page.number, "start": span[0] - start, "end": min(span[1] - start, len(page.text))}


def _patterns(words: str) -> Iterator[re.Pattern[str]]:
    """Patterns of the words as they are, and then of words that begin with them."""
    begin, dots, end = (part.strip() for part in words.partition(".."))
    for form in (r"{}", r"\b{}\w*"):
        first, last = (r"\W+".join(form.format(_hyphenated(part)) for part in words.split()) for words in (begin, end))
        rest = rf".{{0,{_LONGEST_GAP}}}?\b{last}" if last else rf".{{0,{_LONGEST_GAP}}}?[.!?](?=\s|$)" if dots else ""
        if first:
            yield re.compile(first + rest, re.I | re.S)


def _hyphenated(word: str) -> str:
    """A pattern of a word that may be hyphenated at the end of a line."""
    return r"(?:-\n)?".join(map(re.escape, word))


def _is_printed(page: TextPage) -> bool:
    """Whether the label of a page is printed on it, which a number of the file alone does not say."""
    return any(re.search(rf"(?<!\w){re.escape(page.label)}(?!\w)", line) for line in page.left_out)
