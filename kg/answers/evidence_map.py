"""The evidence map as a value: two dimensions and, in each cell, the distinct studies with evidence for it.

A cell of practices or areas by challenges or categories counts the findings behind a practice–challenge link: one
hinders or mitigates the other. A cell of outcomes by what may change them counts the findings behind an effect. A cell
of any other two dimensions counts the findings that concern both. A finding names its practices, challenges,
approaches, tools and outcomes, and through these its areas and categories; methods and contexts are
those of the study that found it, the year that of the work. What is not recorded of a study is `not known` and has a
row or column of its own.

Studies are counted, never findings. A study that several findings or publications report counts once in a cell and
once in a total, so totals are not sums of cells; a study that found it first-hand is not counted second-hand. A
finding that something was looked for and not found marks its cell and counts no study.

A cell without any study is in one of four states; `EvidenceMap.state` alone decides which, see `STATES`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain

from kg.answers.display import Displayed, Shown
from kg.answers.selection import ALL, Selection
from kg.answers.things import Quotation
from kg.core.iris import local_name
from kg.core.kinds import CONCEPTS
from kg.core.problems import UsageError
from kg.core.reprs import counted, said, short

DIMENSIONS = (*(kind.name for kind in CONCEPTS if kind.dimension), "category", "year")
"""What rows and columns can be; `category` is the top of the challenge hierarchy."""

ABSENT = "absent"
"""The polarity of what was looked for and not found."""
CONCERNS = "concerns"
"""The polarity of a finding that concerns row and column without linking them."""
DIRECTIONS = {"increases": "↑", "decreases": "↓", "no change": "=", "mixed": "↕"}
"""The polarities of findings behind an effect, and their signs in a cell."""
_CAUSES = frozenset({"practice", "area", "challenge", "category", "approach", "tool"})
BY_CATEGORY = frozenset({"challenge", "category"})
"""Dimensions whose rows or columns a category of challenges selects, instead of the findings in the cells."""
_LINKED = {"practice": "practice", "area": "practice", "challenge": "challenge", "category": "challenge"}
UNKNOWN = "not-known"
"""Instead of an IRI: the row or column of studies whose method, context or year is not recorded."""

EVIDENCE, NOT_FOUND, NO_EVIDENCE = "evidence", "looked for and not found", "no evidence found"
FILTERED = "hidden by the filters"
NOBODY, NOT_APPLICABLE = "nobody looked", "not applicable"
STATES = {
    EVIDENCE: "at least one study has a finding",
    NOT_FOUND: "a finding says that the two were looked for together and not found, and there is no other",
    FILTERED: "there are findings on the two together, and none of them is selected",
    NO_EVIDENCE: "a study has findings on the row and on the column, but none on the two together",
    NOBODY: "no study in this graph has findings on both",
    NOT_APPLICABLE: "somebody declares, with a reason, that the two make no sense together",
}
"""The states of a cell. Several cells as one, as in a total, are in the first of these that one of them is in."""
SYMBOLS = {NOT_FOUND: "×", FILTERED: "…", NO_EVIDENCE: "–", NOBODY: "·", NOT_APPLICABLE: "n/a"}
"""The sign in a cell without studies, the same in every format: signs differ by shape, not by colour."""


@dataclass(frozen=True, slots=True)
class MapFinding:
    """One finding in a cell. The study that found it is counted, also for a second-hand finding."""

    iri: str
    id: str
    statement: str
    polarity: str
    """hinders, mitigates, one of `DIRECTIONS`, concerns or absent."""
    section: str
    study: str
    """IRI of the study that found it."""
    work: str
    """How the work that found it is named."""
    key: str
    """Its BibTeX key."""
    first_hand: bool
    via: str = ""
    """How the work that reports it is named, when second-hand."""
    via_key: str = ""
    quotations: tuple[Quotation, ...] = ()
    year: str = ""
    """Publication year of the work that found it; empty when it is not known."""
    methods: tuple[str, ...] = ()
    """Labels of the methods of the study that found it, as far as they are recorded."""
    categories: tuple[str, ...] = ()
    """Labels of the categories of the challenges that it names."""

    def __repr__(self) -> str:
        return short(self, local_name(self.iri).removeprefix("finding/"), self.polarity, said(self.statement))


@dataclass(frozen=True, slots=True)
class Header:
    """A row or column. `iri` may be a year or `not-known` instead.

    `group` is the heading it is listed under (a practice's area), `text` its definition, `categories` are the labels of
    the categories that a challenge is in.
    """

    iri: str
    label: str
    group: str = ""
    text: str = ""
    categories: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return short(self, local_name(self.iri), said(self.label))


@dataclass(frozen=True, slots=True)
class Cell:
    """The findings on a row and a column together."""

    findings: tuple[MapFinding, ...] = ()

    def __repr__(self) -> str:
        return short(self, counted(len(self.findings), "finding"))

    @property
    def first_hand(self) -> frozenset[str]:
        """Studies that found it themselves."""
        return frozenset(f.study for f in self.findings if f.first_hand and f.polarity != ABSENT)

    @property
    def second_hand(self) -> frozenset[str]:
        """Studies known only through what another publication reports of them."""
        return self.studies - self.first_hand

    @property
    def studies(self) -> frozenset[str]:
        """Studies with evidence on the two together."""
        return frozenset(f.study for f in self.findings if f.polarity != ABSENT)

    @property
    def absent(self) -> frozenset[str]:
        """Studies that looked for the two together and did not find it."""
        return frozenset(f.study for f in self.findings if f.polarity == ABSENT)

    @property
    def directions(self) -> str:
        """The signs of the effects that findings report, such as ↑↓ where they disagree."""
        reported = {f.polarity for f in self.findings}
        return "".join(sign for direction, sign in DIRECTIONS.items() if direction in reported)


NO_FINDINGS = Cell()


@dataclass(frozen=True, slots=True, order=True)
class Exclusion:
    """Somebody's statement that a row and a column make no sense together."""

    reason: str
    by: str
    """Who says so."""
    date: str = ""
    """When, as far as it is recorded."""

    def __str__(self) -> str:
        return f"{self.reason} ({', '.join(filter(None, (self.by, self.date)))})"


@dataclass(frozen=True, slots=True)
class EvidenceMap(Displayed):
    """An evidence map of two dimensions."""

    title: str
    row_kind: str
    """One of `DIMENSIONS`."""
    column_kind: str
    rows: tuple[Header, ...]
    columns: tuple[Header, ...]
    cells: Mapping[tuple[str, str], Cell]
    """By row IRI and column IRI; a pair without a value is an empty `Cell`."""
    snapshot: str = ""
    """Content hash of the graph it was made from."""
    absences: Mapping[str, tuple[MapFinding, ...]] = field(default_factory=dict)
    """By the IRI of a row or column: findings that it was looked for and not found. They say nothing about its cells:
    that a practice was not found does not mean that anybody looked for it with each of the challenges."""
    studies_on: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By the IRI of a row or column: studies with any finding on it. A study with findings on both may have looked at
    the two together; of no other study is that known."""
    exclusions: Mapping[tuple[str, str], tuple[Exclusion, ...]] = field(default_factory=dict)
    """By row IRI and column IRI: who declares that the two make no sense together, and why."""
    selection: Selection = ALL
    """Which findings count in it."""
    hidden: frozenset[tuple[str, str]] = frozenset()
    """By row IRI and column IRI: cells of whose findings none is selected."""
    methods: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The label of each method with its own and those of narrower methods, which the method selects too."""

    def __repr__(self) -> str:
        size = f"{counted(len(self.rows), 'row')}, {counted(len(self.columns), 'column')}"
        return short(self, said(self.title), size)

    def cell(self, row: str, column: str) -> Cell:
        return self.cells.get((row, column), NO_FINDINGS)

    def on_both(self, row: str, column: str) -> frozenset[str]:
        """Studies with findings on the row and findings on the column, perhaps none on the two together."""
        return self.studies_on.get(row, frozenset()) & self.studies_on.get(column, frozenset())

    def state(self, row: str, column: str) -> str:
        """One of `STATES`. A finding counts more than a declaration that the pair makes no sense."""
        cell = self.cell(row, column)
        if cell.findings:
            return EVIDENCE if cell.studies else NOT_FOUND
        if (row, column) in self.hidden:
            return FILTERED
        if (row, column) in self.exclusions:
            return NOT_APPLICABLE
        # Studies whose method, say, is not recorded may have looked.
        return NO_EVIDENCE if UNKNOWN in (row, column) or self.on_both(row, column) else NOBODY

    def row_state(self, row: str) -> str:
        return united(self.state(row, column.iri) for column in self.columns)

    def column_state(self, column: str) -> str:
        return united(self.state(row.iri, column) for row in self.rows)

    def total_state(self) -> str:
        return united(self.row_state(row.iri) for row in self.rows)

    def row_total(self, row: str) -> Cell:
        return merged(self.cell(row, column.iri) for column in self.columns)

    def column_total(self, column: str) -> Cell:
        return merged(self.cell(row.iri, column) for row in self.rows)

    def total(self) -> Cell:
        return merged(self.row_total(row.iri) for row in self.rows)

    def show(self, height: int = 700) -> Shown:
        """The interactive page of the map for a notebook, `height` pixels high; it works without a connection.

        A notebook shows the map like this by itself when it is the last value of a cell.
        """
        return self._page(height)


def merged(cells: Iterable[Cell]) -> Cell:
    """Several cells as one, so that a study in three of them counts once."""
    return Cell(tuple(dict.fromkeys(chain.from_iterable(cell.findings for cell in cells))))


def shown_states(evidence_map: EvidenceMap) -> list[str]:
    """The states of empty cells that a legend explains; two of them only where the map has such a cell."""
    there = {NOT_APPLICABLE: evidence_map.exclusions, FILTERED: evidence_map.hidden}
    return [state for state in SYMBOLS if there.get(state, True)]


def united(states: Iterable[str]) -> str:
    """The state of several cells as one; `nobody looked` when there are none."""
    found = set(states)
    return next((state for state in STATES if state in found), NOBODY)


def caption_of(evidence_map: EvidenceMap) -> str:
    """A caption for a figure or table: the title, what is counted, and of which graph."""
    size = f"{len(evidence_map.rows)} rows by {len(evidence_map.columns)} columns, "
    size += f"{len(evidence_map.total().studies)} distinct studies"
    snapshot = f" Graph sha256:{evidence_map.snapshot}." if evidence_map.snapshot else ""
    return f"{evidence_map.title}: {size}. {note(evidence_map)}{snapshot}"


def note(evidence_map: EvidenceMap) -> str:
    """What the numbers count, in sentences for the foot of a table or figure."""
    kinds = evidence_map.row_kind, evidence_map.column_kind
    how = " with a finding on both."
    if is_linked(*kinds):
        how = " with a finding that one hinders or mitigates the other."
    elif is_effect(*kinds):
        signs = ", ".join(f"{sign} {direction}" for direction, sign in DIRECTIONS.items())
        how = f" with a finding on the effect of one on the other ({signs})."
    said = [
        "Cells count distinct studies" + how,
        "A study counts once in a cell and once in a total, so totals are not sums of cells; "
        "first-hand evidence takes precedence over second-hand (known through other publications).",
    ]
    if evidence_map.selection:
        said.insert(0, f"Only findings that are: {evidence_map.selection}.")
    if UNKNOWN in {header.iri for header in (*evidence_map.rows, *evidence_map.columns)}:
        said.append("Not known: not recorded for the study.")
    if "year" in (evidence_map.row_kind, evidence_map.column_kind):
        said.append("The year is that of the work that found it.")
    states = [f"{SYMBOLS[state]} {state} ({STATES[state]})" for state in shown_states(evidence_map)]
    said.append("Without studies: " + "; ".join(states) + ".")
    if evidence_map.absences:
        said.append(
            f"{SYMBOLS[NOT_FOUND]} beside a name: the number of studies that looked for it and did not find it; "
            "this says nothing about its cells."
        )
    return " ".join(said)


def is_linked(rows: str, columns: str) -> bool:
    """Whether the cells of two dimensions rest on practice–challenge links."""
    return {_LINKED.get(rows), _LINKED.get(columns)} == {"practice", "challenge"}


def is_effect(rows: str, columns: str) -> bool:
    """Whether the cells of two dimensions rest on effects on outcomes."""
    return (rows == "outcome" and columns in _CAUSES) or (columns == "outcome" and rows in _CAUSES)


def selected(evidence_map: EvidenceMap, selection: Selection) -> EvidenceMap:
    """The map with the selected findings only; studies are counted anew.

    A category selects rows and columns if these are challenges or categories, else findings.

    Raises:
        UsageError: if no cell of the map can have the polarity.
    """
    kinds = evidence_map.row_kind, evidence_map.column_kind
    possible: tuple[str, ...] = (CONCERNS, ABSENT)
    if is_linked(*kinds) or is_effect(*kinds):
        possible = ("hinders", "mitigates", ABSENT) if is_linked(*kinds) else tuple(DIRECTIONS)
    if selection.polarity and selection.polarity not in possible:
        raise UsageError(f"no cell of {' by '.join(kinds)} is {selection.polarity}; one of {', '.join(possible)}")
    among = "" if BY_CATEGORY.isdisjoint(kinds) else selection.category
    in_cells = replace(selection, category="") if among else selection

    def headers(kind: str, several: Sequence[Header]) -> tuple[Header, ...]:
        return tuple(h for h in several if not among or kind not in BY_CATEGORY or among in h.categories)

    def cell(findings: Sequence[MapFinding]) -> Cell:
        looked = [f for f in findings if f.polarity == ABSENT]
        return Cell((*in_cells.kept([f for f in findings if f.polarity != ABSENT]), *in_cells.kept(looked)))

    rows, columns = headers(kinds[0], evidence_map.rows), headers(kinds[1], evidence_map.columns)
    left_out = {h.iri for h in (*evidence_map.rows, *evidence_map.columns)} - {h.iri for h in (*rows, *columns)}
    cells = {pair: cell(c.findings) for pair, c in evidence_map.cells.items() if left_out.isdisjoint(pair)}
    return replace(
        evidence_map,
        rows=rows,
        columns=columns,
        cells=cells,
        absences={iri: tuple(in_cells.kept(found)) for iri, found in evidence_map.absences.items()},
        selection=selection,
        hidden=frozenset(pair for pair, found in cells.items() if not found.findings),
    )


def in_groups(headers: Iterable[Header]) -> list[Header]:
    """Headers with those of one group next to each other; groups and members keep their order."""
    groups: dict[str, list[Header]] = {}
    for header in headers:
        groups.setdefault(header.group, []).append(header)
    return list(chain.from_iterable(groups.values()))


def in_order(findings: Iterable[MapFinding]) -> list[MapFinding]:
    """Findings first-hand before second-hand, then by work: the order of every view and export."""
    return sorted(findings, key=lambda f: (not f.first_hand, f.key, f.study, f.id, f.via_key, f.iri))
