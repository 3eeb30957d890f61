"""Commands that make a review and build its graph."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.common import emit, output_option, settings
from kg.cli.progress import progress_line
from kg.cli.telling import SEVERITIES, accounted, count, listed, summary, tell
from kg.core.problems import KgError


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--empty", is_flag=True, help="Leave the example paper out.")
def init(folder: Path, empty: bool) -> None:
    """Make a new review in FOLDER, which may hold a bib/ already.

    It starts with one annotated paper and its references as an example (--empty leaves them out); the ontology and the
    query library come with kg, and files of the same name in the review's own ontology/ or queries/ replace them.
    """
    from kg.building.scaffold import init_review

    for path in init_review(folder, example=not empty and not (folder / "bib").exists()):
        click.echo(f"  {path}", err=True)
    click.echo(f"A new review in {folder}. Next: kg --root {folder} build", err=True)


@click.command()
@click.argument("key")
@click.option("--annotator", default="unnamed annotator", show_default=True, help="Who reads the paper.")
@click.option("--as", "second", metavar="NAME", default="", help="A second reading beside the first: KEY.NAME.yaml.")
@click.pass_context
def new(context: click.Context, key: str, annotator: str, second: str) -> None:
    """Make an annotation to fill in for the entry KEY of the bibliography.

    `kg check` then tells what is missing, line by line. Two annotators of one publication each have their own file.
    """
    from kg.building.review_files import open_review
    from kg.building.scaffold import new_annotation

    with progress_line() as progress:
        path = new_annotation(open_review(settings(context).root), key, annotator, second, progress)
    click.echo(f"wrote {path}: fill it in, then `kg check`", err=True)


@click.command()
@click.option("-v", "--verbose", is_flag=True, help="Show also what is not known of the works, not only what is wrong.")
@click.option("--full", is_flag=True, help="Read and check everything again, whatever the last build has kept.")
@click.option("--watch", is_flag=True, help="Build again whenever a source changes, until Ctrl-C.")
@click.pass_context
def build(context: click.Context, verbose: bool, full: bool, watch: bool) -> None:
    """Build the graph from bib/ and ontology/ into build/.

    Writes graph.nq (one named graph per source file), graph.ttl (their union) and report.json. The same input gives
    the same bytes. When anything is an error nothing is written and the last build stays as it was. What has not
    changed is taken over from the last build (build/.cache/), which gives the same bytes, too.
    """
    from kg.building.review_files import open_review

    root = open_review(settings(context).root)
    if watch:
        _watch(root, verbose, full)
    elif not _build(root, verbose, full):
        sys.exit(1)


def _build(root: Path, verbose: bool, full: bool) -> bool:
    """Builds and tells what came of it; whether there is a new graph."""
    from kg.building.pipeline import STEPS, problems_in
    from kg.building.pipeline import build as run

    with progress_line(STEPS) as progress:
        assembly = run(root, progress, full=full)
    if verbose and assembly.notes:
        tell(problems_in(root), verbose)
    else:
        tell(assembly.problems, verbose, assembly.notes)
    if assembly.errors:
        click.echo(f"nothing was built: {count(len(assembly.errors), 'error')} to mend first", err=True)
        return False
    for line in accounted(assembly.accounts):
        click.echo(f"  {line}", err=True)
    click.echo(f"built {root / 'build'}: {assembly.triples} triples in {assembly.named} named graphs", err=True)
    return True


def _watch(root: Path, verbose: bool, full: bool) -> None:
    """Builds now and after each change; what is wrong is told, and mended by the next one."""
    from kg.building.watching import changes

    try:
        changed = changes(root)
        while True:
            try:
                _build(root, verbose, full)
            except KgError as error:
                click.echo(f"kg: {error}", err=True)
            click.echo("watching; Ctrl-C ends it", err=True)
            names = next(changed)
            more = f" and {len(names) - 1} more" if len(names) > 1 else ""
            click.echo(f"\n{names[0]}{more} changed", err=True)
    except KeyboardInterrupt:
        click.echo("\nstopped", err=True)


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    default="info",
    show_default=True,
    help="Leave out what is less than this.",
)
@click.option("--all", "whole", is_flag=True, help="List each note, also where many of one kind stand in one file.")
@click.pass_context
def check(context: click.Context, form: str, severity: str, whole: bool) -> None:
    """Check all sources without building.

    Every problem has a place (file:line:column), a rule and a hint. Exit 1 if anything is an error. Notes say what is
    not known or not done yet and are no fault. With --format json a report of sources and all problems goes to stdout.
    """
    from kg.building.pipeline import STEPS, assemble, report_json
    from kg.building.review_files import open_review

    root = open_review(settings(context).root)
    with progress_line(STEPS) as progress:
        assembly = assemble(root, progress)
    if form == "json":
        click.echo(report_json(assembly), nl=False)
    else:
        for line in listed(assembly.problems, severity, whole):
            click.echo(line)
        click.echo(summary(assembly.problems), err=True)
    sys.exit(1 if assembly.errors else 0)


@click.command()
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "yaml"]),
    default="table",
    show_default=True,
    help="yaml gives decisions to fill in for bib/same-as.yaml.",
)
@click.option("--all", "every", is_flag=True, help="Also what is decided already, with the decision.")
@output_option
@click.pass_context
def duplicates(context: click.Context, form: str, every: bool, output: Path | None) -> None:
    """Propose entries of the bibliography that may be the same work.

    exact: the same DOI or arXiv id. likely: titles alike, weighed by year, first author and pages. Nothing is merged
    until a person decides so in bib/same-as.yaml.
    """
    from kg.building.reading import Reading, read_bibliographies, read_decisions
    from kg.building.review_files import open_review
    from kg.model.duplicates import duplicates as proposed
    from kg.render.text.reports import proposal_rows, proposal_yaml
    from kg.render.text.rows import render

    reading = Reading(open_review(settings(context).root))
    with progress_line() as progress:
        progress("reading the bibliography")
        read_bibliographies(reading, progress)
        read_decisions(reading)
        works = {found.key: found for source in reading.bibliographies for found in source.publications}
        all_found = proposed(works.values(), reading.aliases, reading.different, progress=progress)
    errors = [problem for problem in reading.problems if problem.severity == "error"]
    for problem in errors:
        click.echo(problem, err=True)
    found = [proposal for proposal in all_found if every or not proposal.decision]
    rows = proposal_rows(found, works, every)
    emit(proposal_yaml(found, works) if form == "yaml" else render(rows, form), output)
    exact = sum(proposal.kind == "exact" for proposal in found)
    click.echo(f"{count(len(found), 'proposal')}: {exact} exact, {len(found) - exact} likely", err=True)
    sys.exit(1 if errors else 0)


@click.command("verify-quotes")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--no-record", is_flag=True, help="Only tell, and leave the records as they are.")
@click.pass_context
def verify_quotes(context: click.Context, folder: Path, no_record: bool) -> None:
    """Hold every quotation against the full texts in FOLDER (KEY.txt, KEY.md or KEY.pdf).

    Typographic differences do not count. The verdicts are recorded in bib/quotations/, which is for git, and `kg
    check` tells them where there are no full texts. Exit 1 if any quotation is not there word for word.
    """
    from kg.building.quotes import placed, verdicts, verify, write_records
    from kg.building.reading import Reading, read_annotations
    from kg.building.review_files import open_review
    from kg.core.problems import in_order

    reading = Reading(open_review(settings(context).root))
    with progress_line() as progress:
        read_annotations(reading, progress)
        records, problems = verify(reading.current, folder, progress)
    problems += reading.problems
    for problem in in_order(problems):
        click.echo(problem)
    words = [
        verdicts(source, records[source.stem])[quote].verdict
        for source in reading.current
        if source.stem in records
        for _, quote in placed(source)
    ]
    click.echo(
        f"{count(len(words), 'quotation')}: "
        + ", ".join(f"{words.count(word)} {word}" for word in ("exact", "near", "missing")),
        err=True,
    )
    for name in [] if no_record else write_records(reading.root, records):
        click.echo(f"recorded in {name}", err=True)
    sys.exit(1 if {"near", "missing"} & set(words) or any(problem.severity == "error" for problem in problems) else 0)


COMMANDS = (init, new, build, check, duplicates, verify_quotes)
