"""`kg mcp` with the client of the SDK; what an assistant proposes, and what a person accepts of it."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest
import requests
import yaml
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamablehttp_client
from mcp.types import CallToolResult

from kg.core.iris import BASE
from kg.core.version import __version__
from tests.conftest import KgCli

T = TypeVar("T")
TEXT = """1 Introduction

Toy teams test twice a day. We found that flaky toys hinder continuous testing in both teams.

2 Related work

Example and Örtel report that builds of toys are slow.
"""
QUOTE = "flaky toys hinder continuous testing in both teams"
FINDING: dict[str, Any] = {
    "id": "M1",
    "statement": "Toys that are flaky get in the way of testing.",
    "section": "1",
    "practices": ["continuous-testing"],
    "evidence": [{"quote": QUOTE, "section": "1"}],
}
SECOND_HAND: dict[str, Any] = {
    "id": "M2",
    "statement": "Building toys takes long.",
    "section": "2",
    "attributed_to": "example2031",
    "practices": ["continuous-integration"],
    "evidence": [{"quote": "builds of toys are slow", "section": "2"}],
}
STUDY = {
    "label": "Two teams again",
    "methods": ["interview"],
    "evidence": [{"quote": "Toy teams test twice a day", "section": "1"}],
}


@pytest.fixture
def review(toy: Path, tmp_path: Path) -> Path:
    """The toy review with a work that nobody has annotated, and its full text in `texts`."""
    folder = tmp_path / "review"
    shutil.copytree(toy, folder)
    work = "\n@misc{late2033, author = {Late, Lou}, title = {Late toys}, year = {2033}}\n"
    (folder / "bib" / "late.bib").write_text(work, encoding="utf-8")
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "late2033.txt").write_text(TEXT, encoding="utf-8")
    return folder


def asked(review: Path, *calls: tuple[str, dict[str, Any]]) -> list[CallToolResult]:
    """The results of calls to the tools of one `kg mcp`."""

    async def talk() -> list[CallToolResult]:
        command = ["-m", "kg", "--root", str(review), "mcp", "--texts", str(review.parent / "texts")]
        async with (
            stdio_client(StdioServerParameters(command=sys.executable, args=command)) as streams,
            ClientSession(*streams) as session,
        ):
            await session.initialize()
            names = {tool.name for tool in (await session.list_tools()).tools}
            assert names == {
                "search", "related_work", "show", "evidence", "map_cell", "vocabulary", "list_queries", "query",
                "sparql", "propose_annotation",
            }  # fmt: skip
            return [await session.call_tool(name, arguments) for name, arguments in calls]

    return apart(talk)


def apart(talk: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """What a conversation returns, in a thread of its own: a browser of other tests has its loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, talk()).result()


def text_of(result: CallToolResult) -> str:
    (content,) = result.content
    assert content.type == "text"
    return content.text


def proposal(*findings: dict[str, Any], **more: Any) -> tuple[str, dict[str, Any]]:
    return "propose_annotation", {"key": "late2033", "model": "Toy Model 1", "findings": list(findings), **more}


def test_an_assistant_asks_the_graph(review: Path) -> None:
    found, cell, sparql, rows, evidence, wrong, changing = asked(
        review,
        ("search", {"words": "testing toys"}),
        ("map_cell", {"row": "continuous testing", "column": "flaky-tests"}),
        ("sparql", {"query": "SELECT (COUNT(?f) AS ?n) { ?f a cs:Finding }"}),
        ("query", {"name": "publications"}),
        ("evidence", {"finding": "example2031/PEC1"}),
        ("map_cell", {"row": "continuous testin", "column": "flaky-tests"}),
        ("sparql", {"query": "DELETE WHERE { ?s ?p ?o }"}),
    )
    assert found.structuredContent
    assert found.structuredContent["found"] == len(found.structuredContent["shown"]) > 0
    assert cell.structuredContent
    assert cell.structuredContent["meaning"]
    assert sparql.structuredContent
    assert sparql.structuredContent["rows"][0]["n"] > 0
    assert rows.structuredContent
    assert {row["key"] for row in rows.structuredContent["rows"]} >= {"example2031", "muster2032"}
    assert evidence.structuredContent
    assert evidence.structuredContent["quotations"]
    assert wrong.isError
    assert "did you mean" in text_of(wrong)
    assert changing.isError


def test_an_invented_quotation_is_refused_with_the_nearest_words(review: Path) -> None:
    invented = FINDING | {"evidence": [{"quote": "flaky toys never hinder continuous testing at all", "section": "1"}]}
    unknown = FINDING | {"practices": ["continuous-toys"]}
    first, second, third, fourth = asked(
        review,
        proposal(FINDING, invented | {"id": "M3"}, study=STUDY),
        proposal(unknown, study=STUDY),
        proposal(FINDING),
        proposal(FINDING, study=STUDY, model="../../x"),
    )
    assert first.isError
    assert "never hinder" in text_of(first)
    assert QUOTE[:30] in text_of(first)
    assert second.isError
    assert "continuous-toys" in text_of(second)
    assert third.isError
    assert "describes its study" in text_of(third)
    written = sorted(path.relative_to(review).as_posix() for path in (review / "bib" / "drafts").rglob("*"))
    assert len(written) == 1, "only the valid proposal, whose name cannot leave the folder"
    assert not fourth.isError


