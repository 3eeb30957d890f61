"""Answers of library queries as tuples, short enough to write into a test."""

from __future__ import annotations

from pathlib import Path

from kg.answers.rows import Value
from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from tests.toy_library import write_library


def asked(graph: KnowledgeGraph, name: str, *columns: str, **parameters: str) -> list[tuple[Value, ...]]:
    """The rows of a query in order, with these columns, or with all of them."""
    return [tuple(row[column] for column in columns or row) for row in graph.query(name, **parameters)]


def changed_library(folder: Path, changes: dict[str, tuple[str, str]]) -> KnowledgeGraph:
    """The graph of the second toy review, with the first text replaced by the second in each named file."""
    write_library(folder)
    for name, (old, new) in changes.items():
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} has no {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")
    assert not build(folder).errors
    return KnowledgeGraph.open(folder)
