"""`kg import` of a project: segments become findings by the decisions of a mapping, or nothing is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from kg.building.pipeline import build
from kg.building.reading import Sources, read_bibliographies, read_vocabularies
from kg.core.problems import UsageError
from kg.readers.qda.project import read_qda
from kg.sheets.qda.files import QdaImport, import_qda
from kg.sheets.qda.starter import codebook, qda_starter
from tests.toy import write_toy
from tests.toy_qda import LATE, OWNS, SLOW, TEXT, TOOLS, archive

MAPPING = """\
label: Toy project
mapped_by: Toy Annotator
created: 2031-05-06
comments: statements
study: {label: Toys, methods: [survey]}
"""
NVIVO = f"""{MAPPING}
sources: {{example2031: example2031}}
codes:
  Slow builds: {{challenges: [silo-working]}}
  Late merging: {{practices: [continuous-integration], statement: Teams merge late.}}
coders: {{Toy Annotator: toy}}
"""
ATLAS = f"""{MAPPING}
sources:
  example2031.docx: example2031
  muster2032.pdf: {{work: muster2032, first_page: 10, study: {{label: Tests, methods: [interview]}}}}
codes: {{"Hurdles::Late merging": {{practices: [continuous-integration]}}}}
coders: {{Ann: {{reading: ann, annotator: Ann Toy, annotator_is: person}}, Bob: bob}}
"""


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    return write_toy(tmp_path / "review")


def run(toy: Path, file: Path, text: str, name: str = "toys.mapping.yaml") -> QdaImport:
    mapping = toy / "bib" / "codings" / name
    mapping.parent.mkdir(exist_ok=True)
    mapping.write_text(text, encoding="utf-8")
    project, _ = read_qda(file)
    assert project is not None
    return import_qda(toy, str(file), project, mapping)


def tool(name: str, folder: Path) -> Path:
    return TOOLS[name](folder / f"{name}.qdpx")


def findings(toy: Path, stem: str) -> list[dict[str, object]]:
    return list(yaml.safe_load((toy / f"bib/annotations/{stem}.yaml").read_text(encoding="utf-8"))["findings"])


def rules(made: QdaImport, level: str = "error") -> list[str]:
    return [problem.rule for problem in made.problems if problem.severity == level]


def test_a_comment_is_the_statement_of_its_segment_and_a_code_gives_one_to_the_others(
    toy: Path, tmp_path: Path
) -> None:
    made = run(toy, tool("nvivo", tmp_path), NVIVO)
    assert rules(made) == []
    assert findings(toy, "example2031.toy") == [
        {
            "id": "s-5e600000",
            "statement": "Builds take long.",
            "section": "line 1",
            "challenges": ["silo-working"],
            "evidence": [{"quote": SLOW, "section": "line 1"}],
        },
        {
            "id": "late-merging",
            "statement": "Teams merge late.",
            "section": "line 2",
            "practices": ["continuous-integration"],
            "evidence": [{"quote": LATE, "section": "line 2"}],
        },
    ]
    assert [problem for problem in build(toy).problems if problem.severity == "error"] == []


def test_each_coder_has_a_reading_and_a_comment_is_not_lent_to_another_coder(toy: Path, tmp_path: Path) -> None:
    made = run(toy, tool("atlas", tmp_path), ATLAS)
    assert rules(made) == []
    names = sorted(path.name for path in made.texts)
    assert names == ["example2031.ann.yaml", "muster2032.ann.yaml"]
    assert rules(made, "warning") == ["qda/left-out", "qda/no-statement"]  # Bob wrote no comment
    data = yaml.safe_load((toy / "bib/annotations/muster2032.ann.yaml").read_text(encoding="utf-8"))
    assert (data["annotator"], data["annotator_is"], data["study"]["label"]) == ("Ann Toy", "person", "Tests")
    assert data["findings"][0]["evidence"] == [{"quote": OWNS, "page": "11"}]
    bob = ATLAS + "by_id: {5E600000-0000-4000-8000-000000000001: {statement: Toys merge late.}}\n"
    assert rules(run(toy, tool("atlas", tmp_path), bob)) == []
    assert findings(toy, "example2031.bob")[0]["statement"] == "Toys merge late."
    assert findings(toy, "example2031.ann")[0]["statement"] == "Toys merge late."


def test_without_the_number_of_the_first_page_the_place_is_the_page_of_the_pdf(toy: Path, tmp_path: Path) -> None:
    run(toy, tool("atlas", tmp_path), ATLAS.replace("first_page: 10, ", ""))
    assert findings(toy, "muster2032.ann")[0]["evidence"] == [{"quote": OWNS, "section": "PDF page 2"}]


def test_remarks_are_no_statements_and_nothing_is_filled_in(toy: Path, tmp_path: Path) -> None:
    text = ATLAS.replace("comments: statements", "comments: remarks")
    made = run(toy, tool("atlas", tmp_path), text)
    assert (made.findings, made.segments, rules(made)) == (0, 0, [])
    assert rules(made, "warning").count("qda/no-statement") == 2
    assert not list((toy / "bib/annotations").glob("*.ann.yaml"))


def test_segments_with_one_statement_are_evidence_of_one_finding(toy: Path, tmp_path: Path) -> None:
    text = f"""{MAPPING.replace("statements", "remarks")}
