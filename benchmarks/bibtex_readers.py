"""What kg, bibtexparser 2 and pybtex accept of the .bib files in folders, how fast, and whether every entry is accounted for.

    python benchmarks/bibtex_readers.py FOLDER…

Each file is read by itself, so that all readers see the same; kg reads the whole folder once more, as `kg build` does.
Ends with 1 when entries seen are not entries accepted and rejected, when they are not as many as an independent count,
or when another reader accepts all of a file and more of it than kg does.
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

from kg.problems import Problem
from kg.sources.bibtex import read_bibliography, read_bibtex
from kg.sources.files import SourceFile, read_source

OTHERS = {"comment", "string", "preamble"}


def count_entries(text: str) -> int:
    """What looks like an entry, by going through the text character by character and knowing nothing but brackets."""
    found, at = 0, 0
    while match := re.compile(r"@\s*([^\W\d_][^\s{}(),\"=#@%']*)\s*([{(])").search(text, at):
        kind, bracket, at = match[1].lower(), match[2], match.end()
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
        if re.fullmatch(r"\s*%[%\s]*", line) or (bracket == "(" and re.search(r"[\w.]\Z", line)):
            continue
        end = skip(text, at, bracket, escapes=False) or skip(text, at, bracket, escapes=True)
        found += kind not in OTHERS
        at = end or at
    return found


def skip(text: str, at: int, bracket: str, *, escapes: bool) -> int:
    """Where the bracket that was opened before `at` is closed; 0 when another entry begins before that on its level."""
    depth, quoted, beginning, escaped = 0, False, True, False
    begins = re.compile(r"@\s*(comment\s*\{|\w+\s*[{(]([^,{}=\n\"]*,|\s*[\w:-]+\s*=))", re.I)
    for index in range(at, len(text)):
        char = text[index]
        if escaped or (escapes and char == "\\"):
            escaped = not escaped
            continue
        if char == "@" and depth == 0 and beginning and begins.match(text, index):
            return 0
        beginning = char == "\n" or (beginning and char in " \t")
        if char == '"' and depth == 0 and (quoted or re.search(r"[=#]\s*\Z", text[max(at, index - 20) : index])):
            quoted = not quoted
        elif char == "{":
            depth += 1
        elif char == "}" and depth:
            depth -= 1
        elif char == "}" and bracket == "{":
            return index + 1
        elif char in "()" and bracket == "(" and depth <= 0 and not quoted:
            if char == ")" and depth == 0:
                return index + 1
            depth += 1 if char == ")" else -1
    return 0


# --- readers: accepted entries with a key, and whether nothing was refused --------------------------------------------


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

    # It numbers entries without a key, so those are told by what it calls them.
    keys = parse_string(file.text, "bibtex").entries.keys()
    return sum(not re.fullmatch(r"unnamed-\d+", key) for key in keys), True


READERS: dict[str, Callable[[SourceFile], tuple[int, bool]]] = {"kg": with_kg, "bibtexparser 2": with_bibtexparser}
if importlib.util.find_spec("pybtex"):
    READERS["pybtex"] = with_pybtex


@dataclass
class Reading:
    """One reader over all files of a folder."""

    accepted: int = 0
    seconds: float = 0
    """Spent on the files that were not refused as a whole."""
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
    """Prints the table of a folder and gives what is wrong."""
    read = [read_source(folder, path) for path in sorted(folder.rglob("*.bib"))]
    files = [file for file in read if not isinstance(file, Problem)]
    counts = {file.name: count_entries(file.text) for file in files}
    readings = {name: Reading() for name in READERS}
    wrong: list[str] = []
    for file in files:
        for name, reader in READERS.items():
            readings[name].add(reader, file)
        source = read_bibtex(file)
        rejected = sum(problem.severity == "error" for problem in source.problems)
        if not source.entries == counts[file.name] == len(source.publications) + rejected:
            wrong.append(f"{file.name}: {counts[file.name]} counted, {source.entries} seen, "
                         f"{len(source.publications)} accepted, {rejected} rejected")
        for name, reading in readings.items():
            if reading.whole.get(file.name, 0) > len(source.publications):
                wrong.append(f"{file.name}: {name} accepts {reading.whole[file.name]}, kg {len(source.publications)}")
    report(folder, files, sum(counts.values()), readings)
    return wrong


def report(folder: Path, files: list[SourceFile], count: int, readings: dict[str, Reading]) -> None:
    begin = time.perf_counter()
    sources = read_bibliography(files)
    seconds = time.perf_counter() - begin
    accepted = sum(len(source.publications) for source in sources)
    print(f"\n{folder.name}: {len(files)} files, {count} entries by an independent count\n")
    print("| reader | accepted | rejected | files refused as a whole | entries/s |\n| --- | --: | --: | --: | --: |")
    for name, reading in readings.items():
        print(f"| {name} | {reading.accepted} | {count - reading.accepted} | {reading.failed} "
              f"| {reading.accepted / (reading.seconds or 1):,.0f} |")
    print(f"| kg, as one folder | {accepted} | {count - accepted} | 0 | {count / seconds:,.0f} |")


if __name__ == "__main__":
    problems = [problem for name in sys.argv[1:] for problem in measure(Path(name))]
    print(*["", *problems], sep="\n")
    sys.exit(bool(problems))
