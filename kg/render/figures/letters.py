"""How much room letters take, so that no label is cut or runs into another, whatever the machine's fonts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from kg.core.problems import visible

FAMILY = "Helvetica, Arial, Liberation Sans, sans-serif"
"""Of one width in each letter; the last named comes with vl-convert, so that PDF and PNG look alike everywhere."""

_WIDTHS = {
    222: "ijl'|",
    278: " !,./:;I[]\\ft",
    333: 'r()-`"',
    500: "cksvxyzJ",
    611: "FTZ",
    667: "ABEKPSVXY&",
    722: "CDHNRUw",
    778: "GOQ",
    833: "mM",
    889: "%",
    944: "W",
    1000: "…—@",
}
_WIDTH = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_OTHER, _WIDE, _BOLD = 556, 1000, 1.07
"""Thousandths of the size; most small letters and the digits are `_OTHER`. Bold is that much wider."""
MOST = 600
"""Characters of a text that are looked at: no label shows more."""


def clean(text: str) -> str:
    """A text as a label: in one line, and with nothing that reorders or hides what stands beside it."""
    return visible(" ".join(text[: MOST * 2].split()))[:MOST] + ("…" if len(text) > MOST else "")


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Of a line, in the unit of `size`."""
    return sum(map(_thousandths, text)) * size / 1000 * (_BOLD if bold else 1)


def _thousandths(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    base = unicodedata.normalize("NFD", letter)[0]
    if unicodedata.east_asian_width(letter) in "WF":
        return _WIDE
    if base in _WIDTH or base.isascii():
        return _WIDTH.get(base, _OTHER if not base.isupper() else 722)
    return 778  # of other scripts: rather too much room than too little


def wrapped(text: str, room: float, size: float, lines: int, *, bold: bool = False) -> list[str]:
    """A label on so many lines at most, none wider than `room`; what is left out shows as an ellipsis."""
    made = [""]
    for word in _words(clean(text), room, size, bold):
        longer = f"{made[-1]} {word}".strip()
        if width(longer, size, bold=bold) <= room:
            made[-1] = longer
        else:
            made.append(word)
    made = [line for line in made if line]
    if len(made) <= lines:
        return made or [""]
    last = made[lines - 1]
    while " " in last and width(f"{last} …", size, bold=bold) > room:
        last = last.rpartition(" ")[0]
    while last and width(f"{last} …", size, bold=bold) > room:
        last = last[:-1]
    return [*made[: lines - 1], f"{last} …"]


def _words(text: str, room: float, size: float, bold: bool) -> Iterator[str]:
    """The words; one that is too long for a line in pieces, after a hyphen if it has any."""
    for word in text.split(" "):
        piece = ""
        for part in re.findall("[^-]*-|[^-]+", word):
            for letters in part if width(part, size, bold=bold) > room else [part]:
                if piece and width(piece + letters, size, bold=bold) > room:
                    yield piece
                    piece = ""
                piece += letters
        yield piece
