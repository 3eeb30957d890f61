"""Which findings count: by what they say, first-hand or second-hand, by year, method and category of challenges.

Maps, gaps, drafts and pictures of the graph select with the same `Selection`; `map_count.js` does the same on the page
of a map.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.answers.rows import Answers
from kg.core.iris import local_name
from kg.core.problems import UsageError

if TYPE_CHECKING:
    from kg.answers.evidence_map import MapFinding

POLARITIES = ("hinders", "mitigates", "absent", "increases", "decreases", "no change", "mixed")
"""What a finding can say of a practice and a challenge, or of the effect on an outcome."""
HANDS = ("first-hand", "second-hand")


@dataclass(frozen=True, slots=True)
class Selection:
    """Findings that count; an empty value selects all."""

    polarity: str = ""
    hand: str = ""
    """One of `HANDS`. A study with a first-hand finding in a cell is not second-hand in it."""
    since: int = 0
    until: int = 0
    """Years of the work that found it; 0 for no limit. Works without a year are left out by a limit."""
    methods: tuple[str, ...] = ()
    """Labels of a method and of those narrower than it, the method first."""
    category: str = ""
    """Label of a category of challenges."""

    @classmethod
    def of(
        cls, graph: Answers, polarity: str = "", hand: str = "", since: int = 0, until: int = 0,
        method: str = "", category: str = "",
    ) -> Selection:  # fmt: skip
        """The selection with a method and a category by any of their names.

        Raises:
            UsageError: for a name that names nothing, a challenge that is no category, or years in the wrong order.
        """
        if since and until and since > until:
            raise UsageError(f"no year is both {since} or later and {until} or earlier")
        methods = tuple(narrower_methods(graph)[_label(graph, method, "method")]) if method else ()
        top = _label(graph, category, "challenge") if category else ""
        tops = (
            [str(row["label"]) for row in graph.query("map-headers") if row["dimension"] == "category"] if top else []
        )
        if top not in tops and top:
            raise UsageError(f"{top} is not a category of challenges; one of {', '.join(tops)}")
        return cls(polarity, hand, since, until, methods, top)

    def __bool__(self) -> bool:
        return bool(str(self))

    def __str__(self) -> str:
        """The selection in words, such as `second-hand, since 2020`; empty if it selects all."""
        named = {"since": self.since, "until": self.until, "method": self.methods[:1], "category": self.category}
        shown = [f"{name} {value[0] if isinstance(value, tuple) else value}" for name, value in named.items() if value]
        return ", ".join(filter(None, [self.polarity, self.hand, *shown]))

    def kept(self, findings: Iterable[MapFinding]) -> list[MapFinding]:
        """The findings of a cell that count."""
        found = [
            f
            for f in findings
            if self.polarity in ("", f.polarity)
            and (not self.methods or not set(self.methods).isdisjoint(f.methods))
            and (not self.since or (f.year and int(f.year) >= self.since))
            and (not self.until or (f.year and int(f.year) <= self.until))
            and (not self.category or self.category in f.categories)
        ]
        if self.hand == HANDS[0]:
            return [f for f in found if f.first_hand]
        if self.hand == HANDS[1]:
            own = {f.study for f in found if f.first_hand}
            return [f for f in found if f.study not in own]
        return found


@dataclass(frozen=True, slots=True)
class Selected:
    """A selection with what it selects."""

    selection: Selection
    findings: frozenset[str]
    """Local names: `finding/vanska2024/PEC4`."""


ALL = Selection()
"""The selection that leaves nothing out."""


def narrower_methods(graph: Answers) -> dict[str, list[str]]:
    """The label of each method with its own and those of narrower methods."""
    rows = [row for row in graph.query("vocabulary") if row["kind"] == "method"]
    below: dict[str, set[str]] = {str(row["label"]): set() for row in rows}
    for row in rows:
        below.setdefault(str(row["broader"] or ""), set()).add(str(row["label"]))

    def under(label: str, seen: frozenset[str]) -> set[str]:
        deeper = [under(one, seen | {one}) for one in below.get(label, ()) if one not in seen]
        return {label}.union(*deeper)

    return {label: [label, *sorted(under(label, frozenset({label})) - {label})] for label in below if label}


def _label(graph: Answers, name: str, kind: str) -> str:
    slug = local_name(graph.lookup.find(name, kind).value)
    return next(str(row["label"]) for row in graph.query("vocabulary") if f"{row['kind']}/{row['slug']}" == slug)
