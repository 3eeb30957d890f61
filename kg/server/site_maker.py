"""The process that makes the site of a graph that is served: `python -m kg.server.site_maker ROOT FD TITLE PID`.

It gives way to quick queries but not to long ones. It writes all files one after the other into the open file FD, which
has no name, so that nothing is left over however the processes end; each file stands there compressed too if that makes
it much smaller. At last it prints where each file stands.
"""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import os
import re
import signal
import sys
from pathlib import Path
from typing import BinaryIO, NamedTuple

from kg.core.problems import KgError
from kg.core.processes import die_with_parent
from kg.render.pages.site import Door

DOORS = (
    Door("queries", "Queries", "Questions that the graph answers, by name, with an address for each"),
    Door("editor", "Editor", "Write your own query in SPARQL, or start from a query of the library"),
)
"""Pages that a server has in addition to the site."""
# The policy that a page states for itself.
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
_WORTH_PACKING = 1024
_NICENESS = 10
"""Leaves this process a tenth of a busy core; with 19, as long queries have, it would be a hundredth."""


class FilePart(NamedTuple):
    """A part of the open file."""

    start: int
    length: int


class SiteFile(NamedTuple):
    """A file of a site: the digest of its content, the policy of a page, and where it stands, compressed too if so."""

    digest: str
    policy: str
    plain: FilePart
    packed: FilePart | None = None


def make(root: Path, out: BinaryIO, title: str) -> dict[str, SiteFile]:
    """Writes the site of the review at `root`, and returns its files by path.

    Raises:
        KgError: if there is no graph, or the site cannot be made from it.
    """
    from kg.api import KnowledgeGraph
    from kg.render.pages.site import review_site

    written = {}
    files = review_site(KnowledgeGraph.open(root), root, title, DOORS)
    files |= {path.removesuffix(".gz"): gzip.decompress(data) for path, data in files.items() if path.endswith(".gz")}
    for path, data in files.items():
        packed = gzip.compress(data, 6, mtime=0) if len(data) > _WORTH_PACKING else data
        found = _POLICY.search(data[:4096].decode("utf-8", "replace")) if path.endswith(".html") else None
        digest, policy = hashlib.sha256(data).hexdigest()[:32], html.unescape(found[1]) if found else ""
        smaller = len(packed) < 0.9 * len(data)
        written[path] = SiteFile(digest, policy, _write(out, data), _write(out, packed) if smaller else None)
    out.flush()
    return written


def _write(out: BinaryIO, data: bytes) -> FilePart:
    start = out.tell()
    out.write(data)
    return FilePart(start, len(data))


def main(root: str, handle: str, title: str, parent: str) -> None:
    die_with_parent(int(parent))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this process
    os.nice(_NICENESS)
    try:
        with open(int(handle), "wb") as out:  # noqa: PTH123 - it has no path
            print(json.dumps(make(Path(root), out, title)))
    except (KgError, OSError) as error:
        raise SystemExit(f"kg serve: the pages cannot be made: {error}") from None


if __name__ == "__main__":
    main(*sys.argv[1:])
