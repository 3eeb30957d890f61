"""Commands that query the graph, and the completion of names that they take."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.common import LIMIT_OPTIONS, emit, format_option, output_option, say_merged, settings
from kg.cli.progress import progress_line, say
from kg.cli.reporting import count
from kg.core.problems import KgError, UsageError, brief, visible
from kg.render import formats
from kg.render.text.rows import formulas, stamp
from kg.store.portable import portable

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from kg.render.formats import OutputFormat

_UNSTAMPED = formats.names("rows", lambda form: "stamp" not in form.takes)

_FORMATS = (
    "latex is a table with \\cite and booktabs; bibtex gives the entries of the works, verbatim, ris and csl-json "
    "the works for reference managers. "
    f"CONSTRUCT and DESCRIBE have {', '.join(formats.names('triples'))}, by default ttl."
)
_OF_QUERIES = "json has the parameters and columns, md is a page with what each query answers."
_STAMP = f"Name the hashes of graph and query in a comment or a last line; with {', '.join(_UNSTAMPED)} on stderr."
rows_format_option = format_option(("rows", "triples"), "table", _FORMATS)
stamp_option = click.option("--stamp", "stamped", is_flag=True, help=_STAMP)
_SENT = "--explain shows what would be sent."
_URL = f"Allow this command to contact the service with this URL in the query. {_SENT}"


@click.command()
@format_option("queries", "text", _OF_QUERIES, by_ending=False)
@click.option("--family", help="Only this family.")
@click.pass_context
def queries(context: click.Context, form: str, family: str | None) -> None:
    """List the query library.

    With --format json: name, family, summary, story, columns and the parameters with type, default and example. With
    --format md the whole library as a page, with what each query answers on the built graph.
    """
    found, chosen = settings(context).queries, formats.named("queries", form)
    graph = settings(context).graph if "graph" in chosen.takes else None
    for problem in [] if graph else found.problems:
        click.echo(problem, err=True)
    with progress_line() as progress:
        wanted = [query for query in found if family in (None, query.family)]
        listed = chosen.write(wanted, graph=graph, progress=progress)
    click.echo(listed, nl=False)


class QueryCommands(click.Group):
    """One subcommand for each query of the library, its parameters as options."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(settings(context).queries.names())

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        try:
            return _query_command(settings(context).queries.get(name))
        except KgError:
            return None  # `kg queries` reports what is wrong with its file, and so does the use of the query

    def resolve_command(self, context: click.Context, args: list[str]) -> Any:
        settings(context).queries.get(args[0])  # raises a more helpful error than click for an unknown name
        return super().resolve_command(context, args)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The queries by family, without those that pages and pictures are made from."""
        from kg.render.text.reference import FOR_VIEWS

        for family, several in groupby(settings(context).queries, lambda query: query.family):
            if family not in FOR_VIEWS:
                with formatter.section(visible(family)):
                    formatter.write_dl([(visible(query.name), query.summary) for query in several])
        views = ", ".join(FOR_VIEWS)
        formatter.write_paragraph()
        formatter.write_text(f"Pages and pictures are made from the queries of the families {views}: see `kg queries`.")


class QueryCommand(click.Command):
    """A query of the library, whose help lists its columns."""

    columns: Mapping[str, str]

    def format_options(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Columns"):
            formatter.write_dl(list(self.columns.items()))
        super().format_options(context, formatter)


@click.group(cls=QueryCommands, short_help="Ask a query of the library.")
def query() -> None:
    """Ask a query of the library; `kg query NAME --help` lists its parameters.

    A practice, challenge or method may be given by any of its names: "CT", "continuous testing", continuous-testing.
    """


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print the script that completes commands, queries and names in SHELL.

    \b
      eval "$(kg completion bash)"
    """
    from click.shell_completion import get_completion_class

    if found := get_completion_class(shell):
        click.echo(found(context.find_root().command, {}, "kg", "_KG_COMPLETE").source())


