"""The title and the venue of an entry, from all fields that biblatex prints as parts of them."""

from __future__ import annotations

from collections.abc import Mapping

from kg.model.bibliography import full_title

_WITH_BOOKTITLE = "inproceedings incollection inbook conference inreference suppbook bookinbook suppcollection"
PARTS_OF_BOOKS = frozenset(_WITH_BOOKTITLE.split())
"""Works that are printed in a book: the styles print its title also if the entry names a journal."""
_VOLUMES = frozenset({"book", "collection", "proceedings", "reference", "manual"})
"""Works that can be a volume of a work with a title of its own."""
IN_TITLE = ("title", "subtitle", "titleaddon", "maintitle", "mainsubtitle", "maintitleaddon")
_JOURNAL = ("journaltitle", "journalsubtitle", "journaltitleaddon")
_BOOK = ("booktitle", "booksubtitle", "booktitleaddon")
IN_VENUE = ("journal", *_JOURNAL, *_BOOK)


def title_of(kind: str, fields: Mapping[str, str]) -> str:
    """Returns the title with its subtitle; of a volume `Main title. Vol. 2: Title`, as biblatex prints it."""
    if "subtitle" not in fields and "maintitle" not in fields and "titleaddon" not in fields:
        return fields.get("title", "")
    title = _joined(fields, "title", "subtitle", "titleaddon")
    return _in_main_title(title, fields) if kind in _VOLUMES else title


def venue_of(kind: str, fields: Mapping[str, str]) -> str:
    """Returns the title of the journal or book that contains the work, in the order in which the styles print them."""
    if kind in PARTS_OF_BOOKS:
        return _in_main_title(_book(fields), fields) or _journal(fields)
    return _journal(fields) or _book(fields)


def _journal(fields: Mapping[str, str]) -> str:
    if "journalsubtitle" not in fields and "journaltitleaddon" not in fields:
        return fields.get("journaltitle") or fields.get("journal") or ""
    journal = fields.get("journaltitle") or fields.get("journal", "")
    return full_title(journal, *(fields.get(name, "") for name in _JOURNAL[1:]))


def _book(fields: Mapping[str, str]) -> str:
    if "booksubtitle" not in fields and "booktitleaddon" not in fields:
        return fields.get("booktitle", "")
    return _joined(fields, *_BOOK)


def _in_main_title(title: str, fields: Mapping[str, str]) -> str:
    if "maintitle" not in fields:
        return title
    main = _joined(fields, "maintitle", "mainsubtitle", "maintitleaddon")
    if not main or not title or fields.get("maintitle") == fields.get("title"):
        return title or main
    volume = fields.get("volume", "")
    return full_title(main, "", f"Vol. {volume}: {title}" if volume else title)


def _joined(fields: Mapping[str, str], *names: str) -> str:
    return full_title(*(fields.get(name, "") for name in names))
