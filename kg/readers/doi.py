"""Reads DOIs as people and publishers write them, and recognises addresses."""

from __future__ import annotations

import re
from urllib.parse import unquote

from kg.readers.bibtex.latex import plain
from kg.readers.bibtex.markup import ENTITY_LEFT

_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d"), "-")
_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), "")
_LESS_AND_GREATER = re.compile(r"\\(?:text)?(less|greater|lt|gt)(?![A-Za-z])(?:\{\}|\s)?|\$\s*([<>]+)\s*\$")
_SIGNS = {"less": "<", "lt": "<", "greater": ">", "gt": ">"}
_BRACES = re.compile(r"\\([{}])|[{}]")
_PREFIX = re.compile(r"(?:(?:https?://)?(?:dx\.|www\.)?doi\.org/|(?:urn:|info:)?doi[:/]\s*|doi\s*(?=10\.))+", re.I)
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"\\$]+")
_SECOND = re.compile(r"[;,]10\.\d{4,9}/")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9]*/?>")
_BARE = re.compile(r"10\.[0-9]{4,9}/[A-Za-z0-9._():/-]*[A-Za-z0-9)]")
"""Nearly all DOIs, for which the rest is not needed."""
_ESCAPES = re.compile("%3[CE]", re.I)
_NOT_OF_THE_DOI = re.compile(r"[?#](?=\w).*", re.S)
_AT_THE_END = re.compile(r"[.,;]+\Z")
_PAGE = re.compile(r"(?:/(?:full|fulltext|abstract|abs|pdf|epdf|meta|references|summary)|\.pdf|\.html?)+\Z", re.I)
_RESOLVER = re.compile(r"\s*https?://(?:dx\.|www\.)?doi\.org/", re.I)

_ADDRESS = re.compile(r"(?:https?|ftp)://(?:(?![;,]https?://)[^\s<>])+", re.I)


def read_doi(value: str) -> str:
    """Returns the DOI in the value of a doi field, bare or in an address; empty if there is none.

    LaTeX and HTML in it are decoded. What still contains a backslash, a tag or an entity then is not a DOI.
    """
    if not value or _BARE.fullmatch(value):
        return value
    text = _LESS_AND_GREATER.sub(lambda match: _SIGNS[match[1]] if match[1] else match[2], value)
    text = _BRACES.sub(lambda match: match[1] or "", plain(text)).translate(_HYPHENS).translate(_INVISIBLE).strip()
    prefix = _PREFIX.match(text)
    address = "://" in text[:10]
    if prefix:
        text = text[prefix.end() :]
        text = _NOT_OF_THE_DOI.sub("", text) if "doi.org/" in prefix[0].lower() else text
    if address or _ESCAPES.search(text):
        text = unquote(text)
    if address and not prefix:  # a publisher's page: without what follows the DOI
        found = _DOI.search(re.split(r"[?#&]", text, maxsplit=1)[0])
        text = _PAGE.sub("", found[0]) if found else ""
    text = _AT_THE_END.sub("", text)
    wrong = _TAG.search(text) or _SECOND.search(text) or ENTITY_LEFT.search(text)
    return text if _DOI.fullmatch(text) and not wrong else ""


def doi_of_address(value: str) -> str:
    """Returns the DOI of an address at doi.org; other addresses may not be those of the work itself."""
    return read_doi(value) if _RESOLVER.match(value) else ""


def is_address(text: str) -> bool:
    """Returns whether a text is one address of the web, and nothing else."""
    return _ADDRESS.fullmatch(text) is not None
