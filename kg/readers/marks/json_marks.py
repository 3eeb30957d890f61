"""Marks in JSON: W3C Web Annotations (2017), exports of Hypothes.is, and Better BibTeX JSON of Zotero."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.readers.marks.mark import TextMark

_DEEPEST = 6
"""Maximum depth of selectors that refine each other."""


def _text(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _get(value: object, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


# --- W3C Web Annotation ---


def _web_items(value: object) -> list[Any]:
    """The annotations of a page, a collection, a list, or one annotation."""
    first = _get(value, "first")
    items = _get(value, "items") or _get(first, "items") or _get(value, "@graph")
    return _list(items) or _list(value)


def is_web(value: object) -> bool:
    """Whether a JSON value is a Web Annotation, or a list, page or collection of some."""
    return any(_get(item, "target") is not None for item in _web_items(value))


def web_marks(value: object, _: str) -> list[TextMark]:
    """The marks of Web Annotations."""
    found = []
    for item in _web_items(value):
        bodies = [
            _text(body) if isinstance(body, str) else _text(_get(body, "value")) for body in _list(_get(item, "body"))
        ]
        note = " ".join(filter(None, [*bodies, _text(_get(item, "bodyValue"))]))
        targets = _list(_get(item, "target"))
        quotes = [quote for target in targets for quote in _quotes(_get(target, "selector"))]
        found += [TextMark(quote, note) for quote in quotes or [""]]
    return found


def _quotes(selector: object, depth: int = 0) -> Iterator[str]:
    for one in _list(selector) if depth < _DEEPEST else ():
        if quote := _text(_get(one, "exact")):
            yield quote
        yield from _quotes(_get(one, "refinedBy"), depth + 1)


# --- Hypothes.is ---


def is_hypothesis(value: object) -> bool:
    """Whether a JSON value is an export of Hypothes.is, or an answer of its API."""
    rows = _list(_get(value, "rows") or _get(value, "annotations"))
    return any(_get(row, "target") is not None and _get(row, "uri") is not None for row in rows)


def hypothesis_marks(value: object, _: str) -> list[TextMark]:
    """The marks of an export of Hypothes.is, with their tags; replies have no words of the text."""
    found = []
    for row in _list(_get(value, "rows") or _get(value, "annotations")):
        tags = " ".join(f"#{_text(tag)}" for tag in _list(_get(row, "tags")) if _text(tag))
        note = " ".join(filter(None, (_text(_get(row, "text")), tags)))
        selectors = [_get(target, "selector") for target in _list(_get(row, "target"))]
        pages = [_text(_get(one, "label")) for selector in selectors for one in _list(selector)]
        page = next(filter(None, pages), "")
        quotes = [quote for selector in selectors for quote in _quotes(selector)]
        found += [TextMark(quote, note, page) for quote in quotes or [""]]
    return found


# --- Zotero ---


def is_zotero(value: object) -> bool:
    """Whether a JSON value is Better BibTeX JSON, which has attachments with their annotations."""
    return any(_get(item, "attachments") is not None for item in _list(_get(value, "items")))


def zotero_marks(value: object, key: str) -> list[TextMark]:
    """The marks of the item with the key; of all items if none has it and there is only one."""
    items = _list(_get(value, "items"))
    named = [item for item in items if key in (_get(item, "citationKey"), _get(item, "citekey"))]
    found = []
    for item in named or (items if len(items) == 1 else []):
        for attachment in _list(_get(item, "attachments")):
            for one in _list(_get(attachment, "annotations")):
                values = (_text(_get(one, f"annotation{name}")) for name in ("Text", "Comment", "PageLabel"))
                found.append(TextMark(*values))
    return found
