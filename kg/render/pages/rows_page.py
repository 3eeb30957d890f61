"""Rows of a query as a page to publish or to send, and as the part of a page that shows them."""

from __future__ import annotations

from collections.abc import Callable

from kg.answers.rows import Rows
from kg.render.pages import inline
from kg.render.pages.notebook import cells_of
from kg.render.text.table import printable

SCRIPTS = ("sorting.js", "rows.js")
"""Sorts the table; without it the rows are in the order of the query."""


def rows_page(rows: Rows, title: str = "", stamp: str = "") -> str:
    """The whole document; it loads nothing, and the same rows give the same bytes.

    Above the table stand the number of rows and what they are made from. IRIs of the web are links. A heading sorts.
    """
    style, script = inline.source("rows.css"), inline.script(SCRIPTS)
    head, lines = cells_of(rows, len(rows.terms))
    page = inline.environment(printable).get_template("rows.html")
    policy = f"default-src 'none'; style-src {inline.integrity(style)}; script-src {inline.integrity(script)}; "
    policy += "img-src data:; base-uri 'none'"
    return page.render(
        title=title.removesuffix("."), stamp=stamp, head=head, lines=lines, number=number_of(rows), policy=policy,
        style=inline.markup(style), script=inline.markup(script),
    ).rstrip("\n") + "\n"  # fmt: skip


def rows_part(rows: Rows, address: Callable[[str], str], of_key: Callable[[str], str]) -> str:
    """The number of rows and the table, for a page that has a title and a look already.

    Args:
        rows: the answer.
        address: what an IRI of the web is linked to.
        of_key: what the BibTeX key of a publication is linked to.
    """
    head, lines = cells_of(rows, len(rows.terms))
    keys = [name in rows.cites for name in rows.columns]
    linked = [
        [
            (text, address(iri) if iri else of_key(text) if key and text else "", right)
            for (text, iri, right), key in zip(line, keys, strict=True)
        ]
        for line in lines
    ]
    table = inline.environment(printable).get_template("rows_table.html").render(head=head, lines=linked)
    sortable = "; press a heading to sort" if len(lines) > 1 else ""
    return f'<p class="note" role="status">{number_of(rows)}{sortable}</p>\n{table}'


def number_of(rows: Rows) -> str:
    """How many rows there are, in words."""
    return f"{len(rows.terms)} row{'' if len(rows.terms) == 1 else 's'}"
