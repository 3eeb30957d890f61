"""Templates that escape, and scripts and styles that a page's own policy allows."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

TEMPLATES = Path(__file__).parent / "templates"


def environment(clean: Callable[[str], str] | None = None, folder: Path = TEMPLATES) -> Environment:
    """The templates of `folder`; every text is cleaned by `clean` and escaped, and an undefined name is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    def cleaned(value: object) -> object:
        return clean(value) if clean and isinstance(value, str) and not isinstance(value, Markup) else value

    return Environment(
        loader=FileSystemLoader([folder, TEMPLATES]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        finalize=cleaned if clean else None,
    )


def source(name: str, folder: Path = TEMPLATES) -> str:
    """The text of a script or style sheet."""
    return (folder / name).read_text("utf-8")


def markup(text: str) -> Markup:
    """A text of the package that a template does not escape."""
    from markupsafe import Markup

    return Markup(text)  # noqa: S704 - of the package


def script(names: Iterable[str], folder: Path = TEMPLATES) -> str:
    """Several scripts as one, with names that are not visible outside."""
    parts = "\n".join(source(name, folder) for name in names)
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


def script_json(value: Any) -> Markup:
    """JSON for a `script` element: nothing in it ends the element or begins a comment (HTML, section 4.12.1.3)."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return markup(_NOT_IN_SCRIPTS.sub(lambda found: f"\\u{ord(found[0]):04x}", text))


_NOT_IN_SCRIPTS = re.compile("[<>&\u2028\u2029\ud800-\udfff]")
"""What JSON in a script must escape, and what cannot be written as UTF-8."""


def integrity(text: str) -> str:
    """The hash by which a Content-Security-Policy allows an inline script or style (CSP Level 3, section 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
