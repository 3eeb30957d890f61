"""`kg todo` and `kg status`: what to read next, and a review in one screen."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click

from kg.answers.evidence_map import DIMENSIONS
from kg.cli.common import choice_option, emit, format_option, output_option, settings
from kg.cli.progress import progress_line
from kg.core.problems import UsageError
from kg.render import formats


@click.command()
@choice_option("--rows", DIMENSIONS, "practice", "The rows of the evidence map whose cells count.")
@choice_option("--columns", DIMENSIONS, "challenge", "Its columns.")
@click.option("--top", type=click.IntRange(min=1), default=20, show_default=True, metavar="N", help="Only the first N.")
@format_option("rows", "table", "The format of the list.")
@output_option
@click.pass_context
def todo(
    context: click.Context, /, rows: str, columns: str, top: int, form: str | None, output: Path | None
) -> None:  # fmt: skip
    """List the works to read next, ranked by how much they would add.

    These are works without an annotation, ranked by the number of annotated publications that cite them or report what
    they found, then by the reviews that include or coded them, then by the cells of the evidence map that have only
    reports of them and others, and no first-hand evidence.

    \b
      kg todo --top 10
      kg todo -o next.bib
    """
    from kg.answers.todo import unread
    from kg.render.text.reports import todo_rows

    written = formats.chosen("rows", form, output, "table")
    graph = settings(context).graph
    with progress_line(first="ranking works"):
        found = todo_rows(unread(graph, rows, columns)[:top])
    mark = f"graph sha256:{graph.snapshot}; kg todo --rows {rows} --columns {columns}" if written.alone else ""
    text = written.write(found, works=graph, stamp=mark, title="Works to read next")
    emit(text, output, to_read=written.name == "table")


@click.command("status")
@format_option("status", "text")
@output_option
@click.pass_context
def status_(context: click.Context, form: str | None, output: Path | None) -> None:
    """Show a review in one screen: how much there is, what is missing, and what to read next.

    It reads the graph that `kg build` built, and says whether sources were changed since.
    """
    from kg.answers.status import status
    from kg.api import KnowledgeGraph
    from kg.building.review_files import changed_since_build

    written = formats.chosen("status", form, output, "text")
    root = settings(context).review
    with progress_line() as progress:
        graph = KnowledgeGraph.open(root, progress=progress)
        progress("counting")
        changed = tuple(changed_since_build(graph.store, root))
        made = status(graph, changed, _problems(root))
    emit(written.write(made), output, to_read=written.name == "text")


def _problems(root: Path) -> dict[str, int]:
    """The problems of the last build by severity, of its report."""
    try:
        report = json.loads((root / "build" / "report.json").read_text("utf-8"))
        return dict(sorted(Counter(str(problem["severity"]) for problem in report["problems"]).items()))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError("build/report.json cannot be read: run `kg build` again") from error


COMMANDS = (status_, todo)
