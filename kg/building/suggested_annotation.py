"""An annotation that begins with suggestions: quotations are filled in, statements are left to a person.

Every statement is empty, so that `kg check` reports each finding until somebody has written what it says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kg.building.reading import Sources, files_of_entries, read_vocabularies
from kg.building.scaffold import annotation_head, entry_of, one_line
from kg.building.suggesting import MOST, SuggestedCitation, SuggestedFinding, Suggestions, marked, suggestions
from kg.core.problems import Location, Problem, UsageError, brief
from kg.core.progress import Progress, silent
from kg.readers.marks.formats import read_marks
from kg.readers.marks.mark import TextMark
from kg.readers.texts.cited import CitedWorks
from kg.readers.texts.found import ENDINGS, TextFolder
from kg.readers.texts.opened import read_full_text
from kg.readers.yaml.edit import quoted

TEXTS = "texts"
"""The folder of full texts in a review, unless another one is named."""
_INTRODUCTION = """# Suggested by `kg suggest` from {name}: every quotation is in it verbatim, the rest is a guess.
# For each finding: write the statement in your own words, check the concepts, or delete it.

"""


def suggest(
    root: Path,
    key: str,
    texts: Path | None = None,
    most: int = MOST,
    marks: Sequence[Path] = (),
    progress: Progress = silent,
) -> tuple[str, Suggestions, list[Problem]]:
    """The text of an annotation to fill in for a publication, the suggestions in it, and marks that are not in it.

    Args:
        root: The folder of the review.
        key: The key of the publication.
        texts: The folder of full texts; by default `texts/` in the review.
        most: The number of findings.
        marks: Files with marks of a person, which are suggested in place of sentences that look like findings.
        progress: Receives each step.

    Raises:
        UsageError: if no entry has that key, or the folder has no text of it.
        TextError: if the text cannot be used.
    """
    sources = Sources(root)
    entry = entry_of(sources, key, progress)
    read_vocabularies(sources)
    folder = texts or root / TEXTS
    path = TextFolder(folder, lambda: files_of_entries(sources)).path(key) if folder.is_dir() else None
    if path is None:
        raise UsageError(f"no full text of `{key}` in {folder}: name its folder with --texts, which has {_wanted(key)}")
    text = read_full_text(path, progress)
    progress(f"{key}: reading its sentences")
    works = CitedWorks(work for source in sources.bibliographies for work in source.publications if work.key != key)
    found = suggestions(text, sources.vocabulary, works, most)
    problems: list[Problem] = []
    if marks:
        findings: list[SuggestedFinding] = []
        for file in marks:
            own, left = marked(text, read_marks(file, key), sources.vocabulary, works)
            findings += [finding for finding in own if finding not in findings]
            problems += [_left_out(file, mark, reason) for mark, reason in left]
        found = replace(found, findings=tuple(findings))
    head = annotation_head(entry) + _INTRODUCTION.format(name=one_line(path.name))
    return head + "\n".join(_lines(found)) + "\n", found, problems


def _left_out(file: Path, mark: TextMark, reason: str) -> Problem:
    said = f"“{brief(mark.quote)}”" if mark.quote else f"the note “{brief(mark.note)}”"
    page = f" (page {mark.page})" if mark.page else ""
    message = f"{said}{page} is not suggested: {reason}"
    return Problem(Location(file.name), "marks/not-suggested", message, "add it by hand if it is a finding", "warning")


def _wanted(key: str) -> str:
    return f"{key}{', '.join(ENDINGS[:-1])} or {ENDINGS[-1]}"


def _lines(found: Suggestions) -> Iterator[str]:
    yield "findings:" if found.findings else "findings: []"
    for number, finding in enumerate(found.findings, 1):
        yield from _finding(f"F{number}", finding)
    if found.citations:
        yield ""
        yield "citations:"
        for citation in found.citations:
            yield from _citation(citation)


def _finding(id: str, finding: SuggestedFinding) -> Iterator[str]:
    section = finding.sentence.section
    name = section.name if section else f"page {finding.page}" if finding.page else ""
    yield f"  - id: {id}"
    if finding.numbered:
        yield "    kind: pec"
    yield "    statement:       # in your own words"
    yield f"    section: {quoted(name)}" if name else "    section:"
    for key, slugs in finding.concepts.items():
        yield f"    {key}: [{', '.join(slugs)}]"
    if finding.note:
        yield f"    # note: {one_line(finding.note)}"
    for unclear in finding.unclear:
        yield f"    # {one_line(unclear)}?"
    for work in finding.works:
        yield f"    # attributed_to: {quoted(work)}   if this is a finding of the work that the sentence cites"
    place = {"quote": finding.quote, "section": section.name if section else "", "page": finding.page}
    yield "    evidence:"
    yield f"      - {{{', '.join(f'{key}: {quoted(value)}' for key, value in place.items() if value)}}}"


def _citation(citation: SuggestedCitation) -> Iterator[str]:
    yield f"  - work: {quoted(citation.work)}"
    yield "    reason:          # agreesWith, extends, qualifies, disputes, obtainsBackgroundFrom, usesMethodIn …"
    yield f"    sections: [{', '.join(map(quoted, citation.sections))}]"
    yield "    evidence:"
    yield f"      - {{quote: {quoted(citation.quote)}, section: {quoted(citation.section)}}}"
