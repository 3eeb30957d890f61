"""The agreement of readings, for the terminal and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePosixPath

from pyoxigraph import Literal

from kg.answers.agreement import Agreement
from kg.answers.rows import Rows
from kg.render.text.table import printable, table


def agreement_text(found: Agreement) -> str:
    """The readings, a line for each thing they are compared on, and every unit they differ on."""
    names = [PurePosixPath(reading.file).stem for reading in found.readings]
    parts = [f"{found.key}: {len(names)} readings"]
    parts += [f"  {name}: {printable(reading.annotator)}" for name, reading in zip(names, found.readings, strict=True)]
    for finding, file in found.unmatched:
        parts.append(f"  {finding} is in {PurePosixPath(file).stem} and not in every other reading: not counted")
    measures = [
        (m.on, len(m.units), m.agreed, _number(m.agreed / len(m.units)), _number(m.kappa), _number(m.alpha), m.note)
        for m in found.measures
    ]
    parts += ["", _table(("on", "units", "agreed", "observed", "kappa", "alpha", "note"), measures)]
    differing = [
        (m.on, unit.name, *(code or "–" for code in unit.codes))
        for m in found.measures
        for unit in m.units
        if not unit.agreed
    ]
    if differing:
        parts.append(_table(("on", "unit", *names), differing))
    return "\n".join(parts)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _table(columns: tuple[str, ...], lines: Sequence[tuple[str | int, ...]]) -> str:
    return table(Rows(columns, tuple(tuple(Literal(cell) for cell in line) for line in lines)))


def agreement_json(found: Agreement) -> str:
    """The same, and every unit with its codes in the order of the readings."""
    document = {
        "publication": found.key,
        "readings": [{"file": reading.file, "annotator": reading.annotator} for reading in found.readings],
        "unmatched": [{"finding": finding, "file": file} for finding, file in found.unmatched],
        "measures": [
            {"on": m.on, "units": len(m.units), "agreed": m.agreed, "kappa": m.kappa, "alpha": m.alpha, "note": m.note,
             "codes": {unit.name: unit.codes for unit in m.units}}
            for m in found.measures
        ],
    }  # fmt: skip
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
