"""Bold, colour and links for what a terminal shows; files and pipes get the text as it is.

The text is marked after it is made, by its lines: so a terminal shows the words that a pipe gets, in the same places.
"""

from __future__ import annotations

import os
import re
from typing import TextIO

_BOLD, _RED, _YELLOW, _BLUE = "1", "1;31", "1;33", "1;34"
_RULE = re.compile(r"─+")
_LINK = re.compile(r"https?://[^\s<>\"”“]*[^\s<>\"”“.,;:)\]]")
_SEVERITY = re.compile(r"^\d+ (error|warning|note)s?(?= \[)|(?<=: )(error|warning|note)(?=: )")
_OF_SEVERITY = {"error": _RED, "warning": _YELLOW, "note": _BLUE}


def wants_colour(stream: TextIO) -> bool:
    """Whether a stream is a terminal that shows colours, and its user did not ask for none (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") not in ("dumb", "", None)


def in_colour(text: str) -> str:
    """The text with headings in bold, and addresses as links (OSC 8).

    Headings are what stands above a line of `─`, and lines that are not indented where there is no such line.
    """
    lines = text.split("\n")
    rule = next((at for at, line in enumerate(lines) if _RULE.fullmatch(line)), None)
    heads = range(rule) if rule is not None else [at for at, line in enumerate(lines) if line[:1].strip()]
    bold = {at for at in heads if not _LINK.match(lines[at])}
    return "\n".join(_style(_BOLD, line) if at in bold else _linked(line) for at, line in enumerate(lines))


def with_severity(line: str) -> str:
    """A line of a report with the word for how serious it is in colour: red, yellow or blue."""
    return _SEVERITY.sub(lambda found: _style(_OF_SEVERITY[found[1] or found[2]], found[0]), line, count=1)


def _linked(line: str) -> str:
    return _LINK.sub(lambda found: f"\x1b]8;;{found[0]}\x1b\\{found[0]}\x1b]8;;\x1b\\", line)


def _style(code: str, text: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if text else text
