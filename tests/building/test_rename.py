"""Another key changes the key everywhere and nothing else: the graph is the same with another IRI."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from kg.building import rename as renaming
from kg.building.pipeline import Assembly, assemble
from kg.building.rename import rename
from kg.core.iris import segment
from kg.core.problems import KgError, UsageError
from tests.conftest import KgCli
from tests.toy import write_toy

SECOND = """\
publication: example2031
annotator: Second Annotator
created: 2031-02-04
supersedes: [example2031]
study:
  label: Two toy teams
  methods: [interview]
findings:
  - id: G1
    statement: Tools are missing.
    section: "4.1"
    evidence: [{quote: "our tests are slow", section: "4.1"}]
    relations:
      - type: refines
        finding: example2031/F3
        evidence: [{quote: "our tests are slow", section: "4.1", stands_in: muster2032}]
curation_notes:
  - id: N1
    about: [example2031/F3, "publication"]   # a comment with example2031
    note: As example2031 says.
    evidence: [{quote: "our tests are slow", section: "4.1"}]
"""
SAME_AS = """\
decisions:
  - {different: [example2031, muster2032], decided_by: T, because: "example2031 is another"}
studies:
  - {different: [acme2030, example2031], decided_by: T, because: other data}
findings:
  - {keep: example2031/F3, same: [example2031.second/G1], decided_by: T, because: the same}
"""
CHILD = """\ufeff@Inbook ( child,\r\n  title = {About example2031}, year = 2031,\r\n  CrossRef = "Example2031",
  related={muster2032, example2031 ,acme2030}, note = "caf\ufffd example2031" )\r
"""
MAPPING = """\
review: acme2030
work: {columns: [example2031], known: {"7": example2031}, existing: [muster2032, example2031]}
label: example2031
"""
QUOTED = """\
publication: muster2032
quotations:
  - {quote: "testers asked for tools", stands_in: "example2031", verdict: exact}
