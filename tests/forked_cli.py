"""The command `kg` in processes that are forked from one that has imported it, for the many tests that call it.

Starting Python and importing what `kg check` uses takes longer than the check of a toy review. Each command still has
a process, a working directory and files of its own, as when the program starts anew.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any, NoReturn, TextIO

PRELOADED = (
    "kg.cli",
    "kg.cli.group",
    "kg.api",
    "kg.building.pipeline",
    "kg.cli.asking",
    "kg.cli.building",
    "kg.cli.common",
)


class Forked:
    """Runs `kg` in a folder, in a fork of one process."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.forked_cli"],
            cwd=Path(__file__).resolve().parent.parent,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )

    def run(
        self, folder: Path, arguments: list[str], stdin: str, files: Path, environment: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """What the command wrote, and its exit code.

        Raises:
            subprocess.TimeoutExpired: after five minutes.
        """
        paths = [files / name for name in ("stdin", "stdout", "stderr")]
        paths[0].write_text(stdin, encoding="utf-8")
        asked = json.dumps(
            {"folder": str(folder), "arguments": arguments, "files": list(map(str, paths)), "environment": environment}
        )
        reader, writer = self._server.stdout, self._server.stdin
        assert reader is not None
        assert writer is not None
        writer.write(asked.encode() + b"\n")
        writer.flush()
        if not select.select([reader], [], [], 300)[0]:
            self.close()
            raise subprocess.TimeoutExpired(["kg", *arguments], 300)
        code = int(reader.readline())
        out, err = (path.read_bytes().decode("utf-8").replace("\r\n", "\n") for path in paths[1:])
        return subprocess.CompletedProcess(["kg", *arguments], code, out, err)

    def close(self) -> None:
        """Ends the process and the command that it may be running."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._server.pid, 9)
        self._server.wait()
        for stream in (self._server.stdin, self._server.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()


def serve() -> None:
    """Runs the command of each line of standard input in a child and writes its exit code."""
    for name in PRELOADED:
        importlib.import_module(name)
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            _run(asked)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _standard(number: int, name: str) -> TextIO:
    """The stream of a file descriptor, with the name that Python gives it when it starts."""
    stream = os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False)
    stream.buffer.raw.name = f"<{name}>"  # type: ignore[attr-defined]  # a FileIO; typeshed knows its protocol only
    return stream


def _run(asked: dict[str, Any]) -> NoReturn:
    """Runs a command as its program would, and ends the process."""
    from kg.cli import main

    code = 1
    try:
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.chdir(asked["folder"])
        for number, (name, flags) in enumerate(
            zip(asked["files"], (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT | os.O_TRUNC] * 2), strict=True)
        ):
            os.dup2(os.open(name, flags, 0o600), number)
        sys.stdin, sys.stdout, sys.stderr = map(_standard, range(3), ("stdin", "stdout", "stderr"))
        sys.argv = ["kg", *asked["arguments"]]
        main()
        code = 0
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # Python prints the traceback of whatever ends a program
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError):
                stream.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
