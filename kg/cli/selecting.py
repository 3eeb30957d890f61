"""The options that select findings, shared by the commands that count, draw or arrange them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

from kg.answers.selection import HANDS, POLARITIES
from kg.cli.asking import ThingName

_YEAR = click.IntRange(1000, 9999)
_OPTIONS = {
    "polarity": (
        click.Choice(POLARITIES),
        None,
        "Only findings that say this of a practice and a challenge or outcome.",
    ),
    "hand": (click.Choice(HANDS), None, "Only first-hand or only second-hand findings."),
    "since": (_YEAR, "YEAR", "Only works of this year or later; works without a year are left out."),
    "until": (_YEAR, "YEAR", "Only works of this year or earlier; works without a year are left out."),
    "method": (ThingName("method"), "METHOD", "Only studies that used this method or a narrower one."),
    "category": (ThingName("challenge"), "CATEGORY", "Only findings on challenges of this category."),
}


def selection_options(command: Callable[..., None]) -> Callable[..., None]:
    """Adds the options to a command, which gets their values by name."""
    for name, (kind, metavar, text) in reversed(_OPTIONS.items()):
        command = click.option(f"--{name}", type=kind, metavar=metavar, help=text)(command)
    return command


def chosen(values: Mapping[str, Any]) -> dict[str, Any]:
    """The options that were given, for `Selection.of`."""
    return {name: value for name, value in values.items() if name in _OPTIONS and value}
