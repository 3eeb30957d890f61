"""Libraries that only some commands need: each belongs to an optional extra of the package."""

from __future__ import annotations

import importlib
from types import ModuleType

from kg.core.problems import UsageError

_LIBRARIES = {
    "figures": ("vl_convert",),
    "graph": ("networkx", "pyvis", "rustworkx"),
    "sheets": ("openpyxl",),
    "pdf": ("pypdfium2",),
    "serve": ("httptools", "starlette", "uvicorn", "uvloop"),
    "assistants": ("mcp",),
    "notebook": ("pandas",),
    "shapes": ("pyshacl",),
    "agreement": ("nltk",),
    "docx": ("pypandoc",),
    "sign": ("Crypto",),
}
EXTRAS = {library: extra for extra, libraries in _LIBRARIES.items() for library in libraries}
"""The extra that installs each optional library."""


def need(module: str) -> ModuleType:
    """An optional library or one of its modules (`starlette.routing`), imported.

    Call it before the ordinary import of the library, so that type checkers still see its types.

    Raises:
        UsageError: if it is not installed; the message names the extra to install.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        library = module.partition(".")[0]
        install = f"pip install '.[{EXTRAS[library]}]'"
        raise UsageError(f"this needs {library}, which is not installed; in a clone of kg, run: {install}") from error
