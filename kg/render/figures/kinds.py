"""The figures there are: what each shows, the query whose answer it draws, and what stands in its caption."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from kg.answers.rows import Rows
from kg.core.problems import UsageError, brief, did_you_mean
from kg.render.figures import agreement_network, code_occurrences, methods_by_practice, publications_per_year
from kg.render.figures.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    title: str
    shows: str
    query: str
    """The name of the query in queries/: its parameters narrow the figure."""
    draw: Callable[[Sheet, Rows, frozenset[str]], None]
    caption: str
    """What is counted and what is left out, in sentences."""
    flags: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """What may be drawn besides: for a person who asks, and for the caption."""


KINDS = (
    Kind(
        "publications-per-year",
        "Studies per year and practice",
        "How many studies there are on each practice, year by year: first-hand, and those only known through others.",
        "practices-by-year",
        publications_per_year.draw,
        "Number of distinct studies with findings on each practice, by the year of publication of the work. "
        "First-hand: annotated studies with findings of their own, also that the practice was not found; second-hand "
        "only: studies known through other publications. A study on several practices counts for each, so lanes do "
        "not add up. Practices without any are left out; n.d.: the bibliography gives no year. Where numbers have no "
        "room, only the last of the tallest bars of a practice has one.",
        {
            "coded": (
                "Also the works that reviews sorted under a practice, in a panel apart: a code is what the review "
                "says, no finding.",
                "Works that reviews sorted under a practice stand apart, on a scale of their own: a code is what "
                "the review says of a work, annotated or not, and no finding.",
            )
        },
    ),
    Kind(
        "methods-by-practice",
        "Studies by research method and practice",
        "With which research methods each practice has been studied: distinct annotated studies.",
        "methods-by-practice",
        methods_by_practice.draw,
        "Number of distinct annotated studies that used a research method and have first-hand findings on a practice, "
        "also that it was not found. A study with several methods or practices counts for each, so cells do not add "
        "up. An empty cell: no such study in this graph, which does not mean that there is none.",
    ),
    Kind(
        "code-occurrences",
        "Occurrences of codes",
        "How often each code occurs in the data of a study, as printed in its table.",
        "code-occurrences",
        code_occurrences.draw,
        "How often each code of the deductive coding occurs in the data of the study, in the order and wording of its "
        "table; 0 is a count that the table prints.",
    ),
    Kind(
        "agreement-network",
        "Findings and the works they agree with or dispute",
        "Which works the findings agree with, extend, qualify or dispute, as their publications say.",
        "finding-stances",
        agreement_network.draw,
        "Findings (left, in the annotators' words, shortened) and the works that their publications set them beside "
        "(right). A line says how, by its words: the finding agrees with, extends, qualifies or disputes the work. "
        "Findings without any such work, and citations for other reasons, are left out.",
    ),
)


def kind_of(name: str) -> Kind:
    """The figure of this name.

    Raises:
        UsageError: if there is none, with what comes close.
    """
    found = {kind.name: kind for kind in KINDS}
    if name not in found:
        raise UsageError(
            f"there is no figure `{brief(name)}`; " + did_you_mean(name, found, f"there are {', '.join(found)}")
        )
    return found[name]
