"""The command group: the options before a command, and how errors are reported."""

from __future__ import annotations

import importlib
import io
import sys
from pathlib import Path

import click

from kg import __version__
from kg.cli.common import FOLDER, Settings
from kg.cli.overview import COMMANDS, OPTIONS, WIDEST, overview, width_here
from kg.core.problems import KgError, brief

LONGEST = 500
"""The longest line of a usage message, in characters."""


class Commands(click.Group):
    """Commands whose modules are imported when they are used: a query does not wait for what builds or draws."""

    def get_command(self, _: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"kg.cli.{COMMANDS[name][0]}")
        return next((command for command in module.COMMANDS if command.name == name), None)

    def list_commands(self, _: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_help(self, _: click.Context) -> str:
        return overview(width_here()).rstrip("\n")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": WIDEST})
@click.option("--root", type=FOLDER, default=Path(), help=OPTIONS["--root DIRECTORY"])
@click.option("--endpoint", metavar="URL", envvar="KG_ENDPOINT", default="", help=OPTIONS["--endpoint URL"])
@click.version_option(__version__, prog_name="kg")
@click.pass_context
def kg(context: click.Context, root: Path, endpoint: str) -> None:
    context.obj = Settings(root, endpoint)


def run() -> None:
    """Runs the command line; expected errors are reported without a traceback."""
    try:
        ended = kg(prog_name="kg", standalone_mode=False)
        sys.exit(ended if isinstance(ended, int) else 0)
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)  # it repeats what was typed, which may be anything of any length
        click.echo("\n".join(brief(line, LONGEST) for line in shown.getvalue().split("\n")), err=True, nl=False)
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
