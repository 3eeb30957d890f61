"""Content negotiation: which of the formats that there are a client wants most (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

MEDIA = {
    "json": "application/sparql-results+json", "xml": "application/sparql-results+xml", "csv": "text/csv",
    "tsv": "text/tab-separated-values", "ttl": "text/turtle", "nt": "application/n-triples",
    "jsonld": "application/ld+json", "rdf": "application/rdf+xml", "html": "text/html", "md": "text/markdown",
    "table": "text/plain", "latex": "application/x-latex", "bibtex": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
}  # fmt: skip
"""The media type of each format."""
_ALSO = {
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/x-turtle": "ttl",
    "text/rdf+n3": "ttl",
    "text/n3": "ttl",
    "application/xhtml+xml": "html",
    "text/x-bibtex": "bibtex",
}
ROWS = ("json", "xml", "csv", "tsv")
TRIPLES = ("ttl", "nt", "jsonld", "rdf")
PRINTED = ("table", "md", "latex", "bibtex", "ris")
"""Formats of the named queries beside those of the W3C."""
_BINARY = ("application/ld+json", "application/sparql-results+json")


def content_type(form: str) -> str:
    """The header Content-Type of a format: all of them are UTF-8, and JSON knows no charset."""
    media = MEDIA[form]
    return media if media in _BINARY else f"{media}; charset=utf-8"


def chosen(accept: str, offered: Sequence[str]) -> str | None:
    """The format among those offered that a header Accept wants most; the first when it is empty, None if none will do.

    Of those that it wants as much the one that stands first in it, then the one that is offered first.
    """
    wanted = _wanted(accept)
    if not wanted:
        return offered[0]
    found = [(quality, -place, -number, form) for number, form in enumerate(offered)
             for quality, place in [_quality(form, wanted)] if quality > 0]  # fmt: skip
    return max(found)[-1] if found else None


def _wanted(accept: str) -> dict[str, tuple[float, int]]:
    """The media ranges of a header, each with its quality and its place."""
    found: dict[str, tuple[float, int]] = {}
    for place, part in enumerate(accept.split(",")[:64]):
        media, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if "/" in media or media == "*":
            found.setdefault("*/*" if media == "*" else media, (_q(parameters), place))
    return found


def _q(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return max(0.0, min(1.0, float(parameter[2:])))
            except ValueError:
                return 0.0
    return 1.0


def _quality(form: str, wanted: Mapping[str, tuple[float, int]]) -> tuple[float, int]:
    """How much a format is wanted, by the most specific range that names it."""
    names = [MEDIA[form], *(media for media, known in _ALSO.items() if known == form)]
    exact = [wanted[name] for name in names if name in wanted]
    if exact:
        return max(exact, key=lambda found: (found[0], -found[1]))
    ranges = [wanted[f"{name.split('/')[0]}/*"] for name in names[:1] if f"{name.split('/')[0]}/*" in wanted]
    return ranges[0] if ranges else wanted.get("*/*", (0.0, 0))
