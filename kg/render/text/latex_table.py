"""Rows as a LaTeX table with booktabs rules: a `tabular` for a float, or a `longtable` over several pages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg.answers.rows import Rows
from kg.render.text import latex_text

_PORTRAIT, _LANDSCAPE = 82, 128
"""Characters on a line in \\footnotesize with the usual margins."""
_GAP = 2
_CITED = "Kowalski et al. (2019)"
r"""What `\citet` prints with author and year, for the width of its column; with numbers it is shorter."""
_PROSE, _READABLE = 60, 28
"""A column with texts longer than the first number is at least as wide as the second; else the table is rotated."""
_WORD = 14
"""Longer words may break."""
_PAGE = 45
"""Lines that fit on a page in any case."""
_UNBROKEN = re.compile(rf"([^\s-]{{{_WORD + 1},}})")
_PIECE = re.compile(r"[^/_.:=&?]{1,16}[/_.:=&?]*|[/_.:=&?]+")


def latex_table(rows: Rows, stamp: str = "") -> str:
    r"""A table that can be `\input`; its first lines list the packages that it needs. Keys of works become `\citet`."""
    written = list(rows.as_written())
    lines = [["" if value is None else latex_text.plain(value) for value in row.values()] for row in written]
    cited = {i for i, name in enumerate(rows.columns) if name in rows.cites}
    layout = _layout([name.replace("_", " ") for name in rows.columns], lines, cited)
    height = sum(max((-(-len(cell) // layout.widths[i]) for i, cell in enumerate(line)), default=1) for line in lines)
    long = layout.landscape or height > _PAGE
    numbers = [bool(lines) and all(isinstance(row[name], int | None) for row in written) for name in rows.columns]
    head = " & ".join(map(latex_text.text, layout.names)) + r" \\"
    body = [
        " & ".join(_cell(cell, i in cited) for i, cell in enumerate(line)) + r" \\\addlinespace[2pt]" for line in lines
    ]
    # After a rule, LaTeX reads a `[` as an option.
    body = ["{}" + line if line.startswith("{[}") else line for line in body]
    made = [
        rf"\begingroup\{layout.size}\setlength{{\tabcolsep}}{{4pt}}",
        *_table(layout.columns(numbers), head, body, long),
        r"\endgroup",
    ]
    packages = ["array", "booktabs", *(["longtable"] if long else []), *(["pdflscape"] if layout.landscape else [])]
    if layout.landscape:
        made = [r"\begin{landscape}", *made, r"\end{landscape}"]
    notes = [
        f"needs {latex_text.PACKAGES}, \\usepackage{{{','.join(packages)}}}",
        *(["the entries that are cited: the same rows with --format bibtex"] if cited and lines else []),
        *filter(None, [stamp]),
    ]
    whole = "\n".join(made) + "\n"
    return "".join(f"% {note}\n" for note in notes) + latex_text.definitions(whole) + whole


def _cell(cell: str, cited: bool) -> str:
    if cited:
        return latex_text.cite([cell], command="citet") if cell else ""
    # A word that may be wider than its column can break after punctuation, or anywhere if necessary.
    return "".join(
        r"\allowbreak{}".join(map(latex_text.escape, _PIECE.findall(part) if i % 2 else [part]))
        for i, part in enumerate(_UNBROKEN.split(cell))
    )


def _table(columns: str, head: str, body: Sequence[str], long: bool) -> list[str]:
    top = [r"\toprule", head, r"\midrule"]
    if not long:
        return [rf"\noindent\begin{{tabular}}{{{columns}}}", *top, *body, r"\bottomrule", r"\end{tabular}"]
    top += [r"\endhead", r"\bottomrule", r"\endfoot"]
    return [rf"\begin{{longtable}}{{{columns}}}", *top, *body, r"\end{longtable}"]


# --- widths ---


@dataclass(frozen=True)
class _Layout:
    """The widths of the columns, in characters."""

    names: Sequence[str]
    widths: Sequence[int]
    natural: bool
    """Whether each column is as wide as its longest text."""
    landscape: bool
    size: str

    def columns(self, numbers: Sequence[bool]) -> str:
        """The column specification: as wide as the texts, or shares of the line that add up to it."""
        if self.natural:
            return "@{}" + "".join("r" if number else "l" for number in numbers) + "@{}"
        total = sum(self.widths) + _GAP * len(self.widths)
        made = [
            rf"  >{{\{'raggedleft' if number else 'raggedright'}\arraybackslash}}"
            rf"p{{\dimexpr {(width + _GAP) / total:.4f}\linewidth-2\tabcolsep\relax}}"
            for width, number in zip(self.widths, numbers, strict=True)
        ]
        return "\n".join(["@{}", *made, "@{}"])


def _layout(names: Sequence[str], lines: Sequence[Sequence[str]], cited: set[int]) -> _Layout:
    """Each column gets the width of its longest word, and a share of the rest according to the length of its texts."""
    naturals, least = [], []
    for i, name in enumerate(names):
        texts = [name, *(_CITED if i in cited and line[i] else line[i] for line in lines)]
        naturals.append(max(*map(len, texts), 1))
        words = max(len(word) for text in texts for word in re.split(r"\s|(?<=-)", text))
        least.append(_READABLE if naturals[i] > _PROSE else min(naturals[i], max(words, 1), _WORD))
    gaps = _GAP * len(names)
    landscape = sum(least) + gaps > _PORTRAIT
    room = max((_LANDSCAPE if landscape else _PORTRAIT) - gaps, sum(least))
    if sum(naturals) <= room:
        return _Layout(names, naturals, True, landscape, "footnotesize")
    spare, wish = room - sum(least), sum(naturals) - sum(least)
    widths = [small + spare * (natural - small) // wish for small, natural in zip(least, naturals, strict=True)]
    return _Layout(names, widths, False, landscape, "footnotesize" if room <= _LANDSCAPE - gaps else "tiny")
