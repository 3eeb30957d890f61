"""Which files a review is made from, and whether they still are what its graph was built from.

Every command asks this before it answers: nothing here reads a source, or imports what does.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from kg.core.layers import layered
from kg.core.problems import UsageError
from kg.readers.formats import find_review_files

if TYPE_CHECKING:
    from kg.api import KnowledgeGraph

SHAPES_SUFFIX = "shapes.ttl"
_SOURCES = "SELECT ?file ?hash WHERE { ?graph cs:sourceFile ?file ; cs:contentHash ?hash }"


def open_review(root: Path) -> Path:
    """The review folder itself.

    Raises:
        UsageError: if the folder holds no `bib/`.
    """
    if not (root / "bib").is_dir():
        raise UsageError(
            f"{root} is not a review: it has no folder bib/; make one with `kg init DIR`, "
            "or name one with `kg --root DIR`"
        )
    return root.resolve()


def source_paths(root: Path) -> Iterable[tuple[Path, Path]]:
    """Every file that a named graph is made from, with the base that its name is relative to."""
    yield from (pair for name, pair in layered(root, "ontology", ".ttl").items() if not name.endswith(SHAPES_SUFFIX))
    yield from (pair for name, pair in layered(root, "queries", ".rq").items() if name.startswith("rules/"))
    yield from ((root, path) for path in find_review_files(root))


def changed_since_build(graph: KnowledgeGraph) -> list[str]:
    """Source files that are not what the graph was built from: changed, gone, or new."""
    built = {file: digest for file, digest in graph.store.query(_SOURCES).texts()}  # noqa: C416 - says they are pairs
    found = {path.relative_to(base).as_posix(): path for base, path in source_paths(graph.root)}
    changed = [name for name, path in found.items() if built.get(name) != f"sha256:{_digest(path)}"]
    return sorted([*changed, *(set(built) - set(found))])


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "of a file that is not what it was: it cannot be read"
