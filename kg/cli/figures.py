"""The command that draws figures for papers, with the caption to paste and the numbers behind each."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kg.cli.asking import option_of, say_understood
from kg.cli.common import emit, settings
from kg.cli.progress import progress_line
from kg.core.problems import UsageError
from kg.render.figures.figure import NARROWEST, WIDEST, Figure
from kg.render.figures.kinds import KINDS, Kind, kind_of

WRITERS: dict[str, Callable[[Figure], str | bytes]] = {
    ".svg": lambda figure: figure.svg,
    ".pdf": Figure.pdf,
    ".png": Figure.png,
    ".csv": Figure.csv,
    ".json": Figure.json,
}
PAGE = 240
"""Millimetres that the page of a journal leaves a figure."""


class Figures(click.Group):
    """One subcommand for each figure, with the parameters of its query as options."""

    def list_commands(self, context: click.Context) -> list[str]:  # noqa: ARG002 - click passes it
        return [kind.name for kind in KINDS]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        kind = next((kind for kind in KINDS if kind.name == name), None)
        return _command(kind, settings(context).queries.get(kind.query)) if kind else None

    def resolve_command(self, context: click.Context, args: list[str]) -> Any:
        kind_of(args[0])  # tells who has mistyped what comes close
        return super().resolve_command(context, args)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Figures"):
            formatter.write_dl([(kind.name, kind.shows) for kind in KINDS])


@click.group(cls=Figures, short_help="Draw a figure for a paper.", subcommand_metavar="NAME [OPTIONS]")
def figure() -> None:
    """Draw a figure for a paper, to the width of a column; its caption is told beside it.

    The ending of the file says what it becomes: .svg, .pdf, .png (300 dots an inch), or the numbers that are drawn as
    .csv or .json. `kg figure NAME --help` tells how to narrow a figure.

    \b
      kg figure code-occurrences --work vanska2024 -o codes.pdf
      kg figure publications-per-year --since 2015 --width 175
    """


def _command(kind: Kind, query: Any) -> click.Command:
    def run(output: Path | None, width: int, caption: bool, **values: Any) -> None:
        found = settings(click.get_current_context())
        asked = {name: value for name, value in values.items() if name not in kind.flags}
        target = output or found.root / "build" / f"{kind.name}.svg"
        write = WRITERS.get(".svg" if str(target) == "-" else target.suffix.lower())
        if write is None:
            raise UsageError(
                f"cannot write {target.suffix or 'a file without ending'}: the file ends in {', '.join(WRITERS)}"
            )
        graph = found.graph
        with progress_line() as progress:
            progress(f"drawing {kind.name}")
            say_understood(graph, asked, query.terms(asked, graph.lookup))
            made = graph.figure(kind.name, width, **values)
            drawn = "" if caption else write(made)
        if caption:
            click.echo(made.caption)
            return
        emit(drawn, target)
        tell(made)

    text = f"{kind.shows}\n\n{kind.caption}\n\nThe numbers are those of `kg query {kind.query}` with the same options."
    command = click.Command(kind.name, callback=run, help=text, short_help=kind.shows)
    command.params = [option_of(parameter) for parameter in query.parameters]
    command.params += [click.Option([f"--{flag}"], is_flag=True, help=help_) for flag, (help_, _) in kind.flags.items()]
    command.params += [
        click.Option(
            ["--width"],
            type=click.IntRange(NARROWEST, WIDEST),
            default=85,
            show_default=True,
            metavar="MM",
            help="In millimetres: 85 is a column, 175 a page of two columns.",
        ),
        click.Option(["--caption"], is_flag=True, help="Print the caption and draw nothing."),
        click.Option(
            ["-o", "--output"],
            type=click.Path(dir_okay=False, path_type=Path),
            show_default=f"build/{kind.name}.svg",
            help="The ending says what it becomes: .svg, .pdf, .png, .csv or .json.",
        ),
    ]
    return command


def tell(made: Figure) -> None:
    """The caption, and what a person should know before they print the figure."""
    click.echo("\n".join(textwrap.wrap(made.caption, 100, break_on_hyphens=False)), err=True)
    if not len(made.rows):
        click.echo("0 rows: the graph says nothing of that", err=True)
    if made.height > PAGE:
        click.echo(
            f"the figure is {made.height:.0f} mm high, more than a page holds: narrow it, or give a larger --width",
            err=True,
        )


COMMANDS = (figure,)
