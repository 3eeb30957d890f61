"""What the pictures on the pages of things show: findings per year, strongest links, the links of one finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from kg.core.iris import CS, FABIO
from kg.render.pages.site_drawing import Amount, Picture, Sentence, dot_rows, sentences, years
from kg.render.pages.site_things import Things
from kg.render.pages.site_values import FIRST, FindingLine, Values

_ROWS = 6
"""The most rows of a picture."""
_DOTS = "●\N{NO-BREAK SPACE}first-hand, ○\N{NO-BREAK SPACE}known only from other publications"
_PASSIVE = {
    "hinders": "hindered by",
    "mitigates": "mitigated by",
    "increases": "increased by",
    "decreases": "decreased by",
    "no change": "not changed by",
    "mixed": "changed both ways by",
}
ACTIVE = {"no change": "does not change", "mixed": "changes both ways"}
_ENDS = ((CS.challenge, CS.polarity, CS.practice), (CS.cause, CS.direction, CS.outcome),
         (CS.fromConcept, CS.relationType, CS.toConcept))  # fmt: skip
"""Of links, effects and relations of concepts: the properties of their subject, verb and object."""


def is_main(t: Things, finding: str) -> bool:
    """Whether it belongs to the reading of its publication that numbers are counted from."""
    return not t.is_a(finding, CS.FindingOfFurtherReading)


def studies_of(t: Things, finding: str) -> dict[str, bool]:
    """The studies that found it, each with whether they say so themselves; the work where no study of it is known."""
    if work := t.value(finding, CS.attributedTo):
        studies = [thing for thing in t.naming(work, CS.reportedIn) if t.is_a(thing, CS.Study)]
        return dict.fromkeys(studies or [work], False)
    return dict.fromkeys(t.values(finding, CS.producedBy) or t.values(finding, CS.reportedIn), True)


def amount(t: Things, findings: Iterable[str]) -> Amount:
    """The distinct studies behind findings; one that found it first-hand is not counted second-hand."""
    known: dict[str, bool] = {}
    for finding in findings:
        for study, first in studies_of(t, finding).items():
            known[study] = known.get(study, False) or first
    first_hand = sum(known.values())
    return Amount(first_hand, len(known) - first_hand)


def sentence(t: Things, link: str) -> tuple[str, str, str]:
    """The IRI of the subject, the verb, and the IRI of the object of a link, an effect or a relation."""
    for start, verb, end in _ENDS:
        if t.values(link, start):
            said, ends = t.label(t.value(link, verb)), (t.value(link, start), t.value(link, end))
            if said == "mitigates" and start is CS.challenge:  # the practice does something about the challenge
                ends = ends[1], ends[0]
            return ends[0], said, ends[1]
    return "", "", ""


def strongest_first(t: Things, links: Iterable[str], of: str = "") -> list[str]:
    """The links, each once: those of the concept itself, what hinders, and those of most studies come first."""

    def place(link: str) -> tuple[bool, bool, int, tuple[str, ...], str]:
        subject, verb, other = sentence(t, link)
        supporting = [f for f in t.values(link, CS.supportedBy) if is_main(t, f)]
        labels = (t.label(subject), verb, t.label(other))
        return of not in (subject, other), verb != "hinders", -amount(t, supporting).total, labels, link

    return sorted(dict.fromkeys(links), key=place)


def of_concept(
    values: Values, below: Sequence[str], found: Sequence[FindingLine], links: Iterable[str]
) -> list[Picture]:
    """Findings per year, and the strongest links with other concepts."""
    t = values.things
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    known = [line for line in found if is_main(t, line.iri)]
    for line in known:
        work = t.value(line.iri, CS.attributedTo) or t.value(line.iri, CS.reportedIn)
        year = t.value(work, FABIO.hasPublicationYear)
        if year.isascii() and year.isdigit():
            counts[int(year)][line.hand != FIRST] += 1
    pictures = []
    if counts:
        by_year = {year: Amount(*both) for year, both in counts.items()}
        dated = sum(each.total for each in by_year.values())
        without = f"; {len(known) - dated} more without a year" if len(known) > dated else ""
        caption = f"{dated} finding{'s' if dated != 1 else ''} by the year of the work that found it: {_DOTS}{without}."
        pictures.append(years(by_year, "Findings per year", caption))
    rows = _strongest(t, frozenset(below), links)
    if rows and rows[0][1].total > 1:  # with one study each, none is stronger than another
        caption = f"Strongest links, by the number of distinct studies: {_DOTS}."
        pictures.append(dot_rows(rows, "strongest", "Strongest links", caption))
    return pictures


def _strongest(t: Things, below: frozenset[str], links: Iterable[str]) -> list[tuple[str, Amount]]:
    """What the concept does and what is done to it, with the studies that say so; those of most studies first."""
    behind: dict[tuple[str, str], list[str]] = defaultdict(list)
    for link in dict.fromkeys(links):
        subject, verb, other = sentence(t, link)
        active = subject in below
        if verb == "absent" or (active and other in below):
            continue
        said = ACTIVE.get(verb, verb) if active else _PASSIVE.get(verb, f"{verb} (by)")
        supporting = [f for f in t.values(link, CS.supportedBy) if is_main(t, f)]
        behind[said, other if active else subject] += supporting
    rows = [(f"{said} {t.label(other)}", amount(t, found)) for (said, other), found in behind.items() if found]
    return sorted(rows, key=lambda row: (-row[1].total, -row[1].first, row[0]))[:_ROWS]


def of_works(values: Values, found: Sequence[FindingLine], what: str, name: str) -> list[Picture]:
    """Findings by practice; `what` says whose findings they are."""
    t = values.things
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    known = [line for line in found if is_main(t, line.iri)]
    for line in known:
        for practice in t.values(line.iri, CS.concernsPractice):
            counts[practice][line.hand != FIRST] += 1
    if not counts:
        return []
    rows = [(t.label(practice), Amount(*both)) for practice, both in counts.items()]
    rows.sort(key=lambda row: (-row[1].total, -row[1].first, row[0]))
    more = f"; {len(rows) - _ROWS} more practices are not shown" if len(rows) > _ROWS else ""
    caption = f"{what} by practice; one on several practices counts for each: {_HANDS}{more}."
    return [dot_rows(rows[:_ROWS], name, f"{what} by practice", caption)]


_HANDS = "●\N{NO-BREAK SPACE}first-hand, ○\N{NO-BREAK SPACE}second-hand"


def of_finding(values: Values, iri: str, links: Iterable[str]) -> list[Picture]:
    """Its links as sentences, each with all studies that support the link; without links, its concepts."""
    t = values.things
    own, rows = studies_of(t, iri), []
    for link in dict.fromkeys(links):
        subject, verb, other = sentence(t, link)
        supporting = [f for f in t.values(link, CS.supportedBy) if is_main(t, f) or f == iri]
        said = amount(t, supporting)
        # A study may say itself what others report of it too: then it is among the filled dots.
        first = {study for f in supporting for study, own_words in studies_of(t, f).items() if own_words}
        rows.append(Sentence(t.label(subject), ACTIVE.get(verb, verb), t.label(other), said,
                             int(bool(own)), not first.isdisjoint(own)))  # fmt: skip
    if rows:
        rows.sort(key=lambda row: (-row.said.total, row.subject, row.verb, row.object))
        more = f" {len(rows) - _ROWS} more are below." if len(rows) > _ROWS else ""
        caption = f"Each dot is a study that says so, the ringed one this one: {_DOTS}.{more}"
        return [sentences(rows[:_ROWS], "The links of this finding and the studies behind each", caption)]
    return _concerned(values, iri, own)


def _concerned(values: Values, iri: str, own: dict[str, bool]) -> list[Picture]:
    """What it is about, where it links nothing: practices on the left, all else on the right."""
    t = values.things
    left = [t.label(one) for one in t.values(iri, CS.concernsPractice)]
    right = [
        t.label(one)
        for property_ in (CS.identifiesChallenge, CS.concernsOutcome, CS.concernsApproach, CS.concernsTool)
        for one in t.values(iri, property_)
    ]
    if not left or not right:
        return []
    first = sum(own.values())
    rows = [
        Sentence(left[n] if n < len(left) else "", "", right[n] if n < len(right) else "",
                 Amount(first, len(own) - first))
        for n in range(min(max(len(left), len(right)), _ROWS))
    ]  # fmt: skip
    caption = f"What the finding is about; it says of none what it does to another. {_HANDS}."
    return [sentences(rows, "What this finding is about", caption)]
