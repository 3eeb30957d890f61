"""The decisions of `bib/same-as.yaml` as statements: what is the same, what is different, who decided it and why."""

from __future__ import annotations

from collections.abc import Mapping

from kg.core.iris import person, venue
from kg.graph.statements import SourceGraph, Statements
from kg.graph.terms import CS, DCTERMS, PROV, XSD, Term, minted, text, typed
from kg.model.bibliography import Person
from kg.readers.same_as import DecisionList, DecisionPart, SameAsSource


def decisions_graph(source: SameAsSource, people: Mapping[str, tuple[Person, ...]]) -> SourceGraph:
    """The named graph of the decisions.

    A member of a list is merged once and a pair is declared different once, so the ids of decisions differ.

    Args:
        source: the file, without problems.
        people: for each name in a decision, the divisions into family and given name with which it is printed.
    """
    graph = Statements(minted("decisions", "same-as"), source.file.name)
    graph.provenance(source.file.digest)
    _add_works(graph, source.works)
    _add_studies(graph, source.studies)
    _add_names(graph, source.people, {name: [Term(str(person(p.family, p.given))) for p in parts]
                                      for name, parts in people.items()})  # fmt: skip
    _add_names(graph, source.venues, {name: [Term(str(venue(name)))] for name in source.venues.named})
    return graph.graph()


def _add_works(graph: Statements, found: DecisionList) -> None:
    for i, part in enumerate(found.parts):
        if part.keep:
            iri, keep = minted("decision", "same", part.same[0]), minted("publication", part.keep)
            merged = [minted("publication", key) for key in part.same]
            graph.add(iri, (CS.keeps, keep))
            graph.add_all(iri, CS.merges, merged)
            for entry in merged:
                graph.add(entry, (DCTERMS.isReplacedBy, keep))
        else:
            iri = minted("decision", "different", *part.different[:2])
            works = [minted("publication", found.aliases.get(key, key)) for key in part.different]
            graph.add_all(iri, CS.tellsApart, works)
        _add_decision(graph, iri, CS.MergeDecision if part.keep else CS.DistinctDecision, found, i)


def _add_studies(graph: Statements, found: DecisionList) -> None:
    """The one study has all its publications here; the IRIs that it had before lead to it."""
    for i, part in enumerate(found.parts):
        keys = [part.keep, *part.same] if part.keep else part.different
        iri = minted("decision", "same-study" if part.keep else "different-study", *(part.same[:1] or keys[:2]))
        works = [minted("publication", key) for key in keys]
        graph.add_all(iri, CS.decidesOn, works)
        if part.keep:
            study, where = minted("study", part.keep), (found.where(i).line, found.where(i).column)
            graph.add(iri, (CS.oneStudy, study))
            graph.thing(study, CS.Study, at=where, id=part.keep)
            graph.add_all(study, CS.reportedIn, works)
            for key, work in zip(part.same, works[1:], strict=True):
                graph.add(work, (CS.sameStudyAs, works[0]))
                graph.add(minted("study", key), (DCTERMS.isReplacedBy, study), (DCTERMS.identifier, text(key)))
        _add_decision(graph, iri, CS.StudyDecision, found, i)


def _add_names(graph: Statements, found: DecisionList, iris: Mapping[str, list[Term]]) -> None:
    """Names of one spelling that are divided in several ways are variants of the first of these, too."""
    what = found.words.thing
    for i, part in enumerate(found.parts):
        if part.keep:
            iri, (keep, *divided) = minted("decision", f"same-{what}", part.same[0]), sorted(iris[part.keep])
            variants = [*divided, *(term for name in part.same for term in iris[name])]
            graph.add(iri, (CS.keepsName, keep))
            graph.add_all(iri, CS.variantName, variants)
            for term in variants:
                graph.add(term, (CS.variantOf, keep))
        else:
            iri = minted("decision", f"different-{what}", *part.different[:2])
            graph.add_all(iri, CS.differentName, [term for name in part.different for term in iris[name]])
        _add_decision(graph, iri, CS.NameDecision, found, i)


def _add_decision(graph: Statements, iri: Term, class_: Term, found: DecisionList, i: int) -> None:
    part: DecisionPart = found.parts[i]
    verb = "reports the study of" if found.key == "studies" else "is"
    label = f"{', '.join(part.same)} {verb} {part.keep}" if part.keep else f"{', '.join(part.different)} are different"
    where, decided = found.where(i), found.where(i, "decided_by")
    graph.thing(iri, class_, at=(where.line, where.column), label=label)
    graph.add(
        iri,
        (PROV.wasAssociatedWith, graph.agent(part.decided_by, (decided.line, decided.column))),
        (DCTERMS.date, typed(part.date.isoformat(), XSD.date) if part.date else None),
        (CS.statement, text(part.because)),
    )
