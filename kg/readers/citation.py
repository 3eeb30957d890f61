"""Reads `CITATION.cff` (Citation File Format): how the review itself should be cited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kg.core.files import SourceFile
from kg.core.problems import Location, Problem
from kg.readers.yaml.marks import read_yaml

NAME = "CITATION.cff"
_OTHERS = ("date-released", "version", "doi", "url", "repository", "repository-code")


@dataclass(frozen=True, slots=True)
class Citation:
    """The parts of a reference to the review; `text` is the whole file."""

    text: str
    title: str
    authors: tuple[str, ...]
    year: str = ""
    version: str = ""
    doi: str = ""
    url: str = ""


def read_citation(file: SourceFile) -> Citation | Problem:
    """Returns the fields that a reference shows, or the problem with them; other fields are not checked."""
    read = read_yaml(file.name, file.text)
    if read.problems:
        return read.problems[0]
    fields: dict[str, Any] = read.data if isinstance(read.data, dict) else {}
    people = fields.get("authors")
    authors = tuple(filter(None, map(_author, people if isinstance(people, list) else [])))
    title = _text(fields, "title")
    if not title or not authors:
        message = f"this file has no {'author' if title else 'title'}"
        hint = "the format is described at https://citation-file-format.github.io; or remove the file"
        return Problem(Location(file.name, 1, 1), "citation/incomplete", message, hint)
    released, version, doi, *urls = (_text(fields, name) for name in _OTHERS)
    return Citation(file.text, title, authors, released[:4], version, doi, next(filter(None, urls), ""))


def _author(entry: Any) -> str:
    """Returns the name of a person or an organisation."""
    if not isinstance(entry, dict):
        return ""
    parts = (_text(entry, name) for name in ("given-names", "name-particle", "family-names", "name-suffix"))
    return " ".join(filter(None, parts)) or _text(entry, "name")


def _text(fields: dict[str, Any], name: str) -> str:
    value = fields.get(name)
    return "" if value is None or isinstance(value, dict | list) else " ".join(str(value).split())
