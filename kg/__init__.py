"""The literature of continuous software engineering as a knowledge graph."""

from typing import TYPE_CHECKING, Any

from kg.core.version import __version__

if TYPE_CHECKING:
    from kg.answers.evidence_map import Cell, EvidenceMap, Exclusion, Header, MapFinding
    from kg.answers.gaps import Gap, gaps
    from kg.answers.network import Edge, Network, Node
    from kg.answers.rows import Rows
    from kg.answers.things import Concept, Finding, Link, Publication, Quotation, Relation
    from kg.api import KnowledgeGraph
    from kg.building.pipeline import build
    from kg.core.problems import KgError, Problem, UsageError
    from kg.render.figures.figure import Figure

__all__ = ["Cell", "Concept", "Edge", "EvidenceMap", "Exclusion", "Figure", "Finding", "Gap", "Header", "KgError"]
__all__ += ["KnowledgeGraph", "Link", "MapFinding", "Network", "Node", "Problem", "Publication", "Quotation"]
__all__ += ["Relation", "Rows", "UsageError", "__version__", "build", "gaps"]

_HOMES = {
    "kg.answers.evidence_map": ("Cell", "EvidenceMap", "Exclusion", "Header", "MapFinding"),
    "kg.answers.gaps": ("Gap", "gaps"),
    "kg.answers.network": ("Edge", "Network", "Node"),
    "kg.answers.rows": ("Rows",),
    "kg.answers.things": ("Concept", "Finding", "Link", "Publication", "Quotation", "Relation"),
    "kg.api": ("KnowledgeGraph",),
    "kg.building.pipeline": ("build",),
    "kg.core.problems": ("KgError", "Problem", "UsageError"),
    "kg.render.figures.figure": ("Figure",),
}
"""The module of each public name. Nothing is imported before it is used: `kg --help` needs none of them."""


def __getattr__(name: str) -> Any:
    import importlib

    for module, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
