"""The numbers of an evidence map, read back from each of its formats."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from openpyxl import load_workbook

from kg.answers.evidence_map import EvidenceMap, in_groups
from kg.readers.sheets import unguard
from kg.render.pages.map_page import map_page
from kg.render.text.map_latex import map_latex
from kg.render.text.map_tables import map_csv, map_json, map_xlsx
from tests.render.pages.test_map_page import Page
from tests.render.text.test_map_latex import lines

Numbers = dict[tuple[str, str], tuple[int, int]]
"""First-hand and second-hand studies by the labels of row and column, `""` for a total. Empty cells are left out."""


def read_csv(evidence_map: EvidenceMap) -> Numbers:
    """Counts the studies of the cells; totals are taken from the file."""
    found: Numbers = {}
    studies: dict[tuple[str, str], dict[bool, set[str]]] = defaultdict(lambda: {True: set(), False: set()})
    for row in csv.DictReader(io.StringIO(map_csv(evidence_map), newline="")):
        place = unguard(row["row"]), unguard(row["column"])
        if row["state"].endswith("total"):
            found[place] = int(row["first_hand"]), int(row["second_hand"])
        elif row["study"] and all(place) and row["polarity"] != "absent":
            studies[place][row["hand"] == "first-hand"].add(row["study"])
    found |= {place: (len(of[True]), len(of[False] - of[True])) for place, of in studies.items()}
    return {place: numbers for place, numbers in found.items() if any(numbers)}


def read_json(evidence_map: EvidenceMap) -> Numbers:
    value = json.loads(map_json(evidence_map))
    label = {header["iri"]: header["label"] for header in (*value["rows"], *value["columns"])}
    found = {
        (label[c["row"]], label[c["column"]]): (len(c["first_hand"]), len(c["second_hand"])) for c in value["cells"]
    }
    totals = value["totals"]
    for place, total in [
        *(((label[t["row"]], ""), t) for t in totals["rows"]),
        *((("", label[t["column"]]), t) for t in totals["columns"]),
        (("", ""), totals["all"]),
    ]:
        found[place] = total["first_hand"], total["second_hand"]
    return {place: numbers for place, numbers in found.items() if any(numbers)}


def read_xlsx(evidence_map: EvidenceMap) -> Numbers:
    head, *rows = load_workbook(io.BytesIO(map_xlsx(evidence_map)))["matrix"].iter_rows(values_only=True)
    columns = [str(name) for name in head[2:-2]] + [""]
    names = [str(row[1]) for row in rows[:-2]] + [""]
    return _split(
        {
            (name, column): mark
            for name, row in zip(names, rows, strict=False)
            for column, mark in zip(columns, row[2:], strict=False)
        }
    )


def read_latex(evidence_map: EvidenceMap) -> Numbers:
    """Labels in LaTeX begin with a capital, and rows without findings may be missing."""
    table = lines(map_latex(evidence_map))
    heads, *_ = (line for line in map_latex(evidence_map).splitlines() if r"\rotatebox" in line)
    labels = {_capital(h.label): h.label for h in (*evidence_map.rows, *evidence_map.columns)}
    names = (part.split(r"\raggedright ")[1] for part in heads.split(" & ")[1:-1])
    columns = [labels[re.split(r" ×\d|}", name)[0]] for name in names] + [""]
    found: dict[tuple[str, str], object] = {}
    for name, cells in table.items():
        name = re.sub(r" ×\d+$", "", name)  # itself looked for and not found
        if name == "Distinct studies" or name in labels:
            row = "" if name == "Distinct studies" else labels[name]
            found |= {(row, column): mark for column, mark in zip(columns, cells, strict=True)}
    return _split(found)


def read_html(evidence_map: EvidenceMap) -> Numbers:
    """The table as written, before any script runs."""
    rows, columns = _labels(evidence_map)
    titles = Page(map_page(evidence_map)).titles
    return {
        (rows[r], columns[c]): (int(words[3]), int(words[5]))
        for (r, c), title in titles.items()
        if (words := title.replace(",", "").split()) and "first-hand" in title
    }


READ_NUMBERS = """() => [...document.querySelectorAll("td[data-r][data-c]")]
    .filter((box) => box.checkVisibility() && box.querySelector(".n"))
    .map((box) => {
        const count = (hand) => Number(box.querySelector(`.dot.${hand}`)?.parentElement.innerText ?? 0);
        return [Number(box.dataset.r), Number(box.dataset.c), Number(box.querySelector(".n").innerText),
                count("first"), count("second")];
    })"""


def read_page(page: Any, evidence_map: EvidenceMap) -> Numbers:
    """The numbers that are visible in a browser; `page` shows the map with all groups open."""
    rows, columns = _labels(evidence_map)
    found: Numbers = {}
    for r, c, studies, first, second in page.evaluate(READ_NUMBERS):
        assert studies == first + second
        found[rows[r], columns[c]] = first, second
    return found


FORMS: dict[str, Callable[[EvidenceMap], Numbers]] = {
    "csv": read_csv,
    "json": read_json,
    "xlsx": read_xlsx,
    "latex": read_latex,
    "html": read_html,
}


def _labels(evidence_map: EvidenceMap) -> tuple[list[str], list[str]]:
    rows, columns = (
        [h.label for h in in_groups(headers)] + [""] for headers in (evidence_map.rows, evidence_map.columns)
    )
    return rows, columns


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]


def _split(marks: dict[tuple[str, str], object]) -> Numbers:
    found: Numbers = {}
    for place, mark in marks.items():
        first, plus, second = str(mark).partition("+")
        if plus:
            found[place] = int(first), int(second)
    return found
