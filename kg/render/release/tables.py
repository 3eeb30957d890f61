"""The tables of a release: answers of named queries as CSV, and what their columns mean as CSVW metadata."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode

from kg.answers.rows import FLOATS, INTEGERS, Answers, Rows
from kg.core.iris import XSD
from kg.render.release.about import About
from kg.render.text.rows import rows_csv

FOLDER = "tables"
METADATA = f"{FOLDER}/csv-metadata.json"
TABLES: Mapping[str, tuple[str, str]] = {
    "works": ("things-publications", "Works: the publications of the bibliography"),
    "authors": ("things-authors", "Authors: of each work, in their order"),
    "findings": ("things-findings", "Findings: what a work found, or reports of another work"),
    "concerns": ("things-concerns", "Concerns: the concepts that each finding is about"),
    "links": ("things-links", "Links: between challenges and practices, by finding"),
    "effects": ("things-effects", "Effects: on outcomes, by finding"),
    "evidence": ("things-quotations", "Evidence: the quotations that findings rest on"),
    "relations": ("things-relations", "Relations: between findings"),
    "citations": ("why-cited", "Citations: why a work cites another one"),
    "merged": ("merged-entries", "Merged: entries that are shown as another one"),
    "codebook": ("vocabulary", "Codebook: all concepts with their definitions"),
}
"""The query and the title of each table, by the name of its file."""
_KEYS = {"works": "key"}
"""The column that identifies a row, which columns of other tables refer to."""
_REFERS = {"key": "works", "told_in": "works", "by": "works"}
"""Columns that contain the key of a row of another table."""


def tables(graph: Answers) -> Iterator[tuple[str, str, Rows, Mapping[str, str]]]:
    """Name, title, rows and meanings of the columns of each table."""
    for name, (query, title) in TABLES.items():
        yield name, title, graph.query(query), graph.queries.get(query).columns


def table_files(graph: Answers, about: About) -> dict[str, str]:
    """The CSV files and their metadata (CSV on the Web, W3C Recommendation 2015), by path."""
    files: dict[str, str] = {}
    described = []
    for name, title, rows, columns in tables(graph):
        files[f"{FOLDER}/{name}.csv"] = rows_csv(rows)
        described.append(_table(name, title, rows, columns))
    metadata = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:title": f"{about.title}: tables",
        "dc:license": {"@id": about.licence.url or about.licence.file},
        "dialect": {"header": True, "encoding": "utf-8", "lineTerminators": ["\n"]},
        "tables": described,
    }
    return files | {METADATA: json.dumps(metadata, indent=1, ensure_ascii=False) + "\n"}


def _table(name: str, title: str, rows: Rows, columns: Mapping[str, str]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "columns": [
            {"name": column, "titles": column, "datatype": _datatype(rows, at)}
            | ({"dc:description": columns[column]} if column in columns else {})
            for at, column in enumerate(rows.columns)
        ]
    }
    if name in _KEYS:
        schema["primaryKey"] = _KEYS[name]
    found = [
        {"columnReference": column, "reference": {"resource": f"{table}.csv", "columnReference": _KEYS[table]}}
        for column, table in _REFERS.items() if column in rows.columns and table != name
    ]  # fmt: skip
    return {"url": f"{name}.csv", "dc:title": title, "tableSchema": schema | ({"foreignKeys": found} if found else {})}


def _datatype(rows: Rows, at: int) -> str:
    """The narrowest datatype that all values of a column have."""
    kinds = {_kind(row[at]) for row in rows.terms if row[at] is not None}
    return kinds.pop() if len(kinds) == 1 else "string"


def _kind(term: object) -> str:
    if isinstance(term, NamedNode):
        return "anyURI"
    if not isinstance(term, Literal):
        return "string"
    if term.datatype in INTEGERS:
        return "integer"
    if term.datatype in FLOATS:
        return "double"
    named = {XSD.boolean: "boolean", XSD.decimal: "decimal", XSD.gYear: "gYear", XSD.date: "date"}
    return named.get(term.datatype, "string")
