"""What the package carries: ontology, query library and the example paper; a review's own files come on top."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parents[1]


def shipped(folder: str) -> Path:
    """`ontology`, `queries` or `bib` as installed with the package, or beside it in a checkout."""
    inside = _HERE / "library" / folder
    return inside if inside.is_dir() else _HERE.parent / folder


def layered(root: Path, folder: str, suffix: str) -> dict[str, tuple[Path, Path]]:
    """Files of `folder` by path below it, each with the base that its name is relative to.

    The shipped files come first; a file of the review with the same path takes the place of the shipped one.
    """
    found: dict[str, tuple[Path, Path]] = {}
    for base in (shipped(folder).parent, root):
        for path in sorted((base / folder).rglob(f"*{suffix}")):
            found[path.relative_to(base / folder).as_posix()] = (base, path)
    return dict(sorted(found.items()))
