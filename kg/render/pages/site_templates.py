"""The templates of a site, with the filters that its pages use."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.render.pages import inline
from kg.render.pages.site_things import section, short, shown

if TYPE_CHECKING:
    from jinja2 import Environment


def environment(clean: Callable[[str], str] | None = shown) -> Environment:
    """The templates of the site; every text is cleaned by `clean`, which leaves invisible characters out."""
    environment = inline.environment(clean)
    environment.filters |= {"short": short, "section": section}
    return environment
