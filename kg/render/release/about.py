"""What a release says about itself: title, authors, licence, version and date, from the files of the review."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.answers.rows import Answers
from kg.core.files import MAX_QUERY_BYTES, SourceFile, read_source
from kg.core.problems import Location, Problem, UsageError, brief
from kg.readers.citation import LICENCES, NAME, read_citation
from kg.readers.settings import TITLE, read_settings
from kg.readers.yaml.marks import read_yaml

VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,63}")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CREATIVE = re.compile(r"https?://creativecommons\.org/(licenses|publicdomain)/([a-z-]+)/([0-9.]+)")
_DATES = "SELECT ?date WHERE { ?thing dcterms:created|dcterms:date ?date }"
_BY = "SELECT DISTINCT ?name WHERE { ?file cs:annotates ?work ; prov:wasAttributedTo/rdfs:label ?name } ORDER BY ?name"


@dataclass(frozen=True, slots=True)
class Author:
    """An author of the review; a person has a family name."""

    name: str
    family: str = ""
    given: str = ""
    orcid: str = ""
    affiliation: str = ""


@dataclass(frozen=True, slots=True)
class Licence:
    """The licence of the data: the file that states it, and its address and SPDX identifier as far as known."""

    file: str = ""
    text: str = ""
    url: str = ""
    spdx: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """What is said about the release as a whole."""

    version: str
    date: str
    """The last day that the sources of the review name, unless another one is given."""
    title: str
    description: str
    authors: tuple[Author, ...]
    licence: Licence
    citation: str
    """The text of CITATION.cff, with this version and date."""
    base: str
    """What the IRIs of the review begin with."""
    snapshot: str
    triples: int
    keywords: tuple[str, ...] = ()
    doi: str = ""


def about(graph: Answers, root: Path, version: str, date: str = "") -> About:
    """What a release of the review says about itself.

    Raises:
        UsageError: for a version or date of another form, a CITATION.cff that cannot be used, or a missing licence.
    """
    if not VERSION.fullmatch(version):
        raise UsageError(f"`{brief(version)}` is no version: write letters, digits, dots and hyphens, as in 1.0")
    date = date or _last_day(graph)
    if not date:
        raise UsageError("the sources name no day: give the release one with --date YYYY-MM-DD")
    if not (_DATE.fullmatch(date) and _is_day(date)):
        raise UsageError(f"`{brief(date)}` is no day: write --date YYYY-MM-DD")
    file = _source(root, NAME)
    fields = _fields(file) if file else {}
    settings = read_settings(root)
    title = graph.title or _text(fields, "title") or TITLE
    authors = tuple(filter(None, map(_author, _listed(fields, "authors")))) or _annotators(graph, title)
    licence = licence_of(root)
    if not (licence.file or licence.spdx):
        problem = Problem(Location(NAME), "release/licence", "the review states no licence, so nobody may use its data",
                          f"write {LICENCES[0]}, or `license: CC-BY-4.0` in {NAME}")  # fmt: skip
        raise UsageError(str(problem))
    described = settings.description or _text(fields, "abstract") or f"{title}: what studies found, as linked data."
    return About(
        version, date, title, described, authors, licence,
        _dated(file.text, version, date) if file else _new_citation(title, authors, licence, version, date),
        settings.base, graph.snapshot, len(graph.store) if hasattr(graph.store, "__len__") else 0,
        tuple(str(word) for word in _listed(fields, "keywords") if isinstance(word, str)), _text(fields, "doi"),
    )  # fmt: skip


def _is_day(text: str) -> bool:
    with suppress(ValueError):
        return bool(datetime.date.fromisoformat(text))
    return False


def _last_day(graph: Answers) -> str:
    """The last date of an annotation or decision; empty if there is none. It does not depend on clocks or copies."""
    return max((str(row["date"])[:10] for row in graph.sparql(_DATES)), default="")


def _source(root: Path, name: str) -> SourceFile | None:
    found = read_source(root, root / name, MAX_QUERY_BYTES) if (root / name).exists() else None
    if isinstance(found, Problem):
        raise UsageError(str(found))
    return found


def _fields(file: SourceFile) -> Mapping[str, Any]:
    """The fields of CITATION.cff, which has a title and authors."""
    citation = read_citation(file)
    if isinstance(citation, Problem):
        raise UsageError(str(citation))
    data = read_yaml(file.name, file.text).data
    return data if isinstance(data, dict) else {}


def _author(entry: object) -> Author | None:
    if not isinstance(entry, dict):
        return None
    family = " ".join(filter(None, (_text(entry, "name-particle"), _text(entry, "family-names"))))
    given, name = _text(entry, "given-names"), _text(entry, "name") or _text(entry, "alias")
    full = " ".join(filter(None, (given, family))) or name
    return Author(full, family, given, _text(entry, "orcid"), _text(entry, "affiliation")) if full else None


def _annotators(graph: Answers, title: str) -> tuple[Author, ...]:
    """Who annotated, if no CITATION.cff says who the authors are."""
    names = [str(row["name"]) for row in graph.sparql(_BY)]
    return tuple(map(Author, names)) or (Author(f"The authors of {title}"),)


def licence_of(root: Path) -> Licence:
    """The licence of the data, empty if the review states none.

    A licence file of the data counts before the licence in CITATION.cff, which may be that of software.
    """
    citation = _source(root, NAME)
    fields = _fields(citation) if citation else {}
    file = next(filter(None, (_source(root, name) for name in LICENCES)), None)
    found = _CREATIVE.search(file.text) if file else None
    spdx = next((word for word in _listed(fields, "license") if isinstance(word, str)), "")
    if (file and file.name == LICENCES[0]) or not spdx:
        spdx = _creative(found) if found else ""
    url = found[0] + "/" if found and _creative(found) == spdx else f"https://spdx.org/licenses/{spdx}" if spdx else ""
    return Licence(file.name if file else "", file.text if file else "", url, spdx)


def _creative(found: re.Match[str]) -> str:
    """The SPDX identifier of a licence of Creative Commons."""
    return f"CC0-{found[3]}" if found[2] == "zero" else f"CC-{found[2].upper()}-{found[3]}"


def _dated(text: str, version: str, date: str) -> str:
    """The review's CITATION.cff with another version and date; nothing else is changed."""
    for key, value in (("version", version), ("date-released", date)):
        line = f'{key}: "{value}"' if key == "version" else f"{key}: {value}"
        text, changed = re.subn(rf"(?m)^{key}:.*$", line, text, count=1)
        text = text if changed else f"{text.rstrip()}\n{line}\n"
    read = read_yaml(NAME, text)
    if read.problems or not isinstance(read.data, dict) or str(read.data.get("version")) != version:
        raise UsageError(f"{NAME}: its version cannot be changed: write it on a line of its own, `version: 1.0`")
    return text


def _new_citation(title: str, authors: Sequence[Author], licence: Licence, version: str, date: str) -> str:
    import json

    def said(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)  # a YAML text in quotation marks

    lines = ["cff-version: 1.2.0", "message: If you use these data, please cite them and the studies you rely on.",
             "type: dataset", f"title: {said(title)}", "authors:", *(f"  - name: {said(one.name)}" for one in authors),
             f"version: {said(version)}", f"date-released: {date}"]  # fmt: skip
    return "\n".join([*lines, *([f"license: {licence.spdx}"] if licence.spdx else [])]) + "\n"


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    return "" if value is None or isinstance(value, dict | list) else " ".join(str(value).split())


def _listed(fields: Mapping[str, Any], name: str) -> list[Any]:
    value = fields.get(name)
    return value if isinstance(value, list) else [value] if value is not None else []
