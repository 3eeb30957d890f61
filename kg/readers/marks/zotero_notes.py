"""Notes that Zotero makes from annotations, exported as Markdown: quotation, citation with page, comment."""

from __future__ import annotations

import re

from kg.readers.marks.mark import TextMark

_QUOTED = re.compile(
    r"(?:“(?P<quote>[^“”]{3,4000})”|\"(?P<plain>[^“”\"]{3,4000})\")\s*"
    r"(?:\((?P<cited>\[[^\]\n]{0,200}\]\([^)\n]*\)|[^()\n]{0,200})\))?(?P<note>[^\n“\"]*)"
)
_PAGE = re.compile(r"\bp{1,2}\. ?(\w[\w–-]*)")
_LINK = re.compile(r"\(?\[[^\]\n]*\]\([^)\n]*\)\)?")


def note_marks(text: str) -> list[TextMark]:
    """The quotations in a note, each with the page of its citation and the comment after it."""
    found = []
    for line in text.split("\n"):
        for match in _QUOTED.finditer(line):
            page = _PAGE.search(match["cited"] or "")
            note = " ".join(_LINK.sub(" ", match["note"] or "").split()).strip(" ()")
            found.append(TextMark(" ".join((match["quote"] or match["plain"]).split()), note, page[1] if page else ""))
    return found
