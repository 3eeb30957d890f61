"""What a person sees while a command works: on a terminal a bar with words and a clock, in a pipe nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.terminal import EAGER, EVERY_WORD, UNTIL_DRAWN, Seen, run

LINE = re.compile(r"(?P<bar>[━╸╺ ]+) (?P<words>\S.*?) +(?P<clock>\d+:\d\d)")
HIDDEN, SHOWN = "\x1b[?25l", "\x1b[?25h"


def words(seen: Seen) -> set[str]:
    """What was told beside the bar, with all numbers alike."""
    found = (LINE.fullmatch(frame) for frame in seen.frames)
    return {re.sub(r"[\d,]+", "N", match["words"]) for match in found if match}


def left_nothing(seen: Seen) -> bool:
    """Whether the line is gone and the cursor is back."""
    return not [line for line in seen.screen if "━" in line] and seen.raw.rfind(SHOWN) >= seen.raw.rfind(HIDDEN)


@pytest.fixture
def review(toy: Path, tmp_path: Path) -> Path:
    """A copy of the toy review to write into."""
    return Path(shutil.copytree(toy, tmp_path / "review"))


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["query", "contents"], {"reading the graph: N of N MB", "asking contents"}),
        (["sparql", "QUERY"], {"reading the graph: N of N MB", "asking the query"}),
        (["show", "example2031"], {"looking up exampleN"}),
        (["gaps"], {"counting studies"}),
        (["agreement", "example2031"], {"comparing the annotations of exampleN"}),
        (["related-work", "--practice", "continuous-testing"], {"arranging what is known"}),
        (["queries", "--format", "md"], {"asking the queries of the library: N of N"}),
        (
            ["graph", "-o", "OUT.html"],
            {"gathering things and relations", "finding a place for N nodes", "writing a page of N nodes"},
        ),
        (["graph", "-o", "OUT.svg"], {"making room for N labels", "drawing edges: N of N"}),
        (["graph", "-o", "OUT.png"], {"drawing edges: N of N", "making a picture of N nodes; the clock waits"}),
        (["map", "-o", "OUT.png"], {"counting studies", "drawing N rows and N columns"}),
        (["figure", "publications-per-year", "-o", "OUT.pdf"], {"drawing publications-per-year"}),
        (
            ["site", "-o", "OUT"],
            {
                "collecting the facts about each thing",
                "drawing the graph and the evidence map",
                "answering questions",
                "sorting things into pages",
                "making the search",
                "writing files: N of N",
                "putting the folder in its place",
            },
        ),
        (["duplicates"], {"reading the bibliography: N of N files", "comparing titles: N of N"}),
        (
            ["new", "example2031", "--as", "another"],
            {"reading the bibliography", "reading the bibliography: N of N files"},
        ),
        (["export", "-o", "OUT.xlsx"], {"reading annotations: N of N", "writing N rows"}),
        (["build", "--full"], {"reading vocabularies", "checking shapes"}),
        (["check"], {"reading vocabularies", "checking shapes"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_step_is_told_on_the_terminal_and_gone_at_the_end(
    review: Path, tmp_path: Path, command: list[str], told: set[str]
) -> None:
    (tmp_path / "all.rq").write_text("SELECT ?p WHERE { ?p a cs:Practice }", encoding="utf-8")
    given = [
        argument.replace("OUT", str(tmp_path / "out")).replace("QUERY", str(tmp_path / "all.rq"))
        for argument in command
    ]
    seen = run("--root", str(review), *given, setup=EVERY_WORD)
    assert words(seen) >= told
    assert left_nothing(seen), ascii(seen.raw)
    assert "━" not in seen.stdout
    assert "Traceback" not in seen.raw


@pytest.mark.parametrize("columns", [80, 40, 20])
def test_the_line_fits_the_terminal(review: Path, tmp_path: Path, columns: int) -> None:
    seen = run("--root", str(review), "site", "-o", str(tmp_path / "out"), columns=columns, setup=EVERY_WORD)
    drawn = [frame for frame in seen.frames if "━" in frame]
    assert drawn
    assert max(map(len, drawn)) < columns
    assert all(LINE.fullmatch(frame) for frame in drawn)


def test_a_bar_grows_to_its_end(review: Path, tmp_path: Path) -> None:
    seen = run("--root", str(review), "site", "-o", str(tmp_path / "out"), setup=EVERY_WORD, NO_COLOR="1")
    pages = [frame for frame in seen.frames if "writing pages" in frame]
    lengths = [frame.split("writing")[0].count("━") for frame in pages]
    assert lengths == sorted(lengths)
    assert (lengths[0], lengths[-1]) == (0, 24)


def test_the_thread_draws_by_itself_while_a_step_tells_nothing() -> None:
    step = (
        EAGER
        + """
