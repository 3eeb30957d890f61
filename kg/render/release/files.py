"""The files of a release, and the archive of them, which is the same bytes wherever it is made."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from kg.answers.rows import Answers
from kg.core.layers import layered
from kg.core.problems import KgError, UsageError, brief
from kg.queries.headers import read_header
from kg.render.pages.ontology_page import ontology_page
from kg.render.release.about import VERSION, About
from kg.render.release.metadata import CRATE, FOLDERS, dcat, ro_crate, zenodo
from kg.render.release.tables import table_files

_MOST = 8 * 1024**3
"""Bytes of the largest file of an archive that is read."""
_EARLIEST, _LATEST = 1980, 2107
"""The years that ZIP can say (APPNOTE, 4.4.6)."""


def release_files(graph: Answers, root: Path, built: Path, about: About) -> dict[str, bytes]:
    """The files of a release by path, sorted. Only sources of the review and files of kg go into it.

    Args:
        graph: the graph of the review.
        root: the folder of the review.
        built: the folder with graph.nq, graph.ttl and report.json of this graph.
        about: what is said about the release.
    """
    files = {f"graph/{name}": (built / name).read_bytes() for name in ("graph.nq", "graph.ttl")}
    report = (built / "report.json").read_bytes()
    texts = {"report/checks.csv": _checks(root, json.loads(report)), **table_files(graph, about)}
    turtle = layered(root, "ontology", ".ttl")
    for folder, found in (("ontology", turtle), ("queries", layered(root, "queries", ".rq"))):
        files |= {f"{folder}/{name}": path.read_bytes() for name, (_, path) in found.items()}
    texts["ontology/index.html"] = ontology_page({name: path.read_bytes() for name, (_, path) in turtle.items()})
    texts |= {"CITATION.cff": about.citation, ".zenodo.json": zenodo(about), "README.md": _readme(about)}
    texts |= {about.licence.file: about.licence.text} if about.licence.file else {}
    files |= {"report/report.json": report} | {path: text.encode() for path, text in texts.items()}
    files["dcat.ttl"] = dcat(about, dict(sorted(files.items()))).encode()
    files[CRATE] = ro_crate(about, dict(sorted(files.items()))).encode()
    return dict(sorted(files.items()))


def _checks(root: Path, report: Mapping[str, list[dict[str, str]]]) -> str:
    """Each check with the number of problems that it found, and every other rule of which there was a problem."""
    found = Counter(problem["rule"] for problem in report["problems"])
    rows: dict[str, str] = {}
    for name, (_, path) in layered(root, "queries", ".rq").items():
        if name.startswith("checks/"):
            header, _ = read_header(name, path.read_text("utf-8"))
            rows[f"check/{path.stem}"] = " ".join(str(header.get("summary", "")).split())
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("rule", "problems", "checks"))
    writer.writerows((rule, found[rule], rows.get(rule, "")) for rule in sorted({*rows, *found}))
    return out.getvalue()


def _readme(about: About) -> str:
    authors = ", ".join(author.name for author in about.authors)
    lines = [f"# {about.title}", "", about.description, "", f"Release {about.version}, {about.date}, by {authors}.", "",
             *(f"- `{folder}` {text}" for folder, (_, text) in FOLDERS.items()),
             "- `CITATION.cff` How to cite this release. Cite the studies whose findings you use, too.",
             "- `ro-crate-metadata.json`, `dcat.ttl`, `.zenodo.json` The same for machines.", "",
             f"The graph has {about.triples} triples; the SHA-256 of `graph/graph.nq` is `{about.snapshot}`.",
             "Quotations are short and belong to the authors of the quoted works.", "",
             "In the repository of the review, `kg release --verify ARCHIVE` shows that these files are what its",
             "sources give."]  # fmt: skip
    return "\n".join(lines) + "\n"


# --- the archive --------------------------------------------------------------------------------------------------


def archive(files: Mapping[str, bytes], date: str) -> bytes:
    """The files as a ZIP archive: sorted, all with this date, and not compressed.

    Compressed bytes depend on the version of the library that compresses, so that two machines would disagree.
    """
    year, month, day = map(int, date.split("-"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as opened:
        for path, data in sorted(files.items()):
            member = zipfile.ZipInfo(path, (min(max(year, _EARLIEST), _LATEST), month, day, 0, 0, 0))
            member.create_system, member.external_attr = 3, 0o100644 << 16
            opened.writestr(member, data)
    return out.getvalue()


def read_release(path: Path) -> dict[str, bytes]:
    """The files of a release by path, of its archive or its folder.

    Raises:
        UsageError: if it cannot be read, or contains a path twice or one that leads out of it.
    """
    if path.is_dir():
        from kg.core.output import MARKER

        found = (one for one in sorted(path.rglob("*")) if one.is_file() or one.is_symlink())
        return {one.relative_to(path).as_posix(): one.read_bytes() for one in found if one.name != MARKER}
    try:
        with zipfile.ZipFile(path) as opened:
            members = [one for one in opened.infolist() if not one.is_dir()]
            names = [one.filename for one in members]
            if wrong := next((n for n in names if names.count(n) > 1 or n.startswith("/") or ".." in n.split("/")), ""):
                raise UsageError(f"{path.name}: `{brief(wrong)}` is there twice, or leads out of the archive")
            if sum(one.file_size for one in members) > _MOST:
                raise UsageError(f"{path.name}: its files are larger than {_MOST // 1024**3} GiB")
            return {one.filename: opened.read(one) for one in members}
    # zipfile raises NotImplementedError for compressions that it lacks, and RuntimeError for encrypted members.
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise UsageError(f"{path.name} cannot be read: {brief(str(error))}") from error


def version_of(files: Mapping[str, bytes], name: str) -> tuple[str, str]:
    """The version and the date that a release says it has.

    Raises:
        UsageError: if it says neither.
    """
    try:
        entities = json.loads(files[CRATE])["@graph"]
        root = next(one for one in entities if one["@id"] == "./")
        return str(root["version"]), str(root["datePublished"])
    except (KeyError, ValueError, TypeError, StopIteration, RecursionError) as error:
        raise UsageError(f"{name} is no release of kg: its {CRATE} names no version and date") from error


def released_as(root: Path, snapshot: str) -> str:
    """The version of the release in `build/` that has this graph; empty if there is none."""
    for folder in sorted((root / "build").glob("release-*")):
        crate = folder / CRATE
        if (
            not crate.is_symlink()
            and crate.is_file()
            and f'"{snapshot}"' in (text := crate.read_text("utf-8", "replace"))
        ):
            with suppress(UsageError):
                version = version_of({CRATE: text.encode()}, folder.name)[0]
                if VERSION.fullmatch(version):
                    return version
    return ""


def differences(released: Mapping[str, bytes], made: Mapping[str, bytes]) -> Iterator[str]:
    """Which files of a release are not what the sources give: a line each, with the place of the first difference."""
    for path in sorted({*released, *made}):
        if path not in made:
            yield f"{path}: error: the sources do not give this file [release/extra]"
        elif path not in released:
            yield f"{path}: error: this file is missing [release/missing]"
        elif released[path] != made[path]:
            line, column = _first_difference(released[path], made[path])
            yield f"{path}:{line}:{column}: error: this is not what the sources give [release/changed]"


def _first_difference(one: bytes, other: bytes) -> tuple[int, int]:
    """Line and column, in characters from 1, of the first byte that differs."""
    low, high = 0, min(len(one), len(other))
    while low < high:  # the longest common beginning
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    before = one[:low]
    return before.count(b"\n") + 1, len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1


def checked(files: Mapping[str, bytes], root: Path) -> None:
    """Makes sure that no file names the folder of the review on this machine.

    Raises:
        KgError: if one does.
    """
    here = str(root.resolve()).encode()
    if len(root.resolve().parts) > 1 and (found := next((path for path, data in files.items() if here in data), "")):
        raise KgError(f"{found} contains the path of the review on this machine: nothing was written [release/path]")
