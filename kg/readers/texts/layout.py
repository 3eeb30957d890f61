"""The layout of a printed page: characters as lines, lines in reading order, and what is no part of the text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from kg.readers.texts.pdf import HYPHEN, Box, Glyph
from kg.readers.texts.typography import RAISED, TO_RAISED, accented

GUTTER = 8.0
"""Minimum width in points of the space between two columns."""
SMALLER = 0.93
"""Maximum size of the type of footnotes, relative to that of the page."""
MARGIN_NUMBERS = 8
"""Minimum number of lines of a page that are numbered in the margin."""
APART = 1.5
"""Minimum distance of the baselines of a running head and of the body, relative to the height of their type."""
ALIGNED = 3.0
"""Maximum difference in points of the right edges of numbers below each other."""
_EDGE = 0.12
"""The part of a page, at its top and bottom, where a number is that of the page."""
_ROWS = 3
"""Maximum number of lines of a running head or foot."""
_NUMBER = re.compile(r"\W*(?:page )?(?:\d{1,5}|[ivxlc]{1,7})(?: of \d{1,5})?\W*", re.I)
_AT_START, _AT_END = re.compile(r"^(\d{1,4})(?= |$)"), re.compile(r"(?<= )(\d{1,4})$")
_CHANGING = re.compile(r"\d+|\b[ivxlc]+\b")
_NOTE = re.compile(rf"[{RAISED}*†‡§¶]")


@dataclass(frozen=True)
class Line:
    """A printed line; each character of `text` has a glyph."""

    text: str
    glyphs: tuple[Glyph, ...]

    @property
    def box(self) -> Box:
        """The extent of its characters."""
        boxes = [glyph.box for glyph in self.glyphs if not glyph.made] or [self.glyphs[0].box]
        left, top, right, bottom = zip(*boxes, strict=True)
        return min(left), min(top), max(right), max(bottom)

    @property
    def type(self) -> tuple[float, float]:
        """The height of most of its characters, and their baseline."""
        seen = Counter((glyph.box[3] - glyph.box[1], glyph.base) for glyph in self.glyphs if not glyph.char.isspace())
        height, base = max(seen, key=lambda kind: (seen[kind], kind)) if seen else (0.0, self.glyphs[0].base)
        return round(height, 1), base

    @property
    def bold(self) -> bool:
        """Whether all its letters are bold."""
        letters = [glyph.bold for glyph in self.glyphs if glyph.char.isalpha()]
        return bool(letters) and all(letters)

    def part(self, start: int, end: int) -> Line:
        """A part of it, without spaces at its ends."""
        while start < end and self.text[start].isspace():
            start += 1
        while start < end and self.text[end - 1].isspace():
            end -= 1
        return Line(self.text[start:end], self.glyphs[start:end])


@dataclass(frozen=True)
class Placed:
    """A line with the values that are compared most."""

    line: Line
    box: Box
    height: float
    base: float


@dataclass(frozen=True)
class PageLayout:
    """The lines of a page: the body, its footnotes, and what is left out."""

    body: tuple[Placed, ...]
    notes: tuple[Placed, ...]
    left_out: tuple[str, ...]
    type_size: float


def lines_of(glyphs: Sequence[Glyph]) -> list[Placed]:
    """The lines in the order in which they are drawn."""
    lines, run = [], list[Glyph]()
    for glyph, following in zip(glyphs, [*glyphs[1:], None], strict=False):
        if glyph.char in "\r\n":
            lines.append(run)
            run = []
        elif glyph.char == HYPHEN:
            run.append(glyph._replace(char="-"))
            if following and abs(following.base - glyph.base) > (glyph.box[3] - glyph.box[1]) / 2:
                lines.append(run)
                run = []
        elif glyph.char.isprintable() or glyph.char.isspace():
            run.append(glyph._replace(char=" ") if glyph.char.isspace() else glyph)
    found = (_line(run) for run in [*lines, run])
    return [placed(line) for line in found if line.text]


def placed(line: Line) -> Placed:
    return Placed(line, line.box, *line.type)


def _line(glyphs: list[Glyph]) -> Line:
    """The glyphs as a line, with raised digits and accents on their letters."""
    line = Line("".join(glyph.char for glyph in glyphs), tuple(glyphs)).part(0, len(glyphs))
    if not line.text:
        return line
    size, base = line.type
    shown = [
        glyph._replace(char=glyph.char.translate(TO_RAISED))
        if glyph.char.isdecimal() and glyph.base < base - size * 0.15 and glyph.box[3] - glyph.box[1] < size * 0.9
        else glyph
        for glyph in line.glyphs
    ]
    for start, end, letter in reversed(accented("".join(glyph.char for glyph in shown))):
        shown[start:end] = [shown[end - 1]._replace(char=letter)]
    return Line("".join(glyph.char for glyph in shown), tuple(shown))


# --- reading order ---


def reading_order(lines: list[Placed], width: float) -> list[Placed]:
    """The lines with one column after the other, if they are drawn across the columns; else as they are drawn."""
    parts, gutter = _split(lines, width)
    if gutter is None:
        gutter = _gutter_between(lines, width)
    if gutter is None:
        return lines
    sides = [_side(part, gutter) for part in parts]
    turns = sum(a != b for a, b in pairwise(side for side in sides if side))
    fewer = min(sides.count("left"), sides.count("right"))
    if fewer < 4 or turns <= fewer * 0.6:
        return lines
    bands: list[list[Placed]] = [[]]
    for part in sorted(parts, key=lambda part: (part.base, part.box[0])):
        if _side(part, gutter):
            bands[-1].append(part)
        else:
            bands += [[part], []]
    return [part for band in bands for part in sorted(band, key=lambda part: _side(part, gutter))]


def _side(line: Placed, gutter: float) -> str:
    left, _, right, _ = line.box
    return "left" if right <= gutter else "right" if left >= gutter else ""


def _gaps(line: Placed) -> list[tuple[int, float, float]]:
    """The wide spaces within a line: index of the character after it, left and right."""
    shown = [(index, glyph) for index, glyph in enumerate(line.line.glyphs) if glyph.char.strip()]
    return [
        (index, before.box[2], after.box[0])
        for (_, before), (index, after) in pairwise(shown)
        if after.box[0] - before.box[2] >= GUTTER
    ]


def _split(lines: list[Placed], width: float) -> tuple[list[Placed], float | None]:
    """Lines that are drawn across two columns, cut at the space between them, and the middle of that space."""
    gaps = {index: _gaps(line) for index, line in enumerate(lines)}
    middles = [(left, right) for found in gaps.values() for _, left, right in found]
    middles = [(left, right) for left, right in middles if width * 0.3 < (left + right) / 2 < width * 0.7]
    if not middles:
        return lines, None
    edges = sorted({right - GUTTER / 2 for _, right in middles})
    gutter = max(edges, key=lambda x: sum(left < x < right for left, right in middles))
    across = [index for index, line in enumerate(lines) if line.box[0] < gutter < line.box[2]]
    cuts = {index: at for index in across for at, left, right in gaps[index] if left < gutter < right}
    if len(cuts) < 4 or len(cuts) < len(across) * 0.6:
        return lines, None
    parts: list[Placed] = []
    for index, line in enumerate(lines):
        ends = [0, cuts[index], len(line.line.text)] if index in cuts else [0, len(line.line.text)]
        parts += [placed(line.line.part(start, end)) for start, end in pairwise(ends)]
    return parts, gutter


def _gutter_between(lines: list[Placed], width: float) -> float | None:
    """Where the right one of two columns begins, if few lines cross that place."""
    lefts = sorted(line.box[0] for line in lines if width * 0.4 < line.box[0] < width * 0.7)
    if len(lefts) < 4:
        return None
    gutter = lefts[len(lefts) // 2] - GUTTER / 2
    across = sum(line.box[0] < gutter < line.box[2] for line in lines)
    return gutter if across < len(lines) * 0.4 else None


# --- what is no part of the text ---


def page_layout(lines: list[Placed], neighbours: Sequence[list[Placed]], size: tuple[float, float]) -> PageLayout:
    """The lines of a page in reading order.

    Args:
        lines: The lines as they are drawn.
        neighbours: Those of pages before and after it, which repeat the running head.
        size: Width and height of the page.
    """
    edges = [edge for page in neighbours for edge in _edges(page)]
    type_size = _type_size([lines, *neighbours])
    heads = _running_heads(lines, edges, size[1])
    kept = [line for index, line in enumerate(lines) if index not in heads]
    left_out = [lines[index].line.text for index in sorted(heads)]
    kept, numbers = _without_margin_numbers(kept)
    ordered = reading_order(kept, size[0])
    notes = _footnotes(ordered, type_size, size[1])
    body = tuple(line for index, line in enumerate(ordered) if index not in notes)
    return PageLayout(body, tuple(ordered[index] for index in sorted(notes)), (*left_out, *numbers), type_size)


def _type_size(pages: Iterable[list[Placed]]) -> float:
    """The height of most characters."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[line.height] += len(line.line.text)
    return max(sizes, key=lambda height: (sizes[height], height), default=0.0)


