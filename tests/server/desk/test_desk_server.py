"""Who may use a desk, and what it refuses to do."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from tests.server.desk.serving import StartedDesk, started_desk
from tests.toy import write_toy


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toy(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def desk(review: Path) -> Iterator[StartedDesk]:
    with started_desk(review, "example2031") as started:
        yield started


@pytest.fixture(scope="module")
def client(desk: StartedDesk) -> requests.Session:
    session = requests.Session()
    assert session.get(desk.url).status_code == 200
    return session


def headers(desk: StartedDesk, **others: str) -> dict[str, str]:
    return {"origin": desk.address.rstrip("/"), "content-type": "application/json"} | others


def edit(was: str, now: str) -> dict[str, Any]:
    return {"do": "set", "finding": "PEC1", "key": "statement", "was": was, "now": now}


OLD = "Missing tools hinder testing in both toy teams."


def test_the_token_opens_the_desk_once(desk: StartedDesk, client: requests.Session) -> None:
    assert client.get(desk.url).status_code == 200, "the browser that has opened it may open it again"
    again = requests.get(desk.url, timeout=60)
    assert again.status_code == 403
    assert "used already" in again.text


@pytest.mark.parametrize("path", ["", "state", "reference", "pages/1", "?token=guessed"])
def test_without_its_cookie_nothing_is_shown(desk: StartedDesk, client: requests.Session, path: str) -> None:
    assert client.cookies
    answer = requests.get(desk.address + path, timeout=60)
    assert (answer.status_code, "desk" in answer.text) == (403, True)


@pytest.mark.parametrize(
    "others",
    [{"origin": "http://evil.example"}, {"origin": "null"}, {"origin": "http://127.0.0.1:1"},
     {"content-type": "text/plain"}, {"host": "evil.example"}],
)  # fmt: skip
def test_requests_of_other_pages_are_refused(
    desk: StartedDesk, client: requests.Session, review: Path, others: dict[str, str]
) -> None:
    before = (review / "bib/annotations/example2031.yaml").read_bytes()
    answer = client.post(f"{desk.address}edit", json=edit(OLD, "Owned."), headers=headers(desk, **others))
    assert answer.status_code in (403, 415, 421)
    assert (review / "bib/annotations/example2031.yaml").read_bytes() == before


def test_a_request_without_an_origin_changes_nothing(desk: StartedDesk, client: requests.Session) -> None:
    assert client.post(f"{desk.address}undo", json={}).status_code == 403


def test_a_get_of_another_site_is_refused(desk: StartedDesk, client: requests.Session) -> None:
    assert client.get(f"{desk.address}state", headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_an_edit_is_written_checked_and_taken_back(desk: StartedDesk, client: requests.Session, review: Path) -> None:
    path = review / "bib/annotations/example2031.yaml"
    before = path.read_bytes()

    def post(where: str, body: Any) -> requests.Response:
        return client.post(desk.address + where, json=body, headers=headers(desk))

    assert post("edit", edit(OLD, "No tools.")).status_code == 200
    assert b"statement: No tools.\n" in path.read_bytes()
    wrong = post("edit", edit("No tools.", "") | {"now": None})
    assert (wrong.status_code, wrong.json()["problems"][0]["rule"]) == (422, "annotation/missing-field")
    assert (wrong.json()["problems"][0]["finding"], wrong.json()["problems"][0]["path"]) == ("PEC1", ["statement"])
    path.write_bytes(path.read_bytes().replace(b"No tools.", b"Theirs."))
    conflict = post("edit", edit("No tools.", "Mine."))
    assert (conflict.status_code, conflict.json()["theirs"]) == (409, "Theirs.")
    assert b"Theirs." in path.read_bytes()
    assert post("undo", {}).status_code == 409, "the edit that is taken back was changed by somebody else"
    path.write_bytes(path.read_bytes().replace(b"Theirs.", b"No tools."))
    assert post("undo", {}).status_code == 200
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "body",
    [b"{", b'{"do": "set"}', b'{"do": "set", "finding": "", "key": "publication", "now": "x"}', b"[" * 5000,
     b'{"do": "move", "finding": "../../x", "after": ""}',
     b'{"do": "set", "finding": "PEC1", "key": "id", "now": "x"}'],
)  # fmt: skip
def test_bodies_that_are_not_valid_change_nothing(
    desk: StartedDesk, client: requests.Session, review: Path, body: bytes
) -> None:
    before = (review / "bib/annotations/example2031.yaml").read_bytes()
    answer = client.post(f"{desk.address}edit", data=body, headers=headers(desk))
    assert answer.status_code in (400, 409, 422)
    assert (review / "bib/annotations/example2031.yaml").read_bytes() == before


def test_a_new_concept_can_be_used_at_once(desk: StartedDesk, client: requests.Session, review: Path) -> None:
    def challenges(was: list[str], now: list[str]) -> int:
        body = {"do": "set", "finding": "PEC1", "key": "challenges", "was": was, "now": now}
        return client.post(f"{desk.address}edit", json=body, headers=headers(desk)).status_code

    was = ["test-automation-tooling-gap"]
    assert challenges(was, [*was, "toy-licences"]) == 422
    made = {"kind": "challenge", "slug": "toy-licences", "label": "licences of toys"}
    assert client.post(f"{desk.address}concepts", json=made, headers=headers(desk)).status_code == 200
    assert "toy-licences" in (review / "ontology/own-concepts.ttl").read_text("utf-8")
    assert challenges(was, [*was, "toy-licences"]) == 200
    assert client.post(f"{desk.address}undo", json={}, headers=headers(desk)).status_code == 200
    outside = made | {"slug": "../x"}
    assert client.post(f"{desk.address}concepts", json=outside, headers=headers(desk)).status_code == 422


def test_a_second_desk_on_the_file_is_refused(desk: StartedDesk, review: Path) -> None:
    command = [sys.executable, "-m", "kg", "--root", str(review), "desk", "example2031"]
    second = subprocess.run(command, capture_output=True, text=True, check=False)
    assert second.returncode == 2
    assert f"another desk at {desk.address} has bib/annotations/example2031.yaml open" in second.stderr


def test_it_listens_on_this_machine_only_and_leaves_no_file(review: Path) -> None:
    with started_desk(review, "muster2032", "--as", "Ada") as started:
        assert urlsplit(started.url).hostname == "127.0.0.1"
        assert (review / "bib/annotations/muster2032.Ada.yaml").exists()
    assert not list((review / "bib/annotations").glob(".muster*"))


def test_a_desk_of_no_entry_is_refused(review: Path) -> None:
    command = [sys.executable, "-m", "kg", "--root", str(review), "desk", "exampel2031"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, "did you mean example2031?" in ended.stderr) == (2, True)
