"""How a person is told of problems and progress."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from itertools import groupby
from typing import Any

import click

from kg.problems import Problem

SEVERITIES = ("error", "warning", "info")
SOME = 3
"""Notes of one kind in one file that are shown before the rest is only counted."""


def listed(problems: Iterable[Problem], severity: str, whole: bool) -> Iterator[str]:
    """The problems down to a severity, the worst first; notes as a curation list unless each is wanted."""
    wanted = SEVERITIES[: SEVERITIES.index(severity) + 1]
    chosen = sorted((p for p in problems if p.severity in wanted), key=lambda p: SEVERITIES.index(p.severity))
    notes = [] if whole else [problem for problem in chosen if problem.severity == "info"]
    yield from (str(problem) for problem in chosen if problem not in notes)
    for rule, group in groupby(sorted(notes, key=lambda p: (p.rule, p.sort_key)), key=lambda p: p.rule):
        yield from _noted(rule, list(group))


def _noted(rule: str, notes: list[Problem]) -> Iterator[str]:
    """The notes of one kind: what to do once, then some of each file and how many more there are."""
    yield f"{count(len(notes), 'note')} [{rule}]: {notes[0].hint}"
    for file, group in groupby(notes, key=lambda p: p.where.file):
        found = list(group)
        shown = found if len(found) <= SOME + 1 else found[:SOME]
        yield from (f"    {note.where}: {note.message}" for note in shown)
        if len(shown) < len(found):
            yield f"    {file}: {len(found) - SOME} more (--all lists each)"


def tell(problems: list[Problem], verbose: bool, more: int = 0) -> None:
    """The problems on stderr, notes only when wanted; `more` are notes that are not among them."""
    for problem in problems:
        if verbose or problem.severity != "info":
            click.echo(problem, err=True)
    notes = more + sum(problem.severity == "info" for problem in problems)
    if notes and (more or not verbose):
        click.echo(f"{count(notes, 'note')} on missing data and the like: `kg check` lists them", err=True)


def summary(problems: list[Problem]) -> str:
    counts = [(sum(p.severity == name for p in problems), label)
              for name, label in (("error", "error"), ("warning", "warning"), ("info", "note"))]
    return ", ".join(count(number, label) for number, label in counts)


def count(number: int, what: str) -> str:
    plural = what[:-1] + "ies" if what.endswith("y") else what + "s"
    return f"{number} {what if number == 1 else plural}"


def progress_line() -> Any:
    """A line that tells the step at hand, on a terminal only."""
    if not sys.stderr.isatty():
        return nullcontext(lambda _: None)
    from rich.console import Console

    status = Console(stderr=True).status("reading")

    class Steps:
        def __enter__(self) -> Any:
            status.start()
            return status.update

        def __exit__(self, *_: object) -> None:
            status.stop()

    return Steps()
