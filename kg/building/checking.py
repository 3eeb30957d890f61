"""Checks that need several sources: names, annotations that replace others, duplicates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kg.building.reading import Sources
from kg.core.problems import Location, Problem, did_you_mean
from kg.model.duplicates import duplicates
from kg.readers.annotations import AnnotationSource
from kg.readers.codings import check_coding
from kg.readers.references import check_references
from kg.readers.same_as import check_same_findings


def check_duplicates(sources: Sources) -> list[Problem]:
    """A note for each pair of entries with the same DOI or arXiv id, and one note for all pairs that look alike."""
    found = [entry for source in sources.bibliographies for entry in source.publications]
    proposals = [p for p in duplicates(found, sources.aliases, sources.different) if not p.decision]
    places = {key: where for source in sources.bibliographies for key, where in source.places.items()}
    problems = []
    for proposal in proposals:
        if proposal.kind == "exact":
            first, second = sorted((proposal.keep, proposal.same), key=lambda key: places[key])
            message = f"`{second}` may be the same work as `{first}` ({places[first]}): {proposal.reason}"
            hint = "decide in bib/same-as.yaml; `kg duplicates --format yaml` prints what to fill in"
            problems.append(Problem(places[second], "bibliography/duplicate", message, hint, "info"))
    likely = sum(proposal.kind == "likely" for proposal in proposals)
    if likely:
        message = f"{likely} pairs of entries look alike" if likely > 1 else "two entries look alike"
        hint = "`kg duplicates` lists them with the reasons"
        problems.append(Problem(Location("bib"), "bibliography/alike", message, hint, "info"))
    return problems


def check_superseded(sources: Sources) -> list[Problem]:
    """A problem for each annotation that replaces a missing one, one of another publication, or (indirectly) itself."""
    by_stem = {source.stem: source for source in sources.annotations}
    work = {stem: sources.aliases.get(source.key, source.key) for stem, source in by_stem.items()}
    problems = []
    for source in sources.annotations:
        for path, older in source.supersedes:
            if older not in by_stem:
                rule, message = "unknown-annotation", f"there is no bib/annotations/{older}.yaml to replace"
                hint = did_you_mean(older, by_stem, "name a file of that folder without .yaml")
            elif chain := _chain(by_stem, older, source.stem):
                rule, message = "supersedes-circle", " replaces ".join([source.stem, *chain])
                hint = "only the later reading names the earlier one"
            elif work[older] != work[source.stem]:
                rule, message = "supersedes-other", f"{older}.yaml annotates `{work[older]}`"
                hint = f"an annotation replaces one of the same publication, here `{work[source.stem]}`"
            else:
                continue
            problems.append(source.written.problem(path, f"annotation/{rule}", message, hint))
    return problems


def _chain(by_stem: Mapping[str, AnnotationSource], start: str, goal: str) -> list[str]:
    """The annotations from `start`, each replacing the next, to `goal`; empty if it is not replaced by `start`."""
    chains, seen = [[start]], {start}
    while chains:
        chain = chains.pop()
        if chain[-1] == goal:
            return chain
        older = [name for _, name in by_stem[chain[-1]].supersedes if name in by_stem and name not in seen]
        seen.update(older)
        chains += [[*chain, name] for name in reversed(older)]
    return []


def check_named(sources: Sources) -> list[Problem]:
    """A problem for each concept, work or finding that an annotation names and that does not exist."""
    known = sources.vocabulary, sources.works, _findings(sources.current)
    return [problem for source in sources.current for problem in check_references(source, *known)]


def check_matches(sources: Sources) -> list[Problem]:
    """Problems of the decisions that findings of several readings are the same."""
    return check_same_findings(sources.decisions, _findings(sources.annotations)) if sources.decisions else []


def _findings(annotations: Iterable[AnnotationSource]) -> set[str]:
    """The findings of the annotations as STEM/ID."""
    named = ((source.stem, *given) for source in annotations for given in source.named.given)
    return {f"{stem}/{name}" for stem, what, _, name in named if what == "finding"}


def check_codings(sources: Sources) -> list[Problem]:
    """A problem for each concept or work that a coding names and that does not exist."""
    known = sources.vocabulary, sources.works
    return [problem for coding in sources.codings for problem in check_coding(coding, *known)]
