"""How commands report problems and the sources that were read."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from kg.core.problems import Problem, in_order

if TYPE_CHECKING:
    from kg.building.doubts import Doubt
    from kg.building.reading import Account

SEVERITIES = ("error", "warning", "info")
SOME = 3
"""Notes of one kind that are listed for a file before the rest is only counted."""
MANY_FILES = 20
"""Files of one kind, all accepted, from which on they share one line."""


def listed(problems: Iterable[Problem], severity: str, whole: bool) -> Iterator[str]:
    """The lines of a list of problems, the most severe first.

    Args:
        problems: what was found.
        severity: problems that are less severe are left out.
        whole: whether to list every note; else notes are grouped by kind and file.
    """
    wanted = SEVERITIES[: SEVERITIES.index(severity) + 1]
    chosen = sorted((p for p in problems if p.severity in wanted), key=lambda p: SEVERITIES.index(p.severity))
    notes = [] if whole else [problem for problem in chosen if problem.severity == "info"]
    yield from (str(problem) for problem in chosen if whole or problem.severity != "info")
    for rule, group in groupby(sorted(notes, key=lambda p: (p.rule, p.sort_key)), key=lambda p: p.rule):
        yield from _grouped(rule, list(group))


def _grouped(rule: str, notes: list[Problem]) -> Iterator[str]:
    """The notes of one kind: the hint once, then some notes of each file and the number of the others."""
    yield f"{count(len(notes), 'note')} [{rule}]: {notes[0].hint}"
    for file, group in groupby(notes, key=lambda p: p.where.file):
        found = list(group)
        shown = found if len(found) <= SOME + 1 else found[:SOME]
        yield from (f"    {note.where}: {note.message}" for note in shown)
        if len(shown) < len(found):
            yield f"    {file}: {len(found) - SOME} more (--all lists each)"


def failed(problems: Iterable[Problem]) -> bool:
    """Writes all problems to stderr, by place; returns whether one is an error."""
    found = in_order(problems)
    for problem in found:
        click.echo(problem, err=True)
    return any(problem.severity == "error" for problem in found)


def nothing_imported() -> NoReturn:
    """Says that an import made nothing, and ends with 1."""
    click.echo("nothing was imported", err=True)
    sys.exit(1)


def propose(mapping: Path, text: str, dry_run: bool) -> None:
    """Writes a proposed mapping, or shows it."""
    from kg.core.output import write_whole

    if dry_run:
        click.echo(text, nl=False)
        return
    write_whole(mapping, text)
    click.echo(f"wrote {mapping}: complete it, then import again", err=True)


def name_written(paths: Iterable[Path], dry_run: bool) -> None:
    """Names the files that an import wrote, or would write."""
    for path in paths:
        click.echo(f"{'would write' if dry_run else 'wrote'} {path}", err=True)


def report(problems: list[Problem], verbose: bool) -> None:
    """Writes the problems to stderr; notes are only counted unless `verbose`."""
    for problem in problems:
        if verbose or problem.severity != "info":
            click.echo(problem, err=True)
    notes = sum(problem.severity == "info" for problem in problems)
    if notes and not verbose:
        click.echo(f"{count(notes, 'note')}: `kg check` lists {'it' if notes == 1 else 'them'}", err=True)


def summary(problems: list[Problem]) -> str:
    """The numbers of errors, warnings and notes in words."""
    numbers = {name: sum(problem.severity == name for problem in problems) for name in SEVERITIES}
    return ", ".join(count(number, "note" if name == "info" else name) for name, number in numbers.items())


def doubtful(doubts: Iterable[Doubt]) -> Iterator[str]:
    """A line with the numbers of doubtful values; none if there are none."""
    numbers = [f"{count(one.values, one.kind)} ({count(one.works, 'work')})" for one in doubts]
    if numbers:
        yield f"Doubtful values: {', '.join(numbers)}"


def count(number: int, what: str) -> str:
    """A number with its noun: `1 entry`, `2 entries`."""
    plural = what[:-1] + "ies" if what.endswith("y") else what + "s"
    return f"{number} {what if number == 1 else plural}"


def accounted(accounts: Iterable[Account]) -> Iterator[str]:
    """A line for each source file with the number of accepted entries; one line for many files without rejections."""
    shown = [account for account in accounts if account.kind != "vocabulary"]
    for _, group in groupby(shown, key=lambda account: account.kind):
        found = list(group)
        well = [account for account in found if account.accepted == account.entries]
        if len(well) > MANY_FILES:
            folder = well[0].file.rsplit("/", 1)[0]
            yield f"{folder}/: all of {count(sum(one.entries for one in well), well[0].unit)} in {len(well)} files"
            found = [account for account in found if account not in well]
        yield from (f"{one.file}: {one.accepted} of {count(one.entries, one.unit)}" for one in found)
