"""Quotations are compared with full texts; the verdicts are recorded, and checked against the annotations later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from kg.building.against_text import compared
from kg.core.iris import segment
from kg.core.output import write_whole
from kg.core.problems import Location, Problem, UsageError, did_you_mean
from kg.core.progress import Progress, silent
from kg.readers.annotations import AnnotationSource
from kg.readers.formats import RECORDS
from kg.readers.texts.found import ENDINGS, TextFolder
from kg.readers.texts.full_text import FullText, steps_between
from kg.readers.texts.opened import read_full_text
from kg.readers.texts.problems import TextError
from kg.readers.texts.typography import MAX_LENGTH, normalise
from kg.readers.verdicts import AGAIN, QuotationRecord, RecordSource, Verdict, render
from kg.readers.yaml.marks import Path as Place

Quoted = tuple[str, str]
"""A quotation, and the work that it stands in if that is not the annotated one."""
MOST_NAMED = 5
"""The number of works without a full text that a message names."""
VERIFY = "keep the full text as {}.txt, .md or .pdf in a folder DIR and run `kg verify-quotes DIR`"


def verify(
    sources: Sequence[AnnotationSource],
    folder: Path,
    progress: Progress = silent,
    held: Mapping[str, QuotationRecord] | None = None,
    files: Callable[[], Mapping[str, Sequence[str]]] = dict,
) -> tuple[dict[str, QuotationRecord], list[Problem]]:
    """Compares the quotations of each annotation with the full texts in `folder`.

    Args:
        sources: The annotations.
        folder: The folder of full texts.
        progress: Receives each step.
        held: Earlier records by the stem of the annotation. Their verdicts stay where the folder has no text.
        files: The files that the entries of the bibliography name.

    Returns:
        The records by the stem of the annotation; and problems: full texts that are missing or cannot be read,
        quotations that are not exact, statements that copy the text, and sections that it does not have.

    Raises:
        UsageError: if the folder does not exist, or a full text is a .pdf file and pypdfium2 is not installed.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder; name one that contains full texts as KEY.txt, KEY.md or KEY.pdf")
    records: dict[str, QuotationRecord] = {}
    problems: list[Problem] = []
    for number, source in enumerate(sources):

        def step(what: str, stem: str = source.stem, number: int = number) -> None:
            progress(f"{stem}: {what}", number, len(sources))

        step("reading the full texts")
        record, missing = _record(source, (held or {}).get(source.stem), TextFolder(folder, files), step)
        problems += missing
        if record:
            records[source.stem] = record
            problems += not_exact(source, verdicts(source, record))
    return records, problems


def write_records(root: Path, records: Mapping[str, QuotationRecord]) -> list[str]:
    """Writes the records into the review and returns the names of the files."""
    names = {stem: f"{RECORDS}/{stem}.yaml" for stem in records}
    for stem, record in records.items():
        write_whole(root / names[stem], render(record))
    return list(names.values())


def placed(source: AnnotationSource) -> Iterator[tuple[Location, Quoted]]:
    """Every quotation of an annotation with its place."""
    for path, quote in _quoted(source):
        yield source.written.locate(path), quote


def _quoted(source: AnnotationSource) -> list[tuple[Place, Quoted]]:
    """Every quotation of a full text with its path in the annotation; a line is looked up only where it is needed."""
    elsewhere, sheets = source.named.stands_in, source.named.in_sheets
    found = (
        (path, (quote.strip(), elsewhere.get(path, "")))
        for path, quote in source.named.quotations
        if path not in sheets
    )
    return [(path, quoted) for path, quoted in found if quoted[0]]


def verdicts(source: AnnotationSource, record: QuotationRecord | None) -> dict[Quoted, Verdict]:
    """The verdicts of the record by quotation; none if the annotation is now of another publication."""
    if record is None or record.publication != source.key.strip():
        return {}
    return {(verdict.quote, verdict.stands_in or ""): verdict for verdict in record.quotations}


def not_exact(source: AnnotationSource, known: Mapping[Quoted, Verdict]) -> list[Problem]:
    """An error for each quotation that is missing, a warning for each that is near."""
    found = ((path, known[quote]) for path, quote in _quoted(source) if quote in known)
    return [_problem(source.written.locate(path), verdict) for path, verdict in found if verdict.verdict != "exact"]


def check_records(sources: Iterable[AnnotationSource], records: Iterable[RecordSource]) -> list[Problem]:
    """Quotations that are not exact or were not checked, and records that are out of date."""
    left = {record.stem: record for record in records}
    problems: list[Problem] = []
    for source in sources:
        held = left.pop(source.stem, None)
        if held is not None and held.record is None:  # that it cannot be read is reported elsewhere
            continue
        known = verdicts(source, held.record if held else None)
        problems += [*not_exact(source, known), *_unchecked(source, known)]
        if held and held.record:
            problems += _stale(source, held, held.record)
    for gone in left.values():
        message, hint = f"there is no annotation `{gone.stem}`", "remove this record, or name it after its annotation"
        problems.append(Problem(Location(gone.file.name), "quotation/stale-record", message, hint, "warning"))
    return problems


