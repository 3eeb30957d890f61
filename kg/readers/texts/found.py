"""Where the full text of a work is: a file named after its key, or the one that its entry names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kg.core.iris import segment

ENDINGS = (".txt", ".md", ".pdf")
"""In the order of preference: people correct a text, never a PDF."""
_UNESCAPED = re.compile(r"\\(.)")


def full_text_path(folder: Path, key: str, files: Sequence[str] = ()) -> Path | None:
    """The full text of a work in a folder; None if there is none.

    Args:
        folder: The folder; neither a key nor a file of an entry leads out of it.
        key: The key of the work. The ending of its file may be in upper case (`W1.PDF`).
        files: Paths that its entry names, from anybody's machine: their last parts are looked for in the folder.
    """
    if key.strip():
        for ending in ENDINGS:
            exactly = folder / f"{segment(key)}{ending}"
            if exactly.is_file():
                return exactly
        named = sorted(path for path in folder.glob(f"{_literal(segment(key))}.*") if path.stem == segment(key))
        if found := _of_endings(named):
            return found
    return _of_endings([path for file in files if (path := _below(folder, file))])


@dataclass(frozen=True)
class TextFolder:
    """A folder of full texts; `files` gives the files that entries name by key, when a text is not found by its key."""

    folder: Path
    files: Callable[[], Mapping[str, Sequence[str]]] = dict

    def path(self, key: str) -> Path | None:
        """The full text of a work; None if there is none."""
        return full_text_path(self.folder, key) or full_text_path(self.folder, "", self.files().get(key, ()))


def _of_endings(paths: Sequence[Path]) -> Path | None:
    for ending in ENDINGS:
        found = next((path for path in paths if path.suffix.casefold() == ending and path.is_file()), None)
        if found:
            return found
    return None


def _literal(name: str) -> str:
    return re.sub(r"([*?\[])", r"[\1]", name)


def _below(folder: Path, file: str) -> Path | None:
    """The file whose path ends with the most parts of the given one."""
    parts = [
        part for part in PurePosixPath(file.replace("\\", "/")).parts if part not in ("/", ".") and ":" not in part
    ]
    if ".." in parts or "\0" in file:
        return None
    tails = (folder.joinpath(*parts[start:]) for start in range(len(parts)))
    return next((path for path in tails if _is_file(path)), None)


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name is too long
        return False


def files_of(value: str) -> list[str]:
    """The paths in the `file` field of an entry, as JabRef, Zotero and Mendeley write it.

    One path; or `description:path:type` in a list with semicolons, in which backslashes escape colons and semicolons.
    """
    found = []
    for item in re.split(r"(?<!\\);", value):
        parts = re.split(r"(?<!\\):(?![/\\]{2})", item)
        if len(parts) >= 3:  # a drive (`C:`) may be written without a backslash
            parts = [":".join(parts[1:-1])]
        path = ":".join(parts).strip()
        found.append(_UNESCAPED.sub(r"\1", path) if re.search(r"\\[:;\\_]", path) else path)
    return [path for path in dict.fromkeys(found) if path]
