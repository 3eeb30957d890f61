"""Measures the page of `kg graph` in Chromium as the review grows, compared with a page of plain pyvis.

    python -m benchmarks.graph_page [--works 300 3000 10000] [--shown 500 1000 2000] [--no-pyvis] [--patience 120]

The reviews are made up (reviews.py); one work in ten is annotated. For each size the table has the seconds for the
queries with the layout and for writing the page, the size of the file, also compressed with gzip, and, in headless
Chromium without a GPU:

- the seconds from opening the file until the overview is drawn and the page is idle;
- the seconds after a double click on the practice with the most studies until its neighbourhood is drawn;
- the frames per second while the neighbourhood is dragged for two seconds, with one pointer movement per frame;
- both after "Show everything", which draws the best connected nodes of a large graph.

Plain pyvis is `Network(cdn_resources="in_line")` with its default physics. Its first picture is complete at the event
`stabilizationIterationsDone`, when it removes its loading bar. If that takes longer than --patience, the ratio is a
lower bound. `add_edge` of pyvis compares each edge with all earlier ones; its lists are therefore filled directly, and
only its page is measured. All network requests are blocked. A second table has other numbers of nodes drawn at once,
in the largest of these graphs. The exit code is 1 if plain pyvis takes less than ten times as long for 3,000 works or
more.
"""

from __future__ import annotations

import argparse
import gzip
import math
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from unittest.mock import patch

from playwright.sync_api import Page, Playwright, TimeoutError, sync_playwright

import kg.render.pages.graph_page
from benchmarks.reviews import make_review
from kg.answers.network import Network
from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from kg.render.pages.graph_page import graph_page

TIMES_SOONER = 10
FROM_SIZE = 3000
FIRST = "first picture, s"
ALL = ("shown", "everything, s", "frames/s of that")
COLUMNS = ("queries and layout, s", "writing, s", "MB", "MB compressed", FIRST, "neighbourhood, s", "frames/s", *ALL)
Measured = dict[str, float]
"""Numbers by column."""

WATCH = """
(() => {
  const report = () => console.info(`first picture ${performance.now() / 1000}`);
  const keep = (name, seen) => Object.defineProperty(window, name, { configurable: true, set(value) {
    Object.defineProperty(window, name, { value, writable: true });
    seen(value);
  } });
  // The page of kg: when it is idle after the frame with the picture.
  const opened = (page) => requestIdleCallback(() => { if (page.overview?.seen.length) report(); });
  keep("kgGraph", (page) => addEventListener("DOMContentLoaded", () => requestAnimationFrame(() => opened(page))));
  keep("network", (network) => network?.once("stabilizationIterationsDone", report));
})();
"""
"""Runs before all other scripts and detects when either page creates its network."""

UNTIL_DONE = """
  const drawn = new Promise((resolve) => kgGraph.network.once("afterDrawing", resolve));
  kgGraph.network.redraw();
  await drawn;
  await new Promise((resolve) => requestIdleCallback(resolve));
  return (performance.now() - begin) / 1000;
}
"""
EVERYTHING = (
    """async () => {
  const begin = performance.now();
  document.getElementById("show-all").click();
"""
    + UNTIL_DONE
)
"""Presses the button; returns the seconds until the picture is drawn and the page is idle."""

OPEN = (
    """async () => {
  const begin = performance.now();
  const [most] = [...document.querySelectorAll("#overview .left .slot")].sort((a, b) => b.dataset.n - a.dataset.n);
  most.dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 1 }));
  document.getElementById("overview").dispatchEvent(new MouseEvent("dblclick")); // the click has drawn it anew
"""
    + UNTIL_DONE
)
"""Double-clicks the practice with the most studies; returns the seconds until its neighbourhood is drawn."""

HAND = """
  const network = window.kgGraph?.network ?? window.network;
  const canvas = network.canvas.frame.canvas;
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const send = (type, { x, y }, buttons) => canvas.dispatchEvent(new PointerEvent(type, { bubbles: true,
    cancelable: true, pointerId: 1, pointerType: "mouse", isPrimary: true, button: type === "pointermove" ? -1 : 0,
    buttons, clientX: left + x, clientY: top + y }));
"""
"""A simulated pointer over the canvas. Inside the page it moves once per frame even on a busy machine."""

