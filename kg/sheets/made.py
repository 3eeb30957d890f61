"""What an import is made with, and the files that it has made: by their names and first lines."""

from __future__ import annotations

from pathlib import Path, PurePath

from kg.core.files import SourceFile, read_source
from kg.core.problems import Problem, UsageError
from kg.readers.formats import MAPPING_SUFFIX

_BEFORE, _AFTER = "Made by `kg import` from ", " as {name}.mapping.yaml says: change that and import again."


def first_line(sheet: str, name: str) -> str:
    """What the first line of a file says, after the mark of a comment, that is made of a sheet with a mapping."""
    return one_line(f"{_BEFORE}{PurePath(sheet).name}{_AFTER.format(name=name)}")


def one_line(text: str) -> str:
    """The text for a comment, without characters that may end the line."""
    return "".join(c if c.isprintable() else " " for c in text)


def is_made(text: str, name: str = "") -> bool:
    """Whether a text begins as an import begins a file: with the mapping of this name, or with any."""
    line = text.split("\n", 1)[0]
    return line.lstrip("%# ").startswith(_BEFORE) and (not name or _AFTER.format(name=name) in line)


def may_replace(path: Path, name: str) -> bool:
    """Whether there is a file that an import with the mapping of this name has made."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return is_made(file.readline(10_000), name)
    except OSError:
        return False


def mapping_name(path: Path) -> str:
    """NAME of a mapping that is called `NAME.mapping.yaml`.

    Raises:
        UsageError: if it has another name.
    """
    name = path.name.removesuffix(MAPPING_SUFFIX)
    if name == path.name or not name:
        raise UsageError(f"{path} should be called NAME{MAPPING_SUFFIX}: the files made with it are called NAME")
    return name


def mapping_file(root: Path, path: Path) -> SourceFile | Problem:
    """The text of a mapping, in the folder of the review or elsewhere."""
    top, path = root.resolve(), path.parent.resolve() / path.name
    return read_source(top if path.is_relative_to(top) else path.parent, path)
