"""Annotated publications as a table that the Open Research Knowledge Graph imports: a row for each, to compare them.

Columns are those of its CSV import; a property with several values has several columns of the same name.
"""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Collection, Mapping

from kg.answers.rows import Answers, texts_by
from kg.answers.things import publications
from kg.core.kinds import CONCEPTS

FIELD = "R11"
"""The most general research field of the ORKG: choose a narrower one in the table before the import."""
_PAPER = ("paper:title", "paper:authors", "paper:publication_year", "paper:published_in", "paper:doi", "paper:url",
          "paper:research_field", "contribution:research_problem")  # fmt: skip


def orkg_csv(graph: Answers, keys: Collection[str] = ()) -> str:
    """The table as CSV.

    Args:
        graph: the graph of the review.
        keys: only these publications; else all that are annotated.
    """
    works = [work for work in publications(graph) if work.annotated and (not keys or work.key in keys)]
    values = _values(graph)
    kinds = [kind.name for kind in CONCEPTS if any(values[work.key, kind.name] for work in works)]
    wide = {kind: max(len(values[work.key, kind]) for work in works) for kind in kinds}
    studied = texts_by(graph.query("studies"), "key", "study")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*_PAPER, *(f"resource:{kind}" for kind in kinds for _ in range(wide[kind]))])
    for work in works:
        row = [work.title, ";".join(work.authors), work.year, work.venue, work.doi, work.url, FIELD]
        row.append(next(iter(studied.get(work.key, ())), work.title))
        for kind in kinds:
            found = sorted(values[work.key, kind])
            row += [*found, *[""] * (wide[kind] - len(found))]
        writer.writerow(row)
    return out.getvalue()


def _values(graph: Answers) -> Mapping[tuple[str, str], set[str]]:
    """What the first-hand findings of each publication concern, and how its study was done: labels by key and kind.

    What a finding reports the absence of is left out: a table of concepts would say the opposite.
    """
    keys = {str(row["finding"]): str(row["key"]) for row in graph.query("things-findings").with_iris()
            if row["hand"] == "first-hand" and not row.get("further")}  # fmt: skip
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in graph.query("map-subjects").with_iris():
        if (key := keys.get(str(row["thing"]))) and not row["absent"]:
            found[key, str(row["dimension"])].add(str(row["label"]))
    return found
