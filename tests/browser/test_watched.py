"""The watch itself: a page that says, asks for or opens something is found out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.watched import watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("body", "heard"),
    [
        ("<script>console.log('loud')</script>", "console: loud"),
        ("<script>throw new Error('broken')</script>", "error: broken"),
        ("<script>alert('asked')</script>", "dialog: asked"),
        ("<img src='https://example.org/x.png'>", "request: https://example.org/x.png"),
        ("<img src='../outside.png'>", "outside.png"),
        ("<script>document.title = 'owned'</script>", "owned"),
    ],
)
def test_what_a_page_does_is_heard(browser: Browser, tmp_path: Path, body: str, heard: str) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text(f"<!DOCTYPE html><title>a</title>{body}", "utf-8")
    with pytest.raises(AssertionError, match=heard), watched(browser, folder.as_uri()) as page:
        page.goto((folder / "index.html").as_uri())


def test_a_silent_page_passes(browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text("<!DOCTYPE html><title>a</title><img src='data:,'>", "utf-8")
    with watched(browser, tmp_path.as_uri()) as page:
        page.goto((tmp_path / "index.html").as_uri())
