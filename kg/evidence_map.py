"""The evidence map: two dimensions of the graph and, in each cell, the distinct studies with evidence for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING

from kg.iris import full_iri
from kg.network import Quotation, Quoted, quotations
from kg.problems import UsageError, brief, did_you_mean
from kg.results import Answers, Value

if TYPE_CHECKING:
    from kg.views.notebook import Frame

DIMENSIONS = ("practice", "area", "challenge", "category")
"""What rows and columns can be; `category` is the top of the challenge hierarchy."""

ABSENT = "absent"
"""The polarity of what was looked for and not found."""


@dataclass(frozen=True, slots=True)
class MapFinding:
    """One finding in a cell. `study` is what is counted; a second-hand finding counts for the study it tells of."""

    iri: str
    id: str
    statement: str
    polarity: str
    """hinders, mitigates or absent."""
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


@dataclass(frozen=True, slots=True)
class Header:
    """A row or column; `group` is what it is listed under (a practice's area), `text` its definition."""

    iri: str
    label: str
    group: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of a practice and a challenge together."""

    findings: tuple[MapFinding, ...] = ()

    @property
    def first_hand(self) -> frozenset[str]:
        """Studies that found it themselves."""
        return frozenset(f.study for f in self.findings if f.first_hand and f.polarity != ABSENT)

    @property
    def second_hand(self) -> frozenset[str]:
        """Studies known only through what another publication says of them."""
        told = frozenset(f.study for f in self.findings if not f.first_hand and f.polarity != ABSENT)
        return told - self.first_hand

    @property
    def studies(self) -> frozenset[str]:
        """Studies with evidence that the two have to do with each other."""
        return self.first_hand | self.second_hand

    @property
    def absent(self) -> frozenset[str]:
        """Studies that looked for the challenge with the practice and did not find it."""
        return frozenset(f.study for f in self.findings if f.polarity == ABSENT)

    @property
    def state(self) -> str:
        """`evidence`, `not found` (the two were looked for together, and that is all) or `no evidence`."""
        if self.studies:
            return "evidence"
        return "not found" if self.findings else "no evidence"


@dataclass(frozen=True, slots=True)
class EvidenceMap:
    title: str
    row_kind: str
    """practice, area, challenge, …"""
    column_kind: str
    rows: tuple[Header, ...]
    columns: tuple[Header, ...]
    cells: Mapping[tuple[str, str], Cell]
    """By row IRI and column IRI; a pair that is not in it is an empty `Cell`."""
    snapshot: str = ""
    absences: Mapping[str, tuple[MapFinding, ...]] = field(default_factory=dict)
    """By the IRI of a row or column: findings that it was looked for and not found. They say nothing of its cells:
    that a practice did not come up does not mean that anybody looked for it with each of the challenges."""

    def cell(self, row: str, column: str) -> Cell:
        return self.cells.get((row, column), Cell())

    def show(self, height: int = 700) -> Frame:
        """The page of the map, to be displayed in a notebook: `height` pixels high, and alive without a connection.

        A notebook shows the map in this way by itself when it is the last value of a cell.
        """
        from kg.views.map_page import map_page
        from kg.views.notebook import Frame

        return Frame(map_page(self), self.title, height)

    def _repr_html_(self) -> str:
        return self.show()._repr_html_()


def in_groups(headers: Iterable[Header]) -> list[Header]:
    """Headers with those of one group next to each other; groups and members keep the order they came in."""
    groups: dict[str, list[Header]] = {}
    for header in headers:
        groups.setdefault(header.group, []).append(header)
    return list(chain.from_iterable(groups.values()))


def in_order(findings: Iterable[MapFinding]) -> list[MapFinding]:
    """Findings first-hand before second-hand, then by work: the order every view and export lists them in."""
    return sorted(findings, key=lambda f: (not f.first_hand, f.key, f.study, f.id, f.via_key, f.iri))


# --- from rows ----------------------------------------------------------------------------------------------------

Row = Mapping[str, Value]
_MEMBERS = {"practice": "practice", "area": "practice", "challenge": "challenge", "category": "challenge"}


def evidence_map(graph: Answers, rows: str, columns: str) -> EvidenceMap:
    """The map of two dimensions, one of practices and one of challenges, from the links in the graph.

    Raises:
        UsageError: if the dimensions are not known, or not one of each.
    """
    for dimension in (rows, columns):
        if dimension not in DIMENSIONS:
            hint = did_you_mean(dimension, DIMENSIONS, f"one of {', '.join(DIMENSIONS)}")
            raise UsageError(f"no dimension `{brief(dimension)}`; {hint}")
    if _MEMBERS[rows] == _MEMBERS[columns]:
        raise UsageError("one dimension is practice or area, the other challenge or category")
    quoted, headers = quotations(graph), list(graph.query("map-headers"))
    placed = _places(graph, headers)
    cells: dict[tuple[str, str], list[MapFinding]] = defaultdict(list)
    for finding, members in _findings(graph, quoted):
        for row in placed[rows][members[_MEMBERS[rows]]]:
            for column in placed[columns][members[_MEMBERS[columns]]]:
                if finding not in cells[row, column]:
                    cells[row, column].append(finding)
    names = {"category": "challenge category", "area": "practice area"}
    title = f"{names.get(rows, rows)} by {names.get(columns, columns)}".capitalize()
    return EvidenceMap(title, rows, columns, _headers(headers, rows), _headers(headers, columns),
                       {pair: Cell(tuple(findings)) for pair, findings in sorted(cells.items())}, graph.snapshot,
                       _absences(graph, quoted) if "practice" in (rows, columns) else {})


def _headers(headers: Sequence[Row], dimension: str) -> tuple[Header, ...]:
    return tuple(
        Header(full_iri(str(row["header"])), str(row["label"]), str(row["group"] or ""), str(row["text"] or ""))
        for row in headers if row["dimension"] == dimension
    )


def _places(graph: Answers, headers: Sequence[Row]) -> dict[str, dict[str, list[str]]]:
    """For each dimension, the headers that a practice or challenge counts under."""
    placed: dict[str, dict[str, list[str]]] = {dimension: defaultdict(list) for dimension in DIMENSIONS}
    for row in headers:
        if row["dimension"] in ("practice", "challenge"):
            iri = full_iri(str(row["header"]))
            placed[str(row["dimension"])][iri].append(iri)
    for row in graph.query("map-memberships"):
        placed[str(row["dimension"])][full_iri(str(row["member"]))].append(full_iri(str(row["header"])))
    return placed


def _findings(graph: Answers, quoted: Quoted) -> list[tuple[MapFinding, dict[str, str]]]:
    return [
        (_finding(row, str(row["polarity"]), quoted),
         {"practice": full_iri(str(row["practice"])), "challenge": full_iri(str(row["challenge"]))})
        for row in graph.query("map-findings")
    ]


def _finding(row: Row, polarity: str, quoted: Quoted) -> MapFinding:
    name = str(row["finding"])
    return MapFinding(
        iri=full_iri(name), id=str(row["id"]), statement=str(row["statement"]), polarity=polarity,
        section=str(row["section"]), study=full_iri(str(row["study"])), work=str(row["work"]),
        key=str(row["key"]), first_hand=bool(row["first_hand"]), via=str(row.get("via") or ""),
        via_key=str(row.get("via_key") or ""), quotations=tuple(quoted.get(name, ())),
    )


def _absences(graph: Answers, quoted: Quoted) -> dict[str, tuple[MapFinding, ...]]:
    """By practice. An area has none of its own: it is not absent because one of its practices is."""
    found: dict[str, tuple[MapFinding, ...]] = {}
    for row in graph.query("map-absences"):
        practice, finding = full_iri(str(row["practice"])), _finding(row, ABSENT, quoted)
        if finding not in found.get(practice, ()):
            found[practice] = (*found.get(practice, ()), finding)
    return found
