"""Every command with `-o`, and every ending: a file of that format, or a refusal that names what is possible."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest
import yaml
from openpyxl import load_workbook
from pyoxigraph import RdfFormat, parse

from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from kg.cli.common import Settings
from kg.cli.group import kg
from kg.render.formats import FORMATS, formats
from tests.conftest import ROOT, KgCli
from tests.toy_readings import write_readings

SELECT = "SELECT ?p ?name { ?p a cs:Practice ; skos:prefLabel ?name } ORDER BY ?p LIMIT 3"
COMMANDS: Mapping[str, tuple[str, list[str], str]] = {
    "query": ("rows", ["query", "related-work", "--practice", "CT"], ""),
    "query --explain": ("explained query", ["query", "related-work", "--practice", "CT", "--explain"], ""),
    "sparql": ("rows", ["sparql"], SELECT),
    "sparql, ASK": ("rows", ["sparql"], "ASK { ?p a cs:Practice }"),
    "sparql, CONSTRUCT": ("triples", ["sparql"], f"CONSTRUCT {{ ?p skos:prefLabel ?name }} {SELECT[15:]}"),
    "sparql, DESCRIBE": ("triples", ["sparql"], "DESCRIBE practice:continuous-testing"),
    "gaps": ("rows", ["gaps", "--rows", "area", "--top", "2"], ""),
    "related-work": ("draft", ["related-work", "--practice", "CT"], ""),
    "map": ("map", ["map", "--rows", "area"], ""),
    "map --style": ("bubble plot", ["map", "--rows", "area", "--style", "bubble"], ""),
    "graph": ("network", ["graph", "--about", "O1"], ""),
    "figure": ("figure", ["figure", "publications-per-year"], ""),
    "agreement": ("agreement", ["agreement", "owl2030"], ""),
    "consensus": ("consensus", ["consensus", "owl2030"], ""),
    "suggest": ("suggestions", ["suggest", "owl2030"], ""),
    "duplicates": ("proposals", ["duplicates"], ""),
    "diff": (
        "changes",
        ["diff", str(ROOT / "ontology" / "practices.ttl"), "--no-answers", "--map", "area", "approach"],
        "",
    ),
    "status": ("status", ["status"], ""),
    "todo": ("rows", ["todo", "--top", "2"], ""),
    "export": ("annotations", ["export"], ""),
    "export --findings": ("annotations", ["export", "--findings"], ""),
}
"""Each with its kind in the table of formats, its arguments and its stdin."""
ENDINGS = sorted({ending for one in FORMATS for ending in one.endings} | {".odt", ".zip", ".gz", ".2031"})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A review that answers each command, and whose graph is loaded once."""
    folder = write_readings(tmp_path_factory.mktemp("readings"))
    twice = "@article{owl2030b, author = {Owl, Ola}, title = {Owls that Test at Night}, year = {2030}}\n"
    (folder / "bib" / "twice.bib").write_text(twice, "utf-8")
    (folder / "texts").mkdir()
    (folder / "texts" / "owl2030.txt").write_text("1 Results\n\nWe found that owls test at night.\n", "utf-8")
    assert not build(folder).errors
    graph = KnowledgeGraph.open(folder)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Settings, "built", lambda _: graph)
        yield folder


def of_options(command: click.Command, context: click.Context) -> Iterator[str]:
    """The names of the commands that write a file, of a group with one of its commands."""
    if isinstance(command, click.Group):
        names = command.list_commands(context)
        for name in names if command is kg else names[:1]:
            found = command.get_command(context, name)
            assert found is not None
            if any(True for _ in of_options(found, click.Context(found, context, name))):
                yield name if command is kg else str(command.name)
    elif any(isinstance(p.type, click.Path) and not p.type.dir_okay for p in command.params if p.name == "output"):
        yield str(command.name)


def test_every_command_that_writes_a_file_is_here(folder: Path) -> None:
    context = click.Context(kg, info_name="kg", obj=Settings(folder))
    assert set(of_options(kg, context)) == {arguments[0] for _, arguments, _ in COMMANDS.values()}


def workbook(data: bytes) -> bool:
    return bool(load_workbook(io.BytesIO(data)).worksheets)


