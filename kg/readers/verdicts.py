"""Records of verified quotations: the verdict on each one, because the full texts may not be published.

`kg verify-quotes` writes `bib/quotations/STEM.yaml`, where STEM is that of the annotation; `kg build` and `kg check`
read it.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, StringConstraints, ValidationError

from kg.core.files import SourceFile
from kg.core.problems import Location, Problem
from kg.model.fields import Part, Text
from kg.readers.references import given_twice
from kg.readers.yaml.edit import quoted, scalar
from kg.readers.yaml.marks import Marked, read_yaml
from kg.readers.yaml.model import YamlSource

MAX_BYTES = 8 * 1024 * 1024
HEADER = "# Written by `kg verify-quotes`: each quotation checked against the full text. Run it again after changes.\n"
MAX_PASSAGE = 4000
"""Characters; fifteen words and what may be between them are far fewer."""
AGAIN = "run `kg verify-quotes DIR` again, which writes it"

Word = Literal["exact", "near", "missing"]
FileName = Annotated[str, StringConstraints(pattern=r"^\.*[^./\\][^/\\]*$")]
"""A name without a folder, and neither `.` nor `..`."""


class Verdict(Part):
    """The verdict on one quotation; when it is near, what the text has instead and on which line or page.

    `stands_in` is the work that has the quotation, if it is another than the annotated one.
    """

    quote: Text
    stands_in: Text | None = None
    verdict: Word
    passage: Annotated[Text, StringConstraints(max_length=MAX_PASSAGE)] | None = None
    line: Annotated[int, Field(ge=1)] | None = None
    page: Annotated[int, Field(ge=1)] | None = None


class QuotationRecord(Part):
    """The verdicts on the quotations of one annotation, each text once, and the full text they were checked against.

    There is no full text if all quotations stand in other works.
    """

    publication: Text
    full_text: FileName | None = None
    full_text_sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")] | None = None
    quotations: tuple[Verdict, ...]


class RecordSource(YamlSource[QuotationRecord]):
    """One file, whose stem is that of the annotation."""

    @property
    def record(self) -> QuotationRecord | None:
        """The record; None when anything is wrong with it."""
        return self.value

    def locate(self, index: int) -> Location:
        """The place of the verdict with the index."""
        return self.marks.locate(("quotations", index))

    @classmethod
    def read(cls, file: SourceFile) -> Self:
        """The record in a file; `kg verify-quotes` writes it, so no part is used of one that has any problem."""
        marks = read_yaml(file.name, file.text)
        problems, record = list(marks.problems), None
        if not problems:
            try:
                record = QuotationRecord.model_validate(marks.data)
                quotes = [
                    (f"verdict of {item.stands_in}" if item.stands_in else "verdict", ("quotations", n), item.quote)
                    for n, item in enumerate(record.quotations)
                ]
                problems += given_twice(marks, quotes, "quotation/record", AGAIN)
            except ValidationError as error:
                problems += [_problem(marks, item) for item in error.errors(include_url=False)]
        return cls(file, None if problems else record, marks, tuple(problems), marks)


read_record = RecordSource.read


def _problem(marks: Marked, item: Any) -> Problem:
    name = next((f"`{step}`" for step in reversed(item["loc"]) if isinstance(step, str)), "this file")
    message = f"{name} of a record of quotations: {item['msg'][:1].lower()}{item['msg'][1:]}"
    return marks.problem(item["loc"], "quotation/record", message, AGAIN)


def render(record: QuotationRecord) -> str:
    """The text of the file: a line for each verdict, and the same bytes for the same verdicts."""
    given = record.model_dump(exclude={"quotations"}, exclude_none=True)
    head = [f"{name}: {scalar(value)}\n" for name, value in given.items()]
    lines = [
        "  - {"
        + ", ".join(f"{k}: {quoted(v) if k in ('quote', 'passage', 'stands_in') else v}" for k, v in item.items())
        + "}\n"
        for item in record.model_dump(exclude_none=True)["quotations"]
    ]
    return "".join([HEADER, *head, *(["quotations:\n", *lines] if lines else ["quotations: []\n"])])
