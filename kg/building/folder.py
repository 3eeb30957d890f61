"""The folder `build/`: a new build replaces the last one in one step.

Each build is written into a folder of its own below `build/.built/`, and the link `build/.built/current` leads to the
one that counts. `build/graph.nq` and the other files are links through it, so renaming that one link changes all files
together: a build that is killed, or that fills the disk, changes nothing. Where there are no symbolic links, the files
are replaced one by one, the graph last.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kg.core.forked import locks
from kg.core.problems import UsageError

FILES = ("graph.ttl", "report.json", "graph.nq")
_BUILDS = ".built"
_CURRENT = "current"
_NEXT = ".next"
"""The name of a new link before it replaces the last one."""
_OLD_CACHE = ".cache"
"""A folder in `build/` that earlier versions of kg wrote."""
_NO_LINKS = (errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)


class BuildFolder:
    """The builds of one review. Nothing is written outside of `locked`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._builds = folder, folder / _BUILDS

    @contextmanager
    def locked(self, progress: Callable[[str], object] = lambda _: None) -> Iterator[None]:
        """Lets other builds wait, and reports when this one waits. The lock of a process that has died is free.

        Raises:
            UsageError: if the folder cannot be written to.
        """
        with self._errors():
            self.folder.mkdir(parents=True, exist_ok=True)
            if self._builds.is_symlink():  # it would lead out of the review
                self._builds.unlink()
            self._builds.mkdir(exist_ok=True)
            lock = os.open(self._builds / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        locks.add(lock)
        try:
            with self._errors():
                _wait_for(lock, progress)
            self._sweep()
            yield
        finally:
            locks.discard(lock)
            os.close(lock)

    @contextmanager
    def fresh(self) -> Iterator[Path]:
        """A folder for the files of a new build, which counts when the block ends without an exception.

        Raises:
            UsageError: if the files cannot be written.
        """
        with self._errors():
            fresh = self._builds / str(max(map(int, self._numbers()), default=0) + 1)
            fresh.mkdir()
            try:
                yield fresh
                for path in (*fresh.iterdir(), fresh):
                    _to_disk(path)
                self._replace(fresh)
            finally:
                if self.current != fresh:
                    shutil.rmtree(fresh, ignore_errors=True)

    @property
    def current(self) -> Path | None:
        """The folder of the build that counts."""
        current = self._builds / _CURRENT
        if not current.is_symlink():
            return None
        found = self._builds / current.readlink()
        return found if found.name in self._numbers() and found.parent == self._builds and found.is_dir() else None

    def _numbers(self) -> list[str]:
        return [path.name for path in self._builds.iterdir() if path.name.isdecimal()]

    def _sweep(self) -> None:
        """Removes builds that were not finished and builds before the last one."""
        current, cache = self.current, self.folder / _OLD_CACHE
        if not cache.is_symlink():
            shutil.rmtree(cache, ignore_errors=True)
        for name in self._numbers():
            path = self._builds / name
            if path != current and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)

    def _replace(self, build: Path) -> None:
        """Makes `build` the one that counts; the last step, in which the link `current` is renamed, decides."""
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
        """Moves the files of a build without links into a folder and links to them: they, too, change together."""
        plain = [name for name in FILES if (self.folder / name).is_file() and not (self.folder / name).is_symlink()]
        if not plain:
            return
        last = self._builds / "0"
        for copied in (last, self._builds / _CURRENT):  # a copy of the folder may have folders instead of links
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
            shutil.rmtree(path)  # in a copy of the folder, folders and files may be in the place of links
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
    """Writes a file to the disk before its name is, so that a power failure leaves no name without a file."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _wait_for(lock: int, progress: Callable[[str], object]) -> None:
    """Takes the lock, which the system frees when its process ends; the file contains the number of the process."""
    if os.name == "nt":
        _wait_on_windows(lock, progress)
        return
    import fcntl

    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        number = os.read(lock, 20).decode("ascii", "replace").strip()
        progress(f"waiting for another build (process {number})" if number.isdecimal() else "waiting for another build")
        fcntl.flock(lock, fcntl.LOCK_EX)
    with suppress(OSError):  # the number is only information
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)


def _wait_on_windows(lock: int, progress: Callable[[str], object]) -> None:
    import msvcrt
    import time

    waiting = False
    while True:
        try:
            # mypy knows msvcrt.locking on Windows only, where the comment is unused.
            msvcrt.locking(lock, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
            return
        except OSError:
            if not waiting:
                progress("waiting for another build")
            waiting = True
            time.sleep(0.2)
