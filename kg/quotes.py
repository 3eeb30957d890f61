"""Quotations held against the full text: exact, near or missing.

What differs only in typography is the same: kinds of quotation marks, dashes and spaces, ligatures, Markdown emphasis,
words broken at the end of a line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from kg.iris import segment
from kg.problems import Location, Problem, UsageError, did_you_mean
from kg.sources.annotations import AnnotationSource
from kg.sources.walk import quotations

Verdict = Literal["exact", "near", "missing"]
NEAR = 80.0
"""Similarity in percent (rapidfuzz's partial ratio) from which a passage is taken for the one that was meant."""
ENDINGS = (".txt", ".md", ".pdf")

_MARKS = str.maketrans({
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"', "«": '"',
    "»": '"', "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "−": "-", "\u00ad": "", "*": "", "_": "",
    "\u200b": "", "\ufeff": "",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """One quotation and what came of it; `passage` is the closest one in the text when it is near."""

    where: Location
    quote: str
    verdict: Verdict
    passage: str = ""

    @property
    def problem(self) -> Problem | None:
        if self.verdict == "exact":
            return None
        if self.verdict == "near":
            return Problem(self.where, "quotation/near", f"“{self.quote}” is not in the full text word for word",
                           f"the text has: “{self.passage}”")
        return Problem(self.where, "quotation/missing", f"“{self.quote}” is not in the full text",
                       "quote the words as they stand there")


def check_quotations(sources: list[AnnotationSource], folder: Path) -> tuple[list[Checked], list[Problem]]:
    """Every quotation of the annotations whose full text is in `folder`, and a Problem for each text that is not.

    Raises:
        UsageError: if the folder is not there.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; name one that holds full texts as KEY.txt, KEY.md or KEY.pdf")
    checked: list[Checked] = []
    problems: list[Problem] = []
    for source in sources:
        path = full_text_path(folder, source.key)
        if path is None:
            names = [found.stem for found in folder.iterdir() if found.suffix in ENDINGS]
            problems.append(Problem(
                Location(source.file.name), "quotation/no-full-text", f"no full text of `{source.key}` in {folder}",
                did_you_mean(source.key, names, f"put it there as {segment(source.key)}.txt, .md or .pdf"), "warning"))
        else:
            checked += check_against(source, read_full_text(path))
    return checked, problems


def full_text_path(folder: Path, key: str) -> Path | None:
    return next((path for ending in ENDINGS if (path := folder / f"{segment(key)}{ending}").is_file()), None)


def read_full_text(path: Path) -> str:
    """The text of a .txt or .md file in UTF-8, or the text layer of a .pdf file.

    Raises:
        UsageError: if the file cannot be read.
    """
    try:
        if path.suffix != ".pdf":
            return path.read_text(encoding="utf-8", errors="replace")
        from pypdf import PdfReader  # slow to import

        return "\n".join(page.extract_text() for page in PdfReader(path).pages)
    except Exception as error:  # pypdf raises errors of many kinds
        raise UsageError(f"{path} cannot be read: {error}") from error


def check_against(source: AnnotationSource, text: str) -> Iterator[Checked]:
    for path, quote in quotations(source.written.data):
        verdict, passage = judge(quote, text)
        yield Checked(source.written.locate(path), quote, verdict, passage)


def judge(quotation: str, text: str) -> tuple[Verdict, str]:
    """The verdict on one quotation, and the closest passage when it is near."""
    from rapidfuzz import fuzz  # a compiled library, needed here only

    quote, whole = normalise(quotation), normalise(text)
    if quote in whole or _unbroken(quote) in _unbroken(whole):
        return "exact", ""
    found = fuzz.partial_ratio_alignment(quote, whole, score_cutoff=NEAR)
    if found is None:
        return "missing", ""
    return "near", _to_words(whole, found.dest_start, found.dest_end)


@lru_cache(maxsize=4)
def normalise(text: str) -> str:
    """Text without what differs only in typography."""
    plain = unicodedata.normalize("NFKC", text).translate(_MARKS)
    return " ".join(plain.split())


@lru_cache(maxsize=4)
def _unbroken(text: str) -> str:
    """Without hyphens and spaces beside them, so that a word broken at the end of a line is one word."""
    return re.sub(r"\s*-\s*", "", text)


def _to_words(text: str, start: int, end: int) -> str:
    """The passage widened to whole words."""
    start = text.rfind(" ", 0, start) + 1
    stop = text.find(" ", end)
    return text[start:stop if stop >= 0 else len(text)]
