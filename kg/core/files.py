"""Reading source files safely: inside the review, of limited size, as text in the right encoding."""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from kg.core.problems import Location, Problem, visible

MAX_BYTES = 64 * 1024 * 1024
MAX_QUERY_BYTES = 1024 * 1024
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32-le",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}

Stamp = tuple[int, int, int, int]
"""Inode, size, and times of change of a file: enough to see that it was changed without reading it."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The text of one source file, with `\\n` line ends and without a byte order mark.

    `name` is the path below the review folder, `digest` the SHA-256 of the bytes in hex. If the file is not UTF-8,
    `assumed` is a warning that names the encoding that was assumed.
    """

    name: str
    text: str
    digest: str
    assumed: Problem | None = None
    stamp: Stamp | None = None


def read_source(
    root: Path, path: Path, max_bytes: int = MAX_BYTES, *, any_encoding: bool = False
) -> SourceFile | Problem:
    """Returns the file, or the problem that keeps it from being read.

    A link that leads out of the review folder `root` is refused. With `any_encoding`, a file that is not UTF-8 is read
    in another encoding, with a warning.
    """
    name = path.relative_to(root).as_posix()
    where = Location(visible(name))
    if name != where.file:
        return Problem(where, "file/name", "the name of this file contains an unprintable character", "rename it")
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Problem(where, "file/not-a-file", "this is a folder, a pipe or a device", "put a file in its place")
        if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
            return Problem(where, "file/outside", "this link leads out of the review", "put the file itself here")
        if status.st_size > max_bytes:
            return Problem(where, "file/too-large", f"larger than {max_bytes // 1024 // 1024} MiB", "split the file")
        data = path.read_bytes()
    except OSError as error:
        return Problem(where, "file/unreadable", f"cannot be read: {error.strerror}", "check its permissions")
    try:
        text, assumed = decode(name, data) if any_encoding else (data.decode("utf-8-sig"), None)
    except UnicodeDecodeError as error:
        place, what = _not_utf8(name, data, error)
        return Problem(place, "file/not-utf-8", what, "save the file as UTF-8")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return SourceFile(name, text, hashlib.sha256(data).hexdigest(), assumed, stamp_of(status))


def find_sources(root: Path, folder: str, pattern: str) -> list[Path]:
    """Returns the files of a folder of the review, sorted by name; none if there is no such folder."""
    return sorted(path for path in (root / folder).glob(pattern) if path.is_file())


def stamp_of(status: os.stat_result) -> Stamp:
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


# --- encodings ---


def decode(name: str, data: bytes) -> tuple[str, Problem | None]:
    """Returns the text of a file in any encoding, with a warning if it is not UTF-8."""
    try:
        text = data.decode("utf-8-sig")
        if "\0" not in text:
            return text, None
        zero = data.index(b"\0")
        raise UnicodeDecodeError("utf-8", data, zero, zero + 1, "a zero byte")
    except UnicodeDecodeError as error:
        place, what = _not_utf8(name, data, error)
    text, encoding = decode_export(data)
    place = Location(name, 1, 1) if encoding.startswith("UTF") else place
    hint = "check the accents in names, or save the file as UTF-8"
    return text, Problem(place, "file/encoding", f"{what}: the file was read as {encoding}", hint, "warning")


def decode_export(data: bytes) -> tuple[str, str]:
    """Returns the text of a file that is not UTF-8, and the name of the encoding that was assumed."""
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data.removeprefix(mark).decode(encoding, "replace"), encoding.upper()
    zeros = [data[start:2000:2].count(0) for start in (0, 1)]
    if sum(zeros) > len(data[:2000]) / 4:  # in UTF-16, every second byte of Latin text is zero
        encoding = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
        return data.decode(encoding, "replace"), encoding.upper()
    declared = re.search(rb"\A\s*%\s*Encoding:\s*([\w-]+)", data)  # as JabRef writes it
    if declared:
        try:
            encoding = codecs.lookup(declared[1].decode()).name
            text = data.decode(encoding)
            text.encode()  # some codecs make lone surrogates
            if text.lstrip().startswith("%"):  # else the declaration cannot be right
                return text, encoding.upper()
        except (LookupError, ValueError):
            pass
    lines = data.removeprefix(codecs.BOM_UTF8).splitlines(keepends=True)
    return "".join(map(_decoded_line, lines)), "Windows-1252 wherever it is not UTF-8"


def _decoded_line(line: bytes) -> str:
    """Decodes one line by itself: a file that several programs wrote to may mix encodings."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            pass
    return line.decode("latin-1")  # for the five bytes that Windows-1252 does not define


def _not_utf8(name: str, data: bytes, error: UnicodeDecodeError) -> tuple[Location, str]:
    before = data[: error.start]
    place = Location(name, before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1)
    return place, f"byte 0x{data[error.start]:02x} is not UTF-8"
