"""Pages of a site that are tables: every study, quotation, reported count, citation and note, with where it stands.

They are what the numbers of the front page count, so that each of them can be looked through.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from pyoxigraph import NamedNode

from kg.core.iris import CITO, CS, DCTERMS, OA
from kg.render.pages.site_things import Things, section, short
from kg.render.pages.site_values import VERDICTS, Link, Values

Cell = tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` name the cells of each row; the first of a row is its heading."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


TITLES = {"evidence.html": "Evidence", "counts.html": "Reported counts", "citations.html": "Citations",
          "notes.html": "Curation notes"}  # fmt: skip


def tables(values: Values) -> Iterator[tuple[str, Table]]:
    """The pages that hold one table each, by path."""
    t = values.things
    yield (
        "evidence.html",
        Table(
            ("Words", "Place", "Stands for", "Full text"), tuple(_evidence(values, iri) for iri in _of(t, CS.Evidence))
        ),
    )
    yield (
        "counts.html",
        Table(("Count", "What", "Finding"), tuple(_count(values, iri) for iri in _of(t, CS.ReportedCount))),
    )
    yield (
        "citations.html",
        Table(
            ("Citing work", "Reason", "Cited work", "Finding", "Section"),
            tuple(_citation(values, iri) for iri in _of(t, CITO.Citation)),
        ),
    )
    yield "notes.html", Table(("Note", "Text", "About"), tuple(_note(values, iri) for iri in _of(t, CS.CurationNote)))


def studies(values: Values) -> tuple[Table, Table]:
    """Every study: with their design those that somebody has annotated, and those known through what others say."""
    t = values.things
    read = [iri for iri in t.of(CS.Study) if annotated(t, iri)]
    rest = [iri for iri in t.of(CS.Study) if not annotated(t, iri)]
    return (
        Table(
            ("Study", "Publication", "Findings", "Methods", "Contexts", "Participants"),
            tuple((*_study(values, iri), *_design(values, iri)) for iri in read),
        ),
        Table(("Study", "Publication", "Findings"), tuple(_study(values, iri) for iri in rest)),
    )


def annotated(t: Things, study: str) -> bool:
    """Whether somebody has read the publication for this graph."""
    return any(t.naming(work, CS.annotates) for work in t.values(study, CS.reportedIn))


def _of(t: Things, class_: NamedNode) -> list[str]:
    """In the order of their IRIs: publication by publication."""
    return sorted(t.of(class_))


def _plain(*texts: str) -> Cell:
    return tuple(Link(text) for text in texts if text)


def _study(values: Values, iri: str) -> tuple[Cell, ...]:
    t = values.things
    works = t.values(iri, CS.reportedIn)
    told = [finding for work in works for finding in t.naming(work, CS.attributedTo)]
    own = sum(t.is_a(finding, CS.Finding) for finding in t.naming(iri, CS.producedBy))
    return (
        (values.link(iri),),
        values.links(works),
        _plain(f"{own} first-hand" if own else "", f"{len(told)} second-hand" if told else ""),
    )


def _design(values: Values, iri: str) -> tuple[Cell, ...]:
    t = values.things
    return (
        values.links(t.values(iri, CS.usesMethod)),
        values.links(t.values(iri, CS.context)),
        _plain(t.value(iri, CS.participantCount)),
    )


def _evidence(values: Values, iri: str) -> tuple[Cell, ...]:
    t = values.things
    words = t.value(t.value(iri, OA.hasSelector), OA.exact)
    source, number, page = (t.value(iri, p) for p in (OA.hasSource, CS.section, CS.page))
    place = _plain(section(number) if number else "", f"page {page}" if page else "")
    status = t.value(iri, CS.quoteStatus).rsplit("#", 1)[-1]
    return (
        (values.link(iri, f"“{short(words)}”"),),
        (values.link(source), *place),
        tuple(_owner(values, owner) for owner in t.naming(iri, CS.hasEvidence)),
        _plain(VERDICTS.get(status, status)),
    )


def _owner(values: Values, iri: str) -> Link:
    """What a quotation stands for, by the name of its page where it has none itself."""
    t = values.things
    return values.finding(iri).link if t.is_a(iri, CS.Finding) else values.link(iri, short(t.label(iri), 80))


def _count(values: Values, iri: str) -> tuple[Cell, ...]:
    t = values.things
    numerator, denominator, unit = (t.value(iri, p) for p in (CS.numerator, CS.denominator, CS.unit))
    told = " ".join(filter(None, (numerator, f"of {denominator}" if denominator else "", unit)))
    return (
        (values.link(iri, told),),
        _plain(t.value(iri, CS.statement)),
        tuple(_owner(values, finding) for finding in t.naming(iri, CS.hasCount)),
    )


def _citation(values: Values, iri: str) -> tuple[Cell, ...]:
    t = values.things
    reason = t.property_name(t.value(iri, CITO.hasCitationCharacterization))
    return (
        values.links(t.values(iri, CITO.hasCitingEntity)),
        (values.link(iri, reason),),
        values.links(t.values(iri, CITO.hasCitedEntity)),
        tuple(_owner(values, finding) for finding in t.values(iri, CS.aboutFinding)),
        _plain(", ".join(t.values(iri, CS.section))),
    )


def _note(values: Values, iri: str) -> tuple[Cell, ...]:
    t = values.things
    name = t.value(iri, DCTERMS.identifier) or unquote(iri.rsplit("/", 1)[-1])
    return (
        (values.link(iri, name),),
        _plain(short(t.value(iri, OA.bodyValue), 600)),
        tuple(_owner(values, about) for about in t.values(iri, OA.hasTarget)),
    )
