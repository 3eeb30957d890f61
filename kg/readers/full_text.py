"""Full texts, against which quotations are checked: exact, near or missing.

Differences in typography do not count: kinds of quotation marks, dashes and spaces, ligatures, Markdown emphasis, words
broken at the end of a line. Quotations begin and end with whole words, so that “able” is not in “unable”.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import Literal

from kg.core.extras import need
from kg.core.files import MAX_BYTES, decode
from kg.core.problems import KgError
from kg.readers.verdicts import Verdict

NEAR = 80.0
"""Minimum similarity in percent (rapidfuzz's ratio) of a passage that counts as near."""
WORTH_A_LOOK = 60.0
"""Minimum similarity in percent (partial ratio) of a passage whose surroundings are compared too."""
LONG_WORD = 40
"""Maximum number of characters by which a passage is extended to whole words, on either side."""
GAP = 200
"""Maximum number of characters between two parts of a quotation: footnote and footer of a page, and the next header."""
MAX_LENGTH = 500
"""Maximum length of a quotation that is searched for by similarity; fifteen words are allowed."""
_ENOUGH = 3
"""Minimum number of words of a part of a quotation that is searched for by itself."""

_FORMS = {"'": "‘’‚‛′", '"': "“”„‟″«»", "-": "‐‑‒–—−", "": "\u00ad*_\u200b\ufeff"}
_MARKS = str.maketrans({char: plain for plain, chars in _FORMS.items() for char in chars})
_WORD = re.compile(r"(?:\w+(?:['-]\w+)*|[^\w\s]) ?")
_INSIDE = re.compile(r"(?<=\w)(?:- ?)?(?=\w)")
_BROKEN = {"": "(?:- )?", "-": "- ?", "- ": "(?:- ?)?"}
"""Patterns for what a word of the quotation has inside, in a text whose lines break words."""


@dataclass(frozen=True)
class FullText:
    """A text in lines or pages, normalised and joined. `starts` are the offsets of the lines or pages in `numbers`."""

    name: str
    sha256: str
    unit: Literal["line", "page"]
    text: str
    starts: tuple[int, ...]
    numbers: tuple[int, ...]

    def judge(self, quotation: str) -> Verdict:
        """The verdict on one quotation."""
        quote = normalise(quotation)
        if quote and self._contains(quote):
            return Verdict(quote=quotation, verdict="exact")
        span = self._apart(quote) or self._alike(quote) if 0 < len(quote) <= MAX_LENGTH else None
        if span is None:
            return Verdict(quote=quotation, verdict="missing")
        number = self.numbers[bisect_right(self.starts, span[0]) - 1]
        line, page = (number, None) if self.unit == "line" else (None, number)
        return Verdict(quote=quotation, verdict="near", passage=self.text[slice(*span)], line=line, page=page)

    def _contains(self, quote: str) -> bool:
        if re.search(_whole(quote, re.escape(quote)), self.text):
            return True
        broken = len(quote) <= MAX_LENGTH and ("- " in self.text or "- " in quote)
        return broken and re.search(_whole(quote, _with_breaks(quote)), self.text) is not None

    def _apart(self, quote: str) -> tuple[int, int] | None:
        """The span of a quotation with something between two parts of it, as when a page ends within it."""
        words = quote.split(" ")
        for cut in range(_ENOUGH, len(words) - _ENOUGH + 1):
            first, second = " ".join(words[:cut]), " ".join(words[cut:])
            if first not in self.text:
                return None
            found = re.search(f"{re.escape(first)}.{{0,{GAP}}}?{re.escape(second)}", self.text)
            if found:
                return self._fitted(quote, *found.span())
        return None

    def _alike(self, quote: str) -> tuple[int, int] | None:
        """The span of the passage that is most similar to the quotation, if it is similar enough."""
        from rapidfuzz import fuzz  # slow to import

        found = fuzz.partial_ratio_alignment(quote, self.text, score_cutoff=WORTH_A_LOOK)
        if found is None:
            return None
        start, end = (found.dest_start, found.dest_end) if len(quote) < len(self.text) else (0, len(self.text))
        more = len(quote) // 2  # the passage found is as long as the quotation; one with more words needs more room
        spans = self._fitted(quote, start, end), self._fitted(quote, max(start - more, 0), end + more)
        score, span = max((fuzz.ratio(quote, self.text[slice(*span)]), span) for span in spans)
        return span if score >= NEAR else None

    def _fitted(self, quote: str, start: int, end: int) -> tuple[int, int]:
        """The span in whole words, without the words before and after the quotation."""
        start = max(self.text.rfind(" ", 0, start) + 1, start - LONG_WORD)
        stop = self.text.find(" ", end)
        stop = min(stop if stop >= 0 else len(self.text), end + LONG_WORD)
        steps = steps_between(quote, self.text[start:stop])
        before = steps[0].new if not steps[0].old else ""
        after = steps[-1].new if not steps[-1].old else ""
        passage = self.text[start + len(before) : stop - len(after)]
        return start + len(before), start + len(before) + len(passage.rstrip())


def read_full_text(path: Path) -> FullText:
    """The text of a .txt or .md file by lines, or the text layer of a .pdf file by pages.

    Raises:
        UsageError: if it is a .pdf file and pypdf is not installed.
        KgError: if the file cannot be read or contains no text.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise KgError(f"{path} is larger than {MAX_BYTES // 1024 // 1024} MiB")
        data = path.read_bytes()
        parts = _pages(data) if path.suffix == ".pdf" else decode(path.name, data)[0].split("\n")
        found = full_text(path.name, data, parts)
    except KgError:
        raise
    except Exception as error:  # pypdf raises errors of many kinds
        raise KgError(f"{path} cannot be read: {error}") from error
    if not found.text:
        raise KgError(f"{path} contains no text: a scan without a text layer?")
    return found


def full_text(name: str, data: bytes, parts: Iterable[str]) -> FullText:
    """The text of a file from its lines or pages."""
    lines = [(number, plain) for number, part in enumerate(parts, 1) if (plain := normalise(part))]
    ends = accumulate(len(plain) + 1 for _, plain in lines)
    unit: Literal["line", "page"] = "page" if name.endswith(".pdf") else "line"
    text, starts = " ".join(plain for _, plain in lines), (0, *ends)[: len(lines)]
    return FullText(name, hashlib.sha256(data).hexdigest(), unit, text, starts, tuple(number for number, _ in lines))


def _pages(data: bytes) -> list[str]:
    need("pypdf")
    from pypdf import PdfReader  # slow to import

    return [page.extract_text() for page in PdfReader(BytesIO(data)).pages]


def normalise(text: str) -> str:
    """The text without differences in typography."""
    soft = re.sub("\u00ad(?=\\s|$)", "-", text)  # a soft hyphen is printed only where it ends a line
    plain = unicodedata.normalize("NFKC", soft).translate(_MARKS)
    return " ".join("".join(c for c in plain if c.isprintable() or c.isspace()).split())


class PlacedText:
    """A text in which quotations are found with their places, whatever the typography of either."""

    def __init__(self, text: str) -> None:
        self.text = unicodedata.normalize("NFC", text)
        plain: list[str] = []
        places: list[int] = []
        for place, char in enumerate(self.text):
            broken = char == "\u00ad" and not self.text[place + 1 : place + 2].strip()  # as in `normalise`
            for new in unicodedata.normalize("NFKC", "-" if broken else char).translate(_MARKS):
                kept = " " if new.isspace() else new if new.isprintable() else ""
                if kept and not (kept == " " and plain[-1:] in ([], [" "])):
                    plain.append(kept)
                    places.append(place)
        self._plain, self._places = "".join(plain), places

    def span(self, quotation: str) -> tuple[int, int] | None:
        """The start and end of a quotation in `text`; None if its words are not there."""
        quote = normalise(quotation)
        found = re.search(_whole(quote, _with_breaks(quote)), self._plain) if quote else None
        return (self._places[found.start()], self._places[found.end() - 1] + 1) if found else None


def plain_text(path: Path) -> str:
    """The text of a full text, of .pdf its text layer.

    Raises:
        UsageError: if it is a .pdf file and pypdf is not installed.
        KgError: if the file cannot be read or contains no text.
    """
    read_full_text(path)
    data = path.read_bytes()
    text = "\n".join(_pages(data)) if path.suffix == ".pdf" else decode(path.name, data)[0]
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _with_breaks(quote: str) -> str:
    """A pattern for the quotation with any word broken by a hyphen and a space, which the end of a line becomes.

    The hyphen may be the word's own (`state-of-the- art`) or not (`re- moved`); the quotation itself may be broken.
    """
    pattern, end = "", 0
    for found in _INSIDE.finditer(quote):
        pattern += re.escape(quote[end : found.start()]) + _BROKEN[found[0]]
        end = found.end()
    return pattern + re.escape(quote[end:])


def _whole(quote: str, pattern: str) -> str:
    """The pattern, not beginning or ending within a word or number; a footnote's number may follow a word."""
    edges = ["[^\\W\\d_]" if edge.isalpha() else "\\d" if edge.isdigit() else "(?!)" for edge in (quote[0], quote[-1])]
    return f"(?<!{edges[0]}){pattern}(?!{edges[1]})"


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
