"""Source files: found in a fixed order, read whole, known by their content."""

from __future__ import annotations

import codecs
import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path, PurePath

from kg.core.problems import Location, Problem, visible

MAX_BYTES = 64 * 1024 * 1024
MAX_QUERY_BYTES = 1024 * 1024
ANNOTATIONS = "bib/annotations"
CODINGS = "bib/codings"
MAPPING_SUFFIX = ".mapping.yaml"
RECORDS = "bib/quotations"
SAME_AS = "same-as.yaml"
"""Where the sources of a review stand below its folder; `SAME_AS` in `bib/`, as the bibliographies."""
EXPORTED = (".bib", ".ris")
"""Endings of files whose encoding nobody chose: what writes them does not always write UTF-8."""
_MARKS = {codecs.BOM_UTF32_LE: "utf-32-le", codecs.BOM_UTF32_BE: "utf-32-be", codecs.BOM_UTF16_LE: "utf-16-le",
          codecs.BOM_UTF16_BE: "utf-16-be"}  # fmt: skip


Stamp = tuple[int, int, int, int]
"""What tells, without reading a file, that it is not the one it was: its number, size, and when it was changed."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """`name` is the path below the review folder with `/`; `digest` the SHA-256 of the bytes, in hex.

    `assumed` says what was assumed of a file that does not say its encoding and is not UTF-8.
    """

    name: str
    text: str
    digest: str
    assumed: Problem | None = None
    stamp: Stamp | None = None


def read_source(root: Path, path: Path, max_bytes: int = MAX_BYTES) -> SourceFile | Problem:
    """Reads a UTF-8 file (a byte order mark is not part of the text), or says why it cannot be read.

    An exported file may have another encoding.
    """
    name = path.relative_to(root).as_posix()
    where = Location(visible(name))
    if name != where.file:
        return Problem(where, "file/name", "the name of this file holds a character that does not show", "rename it")
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Problem(where, "file/not-a-file", "this is a folder, a pipe or a device", "put a file in its place")
        if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
            return Problem(where, "file/outside", "this link leads out of the review", "put the file itself here")
        if status.st_size > max_bytes:
            return Problem(where, "file/too-large", f"larger than {max_bytes // 1024 // 1024} MiB", "split the file")
        data = path.read_bytes()
        stamp = stamp_of(status)
    except OSError as error:
        return Problem(where, "file/unreadable", f"cannot be read: {error.strerror}", "check its permissions")
    decoded = decode(name, data) if path.suffix.lower() in EXPORTED else _utf8(name, data)
    if isinstance(decoded, Problem):
        return decoded
    text, assumed = decoded
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return SourceFile(name, text, hashlib.sha256(data).hexdigest(), assumed, stamp)


def stamp_of(status: os.stat_result) -> Stamp:
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _utf8(name: str, data: bytes) -> tuple[str, None] | Problem:
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        return Problem(*_not_utf8(name, data, error), "save the file as UTF-8")


def decode(name: str, data: bytes) -> tuple[str, Problem | None]:
    """The text of an exported file, whatever its encoding, and what was assumed when it is not UTF-8."""
    try:
        text = data.decode("utf-8-sig")
        if "\0" not in text:
            return text, None
        zero = data.index(b"\0")
        raise UnicodeDecodeError("utf-8", data, zero, zero + 1, "a zero byte")
    except UnicodeDecodeError as error:
        place, _, what = _not_utf8(name, data, error)
    text, encoding = decode_export(data)
    place = Location(name, 1, 1) if encoding.startswith("UTF") else place
    return text, Problem(
        place,
        "file/encoding",
        f"{what}: the file was read as {encoding}",
        "see whether names are right; better, save the file as UTF-8",
        "warning",
    )


def _not_utf8(name: str, data: bytes, error: UnicodeDecodeError) -> tuple[Location, str, str]:
    before = data[: error.start]
    place = Location(name, before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1)
    return place, "file/not-utf-8", f"byte 0x{data[error.start]:02x} is not UTF-8"


def decode_export(data: bytes) -> tuple[str, str]:
    """The text of a file that is not UTF-8, and the name of what it was taken for."""
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data.removeprefix(mark).decode(encoding, "replace"), encoding.upper()
    zeros = [data[start:2000:2].count(0) for start in (0, 1)]
    if sum(zeros) > len(data[:2000]) / 4:  # text in Latin letters is half zeros in UTF-16
        encoding = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
        return data.decode(encoding, "replace"), encoding.upper()
    declared = re.search(rb"\A\s*%\s*Encoding:\s*([\w-]+)", data)  # as JabRef writes it
    if declared:
        try:
            encoding = codecs.lookup(declared[1].decode()).name
            text = data.decode(encoding)
            text.encode()  # some codecs make half characters
            if text.lstrip().startswith("%"):  # what it says must be readable in what it says
                return text, encoding.upper()
        except (LookupError, ValueError):
            pass
    lines = data.removeprefix(codecs.BOM_UTF8).splitlines(keepends=True)
    return "".join(map(_line, lines)), "Windows-1252 wherever it is not UTF-8"


def _line(line: bytes) -> str:
    """One line: files that several programs have written to hold lines in several encodings."""
    for encoding in ("utf-8", "cp1252"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            pass
    return line.decode("latin-1")  # the five bytes that Windows-1252 leaves open


_BIBLIOGRAPHIES = {".bib": "bibtex", ".ris": "ris", ".json": "csl-json"}


def bibliography_kind(name: str) -> str:
    """What kind of bibliography a file is by the ending of its name, in letters of either case; empty for none."""
    return _BIBLIOGRAPHIES.get(PurePath(name).suffix.lower(), "")


def find_bibliographies(root: Path) -> list[Path]:
    """The bibliographies of a review: all files of these kinds that stand directly in `bib/`, sorted by name."""
    return [path for path in find_sources(root, "bib", "*") if bibliography_kind(path.name)]


def find_sources(root: Path, folder: str, pattern: str) -> list[Path]:
    """Files of a folder of the review, sorted by name; an absent folder has none."""
    return sorted(path for path in (root / folder).glob(pattern) if path.is_file())
