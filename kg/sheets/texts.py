"""The files that an import writes: a bibliography, codings, and the annotation of the review."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath
from typing import Any

from kg.model.coding import CodedWork, CodeOf, ReviewCode, RowNote
from kg.model.fields import Part
from kg.model.mapping import Mapping
from kg.readers.yaml.edit import quoted
from kg.sheets.imported import Imported, Origin
from kg.sheets.made import first_line, one_line

Listed = CodedWork | ReviewCode | RowNote
_PLAIN = re.compile(r"(?!(?i:null|true|false|yes|no|on|off|y|n)$)[A-Za-z][A-Za-z0-9_-]*")


def bibliography_text(name: str, origin: Origin, mapping: Mapping, made: Imported) -> str:
    """The entries as a .bib file."""
    head = (
        first_line(origin.name, name),
        f"Source of all facts: {mapping.label}.",
        "What the sheet does not give is not given here.",
    )
    return "\n\n".join(["\n".join(f"% {one_line(line)}" for line in head), *made.entries]) + "\n"


def coding_text(name: str, origin: Origin, mapping: Mapping, made: Imported) -> str:
    """The codings as YAML, a line for each code and each work."""
    file = PurePath(origin.name).name
    about = {"file": file, "sha256": origin.digest, "rows": origin.rows, "in_scope": origin.in_scope}
    head = mapping.model_dump(include={"review", "label", "mapped_by", "language"}, exclude_none=True)
    head |= {"rule": mapping.scope.rule, "sheet": about}
    used = {code for work in made.works for code in work.codes}
    codes = [code for code in review_codes(mapping) if code.id in used]
    lists: dict[str, Sequence[Listed]] = {"codes": codes, "works": made.works, "notes": made.notes}
    blocks = [[f"# {first_line(file, name)}"], [f"{key}: {flow(value)}" for key, value in head.items()]]
    if not made.notes:
        del lists["notes"]
    for key, parts in lists.items():
        blocks.append([f"{key}:" if parts else f"{key}: []", *(f"  - {flow(_given(part))}" for part in parts)])
    return "\n\n".join(map("\n".join, blocks)) + "\n"


def review_codes(mapping: Mapping) -> Iterable[ReviewCode]:
    """The codes of the mapping, each once; differently spelled cells may stand for one code."""
    cells: list[tuple[CodeOf, str | None, str | None]] = [(code, None, None) for code in mapping.every]
    cells += [(code, part.column, value) for part in mapping.codes for value, code in part.values.items()]
    codes: dict[str, ReviewCode] = {}
    for code, column, value in cells:
        codes.setdefault(code.id, ReviewCode(**code.model_dump(), column=column, value=value))
    return codes.values()


def _given(part: Listed) -> dict[str, object]:
    """The fields in the order of the model, without the empty ones."""
    given = {key: value for key, value in part.model_dump().items() if value not in (None, (), [])}
    return given if "concepts" in given else {key: value for key, value in given.items() if key != "match"}


def flow(value: object) -> str:
    """Flow style YAML (1.2, chapter 7): plain words without quotes, everything else in double quotes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text if isinstance(value, int) or _PLAIN.fullmatch(text) else quoted(text)


def annotation_text(name: str, origin: Origin, mapping: Mapping, made: Imported) -> str:
    """The review's reading with its findings as an annotation, as `kg.model.annotation` describes it."""
    study = mapping.study.model_dump(exclude_none=True)
    if made.included:
        study["includes_primary_studies"] = made.included
    head: dict[str, Any] = {"publication": mapping.review, "annotator": mapping.annotator or mapping.mapped_by}
    head |= mapping.model_dump(include={"annotator_is", "coders", "coder_agreement"}, exclude_none=True)
    head["created"] = str(mapping.created)
    lines = [f"# {first_line(origin.name, name)}", ""]
    lines += [f"{key}: {flow(value)}" for key, value in head.items()]
    lines += ["", "study:", *_block({"label": mapping.label} | study, "  ")]
    for key, parts in (
        ("other_studies", made.other_studies),
        ("findings", made.findings),
        ("curation_notes", mapping.curation_notes),
    ):
        if parts:
            lines += ["", f"{key}:"]
            for part in parts:
                first, *rest = _block(_dumped(part), "    ")
                lines += [f"  - {first.strip()}", *rest]
    return "\n".join(lines) + "\n"


def preview(made: Imported, number: int = 5) -> str:
    """The first works and findings as they will be written."""
    lines = list(made.entries[:number])
    for part in made.findings[:number]:
        first, *rest = _block(_dumped(part), "  ")
        lines.append("\n".join([f"- {first.strip()}", *rest]))
    return "\n\n".join(lines) + "\n" if lines else ""


def _dumped(part: Part) -> dict[str, Any]:
    """The fields of a part that are given, in the order of the model."""
    return part.model_dump(exclude_none=True, exclude_defaults=True, warnings=False)  # of the union of evidence


def _block(data: dict[str, Any], indent: str) -> Iterator[str]:
    """Keys with their values, a line each; lists of parts have a line for each part."""
    for key, value in data.items():
        if isinstance(value, list | tuple) and value and isinstance(value[0], dict):
            yield f"{indent}{key}:"
            yield from (f"{indent}  - {flow(item)}" for item in value)
        elif value not in ((), []):
            yield f"{indent}{key}: {flow(value)}"
