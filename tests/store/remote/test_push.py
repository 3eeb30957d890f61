"""`kg push` into real stores: afterwards they contain the build, and nothing else of kg."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import kg.store.remote.graph_store
import kg.store.remote.push
from kg.api import KnowledgeGraph
from kg.core.iris import MANIFEST, UNION, local_name, mint
from kg.core.problems import KgError
from kg.store.http import Response
from kg.store.remote.endpoint import EndpointError
from kg.store.remote.graph_store import GraphStore
from kg.store.remote.manifest import Manifest
from kg.store.remote.manifest import lines as lines_of
from kg.store.remote.push import Build, carry_out, finish, plan, verify
from kg.store.remote.store import RemoteStore
from tests.conftest import KgCli
from tests.store.remote.contents import FOREIGN, emptied, held, manifest, named, push
from tests.store.remote.engines import Engine
from tests.terminal import EVERY_WORD, run

pytestmark = pytest.mark.usefixtures("allowed")

ONE, TWO, THREE = (f"<{mint('bibliography', f'{name}.bib').value}>" for name in ("one", "two", "three"))


def quad(graph: str, subject: str, value: str = '"x"') -> str:
    return f"<https://example.org/{subject}> <https://example.org/p> {value} {graph} .\n"


def quads(*lines: str) -> bytes:
    return "".join(sorted(lines)).encode()


def test_each_graph_is_there_and_their_union_once(engine: Engine, toy_graph: KnowledgeGraph) -> None:
    emptied(engine)
    push(engine, toy_graph.nquads())
    build = Build.of(toy_graph.nquads())
    assert held(engine) == build.graphs
    assert manifest(engine).graphs == build.entries
    assert manifest(engine).snapshot == toy_graph.snapshot
    assert len(build.graphs[UNION.value]) == len(toy_graph.store)


@pytest.mark.parametrize(
    "value",
    [
        '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
        '"2024"^^<http://www.w3.org/2001/XMLSchema#gYear>',
        '"2026-11-25"^^<http://www.w3.org/2001/XMLSchema#date>',
        '"a"@en',
        '"“wide” – ś 漢 😀"',
        r'"a\nb\t\"c\" \\ d"',
        '"</script><!-- ]]> &amp; \u202e"',
        '"' + "long " * 4000 + '"',
        '" blanks around "',
        '""',
    ],
    ids=["integer", "year", "date", "language", "wide", "escapes", "hostile", "long", "blanks", "empty"],
)
def test_a_value_comes_back_as_it_was(engine: Engine, value: str) -> None:
    emptied(engine)
    push(engine, quads(quad(ONE, "a", value)))
    assert held(engine)[ONE[1:-1]] == [quad(ONE, "a", value).replace(f" {ONE}", "").encode()]


def test_only_what_changed_is_sent(engine: Engine) -> None:
    store = emptied(engine)
    push(engine, quads(quad(ONE, "a"), quad(TWO, "b")))
    planned = plan(Build.of(quads(quad(ONE, "a"), quad(TWO, "b"), quad(TWO, "c"))), store)
    assert (planned.put, planned.delete) == ((TWO[1:-1],), ())
    assert len(planned.add) == 1  # to the union, of which nothing was removed
    assert planned.triples == 3


def test_a_graph_whose_source_is_gone_is_deleted_and_no_other(engine: Engine) -> None:
    store = emptied(engine)
    store.put(FOREIGN, [b'<https://example.org/a> <https://example.org/p> "not of kg" .\n'])
    push(engine, quads(quad(ONE, "a"), quad(TWO, "b")))
    push(engine, quads(quad(ONE, "a")))
    assert named(engine) == {ONE[1:-1], UNION.value, FOREIGN}
    assert len(held(engine)[UNION.value]) == 1
    store.delete(FOREIGN)


def test_pushing_the_same_again_changes_nothing(engine: Engine) -> None:
    store, build = emptied(engine), quads(quad(ONE, "a"))
    push(engine, build)
    planned = plan(Build.of(build), store)
    assert planned.done
    assert (planned.put, planned.add, planned.delete) == ((), [], ())


def test_a_triple_of_two_graphs_stays_in_the_union_until_both_are_gone(engine: Engine) -> None:
    emptied(engine)
    for lines, union in (
        ((quad(ONE, "a"), quad(TWO, "a")), 1),
        ((quad(ONE, "a"), quad(TWO, "b")), 2),
        ((quad(TWO, "b"), quad(THREE, "b")), 1),
    ):
        push(engine, quads(*lines))
        assert held(engine) == Build.of(quads(*lines)).graphs
        assert len(held(engine)[UNION.value]) == union


def test_a_big_graph_goes_in_parts(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.store.remote.graph_store, "PART", 500)
    emptied(engine)
    build = quads(*(quad(ONE, f"thing-{number}") for number in range(100)))
    push(engine, build)
    assert held(engine) == Build.of(build).graphs


def test_two_pushes_at_once_do_not_end_as_complete(engine: Engine) -> None:
    store = emptied(engine)
    first = plan(Build.of(quads(quad(ONE, "a"), quad(TWO, "b"))), store)
    carry_out(first, store)
    second = plan(Build.of(quads(quad(ONE, "a"), quad(THREE, "c"))), store)
    carry_out(second, store)  # the first has not ended
    with pytest.raises(EndpointError, match=r"another push to .* began while this one ran"):
        finish(first, store)
    with pytest.raises(EndpointError, match="is being filled"):
        RemoteStore(engine.query).query("ASK { ?s ?p ?o }")
    verify(second, store, "all")
    finish(second, store)
    assert manifest(engine).snapshot == second.build.snapshot
    assert held(engine) == second.build.graphs


def test_a_push_that_is_overtaken_stops_sending(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kg.store.remote.push, "_CHECK", -1)  # before each graph
    store = emptied(engine)
    first = plan(Build.of(quads(quad(ONE, "a"), quad(TWO, "b"))), store)
    other = Build.of(quads(quad(THREE, "c")))

    def overtake(_: str, __: int) -> None:
        if manifest(engine).run == first.run:
            carry_out(plan(other, store), store)

    with pytest.raises(EndpointError, match="another push"):
        carry_out(first, store, overtake)
    assert TWO[1:-1] not in named(engine)


def test_a_manifest_without_an_id_counts_as_before(engine: Engine) -> None:
    store, build = emptied(engine), Build.of(quads(quad(ONE, "a")))
    push(engine, quads(quad(ONE, "a")))
    store.put(MANIFEST.value, lines_of(Manifest(build.entries, build.snapshot).triples()))
    assert plan(build, store).done
    assert RemoteStore(engine.query).query("ASK { ?s ?p ?o }").boolean


def test_an_open_session_notices_that_the_store_is_being_filled(engine: Engine) -> None:
    store = emptied(engine)
    push(engine, quads(quad(ONE, "a"), quad(TWO, "b")))
    session, count = RemoteStore(engine.query), "SELECT ?s { ?s ?p ?o }"
    assert len(session.query(count).rows) == 2
    planned = plan(Build.of(quads(quad(ONE, "other"))), store)
    carry_out(planned, store)
    with pytest.raises(EndpointError, match="is being filled"):
        session.query(count)
    finish(planned, store)
    with pytest.raises(EndpointError, match="filled again since it was first asked: open it again"):
        session.query(count)
    assert len(RemoteStore(engine.query).query(count).rows) == 1


def test_a_session_of_an_empty_store_notices_the_first_push(engine: Engine) -> None:
    store = emptied(engine)
    session = RemoteStore(engine.query)
    assert session.query("SELECT ?s { GRAPH <x:none> { ?s ?p ?o } }").rows == ()
    carry_out(plan(Build.of(quads(quad(ONE, "a"))), store), store)
    with pytest.raises(EndpointError, match="is being filled"):
        session.query("SELECT ?s { ?s ?p ?o }")


def test_a_change_in_the_store_is_found_and_sent_again(engine: Engine) -> None:
    store, build = emptied(engine), quads(quad(ONE, "a"), quad(TWO, "b"))
    push(engine, build)
    store.post(ONE[1:-1], [b'<https://example.org/a> <https://example.org/p> "smuggled" .\n'])
    planned = plan(Build.of(build), store)
    assert planned.done  # by the manifest
    with pytest.raises(EndpointError, match=r"bibliography/one.bib: 1 triples too many, such as .*smuggled"):
        verify(planned, store, "changed")
    push(engine, build)
    assert held(engine) == Build.of(build).graphs


def test_graphs_of_an_interrupted_push_are_compared_by_the_next(engine: Engine) -> None:
    store, build = emptied(engine), Build.of(quads(quad(ONE, "a"), quad(TWO, "b")))
    carry_out(plan(build, store), store)  # everything is sent, and nothing compared
    store.delete(ONE[1:-1])
    planned = plan(build, store)
    assert planned.put == ()
    with pytest.raises(EndpointError, match=r"bibliography/one.bib: 1 triples missing"):
        verify(planned, store, "changed")


def test_blank_nodes_are_refused_with_the_graph_that_has_them() -> None:
    with pytest.raises(KgError, match=r"bibliography/one.bib has blank nodes.*https://example.org/p"):
        Build.of(f'_:a <https://example.org/p> "x" {ONE} .\n'.encode())


@pytest.mark.parametrize("steps", range(12))
def test_a_push_after_an_interruption_at_any_request(
    engine: Engine, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A graph that was sent in part, and whose source no longer exists at the next push, must leave nothing behind.
    emptied(engine)
    push(engine, quads(quad(ONE, "a"), quad(TWO, "b")))
    after = iter([*([True] * steps), False])
    send = kg.store.remote.graph_store.GraphStore._send

    def broken(self: GraphStore, method: str, *arguments: Any, **given: Any) -> Response:
        if method != "GET" and not next(after, True):
            raise KeyboardInterrupt
        return send(self, method, *arguments, **given)

    with monkeypatch.context() as patched:
        patched.setattr(kg.store.remote.graph_store.GraphStore, "_send", broken)
        with suppress(KeyboardInterrupt):
            push(engine, quads(quad(ONE, "c"), quad(THREE, "d")))
    last = quads(quad(ONE, "a"), quad(ONE, "e"))
    push(engine, last)
    assert held(engine) == Build.of(last).graphs


def test_a_push_that_is_killed_loses_and_duplicates_nothing(
    engine: Engine, tmp_path: Path, toy_graph: KnowledgeGraph
) -> None:
    if engine.name == "virtuoso":
        pytest.skip("the requests are the same as to Oxigraph, and each push takes seconds")
    emptied(engine)
    (tmp_path / "bib").mkdir()
    (tmp_path / "build").mkdir()
    whole = toy_graph.nquads()
    half = b"".join(line for number, line in enumerate(whole.splitlines(keepends=True)) if number % 3)
    command = [str(Path(sys.executable).parent / "kg"), "--root", str(tmp_path), "push", engine.graphs]
    chance, killed = random.Random(11), 0  # noqa: S311 - not a secret
    (tmp_path / "build" / "graph.nq").write_bytes(half)
    began = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    took = time.monotonic() - began
    for number in range(60):  # on a loaded machine a push may take longer, or be finished when it is to be killed
        if killed == 2:
            break
        (tmp_path / "build" / "graph.nq").write_bytes(half if number % 2 else whole)
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.1, 1.2) * took)
        killed += process.poll() is None
        process.kill()
        process.wait()
    assert killed == 2
    (tmp_path / "build" / "graph.nq").write_bytes(whole)
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert "no differences" in done.stderr
    assert held(engine) == Build.of(whole).graphs
    assert manifest(engine).snapshot == toy_graph.snapshot


def test_the_command_reports_what_it_did(engine: Engine, toy: Path, kg_cli: KgCli) -> None:
    emptied(engine)
    run = kg_cli(toy, "push", engine.graphs, "--dry-run", **engine.environment)
    assert "put graph/all: " in run.stdout
    assert "this was a dry run" in run.stderr
    assert named(engine) == set()
    run = kg_cli(toy, "push", engine.graphs, **engine.environment)
    assert (run.returncode, run.stdout) == (0, "")
    assert "0 deleted" in run.stderr
    assert "compared with the build: no differences" in run.stderr
    run = kg_cli(toy, "push", engine.graphs, "--verify", "all", "--query-url", engine.query, **engine.environment)
    assert "has this build already" in run.stderr
    assert "compared with the build: no differences" in run.stderr


def test_counting_finds_missing_triples(engine: Engine, toy: Path, toy_graph: KnowledgeGraph, kg_cli: KgCli) -> None:
    store = emptied(engine)
    push(engine, toy_graph.nquads())
    first = min(Build.of(toy_graph.nquads()).graphs)
    store.delete(first)
    run = kg_cli(toy, "push", engine.graphs, "--verify", "all", "--query-url", engine.query, **engine.environment)
    assert run.returncode == 1
    assert f"{local_name(first)}: 0 triples instead of" in run.stderr
    assert kg_cli(toy, "push", engine.graphs, **engine.environment).returncode == 0
    assert held(engine) == Build.of(toy_graph.nquads()).graphs


def test_a_query_reports_an_incomplete_push(
    engine: Engine, toy: Path, toy_graph: KnowledgeGraph, kg_cli: KgCli
) -> None:
    store = emptied(engine)
    planned = plan(Build.of(toy_graph.nquads()), store)
    carry_out(planned, store)  # without finish
    run = kg_cli(toy, "--endpoint", engine.query, "query", "contents")
    assert run.returncode == 1
    assert "a push to it was interrupted: run `kg push` again" in run.stderr
    finish(planned, store)
    assert kg_cli(toy, "--endpoint", engine.query, "query", "contents").returncode == 0


def test_a_terminal_shows_progress(engine: Engine, toy: Path) -> None:
    emptied(engine)
    seen = run("--root", str(toy), "push", engine.graphs, setup=EVERY_WORD, **engine.environment)
    told = {frame.strip("━╸╺ ").split(":")[0] for frame in seen.frames if "━" in frame}
    assert {"reading the graph", "graph/all", "comparing graph/all"} <= told
    assert any(frame.startswith("sorting the triples of") for frame in told)
    assert any(frame.startswith("reading the manifest of http") for frame in told)
    assert seen.code == 0
    assert not [line for line in seen.screen if "━" in line]
