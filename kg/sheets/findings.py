"""Findings as a table to work in: a row for each finding, a column for each thing that is said of it.

A list of names is one cell, with `;` between them. Effects, links and quotations have a line of their columns each: the
first line of `effect_of`, `effect_on`, `direction` and `valence` is the first effect.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.model.annotation import CausePart, EffectPart
from kg.readers.annotations import AnnotationSource
from kg.readers.sheets import write_csv
from kg.readers.workbooks import Column, SheetTable, write_sheets
from kg.readers.yaml.marks import Data
from kg.sheets.annotations import SEPARATOR, split

CAUSE = "cause"
"""Stands for the key of the concept that causes an effect or that a link is about: practice, approach, tool …"""
Cells = Mapping[str, str]
PartData = dict[str, Data]


@dataclass(frozen=True, slots=True)
class FindingField:
    """A key of a finding and its columns: one for a text or a list of names, several for a list of parts."""

    key: str
    columns: tuple[str, ...]
    form: Literal["text", "names", "parts"] = "text"
    kinds: tuple[str, ...] = ()
    """The kinds of concepts that are named: of a list the names, of parts what causes the effect or is linked."""
    keys: tuple[str, ...] = ()
    """For each column, the key of a part."""
    lines_only: bool = False
    """Whether `;` in a cell belongs to the text."""


def _names(*names: str) -> list[FindingField]:
    kinds = {"absent_practices": "practice", "addresses": "challenge", "approaches": "approach"}
    return [FindingField(name, (name,), "names", (kinds.get(name, name.removesuffix("s")),)) for name in names]


FIELDS = (
    FindingField("kind", ("kind",)),
    FindingField("statement", ("statement",)),
    *_names("practices", "challenges", "approaches", "tools", "outcomes"),
    FindingField(
        *("effects", ("effect_of", "effect_on", "direction", "valence"), "parts", EffectPart.kinds),
        (CAUSE, "outcome", "direction", "valence"),
    ),
    FindingField(
        *("links", ("link_challenge", "polarity", "link_practice"), "parts", CausePart.kinds),
        ("challenge", "polarity", CAUSE),
    ),
    *_names("absent_practices", "addresses"),
    FindingField("recommends", ("recommends",), "names", CausePart.kinds),
    FindingField("attributed_to", ("attributed_to",)),
    FindingField("section", ("section",)),
    FindingField(
        *("evidence", ("quote", "quote_section", "page", "row", "stands_in", "said_by"), "parts", ()),
        *(("quote", "section", "page", "row", "stands_in", "said_by"), True),
    ),
    FindingField("theme", ("theme",)),
)
"""What can be edited, in the order of the columns."""
KEYS = (
    *("id", "kind", "statement", "section", "attributed_to", "theme", "practices", "absent_practices", "challenges"),
    *("approaches", "tools", "outcomes", "links", "effects", "addresses", "recommends", "concept_relations"),
    *("evidence", "counts", "relations"),
)
"""The keys of a finding in the order in which a new one has them."""
PART_KEYS = {"findings": KEYS, "links": ("challenge", *CausePart.kinds, "polarity"),
             "effects": (*EffectPart.kinds, "outcome", "direction", "valence"),
             "evidence": ("id", "quote", "section", "page", "row", "stands_in", "said_by")}  # fmt: skip
"""For the items of a list of an annotation, the order of their keys."""
_UNSEEN = ("concept_relations", "counts", "relations")
"""The parts of a finding that have no column: the column `more` counts them."""
_WIDTHS = {"statement": 60, "quote": 60, "section": 8, "quote_section": 8, "page": 6, "kind": 10, "id": 12}
_NEEDED = frozenset({"publication", "id", "statement", "check"})
_HANDS_OFF = {
    "annotator": "Do not edit: who annotated the publication.",
    "more": "Do not edit: what the finding has in its file besides.",
    "check": "Do not edit: `kg import` finds out by this column what was edited. It is empty in a new row.",
}
NAMES = ("file", "publication", "annotator", "id", *(name for one in FIELDS for name in one.columns), "more", "check")
COLUMNS = tuple(Column(name, _WIDTHS.get(name, 18), _HANDS_OFF.get(name, "")) for name in NAMES)
REFERENCE = re.compile(r"\[([A-Za-z0-9][\w-]*)\]")
"""A piece of evidence of the list `evidence` of the file, by its id."""


def is_findings_table(columns: Iterable[str]) -> bool:
    """Whether these are columns that `kg export --findings` writes."""
    return set(columns) >= _NEEDED and "path" not in columns


def findings_of(source: AnnotationSource) -> list[tuple[int, PartData]]:
    """The findings of the file as they were written, each with its index; those without an id cannot be in a table."""
    data = source.written.data
    found = data.get("findings") if isinstance(data, dict) else None
    items = enumerate(found if isinstance(found, list) else ())
    return [(i, item) for i, item in items if isinstance(item, dict) and isinstance(item.get("id"), str)]


def parts_of(one: FindingField, finding: PartData) -> list[list[str] | None]:
    """For each part of a finding, the text of each column; None for a part that its columns cannot show."""
    found = finding.get(one.key)
    return [_part(one, item) for item in found] if isinstance(found, list) else []


def _part(one: FindingField, item: Data) -> list[str] | None:
    if isinstance(item, str):
        return [f"[{item}]", *("" for _ in one.keys[1:])] if one.key == "evidence" else None
    if not isinstance(item, dict):
        return None
    values = [_cause(one, item) if key == CAUSE else item.get(key, "") for key in one.keys]
    texts = [value for value in values if isinstance(value, str)]
    marks = "\n\r" if one.lines_only else "\n\r;"
    plain = len(texts) == len(values) and not any(mark in text for mark in marks for text in texts)
    return texts if plain and not REFERENCE.fullmatch(texts[0]) else None


def _cause(one: FindingField, item: PartData) -> str:
    """The concept: a practice by its slug, others as KIND:SLUG."""
    given = [(kind, slug) for kind in one.kinds if isinstance(slug := item.get(kind), str)]
    kind, slug = given[0] if given else ("practice", "")
    return slug if kind == "practice" else f"{kind}:{slug}"


def cells_of(one: FindingField, finding: PartData) -> tuple[str, ...]:
    """What the columns of a field show."""
    value = finding.get(one.key)
    if one.form == "parts":
        rows = [part or ["(see the file)", *("" for _ in one.keys[1:])] for part in parts_of(one, finding)]
        return tuple("\n".join(cells).rstrip("\n") for cells in zip(*rows, strict=True)) or ("",) * len(one.columns)
    if isinstance(value, list):
        return (SEPARATOR.join(item if isinstance(item, str) else "(see the file)" for item in value),)
    return (value if isinstance(value, str) else "",)


def can_edit(one: FindingField, finding: PartData) -> bool:
    """Whether the cells say everything that the file says, so that an edit loses nothing."""
    value, (first, *_) = finding.get(one.key), cells_of(one, finding)
    if one.form == "parts":
        return value is None or (isinstance(value, list) and None not in parts_of(one, finding))
    return value is None or (split(first) == value if one.form == "names" else isinstance(value, str))


def check_of_cells(cells: Sequence[str]) -> str:
    """The start of the SHA-256 of what the columns of a field show."""
    return hashlib.sha256("\x1f".join(cells).encode("utf-8")).hexdigest()[:6]


def checks_of(finding: PartData) -> str:
    """For each field the hash of its cells, from which an import knows what was edited since."""
    return "x" + ".".join(check_of_cells(cells_of(one, finding)) for one in FIELDS)


def finding_rows(source: AnnotationSource) -> list[tuple[str, ...]]:
    """A row for each finding of an annotation, in the order of the file."""
    data = source.written.data
    annotator = data.get("annotator", "") if isinstance(data, dict) else ""
    rows = []
    for _, finding in findings_of(source):
        cells = [cell for one in FIELDS for cell in cells_of(one, finding)]
        unseen = {name: value for name in _UNSEEN if isinstance(value := finding.get(name), list)}
        more = SEPARATOR.join(f"{name.replace('_', ' ')}: {len(value)}" for name, value in unseen.items())
        head = (source.file.name, source.key, str(annotator), str(finding["id"]))
        rows.append((*head, *cells, more, checks_of(finding)))
    return rows


def as_csv(rows: Iterable[Sequence[str]]) -> str:
    """The table as CSV."""
    return write_csv(NAMES, rows)


def as_xlsx(rows: Iterable[Sequence[str]], title: str = "") -> bytes:
    """The table as a workbook; `title` is that of the review.

    Raises:
        UsageError: if a text is too long for a cell, or openpyxl is not installed.
    """
    return write_sheets([SheetTable("findings", COLUMNS, list(rows))], title)