sources: {{toys.txt: example2031}}
codes: {{Late merging: {{statement: Nobody merges., practices: [continuous-integration], section: "4"}}}}
coders: {{default: x}}
"""
    made = run(toy, tool("qualcoder", tmp_path), text)
    assert (made.findings, made.segments) == (1, 2)
    (finding,) = findings(toy, "example2031.x")
    assert finding["evidence"] == [{"quote": LATE, "section": "4"}, {"quote": OWNS, "section": "4"}]


def test_a_segment_with_two_codes_that_have_statements_is_evidence_of_both(toy: Path, tmp_path: Path) -> None:
    codes = "".join(f'<Code guid="c{n}" name="Code {n}" isCodable="true"/>' for n in range(3))
    codings = "".join(f'<Coding guid="d{n}"><CodeRef targetGUID="c{n}"/></Coding>' for n in range(3))
    qde = (
        f'<Project name="a"><CodeBook><Codes>{codes}</Codes></CodeBook><Sources><TextSource guid="s" name="t">'
        "<PlainTextContent>one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        f'sixteen</PlainTextContent><PlainTextSelection guid="x" startPosition="0" endPosition="91">{codings}'
        "</PlainTextSelection></TextSource></Sources></Project>"
    )
    text = f"""{MAPPING}
sources: {{t: example2031}}
codes:
  Code 0: {{statement: First., practices: [continuous-integration]}}
  Code 1: {{statement: Second., practices: [continuous-testing]}}
  Code 2: {{approaches: [devops]}}
