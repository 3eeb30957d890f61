"""The examples of a document, as they are run: blocks of code, with a comment above that says what to do with them.

- `<!-- file: PATH -->`: the block is the content of a file.
- `<!-- run: COMMAND -->`: the command is run before the block, without being shown.
- A block of `console` has commands after `$ `, each with its output.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

_BLOCK = re.compile(r"(?:^ *<!-- (\w+): ([^\n]*) -->\n)?^ *```(\w*)\n(.*?)^ *```", re.S | re.M)
_COMMAND = re.compile(r"^\$ ([^\n]+)\n((?:(?!\$ )[^\n]*\n)*)", re.M)


@dataclass(frozen=True)
class Block:
    """A block of code."""

    word: str
    """What to do with it, or what to do before: empty, or the first word of the comment above."""
    given: str
    """The rest of the comment."""
    language: str
    code: str

    def commands(self) -> Iterator[tuple[str, str]]:
        """The commands with their output."""
        yield from ((found[1], found[2]) for found in _COMMAND.finditer(self.code))


def blocks(document: Path) -> list[Block]:
    """The blocks of code of a document, in their order."""
    text = document.read_text(encoding="utf-8")
    return [Block(*(dedent(part or "") for part in found.groups())) for found in _BLOCK.finditer(text)]


def run(command: str, folder: Path) -> str:
    """The stdout and stderr of a command in a terminal of a hundred columns."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "COLUMNS": "100", "LC_ALL": "C.UTF-8"}
    shell = ["sh", "-c", f"{command} 2>&1"]
    done = subprocess.run(shell, cwd=folder, env=environment, capture_output=True, check=False)
    return done.stdout.decode().replace("\r\n", "\n")  # CSV ends its lines with CR LF
