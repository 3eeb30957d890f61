"""Reads `CITATION.cff` (Citation File Format 1.2.0): how the review itself should be cited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kg.core.files import SourceFile
from kg.core.problems import Problem
from kg.readers.yaml.marks import read_yaml

NAME = "CITATION.cff"
LICENCES = ("LICENSE-DATA", "LICENSE", "LICENSE.txt", "LICENSE.md")
"""Files of a review that state the licence of its data; the first one that exists is used."""
_DATES = ("date-released", "year", "date-published", "issue-date")
_ADDRESSES = ("url", "repository", "repository-code", "repository-artifact")
_CONTAINERS = ("journal", "conference", "collection-title", "institution", "publisher")


@dataclass(frozen=True, slots=True)
class Citation:
    """The parts of a reference to the review, or to the work that it asks to cite instead of itself.

    `text` is the whole file. `licences` are SPDX identifiers of the review, of which a user may choose one, and
    `licence_url` is where a licence without identifier is. `container` is the journal or conference of the work.
    """

    text: str
    title: str
    authors: tuple[str, ...]
    year: str = ""
    version: str = ""
    doi: str = ""
    url: str = ""
    container: str = ""
    licences: tuple[str, ...] = ()
    licence_url: str = ""


def read_citation(file: SourceFile) -> Citation | Problem:
    """Returns the fields that a reference shows, or the problem with them; other fields are not checked.

    A work under `preferred-citation` is the one to cite, as the format's guide says.
    """
    read = read_yaml(file.name, file.text)
    if read.problems:
        return read.problems[0]
    whole: dict[str, Any] = read.data if isinstance(read.data, dict) else {}
    name = "preferred-citation" if "preferred-citation" in whole else ""
    preferred = whole.get(name)
    fields: dict[str, Any] = whole if not name else preferred if isinstance(preferred, dict) else {}
    title, authors = _text(fields, "title"), _authors(fields)
    if not title or not authors:
        message = f"{name or 'this file'} has no {'author' if title else 'title'}"
        hint = "the format is described at https://citation-file-format.github.io; or remove the file"
        return Problem(read.locate((name,) if name else ()), "citation/incomplete", message, hint)
    return Citation(
        file.text,
        title,
        authors,
        _first(fields, *_DATES)[:4],
        _text(fields, "version"),
        _text(fields, "doi") or _identifier(fields, "doi"),
        _first(fields, *_ADDRESSES) or _identifier(fields, "url"),
        next((found for key in _CONTAINERS if (found := _text(fields, key) or _name(fields.get(key)))), ""),
        tuple(filter(None, map(_line, _listed(whole, "license")))),
        _text(whole, "license-url"),
    )


def _authors(fields: dict[str, Any]) -> tuple[str, ...]:
    return tuple(filter(None, map(_name, _listed(fields, "authors"))))


def _name(entry: Any) -> str:
    """Returns the name of a person or an organisation."""
    if not isinstance(entry, dict):
        return ""
    parts = (_text(entry, name) for name in ("given-names", "name-particle", "family-names", "name-suffix"))
    return " ".join(filter(None, parts)) or _first(entry, "name", "alias")


def _identifier(fields: dict[str, Any], kind: str) -> str:
    """Returns the first of the `identifiers` of this kind."""
    found = (one for one in _listed(fields, "identifiers") if isinstance(one, dict) and _text(one, "type") == kind)
    return next(filter(None, (_text(one, "value") for one in found)), "")


def _listed(fields: dict[str, Any], name: str) -> list[Any]:
    value = fields.get(name)
    return value if isinstance(value, list) else [value]


def _first(fields: dict[str, Any], *names: str) -> str:
    return next(filter(None, (_text(fields, name) for name in names)), "")


def _text(fields: dict[str, Any], name: str) -> str:
    return _line(fields.get(name))


def _line(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else " ".join(str(value).split())
