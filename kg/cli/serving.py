"""The command that serves the graph."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.common import settings
from kg.cli.progress import progress_line, say
from kg.core.problems import UsageError

if TYPE_CHECKING:
    from kg.server.settings import ServerSettings

_TOKEN = "KG_SERVE_TOKEN"  # noqa: S105 - the name of a variable
_SHORTEST = 16


@click.command()
@click.option(
    "--graph",
    "file",
    type=click.Path(exists=True, dir_okay=False),
    help="Serve this RDF file (.nq .trig .ttl .nt .rdf .jsonld) in place of the graph of the review.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any that is free."
)
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"Only who sends the token in this file may ask; or set {_TOKEN}.",
)
@click.option(
    "--allow-origin",
    "origins",
    multiple=True,
    metavar="ORIGIN",
    help="Let pages of this origin ask, or * for all. Repeatable; none by default.",
)
@click.option(
    "--timeout", type=click.FloatRange(0.1, 86400), default=30, show_default=True, help="Seconds that a query may run."
)
@click.option(
    "--max-rows",
    type=click.IntRange(1),
    default=100_000,
    show_default=True,
    help="Rows or triples that an answer may have.",
)
@click.option(
    "--max-answer",
    type=click.IntRange(1, 4096),
    default=64,
    show_default=True,
    metavar="MIB",
    help="Size that an answer may have.",
)
@click.option(
    "--max-body",
    type=click.IntRange(1, 1024**2),
    default=1024,
    show_default=True,
    metavar="KIB",
    help="Size that a request may have.",
)
@click.option(
    "--max-memory",
    type=click.IntRange(64),
    default=512,
    show_default=True,
    metavar="MIB",
    help="Memory that a query may need beside the graph.",
)
@click.option(
    "--max-queries", type=click.IntRange(2, 1000), default=32, show_default=True, help="Long queries, running or held."
)
@click.option("--site/--no-site", default=True, show_default=True, help="Serve the pages of the graph too.")
@click.option("--quiet", is_flag=True, help="No access log on stderr.")
@click.pass_context
def serve(context: click.Context, /, host: str, token_file: Path | None, quiet: bool, **given: Any) -> None:
    """Serve the graph: a read-only SPARQL 1.1 endpoint at /sparql, and the pages of the graph.

    It listens on this machine only, unless --host says otherwise. After `kg build` it serves the new graph without
    dropping a request. Queries that take too long, too much memory or give too many rows are stopped; long ones give
    way to quick ones. Nothing is fetched from elsewhere and nothing can be changed. Each request is a line of JSON on
    stderr.

    \b
      kg serve
      curl -H 'Accept: text/csv' --data-urlencode 'query=SELECT ?p { ?p a cs:Practice }' http://localhost:8000/sparql
      curl 'http://localhost:8000/queries/related-work?practice=CT&format=md'
    """
    from kg.building.review_files import open_review
    from kg.server.run import serve as run

    root = settings(context).root
    chosen = _settings(root if given["file"] else open_review(root), host, _token(token_file), not quiet, given)
    if not chosen.local and not chosen.token:
        click.echo(f"everybody who reaches {host} may ask: {_TOKEN} or --token-file would ask for a token", err=True)
    if not run(chosen, "Continuous* knowledge graph", say, progress_line):
        raise SystemExit(1)


def _settings(root: Path, host: str, token: str, log: bool, given: dict[str, Any]) -> ServerSettings:
    from kg.server.settings import Limits, ServerSettings

    limits = Limits(seconds=given["timeout"], rows=given["max_rows"], answer=given["max_answer"],
                    body=given["max_body"], memory=given["max_memory"], queries=given["max_queries"])  # fmt: skip
    return ServerSettings(
        root,
        given["file"] or "",
        host,
        given["port"],
        token,
        given["origins"],
        limits,
        log,
        given["site"] and not given["file"],
    )


def _token(file: Path | None) -> str:
    """The token asked for, empty when there is none.

    Raises:
        UsageError: for one that could be guessed.
    """
    token = file.read_text(encoding="utf-8").strip() if file else os.environ.get(_TOKEN, "")
    if (file or token) and len(token) < _SHORTEST:
        raise UsageError(f"a token has at least {_SHORTEST} characters: `openssl rand -hex 16` makes one")
    return token


COMMANDS = (serve,)
