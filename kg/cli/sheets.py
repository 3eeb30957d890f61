"""`kg export` and `kg import`: annotations as a table for a spreadsheet program, and back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kg.cli.common import FILE, FOLDER, Settings, emit, format_option, output_option, settings
from kg.cli.progress import progress_line
from kg.cli.reporting import count, failed, name_written, nothing_imported, propose
from kg.core.problems import UsageError, did_you_mean
from kg.render import formats

PROJECTS = (".qdpx", ".qdc")
"""Projects and codebooks of qualitative analysis, which `kg.cli.qda` imports and exports."""

OF_GRAPH = ("nanopub", "orkg-csv")
"""Formats that are made of the graph, and not of the annotation files."""


@click.command()
@click.argument("keys", nargs=-1, metavar="[KEY]...")
@click.option("--findings", is_flag=True, help="A row for each finding, to work in; new rows become new findings.")
@format_option("annotations", "csv")
@output_option
@click.option("--texts", type=FOLDER, help="For .qdpx: full texts as KEY.txt, KEY.md or KEY.pdf.")
@click.option("--sign", "signing_key", type=FILE, metavar="KEYFILE", help="For .trig: sign with this RSA key.")
@click.pass_context
def export(
    context: click.Context,
    keys: tuple[str, ...],
    findings: bool,
    form: str | None,
    output: Path | None,
    texts: Path | None,
    signing_key: Path | None,
) -> None:
    """Put annotations into a table for a spreadsheet: of all publications, or of each KEY.

    The table has a row for each value that a person wrote. Edit the column `value` and import the table with `kg
    import`. A list of names is one cell, with `;` between them. Do not edit the columns `path` and `check`, by which
    `kg import` finds the value. With --findings, the table has a row for each finding and a column for each thing that
    is said of it; rows that you add there become new findings.

    A .qdpx file is a project for NVivo, ATLAS.ti, MAXQDA or QualCoder, with the findings as coded segments; a .qdc file
    is a codebook with the concepts.

    A .trig file has a nanopublication for each finding: what was found, the quotations and sections it rests on, and
    who recorded it; --sign signs each with your key, and nothing is published. A .orkg.csv file has a row for each
    publication, for the import of the Open Research Knowledge Graph. Both are made of the graph that `kg build` built.

    \b
      kg export -o annotations.xlsx
      kg import annotations.xlsx
      kg export --findings -o findings.xlsx
      kg import findings.xlsx
      kg export --texts papers -o review.qdpx
      kg export -o findings.trig
    """
    from kg.building.reading import Sources, read_annotations
    from kg.cli.qda import export_file
    from kg.readers.settings import read_settings
    from kg.sheets import annotations
    from kg.sheets import findings as finding_table

    chosen_form = formats.chosen("annotations", form, output, "csv")
    form = chosen_form.name
    if signing_key and form != "nanopub":
        raise UsageError("--sign is for nanopublications: write them with -o NAME.trig")
    if form in OF_GRAPH:
        _export_graph(settings(context), keys, chosen_form, output, signing_key)
        return
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
    if f".{form}" in PROJECTS:
        export_file(reading, chosen, form, output, texts)
        sys.exit(1 if wrong else 0)
    mark = "\ufeff" if output else ""  # without one, Excel takes a file for Windows-1252
    with progress_line(first=f"writing {count(len(rows), 'row')}"):
        title = read_settings(reading.root).title if form == "xlsx" else ""
        table = xlsx(rows, title) if form == "xlsx" else mark + csv(rows)
    emit(table, output)
    sys.exit(1 if wrong else 0)


def _export_graph(
    found: Settings, keys: tuple[str, ...], form: formats.OutputFormat, output: Path | None, signing_key: Path | None
) -> None:
    """Writes what is made of the built graph, which has what follows from the annotations too."""
    from kg.render.release.about import licence_of

    graph = found.graph
    known = {str(row["key"]) for row in graph.query("things-publications") if row["annotated"]}
    for key in keys:
        if key not in known:
            raise UsageError(f"no annotation of `{key}`; {did_you_mean(key, known, '`kg new KEY` starts one')}")
    with progress_line(first=f"writing {form.name}"):
        text = form.write(graph, keys=keys, licence=licence_of(found.root).url, signing_key=signing_key)
    emit(text, output)


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=FILE, metavar="FILE...")
@click.option(
    "--mapping",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    help="For the tables of a review: NAME.mapping.yaml.  [default: bib/codings/FILE.mapping.yaml]",
)
@click.option("--sheet", default="", help="The worksheet to read, if the mapping names none.  [default: the first one]")
@click.option(
    "--header",
    type=click.IntRange(1),
    multiple=True,
    metavar="N",
    help="The row with the names of the columns; given twice for two rows.  [default: the first row]",
)
@click.option(
    "--dry-run", is_flag=True, help="Show what would change, or the first works and findings, and write nothing."
)
@click.pass_context
def import_(
    context: click.Context,
    files: tuple[Path, ...],
    mapping: Path | None,
    sheet: str,
    header: tuple[int, ...],
    dry_run: bool,
) -> None:
    """Import tables (.csv, .xlsx, .ods): an edited one from `kg export`, or the extraction sheets of a review.

    An edited table changes only the edited values, within their lines: comments, order and quotes of the annotation
    files stay as they are. An empty cell removes the value. A new row of a table of findings is a new finding; a row
    that you delete changes nothing.

    The sheets of a review become bib/NAME.bib, bib/codings/NAME.yaml and, with findings, bib/annotations/REVIEW.yaml. A
    mapping says what their rows, columns and codes mean; if there is none yet, one is proposed, to be completed.

    A project of NVivo, ATLAS.ti, MAXQDA or QualCoder (FILE.qdpx) becomes annotations, with a mapping too. The codes of
    a codebook (FILE.qdc) are shown as concepts.

    If anything is an error, nothing is written.
    """
    from kg.cli.qda import import_file
    from kg.readers.formats import BIBLIOGRAPHIES
    from kg.readers.sheets import open_table
    from kg.sheets.edits import import_table, is_annotation_table
    from kg.sheets.findings import is_findings_table
    from kg.sheets.findings_import import import_findings

    root = settings(context).review
    if files[0].suffix.lower() in PROJECTS:
        if len(files) > 1:
            raise UsageError("import one project at a time")
        import_file(root, files[0], mapping, dry_run)
        return
    for file in files:
        if any(file.suffix.lower() in form.endings for form in BIBLIOGRAPHIES):
            raise UsageError(f"`kg import` reads tables; a bibliography such as {file} only needs to be in bib/")
    opened, problems = [], []
    for file in files:
        with progress_line(first=f"reading {file.name}"):
            table, found = open_table(file, str(file))
        opened += [table] if table else []
        problems += found
    if failed(problems) or len(opened) < len(files):
        nothing_imported()
    if len(files) == 1 and not mapping and not sheet:
        first, found = opened[0].table(header=header)
        if first is not None and (is_annotation_table(first) or is_findings_table(first.columns)):
            if failed(found):
                nothing_imported()
            edits = import_findings if is_findings_table(first.columns) else import_table
            _import_annotations(root, first, dry_run, edits)
            return
    path = mapping or root / "bib" / "codings" / f"{files[0].stem}.mapping.yaml"
    _import_review(root, opened, path, sheet, header, dry_run)


def _import_annotations(root: Path, sheet: Any, dry_run: bool, import_edits: Callable[[Path, Any], Any]) -> None:
    """Makes the edits of an exported table in the annotation files."""
    from kg.core.output import write_whole

    with progress_line(first="comparing the table with the annotations"):
        result = import_edits(root, sheet)
    wrong = failed(result.problems)
    for name, left in result.missing.items():
        click.echo(f"{name}: {left} of its {result.unit}s are not in the table and stay as they are", err=True)
    if wrong:
        nothing_imported()
    for change in result.changes:
        if dry_run:
            click.echo(change.diff(), nl=False)
        else:
            write_whole(change.path, change.after)
        verb = "would change" if dry_run else "changed"
        click.echo(f"{change.name}: {count(change.cells, result.unit)} {verb}", err=True)
    if not result.changes:
        click.echo("no cell was edited, so nothing changes", err=True)


def _import_review(
    root: Path, files: list[Any], mapping: Path, sheet: str, header: tuple[int, ...], dry_run: bool
) -> None:
    """Makes entries, codings and findings of the tables of a review, or a mapping to complete first."""
    from kg.building.reading import Sources, read_vocabularies
    from kg.sheets.review import import_review
    from kg.sheets.starter import starter
    from kg.sheets.texts import preview

    if not mapping.exists():
        reading = Sources(root)
        read_vocabularies(reading)
        propose(mapping, starter(files, reading.vocabulary, sheet, header), dry_run)
        return
    with progress_line(first="sorting rows into works, codes and findings"):
        made = import_review(root, files, mapping, dry_run, sheet, header)
    failed(made.problems)
    if not made.written:
        nothing_imported()
    if dry_run:
        click.echo(preview(made), nl=False)
    rows = count(made.in_scope or len(made.rows_used), "row")
    scope = f"{rows} in scope, {made.out_of_scope} out of scope, {len(made.left_out)} left out"
    coded = f"{count(len(made.works), 'work')} coded, {count(len(made.entries), 'entry')}"
    click.echo(f"{scope}; {coded}, {count(len(made.findings), 'finding')}", err=True)
    name_written(made.written, dry_run)


COMMANDS = (export, import_)
