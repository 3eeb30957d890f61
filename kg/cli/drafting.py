"""The command that arranges what is known about a topic as a draft of related work."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from kg.cli.asking import ThingName, say_understood
from kg.cli.common import chosen_format, emit, format_option, output_option, settings
from kg.cli.progress import progress_line
from kg.core.kinds import CONCEPTS
from kg.core.problems import UsageError
from kg.render.formats import OutputFormat

MARK = "% The entries of a draft that kg related-work wrote; it writes this file again with the draft."


TOPICS = tuple(kind.name for kind in CONCEPTS if kind.of_finding)
"""The kinds of concepts that findings have: the topics of a draft."""
_STANDALONE = "Write a whole document, for pdflatex and bibtex or for pandoc --citeproc, instead of a part of one."
_CODED = "How many works to cite that a review coded and nobody annotated; the others are counted."


def _topic_options(command: Callable[..., None]) -> Callable[..., None]:
    for name in reversed(TOPICS):
        help_ = f"The {name}, by any of its names."
        command = click.option(f"--{name}", type=ThingName(name), metavar=name.upper(), help=help_)(command)
    return command


@click.command("related-work")
@_topic_options
@format_option("draft", "md", "The markup of the draft.", by_ending=True)
@click.option("--standalone", is_flag=True, help=_STANDALONE)
@click.option("--coded", type=click.IntRange(0, 10_000), default=20, show_default=True, help=_CODED)
@output_option
@click.pass_context
def related_work(
    context: click.Context, /, form: str | None, standalone: bool, coded: int, output: Path | None, **topic: str | None
) -> None:
    """Arrange what is known about a topic as a draft with citations.

    The draft has what several works agree on, what single works report, where they disagree, what was looked for and
    not found, and works that reviews coded under the topic. Each sentence is a statement of the annotations, word for
    word, with its \\cite, its section and, in a comment, the finding; for second-hand findings it says who reports
    them. With -o, the BibTeX entries are written to a .bib file of the same name.

    \b
      kg related-work --practice CT
      kg related-work --challenge silo-working -o silos.tex        and silos.bib
      kg related-work --approach MLOps --standalone -o mlops.tex   pdflatex, bibtex, twice pdflatex
    """
    chosen = {kind: name for kind, name in topic.items() if name}
    if len(chosen) != 1:
        raise UsageError(f"give one of --{', --'.join(TOPICS[:-1])} and --{TOPICS[-1]}")
    ((kind, name),) = chosen.items()
    written = chosen_format("draft", form, output, "md")
    graph = settings(context).graph
    with progress_line(first="arranging what is known"):
        term = graph.lookup.find(name, kind)
        say_understood(graph, chosen, {kind: term})
        bib = _bibliography(output, written.name if standalone else "")
        text, entries = _draft(graph, term, written, coded, bib.stem if standalone else "")
    if bib.name and output:
        emit(entries, output.with_name(bib.name))
    emit(text, output)


def _bibliography(output: Path | None, standalone: str) -> Path:
    """The BibTeX file of the draft; its name is empty if none is written or named.

    Raises:
        UsageError: if the file was not written by this command, or LaTeX could not read its name.
    """
    if output is None or str(output) == "-":
        return Path("references.bib" if standalone else "")
    bib = output.with_suffix(".bib")
    if bib == output:
        raise UsageError("the entries are written to a .bib file of the same name: give the draft another ending")
    if standalone == "latex" and not re.fullmatch(r"[\w.+-]+", bib.stem, re.ASCII):
        raise UsageError(f"BibTeX cannot read a file called {bib.name}: use letters, digits, `-` and `_`")
    try:
        if bib.exists() and not bib.read_text(encoding="utf-8", errors="replace").startswith(MARK):
            raise UsageError(f"{bib} exists and was not written by this command: choose another name")
    except OSError as error:
        raise UsageError(f"cannot read {bib}: {error.strerror}") from error
    return bib


def _draft(graph: Any, term: Any, form: OutputFormat, coded: int, bibliography: str) -> tuple[str | bytes, str]:
    """The text and its BibTeX entries; a whole document if the bibliography has a name."""
    from kg.answers.related_work import QUERIES
    from kg.answers.related_work import related_work as arrange
    from kg.render.text.rows import stamp

    found = arrange(graph, term.value)
    asked = [graph.queries.get(name).bind({parameter: term}) for name, parameter in QUERIES.items()]
    mark = stamp(graph.snapshot, "related-work", {"topic": term}, asked)
    entries = "\n\n".join([f"{MARK}\n% {mark}", *graph.entries(found.keys(coded)).values()]) + "\n"
    return form.write(found, listed=coded, stamp=mark, bibliography=bibliography, entries=entries), entries


COMMANDS = (related_work,)
