"""A full text: its pages, its sections, and where quotations stand in it: exact, near or missing.

Differences in typography do not count: kinds of quotation marks, dashes and spaces, ligatures, accents, Markdown
emphasis, words broken at the end of a line, raised numbers of references. Quotations begin and end with whole words, so
that “able” is not in “unable”.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from itertools import accumulate
from typing import Literal

from kg.readers.texts.typography import MAX_LENGTH, RAISED, PlacedText, normalise, without_references
from kg.readers.verdicts import Verdict

NEAR = 80.0
"""Minimum similarity in percent (rapidfuzz's ratio) of a passage that counts as near."""
WORTH_A_LOOK = 60.0
"""Minimum similarity in percent (partial ratio) of a passage whose surroundings are compared too."""
LONG_WORD = 40
"""Maximum number of characters by which a passage is extended to whole words, on either side."""
GAP = 200
"""Maximum number of characters between two parts of a quotation: footnote and footer of a page, and the next header."""
_ENOUGH = 3
"""Minimum number of words of a part of a quotation that is searched for by itself."""
_WORD = re.compile(r"(?:\w+(?:['-]\w+)*|[^\w\s]) ?")

Span = tuple[int, int]
"""Start and end of a passage, in characters."""


@dataclass(frozen=True)
class Heading:
    """What looks like a heading, at an offset of its page or text.

    `printed` is the number as printed, or empty; `sure` if its type or mark-up says that it is one; `depth` is that of
    mark-up or of an outline, else 0.
    """

    start: int
    printed: str
    title: str
    sure: bool
    depth: int = 0


@dataclass(frozen=True)
class Section:
    """A section from its heading to the next one; `number` is empty if it has none."""

    number: str
    title: str
    level: int
    start: int
    end: int

    @property
    def name(self) -> str:
        """What an annotation gives as `section`: the number, else the title."""
        return self.number or self.title


@dataclass(frozen=True)
class TextPage:
    """A page in reading order.

    Attributes:
        number: Its number in the file, from 1.
        label: Its number as the file labels it (`iv`, `117`).
        text: Its lines; raised digits are those of Unicode (`³`).
        flow: The length of the body in `text`; footnotes follow it.
        left_out: What is printed but no part of the text: running heads, page numbers, numbers of lines.
        headings: What looks like a heading of a section, by its offset in `text`.
    """

    number: int
    label: str
    text: str
    flow: int
    left_out: tuple[str, ...] = ()
    headings: tuple[Heading, ...] = ()


@dataclass(frozen=True)
class FullText:
    """The text of a work: `text` is that of its pages, joined by line ends.

    Attributes:
        name: The name of the file.
        sha256: The hash of its bytes.
        unit: What a place is given in: lines of a text file, or pages.
        pages: The pages; a text file is one page, or one for each form feed.
        sections: The sections in their order.
        skipped: Spans of `text` that are mark-up and not printed.
    """

    name: str
    sha256: str
    unit: Literal["line", "page"]
    pages: tuple[TextPage, ...]
    sections: tuple[Section, ...] = ()
    skipped: tuple[Span, ...] = ()

    @cached_property
    def text(self) -> str:
        return "\n".join(page.text for page in self.pages)

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The offset of each page in `text`."""
        starts = [0]
        for page in self.pages[:-1]:
            starts.append(starts[-1] + len(page.text) + 1)
        return tuple(starts)

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def page_at(self, offset: int) -> TextPage:
        """The page of an offset."""
        return self.pages[max(bisect_right(self.starts, offset) - 1, 0)]

    def line_at(self, offset: int) -> int:
        """The line of an offset in `text`, from 1."""
        return bisect_right(self._lines, offset)

    def section_at(self, offset: int) -> Section | None:
        """The innermost section of an offset; None before the first heading. A footnote is where its mark is."""
        if self.in_footnotes(offset):
            page, start = self.page_at(offset), self.starts[self.page_at(offset).number - 1]
            marks = re.findall(rf"^[{RAISED}]+", page.text[page.flow + 1 : offset - start + 1], re.M)
            at = page.text.find(marks[-1], 0, page.flow) if marks else -1
            if at < 0:
                return None
            offset = start + at
        found = bisect_right([section.start for section in self.sections], offset)
        return self.sections[found - 1] if found else None

    def sections_at(self, offset: int) -> list[Section]:
        """The section of an offset, and those that it is a part of, innermost first."""
        at = self.section_at(offset)
        found = []
        while at:
            found.append(at)
            before = [one for one in self.sections if one.start < at.start and one.level < at.level]
            at = before[-1] if before and (at.number or at.level > 1) else None
        return found

    def section_named(self, name: str) -> Section | None:
        """The section with a number or title, as an annotation gives it (`4.1`, `IV-B`, `Abstract`)."""
        key = _key(name)
        return next((one for one in self.sections if key in (_key(one.number), _key(one.title)) and key), None)

    def is_in(self, section: Section | None, other: Section) -> bool:
        """Whether a section is another one or a part of it."""
        return section is not None and other in self.sections_at(section.start)

    def in_footnotes(self, offset: int) -> bool:
        """Whether an offset is in the footnotes of its page."""
        page = self.page_at(offset)
        return offset - self.starts[page.number - 1] > page.flow

    # --- the text as it is compared ---

    @cached_property
    def _flow(self) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
        """The text with all footnotes at its end, so that sentences go on from page to page.

        With it come the offsets where its parts begin, there and in `text`.
        """
        pages = list(zip(self.starts, self.pages, strict=True))
        parts = [(start, start + page.flow) for start, page in pages]
        parts += [(start + page.flow, start + len(page.text)) for start, page in pages if page.flow < len(page.text)]
        texts = [self.text[start:end] for start, end in parts]
        begins = accumulate((len(text) + 1 for text in texts[:-1]), initial=0)
        return "\n".join(texts), tuple(begins), tuple(start for start, _ in parts)

    def back(self, offset: int) -> int:
        """The offset in `text` of one in `flow`."""
        _, begins, starts = self._flow
        part = bisect_right(begins, offset) - 1
        return starts[part] + offset - begins[part]

    def forward(self, offset: int) -> int:
        """The offset in `flow` of one in `text`."""
        _, begins, starts = self._flow
        part = max((at for at in range(len(starts)) if starts[at] <= offset), key=starts.__getitem__)
        return begins[part] + offset - starts[part]

    @property
    def flow(self) -> str:
        """The text with the footnotes of all pages after their bodies."""
        return self._flow[0]

    @cached_property
    def _as_printed(self) -> PlacedText:
        return PlacedText(self._flow[0], skipped=self.skipped)

    @cached_property
    def _without_references(self) -> PlacedText | None:
        """The text without raised numbers; None if it has none."""
        if not any(digit in self.text for digit in RAISED):
            return None
        return PlacedText(self._flow[0], references=False, skipped=self.skipped)

    @property
    def plain(self) -> str:
        """The text without differences in typography; the footnotes of all pages follow their bodies."""
        return self._as_printed.plain

    @cached_property
    def hyphenated(self) -> frozenset[str]:
        """The words that the text prints with a hyphen within a line, in lower case."""
        return frozenset(re.findall(r"\w+-\w+", self.plain.casefold()))

    def find_all(self, quotation: str) -> tuple[Span, ...]:
        """Where a quotation stands in `text`; differences in typography do not count, nor do raised numbers."""
        found = self._as_printed.spans(quotation)
        if not found and self._without_references:
            found = self._without_references.spans(without_references(quotation))
        return tuple((self.back(start), self.back(end - 1) + 1) for start, end in found)

    def find(self, quotation: str) -> Span | None:
        """The first place of a quotation in `text`; None if the text does not contain it word for word."""
        return next(iter(self.find_all(quotation)), None)

    def judge(self, quotation: str) -> Verdict:
        """The verdict on one quotation."""
        if self.find(quotation):
            return Verdict(quote=quotation, verdict="exact")
        quote = normalise(quotation)
        span = self._apart(quote) or self._alike(quote) if 0 < len(quote) <= MAX_LENGTH else None
        if span is None:
            return Verdict(quote=quotation, verdict="missing")
        offset = self.back(self._as_printed.places[span[0]])
        line, page = (self.line_at(offset), None) if self.unit == "line" else (None, self.page_at(offset).number)
        return Verdict(quote=quotation, verdict="near", passage=self.plain[slice(*span)], line=line, page=page)

    def _apart(self, quote: str) -> Span | None:
        """The span of a quotation with something between two parts of it, as when a page ends within it."""
        words = quote.split(" ")
        for cut in range(_ENOUGH, len(words) - _ENOUGH + 1):
            first, second = " ".join(words[:cut]), " ".join(words[cut:])
            if first not in self.plain:
                return None
            found = re.search(f"{re.escape(first)}.{{0,{GAP}}}?{re.escape(second)}", self.plain)
            if found:
                return self._fitted(quote, *found.span())
        return None

    def _alike(self, quote: str) -> Span | None:
        """The span of the passage that is most similar to the quotation, if it is similar enough."""
        from rapidfuzz import fuzz  # slow to import

        found = fuzz.partial_ratio_alignment(quote, self.plain, score_cutoff=WORTH_A_LOOK)
        if found is None:
            return None
        start, end = (found.dest_start, found.dest_end) if len(quote) < len(self.plain) else (0, len(self.plain))
        more = len(quote) // 2  # the passage found is as long as the quotation; one with more words needs more room
        spans = self._fitted(quote, start, end), self._fitted(quote, max(start - more, 0), end + more)
        more_exactly = [self._shortened(quote, *span, fuzz.ratio) for span in spans]
        score, span = max((fuzz.ratio(quote, self.plain[slice(*span)]), span) for span in more_exactly)
        return span if score >= NEAR else None

    def _shortened(self, quote: str, start: int, end: int, ratio: Callable[[str, str], float]) -> Span:
        """The span without words at its ends that make it less similar to the quotation."""
        while True:
            first, last = self.plain.find(" ", start, end), self.plain.rfind(" ", start, end)
            spans = [(start, end)] if first < 0 else [(start, end), (first + 1, end), (start, last)]
            best = max(spans, key=lambda span: ratio(quote, self.plain[slice(*span)]))
            if best == (start, end):
                return best
            start, end = best

    def _fitted(self, quote: str, start: int, end: int) -> Span:
        """The span in whole words, without the words before and after the quotation."""
        start = max(self.plain.rfind(" ", 0, start) + 1, start - LONG_WORD)
        stop = self.plain.find(" ", end)
        stop = min(stop if stop >= 0 else len(self.plain), end + LONG_WORD)
        steps = steps_between(quote, self.plain[start:stop])
        before = steps[0].new if not steps[0].old else ""
        after = steps[-1].new if not steps[-1].old else ""
        passage = self.plain[start + len(before) : stop - len(after)]
        return start + len(before), start + len(before) + len(passage.rstrip())


def _key(name: str) -> str:
    return re.sub(r"[^\w.-]", "", normalise(name)).strip(".").casefold()


@dataclass(frozen=True)
class Step:
    """A part of a quotation and the part of the text in its place; one of them may be empty."""

    old: str
    new: str
    same: bool


def steps_between(quote: str, passage: str) -> list[Step]:
    """The differences of two normalised texts, word by word and mark by mark, and the equal parts between them."""
    old, new = _WORD.findall(quote), _WORD.findall(passage)
    steps = SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new], autojunk=False)
    return [Step("".join(old[a:b]), "".join(new[c:d]), step == "equal") for step, a, b, c, d in steps.get_opcodes()]