SHOWN = "kgGraph.nodes.filter((node) => !node.hidden).length"

DRAG = (
    """async (seconds) => {"""
    + HAND
    + """
  const isFree = (at) => network.getNodeAt(at) === undefined;
  const tried = Array.from({ length: 1200 }, (_, n) => (
    { x: width * (0.9 - (n % 30) * 0.02), y: height * (0.9 - Math.floor(n / 30) * 0.02) }));
  const start = tried.find(isFree);
  const before = network.getViewPosition();
  const begin = performance.now();
  const passed = () => (performance.now() - begin) / 1000;
  let [frames, furthest, at] = [0, 0, start];
  send("pointerdown", start, 1);
  while (passed() < seconds) {
    const turn = passed() * Math.PI;
    at = { x: start.x - 150 + 150 * Math.cos(turn), y: start.y - 100 * Math.sin(turn) };
    send("pointermove", at, 1);
    await new Promise(requestAnimationFrame);
    frames += 1;
    const now = network.getViewPosition();
    furthest = Math.max(furthest, Math.hypot(now.x - before.x, now.y - before.y));
  }
  const took = passed();
  send("pointerup", at, 0);
  return { rate: frames / took, furthest };
}"""
)
"""Drags the view in a circle from an empty place; returns the frames per second and the distance."""


