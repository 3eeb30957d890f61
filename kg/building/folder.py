"""The folder `build/`: a build takes the place of the last one at once and whole, whatever happens in between.

Each build is written into a folder of its own below `build/.built/`, and `build/.built/current` is a link to the one
that counts. What people open, `build/graph.nq` and its neighbours, are links through it: renaming that one link changes
them all together, and a build that is killed, or that finds the disk full, has changed nothing. Where there are no
symbolic links the files are replaced one by one, the graph last.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kg.building.aside import held
from kg.core.problems import UsageError

FILES = ("graph.ttl", "report.json", "graph.nq")
_BUILDS = ".built"
_CURRENT = "current"
_NEXT = ".next"
"""What a link is called until it takes the place of the last one."""

_NO_LINKS = (errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)


@dataclass
class Fresh:
    """Where a new build is written."""

    path: Path
    discarded: bool = False

    def discard(self) -> None:
        """It will not count after all."""
        self.discarded = True


class BuildFolder:
    """The builds of one review. Nothing is written outside of `locked`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._builds = folder, folder / _BUILDS

    @contextmanager
    def locked(self, told: Callable[[str], object] = lambda _: None) -> Iterator[None]:
        """Keeps other builds waiting; who waits is told for whom. The lock of a process that is dead holds nobody up.

        Raises:
            UsageError: if the folder cannot be written to.
        """
        with self._errors():
            self.folder.mkdir(parents=True, exist_ok=True)
            if self._builds.is_symlink():  # it would lead out of the review
                self._builds.unlink()
            self._builds.mkdir(exist_ok=True)
            lock = os.open(self._builds / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        held.add(lock)
        try:
            with self._errors():
                _wait_for(lock, told)
            self._sweep()
            yield
        finally:
            held.discard(lock)
            os.close(lock)

    @contextmanager
    def fresh(self) -> Iterator[Fresh]:
        """A folder for the files of a new build, which counts from when the block ends without an exception.

        Raises:
            UsageError: if they cannot be written.
        """
        with self._errors():
            fresh = Fresh(self._builds / str(max(map(int, self._numbers()), default=0) + 1))
            fresh.path.mkdir()
            try:
                yield fresh
                if not fresh.discarded:
                    for path in (*fresh.path.iterdir(), fresh.path):
                        _to_disk(path)
                    self._replace(fresh.path)
            finally:
                if self.current != fresh.path:
                    shutil.rmtree(fresh.path, ignore_errors=True)

    @property
    def current(self) -> Path | None:
        """The folder of the build that counts."""
        current = self._builds / _CURRENT
        if not current.is_symlink():
            return None
        found = self._builds / current.readlink()
        return found if found.name in self._numbers() and found.parent == self._builds and found.is_dir() else None

    # --- how it is done ---

    def _numbers(self) -> list[str]:
        return [path.name for path in self._builds.iterdir() if path.name.isdecimal()]

    def _sweep(self) -> None:
        """Removes builds that were not finished, and the one before the last: nobody is on the way to it any more."""
        current = self.current
        for name in self._numbers():
            path = self._builds / name
            if path != current and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)

    def _replace(self, build: Path) -> None:
        """`build` counts from when the link `current` leads to it: that is the last thing done, and it is one step."""
        try:
            self._keep_last()
            for name in FILES:
                self._link(self.folder / name, f"{_BUILDS}/{_CURRENT}/{name}")
            self._link(self._builds / _CURRENT, build.name)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            for name in FILES:
                (build / name).replace(self.folder / name)
        _to_disk(self._builds)
        _to_disk(self.folder)

    def _keep_last(self) -> None:
        """Files of a build that made no links become links to themselves, so that they, too, change together."""
        plain = [name for name in FILES if (self.folder / name).is_file() and not (self.folder / name).is_symlink()]
        if not plain:
            return
        last = self._builds / "0"
        for copied in (last, self._builds / _CURRENT):  # who copies a folder may make folders of its links
            if copied.is_dir() and not copied.is_symlink():
                shutil.rmtree(copied)
        last.mkdir()
        for name in FILES:
            if (self.folder / name).is_file():
                shutil.copyfile(self.folder / name, last / name)
        self._link(self._builds / _CURRENT, last.name)

    def _link(self, path: Path, target: str) -> None:
        if path.is_symlink() and str(path.readlink()) == target:
            return
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)  # whoever copied the folder made folders of links, and files of the links through them
        fresh = self._builds / _NEXT
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(target)
        fresh.replace(path)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UsageError(f"cannot write {self.folder}: {error.strerror}; the last build stays as it was") from error


def _to_disk(path: Path) -> None:
    """So that a file is there before a name for it is, also when the power fails."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _wait_for(lock: int, told: Callable[[str], object]) -> None:
    """Takes the lock, which ends with the process that has it, and leaves the number of this one for who waits."""
    if os.name == "nt":
        _wait_on_windows(lock, told)
        return
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        number = os.read(lock, 20).decode("ascii", "replace").strip()
        told(f"waiting for another build (process {number})" if number.isdecimal() else "waiting for another build")
        fcntl.flock(lock, fcntl.LOCK_EX)
    with suppress(OSError):  # it is there to be told only
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)


def _wait_on_windows(lock: int, told: Callable[[str], object]) -> None:
    import msvcrt
    import time

    waiting = False
    while True:
        try:
            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]  # Windows only
            return
        except OSError:
            if not waiting:
                told("waiting for another build")
            waiting = True
            time.sleep(0.2)
