"""A page that is watched while a test uses it: whatever happens, it says nothing, asks for nothing and asks nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LAPTOP, PHONE = (1366, 768), (390, 844)
LOOKS = [(LAPTOP, "light"), (PHONE, "light"), (PHONE, "dark")]
"""Sizes and colours in which a page is looked at; its colours are the same on a laptop."""


@contextmanager
def watched(
    browser: Browser, within: str, size: tuple[int, int] = LAPTOP, scheme: str = "light", *, offline: bool = True
) -> Iterator[Page]:
    """A page without network that may load what stands below the address `within`, and nothing else.

    When the test is done with it, there was no message on the console, no error, no dialog, no new window, no other
    request, and no title that a script of the data has set.
    """
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        offline=offline,
    )
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: heard.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (heard.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    context.on("page", lambda new: heard.append(f"window: {new.url}"))
    allowed = (within.rstrip("/") + "/", "data:", "blob:")
    context.on(
        "request", lambda request: None if request.url.startswith(allowed) else heard.append(f"request: {request.url}")
    )
    try:
        yield page
        title = page.title()
    finally:
        context.close()
    assert heard == [], heard  # outside a test module pytest does not tell what was compared
    assert title != "owned", "a script of the data set the title to: owned"
