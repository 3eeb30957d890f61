"""`kg export` of a project: what the standard requires, and a round trip that loses no quotation, code and coder."""

from __future__ import annotations

import json
import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kg.building.reading import Sources, read_annotations, read_bibliographies, read_vocabularies
from kg.readers.qda.project import QdaProject, read_qda
from kg.sheets.qda.codes import QdaCodes, codebook_file, definitions
from kg.sheets.qda.export import QdaExport, export_qda
from kg.sheets.qda.files import QdaImport, import_qda
from kg.sheets.qda.marks import read_finding, read_meaning, with_finding, with_meaning
from kg.sheets.qda.starter import qda_starter
from tests.refi_rules import broken_rules
from tests.toy import write_toy

NOT_CODES = ("theme", "counts", "relations")
"""What REFI-QDA has no place for."""
SECOND = """\
publication: example2031
annotator: Other Annotator
created: 2031-02-04
study: {label: Two toy teams, methods: [interview]}
findings:
  - id: R1
    kind: recommendation
    statement: "Teams should plan together; it [really] helps 100%."
    section: "4.3"
    addresses: [silo-working]
    recommends: ["practice:continuous-planning"]
    effects: [{practice: continuous-testing, outcome: build-health, direction: increases, valence: beneficial}]
    concept_relations: [{source: "practice:continuous-planning", type: enables, target: "practice:continuous-testing"}]
    outcomes: [build-health]
    tools: [python]
    evidence:
      - {quote: "plan 🐢 together", section: "Table 2; page 3 [a]", page: "12"}
      - {quote: "Acme planned too", section: "5", stands_in: acme2030}
      - {row: "toys.csv#row=12"}
      - {quote: "what was longer once", section: "6", shortened: true}
      - {quote: "%s&", section: "7"}
  - id: plain
    statement: A finding about nothing.
    section: "6"
    evidence: [{quote: "only two teams", page: "6"}]
""".replace("%s", "longwords " * 10)


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    folder = write_toy(tmp_path / "review")
    (folder / "bib/annotations/example2031.other.yaml").write_text(SECOND, encoding="utf-8")
    return folder


def sources_of(folder: Path) -> Sources:
    reading = Sources(folder)
    read_vocabularies(reading)
    read_bibliographies(reading)
    read_annotations(reading)
    return reading


def exported(folder: Path, texts: Path | None = None) -> QdaExport:
    reading = sources_of(folder)
    codes = QdaCodes(reading.vocabulary, definitions(reading.vocabularies))
    return export_qda("toys", reading.annotations, codes, texts)


def findings_of(folder: Path) -> dict[str, dict[str, object]]:
    """The findings of all annotations as written, without what is not exported, and with the annotator."""
    found = {}
    for source in sources_of(folder).annotations:
        assert source.annotation is not None
        items = {item.id: item for item in source.annotation.evidence}
        for finding in source.annotation.findings:
            evidence = [items[one] if isinstance(one, str) else one for one in finding.evidence]
            given = finding.model_dump(mode="json", exclude_defaults=True, exclude={*NOT_CODES, "evidence"})
            given["evidence"] = [one.model_dump(exclude_none=True, exclude={"id", "said_by"}) for one in evidence]
            found[f"{source.stem}/{finding.id}"] = given | {"annotator": source.annotation.annotator}
    return found


def read(data: bytes, folder: Path) -> QdaProject:
    path = folder / "toys.qdpx"
    path.write_bytes(data)
    project, problems = read_qda(path)
    assert project is not None
    assert problems == []
    return project


def imported(project: QdaProject, folder: Path) -> QdaImport:
    """What the proposed mapping makes of a project, in the review without its annotations."""
    reading = sources_of(folder)
    works = [work for source in reading.bibliographies for work in source.publications]
    mapping = folder / "bib/codings/toys.mapping.yaml"
    mapping.parent.mkdir(exist_ok=True)
    text = qda_starter(Path("toys.qdpx"), project, reading.vocabulary, works)
    for key in ("label", "mapped_by"):
        text = re.sub(rf"^{key}: .*", f"{key}: Toys", text, flags=re.M)
    mapping.write_text(text, encoding="utf-8")
    for path in (folder / "bib/annotations").glob("*.yaml"):
        path.unlink()
    return import_qda(folder, "toys.qdpx", project, mapping)


def test_an_exported_project_keeps_the_rules_of_the_standard(toy: Path) -> None:
    made = exported(toy)
    assert broken_rules(made.data, "project") == []
    assert (made.sources, made.segments) == (2, 15)
    assert made.data == exported(toy).data  # the same bytes


def test_an_exported_codebook_keeps_the_rules_of_the_standard(toy: Path, tmp_path: Path) -> None:
    reading = sources_of(toy)
    data = codebook_file(reading.vocabulary, definitions(reading.vocabularies))
    assert broken_rules(data, "codebook") == []
    path = tmp_path / "toys.qdc"
    path.write_bytes(data)
    project, _ = read_qda(path)
    assert project is not None
    codes = [code for code in project.codes.values() if code.codable]
    kinds = {"practice", "challenge", "approach", "outcome", "tool"}
    assert len(codes) == sum(kind in kinds for kind, _ in reading.vocabulary.concepts)
    assert len({code.name.casefold() for code in project.codes.values()}) == len(project.codes)  # tools want that
    testing = next(code for code in codes if read_meaning(code.description) == {"practices": ["continuous-testing"]})
    assert testing.path[0] == "Practices"
    assert len(testing.description.split("\n")[0]) > 20  # its definition


