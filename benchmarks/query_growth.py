"""How the seconds of the query library grow with the graph, out of several runs of all_queries.py --json.

    python -m benchmarks.query_growth FILE... -o FOLDER

Writes a table (queries.md) and a chart (queries.svg): a line for each query, and the median of the library.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from statistics import median
from typing import Any

SHOWN = 12


def read(paths: list[Path]) -> list[dict[str, Any]]:
    """The runs, the smallest graph first."""
    return sorted((json.loads(path.read_text(encoding="utf-8")) for path in paths), key=lambda run: run["triples"])


def table(runs: list[dict[str, Any]]) -> str:
    """Milliseconds of the slowest queries on the largest graph, and of the library as a whole."""
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
    """Both axes in powers of ten: what grows with the graph is a straight line."""
    import altair as alt

    data = [
        {"triples": run["triples"], "ms": seconds * 1000, "query": name}
        for run in runs
        for name, seconds in run["kg"].items()
    ]
    middle = [{"triples": run["triples"], "ms": median(run["kg"].values()) * 1000} for run in runs]
    sizes = [run["triples"] for run in runs]
    x = alt.X(
        "triples:Q",
        title="triples",
        axis=alt.Axis(values=sizes, format=".2~s", grid=False),
        scale=alt.Scale(type="log", domain=[sizes[0] * 0.8, sizes[-1] * 2], nice=False),
    )
    y = alt.Y(
        "ms:Q",
        title="milliseconds",
        scale=alt.Scale(type="log"),
        axis=alt.Axis(format="~g", values=[10.0**power for power in range(-1, 6)]),
    )
    each = (
        alt.Chart(alt.Data(values=data))
        .mark_line(strokeWidth=1, opacity=0.45, color="#0072B2")
        .encode(x=x, y=y, detail="query:N")
    )
    points = alt.Chart(alt.Data(values=middle)).encode(x=x, y=y)
    label = points.transform_filter(f"datum.triples == {sizes[-1]}").mark_text(
        text="median", align="left", dx=6, color="#D55E00", fontWeight="bold"
    )
    line = points.mark_line(strokeWidth=3, color="#D55E00") + points.mark_point(size=60, filled=True, color="#D55E00")
    (each + line + label).properties(width=420, height=300).save(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FOLDER")
    found = parser.parse_args()
    everything = read(found.files)
    (found.output / "queries.md").write_text(table(everything), encoding="utf-8")
    chart(everything, found.output / "queries.svg")
    print(table(everything))
