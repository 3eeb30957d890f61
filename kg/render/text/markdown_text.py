"""Text of the graph for Markdown: pandoc and GitHub Flavored Markdown read the same characters back."""

from __future__ import annotations

import re

from kg.render.text.table import printable

_SPECIAL = (
    r"[\\`*{}\[\]<>|@$~^]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # within a word it is a character
    r"|(?<!\S)#|&(?=#?\w+;)"
    r"|:(?=//|[\w+-]+:)|(?<=\bmailto):|(?<=\bxmpp):|(?<=www)\."  # links and emoji of GitHub
)
_PROSE = re.compile(_SPECIAL)
_CELL = re.compile(_SPECIAL + r"""|["']|(?<=-)-|\.(?=\.\.)""")  # pandoc would set these as a printer does
_URL = re.compile(r"(?<![^\s(])(https?://[\w.~:/?#@!&'()*+,=%-]*[\w/=-])(?=[.,:)]*(?:\s|\Z))", re.ASCII)
_LIST = re.compile(r"\A(\(?(?:\d{1,9}|[a-z]|[ivxlcdm]+))([.)])(?=\s|\Z)|\A([-+=:%])", re.I)
"""What would begin a list, a title or a definition at the beginning of a line."""


def prose(value: object) -> str:
    """A text on one line of a paragraph or heading; pandoc sets its quotation marks and dashes."""
    return _LIST.sub(lambda found: f"{found[1] or ''}\\{found[2] or found[3]}", _PROSE.sub(r"\\\g<0>", str(value)))


def cell(value: object) -> str:
    """A value as a cell of a table (GitHub Flavored Markdown, section 4.10); addresses are links."""
    text = printable("" if value is None else str(value))
    parts = _URL.split(text)
    return "".join(f"<{part}>" if i % 2 else _CELL.sub(r"\\\g<0>", part) for i, part in enumerate(parts))
