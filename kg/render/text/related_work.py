"""A draft of related work as text: the arrangement is the same in Markdown and in LaTeX, the marks are theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Protocol

from kg.answers.related_work import DiscussedFinding, RelatedWork, Statement
from kg.render.text.table import printable

HEADINGS = {"agreed": "What several works agree on", "alone": "What single works report",
            "disputed": "Where works disagree", "absent": "Looked for and not found"}  # fmt: skip
LABELS = {"agreeing": "In agreement", "qualifying": "Qualified", "disagreeing": "In disagreement"}
CODED = "Sorted here by reviews and not annotated"
NOTHING = "The graph says nothing of this topic."


class Marks(Protocol):
    """What a format writes for the parts of a draft."""

    def heading(self, level: int, text: str) -> str: ...

    def label(self, text: str) -> str: ...

    def sentence(self, statement: Statement) -> str:
        """A statement with its references, and in a comment the thing of the graph that says it."""
        ...

    def coded(self, review: str, keys: Sequence[str], more: int) -> str: ...


def body(draft: RelatedWork, marks: Marks, listed: int) -> str:
    """The headings and statements; of the works that a review coded, so many are listed and the others counted."""
    paragraphs = [marks.heading(1, f"Related work: {draft.topic}")]
    if not draft:
        paragraphs.append(NOTHING)
    for group, heading in HEADINGS.items():
        points: tuple[DiscussedFinding, ...] = getattr(draft, group)
        if points:
            paragraphs.append(marks.heading(2, heading))
            paragraphs += _alone(points, marks) if group == "alone" else [_point(point, marks) for point in points]
    if draft.coded:
        paragraphs.append(marks.heading(2, CODED))
        paragraphs += [marks.coded(one.review, one.keys[:listed], len(one.keys[listed:])) for one in draft.coded]
    return "\n\n".join(paragraphs) + "\n"


def _alone(points: Iterable[DiscussedFinding], marks: Marks) -> Iterator[str]:
    """A paragraph for what each work reports, or somebody else of it."""
    for _, found in groupby(points, key=lambda point: (point.finding.key, point.finding.via)):
        yield "\n".join(_point(point, marks) for point in found)


def _point(point: DiscussedFinding, marks: Marks) -> str:
    lines = [marks.sentence(point.finding)]
    for name, label in LABELS.items():
        others: tuple[Statement, ...] = getattr(point, name)
        if others:
            lines += [marks.label(label), *map(marks.sentence, others)]
    return "\n".join(lines)


def end(says: str) -> tuple[str, str]:
    """A statement on one line before its last full stop, and the stop: references go between."""
    text = " ".join(printable(says).split())
    return (text[:-1], ".") if text.endswith(".") else (text, "" if text.endswith(("?", "!")) else ".")


def place(section: str) -> str:
    """`sec. 5.3` for a number, `Table 2` as it is."""
    text = " ".join(printable(section).split())
    return f"sec. {text}" if re.match(r"\d", text) else text
