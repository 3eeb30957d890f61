"""The command that draws figures for papers, with the caption to paste and the data of each."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import click

from kg.cli.asking import option_of, say_understood
from kg.cli.common import FILE, dpi_option, emit, settings, width_option
from kg.cli.progress import progress_line, say
from kg.render import formats
from kg.render.figures.canvas import PAGE
from kg.render.figures.figure import NARROWEST, WIDEST, Figure
from kg.render.figures.kinds import KINDS, FigureKind, kind_of


class Figures(click.Group):
    """One subcommand for each figure, with the parameters of its query as options."""

    def list_commands(self, context: click.Context) -> list[str]:  # noqa: ARG002 - click passes it
        return [kind.name for kind in KINDS]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        kind = next((kind for kind in KINDS if kind.name == name), None)
        return _command(kind, settings(context).queries.get(kind.query)) if kind else None

    def resolve_command(self, context: click.Context, args: list[str]) -> Any:
        kind_of(args[0])  # raises an error that names the closest figure
        return super().resolve_command(context, args)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Figures"):
            formatter.write_dl([(kind.name, kind.shows) for kind in KINDS])


@click.group(cls=Figures, short_help="Draw a figure for a paper.", subcommand_metavar="NAME [OPTIONS]")
def figure() -> None:
    """Draw a figure for a paper, in the width of a column, and print its caption.

    The ending of the file selects the format: .svg, .pdf, .png, or the data of the figure as .csv
    or .json. `kg figure NAME --help` lists the options that narrow a figure.

    \b
      kg figure code-occurrences --work vanska2024 -o codes.pdf
      kg figure publications-per-year --since 2015 --width 175
    """


def _command(kind: FigureKind, query: Any) -> click.Command:
    def run(output: Path | None, width: int, dpi: int | None, caption: bool, **values: Any) -> None:
        found = settings(click.get_current_context())
        given = {name: value for name, value in values.items() if name not in kind.flags}
        target = output or found.root / "build" / f"{kind.name}.svg"
        form = formats.of_file("figure", target, "svg" if str(target) == "-" else "")
        graph = found.graph
        with progress_line(first=f"drawing {kind.name}"):
            say_understood(graph, given, query.terms(given, graph.lookup))
            made = graph.figure(kind.name, width, **values)
            drawn = "" if caption else form.write(made, dpi=dpi, warn=say)
        if caption:
            click.echo(made.caption)
            return
        emit(drawn, target)
        report(made)

    text = f"{kind.shows}\n\n{kind.caption}\n\nThe numbers are those of `kg query {kind.query}` with the same options."
    command = click.Command(kind.name, callback=run, help=text, short_help=kind.shows)
    command.params = [option_of(parameter) for parameter in query.parameters]
    command.params += [click.Option([f"--{flag}"], is_flag=True, help=help_) for flag, (help_, _) in kind.flags.items()]
    width_option(NARROWEST, WIDEST, "Width in millimetres: 85 is a column, 175 a page of two columns.", 85)(command)
    dpi_option()(command)
    command.params.append(click.Option(["--caption"], is_flag=True, help="Print the caption and draw nothing."))
    endings = f"The file; its ending selects the format: {formats.endings('figure')}."
    command.params.append(
        click.Option(["-o", "--output"], type=FILE, show_default=f"build/{kind.name}.svg", help=endings)
    )
    return command


def report(made: Figure) -> None:
    """Print the caption, and a warning if the figure is empty or higher than a page."""
    click.echo("\n".join(textwrap.wrap(made.caption, 100, break_on_hyphens=False)), err=True)
    if not len(made.rows):
        click.echo("no results", err=True)
    if made.height > PAGE:
        high = f"the figure is {made.height:.0f} mm high, more than a page has room for"
        click.echo(f"{high}: narrow it, or give a larger --width", err=True)


COMMANDS = (figure,)
