"""Whether everything an annotation refers to exists, and each id is given once."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator

from kg.iris import segment
from kg.model import MAX_QUOTE_WORDS, Vocabulary
from kg.problems import Problem, did_you_mean
from kg.sources.annotations import AnnotationSource
from kg.sources.walk import Items, concepts_named, evidence_parts, given_ids, note_targets, wanted_ids
from kg.sources.yaml_marks import Path


def check_references(
    source: AnnotationSource,
    vocabulary: Vocabulary,
    works: Collection[str],
    findings_elsewhere: Collection[str] = (),
) -> list[Problem]:
    """Problems of one annotation: unknown concepts, works and ids, ids given twice, quotations that are too long.

    `works` are the keys of the bibliography, `findings_elsewhere` the findings of other files as `STEM/ID`.
    """
    if source.annotation is None:
        return []
    checker = _Checker(source, vocabulary, works, findings_elsewhere)
    return [*checker.concepts(), *checker.works_cited(), *checker.duplicates(), *checker.references(),
            *checker.quotations(), *checker.file_name()]


class _Checker:
    def __init__(
        self, source: AnnotationSource, vocabulary: Vocabulary, works: Collection[str], elsewhere: Collection[str]
    ) -> None:
        assert source.annotation is not None  # noqa: S101 - checked by the caller
        self.source, self.annotation, self.vocabulary = source, source.annotation, vocabulary
        self.works, self.elsewhere = works, elsewhere

    def problem(self, path: Path, rule: str, message: str, hint: str) -> Problem:
        return Problem(self.source.marks.locate(path), f"annotation/{rule}", message, hint)

    def file_name(self) -> Iterator[Problem]:
        key = self.annotation.publication
        stem, name = unicodedata.normalize("NFC", self.source.stem), segment(key)
        if key in self.works and stem != name and not stem.startswith(f"{name}."):
            yield self.problem(("publication",), "file-name",
                               f"this file is named {stem}.yaml and annotates `{key}`: one of the two is wrong",
                               f"annotate `{stem}` here, or name the file {name}.yaml ({name}.NAME.yaml for a second "
                               "annotator)")

    # --- concepts ---

    def concepts(self) -> Iterator[Problem]:
        for kind, path, slug in concepts_named(self.source):
            if self.vocabulary.get(kind, slug) is None:
                known = self.vocabulary.slugs(kind)
                by_label = {label: c.slug for c in self.vocabulary.of_kind(kind) for label in c.labels}
                close = did_you_mean(slug.replace("-", " "), by_label)
                other = next((k for k, found in self.vocabulary.concepts if found == slug), None)
                elsewhere = f"`{slug}` is known as {other}" if other else ""
                hint = elsewhere or did_you_mean(slug, known) or close
                yield self.problem(path, f"unknown-{kind}", f"no {kind} `{slug}` in the vocabulary",
                                   hint or f"`kg query vocabulary --kind {kind}` lists them; add new ones in ontology/")

    # --- works ---

    def works_cited(self) -> Iterator[Problem]:
        for path, key in self._work_keys():
            if key not in self.works:
                yield self.problem(path, "unknown-work", f"no entry `{key}` in bib/*.bib",
                                   did_you_mean(key, self.works, "add the entry to a .bib file in bib/"))

    def _work_keys(self) -> Items:
        yield ("publication",), self.annotation.publication
        for index, key in enumerate(self.annotation.study.includes_primary_studies):
            yield ("study", "includes_primary_studies", index), key
        for index, finding in enumerate(self.annotation.findings):
            if finding.attributed_to:
                yield ("findings", index, "attributed_to"), finding.attributed_to
        for index, citation in enumerate(self.annotation.citations):
            yield ("citations", index, "work"), citation.work

    # --- ids ---

    def duplicates(self) -> Iterator[Problem]:
        seen: dict[tuple[str, str], Path] = {}
        for what, path, given in given_ids(self.source):
            if (what, given) in seen:
                first = self.source.marks.locate(seen[what, given]).line
                yield self.problem(path, "duplicate-id", f"{what} `{given}` is given twice, first in line {first}",
                                   "give each its own id, or merge the two")
            seen.setdefault((what, given), path)

    def references(self) -> Iterator[Problem]:
        ids: dict[str, set[str]] = defaultdict(set)
        for what, _, given in given_ids(self.source):
            ids[what].add(given)
        ids["finding"] |= set(self.elsewhere)
        for what, path, wanted in wanted_ids(self.source):
            if wanted not in ids[what] and wanted not in self.source.ids:
                known = f"known: {', '.join(sorted(ids[what])[:8]) or 'none'}"
                yield self.problem(path, f"unknown-{what}", f"no {what} `{wanted}` in this file",
                                   did_you_mean(wanted, ids[what], known))
        for path, target in note_targets(self.source):
            if not self._known_target(target):
                yield self.problem(path, "unknown-target", f"`{target}` is nothing that a note can be about",
                                   "study, publication, an id of this file, or KIND:SLUG as in practice:continuous-use")

    def _known_target(self, target: str) -> bool:
        if target in ("study", "publication") or target in self.source.ids:
            return True
        kind, _, slug = target.partition(":")
        return (kind, slug) in self.vocabulary.concepts

    # --- quotations ---

    def quotations(self) -> Iterator[Problem]:
        for path, part in evidence_parts(self.source):
            words = len(part.quote.split())
            if words > MAX_QUOTE_WORDS:
                yield self.problem((*path, "quote"), "quotation-too-long",
                                   f"this quotation has {words} words, {MAX_QUOTE_WORDS} are enough to find the place",
                                   "quote a shorter phrase")
