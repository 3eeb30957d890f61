"""An opened full text, read page by page: a PDF of thousands of pages shows its first one at once."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Literal, Self

from kg.core.files import MAX_BYTES, decode
from kg.core.progress import Progress, silent
from kg.readers.texts.full_text import FullText, Heading, Span, TextPage
from kg.readers.texts.headings import heading_of, sections_of
from kg.readers.texts.layout import PageLayout, Placed, lines_of, page_layout
from kg.readers.texts.pdf import Box, PdfPages
from kg.readers.texts.problems import TextError, broken, no_text, too_large, unreadable

NEIGHBOURS = 2
"""Number of pages before and after one that are read to recognise its running head."""
KEPT_PAGES = 16
"""Number of pages whose characters stay in memory."""
LARGER = 1.08
"""Minimum size of the type of a heading, relative to that of the page, if it is not bold."""


class OpenText(ABC):
    """A full text that is open; close it, or use it in a `with` statement. Threads may share it.

    Attributes:
        name: The name of the file.
        unit: What a place in it is given in.
        page_count: The number of pages; a text file is one page, or one for each form feed.
    """

    name: str
    unit: Literal["line", "page"]
    page_count: int

    @abstractmethod
    def page(self, number: int) -> TextPage:
        """A page by its number from 1."""

    @abstractmethod
    def whole(self, progress: Progress = silent) -> FullText:
        """The complete text.

        Raises:
            TextError: if it contains no text.
        """

    @abstractmethod
    def size(self, number: int) -> tuple[float, float]:
        """Width and height of the displayed page in points; (0, 0) of a text file."""

    @abstractmethod
    def boxes(self, number: int) -> tuple[Box | None, ...]:
        """For each character of the text of a page, where it is printed; None for the end of a line."""

    @abstractmethod
    def picture(self, number: int, scale: float = 1.5) -> bytes:
        """A picture of the page as PNG, `scale` pixels per point; empty for a text file."""

    @abstractmethod
    def close(self) -> None:
        """Closes the file."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def open_text(path: Path) -> OpenText:
    """Opens a .txt, .md or .pdf file.

    Raises:
        UsageError: if it is a .pdf file and pypdfium2 is not installed.
        TextError: if it is broken, encrypted with a password, too large, or cannot be read.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise too_large(path.name, MAX_BYTES // 1024 // 1024)
        if path.suffix.casefold() == ".pdf":
            return PdfText(path)
        return LineText(path.name, path.read_bytes())
    except OSError as error:
        raise unreadable(path.name, error.strerror) from error


class LineText(OpenText):
    """A text file, plain or Markdown."""

    unit = "line"

    def __init__(self, name: str, data: bytes) -> None:
        self.name = name
        text = decode(name, data)[0].replace("\r\n", "\n").replace("\r", "\n")
        text = unicodedata.normalize("NFC", text)
        self._sha256 = hashlib.sha256(data).hexdigest()
        markdown = name.casefold().endswith(".md")
        self._pages = [_text_page(number, part, markdown) for number, part in enumerate(_at_form_feeds(text), 1)]
        self._skipped = _marks_of_markdown(text) if markdown else ()
        self.page_count = len(self._pages)

    def page(self, number: int) -> TextPage:
        return self._pages[number - 1]

    def whole(self, progress: Progress = silent) -> FullText:  # noqa: ARG002 - it has no steps
        return _whole(self.name, self._sha256, self.unit, self._pages, self._skipped)

    def size(self, number: int) -> tuple[float, float]:  # noqa: ARG002 - no page has one
        return 0.0, 0.0

    def boxes(self, number: int) -> tuple[Box | None, ...]:
        return (None,) * len(self._pages[number - 1].text)

    def picture(self, number: int, scale: float = 1.5) -> bytes:  # noqa: ARG002 - no page has one
        return b""

    def close(self) -> None:
        pass  # the file was read whole


def _at_form_feeds(text: str) -> list[str]:
    """The text cut before form feeds that begin a line, which begin a page; joined by line ends, it is the text."""
    return re.split(r"\n(?=\f)", text)


def _text_page(number: int, text: str, markdown: bool) -> TextPage:
    headings, start = [], 0
    for line in text.split("\n"):
        marks = re.match(r"(#{1,6})\s+", line) if markdown else None
        shown = re.sub(r"[*_\\]", "", line[marks.end() :] if marks else line).strip("\f #")
        found = heading_of(shown, start, bool(marks), len(marks[1]) if marks else 0)
        headings += [found] if found else []
        start += len(line) + 1
    return TextPage(number, str(number), text, len(text), (), tuple(headings))


def _marks_of_markdown(text: str) -> tuple[Span, ...]:
    """The spans of marks of block quotations, headings and code, and of backslashes that escape a mark."""
    found = re.finditer(r"^[ ]{0,3}(?:>[ ]?)+(?:#{1,6}[ ])?|^[ ]{0,3}#{1,6}[ ]|\\(?=[!-/:-@\[-`{-~])|`+", text, re.M)
    return tuple(match.span() for match in found)


class PdfText(OpenText):
    """The text layer of a PDF."""

    unit = "page"

    def __init__(self, path: Path) -> None:
        self.name, self._path, self._lock = path.name, path, RLock()
        self._pages = PdfPages(path)
        self.page_count = self._pages.count
        self._lines: Callable[[int], list[Placed]] = lru_cache(KEPT_PAGES)(self._lines_of)
        self._layout: Callable[[int], PageLayout] = lru_cache(KEPT_PAGES)(self._layout_of)
        self._outline: dict[int, list[tuple[int, str]]] | None = None

    def close(self) -> None:
        with self._lock:
            self._pages.close()

    def page(self, number: int) -> TextPage:
        with self._lock:
            layout = self._layout(number)
            body, notes = _joined(layout.body), _joined(layout.notes)
            text = f"{body}\n{notes}" if notes else body
            headings = tuple(_headings(layout, self._marked(number)))
            return TextPage(number, self._pages.label(number), text, len(body), layout.left_out, headings)

    def whole(self, progress: Progress = silent) -> FullText:
        pages = []
        for number in range(1, self.page_count + 1):
            progress(f"{self.name}: page {number} of {self.page_count}")
            pages.append(self.page(number))
        if not any(page.text.strip() for page in pages):
            raise no_text(self.name)
        return _whole(self.name, _sha256(self._path), self.unit, pages)

    def size(self, number: int) -> tuple[float, float]:
        with self._lock:
            return self._pages.size(number)

    def boxes(self, number: int) -> tuple[Box | None, ...]:
        with self._lock:
            layout = self._layout(number)
        boxes: list[Box | None] = []
        for line in (*layout.body, *layout.notes):
            boxes += [None] if boxes else []
            boxes += [None if glyph.made else glyph.box for glyph in line.line.glyphs]
        return tuple(boxes)

    def picture(self, number: int, scale: float = 1.5) -> bytes:
        with self._lock:
            return self._pages.picture(number, scale)

    def marks(self, number: int) -> list[tuple[list[Box], str]]:
        """The highlights and notes of a page: the areas that each covers, and what is written there."""
        with self._lock:
            return self._pages.marks(number)

    def _lines_of(self, number: int) -> list[Placed]:
        return lines_of(self._pages.glyphs(number))

    def _layout_of(self, number: int) -> PageLayout:
        near = range(max(number - NEIGHBOURS, 1), min(number + NEIGHBOURS, self.page_count) + 1)
        neighbours = [self._lines(other) for other in near if other != number]
        return page_layout(self._lines(number), neighbours, self._pages.size(number))

    def _marked(self, number: int) -> list[tuple[int, str]]:
        """The bookmarks of a page: level and title."""
        if self._outline is None:
            self._outline = {}
            for level, title, page in self._pages.outline():
                self._outline.setdefault(page, []).append((level, title))
        return self._outline.get(number, [])


def _joined(lines: Sequence[Placed]) -> str:
    return "\n".join(line.line.text for line in lines)


def _headings(layout: PageLayout, marked: list[tuple[int, str]]) -> list[Heading]:
    """What looks like a heading in the body: by its type, its number, or a bookmark."""
    found, start, lines = [], 0, layout.body
    titles = {_letters(title): level for level, title in marked}
    for index, line in enumerate(lines):
        text = line.line.text
        large = line.height > layout.type_size * LARGER
        level = next((titles[key] for key in titles if key and _begins(_letters(text), key)), 0)
        sure = bool(level) or line.line.bold or large
        for before, following in pairwise(lines[index : index + 3]):
            if not sure or not _goes_on(before, following):
                break
            text = f"{text} {following.line.text}"
        heading = heading_of(text, start, sure, level)
        found += [heading] if heading else []
        start += len(line.line.text) + 1
    return found


def _goes_on(line: Placed, following: Placed) -> bool:
    """Whether a heading has a second line: of the same type, and without a number of its own."""
    same = line.line.bold == following.line.bold and abs(line.height - following.height) < 0.5
    near = 0 < following.base - line.base < line.height * 1.8
    return line.line.bold and same and near and not re.match(r"[\dIVX]+\b|[A-Z]\.", following.line.text)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()


def _begins(line: str, title: str) -> bool:
    """Whether a line is a title of the outline, or the first line of a long one."""
    return line == title or (len(line) > 15 and title.startswith(line)) or (len(title) > 10 and line.startswith(title))


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _whole(
    name: str, sha256: str, unit: Literal["line", "page"], pages: Sequence[TextPage], skipped: tuple[Span, ...] = ()
) -> FullText:
    text = FullText(name, sha256, unit, tuple(pages), (), skipped)
    if not text.plain:
        raise no_text(name)
    sections = sections_of(text.pages, text.starts, len(text.text))
    return FullText(name, sha256, unit, text.pages, sections, skipped)


def read_full_text(path: Path, progress: Progress = silent) -> FullText:
    """The complete text of a .txt or .md file by lines, or the text layer of a .pdf file by pages.

    Raises:
        UsageError: if it is a .pdf file and pypdfium2 is not installed.
        TextError: if the file cannot be read or contains no text.
    """
    try:
        with open_text(path) as opened:
            return opened.whole(progress)
    except TextError:
        raise
    except (RuntimeError, ValueError, ArithmeticError) as error:  # what PDFium and its wrapper raise
        raise broken(path.name, error) from error
