"""The header of a SPARQL file: its `#+` lines, which are YAML as in grlc (https://grlc.io).

Ordinary headers are read without the YAML library, which takes longer to import than a query takes to run.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kg.core.problems import Problem

if TYPE_CHECKING:
    from kg.readers.yaml.marks import Data

_LINE = re.compile(r"( *)([A-Za-z_][\w-]*):(?: (\S.*))?", re.ASCII)
_PLAIN = re.compile(r"""[^\s\-?:,\[\]{}#&*!|>'"%@`](?:[^:#]|:(?=\S)|(?<=\S)\#)*(?<![\s:])""")
"""A plain scalar in one line (YAML 1.2, section 7.3.3), except those whose first character can have another meaning."""
_NULLS = ("~", "null")


def read_header(file: str, text: str) -> tuple[dict[str, Data], list[Problem]]:
    """The header of the file as data, and its problems; lines are counted as in the file."""
    lines = [line[2:].removeprefix(" ") if line.startswith("#+") else "" for line in text.split("\n")]
    plain = _plain(lines)
    if plain is not None:
        return plain, []
    from kg.readers.yaml.marks import compose, marked

    document = compose(file, "\n".join(lines))
    data = marked(document).data
    return (data if isinstance(data, dict) else {}), document.problems


def _plain(lines: list[str]) -> dict[str, Data] | None:
    """Lines `name: words`, and indented lines below a `name:`; None where only a YAML parser knows the meaning."""
    header: dict[str, Data] = {}
    blocks: list[tuple[int, dict[str, Data]]] = [(0, header)]
    below: dict[str, Data] | None = None
    for line in filter(None, lines):
        match = _LINE.fullmatch(line)
        if match is None or not line.isprintable():
            return None
        depth, name, value = len(match[1]), match[2], match[3]
        if below is not None:
            if depth <= blocks[-1][0]:
                return None
            blocks.append((depth, below))
        while blocks[-1][0] > depth:
            blocks.pop()
        at, block = blocks[-1]
        if at != depth or name in block:
            return None
        below = None
        if value is None:
            block[name] = below = {}
        elif value == '""' or (_PLAIN.fullmatch(value) and value not in _NULLS):
            block[name] = "" if value == '""' else value
        else:
            return None
    return header if below is None else None
