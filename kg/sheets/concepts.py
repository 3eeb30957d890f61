"""Cells that name concepts: by the `values` of the mapping, or as names of concepts of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import get_args

from kg.core.folding import folded
from kg.core.kinds import CONCEPTS
from kg.core.problems import did_you_mean
from kg.model.annotation import Direction, Polarity, Valence
from kg.model.bibliography import Vocabulary
from kg.model.mapping import ConceptColumn
from kg.readers.sheets import SheetRow
from kg.sheets.imported import TableInUse, cell_of, meaning

KIND_OF = {key: kind.name for kind in CONCEPTS for key in kind.keys}
"""By the key of an annotation: the kind of the concepts that it names."""
ADVISED = ("practice", "approach", "tool")
"""The kinds that a recommendation may recommend, which are named as KIND:SLUG."""
CHOICES = {"direction": get_args(Direction), "polarity": get_args(Polarity), "valence": get_args(Valence)}
"""What effects and links say besides concepts: one of a few words."""


@dataclass
class ConceptCells:
    """Reads cells that name concepts."""

    vocabulary: Vocabulary

    def named(self, key: str, name: str) -> list[str]:
        """The slugs (for `recommends`: KIND:SLUG) of the concepts that a text may name."""
        if key in CHOICES:
            return [word for word in CHOICES[key] if folded(word) == folded(name)]
        if key != "recommends":
            return self.vocabulary.named(KIND_OF.get(key, key), name)
        kind, colon, slug = name.partition(":")
        if colon and kind in ADVISED:
            return [name] if self.vocabulary.get(kind, slug) else []
        named = [(kind, self.vocabulary.named(kind, name)) for kind in ADVISED]
        return next(([f"{kind}:{slug}" for slug in slugs] for kind, slugs in named if slugs), [])

    def read(self, table: TableInUse, row: SheetRow, key: str, part: ConceptColumn, work: str | None) -> Iterator[str]:
        """The concepts of a cell; what names none is reported and noted."""
        cell = cell_of(row, part.column)
        whole = meaning(part.values, cell)
        if whole is not None or cell in part.no_code:
            yield from whole or ()
            return
        names, rest = part.read(cell)
        for name in names:
            given = meaning(part.values, name)
            if given is not None:
                yield from given
            elif name in part.no_code:
                continue
            elif not part.values and len(found := self.named(key, name)) == 1:
                yield from found
            else:
                self._unknown(table, row, key, part, name, work)
        if rest or not names:
            self._unknown(table, row, key, part, rest or cell, work)

    def _unknown(
        self, table: TableInUse, row: SheetRow, key: str, part: ConceptColumn, name: str, work: str | None
    ) -> None:
        kind = KIND_OF.get(key, key)
        what = f"`{name.strip()[:60]}` in the column {part.column} is not a {kind} of the mapping and was left out"
        if not part.values:
            of = "" if key in CHOICES else " of the graph"
            what = f"`{name.strip()[:60]}` in the column {part.column} is not a {kind}{of} and was left out"
        hint = "say what it means under `values` of this column, or in `no_code`"
        if len(several := [] if part.values else self.named(key, name)) > 1:
            what, hint = f"{what}: it is a name of {', '.join(several)}", hint.replace("what", "which")
        else:
            concepts = self.vocabulary.of_kind(kind)
            labels = [*CHOICES.get(key, ()), *(label for one in concepts for label in (one.slug, *one.labels))]
            hint = did_you_mean(name.strip(), list(part.values) or labels, hint)
        table.note(row, part.column, "sheet/unknown-concept", what, work, hint)

    def unknown(self, key: str, slugs: Iterable[str]) -> Iterator[str]:
        """Those of the slugs that no concept has, or that are no direction, polarity or valence."""
        for slug in slugs:
            if key in CHOICES and slug not in CHOICES[key]:
                yield slug
            kind, name = slug.split(":", 1) if key == "recommends" and ":" in slug else (KIND_OF.get(key, ""), slug)
            if kind and self.vocabulary.get(kind, name) is None:
                yield slug
