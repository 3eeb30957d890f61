"""Requests of the SPARQL 1.1 Protocol (W3C Recommendation 2013, section 2), as tasks or as the faults they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from kg.server.formats import MEDIA, ROWS, TRIPLES
from kg.server.messages import Fault, Task

_DIRECT, _FORM, _UPDATE = "application/sparql-query", "application/x-www-form-urlencoded", "application/sparql-update"
_FORMAT = ("format", "output", "results")
"""What clients call the parameter for a format; SPARQLWrapper sends all three."""
_KNOWN = {"query", "default-graph-uri", "named-graph-uri", *_FORMAT}
_IGNORED = {"infer", "queryLn", "reasoning", "should-sponge", "timeout", "debug"}
"""What clients of certain stores send to any."""
_OF_UPDATES = {"update", "using-graph-uri", "using-named-graph-uri"}
_ALIASES = {media: form for form, media in MEDIA.items()} | {"turtle": "ttl", "ntriples": "nt", "json-ld": "jsonld",
                                                            "rdfxml": "rdf", "rdf+xml": "rdf", "n3": "ttl"}  # fmt: skip

READ_ONLY = Fault(
    403,
    "request/read-only",
    "updates are refused: this endpoint is read-only",
    "the graph is made from files: change those and run `kg build`",
)


class RefusedError(Exception):
    """A request that cannot be a task; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


@dataclass(frozen=True)
class Asked:
    """What a request brings: its method, the raw query string, the header Content-Type, and the body."""

    method: str
    query_string: bytes
    content_type: str
    body: bytes


def task_of_request(asked: Asked, accept: str, base: str) -> Task:
    """The task that a request sets; `base` is the IRI of the endpoint, which resolves relative IRIs in a query.

    Raises:
        RefusedError: for an update, a request that asks nothing or more than one thing, or bytes that are not UTF-8.
    """
    pairs = _pairs(asked.query_string)
    if asked.method == "POST":
        media, charset = _media(asked.content_type)
        if media == _UPDATE:
            raise RefusedError(READ_ONLY)
        if media not in (_DIRECT, _FORM):
            hint = f"send {_DIRECT}, or a form: {_FORM}"
            raise RefusedError(Fault(415, "request/media-type", "a POST of this Content-Type is no query", hint))
        if charset not in ("", "utf-8", "utf8"):
            raise RefusedError(Fault(415, "request/charset", "queries are UTF-8", "send it as UTF-8"))
        pairs += [("query", _utf8(asked.body))] if media == _DIRECT else _pairs(asked.body)
    return _task(pairs, accept, base)


def _task(pairs: list[tuple[str, str]], accept: str, base: str) -> Task:
    if any(name in _OF_UPDATES for name, _ in pairs):
        raise RefusedError(READ_ONLY)
    queries = [value for name, value in pairs if name == "query"]
    if len(queries) != 1:
        wrong = "more than one query" if queries else "no query"
        raise RefusedError(Fault(400, "request/query", f"the request has {wrong}", "send one parameter `query`"))
    if {name for name, _ in pairs} - _KNOWN - _IGNORED:
        raise RefusedError(
            Fault(
                400,
                "request/parameter",
                "the request has a parameter that is not known here",
                f"known are {', '.join(sorted(_KNOWN))}",
            )
        )
    default, named = (
        tuple(value for key, value in pairs if key == f"{kind}-graph-uri") for kind in ("default", "named")
    )
    return Task(
        queries[0], accept=accept, form=form_of(pairs, (*ROWS, *TRIPLES)), base=base, default=default, named=named
    )


def form_of(pairs: Iterable[tuple[str, str]], known: Iterable[str]) -> str:
    """The format that a parameter, such as `format`, names: shortly or as a media type; empty when none does.

    Raises:
        RefusedError: for a format that is not known.
    """
    named = next((value for name, value in pairs if name in _FORMAT and value), "")
    form = _ALIASES.get(named.lower(), named.lower())
    if form and form not in known:
        raise RefusedError(Fault(406, "request/format", "there is no such format", f"formats are {', '.join(known)}"))
    return form


def _pairs(data: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            data.decode("ascii", "surrogateescape").encode("utf-8", "surrogateescape").decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=10_000,
        )
    except UnicodeDecodeError:
        raise RefusedError(_NOT_UTF8) from None
    except ValueError:
        raise RefusedError(Fault(400, "request/parameter", "the request has too many parameters")) from None


_NOT_UTF8 = Fault(400, "request/utf-8", "the request is not UTF-8", "send it as UTF-8")


def _utf8(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise RefusedError(_NOT_UTF8) from None


def _media(header: str) -> tuple[str, str]:
    """A media type, and the charset it states."""
    media, *parameters = (part.strip().lower() for part in header.split(";"))
    charset = next((part[8:].strip('"') for part in parameters if part.startswith("charset=")), "")
    return media, charset
