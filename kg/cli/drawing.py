"""Commands that draw: the interactive graph, the evidence map and its gaps, and the site that contains them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kg.answers.evidence_map import DIMENSIONS, NOT_APPLICABLE, caption_of
from kg.answers.map_evidence import with_evidence
from kg.answers.network_views import VIEWS
from kg.answers.rows import NOT_ANNOTATED, annotated
from kg.answers.selection import Selection
from kg.cli.asking import ThingName
from kg.cli.changes import since
from kg.cli.common import (
    choice_option,
    dpi_option,
    emit,
    file_option,
    format_option,
    output_option,
    say_merged,
    settings,
    width_option,
)
from kg.cli.progress import progress_line, say
from kg.cli.reporting import count
from kg.cli.selecting import chosen, selection_options
from kg.core.output import write_folder
from kg.core.problems import UsageError
from kg.readers.settings import TITLE, fault_of_address
from kg.render import formats

STYLES = {"table": "map", "bubble": "bubble plot"}
"""The styles of the evidence map, each with its kind in the table of formats."""

rows_option = choice_option("--rows", DIMENSIONS, "practice", "What the rows of the map are.")
columns_option = choice_option(
    "--columns", DIMENSIONS, "category", "What its columns are; category is the top of the challenge hierarchy."
)
_WITH_EVIDENCE = "Leave out {} without any evidence: the vocabulary has more than a review has findings on."
_MILLIMETRES = "Of .svg, .png and .pdf, in millimetres."
_PARTS = "Columns that do not fit side by side stand in parts below each other."
_ABOUT = "Only this thing and what is connected to it: an id (PEC4), a BibTeX key or a label."
_PUBLISHED = "Where the site will be published, with a slash at the end: for search engines and previews of links."
_SITE = "The folder; a folder with other files is not overwritten."
_SINCE = "Add a page that shows what changed since OLD: a folder, a release or a revision, as for `kg diff`."
_VIEWS = "What it shows: " + "; ".join(f"{name}, {what}" for name, (what, _) in VIEWS.items()) + "."
_STYLES = (
    "For .svg, .png and .pdf: a table with bubbles, or a bubble plot as in mapping studies, for a column of a paper."
)


@click.command()
@click.option("--about", default="", type=ThingName("finding"), metavar="ID", help=_ABOUT)
@click.option("--depth", type=click.IntRange(0, 10), default=1, show_default=True, help="How many edges around it.")
@choice_option("--view", VIEWS, "whole", _VIEWS)
@selection_options
@file_option("network", "build/graph.html")
@width_option(60, 2000, _MILLIMETRES, shown="as large as necessary")
@dpi_option()
@click.pass_context
def graph(
    context: click.Context,
    /,
    about: str,
    depth: int,
    view: str,
    output: Path | None,
    width: int | None,
    dpi: int | None,
    **filters: Any,
) -> None:
    """Draw the graph as a page that works offline, or export it.

    On the page, click a node or an edge to read the quotations behind it, with section and work. A large graph opens
    with its outline; double-click a node to see what is connected to it. The address of the page contains the view.
    With filters, only the selected findings are in it, with what they are about; the title says which filters apply.
    """
    from kg.answers.evidence_rows import selected_findings
    from kg.answers.network_rows import network

    found = settings(context)
    target = output or found.root / "build" / "graph.html"
    form = formats.of_file("network", target)
    with progress_line() as progress:
        say_merged(found.graph, about)
        only = Selection.of(found.graph, **chosen(filters))
        selected = selected_findings(found.graph, only) if only else None
        made = network(found.graph, about, depth, view, progress, selected)
        drawn = form.write(made, width=width, dpi=dpi, warn=say, progress=progress)
    emit(drawn, target)
    if made.note:
        say(made.note)


@click.command("map")
@rows_option
@columns_option
@selection_options
@choice_option("--style", STYLES, "table", _STYLES)
@width_option(60, 400, f"{_MILLIMETRES} {_PARTS}", shown="85 for the bubble plot, or as wide as the columns need")
@dpi_option()
@file_option("map", "build/map.html, or map.svg")
@click.option("--with-evidence", "only", is_flag=True, help=_WITH_EVIDENCE.format("rows and columns"))
@click.option("--caption", is_flag=True, help="Print a caption for the picture, and draw nothing.")
@click.pass_context
def map_(
    context: click.Context,
    /,
    rows: str,
    columns: str,
    style: str,
    width: int | None,
    dpi: int | None,
    output: Path | None,
    only: bool,
    caption: bool,
    **filters: Any,
) -> None:
    """Draw the evidence map: the number of distinct studies in each cell of two dimensions.

    On the page, click a cell to read the studies and findings behind its number. Cells of practices or areas by
    challenges or categories count findings that link the two; cells of any other two dimensions count the findings that
    concern both. Methods and contexts are those of the study, the year is that of the work; what is not recorded is
    `not known`. A cell without studies shows whether the two were looked for and not found (×), no evidence was found
    (–), nobody looked (·) or an annotator declares the pair not applicable (n/a).

    With filters, studies are counted anew and the output says which filters apply; a cell whose findings are all left
    out is `hidden by the filters` (…).
    """
    found = settings(context)
    target = output or found.root / "build" / ("map.html" if style == "table" else "map.svg")
    form = formats.of_file(STYLES[style], target, "text" if style == "table" and str(target) == "-" else "")
    graph = found.graph
    with progress_line(first="counting studies") as progress:
        whole = made = graph.evidence_map(rows, columns, **chosen(filters))
        if only:
            made = with_evidence(whole)
        progress(f"drawing {len(made.rows)} rows and {len(made.columns)} columns")
        drawn = "" if caption else form.write(made, width=width, dpi=dpi, warn=say)
    if caption:
        click.echo(caption_of(made))
        return
    emit(drawn, target, to_read=form.name == "text")
    if only:
        left = len(whole.rows) - len(made.rows), len(whole.columns) - len(made.columns)
        say(f"left out because they have no evidence: {count(left[0], 'row')}, {count(left[1], 'column')}")


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), show_default="build/site", metavar="DIR", help=_SITE)
@click.option("--title", show_default=f"that of kg.toml, or {TITLE}", help="The title of the site.")
@click.option("--with-evidence", "only", is_flag=True, help=_WITH_EVIDENCE.format("concepts of the lists and the map"))
@click.option("--base-url", "address", metavar="URL", show_default="url of kg.toml", help=_PUBLISHED)
@click.option("--since", "old", metavar="OLD", help=_SINCE)
@click.pass_context
def site(
    context: click.Context, output: Path | None, title: str | None, only: bool, address: str | None, old: str | None
) -> None:
    """Write a folder of pages to publish with a paper.

    The site contains the graph, the evidence map, a search, a page that answers queries in the browser, a page for each
    practice, challenge, finding, study and publication with the quotations, and the data. It works from disk and on any
    static host. A licence file of the review (LICENSE-DATA or LICENSE) and its CITATION.cff, which says how to cite it,
    are published with it.
    """
    from kg.render.pages.site import review_site
    from kg.render.pages.wasm_engine import AGAIN, engine_files

    if address and (fault := fault_of_address(address)):
        raise UsageError(f"--base-url {fault}: write it as in https://example.org/my-review-site/")
    found = settings(context)
    target = output or found.root / "build" / "site"
    graph, engine = found.graph, engine_files()
    if engine is None:
        say(f"the site has no page Ask: Oxigraph for browsers is not installed; `{AGAIN}` downloads it")
    with progress_line() as progress:
        changed = since(found, old, progress) if old else None
        name = title or graph.title or TITLE
        files = review_site(graph, found.root, name, (), only, progress, address or "", changed, engine)
        write_folder(target, files, progress)
    pages = sum(name.endswith(".html") for name in files)
    click.echo(f"wrote {target}: {pages} pages; open {target / 'index.html'}", err=True)


@click.command()
@rows_option
@columns_option
@selection_options
@click.option("--with-evidence", "only", is_flag=True, help=_WITH_EVIDENCE.format("rows and columns"))
@click.option("--top", type=click.IntRange(min=1), metavar="N", help="Only the first N.")
@format_option("rows", "table", "The format of the list.", keep=formats.of_any_rows)
@output_option
@click.pass_context
def gaps(
    context: click.Context,
    /,
    rows: str,
    columns: str,
    only: bool,
    top: int | None,
    form: str | None,
    output: Path | None,
    **filters: Any,
) -> None:
    """List the cells of an evidence map that have no evidence, ranked by the evidence in their row and column.

    The rank is the number of distinct studies in the row plus those in the column; ties are sorted by label. The state
    of a cell is `looked for and not found` (a finding says so of the two together), `no evidence found` (a study has
    findings on each, but none on the two together) or `nobody looked` (no study in the graph has findings on both).

    The graph cannot know whether a work that is not annotated looked, or whether somebody looked and did not report it.
    With filters, a cell whose findings are all left out is `hidden by the filters`.

    Cells that are `not known` are not gaps, nor are pairs that an annotator declares not applicable.
    """
    from kg.answers.gaps import gaps as gaps_of
    from kg.render.text.reports import gap_rows

    written = formats.chosen("rows", form, output, "table", formats.of_any_rows)
    graph = settings(context).graph
    with progress_line(first="counting studies"):
        evidence_map = graph.evidence_map(rows, columns, **chosen(filters))
        found = gaps_of(with_evidence(evidence_map) if only else evidence_map)
    if not annotated(graph):
        say(f"{NOT_ANNOTATED}: nobody looked for anything, and the list says nothing about the literature.")
    if left_out := sum(evidence_map.state(*pair) == NOT_APPLICABLE for pair in evidence_map.exclusions):
        click.echo(f"declared not applicable and left out: {count(left_out, 'pair')}", err=True)
    selection = f"only findings that are: {evidence_map.selection}" if evidence_map.selection else ""
    if selection:
        say(selection)
    made_from = f"graph sha256:{graph.snapshot}; kg gaps --rows {rows} --columns {columns}"
    made_from += " --with-evidence" if only else ""
    mark = "; ".join(filter(None, [made_from if written.alone else "", selection]))
    title = f"Gaps of the evidence map: {rows} by {columns}"
    emit(written.write(gap_rows(found[:top]), stamp=mark, title=title), output, to_read=written.name == "table")
    if not found:
        say("no results" + " with --with-evidence" * only)


COMMANDS = (graph, map_, gaps, site)
