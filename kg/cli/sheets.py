"""`kg export` and `kg import`: annotations as a table for a spreadsheet program, and back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kg.cli.common import FILE, emit, output_option, settings
from kg.cli.progress import progress_line
from kg.cli.reporting import count, failed
from kg.core.problems import UsageError, did_you_mean

FORMATS = ("csv", "xlsx")


@click.command()
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("--findings", is_flag=True, help="A row for each finding, to work in; new rows become new findings.")
@click.option("-f", "--format", "form", type=click.Choice(FORMATS), show_default="csv, or by the ending of the file")
@output_option
@click.pass_context
def export(
    context: click.Context, keys: tuple[str, ...], findings: bool, form: str | None, output: Path | None
) -> None:
    """Put annotations into a table for a spreadsheet: of all publications, or of each KEY.

    The table has a row for each value that a person wrote. Edit the column `value` and import the table with `kg
    import`. A list of names is one cell, with `;` between them. Do not edit the columns `path` and `check`, by which
    `kg import` finds the value. With --findings, the table has a row for each finding and a column for each thing that
    is said of it; rows that you add there become new findings.

    \b
      kg export -o annotations.xlsx
      kg export --findings -o findings.xlsx
      kg import findings.xlsx
    """
    from kg.building.reading import Sources, read_annotations
    from kg.sheets import annotations
    from kg.sheets import findings as finding_table

    reading = Sources(settings(context).review)
    with progress_line() as progress:
        read_annotations(reading, progress)
    wrong = failed(reading.problems)
    known = {name for source in reading.annotations for name in (source.key, source.stem)}
    for key in keys:
        if key not in known:
            raise UsageError(f"no annotation of `{key}`; {did_you_mean(key, known, '`kg new KEY` starts one')}")
    chosen = [source for source in reading.annotations if not keys or {source.key, source.stem} & set(keys)]
    rows_of, csv, xlsx = (
        (finding_table.finding_rows, finding_table.as_csv, finding_table.as_xlsx)
        if findings
        else (annotations.table_rows, annotations.as_csv, annotations.as_xlsx)
    )
    rows: list[Any] = [row for source in chosen for row in rows_of(source)]
    form = form or (output.suffix.lower().removeprefix(".") if output else "csv")
    if form not in FORMATS:
        raise UsageError(f"{output} ends neither in .csv nor in .xlsx; add --format csv or --format xlsx")
    if form == "xlsx" and output is None and sys.stdout.isatty():
        raise UsageError("a workbook cannot be shown in a terminal: name a file with -o FILE.xlsx")
    mark = "\ufeff" if output else ""  # without one, Excel takes a file for Windows-1252
    with progress_line(first=f"writing {count(len(rows), 'row')}"):
        table = xlsx(rows) if form == "xlsx" else mark + csv(rows)
    emit(table, output)
    sys.exit(1 if wrong else 0)


@click.command("import")
@click.argument("file", type=FILE)
@click.option(
    "--mapping",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="For the data sheet of a review: NAME.mapping.yaml.  [default: bib/codings/FILE.mapping.yaml]",
)
@click.option("--dry-run", is_flag=True, help="Show what would change, as a diff, and write nothing.")
@click.pass_context
def import_(context: click.Context, file: Path, mapping: Path | None, dry_run: bool) -> None:
    """Import FILE.csv or FILE.xlsx: an edited table from `kg export`, or the data sheet of a review.

    An edited table changes only the edited values, within their lines: comments, order and quotes of the annotation
    files stay as they are. An empty cell removes the value. A new row of a table of findings is a new finding; a row
    that you delete changes nothing.

    The data sheet of a review becomes bib/NAME.bib and bib/codings/NAME.yaml. A mapping says what its rows, columns and
    codes mean; if there is none yet, a mapping to fill in is written.

    If anything is an error, nothing is written.
    """
    from kg.readers.formats import BIBLIOGRAPHIES
    from kg.readers.sheets import read_sheet
    from kg.sheets.edits import import_table, is_annotation_table
    from kg.sheets.findings import is_findings_table
    from kg.sheets.findings_import import import_findings

    root = settings(context).review
    if any(file.suffix.lower() in form.endings for form in BIBLIOGRAPHIES):
        raise UsageError(f"`kg import` reads .csv and .xlsx; a bibliography such as {file} only needs to be in bib/")
    with progress_line(first=f"reading {file.name}"):
        sheet, problems = read_sheet(file, str(file))
    if failed(problems) or sheet is None:
        click.echo("nothing was imported", err=True)
        sys.exit(1)
    if is_annotation_table(sheet) and not mapping:
        _import_annotations(root, sheet, dry_run, import_table)
    elif is_findings_table(sheet.columns) and not mapping:
        _import_annotations(root, sheet, dry_run, import_findings)
    else:
        _import_review(root, sheet, mapping or root / "bib" / "codings" / f"{file.stem}.mapping.yaml", dry_run)


def _import_annotations(root: Path, sheet: Any, dry_run: bool, import_edits: Callable[[Path, Any], Any]) -> None:
    """Makes the edits of an exported table in the annotation files."""
    from kg.core.output import write_whole

    with progress_line(first="comparing the table with the annotations"):
        result = import_edits(root, sheet)
    wrong = failed(result.problems)
    for name, left in result.missing.items():
        click.echo(f"{name}: {left} of its {result.unit}s are not in the table and stay as they are", err=True)
    if wrong:
        click.echo("nothing was imported", err=True)
        sys.exit(1)
    for change in result.changes:
        if dry_run:
            click.echo(change.diff(), nl=False)
        else:
            write_whole(change.path, change.after)
        verb = "would change" if dry_run else "changed"
        click.echo(f"{change.name}: {count(change.cells, result.unit)} {verb}", err=True)
    if not result.changes:
        click.echo("no cell was edited, so nothing changes", err=True)


def _import_review(root: Path, sheet: Any, mapping: Path, dry_run: bool) -> None:
    """Makes entries and codings of the data sheet of a review, or a mapping to fill in first."""
    from kg.core.output import write_whole
    from kg.sheets.review import import_review
    from kg.sheets.starter import starter

    if not mapping.exists():
        if dry_run:
            click.echo(starter(sheet), nl=False)
            return
        write_whole(mapping, starter(sheet))
        click.echo(f"wrote {mapping}: fill it in, then import again", err=True)
        return
    rows = count(len(sheet.rows), "row")
    with progress_line(first=f"sorting {rows} into entries and codings"):
        made = import_review(root, sheet, mapping, dry_run)
    failed(made.problems)
    if not made.written:
        click.echo("nothing was imported", err=True)
        sys.exit(1)
    scope = f"{made.in_scope} in scope, {made.out_of_scope} out of scope, {len(made.left_out)} left out"
    coded = f"{count(len(made.works), 'work')} coded, {count(len(made.entries), 'entry')}"
    click.echo(f"{rows}: {scope}; {coded}", err=True)
    for path in made.written:
        click.echo(f"{'would write' if dry_run else 'wrote'} {path}", err=True)


COMMANDS = (export, import_)
