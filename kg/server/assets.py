"""Styles and scripts of the pages that the server makes itself."""

from __future__ import annotations

import json
from collections.abc import Mapping

from starlette.responses import Response

from kg.core.iris import BASE, PREFIXES
from kg.render.pages import inline
from kg.server.pages import TYPES

_STYLES = ("site.css", "served.css", "yasgui.css")
_SCRIPTS = ("editor_place.js", "editor_plain.js", "editor_yasgui.js", "editor.js")


def asset(name: str, taken: Mapping[str, bytes]) -> Response | None:
    """The file of that name: of ours, or of those that were `taken` from a package."""
    if name in _STYLES:
        data: str | bytes = inline.source(name)
    elif name == "editor.js":
        data = f"const BASE = {json.dumps(BASE)}, PREFIXES = {json.dumps(PREFIXES)};\n" + inline.script(_SCRIPTS)
    elif name == "prefixes.json":
        data = json.dumps(PREFIXES)
    elif name in taken:
        data = taken[name]
    else:
        return None
    return Response(data, headers={"content-type": TYPES["." + name.rsplit(".", 1)[-1]]})
