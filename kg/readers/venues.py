"""Which of two titles is that of the venue: a volume and its series, a journal and its short form."""

from __future__ import annotations

import re

_SERIES = re.compile(
    r"(?:lecture notes (?:in|on|of)|communications in computer and information science|ifip advances in|"
    r"advances in intelligent systems and computing|smart innovation, systems|studies in computational intelligence|"
    r"ceur workshop proceedings|acm international conference proceeding|leibniz international proceedings|lipics)\b",
    re.I,
)
_OFTEN_SERIES = re.compile(r"(?:advances|studies|research|topics|undergraduate topics) in\b|.*\bseries\Z", re.I)
"""Such a title may also be that of a volume."""
_WORD = re.compile(r"\w+")


def is_series(title: str, other: str) -> bool:
    """Whether the title is certainly that of the series in which the other one is a volume."""
    return _likeness(title) > _likeness(other)


def _likeness(title: str) -> int:
    return 2 if _SERIES.match(title) else int(_OFTEN_SERIES.match(title) is not None)


def shortens(short: str, title: str) -> bool:
    """Whether each word of the short form begins a word of the title, in the same order."""
    words = iter(_WORD.findall(title.casefold()))
    return len(short) < len(title) and all(
        any(word.startswith(begin) for word in words) for begin in _WORD.findall(short.casefold())
    )
