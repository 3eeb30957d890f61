"""Checks that everything an annotation refers to exists, and that each id is given once."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator

from kg.core.iris import segment
from kg.core.problems import Problem, did_you_mean
from kg.model.annotation import MAX_QUOTE_WORDS
from kg.model.bibliography import ConceptKind, Vocabulary
from kg.readers.annotations import AnnotationSource
from kg.readers.walk import NOTED
from kg.readers.yaml.marks import Path


def check_references(
    source: AnnotationSource,
    vocabulary: Vocabulary,
    works: Collection[str],
    findings_elsewhere: Collection[str] = (),
) -> list[Problem]:
    """The problems of one annotation: unknown concepts, works and ids, ids given twice, quotations that are too long.

    Args:
        source: The annotation.
        vocabulary: The concepts it may name.
        works: The keys of the bibliography.
        findings_elsewhere: The findings of other files, as `STEM/ID`.
    """
    found = [
        *_concepts(source, vocabulary),
        *_works(source, works),
        *_given_twice(source),
        *_ids(source, vocabulary, findings_elsewhere),
        *_quotations(source),
        *_file_name(source, works),
    ]
    no_ids = {problem.where for problem in source.problems if problem.rule == "annotation/bad-id"}
    return [problem for problem in found if problem.where not in no_ids]


def _problem(source: AnnotationSource, path: Path, rule: str, message: str, hint: str) -> Problem:
    return source.written.problem(path, f"annotation/{rule}", message, hint)


def _concepts(source: AnnotationSource, vocabulary: Vocabulary) -> Iterator[Problem]:
    for kind, path, slug in source.named.concepts:
        if vocabulary.get(kind, slug) is None:
            hint = _by_label(vocabulary, kind, slug)
            hint = hint or next(
                (f"`{slug}` is known as {of}" for of, known in vocabulary.concepts if known == slug), ""
            )
            hint = hint or did_you_mean(slug, vocabulary.slugs(kind))
            hint = hint or f"`kg query vocabulary --kind {kind}` lists them; add new ones in ontology/"
            yield _problem(source, path, f"unknown-{kind}", f"no {kind} `{slug}` in the vocabulary", hint)


def _by_label(vocabulary: Vocabulary, kind: ConceptKind, name: str) -> str:
    """A hint at the slug of a concept that was named by its label."""

    def words(label: str) -> list[str]:
        return label.casefold().replace("-", " ").split()

    slugs = [c.slug for c in vocabulary.of_kind(kind) if words(name) in map(words, c.labels)]
    return f"did you mean {' or '.join(slugs)}?" if slugs else ""


def _works(source: AnnotationSource, works: Collection[str]) -> Iterator[Problem]:
    for path, key in source.named.works:
        if key not in works:
            hint = did_you_mean(key, works, "add the entry to a bibliography in bib/")
            yield _problem(source, path, "unknown-work", f"no entry `{key}` in bib/", hint)


def _given_twice(source: AnnotationSource) -> Iterator[Problem]:
    seen: dict[tuple[str, str], Path] = {}
    for what, path, given in source.named.given:
        if (what, given) in seen:
            first = source.written.locate(seen[what, given]).line
            message = f"{what} `{given}` is given twice, first in line {first}"
            yield _problem(source, path, "duplicate-id", message, "give each its own id, or merge the two")
        seen.setdefault((what, given), path)


def _ids(source: AnnotationSource, vocabulary: Vocabulary, elsewhere: Collection[str]) -> Iterator[Problem]:
    ids: dict[str, set[str]] = defaultdict(set)
    for what, _, given in source.named.given:
        ids[what].add(given)
    for what, path, wanted in source.named.wanted:
        others = elsewhere if what == "finding" else ()
        if wanted not in ids[what] and wanted not in others:
            known = ids[what] | set(others)
            hint = did_you_mean(wanted, known, f"known: {', '.join(sorted(known)[:8]) or 'none'}")
            yield _problem(source, path, f"unknown-{what}", f"no {what} `{wanted}` in this file", hint)
    if not source.named.note_targets:
        return
    own = set().union(*(given for what, given in ids.items() if what in NOTED))
    known = {"study", "publication", *own, *(f"{kind}:{slug}" for kind, slug in vocabulary.concepts)}
    for path, target in source.named.note_targets:
        if target not in known and target not in elsewhere:
            forms = "study, publication, an id of this file, or KIND:SLUG of a concept"
            hint = did_you_mean(target, known | set(elsewhere), forms)
            yield _problem(source, path, "unknown-target", f"a note cannot be about `{target}`", hint)


def _quotations(source: AnnotationSource) -> Iterator[Problem]:
    for path, quote in source.named.quotations:
        words = len(quote.split())
        if words > MAX_QUOTE_WORDS:
            message = f"this quotation has {words} words, {MAX_QUOTE_WORDS} are enough to find the place"
            yield _problem(source, path, "quotation-too-long", message, "quote a shorter phrase")


def _file_name(source: AnnotationSource, works: Collection[str]) -> Iterator[Problem]:
    stem, name = unicodedata.normalize("NFC", source.stem), segment(source.key)
    if source.key in works and stem != name and not stem.startswith(f"{name}."):
        message = f"this file is named {stem}.yaml and annotates `{source.key}`: one of the two is wrong"
        hint = f"annotate `{stem}` here, or name the file {name}.yaml ({name}.NAME.yaml for a second annotator)"
        yield _problem(source, ("publication",), "file-name", message, hint)
