"""Where a segment begins and ends: positions in a text, in the way that the tool counts them.

The standard counts Unicode code points from 0 (REFI-QDA 1.5, 10.2). Tools depart from it: ATLAS.ti and QualCoder write
line ends of two characters and count one, NVivo counts UTF-16 units, so that characters beyond U+FFFF count two. Where
the text has such characters, the names of the segments, mostly their first words, show how the tool counts.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

MARK = "\ufeff"
MAX_TEXT = 8 * 1024 * 1024
"""Maximum length of a text with segments in characters; a long novel has a tenth of that."""
SHORTEST_NAME = 4
"""Minimum length of a name that can show where a segment is."""


class Counting(NamedTuple):
    """How much a line end of two characters, a character beyond U+FFFF and a byte order mark count."""

    line_end: int = 2
    beyond: int = 1
    mark: int = 0


class Span(NamedTuple):
    """A segment: its positions as written, and its name."""

    start: int
    end: int
    name: str = ""


@dataclass(frozen=True)
class Positions:
    """A text with one way to count."""

    text: str
    counting: Counting
    starts: Sequence[int]

    def part(self, span: Span) -> tuple[int, str] | None:
        """The offset of the segment in `text` and its words; None if the positions are not in the text."""
        if not 0 <= span.start < span.end <= self.starts[-1]:
            return None
        start, end = bisect_right(self.starts, span.start) - 1, bisect_left(self.starts, span.end)
        found = self.text[start:end]
        return (start, found) if found.strip(MARK).strip() else None

    def fits(self, span: Span) -> bool:
        """Whether the segment is its name, or begins with it."""
        name = " ".join(span.name.removesuffix("…").removesuffix("...").split())
        found = self.part(span)
        if found is None or len(name) < SHORTEST_NAME or found[1][:1].isspace():
            return False
        words = " ".join(found[1].split())
        return words.startswith(name) if name != " ".join(span.name.split()) else words == name


def counted(text: str, counting: Counting) -> Positions:
    """The text with the position of each of its characters, and of its end."""
    starts, place, before = array("q"), 0, ""
    for char in text:
        starts.append(place)
        if char == "\n" and before == "\r":
            place += counting.line_end - 1
        elif char == MARK and not before:
            place += counting.mark
        else:
            place += counting.beyond if ord(char) > 0xFFFF else 1
        before = char
    starts.append(place)
    return Positions(text, counting, starts)


def usual(origin: str) -> Counting:
    """How a tool counts, by the `origin` that it writes into a project."""
    name = origin.lower()
    if "nvivo" in name:
        return Counting(beyond=2)
    return Counting(line_end=1) if "atlas" in name or "qualcoder" in name else Counting()


def located(text: str, spans: Sequence[Span], origin: str = "") -> tuple[Positions, list[int]]:
    """The text with the way to count that fits the names of most segments.

    Args:
        text: the text as it is in the project.
        spans: its segments.
        origin: the tool, whose usual way decides if the names do not.

    Returns:
        The positions, and the indices of the segments that are other words in another way that fits as well.
    """
    first = usual(origin)
    varied = (("\r\n", "line_end", (1, 2)), ("", "beyond", (1, 2)), (MARK, "mark", (0, 1)))
    ranges = []
    for mark, name, values in varied:
        occurs = text.startswith(MARK) if mark == MARK else mark in text if mark else max(text, default="") > "\uffff"
        usually = getattr(first, name)
        ranges.append((usually, *(value for value in values if value != usually)) if occurs else (usually,))
    ways = [counted(text, Counting(*way)) for way in product(*ranges)]
    if len(ways) == 1:
        return ways[0], []
    fitting = [sum(map(way.fits, spans)) for way in ways]
    best = ways[fitting.index(max(fitting))]
    rivals = [way for way, fit in zip(ways, fitting, strict=True) if fit == max(fitting) and way is not best]
    doubtful = [
        index
        for index, span in enumerate(spans)
        if not best.fits(span) and any(rival.part(span) != best.part(span) for rival in rivals)
    ]
    return best, doubtful