import signal, time
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    with progress.progress_line() as told:
        told("thinking")
        while True:
            time.sleep(0.01)
except KeyboardInterrupt:
    raise SystemExit
"""
    )
    # Until its clock has moved twice.
    seen = run(setup=step, interrupt=lambda drawn: len(set(re.findall(r"\d+:\d\d", drawn))) >= 3)
    assert words(seen) == {"thinking"}
    assert left_nothing(seen), ascii(seen.raw)


def test_what_takes_less_than_half_a_second_shows_nothing_and_imports_nothing_for_it() -> None:
    step = """
import sys, time, kg.cli.progress as progress
assert progress.AFTER == 0.5
progress.AFTER, progress.EVERY = 60, 0.001  # also where the machine is busy
with progress.progress_line() as told:
    told("a short step")
    time.sleep(0.2)
print(*sys.modules)
raise SystemExit
"""
    seen = run(setup=step)
    assert seen.raw == ""
    assert not [name for name in seen.stdout.split() if name.startswith("rich")]


@pytest.mark.parametrize("command", ["query contents", "duplicates", "gaps", "check", "show example2031"])
def test_a_pipe_gets_nothing_of_it(toy: Path, command: str) -> None:
    program = EVERY_WORD + "from kg.cli import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", program, "--root", str(toy), *command.split()],
        capture_output=True,
        check=False,
        env=os.environ | {"FORCE_COLOR": "1", "TERM": "xterm"},
    )  # rich would draw
    assert b"\x1b" not in ran.stdout + ran.stderr
    assert "━".encode() not in ran.stdout + ran.stderr


@pytest.mark.parametrize(
    "environment", [{"_KG_COMPLETE": "bash_complete", "COMP_WORDS": "kg show x", "COMP_CWORD": "2"}, {"TERM": "dumb"}]
)
def test_a_shell_that_completes_and_a_terminal_that_cannot_move_get_nothing_of_it(
    toy: Path, environment: dict[str, str]
) -> None:
    seen = run("--root", str(toy), "query", "contents", setup=EVERY_WORD, **environment)
    assert "\x1b" not in seen.raw
    assert "reading" not in seen.raw


def test_what_is_printed_is_the_same_as_without_a_terminal(toy: Path) -> None:
    arguments = ["--root", str(toy), "query", "contents", "--format", "csv"]
    seen = run(*arguments, setup=EVERY_WORD)
    program = "from kg.cli import main; main()"
    piped = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    assert "asking contents" in words(seen)
    assert seen.stdout == piped.stdout


def test_the_line_is_gone_when_the_command_fails(review: Path) -> None:
    (review / "build" / "graph.nq").write_bytes((review / "build" / "graph.nq").read_bytes() + b"no quad at all\n")
    seen = run("--root", str(review), "query", "contents", setup=EVERY_WORD)
    assert "reading the graph: N of N MB" in words(seen)
    assert left_nothing(seen), ascii(seen.raw)
    assert seen.code == 1
    assert seen.screen[0].startswith("kg: graph.nq cannot be read")


def test_the_line_is_gone_when_the_command_is_interrupted(review: Path) -> None:
    # In short sleeps: where another thread gets the signal, Python looks for it only between two calls.
    slow = (
        EVERY_WORD
        + """
