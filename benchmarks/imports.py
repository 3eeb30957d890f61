"""How long `kg import` takes for a sheet of findings, compared with openpyxl reading the sheet (read-only).

    python -m benchmarks.imports [ROWS]

The sheet has ten columns; three rows are one work, and each row is a finding with a code, a page and a quotation. The
times are those of the processor, the least of three runs in one process, with reading and writing all files.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from openpyxl import Workbook, load_workbook

from kg.building.scaffold import init_review
from kg.readers.sheets import open_table
from kg.sheets.review import import_review

COLUMNS = ("id", "title", "authors", "year", "venue", "doi", "claim", "code", "page", "quotation")
CODES = ("speed", "workload", "quality", "cost")
NAMES = ("Toy", "Bear", "Doll", "Kite", "Ball", "Drum")
MAPPING = """\
review: acme2030
label: A large sheet
mapped_by: Toy Annotator
created: 2026-11-29
scope: {rule: All rows.}
work: {title: title, authors: authors, venue: venue, fields: {year: year, doi: doi}, included: true}
codes:
  - column: code
    values: {speed: {id: speed, label: Speed}, workload: {id: workload, label: Workload},
      quality: {id: quality, label: Quality}, cost: {id: cost, label: Cost}}
findings:
  id: id
  every: {practices: [continuous-integration]}
  statement: claim
  page: page
  quote: {column: quotation, stands_in: work}
"""


def make_sheet(rows: int, path: Path) -> None:
    """Writes the sheet."""
    workbook = Workbook()
    workbook.active.append(COLUMNS)
    for n in range(rows):
        work = n // 3
        authors = f"{NAMES[work % 6]}, Ann; {NAMES[work // 6 % 6]}, Bob"
        claim, quotation = f"Feedback comes sooner in case {n}", f"the builds of project {n} took less time than before"
        title, venue = f"A study of pipelines number {work} in open source", f"Journal of Toys {work % 40}"
        cells = (title, authors, 2000 + work % 25, venue, f"10.5555/toy.{work}", claim, CODES[n % 4], n % 30, quotation)
        workbook.active.append((f"C{n}", *cells))
    workbook.save(path)


def least(run: Callable[[], object]) -> float:
    """The least processor time of three runs, in seconds."""
    times = []
    for _ in range(3):
        start = time.process_time()
        run()
        times.append(time.process_time() - start)
    return min(times)


def measure(rows: int, folder: Path) -> tuple[float, float]:
    """Seconds for reading the sheet with openpyxl, and for importing it."""
    sheet = folder / "large.xlsx"
    make_sheet(rows, sheet)
    init_review(folder / "review", example=False)
    bib = folder / "review" / "bib"
    (bib / "acme.bib").write_text("@article{acme2030, title={A review}, year={2030}}\n", encoding="utf-8")
    mapping = bib / "codings" / "large.mapping.yaml"
    mapping.parent.mkdir(exist_ok=True)
    mapping.write_text(MAPPING, encoding="utf-8")

    def read() -> int:
        return sum(1 for row in load_workbook(sheet, read_only=True).active.iter_rows(values_only=True) if any(row))

    def imported() -> None:
        file, problems = open_table(sheet)
        if file is None or problems:
            raise RuntimeError(problems)
        made = import_review(folder / "review", [file], mapping)
        if len(made.findings) != rows or made.problems:
            raise RuntimeError(made.problems[:3])

    return least(read), least(imported)


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as made_in:
        reading, importing = measure(number, Path(made_in))
    print(f"{number} rows: openpyxl {reading:.2f} s, kg import {importing:.2f} s, ratio {importing / reading:.2f}")
