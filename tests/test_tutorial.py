"""The tutorial is followed block by block in a new folder, and shows what its commands print.

`UPDATE_GOLDEN=1` writes the output of each command into the document instead of comparing it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import yaml

from tests.conftest import ROOT
from tests.documents import blocks, run

TUTORIAL = ROOT / "docs" / "tutorial.md"
HOME = "/home/ada"
"""What the document calls the folder that the commands are run in."""
MOST_WORDS = 1500
_SIZES = re.compile(r"\d+(?= (?:triples|named graphs|pages)\b)")
"""Numbers that change with the vocabulary."""


def _write_texts(folder: Path) -> None:
    """Texts of the papers, with what the project quotes of each section."""
    folder.mkdir()
    for key in ("franke2024", "he2025"):
        annotation = yaml.safe_load((ROOT / "bib" / "annotations" / f"{key}.yaml").read_text(encoding="utf-8"))
        quoted = [item for finding in annotation["findings"] for item in finding["evidence"] if isinstance(item, dict)]
        sections: dict[str, list[str]] = {}
        for item in quoted:
            sections.setdefault(item["section"], []).append(item["quote"])
        text = "".join(f"{name} Section\n{'. '.join(quotes)}.\n\n" for name, quotes in sorted(sections.items()))
        (folder / f"{key}.txt").write_text(text, encoding="utf-8")


def test_tutorial_works_and_shows_what_its_commands_print(tmp_path: Path) -> None:
    folder, wrong, shown_now = tmp_path, [], ""
    rest = TUTORIAL.read_text(encoding="utf-8")
    for block in blocks(TUTORIAL):
        if block.word == "file":
            (folder / block.given).write_text(block.code, encoding="utf-8")
            continue
        if block.word == "run":
            assert run(block.given, folder) == ""
        if block.word == "texts":
            _write_texts(folder / block.given)
        code = ""
        for command, shown in block.commands():
            if command.startswith("cd "):
                folder /= command[3:]
            came = "" if command.startswith("cd ") else run(command, folder).replace(str(tmp_path), HOME)
            if _SIZES.sub("…", came) == _SIZES.sub("…", shown):
                came = shown
            else:
                wrong.append((command, came))
            code += f"$ {command}\n{came}"
        before, _, rest = rest.partition(f"```console\n{block.code}```")
        shown_now += f"{before}```console\n{code}```"
    text = shown_now + rest
    if os.environ.get("UPDATE_GOLDEN"):
        TUTORIAL.write_text(text, encoding="utf-8")
    else:
        assert wrong == []
    assert len(text.split()) <= MOST_WORDS
    made = {"build/map.html", "build/graph.html", "site/index.html", "draft.md", "cited.bib", "annotations.csv"}
    assert {name for name in made if (folder / name).is_file()} == made
