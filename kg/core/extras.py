"""Libraries that only some commands need: each belongs to an optional extra of the package."""

from __future__ import annotations

import importlib
from types import ModuleType

from kg.core.problems import UsageError

EXTRAS = {
    "vl_convert": "figures",
    "networkx": "graph",
    "pyvis": "graph",
    "rustworkx": "graph",
    "openpyxl": "sheets",
    "pypdf": "pdf",
    "starlette": "serve",
    "uvicorn": "serve",
    "pandas": "notebook",
    "pyshacl": "shapes",
    "nltk": "agreement",
}
"""The extra that installs each optional library."""


def need(module: str) -> ModuleType:
    """An optional library, imported.

    Call it before the ordinary import of the library, so that type checkers still see its types.

    Args:
        module: The name of the library or of one of its modules, such as `openpyxl` or `starlette.routing`.

    Raises:
        UsageError: if it is not installed; the message names the extra to install.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        library = module.partition(".")[0]
        extra = EXTRAS[library]
        install = f'pip install "continuous-star-kg[{extra}]"'
        raise UsageError(f"this needs {library}, which is not installed; install it with: {install}") from error
