"""Agreement between the annotators of one publication, beyond what chance would give.

A unit is a finding that several readings contain (`kg.answers.readings` matches them) with one of the concepts, or
pairs of concepts, that any reading names in any such finding; each reading gives it a code. NLTK computes the
coefficients.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.answers.readings import Match, MatchDecisions, ReadFinding, matches
from kg.core.extras import need
from kg.core.problems import UsageError, did_you_mean

if TYPE_CHECKING:
    from kg.readers.annotations import AnnotationSource

DIMENSIONS = (
    *("practices", "challenges", "approaches", "tools", "outcomes", "polarity", "direction", "valence"),
    *("addresses", "recommends", "kind", "attribution"),
)
"""What readings are compared on."""
_WITHOUT = {"polarity": "no link", "direction": "no effect", "valence": "no effect"}
"""The code where a reading does not name what another one names."""

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
            return "every unit has the same code: agreement beyond chance is not defined"
        return f"fewer than {FEW_UNITS} units: too few to mean much" if len(self.units) < FEW_UNITS else ""


@dataclass(frozen=True, slots=True)
class Agreement:
    key: str
    """BibTeX key of the publication."""
    readings: tuple[AnnotatorReading, ...]
    measures: tuple[Measure, ...]
    matches: tuple[Match, ...]
    """Findings that several readings contain, with the reasons why they are taken for the same."""
    unmatched: tuple[tuple[str, str], ...]
    """Findings that another reading does not have, each with its file: they are not counted."""
    consensus: str = ""
    """The file of the reading that replaces these, if one does."""


def readings_of(
    sources: Sequence[AnnotationSource], key: str, aliases: Mapping[str, str] | None = None
) -> tuple[list[AnnotationSource], str]:
    """The readings of a publication that are compared, and the file of their consensus if it replaces them.

    Readings that another one replaces do not count, except the readings that a consensus brings together.

    Args:
        sources: all annotations of the review.
        key: BibTeX key of the publication.
        aliases: the kept key for that of each entry that is merged into another one.

    Raises:
        UsageError: if the publication has fewer than two readings.
    """
    kept = aliases or {}
    key = kept.get(key, key)
    ours = (source for source in sources if kept.get(source.key, source.key) == key and source.annotation)
    of = sorted(ours, key=lambda source: source.stem)  # KEY before KEY.NAME
    replaced = {name for source in of for _, name in source.supersedes}
    current = [source for source in of if source.stem not in replaced]
    if len(current) > 1:
        return current, ""
    for source in current:
        names = {name for _, name in source.supersedes}
        if len(together := [other for other in of if other.stem in names]) > 1:
            return together, source.file.name
    known = {source.key for source in sources}
    nothing = f"nothing to compare: {key} has {len(current)} reading{'' if len(current) == 1 else 's'}"
    raise UsageError(f"{nothing}; {did_you_mean(key, known - {key}, '`kg new KEY --as NAME` starts a second one')}")


def matched(readings: Sequence[AnnotationSource], decided: MatchDecisions) -> list[Match]:
    """The findings of the readings, those that are the same in one match."""
    parts = [source.annotation.findings if source.annotation else () for source in readings]
    return matches(
        [[ReadFinding(source.stem, part) for part in found] for source, found in zip(readings, parts, strict=True)],
        decided,
    )


def agreement(
    sources: Sequence[AnnotationSource],
    key: str,
    on: str = "",
    decided: MatchDecisions | None = None,
    aliases: Mapping[str, str] | None = None,
) -> Agreement:
    """The agreement of the readings of a publication, on one of `DIMENSIONS` or on all of them.

    Raises:
        UsageError: if nothing can be compared, or NLTK is not installed.
    """
    readings, consensus = readings_of(sources, key, aliases)
    found = matched(readings, decided or MatchDecisions())
    several = [match for match in found if len(match.members) > 1]
    if not several:
        hint = "`kg new KEY --as NAME` starts a second reading; bib/same-as.yaml says which findings are the same"
        raise UsageError(f"nothing to compare: {key} has no finding that two annotators coded; {hint}")
    names = {source.file.name: source.annotation.annotator for source in readings if source.annotation}
    measures = [_measure(name, units) for name in DIMENSIONS if on in ("", name)
                if (units := _units(several, name, len(readings)))]  # fmt: skip
    if not measures:
        raise UsageError(f"nothing to compare: no finding of {key} that two annotators coded says something of {on}")
    unmatched = [
        (finding.part.id, readings[number].file.name)
        for match in found if len(match.members) < len(readings)
        for number, finding in match.members.items()
    ]  # fmt: skip
    annotators = tuple(AnnotatorReading(file, annotator) for file, annotator in names.items())
    return Agreement(key, annotators, tuple(measures), tuple(several), tuple(sorted(unmatched)), consensus)


def _units(found: Sequence[Match], on: str, readings: int) -> list[Unit]:
    """The units of one dimension: each match with each concept or pair that any of the matches has."""
    said = [{number: finding.decisions.get(on, {}) for number, finding in match.members.items()} for match in found]
    items = sorted({item for codes in said for one in codes.values() for item in one})
    return [
        Unit(
            f"{match.id} / {item}" if item else match.id,
            tuple(codes[n].get(item, _WITHOUT.get(on, "not named")) if n in codes else None for n in range(readings)),
        )
        for match, codes in sorted(zip(found, said, strict=True), key=lambda pair: pair[0].id)
        for item in items
    ]


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
