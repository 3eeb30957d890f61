"""Commands for working in a spreadsheet: annotations as a table, and back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kg.cli.common import emit, output_option, settings
from kg.cli.progress import progress_line
from kg.cli.telling import count
from kg.core.problems import UsageError, did_you_mean

FORMATS = ("csv", "xlsx")


@click.command()
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), show_default="csv, or by the ending of the file")
@output_option
@click.pass_context
def export(context: click.Context, keys: tuple[str, ...], form: str | None, output: Path | None) -> None:
    """Put annotations into a table for a spreadsheet: of all publications, or of each KEY.

    One row for each value that a person wrote; edit the column `value` and bring it back with `kg import`. A list of
    names is one cell, with `;` between them. The columns `path` and `check` say where a value belongs: leave them.

    \b
      kg export -o annotations.xlsx
      kg import annotations.xlsx
    """
    from kg.building.reading import Sources, read_annotations
    from kg.building.review_files import open_review
    from kg.sheets.annotations import as_csv, as_xlsx, table_rows

    reading = Sources(open_review(settings(context).root))
    with progress_line() as progress:
        read_annotations(reading, progress)
    for problem in reading.problems:
        click.echo(problem, err=True)
    known = {name for source in reading.annotations for name in (source.key, source.stem)}
    for key in keys:
        if key not in known:
            raise UsageError(f"no annotation of `{key}`; {did_you_mean(key, known, '`kg new KEY` starts one')}")
    rows = [
        row
        for source in reading.annotations
        if not keys or {source.key, source.stem} & set(keys)
        for row in table_rows(source)
    ]
    chosen = form or (output.suffix.lower().removeprefix(".") if output else "csv")
    if chosen not in FORMATS:
        raise UsageError(f"{output} ends neither in .csv nor in .xlsx; say --format csv or --format xlsx")
    if chosen == "xlsx" and output is None and sys.stdout.isatty():
        raise UsageError("a workbook is not for the terminal: name a file with -o FILE.xlsx")
    mark = "\ufeff" if output else ""  # without one, Excel takes a file for Windows-1252
    with progress_line() as progress:
        progress(f"writing {count(len(rows), 'row')}")
        table = as_xlsx(rows) if chosen == "xlsx" else mark + as_csv(rows)
    emit(table, output)
    sys.exit(1 if any(problem.severity == "error" for problem in reading.problems) else 0)


@click.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="For the sheet of a review: NAME.mapping.yaml.  [default: bib/codings/FILE.mapping.yaml]",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, as a diff, and write nothing.")
@click.pass_context
def import_(context: click.Context, file: Path, mapping: Path | None, dry_run: bool) -> None:
    """Bring in FILE.csv or FILE.xlsx: an edited table from `kg export`, or the data sheet of a review.

    Of an edited table only what was edited is changed, within the lines where it stands: comments, order and quotes of
    the annotation files stay as they are. Emptying a cell takes the value away.

    The sheet of a review becomes bib/NAME.bib and bib/codings/NAME.yaml: which rows, columns and codes mean what stands
    in a mapping. Without one, a mapping to fill in is written.

    When anything is an error nothing is written.
    """
    from kg.building.review_files import open_review
    from kg.core.problems import in_order
    from kg.readers.sheets import read_sheet
    from kg.sheets.edits import is_annotation_table

    root = open_review(settings(context).root)
    with progress_line() as progress:
        progress(f"reading {file.name}")
        sheet, problems = read_sheet(file, str(file))
    for problem in in_order(problems):
        click.echo(problem, err=True)
    if sheet is None or any(problem.severity == "error" for problem in problems):
        click.echo("nothing was imported", err=True)
        sys.exit(1)
    if is_annotation_table(sheet) and not mapping:
        _import_annotations(root, sheet, dry_run)
    else:
        _import_review(root, sheet, mapping or root / "bib" / "codings" / f"{file.stem}.mapping.yaml", dry_run)


def _import_annotations(root: Path, sheet: Any, dry_run: bool) -> None:
    """Edits of annotations, brought back into their files."""
    from kg.core.output import write_whole
    from kg.core.problems import in_order
    from kg.sheets.edits import import_table

    with progress_line() as progress:
        progress("comparing the table with the annotations")
        result = import_table(root, sheet)
    for problem in in_order(result.problems):
        click.echo(problem, err=True)
    for name, left in result.missing.items():
        click.echo(f"{name}: {left} of its values are not in the table and stay as they are", err=True)
    if result.errors:
        click.echo("nothing was imported", err=True)
        sys.exit(1)
    for change in result.changes:
        if dry_run:
            click.echo(change.diff(), nl=False)
        else:
            write_whole(change.path, change.after)
        verb = "would change" if dry_run else "changed"
        click.echo(f"{change.name}: {change.cells} {'value' if change.cells == 1 else 'values'} {verb}", err=True)
    if not result.changes:
        click.echo("no cell was edited: nothing to change", err=True)


def _import_review(root: Path, sheet: Any, mapping: Path, dry_run: bool) -> None:
    """The sheet of a review: entries and codings, or a mapping to fill in first."""
    from kg.core.output import write_whole
    from kg.core.problems import in_order
    from kg.sheets.review import import_review, starter

    if not mapping.exists():
        if dry_run:
            click.echo(starter(sheet), nl=False)
            return
        write_whole(mapping, starter(sheet))
        click.echo(f"wrote {mapping}: fill it in, then import again", err=True)
        return
    with progress_line() as progress:
        progress(f"sorting {count(len(sheet.rows), 'row')} into entries and codings")
        outcome = import_review(root, sheet, mapping, dry_run)
    for problem in in_order(outcome.problems):
        click.echo(problem, err=True)
    made = outcome.made
    if made is None or not outcome.written:
        click.echo("nothing was imported", err=True)
        sys.exit(1)
    click.echo(
        f"{count(len(sheet.rows), 'row')}: {made.in_scope} in scope, {made.out_of_scope} out of scope, "
        f"{len(made.left_out)} left out; {count(len(made.works), 'work')} coded, "
        f"{count(len(made.entries), 'entry')}",
        err=True,
    )
    for path in outcome.written:
        click.echo(f"{'would write' if dry_run else 'wrote'} {path}", err=True)


COMMANDS = (export, import_)
