"""The page of a desk: its scripts and style are in it, and its policy allows nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kg.render.pages import inline

_TEMPLATES = Path(__file__).parent / "templates"
_SCRIPTS = ("desk_net.js", "desk_dom.js", "desk_paper.js", "desk_choose.js", "desk_fields.js", "desk_parts.js",
            "desk_offers.js", "desk_cards.js", "desk_proposed.js",
            "desk_deciding.js", "desk_keys.js", "desk.js")  # fmt: skip


def desk_page(title: str, data: dict[str, Any]) -> tuple[str, str]:
    """The document of a desk and its Content-Security-Policy.

    Args:
        title: What the tab is called.
        data: What the scripts need at once.
    """
    script = inline.script(_SCRIPTS, _TEMPLATES)
    style = _colours() + inline.source("desk.css", _TEMPLATES)
    policy = "; ".join((
        "default-src 'none'", f"script-src {inline.integrity(script)}",
        # Scripts place the text of a page by the properties of elements, which no policy of styles forbids.
        f"style-src {inline.integrity(style)}", "img-src 'self' data:", "connect-src 'self'",
        "base-uri 'none'", "form-action 'none'",
    ))  # fmt: skip
    values = {"title": title, "policy": policy, "script": inline.markup(script), "style": style}
    page = inline.environment(folder=_TEMPLATES).get_template("desk.html")
    return page.render(data=inline.script_json(data), **values), f"{policy}; frame-ancestors 'none'"


def _colours() -> str:
    """The colours of the pages of a graph, for light and dark."""
    whole = inline.source("graph.css")
    return whole[: whole.index("*, *::before")]
