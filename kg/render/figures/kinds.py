"""The table of figures: what each shows, the query that it draws, and its caption.

A new figure is one module with a function `draw(canvas, rows, flags)`, and one row in `KINDS`: its command, options,
formats and caption follow from that row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kg.answers.rows import Rows
from kg.core.problems import UsageError, brief, did_you_mean
from kg.render.figures import (
    agreement_network,
    code_occurrences,
    findings_per_year,
    methods_by_practice,
    outcome_directions,
    publications_per_year,
    shared_studies,
)
from kg.render.figures.canvas import Canvas


@dataclass(frozen=True, slots=True)
class FigureKind:
    name: str
    title: str
    shows: str
    query: str
    """The name of a query in queries/; its parameters narrow the figure."""
    draw: Callable[[Canvas, Rows, frozenset[str]], None]
    caption: str
    """What is counted and what is left out, in sentences."""
    flags: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """What can be drawn in addition: the help text of its option, and what it adds to the caption."""


KINDS = (
    FigureKind(
        "publications-per-year",
        "Studies per year and practice",
        "The number of studies on each practice per year: first-hand, and those known only through other publications.",
        "practices-by-year",
        publications_per_year.draw,
        "Number of distinct studies with findings on each practice, by the year of publication of the work. "
        "First-hand: annotated studies with findings of their own, also that the practice was not found; second-hand "
        "only: studies known through other publications. A study on several practices counts for each, so lanes do "
        "not add up. Practices without studies are left out; n.d.: the bibliography gives no year. Where numbers have "
        "no room, only the last of the tallest bars of a practice has one.",
        {
            "coded": (
                "Also draw the works that reviews sorted under a practice, in a separate panel: a code is the "
                "judgement of a review, not a finding.",
                "Works that reviews sorted under a practice are in a separate panel with its own scale: a code is "
                "what the review says of a work, annotated or not, and is not a finding.",
            )
        },
    ),
    FigureKind(
        "findings-per-year",
        "Findings per year",
        "The number of findings by the year of the work that found them: first-hand, and those other works report.",
        "findings-by-year",
        findings_per_year.draw,
        "Number of findings by the year of publication of the work that found them, as annotated in the main "
        "reading of each publication. First-hand: findings "
        "that an annotated work reports of its own; second-hand: findings that another publication reports, by the "
        "year of the work they come from. A finding that two publications report counts twice. n.d.: the bibliography "
        "gives no year. A year without a bar has no findings in this graph, which does not mean that there are none. "
        "Numbers are above the bars where they have room.",
    ),
    FigureKind(
        "outcome-directions",
        "Directions of outcomes by practice",
        "Studies that found that a practice increases or decreases an outcome, changes nothing, or both.",
        "outcome-directions",
        outcome_directions.draw,
        "Number of distinct studies that found that a practice, approach, tool or challenge (in bold) decreases or "
        "increases an outcome, makes no change, or has mixed effects. First-hand: studies with such a finding of their "
        "own; second-hand only: studies known for it through other publications. A study with findings of two "
        "directions counts for each. An increase is not always an improvement. Effects with fewer distinct studies "
        "than at-least (2 if it is not given) are left out.",
    ),
    FigureKind(
        "shared-studies",
        "Primary studies that reviews share",
        "How many primary studies each two reviews share, and how many each of them has.",
        "review-studies",
        shared_studies.draw,
        "Number of distinct primary studies that two reviews both have; on the diagonal, all that a review has. These "
        "are the studies that an annotation says the review includes and the works of its data sheet. *: only its data "
        "sheet is known, whose works need not be the studies that it includes. An empty cell: none in this graph. "
        "Reviews whose studies nobody has recorded are left out. Reviews that share studies are near each other.",
    ),
    FigureKind(
        "methods-by-practice",
        "Studies by research method and practice",
        "The research methods with which each practice has been studied: distinct annotated studies.",
        "methods-by-practice",
        methods_by_practice.draw,
        "Number of distinct annotated studies that used a research method and have first-hand findings on a practice, "
        "also that it was not found. A study with several methods or practices counts for each, so cells do not add "
        "up. An empty cell: no such study in this graph, which does not mean that there is none.",
    ),
    FigureKind(
        "code-occurrences",
        "Occurrences of codes",
        "How often each code occurs in the data of a study, as printed in its table.",
        "code-occurrences",
        code_occurrences.draw,
        "How often each code of the deductive coding occurs in the data of the study, in the order and wording of its "
        "table; 0 is a count that the table prints.",
    ),
    FigureKind(
        "agreement-network",
        "Findings and the works they agree with or dispute",
        "The works that the findings agree with, extend, qualify or dispute, according to their publications.",
        "finding-stances",
        agreement_network.draw,
        "Findings (left, in the annotators' words, shortened) and the works that their publications compare them with "
        "(right). The words at a line say how: the finding agrees with, extends, qualifies or disputes the work. "
        "Findings without any such work, and citations for other reasons, are left out.",
    ),
)


def kind_of(name: str) -> FigureKind:
    """The kind of figure called `name`.

    Raises:
        UsageError: if there is none, with the name that is closest.
    """
    found = {kind.name: kind for kind in KINDS}
    if name not in found:
        hint = did_you_mean(name, found, f"there are {', '.join(found)}")
        raise UsageError(f"there is no figure `{brief(name)}`; {hint}")
    return found[name]
