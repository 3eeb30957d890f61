"""How the page of `kg graph` behaves in Chromium as the graph grows, beside what plain pyvis makes of the same graph.

    python benchmarks/graph_page.py [--sizes 300 3000 10000] [--shown 500 1000 2000 3000] [--no-pyvis] [--patience 120]

The graphs are made ones with the shape of a real review (see networks.py). For each size: seconds to lay it out and to
write the page, the size of the file, and in headless Chromium without a GPU

- seconds from opening the file until things are drawn, fitted into the window, and the page answers;
- frames a second while the view is dragged for two seconds, one movement of the pointer in each frame;
- the same two after "Show everything", which draws the best connected of a large graph;
- seconds for opening the practice that most is around, which is what a double click on it does.

Plain pyvis is `Network(cdn_resources="in_line")` with its physics as they come. Its first picture is there when it says
`stabilizationIterationsDone`, and takes its loading bar away; who does not get one within the patience has a lower
bound. `add_edge` compares each edge with all before it, so its lists are filled directly: only its page is measured.
Nothing may ask for anything outside. A second table shows other numbers of things at once, in a graph of the largest of
them. Ends with 1 when a graph of 3,000 or more takes plain pyvis less than ten times as long.
"""

from __future__ import annotations

import argparse
import math
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from networks import made_network
from playwright.sync_api import Page, Playwright, TimeoutError, sync_playwright

import kg.render.pages.graph_page
from kg.answers.network import Network, placed
from kg.render.pages.graph_page import graph_page

TIMES_SOONER = 10
FROM_SIZE = 3000
FIRST = "first picture, s"
ALL = ("shown", "everything, s", "frames/s of that")
COLUMNS = ("layout, s", "writing, s", "MB", FIRST, "frames/s", "opening, s", *ALL)
Measured = dict[str, float]
"""By column."""

WATCH = """
(() => {
  const told = () => console.info(`first picture ${performance.now() / 1000}`);
  const keep = (name, seen) => Object.defineProperty(window, name, { configurable: true, set(value) {
    Object.defineProperty(window, name, { value, writable: true });
    seen(value);
  } });
  // Ours: the first drawing with things in it after the script has run, once there is nothing left to do.
  keep("kgGraph", ({ network, nodes }) => addEventListener("DOMContentLoaded", () => {
    network.once("afterDrawing", () => requestIdleCallback(() => {
      if (nodes.some((node) => !node.hidden)) told();
    }));
    network.redraw();
  }));
  keep("network", (network) => network?.once("stabilizationIterationsDone", told));
})();
"""
"""Before all else on a page: it notices the network of either page when it is made."""

UNTIL_DONE = """
  await new Promise((resolve) => kgGraph.network.once("afterDrawing", resolve));
  await new Promise((resolve) => requestIdleCallback(resolve));
  return (performance.now() - begin) / 1000;
}
"""
PRESS = (
    """async (id) => {
  const begin = performance.now();
  document.getElementById(id).click();
"""
    + UNTIL_DONE
)
"""Presses a button of our page; seconds until the picture is drawn again and the page idle."""

HAND = """
  const network = window.kgGraph?.network ?? window.network;
  const canvas = network.canvas.frame.canvas;
  const { left, top, width, height } = canvas.getBoundingClientRect();
  const send = (type, { x, y }, buttons) => canvas.dispatchEvent(new PointerEvent(type, { bubbles: true,
    cancelable: true, pointerId: 1, pointerType: "mouse", isPrimary: true, button: type === "pointermove" ? -1 : 0,
    buttons, clientX: left + x, clientY: top + y }));
"""
"""A pointer over the canvas. One within the page keeps step with its frames however busy the machine is."""

OPEN = (
    """async () => {"""
    + HAND
    + """
  const { id } = kgGraph.nodes.filter((node) => node.kind === "practice")
    .reduce((best, node) => (node.degree > best.degree ? node : best));
  const at = network.canvasToDOM(network.getPosition(id));
  const begin = performance.now();
  for (const type of ["pointerdown", "pointerup", "pointerdown", "pointerup"]) {
    send(type, at, Number(type === "pointerdown"));
  }
"""
    + UNTIL_DONE
)
"""A double click on the practice that most is around; seconds until that is drawn."""

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
"""Drags the view in a circle, from a place where nothing stands; frames a second, and how far it went."""