coders: {{unknown: x}}
"""
    made = run(toy, archive(tmp_path / "a.qdpx", {"project.qde": qde}), text)
    assert rules(made) == []
    first, second = findings(toy, "example2031.x")
    assert (first["id"], first["practices"], first["approaches"]) == ("code-0", ["continuous-integration"], ["devops"])
    assert (second["id"], second["practices"], second["approaches"]) == ("code-1", ["continuous-testing"], ["devops"])
    quote = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    assert first["evidence"] == second["evidence"] == [{"quote": quote, "shortened": True, "section": "line 1"}]


def test_what_the_mapping_lacks_is_an_error_at_its_place_in_the_project(toy: Path, tmp_path: Path) -> None:
    before = sorted((toy / "bib").rglob("*.yaml"))
    text = f"{MAPPING}\nsources: {{}}\ncodes: {{Late merging: {{}}}}\ncoders: {{}}\n"
    made = run(toy, tool("nvivo", tmp_path), text)
    found = [(problem.rule, problem.where.line) for problem in made.problems if problem.severity == "error"]
    assert sorted(found) == [("qda/unmapped-code", 6), ("qda/unmapped-coder", 11), ("qda/unmapped-source", 9)]
    assert made.texts == {}
    assert [path for path in sorted((toy / "bib").rglob("*.yaml")) if path not in before] == [
        toy / "bib/codings/toys.mapping.yaml"
    ]


def test_what_is_left_out_with_a_reason_needs_no_mapping(toy: Path, tmp_path: Path) -> None:
    text = f"{MAPPING}\nsources: {{}}\ncodes: {{}}\ncoders: {{}}\nleave_out: {{example2031: not read yet}}\n"
    made = run(toy, tool("nvivo", tmp_path), text)
    assert made.problems == []
    for name in ("Toy Annotator", "{5E600000-0000-4000-8000-000000000000}"):
        text = re.sub("leave_out: .*", "", NVIVO) + f'leave_out: {{"{name}": a test}}\n'
        assert run(toy, tool("nvivo", tmp_path), text).findings == (0 if name == "Toy Annotator" else 1)


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("example2031: example2031", "example2031: nobody2031", "mapping/unknown-work"),
        ("silo-working", "silo", "mapping/unknown-concept"),
        ("Slow builds", "Slow build", "mapping/unknown-name"),
        ("comments: statements", "comments: yes", "mapping/unknown-value"),
        ("statement: Teams", "statements: Teams", "mapping/unknown-key"),
        ("Toy Annotator: toy", "Toy Annotator: a b", "mapping/bad-id"),
    ],
)
def test_a_wrong_mapping_is_an_error_on_its_line(old: str, new: str, rule: str, toy: Path, tmp_path: Path) -> None:
    made = run(toy, tool("nvivo", tmp_path), NVIVO.replace(old, new))
    assert rule in rules(made)
    assert made.texts == {}
    assert all(problem.where.line for problem in made.problems if problem.rule == rule)


def test_a_mapping_has_the_name_of_one(toy: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"should be called NAME\.mapping\.yaml"):
        run(toy, tool("nvivo", tmp_path), NVIVO, "toys.yaml")


def test_an_annotation_written_by_hand_is_never_replaced(toy: Path, tmp_path: Path) -> None:
    before = (toy / "bib/annotations/example2031.yaml").read_bytes()
    made = run(toy, tool("nvivo", tmp_path), NVIVO.replace("Toy Annotator: toy", 'Toy Annotator: ""'))
    assert rules(made) == ["qda/hand-written"]
    assert made.texts == {}
    assert (toy / "bib/annotations/example2031.yaml").read_bytes() == before


def test_a_second_import_replaces_the_first_and_reports_what_it_leaves(toy: Path, tmp_path: Path) -> None:
    run(toy, tool("nvivo", tmp_path), NVIVO)
    first = (toy / "bib/annotations/example2031.toy.yaml").read_bytes()
    run(toy, tool("nvivo", tmp_path), NVIVO)
    assert (toy / "bib/annotations/example2031.toy.yaml").read_bytes() == first
    made = run(toy, tool("nvivo", tmp_path), NVIVO.replace("Toy Annotator: toy", "Toy Annotator: other"))
    assert "qda/older" in rules(made, "warning")
    assert (toy / "bib/annotations/example2031.toy.yaml").exists()


def test_the_study_is_that_of_an_annotation_or_of_the_mapping_or_an_error(toy: Path, tmp_path: Path) -> None:
    text = re.sub("study: .*\n", "", NVIVO, count=1)
    assert rules(run(toy, tool("nvivo", tmp_path), text)) == []
    assert "Two toy teams" in (toy / "bib/annotations/example2031.toy.yaml").read_text(encoding="utf-8")
    (toy / "bib/annotations/example2031.toy.yaml").unlink()
    (toy / "bib/annotations/example2031.yaml").unlink()
    assert "qda/no-study" in rules(run(toy, tool("nvivo", tmp_path), text))


def test_a_key_with_a_slash_leaves_no_folder(toy: Path, tmp_path: Path) -> None:
    with (toy / "bib/reports.bib").open("a", encoding="utf-8") as file:
        file.write("@misc{conf/../toy/2031, title = {A key}, year = 2031}\n")
    made = run(toy, tool("nvivo", tmp_path), NVIVO.replace("example2031: example2031", "example2031: conf/../toy/2031"))
    assert rules(made) == []
    assert [path.relative_to(toy).as_posix() for path in made.texts] == [
        "bib/annotations/conf%2F..%2Ftoy%2F2031.toy.yaml"
    ]


def test_two_coders_cannot_have_one_reading(toy: Path, tmp_path: Path) -> None:
    text = ATLAS.replace("Bob: bob", "Bob: ann")
    text += "by_id: {5E600000-0000-4000-8000-000000000001: {statement: Toys merge late.}}\n"
    assert rules(run(toy, tool("atlas", tmp_path), text)) == ["qda/same-reading"]


@pytest.mark.parametrize(
    ("comments", "rule"),
    [
        (("[finding A]\nOne.", "[finding A]\nAnother."), "qda/two-statements"),
        (("[finding A]\nOne.", "[finding A]\nOne."), "qda/two-values"),
    ],
)
def test_segments_of_one_finding_that_contradict_each_other_are_errors(
    comments: tuple[str, str], rule: str, toy: Path, tmp_path: Path
) -> None:
    segments = "".join(
        f'<PlainTextSelection guid="x{n}" startPosition="{n}" endPosition="{n + 9}">'
        f"<Description>{comment}</Description>"
        f'<Coding guid="d{n}"><CodeRef targetGUID="c{n}"/></Coding></PlainTextSelection>\n'
        for n, comment in enumerate(comments)
    )
    codes = "".join(f'<Code guid="c{n}" name="Code {n}" isCodable="true"/>' for n in range(2))
    qde = (
        f'<Project name="a"><CodeBook><Codes>{codes}</Codes></CodeBook><Sources><TextSource guid="s" name="t">'
        f"<PlainTextContent>{TEXT}</PlainTextContent>{segments}</TextSource></Sources></Project>"
    )
    text = f"""{MAPPING}