@contextmanager
def opened(playwright: Playwright, file: Path, patience: float) -> Iterator[tuple[Page, float | None]]:
    """The page in a new browser, and the seconds until its first picture, or None if it took too long."""
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = os.environ.get("KG_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    # Chromium's sandbox does not run as root, for example in a container.
    sandbox = [] if not hasattr(os, "geteuid") or os.geteuid() else ["--no-sandbox"]
    with playwright.chromium.launch(executable_path=executable, args=["--disable-gpu", *sandbox]) as browser:
        page = browser.new_page(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
        page.route("http*://**", lambda route: route.abort())
        page.add_init_script(WATCH)
        first = None
        with suppress(TimeoutError):
            # A query to a busy page might never return, so the page reports by itself.
            with page.expect_console_message(
                lambda said: said.text.startswith("first picture "), timeout=patience * 1000
            ) as message:
                page.goto(file.as_uri(), wait_until="commit")
            first = float(message.value.text.split()[-1])
        yield page, first


def dragged(page: Page) -> float:
    """The frames per second while the view is dragged."""
    page.wait_for_timeout(1000)  # until the loading bar of pyvis has disappeared
    found = page.evaluate(DRAG, 2)
    if not found["furthest"]:
        raise RuntimeError("the view did not move when it was dragged")
    return float(found["rate"])


def ours(playwright: Playwright, network: Network, folder: Path, patience: float) -> Measured:
    """The columns for the page of kg."""
    begin = time.perf_counter()
    file = folder / "kg.html"
    file.write_text(graph_page(network), encoding="utf-8")
    found: Measured = {
        "writing, s": time.perf_counter() - begin,
        "MB": file.stat().st_size / 1e6,
        "MB compressed": len(gzip.compress(file.read_bytes(), 6)) / 1e6,
    }
    with opened(playwright, file, patience) as (page, first):
        if first is None:
            raise RuntimeError(f"no picture of {len(network.nodes)} nodes in {patience:.0f} s")
        found |= {FIRST: first, "neighbourhood, s": float(page.evaluate(OPEN))}
        if int(page.evaluate(SHOWN)) < 2:
            raise RuntimeError("a double click on a practice showed nothing around it")
        found["frames/s"] = dragged(page)
    return found | everything(playwright, file, patience)


def everything(playwright: Playwright, file: Path, patience: float) -> Measured:
    """The columns after "Show everything" on a newly opened page."""
    with opened(playwright, file, patience) as (page, _):
        seconds = float(page.evaluate(EVERYTHING))
        return {"everything, s": seconds, "frames/s of that": dragged(page), "shown": int(page.evaluate(SHOWN))}


def plain(playwright: Playwright, network: Network, folder: Path, patience: float) -> Measured:
    """The columns for pyvis with its defaults."""
    from pyvis.edge import Edge
    from pyvis.network import Network as Picture
    from pyvis.node import Node

    begin = time.perf_counter()
    picture = Picture(directed=True, cdn_resources="in_line")
    number_of = {node.iri: number for number, node in enumerate(network.nodes)}
    picture.nodes = [
        Node(number, "dot", node.label, title=node.text).options for number, node in enumerate(network.nodes)
    ]
    picture.edges = [
        Edge(number_of[edge.source], number_of[edge.target], directed=True, title=edge.text, label=edge.kind).options
        for edge in network.edges
    ]
    file = folder / "pyvis.html"
    file.write_text(str(picture.generate_html()), encoding="utf-8")
    found: Measured = {"writing, s": time.perf_counter() - begin, "MB": file.stat().st_size / 1e6}
    with opened(playwright, file, patience) as (page, first):
        return found | ({FIRST: math.inf} if first is None else {FIRST: first, "frames/s": dragged(page)})


def cells(found: Measured, columns: Iterable[str]) -> str:
    return "".join(f" {cell(found[column]) if column in found else '–'} |" for column in columns)


def cell(number: float) -> str:
    if math.isinf(number):
        return "not done"
    return f"{number:,.0f}" if number >= 10 else f"{number:.2f}"


def table_of_sizes(playwright: Playwright, arguments: argparse.Namespace, folder: Path) -> tuple[bool, Network]:
    """Prints a row for each page; returns whether that of kg is fast enough beside pyvis, and the last network."""
    print("| works | nodes | edges | page of |" + "".join(f" {column} |" for column in COLUMNS))
    print("| --: | --: | --: | :-- |" + " --: |" * len(COLUMNS), flush=True)
    ratios, enough = [], True
    for works in sorted(arguments.works):
        review = make_review(works, folder / "review")
        build(review)
        graph = KnowledgeGraph.open(review)
        begin = time.perf_counter()
        network = graph.network()
        took = {"queries and layout, s": time.perf_counter() - begin}
        about = f"| {works:,} | {len(network.nodes):,} | {len(network.edges):,} |"
        found = took | ours(playwright, network, folder, arguments.patience)
        print(about + " kg |" + cells(found, COLUMNS), flush=True)
        if arguments.pyvis:
            other = plain(playwright, network, folder, arguments.patience)
            print(about + " pyvis |" + cells(other, COLUMNS), flush=True)
            ratio = min(other[FIRST], arguments.patience) / found[FIRST]
            enough &= ratio >= TIMES_SOONER or works < FROM_SIZE
            bound = (
                "" if math.isfinite(other[FIRST]) else f" or more (pyvis was not done in {arguments.patience:.0f} s)"
            )
            ratios.append(f"{works:,} works: pyvis takes {ratio:.1f} times as long{bound}")
    print("", *ratios, sep="\n")
    return enough, network


def table_of_shown(playwright: Playwright, arguments: argparse.Namespace, network: Network, folder: Path) -> None:
    """Prints a row for each number of nodes drawn at once."""
    print("\n|" + "".join(f" {column} |" for column in ALL) + "\n|" + " --: |" * len(ALL), flush=True)
    for most in arguments.shown:
        file = folder / "shown.html"
        with patch.object(kg.render.pages.graph_page, "MOST_SHOWN", most):
            file.write_text(graph_page(network), encoding="utf-8")
        print("|" + cells(everything(playwright, file, arguments.patience), ALL), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--works", type=int, nargs="+", default=[300, 3000, 10_000])
    parser.add_argument("--shown", type=int, nargs="*", default=[500, 1000, 2000])
    parser.add_argument("--no-pyvis", dest="pyvis", action="store_false", help="only the page of kg")
    parser.add_argument("--patience", type=float, default=120, help="seconds to wait for a picture")
    arguments = parser.parse_args()
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        enough, network = table_of_sizes(playwright, arguments, Path(folder))
        if arguments.shown:
            table_of_shown(playwright, arguments, network, Path(folder))
    print(f"\n{os.cpu_count()} cores; load {before:.1f} before and {os.getloadavg()[0]:.1f} after")
    return int(not enough)


if __name__ == "__main__":
    sys.exit(main())
