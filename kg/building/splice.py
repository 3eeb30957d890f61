"""Changes in large sorted text files, made by copying what stays as it is: a build of a gigabyte in a second.

All three files of a build are in order: the lines of graph.nq, the subjects of graph.ttl, the problems of report.json.
So the place of a thing is found by bisection, and nothing else of the file is looked at.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.core.iris import PREFIXES
from kg.core.problems import Problem

_LOCAL = re.compile(r"\\(.)")
_PROBLEMS = b'  "problems": ['
_AFTER = b'  "graph": {'
_CHUNK = 64 * 1024 * 1024


class UnsureError(Exception):
    """A file is not what it is thought to be: everything has to be done again."""


@dataclass
class Edits:
    """What is put in and left out of a file, by place."""

    put: dict[int, list[bytes]] = field(default_factory=dict)
    cut: dict[int, int] = field(default_factory=dict)

    def write(self, data: Any, source: int, target: int, told: Callable[[memoryview], object] | None = None) -> None:
        """Writes the changed file; all its bytes are told to `told`, in order."""
        at = 0
        view = memoryview(data)
        for place in sorted({*self.put, *self.cut}):
            _copy(view, source, target, at, place, told)
            fresh = memoryview(b"".join(self.put.get(place, ())))
            if told:
                told(fresh)
            while fresh:
                fresh = fresh[os.write(target, fresh) :]
            at = place + self.cut.get(place, 0)
        _copy(view, source, target, at, len(data), told)


def _copy(
    view: memoryview, source: int, target: int, start: int, stop: int, told: Callable[[memoryview], object] | None
) -> None:
    while start < stop:
        count = min(stop - start, _CHUNK)
        if hasattr(os, "copy_file_range"):
            count = os.copy_file_range(source, target, count, start)
        else:
            count = os.write(target, view[start : start + count])
        if not count:
            raise UnsureError("a file ends too soon")
        if told:
            told(view[start : start + count])
        start += count


class Sorted(Sequence[bytes]):
    """A text of records in order, by the place of any of their bytes; `key` is what they are in order of."""

    def __init__(self, data: Any, first: int, last: int, begins: Callable[[Any, int], int],
                 key: Callable[[Any, int], Any]) -> None:  # fmt: skip
        self.data, self.first, self.last, self._begins, self._key = data, first, last, begins, key

    def __len__(self) -> int:
        return self.last - self.first

    def __getitem__(self, at: int) -> Any:  # type: ignore[override]  # bisect asks for single places only
        return self._key(self.data, self._begins(self.data, self.first + at))

    def place(self, key: Any) -> int:
        """Where the first record begins that does not come before the key."""
        return self.first + bisect_left(self, key)


# --- graph.nq ---


def _line(data: Any, at: int) -> int:
    return int(data.rfind(b"\n", 0, at)) + 1


def _whole_line(data: Any, at: int) -> bytes:
    return bytes(data[at : data.find(b"\n", at)])


class Quads:
    """The lines of graph.nq."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self._lines = Sorted(data, 0, len(data), _line, _whole_line)

    def about(self, subject: str) -> list[bytes]:
        """All lines with the subject, which is written as in N-Quads."""
        start, stop = (self._lines.place(f"{subject}{mark}".encode()) for mark in " !")
        return bytes(self.data[start:stop]).splitlines()

    def edits(self, removed: Collection[bytes], added: Collection[bytes]) -> Edits:
        """Raises UnsureError if what is to be removed is not there, or what is to be added is."""
        made = Edits()
        for line in sorted(removed):
            place = self._lines.place(line)
            if self.data[place : place + len(line) + 1] != line + b"\n":
                raise UnsureError("a statement is not where it should be")
            made.cut[place] = len(line) + 1
        for line in sorted(added):
            place = self._lines.place(line)
            if self.data[place : place + len(line) + 1] == line + b"\n":
                raise UnsureError("a statement is there already")
            made.put.setdefault(place, []).append(line + b"\n")
        return made


# --- graph.ttl ---


def _subject_begins(data: Any, at: int) -> int:
    start = _line(data, at)
    while data[start : start + 1] == b"\t":
        start = _line(data, start - 1)
    return start


