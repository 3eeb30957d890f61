"""The mapping that a person writes: how the tables of a review become entries, imported codings and findings.

As in `kg.model.annotation`, field names are the YAML keys. This module uses neither files nor RDF.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from kg.model.annotation import CountPart, NotePart, OtherStudyPart, StatedConcepts
from kg.model.coding import CodeOf
from kg.model.fields import Count, Date, Id, Language, Part, Slug, Text

FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$")]
NameForm = Literal["surname, given", "surname initials", "surname given", "initials surname", "given surname"]
"""How a column writes names: `Toy, Ann`; `Toy A.`; `Toy Ann`; `A. Toy`; `Ann Toy`."""


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) or value is None else (value,)


def _with_column(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


def _pattern(value: object) -> object:
    try:
        return re.compile(value) if isinstance(value, str) else value
    except re.error as error:
        raise ValueError(f"is not a regular expression: {error}") from error


Texts = Annotated[tuple[Text, ...], BeforeValidator(_listed)]
"""One text or a list of them."""


# --- tables and their columns ---


class Condition(Part):
    """One condition that a row in scope meets."""

    column: Text
    one_of: Texts = Field((), description="The cells of rows that meet it.")
    filled: bool = Field(False, description="Whether every cell that is not empty meets it.")

    def holds(self, cell: str) -> bool:
        """Whether a row with this cell meets it."""
        return cell in self.one_of or " ".join(cell.split()) in self.one_of or (self.filled and bool(cell))


class LeftOut(Part):
    """Rows that are left out, recognised by a cell."""

    column: Text
    value: Texts = Field(description="The cell, or a list of cells.")
    because: Text


class TableOf(Part):
    """Which table it is about, and how it is read."""

    sheet: Text | None = Field(
        None, description="The worksheet, or the name of one of the files; else the first table."
    )
    header: Annotated[tuple[Annotated[int, Field(ge=1)], ...], BeforeValidator(_listed)] = Field(
        (), max_length=2, description="The row with the names of the columns, or [upper, lower] for two of them."
    )
    fill_down: Texts = Field((), description="Columns in which an empty cell means the cell above.")


class CellList(Part):
    """A column whose cells name several things."""

    column: Text
    separator: Text | None = Field(None, description="What stands between them.")
    pattern: Annotated[re.Pattern[str], BeforeValidator(_pattern)] | None = Field(
        None, description="A regular expression that each of them matches; its group, if there is one, is the name."
    )

    def read(self, cell: str) -> tuple[list[str], str]:
        """The names in a cell, and what is neither a name nor punctuation."""
        text = " ".join(cell.split())
        if self.pattern:
            names = [found[1] if self.pattern.groups else found[0] for found in self.pattern.finditer(text)]
            left = self.pattern.sub("", text)
            return [name.strip() for name in names if name], left if re.search(r"\w", left) else ""
        parts = text.split(self.separator) if self.separator else [text]
        return [part.strip() for part in parts if part.strip()], ""


class ConceptColumn(CellList):
    """A column of concepts: the slugs that its cells mean, or cells that are names of concepts."""

    values: dict[Text, Texts] = Field({}, description="The slugs that each cell means.")
    no_code: tuple[str, ...] = Field(("",), description="Cells that mean no concept.")


Named = Annotated[CellList, BeforeValidator(_with_column)]
Concepts = Annotated[ConceptColumn, BeforeValidator(_with_column)]
"""The name of a column, or a mapping with `column`."""


# --- codes ---


class ColumnCodes(TableOf):
    """A column of codes: of the table of the works, or of another one with a row for each code and its `studies`."""

    column: Text
    separator: Text | None = Field(None, description="What stands between several codes in a cell.")
    values: dict[Text, CodeOf] = Field(description="The code that each cell means; every code in scope is listed.")
    no_code: tuple[str, ...] = Field((), description='Cells that mean no code, such as "0".')
    studies: Named | None = Field(None, description="The column that lists the works that have the code.")
    conditions: tuple[Condition, ...] = ()
    leave_out: tuple[LeftOut, ...] = ()


class ScopeRule(Part):
    """Which rows are in scope."""

    rule: Text = Field(description="The inclusion rule in words.")
    conditions: tuple[Condition, ...] = Field((), description="A row in scope meets each.")
    leave_out: tuple[LeftOut, ...] = ()


# --- works ---


class AuthorsColumn(Part):
    """The column of names, and how it writes them where its cells do not show it."""

    column: Text
    form: NameForm | None = Field(None, description="How a name is written; recognised for each name without it.")
    separator: Text | None = Field(None, description="What separates people, such as `;`, `,` or `and`.")


class KindColumn(Part):
    """The column of kinds of entry, and the BibTeX types that its cells mean."""

    column: Text
    values: dict[Text, Text] = Field({}, description="The BibTeX type that each cell means.")


class VenueColumn(Part):
    """The column of journals and proceedings, and what its cells give after the name."""

    column: Text
    ends_in: tuple[Literal["volume", "number", "pages"], ...] = Field(
        (), description="What follows the name: `Journal of Toys 7, no. 2: 86-95` ends in volume, number and pages."
    )


class WorkColumns(TableOf):
    """The columns with the facts about the work in a row."""

    id: Text | None = Field(None, description="Column of the review's own numbers of works.")
    known: dict[Text, Text] = Field({}, description="By such a number: the key of a work that has an entry in bib/.")
    no_entry: dict[Text, Text] = Field({}, description="Numbers of works that are left out, each with the reason.")
    key: Text | None = Field(None, description="Column of BibTeX keys; keys are made from title and year without it.")
    existing: tuple[Text, ...] = Field((), description="Keys whose work has an entry in bib/ already.")
    kind: Annotated[KindColumn, BeforeValidator(_with_column)] | None = Field(
        None, description="Column of kinds of entry (article, inproceedings …), or {column: …, values: …}."
    )
    title: Text | None = Field(None, description="Column of titles; without it every work must have an entry in bib/.")
    authors: Annotated[AuthorsColumn, BeforeValidator(_with_column)] | None = Field(
        None, description="Column of names, or {column: …, form: …, separator: …}."
    )
    venue: Annotated[VenueColumn, BeforeValidator(_with_column)] | None = Field(
        None, description="Column of journals and proceedings, or {column: …, ends_in: [volume, number, pages]}."
    )
    doi_in: Text | None = Field(None, description="Column of addresses that may hold a DOI.")
    fields: dict[FieldName, Text] = Field({}, description="BibTeX field: column.")
    syntax: Literal["text", "latex"] = Field("text", description="How the cells are written.")
    included: bool = Field(False, description="Whether the table lists the studies that the review includes.")
    methods: Concepts | None = Field(None, description="Column of how each study was done.")
    contexts: Concepts | None = Field(None, description="Column of where each study was done.")
    sample: Text | None = Field(None, description="Column of what or whom each study looked at.")

    @property
    def lists(self) -> bool:
        """Whether a table lists the works."""
        return bool(self.title or self.key or self.id)


# --- findings ---


class ReportedCount(CountPart):
    """A count of a finding; the row is its evidence."""

    evidence: tuple[Any, ...] = ()


class FindingFields(StatedConcepts):
    """Fields of a finding that a mapping gives; as in annotations."""

    kind: Literal["finding", "recommendation"] | None = None
    statement: Text | None = Field(None, description="What was found, in your own words.")
    quote: Text | None = Field(None, description="The quotation, where that of the sheet is damaged.")
    section: Text | None = None
    counts: tuple[ReportedCount, ...] = ()


LISTS = tuple(name for name, field in FindingFields.model_fields.items() if field.default == ())
"""The fields that are lists."""


class QuoteColumn(Part):
    """The column of quotations, and whose words they are."""

    column: Text
    stands_in: Literal["work", "review", "sheet"] = Field(
        "sheet", description="Where the words stand: in the work, in the review, or only in the sheet."
    )


Given = Annotated[Text | ConceptColumn, Field(description="A column, {column: …, values: …}, or the value itself.")]


class RelationColumns(Part):
    """The columns, or the values themselves, that make effects or links of a row."""

    practice: Given | None = None
    approach: Given | None = None
    tool: Given | None = None
    challenge: Given | None = None
    outcome: Given | None = None
    direction: Given | None = None
    valence: Given | None = None
    polarity: Given | None = None

    @property
    def given(self) -> dict[str, str | ConceptColumn]:
        """The columns and values by key."""
        return {name: value for name in type(self).model_fields if (value := getattr(self, name)) is not None}


class FieldsByCode(Part):
    """What the findings of a code have in common."""

    column: Text
    separator: Text | None = Field(None, description="What stands between several codes in a cell.")
    values: dict[Text, FindingFields] = Field(description="The fields of all findings with this cell.")
    no_code: tuple[str, ...] = ("",)


class FindingTable(TableOf):
    """A table with a row for each finding."""

    conditions: tuple[Condition, ...] = Field((), description="A row that is a finding meets each.")
    leave_out: tuple[LeftOut, ...] = ()
    work: Named | None = Field(None, description="Column with number, key or title of the work, if not in its row.")
    id: Text | None = Field(None, description="Column of ids; without it a finding is called after its row: r12.")
    prefix: Id | None = Field(None, description="What each id begins with.")
    every: FindingFields = FindingFields.model_validate({})
    statement: Text | None = Field(None, description="Column of statements, if they are your own words.")
    quote: Annotated[QuoteColumn, BeforeValidator(_with_column)] | None = None
    page: Text | None = Field(None, description="Column of pages.")
    section: Text | None = Field(None, description="Column of sections.")
    practices: Concepts | None = None
    challenges: Concepts | None = None
    approaches: Concepts | None = None
    tools: Concepts | None = None
    outcomes: Concepts | None = None
    addresses: Concepts | None = None
    recommends: Concepts | None = None
    recommendation: Text | None = Field(None, description="`true`, or a column that is filled in recommendations.")
    effect: Annotated[tuple[RelationColumns, ...], BeforeValidator(_listed)] = ()
    link: Annotated[tuple[RelationColumns, ...], BeforeValidator(_listed)] = ()
    by_code: Annotated[tuple[FieldsByCode, ...], BeforeValidator(_listed)] = ()
    by_id: dict[Text, FindingFields] = Field({}, description="Fields of single findings, by id without prefix.")


class StudyHead(Part):
    """What the review did."""

    label: Text | None = None
    aim: Text | None = None
    methods: tuple[Slug, ...] = ("secondary-study",)
    contexts: tuple[Slug, ...] = ()
    participant_count: Count | None = None
    sample: Text | None = None


class Mapping(Part):
    """How the rows of tables become bibliography entries, imported codings and findings."""

    review: Text = Field(description="BibTeX key of the review whose sheet it is.")
    label: Text = Field(description="What the sheet is.")
    mapped_by: Text = Field(description="Who decided scope, concepts and statements.")
    language: Language | None = Field(None, description="The language of the labels of codes, such as en.")
    created: Date | None = Field(None, description="The date of the annotation with the findings.")
    reading: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")] | None = Field(
        None, description="The name of a further coder's reading: it becomes REVIEW.NAME.yaml."
    )
    annotator: Text | None = Field(None, description="Who coded, if not who made the mapping.")
    annotator_is: Literal["person", "group", "model"] | None = None
    coders: Annotated[int, Field(ge=1)] | None = None
    coder_agreement: Text | None = None
    study: StudyHead = StudyHead()
    scope: ScopeRule
    work: WorkColumns
    every: tuple[CodeOf, ...] = Field((), description="Codes that each row in scope has.")
    codes: tuple[ColumnCodes, ...] = ()
    findings: Annotated[tuple[FindingTable, ...], BeforeValidator(_listed)] = ()
    other_studies: tuple[OtherStudyPart, ...] = Field((), description="As in annotations; copied into the annotation.")
    curation_notes: tuple[NotePart, ...] = Field((), description="As in annotations; copied into the annotation.")
