"""Builds the documentation as a folder of static pages: `python docs/site/build.py OUTPUT`, or `make docs`.

The pages in docs/, CONTRIBUTING.md and CHANGELOG.md are copied to a folder, with their links changed to the places that
they have in the site, together with the references that `references.py` and `annotated.py` make. Sphinx does the rest.
The sections of the site and the order of their pages are those of docs/index.md.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path, PurePosixPath

from references import GENERATED, Reference
from sphinx.cmd.build import build_main

ROOT = Path(__file__).resolve().parents[2]
SITE = Path(__file__).resolve().parent
DECISIONS = "decisions/index"
OTHERS = {"CONTRIBUTING.md": "contributing", "CHANGELOG.md": "changelog"}
"""Pages outside docs/."""

_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\((?!https?:|mailto:|#)([^)#\s]+)(#[^)\s]*)?\)")
_FENCE = re.compile(r"(^ *```.*?^ *```[^\n]*$)", re.S | re.M)
_ITEM = re.compile(r"^- \[([^\]]*)\]\(([\w/-]+)\.md\)", re.M)
_SECTION = re.compile(r"^## (.+)$", re.M)


def pages() -> dict[str, str]:
    """The name in the site of each page of the repository."""
    found = [*ROOT.glob("docs/*.md"), *ROOT.glob("docs/decisions/*.md")]
    inside = {path.relative_to(ROOT).as_posix(): path.relative_to(ROOT / "docs").as_posix() for path in sorted(found)}
    return {path: name.removesuffix(".md") for path, name in inside.items()} | OTHERS


class Assembly:
    """The pages of the site as files for Sphinx."""

    def __init__(self, into: Path, review: Path) -> None:
        self.into, self.review = into, review
        self.pages = pages()

    def write(self, name: str, text: str) -> None:
        target = self.into / f"{name}.md"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def all(self) -> None:
        """Writes all pages."""
        for path, name in self.pages.items():
            if name != "index":
                self.write(name, self.moved(path, name))
        for reference in GENERATED:
            self.write(reference.name, reference.page(ROOT, self.review))
        self.decisions()
        self.index()

    def moved(self, path: str, name: str) -> str:
        """The text of a page with its links as they are in the site."""
        parts = _FENCE.split((ROOT / path).read_text(encoding="utf-8"))
        parts[::2] = [_LINK.sub(lambda link: self._link(link, path, name), part) for part in parts[::2]]
        return "".join(parts)

    def _link(self, link: re.Match[str], path: str, name: str) -> str:
        """A link to another page, or to a copy of the file; of a folder only the words."""
        image, words, target, anchor = link.groups()
        led = os.path.normpath(PurePosixPath(path).parent / target)
        if led == "docs/decisions":
            to = f"{DECISIONS}.md"
        elif led in self.pages:
            to = f"{self.pages[led]}.md"
        elif (ROOT / led).is_file():
            to = f"files/{led}"
            (self.into / to).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / led, self.into / to)
        else:
            return words if (ROOT / led).is_dir() else link[0]  # Sphinx reports what does not exist
        return f"{image}[{words}]({os.path.relpath(to, PurePosixPath(name).parent)}{anchor or ''})"

    def decisions(self) -> None:
        """Writes the list of decisions, the last one first."""
        paths = sorted((path for path in self.pages if path.startswith("docs/decisions/")), reverse=True)
        listed = {_title(ROOT / path): PurePosixPath(path).stem for path in paths}
        self.write(DECISIONS, f"# Decisions\n\nWhy things are as they are, the latest first.\n\n{tree(listed, '')}")

    def index(self) -> None:
        """Writes the front page and the page of each section."""
        text = self.moved("docs/index.md", "index")
        names: dict[str, str] = {}
        shown = []
        for title, part in sections(text):
            if not title:
                shown.append(part)
                continue
            if title == "Reference":
                part = f"{part.rstrip()}\n{''.join(map(_item, GENERATED))}\n"
            shown.append(part)
            listed = dict(_ITEM.findall(part))
            name = title.lower().replace(" ", "-")
            if name in listed.values():  # a section of one page
                listed = {title: name}
            else:
                self.write(name, f"{part.replace('## ', '# ', 1).rstrip()}\n\n{tree(listed)}")
            names[title] = name
        self.write("index", "".join(shown) + "\n" + tree(names))


def sections(text: str) -> Iterator[tuple[str, str]]:
    """The parts of a page with the titles of their headings; the part before the first heading has none."""
    starts = [0, *(heading.start() for heading in _SECTION.finditer(text)), len(text)]
    for start, end in pairwise(starts):
        heading = _SECTION.match(text, start)
        yield heading[1] if heading else "", text[start:end]


def _title(page: Path) -> str:
    return page.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def _item(reference: Reference) -> str:
    return f"- [{reference.title}]({reference.name}.md): {reference.about}\n"


def tree(listed: dict[str, str], hidden: str = ":hidden:\n") -> str:
    """A list of pages, by the words for them, for the navigation."""
    lines = [f"{words} <{name}>\n" for words, name in listed.items()]
    return f"```{{toctree}}\n{hidden}:maxdepth: 1\n\n{''.join(lines)}```\n"


def main(arguments: list[str]) -> int:
    """Builds the pages and returns the exit code of Sphinx: each warning is an error."""
    parser = argparse.ArgumentParser(description="Build the documentation.")
    parser.add_argument("output", type=Path, nargs="?", default=ROOT / "build" / "docs")
    parser.add_argument("--review", type=Path, default=ROOT, help="a built review, for the examples of the ontology")
    given = parser.parse_args(arguments)
    sources = given.output.with_name(f"{given.output.name}-pages")
    for folder in (sources, given.output):
        shutil.rmtree(folder, ignore_errors=True)
    Assembly(sources, given.review).all()
    # Neither doctrees nor other records of the build are part of what is published.
    options = ["-q", "-W", "--keep-going", "-j", "auto", "-c", SITE, "-d", sources / ".doctrees", sources, given.output]
    code = build_main([str(option) for option in options])
    for record in (".buildinfo", "objects.inv"):
        (given.output / record).unlink(missing_ok=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
