"""The time of each query of the library on a large graph, compared with the bare engine.

    python -m benchmarks.all_queries REVIEW [--publications 18000] [--endpoint URL]... [--rdflib SECONDS] [--alone]
                                     [--times 3] [--json FILE]

REVIEW is a folder. If it contains no built review, one is generated and built there; 18,000 publications have a million
triples. Each query runs with the examples of its parameters, in turns with kg and with pyoxigraph alone, three times
each, and the best time counts: CPU seconds until every term of every row has been read. --endpoint is a store that
`kg push` has filled from this review; its time is wall-clock time. --rdflib is the time limit for each query with
rdflib. --alone leaves out the bare engine, which needs the graph in memory a second time. --json also writes the times
to a file; query_growth.py draws several such files.

The exit code is 1 if a query with kg takes more than 1.2 times as long as the bare engine plus 5 ms (the resolution of
the clock), if the slowest takes more than ten times the median, or if one takes more than two seconds.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import nan
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import pyoxigraph as ox

from benchmarks.reviews import make_review
from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from kg.core.iris import PREFIXES
from kg.core.problems import KgError, UsageError
from kg.queries.query_library import Parameter, Query
from kg.store.portable import portable
from kg.store.remote.store import RemoteStore

TIMES = 3
RATIO, SLACK, SPREAD, SLOWEST = 1.2, 0.005, 10.0, 2.0


@dataclass(frozen=True)
class Taken:
    """Seconds of one query: with kg, with the bare engine, and with the others in the order of the command line."""

    name: str
    rows: int
    kg: float
    bare: float
    """NaN if it was left out."""
    others: tuple[float | None, ...]


def a_value(parameter: Parameter, graph: KnowledgeGraph) -> str:
    """The default; or the example if this review contains it; or the first thing of its kind."""
    if parameter.default is not None:
        return str(parameter.default)
    if parameter.type in ("choice", "integer", "year", "text"):
        return parameter.example
    try:
        graph.lookup.find(parameter.example, "" if parameter.type == "thing" else parameter.type)
    except UsageError:
        return graph.lookup.names("work" if parameter.type == "thing" else parameter.type).ids()[0]
    return parameter.example


def texts(graph: KnowledgeGraph) -> Iterator[tuple[Query, str]]:
    """The queries that contact no service, with the SPARQL to run."""
    for query in graph.queries:
        if not query.services:
            values = {parameter.name: a_value(parameter, graph) for parameter in query.parameters}
            yield query, query.bind(query.terms(values, graph.lookup))


def seconds(ask: Callable[[], object], clock: Callable[[], float] = process_time) -> float:
    begin = clock()
    ask()
    return clock() - begin


def bare_store(path: Path) -> ox.Store:
    """A store of the bare engine with all named graphs, and their union as the default graph."""
    store = ox.Store()
    store.bulk_load(path=str(path), format=ox.RdfFormat.N_QUADS)
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    return store


def read_all(store: ox.Store, text: str) -> list[tuple[object, ...]]:
    """Every term of every row."""
    return [tuple(row) for row in store.query(text, prefixes=PREFIXES)]


def measured(
    graph: KnowledgeGraph, bare: ox.Store | None, others: Sequence[Callable[[str], float | None]], times: int
) -> Iterator[Taken]:
    for query, text in texts(graph):
        ours: list[float] = []
        floor: list[float] = []
        rows: list[int] = []
        for _ in range(times):
            ours.append(seconds(lambda text=text, rows=rows: rows.append(len(graph.store.query(text).rows))))
            floor.append(seconds(lambda text=text: read_all(bare, text)) if bare else nan)
        yield Taken(query.name, rows[0], min(ours), min(floor), tuple(other(text) for other in others))


def at(url: str, times: int) -> Callable[[str], float | None]:
    """Returns a function for the time of an endpoint, which returns None if the endpoint fails."""
    store = RemoteStore(url)
    store.has("urn:x")  # fetches the manifest

    def ask(text: str) -> float | None:
        try:
            return min(seconds(lambda: store.query(text), perf_counter) for _ in range(times))
        except KgError as error:
            print(f"{url}: {error}", file=sys.stderr)
            return None

    return ask


def with_rdflib(path: Path, most: float) -> Callable[[str], float | None]:
    """Returns a function for the time of rdflib in a separate process, which is killed after `most` seconds."""
    from rdflib import Dataset

    graph = Dataset(default_union=True)
    graph.parse(path, format="nquads")

    def ask(text: str) -> float | None:
        here, there = get_context("fork").Pipe()

        def answer() -> None:
            there.send(seconds(lambda: list(graph.query(portable(text)))))

        process = get_context("fork").Process(target=answer)
        process.start()
        found = here.recv() if here.poll(most) else None
        process.kill()
        return found

    return ask


def table(taken: Sequence[Taken], names: Sequence[str]) -> str:
    """A Markdown table in milliseconds, the slowest query first."""
    lines = [f"| query | rows | kg | bare | {' | '.join(['ratio', *names])} |", "|---|" + "---:|" * (4 + len(names))]
    for one in sorted(taken, key=lambda one: -one.kg):
        others = ["–" if other is None else f"{other * 1000:,.0f}" for other in one.others]
        cells = [
            f"`{one.name}`",
            f"{one.rows:,}",
            f"{one.kg * 1000:,.1f}",
            f"{one.bare * 1000:,.1f}",
            f"{one.kg / one.bare:.2f}",
            *others,
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def verdict(taken: Sequence[Taken]) -> list[str]:
    """The limits that were exceeded."""
    middle = median(one.kg for one in taken)
    wrong = [
        f"{one.name}: {one.kg / one.bare:.2f} times the bare engine"
        for one in taken
        if one.kg > RATIO * one.bare + SLACK
    ]
    wrong += [f"{one.name}: {one.kg / middle:.1f} times the median" for one in taken if one.kg > SPREAD * middle]
    return wrong + [f"{one.name}: {one.kg:.1f} s" for one in taken if one.kg > SLOWEST]


def main(arguments: argparse.Namespace) -> int:
    root: Path = arguments.review
    if not (root / "build" / "graph.nq").exists():
        print(f"generating and building a review with {arguments.publications:,} publications", file=sys.stderr)
        make_review(arguments.publications, root)
        if errors := build(root).errors:
            raise SystemExit(str(errors[0]))
    graph, path = KnowledgeGraph.open(root), root / "build" / "graph.nq"
    graph.query("contents")
    graph.store.query("ASK { GRAPH ?g { ?s ?p ?o } }")  # loads the graphs by name
    others = [at(url, arguments.times) for url in arguments.endpoint]
    others += [with_rdflib(path, arguments.rdflib)] if arguments.rdflib else []
    names = [*arguments.endpoint, *(["rdflib"] if arguments.rdflib else [])]
    taken = []
    for one in measured(graph, None if arguments.alone else bare_store(path), others, arguments.times):
        taken.append(one)
        print(f"{one.kg * 1000:10.1f} ms  {one.name}", file=sys.stderr)
    if arguments.json:
        found = {"triples": len(graph.store), "kg": {one.name: one.kg for one in taken}}
        arguments.json.write_text(json.dumps(found), encoding="utf-8")
    print(f"{len(graph.store):,} triples; milliseconds; median {median(one.kg for one in taken) * 1000:.1f}\n")
    print(table(taken, names))
    wrong = verdict(taken)
    print("\n" + ("\n".join(wrong) if wrong else "all queries are within the limits"))
    return 1 if wrong else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("review", type=Path)
    parser.add_argument("--publications", type=int, default=18_000)
    parser.add_argument("--endpoint", action="append", default=[])
    parser.add_argument("--rdflib", type=float, default=0)
    parser.add_argument("--times", type=int, default=TIMES)
    parser.add_argument("--alone", action="store_true")
    parser.add_argument("--json", type=Path)
    sys.exit(main(parser.parse_args()))
