"""Rows of a query as a page without scripts, to publish or to send."""

from __future__ import annotations

from kg.answers.rows import Rows
from kg.render.pages import inline
from kg.render.pages.notebook import cells_of
from kg.render.text.table import printable


def rows_page(rows: Rows, title: str = "", stamp: str = "") -> str:
    """The whole document; it loads nothing, and the same rows give the same bytes.

    Above the table stand the number of rows and what they are made from. IRIs of the web are links.
    """
    style = inline.source("rows.css")
    head, lines = cells_of(rows, len(rows.terms))
    page = inline.environment(printable).get_template("rows.html")
    policy = f"default-src 'none'; style-src {inline.integrity(style)}; img-src data:; base-uri 'none'"
    title = title.removesuffix(".")
    number = f"{len(lines)} row{'' if len(lines) == 1 else 's'}"
    return page.render(
        title=title, stamp=stamp, head=head, lines=lines, number=number, policy=policy, style=inline.markup(style)
    ).rstrip("\n") + "\n"  # fmt: skip
