"""Checks that need several sources: names, annotations that replace others, duplicates."""

from __future__ import annotations

from kg.building.reading import Sources
from kg.core.problems import Location, Problem, did_you_mean
from kg.model.duplicates import duplicates
from kg.readers.codings import check_coding
from kg.readers.references import check_references


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
        older = source.supersedes
        if not older:
            continue
        chain = [source.stem]
        while older in by_stem and older not in chain:
            chain.append(older)
            older = by_stem[older].supersedes
        if older and older not in by_stem and len(chain) == 1:
            rule, message = "unknown-annotation", f"there is no bib/annotations/{older}.yaml to replace"
            hint = did_you_mean(older, by_stem, "name a file of that folder without .yaml")
        elif older == source.stem:
            rule, message = "supersedes-circle", " replaces ".join([*chain, older])
            hint = "only the later reading names the earlier one"
        elif work.get(source.supersedes, work[source.stem]) != work[source.stem]:
            rule, message = "supersedes-other", f"{source.supersedes}.yaml annotates `{work[source.supersedes]}`"
            hint = f"an annotation replaces one of the same publication, here `{work[source.stem]}`"
        else:
            continue
        problems.append(Problem(source.written.locate(("supersedes",)), f"annotation/{rule}", message, hint))
    return problems


def check_named(sources: Sources) -> list[Problem]:
    """A problem for each concept, work or finding that an annotation names and that does not exist."""
    findings = {
        f"{source.stem}/{given}"
        for source in sources.current
        for what, _, given in source.named.given
        if what == "finding"
    }
    known = sources.vocabulary, sources.works, findings
    return [problem for source in sources.current for problem in check_references(source, *known)]


def check_codings(sources: Sources) -> list[Problem]:
    """A problem for each concept or work that a coding names and that does not exist."""
    known = sources.vocabulary, sources.works
    return [problem for coding in sources.codings for problem in check_coding(coding, *known)]
