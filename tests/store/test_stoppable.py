"""A runaway query is stopped by Ctrl-C, after a time, or when it needs too much memory; what is left works on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pyoxigraph import Literal

from kg.api import KnowledgeGraph
from kg.core.problems import KgError, UsageError
from kg.store import QueryError
from kg.store.apart import query_apart
from kg.store.stoppable import Stoppable, interruptible
from kg.store.stopped import QueryLimits, StoppedError
from tests.server.processes import members, memory

RUNAWAY = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?d"
"""It sorts billions of rows: Python is not asked before the first one."""
_REACTS = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
"""A shell makes background processes ignore Ctrl-C, and their children, too."""

linux = pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux only")
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")


def until(happened: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    while not happened():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


@contextmanager
def started(folder: Path, program: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", _REACTS + program, *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def grown(process: subprocess.Popen[str]) -> float:
    """MiB of the process and of those that it has started."""
    return sum(map(memory, (process.pid, *members(process.pid))))


@linux
@pytest.mark.parametrize("options", [(), ("--timeout", "3600"), ("--max-memory", "1000000")], ids=" ".join)
def test_ctrl_c_ends_the_command_while_a_query_grows(toy: Path, options: tuple[str, ...]) -> None:
    with started(toy, "from kg.cli import main; main()", "sparql", *options) as process:
        assert process.stdin
        process.stdin.write(RUNAWAY)
        process.stdin.close()
        process.stdin = None
        until(lambda: grown(process) > 200, process)
        children = members(process.pid)
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate()
    assert (process.returncode, out) == (1, "")
    assert errors.endswith("Aborted!\n")
    assert "Traceback" not in errors
    assert bool(children) == bool(options)
    assert not any(map(memory, children))


@linux
@pytest.mark.parametrize("at_a_prompt", [True, False], ids=["prompt", "limit"])
def test_ctrl_c_ends_the_query_and_python_goes_on(toy: Path, at_a_prompt: bool) -> None:
    program = f"""
import os, sys
from kg import KnowledgeGraph
graph = KnowledgeGraph.open(".")
{"sys.ps1 = '>>> '" if at_a_prompt else ""}
print("ready", flush=True)
try:
    graph.sparql({RUNAWAY!r}{"" if at_a_prompt else ", timeout=3600"})
except KeyboardInterrupt:
    print("interrupted", flush=True)
try:
    os.waitpid(-1, os.WNOHANG)
except ChildProcessError:
    print("no other process", flush=True)
print(bool(graph.sparql("ASK {{ ?practice a cs:Practice }}")), flush=True)
sys.stdin.readline()
"""
    with started(toy, program) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        alone = memory(process.pid)
        until(lambda: grown(process) > alone + 200, process)
        process.send_signal(signal.SIGINT)
        assert [process.stdout.readline() for _ in range(3)] == ["interrupted\n", "no other process\n", "True\n"]
        assert memory(process.pid) < alone + 100
        process.communicate("\n")
    assert process.returncode == 0


def test_ctrl_c_interrupts_a_program_that_gives_no_limit(toy: Path) -> None:
    program = f"""
