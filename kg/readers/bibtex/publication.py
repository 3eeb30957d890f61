"""A BibTeX entry as a `BibliographyEntry`: decoded text, names, year, DOI and keywords, and checks of these values."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kg.core.problems import close_words
from kg.model.bibliography import BibliographyEntry
from kg.readers.bibtex.dates import YearReading, read_year
from kg.readers.bibtex.entries import Parents, RawEntry
from kg.readers.bibtex.latex import plain, to_unicode
from kg.readers.bibtex.names import NameList, read_names
from kg.readers.bibtex.titles import title_of, venue_of
from kg.readers.bibtex.unread import check_markup
from kg.readers.doi import doi_of_address, is_address, read_doi

_IDENTIFIERS = """
url urlraw doi eprint file pdf localfile verba verbb verbc crossref xref xdata ids isbn issn biburl bdsk-url-1
bdsk-url-2
"""
VERBATIM = frozenset(_IDENTIFIERS.split())
"""Fields whose values are not LaTeX text."""
_DATES = ("date", "urldate")
_CODED_DATE = re.compile(r"(?!.*--)[-\dX:TZ.+?~%/]+", re.ASCII)
_KNOWN = """
article artwork audio bibnote book bookinbook booklet collection commentary conference dataset electronic image
inbook incollection inproceedings inreference jurisdiction legal legislation letter manual mastersthesis misc
movie music mvbook mvcollection mvproceedings mvreference online patent performance periodical phdthesis
proceedings reference report review set software standard suppbook suppcollection suppperiodical techreport
thesis unpublished video www xdata
"""
KINDS = frozenset(_KNOWN.split())
"""The entry types of BibTeX's standard styles and of biblatex (manual 3.20, section 2.1)."""
_USUAL = {
    "article": "author title journal year volume pages doi",
    "inproceedings": "author title booktitle year pages doi",
    "incollection": "author title booktitle publisher year pages doi",
    "book": "author title publisher year",
    "online": "author title url year",
    "misc": "author title year doi",
}
_USUAL |= dict.fromkeys(("phdthesis", "mastersthesis", "thesis"), "author title school year")
_USUAL |= dict.fromkeys(("techreport", "report"), "author title institution year")
_EXPECTED = {kind: tuple(fields.split()) for kind, fields in _USUAL.items()}
_OTHERS = (
    "author:editor journal:journaltitle year:date pages:eid,articleno doi:url,eprint school:institution "
    "institution:school booktitle:eventtitle"
)
_ALTERNATIVES = {name: others.split(",") for name, others in (pair.split(":") for pair in _OTHERS.split())}


_THESES = {"phdthesis": "phdthesis", "mathesis": "mastersthesis", "candthesis": "thesis", "bathesis": "thesis"}
"""Kinds by biblatex's localisation keys in the field `type`."""
_PRINTED_ADDRESS = re.compile(
    r"\s*(?:\\(?:url|nolinkurl|path|href)\s*\{((?:[^{}]|\{(?:[^{}]|\{\})*\})*)\}|(https?://\S+)\s*\Z)"
)
_LINKED_ADDRESS = re.compile(r"\\(?:url|nolinkurl|href)\s*\{(https?://[^\s{}]+)\}")
_ENCLOSED = re.compile(r"\A<(?:URL: ?)?(https?://[^\s<>]+)>\Z", re.I)


def publication(entry: RawEntry, parents: Parents) -> BibliographyEntry:
    """Returns the entry with decoded values; doubtful values are added to the problems of the raw entry."""
    heir = parents.heir(entry)
    entry.problems += heir.problems
    values = heir.values
    # Inherited editors are those of the volume, not the authors of a paper in it.
    editor, authored = values.get("editor", ""), bool(values.get("author", "").strip())
    own = editor if "editor" in entry.values else ""
    names = read_names(values["author"] if authored else own)
    editors = names.persons if own and not authored else read_names(editor).persons if editor else ()
    fields = {name: _decoded(name, value) for name, value in sorted(values.items())}
    _complete(fields, values, entry.kind)
    year = read_year(fields, values)
    kind = _kind(entry.kind, fields)
    doi = read_doi(values.get("doi", "")) or doi_of_address(fields.get("url", ""))
    facts = (title_of(kind, fields), names.persons, names.others, year.text, venue_of(kind, fields), fields, entry.raw)
    made = BibliographyEntry(entry.key, kind, *facts, doi, _keywords(fields), heir.parent, heir.needs, editors)
    _check(made, entry, names, year)
    check_markup(made, entry)
    return made


