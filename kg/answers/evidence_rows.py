"""The evidence map of a graph: which findings are in which of its cells, and what is known about the empty ones."""

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
    is_effect,
    is_linked,
    selected,
)
from kg.answers.network_rows import Quoted, quotations
from kg.answers.rows import Answers, Row, grouped, made
from kg.answers.selection import ALL, HANDS, Selected, Selection, narrower_methods
from kg.core.iris import local_name
from kg.core.kinds import CONCEPTS
from kg.core.problems import UsageError, brief, did_you_mean

Places = Mapping[str, Iterable[tuple[str, bool]]]
"""By dimension, the rows or columns of a finding, each with whether the finding says that it was not found."""
_NAMES = {"category": "challenge category"} | {kind.name: kind.dimension for kind in CONCEPTS}
_GROUPS = {"practice": "area", "challenge": "category"}
_OF_FINDING = tuple(kind.name for kind in CONCEPTS if kind.of_finding and kind.name not in _GROUPS)
_OF_STUDY = tuple(kind.name for kind in CONCEPTS if kind.of_study)


def evidence_map(
    graph: Answers, rows: str = "practice", columns: str = "category", selection: Selection = ALL
) -> EvidenceMap:
    """The map of two dimensions with the selected findings.

    Raises:
        UsageError: if a dimension is not known, both are the same, or no cell can have the selected polarity.
    """
    for dimension in (rows, columns):
        if dimension not in DIMENSIONS:
            hint = did_you_mean(dimension, DIMENSIONS, f"one of {', '.join(DIMENSIONS)}")
            raise UsageError(f"no dimension `{brief(dimension)}`; {hint}")
    if rows == columns:
        raise UsageError(f"rows and columns are both `{rows}`: choose two of {', '.join(DIMENSIONS)}")
    known = _Known.of(graph)
    concerned = list(_concerned(graph, known))
    cells: dict[tuple[str, str], dict[MapFinding, None]] = defaultdict(dict)
    counted: Iterable[tuple[MapFinding, Places]] = concerned
    if is_linked(rows, columns):
        counted = _linked(graph, known)
    elif is_effect(rows, columns):
        counted = _effects(graph, known)
    for finding, places in counted:
        for (row, not_row), (column, not_column) in product(places[rows], places[columns]):
            placed = replace(finding, polarity=ABSENT) if not_row or not_column else finding
            cells[row, column][placed] = None
    row_headers = known.headers(rows, {row for row, _ in cells})
    column_headers = known.headers(columns, {column for _, column in cells})
    dimensions = f"{_NAMES.get(rows, rows)} by {_NAMES.get(columns, columns)}"
    whole = EvidenceMap(
        f"{graph.title}: {dimensions}" if graph.title else dimensions.capitalize(),
        rows,
        columns,
        row_headers,
        column_headers,
        {pair: Cell(tuple(findings)) for pair, findings in sorted(cells.items())},
        graph.snapshot,
        _absences(graph, known) if "practice" in (rows, columns) else {},
        _studies_on(concerned, (rows, columns)),
        _exclusions(graph, row_headers, column_headers),
        methods=narrower_methods(graph),
    )
    return selected(whole, selection) if selection else whole


def selected_findings(graph: Answers, selection: Selection) -> Selected:
    """The findings that a selection selects, each on its own."""
    known = _Known.of(graph)
    polarities: dict[str, set[str]] = defaultdict(set)
    if selection.polarity:
        for row in chain(graph.query("map-findings"), graph.query("map-effects")):
            polarities[str(row["polarity"])].add(_iri(row, "finding"))
    # That another finding of its study is first-hand leaves no finding out.
    findings = [
        finding for finding, _ in _concerned(graph, known) if selection.hand in ("", HANDS[not finding.first_hand])
    ]
    rest = replace(selection, polarity="", hand="")
    kept = (f.iri for f in rest.kept(findings) if not selection.polarity or f.iri in polarities[selection.polarity])
    return Selected(selection, frozenset(map(local_name, kept)))


