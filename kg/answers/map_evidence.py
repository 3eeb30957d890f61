"""An evidence map without the rows and columns that have no evidence."""

from __future__ import annotations

from dataclasses import replace

from kg.answers.evidence_map import EvidenceMap


def with_evidence(evidence_map: EvidenceMap) -> EvidenceMap:
    """The map with only those rows and columns in which a cell has a finding, also that something was not found."""
    found = {iri for pair, cell in evidence_map.cells.items() if cell.findings for iri in pair}
    found |= evidence_map.absences.keys()
    rows = tuple(header for header in evidence_map.rows if header.iri in found)
    columns = tuple(header for header in evidence_map.columns if header.iri in found)
    excluded = {pair: said for pair, said in evidence_map.exclusions.items() if found.issuperset(pair)}
    return replace(evidence_map, rows=rows, columns=columns, exclusions=excluded)