from kg import KnowledgeGraph
graph = KnowledgeGraph.open(".")
print("ready", flush=True)
graph.sparql({RUNAWAY!r})
"""
    with started(toy, program) as process:
        assert process.stdout
        process.stdout.readline()
        if sys.platform == "linux":
            until(lambda: grown(process) > 200, process)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate()
    assert process.returncode
    assert "KeyboardInterrupt" in errors


def test_a_time_limit_stops_a_query(toy_graph: KnowledgeGraph) -> None:
    with pytest.raises(StoppedError, match=r"stopped after 0\.3 s \[limit/time\]: ask for less") as stopped:
        toy_graph.sparql(RUNAWAY, timeout=0.3)
    assert stopped.value.rule == "limit/time"
    assert len(toy_graph.sparql("SELECT ?p { ?p a cs:Practice }", timeout=3600)) > 1


@linux
def test_a_memory_limit_stops_a_query(toy_graph: KnowledgeGraph) -> None:
    with pytest.raises(StoppedError, match=r"more than 50 MiB \[limit/memory\]"):
        toy_graph.sparql(RUNAWAY, max_memory=50)
    assert len(toy_graph.query("practices" if "practices" in toy_graph.queries.names() else "contents", max_memory=500))


@pytest.mark.parametrize("command", [["sparql"], ["query", "contents"]], ids=" ".join)
@pytest.mark.parametrize("option", ["--timeout", "--max-memory"])
def test_a_limit_of_a_command_is_above_zero(toy: Path, kg_cli: Callable[..., object], command: list[str],
                                            option: str) -> None:  # fmt: skip
    result: object = kg_cli(toy, *command, option, "0", stdin="ASK {}")
    assert getattr(result, "returncode", None) == 2


@linux
def test_the_command_reports_the_limit(toy: Path, kg_cli: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    for option, limit, rule in (("--timeout", "0.2", "limit/time"), ("--max-memory", "40", "limit/memory")):
        result = kg_cli(toy, "sparql", option, limit, stdin=RUNAWAY)
        assert (result.returncode, result.stdout) == (1, "")
        assert rule in result.stderr
        assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("value", [0, -1, "soon", float("nan"), 10**12])
@pytest.mark.parametrize("name", ["timeout", "max_memory"])
def test_a_limit_that_is_no_limit_is_refused(toy_graph: KnowledgeGraph, name: str, value: object) -> None:
    with pytest.raises(UsageError, match=f"{name} is a number of"):
        toy_graph.sparql("ASK {}", **{name: value})  # type: ignore[arg-type]


# --- the same answers ---

ASKED = (
    "ASK { ?s a cs:Practice }",
    "ASK { ?s a cs:Nothing }",
    "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o",
    "SELECT ?x WHERE { ?x a cs:Nothing }",
    "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
    "SELECT ?a ?b WHERE { VALUES (?a ?b) { (UNDEF 1.50) (true UNDEF) ('x\\t\\u0001\\n\"'@de-AT 1e3) ('é' <x:y>) } }",
    "SELECT * WHERE { }",
    "SELECT (BNODE() AS ?b) WHERE { }",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s a cs:Practice ; ?p ?o }",
    "CONSTRUCT { ?s a cs:Nothing } WHERE { ?s a cs:Nothing }",
    "DESCRIBE ?p WHERE { ?p a cs:Practice }",
)


@forks
@pytest.mark.parametrize("sparql", ASKED)
def test_a_query_apart_has_the_same_answer(toy_graph: KnowledgeGraph, sparql: str) -> None:
    here, apart = toy_graph.store.query(sparql), query_apart(toy_graph.store, sparql, QueryLimits())  # type: ignore[arg-type]
    if "BNODE" in sparql:
        assert [len(row) for row in here.rows] == [len(row) for row in apart.rows]
    else:
        assert (here.variables, here.boolean) == (apart.variables, apart.boolean)
        assert here.rows == apart.rows
        assert (here.triples is None, set(here.triples or ())) == (apart.triples is None, set(apart.triples or ()))


@pytest.mark.parametrize(
    "sparql", ["SELEC", "INSERT DATA {}", "ASK { SERVICE <https://x.example/> {} }", "ASK { x:y ?p 1 }"]
)
@pytest.mark.parametrize("limits", [QueryLimits(), QueryLimits(seconds=3600)], ids=["no limit", "limit"])
def test_a_query_that_is_not_valid_has_the_same_error(
    toy_graph: KnowledgeGraph, sparql: str, limits: QueryLimits
) -> None:
    with pytest.raises(QueryError) as here:
        toy_graph.store.query(sparql)
    with pytest.raises(QueryError) as other:
        Stoppable(toy_graph.store, limits).query(sparql)
    assert str(here.value) == str(other.value)


@forks
def test_a_copy_that_the_system_ends_is_an_error_and_no_answer(
    toy_graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (signal.SIGKILL, signal.SIGSEGV):
        monkeypatch.setattr("kg.store.apart._content", lambda *_, number=number: os.kill(os.getpid(), number))
        with pytest.raises(KgError, match="the engine could not answer"):
            toy_graph.sparql("ASK {}", timeout=3600)


def test_an_error_in_the_thread_is_raised_here() -> None:
    def fail() -> None:
        raise QueryError("no")

    with pytest.raises(QueryError, match="no"):
        interruptible(fail)  # type: ignore[arg-type]


def test_a_parameter_of_a_query_may_be_called_like_a_limit(toy: Path) -> None:
    graph = KnowledgeGraph.open(toy)
    text = "#+ summary: S\n#+ params:\n#+   timeout:\n#+     type: text\n#+     default: ''\n" \
        "SELECT ?timeout { VALUES ?timeout { UNDEF } }"  # fmt: skip
    from kg.queries.query_library import read_query

    query = read_query("queries/own/slow.rq", text)
    graph.queries._files["slow"], graph.queries._read["slow"] = (toy, toy), query
    assert graph.query("slow", timeout="ten minutes").terms == ((Literal("ten minutes"),),)
