"""Compares kg, bibtexparser 2 and pybtex: how many entries of the .bib files in folders each accepts, and how fast.

    python benchmarks/bibtex_readers.py FOLDER…

Files are read one by one, so that all readers have the same input; kg also reads each folder as a whole, as in a build.
The exit code is 1 if the entries of a file are not the accepted and rejected ones, if an independent count differs, or
if another reader accepts a whole file with more entries than kg accepts.
"""

from __future__ import annotations

import importlib.util
import logging
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kg.core.files import SourceFile
from kg.core.problems import Problem
from kg.readers.bibliography import read_bibliography, read_bibtex
from kg.readers.formats import read_file

OTHERS = {"comment", "string", "preamble"}
TYPE = r"@\s*([^\W\d_][\w:.+*/-]*)\s*"
BLOCK = re.compile(TYPE + r"([{(])")
AT_LINE_START = re.compile(TYPE + r"[{(]([^,{}=\n\"]*,|\s*[\w:.+/-]+\s*=)|@\s*comment\s*\{", re.I)
ANYWHERE = re.compile(r"@[^\W\d_][\w:.+*/-]*\{[^,{}=\n\"]*,\s*[\w:.+/-]+\s*=")


def surely_begins(text: str, at: int) -> bool:
    """Returns whether the `@` can only be the beginning of an entry."""
    before = text[text.rfind("\n", 0, at) + 1 : at]
    return bool(ANYWHERE.match(text, at)) or (not before.strip(" \t") and bool(AT_LINE_START.match(text, at)))


def count_entries(text: str) -> int:
    """Returns how many parts of the text look like an entry, found character by character from brackets alone."""
    found, at = 0, 0
    while match := BLOCK.search(text, at):
        kind, bracket = match[1].lower(), match[2]
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if bracket == "(" and re.search(r"[\w.]\Z", line):  # an address: jo@example (Jo)
            at = match.start() + 1
            continue
        at = match.end()
        if re.fullmatch(r"\s*%[%\s]*", line):
            continue
        if kind == "comment":
            at = (skip(text, at, bracket, escapes=False, whatever=True) if bracket == "{" else 0) or at
            continue
        end = skip(text, at, bracket, escapes=False) or skip(text, at, bracket, escapes=True)
        found += kind not in OTHERS
        later = (index for index in range(at, len(text)) if text[index] == "@" and surely_begins(text, index))
        at = end or next(later, at)
    return found


def skip(text: str, at: int, bracket: str, *, escapes: bool, whatever: bool = False) -> int:
    """Returns the offset after the bracket that closes the one before `at`; 0 if another entry begins before it.

    With `whatever`, as in comments, entries may begin before it.
    """
    depth, quoted, round_brackets, escaped = 0, False, 0, False
    for index in range(at, len(text)):
        char = text[index]
        if escapes and (escaped or char == "\\"):
            escaped = not escaped
        elif char == "@" and depth == 0 and not whatever and surely_begins(text, index):
            return 0
        elif char == "{":
            depth += 1
        elif char == "}" and depth:
            depth -= 1
        elif char == "}":
            return index + 1 if bracket == "{" else 0
        elif bracket == "(" and depth == 0 and char in '"()':
            opens_value = text[index - 1] in "=#" or text[index - 1].isspace()
            quoted ^= char == '"' and (quoted or opens_value)
            round_brackets += 0 if quoted else {"(": 1, ")": -1}.get(char, 0)
            if round_brackets < 0:
                return index + 1
    return 0


# --- readers: how many entries with a key they accept, and whether they refuse nothing ---


def with_kg(file: SourceFile) -> tuple[int, bool]:
    source = read_bibtex(file)
    return len(source.publications), len(source.publications) == source.entries


def with_bibtexparser(file: SourceFile) -> tuple[int, bool]:
    from bibtexparser.entrypoint import parse_string

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    library = parse_string(file.text)
    return sum(bool(entry.key.strip()) for entry in library.entries), not library.failed_blocks


def with_pybtex(file: SourceFile) -> tuple[int, bool]:
    from pybtex.database import parse_string

    # It numbers entries without a key; they are recognised by these names.
    keys = parse_string(file.text, "bibtex").entries.keys()
    return sum(not re.fullmatch(r"unnamed-\d+", key) for key in keys), True


READERS: dict[str, Callable[[SourceFile], tuple[int, bool]]] = {"kg": with_kg, "bibtexparser 2": with_bibtexparser}
if importlib.util.find_spec("pybtex"):
    READERS["pybtex"] = with_pybtex


@dataclass
class ReaderResult:
    """The results of one reader for all files of a folder."""

    accepted: int = 0
    seconds: float = 0
    """Time for the files that were not refused as a whole."""
    failed: int = 0
    whole: dict[str, int] = field(default_factory=dict)

    def add(self, reader: Callable[[SourceFile], tuple[int, bool]], file: SourceFile) -> None:
        begin = time.perf_counter()
        try:
            accepted, whole = reader(file)
        except Exception:
            accepted, whole = 0, False
            self.failed += 1
        else:
            self.seconds += time.perf_counter() - begin
        self.accepted += accepted
        if whole:
            self.whole[file.name] = accepted


def measure(folder: Path) -> list[str]:
    """Prints the table of a folder and returns what is wrong."""
    read = [read_file(folder, path) for path in sorted(folder.rglob("*.bib"))]
    files = [file for file in read if not isinstance(file, Problem)]
    counts = {file.name: count_entries(file.text) for file in files}
    readings = {name: ReaderResult() for name in READERS}
    wrong: list[str] = []
    for file in files:
        for name, reader in READERS.items():
            readings[name].add(reader, file)
        source = read_bibtex(file)
        rejected = sum(problem.severity == "error" for problem in source.problems)
        if not source.entries == counts[file.name] == len(source.publications) + rejected:
            wrong.append(
                f"{file.name}: {counts[file.name]} counted, {source.entries} seen, "
                f"{len(source.publications)} accepted, {rejected} rejected"
            )
        for name, reading in readings.items():
            if reading.whole.get(file.name, 0) > len(source.publications):
                wrong.append(f"{file.name}: {name} accepts {reading.whole[file.name]}, kg {len(source.publications)}")
    report(folder, files, sum(counts.values()), readings)
    return wrong


def report(folder: Path, files: list[SourceFile], count: int, readings: dict[str, ReaderResult]) -> None:
    accepted = sum(len(source.publications) for source in read_bibliography(files))
    print(f"\n{folder.name}: {len(files)} files, {count} entries by an independent count\n")
    print("| reader | accepted | rejected | files refused as a whole | entries/s |\n| --- | --: | --: | --: | --: |")
    for name, reading in readings.items():
        print(
            f"| {name} | {reading.accepted} | {count - reading.accepted} | {reading.failed} "
            f"| {reading.accepted / (reading.seconds or 1):,.0f} |"
        )
    print(f"| kg, as one folder | {accepted} | {count - accepted} | 0 | – |")


if __name__ == "__main__":
    problems = [problem for name in sys.argv[1:] for problem in measure(Path(name))]
    print(*["", *problems], sep="\n")
    sys.exit(bool(problems))
