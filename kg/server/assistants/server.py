"""The tools as a server of the Model Context Protocol, over stdin and stdout or over HTTP on this machine.

Protocol: https://modelcontextprotocol.io/specification
"""

from __future__ import annotations

import hmac
import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from mcp.server.fastmcp import FastMCP
from mcp.types import ToolAnnotations
from starlette.responses import JSONResponse

from kg.core.version import __version__
from kg.server.assistants.tools import GraphTools

INSTRUCTIONS = """A knowledge graph of the literature of continuous software engineering: practices, challenges,
findings of studies, and the quotations that they rest on. First-hand findings are those of the study itself;
second-hand ones are reported by another publication. Cite findings with their BibTeX key and section, and say what is
second-hand. Do not state more than a finding says. What you propose is a draft: a person reads it before it counts."""
_READS = ToolAnnotations(readOnlyHint=True, openWorldHint=False)
_PROPOSES = ToolAnnotations(readOnlyHint=False, destructiveHint=False, idempotentHint=True, openWorldHint=False)


def mcp_server(tools: GraphTools, port: int = 0) -> FastMCP[None]:
    """The server; `port` is for HTTP, and requests of other hosts and origins are refused then."""
    server: FastMCP[None] = FastMCP("kg", instructions=INSTRUCTIONS, host="127.0.0.1", port=port, log_level="WARNING")
    server._mcp_server.version = __version__  # else that of the library
    _add_questions(server, tools)
    _add_queries(server, tools)
    _add_proposals(server, tools)
    return server


class TokenGuard:
    """ASGI around an application: requests without the token as `Authorization: Bearer` get 401 (RFC 6750)."""

    def __init__(self, app: Any, token: str) -> None:
        self._app, self._wanted = app, f"Bearer {token}".encode()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        given = dict(scope.get("headers", ())).get(b"authorization", b"")
        if scope["type"] == "http" and not hmac.compare_digest(given, self._wanted):
            wrong = {"error": "send the token that `kg mcp --http` has printed, as Authorization: Bearer TOKEN"}
            await JSONResponse(wrong, 401, {"www-authenticate": "Bearer"})(scope, receive, send)
            return
        await self._app(scope, receive, send)


def run_http(server: FastMCP[None], listening: socket.socket, token: str) -> None:
    """Runs the server over HTTP until it is interrupted; only requests with the token are answered."""
    import uvicorn

    config = uvicorn.Config(TokenGuard(server.streamable_http_app(), token), log_level="warning")
    with suppress(KeyboardInterrupt):  # uvicorn raises it once more after it has ended
        uvicorn.Server(config).run(sockets=[listening])


def _add_questions(server: FastMCP[None], tools: GraphTools) -> None:
    reading: Callable[..., Any] = server.tool(annotations=_READS)

    @reading
    def search(words: str, kind: str = "", limit: int = 20) -> dict[str, Any]:
        """Search concepts, publications and findings (with their quotations) for words, all of which must occur.

        Args:
            words: For example: flaky tests.
            kind: Only practice, challenge, approach, method, area, context, outcome, tool, publication or finding.
            limit: How many to show, at most 200.
        """
        return tools.search(words, kind, limit)

    @reading
    def related_work(topic: str, group_by: str = "topic", hand: str = "") -> str:
        """Draft what is known about a topic, in Markdown with citations and sections.

        Args:
            topic: A practice, challenge or other concept, by any of its names: continuous testing.
            group_by: topic, challenge, outcome, recommendation or agreement.
            hand: first-hand or second-hand; both if empty.
        """
        return tools.related_work(topic, group_by, hand)

    @reading
    def show(thing: str) -> str:
        """Show everything about one thing: a concept, finding, publication or study, by id, key, label or IRI."""
        return tools.show(thing)

    @reading
    def evidence(finding: str) -> dict[str, Any]:
        """Show a finding with the quotations that it rests on, their sections, and its relations to other findings.

        Args:
            finding: Its id, as other tools return it: vanska2024/PEC4.
        """
        return tools.evidence(finding)

    @reading
    def map_cell(row: str, column: str, rows: str = "practice", columns: str = "challenge") -> dict[str, Any]:
        """Show one cell of an evidence map: the studies and findings on the two together, or why there are none.

        Args:
            row: A label or slug of the dimension `rows`.
            column: A label or slug of the dimension `columns`.
            rows: practice, challenge, category, area, approach, method, context, outcome, tool or year.
            columns: Another one of these.
        """
        return tools.map_cell(row, column, rows, columns)


def _add_queries(server: FastMCP[None], tools: GraphTools) -> None:
    reading: Callable[..., Any] = server.tool(annotations=_READS)

    @reading
    def vocabulary(kind: str = "practice") -> dict[str, Any]:
        """List the concepts of a kind with the slugs that annotations use.

        Args:
            kind: practice, challenge, approach, method, area, context, outcome or tool.
        """
        return tools.vocabulary(kind)

    @reading
    def list_queries() -> list[dict[str, Any]]:
        """List the named queries with what they answer and their parameters."""
        return tools.queries()

    @reading
    def query(name: str, parameters: dict[str, str] | None = None) -> dict[str, Any]:
        """Ask a named query; at most 200 rows are returned, and the number left out.

        Args:
            name: As list_queries returns it: disagreements.
            parameters: Values by the name of the parameter.
        """
        return tools.query(name, parameters)

    @reading
    def sparql(query: str) -> dict[str, Any]:
        """Ask a SPARQL 1.1 SELECT, ASK or CONSTRUCT query over the graph; prefixes such as cs: are known.

        It runs 30 seconds at most, returns 200 rows at most, and can change nothing and contact no service.
        """
        return tools.sparql(query)


def _add_proposals(server: FastMCP[None], tools: GraphTools) -> None:
    @server.tool(annotations=_PROPOSES)
    def propose_annotation(
        key: str, model: str, findings: list[dict[str, Any]], study: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Propose findings of a publication that you have read. They are stored as a draft for a person to read.

        Nothing is stored if a concept is unknown or a quotation is not in the full text word for word; then correct it
        and propose again. A finding: {"id": "F1", "statement": in your own words, "section": "4.2", "practices":
        [slugs], "challenges": [slugs], "links": [{"practice": slug, "challenge": slug, "polarity": "hinders"}],
        "effects": [{"practice": slug, "outcome": slug, "direction": "decreases"}], "attributed_to": the key of another
        work whose finding it is, "evidence": [{"quote": at most 15 words, verbatim, "section": "4.2"}]}.

        Args:
            key: The BibTeX key of the publication.
            model: Your name and version.
            findings: At least one.
            study: With the first proposal for a publication: {"label": what was done, "methods": [slugs], "evidence":
                [{"quote": ..., "section": ...}]}.
        """
        return tools.propose(key, model, findings, study or {})