def test_the_rules_find_what_breaks_them(toy: Path) -> None:
    data = exported(toy).data
    qde = zipfile.ZipFile(BytesIO(data)).read("project.qde").decode()
    for old, new in [
        ("isCodable=", "codable="),
        ("<Coding guid=", "<Coding id="),
        ("</Users>", "</Users><Notes/>"),
        ('creationDateTime="2031', 'creationDateTime="31'),
        ('targetGUID="', 'targetGUID="x'),
        ('endPosition="', 'endPosition="99999'),
    ]:
        out = BytesIO()
        with zipfile.ZipFile(BytesIO(data)) as archive, zipfile.ZipFile(out, "w") as other:
            for name in archive.namelist():
                other.writestr(name, qde.replace(old, new, 1) if name == "project.qde" else archive.read(name))
        try:
            assert broken_rules(out.getvalue(), "project")
        except KeyError:  # an element that is in no rule
            assert new.endswith("<Notes/>")


@pytest.mark.parametrize("with_texts", [False, True])
def test_a_round_trip_loses_nothing_that_the_standard_has_a_place_for(
    toy: Path, tmp_path: Path, with_texts: bool
) -> None:
    before = findings_of(toy)
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "example2031.txt").write_bytes(
        "Our “tests” 🐢🐢 say:\r\nour tests\r\nare slow. Tools for test-\r\ning were missing, but "
        "*tools* for test-\r\ning were missing here. We plan 🐢\r\ntogether; only two\r\nteams.".encode()
    )
    made = exported(toy, texts if with_texts else None)
    assert broken_rules(made.data, "project") == []
    result = imported(read(made.data, tmp_path), toy)
    assert [str(problem) for problem in result.problems] == []
    assert findings_of(toy) == before
    assert {path.name for path in result.texts} == {"example2031.yaml", "example2031.other.yaml", "muster2032.yaml"}


def test_quotations_are_marked_in_the_full_text_and_the_others_are_listed(toy: Path, tmp_path: Path) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    text = "Toys 🐢.\nHere our tests are\nslow, and “tools for test-\ning were missing”.\n"
    (texts / "example2031.md").write_text(text, encoding="utf-8")
    made = exported(toy, texts)
    project = read(made.data, tmp_path)
    by_name = {source.name: [segment.text for segment in source.segments] for source in project.sources}
    assert by_name["example2031"] == ["our tests are slow", "tools for test- ing were missing"]
    assert "plan 🐢 together" in by_name["example2031 quotations"]
    assert len(by_name["muster2032"]) == 4
    rules = [problem.rule for problem in made.problems]
    assert rules.count("qda/no-full-text") == 1
    assert rules.count("qda/not-in-text") == 7


def test_what_has_no_place_in_a_project_is_reported(toy: Path) -> None:
    reported = [str(problem) for problem in exported(toy).problems]
    assert any("`theme` of 1 findings, `counts` of 1 findings, `relations` of 1 findings" in line for line in reported)


def test_coders_of_one_name_are_told_apart_by_their_reading(toy: Path, tmp_path: Path) -> None:
    path = toy / "bib/annotations/example2031.other.yaml"
    path.write_text(SECOND.replace("Other Annotator", "Toy Annotator"), encoding="utf-8")
    project = read(exported(toy).data, tmp_path)
    assert sorted(project.users.values()) == [
        ("Toy Annotator", "reading:"),
        ("Toy Annotator (other)", "reading:other"),
    ]


@given(
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,8}", fullmatch=True),
    st.dictionaries(
        st.sampled_from(["in", "section", "page", "row"]), st.text(max_size=12).map(str.strip).filter(bool)
    ),
    st.text(max_size=30).map(str.strip),
)
def test_the_mark_of_a_finding_is_read_as_written(id: str, place: dict[str, str], statement: str) -> None:
    assert read_finding(with_finding(id, place, statement)) == (id, place, statement)


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=8), min_size=1), st.text(max_size=20).map(str.strip))
def test_the_meaning_of_a_code_is_read_as_written(meaning: dict[str, str], description: str) -> None:
    assert read_meaning(with_meaning(description, meaning)) == meaning
    assert json.loads(json.dumps(meaning)) == meaning


def test_a_written_annotation_is_yaml_for_every_reader(toy: Path, tmp_path: Path) -> None:
    result = imported(read(exported(toy).data, tmp_path), toy)
    text = next(text for path, text in result.texts.items() if path.name == "example2031.other.yaml")
    assert text.startswith(
        "# Made by `kg import` from toys.qdpx as toys.mapping.yaml says: change that and import again.\n"
    )
    data = yaml.safe_load(text)
    assert data["findings"][0]["section"] == "4.3"
    assert data["findings"][0]["evidence"][0]["section"] == "Table 2; page 3 [a]"
