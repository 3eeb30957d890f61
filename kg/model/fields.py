"""The simple values of the files that people write, and the base of their parts."""

from __future__ import annotations

import datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema

from kg.core.kinds import CONCEPTS

_NAME = {"minLength": 1, "type": "string"}
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")]
Slug = Text
"""The slug of a concept; it is checked against the vocabulary, and so is its form."""
ConceptName = Annotated[str, StringConstraints(pattern=rf"^({'|'.join(kind.name for kind in CONCEPTS)}):.+$")]
"""A concept of any kind, as KIND:SLUG."""
Advised = Annotated[str, StringConstraints(pattern=r"^(practice|approach|tool):.+$")]
"""What a recommendation may recommend, as KIND:SLUG."""
SheetRow = Annotated[
    str, StringConstraints(pattern=r"^[^#/\\]*[^#/\\.][^#/\\]*#row=[1-9][0-9]{0,8}(-[1-9][0-9]{0,8})?$")
]
"""A row of a sheet, or several, by a fragment as of RFC 7111; the sheet is named without its folder."""
NameOrNames = Annotated[
    tuple[Text, ...],
    BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
    WithJsonSchema({"anyOf": [_NAME, {"type": "array", "items": _NAME}]}),
]
"""A name, or a list of names."""
Count = Annotated[int, Field(ge=0)]
Language = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")]
"""A language tag (BCP 47), such as `en` or `pt-BR`."""


def _date(value: object) -> object:
    """A date in ISO 8601; pydantic would also read any number as seconds since 1970."""
    return datetime.date.fromisoformat(value) if isinstance(value, str) else value


Date = Annotated[datetime.date, BeforeValidator(_date)]

UNNAMED = "unnamed annotator"
"""The annotator of a new annotation until a person writes a name."""
MAX_QUOTE_WORDS = 15
"""What a quotation may have at most: enough to find the place."""


class Part(BaseModel):
    """Base of everything in such a file: unknown keys are errors, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
