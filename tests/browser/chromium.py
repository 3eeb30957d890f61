"""Where Chromium is and how it is started, for tests and for the pictures of the documentation."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

_ARGUMENTS = [
    "--disable-gpu",
    "--in-process-gpu",  # a sixth less work than with a process of its own
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def launch(playwright: Playwright) -> Browser:
    """Chromium as KG_CHROMIUM names it or as the system has it, else Playwright's own."""
    named = os.environ.get("KG_CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    # Chromium's sandbox refuses to run as root, as in a container.
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return playwright.chromium.launch(executable_path=named, args=[*_ARGUMENTS, *(["--no-sandbox"] if root else [])])
