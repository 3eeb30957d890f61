r"""A draft of related work in Markdown, with citations for pandoc, or in LaTeX: to be `\input`, or a whole document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Protocol

from kg.answers.related_work import KINDS, Claim, DiscussedFinding, Group, RelatedWork, Statement
from kg.readers.bibtex.citing import cited_by_pandoc, only_biblatex
from kg.render.text import latex_text
from kg.render.text.markdown_text import prose as _text
from kg.render.text.table import printable

HEADINGS = {
    "agreed": "What several works agree on",
    "alone": "What single works report",
    "disputed": "Where works disagree",
    "absent": "Looked for and not found",
}
SECTIONS = {
    "challenge": "Challenges", "outcome": "Effects", "recommendation": "Recommendations",
    "other": "Other findings", "absent": HEADINGS["absent"],
}  # fmt: skip
NO_HEADING = "Without a named challenge"
CLAIMS = {
    "hinders": "{target} as a challenge of {subject}",
    "mitigates": "{subject} as a means against {target}",
    "absent": "that {target} is not a challenge of {subject}",
    "increases": "an increase in {target} with {subject}",
    "decreases": "a decrease in {target} with {subject}",
    "no change": "no change in {target} with {subject}",
    "mixed": "mixed effects of {subject} on {target}",
}
"""What a claim says, by its relation; without verbs, because a subject may be plural."""
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
MOST_PLACES = 2
"""Number of sections named for several findings with one statement; more are left out."""
LABELS = {"agreeing": "In agreement", "qualifying": "Qualified", "disagreeing": "In disagreement"}
CODED = "Coded by reviews and not annotated"
NOTHING = "The graph contains no findings on this topic."
ONLY_BIBLATEX = "BibTeX and natbib leave out what only biblatex and biber read:"
NOTE = "Statements of the graph, arranged by kg related-work; the comment {} each gives its id in the graph."

_SIMPLE_KEY = re.compile(r"\w+(?:[:.#$%&+?<>~/-]\w+)*")


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
    needs = rf"needs {latex_text.PACKAGES}, and natbib or biblatex"
    unread = [f"{printable(key)} ({', '.join(names)})" for key, names in only_biblatex(entries).items()]
    notes = [NOTE.format("before"), stamp, needs, *([f"{ONLY_BIBLATEX} {', '.join(unread)}"] if unread else [])]
    if not bibliography:
        return "".join(f"% {note}\n" for note in notes) + latex_text.definitions(made) + made
    declared = "\n".join(latex_text.declarations(entries))
    program, citing, references = _biblatex(bibliography) if unread else _natbib(bibliography)
    lines = [
        *(f"% {note}" for note in notes),
        f"% compile it with pdflatex, {program}, and pdflatex twice",
        r"\documentclass{article}",
        r"\ifdefined\Umathchar\else",
        r"\usepackage[T1]{fontenc}",
        *filter(None, [declared]),
        r"\fi",
        r"\usepackage{lmodern}",
        r"\usepackage[hyphens]{url}",
        *citing,
        r"\setlength{\emergencystretch}{3em}",
        latex_text.definitions(made + declared) + r"\begin{document}",
        made + references,
        r"\end{document}",
    ]
    return "\n".join(lines) + "\n"


def _natbib(bibliography: str) -> tuple[str, list[str], str]:
    """The program that makes the list of references, the packages of a document, and the list."""
    listed = "\n".join([r"\bibliographystyle{plainnat}", rf"\bibliography{{{bibliography}}}"])
    return "bibtex", [r"\usepackage[numbers,sort]{natbib}"], listed


def _biblatex(bibliography: str) -> tuple[str, list[str], str]:
    package = r"\usepackage[backend=biber,style=numeric,sortcites=true,natbib=true]{biblatex}"
    return "biber", [package, rf"\addbibresource{{{bibliography}.bib}}"], r"\printbibliography"


# --- the arrangement, which is the same in both formats ---


class _Marks(Protocol):
    """What a format writes for the parts of a draft."""

    def heading(self, level: int, text: str) -> str: ...

    def label(self, text: str) -> str: ...

    def sentence(self, statements: Sequence[Statement]) -> str:
        """A statement that some findings share, with references and, in a comment, their ids in the graph."""
        ...

    def claim(self, says: str, claim: Claim) -> str:
        """A sentence with the references of a claim."""
        ...

    def coded(self, review: str, keys: Sequence[str], more: int) -> str: ...


def _body(draft: RelatedWork, marks: _Marks, listed: int) -> str:
    paragraphs = [marks.heading(1, f"Related work: {draft.topic}")]
    if not draft:
        paragraphs.append(NOTHING)
    if draft.selection:
        paragraphs.append(marks.label(f"Only findings that are: {draft.selection}"))
    if draft.groups is not None:
        paragraphs += _groups(draft.groups, marks)
    for group, heading in HEADINGS.items():
        points: tuple[DiscussedFinding, ...] = getattr(draft, group)
        if points and draft.groups is None:
            paragraphs.append(marks.heading(2, heading))
            paragraphs += _alone(points, marks) if group == "alone" else [_point(point, marks) for point in points]
    if draft.coded:
        paragraphs.append(marks.heading(2, CODED))
        paragraphs += [marks.coded(one.review, one.keys[:listed], len(one.keys[listed:])) for one in draft.coded]
    return "\n\n".join(paragraphs) + "\n"


def _groups(groups: Sequence[Group], marks: _Marks) -> Iterator[str]:
    """The groups under a heading of their kind, if there are several kinds."""
    several = len({group.kind for group in groups if group.kind in KINDS}) > 1
    kind = ""
    for group in groups:
        named = group.kind in KINDS
        if group.kind != kind and (several or not named):
            yield marks.heading(2, SECTIONS[group.kind])
        kind = group.kind
        if named:
            yield marks.heading(3 if several else 2, group.heading or NO_HEADING)
        if group.claims:
            yield "\n".join(marks.claim(_claim(claim), claim) for claim in group.claims)
        yield from _merged(group.points, marks)


def _claim(claim: Claim) -> str:
    """`Three studies report a decrease in lead time with continuous integration`."""
    count = (NUMBERS[claim.studies] if claim.studies < len(NUMBERS) else str(claim.studies)).capitalize()
    studies = f"{count} {'study' if claim.studies == 1 else 'studies'}"
    ending = "s" if claim.studies == 1 else ""
    if claim.kind == "recommendation":
        return f"{studies} recommend{ending} {claim.subject}" + (f" for {claim.target}" if claim.target else "")
    says = CLAIMS[claim.relation].format(subject=claim.subject, target=claim.target)
    return f"{studies} report{ending} {'the opposite, ' if claim.opposes else ''}{says}"


def _merged(points: Iterable[DiscussedFinding], marks: _Marks) -> Iterator[str]:
    """One paragraph for all findings to which nothing is related; those with the same statement share a sentence."""
    plain: dict[str, list[Statement]] = {}
    related: list[DiscussedFinding] = []
    for point in points:
        if point.agreeing or point.qualifying or point.disagreeing:
            related.append(point)
        else:
            plain.setdefault(" ".join(_end(point.finding.says)), []).append(point.finding)
    if plain:
        yield "\n".join(map(marks.sentence, plain.values()))
    yield from (_point(point, marks) for point in related)


def _alone(points: Iterable[DiscussedFinding], marks: _Marks) -> Iterator[str]:
    """A paragraph for each work, and for each work that reports findings of another one."""
    for _, found in groupby(points, key=lambda point: (point.finding.key, point.finding.via)):
        yield "\n".join(_point(point, marks) for point in found)


def _point(point: DiscussedFinding, marks: _Marks) -> str:
    lines = [marks.sentence([point.finding])]
    for name, label in LABELS.items():
        others: tuple[Statement, ...] = getattr(point, name)
        if others:
            lines += [marks.label(f"{label}:"), *(marks.sentence([other]) for other in others)]
    return "\n".join(lines)


def _end(says: str) -> tuple[str, str]:
    """A statement on one line without its full stop, and the stop: the references go between them."""
    text = " ".join(printable(says).split())
    return (text[:-1], ".") if text.endswith(".") else (text, "" if text.endswith(("?", "!")) else ".")


def _place(section: str) -> str:
    """`sec. 5.3` for a number, `Table 2` as it is."""
    text = " ".join(printable(section).split())
    return f"sec. {text}" if re.match(r"\d", text) else text


def _own(statements: Iterable[Statement]) -> list[Statement]:
    """The first-hand ones."""
    return [statement for statement in statements if not statement.via]


def _told(statements: Iterable[Statement]) -> list[tuple[str, list[str], str]]:
    """The second-hand ones by the publication that reports them: its key, those of the works, and where it says so."""
    found: dict[str, list[Statement]] = {}
    for statement in statements:
        if statement.via:
            found.setdefault(statement.via, []).append(statement)
    told = []
    for via, several in found.items():
        places = list(dict.fromkeys(filter(None, (_place(s.section) for s in several))))
        keys = list(dict.fromkeys(s.key for s in several))
        told.append((via, keys, ", ".join(places) if len(places) <= MOST_PLACES else ""))
    return told


class _Markdown:
    def heading(self, level: int, text: str) -> str:
        return f"{'#' * level} {_text(text)}"

    def label(self, text: str) -> str:
        return f"*{_text(text)}*"

    def sentence(self, statements: Sequence[Statement]) -> str:
        says, stop = _end(statements[0].says)
        own = [(s.key, _place(s.section)) for s in _own(statements)]
        cited = [_cite(own)] if own else []
        for via, keys, where in _told(statements):
            section = f" [{_in_citation(where)}]" if where else ""
            cited.append(f"{_cite((key, '') for key in keys)}, as reported by {_key(via)}{section}")
        return f"{_text(says)} {'; '.join(cited)}{stop} {_comment(', '.join(s.id for s in statements))}".lstrip()

    def claim(self, says: str, claim: Claim) -> str:
        cited = [_cite((key, "") for key in claim.first)] if claim.first else []
        for via, keys in claim.second:
            cited.append(f"{_cite((key, '') for key in keys)}, as reported by {_key(via)}")
        return f"{_text(' '.join(printable(says).split()))} {'; '.join(cited)}."

    def coded(self, review: str, keys: Sequence[str], more: int) -> str:
        others = f", and {more} more" if more else ""
        return f"{_key(review)}: {_cite((key, '') for key in keys)}{others}."


def _cite(works: Iterable[tuple[str, str]]) -> str:
    """`[@a, sec. 2; @b]` for keys and places; those that pandoc cannot cite follow as text."""
    cited, shown = dict[str, None](), dict[str, None]()
    for key, place in works:
        where = f", {_in_citation(place)}" if place else ""
        (cited if cited_by_pandoc(key) else shown)[_key(key) + where] = None
    return ", ".join([*([f"[{'; '.join(cited)}]"] if cited else []), *shown])


def _in_citation(place: str) -> str:
    """A place within brackets, where a `;` would begin the next citation."""
    return _text(place).replace(";", r"\;")


def _key(key: str) -> str:
    """`@key`, or `@{key}` if it has other characters than usual; a key that pandoc cannot cite is shown as text."""
    if not cited_by_pandoc(key):
        return _text(printable(key))
    return f"@{key}" if _SIMPLE_KEY.fullmatch(key) else f"@{{{key}}}"


def _comment(text: str) -> str:
    """An HTML comment; nothing in the text can end it."""
    return f"<!-- {printable(text).replace('>', '&gt;')} -->"


def _latex_place(place: str) -> str:
    return latex_text.text(place).replace("sec. ", "Sec.~", 1)


class _Latex:
    def heading(self, level: int, text: str) -> str:
        return rf"\{'sub' * (level - 1)}section{{{latex_text.text(text)}}}"

    def label(self, text: str) -> str:
        return rf"\emph{{{latex_text.text(text)}}}"

    def sentence(self, statements: Sequence[Statement]) -> str:
        says, stop = _end(statements[0].says)
        own = _own(statements)
        keys = list(dict.fromkeys(s.key for s in own))
        places = {_place(s.section) for s in own}
        where = _latex_place(places.pop()) if len(keys) == len(places) == 1 else ""  # a note is for one key
        cited = [latex_text.cite(keys, where)] if keys else []
        for via, told, place in _told(statements):
            reported = latex_text.cite([via], _latex_place(place), "citet")
            cited.append(f"{latex_text.cite(told)}, as reported by {reported}")
        said = f"{latex_text.text(says)}~" if says else ""
        return f"% {printable(', '.join(s.id for s in statements))}\n{said}{'; '.join(cited)}{stop}"

    def claim(self, says: str, claim: Claim) -> str:
        cited = [latex_text.cite(claim.first)] if claim.first else []
        for via, keys in claim.second:
            cited.append(f"{latex_text.cite(keys)}, as reported by {latex_text.cite([via], command='citet')}")
        return f"{latex_text.text(says)}~{'; '.join(cited)}."

    def coded(self, review: str, keys: Sequence[str], more: int) -> str:
        others = f", and {more} more" if more else ""
        return f"{latex_text.cite([review], command='citet')}: {latex_text.cite(keys)}{others}."
