"""What a person decides about a project of qualitative analysis: the mapping to publications, concepts and readings.

As in `kg.model.annotation`, field names are the YAML keys. This module uses neither files nor RDF.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from kg.model.annotation import StatedConcepts, StudyPart
from kg.model.fields import Count, Date, Id, Part, Text


def _keyed(key: str) -> BeforeValidator:
    return BeforeValidator(lambda value: {key: value} if isinstance(value, str) else value)


class CodeMeaning(StatedConcepts):
    """What a code or a segment says of its finding; empty for a code of the project only."""

    statement: Text | None = Field(None, description="What was found, in your own words.")
    section: Text | None = Field(None, description="As printed.")
    kind: Literal["pec", "finding", "recommendation"] | None = None
    attributed_to: Text | None = Field(None, description="BibTeX key of the work whose finding this is: second-hand.")

    def given(self) -> dict[str, Any]:
        """The fields that have a value."""
        return self.model_dump(mode="json", exclude_defaults=True)


CODED = tuple(name for name in CodeMeaning.model_fields if name not in ("statement", "section"))
"""The fields of a finding that a project has as codes."""


class SourceOf(Part):
    """The publication that a source is."""

    work: Text = Field(description="BibTeX key.")
    study: StudyPart | None = Field(None, description="How the study was done, as in an annotation.")
    first_page: Count | None = Field(None, description="Number printed on the first page of the PDF.")


class CoderOf(Part):
    """The reading of a coder."""

    reading: Id | Literal[""] = Field(description='NAME of KEY.NAME.yaml; "" for KEY.yaml.')
    annotator: Text | None = Field(None, description="Who coded; by default the name in the project.")
    annotator_is: Literal["person", "group", "model"] | None = None


class QdaMapping(Part):
    """How the segments of a project become annotations."""

    label: Text = Field(description="What the project is.")
    mapped_by: Text = Field(description="Who decided what sources and codes mean.")
    created: Date = Field(description="The date of the annotations.")
    comments: Literal["statements", "remarks"] = Field(
        description="statements: the comment of a segment is the statement of its finding; remarks: it is not."
    )
    coder_agreement: Text | None = Field(None, description="As reported: Cohen's kappa 0.83.")
    study: StudyPart | None = Field(None, description="The study of every source that has none of its own here.")
    sources: dict[Text, Annotated[SourceOf, _keyed("work")]] = Field(description="Source: BibTeX key.")
    codes: dict[Text, CodeMeaning] = Field(description="Code: the fields of a finding that it stands for.")
    coders: dict[Text, Annotated[CoderOf, _keyed("reading")]] = Field(description="Coder: name of the reading.")
    by_id: dict[Text, CodeMeaning] = Field({}, description="GUID of a segment: fields of its finding.")
    leave_out: dict[Text, Text] = Field({}, description="Name or GUID of a source, code, coder or segment: why.")
