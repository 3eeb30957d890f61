"""Commands that ask the graph."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.answers.agreement import DIMENSIONS
from kg.cli.common import emit, output_option, say_merged, settings
from kg.cli.progress import progress_line, say
from kg.cli.services import given, service_option, url_option, would_send
from kg.core.problems import KgError, UsageError, brief, visible
from kg.render.text.rows import FORMATS, STAMPED, render
from kg.render.text.stamp import stamp
from kg.store.portable import portable

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

format_option = click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice([*FORMATS, "ris"]),
    show_default="table, or by the ending of the output file",
    help="latex is a table with \\cite and booktabs; bibtex "
    "gives the entries of the works, verbatim, ris the works as RIS records.",
)
stamp_option = click.option(
    "--stamp",
    "stamped",
    is_flag=True,
    help="Say which graph and query this comes from, by their hashes: as a comment "
    "or last line, with csv, tsv, json and ris on stderr.",
)
ENDINGS = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".json": "json",
    ".md": "md",
    ".bib": "bibtex",
    ".txt": "table",
    ".tex": "latex",
    ".ris": "ris",
}


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json", "md"]), default="text", show_default=True)
@click.option("--family", help="Only this family.")
@click.pass_context
def queries(context: click.Context, form: str, family: str | None) -> None:
    """List the query library.

    With --format json: name, family, summary, story, columns and the parameters with type, default and example. With
    --format md the whole library as a page, with what each query answers on the graph that is built.
    """
    if form == "md":
        from kg.render.text.reference import reference

        graph = settings(context).graph
        with progress_line() as progress:
            page = reference(graph, family or "", progress)
        click.echo(page, nl=False)
        return
    found = settings(context).queries
    for problem in found.problems:
        click.echo(problem, err=True)
    chosen = [query for query in found if family in (None, query.family)]
    if form == "json":
        import json

        click.echo(json.dumps([query.as_json() for query in chosen], indent=2, ensure_ascii=False))
        return
    last = ""
    for query in chosen:
        if query.family != last:
            click.echo(f"{'' if not last else chr(10)}{visible(query.family)}")
            last = query.family
        options = " ".join(f"{p.option} {p.type.upper()}" for p in query.parameters)
        click.echo(visible(f"  {query.name} {options}".rstrip()))
        click.echo(f"      {query.summary}")
        for name, url in query.services.items():
            click.echo(f"      asks {name} ({url}) when you agree: --ask-service {name}")


class QueryCommands(click.Group):
    """One subcommand for each query of the library, its parameters as options."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(settings(context).queries.names())

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        try:
            return _query_command(settings(context).queries.get(name))
        except KgError:
            return None  # `kg queries` says what is wrong with its file, and so does who asks for it

    def resolve_command(self, context: click.Context, args: list[str]) -> Any:
        settings(context).queries.get(args[0])  # tells who has mistyped, or wrote the file, more than click would
        return super().resolve_command(context, args)


@click.group(cls=QueryCommands, short_help="Ask a query of the library.")
def query() -> None:
    """Ask a query of the library; `kg query NAME --help` tells its parameters.

    A practice, challenge or method may be given by any of its names: "CT", "continuous testing", continuous-testing.
    """


class Named(click.ParamType[str]):
    """A thing of the graph by any of its names; the shell completes ids and labels."""

    def __init__(self, kind: str) -> None:
        self.kind = self.name = kind

    def shell_complete(
        self,
        ctx: click.Context,
        param: click.Parameter,  # noqa: ARG002
        incomplete: str,
    ) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        try:
            names = settings(ctx).graph.lookup.completions(self.kind)
        except KgError:
            return []
        wanted = incomplete.casefold()
        return [CompletionItem(name) for name in names if name.casefold().startswith(wanted)]


def _query_command(found: Any) -> click.Command:
    def run(
        form: str | None,
        output: Path | None,
        stamped: bool,
        explain: bool,
        services: tuple[str, ...] = (),
        **values: str | None,
    ) -> None:
        graph = settings(click.get_current_context()).graph
        agreed = given(services)
        with progress_line() as progress:
            progress(f"asking {found.name}")
            terms = found.terms(values, graph.lookup)
            say_understood(graph, values, terms)
            asked = found.bind(terms)
            known = {url: name for name, url in found.services.items()}
            sent = would_send(graph, asked, known, agreed) if known and explain else ""
            mark = stamp(graph.snapshot, found.name, terms, [asked], found.services) if stamped and not explain else ""
            rows = None if explain else graph.query(found.name, services=agreed, **values)
        if explain:
            emit(_explained(found, terms, asked) + sent, output)
            return
        _answer(graph, rows, form, output, mark, _WHO_WAS_ASKED if agreed else _THE_GRAPH)

    text = f"{found.summary}\n\n{found.story}\n\n\b\nColumns:\n" + "\n".join(
        f"  {name}: {description}" for name, description in found.columns.items()
    )
    command = click.Command(found.name, callback=run, help=text, short_help=found.summary)
    command.params = [option_of(parameter) for parameter in found.parameters]
    command.params.append(
        click.Option(["--explain"], is_flag=True, help="Print the SPARQL as it would be asked, and ask nothing.")
    )
    if found.services:
        command.params.append(service_option(found.services))
    for option in (format_option, stamp_option, output_option):
        option(command)
    return command


