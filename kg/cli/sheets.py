"""Commands for working in a spreadsheet: annotations as a table, and back."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.common import emit, output_option, settings
from kg.problems import UsageError, did_you_mean

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
    from kg.annotation_table import as_csv, as_xlsx, table_rows
    from kg.reading import Reading, open_review, read_annotations

    reading = Reading(open_review(settings(context).root))
    read_annotations(reading)
    for problem in reading.problems:
        click.echo(problem, err=True)
    known = {name for source in reading.annotations for name in (source.key, source.stem)}
    for key in keys:
        if key not in known:
            raise UsageError(f"no annotation of `{key}`; {did_you_mean(key, known, '`kg new KEY` starts one')}")
    rows = [row for source in reading.annotations if not keys or {source.key, source.stem} & set(keys)
            for row in table_rows(source)]
    chosen = form or (output.suffix.lower().removeprefix(".") if output else "csv")
    if chosen not in FORMATS:
        raise UsageError(f"{output} ends neither in .csv nor in .xlsx; say --format csv or --format xlsx")
    if chosen == "xlsx" and output is None and sys.stdout.isatty():
        raise UsageError("a workbook is not for the terminal: name a file with -o FILE.xlsx")
    mark = "\ufeff" if output else ""  # without one, Excel takes a file for Windows-1252
    emit(as_xlsx(rows) if chosen == "xlsx" else mark + as_csv(rows), output)
    sys.exit(1 if any(problem.severity == "error" for problem in reading.problems) else 0)


COMMANDS = (export,)
