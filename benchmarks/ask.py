"""Measures the page Ask of a site in Chromium: the first answer after opening, and all queries against pyoxigraph.

    python -m benchmarks.ask [REVIEW] [--publications 1800] [--times 3]

REVIEW is a folder with a built review; without one, a review is generated, of which 1,800 publications have about
100,000 triples. The site is opened from disk. The first answer is timed from the navigation until the table of the
query `contents` is shown, in a new browser context each time. Then each query of the library is asked with the values
that it needs, in turns in the page and with `KnowledgeGraph.query`; the best wall-clock time of each counts.

The exit code is 1 if the first answer takes more than three seconds, or the queries together, or the median of them,
more than three times as long as with pyoxigraph.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.all_queries import a_value
from benchmarks.reviews import make_review
from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from kg.core.output import write_folder
from kg.core.problems import UsageError
from kg.queries.query_library import Query
from kg.render.pages.site import site
from kg.render.pages.wasm_engine import engine_files
from tests.browser.chromium import launch

SECONDS, RATIO = 3.0, 3.0
_ASK = """async ([name, values]) => {
  const start = performance.now();
  await kgAsk({ name, values });
  return (performance.now() - start) / 1000;
}"""


def first_answer(browser: Browser, address: str) -> float:
    """Seconds from opening the page with a question in its address until the answer is shown."""
    context = browser.new_context()
    page = context.new_page()
    start = perf_counter()
    page.goto(f"{address}#contents?")
    page.wait_for_selector("#shown tbody tr")
    taken = perf_counter() - start
    context.close()
    return taken


def compared(page: Page, graph: KnowledgeGraph, query: Query, times: int) -> tuple[float, float] | None:
    """The best times of a query in the page and with pyoxigraph; None if the review has no value for a parameter."""
    found = []
    try:
        values = {p.name: a_value(p, graph) for p in query.parameters if p.default is None}
        for _ in range(times):
            start = perf_counter()
            graph.query(query.name, **values)
            native = perf_counter() - start
            found.append((float(page.evaluate(_ASK, [query.name, values])), native))
    except UsageError:
        return None
    return min(page for page, _ in found), min(native for _, native in found)


def measured(root: Path, times: int) -> bool:
    """Prints the figures of a review; whether they are within the limits."""
    engine = engine_files()
    if engine is None:
        sys.exit("Oxigraph for browsers is not installed")
    graph = KnowledgeGraph.open(root)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        files = site(graph, "Measured", engine=engine)
        write_folder(Path(folder) / "site", files)
        sizes = {name: len(data) for name, data in files.items() if name.startswith("ask")}
        whole = sum(map(len, files.values()))
        address = (Path(folder) / "site" / "ask.html").as_uri()
        browser = launch(playwright)
        first = sorted(first_answer(browser, address) for _ in range(times))
        page = browser.new_page()
        page.goto(address)
        page.evaluate(_ASK, ["contents", {}])
        taken = {query.name: compared(page, graph, query, times) for query in graph.queries.without_services()}
        browser.close()
    both = {name: pair for name, pair in taken.items() if pair}
    ratios = {name: page / native for name, (page, native) in both.items()}
    together = sum(page for page, _ in both.values()) / sum(native for _, native in both.values())
    slowest = sorted(both, key=lambda name: -both[name][0])[:5]
    print(f"{len(graph.store):,} triples; load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print("bytes: " + ", ".join(f"{name} {size:,}" for name, size in sizes.items()) + f"; whole site {whole:,}")
    print(f"first answer: {first[0]:.2f} s at best, {median(first):.2f} s in the median")
    print(f"{len(both)} queries: together {together:.2f} times pyoxigraph, median {median(ratios.values()):.2f}")
    for name in slowest:
        print(f"  {name}: {both[name][0]:.3f} s in the page, {both[name][1]:.3f} s with pyoxigraph")
    return first[0] <= SECONDS and together <= RATIO and median(ratios.values()) <= RATIO


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("review", nargs="?", type=Path)
    parser.add_argument("--publications", type=int, default=1800)
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = given.review or Path(folder) / "review"
        if not given.review:
            make_review(given.publications, root)
            build(root)
        sys.exit(0 if measured(root, given.times) else 1)


if __name__ == "__main__":
    main()
