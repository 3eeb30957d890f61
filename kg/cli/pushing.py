"""The command that fills a store."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from kg.cli.common import choice_option, settings
from kg.cli.progress import progress_line
from kg.cli.reporting import count
from kg.core.progress import Progress, counted

if TYPE_CHECKING:
    from kg.store.remote.push import Verify

_QUERY_URL = "The SPARQL endpoint of the store, where triples are counted that were not sent, or not returned in whole."
_VERIFY = "Graphs to compare with the build afterwards, triple by triple: those that were sent, or all."


@click.command()
@click.argument("url", metavar="URL")
@click.option("--query-url", metavar="URL", default="", help=_QUERY_URL)
@choice_option("--verify how", ["all", "changed", "none"], "changed", _VERIFY)
@click.option("--dry-run", is_flag=True, help="List what would be sent and deleted, and change nothing.")
@click.pass_context
def push(context: click.Context, url: str, query_url: str, how: Verify, dry_run: bool) -> None:
    """Load the built graph into a store that speaks the SPARQL 1.1 Graph Store HTTP Protocol at URL.

    Each source file is a named graph there, and graph/all is their union. Only what has changed since the last push is
    sent. Graphs whose source no longer exists are deleted, but never one that kg did not put there. If it is
    interrupted, run it again. User and password are taken from KG_ENDPOINT_USER and KG_ENDPOINT_PASSWORD, a token from
    KG_ENDPOINT_TOKEN. Query the graph with `kg --endpoint URL`; docs/stores.md lists the URLs of several stores.

    \b
      kg push http://localhost:7878/store
      kg --endpoint http://localhost:7878/query query contents
    """
    from kg.store.remote.graph_store import GraphStore
    from kg.store.remote.push import Build, carry_out, described, finish, plan, verify
    from kg.store.remote.store import RemoteStore

    store, counter = GraphStore(url), RemoteStore(query_url) if query_url else None
    quads = settings(context).built().nquads()  # the graph itself is not needed, and takes most of the memory
    with progress_line() as progress:
        build = Build.of(quads, progress)
        progress(f"reading the manifest of {store}")
        planned = plan(build, store)
    if dry_run:
        for what, name, triples in described(planned):
            click.echo(f"{what} {name}" + (f": {count(int(triples), 'triple')}" if triples else ""))
        click.echo(f"{count(len(planned.same), 'graph')} would not change; this was a dry run", err=True)
        return
    compared = planned.compared(how)
    with progress_line() as progress:
        done = _sum(progress, planned.triples + sum(len(planned.build.graphs[iri]) for iri in compared))
        carry_out(planned, store, done)
        verify(planned, store, how, counter, done)
        finish(planned, store)
    if planned.done:
        click.echo(f"{store} has this build already", err=True)
    else:
        sent = f"{count(len(planned.sent), 'graph')} sent ({count(planned.triples, 'triple')})"
        click.echo(f"{store}: {sent}, {len(planned.same)} unchanged, {len(planned.delete)} deleted", err=True)
    same = f"{count(len(compared), 'graph')} compared with the build: no differences"
    click.echo(same if compared else "nothing was compared", err=True)


def _sum(progress: Progress, of: int) -> Callable[[str, int], None]:
    """Reports the number of triples done in all steps so far."""
    done = 0

    def report(what: str, triples: int) -> None:
        nonlocal done
        done += triples
        counted(progress, what, done, of)

    return report


COMMANDS = (push,)