"""


@pytest.fixture
def toy_review(tmp_path: Path) -> Path:
    """A toy review in which everything names `example2031`."""
    root = write_toy(tmp_path / "review")
    (root / "bib/annotations/example2031.second.yaml").write_text(SECOND, encoding="utf-8")
    (root / "bib/same-as.yaml").write_text(SAME_AS, encoding="utf-8")
    (root / "bib/child.bib").write_bytes(CHILD.encode().replace("\ufffd".encode(), b"\xe9"))
    (root / "bib/codings/toys.mapping.yaml").write_text(MAPPING, encoding="utf-8")
    (root / "bib/quotations/muster2032.yaml").write_text(QUOTED, encoding="utf-8")
    return root


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_only_the_key_changes_in_every_file(toy_review: Path) -> None:
    before = contents(toy_review)
    rename(toy_review, "example2031", "toy-2031").write()
    after = contents(toy_review)
    assert after.keys() == {re.sub("(annotations|quotations)/example2031", r"\1/toy-2031", name) for name in before}
    for name, data in before.items():
        new = re.sub("(annotations|quotations)/example2031", r"\1/toy-2031", name)
        kept = {
            "bib/child.bib": [b"About example2031", b"\xe9 example2031"],
            "bib/same-as.yaml": [b'"example2031 is'],
            "bib/codings/toys.mapping.yaml": [b"columns: [example2031", b"label: example2031"],
            "bib/annotations/example2031.second.yaml": [b"with example2031", b"As example2031"],
            "bib/quotations/example2031.yaml": [b"example2031.txt"],
        }.get(name, [])
        expected = re.sub(b"(?i)example2031", b"toy-2031", data)
        for words in kept:
            expected = expected.replace(re.sub(b"example2031", b"toy-2031", words), words)
        assert after[new] == expected, name


def facts(assembly: Assembly, *keys: str) -> set[str]:
    """The statements of all graphs with one word for the keys, and without the hashes of files."""
    assert assembly.errors == []
    text = "\n".join(f"{line.decode()} {graph.iri}" for graph in assembly.graphs for line in graph.lines)
    for key in keys:
        for form in (segment(segment(key)), segment(key), key):  # in IRIs, in names of files, and in texts
            text = text.replace(form, "KEY")
    return set(re.sub(r'"sha256:[0-9a-f]{64}"', '"sha256"', text).split("\n"))


@given(
    old=st.sampled_from(["example2031", "muster2032", "acme2030"]),
    new=st.text(st.sampled_from("abcXYZ019-_:.+/é中"), min_size=1, max_size=12).map("zq{}".format),
)
@settings(max_examples=3, phases=[Phase.generate])
def test_the_graph_is_the_same_with_another_iri(tmp_path_factory: pytest.TempPathFactory, old: str, new: str) -> None:
    root = write_toy(tmp_path_factory.mktemp("toy"))
    rename(root, old, new).write()
    assert facts(assemble(root), new, old) == toy_facts(old)


@cache
def toy_facts(key: str) -> set[str]:
    with TemporaryDirectory() as folder:
        return facts(assemble(write_toy(Path(folder))), key)


REFUSED = {
    "no entry": ("example2032", "new", "no entry `example2032`.*did you mean example2031"),
    "the same": ("example2031", "example2031", "is its key already"),
    "exists": ("example2031", "Muster2032", "`Muster2032` exists"),
    "cannot be cited": ("example2031", "a#b", "LaTeX and pandoc cannot cite `a#b`"),
    "pandoc only": ("example2031", "a|b", "pandoc cannot cite"),
}


@pytest.mark.parametrize(("old", "new", "message"), REFUSED.values(), ids=REFUSED)
def test_a_key_is_refused(toy_review: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(UsageError, match=f"(?s){message}"):
        rename(toy_review, old, new)


def test_a_file_that_cannot_be_changed_stops_it(toy_review: Path) -> None:
    bib = toy_review / "bib" / "child.bib"
    bib.write_text('@string{p = "example2031"} @misc{c, title={T}, crossref = p}', encoding="utf-8")
    with pytest.raises(KgError, match=r"bib/child.bib:1:\d+: change `example2031` in this crossref by hand"):
        rename(toy_review, "example2031", "new")
    bib.unlink()
    (toy_review / "bib/annotations/new.yaml").write_text("publication: muster2032\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"new\.yaml exists"):
        rename(toy_review, "example2031", "new")


def test_a_name_in_the_own_ontology_is_reported(toy_review: Path) -> None:
    (toy_review / "ontology").mkdir()
    (toy_review / "ontology/own.ttl").write_text("# x\n<p> <q> publication:example2031 .\n", encoding="utf-8")
    assert rename(toy_review, "example2031", "new").left == ["ontology/own.ttl:2:9"]


def test_nothing_is_written_if_one_file_cannot_be(toy_review: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, made = contents(toy_review), rename(toy_review, "example2031", "new")
    blocked = toy_review / "bib/annotations/new.yaml"
    replace = Path.replace

    def fails(path: Path, target: Path) -> Path:
        if target == blocked:
            raise OSError(28, "no space left")
        return replace(path, target)

    monkeypatch.setattr(renaming.Path, "replace", fails)
    with pytest.raises(UsageError, match="no space left"):
        made.write()
    assert contents(toy_review) == before


def test_the_command_shows_a_diff_and_then_changes(toy_review: Path, kg_cli: KgCli) -> None:
    before = contents(toy_review)
    shown = kg_cli(toy_review, "rename", "--dry-run", "example2031", "new2031")
    assert (shown.returncode, contents(toy_review)) == (0, before)
    assert "+@article{new2031,\n" in shown.stdout
    assert "bib/annotations/example2031.second.yaml → bib/annotations/new2031.second.yaml: 4 places" in shown.stderr
    done = kg_cli(toy_review, "rename", "example2031", "new2031")
    assert (done.stdout, done.stderr) == ("", shown.stderr)
    assert (toy_review / "bib/annotations/new2031.second.yaml").exists()