def part(name: str) -> Callable[[bytes], bool]:
    return lambda data: name in zipfile.ZipFile(io.BytesIO(data)).namelist()


def xml(*roots: str) -> Callable[[bytes], bool]:
    return lambda data: ElementTree.fromstring(data).tag.rpartition("}")[2] in roots  # noqa: S314 - just written


def rdf(form: RdfFormat) -> Callable[[bytes], bool]:
    return lambda data: bool(list(parse(data, format=form)))


def table(data: bytes) -> bool:
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    return len({len(line) for line in lines}) == 1


def even(data: bytes) -> bool:
    return len({line.count(b"\t") for line in data.splitlines()}) == 1


def page(data: bytes) -> bool:
    return data[:15].lower() == b"<!doctype html>"


def begins(*texts: bytes) -> Callable[[bytes], bool]:
    return lambda data: data.startswith(texts)


IS: Mapping[str, Callable[[bytes], bool]] = {
    ".bib": begins(b"@"), ".csv": table, ".docx": part("word/document.xml"),
    ".csl.json": lambda data: "type" in json.loads(data)[0],
    ".net": begins(b"*"), ".vosviewer.json": lambda data: "network" in json.loads(data),
    ".gexf": xml("gexf"), ".graphml": xml("graphml"), ".htm": page,
    ".html": page, ".json": lambda data: isinstance(json.loads(data), dict | list),
    ".jsonld": rdf(RdfFormat.JSON_LD), ".md": lambda data: data.startswith((b"|", b"<!--", b"## ")),
    ".nt": rdf(RdfFormat.N_TRIPLES), ".pdf": begins(b"%PDF-"), ".png": begins(b"\x89PNG"), ".qdc": xml("CodeBook"),
    ".qdpx": part("project.qde"), ".rdf": rdf(RdfFormat.RDF_XML), ".ris": begins(b"TY  - "),
    ".rq": lambda data: b"SELECT" in data, ".sparql": lambda data: b"SELECT" in data,
    ".srj": lambda data: "head" in json.loads(data), ".srx": xml("sparql"), ".svg": xml("svg"),
    ".tex": lambda data: b"\\begin{" in data or b"\\cite" in data, ".tsv": even,
    ".orkg.csv": table, ".trig": rdf(RdfFormat.TRIG),
    ".ttl": rdf(RdfFormat.TURTLE), ".txt": lambda data: not data.startswith((b"{", b"<", b"PK")), ".xlsx": workbook,
    ".xml": xml("sparql", "RDF"), ".yaml": lambda data: yaml.safe_load(data) is not None,
    ".yml": lambda data: yaml.safe_load(data) is not None,
}  # fmt: skip
"""What shows that a file is of the format of its ending."""


def written(command: str, ending: str, folder: Path, out: Path, kg_cli: KgCli) -> tuple[str, bytes | None]:
    """What the command says, and what is in the file if it wrote one."""
    _, arguments, stdin = COMMANDS[command]
    target = out / f"a{ending}"
    done = kg_cli(folder, *arguments, "-o", str(target), stdin=stdin)
    made = target.read_bytes() if target.exists() else None
    assert done.returncode == (2 if made is None else 0), done.stderr
    assert made is None or f"wrote {target}" in done.stderr
    return done.stderr, made


@pytest.mark.parametrize("command", COMMANDS)
def test_the_file_is_of_the_format_of_its_ending(command: str, folder: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    made: set[str] = set()
    refused: dict[str, set[str]] = {}
    without_works = set()
    for ending in ENDINGS:
        said, data = written(command, ending, folder, tmp_path, kg_cli)
        if data is not None:
            assert IS[ending](data), (ending, data[:200])
            made.add(ending)
        elif f"cannot write {ending}: use " in said:
            refused[ending] = set(re.findall(r"\.[\w.]*\w", said.partition(": use ")[2]))
        else:
            assert "these rows name no publications" in said
            without_works.add(ending)
    assert made <= {ending for one in formats(COMMANDS[command][0]) for ending in one.endings}
    assert without_works <= {".bib", ".csl.json", ".ris"}
    assert set(map(frozenset, refused.values())) == {frozenset(made | without_works)}
