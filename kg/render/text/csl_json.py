"""Works as CSL-JSON, which Zotero, Quarto and pandoc read: kg reads each item back as the same work.

The variables and their values are those of the schema csl-data.json of CSL 1.0.2 (https://docs.citationstyles.org).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from kg.answers.rows import Rows
from kg.model.bibliography import BibliographyEntry, Person
from kg.readers.records import keywords
from kg.render.text import reference_values as values
from kg.render.text.rows import Works, cited

_TYPES = {
    "article-journal": "article suppperiodical",
    "periodical": "periodical",
    "paper-conference": "inproceedings conference",
    "chapter": "incollection inbook suppbook bookinbook suppcollection",
    "entry-encyclopedia": "inreference",
    "book": "book mvbook manual collection mvcollection proceedings mvproceedings reference mvreference",
    "thesis": "phdthesis mastersthesis thesis",
    "report": "techreport report",
    "webpage": "online electronic www",
    "manuscript": "unpublished",
    "pamphlet": "booklet",
    "motion_picture": "video movie",
    "software": "software",
    "dataset": "dataset",
    "patent": "patent",
    "standard": "standard",
}
_TYPE_OF = {kind: csl for csl, kinds in _TYPES.items() for kind in kinds.split()}
_NUMBERS = {"issue": "issue", "series": "collection-number", "number": "number"}
_FIELDS = (
    "volume:volume edition:edition publisher-place:address,location collection-title:series event-title:eventtitle "
    "event-place:venue container-title-short:shortjournal title-short:shorttitle version:version "
    "number-of-pages:pagetotal ISBN:isbn ISSN:issn URL:url abstract:abstract note:note annote:annotation"
)
_VARIABLES = [(name, fields.split(",")) for name, fields in (pair.split(":") for pair in _FIELDS.split())]
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_JOINED = ("'", "’", "-")


def rows_csl_json(rows: Rows, works: Works) -> str:
    """The works that the rows cite.

    Raises:
        UsageError: if the rows name no publications.
    """
    return csl_json(works, cited(rows, "csl-json"))


def csl_json(works: Works, keys: Sequence[str]) -> str:
    """The works with the keys as a list of items, in the order of the keys."""
    items = [csl_item(work) for work in values.entries_of(works, keys)]
    return json.dumps(items, indent=2, ensure_ascii=False) + "\n"


def csl_item(work: BibliographyEntry) -> dict[str, Any]:
    """One work as an item, without variables that it has no value for."""
    kind = _TYPE_OF.get(work.kind, "document")
    # A preprint that names a journal is of no kind with journals, and would be cited without it.
    item: dict[str, Any] = {"id": work.key, "citation-key": work.key}
    item["type"] = "article-journal" if kind == "document" and work.venue else kind
    item["title"] = work.title
    for role, people in (("author", work.authors if values.has_author(work) else ()), ("editor", work.editors)):
        item[role] = [_name(person) for person in people]
    if work.others:  # as pandoc writes it, which cites the work with `et al.`
        item["author" if values.has_author(work) else "editor"].append({"literal": "others"})
    item["issued"] = _date(values.date_of(work))
    item["container-title"] = work.venue
    item[_NUMBERS[values.number_is(work)]] = work.fields.get("number", "")
    item["page"] = _page(values.first_of(work, "pages", "eid", "articleno"))
    item["publisher"] = values.publisher(work)
    item["genre"] = values.genre(work)
    item |= {name: values.first_of(work, *fields) for name, fields in _VARIABLES}
    item["DOI"] = work.doi
    item["accessed"] = _accessed(work.fields.get("urldate", ""))
    item["keyword"] = keywords(work.keywords)
    language = work.fields.get("language", "")
    item["language"] = language if _LANGUAGE.fullmatch(language) else ""
    return {name: value for name, value in item.items() if value}


def _name(person: Person) -> dict[str, str]:
    """A name; words in small letters before the family name are its particle, as in BibTeX."""
    if not person.given:
        return {"literal": person.family}
    family, _, suffix = person.family.partition(", ")
    words = family.split(" ")
    first = next((at for at, word in enumerate(words[:-1]) if not word[:1].islower()), len(words) - 1)
    particle = " ".join(words[:first])
    if particle.endswith(_JOINED):  # a reader would join them without a space
        first, particle = 0, ""
    parts = {
        "family": " ".join(words[first:]),
        "given": person.given,
        "non-dropping-particle": particle,
        "suffix": suffix,
    }
    return {name: part for name, part in parts.items() if part}


def _date(date: values.WorkDate) -> dict[str, Any]:
    """A date by its parts, or the text that says more than these."""
    if date.text:
        return {"literal": date.text}
    if not date.begin:
        return {}
    parts = [_parts(date.begin)]
    if date.end is not None:
        parts.append(_parts(date.end) if date.end else [0])  # a range without end, as pandoc writes it
    made: dict[str, Any] = {"date-parts": parts}
    return made | ({"season": date.season} if date.season else {}) | ({"circa": True} if date.about else {})


def _parts(parts: tuple[int, ...]) -> list[int | str]:
    year, *others = parts
    return [year if year > 999 else f"{year:04}", *others]


def _accessed(text: str) -> dict[str, Any]:
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
        return {"literal": text} if text else {}
    return {"date-parts": [_parts(tuple(map(int, text.split("-"))))]}


def _page(pages: str) -> str:
    """Pages with a hyphen in a range, as other programs write it, unless page numbers contain one."""
    first, last = values.page_range(pages)
    return f"{first}-{last}" if last and "-" not in first + last else pages
