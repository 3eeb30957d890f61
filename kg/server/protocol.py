"""What a request asks for: the SPARQL 1.1 Protocol (W3C Recommendation 2013, section 2) and content negotiation."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from kg.core.problems import brief, did_you_mean
from kg.render.formats import formats, names
from kg.server.messages import Refusal, RefusedError, Task

if TYPE_CHECKING:
    from kg.queries.query_library import Query

_FORMATS = [one for kind in ("rows", "triples") for one in formats(kind) if not one.alone]
MEDIA = {one.name: one.media for one in _FORMATS} | {"html": "text/html"}
_ALSO = {one.name: one.also for one in _FORMATS} | {"html": ("application/xhtml+xml",)}
"""Other media types by which clients ask for a format."""
ROWS = tuple(sorted(names("rows", lambda one: one.standard), key=lambda name: name != "json"))
"""The first is the default."""
TRIPLES = tuple(names("triples"))
AS_TRIPLES = {word: one.name for one in formats("triples") for word in one.also if word in ROWS}
"""What the names of formats of rows mean when the answer is triples."""
PRINTED = tuple(names("rows", lambda one: not one.standard and not one.alone))
"""Formats of the named queries in addition to those of the W3C."""
PAGE = "html"
"""The format of a named query that browsers ask for."""

_DIRECT, _FORM, _UPDATE = "application/sparql-query", "application/x-www-form-urlencoded", "application/sparql-update"
_FORMAT = ("format", "output", "results")
"""Names of the parameter for a format; SPARQLWrapper sends all three."""
_GRAPHS = ("default-graph-uri", "named-graph-uri")
_KNOWN = {"query", *_GRAPHS, *_FORMAT, "timeout"}
_IGNORED = {"infer", "queryLn", "reasoning", "should-sponge", "debug"}
"""Parameters that clients of certain stores send to every store."""
_COMMON = {*_FORMAT, "timeout", *_IGNORED}
"""Parameters that a query by name has in addition to its own."""
_SECONDS = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)\s*(ms|s|)")
_OF_UPDATES = {"update", "using-graph-uri", "using-named-graph-uri"}
_ALIASES = {word: one.name for one in reversed(_FORMATS) for word in (one.media, *one.also) if word not in MEDIA}
"""Of two formats with the same media type it is that of rows, which `AS_TRIPLES` knows."""
_UPDATES = "updates are refused: this endpoint is read-only"
_BUILD = "the graph is made from files: change those and run `kg build`"
_READ_ONLY = Refusal(403, "request/read-only", _UPDATES, _BUILD)
_PACKED = Refusal(400, "request/encoding", "the body is not valid gzip", "send it as it is, or compress it again")
_CODING = Refusal(415, "request/encoding", "the body is compressed in another way than gzip", "use gzip, or none")
_NOT_UTF8 = Refusal(400, "request/utf-8", "the request is not UTF-8", "send it as UTF-8")


def content_type(form: str) -> str:
    """The header Content-Type of a format: all are UTF-8, and JSON has no charset parameter."""
    media = MEDIA[form]
    return media if media.endswith("json") else f"{media}; charset=utf-8"


def chosen(accept: str, offered: Sequence[str]) -> str | None:
    """The offered format that a header Accept prefers (RFC 9110, section 12.5.1); None if it excludes all of them.

    Of formats with the same quality it is the one that is first in the header, then the one offered first; with an
    empty header, the one offered first.
    """
    wanted = _wanted(accept)
    if not wanted:
        return offered[0]
    rated = [(_quality(form, wanted), form) for form in offered]
    (quality, _), form = max(rated, key=lambda one: one[0])  # the first of those that are equal
    return form if quality > 0 else None


def chosen_of(accept: str, offered: Sequence[str]) -> str:
    """As `chosen`.

    Raises:
        RefusedError: if no format is acceptable.
    """
    form = chosen(accept, offered)
    if form is None:
        raise RefusedError(*not_acceptable(offered))
    return form


def not_acceptable(offered: Sequence[str]) -> Refusal:
    """The refusal of a request whose header Accept excludes every format."""
    hint = f"available are {', '.join(MEDIA[form] for form in offered)}"
    return Refusal(406, "request/format", "the answer is not available in that format", hint)


def _wanted(accept: str) -> dict[str, tuple[float, int]]:
    """The media ranges of a header, each with its quality and its place: 0 for the first, then -1, -2 ..."""
    found: dict[str, tuple[float, int]] = {}
    for place, part in enumerate(accept.split(",")[:64]):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if "/" in media or media == "*":
            found.setdefault("*/*" if media == "*" else media, (_q(parameters), -place))
    return found


def _q(parameters: Sequence[str]) -> float:
    try:
        return max(0.0, min(1.0, float(next((one[2:] for one in parameters if one.startswith("q=")), "1"))))
    except ValueError:
        return 0.0


def _quality(form: str, wanted: Mapping[str, tuple[float, int]]) -> tuple[float, int]:
    """The quality of a format and its place, by the most specific range that names it."""
    also = () if form in TRIPLES and "text/html" in wanted else _ALSO.get(form, ())  # browsers prefer any XML
    exact = [wanted[name] for name in (MEDIA[form], *also) if name in wanted]
    if exact:
        return max(exact)
    return wanted.get(f"{MEDIA[form].split('/')[0]}/*") or wanted.get("*/*", (0.0, 0))


def decoded(data: bytes, coding: str, most: int) -> bytes:
    """The body of a request without its compression; no more than `most` bytes and one are decompressed.

    Raises:
        RefusedError: if it is compressed in another way than gzip, or not completely.
    """
    if coding.strip().lower() in ("", "identity"):
        return data
    if coding.strip().lower() not in ("gzip", "x-gzip"):
        raise RefusedError(*_CODING)
    gzip = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    try:
        found = gzip.decompress(data, most + 1)
    except zlib.error:
        raise RefusedError(*_PACKED) from None
    if len(found) <= most and (gzip.unused_data or not gzip.eof):
        raise RefusedError(*_PACKED)
    return found


def task_of_request(query_string: bytes, posted: tuple[str, bytes] | None, accept: str, base: str) -> Task:
    """The task that a request sets.

    Args:
        query_string: The query string of the URL, percent-encoded.
        posted: The header Content-Type and the body of a POST.
        accept: The header Accept.
        base: The IRI of the endpoint, which resolves relative IRIs in a query.

    Raises:
        RefusedError: for an update, a request with no query or more than one, or bytes that are not UTF-8.
    """
    pairs = _pairs(query_string)
    if posted:
        media, charset = _media(posted[0])
        if media == _UPDATE:
            raise RefusedError(*_READ_ONLY)
        if media not in (_DIRECT, _FORM):
            hint = f"send {_DIRECT}, or a form: {_FORM}"
            raise RefusedError(415, "request/media-type", "a POST of this Content-Type is not a query", hint)
        if charset not in ("", "utf-8", "utf8"):
            raise RefusedError(415, "request/charset", "queries are UTF-8", "send it as UTF-8")
        try:
            pairs += [("query", posted[1].decode("utf-8-sig"))] if media == _DIRECT else _pairs(posted[1])
        except UnicodeDecodeError:
            raise RefusedError(*_NOT_UTF8) from None
    if any(name in _OF_UPDATES for name, _ in pairs):
        raise RefusedError(*_READ_ONLY)
    values = {name: tuple(value for key, value in pairs if key == name) for name in ("query", *_GRAPHS)}
    queries = values["query"]
    if len(queries) != 1:
        wrong = "more than one query" if queries else "no query"
        raise RefusedError(400, "request/query", f"the request has {wrong}", "send one parameter `query`")
    if {name for name, _ in pairs} - _KNOWN - _IGNORED:
        hint = f"the parameters are {', '.join(sorted(_KNOWN))}"
        raise RefusedError(400, "request/parameter", "the request has an unknown parameter", hint)
    default, named = (values[name] for name in _GRAPHS)
    form, seconds = form_of(pairs, (*ROWS, *TRIPLES)), seconds_of(pairs)
    return Task(queries[0], "", {}, accept, form, base, default, named, seconds)


def task_of_name(query: Query, pairs: Sequence[tuple[str, str]], accept: str, base: str) -> Task:
    """The task that a request for a query of the library sets; `pairs` are the parameters of its URL.

    Raises:
        RefusedError: for a parameter that is unknown, or given twice.
    """
    own = [parameter.name for parameter in query.parameters]
    common = [(name, value) for name, value in pairs if name == "format" or (name in _COMMON and name not in own)]
    given = [(name.replace("-", "_"), value) for name, value in pairs if (name, value) not in common]
    values = dict(given)
    if len(values) < len(given):
        raise RefusedError(400, "request/parameter", "a parameter is given twice")
    for name in values:
        if name not in own:
            hint = did_you_mean(name, own, f"it has {', '.join(own) or 'none'}")
            raise RefusedError(400, "request/parameter", f"{query.name} has no parameter `{brief(name)}`", hint)
    form, seconds = form_of(common, (*ROWS, *PRINTED, *TRIPLES, PAGE)), seconds_of(common)
    return Task("", query.name, values, accept, form, base, seconds=seconds)


def seconds_of(pairs: Iterable[tuple[str, str]]) -> float:
    """How long the answer may take, as the parameter `timeout` says: seconds, or with a unit; 0 without a limit.

    Raises:
        RefusedError: if it is not a time.
    """
    text = next((value for name, value in pairs if name == "timeout" and value), "0")
    found = _SECONDS.fullmatch(text.strip().lower())
    if found is None:
        hint = "give seconds, such as 5 or 0.5, or with a unit: 5s or 500ms"
        raise RefusedError(400, "request/parameter", "the timeout is not a time", hint)
    return float(found[1]) / (1000 if found[2] == "ms" else 1)


def form_of(pairs: Iterable[tuple[str, str]], known: Iterable[str]) -> str:
    """The format that a parameter, such as `format`, names, in short or as a media type; empty when there is none.

    Raises:
        RefusedError: for an unknown format.
    """
    named = next((value for name, value in pairs if name in _FORMAT and value), "")
    form = _ALIASES.get(named.lower(), named.lower())
    if form and form not in known:
        raise RefusedError(406, "request/format", "there is no such format", f"formats are {', '.join(known)}")
    return form


def _pairs(data: bytes) -> list[tuple[str, str]]:
    try:
        text = data.decode("ascii", "surrogateescape").encode("utf-8", "surrogateescape").decode()
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=10_000)
    except UnicodeDecodeError:
        raise RefusedError(*_NOT_UTF8) from None
    except ValueError:
        raise RefusedError(400, "request/parameter", "the request has too many parameters") from None


def _media(header: str) -> tuple[str, str]:
    """A media type, and the charset that it states."""
    media, *parameters = (part.strip().lower() for part in header.split(";"))
    charset = next((part[8:].strip('"') for part in parameters if part.startswith("charset=")), "")
    return media, charset