def test_a_draft_is_in_the_graph_when_a_person_has_accepted_it(review: Path, kg_cli: KgCli) -> None:
    (stored,) = asked(review, proposal(FINDING, SECOND_HAND, study=STUDY))
    assert not stored.isError, text_of(stored)
    draft = review / "bib" / "drafts" / "late2033.Toy-Model-1.yaml"
    root = ("--root", str(review))
    before = kg_cli(review, *root, "build")
    assert (before.returncode, "drafts" in before.stderr) == (0, False), before.stderr
    graph = (review / "build" / "graph.nq").read_text(encoding="utf-8")
    assert "Toys that are flaky" not in graph
    assert "Toy Model" not in graph
    listed = kg_cli(review, *root, "drafts")
    assert "2 proposed, 0 accepted" in listed.stdout
    accepted = kg_cli(review, *root, "accept", draft.stem, "M1", "--as", "Ann Reader")
    assert accepted.returncode == 0, accepted.stderr
    again = kg_cli(review, *root, "accept", draft.stem, "M1", "--as", "Ann Reader")
    assert (again.returncode, "has a finding `M1` already" in again.stderr) == (2, True)
    more = kg_cli(review, *root, "accept", draft.stem, "M2", "--as", "Ann Reader")
    assert more.returncode == 0, more.stderr
    annotation = yaml.safe_load((review / "bib" / "annotations" / "late2033.yaml").read_text(encoding="utf-8"))
    assert [one["id"] for one in annotation["findings"]] == ["M1", "M2"]
    assert kg_cli(review, *root, "build").returncode == 0
    assert kg_cli(review, *root, "verify-quotes", str(review.parent / "texts"), "late2033").returncode == 0
    names = "cs:proposedBy/rdfs:label ?by ; cs:acceptedBy/rdfs:label ?with"
    query = f"SELECT ?by ?with {{ ?f dcterms:identifier 'M1' ; {names} }}"
    rows = kg_cli(review, *root, "sparql", "-", "-f", "csv", stdin=query).stdout.split("\n")
    assert rows[1].strip() == "Toy Model 1,Ann Reader"
    listed = kg_cli(review, *root, "drafts", "late2033", "--format", "json")
    assert json.loads(listed.stdout)[0]["accepted"] == {"M1": "Ann Reader", "M2": "Ann Reader"}
    agreement = kg_cli(review, *root, "agreement", "late2033")
    assert agreement.returncode == 0, agreement.stderr
    assert "Toy Model 1" in agreement.stdout
    renamed = kg_cli(review, *root, "rename", "late2033", "later2033")
    assert renamed.returncode == 0, renamed.stderr
    assert "2 accepted" in kg_cli(review, *root, "drafts", "later2033").stdout


def test_everything_in_a_draft_is_written_so_that_it_is_read_again(review: Path) -> None:
    odd = FINDING | {"statement": "A: b # c \u2028 {d} \"e\" 'f' [g] é \u0085 & *h"}
    (stored,) = asked(review, proposal(odd, study=STUDY | {"participant_count": 3}))
    assert not stored.isError, text_of(stored)
    (draft,) = (review / "bib" / "drafts").iterdir()
    data = yaml.safe_load(draft.read_text(encoding="utf-8"))
    assert data["findings"][0]["statement"] == odd["statement"]
    assert str(data["study"]["participant_count"]) == "3"
    assert str(BASE) not in draft.read_text(encoding="utf-8")


def test_over_http_only_this_machine_is_answered_and_only_with_the_token(review: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "kg", "--root", str(review), "mcp", "--http", str(port)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr
            said = server.stderr.readline()
            url = f"http://127.0.0.1:{port}/mcp"
            assert url in said
            token = said.split()[-1]
            again = subprocess.run(command, capture_output=True, text=True, check=False)
            assert (again.returncode, again.stderr) == (
                2,
                f"kg: cannot listen on 127.0.0.1 port {port}: Address already in use; choose another port\n",
            )
            asked = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
            head = {"Accept": "application/json, text/event-stream", "Authorization": f"Bearer {token}"}
            statuses = [
                status(url, asked, head | more)
                for more in (
                    {"Host": "evil.example"},
                    {"Origin": "https://evil.example"},
                    {"Content-Type": "text/plain"},
                    {"Authorization": f"Bearer {token}x"},
                    {"Authorization": ""},
                )
            ]
            assert statuses == [421, 403, 400, 401, 401]
            assert initialised(url, token) == ("kg", __version__)
        finally:
            server.terminate()


def initialised(url: str, token: str) -> tuple[str, str]:
    """The name and version of the server, as a client of the SDK learns it that sends the token."""

    async def ask() -> str:
        headers = {"Authorization": f"Bearer {token}"}
        async with streamablehttp_client(url, headers) as (reading, writing, _), ClientSession(reading, writing) as one:
            server = (await one.initialize()).serverInfo
            return server.name, server.version

    return apart(ask)


def status(url: str, body: dict[str, Any], head: dict[str, str]) -> int:
    """The status of an answer; waits until the server listens."""
    while True:
        try:
            return requests.post(url, json=body, headers=head, timeout=60).status_code
        except requests.ConnectionError:
            continue
