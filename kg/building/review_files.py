"""The files that the graph of a review is built from, and whether they have changed since.

Every command that answers from the graph calls this: nothing here parses a source or imports a reader.
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
    from kg.store import AnyStore

SHAPES_SUFFIX = "shapes.ttl"
_SOURCES = "SELECT ?file ?hash WHERE { ?graph cs:sourceFile ?file ; cs:contentHash ?hash }"


def open_review(root: Path) -> Path:
    """The folder of a review as an absolute path.

    Raises:
        UsageError: if the folder contains no `bib/`.
    """
    if not (root / "bib").is_dir():
        raise UsageError(
            f"{root} is not a review: it has no folder bib/; make one with `kg init DIR`, "
            "or name one with `kg --root DIR`"
        )
    return root.resolve()


def source_paths(root: Path) -> Iterable[tuple[Path, Path]]:
    """Every file that gives a named graph, as (folder that its name is relative to, path)."""
    yield from (pair for name, pair in layered(root, "ontology", ".ttl").items() if not name.endswith(SHAPES_SUFFIX))
    yield from (pair for name, pair in layered(root, "queries", ".rq").items() if name.startswith("rules/"))
    yield from ((root, path) for path in find_review_files(root))


def changed_since_build(store: AnyStore, root: Path) -> list[str]:
    """The names of source files that were changed, removed or added since the graph in `store` was built.

    Args:
        store: the graph of the review.
        root: the folder of the review.
    """
    built = {file: digest for file, digest in store.query(_SOURCES).texts()}  # noqa: C416 - says they are pairs
    found = {path.relative_to(base).as_posix(): path for base, path in source_paths(root)}
    changed = [name for name, path in found.items() if built.get(name) != f"sha256:{_digest(path)}"]
    return sorted([*changed, *(set(built) - set(found))])


def _digest(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return "unreadable"
