"""How a person is told of problems, and what became of what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING

import click

from kg.core.problems import Problem

if TYPE_CHECKING:
    from kg.building.reading import Account

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
    counts = [
        (sum(p.severity == name for p in problems), label)
        for name, label in (("error", "error"), ("warning", "warning"), ("info", "note"))
    ]
    return ", ".join(count(number, label) for number, label in counts)


def count(number: int, what: str) -> str:
    plural = what[:-1] + "ies" if what.endswith("y") else what + "s"
    return f"{number} {what if number == 1 else plural}"


def accounted(accounts: Iterable[Account]) -> Iterator[str]:
    """What became of the entries of each file but vocabularies; of many files of a kind together, if all are well."""
    shown = [account for account in accounts if account.kind != "vocabulary"]
    for _, group in groupby(shown, key=lambda account: account.kind):
        found = list(group)
        well = [account for account in found if account.accepted == account.entries]
        if len(well) > MANY_FILES:
            folder = well[0].file.rsplit("/", 1)[0]
            yield f"{folder}/: all of {count(sum(one.entries for one in well), well[0].unit)} in {len(well)} files"
            found = [account for account in found if account not in well]
        yield from (f"{one.file}: {one.accepted} of {count(one.entries, one.unit)}" for one in found)


MANY_FILES = 20