def difference(quote: str, passage: str) -> tuple[str, str]:
    """The passage with the differing words in brackets, and the changes in words (`old → new`)."""
    marked, changes = "", []
    for step in steps_between(normalise(quote)[:MAX_LENGTH], passage):
        old, new = step.old.strip(), step.new.strip()
        marked += step.new if step.same or not new else step.new.replace(new, f"[{new}]", 1)
        if not step.same:
            changes.append(f"{old} → {new}" if old and new else f"without {old}" if old else f"with {new}")
    return marked, ", ".join(changes)


def _full_text(
    source: AnnotationSource, path: Path | None, progress: Callable[[str], object]
) -> FullText | Problem | None:
    """A full text; a problem if it cannot be used, nothing if there is none."""
    try:
        return read_full_text(path, lambda what, *_: progress(what)) if path else None
    except TextError as error:
        return error.at(Location(source.file.name))


def _record(
    source: AnnotationSource,
    held: QuotationRecord | None,
    folder: TextFolder,
    progress: Callable[[str], object],
) -> tuple[QuotationRecord | None, list[Problem]]:
    """The record, and a problem for full texts that are missing or cannot be read; no record if all are.

    An annotation without quotations has a record if its full text is there: the text was read.
    """
    quotes = list(dict.fromkeys(quoted for _, quoted in _quoted(source)))
    known = verdicts(source, held)
    works = dict.fromkeys([*(work for _, work in quotes), *([] if quotes else [""])])
    texts = {work: _full_text(source, folder.path(work or source.key), progress) for work in works}
    read = {work: text for work, text in texts.items() if isinstance(text, FullText)}
    problems = [text for text in texts.values() if isinstance(text, Problem)]
    if missing := [work or source.key for work, text in texts.items() if text is None]:
        problems.append(_no_texts(source, missing, folder.folder))
    if not read:
        return None, problems
    judged: list[Verdict] = []
    for number, (quote, work) in enumerate(quotes, 1):
        progress(f"quotation {number} of {len(quotes)}")
        if work in read:
            judged.append(read[work].judge(quote).model_copy(update={"stands_in": work or None}))
        elif (quote, work) in known:
            judged.append(known[quote, work])
    record = QuotationRecord(publication=source.key, quotations=tuple(judged))
    if "" in read:
        problems += compared(source, read[""])
        own = {"full_text": read[""].name, "full_text_sha256": read[""].sha256}
    else:
        own = held.model_dump(include={"full_text", "full_text_sha256"}) if held and known else {}
    return record.model_copy(update=own), problems


def _problem(where: Location, verdict: Verdict) -> Problem:
    if verdict.verdict == "missing":
        hint = "quote the words as printed, then run `kg verify-quotes` again"
        return Problem(where, "quotation/missing", f"“{verdict.quote}” is not in the full text", hint)
    marked, changes = difference(verdict.quote, verdict.passage or "…")
    unit, number = ("page", verdict.page) if verdict.page else ("line", verdict.line)
    place = f", {unit} {number}," if number else ""
    message, hint = (
        f"“{verdict.quote}” is not in the full text verbatim",
        f"the text{place} has: “{marked}” ({changes})",
    )
    return Problem(where, "quotation/near", message, hint, "warning")


def _unchecked(source: AnnotationSource, known: Mapping[Quoted, Verdict]) -> Iterator[Problem]:
    quoted = _quoted(source)
    missed = [path for path, quote in quoted if quote not in known]
    if missed:
        message = f"{len(missed)} of {len(quoted)} quotations were not checked against a full text, this one the first"
        hint = VERIFY.format(segment(source.key))
        yield Problem(source.written.locate(missed[0]), "quotation/unchecked", message, hint, "info")


def _stale(source: AnnotationSource, held: RecordSource, record: QuotationRecord) -> Iterator[Problem]:
    if record.publication != source.key.strip():
        message = f"this record is of {record.publication}, the annotation of {source.key}"
        yield Problem(Location(held.file.name), "quotation/stale-record", message, AGAIN, "warning")
        return
    quoted = {quote for _, quote in _quoted(source)}
    held_on = [(verdict.quote, verdict.stands_in or "") for verdict in record.quotations]
    gone = [index for index, of in enumerate(held_on) if of not in quoted]
    if gone:
        number = f"{len(gone)} of {len(record.quotations)} quotations"
        message = f"{number} of this record are no longer in the annotation, this one the first"
        yield Problem(held.locate(gone[0]), "quotation/stale-record", message, AGAIN, "info")


def _no_texts(source: AnnotationSource, keys: Sequence[str], folder: Path) -> Problem:
    names = [found.stem for found in folder.iterdir() if found.suffix.casefold() in ENDINGS]
    shown = ", ".join(f"`{key}`" for key in keys[:MOST_NAMED]) + (" …" if len(keys) > MOST_NAMED else "")
    of = f"{shown}" if len(keys) == 1 else f"{len(keys)} works: {shown}"
    hint = did_you_mean(keys[0], names, f"put it there as {segment(keys[0])}.txt, .md or .pdf")
    where = Location(source.file.name)
    return Problem(where, "quotation/no-full-text", f"no full text of {of} in {folder}", hint, "warning")
