"""What a build keeps for the next one, in `build/.cache/`: values as JSON, under the hash of what they are made from.

Behind the JSON may stand N-Triples, which are most of it and better left as they are. No control character stands in
them but the line end: one parts them from one another, and one is short for what almost every IRI begins with.

An entry counts only if this user's key signs it: one that came with a folder from elsewhere, or that was damaged, is
as good as none. Nothing in it is run.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import sys
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager, suppress
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from kg.building.pack import ENDING, Index, PackWriter, index_of, read_entry
from kg.core.iris import BASE

_SIGNATURE = 32
_BETWEEN, _SHORT, _BASE = b"\0", b"\1", BASE.encode()
_PACKAGE = Path(__file__).parents[1]
ALONE = 100
"""So many of the entries that are made together are files of their own; all others share one."""


class Cache:
    """Entries by key. One that cannot be written is not there the next time, and that is all."""

    def __init__(self, folder: Path, *, use: bool = True, keep: bool = True) -> None:
        """`use`: whether to believe what is there; `keep`: whether to put anything."""
        self._folder, self._secret, self._keep = folder, _secret(), keep
        if folder.is_symlink() or folder.parent.is_symlink():  # it may lead out of the review
            self._secret = b""
        self._use = use and bool(self._secret)
        self._pack: PackWriter | None = None
        self._together, self._left = False, 0
        """Whether entries are put together, and how many of these may still be files of their own."""

    @property
    def keeps(self) -> bool:
        """Whether anything can be put."""
        return bool(self._secret) and self._keep

    def get(self, key: str) -> Any:
        """The value that was put under the key; None if there is none that can be trusted."""
        return self.get_with_texts(key)[0]

    def get_with_texts(self, key: str) -> tuple[Any, list[bytes]]:
        """The value and the texts that were put under the key; None if there are none that can be trusted."""
        if self._use:
            with suppress(OSError, ValueError, OverflowError):
                data = self._read(key)
                if hmac.compare_digest(data[:_SIGNATURE], self._signature(key, data[_SIGNATURE:])):
                    value, _, texts = data[_SIGNATURE:].partition(b"\n")
                    return json.loads(value), texts.replace(_SHORT, _BASE).split(_BETWEEN)
        return None, []

    def _read(self, key: str) -> bytes:
        for path, index in self._packs.items():
            if key in index:
                return read_entry(path, index[key])
        return (self._folder / key).read_bytes()

    @cached_property
    def _packs(self) -> dict[Path, Index]:
        return {path: index_of(path) for path in sorted(self._folder.glob(f"[!.]*{ENDING}"))}

    def put(self, key: str, value: Any, texts: Sequence[bytes] = ()) -> None:
        """Keeps a value and, as they are, texts in N-Triples."""
        if not self.keeps:
            return
        data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        data += b"\n" + _BETWEEN.join(texts).replace(_BASE, _SHORT)
        data = self._signature(key, data) + data
        with suppress(OSError):
            if self._together and self._left == 0:
                self._pack = self._pack or PackWriter(self._folder)
                self._pack.put(key, data)
                return
            self._left -= 1
            self._folder.mkdir(parents=True, exist_ok=True)
            fresh = self._folder / f".{key}.{os.getpid()}"
            fresh.write_bytes(data)
            fresh.replace(self._folder / key)

    @contextmanager
    def together(self) -> Iterator[None]:
        """Entries that are put within the block are there when it has ended."""
        self._left, self._together = ALONE, True
        try:
            yield
            if self._pack:
                self._pack.close()
        finally:
            if self._pack:
                self._pack.discard()
            self._pack, self._together = None, False

    def prune(self, keys: Set[str]) -> None:
        """Removes all entries but those under the keys, and a pack of which most are not wanted any more."""
        if not self._secret:
            return
        with suppress(OSError):
            paths = list(self._folder.iterdir())
            wanted = {path.name for path in paths} & keys
            wanted |= _worth([path for path in paths if path.suffix == ENDING], keys - wanted)
            for path in paths:
                if path.name not in wanted:
                    path.unlink(missing_ok=True)

    def _signature(self, key: str, data: bytes) -> bytes:
        return hashlib.blake2b(key.encode() + b"\n" + data, key=self._secret, digest_size=_SIGNATURE).digest()


def _worth(packs: list[Path], keys: Set[str]) -> set[str]:
    """The names of the packs that hold enough under the keys; what else is in the others is made again when asked for.

    A full build makes a pack like the last one: what two of them hold counts for one.
    """
    names: set[str] = set()
    left = set(keys)
    indexes = {path.name: index_of(path) for path in packs if not path.name.startswith(".")}
    for name, index in sorted(indexes.items(), key=lambda item: (-len(item[1].keys() & keys), item[0])):
        if index and 2 * len(index.keys() & left) >= len(index):
            names.add(name)
            left -= index.keys()
    return names


def key_of(*parts: object) -> str:
    """The key of what is made from the parts by this version of the program."""
    return hashlib.sha256(json.dumps([_program(), *parts], sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=1)
def _program() -> str:
    """What tells this version of the program, of Python and of the libraries that read and write from all others."""
    import pydantic
    import pyoxigraph
    import yaml

    files = sorted((path.relative_to(_PACKAGE).as_posix(), path.stat().st_size, path.stat().st_mtime_ns)
                   for path in _PACKAGE.rglob("*.py"))  # fmt: skip
    libraries = (sys.version, pydantic.VERSION, pyoxigraph.__version__, yaml.__version__)
    return hashlib.sha256(json.dumps([files, libraries]).encode()).hexdigest()


@lru_cache(maxsize=1)
def _secret() -> bytes:
    """The key of this user, made when it is first needed; empty where none can be kept."""
    home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    path = Path(home) / "continuous-star-kg" / "key"
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_name(f".key.{os.getpid()}")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(32))
            with suppress(FileExistsError):
                os.link(fresh, path)  # whoever comes first has made it
            fresh.unlink()
        found = path.read_bytes()
    except (OSError, RuntimeError):
        return b""
    return found if len(found) == 32 else b""
