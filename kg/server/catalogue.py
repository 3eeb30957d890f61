"""The query library as the server shows it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Hashable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from kg.queries.library import Parameter, Query, QueryLibrary
from kg.render.text.reference import FOR_VIEWS
from kg.server.answers import forms_of
from kg.server.generation import Generation
from kg.server.pool import Pool
from kg.server.protocol import MEDIA, chosen
from kg.server.responses import tag
from kg.store.portable import portable
from kg.store.sparql_text import code_of

_NEVER_THE_SAME = re.compile(r"\b(NOW|RAND|UUID|STRUUID|BNODE)\s*\(", re.I)
T = TypeVar("T")
Families = list[tuple[str, list[dict[str, Any]]]]


class Catalogue:
    """The library that answers are given from: it is read again with each graph, as the workers do."""

    def __init__(self, root: Path, pool: Pool) -> None:
        self._root, self._pool = root, pool
        self._of: Generation | None = None
        self._library: QueryLibrary | None = None
        self._made: dict[Hashable, Any] = {}

    async def read(self) -> QueryLibrary:
        generation = self._pool.generation
        if self._library is None or self._of is not generation:
            library = await asyncio.to_thread(_read, self._root)
            self._of, self._library, self._made = generation, library, {}
        return self._library

    async def made(self, key: Hashable, make: Callable[[QueryLibrary], T]) -> T:
        """What `make` returns for the library, cached under `key`; other requests do not wait for it."""
        library = await self.read()
        made = self._made
        if key not in made:
            made[key] = await asyncio.to_thread(make, library)
        found: T = made[key]
        return found

    async def tag(self, name: str, values: Mapping[str, str], form: str, accept: str) -> str:
        """A validator of the answer to a query in a format; empty if the same question may have another answer."""
        library, generation = await self.read(), self._pool.generation
        query = next((query for query in library if query.name == name), None)
        if query is None or generation is None or _NEVER_THE_SAME.search(code_of(query.sparql)):
            return ""
        form = form or chosen(accept, forms_of(query)) or ""
        return tag(generation.snapshot, repr(query), repr(sorted(values.items())), form)


def _read(root: Path) -> QueryLibrary:
    """The library with all its files read: later changes of a file have no effect."""
    found = QueryLibrary.of(root).without_services()
    list(found)
    return found


def listed(library: QueryLibrary) -> list[dict[str, Any]]:
    """All queries with what a program needs to run them."""
    return [query.as_json() | _how_to_ask(query) for query in library]


def _how_to_ask(query: Query) -> dict[str, Any]:
    formats = {form: MEDIA[form] for form in forms_of(query)}
    found = {"cites": list(query.cites), "url": f"queries/{query.name}", "example": example(query)}
    return found | {"formats": formats, "sparql": portable(query.sparql)}


def example(query: Query, form: str = "") -> str:
    """An address, relative to that of the list, at which the query gives an answer."""
    given = {p.name: p.example for p in query.parameters if p.default is None} | ({"format": form} if form else {})
    return f"queries/{query.name}" + (f"?{urlencode(given)}" if given else "")


def families(library: QueryLibrary) -> tuple[Families, Families]:
    """The queries by family as a page shows them: those for people, and those that pages are made from."""
    asked: Families = []
    others: Families = []
    for family, several in groupby(library, lambda query: query.family):
        (others if family in FOR_VIEWS else asked).append((family, [_shown(query) for query in several]))
    return asked, others


def _shown(query: Query) -> dict[str, Any]:
    forms = forms_of(query)
    found: dict[str, Any] = {"name": query.name, "summary": query.summary, "story": query.story, "formats": forms}
    found["columns"] = query.columns.items()
    found["parameters"] = [_field(parameter) for parameter in query.parameters]
    return found | {"examples": [(form, example(query, form)) for form in forms]}


def _field(parameter: Parameter) -> dict[str, Any]:
    """A field of a form; with its first value the query gives an answer."""
    found = {name: getattr(parameter, name) for name in ("name", "type", "description", "example", "choices")}
    needed = parameter.default is None
    return found | {"needed": needed, "value": parameter.example if needed else str(parameter.default)}
