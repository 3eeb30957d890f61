"""Many entries of the cache in one file: to make a file for each costs more than to make what stands in it.

The entries come one after the other; then their keys with where each begins and how long it is, and how many they are.
None of that need be believed: an entry in the wrong place is one that its signature does not fit.
"""

from __future__ import annotations

import hashlib
import os
import struct
from contextlib import suppress
from pathlib import Path

ENDING = ".pack"
_PLACE = struct.Struct(">32sQQ")
_COUNT = struct.Struct(">Q")

Index = dict[str, tuple[int, int]]
"""Where the entries of a pack stand, and how long they are, by key."""


class PackWriter:
    """A new pack, which is there once it is closed; if it cannot be written it is never there, and that is all."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._fresh = folder, folder / f".{os.getpid()}{ENDING}"
        self._index: list[bytes] = []
        self._end = 0
        folder.mkdir(parents=True, exist_ok=True)
        self._fresh.unlink(missing_ok=True)
        self._file = self._fresh.open("xb")

    def put(self, key: str, data: bytes) -> None:
        self._file.write(data)
        self._index.append(_PLACE.pack(bytes.fromhex(key), self._end, len(data)))
        self._end += len(data)

    def close(self) -> None:
        index = b"".join(self._index)
        with suppress(OSError):
            self._file.write(index + _COUNT.pack(len(self._index)))
            self._file.close()
            self._fresh.replace(self._folder / f"{hashlib.sha256(index).hexdigest()}{ENDING}")

    def discard(self) -> None:
        """Removes what was not closed."""
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            self._fresh.unlink(missing_ok=True)


def index_of(path: Path) -> Index:
    """The entries of a pack; none if it is damaged."""
    with suppress(OSError, struct.error), path.open("rb") as file:
        end = file.seek(-_COUNT.size, os.SEEK_END)
        size = _COUNT.unpack(file.read())[0] * _PLACE.size
        if size <= end:
            file.seek(end - size)
            return {key.hex(): (begin, length) for key, begin, length in _PLACE.iter_unpack(file.read(size))}
    return {}


def read_entry(path: Path, place: tuple[int, int]) -> bytes:
    """The bytes of an entry.

    Raises:
        OSError: if it cannot be read.
        OverflowError: if there is no such place.
    """
    begin, length = place
    with path.open("rb") as file:
        file.seek(begin)
        return file.read(min(length, path.stat().st_size))
