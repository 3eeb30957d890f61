"""The command `kg`: parse, call, print. Data go to stdout, messages to stderr; 0 fine, 1 invalid data, 2 usage."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg import __version__
from kg.cli import asking, building, drafting, drawing, sheets
from kg.cli.common import COMPLETION, Settings
from kg.problems import KgError

HELP = """The literature of continuous software engineering as a knowledge graph.

A review is a folder with BibTeX files in bib/ and one annotation per paper in bib/annotations/. `kg build` makes the
graph; the other commands ask it, show it and map it.

\b
  kg init my-review && cd my-review     start a review
  kg build                              sources to a checked graph in build/
  kg query related-work --practice CT   who says what about continuous testing
  kg graph --about PEC4                 a finding and everything around it, as a page
  kg map                                practices by challenges, as a page
"""


@click.group(help=HELP, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--root", type=click.Path(file_okay=False, path_type=Path), default=Path(),
              show_default="the current folder", help="The review folder.")
@click.version_option(__version__, prog_name="kg")
@click.pass_context
def kg(context: click.Context, root: Path) -> None:
    context.obj = Settings(root)


@kg.command()
@click.argument("shell", type=click.Choice(list(COMPLETION)))
def completion(shell: str) -> None:
    """Print the script that completes commands, queries and names in SHELL.

    \b
      eval "$(kg completion bash)"
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is not None:
        click.echo(found(kg, {}, "kg", "_KG_COMPLETE").source())


for _command in (*building.COMMANDS, *asking.COMMANDS, *drawing.COMMANDS, *drafting.COMMANDS, *sheets.COMMANDS):
    kg.add_command(_command)


def main() -> None:
    """Runs the command line; what goes wrong on purpose is told without a trace."""
    try:
        kg(prog_name="kg", standalone_mode=True)
    except KgError as error:
        click.echo(f"kg: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
