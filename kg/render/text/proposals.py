"""What may be one work, as rows to look through and as decisions to fill in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Literal

from kg.answers.rows import Rows
from kg.core.iris import XSD
from kg.model.bibliography import BibliographyEntry
from kg.model.duplicates import Proposal
from kg.render.text.table import printable

COLUMNS = ("kind", "score", "keep", "same", "reason", "title", "other_title", "decision")


def proposal_rows(proposals: Iterable[Proposal], works: Mapping[str, BibliographyEntry], decided: bool) -> Rows:
    """One row for each proposal; with `decided`, also how it was decided."""
    rows = tuple(
        (
            Literal(found.kind),
            Literal(str(found.score), datatype=XSD.integer),
            *map(
                Literal,
                (
                    found.keep,
                    found.same,
                    found.reason,
                    works[found.keep].title,
                    works[found.same].title,
                    found.decision,
                ),
            ),
        )
        for found in proposals
    )
    width = len(COLUMNS) if decided else len(COLUMNS) - 1
    return Rows(COLUMNS[:width], tuple(row[:width] for row in rows), ("keep", "same"))


def proposal_yaml(proposals: Sequence[Proposal], works: Mapping[str, BibliographyEntry]) -> str:
    """Decisions for `bib/same-as.yaml`, one for all entries that hang together; who decides puts their name there."""
    lines = ["decisions:"]
    for together in _together([found for found in proposals if not found.decision]):
        merged = {found.same for found in together}
        keys = sorted({found.keep for found in together} - merged) + sorted(merged)
        lines += [
            f"  # {found.kind}, {found.score}: {printable(found.keep)}, {printable(found.same)}: "
            f"{printable(found.reason)}"
            for found in together
        ]
        lines += [
            f"  #   {printable(key)}: {printable(works[key].label)}: {printable(works[key].title)}" for key in keys
        ]
        reasons = "; ".join(dict.fromkeys(found.reason for found in together))
        lines += [
            f"  - keep: {_scalar(keys[0])}",
            f"    same: [{', '.join(map(_scalar, keys[1:]))}]",
            "    decided_by:",
            f"    because: {_scalar(reasons)}",
        ]
    return "\n".join(lines) + "\n"


def _together(proposals: Sequence[Proposal]) -> list[list[Proposal]]:
    """The proposals in groups that share entries, in the order of the first of each."""
    import networkx as nx  # slow to import

    graph = nx.Graph((found.keep, found.same) for found in proposals)
    group = {key: number for number, keys in enumerate(nx.connected_components(graph)) for key in keys}
    groups: dict[int, list[Proposal]] = {}
    for found in proposals:
        groups.setdefault(group[found.keep], []).append(found)
    return list(groups.values())


def _scalar(text: str) -> str:
    """A YAML double-quoted scalar (YAML 1.2, section 7.3.1)."""
    return json.dumps(text, ensure_ascii=False)