def _decoded(name: str, value: str) -> str:
    if value.isalnum():
        return value
    return plain(value) if is_verbatim(name, value) else to_unicode(value)


def is_verbatim(name: str, value: str) -> bool:
    """Returns whether the value of a field is not LaTeX text: an address, or a date in which `~` means `about`."""
    return name in VERBATIM or (name in _DATES and _CODED_DATE.fullmatch(value) is not None)


def _complete(fields: dict[str, str], values: Mapping[str, str], kind: str) -> None:
    """Fills fields whose value stands in another one: an address in `howpublished`, the issue of an article."""
    if not fields.get("url") and (printed := values.get("howpublished", "")):
        found = _PRINTED_ADDRESS.match(printed)
        linked = {found[1] or found[2]} if found else set(_LINKED_ADDRESS.findall(printed))
        if len(linked) == 1:
            fields["url"] = plain(linked.pop())
    if "url" in fields:
        fields["url"] = _ENCLOSED.sub(r"\1", fields["url"])
    if kind == "article" and fields.get("issue") and not fields.get("number"):
        fields["number"] = fields["issue"]


def _kind(kind: str, fields: Mapping[str, str]) -> str:
    """Returns the kind of a thesis or report that its field `type` names."""
    written = fields.get("type", "")
    if not written or kind not in ("thesis", "phdthesis", "mastersthesis", "report"):
        return kind
    if kind == "report":
        return "techreport" if written == "techreport" else kind
    return _THESES.get(written.lower()) or thesis_kind(written, kind)


def thesis_kind(genre: str, otherwise: str = "thesis") -> str:
    """Returns the kind of a thesis by what it calls itself, such as `PhD thesis` or `Master's dissertation`."""
    if re.search(r"\bbachelor|\bb\.? ?sc\b", genre, re.I):
        return "thesis"
    if re.search(r"\bmaster|\bm\.? ?sc\b", genre, re.I):
        return "mastersthesis"
    return "phdthesis" if re.search(r"\bph\.? ?d\b|doctor|dissert", genre, re.I) else otherwise


def _keywords(fields: Mapping[str, str]) -> tuple[str, ...]:
    value = fields.get("keywords") or fields.get("author_keywords") or ""
    words = value.split(";" if ";" in value else ",")
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))


def _check(made: BibliographyEntry, entry: RawEntry, names: NameList, year: YearReading) -> None:
    """Reports values that are doubtful or missing."""
    key, fields = made.key, made.fields
    if year.doubt:
        read = re.fullmatch(r"\d{4}", year.text)
        hint = "write four digits, or 2031-05-07" + ("" if read else "; until then the graph has no year for it")
        place = entry.place(year.field, "year", "date")
        entry.report(place, "bibliography/year", f"`{key}`: {year.doubt}", hint, "warning")
    for note in names.notes:
        message, place = f"`{note.name[:60]}` of `{key}` {note.message}", entry.place("author", "editor")
        entry.report(place, note.rule, message, note.hint, "warning")
    if fields.get("doi") and not read_doi(fields["doi"]):
        hint = "write 10.NUMBER/…, with or without https://doi.org/; until then the graph has no DOI for it"
        message = f"`{fields['doi'][:60]}` of `{key}` is not a DOI"
        entry.report(entry.place("doi"), "bibliography/doi", message, hint, "warning")
    if fields.get("url") and not is_address(fields["url"]):
        message = f"`{fields['url'][:60]}` of `{key}` is not one address that begins with https://, http:// or ftp://"
        hint = "write one address, and no other text; until then the graph has no URL for it"
        entry.report(entry.place("url"), "bibliography/url", message, hint, "warning")
    if made.kind not in KINDS and (meant := close_words(made.kind, KINDS, cutoff=0.8)):
        message, hint = f"`@{made.kind}` of `{key}` is not a known entry type", f"did you mean @{' or @'.join(meant)}?"
        entry.report(entry.where, "bibliography/type", message, hint, "warning")
    if not made.title and made.kind not in ("xdata", "set"):
        entry.report(entry.where, "bibliography/title", f"`{key}` has no title", "add one", "warning")
    expected = _EXPECTED.get(made.kind, ())
    missing = [name for name in expected if not any(map(fields.get, (name, *_ALTERNATIVES.get(name, ()))))]
    if missing:
        message, hint = f"`{key}` has no {', '.join(missing)}", "add what the source gives; the graph leaves it empty"
        entry.report(entry.where, "bibliography/missing-field", message, hint, "info")
