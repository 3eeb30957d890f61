"""NBIB files, the format of PubMed (MEDLINE display): https://www.nlm.nih.gov/bsd/mms/medlineelements.html.

A line is a tag of up to four letters, filled to four, `- ` and a value; a line that begins with spaces continues it.
A record begins with `PMID`. Authors have a full name (`FAU`) followed by the short one (`AU`); groups are `CN`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.core.files import SourceFile
from kg.core.problems import Location
from kg.model.bibliography import Person
from kg.readers import records
from kg.readers.people import ListedName, doubt_of
from kg.readers.records import RecordFile, WorkRecord
from kg.readers.tagged import TaggedRecord

_LINE = re.compile(r"([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)")
_CONTINUED = re.compile(r"[ \t]+(?=\S)")
_FIELDS = (
    "title:TI,BTI volume:VI number:IP abstract:AB,OAB language:LA edition:EN publisher:PB copyright:CI pmid:PMID "
    "pmcid:PMC shortjournal:TA"
)
_TAGS_OF = {name: tags.split(",") for name, tags in (pair.split(":") for pair in _FIELDS.split())}
_IDENTIFIER = re.compile(r"(\S+) \[(\w+)\]")
_SHORT_NAME = re.compile(r"(.+) ([A-Z]{1,4})")
_SUFFIX = re.compile(r"(.+?) (Jr|Sr|1st|2nd|3rd|[4-9]th)\.?")
_RANGE = re.compile(r"(\d{4})(?: ([A-Z][a-z]{2}))?-(\d{4})(?: ([A-Z][a-z]{2}))?", re.ASCII)
_SHORTENED = re.compile(r"\b(\d+)-(\d+)\b")


def read_nbib(file: SourceFile) -> RecordFile:
    """Returns the records of an NBIB file; everything that is not a record is reported."""
    read = RecordFile(file)
    for tags in _records(file, read):
        read.seen += 1
        if set(tags.values) > {"PMID"}:
            read.records.append(_record(tags))
        else:
            read.report(tags.record.where, "nbib/empty", "this record is empty", "remove it, or see what was lost")
    if not read.seen and file.text.strip():
        message = "this is not a file of PubMed: no line begins with `PMID- `"
        read.report(Location(file.name), "nbib/no-record", message, "export it again, or move it out of bib/")
    return read


def _records(file: SourceFile, read: RecordFile) -> Iterator[TaggedRecord]:
    tags: TaggedRecord | None = None
    tag = ""
    outside = False  # whether a line was reported since the last record
    for number, written in enumerate(file.text.split("\n"), 1):
        where, text = Location(file.name, number, 1), written.strip("\ufeff")
        line = _LINE.fullmatch(text.rstrip())
        if line and line[1] == "PMID":
            if tags:
                yield tags
            tags, outside = TaggedRecord(where, "nbib"), False
        if tags and line:
            tag = line[1]
            tags.add(tag, line[2].strip(), where)
        elif tags and _CONTINUED.match(text):
            tags.extend(tag, text.strip())
        elif text.strip() and not (tags or outside):
            outside = True
            message, hint = "this line is not part of a record", "a record begins with `PMID- `"
            read.report(where, "nbib/outside", message, hint)
        elif tags and text.strip():
            message, hint = "this line has no tag and is not read", "a tag, or six spaces if it continues a line"
            tags.record.report(where, "nbib/no-tag", message, hint, "warning")
    if tags:
        yield tags


def _record(tags: TaggedRecord) -> WorkRecord:
    record = tags.record
    record.kind = _kind(tags)
    record.set_people(_people(tags, "author", "FAU", "AU", "CN"), _people(tags, "editor", "FED", "ED"))
    if record.kind == "incollection":
        tags.first("booktitle", "BTI")
    else:
        tags.first(records.CONTAINERS.get(record.kind, "howpublished"), "JT", "TA")
    for name, names in _TAGS_OF.items():
        tags.first(name, *names)
    if "title" in record.fields:  # PubMed puts a full stop after a title, and brackets around a translation
        record.fields["title"] = re.sub(r"\A\[(.*)\]\Z", r"\1", record.fields["title"].removesuffix("."))
    _date(tags)
    _numbers(tags)
    if words := [word.strip("*") for word in tags.all("keywords", "OT")]:
        record.fields["keywords"] = records.keywords(words)
    tags.rest()
    return record


def _kind(tags: TaggedRecord) -> str:
    if "BTI" in tags.values:
        return "incollection" if "TI" in tags.values else "book"
    preprint = any(value.casefold() == "preprint" for value, _ in tags.values.get("PT", []))
    return "misc" if preprint or not tags.values.keys() & {"JT", "TA"} else "article"


def _people(tags: TaggedRecord, name: str, full: str, short: str, group: str = "") -> list[Person]:
    """Takes people and groups in the order of their lines; a short name after a full one repeats it."""
    found = [(where, tag, value) for tag in (full, short, group) for value, where in tags.taken(name, tag)]
    found.sort()
    before = ["", *(tag for _, tag, _ in found)]
    kept = [(tag, value) for (_, tag, value), last in zip(found, before, strict=False) if (tag, last) != (short, full)]
    people = [ListedName(Person(value)) if tag == group else _person(value) for tag, value in kept]
    tags.record.report_doubts(people, tags.record.places.get(name, tags.record.where), "write it as `Family, Given`")
    return [one.person for one in people]


def _person(name: str) -> ListedName:
    """Reads `Toy, Ann M Jr`, or `Toy AM Jr` if there is no comma."""
    suffix = ""
    if match := _SUFFIX.fullmatch(name):
        name, suffix = match[1], f", {match[2]}"
    family, comma, given = name.partition(",")
    if not comma and (match := _SHORT_NAME.fullmatch(name)):
        family, given = match.groups()
    person = Person(family.strip(), given.strip())
    return ListedName(Person(person.family + suffix, person.given), doubt_of(person))


def _date(tags: TaggedRecord) -> None:
    """Reads `2031 May 7`, `2031 Spring` and `2030 Dec-2031 Jan`, which is a range."""
    for value, where in list(tags.values.get("DP", [])):
        written = value
        if match := _RANGE.fullmatch(value):
            parts = [(match[1], match[2]), (match[3], match[4])]
            written = "/".join(f"{year}-{records.month(name)}" if name else year for year, name in parts)
        if tags.record.set_date(written, where):
            tags.values["DP"].remove((value, where))


def _numbers(tags: TaggedRecord) -> None:
    """Reads identifiers with their kind, as in `10.5555/x [doi]`, ISSN and ISBN, and pages, whose end is shortened."""
    record = tags.record
    for tag in ("AID", "LID"):
        for value, where in list(tags.values.get(tag, [])):
            match = _IDENTIFIER.fullmatch(value)
            if not match or match[2] != "doi":
                continue
            if record.fields.get("doi", match[1]).casefold() == match[1].casefold():
                record.set("doi", match[1], where)
                tags.values[tag].remove((value, where))
            else:
                message = f"doi has another value in {tag}, `{match[1][:60]}`; `{record.fields['doi'][:60]}` is read"
                record.report(where, "nbib/several", message, "keep one of them", "warning")
    for name, tag in (("issn", "IS"), ("isbn", "ISBN")):
        if numbers := [re.sub(r" \(.*", "", value) for value in tags.all(name, tag)]:
            record.fields[name] = ", ".join(dict.fromkeys(numbers))
    if found := tags.all("pages", "PG"):
        record.fields["pages"] = records.pages(_SHORTENED.sub(_whole_range, "; ".join(found)))


def _whole_range(match: re.Match[str]) -> str:
    """Returns `123-145` for `123-45`."""
    first, last = match.groups()
    return f"{first}-{first[: max(0, len(first) - len(last))]}{last}"
