"""Rows as a table for the terminal, CSV and TSV and JSON (SPARQL 1.1 results formats), Markdown or BibTeX."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Mapping

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple

from kg.graph.serialise import dump, in_order
from kg.iris import XSD
from kg.problems import UsageError
from kg.results import Rows, plain
from kg.store import Term

FORMATS = ("table", "csv", "tsv", "json", "md", "bibtex")
PIPED_WIDTH = 160


def render(rows: Rows, form: str, entries: Callable[[list[str]], Mapping[str, str]]) -> str:
    """The rows in one of `FORMATS`; `entries` gives BibTeX entries by key. Triples are Turtle, but for `json`.

    Raises:
        UsageError: if the rows cannot be had in that format.
    """
    if rows.triples is not None:
        return _turtle(rows.triples)
    if form == "bibtex":
        return _bibtex(rows, entries)
    return {"table": _table, "csv": _csv, "tsv": _tsv, "json": _json, "md": _markdown}[form](rows)


def _turtle(triples: tuple[Triple, ...]) -> str:
    return dump(in_order(set(triples)), RdfFormat.TURTLE).decode()


def _bibtex(rows: Rows, entries: Callable[[list[str]], Mapping[str, str]]) -> str:
    if not rows.cites:
        raise UsageError("these rows name no publications: --format bibtex is for queries that do, see `kg queries`")
    return "\n\n".join(entries(rows.keys()).values()) + "\n" if len(rows) else ""


def _table(rows: Rows) -> str:
    """A table as wide as the terminal, long texts wrapped; plain text when it is piped."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    out = io.StringIO()
    width = shutil.get_terminal_size((PIPED_WIDTH, 50)).columns
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    shown = [[_text(value) for value in row.values()] for row in rows]
    for index, column in enumerate(rows.columns):
        longest = max([len(column), *(len(row[index]) for row in shown)])
        numbers = bool(rows.terms) and all(isinstance(plain(row[index]), int | None) for row in rows.terms)
        table.add_column(Text(column), justify="right" if numbers else "left", overflow="fold",
                         ratio=None if longest <= 18 else min(longest, 70), no_wrap=longest <= 18)
    for row in shown:
        table.add_row(*map(Text, row))
    Console(file=out, width=max(width, 60), color_system=None).print(table)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _text(value: object) -> str:
    """A value without control characters, which a terminal would obey."""
    text = "" if value is None else str(value)
    return "".join(c if c.isprintable() else " " for c in text)


def _csv(rows: Rows) -> str:
    """SPARQL 1.1 Query Results CSV (W3C Recommendation 2013), with plain line ends."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows.columns)
    writer.writerows([["" if term is None else term.value for term in row] for row in rows.terms])
    return out.getvalue()


def _tsv(rows: Rows) -> str:
    """SPARQL 1.1 Query Results TSV: terms as in Turtle."""
    lines = ["\t".join(f"?{column}" for column in rows.columns)]
    lines += ["\t".join("" if term is None else _escaped(term) for term in row) for row in rows.terms]
    return "\n".join(lines) + "\n"


def _escaped(term: Term) -> str:
    return str(term).replace("\t", "\\t")


def _json(rows: Rows) -> str:
    """SPARQL 1.1 Query Results JSON."""
    bindings = [{name: _json_term(term) for name, term in zip(rows.columns, row, strict=True) if term is not None}
                for row in rows.terms]
    document = {"head": {"vars": list(rows.columns)}, "results": {"bindings": bindings}}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    found = {"type": "literal", "value": term.value}
    if term.language:
        return found | {"xml:lang": term.language}
    return found if term.datatype == XSD.string else found | {"datatype": term.datatype.value}


def _markdown(rows: Rows) -> str:
    def cell(value: object) -> str:
        text = _text(value).replace("\\", "\\\\").replace("|", "\\|")
        return text.replace("<", "&lt;").replace(">", "&gt;")

    lines = ["| " + " | ".join(rows.columns) + " |", "|" + " --- |" * len(rows.columns)]
    lines += ["| " + " | ".join(cell(value) for value in row.values()) + " |" for row in rows]
    return "\n".join(lines) + "\n"


