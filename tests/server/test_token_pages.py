"""A server that needs a token."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.server.serving import Serving, serving

TOKEN = "a-token-of-the-tests"  # noqa: S105


@pytest.fixture(scope="module")
def guarded(toy: Path) -> Iterator[Serving]:
    with serving("--no-site", root=toy, environment={"KG_SERVE_TOKEN": TOKEN}) as server:
        yield server


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


@pytest.mark.parametrize(
    "path", ["/", "/editor", "/queries", "/openapi.json", "/assets/site.css", "/sparql", "/practice/continuous-testing"]
)
def test_nothing_is_served_without_it(guarded: Serving, path: str) -> None:
    found = guarded.ask(path)
    assert found.status == 401
    assert found.headers["WWW-Authenticate"].startswith("Basic ")
    assert "Bearer" in found.headers["WWW-Authenticate"]


@pytest.mark.parametrize("name", ["", "me", "any body"])
@pytest.mark.parametrize("path", ["/", "/editor", "/queries", "/openapi.json", "/assets/editor.js"])
def test_a_browser_sends_it_as_a_password(guarded: Serving, path: str, name: str) -> None:
    assert guarded.ask(path, Authorization=basic(name, TOKEN)).status == 200


@pytest.mark.parametrize(
    "given",
    [
        "",
        "Basic",
        "Basic ####",
        "Basic " + base64.b64encode(TOKEN.encode()).decode(),
        basic(TOKEN, ""),
        basic("me", TOKEN + "x"),
        basic("me", "ü"),
        "Bearer ü",
        TOKEN,
        f"Digest {TOKEN}",
    ],
)
def test_other_credentials_are_refused(guarded: Serving, given: str) -> None:
    assert guarded.ask("/", Authorization=given).status == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
def test_a_program_sends_it_as_bearer(guarded: Serving, scheme: str) -> None:
    assert guarded.ask("/queries", Authorization=f"{scheme} {TOKEN}").status == 200


def test_the_openapi_document_states_the_schemes(guarded: Serving) -> None:
    found = guarded.ask("/openapi.json", Authorization=basic("", TOKEN))
    assert '"security":[{"bearer":[]},{"basic":[]}]' in found.text
