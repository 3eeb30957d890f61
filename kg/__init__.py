"""The literature of continuous software engineering as a knowledge graph."""

from kg.api import KnowledgeGraph
from kg.problems import KgError, UsageError
from kg.results import Rows

__all__ = ["KgError", "KnowledgeGraph", "Rows", "UsageError"]
__version__ = "0.1.0"
