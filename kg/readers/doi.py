"""Reads DOIs as people and publishers write them."""

from __future__ import annotations

import re
from urllib.parse import unquote

_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"), "-")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), "")
_LATEX = re.compile(r"\{?\\([&%#_$<>{}])\}?|\$([<>])\$|\\text(?:less|greater)\{\}|[{}]")
_PREFIX = re.compile(r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:\s*|doi\s*(?=10\.))+", re.I)
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"]+")
_BARE = re.compile(r"10\.[0-9]{4,9}/[A-Za-z0-9._():/-]*[A-Za-z0-9)]")
"""Nearly all DOIs, for which the rest is not needed."""
_AT_THE_END = re.compile(r"[.,;]+\Z")
_PAGE = re.compile(r"(?:/(?:full|fulltext|abstract|abs|pdf|epdf|meta|references|summary)|\.pdf|\.html?)+\Z", re.I)
_RESOLVER = re.compile(r"\s*https?://(?:dx\.|www\.)?doi\.org/", re.I)


def read_doi(value: str) -> str:
    """Returns the DOI in the value of a doi field, bare or in an address; empty if there is none."""
    if _BARE.fullmatch(value):
        return value
    text = _LATEX.sub(lambda match: match[1] or match[2] or "", value).translate(_HYPHENS).translate(_INVISIBLE).strip()
    text = re.sub(r"^\\url\s*", "", text)
    prefix = _PREFIX.match(text)
    address = "://" in text[:10]
    if prefix:
        text = text[prefix.end() :]
    if address:
        text = unquote(text)
    if address and not prefix:  # a publisher's page: without what follows the DOI
        found = _DOI.search(re.split(r"[?#&]", text, maxsplit=1)[0])
        text = _PAGE.sub("", found[0]) if found else ""
    text = _AT_THE_END.sub("", text)
    return text if _DOI.fullmatch(text) else ""


def doi_of_address(value: str) -> str:
    """Returns the DOI of an address at doi.org; other addresses may not be those of the work itself."""
    return read_doi(value) if _RESOLVER.match(value) else ""
