"""Where an output comes from, in one line: a reader with the same graph and query can make it again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from kg.iris import local_name
from kg.store import Term


def stamp(version: str, snapshot: str, name: str, parameters: Mapping[str, Term | None], asked: Sequence[str]) -> str:
    """The version of kg, the content hash of the graph, what was asked by name and parameters, and the hash of its text.

    There is no `@`, `>` or line end in it, so that it can stand in any comment.
    """
    given = "&".join(f"{quote(key)}={quote(local_name(term.value), safe='/')}" for key, term in parameters.items()
                     if term is not None)
    text = hashlib.sha256("\n".join(asked).encode()).hexdigest()
    what = f"{quote(name)}{'?' if given else ''}{given}".strip()
    return f"kg {version}; graph sha256:{snapshot}; {what} sha256:{text}"
