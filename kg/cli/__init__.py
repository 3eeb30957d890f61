"""The command `kg`: parse, call, print. Data go to stdout, messages to stderr; 0 fine, 1 invalid data, 2 usage."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from kg import __version__
from kg.cli.common import COMPLETION, Settings
from kg.problems import KgError, brief

HELP = """The literature of continuous software engineering as a knowledge graph.

A review is a folder with BibTeX files in bib/ and one annotation per paper in bib/annotations/. `kg build` makes the
graph; the other commands ask it, show it and map it.

\b
  kg init my-review && cd my-review     start a review
  kg build                              sources to a checked graph in build/
  kg query related-work --practice CT   who says what about continuous testing
  kg graph --about PEC4                 a finding and everything around it, as a page
  kg map                                practices by challenges, as a page
  kg site                               everything as pages to publish
  kg serve                              a SPARQL endpoint, and the pages, on this machine
"""


LONGEST = 500
"""Characters in a line of a message on usage."""


class Commands(click.Group):
    """The commands of the modules beside this one, imported when they are looked for: an answer need not wait for what
    builds or draws."""

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        return super().get_command(context, name) or next((c for c in _commands() if c.name == name), None)

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted([*super().list_commands(context), *(command.name or "" for command in _commands())])


def _commands() -> Iterator[click.Command]:
    from kg.cli import asking  # first, because it is asked for most

    yield from asking.COMMANDS
    from kg.cli import building, drafting, drawing, figures, pushing, serving, sheets

    yield from (*building.COMMANDS, *drawing.COMMANDS, *drafting.COMMANDS, *sheets.COMMANDS, *figures.COMMANDS,
                *serving.COMMANDS, *pushing.COMMANDS)


@click.group(cls=Commands, help=HELP,
             context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--root", type=click.Path(file_okay=False, path_type=Path), default=Path(),
              show_default="the current folder", help="The review folder.")
@click.option("--endpoint", metavar="URL", envvar="KG_ENDPOINT", default="", show_default="endpoint in kg.toml, or the "
              "build", help="Ask the graph at this SPARQL endpoint, in every command that asks.  [env: KG_ENDPOINT]")
@click.version_option(__version__, prog_name="kg")
@click.pass_context
def kg(context: click.Context, root: Path, endpoint: str) -> None:
    context.obj = Settings(root, endpoint)


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


def main() -> None:
    """Runs the command line; what goes wrong on purpose is told without a trace."""
    try:
        ended = kg(prog_name="kg", standalone_mode=False)
        sys.exit(ended if isinstance(ended, int) else 0)
    except click.ClickException as error:
        told = io.StringIO()
        error.show(told)  # it repeats what was typed, whatever that is and however long
        click.echo("\n".join(brief(line, LONGEST) for line in told.getvalue().split("\n")), err=True, nl=False)
        sys.exit(error.exit_code)
    except click.Abort:
        click.echo("Aborted!", err=True)
        sys.exit(1)
    except KgError as error:
        click.echo(f"kg: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
