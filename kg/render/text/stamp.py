"""Where an output comes from, in one line: a reader with the same graph and query can make it again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from kg.core.iris import local_name
from kg.core.version import __version__
from kg.store import Term


def stamp(
    snapshot: str,
    name: str,
    parameters: Mapping[str, Term | None],
    asked: Sequence[str],
    services: Iterable[str] = (),
) -> str:
    """The version of kg, the hash of the graph, what was asked by name and parameters, and the hash of its text.

    Whom it asked too is named: what they answer may be another thing tomorrow.
    There is no `@`, `>` or line end in it, so that it can stand in any comment.
    """
    given = "&".join(
        f"{quote(key)}={quote(local_name(term.value), safe='/')}"
        for key, term in parameters.items()
        if term is not None
    )
    text = hashlib.sha256("\n".join(asked).encode()).hexdigest()
    what = f"{quote(name)}{'?' if given else ''}{given}".strip()
    others = ", ".join(quote(service, safe=":/?=&") for service in services)
    return f"kg {__version__}; graph sha256:{snapshot}; {what} sha256:{text}" + (f"; asked {others}" if others else "")