class ThingName(click.ParamType[str]):
    """Something in the graph by any of its names; the shell completes ids and labels."""

    def __init__(self, kind: str) -> None:
        self.kind = self.name = kind

    def shell_complete(self, ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        try:
            names = settings(ctx).graph.lookup.completions(self.kind)
        except KgError:
            return []
        wanted = incomplete.casefold()
        return [CompletionItem(name) for name in names if name.casefold().startswith(wanted)]


def _stamp(graph: Any, wanted: bool, name: str, terms: Any, asked: Sequence[str], services: Iterable[str]) -> str:
    """Where an answer comes from, with the release in `build/` that has this graph."""
    if not wanted:
        return ""
    from kg.render.release.files import released_as

    return stamp(graph.snapshot, name, terms, asked, services, released_as(graph.root, graph.snapshot))


def _query_command(found: Any) -> click.Command:
    def run(
        form: str | None,
        output: Path | None,
        stamped: bool,
        explain: bool,
        services: tuple[str, ...] = (),
        stop_after: float | None = None,
        most_memory: int | None = None,
        **values: Any,
    ) -> None:
        chosen = _chosen(found.sparql, form, output, explain)
        graph, agreed = settings(click.get_current_context()).graph, given(services)
        with progress_line(first=f"asking {found.name}"):
            terms = found.terms(values, graph.lookup)
            say_understood(graph, values, terms)
            asked = found.bind(terms)
            if explain:
                sent = would_send(graph, asked, {url: name for name, url in found.services.items()}, agreed)
            else:
                mark = _stamp(graph, stamped or chosen.alone, found.name, terms, [asked], found.services)
                limits = {"timeout": stop_after, "max_memory": most_memory}  # unless parameters are called that
                rows = graph.query(found.name, services=agreed, **(limits | values))
        if explain:
            return emit(chosen.write(_explained(found, terms, asked) + sent), output)
        from kg.answers.hints import without_each

        filters = [f"{p.option} {brief(str(values[p.name]))}" for p in found.parameters
                   if values.get(p.name) not in (None, "", p.default)]  # fmt: skip
        filters += [f"--ask-service {name}" for name in services]
        more: Iterable[str] = () if services or len(rows) else without_each(graph.store, found, terms, values)
        return _answer(graph, rows, form, output, found.summary, mark, filters, more)

    text = f"{found.summary}\n\n{found.story}"
    command = QueryCommand(found.name, callback=run, help=text, short_help=found.summary)
    command.columns = found.columns
    command.params = [option_of(parameter) for parameter in found.parameters]
    command.params.append(
        click.Option(["--explain"], is_flag=True, help="Print the SPARQL instead of running the query.")
    )
    if found.services:
        command.params.append(service_option(found.services))
    taken = {parameter.option for parameter in found.parameters}
    limits = [option for name, option in LIMIT_OPTIONS.items() if name not in taken]
    for option in (rows_format_option, stamp_option, *limits, output_option):
        option(command)
    return command


def _explained(found: Any, terms: dict[str, Any], asked: str) -> str:
    """The query with its parameters filled in, for any SPARQL engine, after comments that say what it is for."""
    from kg.render.text.table import printable

    notes = [f"{found.name}: {found.summary}", *textwrap.wrap(found.story, 100)]
    notes += [f"parameter {name}: {'any' if term is None else term}" for name, term in terms.items()]
    notes += [f"column {name}: {description}" for name, description in found.columns.items()]
    contacted = [f"{name} ({url})" for name, url in found.services.items()]
    notes += [f"contacts {service} if you allow it; what is sent there is shown below" for service in contacted]
    return "".join(f"# {printable(note)}\n" for note in notes) + "\n" + portable(asked)


def option_of(parameter: Any) -> click.Option:
    """A parameter of a query as an option of its command."""
    choice = parameter.type == "choice"
    kind: click.ParamType[Any] = click.Choice(parameter.choices) if choice else ThingName(parameter.type)
    example = f"  [for example: {parameter.example}]" if parameter.example else ""
    return click.Option(
        [parameter.option, parameter.name],
        type=click.STRING if parameter.type in ("integer", "year", "text") else kind,
        metavar=None if choice else parameter.type.upper(),
        required=parameter.default is None,
        default=parameter.default or None,
        help=parameter.description + example,
    )


def say_understood(graph: Any, values: Mapping[str, str | None], terms: Mapping[str, Any]) -> None:
    """Reports the id of what each parameter names, unless it was given by its id; that of another kind always."""
    from kg.core.iris import local_name
    from kg.core.kinds import BY_NAME

    for name, term in terms.items():
        typed = values.get(name)
        kind, slash, id = (local_name(term.value) if term is not None else "").partition("/")
        known = id == typed and (name not in BY_NAME or kind == BY_NAME[name].prefix)
        if typed and slash and not known and not say_merged(graph, typed):
            say(f"{name}: {brief(typed)} is {kind}/{id}")


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@rows_format_option
@stamp_option
@click.option("--ask-service", "services", multiple=True, metavar="URL", help=_URL)
@click.option("--explain", is_flag=True, help="Print the query and what it would send to others; do not ask it.")
@LIMIT_OPTIONS["--timeout"]
@LIMIT_OPTIONS["--max-memory"]
@output_option
@click.pass_context
def sparql(
    context: click.Context,
    file: Any,
    form: str | None,
    stamped: bool,
    services: tuple[str, ...],
    explain: bool,
    stop_after: float | None,
    most_memory: int | None,
    output: Path | None,
) -> None:
    """Ask any SPARQL 1.1 query, from FILE or from stdin.

    The default graph is the union of all named graphs, and the prefixes of the project need not be declared. No service
    is contacted unless you allow it: SERVICE is refused, except for the URLs that --ask-service names.

    \b
      echo 'SELECT ?p WHERE { ?p a cs:Practice }' | kg sparql
    """
    if sys.stdin.isatty() and file.name in ("-", "<stdin>"):
        click.echo("reading a query from the terminal; end it with Ctrl-D", err=True)
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{file.name} is not UTF-8: {error.reason} at byte {error.start}") from error
    chosen = _chosen(text, form, output, explain)
    graph, agreed = settings(context).graph, dict.fromkeys(services)
    with progress_line(first="asking the query"):
        if explain:
            explained = portable(text) + would_send(graph, text, {}, agreed)
        else:
            mark = _stamp(graph, stamped or chosen.alone, "sparql", {}, [text], agreed)
            rows = graph.sparql(text, services=agreed, timeout=stop_after, max_memory=most_memory)
    if explain:
        return emit(chosen.write(explained), output)
    from kg.answers.hints import hints_on

    name = Path(getattr(file, "name", "-")).name
    name = "Answer to a SPARQL query" if name in ("-", "<stdin>") else name
    hints: Iterable[str] = () if services else hints_on(graph.store, text, rows)
    return _answer(graph, rows, form, output, name, mark, [f"--ask-service {url}" for url in services], hints)


def _chosen(sparql: str, form: str | None, output: Path | None, explain: bool) -> OutputFormat:
    """The format of the answer to a query, before it is asked."""
    from kg.store.sparql_text import makes_triples

    if explain:
        return formats.of_file("explained query", output, "sparql")
    return _format(makes_triples(sparql), form, output)


def _format(triples: bool, form: str | None, output: Path | None) -> OutputFormat:
    kind, default = ("triples", "ttl") if triples else ("rows", "table")
    return formats.chosen(kind, form, output, default)


def _answer(
    graph: Any,
    rows: Any,
    form: str | None,
    output: Path | None,
    title: str,
    mark: str,
    filters: list[str],
    hints: Iterable[str],
) -> None:
    """Prints or writes the rows, and reports on stderr if there are none, with what may be the reason."""
    chosen = _format(rows.triples is not None, form, output)
    with progress_line(first=f"writing {len(rows)} rows"):
        content = chosen.write(rows, works=graph, title=title, stamp=mark)
    emit(content, output, to_read=chosen.name == "table")
    if output and chosen.name in ("csv", "tsv") and (number := formulas(rows)):
        what = f"{count(number, 'cell')} would be run as a formula by a spreadsheet program"
        click.echo(f"{what}: in {output.with_suffix('.xlsx').name} they would be text", err=True)
    if mark and "stamp" not in chosen.takes:
        click.echo(mark, err=True)
    if rows.triples is None and not len(rows):
        click.echo(" with ".join(["no results", *filter(None, [" and ".join(filters)])]), err=True)
    for hint in hints:
        click.echo(f"hint: {visible(hint)}", err=True)


@click.command()
@click.argument("thing")
@click.pass_context
def show(context: click.Context, thing: str) -> None:
    """Show everything about one THING: its facts, its evidence, and what refers to it.

    THING is an id (PEC4), a BibTeX key, a label or an IRI.
    """
    from kg.render.text.card import card

    graph = settings(context).graph
    with progress_line(first=f"looking up {brief(thing)}"):
        say_merged(graph, thing)
        shown = card(graph, thing)
    emit(shown, None, to_read=True)


def service_option(services: Mapping[str, str]) -> click.Option:
    """The option of a federated query of the library, which names its services."""
    names = ", ".join(f"{name} ({url})" for name, url in services.items())
    return click.Option(
        ["--ask-service", "services"],
        multiple=True,
        metavar="NAME[=URL]",
        shell_complete=lambda _, __, typed: [name for name in services if name.startswith(typed)],
        help=f"Allow this command to contact this service: {names}. With =URL a mirror of it is used. {_SENT}",
    )


def given(services: Sequence[str]) -> dict[str, str | None]:
    """The services given to the option of a query."""
    from kg.store.services.asking import agreed_to

    return {name: url for service in services for name, url in agreed_to(service).items()}


def would_send(graph: Any, asked: str, known: Mapping[str, str], agreed: Mapping[str, str | None]) -> str:
    """Every request that the query would make, and to which service; none is made."""
    from kg.store.services.asking import exchanges

    lines = []
    for exchange in exchanges(graph.store, asked, known, agreed):
        lines.append(f"\n# {exchange.summary}.\n")
        for number, text in enumerate(exchange.texts, 1):
            lines.append(f"\n# Request {number} of {len(exchange.texts)} to {exchange.url}\n\n{text}")
    return "".join(lines)


COMMANDS = (queries, query, sparql, show, completion)
