"""The site of a review: its graph, with the licence and the citation that lie beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kg.core.files import MAX_QUERY_BYTES, SourceFile, read_source
from kg.core.problems import Problem, UsageError
from kg.core.progress import Progress, silent
from kg.readers.citation import NAME, Citation, read_citation
from kg.render.pages.site import Door, Drawn, site

LICENCES = ("LICENSE-DATA", "LICENSE", "LICENSE.txt", "LICENSE.md")
"""Files of a review that state the licence of its data, the first that is there."""


def review_site(
    graph: Drawn, root: Path, title: str, doors: Iterable[Door] = (), progress: Progress = silent
) -> dict[str, bytes]:
    """The files of the site by path.

    Raises:
        UsageError: if the licence or the citation is there and cannot be used.
    """
    licence = _beside(root, *LICENCES)
    return site(graph, title, licence.text if licence else "", _citation(root), doors, progress)


def _citation(root: Path) -> Citation | None:
    """How the review wants to be cited, if it says so."""
    file = _beside(root, NAME)
    read = read_citation(file) if file else None
    if isinstance(read, Problem):
        raise UsageError(str(read))
    return read


def _beside(root: Path, *names: str) -> SourceFile | None:
    """The first of the files that is in the review's folder."""
    path = next((root / name for name in names if (root / name).exists()), None)
    file = read_source(root, path, MAX_QUERY_BYTES) if path else None
    if isinstance(file, Problem):
        raise UsageError(str(file))
    return file
