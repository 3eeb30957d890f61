"""The command that arranges what is known about a topic as a draft of related work."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click

from kg.cli.asking import Named, say_understood
from kg.cli.common import emit, output_option, settings
from kg.cli.progress import progress_line
from kg.core.problems import UsageError
from kg.render.text.stamp import stamp

ENDINGS = {".md": "md", ".tex": "latex"}
MARK = "% The entries of a draft that kg related-work wrote; it writes this file again with the draft."


@click.command("related-work")
@click.option("--practice", type=Named("practice"), metavar="PRACTICE", help="The practice, by any of its names.")
@click.option("--challenge", type=Named("challenge"), metavar="CHALLENGE", help="The challenge or category.")
@click.option("--approach", type=Named("approach"), metavar="APPROACH", help="The approach, such as DevOps.")
@click.option(
    "-f", "--format", "form", type=click.Choice(["md", "latex"]), show_default="md, or by the ending of the output file"
)
@click.option(
    "--standalone",
    is_flag=True,
    help="A whole document, for pdflatex and bibtex or for pandoc --citeproc, not a part to put into one.",
)
@click.option(
    "--coded",
    type=click.IntRange(0, 10_000),
    default=20,
    show_default=True,
    help="How many works to cite of those that a review coded and nobody annotated; the others are counted.",
)
@output_option
@click.pass_context
def related_work(
    context: click.Context,
    practice: str | None,
    challenge: str | None,
    approach: str | None,
    form: str | None,
    standalone: bool,
    coded: int,
    output: Path | None,
) -> None:
    """Arrange what is known about a topic as a draft with citations.

    First what several works agree on, then what single works report, where they disagree, what was looked for and not
    found, and works that only reviews sorted there. Each sentence is a statement of the annotations, word for word,
    with its \\cite, its section and, in a comment, the finding; second-hand findings say who reports them. With -o, the
    BibTeX entries are written beside it.

    \b
      kg related-work --practice CT
      kg related-work --challenge silo-working -o silos.tex        and silos.bib
      kg related-work --approach MLOps --standalone -o mlops.tex   pdflatex, bibtex, twice pdflatex
    """
    given = {"practice": practice, "challenge": challenge, "approach": approach}
    chosen = {kind: name for kind, name in given.items() if name}
    if len(chosen) != 1:
        raise UsageError("give one of --practice, --challenge and --approach")
    ((kind, name),) = chosen.items()
    graph = settings(context).graph
    with progress_line() as progress:
        progress("arranging what is known")
        term = graph.lookup.find(name, kind)
        say_understood(graph, chosen, {kind: term})
        written = form or ENDINGS.get(output.suffix.lower() if output else "", "md")
        beside = _beside(output, written if standalone else "")
        text, entries = _draft(graph, term, written, coded, beside.stem if standalone else "")
    if beside.name and output:
        emit(entries, output.with_name(beside.name))
    emit(text, output)


def _beside(output: Path | None, standalone: str) -> Path:
    """The BibTeX file that goes with the draft, which must not be somebody else's.

    Raises:
        UsageError: if it is, or if LaTeX could not read its name.
    """
    if output is None or str(output) == "-":
        return Path("references.bib" if standalone else "")
    bib = output.with_suffix(".bib")
    if bib == output:
        raise UsageError("the entries are written to a .bib file beside the draft: give the draft another ending")
    if standalone == "latex" and not re.fullmatch(r"[\w.+-]+", bib.stem, re.ASCII):
        raise UsageError(f"BibTeX cannot read a file called {bib.name}: use letters, digits, `-` and `_`")
    try:
        if bib.exists() and not bib.read_text(encoding="utf-8", errors="replace").startswith(MARK):
            raise UsageError(f"{bib} is there already and was not written by this command: choose another name")
    except OSError as error:
        raise UsageError(f"cannot read {bib}: {error.strerror}") from error
    return bib


def _draft(graph: Any, term: Any, form: str, coded: int, bibliography: str) -> tuple[str, str]:
    """The text and its BibTeX entries; a whole document if there is a name for the bibliography."""
    from kg.answers.related_work import QUERIES
    from kg.answers.related_work import related_work as arrange
    from kg.render.text.related_work_latex import related_work_latex
    from kg.render.text.related_work_markdown import related_work_markdown

    found = arrange(graph, term.value)
    asked = [graph.queries.get(name).bind({parameter: term}) for name, parameter in QUERIES.items()]
    mark = stamp(graph.snapshot, "related-work", {"topic": term}, asked)
    entries = "\n\n".join([f"{MARK}\n% {mark}", *graph.entries(found.keys(coded)).values()]) + "\n"
    if form == "md":
        name = f"{bibliography}.bib" if bibliography else ""
        return related_work_markdown(found, listed=coded, stamp=mark, bibliography=name), entries
    return related_work_latex(found, listed=coded, stamp=mark, bibliography=bibliography, entries=entries), entries


COMMANDS = (related_work,)
