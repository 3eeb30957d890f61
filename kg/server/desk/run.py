"""Starts a desk and runs it until it is interrupted."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.core.extras import need
from kg.core.iris import segment
from kg.core.output import write_whole
from kg.core.problems import UsageError, did_you_mean
from kg.core.progress import Progress
from kg.readers.formats import ANNOTATIONS

Waiting = Callable[[], AbstractContextManager[Progress]]


@dataclass(frozen=True)
class DeskOptions:
    """The options of `kg desk`."""

    root: Path
    key: str
    texts: Path | None = None
    """The folder of full texts, or the full text itself."""
    second: str = ""
    """The name of a second reader, whose file is KEY.NAME.yaml."""
    annotator: str = ""
    consensus: bool = False
    """Whether the readings are compared and decided on, in KEY.consensus.yaml."""
    port: int = 0


def run_desk(options: DeskOptions, say: Callable[[str], None], waiting: Waiting) -> None:
    """Runs a desk until it gets SIGINT or SIGTERM.

    Args:
        options: What to edit.
        say: Prints a line.
        waiting: Reports the progress of reading the review.

    Raises:
        UsageError: if a library is not installed, there is no such entry, or another desk has the file.
    """
    for library in ("starlette", "uvicorn", "httptools"):
        need(library)
    import uvicorn

    from kg.server.desk.app import DeskParts, application
    from kg.server.desk.around import ReviewLinks
    from kg.server.desk.checking import Checking
    from kg.server.desk.review_index import ReviewIndex
    from kg.server.desk.session import Desk
    from kg.server.run import listen
    from kg.server.settings import ServerSettings
    from kg.server.web import HttpProtocol

    with waiting() as progress:
        reference = ReviewIndex(options.root, progress)
    stem = _started(options, reference, say)
    desk = Desk(options.root, stem, reference)
    desk.take()
    try:
        paper, why = _paper(options, reference)
        settings = ServerSettings(options.root, port=options.port, log=False)
        listening, token = listen(settings), secrets.token_urlsafe(24)
        checking = Checking(options.root, desk.name)
        app = application(
            settings, DeskParts(desk, paper, checking, ReviewLinks(options.root, options.key), why), token
        )
        address = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        desk.say_where(address)
        listening.listen()  # a browser that comes before the server runs waits a moment
        quiet: Any = {"log_level": "critical", "access_log": False, "server_header": False, "proxy_headers": False}
        config = uvicorn.Config(app, ws="none", lifespan="off", http=HttpProtocol, timeout_graceful_shutdown=2, **quiet)
        shown = f"{desk.name} and {paper.text.name} are" if paper else f"{why}; {desk.name} is"
        say(f"{shown} at {address}?token={token}")
        say("open this address in a browser (it works once); Ctrl-C ends the desk")
        with suppress(KeyboardInterrupt):  # uvicorn raises it once more after it has ended
            uvicorn.Server(config).run(sockets=[listening])
        checking.end()
        if paper:
            paper.text.close()
    finally:
        desk.leave()


def _started(options: DeskOptions, reference: Any, say: Callable[[str], None]) -> str:
    """The stem of the annotation, which is made if there is none.

    Raises:
        UsageError: if no entry has the key.
    """
    from kg.building.scaffold import annotation_head

    key = options.key
    entry = reference.entry(key)
    if entry is None:
        known = [one.key for one in reference.entries]
        raise UsageError(f"no entry `{key}` in bib/; {did_you_mean(key, known, 'add it there first')}")
    second = "consensus" if options.consensus else segment(options.second) if options.second else ""
    stem = f"{segment(key)}.{second}" if second else segment(key)
    path = options.root / ANNOTATIONS / f"{stem}.yaml"
    if options.consensus and not path.exists():
        write_whole(path, reference.consensus(key))
        say(f"wrote {path}")
    elif not path.exists():
        write_whole(path, annotation_head(entry, options.annotator or options.second) + "findings:\n")
        say(f"wrote {path}")
    return stem


def _paper(options: DeskOptions, reference: Any) -> tuple[Any, str]:
    """The full text, or why there is none."""
    from kg.readers.texts.cited import CitedWorks
    from kg.readers.texts.found import TextFolder
    from kg.readers.texts.problems import TextError
    from kg.server.desk.paper import Paper

    if options.texts is None:
        return None, "no full text: start the desk with --texts FOLDER, which contains KEY.pdf, KEY.txt or KEY.md"
    files = TextFolder(options.texts, reference.files)
    path = options.texts if options.texts.is_file() else files.path(options.key)
    if path is None:
        return None, f"{options.texts} contains no {options.key}.pdf, .txt or .md: --texts may also name the file"
    try:
        return Paper(path, CitedWorks(reference.entries)), ""
    except TextError as error:
        return None, f"{error}; {error.hint}"
