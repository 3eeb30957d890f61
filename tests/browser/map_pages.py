"""What tests of the map's page share: opening it while watching it, and finding a place in its table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@contextmanager
def watched(browser: Browser, address: str, **settings: Any) -> Iterator[Page]:
    """The page at `address`. Whatever is done with it: no message on the console, no request but for the page, and no
    script of the data runs."""
    context = browser.new_context(**{"viewport": {"width": 1366, "height": 768}, **settings})
    page = context.new_page()
    heard: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    yield page
    title = page.title()
    context.close()
    assert heard == []
    assert {url.split("#")[0] for url in asked if not url.startswith(("data:", "blob:"))} <= {address.split("#")[0]}
    assert title != "owned"


def place(row: int, column: int) -> str:
    return f"[data-r='{row}'][data-c='{column}'] button"


def text(page: Page, selector: str) -> str:
    return " ".join(page.inner_text(selector).split())


def focused(page: Page) -> tuple[int, int]:
    r, c = page.evaluate("(e => [e.dataset.r, e.dataset.c])(document.activeElement.parentElement)")
    return int(r), int(c)
