"""A mapping to fill in, with what the names and cells of the columns of a data sheet suggest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kg.core.iris import slug
from kg.readers.sheets import Worksheet
from kg.sheets.texts import flow

FEW = 40
"""A column with at most this many different cells may be one of codes."""
SHORT = 5
"""In a longer column in which every cell differs, the cells are numbers, ids or notes and not codes."""
_KNOWN = {"key": ("key", "id", "bibtexkey", "citekey"), "kind": ("type", "kind", "entrytype"), "title": ("title",),
          "authors": ("authors", "author"), "venue": ("venue", "journal", "booktitle")}  # fmt: skip
_FIELDS = ("year", "doi", "url", "volume", "number", "pages", "publisher")
_STARTER = """# How {sheet} becomes bibliography entries and imported codings. Fill in, delete what does not apply, and
# import again; docs/sheets.md describes all keys.

review:            # BibTeX key of the review, whose entry is in bib/
label:             # what the sheet is
mapped_by:         # who decides scope and concepts

scope:
  rule:            # which rows are in scope, in words
  # conditions:
  #   - {{column: topic, one_of: [Testing, Deployment]}}

work:
{work}
  syntax: text     # or latex, if cells contain \\& and the like

# A code without concepts is a code of the review only. To relate it to concepts of the graph, add them as KIND:SLUG
# (`kg query vocabulary` lists them), and `match` if it is not close (exact, broad, narrow or related):
#   Testing: {{id: testing, label: Testing, concepts: ["practice:continuous-testing"], match: close}}
codes:
{codes}
"""
_NO_KIND = "  # kind:          # column of BibTeX types (article, inproceedings …); without it every work is @misc"


def starter(sheet: Worksheet) -> str:
    """Returns the mapping as YAML."""
    columns = {column.casefold(): column for column in sheet.columns}
    named = {field: next((columns[name] for name in names if name in columns), "") for field, names in _KNOWN.items()}
    fields = {name: columns[name] for name in _FIELDS if name in columns}
    work = [f"  {field}: {flow(column)}" for field, column in named.items() if column]
    others = [column for column in sheet.columns if column not in {*named.values(), *fields.values()}]
    return _STARTER.format(
        sheet=Path(sheet.name).name,
        work="\n".join([*work, *([] if named["kind"] else [_NO_KIND]), f"  fields: {flow(fields)}"]),
        codes="\n".join(line for column in others for line in _codes(sheet, column)),
    )


def _codes(sheet: Worksheet, column: str) -> Iterator[str]:
    found = [row.cells[column].strip() for row in sheet.rows]
    filled = [cell for cell in found if cell]
    cells = sorted({*filled})
    if not cells or len(cells) > FEW or any("://" in cell for cell in cells):
        yield f"  # {flow(column)} has {len(cells)} different cells"
        return
    if len(cells) == len(filled) and (len(cells) > SHORT or all(map(str.isdecimal, cells))):
        yield f"  # {flow(column)} has another cell in every row"
        return
    yield f"  - column: {flow(column)}"
    if "" in found:
        yield '    no_code: [""]'
    yield "    values:"
    ids: set[str] = set()
    for cell in cells:
        id = flow({"id": _id(f"{column}-{cell}" if cell.isdigit() else cell, ids), "label": cell})
        yield f"      {flow(cell)}: {id}"


def _id(text: str, taken: set[str]) -> str:
    """An id in ASCII that is not taken."""
    base = slug(text).encode("ascii", "ignore").decode().strip("-") or "code"
    made = next(name for name in (base, *(f"{base}-{n}" for n in range(2, 10**6))) if name not in taken)
    taken.add(made)
    return made
