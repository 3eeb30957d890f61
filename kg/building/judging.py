"""What follows from the sources and what is wrong with them all together: rules, checks and shapes.

Rules and checks ask a store, which is in a copy of this process when there is much: it takes as much memory again as
the graph, and is gone with the copy. Meanwhile what the shapes can depend on is put together here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from kg.building.aside import Aside, going_on
from kg.core.files import SourceFile
from kg.core.iris import RDFS
from kg.core.problems import Problem
from kg.graph.checks import check_needs, loaded, run_checks
from kg.graph.needs import EVERYTHING, all_needs, needs_of
from kg.graph.rules import apply_rules
from kg.graph.shapes import Validation
from kg.graph.triples import SourceGraph, places_of


class Judging(AbstractContextManager["Judging"]):
    """The graph of the sources before its judges: first what `derive` gives, then what `check` finds."""

    def __init__(self, graphs: Sequence[SourceGraph], rules: list[SourceFile], checks: list[SourceFile],
                 shapes: list[SourceFile], progress: Callable[[str], object], *, apart: bool) -> None:  # fmt: skip
        self._graphs, self._progress, self._derived = graphs, progress, list[SourceGraph]()
        progress("applying rules")
        self._asking = going_on(partial(_asked, graphs, rules, checks), worthwhile=apart)
        self._asked: Aside[Any] = self._asking.__enter__()
        try:
            self._validation = Validation(graphs, shapes)
        except BaseException:
            self._asked.stop()
            raise

    def __exit__(self, *error: Any) -> None:
        self._validation.__exit__()
        self._asking.__exit__(*error)

    def derive(self) -> tuple[list[SourceGraph], list[Problem]]:
        """A graph of what each rule derives; what is wrong with rules."""
        self._derived, problems = self._asked.result()
        return self._derived, problems

    def check(self) -> list[Problem]:
        """What checks and shapes find, when the rules have been applied."""
        self._progress("running checks")
        found: list[Problem] = self._asked.result()
        self._progress("checking shapes")
        places = partial(places_of, [*self._graphs, *self._derived])
        return found + self._validation.problems(self._derived, places)


def _asked(graphs: Sequence[SourceGraph], rules: list[SourceFile], checks: list[SourceFile]) -> Iterator[Any]:
    """What the rules give, as `derive` has it; then what the checks find."""
    needs = all_needs([*(needs_of(rule.text) for rule in rules), *check_needs(checks)])
    store = loaded(graphs, needs)
    derived, problems = apply_rules(store, rules)
    if needs.below and any(str(RDFS.subClassOf) in one for graph in derived for one in graph.statements):
        store = loaded(graphs, EVERYTHING)  # there are classes that were below none
        derived, problems = apply_rules(store, rules)
    derived = [graph.sealed() for graph in derived]
    yield derived, problems
    whole = [*graphs, *derived]
    yield run_checks(store, checks, partial(places_of, whole), whole)
