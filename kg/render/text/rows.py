"""Rows as a table for the terminal, CSV and TSV and JSON (SPARQL 1.1 results formats), Markdown, LaTeX or BibTeX."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping

from pyoxigraph import BlankNode, NamedNode, RdfFormat, Triple

from kg.answers.rows import Rows
from kg.core.iris import XSD
from kg.core.problems import UsageError
from kg.render.text.table import printable, table
from kg.store import Term

STAMPED = ("table", "md", "latex", "bibtex")
"""The formats that have a place for the stamp; the others are those of the W3C, which have none."""
FORMATS = ("table", "csv", "tsv", "json", "md", "latex", "bibtex")


def render(rows: Rows, form: str, entries: Callable[[list[str]], Mapping[str, str]], stamp: str = "") -> str:
    """The rows in one of `FORMATS`; `entries` gives BibTeX entries by key. Triples are Turtle in each.

    A `stamp` says in one line, without `@` and `>`, where the rows come from; it stands in the formats of `STAMPED`.

    Raises:
        UsageError: if the rows cannot be had in that format.
    """
    if rows.triples is not None:
        return _turtle(rows.triples) + (f"# {stamp}\n" if stamp else "")
    if form == "latex":
        from kg.render.text.latex_table import latex_table  # knows what BibTeX takes as a key, from a slow library

        return latex_table(rows, stamp)
    if form == "bibtex":
        return _bibtex(rows, entries) + (f"\n% {stamp}\n" if stamp else "")
    made = {"table": table, "csv": _csv, "tsv": _tsv, "json": _json, "md": _markdown}[form](rows)
    marks = {"table": f"\n{stamp}\n", "md": f"\n<!-- {stamp} -->\n"}
    return made + marks.get(form, "") if stamp else made


def _shown(text: object) -> str:
    return printable("" if text is None else str(text))


def _turtle(triples: tuple[Triple, ...]) -> str:
    from kg.graph.serialise import dump, in_order

    return dump(in_order(set(triples)), RdfFormat.TURTLE).decode()


def _bibtex(rows: Rows, entries: Callable[[list[str]], Mapping[str, str]]) -> str:
    if not rows.cites:
        raise UsageError("these rows name no publications: --format bibtex is for queries that do, see `kg queries`")
    return "\n\n".join(entries(rows.keys()).values()) + "\n" if len(rows) else ""


def _csv(rows: Rows) -> str:
    """SPARQL 1.1 Query Results CSV (W3C Recommendation 2013), with plain line ends."""
    import csv

    out = io.StringIO()
    writer, quoting = csv.writer(out, lineterminator="\n"), csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(rows.columns)
    for row in rows.terms:
        cells = ["" if term is None else str(term) if isinstance(term, BlankNode) else term.value for term in row]
        # A lone carriage return is a line end to readers, but not to the writer.
        (quoting if any("\r" in cell for cell in cells) else writer).writerow(cells)
    return out.getvalue()


def _tsv(rows: Rows) -> str:
    """SPARQL 1.1 Query Results TSV: terms as in Turtle."""
    lines = ["\t".join(f"?{column}" for column in rows.columns)]
    lines += ["\t".join("" if term is None else _escaped(term) for term in row) for row in rows.terms]
    return "\n".join(lines) + "\n"


def _escaped(term: Term) -> str:
    return str(term).replace("\t", "\\t")


def _json(rows: Rows) -> str:
    """SPARQL 1.1 Query Results JSON; the answer to an ASK query is a boolean."""
    import json

    if rows.boolean is not None:
        return json.dumps({"head": {}, "boolean": rows.boolean}, indent=2) + "\n"
    bindings = [
        {name: _json_term(term) for name, term in zip(rows.columns, row, strict=True) if term is not None}
        for row in rows.terms
    ]
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


def markdown_cell(value: object) -> str:
    """A value as it may stand in a table of GitHub Flavored Markdown (section 4.10)."""
    text = _shown(value).replace("\\", "\\\\").replace("|", "\\|")
    return text.replace("<", "&lt;").replace(">", "&gt;")


def _markdown(rows: Rows) -> str:
    lines = ["| " + " | ".join(rows.columns) + " |", "|" + " --- |" * len(rows.columns)]
    lines += ["| " + " | ".join(markdown_cell(value) for value in row.values()) + " |" for row in rows]
    return "\n".join(lines) + "\n"
