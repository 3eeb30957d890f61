"""What the commands share: the review they work on, and where their output goes."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import click

from kg.cli.progress import progress_line, say
from kg.core.output import write_whole
from kg.core.problems import UsageError, brief


@dataclass
class Settings:
    """The review folder, and its graph when a command needs it."""

    root: Path
    endpoint: str = ""
    """Given with --endpoint or in KG_ENDPOINT; empty for what kg.toml says, or else the build."""

    @cached_property
    def queries(self) -> Any:
        from kg.queries.library import QueryLibrary

        return QueryLibrary.of(self.root)

    @cached_property
    def graph(self) -> Any:
        from kg.cli.config import configured_endpoint

        endpoint = self.endpoint or configured_endpoint(self.root)
        if endpoint:
            from kg.api import KnowledgeGraph
            from kg.store.http import shown

            graph = KnowledgeGraph.open(self.root.resolve(), endpoint=endpoint)
            if "_KG_COMPLETE" not in os.environ:  # a shell that completes shows it amid what is typed
                say(f"asking {shown(endpoint)}")
        else:
            graph = self.built()
        graph.queries = self.queries
        graph.tell = say
        return graph

    def built(self) -> Any:
        """The graph in build/, and a word on stderr if the sources have changed since."""
        from kg.api import KnowledgeGraph
        from kg.building.review_files import changed_since_build, open_review

        with progress_line() as progress:
            graph = KnowledgeGraph.open(open_review(self.root), progress=progress)
            changed = changed_since_build(graph)
        if changed:
            more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
            say(f"{changed[0]}{more} changed since the last build: run `kg build`")
        return graph


def settings(context: click.Context) -> Settings:
    found = context.find_object(Settings)
    return found or Settings(Path())


def emit(content: str | bytes, output: Path | None) -> None:
    """To the file, named on stderr, or to stdout when there is none."""
    if output is None or str(output) == "-":
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
    """Tells who asks for an entry that is merged into another which work is shown instead; whether it is such a one."""
    kept = graph.lookup.merged_into(name)
    if kept:
        say(f"{brief(name)} is merged into {kept}: bib/same-as.yaml says why")
    return bool(kept)


output_option = click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file instead of stdout."
)
