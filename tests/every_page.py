"""Screenshots of every kind of page in every look, to be looked at: `make screenshots` writes build/screenshots/.

Two graphs are drawn: the review of this repository, and a made-up one with 3,000 works, of which 300 are annotated.
`index.html` in the folder shows all pictures of a page side by side.
"""

from __future__ import annotations

import html
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from benchmarks.reviews import make_review
from kg.building.pipeline import build
from tests.browser.chromium import launch
from tests.server.serving import serving, wait_for_pages

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
WORKS = 3000
SCREENS = 2
"""A long page is taken down to so many heights of the window."""
SERVED = ("queries", "queries/related-work?practice=CT", "editor", "nothing/here")
"""Pages of the server in addition to those of the site."""


@dataclass(frozen=True, slots=True)
class Look:
    """A window and the wishes of its reader."""

    name: str
    width: int = 1440
    height: int = 900
    scheme: Literal["light", "dark"] = "light"
    media: Literal["screen", "print"] = "screen"
    forced: Literal["active", "none"] = "none"

    def context(self) -> dict[str, Any]:
        """The arguments for a browser context."""
        size = {"width": self.width, "height": self.height}
        return {
            "viewport": size,
            "color_scheme": self.scheme,
            "forced_colors": self.forced,
            "reduced_motion": "reduce",
        }


LOOKS = (
    Look("1440"),
    Look("1024", 1024, 768),
    Look("390", 390, 844),
    Look("720x450", 720, 450),
    Look("dark", scheme="dark"),
    Look("print", 1123, 794, media="print"),
    Look("forced", forced="active"),
)


def kinds(pages: Path) -> list[str]:
    """The pages directly in the site, and of each folder the page with the most on it."""
    single = sorted(path.name for path in pages.glob("*.html"))
    folders = sorted(path for path in pages.iterdir() if path.is_dir())
    largest = [max(folder.rglob("*.html"), key=lambda path: (path.stat().st_size, path.name), default=None)
               for folder in folders]  # fmt: skip
    return single + [path.relative_to(pages).as_posix() for path in largest if path is not None]


def take(browser: Browser, root: str, names: list[str], into: Path) -> Iterator[tuple[str, str, Path]]:
    """Takes all pictures; yields page, look and file of each."""
    for look in LOOKS:
        context = browser.new_context(**look.context())
        page = context.new_page()
        for name in names:
            file = into / look.name / (name.replace("/", "_").replace("?", "_") + ".png")
            file.parent.mkdir(parents=True, exist_ok=True)
            page.emulate_media(media=look.media)
            page.set_viewport_size({"width": look.width, "height": look.height})
            page.goto(f"{root}/{name}", wait_until="load")
            if look.media == "print":
                page.evaluate("dispatchEvent(new Event('beforeprint'))")
            _settle(page)
            height = min(page.evaluate("document.documentElement.scrollHeight"), SCREENS * look.height)
            # A picture of the whole of a very long page would take half a minute.
            page.set_viewport_size({"width": look.width, "height": max(height, look.height)})
            page.screenshot(path=file, animations="disabled", caret="hide", timeout=120_000)
            yield name, look.name, file
        context.close()


def _settle(page: Page) -> None:
    """Waits until fonts are there and two frames have been drawn."""
    page.evaluate("document.fonts.ready.then(() => new Promise((done) => "
                  "requestAnimationFrame(() => requestAnimationFrame(done))))")  # fmt: skip


def write_index(into: Path, taken: list[tuple[str, str, Path]]) -> None:
    """The page that shows all pictures, a row for each page."""
    rows: dict[str, list[str]] = {}
    for name, look, file in taken:
        source = html.escape(file.relative_to(into).as_posix())
        figure = f'<figure><img src="{source}" loading="lazy" alt=""><figcaption>{look}</figcaption></figure>'
        rows.setdefault(f"{file.relative_to(into).parts[0]}: {name}", []).append(figure)
    body = "\n".join(f"<h2>{html.escape(name)}</h2><div>{''.join(found)}</div>" for name, found in rows.items())
    style = "div { display: flex; gap: 8px; overflow-x: auto } img { height: 420px } figure { margin: 0 }"
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Screenshots</title><style>{style}</style>'
    (into / "index.html").write_text(f"{head}\n{body}\n", "utf-8")


def main(into: Path) -> None:
    from playwright.sync_api import sync_playwright

    taken: list[tuple[str, str, Path]] = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        made = make_review(WORKS, Path(folder) / "made")
        build(made)
        browser = launch(playwright)
        for name, review in (("review", ROOT), ("made", made)):
            pages = Path(folder) / f"site-{name}"
            command = [sys.executable, "-m", "kg", "--root", str(review), "site", "--output", str(pages)]
            subprocess.run(command, check=True)
            for found in take(browser, pages.as_uri(), kinds(pages), into / name):
                taken.append(found)
                print(f"{found[2]}", file=sys.stderr)
        with serving(root=ROOT) as server:
            wait_for_pages(server)
            taken += take(browser, server.url, list(SERVED), into / "served")
        browser.close()
    write_index(into, taken)
    print(f"wrote {into / 'index.html'}: {len(taken)} pictures", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
