"""The command that opens the annotation desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kg.cli.common import settings
from kg.cli.progress import progress_line, say
from kg.core.problems import UsageError


@click.command()
@click.argument("key")
@click.option("--texts", type=click.Path(exists=True, path_type=Path), metavar="FOLDER",
              help="The folder of full texts (KEY.pdf, .txt or .md), or the full text itself.")  # fmt: skip
@click.option("--as", "second", metavar="NAME", default="", help="The file of a second reader: KEY.NAME.yaml.")
@click.option("--consensus", is_flag=True, help="Decide where the readings differ, in KEY.consensus.yaml.")
@click.option("--annotator", default="", metavar="NAME", help="Who reads the paper, for a new annotation.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on; by default any that is free."
)
@click.pass_context
def desk(context: click.Context, /, key: str, texts: Path | None, second: str, **others: Any) -> None:
    """Read the paper KEY in a browser and annotate it: select words, and write what they say.

    The paper is on the left, its annotation on the right; every change is a small change of bib/annotations/KEY.yaml,
    which may be edited elsewhere at the same time. The desk listens on this machine only, and the printed address opens
    it once.

    \b
      kg desk vanska2024 --texts ~/papers
      kg desk vanska2024 --texts ~/papers --as ada
      kg desk vanska2024 --texts ~/papers --consensus
    """
    from kg.server.desk.run import DeskOptions, run_desk

    if others["consensus"] and second:
        raise UsageError("--as is for one reader, and --consensus for all of them: give one of the two")
    options = DeskOptions(settings(context).review, key, texts, second, **others)
    run_desk(options, say, progress_line)


COMMANDS = (desk,)
