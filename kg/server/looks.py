"""The pages that the server makes itself, in the look of the site: its front page where there is none, and others."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse

from kg.views.site import NAVIGATION, Door, environment
from kg.views.site_pages import Page

if TYPE_CHECKING:
    from jinja2 import Environment

DOORS = (Door("queries", "Queries", "Questions that the graph answers, by name, with an address for each"),
         Door("editor", "Editor", "Ask anything in SPARQL, or begin with a query of the library"))  # fmt: skip
"""What stands beside the site on a server."""
HERE = "./"
POLICY = ("default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
          "base-uri 'none'; form-action 'self'")


def own_page(title: str, path: str, template: str, *, name: str, site: bool, status: int = 200, policy: str = POLICY,
             headers: dict[str, str] | None = None, **values: Any) -> HTMLResponse:
    """A page of ours; `title` is that of the server, `site` whether there are the pages of a site to lead to."""
    navigation = (*(NAVIGATION if site else ((HERE, "Overview"),)), *((door.path, door.name) for door in DOORS))
    text = _environment().get_template(template).render(
        values, page=Page(path, name, "list", template, {}), root="", policy=policy, style="assets/site.css",
        site_title=title, navigation=navigation, site=site, doors=DOORS, unmarked=tuple)
    return HTMLResponse(text, status, {"content-security-policy": f"{policy}; frame-ancestors 'none'",
                                       "cache-control": "no-cache", **(headers or {})})  # fmt: skip


def front_page(title: str, *, pending: bool) -> HTMLResponse:
    """What there is beside a site: while it is being made, or where there is none."""
    return own_page(title, "index.html" if pending else HERE, "served_front.html", name=title, site=False,
                    status=503 if pending else 200, headers={"retry-after": "2"} if pending else None, pending=pending)


@cache
def _environment() -> Environment:
    return environment()
