r"""A draft of related work in Markdown, with citations for pandoc, or in LaTeX: to be `\input`, or a whole document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Protocol

from kg.answers.related_work import DiscussedFinding, RelatedWork, Statement
from kg.render.text import latex_text
from kg.render.text.table import printable

HEADINGS = {
    "agreed": "What several works agree on",
    "alone": "What single works report",
    "disputed": "Where works disagree",
    "absent": "Looked for and not found",
}
LABELS = {"agreeing": "In agreement", "qualifying": "Qualified", "disagreeing": "In disagreement"}
CODED = "Coded by reviews and not annotated"
NOTHING = "The graph contains no findings on this topic."
NOTE = "Statements of the graph, arranged by kg related-work; the comment {} each gives its id in the graph."

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|@$~^])")
_SIMPLE_KEY = re.compile(r"\w(?:[\w:.#$%&+?<>~/-]*\w)?")


def related_work_markdown(draft: RelatedWork, *, listed: int, stamp: str, bibliography: str = "") -> str:
    """The draft in Markdown.

    Args:
        draft: what is known about the topic.
        listed: how many of the works that a review coded are cited; the others are counted.
        stamp: where the draft comes from, for a comment.
        bibliography: the name of a BibTeX file without its ending, to get a document for `pandoc --citeproc`.
    """
    bib = json.dumps(f"{bibliography}.bib", ensure_ascii=False)
    front = f"---\nbibliography: {bib}\n---\n\n" if bibliography else ""
    notes = "\n".join(map(_comment, [NOTE.format("after"), stamp]))
    return f"{front}{notes}\n\n{_body(draft, _Markdown(), listed)}"


def related_work_latex(
    draft: RelatedWork, *, listed: int, stamp: str, bibliography: str = "", entries: str = ""
) -> str:
    """The draft in LaTeX.

    Args:
        draft, listed, stamp, bibliography: as in Markdown.
        entries: the text of the BibTeX file, for the characters in it that pdfLaTeX does not know.
    """
    made = _body(draft, _Latex(), listed)
    needs = rf"needs {latex_text.PACKAGES}, and \citet from natbib, or from biblatex with natbib=true"
    head = "".join(f"% {note}\n" for note in (NOTE.format("before"), stamp, needs))
    if not bibliography:
        return head + latex_text.definitions(made) + made
    declared = "\n".join(latex_text.declarations(entries))
    preamble = [
        r"\documentclass{article}",
        r"\ifdefined\Umathchar\else",
        r"\usepackage[T1]{fontenc}",
        *filter(None, [declared]),
        r"\fi",
        r"\usepackage{lmodern}",
        r"\usepackage[hyphens]{url}",
        r"\usepackage[numbers,sort]{natbib}",
        r"\setlength{\emergencystretch}{3em}",
        latex_text.definitions(made + declared) + r"\begin{document}",
    ]
    end = [r"\bibliographystyle{plainnat}", rf"\bibliography{{{bibliography}}}", r"\end{document}"]
    return head + "\n".join([*preamble, made + end[0], *end[1:]]) + "\n"


# --- the arrangement, which is the same in both formats ---


class _Marks(Protocol):
    """What a format writes for the parts of a draft."""

    def heading(self, level: int, text: str) -> str: ...

    def label(self, text: str) -> str: ...

    def sentence(self, statement: Statement) -> str:
        """A statement with its references and, in a comment, its id in the graph."""
        ...

    def coded(self, review: str, keys: Sequence[str], more: int) -> str: ...


def _body(draft: RelatedWork, marks: _Marks, listed: int) -> str:
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


def _alone(points: Iterable[DiscussedFinding], marks: _Marks) -> Iterator[str]:
    """A paragraph for each work, and for each work that reports findings of another one."""
    for _, found in groupby(points, key=lambda point: (point.finding.key, point.finding.via)):
        yield "\n".join(_point(point, marks) for point in found)


def _point(point: DiscussedFinding, marks: _Marks) -> str:
    lines = [marks.sentence(point.finding)]
    for name, label in LABELS.items():
        others: tuple[Statement, ...] = getattr(point, name)
        if others:
            lines += [marks.label(label), *map(marks.sentence, others)]
    return "\n".join(lines)


def _end(says: str) -> tuple[str, str]:
    """A statement on one line without its full stop, and the stop: the references go between them."""
    text = " ".join(printable(says).split())
    return (text[:-1], ".") if text.endswith(".") else (text, "" if text.endswith(("?", "!")) else ".")


def _place(section: str) -> str:
    """`sec. 5.3` for a number, `Table 2` as it is."""
    text = " ".join(printable(section).split())
    return f"sec. {text}" if re.match(r"\d", text) else text


class _Markdown:
    def heading(self, level: int, text: str) -> str:
        return f"{'#' * level} {_text(text)}"

    def label(self, text: str) -> str:
        return f"*{text}:*"

    def sentence(self, statement: Statement) -> str:
        says, stop = _end(statement.says)
        where = _place(statement.section)
        if not statement.via:
            cited = f"[{_key(statement.key)}{f', {_text(where)}' if where else ''}]"
        else:
            section = f" [{_text(where)}]" if where else ""
            cited = f"[{_key(statement.key)}], as reported by {_key(statement.via)}{section}"
        return f"{_text(says)} {cited}{stop} {_comment(statement.id)}".lstrip()

    def coded(self, review: str, keys: Sequence[str], more: int) -> str:
        others = f", and {more} more" if more else ""
        return f"{_key(review)}: [{'; '.join(map(_key, keys))}]{others}."


def _text(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _key(key: str) -> str:
    """`@key`, or `@{key}` if the key has characters that pandoc does not expect in one."""
    shown = "".join(printable(key).split())
    return f"@{shown}" if _SIMPLE_KEY.fullmatch(shown) else f"@{{{shown}}}"


def _comment(text: str) -> str:
    """An HTML comment; nothing in the text can end it."""
    return f"<!-- {printable(text).replace('>', '&gt;')} -->"


class _Latex:
    def heading(self, level: int, text: str) -> str:
        return rf"\{'sub' * (level - 1)}section{{{latex_text.text(text)}}}"

    def label(self, text: str) -> str:
        return rf"\emph{{{text}:}}"

    def sentence(self, statement: Statement) -> str:
        says, stop = _end(statement.says)
        where = latex_text.text(_place(statement.section)).replace("sec. ", "Sec.~", 1)
        if statement.via:
            via = latex_text.cite([statement.via], where, "citet")
            cited = f"{latex_text.cite([statement.key])}, as reported by {via}"
        else:
            cited = latex_text.cite([statement.key], where)
        said = f"{latex_text.text(says)}~" if says else ""
        return f"% {printable(statement.id)}\n{said}{cited}{stop}"

    def coded(self, review: str, keys: Sequence[str], more: int) -> str:
        others = f", and {more} more" if more else ""
        return f"{latex_text.cite([review], command='citet')}: {latex_text.cite(keys)}{others}."