import kg.answers.evidence_rows as e, time
e.evidence_map = lambda *_: [time.sleep(0.01) for _ in range(30_000)]
"""
    )
    seen = run("--root", str(review), "gaps", setup=slow, interrupt=lambda drawn: "counting studies" in drawn)
    assert left_nothing(seen), ascii(seen.raw)
    assert (seen.code, seen.screen) == (1, ["Aborted!"])


def test_what_is_told_meanwhile_stands_above_the_line() -> None:
    step = (
        EAGER
        + UNTIL_DRAWN
        + """
with progress.progress_line() as told:
    told("asking somebody")
    for number in range(3):
        until_drawn()
        progress.say(f"request {number}")
    until_drawn()
raise SystemExit
"""
    )
    seen = run(setup=step)
    assert seen.screen == ["request 0", "request 1", "request 2"]
    assert seen.frames.count("request 1") == 1
    after = seen.frames[seen.frames.index("request 2") :]
    assert any("asking somebody" in frame for frame in after)


def test_a_title_that_would_move_the_cursor_or_colour_the_line_does_not() -> None:
    step = (
        EAGER
        + UNTIL_DRAWN
        + r"""
with progress.progress_line() as told:
    told("reading \x1b[2J[bold red]\u202e x")
    until_drawn()
raise SystemExit
"""
    )
    seen = run(setup=step)
    assert "\x1b[2J" not in seen.raw
    assert words(seen) == {r"reading \xNb[NJ[bold red]\uNe x"}


class _Slow(BaseHTTPRequestHandler):
    """An endpoint that thinks for a while before each answer."""

    def do_POST(self) -> None:
        time.sleep(0.5)
        self.send_response(503)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def slow_endpoint() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Slow) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/sparql"
        server.shutdown()


def test_waiting_for_an_endpoint_is_told(toy: Path, slow_endpoint: str) -> None:
    seen = run("--root", str(toy), "--endpoint", slow_endpoint, "query", "contents", setup=EVERY_WORD)
    assert words(seen) == {"asking contents"}
    assert seen.screen[0] == f"asking {slow_endpoint}"
    assert left_nothing(seen), ascii(seen.raw)


def test_a_copy_of_the_process_is_made_without_the_thread_and_draws_nothing() -> None:
    step = (
        EVERY_WORD
        + """
import os, threading, time
with progress.progress_line() as told:
    told("before")
    time.sleep(0.3)
    copy = os.fork()
    if not copy:
        told("in the copy")
        os._exit(threading.active_count() - 1)
    told("after")
    _, status = os.waitpid(copy, 0)
    time.sleep(0.3)
    print(os.waitstatus_to_exitcode(status), threading.active_count())
raise SystemExit
"""
    )
    seen = run(setup=step)
    assert seen.stdout == "0 2\n"
    assert words(seen) == {"before", "after"}
    assert left_nothing(seen), ascii(seen.raw)


def test_a_server_tells_how_far_the_graph_is_until_it_serves(toy: Path) -> None:
    seen = run(
        "--root",
        str(toy),
        "serve",
        "--port",
        "0",
        "--no-site",
        setup=EVERY_WORD,
        interrupt=lambda drawn: "counting triples" in drawn and ERASED in drawn.rpartition("counting triples")[2],
    )
    assert words(seen) >= {"reading the graph: N of N MB", "reading the named graphs", "reading the names of things"}
    assert left_nothing(seen), ascii(seen.raw)
    others = [line for line in seen.screen if "answers SPARQL" not in line]
    assert [line for line in others if "the graph is being loaded" not in line] == []


ERASED = "\x1b[2K"


def test_a_bar_of_steps_stays_where_it_is_while_something_else_is_told() -> None:
    step = (
        EVERY_WORD
        + """
with progress.progress_line(["reading", "checking", "writing"]) as told:
    for what in ("reading", "checking: 1 of 2", "waiting for another build", "writing"):
        told(what)
raise SystemExit
"""
    )
    seen = run(setup=step, NO_COLOR="1")
    drawn = {match["words"]: match["bar"].count("━") for frame in seen.frames if (match := LINE.fullmatch(frame))}
    assert drawn == {"reading": 0, "checking: 1 of 2": 8, "waiting for another build": 8, "writing": 16}
