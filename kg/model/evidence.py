"""What the statements of an annotation rest on: quotations, and rows of sheets."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Discriminator, Field, Tag

from kg.model.fields import MAX_QUOTE_WORDS, Id, Part, SheetRow, Text

_GAP = re.compile(r"\s*(?:\[\s*(?:\.{3}|…)\s*\]|\(\s*(?:\.{3}|…)\s*\)|\.{3,}|…)\s*")
"""The mark of words that somebody has left out of a quotation."""
_QUOTED = re.compile(r'\A["“„«]([^"“”„«»]*)["”“»]\Z')
_ENOUGH = 4
"""The number of words before such a mark from which on they are quoted alone."""


def shortened(words: str) -> tuple[str, bool]:
    """The beginning of a quotation that is quoted, in as many words as may be, and whether it is shorter.

    It ends where words were left out, because a text has no such place; then the words before can be checked.
    """
    text = _QUOTED.sub(r"\1", " ".join(words.split()))
    parts = [part for part in _GAP.split(text) if part]
    whole = next((part for part in parts if len(part.split()) >= _ENOUGH), parts[0] if parts else "")
    kept = whole.split()[:MAX_QUOTE_WORDS]
    return " ".join(kept), len(kept) < len(text.split())


class EvidenceKind(Part):
    """Where something stands: enough to find the place."""

    id: Id | None = Field(None, description="Name to refer to it by; numbered within its owner when left out.")
    quote: Text | None = Field(None, description=f"Verbatim, {MAX_QUOTE_WORDS} words or fewer.")
    section: Text | None = Field(None, description="Section, table or appendix as printed: 5.3, Table 2, Appendix A.")
    page: Text | None = Field(None, description="Page as printed.")
    row: SheetRow | None = Field(None, description="Row of the data sheet of a review: FILE#row=12 (RFC 7111).")
    stands_in: Text | None = Field(
        None, description="BibTeX key of the work that the words stand in, if that is not the annotated publication."
    )
    shortened: bool | None = Field(
        None, description="Whether it is only the beginning of the quotation that the sheet has."
    )
    said_by: Id | None = Field(None, description="Participant whose words these are.")

    @property
    def place(self) -> str:
        """The section as printed, or else the page or the row in words."""
        file, _, row = (self.row or "").rpartition("#row=")
        return self.section or (f"page {self.page}" if self.page else f"row {row} of {file}")


class EvidencePart(EvidenceKind):
    """A verbatim phrase and its section."""

    quote: Text = Field(description=f"Verbatim, {MAX_QUOTE_WORDS} words or fewer.")
    section: Text = Field(description="Section, table or appendix as printed: 5.3, Table 2, Appendix A.")


class PageEvidencePart(EvidenceKind):
    """A verbatim phrase of a work without numbered sections, and its page."""

    quote: Text = Field(description=f"Verbatim, {MAX_QUOTE_WORDS} words or fewer.")
    page: Text = Field(description="Page as printed.")


class RowEvidencePart(EvidenceKind):
    """A row of the data sheet of a review, with or without a quotation."""

    row: SheetRow = Field(description="FILE#row=12 (RFC 7111).")


def _form_of_evidence(value: object) -> str:
    """The tag of a form: what has neither a row nor a page lacks its section, if that is missing."""
    if not isinstance(value, dict):
        return "id" if isinstance(value, str) else "quotation"
    return "sheet" if value.get("row") else "paged" if value.get("page") and not value.get("section") else "quotation"


EvidenceItem = Annotated[
    Annotated[EvidencePart, Tag("quotation")]
    | Annotated[PageEvidencePart, Tag("paged")]
    | Annotated[RowEvidencePart, Tag("sheet")],
    Discriminator(_form_of_evidence),
]
"""A piece of evidence."""
Evidence = Annotated[
    Annotated[EvidencePart, Tag("quotation")]
    | Annotated[PageEvidencePart, Tag("paged")]
    | Annotated[RowEvidencePart, Tag("sheet")]
    | Annotated[Id, Tag("id")],
    Discriminator(_form_of_evidence),
]
"""A piece of evidence in place, or the id of one in the list `evidence` of the file."""
