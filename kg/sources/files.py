"""Source files: found in a fixed order, read whole, known by their content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from kg.problems import Location, Problem

MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SourceFile:
    """`name` is the path below the review folder with `/`; `digest` the SHA-256 of the bytes, in hex."""

    name: str
    text: str
    digest: str


def read_source(root: Path, path: Path, max_bytes: int = MAX_BYTES) -> SourceFile | Problem:
    """Reads a UTF-8 file (a byte order mark is not part of the text), or says why it cannot be read."""
    name = path.relative_to(root).as_posix()
    where = Location(name)
    try:
        if path.stat().st_size > max_bytes:
            return Problem(where, "file/too-large", f"larger than {max_bytes // 1024 // 1024} MiB",
                           "split the file")
        data = path.read_bytes()
    except OSError as error:
        return Problem(where, "file/unreadable", f"cannot be read: {error.strerror}", "check its permissions")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        return Problem(Location(name, line, column), "file/not-utf-8", f"byte 0x{data[error.start]:02x} is not UTF-8",
                       "save the file as UTF-8")
    return SourceFile(name, text.replace("\r\n", "\n"), hashlib.sha256(data).hexdigest())


def find_sources(root: Path, folder: str, pattern: str) -> list[Path]:
    """Files of a folder of the review, sorted by name; an absent folder has none."""
    return sorted(path for path in (root / folder).glob(pattern) if path.is_file())
