"""The pages that the server makes itself, in the look of the site: its front page where there is none, and others."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse

from kg.render.pages.site import NAVIGATION, Door, environment
from kg.render.pages.site_pages import Page
from kg.server.catalogue import families
from kg.store.portable import portable

if TYPE_CHECKING:
    from jinja2 import Environment

    from kg.queries.library import QueryLibrary

DOORS = (Door("queries", "Queries", "Questions that the graph answers, by name, with an address for each"),
         Door("editor", "Editor", "Ask anything in SPARQL, or begin with a query of the library"))  # fmt: skip
"""What stands beside the site on a server."""
_OF_YASGUI = "style-src 'self' 'sha256-zCK2EVMoPc04mRF/g5CotUvxbJPWS+8V0b+s9ptqQIk='"
"""The style of the handles by which columns are widened, which YASGUI puts into the page."""
HERE = "./"
FIRST = """# The practices, with how many findings concern each
PREFIX cs: <https://w3id.org/continuous-star/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?practice ?name (COUNT(?finding) AS ?findings)
WHERE {
  ?practice a cs:Practice ; skos:prefLabel ?name .
  OPTIONAL { ?finding cs:concernsPractice ?practice }
}
GROUP BY ?practice ?name
ORDER BY DESC(?findings) ?name
"""
"""What stands in the editor at first."""
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'self'"
)


def own_page(
    title: str,
    path: str,
    template: str,
    *,
    name: str,
    site: bool,
    status: int = 200,
    policy: str = POLICY,
    headers: dict[str, str] | None = None,
    **values: Any,
) -> HTMLResponse:
    """A page of ours; `title` is that of the server, `site` whether there are the pages of a site to lead to."""
    navigation = (*(NAVIGATION if site else ((HERE, "Overview"),)), *((door.path, door.name) for door in DOORS))
    text = (
        _environment()
        .get_template(template)
        .render(
            values,
            page=Page(path, name, "list", template, {}),
            root="",
            policy=policy,
            style="assets/site.css",
            site_title=title,
            navigation=navigation,
            site=site,
            doors=DOORS,
            unmarked=tuple,
        )
    )
    return HTMLResponse(text, status, {"content-security-policy": f"{policy}; frame-ancestors 'none'",
                                       "cache-control": "no-cache", **(headers or {})})  # fmt: skip


def front_page(title: str, *, pending: bool) -> HTMLResponse:
    """What there is beside a site: while it is being made, or where there is none."""
    return own_page(
        title,
        "index.html" if pending else HERE,
        "served_front.html",
        name=title,
        site=False,
        status=503 if pending else 200,
        headers={"retry-after": "2"} if pending else None,
        pending=pending,
    )


def queries_page(title: str, library: QueryLibrary, *, site: bool) -> HTMLResponse:
    """The library by family, each query with its parameters as a form."""
    asked, others = families(library)
    return own_page(title, "queries", "served_queries.html", name="Queries", site=site, asked=asked, others=others)


def editor_page(title: str, library: QueryLibrary, chosen: str, *, site: bool, yasgui: bool) -> HTMLResponse:
    """The editor with the library beside it, and the query of the name `chosen` in it, if there is one."""
    query = next((query for query in library if query.name == chosen), None)
    return own_page(
        title,
        "editor",
        "served_editor.html",
        name="Editor",
        site=site,
        yasgui=yasgui,
        policy=POLICY.replace("style-src 'self'", _OF_YASGUI) if yasgui else POLICY,
        asked=families(library)[0],
        chosen=query.name if query else "",
        story=query.summary if query else "",
        sparql=portable(query.sparql) if query else FIRST,
    )


@cache
def _environment() -> Environment:
    return environment()
