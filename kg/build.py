"""The pipeline: sources, references, graphs, rules, shapes, files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kg.built import BuildFolder
from kg.checking import check_duplicates, check_named, check_not_read, check_quotations, check_superseded
from kg.graph.annotation import annotation_graph, superseded_graph
from kg.graph.bibliography import bibliography_graph
from kg.graph.checks import check_needs, loaded, run_checks
from kg.graph.coding import coding_graph
from kg.graph.decisions import decisions_graph
from kg.graph.needs import EVERYTHING, all_needs, needs_of
from kg.graph.quotations import quotations_graph
from kg.graph.rules import apply_rules
from kg.graph.serialise import nquads, turtle
from kg.graph.shapes import check_shapes
from kg.graph.triples import SourceGraph, all_places
from kg.problems import KgError, Problem, in_order
from kg.queries import QueryLibrary
from kg.reading import (
    Account,
    Reading,
    read_annotations,
    read_bibliographies,
    read_codings,
    read_decisions,
    read_queries,
    read_records,
    read_vocabularies,
)

Progress = Callable[[str], None]


@dataclass
class Assembly:
    """Everything read and made in one run, before anything is written."""

    graphs: list[SourceGraph] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    changed_meanwhile: Callable[[], str] = str

    @property
    def errors(self) -> list[Problem]:
        return [problem for problem in self.problems if problem.severity == "error"]


def assemble(root: Path, progress: Progress = lambda _: None) -> Assembly:
    """Reads and checks everything in the review: the graph when it is right, all problems when it is not."""
    reading = read_review(root, progress)
    assembly = Assembly([], reading.problems, reading.accounts, reading.changed_meanwhile)
    if not assembly.errors:
        progress("applying rules")
        superseded = reading.superseded
        annotations = [annotation_graph(source, reading.aliases) for source in reading.current]
        by_stem = {source.stem: graph for source, graph in zip(reading.current, annotations, strict=True)}
        assembly.graphs = [
            *reading.vocabularies,
            *(bibliography_graph(source, reading.aliases) for source in reading.bibliographies),
            *([decisions_graph(reading.decisions)] if reading.decisions else []),
            *annotations,
            *(superseded_graph(source, reading.aliases) for source in reading.annotations
              if source.stem in superseded),
            *(quotations_graph(record, by_stem.get(record.stem)) for record in reading.records),
            *(coding_graph(source, reading.aliases) for source in reading.codings),
        ]
        _apply_rules_and_checks(reading, assembly)
        progress("checking shapes")
        assembly.problems += check_shapes(assembly.graphs, reading.shapes)
    assembly.problems += QueryLibrary.of(root).check()
    assembly.problems = in_order(assembly.problems)
    return assembly


def read_review(root: Path, progress: Progress = lambda _: None) -> Reading:
    """Everything in the review as values, checked against each other."""
    reading = Reading(root)
    progress("reading vocabularies")
    read_vocabularies(reading)
    progress("reading the bibliography")
    read_bibliographies(reading)
    read_decisions(reading)
    progress("reading annotations")
    read_annotations(reading)
    read_records(reading)
    read_codings(reading)
    check_not_read(reading)
    check_duplicates(reading)
    check_superseded(reading)
    check_named(reading)
    check_quotations(reading)
    return reading


def build(root: Path, progress: Progress = lambda _: None) -> Assembly:
    """Builds the graph into `build/`; when anything is an error, nothing is written and the last build stays.

    Raises:
        UsageError: if `build/` cannot be written to.
        KgError: if a source was changed meanwhile.
    """
    folder = BuildFolder(root / "build")
    with folder.locked(progress):
        assembly = assemble(root, progress)
        if assembly.errors:
            return assembly
        progress("writing build/")
        with folder.fresh() as fresh:
            quads = nquads(assembly.graphs)
            (fresh / "graph.nq").write_bytes(quads)
            (fresh / "graph.ttl").write_bytes(turtle(assembly.graphs))
            (fresh / "report.json").write_text(report_json(assembly, quads), encoding="utf-8")
            changed = assembly.changed_meanwhile()
            if changed:
                raise KgError(f"{changed} was changed while the graph was built: run `kg build` again")
    return assembly


def report_json(assembly: Assembly, quads: bytes | None = None) -> str:
    """The accounts and problems of a run, and the content hash of the graph that was written."""
    report: dict[str, object] = {
        "sources": [account.as_json() for account in assembly.accounts],
        "problems": [
            {"file": p.where.file, "line": p.where.line, "column": p.where.column, "rule": p.rule,
             "severity": p.severity, "message": p.message, "hint": p.hint}
            for p in assembly.problems
        ],
    }  # fmt: skip
    if quads is not None:
        report["graph"] = {"quads": quads.count(b"\n"), "sha256": hashlib.sha256(quads).hexdigest()}
    return json.dumps(report, indent=2, ensure_ascii=False) + "\n"


def _apply_rules_and_checks(reading: Reading, assembly: Assembly) -> None:
    families = read_queries(reading)
    rules, checks = families["rules"], families["checks"]
    needs = all_needs([*(needs_of(rule.text) for rule in rules), *check_needs(checks)])
    store = loaded(assembly.graphs, needs)
    graphs, problems = apply_rules(store, rules)
    assembly.graphs += graphs
    assembly.problems += [*problems, *run_checks(store, checks, all_places(assembly.graphs),
                                                 lambda: loaded(assembly.graphs, EVERYTHING))]
