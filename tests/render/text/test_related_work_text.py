"""A draft as text: stored statements word for word, each with its reference and where it stands in the graph."""

from __future__ import annotations

import re

import pytest

from kg.answers.related_work import Claim, Coded, DiscussedFinding, Group, RelatedWork, Statement, related_work
from kg.api import KnowledgeGraph
from kg.render.text.latex_text import CITING
from kg.render.text.related_work import related_work_latex, related_work_markdown

FIRST = Statement("finding/a2020/F1", "Tools are missing.", "5.3", "a2020")
SECOND = Statement("finding/a2020/told", "Is 100% *enough*?", "Table 2", "b_2019", "a2020")
CITED = Statement("citation/a2020/F1/c/disputes", "", "6", "c", "a2020")
DRAFT = RelatedWork(
    "testing & quality",
    (DiscussedFinding(FIRST, agreeing=(SECOND,)),),
    (),
    (DiscussedFinding(FIRST, disagreeing=(CITED,)),),
    (),
    (Coded("review", ("x", "y", "z")),),
)
MARKDOWN = """\
<!-- Statements of the graph, arranged by kg related-work; the comment after each gives its id in the graph. -->
<!-- stamp -->

# Related work: testing & quality

## What several works agree on

Tools are missing [@a2020, sec. 5.3]. <!-- finding/a2020/F1 -->
*In agreement:*
Is 100% \\*enough\\*? [@b_2019], as reported by @a2020 [Table 2] <!-- finding/a2020/told -->

## Where works disagree

Tools are missing [@a2020, sec. 5.3]. <!-- finding/a2020/F1 -->
*In disagreement:*
[@c], as reported by @a2020 [sec. 6]. <!-- citation/a2020/F1/c/disputes -->

## Coded by reviews and not annotated

@review: [@x; @y], and 1 more.
"""
LATEX = r"""
\section{Related work: testing \& quality}

\subsection{What several works agree on}

% finding/a2020/F1
Tools are missing~\citep[Sec.~5.3]{a2020}.
\emph{In agreement:}
% finding/a2020/told
Is 100\% *enough*?~\citep{b_2019}, as reported by \citet[Table 2]{a2020}

\subsection{Where works disagree}

% finding/a2020/F1
Tools are missing~\citep[Sec.~5.3]{a2020}.
\emph{In disagreement:}
% citation/a2020/F1/c/disputes
\citep{c}, as reported by \citet[Sec.~6]{a2020}.

\subsection{Coded by reviews and not annotated}

\citet{review}: \citep{x,y}, and 1 more.
""".lstrip()


def test_the_draft_in_markdown() -> None:
    assert related_work_markdown(DRAFT, listed=2, stamp="stamp") == MARKDOWN


def test_the_draft_in_latex() -> None:
    head, made = related_work_latex(DRAFT, listed=2, stamp="stamp").split("\\section", 1)
    assert "\\section" + made == LATEX
    assert all(line.startswith("% ") or line == CITING for line in head.splitlines())


def test_a_whole_document_names_its_bibliography() -> None:
    made = related_work_latex(DRAFT, listed=2, stamp="stamp", bibliography="draft", entries="@misc{x, title={中}}")
    assert r"\bibliography{draft}" in made
    assert r"\DeclareUnicodeCharacter{4E2D}" in made
    assert r"\begin{document}" in made
    front = related_work_markdown(DRAFT, listed=2, stamp="stamp", bibliography="draft").splitlines()
    assert front[:3] == ["---", 'bibliography: "draft.bib"', "---"]


def test_nothing_known_is_said() -> None:
    nothing = RelatedWork("toys", (), (), (), (), ())
    assert "The graph contains no findings on this topic." in related_work_markdown(nothing, listed=2, stamp="stamp")
    assert "The graph contains no findings on this topic." in related_work_latex(nothing, listed=2, stamp="stamp")


