"""Rows of a query as text: a table for the terminal, the W3C's results formats, Markdown and BibTeX; triples as RDF.

Each format is a row of the table in `kg.render.formats`; LaTeX and RIS have modules of their own.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from kg.answers.rows import Rows
from kg.core.iris import RDF, XSD, local_name
from kg.core.problems import UsageError
from kg.core.version import __version__
from kg.render.text.markdown_text import cell
from kg.render.text.table import table
from kg.store import Term

if TYPE_CHECKING:
    from kg.store.answers import AnyStore


class Works(Protocol):
    """A graph that has the publications which rows cite."""

    @property
    def store(self) -> AnyStore: ...

    def entries(self, keys: list[str]) -> Mapping[str, str]:
        """BibTeX entries by key."""
        ...


def stamp(
    snapshot: str,
    name: str,
    parameters: Mapping[str, Term | None],
    asked: Sequence[str],
    services: Iterable[str] = (),
    release: str = "",
) -> str:
    """A line that says where an output comes from: a reader with the same graph and query can make it again.

    It names the version of kg, the hash of the graph and its release, if there is one, the query with its parameters,
    the hash of the query text, and the services that were asked, whose answers may be different tomorrow. It contains
    no `@`, `>` or line end, so that it can be part of any comment.
    """
    values = "&".join(
        f"{quote(key)}={quote(local_name(term.value), safe='/')}" for key, term in parameters.items() if term
    )
    text = hashlib.sha256("\n".join(asked).encode()).hexdigest()
    what = f"{quote(name)}{'?' if values else ''}{values}".strip()
    others = ", ".join(quote(service, safe=":/?=&") for service in services)
    of = f" of release {release}" if release else ""
    return f"kg {__version__}; graph sha256:{snapshot}{of}; {what} sha256:{text}" + (
        f"; asked {others}" if others else ""
    )


def rows_table(rows: Rows, stamp: str = "") -> str:
    """A table for the terminal."""
    return table(rows) + (f"\n{stamp}\n" if stamp else "")


def rows_bibtex(rows: Rows, works: Works, stamp: str = "") -> str:
    """The BibTeX entries of the works in the rows, verbatim.

    Raises:
        UsageError: if the rows name no publications.
    """
    entries = "\n\n".join(works.entries(cited(rows, "bibtex")).values()) + "\n" if len(rows) else ""
    return entries + (f"\n% {stamp}\n" if stamp else "")


def cited(rows: Rows, form: str) -> list[str]:
    """The keys of the publications in the rows.

    Raises:
        UsageError: if the rows have no column of publications.
    """
    if not rows.cites:
        hint = f"--format {form} is for queries that do; `kg queries` lists them"
        raise UsageError(f"these rows name no publications: {hint}")
    return rows.keys()


def rows_csv(rows: Rows) -> str:
    """SPARQL 1.1 Query Results CSV (W3C Recommendation 2013), with plain line ends."""
    import csv

    out = io.StringIO()
    writer, quoting = csv.writer(out, lineterminator="\n"), csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(rows.columns)
    for row in rows.terms:
        cells = ["" if term is None else str(term) if isinstance(term, BlankNode) else term.value for term in row]
        # Readers take a lone carriage return for a line end, but the writer does not quote it.
        (quoting if any("\r" in cell for cell in cells) else writer).writerow(cells)
    return out.getvalue()


def formulas(rows: Rows) -> int:
    """The number of texts that a spreadsheet program would run as formulas if it opened the rows as CSV or TSV.

    CSV of the W3C has values as they are, for programs, so nothing is put before them.
    """
    from kg.readers.sheets import is_formula

    texts = (term for row in rows.terms for term in row if isinstance(term, Literal))
    return sum(is_formula(text.value) for text in texts if text.datatype in (XSD.string, RDF.langString))


def rows_tsv(rows: Rows) -> str:
    """SPARQL 1.1 Query Results TSV: terms as in Turtle."""
    lines = ["\t".join(f"?{column}" for column in rows.columns)]
    lines += ["\t".join("" if t is None else str(t).replace("\t", "\\t") for t in row) for row in rows.terms]
    return "\n".join(lines) + "\n"


def rows_json(rows: Rows) -> str:
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


def rows_xml(rows: Rows) -> str:
    """SPARQL Query Results XML Format (W3C Recommendation 2013); characters that XML cannot contain are replaced."""
    from xml.sax.saxutils import escape, quoteattr

    from kg.answers.libraries import xml_text

    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<sparql xmlns="http://www.w3.org/2005/sparql-results#">']
    lines += ["<head>", *(f"<variable name={quoteattr(name)}/>" for name in rows.columns), "</head>"]
    if rows.boolean is not None:
        return "\n".join([*lines, f"<boolean>{str(rows.boolean).lower()}</boolean>", "</sparql>"]) + "\n"
    lines.append("<results>")
    for row in rows.terms:
        lines.append("<result>")
        for name, term in zip(rows.columns, row, strict=True):
            if term is not None:
                # A reader of XML turns a carriage return as such into a line feed.
                kind, *attributes = _json_term(term).items()
                value = escape(xml_text(term.value), {"\r": "&#13;"})
                more = "".join(f" {key}={quoteattr(text)}" for key, text in attributes if key != "value")
                lines.append(f"<binding name={quoteattr(name)}><{kind[1]}{more}>{value}</{kind[1]}></binding>")
        lines.append("</result>")
    return "\n".join([*lines, "</results>", "</sparql>"]) + "\n"


def rows_markdown(rows: Rows, stamp: str = "") -> str:
    """A table of GitHub Flavored Markdown, which pandoc reads as well."""
    lines = ["| " + " | ".join(map(cell, rows.columns)) + " |", "|" + " --- |" * len(rows.columns)]
    lines += ["| " + " | ".join(map(cell, row.values())) + " |" for row in rows.as_written()]
    return "\n".join(lines) + "\n" + (f"\n<!-- {stamp} -->\n" if stamp else "")


def triples(rows: Rows, form: str = "ttl", stamp: str = "") -> str:
    """The triples as RDF, sorted; `form` is one of `FORMS_OF_TRIPLES`, and JSON-LD has no context.

    Raises:
        NotWritableError: if the format cannot say a triple.
    """
    from kg.graph.serialise import in_order
    from kg.store.rdf_files import write_triples

    found: set[Triple] = set(rows.triples or ())
    out = io.BytesIO()
    write_triples(in_order(found), form, out)
    return out.getvalue().decode() + (f"# {stamp}\n" if stamp else "")
