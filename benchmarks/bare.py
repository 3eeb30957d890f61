"""The stages of a build by the libraries alone, as a lower bound for the time of a build.

    python -m benchmarks.bare REVIEW

REVIEW must be built. Each stage uses one library and discards its result: bibtexparser reads the BibTeX files, PyYAML
in C the annotations, and pyoxigraph the vocabularies; the built graph is parsed into terms, written as N-Quads and as
Turtle, and loaded; rules and checks run one after the other; `shacl` validates. Values are not checked, LaTeX is not
decoded, names are not resolved, and nothing is sorted or given a line number.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox


def bibtex(review: Path) -> None:
    """Parses all files as one library, because macros and parents may be in another file."""
    import bibtexparser

    files = sorted((review / "bib").glob("*.bib"))
    library = bibtexparser.parse_string("\n".join(path.read_text(encoding="utf-8") for path in files))
    assert library.entries  # noqa: S101 - otherwise nothing was measured


def annotations(review: Path) -> None:
    import yaml

    for path in (review / "bib").rglob("*.yaml"):
        assert yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)  # noqa: S101


def vocabularies(_: Path) -> None:
    from kg.core.layers import shipped

    for path in shipped("ontology").glob("*.ttl"):
        assert list(ox.parse(path=path))  # noqa: S101


def graph(review: Path) -> None:
    """Parses the graph into terms and writes both files."""
    quads = list(ox.parse(path=review / "build" / "graph.nq"))
    union = {quad.triple for quad in quads}
    with tempfile.TemporaryDirectory(dir=review) as folder:
        nq, ttl = Path(folder, "graph.nq"), Path(folder, "graph.ttl")
        ox.serialize(quads, nq, format=ox.RdfFormat.N_QUADS)
        ox.serialize(union, ttl, format=ox.RdfFormat.TURTLE)
        for path in (nq, ttl):
            handle = os.open(path, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)


def questions(review: Path) -> None:
    """Runs each rule and check once on a store with the named graphs and their union."""
    from kg.core.iris import PREFIXES
    from kg.core.layers import shipped

    store = ox.Store()
    store.bulk_load(path=str(review / "build" / "graph.nq"), format=ox.RdfFormat.N_QUADS)
    store.update("INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }")
    for family in ("rules", "checks"):
        for path in sorted((shipped("queries") / family).glob("*.rq")):
            for _ in store.query(path.read_text(encoding="utf-8"), prefixes=PREFIXES):
                pass


def shapes(review: Path) -> None:
    import shacl

    from kg.core.layers import shipped

    written = (shipped("ontology") / "shapes.ttl").read_text(encoding="utf-8")
    shacl.Shapes.from_text(written, "turtle").validate_file(str(review / "build" / "graph.ttl"))


STAGES: tuple[Callable[[Path], None], ...] = (bibtex, annotations, vocabularies, graph, questions, shapes)

if __name__ == "__main__":
    for stage in STAGES:
        begin = time.process_time()
        stage(Path(sys.argv[1]))
        print(f"{time.process_time() - begin:8.2f} s  {stage.__name__}")
