"""A mapping to complete, proposed by looking at the tables of a review."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import PurePath

from kg.core.folding import folded
from kg.core.iris import slug
from kg.core.kinds import CONCEPTS
from kg.core.problems import KgError
from kg.model.bibliography import Vocabulary
from kg.readers.sheets import TableFile
from kg.sheets.columns import TableSeen, is_list, list_form, refers_to, see
from kg.sheets.texts import flow
from kg.sheets.works import name_of

FEW = 40
"""A column with at most this many different cells may be one of codes."""
MANY = 100
"""At most this many columns of a table are proposed as codes: nobody checks more."""
SHORT = 5
"""In a longer column in which every cell differs, the cells are numbers, ids or notes and not codes."""
_DIRECTIONS = {
    "increases": ("+", "↑", "increase", "increases"), "decreases": ("-", "−", "–", "↓", "decrease", "decreases"),
    "no change": ("0", "=", "no change"), "mixed": ("+/-", "±", "mixed"),
}  # fmt: skip
"""What the cells of a column of directions usually mean."""
_WORDS = 4
"""Cells of more words on average are sentences."""
_ENOUGH = 4
"""The rows that a table must have for a guess that depends on how many cells are empty."""
_FIELDS = ("year", "doi", "url", "volume", "pages", "publisher")
_STARTER = """# How {files} becomes entries, codes and findings. Proposed by looking at the columns: check every line,
# complete it (`review` at least), and import again. docs/sheets.md describes all keys.

review:            # BibTeX key of the review, whose entry is in bib/
label: {label}
mapped_by: unnamed annotator   # who decides scope, concepts and statements
created: {today}

scope:
  rule: All rows.  # in words; for the software:
  # conditions:
  #   - {{column: topic, one_of: [Testing, Deployment]}}