def _subject(data: Any, at: int) -> str:
    return expanded(bytes(data[at : data.find(b" ", at)]).decode())


def expanded(name: str) -> str:
    """The IRI, as N-Triples write it, that Turtle has as `prefix:local`."""
    if name.startswith("<"):
        return name
    prefix, _, local = name.partition(":")
    return f"<{PREFIXES[prefix]}{_LOCAL.sub(lambda found: found[1], local)}>"


def turtle_edits(data: Any, header: int, blocks: dict[str, bytes]) -> Edits:
    """Puts each block in the place of what was said of its subject; an empty one leaves the subject out."""
    subjects = Sorted(data, header, len(data), _subject_begins, _subject)
    made = Edits()
    for subject, block in sorted(blocks.items()):
        place = subjects.place(subject)
        if place < len(data) and _subject(data, place) == subject:
            made.cut[place] = data.find(b" .\n", place) + 3 - place
        made.put.setdefault(place, []).append(block)
    return made


# --- report.json ---


def report_with(
    report: bytes,
    removed: Iterable[Problem],
    added: Iterable[Problem],
    sources: Sequence[Mapping[str, Any]],
    quads: int,
    sha256: str,
) -> bytes:
    """The report with other problems, of these sources and of a graph of so many quads with that hash."""
    first = report.find(_PROBLEMS) + len(_PROBLEMS)
    last = report.rfind(b"],\n" + _AFTER)
    if first < len(_PROBLEMS) or last < first:
        raise UnsureError("the report is another one")
    problems = report[first:last].rstrip()
    text = problems + b"," if problems else b""
    listed = Sorted(text, 0, len(text), _problem_begins, _problem)
    made = Edits()
    for problem in sorted(removed, key=lambda one: one.sort_key):
        place, block = listed.place(problem.sort_key), _block(problem)
        if not text.startswith(block, place):
            raise UnsureError("a problem is not where it should be")
        made.cut[place] = len(block)
    for problem in sorted(added, key=lambda one: one.sort_key):
        made.put.setdefault(listed.place(problem.sort_key), []).append(_block(problem))
    pieces, at = [], 0
    for place in sorted({*made.put, *made.cut}):
        pieces += [text[at:place], *made.put.get(place, ())]
        at = place + made.cut.get(place, 0)
    text = b"".join([*pieces, text[at:]]).removesuffix(b",")
    graph = json.dumps({"graph": {"quads": quads, "sha256": sha256}}, indent=2).encode().removeprefix(b"{\n")
    begin = json.dumps({"sources": sources}, indent=2, ensure_ascii=False).encode().removesuffix(b"\n}")
    return b"".join([begin, b",\n", _PROBLEMS, text, b"\n  " if text else b"", b"],\n", graph, b"\n"])


_OPENS = b"\n    {"


def _problem_begins(data: bytes, at: int) -> int:
    return data.rfind(_OPENS, 0, at + len(_OPENS))


def _problem(data: bytes, at: int) -> Any:
    return Problem.from_json(json.loads(data[at : data.find(b"\n    }", at) + 6])).sort_key


def _block(problem: Problem) -> bytes:
    lines = json.dumps(problem.as_json(), indent=2, ensure_ascii=False).split("\n")
    return ("".join(f"\n    {line}" for line in lines) + ",").encode()


# --- files ---


class Mapped:
    """A file as bytes that are read where they are looked at."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path.open("rb")
        self.data = mmap.mmap(self.file.fileno(), 0, access=mmap.ACCESS_READ)

    def __enter__(self) -> Mapped:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()  # the map itself ends with the last view of it

    def rewrite(self, edits: Edits, path: Path, *, hashed: bool = True) -> str:
        """Writes the changed file to the path; its SHA-256, worked out on the other core, if it is wanted."""
        found = hashlib.sha256()
        with path.open("wb", buffering=0) as target, ThreadPoolExecutor(1) as other:
            told = (lambda piece: other.submit(found.update, piece)) if hashed else None
            edits.write(self.data, self.file.fileno(), target.fileno(), told)
            other.shutdown()
        return found.hexdigest()
