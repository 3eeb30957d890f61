"""Files below `bib/` that no reader takes: each is a problem with a hint, unless its name says that it is no source."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path, PurePath

from kg.building.reading import Sources
from kg.core.problems import Location, Problem, Severity, visible
from kg.readers.annotations import SCHEMA
from kg.readers.formats import (
    BIBLIOGRAPHIES,
    CODINGS,
    DRAFT,
    MAPPING_SUFFIX,
    listed_or,
    source_endings,
    where_sources_belong,
)

MOST = 3
"""So many files of one kind in one folder are listed; more become one problem."""
_NO_SOURCE = re.compile(
    r"(?:readme|licen[cs]e|copying|notice|changelog|changes|authors|todo|notes?)(?:[.-].*)?|.*\.(?:md|rst|adoc)"
    r"|\..+\.desk|citation\.cff|thumbs\.db|desktop\.ini|\.ds_store|\.git\w*|\.editorconfig|makefile",
    re.I,
)
_BACKUP = re.compile(r".*(?:~|\.(?:bak|orig|sav|old|tmp|swp))", re.I)
_FORMATS = listed_or(row.label for row in BIBLIOGRAPHIES)
_EXPORT = f"export it as {_FORMATS} from the program that wrote it"
_TABLE = f"`kg import` reads a table of works with a mapping; or export the works as {_FORMATS}"
_ENDINGS = ", ".join(f"{row.endings[0]} for {row.label}" for row in BIBLIOGRAPHIES)
_HINTS = {
    ".enl .enlx .enw .enz": "export the library from EndNote as RIS",
    ".csv .tsv .xls .xlsx .ods": _TABLE,
    ".xml .mods .rdf .isi .ciw .medline .ctv6 .pdb .sqlite": _EXPORT,
    ".txt .text": f"if this is an export, name it by its format: {_ENDINGS}",
    ".pdf": "keep full texts outside of bib/: `kg verify-quotes FOLDER` compares quotations with them",
    ".zip .gz .7z .rar": "unpack it",
}
_HINT_OF = {ending: hint for endings, hint in _HINTS.items() for ending in endings.split()}


def check_not_read(sources: Sources) -> list[Problem]:
    """A problem for each file in `bib/` that is not read, or for all of one kind in a folder if they are many."""
    read = {account.file for account in sources.accounts}
    read |= {name[:at] for name in read for at, mark in enumerate(name) if mark == "/"}  # the folders of these files
    paths = {visible(path.relative_to(sources.root).as_posix()): path for path in (sources.root / "bib").rglob("*")}
    found: dict[tuple[str, str], list[Problem]] = defaultdict(list)
    for name, path in sorted(paths.items()):
        if name not in read and not _is_no_source(path, name):
            found[str(PurePath(name).parent), path.suffix.lower()].append(_problem(path, name))
    return [problem for (folder, ending), problems in found.items() for problem in _few(folder, ending, problems)]


def _is_no_source(path: Path, name: str) -> bool:
    """Whether a file is expected to be there without being read."""
    in_codings = name.startswith(f"{CODINGS}/")
    is_draft = str(PurePath(name).parent) == DRAFT.folder and path.suffix == ".yaml"
    if path.name == SCHEMA or is_draft or (in_codings and name.endswith(MAPPING_SUFFIX)):
        return True
    if _looks_like_a_source(path):
        return False
    hidden = any(part.startswith(".") for part in PurePath(name).parts[1:-1])
    table = in_codings and _HINT_OF.get(path.suffix.lower()) == _TABLE  # what the coding was imported from
    return not path.is_file() or hidden or table or _NO_SOURCE.fullmatch(path.name) is not None


def _looks_like_a_source(path: Path) -> bool:
    return path.suffix.lower() in source_endings() or (path.is_symlink() and not path.is_file())


def _problem(path: Path, name: str) -> Problem:
    severity: Severity = "warning"
    within = [ending for ending in path.suffixes[:-1] if ending.lower() in source_endings()]
    if _looks_like_a_source(path):
        hint = where_sources_belong()
    elif _BACKUP.fullmatch(path.name):
        severity, hint = "info", "remove this backup if it is not needed any more"
    elif within:
        hint = f"if it is a source, its name should end in {within[-1]}"
    else:
        hint = _HINT_OF.get(path.suffix.lower(), where_sources_belong())
    return Problem(Location(name), "file/not-read", f"this {_kind_of(path)} is not read", hint, severity)


def _few(folder: str, ending: str, problems: list[Problem]) -> Iterator[Problem]:
    """The problems of one kind in a folder; one for all of them if they are many and no source was misplaced."""
    if len(problems) <= MOST or ending in source_endings():
        yield from problems
        return
    for hint, severity in dict.fromkeys((problem.hint, problem.severity) for problem in problems):
        same = [problem for problem in problems if (problem.hint, problem.severity) == (hint, severity)]
        what = f"files that end in {ending}" if ending else "files without an ending"
        message = f"{len(same)} {what} are not read, such as {PurePath(same[0].where.file).name}"
        yield Problem(Location(folder), "file/not-read", message, hint, severity)


def _kind_of(path: Path) -> str:
    if path.is_symlink():
        return "link" if path.exists() else "broken link"
    return "folder" if path.is_dir() else "file" if path.is_file() else "pipe or device"
