"""The names of nodes, and how they are shortened in the picture of a graph."""

from __future__ import annotations

import textwrap
import unicodedata

from kg.answers.network import Node

LABEL_WIDTH = 24
LABEL_LINES = 3


def wrap_label(label: str) -> str:
    """A label in the picture: short lines, and … if the text is longer."""
    return "\n".join(textwrap.wrap(one_line(label), LABEL_WIDTH, max_lines=LABEL_LINES, placeholder="…"))


def caption_of(node: Node) -> str:
    """The label of a node; that of a finding has its statement, as an id alone means nothing to a reader."""
    if node.kind in ("finding", "reported-finding") and one_line(node.text):
        return f"{name_of(node)}: {node.text}"
    return name_of(node)


def name_of(node: Node) -> str:
    """The name of a node, or its IRI if it has none."""
    return node.label if one_line(node.label) else node.iri


def one_line(text: str) -> str:
    """Text without line breaks, control characters and marks that change the direction of the text after them."""
    kept = (
        " " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c
        for c in text
        if not ("\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069")
    )
    return " ".join("".join(kept).split())


def sayable(text: str) -> str:
    """Text that can be written as UTF-8, without lone surrogates."""
    return text.encode("utf-8", "replace").decode("utf-8")
