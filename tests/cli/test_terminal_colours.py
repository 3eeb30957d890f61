"""Bold, colour and links: in a terminal only, and never another word than a pipe gets."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.cli.terminal import in_colour, with_severity

_CODES = re.compile(r"\x1b\[[\d;]*m|\x1b\]8;;.*?\x1b\\")
_IN_A_TERMINAL = (
    "import os, pty, sys\n"
    "status = pty.spawn([sys.executable, '-m', 'kg', *sys.argv[1:]])\n"
    "sys.exit(os.waitstatus_to_exitcode(status))"
)
"""Runs `kg` in a terminal of its own, and copies what that shows."""


def plain(text: str) -> str:
    return _CODES.sub("", text)


@given(st.text(st.sampled_from("ab ─\n:/.[]()é漢")) | st.text(st.characters(exclude_characters="\x1b")))
def test_the_words_are_those_of_the_plain_text(text: str) -> None:
    assert plain(in_colour(text)) == text
    assert plain(with_severity(text)) == text


def test_an_address_becomes_a_link_without_the_punctuation_after_it() -> None:
    made = in_colour("  see https://doi.org/10.1000/x(1)a.")
    assert "\x1b]8;;https://doi.org/10.1000/x(1)a\x1b\\" in made


@pytest.mark.parametrize("line", ["2 errors [a/b]: hint", "x.bib:3:1: error: wrong [a/b]", "1 note [a/b]: hint"])
def test_how_serious_a_problem_is_has_a_colour(line: str) -> None:
    assert "\x1b[1;3" in with_severity(line)


def shown(root: Path, *arguments: str, **environment: str) -> str:
    """What a terminal of 100 columns shows."""
    given = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    given |= {"TERM": "xterm", "COLUMNS": "100", "LINES": "50"} | environment
    command = [sys.executable, "-c", _IN_A_TERMINAL, "--root", str(root), *arguments]
    ran = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=given, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
    return ran.stdout


def test_a_terminal_shows_bold_headings_and_no_colour_means_none(toy: Path) -> None:
    assert "\x1b[1mMissing tools hinder testing" in shown(toy, "show", "PEC1")
    for quiet in (shown(toy, "show", "PEC1", NO_COLOR="1"), shown(toy, "show", "PEC1", TERM="dumb")):
        assert "\x1b[1mMissing" not in quiet
        assert "Missing tools hinder testing" in quiet


def test_a_pipe_and_a_file_get_plain_text(toy: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "kg", "--root", str(toy), "query", "pec-overview"]
    piped = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "\x1b" not in piped
    shown(toy, "query", "pec-overview", "-o", str(tmp_path / "rows.txt"))
    assert "\x1b" not in (tmp_path / "rows.txt").read_text("utf-8")
