"""A panic of the engine, which is a fault in it, is named as such and not taken for a limit of memory."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import json, os, socket, threading
import pyoxigraph as ox
from kg.server import forker
from kg.server.messages import Task, line, task_line
from kg.server.settings import Limits

rows = []
other = threading.Thread(target=lambda: rows.append(ox.Store().query("SELECT * {}")))
other.start()
other.join()
here, there = socket.socketpair()
if not os.fork():
    here.close()
    forker.answer = lambda *_: list(rows[0])  # the engine panics when rows change their thread
    forker._Forker(there, None, Limits()).run()
    os._exit(0)
there.close()
mine, its = socket.socketpair()
socket.send_fds(here, [line({"do": "fork"})], [its.fileno()])
its.close()
answers = here.makefile("rb")
pid = json.loads(answers.readline())["pid"]
mine.sendall(task_line(Task("SELECT * {}")))
assert mine.recv(100) == b""
here.sendall(line({"do": "why", "pid": pid}))
print(json.loads(answers.readline())["signal"] == forker.PANIC, flush=True)
os._exit(0)  # to free the rows would be the next panic
"""


def test_a_panic_is_named_in_one_line() -> None:
    found = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert found.stdout == "True\n", found.stderr
    assert len(found.stderr.splitlines()) == 1
    assert "the engine failed on a query" in found.stderr
