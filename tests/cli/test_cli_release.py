"""`kg release`: what is in it, that it is always the same bytes, and that one changed letter is found."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from kg.api import KnowledgeGraph
from kg.core.problems import UsageError
from kg.render.release.about import about
from kg.render.release.files import archive, read_release
from kg.store import Store
from tests.conftest import KgCli
from tests.toy import write_toy

CITATION = """\
cff-version: 1.2.0
message: Cite it.
title: "Toys: a review"
authors:
  - {family-names: Toy, given-names: Ann, orcid: "https://orcid.org/0000-0002-1825-0097", affiliation: Toy University}
  - {name: The toy group}
version: 0.1
keywords: [toys, tests]
"""
LICENCE = "These data are under https://creativecommons.org/licenses/by/4.0/ and no other licence.\n"
DCAT, VOID = "http://www.w3.org/ns/dcat#", "http://rdfs.org/ns/void#"


def with_licence(folder: Path) -> Path:
    write_toy(folder)
    (folder / "CITATION.cff").write_text(CITATION)
    (folder / "LICENSE-DATA").write_text(LICENCE)
    return folder


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, kg_cli: KgCli) -> Path:
    """A review with its release 1.0 in `out`."""
    folder = with_licence(tmp_path_factory.mktemp("released"))
    done = kg_cli(folder, "release", "1.0", "-o", "out")
    assert done.returncode == 0, done.stderr
    assert "version 1.0 of 2032-03-04" in done.stderr  # the last day that an annotation names
    return folder


def test_folder_and_archive_have_the_same_files(released: Path) -> None:
    files = read_release(released / "out.zip")
    assert files == read_release(released / "out")
    assert {"graph/graph.nq", "graph/graph.ttl", "tables/works.csv", "ontology/shapes.ttl", "ontology/index.html",
            "queries/related-work/related-work.rq", "queries/checks/cites-itself.rq", "report/report.json",
            "report/checks.csv", "CITATION.cff", "LICENSE-DATA", ".zenodo.json", "dcat.ttl", "README.md",
            "ro-crate-metadata.json"} <= set(files)  # fmt: skip
    assert not (released / "build" / "graph.nq").exists()  # the review's own build stays as it is


def test_another_machine_gives_the_same_bytes(released: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    """Another folder, time zone, locale and umask, and files made in the opposite order long ago."""
    folder = tmp_path / "else where"
    for file in sorted(with_licence(tmp_path / "first").rglob("*"), reverse=True):
        if file.is_file():
            copy = folder / file.relative_to(tmp_path / "first")
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, copy)
            os.utime(copy, (1e9, 1e9))
    before = os.umask(0o077)
    try:
        done = kg_cli(folder, "release", "1.0", "-o", "out", TZ="Asia/Tokyo", LC_ALL="C")
    finally:
        os.umask(before)
    assert done.returncode == 0, done.stderr
    assert (folder / "out.zip").read_bytes() == (released / "out.zip").read_bytes()


def test_nothing_in_it_names_this_machine(released: Path) -> None:
    for path, data in read_release(released / "out.zip").items():
        assert str(released).encode() not in data, path
        assert b"/tmp/" not in data, path


def test_an_archive_is_proved_to_be_what_the_sources_give(released: Path, kg_cli: KgCli) -> None:
    for name in ("out.zip", "out"):
        done = kg_cli(released, "release", "--verify", name)
        assert (done.returncode, "is what the sources give" in done.stdout) == (0, True), done.stderr


@pytest.mark.parametrize(
    ("path", "old", "new", "place"),
    [
        ("tables/findings.csv", b"Toy testers ask", b"Toy testers asked", r"tables/findings.csv:"),
        ("graph/graph.nq", b"Toy testers ask", b"Toy testers axk", r"graph/graph.nq:"),
        ("CITATION.cff", b"Cite it.", b"Cite It.", "CITATION.cff:2:15: error"),
    ],
)
def test_one_changed_letter_is_named_with_its_file(
    released: Path, tmp_path: Path, kg_cli: KgCli, path: str, old: bytes, new: bytes, place: str
) -> None:
    with zipfile.ZipFile(released / "out.zip") as one, zipfile.ZipFile(tmp_path / "changed.zip", "w") as other:
        for member in one.infolist():
            data = one.read(member)
            other.writestr(member, data.replace(old, new, 1) if member.filename == path else data)
    done = kg_cli(released, "release", "--verify", str(tmp_path / "changed.zip"))
    assert done.returncode == 1
    assert place in done.stderr
    assert done.stderr.count("[release/") == 1


def test_a_changed_source_is_named_by_the_files_that_it_changes(released: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    folder = shutil.copytree(released, tmp_path / "copy")
    bib = folder / "bib" / "reports.bib"
    bib.write_text(bib.read_text().replace("How we build toys", "How we built toys"))
    (folder / "queries" / "own").mkdir(parents=True)
    (folder / "queries" / "own" / "toys.rq").write_text("#+ summary: Toys.\nSELECT ?toy { ?toy a cs:Practice }\n")
    said = kg_cli(folder, "release", "--verify", "out.zip").stderr
    assert "tables/works.csv:" in said
    assert "queries/own/toys.rq: error: this file is missing [release/missing]" in said


def test_files_packed_otherwise_are_not_the_release(released: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    with zipfile.ZipFile(tmp_path / "packed.zip", "w", zipfile.ZIP_DEFLATED) as other:
        for path, data in read_release(released / "out.zip").items():
            other.writestr(path, data)
    done = kg_cli(released, "release", "--verify", str(tmp_path / "packed.zip"))
    assert (done.returncode, "[release/packed]" in done.stderr) == (1, True)


def test_the_descriptions_say_the_same(released: Path) -> None:
    files = read_release(released / "out.zip")
    crate = {one["@id"]: one for one in json.loads(files["ro-crate-metadata.json"])["@graph"]}
    root, zenodo = crate["./"], json.loads(files[".zenodo.json"])
    assert (root["version"], zenodo["version"]) == ("1.0", "1.0")
    assert (root["datePublished"], zenodo["publication_date"]) == ("2032-03-04", "2032-03-04")
    assert root["license"] == {"@id": "https://creativecommons.org/licenses/by/4.0/"}
    assert zenodo["license"] == "cc-by-4.0"
    assert zenodo["creators"] == [
        {"name": "Toy, Ann", "orcid": "0000-0002-1825-0097", "affiliation": "Toy University"}, {"name": "The toy group"}
    ]  # fmt: skip
    assert {one["@id"] for one in crate.values() if one["@type"] == "File"} == set(files) - {"ro-crate-metadata.json"}
    assert b'\nversion: "1.0"\ndate-released: 2032-03-04\n' in files["CITATION.cff"].replace(
        b"keywords: [toys, tests]\n", b""
    )
    quads = list(parse(files["dcat.ttl"], format=RdfFormat.TURTLE, base_iri="https://example.org/"))
    sizes = {q.object.value for q in quads if q.predicate == NamedNode(f"{DCAT}byteSize")}
    assert str(len(files["graph/graph.nq"])) in sizes
    count = len({quad.triple for quad in parse(files["graph/graph.nq"], format=RdfFormat.N_QUADS)})
    assert {q.object.value for q in quads if q.predicate == NamedNode(f"{VOID}triples")} == {str(count)}


def test_each_check_says_how_many_problems_it_found(released: Path) -> None:
    files = read_release(released / "out")
    report = json.loads(files["report/report.json"])
    rows = list(csv.DictReader(io.StringIO(files["report/checks.csv"].decode())))
    assert sum(int(row["problems"]) for row in rows) == len(report["problems"]) > 0
    assert {"check/cites-itself", "check/unknown-term"} <= {row["rule"] for row in rows}


def test_without_a_licence_nothing_is_released(tmp_path: Path, kg_cli: KgCli) -> None:
    folder = write_toy(tmp_path / "toy")
    done = kg_cli(folder, "release", "1.0")
    assert (done.returncode, "[release/licence]" in done.stderr) == (2, True)
    assert not (folder / "build" / "release-1.0").exists()


@pytest.mark.parametrize("date", ["2032-02-31", "9999-99-99", "0000-00-00", "20320101", "today"])
def test_what_is_no_day_is_refused(released: Path, date: str) -> None:
    graph = KnowledgeGraph(released, Store.of_file(released / "out" / "graph" / "graph.nq"))
    with pytest.raises(UsageError, match="is no day"):
        about(graph, released, "1.0", date)


@pytest.mark.parametrize(("date", "year"), [("1970-01-31", 1980), ("9999-12-31", 2107)])
def test_a_day_that_zip_cannot_say_is_packed_as_the_nearest_year(tmp_path: Path, date: str, year: int) -> None:
    (tmp_path / "a.zip").write_bytes(archive({"a": b""}, date))
    assert zipfile.ZipFile(tmp_path / "a.zip").infolist()[0].date_time[0] == year


def test_a_citation_whose_version_has_several_lines_is_refused(tmp_path: Path, toy_graph: KnowledgeGraph) -> None:
    folder = with_licence(tmp_path)
    (folder / "CITATION.cff").write_text(CITATION.replace("version: 0.1", "version: |\n  1\n  2"))
    with pytest.raises(UsageError, match="its version cannot be changed"):
        about(toy_graph, folder, "1.0")


@pytest.mark.parametrize("version", ["../1.0", "1 0", "-1", "v1/2", "", "1.0\n", "x" * 65])
def test_what_is_no_version_is_refused(released: Path, kg_cli: KgCli, version: str) -> None:
    assert kg_cli(released, "release", "--", version).returncode == 2


def test_a_folder_with_other_files_is_not_replaced(released: Path, kg_cli: KgCli) -> None:
    done = kg_cli(released, "release", "1.0", "-o", ".")
    assert (done.returncode, "contains files that kg did not write" in done.stderr) == (2, True)


def test_hostile_archives_are_refused(released: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    crate = json.dumps({"@graph": [{"@id": "./", "version": "../../x", "datePublished": "2032-03-04"}]})
    for name, members in {
        "up": {"../x": "", "ro-crate-metadata.json": crate},
        "version": {"ro-crate-metadata.json": crate},
        "deep": {"ro-crate-metadata.json": "[" * 100_000},
        "empty": {},
    }.items():
        with zipfile.ZipFile(tmp_path / f"{name}.zip", "w") as archive:
            for path, text in members.items():
                archive.writestr(path, text)
        done = kg_cli(released, "release", "--verify", str(tmp_path / f"{name}.zip"))
        assert done.returncode == 2, name
        assert "Traceback" not in done.stderr


# --- what other programs say of it --------------------------------------------------------------------------------


def test_the_tables_are_valid_csv_on_the_web(released: Path) -> None:
    csvw = pytest.importorskip("csvw")
    tables = csvw.CSVW(str(released / "out" / "tables" / "csv-metadata.json"), validate=True)
    assert tables.is_valid, tables.warnings
    assert not tables.warnings
    assert {str(table.url) for table in tables.tables} >= {"works.csv", "findings.csv", "links.csv", "evidence.csv"}


def test_the_rocrate_library_reads_it(released: Path) -> None:
    rocrate = pytest.importorskip("rocrate.rocrate")
    crate = rocrate.ROCrate(str(released / "out"))
    assert crate.root_dataset["version"] == "1.0"
    assert {author["name"] for author in crate.root_dataset["author"]} == {"Ann Toy", "The toy group"}


def test_cffconvert_accepts_the_citation(released: Path) -> None:
    found = shutil.which("cffconvert")
    if not found:
        pytest.skip("cffconvert needs an older jsonschema than the tests: install it apart and put it on the PATH")
    done = subprocess.run(
        [found, "--validate", "-i", str(released / "out" / "CITATION.cff")], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_roc_validator_accepts_the_crate(released: Path) -> None:
    found = shutil.which("rocrate-validator")
    if not found:
        pytest.skip("roc-validator needs an older rich than kg: install it apart and put it on the PATH")
    command = [found, "validate", "-p", "ro-crate-1.2", "--no-paging", str(released / "out.zip")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    said = " ".join(done.stdout.split())
    if "Unable to retrieve the JSON-LD context" in said or "URLError" in said:
        pytest.skip("roc-validator downloads the context of RO-Crate, and there is no network")
    assert done.returncode == 0, done.stdout
