"""The time of the SHACL shapes with the fast engine, with pySHACL, and of parsing alone, as the graph grows.

    python benchmarks/shapes.py [REVIEW] [TIMES…]

REVIEW is a folder, by default this repository. TIMES are the numbers of copies of its graph, by default 1 10 50:
publications, findings and everything else outside the vocabularies are repeated under other names. The exit code is 1
if the engines disagree.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Triple, parse

from kg.building.pipeline import assemble
from kg.building.reading import Sources, read_vocabularies
from kg.core.iris import CS
from kg.graph.serialise import dump
from kg.graph.shape_engines import Breach, with_pyshacl, with_shacl


def repeated(triples: set[Triple], own: set[NamedNode], times: int) -> bytes:
    """The triples as N-Triples, and `times` - 1 copies with other names for the nodes in `own`."""

    def renamed(term: object, number: int) -> object:
        return NamedNode(f"{term.value}-copy{number}") if number and term in own else term

    copies = {Triple(renamed(t.subject, number), t.predicate, renamed(t.object, number))
              for number in range(times) for t in triples}  # fmt: skip
    return dump(copies, RdfFormat.N_TRIPLES)


def timed(work: Callable[[], object]) -> tuple[float, object]:
    begin = time.perf_counter()
    result = work()
    return time.perf_counter() - begin, result


def measure(root: Path, times: list[int]) -> bool:
    """Prints the table and returns whether the engines agree."""
    sources = Sources(root)
    read_vocabularies(sources)
    shapes = [quad.triple for file in sources.shapes for quad in parse(file.text, format=RdfFormat.TURTLE)]
    graphs = assemble(root).graphs
    vocabulary = {t.subject for graph in graphs if "/vocabulary/" in graph.iri.value for t in graph.triples}
    triples = {triple for graph in graphs for triple in graph.triples}
    own = {triple.subject for triple in triples} - vocabulary
    unfinished = min((t.subject for t in triples if t.predicate == CS.statement), key=str)
    triples -= {t for t in triples if t.subject == unfinished and t.predicate == CS.section}
    agree, file = True, Path(tempfile.mkdtemp(), "data.nt")
    print("| triples | parsing, s | fast engine, s | pySHACL, s | pySHACL / fast | results |")
    print("| --: | --: | --: | --: | --: | --: |")
    for number in times:
        data = repeated(triples, own, number)
        file.write_bytes(data)
        parsing, _ = timed(lambda data=data: sum(1 for _ in parse(data, format=RdfFormat.N_TRIPLES)))
        seconds, found = zip(
            *(timed(lambda engine=engine: engine(file, shapes)) for engine in (with_shacl, with_pyshacl)),
            strict=True,
        )
        results: list[set[Breach]] = [set(breaches) for breaches in found]
        agree &= results[0] == results[1]
        print(
            f"| {len(data.splitlines()):,} | {parsing:.2f} | {seconds[0]:.2f} | {seconds[1]:.1f} "
            f"| {seconds[1] / seconds[0]:.0f} | {len(results[0])} |",
            flush=True,
        )
    return agree


if __name__ == "__main__":
    folders = [Path(word) for word in sys.argv[1:] if not word.isdigit()]
    counts = [int(word) for word in sys.argv[1:] if word.isdigit()]
    sys.exit(not measure(folders[0] if folders else Path(__file__).parents[1], counts or [1, 10, 50]))
