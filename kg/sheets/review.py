"""`kg import` of a review's data sheet: what is read, what is written, and a mapping to start from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.building.reading import Sources, read_bibliographies, read_vocabularies
from kg.core.files import read_source
from kg.core.iris import slug
from kg.core.output import write_whole
from kg.core.problems import Problem, UsageError
from kg.graph.vocabulary import vocabulary_of
from kg.model.coding import Mapping
from kg.readers.codings import MAPPING, check_mapping
from kg.readers.formats import CODINGS, MAPPING_SUFFIX
from kg.readers.sheets import Sheet
from kg.readers.yaml.model import read_model
from kg.sheets.codings import MADE, Imported, bibliography_text, coding_text, flow, import_sheet

FEW = 40
"""A column with at most so many different cells may be one of codes."""
_KNOWN = {"key": ("key", "id", "bibtexkey", "citekey"), "kind": ("type", "kind", "entrytype"), "title": ("title",),
          "authors": ("authors", "author"), "venue": ("venue", "journal", "booktitle")}  # fmt: skip
_FIELDS = ("year", "doi", "url", "volume", "number", "pages", "publisher")
_STARTER = """# How {sheet} becomes bibliography entries and imported codings. Fill in, delete what does not apply, and
# import again. Concepts of a code are KIND:SLUG, such as practice:continuous-testing; a code without any is kept as a
# code of the review.

review:            # BibTeX key of the review, whose entry stands in bib/
label:             # what the sheet is
mapped_by:         # who decides scope and concepts

scope:
  rule:            # which rows are in scope, in words
  # conditions:
  #   - {{column: topic, one_of: [Testing, Deployment]}}

work:
{work}
  syntax: text     # or latex, if cells hold \\& and the like

codes:
{codes}
"""


@dataclass(frozen=True)
class Outcome:
    """What came of an import; nothing is `written` when something is an error."""

    made: Imported | None
    problems: list[Problem]
    written: tuple[Path, ...] = ()


def import_review(root: Path, sheet: Sheet, mapping_path: Path, dry_run: bool = False) -> Outcome:
    """Writes `bib/NAME.bib` and `bib/codings/NAME.yaml` as `NAME.mapping.yaml` says; neither when anything is an error.

    With `dry_run` nothing is written, and `written` is what would be.

    Raises:
        UsageError: if the mapping is not called that, or a bibliography of another origin stands in the way.
    """
    name = mapping_path.name.removesuffix(MAPPING_SUFFIX)
    if name == mapping_path.name or not name:
        raise UsageError(f"{mapping_path} should be called NAME{MAPPING_SUFFIX}: what is made is called NAME too")
    bibliography, coding = root / "bib" / f"{name}.bib", root / CODINGS / f"{name}.yaml"
    _refuse_foreign(bibliography, name)
    mapping, problems = _read_mapping(root, mapping_path)
    if mapping is None or problems:
        return Outcome(None, problems)
    made = import_sheet(sheet, mapping, _works_beside(root, bibliography))
    if made.errors:
        return Outcome(made, made.problems)
    files = {bibliography: bibliography_text(name, sheet, mapping, made)} if made.entries else {}
    files[coding] = coding_text(name, sheet, mapping, made)
    for path, text in () if dry_run else files.items():
        write_whole(path, text)
    return Outcome(made, made.problems, tuple(files))


def _read_mapping(root: Path, path: Path) -> tuple[Mapping | None, list[Problem]]:
    file = read_source(path.parent, path)
    if isinstance(file, Problem):
        return None, [file]
    read = read_model(file, MAPPING)
    if read.value is None:
        return None, list(read.problems)
    reading = Sources(root)
    read_vocabularies(reading)
    return read.value, [*read.problems, *check_mapping(read.value, read.marks, vocabulary_of(reading.vocabularies))]


def _works_beside(root: Path, bibliography: Path) -> set[str]:
    """The keys of all bibliographies but the one that an earlier import made."""
    reading = Sources(root)
    read_bibliographies(reading)
    return {
        publication.key
        for source in reading.bibliographies
        for publication in source.publications
        if root / source.file.name != bibliography
    }


def _refuse_foreign(path: Path, name: str) -> None:
    """A bibliography that somebody else made is never written over."""
    made = MADE.split("{")[0]
    if path.exists() and not path.read_text(encoding="utf-8", errors="replace").startswith(f"% {made}"):
        raise UsageError(
            f"{path} is there and was not made by `kg import`: call the mapping something else "
            f"than {name}{MAPPING_SUFFIX}"
        )


# --- a mapping to start from ------------------------------------------------------------------------------------------


def starter(sheet: Sheet) -> str:
    """A mapping to fill in, with what the names and cells of the columns suggest."""
    columns = {column.casefold(): column for column in sheet.columns}
    named = {field: next((columns[name] for name in names if name in columns), "") for field, names in _KNOWN.items()}
    fields = {name: columns[name] for name in _FIELDS if name in columns}
    work = [f"  {field}: {flow(column)}" for field, column in named.items() if column]
    others = [column for column in sheet.columns if column not in {*named.values(), *fields.values()}]
    return _STARTER.format(
        sheet=Path(sheet.name).name,
        work="\n".join([*work, f"  fields: {flow(fields)}"]),
        codes="\n".join(line for column in others for line in _codes(sheet, column)),
    )


def _codes(sheet: Sheet, column: str) -> Iterator[str]:
    found = {row.cells[column].strip() for row in sheet.rows}
    cells = sorted(found - {""})
    if not cells or len(cells) > FEW or any("://" in cell for cell in cells):
        yield f"  # {flow(column)} has {len(cells)} different cells"
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
    """An id that is not taken: ASCII, as ids are."""
    base = slug(text).encode("ascii", "ignore").decode().strip("-") or "code"
    made = next(name for name in (base, *(f"{base}-{n}" for n in range(2, 10**6))) if name not in taken)
    taken.add(made)
    return made
