"""The table of output formats: complete, and all that a new format needs besides a file of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from operator import attrgetter
from pathlib import Path

import pytest

from kg.core.problems import UsageError
from kg.render.formats import FORMATS, OutputFormat, chosen, endings, formats, named, names, of_file

NEW = """
import sys
from kg.render import formats
formats.FORMATS += (formats.OutputFormat("rows", "shout", (".shout",), "text/x-shout", "shouting:shout", ("stamp",)),)
from kg.cli import main
main()
"""
WRITER = """
def shout(rows, stamp=""):
    return "".join(f"{value}!\\n" for row in rows for value in row.values()).upper() + stamp
"""


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: f"{one.kind} {one.name}")
def test_every_format_has_a_writer_a_media_type_and_endings(one: OutputFormat) -> None:
    module, function = one.writer.split(":")
    assert callable(attrgetter(function)(import_module(module, "kg.render")))
    assert one.media.count("/") == 1
    assert all(ending == ending.lower() and ending.startswith(".") for ending in one.endings)


@pytest.mark.parametrize("kind", sorted({one.kind for one in FORMATS}))
def test_names_and_endings_are_unique_within_a_kind(kind: str) -> None:
    several = formats(kind)
    found = [ending for one in several for ending in one.endings]
    assert len(set(found)) == len(found)
    assert len(set(names(kind))) == len(several)


def test_a_format_is_found_by_its_ending_whatever_the_case() -> None:
    assert of_file("map", Path("a/MAP.XLSX")).name == "xlsx"
    assert of_file("rows", Path("a/.csv")).name == "csv"
    for path in (None, Path("-"), Path("a"), Path("/dev/stdout")):
        assert of_file("rows", path, "table").name == "table"


def test_a_name_goes_with_its_endings_those_of_no_format_and_txt() -> None:
    for path in (None, Path("a.csv"), Path("a.dat"), Path("a.txt"), Path("a")):
        assert chosen("rows", "csv", path, "table").name == "csv"
    assert chosen("rows", "csl-json", Path("a.json"), "table").name == "csl-json"
    assert of_file("rows", Path("a.csl.json"), "table").name == "csl-json"
    with pytest.raises(UsageError, match=r"cannot write \.csl\.json: use"):
        of_file("network", Path("a.csl.json"))
    assert chosen("triples", "json", Path("a.json"), "ttl").name == "jsonld"
    for name in ("a.xlsx", "a.PNG", "a.json", ".md"):
        with pytest.raises(UsageError, match=r"is not the ending of csv: use \.csv, or leave out --format"):
            chosen("rows", "csv", Path(name), "table")


def test_the_error_names_what_is_possible() -> None:
    assert endings("bubble plot") == ".svg, .png or .pdf"
    with pytest.raises(UsageError, match=r"cannot write \.html: use \.svg, \.png or \.pdf"):
        of_file("bubble plot", Path("a.html"))
    with pytest.raises(UsageError, match=r"cannot write \.unknown: use \.txt, \.csv, .*\.ris or \.csl\.json"):
        of_file("rows", Path("a.unknown"), "table")
    with pytest.raises(UsageError, match="cannot write a file without an ending: use"):
        of_file("map", Path("a"))
    with pytest.raises(UsageError, match="'odt'; there are md, latex, docx"):
        named("draft", "odt")


@pytest.mark.parametrize("option", [["-f", "shout"], ["-o", "a.shout"], ["-f", "shout", "--stamp"]])
def test_one_row_and_one_file_make_a_new_format(toy: Path, tmp_path: Path, option: list[str]) -> None:
    (tmp_path / "shouting.py").write_text(WRITER, encoding="utf-8")
    paths = os.pathsep.join([str(tmp_path), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", NEW, "--root", str(toy), "sparql", *option],
        input="SELECT (2 AS ?x) { }", capture_output=True, text=True, cwd=tmp_path, check=True,
        env=os.environ | {"PYTHONPATH": paths},
    )  # fmt: skip
    made = (tmp_path / "a.shout").read_text(encoding="utf-8") if "-o" in option else done.stdout
    assert made.startswith("2!\n")
    assert ("sparql sha256:" in made) == ("--stamp" in option)


def test_a_new_format_is_in_the_help_of_the_commands() -> None:
    program = NEW.replace("main()", "sys.argv = ['kg', 'sparql', '--help']; main()")
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "|shout|" in "".join(shown.split())
