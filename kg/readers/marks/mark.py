"""A mark that somebody made in a text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TextMark:
    """The marked words, what the person noted there, and the page as printed; each may be empty, but not all."""

    quote: str
    note: str = ""
    page: str = ""
