"""The file that a store is made from."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from kg.core.files import stamp_of
from kg.core.problems import KgError

_CHUNK = 256 * 1024


class TriplesOfQuads:
    """N-Quads as a file of their triples in N-Triples.

    Only for files that `kg build` writes: one quad per line, each in a named graph. Anything else becomes invalid
    N-Triples. `read` is called with the number of bytes of the file that have been read.
    """

    def __init__(self, file: BinaryIO, read: Callable[[int], object] = lambda _: None) -> None:
        self._file, self._ready, self._report = file, BytesIO(), read

    def read(self, size: int) -> bytes:
        found = self._ready.read(size)
        if not found and (quads := self._file.read(_CHUNK) + self._file.readline()):
            self._ready = BytesIO(b" .\n".join([quad[: quad.rfind(b" <")] for quad in quads.split(b" .\n")]))
            found = self._ready.read(size)
            self._report(self._file.tell())
        return found


class Opened:
    """A file that is read again later, unless it has been replaced since it was opened."""

    def __init__(self, path: Path) -> None:
        self._path, self._was = path, stamp_of(path.stat())[:3]

    def read(self) -> bytes:
        """Raises KgError if the file has been replaced or cannot be read."""
        try:
            data = self._path.read_bytes()
            if stamp_of(self._path.stat())[:3] == self._was:
                return data
        except OSError as error:
            raise KgError(f"{self._path.name} cannot be read: {error.strerror}; run `kg build` again") from error
        raise KgError(f"{self._path.name} was built again after it was opened: open it again")
