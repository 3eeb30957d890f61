"""Commands on several readings of one publication: their agreement, and their consensus."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Any

import click

from kg.answers.agreement import DIMENSIONS
from kg.cli.asking import ThingName
from kg.cli.common import emit, format_option, output_option, settings
from kg.cli.progress import progress_line
from kg.cli.reporting import count, failed
from kg.core.problems import UsageError, brief
from kg.render import formats

_FORMATS = "text has matches, measures and differences; yaml the matches, to decide on; json every unit with its codes."


def _read(root: Path) -> Any:
    """The annotations of the review, and the decisions on which works and findings are the same."""
    from kg.building.reading import Sources, read_annotations, read_bibliographies, read_decisions

    reading = Sources(root)
    with progress_line() as progress:
        read_bibliographies(reading)
        read_decisions(reading)
        reading.problems.clear()  # those of the bibliography are for `kg check`
        read_annotations(reading, progress)
    return reading


def _decided(reading: Any) -> Any:
    from kg.answers.readings import MatchDecisions

    found = reading.decisions.findings if reading.decisions else None
    return MatchDecisions(found.aliases, found.different) if found else MatchDecisions()


@click.command()
@click.argument("work", metavar="KEY", type=ThingName("work"))
@click.option("--on", type=click.Choice(DIMENSIONS), help="Only this dimension; all of them if left out.")
@format_option("agreement", "text", _FORMATS)
@output_option
@click.pass_context
def agreement(context: click.Context, work: str, on: str | None, form: str | None, output: Path | None) -> None:
    """Measure the agreement between the annotators of the publication KEY.

    A draft in bib/drafts/ counts as an annotation of who proposed it. Findings of two annotations are taken for the
    same if bib/same-as.yaml says so, if they have the same id, or if their quotations share enough words; the report
    says which and why, and --format yaml prints the decisions to copy and change. A unit is such a finding with a
    concept that at least one annotator assigned to it. Units of one finding are not independent of each other, and with
    few units Cohen's kappa and Krippendorff's alpha mean little, which the report says. This command needs NLTK: in a
    clone of the project, run pip install '.[agreement]'.
    """
    from kg.answers.agreement import agreement
    from kg.building.drafts import read_drafts

    chosen = formats.chosen("agreement", form, output, "text")
    reading = _read(settings(context).review)
    reading.annotations += read_drafts(reading.root)
    with progress_line(first=f"comparing the annotations of {brief(work)}"):
        found = agreement(reading.annotations, work, on or "", _decided(reading), reading.aliases)
    files = {one.file for one in found.readings}
    wrong = failed(problem for problem in reading.problems if problem.where.file in files)
    emit(chosen.write(found), output)
    sys.exit(1 if wrong else 0)


@click.command()
@click.argument("work", metavar="KEY", type=ThingName("work"))
@output_option
@click.pass_context
def consensus(context: click.Context, work: str, output: Path | None) -> None:
    """Make the consensus of the readings of the publication KEY, to be edited.

    The file bib/annotations/KEY.consensus.yaml replaces the readings. It has what they agree on; where they differ, it
    has what each of them says below a comment UNDECIDED. `kg check` lists these places as errors until they are decided
    and the comments deleted.
    """
    from kg.answers.agreement import readings_of
    from kg.building.consensus import MARK, consensus
    from kg.core.iris import segment
    from kg.core.output import write_whole

    formats.of_file("consensus", output, "yaml")
    root = settings(context).review
    reading = _read(root)
    readings, replaced_by = readings_of(reading.annotations, work, reading.aliases)
    path = root / "bib" / "annotations" / f"{segment(readings[0].key)}.consensus.yaml"
    if replaced_by or (path.exists() and output is None):
        there = replaced_by or path
        raise UsageError(f"{there} is the consensus of these readings already; edit it, or delete it to start anew")
    files = {one.file.name for one in readings}
    if failed(problem for problem in reading.problems if problem.where.file in files):
        click.echo("fix the readings first", err=True)
        sys.exit(1)
    text = consensus(readings, _decided(reading), datetime.date.today())
    if output:
        emit(text, output)
    else:
        write_whole(path, text)
        click.echo(f"wrote {path}: {count(text.count(MARK), 'place')} to decide", err=True)


COMMANDS = (agreement, consensus)
