"""The sentences of a full text, across lines and pages."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from kg.readers.texts.full_text import FullText, Section
from kg.readers.texts.headings import REFERENCES
from kg.readers.texts.typography import RAISED, quotation_of

LONGEST = 1200
"""Maximum number of characters of a sentence; longer ones are tables or lists."""
_END = re.compile(rf"""(?:[.!?:]["”’')\]]*[{RAISED}]*(?=\s+["“‘'(\[•]*[A-Z0-9•])|\n\s*\n|\n(?=\s*[•▪‣–*-]\s))\s*""")
_ABBREVIATED = re.compile(
    r"(?:\b(?:e\.g|i\.e|et al|cf|vs|resp|approx|Fig|Figs|Sec|Sect|Eq|Tab|Dr|Prof|Mr|Mrs|Ms|No|Vol|pp?|St|[A-Z]))\.$"
)


@dataclass(frozen=True)
class TextSentence:
    """A sentence as one line: its extent in the text, and the section that it stands in."""

    text: str
    start: int
    end: int
    section: Section | None


def sentences_of(text: FullText) -> list[TextSentence]:
    """The sentences of the body and of the footnotes, without headings and the list of references."""
    flow = text.flow
    offsets = [0]
    for match in _END.finditer(flow):
        before = flow[max(0, match.start() - 12) : match.start() + 1]
        if match[0].strip(" ") and not (match[0][0] == "." and _ABBREVIATED.search(before)) and match[0][0] != ":":
            offsets.append(match.end())
    headings = _headings(text)
    inside = [range(start + 1, end) for start, end in headings.items()]
    ends = {offset for offset in offsets if not any(offset in span for span in inside)}
    offsets = sorted({*ends, *headings, *headings.values(), len(flow)})
    left_out = [section for section in text.sections if REFERENCES.fullmatch(section.title)]
    found = []
    for start, end in pairwise(offsets):
        words = quotation_of(flow[start:end], text.hyphenated)
        first = text.back(start)
        section = text.section_at(first)
        if start in headings or not words or len(words) > LONGEST or (section in left_out and first < section.end):
            continue
        found.append(TextSentence(words, first, text.back(start + len(flow[start:end].rstrip()) - 1) + 1, section))
    return found


def _headings(text: FullText) -> dict[int, int]:
    """Start and end of the line of each heading, in the flow."""
    found = {}
    for section in text.sections:
        start = text.forward(section.start)
        line = text.flow.find("\n", start)
        printed = len(section.number) + len(section.title) + 2
        end = line if line >= 0 else len(text.flow)
        if end - start > printed + 4:  # text follows the heading in its line
            run_in = re.compile(r"[.:](?=\s)").search(text.flow, start + printed - 2, end)
            end = run_in.end() if run_in else end
        found[start] = end
    return found
