"""Whether everything an annotation refers to exists, and each id is given once."""

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
    """Problems of one annotation: unknown concepts, works and ids, ids given twice, quotations that are too long.

    `works` are the keys of the bibliography, `findings_elsewhere` the findings of other files as `STEM/ID`.
    """
    checker = _Checker(source, vocabulary, works, findings_elsewhere)
    found = [
        *checker.concepts(),
        *checker.works_cited(),
        *checker.duplicates(),
        *checker.references(),
        *checker.quotations(),
        *checker.file_name(),
    ]
    no_ids = {problem.where for problem in source.problems if problem.rule == "annotation/bad-id"}
    return [problem for problem in found if problem.where not in no_ids]


class _Checker:
    def __init__(
        self, source: AnnotationSource, vocabulary: Vocabulary, works: Collection[str], elsewhere: Collection[str]
    ) -> None:
        self.source, self.named, self.vocabulary = source, source.named, vocabulary
        self.works, self.elsewhere = works, elsewhere

    def problem(self, path: Path, rule: str, message: str, hint: str) -> Problem:
        return Problem(self.source.written.locate(path), f"annotation/{rule}", message, hint)

    def file_name(self) -> Iterator[Problem]:
        key = self.source.key
        stem, name = unicodedata.normalize("NFC", self.source.stem), segment(key)
        if key in self.works and stem != name and not stem.startswith(f"{name}."):
            yield self.problem(
                ("publication",),
                "file-name",
                f"this file is named {stem}.yaml and annotates `{key}`: one of the two is wrong",
                f"annotate `{stem}` here, or name the file {name}.yaml ({name}.NAME.yaml for a second annotator)",
            )

    # --- concepts ---

    def concepts(self) -> Iterator[Problem]:
        for kind, path, slug in self.named.concepts:
            if self.vocabulary.get(kind, slug) is None:
                known = self.vocabulary.slugs(kind)
                hint = self._by_label(kind, slug) or self._other_kind(slug) or did_you_mean(slug, known)
                yield self.problem(
                    path,
                    f"unknown-{kind}",
                    f"no {kind} `{slug}` in the vocabulary",
                    hint or f"`kg query vocabulary --kind {kind}` lists them; add new ones in ontology/",
                )

    def _by_label(self, kind: ConceptKind, name: str) -> str:
        """Whoever writes a label is told the slug."""
        words = name.casefold().replace("-", " ").split()
        slugs = [
            c.slug
            for c in self.vocabulary.of_kind(kind)
            if words in [label.casefold().replace("-", " ").split() for label in c.labels]
        ]
        return f"did you mean {' or '.join(slugs)}?" if slugs else ""

    def _other_kind(self, slug: str) -> str:
        other = next((kind for kind, found in self.vocabulary.concepts if found == slug), None)
        return f"`{slug}` is known as {other}" if other else ""

    # --- works ---

    def works_cited(self) -> Iterator[Problem]:
        for path, key in self.named.works:
            if key not in self.works:
                yield self.problem(
                    path,
                    "unknown-work",
                    f"no entry `{key}` in bib/",
                    did_you_mean(key, self.works, "add the entry to a bibliography in bib/"),
                )

    # --- ids ---

    def duplicates(self) -> Iterator[Problem]:
        seen: dict[tuple[str, str], Path] = {}
        for what, path, given in self.named.given:
            if (what, given) in seen:
                first = self.source.written.locate(seen[what, given]).line
                yield self.problem(
                    path,
                    "duplicate-id",
                    f"{what} `{given}` is given twice, first in line {first}",
                    "give each its own id, or merge the two",
                )
            seen.setdefault((what, given), path)

    def references(self) -> Iterator[Problem]:
        ids: dict[str, set[str]] = defaultdict(set)
        for what, _, given in self.named.given:
            ids[what].add(given)
        for what, path, wanted in self.named.wanted:
            if wanted not in ids[what] and not (what == "finding" and wanted in self.elsewhere):
                others = ids[what] | set(self.elsewhere if what == "finding" else ())
                some = f"known: {', '.join(sorted(others)[:8]) or 'none'}"
                yield self.problem(
                    path, f"unknown-{what}", f"no {what} `{wanted}` in this file", did_you_mean(wanted, others, some)
                )
        if not self.named.note_targets:
            return
        own = set().union(*(given for what, given in ids.items() if what in NOTED))
        known = {"study", "publication", *own, *(f"{kind}:{slug}" for kind, slug in self.vocabulary.concepts)}
        for path, target in self.named.note_targets:
            if target not in known and target not in self.elsewhere:
                hint = did_you_mean(
                    target,
                    known | set(self.elsewhere),
                    "study, publication, an id of this file, or KIND:SLUG of a concept",
                )
                yield self.problem(path, "unknown-target", f"`{target}` is nothing that a note can be about", hint)

    # --- quotations ---

    def quotations(self) -> Iterator[Problem]:
        for path, quote in self.named.quotations:
            words = len(quote.split())
            if words > MAX_QUOTE_WORDS:
                yield self.problem(
                    path,
                    "quotation-too-long",
                    f"this quotation has {words} words, {MAX_QUOTE_WORDS} are enough to find the place",
                    "quote a shorter phrase",
                )
