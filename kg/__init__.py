"""The literature of continuous software engineering as a knowledge graph."""

from typing import TYPE_CHECKING, Any

from kg.core.version import __version__

if TYPE_CHECKING:
    from kg.answers.rows import Rows
    from kg.api import KnowledgeGraph
    from kg.core.problems import KgError, UsageError

__all__ = ["KgError", "KnowledgeGraph", "Rows", "UsageError", "__version__"]

_HOMES = {
    "KnowledgeGraph": "kg.api",
    "KgError": "kg.core.problems",
    "UsageError": "kg.core.problems",
    "Rows": "kg.answers.rows",
}


def __getattr__(name: str) -> Any:
    """Imports what is asked for: `kg --help` asks for nothing, and need not wait for the engine."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(_HOMES[name]), name)
