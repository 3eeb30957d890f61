"""Checks that everything that is referred to exists, and that each id is given once."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from kg.core.iris import segment
from kg.core.problems import Problem, did_you_mean
from kg.model.bibliography import Vocabulary
from kg.model.fields import MAX_QUOTE_WORDS, UNNAMED
from kg.readers.annotations import NOTED, AnnotationSource, Names
from kg.readers.yaml.marks import Marked, Path

NO_ENTRY = "no entry `{}` in bib/"
ADD_ENTRY = "add the entry to a bibliography in bib/"
OWN_ID = "give each its own id, or merge the two"


def unknown(
    marks: Marked, named: Names, known: Collection[str], rule: str, message: str, otherwise: str = ""
) -> Iterator[Problem]:
    """A problem for each name that is not known; its message has the name in the place of `{}`.

    The hint is a known name that is similar, else `otherwise` or, by default, a list of known names.
    """
    for path, name in named:
        if name not in known:
            hint = _composed_otherwise(name, known) or did_you_mean(
                name, known, otherwise or f"known: {', '.join(sorted(known)[:8]) or 'none'}"
            )
            yield marks.problem(path, rule, message.format(name), hint)


def _composed_otherwise(name: str, known: Collection[str]) -> str:
    """A hint if a known name has the same letters in the usual Unicode form (NFC), which look the same."""
    usual = unicodedata.normalize("NFC", name)
    return f"accents are written in another Unicode form here: type or copy `{usual}`" if usual in known else ""


def given_twice(marks: Marked, named: Iterable[tuple[str, Path, str]], rule: str, hint: str) -> Iterator[Problem]:
    """A problem for each name that a thing of the same kind has already; `named` are kinds, paths and names."""
    first: dict[tuple[str, str], Path] = {}
    for kind, path, name in named:
        if (kind, name) in first:
            message = f"{kind} `{name}` is given twice, first in line {marks.locate(first[kind, name]).line}"
            yield marks.problem(path, rule, message, hint)
        first.setdefault((kind, name), path)


def check_references(
    source: AnnotationSource, vocabulary: Vocabulary, works: Collection[str], findings_elsewhere: Collection[str] = ()
) -> list[Problem]:
    """The problems of one annotation: unknown concepts, works and ids, ids given twice, quotations that are too long.

    `works` are the keys of the bibliography, and `findings_elsewhere` the findings of other files as `STEM/ID`.
    """
    found = [
        *_concepts(source, vocabulary),
        *unknown(source.written, source.named.works, works, "annotation/unknown-work", NO_ENTRY, ADD_ENTRY),
        *given_twice(source.written, source.named.given, "annotation/duplicate-id", OWN_ID),
        *_ids(source, vocabulary, findings_elsewhere),
        *_quotations(source),
        *_file_name(source, works),
        *_unnamed(source),
    ]
    no_ids = {problem.where for problem in source.problems if problem.rule == "annotation/bad-id"}
    return [problem for problem in found if problem.where not in no_ids]


def _problem(source: AnnotationSource, path: Path, rule: str, message: str, hint: str) -> Problem:
    return source.written.problem(path, f"annotation/{rule}", message, hint)


def _concepts(source: AnnotationSource, vocabulary: Vocabulary) -> Iterator[Problem]:
    for kind, path, slug in source.named.concepts:
        if vocabulary.get(kind, slug) is None:
            others = (f"`{slug}` is known as {of}" for of, known in vocabulary.concepts if known == slug)
            named = vocabulary.named(kind, slug)
            hint = f"did you mean {' or '.join(named)}?" if named else next(others, "")
            lists = f"`kg query vocabulary --kind {kind}` lists them; add new ones in ontology/"
            hint = hint or did_you_mean(slug, vocabulary.slugs(kind), lists)
            yield _problem(source, path, f"unknown-{kind}", f"no {kind} `{slug}` in the vocabulary", hint)


def _ids(source: AnnotationSource, vocabulary: Vocabulary, elsewhere: Collection[str]) -> Iterator[Problem]:
    ids: dict[str, set[str]] = defaultdict(set)
    for what, _, given in source.named.given:
        ids[what].add(given)
    for what, path, wanted in source.named.wanted:
        known = ids[what] | set(elsewhere if what == "finding" else ())
        rule, message = f"annotation/unknown-{what}", f"no {what} `{{}}` in this file"
        yield from unknown(source.written, [(path, wanted)], known, rule, message)
    if not source.named.note_targets:
        return
    own = set().union(*(given for what, given in ids.items() if what in NOTED))
    known = {"study", "publication", *own, *elsewhere, *(f"{kind}:{slug}" for kind, slug in vocabulary.concepts)}
    forms = "study, publication, an id of this file, or KIND:SLUG of a concept"
    rule, message = "annotation/unknown-target", "a note cannot be about `{}`"
    yield from unknown(source.written, source.named.note_targets, known, rule, message, forms)


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


def _unnamed(source: AnnotationSource) -> Iterator[Problem]:
    data = source.written.data
    if isinstance(data, dict) and data.get("annotator") == UNNAMED:
        message, hint = (
            "the annotator has no name yet",
            "write who read the paper: a person, or the name of the project",
        )
        where = source.written.locate(("annotator",))
        yield Problem(where, "annotation/unnamed-annotator", message, hint, "warning")
