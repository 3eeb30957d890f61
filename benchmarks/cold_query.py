"""The time of `kg query related-work` in a new process, compared with a minimal script that prints the same rows.

    python benchmarks/cold_query.py [REVIEW] [RUNS]

REVIEW is a built review, by default this repository; RUNS is the number of pairs of runs, by default 11. The script
only imports the engine, loads build/graph.nq and runs the same SPARQL. The two run in turns, so that other work of the
machine affects both. The exit code is 1 if the median of the ratios is more than 1.5.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from kg.core.iris import PREFIXES, mint
from kg.core.layers import shipped
from kg.queries.query_library import QueryLibrary

MOST = 1.5
BARE = """
import sys
from pyoxigraph import RdfFormat, Store
store = Store()
store.bulk_load(path=sys.argv[1], format=RdfFormat.N_QUADS)
for row in store.query(sys.argv[2], use_default_graph_as_union=True):
    print(*("" if term is None else term.value for term in row), sep="\\t")
"""


def timed(command: list[str]) -> tuple[float, list[str]]:
    """The time of a command in seconds, and the last lines that it prints, sorted."""
    begin = time.perf_counter()
    ran = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - commands of this file
    return time.perf_counter() - begin, sorted(ran.stdout.splitlines()[-7:])


def commands(review: Path) -> tuple[list[str], list[str]]:
    """The command lines of kg and of the script."""
    query = QueryLibrary.of(review).get("related-work")
    asked = query.bind({"practice": mint("practice", "continuous-testing"), "hand": None})
    prologue = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    ours = [
        str(Path(sys.executable).parent / "kg"),
        "--root",
        str(review),
        "query",
        "related-work",
        "--practice",
        "continuous-testing",
        "--format",
        "tsv",
    ]
    return ours, [sys.executable, "-c", BARE, str(review / "build" / "graph.nq"), prologue + asked]


def main(review: Path, runs: int) -> int:
    ours, bare = commands(review)
    pairs = []
    for _ in range(runs + 1):  # the first pair is not counted, because it fills the caches
        (kg, kg_rows), (script, script_rows) = timed(ours), timed(bare)
        if len(kg_rows) != len(script_rows):
            print("the command and the script print different numbers of rows")
            return 1
        pairs.append((kg, script))
    seconds, floors = zip(*pairs[1:], strict=True)
    ratio = median(kg / script for kg, script in pairs[1:])
    print(
        f"kg query related-work  {median(seconds):.3f} s   minimal script  {median(floors):.3f} s   "
        f"ratio {ratio:.2f} (median of {runs} pairs, {min(a / b for a, b in pairs[1:]):.2f}"
        f"-{max(a / b for a, b in pairs[1:]):.2f})"
    )
    return int(ratio > MOST)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else shipped("bib").parent), int((sys.argv[2:] or [11])[0])))
