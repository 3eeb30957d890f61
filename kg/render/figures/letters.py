"""Labels: their widths, and how they are divided into lines.

Labels are measured with the letter widths of Helvetica, which Arial and Liberation Sans share. So labels wrap, nothing
is cut, and the same graph gives the same bytes whatever fonts a machine has.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from kg.core.problems import visible

SIZE, SMALL, LINE = 7.0, 6.5, 8.2
"""Font sizes and line height, in points."""

_WIDTHS = {
    191: "'", 222: "ijl", 260: "|", 278: " !,./:;I\\[]ft·", 333: "()-`r", 334: "{}", 355: '"', 389: "*", 469: "^",
    500: "cksvxyzJ", 556: "#$0123456789?Labdeghnopqu_–", 584: "+<=>~×", 611: "FTZ", 667: "&ABEKPSVXY", 722: "CDHNRUw",
    778: "GOQ", 833: "Mm", 889: "%", 944: "W", 1015: "@—…",
}  # fmt: skip
_WIDTH = {letter: width / 1000 for width, letters in _WIDTHS.items() for letter in letters}
_BOLD, _OTHER_FONT = 1.12, 1.2
"""How much wider bold letters are, and a text that has letters of another script, which is set in another font."""
MOST = 600
"""Characters of a text that are used: no label shows more."""


def text_width(text: str, size: float, *, bold: bool = False) -> float:
    """The width of a line, in the unit of `size`; letters that are not in the table count as wide."""
    factor = _OTHER_FONT if any(letter > "\u2100" for letter in text) else 1.0
    return factor * size * (_BOLD if bold else 1) * sum(map(_letter_width, unicodedata.normalize("NFD", text)))


def _letter_width(letter: str) -> float:
    if letter in _WIDTH:
        return _WIDTH[letter]
    if unicodedata.combining(letter):
        return 0.0
    return 1.0 if letter > "\u2100" else 0.78


def clean(text: str, most: int = MOST) -> str:
    """A text as one line of at most `most` characters, without anything that reorders or hides the text around it."""
    return visible(" ".join(text[: most * 2].split()))[:most] + ("…" if len(text) > most else "")


def capital(text: str) -> str:
    """The text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def wrapped(
    text: str, room: float, size: float = SIZE, lines: int = 99, *, bold: bool = False, most: int = MOST
) -> list[str]:
    """A label in at most `lines` lines, none wider than `room`; an ellipsis stands for what is left out."""
    made = [""]
    for word in _words(clean(text, most), room, size, bold):
        longer = f"{made[-1]} {word}".strip()
        if text_width(longer, size, bold=bold) <= room:
            made[-1] = longer
        else:
            made.append(word)
    made = [line for line in made if line]
    if len(made) <= lines:
        return made or [""]
    last = made[lines - 1]
    while " " in last and text_width(f"{last} …", size, bold=bold) > room:
        last = last.rpartition(" ")[0]
    while last and text_width(f"{last} …", size, bold=bold) > room:
        last = last[:-1]
    return [*made[: lines - 1], f"{last} …"]


def _words(text: str, room: float, size: float, bold: bool) -> Iterator[str]:
    """The words; a word that is too long for a line in pieces, divided after a hyphen if it has one."""
    for word in text.split(" "):
        piece = ""
        for part in re.findall("[^-]*-|[^-]+", word):
            for letters in part if text_width(part, size, bold=bold) > room else [part]:
                if piece and text_width(piece + letters, size, bold=bold) > room:
                    yield piece
                    piece = ""
                piece += letters
        yield piece


def labels_room(labels: Iterable[str], most: float, size: float = SIZE) -> float:
    """The room that labels on the left need: the width of the longest, `most` at most."""
    return min(max((text_width(label, size) for label in labels), default=0) + 5, most)
