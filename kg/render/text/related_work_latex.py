r"""A draft of related work in LaTeX: to be `\input`, or a document of its own."""

from __future__ import annotations

from collections.abc import Sequence

from kg.answers.related_work import RelatedWork, Statement
from kg.render.text import latex_text
from kg.render.text.related_work import body, end, place
from kg.render.text.table import printable


def related_work_latex(
    draft: RelatedWork, *, listed: int, stamp: str, bibliography: str = "", entries: str = ""
) -> str:
    r"""The draft; with the name of a BibTeX file, without ending, and its text as a whole document."""
    made = body(draft, _Latex(), listed)
    notes = [
        "Stored statements, arranged by kg related-work; the comment before each names its place in the graph.",
        stamp,
        rf"needs {latex_text.PACKAGES}, and \citet from natbib, or from biblatex with natbib=true",
    ]
    head = "".join(f"% {note}\n" for note in notes)
    if not bibliography:
        return head + latex_text.definitions(made) + made
    declared = "\n".join(latex_text.declarations(entries))
    return (
        "\n".join(
            [
                head + r"\documentclass{article}",
                r"\ifdefined\Umathchar\else",
                r"\usepackage[T1]{fontenc}",
                *filter(None, [declared]),
                r"\fi",
                r"\usepackage{lmodern}",
                r"\usepackage[hyphens]{url}",
                r"\usepackage[numbers,sort]{natbib}",
                r"\setlength{\emergencystretch}{3em}",
                latex_text.definitions(made + declared) + r"\begin{document}",
                made + r"\bibliographystyle{plainnat}",
                rf"\bibliography{{{bibliography}}}",
                r"\end{document}",
            ]
        )
        + "\n"
    )


class _Latex:
    def heading(self, level: int, text: str) -> str:
        return rf"\{'sub' * (level - 1)}section{{{latex_text.text(text)}}}"

    def label(self, text: str) -> str:
        return rf"\emph{{{text}:}}"

    def sentence(self, statement: Statement) -> str:
        says, stop = end(statement.says)
        where = latex_text.text(place(statement.section)).replace("sec. ", "Sec.~", 1)
        if statement.via:
            via = latex_text.cite([statement.via], where, "citet")
            cited = f"{latex_text.cite([statement.key])}, as reported by {via}"
        else:
            cited = latex_text.cite([statement.key], where)
        said = f"{latex_text.text(says)}~" if says else ""
        return f"% {printable(statement.id)}\n{said}{cited}{stop}"

    def coded(self, review: str, keys: Sequence[str], more: int) -> str:
        others = f", and {more} more" if more else ""
        return f"{latex_text.cite([review], command='citet')}: {latex_text.cite(keys)}{others}."