"""
_CODES = """
# A code without concepts is a code of the review only. To relate it to concepts of the graph, add them as KIND:SLUG
# (`kg query vocabulary` lists them), and `match` if it is not close (exact, broad, narrow or related):
#   Testing: {id: testing, label: Testing, concepts: ["practice:continuous-testing"], match: close}
codes:
"""
_NO_KIND = "  # kind:          # column of BibTeX types (article, inproceedings …); without it every work is @misc"


def starter(files: Sequence[TableFile], vocabulary: Vocabulary, sheet: str = "", header: Collection[int] = ()) -> str:
    """Returns the mapping as YAML.

    Args:
        files: The files with the tables.
        vocabulary: The concepts that cells may name.
        sheet: The worksheet that lists the works, if a person says so.
        header: The rows with the names of the columns.

    Raises:
        KgError: if no column seems to be of works or findings.
    """
    return _Proposal(_tables(files, sheet, header), vocabulary).text()


def _tables(files: Sequence[TableFile], sheet: str, header: Collection[int]) -> list[TableSeen]:
    names = [(file, name) for file in files for name in file.sheets if not sheet or name == sheet]
    only = len(names) == 1
    seen = [table for file, name in names if (table := see(file, name, header, only)) is not None]
    if not any(table.roles.keys() & {"title", "key", "statement", "quote", "studies", "work"} for table in seen):
        columns = "; ".join(", ".join(table.sheet.columns[:12]) for table in seen[:3]) or "none"
        message = f"{PurePath(files[0].name).name}: no column seems to be of titles, findings or studies ({columns})"
        hint = "if the names of the columns are in another row, add `--header N`; else write the mapping yourself"
        raise KgError(f"{message} [sheet/no-usable-column]\n    hint: {hint}: docs/sheets.md")
    return seen


@dataclass
class _Proposal:
    tables: list[TableSeen]
    vocabulary: Vocabulary
    ids: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        titled = [table for table in self.tables if table.roles.keys() & {"title", "key"}]
        self.works = max(
            titled, key=lambda table: len({"title", "year", "authors", "doi"} & table.roles.keys()), default=None
        )
        roles = ("id", "key", "title") if self.works else ()
        self.names = {name_of(cell) for role in roles if self.works for cell in self.works.filled(role)}

    def text(self) -> str:
        files = ", ".join(dict.fromkeys(PurePath(table.file.name).name for table in self.tables))
        head = _STARTER.format(files=files, label=flow(files), today=datetime.date.today().isoformat())
        codes = "\n".join(line for table in self.tables for line in self.codes(table))
        findings = "\n".join(line for table in self.tables for line in self.findings(table))
        parts = [head + "\n".join(self.work())]
        if codes:
            parts.append(_CODES + codes)
        if findings:
            parts.append(f"\nfindings:\n{findings}")
        return "\n".join(parts) + "\n"

    # --- works ---

    def work(self) -> Iterator[str]:
        table = self.works
        if table is None:
            yield "work:              # no table lists the works: say which entry of bib/ each number means"
            yield '  known: {}        # {"12": toy2031}'
            return
        titles = table.filled("title") or table.filled("key")
        several = len(set(map(folded, titles)))
        yield f"work:              # {len(table.sheet.rows)} rows, {several} works"
        yield from (f"  {line}" for line in self.place(table))
        if empty := self.fill_down(table, [r for r in ("id", "key", "title", "year") if r in table.roles]):
            yield f"  fill_down: {flow(empty)}  # an empty cell means the cell above"
        for role in ("key", "id", "kind", "title", "authors", "venue"):
            if role in table.roles and not (role == "id" and self.is_of_findings(table)):
                yield f"  {role}: {flow(table.roles[role])}"
        if "kind" not in table.roles:
            yield _NO_KIND
        yield f"  fields: {flow({name: table.roles[name] for name in _FIELDS if name in table.roles})}"
        yield "  # included: true # if these are the studies that the review includes"
        yield "  # syntax: latex  # if cells contain \\& and the like"
        for role, kind in (("method", "method"), ("context", "context")):
            if role in table.roles and len(values := set(table.filled(role))) <= FEW:
                yield f"  # {role}s: {flow({'column': table.roles[role], 'values': self.concepts(values, kind)})}"

    def place(self, table: TableSeen) -> Iterator[str]:
        """Which table it is, if that must be said."""
        if len(self.tables) > 1:
            name = table.worksheet or PurePath(table.file.name).name
            yield f"sheet: {flow(name)}"
        if table.header:
            yield f"header: {flow(table.header[0] if len(table.header) == 1 else list(table.header))}"

    def fill_down(self, table: TableSeen, roles: Sequence[str]) -> list[str]:
        """The columns whose empty cells seem to mean the cell above: another column is filled in their rows."""
        first, *rows = table.sheet.rows
        columns = [table.roles[role] for role in roles] if len(rows) >= _ENOUGH else []
        empty = {column: sum(not row.cells[column].strip() for row in rows) for column in columns}
        return [column for column in columns if first.cells[column].strip() and empty[column] * 4 > len(rows)]

    def concepts(self, cells: Collection[str], kind: str) -> dict[str, list[str]]:
        """For each cell, the slug of the concept of a kind whose name it is; else none."""
        named = {cell: self.vocabulary.named(kind, cell) for cell in sorted(cells)}
        return {cell: found if len(found) == 1 else [] for cell, found in named.items()}

    # --- codes ---

    def codes(self, table: TableSeen) -> Iterator[str]:
        listing = table.roles.get("studies")
        refers = self.refers(table)
        if table is not self.works and not (listing or refers):
            return
        if table is self.works:
            columns = table.others
        else:
            columns = [column for role, column in table.roles.items() if role in ("code", "challenge", "practice")]
        for column in columns[:MANY]:
            yield from self.column_of_codes(table, column, listing or refers if table is not self.works else "")
        if len(columns) > MANY:
            yield f"  # and {len(columns) - MANY} more columns"

    def column_of_codes(self, table: TableSeen, column: str, studies: str) -> Iterator[str]:
        found = table.cells(column)
        filled = [cell for cell in found if cell]
        cells = sorted({*filled})
        if not cells or len(cells) > FEW or any("://" in cell for cell in cells):
            yield f"  # {flow(column)} has {len(cells)} different cells"
            return
        if not studies and len(cells) == len(filled) and (len(cells) > SHORT or all(map(str.isdecimal, cells))):
            yield f"  # {flow(column)} has another cell in every row"
            return
        lines = list(self.place(table)) if table is not self.works else []
        first, *rest = [*lines, f"column: {flow(column)}"]
        yield f"  - {first}"
        yield from (f"    {line}" for line in rest)
        if studies:
            form = list_form(table.cells(studies)) if is_list([c for c in table.cells(studies) if c]) else {}
            yield f"    studies: {flow({'column': studies, **form} if form else studies)}"
        if separator := next((mark for mark in ";|" if _separates(mark, filled)), ""):
            yield f"    separator: {flow(separator)}"
            cells = sorted({piece.strip() for cell in cells for piece in cell.split(separator) if piece.strip()})
        if "" in found:
            yield '    no_code: [""]'
        yield "    values:"
        kind = next((role for role in ("challenge", "practice") if table.roles.get(role) == column), "outcome")
        for cell in cells:
            code: dict[str, object] = {
                "id": _id(f"{column}-{cell}" if cell.isdigit() else cell, self.ids),
                "label": cell,
            }
            if concepts := self.any_concept(cell, kind):
                code["concepts"] = concepts
            yield f"      {flow(cell)}: {flow(code)}"

    def any_concept(self, cell: str, kind: str) -> list[str]:
        """The concept that has a cell as one of its names, as KIND:SLUG; one of the kind before others."""
        kinds = sorted((one.name for one in CONCEPTS), key=lambda name: name != kind)
        named = ((name, self.vocabulary.named(name, cell)) for name in kinds)
        return next(([f"{name}:{found[0]}"] for name, found in named if len(found) == 1), [])

    # --- findings ---

    def is_of_findings(self, table: TableSeen) -> bool:
        return bool(table.roles.keys() & {"statement", "quote"})

    def refers(self, table: TableSeen) -> str:
        """The column that names a work of the table of works, if there is one."""
        columns = [table.roles[role] for role in ("work", "id", "key", "title") if role in table.roles]
        columns += table.others
        return next((column for column in columns if refers_to(table.cells(column), self.names)), "")

    def findings(self, table: TableSeen) -> Iterator[str]:
        listing = table.roles.get("studies", "")
        work = "" if table is self.works else listing or self.refers(table) or table.roles.get("work", "")
        if not self.is_of_findings(table) or not (work or table is self.works):
            return
        statement, quote = table.roles.get("statement", ""), table.roles.get("quote", "")
        lines = [*(self.place(table) if table is not self.works else ())]
        if empty := self.fill_down(table, ["work"] if work and work == table.roles.get("work") else []):
            lines.append(f"fill_down: {flow(empty)}  # an empty cell means the cell above")
        if work:
            form = list_form(table.cells(work)) if work == listing else {}
            lines.append(f"work: {flow({'column': work, **form} if form else work)}")
        id = table.roles.get("id", "")
        if id and id != work and len(set(table.filled("id"))) == len(table.sheet.rows):
            lines.append(f"id: {flow(id)}")
        lines.append(self.every(table, statement or quote))
        if words := statement or self.words(table):
            own = "if these words are your own; else write them in by_code or by_id"
            lines.append(f"{'' if statement else '# '}statement: {flow(words)}  # {own}")
        if quote:
            lines.append(f"quote: {flow({'column': quote, 'stands_in': 'work'})}")
        lines += [f"{role}: {flow(table.roles[role])}" for role in ("page", "section") if role in table.roles]
        lines += self.named(table)
        lines += self.effect(table)
        if not statement:
            lines += self.by_code(table)
        yield f"  - {lines[0]}"
        yield from (f"    {line}" for line in lines[1:])

    def words(self, table: TableSeen) -> str:
        """A column of sentences without a role, which may be the statements."""
        cells = {column: [len(cell.split()) for cell in table.cells(column) if cell] for column in table.others}
        return next((column for column, found in cells.items() if found and sum(found) > _WORDS * len(found)), "")

    def named(self, table: TableSeen) -> Iterator[str]:
        """The columns of practices and challenges, as a comment if some cells are not names of concepts."""
        for kind in ("practice", "challenge"):
            if 0 < len(cells := {cell.strip() for cell in table.filled(kind)}) <= FEW:
                values = self.concepts(cells, kind)
                named = table.roles[kind] if all(values.values()) else {"column": table.roles[kind], "values": values}
                yield f"{'' if all(values.values()) else '# '}{kind}s: {flow(named)}"

    def effect(self, table: TableSeen) -> Iterator[str]:
        """The effects that columns of practices, outcomes and directions make, as a comment if some cell is unclear."""
        roles = [role for role in ("practice", "outcome", "direction") if table.filled(role)]
        cells = {role: {*table.filled(role)} for role in roles}
        if roles[-2:] != ["outcome", "direction"] or any(len(found) > FEW for found in cells.values()):
            return
        means = {cell: next((to for to, words in _DIRECTIONS.items() if cell.casefold() in words), "") for cell in
                 sorted(cells["direction"])}  # fmt: skip
        named = {role: self.concepts(cells[role], role) for role in roles[:-1]}
        clear = "practice" in named and all(means.values()) and all(all(one.values()) for one in named.values())
        columns = {"practice": "…"} | {role: table.roles[role] for role in named}
        direction = {"column": table.roles["direction"], "values": means}
        yield f"{'' if clear else '# '}effect: {flow(columns | {'direction': direction})}"

    def every(self, table: TableSeen, column: str) -> str:
        """The practice that most rows name, else an empty list to fill in."""
        cells = [f" {folded(cell)} " for cell in table.cells(column) if cell]
        found: Counter[str] = Counter()
        for practice in self.vocabulary.of_kind("practice"):
            names = [f" {folded(label)} " for label in practice.labels]
            found[practice.slug] = sum(any(name in cell for name in names) for cell in cells)
        slug, number = max(found.items(), key=lambda item: item[1], default=("", 0))
        if number * 2 > len(cells):
            return f"every: {{practices: [{slug}]}}  # named in {number} of {len(cells)} rows"
        return "every: {practices: []}  # what all findings are about: practices, challenges …"

    def by_code(self, table: TableSeen) -> Iterator[str]:
        """The statements that are missing: one for each code, or for each row."""
        columns = [table.roles[role] for role in ("code", "challenge", "recommendation") if role in table.roles]
        column = next((c for c in columns if 0 < len(set(table.cells(c))) <= FEW), "")
        if not column:
            yield "by_id: {}  # r12: {statement: what row 12 says, in your own words, challenges: […]}"
            return
        yield "by_code:  # one statement for each code, in your own words"
        yield f"  column: {flow(column)}"
        yield "  values:"
        for cell in sorted({cell for cell in table.cells(column) if cell}):
            yield f"    {flow(cell)}: {{statement: }}"


def _separates(mark: str, cells: Sequence[str]) -> bool:
    """Whether most cells have the mark, or one has it between words that are a cell of their own elsewhere."""
    several = [cell for cell in cells if mark in cell]
    pieces = {piece.strip() for cell in several for piece in cell.split(mark)}
    return len(several) * 2 > len(cells) or not pieces.isdisjoint(cells)


def _id(text: str, taken: set[str]) -> str:
    """An id in ASCII that is not taken."""
    base = slug(text).encode("ascii", "ignore").decode().strip("-") or "code"
    base = re.sub(r"[^a-z0-9-]", "-", base)[:60].strip("-") or "code"
    made = next(name for name in chain([base], (f"{base}-{n}" for n in count(2))) if name not in taken)
    taken.add(made)
    return made
