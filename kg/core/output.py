"""Files and folders that are either written completely or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from kg.core.problems import UsageError, visible
from kg.core.progress import Progress, counted, silent


def write_whole(path: Path, content: str | bytes) -> None:
    """Writes a temporary file and renames it: readers see the old file or the new one, never a part of it.

    Raises:
        UsageError: if the folder cannot be written to.
    """
    try:
        fresh = _beside(path, content)
        try:
            fresh.replace(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error


def _beside(path: Path, content: str | bytes) -> Path:
    """A temporary file in the folder of `path` with the content."""
    import tempfile  # imports shutil and random, which queries do not need

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
        Path(name).chmod(0o644)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def write_all(files: Mapping[Path, str | bytes | None]) -> None:
    """Writes several files, or none of them; a file without a text is removed.

    All texts are written to temporary files before the first one is renamed.

    Raises:
        UsageError: if a folder cannot be written to; then all files are as they were.
    """
    fresh: dict[Path, Path] = {}
    before: dict[Path, bytes | None] = {}
    try:
        for path, text in files.items():
            if text is not None:
                fresh[path] = _beside(path, text)
        for path in files:
            before[path] = path.read_bytes() if path.exists() else None
            if path in fresh:
                fresh[path].replace(path)
            else:
                path.unlink(missing_ok=True)
    except BaseException as error:
        _restore(before)
        if isinstance(error, OSError):
            raise UsageError(f"cannot write: {error.strerror}") from error
        raise
    finally:
        for path in fresh.values():
            path.unlink(missing_ok=True)


def _restore(before: Mapping[Path, bytes | None]) -> None:
    for path, data in before.items():
        if data is None:
            path.unlink(missing_ok=True)
        elif path.read_bytes() != data if path.exists() else True:
            write_whole(path, data)


def diff(before: str, after: str, name: str, new_name: str = "") -> str:
    """A unified diff of a file, as `git diff` and `patch` write it; nothing if only its name changes."""
    import difflib  # slow to import, and rarely needed

    old, new = (text.splitlines(keepends=True) for text in (before, after))
    lines = difflib.unified_diff(old, new, f"a/{name}", f"b/{new_name or name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


MARKER = ".kg-site"
"""A file in each written folder that lists its files, so that no other files are ever replaced."""


def write_folder(folder: Path, files: Mapping[str, bytes], progress: Progress = silent) -> None:
    """Writes a temporary folder and renames it, so that `folder` is never written in part.

    An existing folder is replaced only if this function wrote it and it contains no other files.

    Raises:
        UsageError: if the folder contains other files, or cannot be written to.
    """
    import shutil
    import tempfile

    try:
        folder = folder.resolve()
        _refuse_foreign(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
        try:
            marker = "".join(f"{name}\n" for name in sorted([*files, MARKER])).encode()
            for number, (name, data) in enumerate({**files, MARKER: marker}.items()):
                counted(progress, "writing files", number, len(files))
                path = fresh / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            progress("putting the folder in its place")
            fresh.chmod(0o755)
            _swap(fresh, folder)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    except OSError as error:
        raise UsageError(f"cannot write {folder}: {error.strerror}") from error


def _refuse_foreign(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file: name a folder")
    marker = folder / MARKER
    own = set(marker.read_text("utf-8", "replace").splitlines()) if marker.is_file() else set()
    # Without a marker the first entry is enough; this does not walk through a whole disk.
    there = folder.rglob("*") if own else folder.glob("*")
    names = (path.relative_to(folder).as_posix() for path in there if not own or path.is_symlink() or not path.is_dir())
    if first := next((name for name in names if name not in own), ""):
        contains = f"{folder} contains files that kg did not write, such as {visible(first)}"
        raise UsageError(f"{contains}: name another folder, or move them away")


def _swap(fresh: Path, folder: Path) -> None:
    """Replaces `folder` by `fresh`; the old folder is removed last."""
    import shutil
    import tempfile

    if not folder.exists():
        fresh.rename(folder)
        return
    old = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}.")) / "old"
    try:
        folder.rename(old)
        try:
            fresh.rename(folder)
        except OSError:
            old.rename(folder)
            raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)
