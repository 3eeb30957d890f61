"""The words of the picture of a graph: what a thing is called, and how much of that stands in a small space."""

from __future__ import annotations

import textwrap
import unicodedata

from kg.answers.network import Node

LABEL_WIDTH = 24
LABEL_LINES = 3


def wrap_label(label: str) -> str:
    """A label as it stands in the picture: short lines, and … where a statement goes on."""
    return "\n".join(textwrap.wrap(one_line(label), LABEL_WIDTH, max_lines=LABEL_LINES, placeholder="…"))


def caption_of(node: Node) -> str:
    """What stands in the picture: a finding's id alone says nothing."""
    if node.kind in ("finding", "reported-finding") and one_line(node.text):
        return f"{name_of(node)}: {node.text}"
    return name_of(node)


def name_of(node: Node) -> str:
    return node.label if one_line(node.label) else node.iri


def one_line(text: str) -> str:
    """Without line breaks, control characters and marks that turn the direction of all text after them."""
    kept = (
        " " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c
        for c in text
        if not ("\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069")
    )
    return " ".join("".join(kept).split())


def sayable(text: str) -> str:
    """Text that can be written as UTF-8: half a surrogate pair cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")
