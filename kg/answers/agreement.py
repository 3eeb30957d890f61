"""Agreement between the annotators of one publication, beyond what chance would give.

Only findings with an id that several readings of the publication share are counted. A unit is such a finding with one
of the concepts (or pairs of challenge and practice) that any of these readings names; each reading gives it a code. The
query `annotator-codes` makes the units, NLTK computes the coefficients.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kg.answers.rows import Answers
from kg.core.extras import need
from kg.core.problems import UsageError

DIMENSIONS = ("practices", "challenges", "polarity", "attribution")
"""What readings are compared on."""

FEW_UNITS = 30
"""With fewer units a coefficient means little (McHugh 2012, Interrater reliability: the kappa statistic)."""


@dataclass(frozen=True, slots=True)
class AnnotatorReading:
    """The annotation file of one annotator."""

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
        """Why the coefficients should be read with care, or empty."""
        if self.alpha is None:
            return "every unit has the same code: nothing to tell from chance"
        return f"fewer than {FEW_UNITS} units: too few to mean much" if len(self.units) < FEW_UNITS else ""


@dataclass(frozen=True, slots=True)
class Agreement:
    key: str
    """BibTeX key of the publication."""
    readings: tuple[AnnotatorReading, ...]
    measures: tuple[Measure, ...]
    unmatched: tuple[tuple[str, str], ...]
    """Findings whose id another reading does not have, each with its file: they are not counted."""


def agreement(graph: Answers, work: str, on: str = "") -> Agreement:
    """The agreement of the readings of a publication, on one of `DIMENSIONS` or on all of them.

    Raises:
        UsageError: if nothing can be compared, a name is not known, or NLTK is not installed.
    """
    rows = list(graph.query("annotator-codes", work=work, on=on))
    if not rows:
        said = f" and that says something of {on}" if on else ""
        nothing = f"nothing to compare: {work} has no finding that two annotators coded{said}"
        raise UsageError(f"{nothing}; `kg new KEY --as NAME` starts a second reading")
    names = {str(row["reading"]): str(row["annotator"]) for row in rows}
    readings = tuple(AnnotatorReading(file, names[file]) for file in sorted(names))
    coded: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows:
        coded.setdefault(str(row["on"]), {}).setdefault(str(row["unit"]), {})[str(row["reading"])] = str(row["code"])
    measures = tuple(
        _measure(name, [Unit(unit, tuple(map(codes.get, sorted(names)))) for unit, codes in coded[name].items()])
        for name in DIMENSIONS
        if name in coded
    )
    unmatched = {
        (str(row["finding"]), str(row["said_in"]))
        for row in graph.query("annotator-differences", work=work)
        if row["what"] == "finding"
    }
    return Agreement(str(rows[0]["key"]), readings, measures, tuple(sorted(unmatched)))


def _measure(on: str, units: Sequence[Unit]) -> Measure:
    need("nltk.metrics.agreement")
    from nltk.metrics.agreement import AnnotationTask

    # Reading, unit and code.
    triples = [(str(n), unit.name, code) for unit in units for n, code in enumerate(unit.codes) if code is not None]
    task = AnnotationTask(triples)
    if len(task.K) < 2:
        return Measure(on, tuple(units), None, None)
    kappa = round(float(task.kappa()), 4) if len(task.C) == 2 else None
    return Measure(on, tuple(units), kappa, round(float(task.alpha()), 4))
