"""A server of the toy review, started once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.serving import Serving, serving, wait_for_pages


@pytest.fixture(scope="session")
def server(toy: Path) -> Iterator[Serving]:
    """`kg serve` of the toy review with the default limits and without pages."""
    with serving("--no-site", root=toy) as found:
        yield found


@pytest.fixture(scope="session")
def site_server(toy: Path) -> Iterator[Serving]:
    """`kg serve` of the toy review with its pages, which are finished."""
    with serving(root=toy) as found:
        wait_for_pages(found)
        yield found
