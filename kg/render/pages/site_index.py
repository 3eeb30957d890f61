"""The index of the search: names and texts of pages in one script, quotations in another, which is loaded later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from jinja2.utils import htmlsafe_json_dumps

from kg.core.iris import CS, OA, SKOS
from kg.core.kinds import CONCEPTS
from kg.render.pages.site_pages import Page
from kg.render.pages.site_places import UNUSED
from kg.render.pages.site_things import shown
from kg.render.pages.site_values import Values


def search_scripts(values: Values, made: Iterable[Page], more: Iterable[list[Any]] = ()) -> dict[str, str]:
    """The scripts `search-index.js` and `search-quotes.js`.

    The first has kind, title, path, other names, text, and the number of facts that refer to the thing, for each page
    of a thing and each concept without a page; a path of a page is without its ending. The second has pairs of the
    number of such an entry and a quotation. `more` are entries of other pages.
    """
    paged = [page for page in made if page.iri]
    index = [_entry(values, page) for page in paged] + _unused(values) + list(more)
    quotes = [[number, text] for number, page in enumerate(paged) for text in _quotations(values, page)]
    return {"search-index.js": _script("kgIndex", index), "search-quotes.js": _script("kgQuotes", quotes)}


def _script(name: str, value: Sequence[Any]) -> str:
    return f"window.{name} = {htmlsafe_json_dumps(value, separators=(',', ':'))};\n"


def _entry(values: Values, page: Page) -> list[Any]:
    # The title of a finding is its statement, which is its text.
    title = "" if page.kind == "finding" else shown(page.title)
    names = [shown(name) for name in dict.fromkeys(page.names) if name]
    return [page.kind, title, page.path.removesuffix(".html"), names, shown(page.text), _degree(values, page.iri)]


def _degree(values: Values, iri: str) -> int:
    return sum(1 for _ in values.things.incoming(iri))


def _unused(values: Values) -> list[list[Any]]:
    """The concepts without a page of their own."""
    t = values.things
    return [
        [kind.name, shown(t.label(iri)), values.placed[iri].path,
         [shown(name) for name in t.values(iri, SKOS.altLabel)],
         shown(t.value(iri, SKOS.definition)), _degree(values, iri)]
        for kind in CONCEPTS for iri in t.of(CS(kind.class_name)) if values.placed[iri].page == UNUSED
    ]  # fmt: skip


def _quotations(values: Values, page: Page) -> list[str]:
    """The words of the quotations on the page of a finding, study or publication, each once."""
    t = values.things
    evidence = [iri for iri in values.members[page.path] if t.is_a(iri, CS.Evidence)]
    evidence += t.values(page.iri, CS.hasEvidence)  # that of two findings is on the page of one of them
    found = [t.value(t.value(iri, OA.hasSelector), OA.exact) for iri in evidence]
    return [shown(text) for text in dict.fromkeys(found) if text]
