"""The pages of a site, parsed for tests: elements, ids and links."""

from __future__ import annotations

import posixpath
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

from kg.api import KnowledgeGraph
from kg.core.iris import BASE

Files = dict[str, bytes]


class Page(HTMLParser):
    """Elements with their attributes, ids, links and headings."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[int] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.append((name, value or ""))
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src", "action"):
                self.links.append(value or "")
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))


def pages(files: Files) -> dict[str, Page]:
    return {
        path: Page(data.decode())
        for path, data in files.items()
        if path.endswith(".html") and path not in ("graph.html", "map.html")
    }


def broken(files: Files, read: dict[str, Page]) -> list[tuple[str, str]]:
    """Links within the site to files or elements that do not exist, each with its page."""
    bad = []
    for path, page in read.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            beside = posixpath.join(posixpath.dirname(path), unquote(parts.path)) if parts.path else path
            target = posixpath.normpath(beside)
            views = target in ("graph.html", "map.html")  # there a fragment is a view, see test_site_ways.py
            reached = target in files and (views or not parts.fragment or parts.fragment in read[target].ids)
            if not reached:
                bad.append((path, link))
    return bad


def iris(graph: KnowledgeGraph) -> set[str]:
    """All IRIs of the project's namespace, in any position of a quad."""
    return {
        iri
        for place in "spog"
        for (iri,) in graph.store.query(
            f"SELECT DISTINCT ?{place} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(ISIRI(?{place})) }}"
        ).texts()
        if iri.startswith(BASE)
    }


def said(files: Files, path: str) -> str:
    """The text of a page."""
    return " ".join(re.sub(r"<[^>]*>", " ", files[path].decode()).split())
