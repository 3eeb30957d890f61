"""Commands that make a review and build its graph."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from kg.cli.common import settings
from kg.problems import Problem

SEVERITIES = ("error", "warning", "info")


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--empty", is_flag=True, help="Leave the example paper out.")
def init(folder: Path, empty: bool) -> None:
    """Make a new review in FOLDER, which may hold a bib/ already.

    It starts with one annotated paper and its references as an example (--empty leaves them out); the ontology and the
    query library come with kg, and files of the same name in the review's own ontology/ or queries/ replace them.
    """
    from kg.scaffold import init_review

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
    from kg.reading import open_review
    from kg.scaffold import new_annotation

    path = new_annotation(open_review(settings(context).root), key, annotator, second)
    click.echo(f"wrote {path}: fill it in, then `kg check`", err=True)


@click.command()
@click.option("-v", "--verbose", is_flag=True, help="Show also what is not known of the works, not only what is wrong.")
@click.pass_context
def build(context: click.Context, verbose: bool) -> None:
    """Build the graph from bib/ and ontology/ into build/.

    Writes graph.nq (one named graph per source file), graph.ttl (their union) and report.json. The same input gives
    the same bytes. When anything is an error nothing is written and the last build stays as it was.
    """
    from kg.build import build as run
    from kg.reading import open_review

    root = open_review(settings(context).root)
    with _progress() as progress:
        assembly = run(root, progress)
    _tell(assembly.problems, verbose)
    if assembly.errors:
        click.echo(f"nothing was built: {_count(len(assembly.errors), 'error')} to mend first", err=True)
        sys.exit(1)
    for account in assembly.accounts:
        if account.kind != "vocabulary":
            click.echo(f"  {account.file}: {account.accepted} of {_count(account.entries, account.unit)}", err=True)
    triples = len({triple for graph in assembly.graphs for triple in graph.triples})
    click.echo(f"built {root / 'build'}: {triples} triples in {len(assembly.graphs)} named graphs", err=True)


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--severity", type=click.Choice(SEVERITIES), default="info", show_default=True,
              help="Leave out what is less than this.")
@click.pass_context
def check(context: click.Context, form: str, severity: str) -> None:
    """Check all sources without building.

    Every problem has a place (file:line:column), a rule and a hint. Exit 1 if anything is an error. With --format json
    a report of sources and problems goes to stdout.
    """
    from kg.build import assemble, report_json
    from kg.reading import open_review

    root = open_review(settings(context).root)
    with _progress() as progress:
        assembly = assemble(root, progress)
    if form == "json":
        click.echo(report_json(assembly), nl=False)
    else:
        wanted = SEVERITIES[: SEVERITIES.index(severity) + 1]
        for problem in sorted(assembly.problems, key=lambda problem: SEVERITIES.index(problem.severity)):
            if problem.severity in wanted:
                click.echo(problem)
        click.echo(_summary(assembly.problems), err=True)
    sys.exit(1 if assembly.errors else 0)


@click.command("verify-quotes")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--no-record", is_flag=True, help="Only tell, and leave the records as they are.")
@click.pass_context
def verify_quotes(context: click.Context, folder: Path, no_record: bool) -> None:
    """Hold every quotation against the full texts in FOLDER (KEY.txt, KEY.md or KEY.pdf).

    Typographic differences do not count. The verdicts are recorded in bib/quotations/, which is for git, and `kg
    check` tells them where there are no full texts. Exit 1 if any quotation is not there word for word.
    """
    from kg.problems import in_order
    from kg.quotes import placed, verdicts, verify, write_records
    from kg.reading import Reading, open_review, read_annotations

    reading = Reading(open_review(settings(context).root))
    read_annotations(reading)
    with _progress() as progress:
        records, problems = verify(reading.annotations, folder, progress)
    problems += reading.problems
    for problem in in_order(problems):
        click.echo(problem)
    words = [verdicts(source, records[source.stem])[quote].verdict for source in reading.annotations
             if source.stem in records for _, quote in placed(source)]
    click.echo(f"{_count(len(words), 'quotation')}: "
               + ", ".join(f"{words.count(word)} {word}" for word in ("exact", "near", "missing")), err=True)
    for name in [] if no_record else write_records(reading.root, records):
        click.echo(f"recorded in {name}", err=True)
    sys.exit(1 if {"near", "missing"} & set(words) or any(problem.severity == "error" for problem in problems) else 0)


def _tell(problems: list[Problem], verbose: bool) -> None:
    for problem in problems:
        if verbose or problem.severity != "info":
            click.echo(problem, err=True)
    notes = sum(problem.severity == "info" for problem in problems)
    if notes and not verbose:
        click.echo(f"{_count(notes, 'note')} on missing data and the like: `kg check` lists them", err=True)


def _summary(problems: list[Problem]) -> str:
    counts = [(sum(p.severity == name for p in problems), label)
              for name, label in (("error", "error"), ("warning", "warning"), ("info", "note"))]
    return ", ".join(_count(number, label) for number, label in counts)


def _count(number: int, what: str) -> str:
    plural = what[:-1] + "ies" if what.endswith("y") else what + "s"
    return f"{number} {what if number == 1 else plural}"


def _progress() -> Any:
    """A line that tells the step at hand, on a terminal only."""
    if not sys.stderr.isatty():
        return nullcontext(lambda _: None)
    from rich.console import Console

    status = Console(stderr=True).status("reading")

    class Steps:
        def __enter__(self) -> Any:
            status.start()
            return status.update

        def __exit__(self, *_: object) -> None:
            status.stop()

    return Steps()


COMMANDS = (init, new, build, check, verify_quotes)
