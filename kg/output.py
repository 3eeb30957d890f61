"""Files that are either written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from kg.problems import UsageError


def write_whole(path: Path, content: str | bytes) -> None:
    """Writes beside `path`, then renames: a reader sees the old file or the new one, never half of one.

    Raises:
        UsageError: if the folder cannot be written to.
    """
    import tempfile  # it brings shutil and random along, which who only asks does not need

    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
