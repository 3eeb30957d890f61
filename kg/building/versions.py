"""The graph of a version of a review: a folder, a file, a release, or a revision of git, which is built for it.

A revision is built in a temporary folder with the software that is installed: its bibliographies, annotations, concepts
and settings are those of the revision, the classes, shapes, rules and checks are those of kg. No hook of the repository
runs, and nothing of it is changed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kg.building.pipeline import build
from kg.core.layers import layered, shipped
from kg.core.problems import KgError, UsageError, brief
from kg.core.progress import Progress, silent

GRAPH = "graph.nq"
IN_RELEASE = f"graph/{GRAPH}"
"""The path of the graph in a release."""
OF_REVIEW = ("bib", "ontology", "queries", "kg.toml")
"""What is read of a revision, as far as it is there."""
CONCEPTS_OF_REVISION = ("practices.ttl", "challenges.ttl", "methods.ttl", "contexts.ttl", "outcomes.ttl", "tools.ttl")
"""Vocabularies that come with kg, of which a revision may have its own."""
_HASH = re.compile(r"[0-9a-f]{40,64}\n")
_OF_ANOTHER = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR", "GIT_NAMESPACE")
"""Variables that git sets for its hooks: the folder of the review says which repository it is in."""
_MOST = 4 * 1024**3
"""Bytes of the largest graph that is unpacked from a release."""


@dataclass(frozen=True, slots=True)
class Version:
    """Where the graph of a version is, and how messages call the version."""

    graph: Path
    name: str


@contextmanager
def version(root: Path, name: str, progress: Progress = silent) -> Iterator[Version]:
    """The version that a path or a revision of git names. What is made for it exists until the block ends.

    A path counts before a revision of the same name.

    Raises:
        UsageError: if it is neither, or the path has no graph.
        KgError: if the revision has errors, with the first of them.
    """
    if not name:
        yield Version(_in_folder(root), "now")
        return
    path = Path(name)
    with tempfile.TemporaryDirectory(prefix="kg-version-") as folder:
        if path.is_dir():
            yield Version(_in_folder(path), _called(path))
        elif path.suffix.lower() == ".zip" and path.is_file():
            yield Version(_unpacked(path, Path(folder)), path.name)
        elif path.is_file():
            yield Version(path, path.name)
        elif path.exists():
            raise UsageError(f"{brief(name)} is neither a file nor a folder")  # a pipe would be waited for
        else:
            called = _checked_out(root, name, Path(folder))
            progress(f"building {called}")
            assembly = build(folder)
            if assembly.errors:
                more = f" (and {len(assembly.errors) - 1} more)" if len(assembly.errors) > 1 else ""
                raise KgError(f"{called} cannot be built: fix these errors first{more}:\n{assembly.errors[0]}")
            yield Version(Path(folder) / "build" / GRAPH, called)


def _called(path: Path) -> str:
    return path.resolve().name or str(path)


def _in_folder(folder: Path) -> Path:
    """The graph of a build, a release or a review."""
    for name in (GRAPH, IN_RELEASE, f"build/{GRAPH}"):
        if (folder / name).is_file():
            return folder / name
    what = "run `kg build` in it first" if (folder / "bib").is_dir() else "it is no build, release or review"
    raise UsageError(f"{brief(str(folder))} contains no {GRAPH}: {what}")


def _unpacked(archive: Path, folder: Path) -> Path:
    """The graph of a release; nothing else is unpacked."""
    try:
        with zipfile.ZipFile(archive) as opened:
            names = [name for name in opened.namelist() if f"/{name}".endswith(f"/{IN_RELEASE}")]
            if len(names) != 1:
                raise UsageError(f"{archive.name} is no release: it contains {len(names)} files {IN_RELEASE}")
            if opened.getinfo(names[0]).file_size > _MOST:
                raise UsageError(f"{archive.name}: its graph has more than {_MOST // 1024**3} GiB")
            with opened.open(names[0]) as packed, (folder / GRAPH).open("wb") as graph:
                shutil.copyfileobj(packed, graph)  # a member that is larger than it says is an error of the library
    # zipfile raises NotImplementedError for compressions that it lacks, and RuntimeError for encrypted members.
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise UsageError(f"{archive.name} cannot be read: {brief(str(error))}") from error
    return folder / GRAPH


# --- git ----------------------------------------------------------------------------------------------------------


def _checked_out(root: Path, name: str, folder: Path) -> str:
    """Writes the sources of a revision into the folder; returns how the revision is called, with its date."""
    commit = _commit(root, name)
    short, date = _git(root, "show", "-s", "--format=%h %cs", commit, "--").decode().split()
    below = _git(root, "rev-parse", "--show-prefix").decode("utf-8", "surrogateescape").rstrip("\n")
    whole = folder / ".whole"
    whole.mkdir()
    index = {"GIT_INDEX_FILE": str(folder / ".index")}
    # A checkout of paths into a folder: `git archive` would leave out what has the attribute export-ignore.
    _git(root, "read-tree", commit, more=index)
    listed = _git(root, "ls-files", "-z", "--", *OF_REVIEW, more=index)
    _git(root, "checkout-index", "-z", "--stdin", f"--prefix={whole}/", more=index, given=listed)
    there = whole / below
    if not (there / "bib").is_dir():
        raise UsageError(f"{brief(name)}: the review has no bib/ in this revision")
    for part in OF_REVIEW:
        if (there / part).exists():
            shutil.move(there / part, folder / part)
    shutil.rmtree(whole)
    (folder / ".index").unlink()
    _leave_to_kg(root, folder)
    return f"{short} ({date})" if commit.startswith(name) else f"{brief(name, 40)} ({short}, {date})"


def _commit(root: Path, name: str) -> str:
    """The commit that a revision means."""
    with suppress(KgError, ValueError):  # a zero byte
        found = _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}").decode()
        if _HASH.fullmatch(found):  # `^main` names what is to be left out
            return found.strip()
    hint = ""
    with suppress(KgError):
        if _git(root, "rev-parse", "--is-shallow-repository") == b"true\n":
            hint = "; it is a shallow clone: `git fetch --unshallow` gets the other revisions"
    raise UsageError(
        f"`{brief(name)}` is neither a file or folder with a graph nor a revision of this repository{hint}"
    )


def _leave_to_kg(root: Path, folder: Path) -> None:
    """Removes files that come with kg, except concepts, unless the review has replaced them by files of its own."""
    for part, suffix in (("ontology", ".ttl"), ("queries", ".rq")):
        now, theirs = layered(root, part, suffix), shipped(part)
        for path in sorted((folder / part).rglob(f"*{suffix}")):
            name = path.relative_to(folder / part).as_posix()
            ours = theirs / name
            if name in CONCEPTS_OF_REVISION or not ours.is_file():
                continue
            if now[name][1].read_bytes() == ours.read_bytes():
                path.unlink()


def _git(root: Path, *arguments: str, more: dict[str, str] | None = None, given: bytes = b"") -> bytes:
    """What git writes to stdout when it is run in the review; it asks nothing and starts no other program.

    Raises:
        UsageError: if git is not installed.
        KgError: if git fails, with the last line of what it says.
    """
    command = ["git", "-C", str(root), "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", *arguments]
    inherited = {name: value for name, value in os.environ.items() if name not in _OF_ANOTHER}
    settings = {**inherited, "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C", **(more or {})}
    try:
        done = subprocess.run(command, input=given, capture_output=True, check=False, env=settings)  # noqa: S603 - no shell
    except OSError as error:
        raise UsageError(f"this needs git, which cannot be run: {error.strerror}") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise KgError(f"git {arguments[0]}: {brief(said[-1] if said else 'it failed', 200)}")
    return done.stdout
