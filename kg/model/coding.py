"""What a review assigned to the works in its data sheet: codes, and the notes on its rows.

As in `kg.model.annotation`, field names are the YAML keys. This module uses neither files nor RDF.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kg.model.fields import ConceptName, Count, Id, Language, Part, Text

Match = Literal["exact", "close", "broad", "narrow", "related"]
"""How close a code of a review is to a concept of the graph: the mapping properties of SKOS (`skos:closeMatch` …)."""


class CodeOf(Part):
    """The code that a cell means."""

    id: Id
    label: Text = Field(description="The name that the review gives it.")
    concepts: tuple[ConceptName, ...] = Field((), description="Related concepts, as KIND:SLUG.")
    match: Match = Field("close", description="How close: exact, close, broad, narrow or related.")


class ReviewCode(CodeOf):
    """A code of the review; `column` and `value` are its place in the sheet."""

    column: Text | None = None
    value: Text | None = None


class CodedWork(Part):
    """The codes of a work, from a row of the sheet."""

    work: Text = Field(description="BibTeX key.")
    row: Count = Field(description="The first row that is about the work.")
    sheet: Text | None = Field(None, description="If it is another one than that of the file.")
    codes: tuple[Id, ...] = ()


class RowNote(Part):
    """Something wrong with a row; without `work`, the row gave no work."""

    row: Count
    note: Text
    work: Text | None = None
    sheet: Text | None = Field(None, description="If it is another one than that of the works.")


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
    language: Language | None = None
    """That of the labels of its codes."""
    rule: Text
    sheet: Sheet
    codes: tuple[ReviewCode, ...]
    works: tuple[CodedWork, ...]
    notes: tuple[RowNote, ...] = ()
