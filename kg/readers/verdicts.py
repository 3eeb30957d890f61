"""Records of verified quotations: the verdict on each, so that git keeps it where the full text may not be kept.

`kg verify-quotes` writes `bib/quotations/STEM.yaml`, STEM being that of the annotation; `kg build` and `kg check` read
it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, StringConstraints, ValidationError

from kg.core.files import SourceFile
from kg.core.problems import Location, Problem
from kg.model.annotation import Part, Text
from kg.readers.yaml.marks import Marked, compose, marked

MAX_BYTES = 8 * 1024 * 1024
HEADER = "# Written by `kg verify-quotes`: each quotation held against the full text. Run it again after changes.\n"
MAX_PASSAGE = 4000
"""Characters; fifteen words and what may stand between them are far fewer."""
AGAIN = "run `kg verify-quotes DIR` again, which writes it"

Word = Literal["exact", "near", "missing"]
FileName = Annotated[str, StringConstraints(pattern=r"^\.*[^./\\][^/\\]*$")]
"""A name without a folder, and neither `.` nor `..`."""


class Verdict(Part):
    """What came of one quotation; when it is near, what the text has instead and on which line or page."""

    quote: Text
    verdict: Word
    passage: Annotated[Text, StringConstraints(max_length=MAX_PASSAGE)] | None = None
    line: Annotated[int, Field(ge=1)] | None = None
    page: Annotated[int, Field(ge=1)] | None = None


class Record(Part):
    """The verdicts on the quotations of one annotation, each text once, and the full text they were held against."""

    publication: Text
    full_text: FileName
    full_text_sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    quotations: tuple[Verdict, ...]


@dataclass(frozen=True)
class RecordSource:
    """One file: the record, which is None when anything was wrong with it."""

    file: SourceFile
    record: Record | None
    marks: Marked
    problems: tuple[Problem, ...]

    @property
    def stem(self) -> str:
        """That of the annotation whose quotations these are."""
        return PurePosixPath(self.file.name).name.removesuffix(".yaml")

    def locate(self, index: int) -> Location:
        """Where the verdict of that index stands."""
        return self.marks.locate(("quotations", index))


def read_record(file: SourceFile) -> RecordSource:
    """Reads one record. A program wrote it, so nothing is saved from one that is not whole."""
    document = compose(file.name, file.text)
    marks = marked(document)
    problems, record = list(document.problems), None
    if not problems:
        try:
            record = Record.model_validate(marks.data)
            problems += _twice(record, marks)
        except ValidationError as error:
            problems += [_problem(marks, item) for item in error.errors(include_url=False)]
    return RecordSource(file, None if problems else record, marks, tuple(problems))


def render(record: Record) -> str:
    """The file: a line for each verdict, and the same bytes for the same verdicts."""
    head = "".join(_line(name, value) for name, value in record.model_dump(exclude={"quotations"}).items())
    lines = [
        "  - {" + ", ".join(f"{name}: {_scalar(name, value)}" for name, value in item.items()) + "}\n"
        for item in record.model_dump(exclude_none=True)["quotations"]
    ]
    return HEADER + head + ("quotations:\n" + "".join(lines) if lines else "quotations: []\n")


def _line(name: str, value: object) -> str:
    """A line of the head. PyYAML loses line breaks of Unicode that stand in single quotes."""
    if isinstance(value, str) and value.splitlines() != [value]:
        return f"{name}: " + _dump(value, default_style='"')
    return _dump({name: value})


def _scalar(name: str, value: str | int) -> str:
    return _dump(value, default_style='"').rstrip("\n") if name in ("quote", "passage") else str(value)


def _dump(value: object, **options: Any) -> str:
    return str(yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=math.inf, **options))


def _twice(record: Record, marks: Marked) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for index, verdict in enumerate(record.quotations):
        if verdict.quote in seen:
            problems.append(
                Problem(
                    marks.locate(("quotations", index)),
                    "quotation/record",
                    f"a second verdict on “{verdict.quote}”",
                    AGAIN,
                )
            )
        seen.add(verdict.quote)
    return problems


def _problem(marks: Marked, item: Any) -> Problem:
    name = next((f"`{step}`" for step in reversed(item["loc"]) if isinstance(step, str)), "this file")
    message = f"{name} of a record of quotations: {item['msg'][:1].lower()}{item['msg'][1:]}"
    return Problem(marks.locate(item["loc"]), "quotation/record", message, AGAIN)
