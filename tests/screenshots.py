"""Screenshots for the documentation: `make screenshots` writes docs/images/ from the pages of the built graph.

Size and colours are fixed and animations are off, so the same pages give the same picture on the same machine; fonts
differ between machines.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kg.answers.network import Network
from kg.api import KnowledgeGraph
from kg.core.files import SourceFile, read_source
from kg.core.iris import BASE
from kg.core.output import write_folder, write_whole
from kg.readers.citation import NAME, Citation, read_citation
from kg.render.pages.graph_page import graph_page
from kg.render.pages.site import site
from tests.browser.chromium import launch
from tests.server.desk.paper import write_paper
from tests.server.desk.serving import started_desk
from tests.toy import write_toy

ROOT = Path(__file__).resolve().parent.parent
MOST_BYTES = 250_000
DESK = "desk.png"
"""The picture of `kg desk`, which is no page of the site."""
SETTLED_MS = 700
"""Time after loading in which vis-network draws and fonts are loaded."""


@dataclass(frozen=True, slots=True)
class Picture:
    name: str
    page: str
    """Path in the site, or `pec4.html`, with the fragment of the address."""
    shows: str
    """Text that the page must contain, so that no picture of an empty page is taken."""
    size: tuple[int, int] = (1366, 768)
    click: tuple[str, str, str] | None = None
    """An edge of the graph around PEC4: subject, relation, object."""


_AGREES = (f"{BASE}finding/vanska2024/PEC4", "agrees with", f"{BASE}publication/giray2021")
_ON_THE_LINE = "id => kgGraph.network.canvasToDOM(kgGraph.network.body.edges[id].edgeType.getPoint(0.7))"
PICTURES = (
    Picture("pec4", "pec4.html", "consistent with existing literature", click=_AGREES),
    Picture("graph", "graph.html", "Legend", (1040, 650)),
    Picture("map-cell", "map.html#row=continuous-testing&column=testing-and-quality", "Testing and quality"),
    Picture("site", "index.html", "About this graph"),
    Picture("finding", "finding/vanska2024/PEC4.html", "word for word in the full text"),
    Picture("finding-phone", "finding/vanska2024/PEC4.html", "word for word in the full text", (390, 844)),
)


def take(pages: Path, into: Path, around: Network) -> None:
    """Takes all pictures of the pages in a folder. Each must contain its text and be small."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = launch(playwright)
        for picture in PICTURES:
            width, height = picture.size
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme="light",
                                          reduced_motion="reduce", offline=True)  # fmt: skip
            page = context.new_page()
            page.goto(f"{pages.as_uri()}/{picture.page}")
            if picture.click:
                edges = [(edge.source, edge.kind, edge.target) for edge in around.edges]
                page.wait_for_timeout(SETTLED_MS)  # before the first picture, lines have no points
                place = page.evaluate(_ON_THE_LINE, edges.index(picture.click))
                page.locator("#picture").click(position=place)
                page.mouse.move(0, 0)
            page.get_by_text(picture.shows).filter(visible=True).first.wait_for(timeout=10_000)
            page.wait_for_timeout(SETTLED_MS)
            data = page.screenshot(animations="disabled", caret="hide")
            context.close()
            if len(data) > MOST_BYTES:
                raise SystemExit(f"{picture.name}.png has {len(data)} bytes: take less of the page")
            write_whole(into / f"{picture.name}.png", data)
            print(f"wrote {into / picture.name}.png: {len(data) // 1000} kB", file=sys.stderr)
        browser.close()


def take_desk(into: Path) -> None:
    """Takes the picture of a desk with a paper and an annotation that are made up."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        review = write_toy(Path(folder) / "review")
        for path in (review / "bib" / "annotations").glob("*.yaml"):
            path.unlink()
        text = (ROOT / "tests" / "golden" / "desk.yaml").read_text("utf-8")
        write_whole(review / "bib" / "annotations" / "example2031.yaml", text)
        write_paper(Path(folder) / "example2031.pdf")
        browser = launch(playwright)
        with started_desk(review, "example2031", "--texts", folder) as desk:
            size = {"width": 1280, "height": 800}
            page = browser.new_context(viewport=size, color_scheme="light", reduced_motion="reduce").new_page()
            page.goto(desk.url)
            page.get_by_text("After the switch").click()
            page.locator("#find").fill("the lead time of the teams went down")
            page.keyboard.press("Enter")
            page.locator("#quote span.in", has_text="down").wait_for()
            page.locator("article.current").scroll_into_view_if_needed()
            page.mouse.move(0, 0)
            page.wait_for_timeout(SETTLED_MS)
            write_whole(into / DESK, page.screenshot(animations="disabled", caret="hide"))
        browser.close()


def _citation() -> Citation | None:
    file = read_source(ROOT, ROOT / NAME)
    read = read_citation(file) if isinstance(file, SourceFile) else None
    return read if isinstance(read, Citation) else None


def main() -> None:
    graph = KnowledgeGraph.open(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder) / "site"
        licence = (ROOT / "LICENSE-DATA").read_text("utf-8")
        files = site(graph, "Continuous* knowledge graph", licence, _citation())
        around = graph.network("PEC4")
        write_folder(pages, files | {"pec4.html": graph_page(around).encode()})
        take(pages, ROOT / "docs" / "images", around)
    take_desk(ROOT / "docs" / "images")


if __name__ == "__main__":
    main()
