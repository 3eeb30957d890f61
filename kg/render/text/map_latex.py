"""The evidence map as a LaTeX table with booktabs rules, to be `\\input` into a paper."""

from __future__ import annotations

from itertools import groupby

from kg.answers.evidence_map import NOT_FOUND, SYMBOLS, EvidenceMap, Header, note
from kg.render.text import latex_text
from kg.render.text.map_tables import fitting, matrix

PACKAGES = "booktabs,graphicx"
WIDEST, LONGEST = 14, 45
"""Columns and rows that fit on a page. If there are more, those without findings are left out; a table that is still
too wide is rotated."""


def map_latex(evidence_map: EvidenceMap) -> str:
    """A float with caption and note; its first lines list the packages. The same map gives the same text."""
    rows, columns, left_out = fitting(evidence_map, LONGEST, WIDEST)
    wide = len(columns) > WIDEST
    heads = " & ".join(
        rf"\rotatebox{{90}}{{\parbox[b]{{26mm}}{{\raggedright {_header(evidence_map, column)}}}}}" for column in columns
    )
    body: list[str] = []
    *cells, totals = matrix(evidence_map, rows, columns)
    for group, members in groupby(zip(rows, cells, strict=True), lambda member: member[0].group):
        if group:
            body.append(rf"\multicolumn{{{len(columns) + 2}}}{{@{{}}l}}{{\textit{{{_name(group)}}}}} \\")
        body += [_line(_header(evidence_map, row), shown) for row, shown in members]
    environment = "sidewaystable" if wide else "table"
    snapshot = f" Snapshot {evidence_map.snapshot[:12]}." if evidence_map.snapshot else ""
    marks = "2+3: two studies first-hand and three second-hand. "
    explained = latex_text.text(marks + note(evidence_map) + left_out + snapshot)
    made = "\n".join(
        [
            rf"\begin{{{environment}}}",
            r"\centering",
            rf"\caption{{{latex_text.text(evidence_map.title)}: distinct studies}}",
            rf"\label{{tab:map-{evidence_map.row_kind}-{evidence_map.column_kind}}}",
            r"\footnotesize\setlength{\tabcolsep}{3pt}",
            r"\resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%",
            rf"\begin{{tabular}}{{@{{}}l{'c' * len(columns)}r@{{}}}}",
            r"\toprule",
            rf"{_name(evidence_map.row_kind)} & {heads}{' & ' if columns else ''}\rotatebox{{90}}{{Distinct studies}} \\",  # noqa: E501
            r"\midrule",
            *body,
            r"\midrule",
            _line("Distinct studies", totals),
            r"\bottomrule",
            r"\end{tabular}}",
            "",
            r"\smallskip",
            rf"\parbox{{\linewidth}}{{\scriptsize {explained}}}",
            rf"\end{{{environment}}}",
            "",
        ]
    )
    packages = PACKAGES + (",rotating" if wide else "")
    return f"% needs {latex_text.PACKAGES}, \\usepackage{{{packages}}}\n" + latex_text.definitions(made) + made


def _header(evidence_map: EvidenceMap, header: Header) -> str:
    """The name, and how many studies looked for it and did not find it."""
    missed = len({f.study for f in evidence_map.absences.get(header.iri, ())})
    return _name(header.label) + (f" {SYMBOLS[NOT_FOUND]}{missed}" if missed else "")


def _name(label: str) -> str:
    return latex_text.text(label[:1].upper() + label[1:])


def _line(name: str, cells: list[str]) -> str:
    return " & ".join([name, *map(latex_text.text, cells)]) + r" \\"
