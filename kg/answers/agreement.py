"""How far the readings of one publication agree, beyond what chance would give.

Counted is what several readings have: the findings of the same id. A unit is such a finding with one of the concepts
(or pairs of challenge and practice) that any of these findings names; each reading gives it a code. The query
`annotator-codes` makes the units, NLTK computes the coefficients.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.answers.rows import Answers
from kg.core.problems import UsageError

DIMENSIONS = ("practices", "challenges", "polarity", "attribution")
"""What readings are compared on."""

FEW_UNITS = 30
"""A coefficient of fewer units says little (McHugh 2012, Interrater reliability: the kappa statistic)."""


@dataclass(frozen=True, slots=True)
class Reading:
    file: str
    annotator: str


@dataclass(frozen=True, slots=True)
class Unit:
    name: str
    codes: tuple[str | None, ...]
    """One for each reading, in their order; None where a reading has no finding of that id."""

    @property
    def agreed(self) -> bool:
        return len({code for code in self.codes if code is not None}) == 1


@dataclass(frozen=True, slots=True)
class Measure:
    """The agreement on one of `DIMENSIONS`. A coefficient is None where it is not defined."""

    on: str
    units: tuple[Unit, ...]
    kappa: float | None
    """Cohen's, of two readings; rounded to four places."""
    alpha: float | None
    """Krippendorff's, nominal; rounded to four places."""

    @property
    def agreed(self) -> int:
        """The number of units that all readings code alike."""
        return sum(unit.agreed for unit in self.units)

    @property
    def note(self) -> str:
        """Why the coefficients are to be taken with care, or empty."""
        if self.alpha is None:
            return "every unit has the same code: nothing to tell from chance"
        return f"fewer than {FEW_UNITS} units: too few to mean much" if len(self.units) < FEW_UNITS else ""


@dataclass(frozen=True, slots=True)
class Agreement:
    key: str
    readings: tuple[Reading, ...]
    measures: tuple[Measure, ...]
    unmatched: tuple[tuple[str, str], ...]
    """Findings of which some other reading has none of that id, with the file: they are not counted."""


def agreement(graph: Answers, work: str, on: str = "") -> Agreement:
    """The agreement of the readings of a publication, on one of `DIMENSIONS` or on all of them.

    Raises:
        UsageError: if nothing can be compared, a name is not known, or NLTK is not installed.
    """
    rows = list(graph.query("annotator-codes", work=work, on=on))
    if not rows:
        said = f" and that says something of {on}" if on else ""
        raise UsageError(
            f"nothing to compare: {work} has no finding that two readings have{said}; "
            "`kg new KEY --as NAME` starts a second reading"
        )
    names = {str(row["reading"]): str(row["annotator"]) for row in rows}
    readings = tuple(Reading(file, names[file]) for file in sorted(names))
    files = [reading.file for reading in readings]
    coded: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows:
        coded.setdefault(str(row["on"]), {}).setdefault(str(row["unit"]), {})[str(row["reading"])] = str(row["code"])
    measures = tuple(
        _measure(name, [Unit(unit, tuple(map(codes.get, files))) for unit, codes in coded[name].items()])
        for name in DIMENSIONS
        if name in coded
    )
    unmatched = sorted(
        {
            (str(row["finding"]), str(row["said_in"]))
            for row in graph.query("annotator-differences", work=work)
            if row["what"] == "finding"
        }
    )
    return Agreement(str(rows[0]["key"]), readings, measures, tuple(unmatched))


def _measure(on: str, units: Sequence[Unit]) -> Measure:
    try:
        from nltk.metrics.agreement import AnnotationTask
    except ImportError as error:
        raise UsageError("agreement needs NLTK: pip install 'continuous-star-kg[agreement]'") from error

    task = AnnotationTask(list(_triples(units)))
    if len(task.K) < 2:
        return Measure(on, tuple(units), None, None)
    kappa = round(float(task.kappa()), 4) if len(task.C) == 2 else None
    return Measure(on, tuple(units), kappa, round(float(task.alpha()), 4))


def _triples(units: Iterable[Unit]) -> Iterable[tuple[str, str, str]]:
    """Reading, unit and code, as NLTK takes them."""
    return ((str(n), unit.name, code) for unit in units for n, code in enumerate(unit.codes) if code is not None)
