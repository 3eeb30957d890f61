"""Selects entries of a bibliography as BibTeX, with the blocks they need and their parents, and reads them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kg.model.bibliography import BibliographyEntry
from kg.readers.bibtex.entries import Parents, by_key, composed
from kg.readers.bibtex.file import one_by_one
from kg.readers.bibtex.publication import publication
from kg.readers.bibtex.tex_macros import meaning

_BLOCKS = re.compile(r"\n(?=@\s*\w+\s*[{(])")
_DEFINED = re.compile(r"@\s*(\w+)\s*[{(]\s*([^\s=,]+)")


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry as the graph stores it: verbatim, with the blocks it needs and the key of its parent."""

    entry: str
    strings: str = ""
    parent: str = ""


def subset(known: Mapping[str, Stored], keys: Sequence[str]) -> dict[str, str]:
    """Returns the text to write for each key, in order.

    BibTeX requires a parent after all its children. If two files define a macro differently, it is defined again where
    its value changes. A `@preamble` block that defines nothing new is left out, because LaTeX refuses a second
    `\\newcommand`.
    """
    wanted = list(dict.fromkeys(key for key in keys if key in known))
    parents: list[str] = []
    for key in wanted:  # grows: a parent can have a parent
        parent = known[key].parent
        if parent in known and parent != key:
            if parent in parents:
                parents.remove(parent)
            elif parent not in wanted:
                wanted.append(parent)
            parents.append(parent)
    written: dict[str, str] = {}
    meanings: dict[object, object] = {}
    for key in [*(key for key in wanted if key not in parents), *parents]:
        blocks = filter(None, _BLOCKS.split(known[key].strings))
        new = []
        for block in blocks:
            meant = _meaning(block)
            if any(meanings.get(what) != meant[what] for what in meant):
                new.append(block)
                meanings |= meant
        written[key] = "\n".join([*new, known[key].entry])
    return written


def read_subset(written: Mapping[str, str]) -> dict[str, BibliographyEntry]:
    """Returns the entries of what `subset` made, by key, with all that they inherit."""
    entries = [entry for _, one, _ in one_by_one("\n\n".join(written.values())) for entry in one.entries]
    for entry in entries:
        entry.key = composed(entry.key)
    parents = Parents(by_key(entries), {})
    return {entry.key: publication(entry, parents) for entry in entries}


def _meaning(block: str) -> dict[object, object]:
    """What a block defines: commands of a `@preamble` with their meaning, or else the block by its kind and name."""
    match = _DEFINED.match(block)
    kind, name = (match[1].lower(), match[2].lower()) if match else ("", block)
    return meaning(block) if kind == "preamble" else {(kind, name): block}