HOSTILE = ["a --> <script>b</script>.", "x\n% y \\end{document}", "[a](javascript:b)", "@key"]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_statement_stays_text(hostile: str) -> None:
    statement = Statement(f"finding/a/{hostile}", hostile, hostile, "a2020")
    draft = RelatedWork("toys", (), (DiscussedFinding(statement),), (), (), ())
    markdown = related_work_markdown(draft, listed=2, stamp="stamp")
    bare = re.sub(r"<!--.*?-->", "", markdown)
    assert not re.search(r"(?<!\\)<|(?<!\\)\]\(|(?<!\\)@key", bare)
    assert all(
        line == "" or line.startswith(("% ", "\\section", "\\subsection")) or "\\cite" in line
        for line in related_work_latex(draft, listed=2, stamp="stamp").splitlines()
    )


def test_every_sentence_of_the_draft_is_a_statement_of_the_graph(review_graph: KnowledgeGraph) -> None:
    rows = review_graph.sparql("SELECT ?s { ?x cs:statement ?s }")
    stored = {" ".join(str(row["s"]).split()).rstrip(".") for row in rows}
    made = related_work_markdown(related_work(review_graph, "silo-working"), listed=0, stamp="stamp")
    sentences = [line for line in made.splitlines()[3:] if line and not line.startswith(("#", "*"))]
    assert len(sentences) > 15
    told = r"(?:, as reported by @\w+ \[[^]]+\])?"
    for line in sentences:
        match = re.fullmatch(rf"(.*?) \[@[\w]+(?:, sec\. [\d.]+)?\]{told}\.? <!-- (\S+) -->", line)
        assert match, line
        assert match[1] in stored
        assert match[2].startswith(("finding/", "citation/"))


# --- by challenge, outcome and recommendation ---

SAME = tuple(
    DiscussedFinding(Statement(f"finding/{via or key}/{key}", "Builds get faster.", place, key, via))
    for key, place, via in [
        ("a2020", "4", ""),
        ("b2021", "5.1", ""),
        ("c2022", "row 2", "rev"),
        ("d2023", "row 3", "rev"),
    ]
)
CLAIMS = (
    Claim("outcome", "CI", "decreases", "build time", ("a2020", "b2021"), (("rev", ("c2022", "d2023")),), 4),
    Claim("outcome", "CI", "increases", "build time", ("e2024",), (), 1, opposes=True),
    Claim("outcome", "CI", "no change", "build time", (), (("rev", ("f2024",)),), 1),
)
GROUPED = RelatedWork("CI", (), SAME, (), (), (), (Group("outcome", "build time", CLAIMS, SAME),))


def test_findings_with_the_same_statement_share_a_sentence_in_markdown() -> None:
    made = related_work_markdown(GROUPED, listed=2, stamp="stamp").split("## ", 1)[1]
    assert (
        made
        == """\
build time

Four studies report a decrease in build time with CI [@a2020; @b2021]; [@c2022; @d2023], as reported by @rev.
One study reports the opposite, an increase in build time with CI [@e2024].
One study reports no change in build time with CI [@f2024], as reported by @rev.

Builds get faster [@a2020, sec. 4; @b2021, sec. 5.1]; [@c2022; @d2023], as reported by @rev [row 2, row 3]. \
<!-- finding/a2020/a2020, finding/b2021/b2021, finding/rev/c2022, finding/rev/d2023 -->
"""
    )


def test_findings_with_the_same_statement_share_a_sentence_in_latex() -> None:
    made = related_work_latex(GROUPED, listed=2, stamp="stamp")
    assert r"Four studies report a decrease in build time with CI~\citep{a2020,b2021}; \citep{c2022,d2023}, as" in made
    assert (
        r"Builds get faster~\citep{a2020,b2021}; \citep{c2022,d2023}, as reported by \citet[row 2, row 3]{rev}." in made
    )


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_label_stays_text(hostile: str) -> None:
    claims = (Claim("challenge", hostile, "hinders", hostile, ("a2020",), (), 1),)
    draft = RelatedWork("toys", (), SAME, (), (), (), (Group("challenge", hostile, claims, SAME),))
    bare = re.sub(r"<!--.*?-->", "", related_work_markdown(draft, listed=2, stamp="stamp"))
    assert not re.search(r"(?<!\\)<|(?<!\\)\]\(|(?<!\\)@key", bare)
    made = related_work_latex(draft, listed=2, stamp="stamp")
    assert not re.search(r"^%? ?y \\end", made, re.MULTILINE)
