"""Runs the command in the process of the tests, which saves its imports each time; files that check the process itself
start one: test_progress.py, and those of other folders."""

from __future__ import annotations

import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from click.testing import CliRunner

from kg.cli import main
from tests.conftest import KgCli


@pytest.fixture(scope="session")
def kg_cli() -> KgCli:
    """Runs `kg` in a folder and returns what a process would have given: `kg_cli(folder, "query", "contents")`."""

    def run(folder: Path, *arguments: str, stdin: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        code: object = 0
        variables = {"COLUMNS": "160", "NO_COLOR": "1", **environment}
        with pytest.MonkeyPatch.context() as patched, CliRunner().isolation(stdin, variables) as (out, err, _):
            patched.chdir(folder)
            patched.setattr(sys, "argv", ["kg", *map(str, arguments)])
            try:
                main()
            except SystemExit as end:
                code = end.code or 0
            except BaseException:
                traceback.print_exc()
                code = 1
            sys.stdout.flush()
            sys.stderr.flush()
            stdout, stderr = (stream.getvalue().decode().replace("\r\n", "\n") for stream in (out, err))
        return subprocess.CompletedProcess(["kg", *arguments], int(str(code)), stdout, stderr)

    return run
