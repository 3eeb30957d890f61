"""The evidence map as a LaTeX table with booktabs rules, to be `\\input` into a paper."""

from __future__ import annotations

from itertools import groupby

from kg.evidence_map import Cell, EvidenceMap, Header, in_groups, note
from kg.exports import latex_text
from kg.exports.map_tables import numbers

PACKAGES = "booktabs,graphicx"
WIDEST, LONGEST = 14, 45
"""Columns and rows that an upright page holds; of more, those without any findings are left out, and then a table that
is still wider lies on its side."""


def map_latex(evidence_map: EvidenceMap) -> str:
    """A float with caption and note; its first lines tell what it needs. The same map gives the same text."""
    rows, columns, left_out = _kept(evidence_map)
    wide = len(columns) > WIDEST
    heads = " & ".join(rf"\rotatebox{{90}}{{\parbox[b]{{26mm}}{{\raggedright {_name(column.label)}}}}}"
                       for column in columns)
    body: list[str] = []
    for group, members in groupby(rows, lambda row: row.group):
        if group:
            body.append(rf"\multicolumn{{{len(columns) + 2}}}{{@{{}}l}}{{\textit{{{_name(group)}}}}} \\")
        for row in members:
            cells = [evidence_map.cell(row.iri, column.iri) for column in columns]
            body.append(_line(_name(row.label), [*cells, evidence_map.row_total(row.iri)]))
    totals = [*(evidence_map.column_total(column.iri) for column in columns), evidence_map.total()]
    environment = "sidewaystable" if wide else "table"
    snapshot = f" Snapshot {evidence_map.snapshot[:12]}." if evidence_map.snapshot else ""
    explained = ("2+3: two studies first-hand and three second-hand; $\\times$: looked for together and not found. "
                 + latex_text.text(note(evidence_map) + left_out + snapshot))
    made = "\n".join([
        rf"\begin{{{environment}}}", r"\centering",
        rf"\caption{{{latex_text.text(evidence_map.title)}: distinct studies}}",
        rf"\label{{tab:map-{evidence_map.row_kind}-{evidence_map.column_kind}}}",
        r"\footnotesize\setlength{\tabcolsep}{3pt}",
        r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
        rf"\begin{{tabular}}{{@{{}}l{'c' * len(columns)}r@{{}}}}", r"\toprule",
        rf"{_name(evidence_map.row_kind)} & {heads}{' & ' if columns else ''}\rotatebox{{90}}{{Distinct studies}} \\",
        r"\midrule", *body, r"\midrule", _line("Distinct studies", totals), r"\bottomrule", r"\end{tabular}}", "",
        r"\smallskip", rf"\parbox{{\linewidth}}{{\scriptsize {explained}}}", rf"\end{{{environment}}}", ""])
    packages = PACKAGES + (",rotating" if wide else "")
    return (f"% needs {latex_text.PACKAGES}, \\usepackage{{{packages}}}\n"
            + latex_text.definitions(made) + made)


def _kept(evidence_map: EvidenceMap) -> tuple[list[Header], list[Header], str]:
    """Rows and columns that find room, in their groups, and what to say of those that are left out."""
    rows, columns, said = in_groups(evidence_map.rows), in_groups(evidence_map.columns), ""
    if len(rows) > LONGEST:
        full = [row for row in rows if evidence_map.row_total(row.iri).findings]
        said, rows = f" Without findings and left out: {len(rows) - len(full)} rows.", full
    if len(columns) > WIDEST:
        full = [column for column in columns if evidence_map.column_total(column.iri).findings]
        said, columns = f"{said} Without findings and left out: {len(columns) - len(full)} columns.", full
    return rows, columns, said


def _name(label: str) -> str:
    return latex_text.text(label[:1].upper() + label[1:])


def _line(name: str, cells: list[Cell]) -> str:
    return " & ".join([name, *map(_cell, cells)]) + r" \\"


def _cell(cell: Cell) -> str:
    studies, first, second, absent = numbers(cell)
    return f"{first}+{second}" if studies else r"$\times$" if absent else ""
