"""What the commands share: the review they work on, and the format and place of their output."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from kg.cli.progress import progress_line, say
from kg.cli.terminal import in_colour, wants_colour
from kg.core.output import write_whole
from kg.core.problems import UsageError, brief
from kg.render import formats


@dataclass
class Settings:
    """The review folder, and its graph as soon as a command needs it."""

    root: Path
    endpoint: str = ""
    """From --endpoint or KG_ENDPOINT; if empty, that of kg.toml is used, or else the graph in build/."""

    @property
    def review(self) -> Path:
        """The folder, checked to be one of a review."""
        from kg.building.review_files import open_review

        return open_review(self.root)

    @cached_property
    def queries(self) -> Any:
        from kg.queries.query_library import QueryLibrary

        return QueryLibrary.of(self.root)

    @cached_property
    def graph(self) -> Any:
        from kg.cli.config import configured_endpoint

        endpoint = self.endpoint or configured_endpoint(self.root)
        if endpoint:
            from kg.api import KnowledgeGraph
            from kg.store.http import shown

            graph = KnowledgeGraph.open(self.root.resolve(), endpoint=endpoint)
            if "_KG_COMPLETE" not in os.environ:  # a shell would print it into the line that is completed
                say(f"asking {shown(endpoint)}")
        else:
            graph = self.built()
        graph.queries = self.queries
        graph.tell = say
        return graph

    def built(self) -> Any:
        """The graph in build/, with a message on stderr if the sources have changed since."""
        from kg.api import KnowledgeGraph

        with progress_line() as progress:
            graph = KnowledgeGraph.open(self.review, progress=progress)
        say_changed(graph)
        return graph


def say_changed(graph: Any) -> None:
    """Reports on stderr which sources of the review have changed since its graph was built."""
    from kg.building.review_files import changed_since_build
    from kg.readers.settings import NAME, read_settings

    with progress_line():
        changed = changed_since_build(graph.store, graph.root)
        wanted = read_settings(graph.root)
        if (wanted.base, wanted.title) != (graph.store.base, graph.title):
            changed.append(NAME)
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        say(f"{changed[0]}{more} changed since the last build: run `kg build`")


def settings(context: click.Context) -> Settings:
    return context.find_object(Settings) or Settings(Path())


def emit(content: str | bytes, output: Path | None, *, to_read: bool = False) -> None:
    """Writes to the file and reports its name on stderr, or writes to stdout if there is no file or it is `-`.

    What people read has bold headings and links in a terminal.
    """
    if output is None or str(output) == "-":
        if to_read and isinstance(content, str) and wants_colour(sys.stdout):
            content = in_colour(content)
        if isinstance(content, bytes) and sys.stdout.isatty():
            raise UsageError("this format cannot be shown in a terminal: name a file with -o")
        data = content.encode("utf-8") if isinstance(content, str) else content
        try:
            sys.stdout.flush()
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise UsageError(f"cannot write to stdout: {error.strerror}") from error
        return
    write_whole(output, content)
    click.echo(f"wrote {output}", err=True)


def say_merged(graph: Any, name: str) -> bool:
    """Reports which entry is shown instead of one that is merged into it; returns whether `name` is such an entry."""
    kept = graph.lookup.merged_into(name)
    if kept:
        say(f"{brief(name)} is merged into {kept}: bib/same-as.yaml says why")
    return bool(kept)


FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
output_option = click.option("-o", "--output", type=FILE, help="Write to a file instead of stdout.")

_SECONDS = click.FloatRange(min=0, min_open=True)
_TIMEOUT = "Stop the query after this time. Ctrl-C stops it at any time."
_MEMORY = "Stop the query when it needs more memory than this in addition to the graph (on Linux)."
LIMIT_OPTIONS = {
    "--timeout": click.option("--timeout", "stop_after", type=_SECONDS, metavar="SECONDS", help=_TIMEOUT),
    "--max-memory": click.option(
        "--max-memory", "most_memory", type=click.IntRange(min=1), metavar="MIB", help=_MEMORY
    ),
}
"""The options that limit a query."""


def file_option(kind: str, default: str) -> Callable[..., Any]:
    """The option `--output` of a command that always writes a file, by default to `default`."""
    text = f"The file; its ending selects the format: {formats.endings(kind)}."
    return click.option("-o", "--output", type=FILE, show_default=default, help=text)


def choice_option(name: str, choices: Iterable[str], default: str, text: str) -> Callable[..., Any]:
    """An option with some possible values; the first word of `name` is the option, a second one the parameter."""
    return click.option(*name.split(), type=click.Choice(list(choices)), default=default, show_default=True, help=text)


def width_option(
    narrowest: int, widest: int, text: str, default: int | None = None, shown: str | bool = True
) -> Callable[..., Any]:
    """The option `--width`, in millimetres."""
    width = click.IntRange(narrowest, widest)
    return click.option("--width", type=width, default=default, metavar="MM", show_default=shown, help=text)


def dpi_option() -> Callable[..., Any]:
    """The option `--dpi`, of pictures as PNG."""
    text = "Dots per inch of .png: journals ask for 300, and for 600 or 1000 of lines and letters."
    return click.option("--dpi", type=click.IntRange(72, 1200), metavar="N", show_default="300", help=text)


def format_option(
    kinds: str | Sequence[str],
    default: str,
    text: str = "",
    *,
    by_ending: bool = True,
    keep: formats.Keep = formats.every,
) -> Callable[..., Any]:
    """The option `--format` with the formats of a kind of answer, or of several.

    Args:
        kinds: as in the table of formats.
        default: the format that is used without the option.
        text: its help.
        by_ending: whether the command writes a file, whose ending selects the format if the option is not given.
        keep: which formats of the kind the command has.
    """
    shown = f"{default}, or by the ending of the output file" if by_ending else True
    several = [kinds] if isinstance(kinds, str) else kinds
    choice = click.Choice(list(dict.fromkeys(name for kind in several for name in formats.names(kind, keep))))
    default_ = None if by_ending else default
    return click.option("-f", "--format", "form", type=choice, default=default_, show_default=shown, help=text)