def _explained(found: Any, terms: dict[str, Any], asked: str) -> str:
    """The query with its parameters filled in, which any SPARQL engine takes, below what it is for."""
    from kg.render.text.table import printable

    notes = [f"{found.name}: {found.summary}", *textwrap.wrap(found.story, 100)]
    notes += [f"parameter {name}: {'left open' if term is None else term}" for name, term in terms.items()]
    notes += [f"column {name}: {description}" for name, description in found.columns.items()]
    notes += [f"asks {name} ({url}) when you agree: what it is sent, below" for name, url in found.services.items()]
    return "".join(f"# {printable(note)}\n" for note in notes) + "\n" + portable(asked)


def option_of(parameter: Any) -> click.Option:
    kinds: dict[str, click.ParamType[Any]] = {
        "choice": click.Choice(parameter.choices),
        "integer": click.STRING,
        "year": click.STRING,
        "text": click.STRING,
    }
    example = f"  [for example: {parameter.example}]" if parameter.example else ""
    return click.Option(
        [parameter.option, parameter.name],
        type=kinds.get(parameter.type) or Named(parameter.type),
        metavar=None if parameter.type == "choice" else parameter.type.upper(),
        required=parameter.default is None,
        default=parameter.default or None,
        help=parameter.description + example,
    )


def say_understood(graph: Any, values: Mapping[str, str | None], terms: Mapping[str, Any]) -> None:
    """Names the thing that each parameter was taken for, unless it was given by its id."""
    from kg.core.iris import local_name

    for name, term in terms.items():
        given = values.get(name)
        meant = local_name(term.value) if term is not None else ""
        if given and "/" in meant and meant.split("/", 1)[1] != given and not say_merged(graph, given):
            say(f"{name}: {brief(given)} is {meant}")


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@format_option
@stamp_option
@url_option
@click.option("--explain", is_flag=True, help="Print the query and what it would send to others, and ask nothing.")
@output_option
@click.pass_context
def sparql(
    context: click.Context,
    file: Any,
    form: str | None,
    stamped: bool,
    services: tuple[str, ...],
    explain: bool,
    output: Path | None,
) -> None:
    """Ask any SPARQL 1.1 query, from FILE or from stdin.

    The default graph is the union of all named graphs, and the prefixes of the project need not be declared. Nothing is
    fetched from elsewhere unless you agree: SERVICE is refused, but for the URLs that --ask-service names.

    \b
      echo 'SELECT ?p WHERE { ?p a cs:Practice }' | kg sparql
    """
    if sys.stdin.isatty() and file.name in ("-", "<stdin>"):
        click.echo("reading a query from the terminal; end with Ctrl-D", err=True)
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file.name} is not UTF-8: {error.reason} at byte {error.start}") from error
    graph, agreed = settings(context).graph, dict.fromkeys(services)
    with progress_line() as progress:
        progress("asking the query")
        sent = would_send(graph, text, {}, agreed) if explain else ""
        mark = stamp(graph.snapshot, "sparql", {}, [text], agreed) if stamped and not explain else ""
        rows = None if explain else graph.sparql(text, services=agreed)
    if explain:
        emit(portable(text) + sent, output)
        return
    _answer(graph, rows, form, output, mark, _WHO_WAS_ASKED if agreed else _THE_GRAPH)


_THE_GRAPH, _WHO_WAS_ASKED = "the graph says nothing of that", "nothing of that is known to who was asked"
"""Why there are no rows."""


def _answer(graph: Any, rows: Any, form: str | None, output: Path | None, mark: str, why_none: str) -> None:
    """Prints or writes the rows, in the format asked for or that the file's ending says."""
    from kg.render.text.ris import ris

    chosen = form or ENDINGS.get(output.suffix.lower() if output else "", "table")
    if chosen == "ris" and not rows.cites:
        raise UsageError("these rows name no publications: --format ris is for queries that do, see `kg queries`")
    with progress_line() as progress:
        progress(f"writing {len(rows)} rows")
        content = ris(graph, rows.keys()) if chosen == "ris" else render(rows, chosen, graph.entries, mark)
    emit(content, output)
    if mark and rows.triples is None and chosen not in STAMPED:
        click.echo(mark, err=True)
    if rows.triples is None and not len(rows):
        click.echo(f"0 rows: {why_none}", err=True)


@click.command()
@click.argument("thing")
@click.pass_context
def show(context: click.Context, thing: str) -> None:
    """Show one THING with all that is said of it, its evidence and what points at it.

    THING is an id (PEC4), a BibTeX key, a label or an IRI.
    """
    from kg.render.text.card import card

    graph = settings(context).graph
    with progress_line() as progress:
        progress(f"looking up {brief(thing)}")
        say_merged(graph, thing)
        shown = card(graph, thing)
    emit(shown, None)


@click.command()
@click.argument("work", metavar="KEY", type=Named("work"))
@click.option("--on", type=click.Choice(DIMENSIONS), help="Only this; everything when left out.")
@click.option("-f", "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@output_option
@click.pass_context
def agreement(context: click.Context, work: str, on: str | None, form: str, output: Path | None) -> None:
    """Measure how far the readings of the publication KEY agree.

    Compared are findings that have the same id in two readings. A unit is such a finding with a concept that any of
    them names: each reading names it there or does not. Units of one finding are not independent of each other, and of
    few units Cohen's kappa and Krippendorff's alpha mean little, which is told. It needs NLTK:
    pip install 'continuous-star-kg[agreement]'.
    """
    from kg.answers.agreement import agreement
    from kg.render.text.agreement import agreement_json, agreement_text

    graph = settings(context).graph
    with progress_line() as progress:
        progress(f"comparing the readings of {brief(work)}")
        say_merged(graph, work)
        found = agreement(graph, work, on or "")
    emit(agreement_json(found) if form == "json" else agreement_text(found), output)


COMMANDS = (queries, query, sparql, show, agreement)
