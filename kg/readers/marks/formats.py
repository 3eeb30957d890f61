"""The table of formats of marks: for each, the endings of its files, how its content is recognised, and its reader."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.core.files import MAX_BYTES, decode
from kg.core.problems import KgError, UsageError
from kg.readers.marks.json_marks import hypothesis_marks, is_hypothesis, is_web, is_zotero, web_marks, zotero_marks
from kg.readers.marks.mark import TextMark
from kg.readers.marks.pdf_marks import pdf_marks
from kg.readers.marks.zotero_notes import note_marks


@dataclass(frozen=True)
class MarkFormat:
    """A format: `reads` gives the marks of a work with a key from a JSON value, a text, or a path, by its `content`."""

    name: str
    endings: tuple[str, ...]
    content: str
    reads: Callable[[Any, str], list[TextMark]]
    is_it: Callable[[Any], bool] = lambda _: True


FORMATS = (
    MarkFormat("highlights and notes of a PDF", (".pdf",), "path", lambda path, _: pdf_marks(path)),
    MarkFormat("Better BibTeX JSON of Zotero", (".json",), "json", zotero_marks, is_zotero),
    MarkFormat("export of Hypothes.is", (".json",), "json", hypothesis_marks, is_hypothesis),
    MarkFormat("W3C Web Annotations", (".json", ".jsonld"), "json", web_marks, is_web),
    MarkFormat("notes of Zotero as Markdown", (".md",), "text", lambda text, _: note_marks(text)),
)


def read_marks(path: Path, key: str) -> list[TextMark]:
    """The marks in a file, in their order there.

    Args:
        path: The file.
        key: The key of the work, for files with marks of several works.

    Raises:
        UsageError: if no format fits.
        KgError: if the file cannot be read.
    """
    named = [form for form in FORMATS if path.suffix.casefold() in form.endings]
    if not named:
        endings = ", ".join(sorted({ending for form in FORMATS for ending in form.endings}))
        raise UsageError(f"marks are not read from {path.name}: its ending is none of {endings}")
    if named[0].content == "path":
        return named[0].reads(path, key)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise KgError(f"{path} is larger than {MAX_BYTES // 1024 // 1024} MiB")
        text = decode(path.name, path.read_bytes())[0]
        value = json.loads(text) if named[0].content == "json" else text
    except OSError as error:
        raise KgError(f"{path} cannot be read: {error.strerror}") from error
    except (json.JSONDecodeError, RecursionError) as error:
        raise KgError(f"{path} is no JSON: {error}") from error
    found = next((form for form in named if form.is_it(value)), None)
    if found is None:
        raise UsageError(f"{path.name} has the form of none of: {', '.join(form.name for form in named)}")
    return [mark for mark in found.reads(value, key) if mark.quote or mark.note]