@contextmanager
def opened(playwright: Playwright, file: Path, patience: float) -> Iterator[tuple[Page, float | None]]:
    """The page in a browser of its own, and seconds until its first picture; None when there was none in time."""
    names = ("chromium", "chromium-browser", "google-chrome")
    executable = os.environ.get("KG_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    # Its sandbox refuses to run as root, as in a container.
    sandbox = [] if not hasattr(os, "geteuid") or os.geteuid() else ["--no-sandbox"]
    with playwright.chromium.launch(executable_path=executable, args=["--disable-gpu", *sandbox]) as browser:
        page = browser.new_page(viewport={"width": 1366, "height": 768}, reduced_motion="reduce")
        page.route("http*://**", lambda route: route.abort())
        page.add_init_script(WATCH)
        first = None
        with suppress(TimeoutError):
            # To ask the page would be to wait without an end for one that is busy.
            with page.expect_console_message(
                lambda said: said.text.startswith("first picture "), timeout=patience * 1000
            ) as told:
                page.goto(file.as_uri(), wait_until="commit")
            first = float(told.value.text.split()[-1])
        yield page, first


def dragged(page: Page) -> float:
    """Frames a second while the view is dragged."""
    page.wait_for_timeout(1000)  # the loading bar of pyvis takes its leave
    found = page.evaluate(DRAG, 2)
    if not found["furthest"]:
        raise RuntimeError("the view did not move when it was dragged")
    return float(found["rate"])


def opening(page: Page) -> float:
    """Seconds for a double click on a practice to bring what is around it."""
    page.evaluate(PRESS, "fit")
    before = page.evaluate(SHOWN)
    seconds = page.evaluate(OPEN)
    if page.evaluate(SHOWN) == before:
        raise RuntimeError("a double click on a practice brought nothing")
    return float(seconds)


def ours(playwright: Playwright, network: Network, folder: Path, patience: float) -> Measured:
    """Of our page all there is in `COLUMNS`; a small graph is whole from the start, and nothing waits to be opened."""
    begin = time.perf_counter()
    network = replace(network, positions=placed(network))
    laid_out = time.perf_counter()
    file = folder / "kg.html"
    file.write_text(graph_page(network), encoding="utf-8")
    found: Measured = {
        "layout, s": laid_out - begin,
        "writing, s": time.perf_counter() - laid_out,
        "MB": file.stat().st_size / 1e6,
    }
    with opened(playwright, file, patience) as (page, first):
        if first is None:
            raise RuntimeError(f"no picture of {len(network.nodes)} things in {patience:.0f} s")
        found |= {FIRST: first, "frames/s": dragged(page)}
        outlined = page.locator("#show-all").is_visible()
        if outlined:
            found["opening, s"] = opening(page)
    return found | (everything(playwright, file, patience) if outlined else {})


def everything(playwright: Playwright, file: Path, patience: float) -> Measured:
    """After "Show everything" on a page that was just opened."""
    with opened(playwright, file, patience) as (page, _):
        seconds = float(page.evaluate(PRESS, "show-all"))
        return {"everything, s": seconds, "frames/s of that": dragged(page), "shown": int(page.evaluate(SHOWN))}


def plain(playwright: Playwright, network: Network, folder: Path, patience: float) -> Measured:
    """Of what somebody gets who uses pyvis as it comes."""
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


def table_of_sizes(playwright: Playwright, arguments: argparse.Namespace, folder: Path) -> bool:
    """Prints a row for each page; whether ours is as much sooner as it must be."""
    print("| things | relations | page of |" + "".join(f" {column} |" for column in COLUMNS))
    print("| --: | --: | :-- |" + " --: |" * len(COLUMNS), flush=True)
    told, enough = [], True
    for size in arguments.sizes:
        network = made_network(size)
        about = f"| {len(network.nodes):,} | {len(network.edges):,} |"
        found = ours(playwright, network, folder, arguments.patience)
        print(about + " kg |" + cells(found, COLUMNS), flush=True)
        if arguments.pyvis:
            other = plain(playwright, network, folder, arguments.patience)
            print(about + " pyvis |" + cells(other, COLUMNS), flush=True)
            ratio = min(other[FIRST], arguments.patience) / found[FIRST]
            enough &= ratio >= TIMES_SOONER or size < FROM_SIZE
            bound = "" if math.isfinite(other[FIRST]) else f" or more: pyvis was not done in {arguments.patience:.0f} s"
            told.append(f"{size:,} things: {ratio:.1f} times as soon as with pyvis{bound}")
    print("", *told, sep="\n")
    return enough


def table_of_shown(playwright: Playwright, arguments: argparse.Namespace, folder: Path) -> None:
    """Prints a row for each number of things that are shown at once, of a graph of the largest of these numbers."""
    network = made_network(max(arguments.shown))
    network = replace(network, positions=placed(network))
    print("\n|" + "".join(f" {column} |" for column in ALL) + "\n|" + " --: |" * len(ALL), flush=True)
    for most in arguments.shown:
        file = folder / "shown.html"
        with patch.object(kg.render.pages.graph_page, "MOST_SHOWN", most):
            file.write_text(graph_page(network), encoding="utf-8")
        print("|" + cells(everything(playwright, file, arguments.patience), ALL), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[300, 3000, 10_000])
    parser.add_argument("--shown", type=int, nargs="*", default=[500, 1000, 2000, 3000])
    parser.add_argument("--no-pyvis", dest="pyvis", action="store_false", help="our page alone")
    parser.add_argument("--patience", type=float, default=120, help="seconds to wait for a picture")
    arguments = parser.parse_args()
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        enough = table_of_sizes(playwright, arguments, Path(folder))
        if arguments.shown:
            table_of_shown(playwright, arguments, Path(folder))
    print(f"\n{os.cpu_count()} cores; load {before:.1f} before and {os.getloadavg()[0]:.1f} after")
    return int(not enough)


if __name__ == "__main__":
    sys.exit(main())
