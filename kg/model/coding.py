"""What a review assigned to the works in its data sheet: the mapping that a person writes, and the codings themselves.

As in `kg.model.annotation`, field names are the YAML keys. This module uses neither files nor RDF.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from kg.model.fields import ConceptName, Count, Id, Part, Text

Match = Literal["exact", "close", "broad", "narrow", "related"]
"""How close a code of a review is to a concept of the graph: the mapping properties of SKOS (`skos:closeMatch` …)."""
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$")]
NameForm = Literal["surname, given", "surname initials", "surname given", "initials surname", "given surname"]
"""How a column writes names: `Toy, Ann`; `Toy A.`; `Toy Ann`; `A. Toy`; `Ann Toy`."""


# --- the mapping ---


class CodeOf(Part):
    """The code that a cell means."""

    id: Id
    label: Text = Field(description="The name that the review gives it.")
    concepts: tuple[ConceptName, ...] = Field((), description="Related concepts, as KIND:SLUG.")
    match: Match = Field("close", description="How close: exact, close, broad, narrow or related.")


class ColumnCodes(Part):
    """A column of codes."""

    column: Text
    values: dict[Text, CodeOf] = Field(description="The code that each cell means; every code in scope is listed.")
    no_code: tuple[str, ...] = Field((), description='Cells that mean no code, such as "0".')


class Condition(Part):
    """One condition that a row in scope meets."""

    column: Text
    one_of: tuple[Text, ...] = Field(min_length=1)


class LeftOut(Part):
    """Rows that are not works, recognised by a cell."""

    column: Text
    value: Text
    because: Text


class ScopeRule(Part):
    """Which rows are in scope."""

    rule: Text = Field(description="The inclusion rule in words.")
    conditions: tuple[Condition, ...] = Field((), description="A row in scope meets each.")
    leave_out: tuple[LeftOut, ...] = ()


class AuthorsColumn(Part):
    """The column of names, and how it writes them where its cells do not show it."""

    column: Text
    form: NameForm | None = Field(None, description="How a name is written; recognised for each name without it.")
    separator: Text | None = Field(None, description="What separates people, such as `;`, `,` or `and`.")


class VenueColumn(Part):
    """The column of journals and proceedings, and what its cells give after the name."""

    column: Text
    ends_in: tuple[Literal["volume", "number", "pages"], ...] = Field(
        (), description="What follows the name: `Journal of Toys 7, no. 2: 86-95` ends in volume, number and pages."
    )


def _with_column(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class WorkColumns(Part):
    """The columns with the facts about the work in a row."""

    key: Text | None = Field(None, description="Column of BibTeX keys; keys are made from title and year without it.")
    existing: tuple[Text, ...] = Field((), description="Keys whose work has an entry in bib/ already.")
    kind: Text | None = Field(None, description="Column of kinds of entry (article, inproceedings …).")
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


class Mapping(Part):
    """How the rows of a sheet become bibliography entries and imported codings."""

    review: Text = Field(description="BibTeX key of the review whose sheet it is.")
    label: Text = Field(description="What the sheet is.")
    mapped_by: Text = Field(description="Who decided scope and concepts.")
    scope: ScopeRule
    work: WorkColumns
    every: tuple[CodeOf, ...] = Field((), description="Codes that each row in scope has.")
    codes: tuple[ColumnCodes, ...] = ()


# --- the codings ---


class ReviewCode(CodeOf):
    """A code of the review; `column` and `value` are its place in the sheet."""

    column: Text | None = None
    value: Text | None = None


class CodedWork(Part):
    """The codes of a work, from a row of the sheet."""

    work: Text = Field(description="BibTeX key.")
    row: Count
    codes: tuple[Id, ...] = ()


class RowNote(Part):
    """Something wrong with a row; without `work`, the row gave no work."""

    row: Count
    note: Text
    work: Text | None = None


class Sheet(Part):
    """The sheet that the codings were made from."""

    file: Text
    sha256: Text
    rows: Count
    in_scope: Count


class Coding(Part):
    """A file of imported codings."""

    review: Text
    label: Text
    mapped_by: Text
    rule: Text
    sheet: Sheet
    codes: tuple[ReviewCode, ...]
    works: tuple[CodedWork, ...]
    notes: tuple[RowNote, ...] = ()
