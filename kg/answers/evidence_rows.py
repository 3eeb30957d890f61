"""The evidence map of a graph: which findings stand in which of its cells, and what is known of the empty ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import chain, product
from operator import itemgetter

from kg.answers.evidence_map import (
    ABSENT,
    CONCERNS,
    DIMENSIONS,
    UNKNOWN,
    Cell,
    EvidenceMap,
    Exclusion,
    Header,
    MapFinding,
    is_linked,
)
from kg.answers.network import Quoted, quotations
from kg.answers.rows import Answers, Value
from kg.core.iris import full_iri
from kg.core.problems import UsageError, brief, did_you_mean

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
    concerned = list(_concerned(graph, known))
    cells: dict[tuple[str, str], dict[MapFinding, None]] = defaultdict(dict)
    for finding, places in _linked(graph, known) if linked else concerned:
        for (row, not_row), (column, not_column) in product(places[rows], places[columns]):
            placed = replace(finding, polarity=ABSENT) if not_row or not_column else finding
            cells[row, column][placed] = None
    title = f"{_NAMES.get(rows, rows)} by {_NAMES.get(columns, columns)}".capitalize()
    row_headers, column_headers = (
        known.headers(dimension, {pair[i] for pair in cells}) for i, dimension in enumerate((rows, columns))
    )
    return EvidenceMap(
        title,
        rows,
        columns,
        row_headers,
        column_headers,
        {pair: Cell(tuple(findings)) for pair, findings in sorted(cells.items())},
        graph.snapshot,
        _absences(graph, known) if "practice" in (rows, columns) else {},
        _studies_on(concerned, (rows, columns)),
        _exclusions(graph, row_headers, column_headers),
    )


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
        return cls(
            list(graph.query("map-headers")),
            quotations(graph),
            above,
            subjects,
            {study: tuple(labels) for study, labels in methods.items()},
        )

    def headers(self, dimension: str, used: Set[str]) -> tuple[Header, ...]:
        """All of the vocabulary, also what no finding is about; but only the years that there is something of."""
        found = (
            [Header(year, year) for year in sorted(used - {UNKNOWN})]
            if dimension == "year"
            else (_headers([row for row in self.rows if row["dimension"] == dimension]))
        )
        if UNKNOWN in used:
            found.append(Header(UNKNOWN, f"{dimension} not known", "", f"The graph does not say which {dimension}."))
        return tuple(found)

    def finding(self, row: Row, polarity: str) -> MapFinding:
        name, study = str(row["finding"]), full_iri(str(row["study"]))
        return MapFinding(
            iri=full_iri(name),
            id=str(row["id"]),
            statement=str(row["statement"]),
            polarity=polarity,
            section=str(row["section"]),
            study=study,
            work=str(row["work"]),
            key=str(row["key"]),
            first_hand=bool(row["first_hand"]),
            via=str(row["via"] or ""),
            via_key=str(row["via_key"] or ""),
            quotations=tuple(self.quoted.get(name, ())),
            year=str(row["year"] or ""),
            methods=self.methods.get(study, ()),
        )

    def with_groups(self, dimension: str, several: Sequence[tuple[str, bool]]) -> Places:
        """Practices and their areas, or challenges and their categories."""
        group = next(above for above, below in _TOGETHER.items() if below == dimension)
        above = dict.fromkeys((header, absent) for iri, absent in several for header in self.above.get(iri, ()))
        return {dimension: several, group: tuple(above)}


def _headers(rows: Iterable[Row]) -> list[Header]:
    """Each concept once, in its group. What is in several groups is listed across them, after all others; what has
    the name of its group comes first in it, as what is said of the group in general."""
    described: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        described[full_iri(str(row["header"]))].append(row)
    found = []
    for iri, several in described.items():
        groups, label = sorted({str(row["group"]) for row in several if row["group"]}), str(several[0]["label"])
        group = f"across {', '.join(groups)}" if len(groups) > 1 else "".join(groups)
        found.append(
            (
                (len(groups) > 1, group, label != group),
                Header(iri, f"{label} (in general)" if label == group else label, group, str(several[0]["text"] or "")),
            )
        )
    return [header for _, header in sorted(found, key=itemgetter(0))]


def _linked(graph: Answers, known: _Known) -> Iterator[tuple[MapFinding, Places]]:
    """The findings behind the links of practices and challenges; whether it was not found is a polarity of its own."""
    for row in graph.query("map-findings"):
        yield (
            known.finding(row, str(row["polarity"])),
            {
                **known.with_groups("practice", [(full_iri(str(row["practice"])), False)]),
                **known.with_groups("challenge", [(full_iri(str(row["challenge"])), False)]),
            },
        )


def _concerned(graph: Answers, known: _Known) -> Iterator[tuple[MapFinding, Places]]:
    """All findings, with what they concern and how their studies were done."""
    unknown = ((UNKNOWN, False),)
    for row in graph.query("map-studies"):
        finding = known.finding(row, CONCERNS)
        about = {
            dimension: known.subjects.get((finding.iri, dimension), ())
            for dimension in ("practice", "challenge", "approach")
        }
        yield (
            finding,
            {
                **known.with_groups("practice", about["practice"]),
                **known.with_groups("challenge", about["challenge"]),
                "approach": about["approach"],
                "year": ((finding.year or UNKNOWN, False),),
                **{
                    dimension: known.subjects.get((finding.study, dimension), unknown)
                    for dimension in ("method", "context")
                },
            },
        )


def _studies_on(concerned: Iterable[tuple[MapFinding, Places]], dimensions: Sequence[str]) -> dict[str, frozenset[str]]:
    """By row or column; a study that reports that something was not there has looked at it too."""
    found: dict[str, set[str]] = defaultdict(set)
    for finding, places in concerned:
        for header, _ in chain.from_iterable(places[dimension] for dimension in dimensions):
            found[header].add(finding.study)
    return {header: frozenset(studies) for header, studies in sorted(found.items())}


def _exclusions(
    graph: Answers, rows: Sequence[Header], columns: Sequence[Header]
) -> dict[tuple[str, str], tuple[Exclusion, ...]]:
    """The pairs of the map that somebody declares not applicable."""
    in_rows, in_columns = {header.iri for header in rows}, {header.iri for header in columns}
    found: dict[tuple[str, str], set[Exclusion]] = defaultdict(set)
    for row in graph.query("map-exclusions"):
        pair = full_iri(str(row["one"])), full_iri(str(row["other"]))
        if pair[0] in in_rows and pair[1] in in_columns:
            found[pair].add(Exclusion(str(row["reason"]), str(row["by"]), str(row["date"] or "")))
    return {pair: tuple(sorted(said)) for pair, said in sorted(found.items())}


def _absences(graph: Answers, known: _Known) -> dict[str, tuple[MapFinding, ...]]:
    """By practice. An area has none of its own: it is not absent because one of its practices is."""
    found: dict[str, tuple[MapFinding, ...]] = {}
    for row in graph.query("map-absences"):
        practice, finding = full_iri(str(row["practice"])), known.finding(row, ABSENT)
        if finding not in found.get(practice, ()):
            found[practice] = (*found.get(practice, ()), finding)
    return found
