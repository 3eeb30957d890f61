"""What every page is made with: templates that escape, and scripts and styles that the page's own policy lets in."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


def environment() -> Environment:
    """Templates in which everything is escaped and a name that is not given is an error."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def source(name: str) -> str:
    """The text of a script or style sheet of ours."""
    return (TEMPLATES / name).read_text("utf-8")


def script(names: Iterable[str]) -> str:
    """Several scripts as one, whose names nobody outside sees."""
    parts = "\n".join(map(source, names))
    return f'(() => {{\n"use strict";\n{parts}}})();\n'


def integrity(text: str) -> str:
    """The hash by which a Content-Security-Policy lets an inline script or style in (CSP Level 3, section 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
