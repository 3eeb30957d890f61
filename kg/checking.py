"""What can only be checked when everything has been read: names, files that nobody reads, works under two keys."""

from __future__ import annotations

from kg.duplicates import duplicates
from kg.graph.vocabulary import vocabulary_of
from kg.problems import Location, Problem
from kg.quotes import check_records
from kg.reading import Reading
from kg.sources.annotations import SCHEMA
from kg.sources.codings import check_coding
from kg.sources.files import CODINGS, MAPPING_SUFFIX, bibliography_kind
from kg.sources.references import check_references
from kg.sources.walk import given_ids


def check_duplicates(reading: Reading) -> None:
    """Entries with one DOI under two keys, each at its line; of those that only look alike, how many there are."""
    found = [entry for source in reading.bibliographies for entry in source.publications]
    proposals = [p for p in duplicates(found, reading.aliases, reading.different) if not p.decision]
    places = {key: where for source in reading.bibliographies for key, where in source.places.items()}
    for proposal in proposals:
        if proposal.kind == "exact":
            first, second = sorted((proposal.keep, proposal.same), key=lambda key: places[key])
            reading.problems.append(Problem(
                places[second], "bibliography/duplicate", f"`{second}` may be the same work as `{first}` "
                f"({places[first]}): {proposal.reason}", "decide in bib/same-as.yaml; `kg duplicates --format yaml` "
                "prints what to fill in", "info"))
    likely = sum(proposal.kind == "likely" for proposal in proposals)
    if likely:
        reading.problems.append(Problem(
            Location("bib"), "bibliography/alike", f"{likely} pairs of entries look alike" if likely > 1 else
            "two entries look alike", "`kg duplicates` tells which, and why", "info"))


def check_not_read(reading: Reading) -> None:
    """A file that looks like a source and is not read is never passed over without a word."""
    read = {account.file for account in reading.accounts}
    for path in sorted((reading.root / "bib").rglob("*")):
        name = path.relative_to(reading.root).as_posix()
        mapping = name.startswith(f"{CODINGS}/") and name.endswith(MAPPING_SUFFIX)
        source = bibliography_kind(path.name) or path.suffix.lower() in (".yaml", ".yml")
        if source and not mapping and path.name != SCHEMA and not path.is_dir() and name not in read:
            reading.problems.append(Problem(
                Location(name), "file/not-read", "this file is not read",
                "bibliographies are bib/NAME.bib, .ris or .json, annotations bib/annotations/KEY.yaml, verdicts on "
                "quotations bib/quotations/KEY.yaml, codings bib/codings/NAME.yaml, decisions bib/same-as.yaml",
                "warning"))


def check_named(reading: Reading) -> None:
    """Whether what annotations and codings refer to exists."""
    vocabulary, works = vocabulary_of(reading.vocabularies), reading.works()
    findings = {f"{source.stem}/{given}" for source in reading.annotations
                for what, _, given in given_ids(source.written.data) if what == "finding"}
    for source in reading.annotations:
        reading.problems += check_references(source, vocabulary, works, findings)
    for coding in reading.codings:
        reading.problems += check_coding(coding, vocabulary, works)


def check_quotations(reading: Reading) -> None:
    """What the records say of the quotations, and which quotations they say nothing of."""
    reading.problems += check_records(reading.annotations, reading.records)
