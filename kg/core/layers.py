"""The files of the package (ontology, query library, example paper) and those of a review, which override them."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parents[1]


def shipped(folder: str) -> Path:
    """The folder `ontology`, `queries`, `bib` or `docs` of the installed package, or of the checkout."""
    inside = _HERE / "library" / folder
    return inside if inside.is_dir() else _HERE.parent / folder


def layered(root: Path, folder: str, suffix: str) -> dict[str, tuple[Path, Path]]:
    """Files of `folder` by path below it, each with its base folder and its path.

    A file of the review replaces the shipped file with the same path.
    """
    found: dict[str, tuple[Path, Path]] = {}
    for base in (shipped(folder).parent, root):
        for path in sorted((base / folder).rglob(f"*{suffix}")):
            found[path.relative_to(base / folder).as_posix()] = (base, path)
    return dict(sorted(found.items()))
