"""A BibTeX entry as a `BibliographyEntry`: decoded text, names, year, DOI and keywords, and checks of these values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from kg.core.problems import Problem, close_words
from kg.model.bibliography import BibliographyEntry
from kg.readers.bibtex.entries import Parents, RawEntry
from kg.readers.bibtex.latex import plain, to_unicode
from kg.readers.bibtex.names import NameList, read_names
from kg.readers.doi import doi_of_address, read_doi

VERBATIM = frozenset({
    "url", "urlraw", "doi", "eprint", "file", "pdf", "localfile", "verba", "verbb", "verbc", "crossref", "xref",
    "xdata", "ids", "isbn", "issn", "biburl", "bdsk-url-1", "bdsk-url-2",
})  # fmt: skip
_VENUES = ("journal", "journaltitle", "booktitle")
_DATE = re.compile(r"(\d{4})[?~%]?(?:-\d\d?(?:-\d\d?(?:T[\d:.+Z-]*)?)?[?~%]?)?(?:/.*)?")
_YEAR = re.compile(r"\d{4}")
_WORDS = """
article artwork audio bibnote book bookinbook booklet collection commentary conference dataset electronic image
inbook incollection inproceedings inreference jurisdiction legal legislation letter manual mastersthesis misc
movie music mvbook mvcollection mvproceedings mvreference online patent performance periodical phdthesis
proceedings reference report review set software standard suppbook suppcollection suppperiodical techreport
thesis unpublished video www xdata
"""
KINDS = frozenset(_WORDS.split())
"""The kinds of entry of BibTeX's standard styles and of biblatex (manual 3.20, section 2.1)."""

_EXPECTED: Mapping[str, tuple[str, ...]] = {
    "article": ("author", "title", "journal", "year", "volume", "pages", "doi"),
    "inproceedings": ("author", "title", "booktitle", "year", "pages", "doi"),
    "incollection": ("author", "title", "booktitle", "publisher", "year", "pages", "doi"),
    "book": ("author", "title", "publisher", "year"),
    "phdthesis": ("author", "title", "school", "year"),
    "mastersthesis": ("author", "title", "school", "year"),
    "thesis": ("author", "title", "school", "year"),
    "techreport": ("author", "title", "institution", "year"),
    "report": ("author", "title", "institution", "year"),
    "online": ("author", "title", "url", "year"),
    "misc": ("author", "title", "year", "doi"),
}
_STAND_INS = {"author": ("editor",), "journal": ("journaltitle",), "year": ("date",), "pages": ("eid", "articleno"),
              "doi": ("url", "eprint"), "school": ("institution",), "institution": ("school",),
              "booktitle": ("eventtitle",)}  # fmt: skip


def publication(entry: RawEntry, parents: Parents) -> BibliographyEntry:
    """The publication that the entry describes; what is doubtful joins the problems of the entry."""
    heir = parents.heir(entry)
    entry.problems += heir.problems
    values = heir.values
    # Editors that come with the volume are those of the volume, not the authors of a paper in it.
    editors = values.get("editor", "") if "editor" in entry.values else ""
    names = read_names(values.get("author", "")) if values.get("author", "").strip() else read_names(editors)
    fields = {name: value if value.isalnum() else plain(value) if name in VERBATIM else to_unicode(value)
              for name, value in sorted(values.items())}  # fmt: skip
    made = BibliographyEntry(
        key=entry.key,
        kind=entry.kind,
        title=fields.get("title", ""),
        authors=names.persons,
        others=names.others,
        year=_year(fields.get("year") or fields.get("date", "")),
        venue=next((fields[name] for name in _VENUES if fields.get(name)), ""),
        fields=fields,
        raw=entry.raw,
        doi=read_doi(values.get("doi", "")) or doi_of_address(fields.get("url", "")),
        keywords=_keywords(fields),
        parent=heir.parent,
        needs=heir.needs,
    )
    entry.problems += _checks(made, entry, names)
    return made


def _year(date: str) -> str:
    """The year of `2019`, of a date `2020-05-01` or of the first of two, `2020-05/2021`; else the whole value."""
    match = _DATE.fullmatch(date)
    return match[1] if match else date


def _keywords(fields: Mapping[str, str]) -> tuple[str, ...]:
    value = fields.get("keywords") or fields.get("author_keywords") or ""
    words = value.split(";" if ";" in value else ",")
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))


def _checks(made: BibliographyEntry, entry: RawEntry, names: NameList) -> Iterator[Problem]:
    if made.year and not _YEAR.fullmatch(made.year):
        yield Problem(
            entry.place("year", "date"),
            "bibliography/year",
            f"`{made.year}` of `{made.key}` is not a year",
            "four digits; the graph leaves the year out until then",
            "warning",
        )
    for name in names.odd:
        yield Problem(
            entry.place("author"),
            "bibliography/author",
            f"`{name[:60]}` of `{made.key}` is not a name",
            "put ` and ` between names; until then it is kept as one",
            "warning",
        )
    if made.fields.get("doi") and not read_doi(made.fields["doi"]):
        yield Problem(
            entry.place("doi"),
            "bibliography/doi",
            f"`{made.fields['doi'][:60]}` of `{made.key}` is not a DOI",
            "10.NUMBER/…, with or without https://doi.org/; the graph leaves it out until then",
            "warning",
        )
    meant = close_words(made.kind, KINDS, cutoff=0.8) if made.kind not in KINDS else []
    if meant:
        yield Problem(
            entry.where,
            "bibliography/type",
            f"`@{made.kind}` of `{made.key}` is no kind of entry that is known",
            f"did you mean @{' or @'.join(meant)}?",
            "warning",
        )
    if not made.title and made.kind not in ("xdata", "set"):
        yield Problem(entry.where, "bibliography/title", f"`{made.key}` has no title", "add one", "warning")
    fields = made.fields
    missing = [
        name
        for name in _EXPECTED.get(made.kind, ())
        if not fields.get(name) and not any(map(fields.get, _STAND_INS.get(name, ())))
    ]
    if missing:
        yield Problem(
            entry.where,
            "bibliography/missing-field",
            f"`{made.key}` gives no {', '.join(missing)}",
            "left empty in the graph; add what you can read in the source",
            "info",
        )
