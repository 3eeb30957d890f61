"""How a build grows with the review: each stage is compared with a lower bound or another tool, in one run.

    python -m benchmarks.scale [PUBLICATIONS…] [-o FOLDER]
    python -m benchmarks.scale [PUBLICATIONS] --against DIR

Reviews of 100, 10000 and 100000 publications (or of the numbers given) are made up by `benchmarks/reviews.py`; one
publication in ten is annotated. Each stage runs in a process of its own: CPU seconds of the process and its children,
wall-clock seconds, and the peak memory that all of them use together. With -o a table (scale.md) and a chart
(scale.svg) are written to the folder. With --against, `kg build --full` of this checkout is compared with that of
another checkout in DIR: five runs each, in turns, of the made-up review and of the review of this repository.

| what | compared with |
| --- | --- |
| whole build | bibtexparser 2 parsing the same files; all stages by the libraries alone (bare.py) |
| reading BibTeX | bibtexparser 2 |
| reading annotations | PyYAML in C |
| sorting and writing N-Quads and Turtle | pyoxigraph reading and writing the same, unsorted; writing the bytes |
| shapes | pySHACL, up to 1000 publications |
| loading the graph and its union | `oxigraph load` of the same file |
| the build of this repository's review | its stages by the libraries alone |
| a start: `kg --help` | `python -c pass` |
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from math import nan
from pathlib import Path

from benchmarks import bare
from benchmarks.log_chart import Series, log_chart
from benchmarks.reviews import make_review
from tests.server.processes import family

HERE = Path(__file__).resolve().parents[1]
Row = dict[str, float]


# --- stages, each measured in its own process ---


def read_bibtex(review: Path) -> None:
    import gc

    from kg.building.reading import Sources, read_bibliographies

    gc.disable()
    reading = Sources(review)
    read_bibliographies(reading)
    assert reading.bibliographies  # noqa: S101


def read_annotations(review: Path) -> None:
    """Reads the annotations and makes their graphs."""
    from kg.building.reading import Sources, read_annotations
    from kg.graph.annotation import annotation_graph

    sources = Sources(review)
    read_annotations(sources)
    assert [annotation_graph(source, {}) for source in sources.annotations]  # noqa: S101


def build_full(review: Path) -> None:
    from kg.building.pipeline import build

    assert not build(review).errors  # noqa: S101


def peer_write(review: Path) -> None:
    """A lower bound for writing: the bytes of graph.nq, unchanged."""
    data = (review / "build" / "graph.nq").read_bytes()
    with tempfile.NamedTemporaryFile(dir=review) as file:
        file.write(data)
        os.fsync(file.fileno())


def write_graph(review: Path) -> None:
    """Sorts and writes the statements as a build does."""
    from pyoxigraph import NamedNode

    from kg.graph.serialise import write_graph
    from kg.graph.statements import SourceGraph

    texts: dict[str, list[str]] = {}
    for line in (review / "build" / "graph.nq").read_text(encoding="utf-8").split("\n")[:-1]:
        at = line.rindex(" <")
        texts.setdefault(line[at + 2 : -3], []).append(line[:at])
    graphs = [SourceGraph(NamedNode(name), "\n".join(found).encode()) for name, found in texts.items()]
    with tempfile.TemporaryFile(dir=review) as quads, tempfile.TemporaryFile(dir=review) as turtle:
        print(json.dumps({"skip": _cpu()}))
        write_graph(graphs, quads, turtle)
        os.fsync(quads.fileno())
        os.fsync(turtle.fileno())


def load_graph(review: Path) -> None:
    """Loads the named graphs and their union."""
    from kg.api import KnowledgeGraph

    assert KnowledgeGraph.open(review).sparql("SELECT * { GRAPH ?g { ?s ?p ?o } } LIMIT 1")  # noqa: S101


def peer_oxigraph(review: Path) -> None:
    """Loads the named graphs into a store on disk; `oxigraph load` supports no other."""
    with tempfile.TemporaryDirectory(dir=review) as folder:
        subprocess.run(  # noqa: S603
            [
                Path(sys.executable).with_name("oxigraph"),
                "load",
                "--location",
                folder,
                "--file",
                review / "build" / "graph.nq",
            ],
            check=True,
            stderr=subprocess.DEVNULL,
        )


def peer_libraries(review: Path) -> None:
    for work in bare.STAGES:
        work(review)


def check_shapes(review: Path) -> None:
    """Validates the shapes; reading the graph is not counted."""
    from pyoxigraph import RdfFormat, parse

    from kg.core.layers import shipped
    from kg.graph.serialise import ntriples
    from kg.graph.shape_engines import with_pyshacl, with_shacl

    shapes = [quad.triple for quad in parse((shipped("ontology") / "shapes.ttl").read_bytes(), format=RdfFormat.TURTLE)]
    lines = {line[: line.rindex(" <")] for line in (review / "build" / "graph.nq").read_text("utf-8").split("\n")[:-1]}
    data = review / "data.nt"
    data.write_bytes(ntriples(line.encode() for line in lines))
    print(json.dumps({"skip": _cpu()}))
    (with_pyshacl if "pyshacl" in sys.argv else with_shacl)(data, shapes)


MEASURED: dict[str, Callable[[Path], None]] = {
    work.__name__: work for work in (read_bibtex, read_annotations, build_full, peer_write, write_graph,
                                     check_shapes, load_graph, peer_oxigraph, peer_libraries)
} | {f"bare_{work.__name__}": work for work in bare.STAGES}  # fmt: skip


def _cpu() -> float:
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


class Watched:
    """The peak memory of a process and its descendants together (sum of proportional set sizes), in MiB."""

    def __init__(self, pid: int) -> None:
        self.most, self._pid, self._ended = 0.0, pid, threading.Event()
        self._watching = threading.Thread(target=self._watch)
        self._watching.start()

    def _watch(self) -> None:
        while not self._ended.wait(0.1):
            below = [child for children in family(self._pid).values() for child in children]
            self.most = max(self.most, sum(map(proportional_size, [self._pid, *below])))

    def end(self) -> float:
        self._ended.set()
        self._watching.join()
        return self.most


def proportional_size(pid: int) -> float:
    """The proportional set size in MiB, which divides shared pages among processes; 0 if the process has ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").split("\n")
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def measured(*command: str, cwd: Path = HERE) -> Row:
    """CPU and wall-clock seconds of a command, and the peak memory of its processes together, in MiB."""
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd)  # noqa: S603
    watched = Watched(process.pid)
    output, errors = (text.decode() for text in process.communicate())
    wall, memory = time.perf_counter() - begin, watched.end()
    if process.returncode:
        raise SystemExit(f"{errors}{' '.join(command)} ended with {process.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    skip = json.loads(output.split("\n")[0])["skip"] if output.startswith('{"skip"') else 0.0
    if skip:
        wall = memory = nan  # these would include the preparation
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime - skip
    return {"cpu": cpu, "wall": wall, "memory": memory}


def stage(name: str, review: Path, *options: str) -> Row:
    print(f"  {name}", end=" ", flush=True)
    row = measured(sys.executable, "-m", "benchmarks.scale", "--stage", name, str(review), *options)
    print(f"{row['cpu']:.2f} s CPU, {row['wall']:.2f} s, {row['memory']:.0f} MiB", flush=True)
    return row


# --- one review ---


def measure(publications: int, folder: Path) -> dict[str, Row]:
    print(f"{publications} publications", flush=True)
    review = make_review(publications, folder / str(publications))
    first = ("bare_bibtex", "read_bibtex", "bare_annotations", "read_annotations", "build_full")
    rows = {name: stage(name, review) for name in first}
    rest = ("peer_libraries", "peer_write", "bare_graph", "write_graph", "check_shapes", "load_graph", "peer_oxigraph")
    rows |= {name: stage(name, review) for name in rest}
    if publications <= 1000:
        rows["peer_pyshacl"] = stage("check_shapes", review, "pyshacl")
    graph = (review / "build" / "graph.nq").read_bytes()
    rows["size"] = {"quads": graph.count(b"\n"), "bytes": len(graph)}
    return rows


PAIRS = (
    ("whole build", "build_full", "bibtexparser 2 alone", "bare_bibtex"),
    ("whole build", "build_full", "the libraries alone", "peer_libraries"),
    ("reading BibTeX", "read_bibtex", "bibtexparser 2 alone", "bare_bibtex"),
    ("reading annotations", "read_annotations", "PyYAML in C alone", "bare_annotations"),
    ("sorting and writing both files", "write_graph", "pyoxigraph reads and writes them", "bare_graph"),
    ("sorting and writing both files", "write_graph", "writing the bytes of graph.nq", "peer_write"),
    ("shapes, fast engine", "check_shapes", "pySHACL", "peer_pyshacl"),
    ("loading graphs and union", "load_graph", "`oxigraph load`, graphs alone", "peer_oxigraph"),
)


def table(found: dict[int, dict[str, Row]]) -> str:
    lines = [
        "| publications | quads | what | CPU, s | clock, s | memory, MiB | compared with | CPU, s | clock, s "
        "| CPU ratio | clock ratio |",
        "| --: | --: | --- " + "| --: " * 3 + "| --- " + "| --: " * 4 + "|",
    ]
    for number, rows in found.items():
        for what, name, peer, other in PAIRS:
            if name in rows and other in rows:
                own, peer_row = rows[name], rows[other]
                lines.append(
                    f"| {number:,} | {rows['size']['quads']:,.0f} | {what} | {own['cpu']:.2f} "
                    f"| {own['wall']:.1f} | {own['memory']:,.0f} | {peer} | {peer_row['cpu']:.2f} "
                    f"| {peer_row['wall']:.1f} | {own['cpu'] / peer_row['cpu']:.3g} "
                    f"| {own['wall'] / peer_row['wall']:.3g} |".replace(" nan ", " – ")
                )
    return "\n".join(lines) + "\n"


def chart(found: dict[int, dict[str, Row]], path: Path) -> None:
    """CPU seconds by number of publications."""
    names = {
        "build_full": ("whole build", "#0072B2"),
        "bare_bibtex": ("bibtexparser 2 alone", "#000000"),
        "read_bibtex": ("reading BibTeX", "#009E73"),
        "read_annotations": ("reading annotations", "#CC79A7"),
        "peer_libraries": ("the libraries alone", "#E69F00"),
    }
    series = [
        Series(what, colour, [(number, rows[name]["cpu"]) for number, rows in found.items() if name in rows])
        for name, (what, colour) in names.items()
        if any(name in rows for rows in found.values())
    ]
    drawn = log_chart("CPU seconds by publications", ("publications", "CPU seconds"), series, sorted(found))
    path.write_text(drawn.svg(), encoding="utf-8")


def starts() -> str:
    """Compares the start of the command with that of Python, and the build of this repository with bare.py."""
    kg = str(Path(sys.executable).parent / "kg")
    own, floor = _middle([kg, "--help"], [sys.executable, "-c", "pass"])
    text = f"`kg --help` {own:.3f} s CPU, `python -c pass` {floor:.3f} s: ratio {own / floor:.1f}\n"
    own, floor = _middle([kg, "build", "--full"], [sys.executable, "-m", "benchmarks.bare", "."])
    return text + (
        f"\n`kg build --full` of this repository's review {own:.2f} s CPU, its stages by the libraries "
        f"alone {floor:.2f} s: ratio {own / floor:.2f}\n"
    )


def _middle(*commands: list[str]) -> list[float]:
    """The median CPU seconds of the commands, which run in turns."""
    taken = [[measured(*command)["cpu"] for command in commands] for _ in range(7)]
    return [sorted(column)[3] for column in zip(*taken, strict=True)]


def against(other: Path, publications: int) -> str:
    """The CPU seconds and the peak memory of `kg build --full` here and in another checkout, with their ratios."""
    program = "import sys; sys.path.insert(0, sys.argv.pop(1)); from kg.cli import main; main()"
    text = "| review | CPU here, s | there, s | ratio | memory here, MiB | there, MiB | ratio |\n"
    text += "| --- " + "| --: " * 6 + "|\n"
    with tempfile.TemporaryDirectory() as folder:
        made, own = make_review(publications, Path(folder, "made")), Path(folder, "own")
        shutil.copytree(other / "bib", own / "bib")  # not HERE: older code cannot read what the format has gained
        for what, review in ((f"{publications:,} publications", made), ("the review of the other checkout", own)):
            runs: tuple[list[Row], list[Row]] = ([], [])
            for _ in range(5):
                for rows, checkout in zip(runs, (HERE, other.resolve()), strict=True):
                    command = (sys.executable, "-c", program, str(checkout), "--root", str(review), "build", "--full")
                    rows.append(measured(*command, cwd=review))
            text += f"| {what} "
            for name in ("cpu", "memory"):
                here, there = (sorted(row[name] for row in rows)[2] for rows in runs)
                text += f"| {here:.2f} | {there:.2f} | {here / there:.2f} "
            text += "|\n"
    return text


def main(arguments: list[str]) -> None:
    if arguments[:1] == ["--stage"]:
        MEASURED[arguments[1]](Path(arguments[2]))
        return
    if "--against" in arguments:
        sizes = [int(word) for word in arguments if word.isdecimal()]
        print(against(Path(arguments[arguments.index("--against") + 1]), sizes[0] if sizes else 10_000))
        return
    out = Path(arguments[arguments.index("-o") + 1]) if "-o" in arguments else None
    sizes = [int(word) for word in arguments if word.isdecimal()] or [100, 10_000, 100_000]
    with tempfile.TemporaryDirectory() as folder:
        found = {number: measure(number, Path(folder)) for number in sizes}
    text = table(found) + "\n" + starts()
    print(text)
    if out:
        (out / "scale.md").write_text(text, encoding="utf-8")
        chart(found, out / "scale.svg")


if __name__ == "__main__":
    main(sys.argv[1:])