def _rows(lines: list[Placed]) -> list[list[int]]:
    """The indices of the lines from top to bottom, those at the same height together."""
    rows: list[list[int]] = []
    for index in sorted(range(len(lines)), key=lambda index: lines[index].base):
        if rows and lines[index].base - lines[rows[-1][0]].base < 3:
            rows[-1].append(index)
        else:
            rows.append([index])
    return rows


def _edges(lines: list[Placed]) -> list[tuple[float, str]]:
    """The first and last lines of a page: their height, and the words that do not change from page to page."""
    rows = _rows(lines)
    return [(lines[index].base, _key(lines[index])) for row in rows[:_ROWS] + rows[-_ROWS:] for index in row]


def _key(line: Placed) -> str:
    return " ".join(_CHANGING.sub(" ", line.line.text.casefold()).split())


def _running_heads(lines: list[Placed], edges: list[tuple[float, str]], height: float) -> set[int]:
    """The indices of running heads and feet and page numbers, from the edges of the page inwards.

    A wider space than that between two lines separates a running head from the body.
    """
    found: set[int] = set()
    rows = _rows(lines)
    for side in (rows, rows[::-1]):
        run: list[int] = []
        for row, following in pairwise(side[: _ROWS + 1]):
            if len(found) + len(run) + len(row) >= len(lines):
                break
            if not all(_is_head(lines[index], edges, height) for index in row):
                break
            run += row
            first, other = lines[row[0]], lines[following[0]]
            if abs(first.base - other.base) >= max(first.height, other.height) * APART or _is_number(first, height):
                found |= set(run)
    return found


