"""`kg diff`: what changed between two versions of a review."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.answers.evidence_map import DIMENSIONS
from kg.cli.common import Settings, emit, format_option, output_option, say_changed, settings
from kg.cli.progress import progress_line, say
from kg.render import formats

if TYPE_CHECKING:
    from kg.answers.changes import Changes
    from kg.api import KnowledgeGraph
    from kg.building.versions import Version
    from kg.core.progress import Progress

_MAP = "Compare this evidence map; may be given several times.  [default: practice by category, challenge and outcome]"
_ALL = "List everything: by default, long lists of text and Markdown are cut."
_EXIT = "End with 1 if there are differences, as `git diff --exit-code` does."


@click.command()
@click.argument("old")
@click.argument("new", default="")
@click.option("--map", "maps", nargs=2, type=click.Choice(DIMENSIONS), multiple=True, metavar="ROWS COLUMNS", help=_MAP)
@click.option(
    "--no-answers", is_flag=True, help="Do not compare the answers of the query library, which takes longest."
)
@click.option("--all", "whole", is_flag=True, help=_ALL)
@click.option("--exit-code", is_flag=True, help=_EXIT)
@format_option("changes", "text")
@output_option
@click.pass_context
def diff(
    context: click.Context,
    /,
    old: str,
    new: str,
    maps: tuple[tuple[str, str], ...],
    no_answers: bool,
    whole: bool,
    exit_code: bool,
    form: str | None,
    output: Path | None,
) -> None:
    """Show what changed from OLD to NEW, by default to the graph of this review.

    OLD and NEW are each a review, a build folder, a release, a graph file, or a revision of git, which is built in a
    temporary folder. Works, findings, links, effects, citations and concepts are compared, the cells of evidence maps,
    and the answers of the query library. Ids that were renamed are recognised. Without differences, it says so.

    \b
      kg diff HEAD~20
      kg diff v1.0 v1.1 -o changes.md
      kg diff release-1.0.zip -o changes.html
    """
    from kg.answers.changes import MAPS, changes
    from kg.building.versions import version

    written = formats.chosen("changes", form, output, "text")
    found = settings(context)
    with (
        progress_line() as progress,
        version(found.root, old, progress) as one,
        version(found.root, new, progress) as two,
    ):
        before, now = (_opened(found, one), _opened(found, two))
        if not new:
            say_changed(now)
        made = changes(before, now, (one.name, two.name), maps or MAPS, not no_answers, progress)
        text = written.write(made, whole=whole, pages=_pages(found, now) if written.name == "html" else {})
    emit(text, output, to_read=written.name == "text")
    for note in made.notes:
        say(note)
    sys.exit(1 if exit_code and made else 0)


def _pages(found: Settings, graph: KnowledgeGraph) -> dict[str, str]:
    """The addresses of the pages of the site, if `kg.toml` says where it is published."""
    from kg.readers.settings import read_settings
    from kg.render.pages.site import page_addresses

    address = read_settings(found.root).url
    return page_addresses(graph, address) if address else {}


def since(found: Settings, old: str, progress: Progress) -> Changes:
    """What changed from a version of the review to the graph that is open."""
    from kg.answers.changes import changes
    from kg.building.versions import version

    graph = found.graph
    with version(found.root, old, progress) as one:
        return changes(_opened(found, one), graph, (one.name, "now"), progress=progress)


def _opened(found: Settings, place: Version) -> KnowledgeGraph:
    """The graph of a version, which answers the queries of this review."""
    from kg.api import KnowledgeGraph
    from kg.store import Store

    store = Store.of_file(place.graph) if place.graph.suffix == ".nq" else Store.of_rdf(place.graph)
    graph = KnowledgeGraph(found.root, store)
    graph.queries = found.queries
    return graph


COMMANDS = (diff,)
