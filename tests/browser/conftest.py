"""One Chromium for all browser tests; they are skipped where there is none, unless that is said to be an error."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

ARGUMENTS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]


def _executable() -> str | None:
    """Where Chromium is; None leaves it to Playwright's own."""
    return os.environ.get("KG_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


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
    # Chromium's sandbox refuses to run as root, as in a container.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        try:
            launched = playwright.chromium.launch(
                executable_path=_executable(), args=[*ARGUMENTS, *(["--no-sandbox"] if root else [])])
        except Error as error:
            _unavailable(f"no Chromium: {error.message.splitlines()[0]}")
            return
        yield launched
        launched.close()