def _is_number(line: Placed, height: float) -> bool:
    """Whether a line is the number of the page."""
    outside = not height * _EDGE < line.base < height * (1 - _EDGE)
    return outside and _NUMBER.fullmatch(line.line.text) is not None


def _is_head(line: Placed, edges: list[tuple[float, str]], height: float) -> bool:
    if _is_number(line, height):
        return True
    key = _key(line)
    return any(
        abs(base - line.base) <= 3 and (key == other or _alike(key, other)) for base, other in edges if key and other
    )


def _alike(key: str, other: str) -> bool:
    return min(len(key), len(other)) > 10 and SequenceMatcher(None, key, other, autojunk=False).ratio() > 0.85


def _without_margin_numbers(lines: list[Placed]) -> tuple[list[Placed], list[str]]:
    """The lines without numbers of lines in the left or right margin, and these numbers."""
    removed: list[str] = []
    for pattern in (_AT_START, _AT_END):
        numbered = _margin_numbers(lines, pattern)
        kept: list[Placed] = []
        for index, line in enumerate(lines):
            if index not in numbered:
                kept.append(line)
                continue
            start, end = numbered[index]
            rest = line.line.part(0, start) if start else line.line.part(end, len(line.line.text))
            kept += [placed(rest)] if rest.text else []
            removed.append(line.line.text[start:end])
        lines = kept
    return lines, removed


def _margin_numbers(lines: list[Placed], pattern: re.Pattern[str]) -> dict[int, tuple[int, int]]:
    """The lines with a number in a margin, and where it is in them: rising numbers below each other."""
    found = {
        index: match.span(1)
        for index, line in enumerate(lines)
        if (match := pattern.search(line.line.text)) and _stands_apart(line, *match.span(1))
    }
    edges = {index: lines[index].line.glyphs[end - 1].box[2] for index, (_, end) in found.items()}
    if not edges:
        return {}
    usual = sorted(edges.values())[len(edges) // 2]
    found = {index: span for index, span in found.items() if abs(edges[index] - usual) < ALIGNED}
    values = [int(lines[index].line.text[start:end]) for index, (start, end) in found.items()]
    rising = sum(b - a in (1, 5) for a, b in pairwise(values))
    return found if len(values) >= MARGIN_NUMBERS and rising >= (len(values) - 1) * 0.8 else {}


def _stands_apart(line: Placed, start: int, end: int) -> bool:
    """Whether a wide space is between the number and the rest of the line, or there is no rest."""
    glyphs = line.line.glyphs
    before = [glyph.box[2] for glyph in glyphs[:start] if glyph.char.strip()]
    after = [glyph.box[0] for glyph in glyphs[end:] if glyph.char.strip()]
    apart = GUTTER * 0.75
    return not (before and glyphs[start].box[0] - before[-1] < apart) and not (
        after and after[0] - glyphs[end - 1].box[2] < apart
    )


def _footnotes(lines: list[Placed], type_size: float, height: float) -> set[int]:
    """The indices of footnotes: small type at the foot of a column, from a line that begins with a mark."""
    found: set[int] = set()
    ends = [index for index, (a, b) in enumerate(pairwise(lines)) if b.base < a.base - height * 0.1]
    for end in [*ends, len(lines) - 1]:
        start = end
        while start >= 0 and lines[start].height < type_size * SMALLER and start not in found:
            start -= 1
        run = range(start + 1, end + 1)
        marked = next((index for index in run if _NOTE.match(lines[index].line.text)), None)
        if marked is not None and lines[marked].base > height * 0.4:
            found |= set(range(marked, end + 1))
    return found
