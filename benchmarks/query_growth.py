"""The growth of query times with the size of the graph, from several runs of all_queries.py --json.

    python -m benchmarks.query_growth FILE... -o FOLDER

Writes a table (queries.md) and a chart (queries.svg) with a line for each query and for the median of the library.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.log_chart import Series, log_chart

SHOWN = 12


def read(paths: list[Path]) -> list[dict[str, Any]]:
    """The runs, the smallest graph first."""
    return sorted((json.loads(path.read_text(encoding="utf-8")) for path in paths), key=lambda run: run["triples"])


def table(runs: list[dict[str, Any]]) -> str:
    """The times of the queries that are slowest on the largest graph, and the median, in milliseconds."""
    lines = [f"| query | {' | '.join(_size(run) for run in runs)} | growth |", "| --- |" + " --: |" * (len(runs) + 1)]
    slowest = sorted(runs[-1]["kg"], key=lambda name: -runs[-1]["kg"][name])[:SHOWN]
    rows = [("*median of the library*", [median(run["kg"].values()) for run in runs])]
    rows += [(f"`{name}`", [run["kg"][name] for run in runs]) for name in slowest]
    for name, seconds in rows:
        growth = seconds[-1] / seconds[0] / (runs[-1]["triples"] / runs[0]["triples"])
        lines.append(f"| {name} | {' | '.join(f'{one * 1000:,.0f}' for one in seconds)} | {growth:.2f} |")
    return "\n".join(lines) + "\n"


def _size(run: dict[str, Any]) -> str:
    return f"{run['triples']:,} triples"


def chart(runs: list[dict[str, Any]], path: Path) -> None:
    """Draws the milliseconds of each query and their median by number of triples."""
    each: dict[str, list[tuple[float, float]]] = {}
    for run in runs:
        for name, seconds in run["kg"].items():
            each.setdefault(name, []).append((run["triples"], seconds * 1000))
    middle = [(run["triples"], median(run["kg"].values()) * 1000) for run in runs]
    series = [Series("", "#8ab8d6", points, 0.6) for points in each.values()]
    series.append(Series("median of the library", "#D55E00", middle, 2.2))
    sizes = [run["triples"] for run in runs]
    drawn = log_chart("Milliseconds of each query by triples", ("triples", "milliseconds"), series, sizes)
    path.write_text(drawn.svg(), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    found = parser.parse_args()
    everything = read(found.files)
    (found.output / "queries.md").write_text(table(everything), encoding="utf-8")
    chart(everything, found.output / "queries.svg")
    print(table(everything))
