"""Commands that draw: the interactive graph, the evidence map and its gaps, and the site that holds them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click

from kg.answers.evidence_map import DIMENSIONS, NOT_APPLICABLE
from kg.answers.network_views import VIEWS
from kg.cli.asking import Named
from kg.cli.common import emit, output_option, say_merged, settings
from kg.cli.progress import progress_line, say
from kg.core.output import write_folder
from kg.core.problems import UsageError
from kg.core.progress import Progress

STYLES = ("table", "bubble")
Writers = dict[str, Callable[[Any], str | bytes]]


@click.command()
@click.option(
    "--about",
    default="",
    type=Named("finding"),
    metavar="ID",
    help="Only what is around this thing: an id (PEC4), a BibTeX key or a label.",
)
@click.option("--depth", type=click.IntRange(0, 10), default=1, show_default=True, help="How many edges around it.")
@click.option(
    "--view",
    type=click.Choice(list(VIEWS)),
    default="whole",
    show_default=True,
    help="What it shows: " + "; ".join(f"{name}, {what}" for name, (what, _) in VIEWS.items()) + ".",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    show_default="build/graph.html",
    help="The ending says what it becomes: .html, .svg, .png, .pdf, .graphml, .gexf or .json.",
)
@click.option(
    "--width",
    type=click.IntRange(60, 2000),
    metavar="MM",
    show_default="as large as it needs to be",
    help="Of .svg, .png and .pdf, in millimetres.",
)
@click.pass_context
def graph(context: click.Context, about: str, depth: int, view: str, output: Path | None, width: int | None) -> None:
    """Draw the graph as a page that works offline, or export it.

    Click a node or an edge to read the words it rests on, with section and work. A large graph opens with its outline;
    double-click a thing to see what is around it. The address of the page holds the view.
    """
    from kg.answers.network import network

    found = settings(context)
    target = output or found.root / "build" / "graph.html"
    with progress_line() as progress:
        write = _writer(_graph_writers(width, progress), target)
        say_merged(found.graph, about)
        drawn = write(network(found.graph, about, depth, view, progress))
    emit(drawn, target)


@click.command()
@click.option("--rows", type=click.Choice(DIMENSIONS), default="practice", show_default=True)
@click.option(
    "--columns",
    type=click.Choice(DIMENSIONS),
    default="category",
    show_default=True,
    help="category: the top of the challenge hierarchy.",
)
@click.option(
    "--style",
    type=click.Choice(STYLES),
    default="table",
    show_default=True,
    help="For .svg, .png and .pdf: "
    "a table with bubbles, or a bubble plot in the manner of mapping studies, for a column of a paper.",
)
@click.option(
    "--width",
    type=click.IntRange(60, 400),
    show_default="85 for the bubble plot, or as wide as the columns need",
    metavar="MM",
    help="Of .svg, .png and .pdf, in millimetres.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    show_default="build/map.html, or map.svg",
    help="The ending says what it becomes: .html, .csv, .xlsx, .tex, .json, .svg, .png or .pdf.",
)
@click.pass_context
def map_(context: click.Context, rows: str, columns: str, style: str, width: int | None, output: Path | None) -> None:
    """Draw the evidence map: the number of distinct studies in each cell of two dimensions.

    Click a cell to read the studies and findings behind its number. Practices or areas by challenges or categories
    count what links the two; any other two dimensions count the findings that concern both. Methods and contexts are
    those of the study, the year is that of the work; what the graph does not say is `not known`. A cell without
    studies says whether the two were looked for and not found (×), no evidence was found (–), nobody looked (·) or
    somebody declares the pair not applicable (n/a).
    """
    writers = _map_writers(style, width)
    found = settings(context)
    target = output or found.root / "build" / ("map.html" if style == "table" else "map.svg")
    write = _writer(writers, target)
    graph = found.graph
    with progress_line() as progress:
        progress("counting studies")
        made = graph.evidence_map(rows, columns)
        progress(f"drawing {len(made.rows)} rows and {len(made.columns)} columns")
        drawn = write(made)
    emit(drawn, target)


map_.name = "map"


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    show_default="build/site",
    metavar="DIR",
    help="The folder; one that holds other files is left alone.",
)
@click.option("--title", default="Continuous* knowledge graph", show_default=True, help="What the site is called.")
@click.pass_context
def site(context: click.Context, output: Path | None, title: str) -> None:
    """Write a folder of pages to publish beside a paper.

    It holds the graph, the evidence map, a search, a page for each practice, challenge, finding, study and
    publication, with the quotations, and the data. It works from disk and on any static host. A licence file of the
    review (LICENSE-DATA or LICENSE) and its CITATION.cff, which says how to cite it, are published with it.
    """
    from kg.render.pages.review_site import review_site

    found = settings(context)
    target = output or found.root / "build" / "site"
    graph = found.graph
    with progress_line() as progress:
        files = review_site(graph, found.root, title, progress=progress)
        write_folder(target, files, progress)
    pages = sum(name.endswith(".html") for name in files)
    click.echo(f"wrote {target}: {pages} pages; open {target / 'index.html'}", err=True)


@click.command()
@click.option("--rows", type=click.Choice(DIMENSIONS), default="practice", show_default=True)
@click.option("--columns", type=click.Choice(DIMENSIONS), default="category", show_default=True)
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the first N.")
@click.option(
    "-f", "--format", "form", type=click.Choice(["table", "csv", "json", "md"]), default="table", show_default=True
)
@output_option
@click.pass_context
def gaps(context: click.Context, rows: str, columns: str, top: int | None, form: str, output: Path | None) -> None:
    """List the cells of an evidence map that have no evidence, those first that most lies around.

    Ranked by the distinct studies in the row plus those in the column, then by label. State: `looked for and not
    found` (a finding says so of the two together), `no evidence found` (a study has findings on each, none on the two
    together) or `nobody looked` (no study in the graph has findings on both).

    What the graph cannot know: whether a work that is not annotated looked, and whether somebody looked and did not
    report it. Cells that are `not known` are no gaps, nor are pairs that somebody declares not applicable.
    """
    from kg.answers.gaps import gaps as gaps_of
    from kg.render.text.gap_rows import gap_rows
    from kg.render.text.rows import render

    graph = settings(context).graph
    with progress_line() as progress:
        progress("counting studies")
        evidence_map = graph.evidence_map(rows, columns)
        found = gaps_of(evidence_map)
    if left_out := sum(evidence_map.state(*pair) == NOT_APPLICABLE for pair in evidence_map.exclusions):
        click.echo(f"declared not applicable and left out: {left_out} {'pair' if left_out == 1 else 'pairs'}", err=True)
    emit(render(gap_rows(found[:top]), form, graph.entries), output)


def _graph_writers(width: int | None, progress: Progress) -> Writers:
    from kg.render import network_files
    from kg.render.figures.canvas import writers
    from kg.render.figures.network_picture import network_picture
    from kg.render.pages.graph_page import graph_page

    def page(network: Any) -> str:
        progress(f"writing a page of {len(network.nodes)} nodes")
        return graph_page(network)

    return {
        ".html": page,
        **writers(partial(network_picture, width=width, warn=say, progress=progress)),
        ".graphml": network_files.network_graphml,
        ".gexf": network_files.network_gexf,
        ".json": network_files.network_json,
    }


def _map_writers(style: str, width: int | None) -> Writers:
    from kg.render.figures.canvas import writers
    from kg.render.figures.map_picture import map_bubbles, map_table
    from kg.render.map_workbook import map_xlsx
    from kg.render.pages.map_page import map_page
    from kg.render.text import map_tables
    from kg.render.text.map_latex import map_latex

    if style == "bubble":
        return writers(partial(map_bubbles, width=width))
    return {
        ".html": map_page,
        ".csv": map_tables.map_csv,
        ".xlsx": map_xlsx,
        ".tex": map_latex,
        ".json": map_tables.map_json,
        **writers(partial(map_table, width=width)),
    }


def _writer(writers: Writers, target: Path) -> Callable[[Any], str | bytes]:
    write = writers.get(target.suffix.lower())
    if write is None:
        raise UsageError(
            f"cannot write {target.suffix or 'a file without ending'}: the file ends in {', '.join(writers)}"
        )
    return write


COMMANDS = (graph, map_, gaps, site)
