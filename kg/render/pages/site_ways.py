"""The ways from a page of a site to the same thing in the graph and in the evidence map."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set
from urllib.parse import urlencode

from kg.answers.evidence_map import EvidenceMap, Header
from kg.core.iris import CS, SKOS
from kg.render.pages.map_page import names
from kg.render.pages.site_values import PageLink, Values

_WHOLE = "*"
"""The name of all rows or all columns in the address of a view of the map."""
_MOST_CELLS = 4


class Ways:
    """Knows what the graph and the map of a site show.

    The addresses name a view of theirs; `graph_address.js` and `map.js` read them.
    """

    def __init__(self, values: Values, nodes: Set[str], evidence_map: EvidenceMap) -> None:
        self.values, self.nodes, self.map = values, nodes, evidence_map
        self._rows, self._columns = (_named(headers) for headers in (evidence_map.rows, evidence_map.columns))
        self._cells: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for cell, known in evidence_map.cells.items():
            for iri in dict.fromkeys(finding.iri for finding in known.findings):
                self._cells[iri].append(cell)

    def cell(self, row: str, column: str) -> str:
        """The path of a cell of the map, of a whole row or column if the other IRI is empty; empty if it has none."""
        if (row and row not in self._rows) or (column and column not in self._columns):
            return ""
        place = {"row": self._rows.get(row, _WHOLE), "column": self._columns.get(column, _WHOLE)}
        return f"map.html#{urlencode(place)}"

    def of(self, iri: str) -> list[PageLink]:
        """Where the graph and the map show a thing."""
        return [*self._in_graph(iri), *self._in_map(iri)]

    def _in_graph(self, iri: str) -> list[PageLink]:
        t = self.values.things
        shown = [iri] if iri in self.nodes else [work for work in t.values(iri, CS.reportedIn) if work in self.nodes]
        if not shown or (shown != [iri] and not t.is_a(iri, CS.Study)):
            return []
        return [PageLink("the graph", f"graph.html#{urlencode({'node': shown[0]})}")]

    def _in_map(self, iri: str) -> list[PageLink]:
        if iri in self._rows:
            return [PageLink("the evidence map", self.cell(iri, ""))]
        if columns := [above for above in self._above(iri) if above in self._columns]:
            label = self.values.things.label
            return [PageLink(f"the evidence map: {label(above)}", self.cell("", above)) for above in columns]
        cells, label = self._cells.get(iri, []), self.values.things.label
        return [
            PageLink(f"the evidence map: {label(row)} × {label(column)}", self.cell(row, column))
            for row, column in cells[:_MOST_CELLS]
        ]

    def _above(self, iri: str) -> list[str]:
        """The concept and all broader ones."""
        found, pending = dict.fromkeys([iri]), [iri]
        while pending:
            above = [one for one in self.values.things.values(pending.pop(), SKOS.broader) if one not in found]
            found.update(dict.fromkeys(above))
            pending += above
        return list(found)


def _named(headers: tuple[Header, ...]) -> dict[str, str]:
    return {header.iri: name for header, name in zip(headers, names(headers), strict=True)}
