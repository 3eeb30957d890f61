"""The command that serves the graph."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.common import settings
from kg.cli.progress import progress_line, say
from kg.core.problems import UsageError, brief

if TYPE_CHECKING:
    from kg.server.settings import ServerSettings

_TOKEN = "KG_SERVE_TOKEN"  # noqa: S105 - the name of a variable
_SHORTEST = 16
_HOST = re.compile(r"[\w.-]+|\[[0-9a-fA-F:.]+\]", re.A)
_ADDRESS = re.compile(rf"https?://({_HOST.pattern})(:\d{{1,5}})?(/[\w.~-]+)*/?", re.A)


def _limit(name: str, type_: Any, default: float, help_: str, metavar: str | None = None) -> Callable[..., Any]:
    return click.option(name, type=type_, default=default, show_default=True, metavar=metavar, help=help_)


_GRAPH = "Serve this RDF file (.nq .trig .ttl .nt .rdf .jsonld) instead of the graph of the review."
_TOKEN_FILE = f"Require the token in this file with every request; or set {_TOKEN}."
_STALLED = "Seconds after which a client that takes nothing of its answer is disconnected."
_BASE = "The address of the server as clients see it, such as https://example.org/review/, if a proxy is in front."
_PROXY = "Believe the X-Forwarded headers of a proxy at this address or network. Repeatable; none by default."
_ALLOWED = "Answer to this name too, and only to names given so if --host is not this machine. Repeatable."
_ORIGIN = "Let pages of this origin send requests, or * for all. Repeatable; none by default."


@click.command()
@click.option("--graph", "file", type=click.Path(exists=True, dir_okay=False), help=_GRAPH)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@_limit("--port", click.IntRange(0, 65535), 8000, "Port to listen on; 0 takes any that is free.")
@click.option("--token-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help=_TOKEN_FILE)
@click.option("--allow-origin", "origins", multiple=True, metavar="ORIGIN", help=_ORIGIN)
@click.option("--base-url", default="", metavar="URL", help=_BASE)
@click.option("--trusted-proxy", "proxies", multiple=True, metavar="ADDRESS", help=_PROXY)
@click.option("--allow-host", "hosts", multiple=True, metavar="NAME", help=_ALLOWED)
@_limit("--timeout", click.FloatRange(0.1, 86400), 30, "Seconds that a query may run.")
@_limit("--max-rows", click.IntRange(1), 100_000, "Rows or triples that an answer may have.")
@_limit("--max-answer", click.IntRange(1, 4096), 64, "Size that an answer may have.", "MIB")
@_limit("--max-body", click.IntRange(1, 1024**2), 1024, "Size that a request may have.", "KIB")
@_limit("--max-memory", click.IntRange(64), 512, "Memory that a query may need in addition to the graph.", "MIB")
@_limit("--max-unsent", click.IntRange(1), 256, "Answers that clients have not taken yet, in all.", "MIB")
@_limit(
    "--send-timeout", click.FloatRange(0.1, 86400), 20, "Seconds after which a client that takes nothing is cut off."
)
@_limit("--cache", click.IntRange(0), 32, "Answers that are kept for when they are asked for again.", "MIB")
@_limit("--max-queries", click.IntRange(2, 1000), 32, "Long queries, running or paused.")
@click.option("--site/--no-site", default=True, show_default=True, help="Serve the pages of the graph too.")
@click.option("--quiet", is_flag=True, help="No access log on stderr.")
@click.pass_context
def serve(context: click.Context, /, host: str, token_file: Path | None, quiet: bool, **given: Any) -> None:
    """Serve the graph: a read-only SPARQL 1.1 endpoint at /sparql, and the pages of the graph.

    It listens on this machine only, unless --host is given. After `kg build` it serves the new graph without
    interruption. Queries that exceed a limit of time, memory or rows are stopped, and long queries give way to quick
    ones. Nothing is fetched from elsewhere, and nothing can be changed. Each request is logged on stderr as a line of
    JSON.

    \b
      kg serve
      curl -H 'Accept: text/csv' --data-urlencode 'query=SELECT ?p { ?p a cs:Practice }' http://localhost:8000/sparql
      curl 'http://localhost:8000/queries/related-work?practice=CT&format=md'
    """
    from kg.core.iris import know
    from kg.readers.settings import TITLE, ReviewSettings, read_settings
    from kg.server.run import serve as run

    review = settings(context)
    chosen = _settings(review.root if given["file"] else review.review, host, _token(token_file), not quiet, given)
    if not chosen.token and (chosen.base_url or not chosen.local):
        place = chosen.base_url or host
        click.echo(f"everyone who can reach {place} can send queries: require a token with --token-file", err=True)
    ours = ReviewSettings() if chosen.file else read_settings(chosen.root)
    know(ours.base)
    run(chosen, ours.title or TITLE, say, progress_line)


def _settings(root: Path, host: str, token: str, log: bool, given: dict[str, Any]) -> ServerSettings:
    from kg.server.settings import Limits, ServerSettings

    names = ("rows", "answer", "body", "memory", "unsent", "queries")
    most = {name: given[f"max_{name}"] for name in names}
    limits = Limits(seconds=given["timeout"], stalled=given["send_timeout"], cache=given["cache"], **most)
    file, site = given["file"] or "", given["site"] and not given["file"]
    found = ServerSettings(root, file, host, given["port"], token, given["origins"], limits, log, site)
    base, proxies = _base_url(given["base_url"]), tuple(map(_network, given["proxies"]))
    return replace(found, base_url=base, proxies=proxies, hosts=tuple(map(_name, given["hosts"])))


def _base_url(text: str) -> str:
    """An address of HTTP with a slash at its end; empty for none.

    Raises:
        UsageError: if it is not such an address, or has more than a host and a path.
    """
    if text and not _ADDRESS.fullmatch(text):
        raise UsageError(f"--base-url {brief(text)} is not an address such as https://example.org/review/")
    return text.rstrip("/") + "/" if text else ""


def _name(text: str) -> str:
    if not _HOST.fullmatch(text):
        raise UsageError(f"--allow-host {brief(text)} is not the name of a host, without a port")
    return text.strip("[]").lower()


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text, strict=False)
    except ValueError:
        raise UsageError(f"--trusted-proxy {brief(text)} is not an IP address or network") from None


def _token(file: Path | None) -> str:
    """The token that requests need, empty for none.

    Raises:
        UsageError: for one that is easy to guess.
    """
    token = file.read_text(encoding="utf-8").strip() if file else os.environ.get(_TOKEN, "")
    if (file or token) and len(token) < _SHORTEST:
        raise UsageError(f"a token needs at least {_SHORTEST} characters: `openssl rand -hex 16` makes one")
    return token


COMMANDS = (serve,)
