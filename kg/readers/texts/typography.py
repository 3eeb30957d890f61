"""Differences in typography that do not count: marks, dashes, ligatures, accents, words that a line breaks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator, Sequence

_FORMS = {"'": "‘’‚‛′", '"': "“”„‟″«»", "-": "‐‑‒–—−", "": "\u00ad*_\u200b\ufeff"}
_MARKS = str.maketrans({char: plain for plain, chars in _FORMS.items() for char in chars})
_PLAIN = re.compile(r"[^\S\n]?[!-)+-\[\]^`-~]+")
"""Characters that mean themselves, with one space before them: nearly all of an English text."""

_COMBINING = "\u0300\u0301\u0302\u0303\u0308\u0304\u0306\u0307\u030a\u030c\u030b\u0327"
_ACCENTS = dict(zip("`´ˆ˜¨¯˘˙˚ˇ˝¸", _COMBINING, strict=True))
_DOTLESS = str.maketrans("ıȷ", "ij")
_ACCENTED = re.compile(rf"(?:([{''.join(_ACCENTS)}])| ([\u0300-\u030c\u0327]))(?=([^\W\d_]))")
"""An accent and the letter after it, as fonts in TeX's first encoding (OT1) print them."""

RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
TO_RAISED = str.maketrans("0123456789", RAISED)
_REFERENCE = re.compile(rf"[{RAISED}]+(?:[,–-] ?[{RAISED}]+)*")
_INSIDE = re.compile(r"(?<=\w)(?:- ?)?(?=\w)|(?<=[∗+]) ?(?=[∗+])")
_BROKEN = {"": "(?:- )?", "-": "- ?", "- ": "(?:- ?)?"}
"""Patterns for what a word of the quotation has inside, in a text whose lines break words."""
_SIGNS = " ?"
"""The pattern between signs of significance (`∗∗∗ +++`), which are set with small spaces or none."""


def normalise(text: str) -> str:
    """The text without differences in typography."""
    soft = re.sub("\u00ad(?=\\s|$)", "-", composed(text))  # a soft hyphen is printed only where it ends a line
    plain = unicodedata.normalize("NFKC", soft).translate(_MARKS)
    return " ".join("".join(c for c in plain if c.isprintable() or c.isspace()).split())


def composed(text: str) -> str:
    """The text with accents that are printed before their letters (`na¨ıve`) put on them."""
    if text.isascii() and "`" not in text:
        return text
    shown = list(text)
    for start, end, letter in accented(text):
        shown[start:end] = [letter, *[""] * (end - start - 1)]
    return "".join(shown)


def accented(text: str) -> list[tuple[int, int, str]]:
    """The spans of accents with their letters, and the letters that they make."""
    found = []
    for match in _ACCENTED.finditer(text):
        if match[1] == "`" and not text[: match.start()][-1:].isalpha():
            continue  # an opening quotation mark
        mark = _ACCENTS[match[1]] if match[1] else match[2]
        letter = unicodedata.normalize("NFC", match[3].translate(_DOTLESS) + mark)
        if len(letter) == 1:
            found.append((match.start(), match.end() + 1, letter))
    return found


def without_references(text: str) -> str:
    """The text without raised numbers, which refer to footnotes or references."""
    return _REFERENCE.sub("", text)


def quotation_of(text: str, hyphenated: Container[str] = ()) -> str:
    """The words of a passage as a quotation: one line, with words that a line breaks joined again.

    The hyphen at the end of a line stays if the word has another one (`state-of-the-` and `art`), or if it is one of
    the words that the text prints with a hyphen elsewhere.
    """

    def whole(match: re.Match[str]) -> str:
        parts = match[1], match[2]
        return ("-" if "-".join(parts).casefold() in hyphenated else "").join(parts)

    joined = re.sub(r"(?<![\w-])([^\W\d_]+)[-\u00ad]\s*\n\s*([a-zß-ÿ]\w*)", whole, composed(text))
    joined = re.sub(r"(?<=\w)[-\u00ad]\s*\n\s*(?=\w)", "-", joined)
    return " ".join(joined.split())


