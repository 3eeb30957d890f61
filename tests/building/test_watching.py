"""`kg build --watch` builds when a source has changed, survives errors, and ends on a signal."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from kg.building.watching import changes
from tests.toy import write_toy

NOTES = "bib/annotations/example2031.yaml"


class Watching:
    """A `kg build --watch` that is running, and what it says."""

    def __init__(self, root: Path) -> None:
        kg = Path(sys.executable).with_name("kg")
        self.process = subprocess.Popen(
            [str(kg), "--root", str(root), "build", "--watch"],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a background job ignores it
        )
        self.limit = threading.Timer(120, self.process.kill)
        self.limit.start()

    def until(self, word: str) -> str:
        """All that is said up to a line with the word."""
        assert self.process.stderr is not None
        said = ""
        for line in self.process.stderr:
            said += line
            if word in line:
                return said
        raise AssertionError(f"it ended without {word!r}:\n{said}")

    def stop(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGINT)
        said = self.process.communicate()[1]
        self.limit.cancel()
        return self.process.returncode, said


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[tuple[Path, Watching]]:
    root = write_toy(tmp_path)
    running = Watching(root)
    yield root, running
    running.limit.cancel()
    running.process.kill()
    running.process.wait()


def test_each_change_is_built_and_errors_do_not_end_it(watching: tuple[Path, Watching]) -> None:
    root, running = watching
    assert "built" in running.until("watching")
    path = root / NOTES
    text = path.read_text(encoding="utf-8")
    before = (root / "build" / "graph.nq").read_bytes()
    path.write_text(text.replace("practices: [", "practices: [no-such-practice, ", 1), encoding="utf-8")
    said = running.until("watching")
    assert "example2031.yaml changed" in said
    assert "nothing was built: fix 1 error first" in said
    assert (root / "build" / "graph.nq").read_bytes() == before
    path.write_text(text + "\n# mended\n", encoding="utf-8")
    assert "\nbuilt " in running.until("watching")
    assert (root / "build" / "graph.nq").read_bytes() != before
    code, said = running.stop()
    assert code == 0
    assert said.strip() == "stopped"


def test_a_change_is_reported_only_when_it_is_complete(tmp_path: Path) -> None:
    root = write_toy(tmp_path)
    path, writes = root / NOTES, iter(range(3))

    def somebody_writes(_: float) -> None:
        number = next(writes, None)
        if number is not None:
            path.write_text(path.read_text(encoding="utf-8") + f"# {number}\n", encoding="utf-8")

    assert next(changes(root, somebody_writes)) == ["example2031.yaml"]
    assert next(writes, None) is None


def test_a_new_file_and_one_that_is_gone_are_changes(tmp_path: Path) -> None:
    root = write_toy(tmp_path)

    def once(_: float) -> None:
        if (root / NOTES).exists():
            (root / "bib" / "new.bib").write_text("", encoding="utf-8")
            (root / NOTES).unlink()

    assert next(changes(root, once)) == ["example2031.yaml", "new.bib"]
