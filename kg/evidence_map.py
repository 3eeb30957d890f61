"""The evidence map: two dimensions of the graph and, in each cell, the distinct studies with evidence for it.

A cell of practices or areas by challenges or categories counts the findings behind a practice–challenge link, which
says that the one hinders or mitigates the other. A cell of any other two dimensions counts the findings that concern
both: practices, challenges and approaches as the finding names them, areas and categories through these; methods and
contexts of the study that found it, and the year of the work that it found it in. What is not recorded of a study (of
one known second-hand, most often) is `not known` and has a row or column of its own.

What is counted are studies, never findings: a study that several findings or publications tell of counts once in a
cell, and once in a total, which therefore is no sum of cells; who found it first-hand is not counted second-hand. A
finding that something was looked for and not found marks its cell and counts no study.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from itertools import chain, product
from typing import TYPE_CHECKING

from kg.iris import full_iri
from kg.network import Quotation, Quoted, quotations
from kg.problems import UsageError, brief, did_you_mean
from kg.results import Answers, Value

if TYPE_CHECKING:
    from kg.views.notebook import Frame

DIMENSIONS = ("practice", "area", "challenge", "category", "method", "context", "year", "approach")
"""What rows and columns can be; `category` is the top of the challenge hierarchy."""

ABSENT = "absent"
"""The polarity of what was looked for and not found."""
CONCERNS = "concerns"
"""The polarity of a finding that concerns row and column without linking them."""
_LINKED = {"practice": "practice", "area": "practice", "challenge": "challenge", "category": "challenge"}
UNKNOWN = "not-known"
"""In the place of an IRI: the row or column of studies whose method, context or year is not recorded."""


@dataclass(frozen=True, slots=True)
class MapFinding:
    """One finding in a cell. `study` is what is counted; a second-hand finding counts for the study it tells of."""

    iri: str
    id: str
    statement: str
    polarity: str
    """hinders, mitigates, concerns or absent."""
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
    """When the work that found it was published; empty when that is not known."""
    methods: tuple[str, ...] = ()
    """Labels of the methods of the study that found it, as far as they are recorded."""


@dataclass(frozen=True, slots=True)
class Header:
    """A row or column; in the place of an IRI there may be a year or `not-known`.

    `group` is what it is listed under (a practice's area), `text` its definition.
    """

    iri: str
    label: str
    group: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of a row and a column together."""

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
        """Studies that looked for the two together and did not find it."""
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
    """One of the dimensions."""
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

    def row_total(self, row: str) -> Cell:
        return merged(self.cell(row, column.iri) for column in self.columns)

    def column_total(self, column: str) -> Cell:
        return merged(self.cell(row.iri, column) for row in self.rows)

    def total(self) -> Cell:
        return merged(self.row_total(row.iri) for row in self.rows)

    def show(self, height: int = 700) -> Frame:
        """The page of the map, to be displayed in a notebook: `height` pixels high, and alive without a connection.

        A notebook shows the map in this way by itself when it is the last value of a cell.
        """
        from kg.views.map_page import map_page
        from kg.views.notebook import Frame

        return Frame(map_page(self), self.title, height)

    def _repr_html_(self) -> str:
        return self.show()._repr_html_()


def merged(cells: Iterable[Cell]) -> Cell:
    """Several cells as one, so that a study in three of them counts once."""
    return Cell(tuple(dict.fromkeys(chain.from_iterable(cell.findings for cell in cells))))


def note(evidence_map: EvidenceMap) -> str:
    """What the numbers count, in sentences for the foot of a table or figure."""
    kinds = {evidence_map.row_kind, evidence_map.column_kind}
    linked = is_linked(evidence_map.row_kind, evidence_map.column_kind)
    said = ["Cells count distinct studies"
            + (" with a finding that one hinders or mitigates the other." if linked else " with a finding on both."),
            "A study counts once in a cell and once in a total, so totals are no sums of cells; "
            "first-hand wins over second-hand (known through other publications)."]
    if UNKNOWN in {header.iri for header in (*evidence_map.rows, *evidence_map.columns)}:
        said.append("Not known: the graph does not say it of the study.")
    if "year" in kinds:
        said.append("The year is that of the work that found it.")
    said.append("An empty cell: no evidence in this graph, which does not mean that nobody looked.")
    return " ".join(said)


def is_linked(rows: str, columns: str) -> bool:
    """Whether the cells of two dimensions rest on practice–challenge links."""
    return {_LINKED.get(rows), _LINKED.get(columns)} == {"practice", "challenge"}


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
Places = Mapping[str, Iterable[tuple[str, bool]]]
"""By dimension the rows or columns a finding stands in, and whether it says that this was not found."""
_NAMES = {"category": "challenge category", "area": "practice area", "method": "research method"}
_TOGETHER = {"area": "practice", "category": "challenge"}


def evidence_map(graph: Answers, rows: str, columns: str) -> EvidenceMap:
    """The map of two dimensions.

    Raises:
        UsageError: if a dimension is not known, or both are the same.
    """
    for dimension in (rows, columns):
        if dimension not in DIMENSIONS:
            hint = did_you_mean(dimension, DIMENSIONS, f"one of {', '.join(DIMENSIONS)}")
            raise UsageError(f"no dimension `{brief(dimension)}`; {hint}")
    if rows == columns:
        raise UsageError(f"rows and columns are both `{rows}`: choose two of {', '.join(DIMENSIONS)}")
    known = _Known.of(graph)
    linked = is_linked(rows, columns)
    cells: dict[tuple[str, str], dict[MapFinding, None]] = defaultdict(dict)
    for finding, places in (_linked if linked else _concerned)(graph, known):
        for (row, not_row), (column, not_column) in product(places[rows], places[columns]):
            placed = replace(finding, polarity=ABSENT) if not_row or not_column else finding
            cells[row, column][placed] = None
    title = f"{_NAMES.get(rows, rows)} by {_NAMES.get(columns, columns)}".capitalize()
    row_headers, column_headers = (known.headers(dimension, {pair[i] for pair in cells})
                                   for i, dimension in enumerate((rows, columns)))
    return EvidenceMap(title, rows, columns, row_headers, column_headers,
                       {pair: Cell(tuple(findings)) for pair, findings in sorted(cells.items())}, graph.snapshot,
                       _absences(graph, known) if "practice" in (rows, columns) else {})


@dataclass(frozen=True, slots=True)
class _Known:
    """What the graph knows of findings and studies beside what they found."""

    rows: Sequence[Row]
    """Of `map-headers`."""
    quoted: Quoted
    above: Mapping[str, Sequence[str]]
    """The areas of a practice, the categories of a challenge."""
    subjects: Mapping[tuple[str, str], Sequence[tuple[str, bool]]]
    """By finding or study and dimension: what it concerns, and whether that was not found."""
    methods: Mapping[str, tuple[str, ...]]
    """By study, as labels."""

    @classmethod
    def of(cls, graph: Answers) -> _Known:
        above, subjects, methods = defaultdict(list), defaultdict(list), defaultdict(list)
        for row in graph.query("map-memberships"):
            above[full_iri(str(row["member"]))].append(full_iri(str(row["header"])))
        for row in graph.query("map-subjects"):
            thing, dimension = full_iri(str(row["thing"])), str(row["dimension"])
            subjects[thing, dimension].append((full_iri(str(row["header"])), bool(row["absent"])))
            if dimension == "method":
                methods[thing].append(str(row["label"]))
        return cls(list(graph.query("map-headers")), quotations(graph), above, subjects,
                   {study: tuple(labels) for study, labels in methods.items()})

    def headers(self, dimension: str, used: Set[str]) -> tuple[Header, ...]:
        """All of the vocabulary, also what no finding is about; but only the years that there is something of."""
        found = [Header(year, year) for year in sorted(used - {UNKNOWN})] if dimension == "year" else [
            Header(full_iri(str(row["header"])), str(row["label"]), str(row["group"] or ""), str(row["text"] or ""))
            for row in self.rows if row["dimension"] == dimension]
        if UNKNOWN in used:
            found.append(Header(UNKNOWN, f"{dimension} not known", "", f"The graph does not say which {dimension}."))
        return tuple(found)

    def finding(self, row: Row, polarity: str) -> MapFinding:
        name, study = str(row["finding"]), full_iri(str(row["study"]))
        return MapFinding(
            iri=full_iri(name), id=str(row["id"]), statement=str(row["statement"]), polarity=polarity,
            section=str(row["section"]), study=study, work=str(row["work"]), key=str(row["key"]),
            first_hand=bool(row["first_hand"]), via=str(row["via"] or ""), via_key=str(row["via_key"] or ""),
            quotations=tuple(self.quoted.get(name, ())), year=str(row["year"] or ""),
            methods=self.methods.get(study, ()))

    def with_groups(self, dimension: str, several: Sequence[tuple[str, bool]]) -> Places:
        """Practices and their areas, or challenges and their categories."""
        group = next(above for above, below in _TOGETHER.items() if below == dimension)
        above = dict.fromkeys((header, absent) for iri, absent in several for header in self.above.get(iri, ()))
        return {dimension: several, group: tuple(above)}


def _linked(graph: Answers, known: _Known) -> Iterator[tuple[MapFinding, Places]]:
    """The findings behind the links of practices and challenges; whether it was not found is a polarity of its own."""
    for row in graph.query("map-findings"):
        yield known.finding(row, str(row["polarity"])), {
            **known.with_groups("practice", [(full_iri(str(row["practice"])), False)]),
            **known.with_groups("challenge", [(full_iri(str(row["challenge"])), False)])}


def _concerned(graph: Answers, known: _Known) -> Iterator[tuple[MapFinding, Places]]:
    """All findings, with what they concern and how their studies were done."""
    unknown = ((UNKNOWN, False),)
    for row in graph.query("map-studies"):
        finding = known.finding(row, CONCERNS)
        about = {dimension: known.subjects.get((finding.iri, dimension), ())
                 for dimension in ("practice", "challenge", "approach")}
        yield finding, {
            **known.with_groups("practice", about["practice"]), **known.with_groups("challenge", about["challenge"]),
            "approach": about["approach"], "year": ((finding.year or UNKNOWN, False),),
            **{dimension: known.subjects.get((finding.study, dimension), unknown)
               for dimension in ("method", "context")}}


def _absences(graph: Answers, known: _Known) -> dict[str, tuple[MapFinding, ...]]:
    """By practice. An area has none of its own: it is not absent because one of its practices is."""
    found: dict[str, tuple[MapFinding, ...]] = {}
    for row in graph.query("map-absences"):
        practice, finding = full_iri(str(row["practice"])), known.finding(row, ABSENT)
        if finding not in found.get(practice, ()):
            found[practice] = (*found.get(practice, ()), finding)
    return found
