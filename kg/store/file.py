"""The file that a store is made from."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from kg.core.problems import KgError

_CHUNK = 256 * 1024


class TriplesOfQuads:
    """N-Quads of named graphs, as a file of the triples in them.

    It is for what `kg build` writes, a quad to a line, each in a graph. Of anything else it makes what is no N-Triples.
    `read` is told how many bytes of the file have been read.
    """

    def __init__(self, file: BinaryIO, read: Callable[[int], object] = lambda _: None) -> None:
        self._file, self._ready, self._told = file, BytesIO(), read

    def read(self, size: int) -> bytes:
        found = self._ready.read(size)
        if not found and (quads := self._file.read(_CHUNK) + self._file.readline()):
            self._ready = BytesIO(b" .\n".join([quad[: quad.rfind(b" <")] for quad in quads.split(b" .\n")]))
            found = self._ready.read(size)
            self._told(self._file.tell())
        return found


class Opened:
    """A file that is read again later, if it still is the one that was opened."""

    def __init__(self, path: Path) -> None:
        self._path, self._was = path, self._stands(path)

    @staticmethod
    def _stands(path: Path) -> tuple[int, int, int]:
        found = path.stat()
        return found.st_ino, found.st_size, found.st_mtime_ns

    def read(self) -> bytes:
        """Raises KgError if another one stands in its place."""
        try:
            data = self._path.read_bytes()
            if self._stands(self._path) == self._was:
                return data
        except OSError as error:
            raise KgError(f"{self._path.name} cannot be read: {error.strerror}; run `kg build` again") from error
        raise KgError(f"{self._path.name} was built anew after it was opened: open it again")
