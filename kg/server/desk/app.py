"""The ASGI application of a desk: the page, the paper, and the edits."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kg.building.new_concept import NewConcept, add_concept
from kg.core.problems import KgError
from kg.readers.yaml.edit import EditError
from kg.server.desk.around import ReviewLinks, drawn
from kg.server.desk.around import as_json as around_json
from kg.server.desk.checking import Checking
from kg.server.desk.edits import AnyEdit, ConflictError, Edit
from kg.server.desk.forms import as_json
from kg.server.desk.guard import DeskGuard
from kg.server.desk.page import desk_page
from kg.server.desk.paper import Paper
from kg.server.desk.session import Desk, RejectedError
from kg.server.guard import Guard, too_large
from kg.server.messages import Refusal, RefusedError
from kg.server.responses import refusal_response
from kg.server.settings import ServerSettings

_EDIT: TypeAdapter[Edit] = TypeAdapter(AnyEdit)
_DEEPEST = 8


class _DeskRequest(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Passage(_DeskRequest):
    start: tuple[int, int]
    end: tuple[int, int]


class _Sought(_DeskRequest):
    words: str = Field(max_length=2000)
    after: int = -1


class _Quotes(_DeskRequest):
    quotes: list[str] = Field(max_length=5000)


class _AcceptedProposal(_DeskRequest):
    draft: str = Field(max_length=300)
    finding: str = Field(max_length=300)


class _Concept(_DeskRequest):
    kind: str = Field(max_length=40)
    slug: str = Field(max_length=100)
    label: str = Field("", max_length=200)
    definition: str = Field("", max_length=2000)
    broader: str = Field("", max_length=200)


@dataclass(frozen=True)
class DeskParts:
    """What a desk consists of; `paper` is None if there is no full text."""

    desk: Desk
    paper: Paper | None
    checking: Checking
    links: ReviewLinks
    no_paper: str = ""
    """Why there is no full text."""


def application(settings: ServerSettings, parts: DeskParts, token: str) -> Any:
    """The application, within the checks of host, size, token and origin."""
    routes = _Routes(settings, parts)
    handlers: Any = {
        HTTPException: _http_error, RefusedError: _refused, ConflictError: _conflict, RejectedError: _rejected,
        EditError: _not_possible, KgError: _not_possible, ValidationError: _not_possible,
    }  # fmt: skip
    app = Starlette(routes=routes.all(), exception_handlers=handlers)
    return Guard(DeskGuard(app, token), settings)


class _Routes:
    """What the desk answers; the work is done in threads, because it reads files."""

    def __init__(self, settings: ServerSettings, parts: DeskParts) -> None:
        self._settings, self._parts = settings, parts

    def all(self) -> list[Route]:
        get = {"/": self.page, "/state": self.state, "/version": self.version, "/reference": self.reference,
               "/sections": self.sections, "/suggested": self.suggested, "/around/{finding}": self.around,
                "/pages/{number:int}": self.paper_page,
               "/pictures/{number:int}": self.picture}  # fmt: skip
        post = {"/edit": self.edit, "/accept": self.accept, "/try": self.attempt, "/undo": self.undo,
                "/redo": self.redo, "/find": self.find, "/passage": self.passage, "/place": self.place,
                "/quotes": self.quotes, "/concepts": self.new_concept}  # fmt: skip
        return [
            *(Route(path, _in_thread(answer), methods=["GET"]) for path, answer in get.items()),
            *(Route(path, self._posted(answer), methods=["POST"]) for path, answer in post.items()),
        ]

    def _posted(self, answer: Callable[[Any], Response]) -> Any:
        async def endpoint(request: Request) -> Response:
            if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
                raise RefusedError(415, "request/content-type", "the body must be JSON")
            body, most = b"", self._settings.limits.body * 1024
            async for part in request.stream():
                body += part
                if len(body) > most:
                    raise RefusedError(*too_large(self._settings))
            try:
                value = json.loads(body or b"{}")
            except (ValueError, RecursionError) as error:
                raise RefusedError(400, "request/json", "the body is not JSON") from error
            if _depth(value) > _DEEPEST:
                raise RefusedError(400, "request/json", "the body is nested too deep")
            return await run_in_threadpool(answer, value)

        return endpoint

    # --- the page and what it shows ---

    def page(self, _: Request) -> Response:
        parts, desk = self._parts, self._parts.desk
        entry = desk.reference.entry(str(desk.state().get("publication") or ""))
        about = {"key": entry.key, "label": entry.label, "title": entry.title} if entry else None
        outline = parts.paper.outline() if parts.paper else None
        data = {"entry": about, "stem": desk.stem, "paper": outline, "noPaper": parts.no_paper, "forms": as_json()}
        html, policy = desk_page(f"{desk.stem} – desk", data)
        headers = {"content-security-policy": policy, "cache-control": "no-store"}
        return Response(html, media_type="text/html; charset=utf-8", headers=headers)

    def state(self, _: Request) -> Response:
        return _json(self._state())

    def _state(self) -> dict[str, Any]:
        return self._parts.desk.state(self._parts.checking.found())

    def version(self, _: Request) -> Response:
        return _json({"version": self._parts.desk.version(), "checked": self._parts.checking.number})

    def reference(self, _: Request) -> Response:
        reference = self._parts.desk.reference
        return _json({"concepts": reference.concepts(), "works": reference.works()})

    # --- the paper ---

    def _paper(self) -> Paper:
        if self._parts.paper is None:
            raise RefusedError(404, "desk/no-paper", self._parts.no_paper)
        return self._parts.paper

    def _number(self, request: Request) -> int:
        number = int(request.path_params["number"])
        if not 1 <= number <= self._paper().text.page_count:
            raise RefusedError(404, "desk/page", "there is no such page")
        return number

    def sections(self, _: Request) -> Response:
        return _json(self._paper().sections())

    def suggested(self, _: Request) -> Response:
        return _json(self._paper().suggested(self._parts.desk.reference.vocabulary))

    def around(self, request: Request) -> Response:
        desk, links = self._parts.desk, self._parts.links
        links.begin()
        picture = drawn(desk.finding(str(request.path_params["finding"])), desk.reference, links)
        return _json(around_json(picture, links.ready))

    def paper_page(self, request: Request) -> Response:
        return _json(self._paper().page(self._number(request)))

    def picture(self, request: Request) -> Response:
        data = self._paper().picture(self._number(request))
        return Response(data, media_type="image/png", headers={"cache-control": "private, max-age=3600"})

    def find(self, body: Any) -> Response:
        asked = _Sought.model_validate(body)
        return _json(self._paper().find(asked.words, asked.after))

    def place(self, body: Any) -> Response:
        return _json(self._paper().place(_Sought.model_validate(body).words))

    def quotes(self, body: Any) -> Response:
        paper = self._paper()
        return _json({quote: paper.judge(quote) for quote in _Quotes.model_validate(body).quotes})

    def passage(self, body: Any) -> Response:
        asked = _Passage.model_validate(body)
        return _json(self._paper().passage(asked.start, asked.end))

    # --- edits ---

    def edit(self, body: Any) -> Response:
        finding, _ = self._parts.desk.edit(_EDIT.validate_python(body))
        self._parts.checking.begin()
        return _json({"id": finding} | self._state())

    def accept(self, body: Any) -> Response:
        asked = _AcceptedProposal.model_validate(body)
        finding = self._parts.desk.accept(asked.draft, asked.finding)
        self._parts.checking.begin()
        return _json({"id": finding} | self._state())

    def attempt(self, body: Any) -> Response:
        _, problems = self._parts.desk.edit(_EDIT.validate_python(body), only_try=True)
        return _json({"problems": [one.as_json() for one in problems]})

    def undo(self, _: Any) -> Response:
        finding = self._parts.desk.undo()
        self._parts.checking.begin()
        return _json({"id": finding} | self._state())

    def redo(self, _: Any) -> Response:
        finding = self._parts.desk.redo()
        self._parts.checking.begin()
        return _json({"id": finding} | self._state())

    def new_concept(self, body: Any) -> Response:
        added = add_concept(self._parts.desk.root, NewConcept(**_Concept.model_validate(body).model_dump()))
        self._parts.desk.reference.reread_vocabularies()
        return _json({"alike": list(added.alike)})


def _in_thread(answer: Callable[[Request], Response]) -> Any:
    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(answer, request)

    return endpoint


def _json(value: Any, status: int = 200) -> Response:
    return JSONResponse(value, status, {"cache-control": "no-store"})


def _depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_depth, inner), default=0)


# --- what is wrong ---


def _http_error(request: Request, error: Any) -> Response:
    return refusal_response(request, Refusal(error.status_code, "request/path", "there is nothing here"))


def _refused(request: Request, error: Any) -> Response:
    return refusal_response(request, error.refusal)


def _conflict(_: Request, error: Any) -> Response:
    return _json({"error": str(error), "theirs": error.theirs, "conflict": True}, 409)


def _rejected(_: Request, error: Any) -> Response:
    return _json({"error": str(error), "problems": [one.as_json() for one in error.problems]}, 422)


def _not_possible(_: Request, error: Any) -> Response:
    hint = getattr(error, "hint", "")
    message = f"{error}; {hint}" if hint else str(error)
    if isinstance(error, ValidationError):
        message = "the page asked for something that is not valid"
    return _json({"error": message}, 422)