sources: {{t: example2031}}
codes: {{Code 0: {{kind: pec}}, Code 1: {{kind: finding}}}}
coders: {{unknown: x}}
"""
    assert rule in rules(run(toy, archive(tmp_path / "a.qdpx", {"project.qde": qde}), text))


@pytest.mark.parametrize("name", TOOLS)
def test_the_proposed_mapping_lists_what_is_coded_and_asks_for_what_only_a_person_knows(
    name: str, toy: Path, tmp_path: Path
) -> None:
    project, _ = read_qda(tool(name, tmp_path))
    assert project is not None
    reading = Sources(toy)
    read_vocabularies(reading)
    read_bibliographies(reading)
    works = [work for source in reading.bibliographies for work in source.publications]
    text = qda_starter(tmp_path / f"{name}.qdpx", project, reading.vocabulary, works)
    data = yaml.safe_load(text)
    coders = {"nvivo": {"Toy Annotator"}, "atlas": {"Ann", "Bob"}, "maxqda": {"ann"}, "qualcoder": {"default"}}
    assert {*data["coders"]} == coders[name]
    assert data["comments"] is None
    works_of = {
        "nvivo": {"example2031": "example2031"},
        "atlas": {"example2031.docx": "example2031", "muster2032.pdf": "muster2032"},
        "maxqda": {"A toy study of CI builds, 100% made up": "example2031"},  # by its title
        "qualcoder": {"toys.txt": None},
    }
    assert data["sources"] == works_of[name]
    assert "no-code" not in text
    assert "label" in data


def test_a_code_that_is_concepts_of_two_kinds_is_left_to_a_person(toy: Path, tmp_path: Path) -> None:
    path = tmp_path / "toys.qdc"
    code = '<Code guid="a" name="collaboration" isCodable="true"/>'
    path.write_text(f"<CodeBook><Codes>{code}</Codes></CodeBook>", encoding="utf-8")
    project, _ = read_qda(path)
    assert project is not None
    reading = Sources(toy)
    read_vocabularies(reading)
    text = codebook(project, reading.vocabulary)
    assert yaml.safe_load(text.split("\n\n")[0]) == {"codes": {"collaboration": None}}
    assert "  collaboration:  # which one? {challenges: [" in text


def test_a_codebook_gives_codes_of_a_mapping_and_concepts_to_add(toy: Path, tmp_path: Path) -> None:
    path = tmp_path / "toys.qdc"
    path.write_text(
        '<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes><Code guid="a" name="Practices" isCodable="false">'
        '<Code guid="b" name="CI" isCodable="true"/><Code guid="c" name="Toy &quot;swaps&quot;" isCodable="true">'
        "<Description>Toys are\nswapped.</Description></Code></Code>"
        '<Code guid="d" name="Odd toys" isCodable="true"/></Codes></CodeBook>',
        encoding="utf-8",
    )
    project, _ = read_qda(path)
    assert project is not None
    reading = Sources(toy)
    read_vocabularies(reading)
    text = codebook(project, reading.vocabulary)
    codes, blocks = text.split("\n\n", 1)
    assert yaml.safe_load(codes) == {
        "codes": {"CI": {"practices": ["continuous-integration"]}, 'Toy "swaps"': None, "Odd toys": None}
    }
    block = 'practice:toy-swaps a cs:Practice, skos:Concept ;\n    skos:prefLabel "Toy \\"swaps\\""@en ;\n'
    assert block in blocks
    assert 'skos:definition "Toys are swapped."@en ;\n    skos:inScheme scheme:practices .' in blocks
    assert "KIND:odd-toys a cs:KIND" in blocks
