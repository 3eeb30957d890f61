"""Hostile files in a review: `kg check` reports each with its position and never ends with a traceback."""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import KgCli
from tests.toy import EXAMPLE_YAML, TOY, write_toy

YAML, BIB, TTL, RULE, QUERY = ("bib/annotations/example2031.yaml", "bib/more.bib", "ontology/more.ttl",
                               "queries/rules/more.rq", "queries/review/more.rq")  # fmt: skip
MB = 1024 * 1024
Maker = Callable[[Path], object]


def holds(data: bytes) -> Maker:
    return lambda path: path.write_bytes(data)


def text(data: str) -> Maker:
    return holds(data.encode())


def leads_to(target: str) -> Maker:
    return lambda path: (away(path), path.symlink_to(target))


def folder(path: Path) -> None:
    away(path)
    path.mkdir()


def pipe(path: Path) -> None:
    away(path)
    os.mkfifo(path)


def away(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


NO_FILE = dict.fromkeys([YAML, BIB], "file/not-read") | dict.fromkeys([TTL, RULE, QUERY], "file/not-a-file")
NO_TARGET = dict.fromkeys([YAML, BIB], "file/not-read") | dict.fromkeys([TTL, RULE, QUERY], "file/unreadable")
BINARY = random.Random(1).randbytes(20_000)  # noqa: S311 - random bytes, the same each time
BOMB = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
ENTRY = "@misc{more, title = {More}}\n"
SELECT = "#+ summary: More.\n#+ story: As a reader.\n"

CASES: dict[str, tuple[str, Maker, str, str]] = {
    # name: the file, its content, the rule, and line and column (or nothing)
    "a bomb": (YAML, text(BOMB), "yaml/alias", ":2:8"),
    "brackets 200 deep": (YAML, text("a: " + "[" * 200 + "]" * 200), "yaml/too-deep", ":1:27"),
    "blocks 200 deep": (YAML, text("".join(f"{' ' * n}a:\n" for n in range(200))), "yaml/too-deep", ":25:25"),
    "tabs": (YAML, text(EXAMPLE_YAML.replace("  label: Two", "\tlabel: Two")), "yaml/tab", ":6:1"),
    "no text": (YAML, text(""), "annotation/empty", ":1:1"),
    "a byte order mark and no more": (YAML, holds(b"\xef\xbb\xbf"), "annotation/empty", ":1:1"),
    "UTF-16": (YAML, holds(EXAMPLE_YAML.encode("utf-16")), "file/not-utf-8", ":1:1"),
    "zero bytes": (YAML, text(EXAMPLE_YAML.replace("Two toy", "Two\0toy")), "yaml/character", ":6:13"),
    "an escape sequence for the terminal": (YAML, text('"\\e[31mred": x\n' + EXAMPLE_YAML),
                                            "annotation/unknown-key", ":1:1"),
    "a tag for code": (YAML, text(EXAMPLE_YAML.replace("2031-02-03", "!!python/object:os.system x")),
                       "annotation/invalid", ":3:10"),
    **{f"binary {name}": (name, holds(BINARY), rule, where) for name, rule, where in (
        (YAML, "file/not-utf-8", ":1:"), (BIB, "file/encoding", ":1:"), (TTL, "file/not-utf-8", ":1:"),
        (RULE, "file/not-utf-8", ":1:"), (QUERY, "file/not-utf-8", ":1:"))},
    **{f"50 MB {name}": (name, holds(begin + data * (50 * MB // len(data))), rule, where)
       for name, begin, data, rule, where in (
           (YAML, b"", b"a: b\n", "file/too-large", ": "),
           (BIB, b"@misc{a, title = {", b"T ", "bibtex/syntax", ":1:1: "),
           (TTL, b"<a> <b> c .\n", b"# text\n", "turtle/syntax", ":1:9: "),
           (RULE, b"", b"# text\n", "file/too-large", ": "), (QUERY, b"", b"# text\n", "file/too-large", ": "))},
    **{f"folder {name}": (name, folder, NO_FILE[name], ": ") for name in NO_FILE},
    **{f"pipe {name}": (name, pipe, NO_FILE[name], ": ") for name in NO_FILE},
    **{f"device {name}": (name, leads_to("/dev/zero"), NO_FILE[name], ": ") for name in NO_FILE},
    **{f"link to nothing {name}": (name, leads_to("nowhere"), NO_TARGET[name], ": ") for name in NO_FILE},
    **{f"link to itself {name}": (name, leads_to(name.split("/")[-1]), NO_TARGET[name], ": ") for name in NO_FILE},
    **{f"link out of the review {name}": (name, leads_to("/etc/hosts"), "file/outside", ": ") for name in NO_FILE},
    "annotations that are a link to themselves": ("bib/annotations", leads_to("annotations"), "file/not-read", ": "),
    "link to the folder it is in": ("bib/again", leads_to("."), "file/not-read", ": "),
    "zero bytes in Turtle": (TTL, text("# \0\n<a> <b> \0 .\n"), "turtle/syntax", ":2:9: "),
    "zero bytes in a rule": (RULE, text(SELECT + "CONSTRUCT { ?a \0 ?b } WHERE { ?a ?p ?b }"), "rule/query", ": "),
    "zero bytes in a query": (QUERY, text(SELECT + "SELECT \0 WHERE { ?a ?p ?b }"), "query/sparql", ": "),
    "brackets 20,000 deep in Turtle": (TTL, text("<a> <b> " + "[ <b> " * 20_000), "turtle/syntax", ":1:120009: "),
    "braces 20,000 deep in a query": (QUERY, text(SELECT + "SELECT * WHERE " + "{ " * 20_000 + "} " * 20_000),
                                      "query/sparql", ": "),
    "20,000 negations in a rule": (RULE, text(f"CONSTRUCT {{}} WHERE {{ FILTER({'! ' * 20_000}true) }}"),
                                   "rule/query", ": "),
    "a control character in a name": ("bib/a\x1b[31mb.bib", text(ENTRY), "file/name", ": "),
    "a line break in a name": ("bib/a\nb.bib", text(ENTRY), "file/name", ": "),
    "a name that is not text": (os.fsdecode(b"bib/a\xffb.bib"), text(ENTRY), "file/name", ": "),
}  # fmt: skip


@pytest.mark.parametrize(("name", "make", "rule", "where"), CASES.values(), ids=CASES)
def test_hostile_file_is_reported_with_its_position(
    tmp_path: Path, kg_cli: KgCli, name: str, make: Maker, rule: str, where: str
) -> None:
    path = write_toy(tmp_path) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    make(path)
    ran = kg_cli(tmp_path, "check", "--severity", "warning")
    assert "Traceback" not in ran.stderr
    assert ran.returncode == (": error: " in ran.stdout)
    shown = "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in name)
    told = [line for line in ran.stdout.splitlines() if line.startswith(shown + where) and line.endswith(f"[{rule}]")]
    assert told, ran.stdout[:2000]
    assert all(line.isprintable() and len(line) < 500 for line in ran.stdout.split("\n"))


def accepted(kg_cli: KgCli, folder: Path, name: str) -> tuple[int, int]:
    """The exit code of a check and how many entries of the file were accepted."""
    ran = kg_cli(folder, "check", "--format", "json")
    assert ran.stderr == ""
    (source,) = [source for source in json.loads(ran.stdout)["sources"] if source["file"] == name]
    return ran.returncode, source["accepted"]


@pytest.mark.parametrize("depth", [200, 20_000])
def test_title_may_have_braces_of_any_depth(tmp_path: Path, kg_cli: KgCli, depth: int) -> None:
    entry = f'@misc{{deep, title = {{{"{" * depth}Deep \\"a{"}" * depth}}}, year = {{2031}}}}\n'
    (write_toy(tmp_path) / BIB).write_text(entry, encoding="utf-8")
    assert accepted(kg_cli, tmp_path, BIB) == (0, 1)


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\r\n\r\n"], ids=["nothing", "a byte order mark", "line ends"])
@pytest.mark.parametrize("name", [BIB, TTL])
def test_empty_file_is_no_error(tmp_path: Path, kg_cli: KgCli, name: str, data: bytes) -> None:
    path = write_toy(tmp_path) / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    assert accepted(kg_cli, tmp_path, name) == (0, int(name == TTL))


@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["CRLF", "CR"])
def test_line_ends_of_other_systems_are_accepted(tmp_path: Path, kg_cli: KgCli, end: str) -> None:
    for name, content in TOY.items():
        (write_toy(tmp_path) / name).write_bytes(content.replace("\n", end).encode())
    assert accepted(kg_cli, tmp_path, YAML) == (0, 1)


def test_link_inside_the_review_is_followed(tmp_path: Path, kg_cli: KgCli) -> None:
    (write_toy(tmp_path) / "more.txt").write_text(ENTRY, encoding="utf-8")
    (tmp_path / BIB).symlink_to("../more.txt")
    assert accepted(kg_cli, tmp_path, BIB) == (0, 1)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="nothing is unreadable to root")
@pytest.mark.parametrize("name", NO_FILE)
def test_file_without_read_permission_is_reported(tmp_path: Path, kg_cli: KgCli, name: str) -> None:
    path = write_toy(tmp_path) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o000)
    path.chmod(0o000)
    ran = kg_cli(tmp_path, "check")
    assert ran.returncode == 1
    assert f"{name}: error: cannot be read: Permission denied [file/unreadable]" in ran.stdout