@dataclass(frozen=True, slots=True)
class _Known:
    """What the graph says about findings and studies besides what they found."""

    rows: Mapping[str, Sequence[Row]]
    """Of `map-headers`, by dimension."""
    quoted: Quoted
    above: Mapping[str, Sequence[str]]
    """The areas of a practice, the categories of a challenge."""
    subjects: Mapping[tuple[str, str], Sequence[tuple[str, bool]]]
    """By finding or study and dimension: what it concerns, and whether that was not found."""
    methods: Mapping[str, Sequence[str]]
    """By study, as labels."""
    names: Mapping[str, str]
    """Labels of the categories of challenges."""

    @classmethod
    def of(cls, graph: Answers) -> _Known:
        above, subjects, methods = defaultdict(list), defaultdict(list), defaultdict(list)
        for row in graph.query("map-memberships").with_iris():
            above[_iri(row, "member")].append(_iri(row, "header"))
        for row in graph.query("map-subjects").with_iris():
            thing, dimension = _iri(row, "thing"), str(row["dimension"])
            subjects[thing, dimension].append((_iri(row, "header"), bool(row["absent"])))
            if dimension == "method":
                methods[thing].append(str(row["label"]))
        headers = grouped(graph.query("map-headers").with_iris(), "dimension")
        names = {_iri(row, "header"): str(row["label"]) for row in headers["category"]}
        return cls(headers, quotations(graph), above, subjects, methods, names)

    def headers(self, dimension: str, used: Set[str]) -> tuple[Header, ...]:
        """The whole vocabulary, with or without findings; of the years only those with findings."""
        found = (
            [Header(year, year) for year in sorted(used - {UNKNOWN})]
            if dimension == "year"
            else _headers(self.rows.get(dimension, ()), dimension)
        )
        if UNKNOWN in used:
            found.append(Header(UNKNOWN, f"{dimension} not known", "", f"The graph does not say which {dimension}."))
        return tuple(found)

    def finding(self, row: Row, polarity: str) -> MapFinding:
        iri, study = _iri(row, "finding"), _iri(row, "study")
        tops = (
            top for challenge, _ in self.subjects.get((iri, "challenge"), ()) for top in self.above.get(challenge, ())
        )
        given = {
            "quotations": self.quoted.get(local_name(iri), ()),
            "methods": self.methods.get(iri, ()),
            "categories": sorted({self.names[top] for top in tops}),
        }
        several = {name: tuple(values) for name, values in given.items()}
        return made(MapFinding, row, iri=iri, study=study, polarity=polarity, **several)

    def with_groups(self, dimension: str, several: Sequence[tuple[str, bool]]) -> Places:
        """Practices and their areas, or challenges and their categories."""
        above = dict.fromkeys((header, absent) for iri, absent in several for header in self.above.get(iri, ()))
        return {dimension: several, _GROUPS[dimension]: tuple(above)}


def _iri(row: Row, column: str) -> str:
    return str(row[column])


def _headers(rows: Iterable[Row], dimension: str) -> list[Header]:
    """Each concept once, in its group.

    A concept in several groups is listed across them, after all others. One with the name of its group comes first in
    it and is about the group in general.
    """
    found = []
    for name, several in grouped(rows, "header").items():
        groups, label = sorted({str(row["group"]) for row in several if row["group"]}), str(several[0]["label"])
        group = f"across {', '.join(groups)}" if len(groups) > 1 else "".join(groups)
        shown = f"{label} (in general)" if label == group else label
        categories = {"category": (label,), "challenge": tuple(groups)}.get(dimension, ())
        header = Header(name, shown, group, str(several[0]["text"] or ""), categories)
        found.append(((len(groups) > 1, group, label != group), header))
    return [header for _, header in sorted(found, key=itemgetter(0))]


def _linked(graph: Answers, known: _Known) -> Iterator[tuple[MapFinding, Places]]:
    """The findings behind the links of practices and challenges; `absent` is one of the polarities of a link."""
    for row in graph.query("map-findings").with_iris():
        places = {
            **known.with_groups("practice", [(_iri(row, "practice"), False)]),
            **known.with_groups("challenge", [(_iri(row, "challenge"), False)]),
        }
        yield known.finding(row, str(row["polarity"])), places


def _effects(graph: Answers, known: _Known) -> Iterator[tuple[MapFinding, Places]]:
    """The findings behind effects; what else such a finding concerns is not what changes the outcome."""
    for row in graph.query("map-effects").with_iris():
        kind, cause = local_name(_iri(row, "cause")).split("/", 1)[0], [(_iri(row, "cause"), False)]
        yield (
            known.finding(row, str(row["polarity"])),
            {
                **dict.fromkeys(DIMENSIONS, ()),
                **(known.with_groups(kind, cause) if kind in _GROUPS else {kind: cause}),
                "outcome": [(_iri(row, "outcome"), False)],
            },
        )


def _concerned(graph: Answers, known: _Known) -> Iterator[tuple[MapFinding, Places]]:
    """All findings, with what they concern and how their studies were done."""
    unknown = ((UNKNOWN, False),)
    for row in graph.query("map-studies").with_iris():
        finding = known.finding(row, CONCERNS)
        places = {
            **known.with_groups("practice", known.subjects.get((finding.iri, "practice"), ())),
            **known.with_groups("challenge", known.subjects.get((finding.iri, "challenge"), ())),
            **{kind: known.subjects.get((finding.iri, kind), ()) for kind in _OF_FINDING},
            **{kind: known.subjects.get((finding.iri, kind), unknown) for kind in _OF_STUDY},
            "year": ((finding.year or UNKNOWN, False),),
        }
        yield finding, places


def _studies_on(concerned: Iterable[tuple[MapFinding, Places]], dimensions: Sequence[str]) -> dict[str, frozenset[str]]:
    """By row or column; a study that reports that something was not found has looked at it too."""
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
    for row in graph.query("map-exclusions").with_iris():
        pair = _iri(row, "one"), _iri(row, "other")
        if pair[0] in in_rows and pair[1] in in_columns:
            found[pair].add(made(Exclusion, row))
    return {pair: tuple(sorted(said)) for pair, said in sorted(found.items())}


def _absences(graph: Answers, known: _Known) -> dict[str, tuple[MapFinding, ...]]:
    """By practice. An area has none: that one of its practices was not found says nothing about the area."""
    found: dict[str, dict[MapFinding, None]] = defaultdict(dict)
    for row in graph.query("map-absences").with_iris():
        found[_iri(row, "practice")][known.finding(row, ABSENT)] = None
    return {practice: tuple(findings) for practice, findings in found.items()}
