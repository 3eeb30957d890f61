"""The command that arranges what is known about a topic as a draft of related work."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

import click

from kg.answers.related_work import AGREEMENT, KINDS, MAIN, groupings
from kg.answers.selection import Selection
from kg.cli.asking import ThingName, say_understood
from kg.cli.common import emit, format_option, output_option, settings
from kg.cli.progress import progress_line
from kg.cli.selecting import chosen, selection_options
from kg.core.kinds import CONCEPTS
from kg.core.problems import UsageError
from kg.render import formats
from kg.render.formats import OutputFormat

MARK = "% The entries of a draft that kg related-work wrote; it writes this file again with the draft."


TOPICS = tuple(kind.name for kind in CONCEPTS if kind.of_finding)
"""The kinds of concepts that findings have: the topics of a draft."""
_STANDALONE = (
    "Write a whole document, for pdflatex with bibtex or biber, or for pandoc --citeproc, instead of a part of one."
)
GROUPINGS = ("topic", *KINDS, AGREEMENT)
_GROUP_BY = "What the findings are grouped by; topic is challenges, then outcomes, then recommendations."
_READINGS = "The main reading of each publication, or also those of further coders (docs/readings.md)."
_CODED = "How many works to cite that a review coded and nobody annotated; the others are counted."


def _topic_options(command: Callable[..., None]) -> Callable[..., None]:
    for name in reversed(TOPICS):
        help_ = f"The {name}, by any of its names."
        command = click.option(f"--{name}", type=ThingName(name), metavar=name.upper(), help=help_)(command)
    return command


@click.command("related-work")
@_topic_options
@click.option("--group-by", type=click.Choice(GROUPINGS), default="topic", show_default=True, help=_GROUP_BY)
@selection_options
@click.option("--readings", type=click.Choice((MAIN, "all")), default=MAIN, show_default=True, help=_READINGS)
@format_option("draft", "md", "The format of the draft.")
@click.option("--standalone", is_flag=True, help=_STANDALONE)
@click.option("--coded", type=click.IntRange(0, 10_000), default=20, show_default=True, help=_CODED)
@output_option
@click.pass_context
def related_work(
    context: click.Context,
    /,
    group_by: str,
    readings: str,
    form: str | None,
    standalone: bool,
    coded: int,
    output: Path | None,
    **options: Any,
) -> None:
    """Arrange what is known about a topic as a draft with citations.

    Under each challenge, outcome and recommended answer, the draft first says how many studies make a claim, with all
    their references, and how many report the opposite. The statements of the annotations follow word for word, with
    \\citep, section and, in a comment, the finding; findings with the same statement share a sentence. First-hand
    findings come first; for second-hand ones it says who reports them. Works that reviews coded under the topic come
    last. With -o, the BibTeX entries are written to a .bib file of the same name. A .docx is made by pandoc.

    \b
      kg related-work --practice CT
      kg related-work --practice CI --group-by outcome --hand first-hand -o ci.docx
      kg related-work --challenge silo-working -o silos.tex        and silos.bib
      kg related-work --approach MLOps --standalone -o mlops.tex   its first lines say how to compile it
    """
    topic = {kind: name for kind, name in options.items() if name and kind in TOPICS}
    if len(topic) != 1:
        raise UsageError(f"give one of --{', --'.join(TOPICS[:-1])} and --{TOPICS[-1]}")
    ((kind, name),) = topic.items()
    written = formats.chosen("draft", form, output, "md")
    graph = settings(context).graph
    with progress_line(first="arranging what is known"):
        term = graph.lookup.find(name, kind)
        say_understood(graph, topic, {kind: term})
        bib = _bibliography(output, written.name if standalone else "")
        by = groupings(group_by)
        text, entries = _draft(
            graph, term, written, coded, bib.stem if standalone else "", by, readings, chosen(options)
        )
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
    if standalone == "latex" and not re.fullmatch(r"[\w.+-]+", bib.stem, re.ASCII):
        raise UsageError(f"BibTeX cannot read a file called {bib.name}: use letters, digits, `-` and `_`")
    try:
        if bib.exists() and not bib.read_text(encoding="utf-8", errors="replace").startswith(MARK):
            raise UsageError(f"{bib} exists and was not written by this command: choose another name")
    except OSError as error:
        raise UsageError(f"cannot read {bib}: {error.strerror}") from error
    return bib


def _draft(
    graph: Any,
    term: Any,
    form: OutputFormat,
    coded: int,
    bibliography: str,
    by: Collection[str],
    readings: str,
    filters: Mapping[str, Any],
) -> tuple[str | bytes, str]:
    """The text and its BibTeX entries; a whole document if the bibliography has a name."""
    from pyoxigraph import Literal

    from kg.answers.related_work import QUERIES
    from kg.answers.related_work import related_work as arrange
    from kg.readers.bibtex.citing import citable, cited_by_latex, cited_by_pandoc, for_pandoc
    from kg.render.text.rows import stamp

    found = arrange(graph, term.value, by, Selection.of(graph, **filters), readings)
    others = {} if readings == MAIN else {"readings": Literal(readings)}
    asked = [
        graph.queries.get(name).bind({parameter: term, **others} if parameter else {})
        for name, parameter in QUERIES.items()
    ]
    mark = stamp(graph.snapshot, "related-work", {"topic": term, **others}, asked)
    mark += f"; only findings that are: {found.selection}" if found.selection else ""
    written = graph.entries(found.keys(coded))
    program, can_cite = ("LaTeX", cited_by_latex) if form.name == "latex" else ("pandoc", cited_by_pandoc)
    if left_out := [key for key in written if not can_cite(key)]:
        keys = ", ".join(f"`{key}`" for key in left_out)
        click.echo(
            f"not in the references: {program} cannot cite {keys}; `kg rename` gives a work another key", err=True
        )
    texts = citable(written, can_cite)
    texts = texts if form.name == "latex" else for_pandoc(texts)
    entries = "\n\n".join([f"{MARK}\n% {mark}", *filter(None, texts)]) + "\n"
    return form.write(found, listed=coded, stamp=mark, bibliography=bibliography, entries=entries), entries


COMMANDS = (related_work,)
