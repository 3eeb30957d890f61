"""What changed between two graphs as a page: what matters in a minute's reading first, then everything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from kg.answers.change_summary import STRONGEST, contradictions, known, newly_read, of_kind, sentences, transitions
from kg.answers.changes import Changes, ThingChange
from kg.answers.contents import FINDING, KINDS, WORK, Compared
from kg.render.pages import inline
from kg.render.pages.site_templates import environment
from kg.render.pages.site_things import doi_address, shown, web_address
from kg.render.text.changes_text import fact_text, other_text, side_text, title

ROWS = 12
"""Rows of an answer, items of a list and cells of a map that are shown at once; JSON has all rows of answers."""


def changes_page(changes: Changes, pages: Mapping[str, str] | None = None) -> str:
    """The whole document; it loads nothing, and the same changes give the same bytes.

    Args:
        changes: what changed.
        pages: addresses of pages about things, by IRI.
    """
    style = inline.source("site.css") + inline.source("changes.css")
    known = pages or {}
    page = environment(shown).get_template("changes.html").render(
        changes_values(changes, lambda iri: known.get(iri, "")), style=inline.markup(style), heading=title(changes),
        policy=f"default-src 'none'; style-src {inline.integrity(style)}; img-src data:; base-uri 'none'",
    )  # fmt: skip
    return page.rstrip("\n") + "\n"


def changes_values(changes: Changes, way: Callable[[str], str]) -> dict[str, Any]:
    """What the template `changes_content.html` shows.

    Args:
        changes: what changed.
        way: the address of the page about a thing, empty if it has none.
    """

    def address(thing: Compared) -> str:
        doi, url = (next(iter(thing.facts.get(name, ())), "") for name in ("doi", "url"))
        return way(thing.iri) or doi_address(doi) or web_address(url)

    maps = [
        {"map": one, "states": transitions(one), "cells": [c for c in one.cells if c.old.studies != c.new.studies]}
        for one in changes.maps if one.cells
    ]  # fmt: skip
    return {
        "changes": changes,
        "sentences": sentences(changes),
        "numbers": [(what, old, new) for what, old, new in changes.numbers() if old != new],
        "read": newly_read(changes),
        "known": list(known(changes)),
        "contradictions": contradictions(changes)[:STRONGEST],
        "maps": maps,
        "things": [
            (kind, heading, how, _groups(kind, found))
            for kind, heading in KINDS.items() for how, found in of_kind(changes, kind).items()
        ],
        "at_once": ROWS,
        "address": address,
        "way": way,
        "side": side_text,
        "fact": fact_text,
        "other": other_text,
        "heading": title(changes),
    }  # fmt: skip


def _groups(kind: str, found: Sequence[ThingChange]) -> list[tuple[str, list[ThingChange]]]:
    """Findings by the publication that reports them, concepts by kind, works by what changed; others as one group."""
    groups: dict[str, list[ThingChange]] = defaultdict(list)
    for one in found:
        name = ""
        if kind == FINDING:
            name = ", ".join(one.thing.facts.get("reported in", ()))
        elif kind == "concept":
            name = one.thing.id.partition("/")[0]
        elif kind == WORK and one.facts:
            name = ", ".join(fact.property for fact in one.facts)
        groups[name].append(one)
    return list(groups.items())
