"""One Chromium for all browser tests; they are skipped where there is none, unless that is said to be an error."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.browser.chromium import launch


def _unavailable(reason: str) -> None:
    """A missing browser hides broken pages where it is expected to be there: then it is a failure."""
    if os.environ.get("KG_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)  # on a reader's own machine: the other tests still tell something


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError:
        _unavailable("playwright is not installed")
        return
    with sync_playwright() as playwright:
        try:
            launched = launch(playwright)
        except Error as error:
            _unavailable(f"no Chromium: {error.message.splitlines()[0]}")
            return
        yield launched
        launched.close()
