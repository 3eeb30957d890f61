"""The command `kg`: parse, call, print. Data go to stdout, messages to stderr; 0 fine, 1 invalid data, 2 usage."""

from __future__ import annotations

import io
import sys
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


COMMANDS = {
    "agreement": ("asking", "Measure how far the readings of the publication KEY agree."),
    "build": ("building", "Build the graph from bib/ and ontology/ into build/."),
    "check": ("building", "Check all sources without building."),
    "duplicates": ("building", "Propose entries of the bibliography that may be the same work."),
    "export": ("sheets", "Put annotations into a table for a spreadsheet: of all publications, or of each KEY."),
    "figure": ("figures", "Draw a figure for a paper."),
    "gaps": ("drawing", "List the cells of an evidence map that have no evidence, those first that most lies around."),
    "graph": ("drawing", "Draw the graph as a page that works offline, or export it."),
    "import": ("sheets", "Bring in FILE.csv or FILE.xlsx: an edited table from `kg export`, or the data sheet of a "
               "review."),
    "init": ("building", "Make a new review in FOLDER, which may hold a bib/ already."),
    "map": ("drawing", "Draw the evidence map: the number of distinct studies in each cell of two dimensions."),
    "new": ("building", "Make an annotation to fill in for the entry KEY of the bibliography."),
    "push": ("pushing", "Load the built graph into a store that speaks the SPARQL 1.1 Graph Store HTTP Protocol at "
             "URL."),
    "queries": ("asking", "List the query library."),
    "query": ("asking", "Ask a query of the library."),
    "related-work": ("drafting", "Arrange what is known about a topic as a draft with citations."),
    "serve": ("serving", "Serve the graph: a read-only SPARQL 1.1 endpoint at /sparql, and the pages of the graph."),
    "show": ("asking", "Show one THING with all that is said of it, its evidence and what points at it."),
    "site": ("drawing", "Write a folder of pages to publish beside a paper."),
    "sparql": ("asking", "Ask any SPARQL 1.1 query, from FILE or from stdin."),
    "verify-quotes": ("building", "Hold every quotation against the full texts in FOLDER (KEY.txt, KEY.md or "
                      "KEY.pdf)."),
}  # fmt: skip
"""The module beside this one that each command is in, and what it says of itself: so that help is there at once."""


class Commands(click.Group):
    """Commands whose modules are imported when they are used: an answer need not wait for what builds or draws."""

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return super().get_command(context, name)
        import importlib

        module = importlib.import_module(f"kg.cli.{COMMANDS[name][0]}")
        return next((command for command in module.COMMANDS if command.name == name), None)

    def list_commands(self, context: click.Context) -> list[str]:
        return sorted([*super().list_commands(context), *COMMANDS])

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        told = {name: click.Command(name, help=sentence) for name, (_, sentence) in COMMANDS.items()}
        click.Group(commands={**self.commands, **told}).format_commands(context, formatter)


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
