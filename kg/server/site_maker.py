"""The process that makes the site of a graph that is served: `python -m kg.server.site_maker ROOT FOLDER TITLE PID`.

It gives way to quick queries, and not to long ones. In FOLDER it writes the files, each once more packed where that
makes it much smaller, and at last `manifest.json`: what is not named there is not served.
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
from kg.server.worker import die_with_parent

MANIFEST, FILES, PACKED = "manifest.json", "files", "packed"
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
_WORTH_PACKING = 1024
_NICENESS = 10
"""A tenth of a core is left where others want all of it; with 19, as long queries have, it would be a hundredth."""


def make(root: Path, folder: Path, title: str) -> None:
    """Makes the site of the review at `root`.

    Raises:
        KgError: if there is no graph, or what lies beside it cannot be used.
    """
    from kg.api import KnowledgeGraph
    from kg.render.pages.site import review_site
    from kg.server.looks import DOORS

    written = {}
    for path, data in review_site(KnowledgeGraph.open(root), root, title, DOORS).items():
        _write(folder / FILES / path, data)
        packed = gzip.compress(data, 6, mtime=0) if len(data) > _WORTH_PACKING else data
        smaller = len(packed) < 0.9 * len(data)
        if smaller:
            _write(folder / PACKED / path, packed)
        written[path] = {"digest": hashlib.sha256(data).hexdigest()[:32], "packed": smaller,
                         "policy": _policy(data) if path.endswith(".html") else ""}  # fmt: skip
    _write(folder / MANIFEST, json.dumps(written).encode())


def _policy(page: bytes) -> str:
    """The policy that a page states for itself."""
    found = _POLICY.search(page[:4096].decode("utf-8", "replace"))
    return html.unescape(found[1]) if found else ""


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def main(root: str, folder: str, title: str, parent: str) -> None:
    die_with_parent(int(parent))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which ends it
    os.nice(_NICENESS)
    try:
        make(Path(root), Path(folder), title)
    except (KgError, OSError) as error:
        raise SystemExit(f"kg serve: the pages cannot be made: {error}") from None


if __name__ == "__main__":
    main(*sys.argv[1:])
