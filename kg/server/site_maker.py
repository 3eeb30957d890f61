"""The process that makes the site of a graph that is served: `python -m kg.server.site_maker ROOT FOLDER TITLE PID`.

It gives way to quick queries but not to long ones. It writes the files to FOLDER, each compressed too if that makes it
much smaller, and at last `manifest.json`: files that are not in it are not served.
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

from kg.core.problems import KgError
from kg.render.pages.site import Door
from kg.server.forker import die_with_parent

MANIFEST, FILES, PACKED = "manifest.json", "files", "packed"
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


def make(root: Path, folder: Path, title: str) -> None:
    """Makes the site of the review at `root`.

    Raises:
        KgError: if there is no graph, or the site cannot be made from it.
    """
    from kg.api import KnowledgeGraph
    from kg.render.pages.site import review_site

    written = {}
    files = review_site(KnowledgeGraph.open(root), root, title, DOORS)
    files |= {path.removesuffix(".gz"): gzip.decompress(data) for path, data in files.items() if path.endswith(".gz")}
    for path, data in files.items():
        _write(folder / FILES / path, data)
        packed = gzip.compress(data, 6, mtime=0) if len(data) > _WORTH_PACKING else data
        smaller = len(packed) < 0.9 * len(data)
        if smaller:
            _write(folder / PACKED / path, packed)
        found = _POLICY.search(data[:4096].decode("utf-8", "replace")) if path.endswith(".html") else None
        policy = html.unescape(found[1]) if found else ""
        written[path] = {"digest": hashlib.sha256(data).hexdigest()[:32], "packed": smaller, "policy": policy}
    _write(folder / MANIFEST, json.dumps(written).encode())


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def main(root: str, folder: str, title: str, parent: str) -> None:
    die_with_parent(int(parent))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends this process
    os.nice(_NICENESS)
    try:
        make(Path(root), Path(folder), title)
    except (KgError, OSError) as error:
        raise SystemExit(f"kg serve: the pages cannot be made: {error}") from None


if __name__ == "__main__":
    main(*sys.argv[1:])
