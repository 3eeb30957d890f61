"""What a build keeps for the next one, in `build/.cache/`: values as JSON, under the hash of what they are made from.

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
from collections.abc import Set
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

_SIGNATURE = 32
_PACKAGE = Path(__file__).parent


class Cache:
    """Entries by key. One that cannot be written is not there the next time, and that is all."""

    def __init__(self, folder: Path, *, use: bool = True, keep: bool = True) -> None:
        """`use`: whether to believe what is there; `keep`: whether to put anything."""
        self._folder, self._secret, self._keep = folder, _secret(), keep
        if folder.is_symlink() or folder.parent.is_symlink():  # it may lead out of the review
            self._secret = b""
        self._use = use and bool(self._secret)

    def get(self, key: str) -> Any:
        """The value that was put under the key; None if there is none that can be trusted."""
        if not self._use:
            return None
        try:
            data = (self._folder / key).read_bytes()
            if hmac.compare_digest(data[:_SIGNATURE], self._signature(key, data[_SIGNATURE:])):
                return json.loads(data[_SIGNATURE:])
        except (OSError, ValueError):
            pass
        return None

    def put(self, key: str, value: Any) -> None:
        if not self._secret or not self._keep:
            return
        data = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        fresh = self._folder / f".{key}.{os.getpid()}"
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            fresh.write_bytes(self._signature(key, data) + data)
            fresh.replace(self._folder / key)

    def prune(self, keys: Set[str]) -> None:
        """Removes all entries but those under the keys."""
        if not self._secret:
            return
        with suppress(OSError):
            for path in self._folder.iterdir():
                if path.name not in keys:
                    path.unlink(missing_ok=True)

    def _signature(self, key: str, data: bytes) -> bytes:
        return hashlib.blake2b(key.encode() + b"\n" + data, key=self._secret, digest_size=_SIGNATURE).digest()


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