class PlacedText:
    """A text in which quotations are found with their places, whatever the typography of either.

    Args:
        text: The text.
        references: Without it, raised numbers are left out.
        skipped: Spans that are not part of what is printed, such as marks of Markdown.
    """

    def __init__(self, text: str, references: bool = True, skipped: Sequence[tuple[int, int]] = ()) -> None:
        self.text = unicodedata.normalize("NFC", text)
        changed = {start: (end, letter) for start, end, letter in accented(self.text)}
        changed |= {start: (end, "") for start, end in skipped}
        if not references:
            changed |= {match.start(): (match.end(), "") for match in _REFERENCE.finditer(self.text)}
        self._parts: list[str] = []
        self.places: list[int] = []
        self._place(changed)
        self.plain = "".join(self._parts).rstrip()

    def _place(self, changed: dict[int, tuple[int, str]]) -> None:
        """Sets the plain text and, for each character of it, its place in `text`."""
        place, text, stops = 0, self.text, iter([*sorted(changed), len(self.text)])
        stop = next(stops)
        while place < len(text):
            while stop < place:
                stop = next(stops)
            if place == stop:
                end, letter = changed[place]
                self._add(letter, place)
                place = end
            elif (found := _PLAIN.match(text, place, stop)) and not (
                found[0][0].isspace() and self._parts[-1:] in ([], [" "])
            ):
                self._parts += found[0] if found[0][0].isprintable() else " " + found[0][1:]
                self.places += range(place, found.end())
                place = found.end()
            else:
                broken = text[place] == "\u00ad" and not text[place + 1 : place + 2].strip()  # as in `normalise`
                self._add("-" if broken else text[place], place)
                place += 1

    def _add(self, char: str, place: int) -> None:
        for new in unicodedata.normalize("NFKC", char).translate(_MARKS):
            kept = " " if new.isspace() else new if new.isprintable() else ""
            if kept and not (kept == " " and self._parts[-1:] in ([], [" "])):
                self._parts.append(kept)
                self.places.append(place)

    def spans(self, quotation: str) -> list[tuple[int, int]]:
        """Where a quotation stands in `text`: start and end of each place."""
        quote = normalise(quotation)
        if not quote:
            return []
        found = [span for span in _literal(quote, self.plain) if _whole(self.plain, *span)]
        if not found and len(quote) <= MAX_LENGTH:
            matches = re.finditer(with_breaks(quote), self.plain)
            found = [match.span() for match in matches if _whole(self.plain, *match.span())]
        return [self.placed(*span) for span in found]

    def placed(self, start: int, end: int) -> tuple[int, int]:
        """A span of the plain text as a span of `text`."""
        return self.places[start], self.places[end - 1] + 1

    def span(self, quotation: str) -> tuple[int, int] | None:
        """The first place of a quotation in `text`; None if its words are not there."""
        return next(iter(self.spans(quotation)), None)


MAX_LENGTH = 500
"""Maximum length of a quotation that is searched for with broken words or by similarity; fifteen words are allowed."""


def with_breaks(quote: str) -> str:
    """A pattern for the quotation with any word broken by a hyphen and a space, which the end of a line becomes.

    The hyphen may be the word's own (`state-of-the- art`) or not (`re- moved`); the quotation itself may be broken.
    """
    pattern, end = "", 0
    for found in _INSIDE.finditer(quote):
        inside = _SIGNS if quote[found.start() - 1] in "∗+" else _BROKEN[found[0]]
        pattern += re.escape(quote[end : found.start()]) + inside
        end = found.end()
    return pattern + re.escape(quote[end:])


def _literal(quote: str, text: str) -> Iterator[tuple[int, int]]:
    at = text.find(quote)
    while at >= 0:
        yield at, at + len(quote)
        at = text.find(quote, at + 1)


def _whole(text: str, start: int, end: int) -> bool:
    """Whether a passage does not begin or end within a word or number; a footnote's number may follow a word."""
    outside = ((text[start], text[start - 1 : start]), (text[end - 1], text[end : end + 1]))
    return not any(
        (edge.isalpha() and other.isalpha()) or (edge.isdigit() and other.isdigit()) for edge, other in outside
    )
