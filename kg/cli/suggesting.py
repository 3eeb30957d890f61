"""The command that begins an annotation with suggestions from the full text."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.common import FILE, FOLDER, output_option, settings
from kg.cli.progress import progress_line
from kg.cli.reporting import count
from kg.core.problems import UsageError

_MOST = "The number of findings: those with the most signs of one."
_TEXTS = (
    "The folder with the full texts, as KEY.txt, KEY.md or KEY.pdf, or named in the entry's field `file`; by default "
)
_TEXTS += "texts/ in the review."

_MARKS = (
    "A file with what somebody marked: a PDF with highlights and notes, Web Annotations, an export of Hypothes.is, "
    "Better BibTeX JSON or notes (.md) of Zotero. The marks are suggested in place of sentences. May be repeated."
)


@click.command()
@click.argument("key")
@click.option("--texts", type=FOLDER, help=_TEXTS)
@click.option("--most", type=click.IntRange(1, 1000), default=60, show_default=True, help=_MOST)
@click.option("--marks", type=FILE, multiple=True, help=_MARKS)
@output_option
@click.pass_context
def suggest(
    context: click.Context, key: str, texts: Path | None, most: int, marks: tuple[Path, ...], output: Path | None
) -> None:
    """Make an annotation of the publication KEY from sentences of its full text that look like findings.

    No model is used: sentences are recognised by their words, concepts by any label of the vocabulary, and cited works
    by the list of references. The quotations are verified. The statements are empty: `kg check` lists each one until a
    person has written it or deleted the finding.

    \b
      kg suggest leite2020 --texts papers -o bib/annotations/leite2020.yaml
      kg suggest leite2020 --texts papers --marks read/leite2020.pdf
      kg check
    """
    from kg.building import suggested_annotation
    from kg.core.output import write_whole
    from kg.render import formats

    formats.of_file("suggestions", output, "yaml")
    if output and output.exists():
        raise UsageError(f"{output} exists; name another file, or move it away first")
    with progress_line() as progress:
        text, found, problems = suggested_annotation.suggest(
            settings(context).review, key, texts, most, marks, progress
        )
    for problem in problems:
        click.echo(problem, err=True)
    if output:
        write_whole(output, text)
        click.echo(f"wrote {output}: write the statements, then `kg check`", err=True)
    else:
        click.echo(text, nl=False)
    numbers = (
        f"{count(len(found.findings), 'finding')}, {count(len(found.citations), 'cited work')} of the bibliography"
    )
    other = f"; {count(found.elsewhere, 'citation')} of other works" if found.elsewhere else ""
    click.echo(f"suggested {numbers}{other}", err=True)


COMMANDS = (suggest,)
