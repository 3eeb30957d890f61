"""Projects in the shapes of four tools are read alike; what is damaged or hostile is refused with its place."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.problems import Problem
from kg.readers.qda import archive as archives
from kg.readers.qda.project import QdaProject, QdaSegment, read_qda
from tests.toy_qda import LATE, OWNS, SLOW, TOOLS, archive

PROJECT = '<Project xmlns="urn:QDA-XML:project:1.0" name="toys">{}</Project>'
SOURCE = '<Sources><TextSource guid="a" name="toys" {}>{}</TextSource></Sources>'
SEGMENT = '<PlainTextSelection guid="s" startPosition="{}" endPosition="{}"/>'


def read(tool: str, folder: Path) -> QdaProject:
    project, problems = read_qda(TOOLS[tool](folder / "toys.qdpx"))
    assert project is not None
    assert [problem for problem in problems if problem.severity == "error"] == []
    return project


def segments(project: QdaProject) -> list[QdaSegment]:
    return [segment for source in project.sources for segment in source.segments]


def rules(problems: list[Problem]) -> list[str]:
    return [problem.rule for problem in problems]


def test_nvivo_notes_are_linked_and_cases_are_no_codes(tmp_path: Path) -> None:
    project = read("nvivo", tmp_path)
    found = segments(project)
    assert [segment.text for segment in found] == [SLOW, LATE, OWNS]
    assert [segment.comment for segment in found] == ["Builds take long.", "", ""]
    assert {segment.coder for segment in found} == {"Toy Annotator"}
    assert [[project.codes[code].name for code in segment.codes] for segment in found] == [
        ["Slow builds"],
        ["Late merging"],
        [],
    ]
    assert rules(project.problems) == ["qda/left-out", "qda/left-out"]
    assert rules(project.sources[0].problems) == ["qda/doubtful-position"]  # without names nothing confirms them
    assert project.date == "2031-05-06"


def test_atlas_has_a_segment_for_each_coder_and_the_comment_is_of_its_author(tmp_path: Path) -> None:
    project = read("atlas", tmp_path)
    found = [(segment.coder, segment.text, segment.comment) for segment in project.sources[0].segments]
    assert found == [("Ann", LATE, "Merging is late."), ("Bob", LATE, "")]
    assert project.sources[0].segments[0].place == 2
    assert project.sources[0].problems == []  # the name shows how line ends are counted


def test_atlas_writes_a_pdf_segment_twice_which_is_read_once_with_its_page(tmp_path: Path) -> None:
    source = read("atlas", tmp_path).sources[1]
    found = [(segment.text, segment.comment, segment.place, segment.on_page) for segment in source.segments]
    assert found == [(OWNS, "There is no owner.", 2, True)]
    assert rules(source.problems) == ["qda/left-out"]  # an area without words


def test_maxqda_memos_are_comments_and_a_memo_without_a_code_has_none(tmp_path: Path) -> None:
    found = [(segment.text, segment.comment, len(segment.codes)) for segment in segments(read("maxqda", tmp_path))]
    assert found == [(LATE, "Merging is late.", 1), (OWNS, "ask Bob", 0)]


def test_qualcoder_categories_are_not_for_coding(tmp_path: Path) -> None:
    project = read("qualcoder", tmp_path)
    assert [(code.path, code.codable) for code in project.codes.values()] == [
        (("Challenges",), False),
        (("Challenges", "Late merging"), True),
    ]
    assert [(segment.text, segment.coder) for segment in segments(project)] == [(LATE, "default"), (OWNS, "default")]


def test_codes_of_one_name_are_called_by_their_path(tmp_path: Path) -> None:
    codes = "".join(
        f'<Code guid="{n}" name="{name}" isCodable="true"><Code guid="{n}x" name="Late" isCodable="1"/></Code>'
        for n, name in enumerate(["Merging", "Testing", "Testing"])
    )
    path = archive(tmp_path / "a.qdpx", {"project.qde": PROJECT.format(f"<CodeBook><Codes>{codes}</Codes></CodeBook>")})
    project, _ = read_qda(path)
    assert project is not None
    names = [code.name for code in project.codes.values()]
    assert names == ["Merging", "Merging / Late", "1", "1x", "2", "2x"]  # GUIDs where even the paths are the same


def test_a_codebook_of_any_version_is_read(tmp_path: Path) -> None:
    for namespace in ("urn:QDA-XML:codebook:1.0", "urn:QDA-XML:codebook:1:0", "urn:QDA-XML:codebook:0:4"):
        path = tmp_path / "a.qdc"
        codes = '<Codes><Code guid="{A}" name="Late &amp; slow" isCodable="true"/></Codes><Sets/>'
        path.write_text(f'<CodeBook xmlns="{namespace}" origin="NVivo 12">{codes}</CodeBook>', encoding="utf-8")
        project, problems = read_qda(path)
        assert problems == []
        assert project is not None
        assert [(code.guid, code.name) for code in project.codes.values()] == [("a", "Late & slow")]


BOMB = '<?xml version="1.0"?><!DOCTYPE Project [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><Project name="&b;"/>'
DEEP = PROJECT.format("<Sets>" * 150 + "</Sets>" * 150)
REFUSED = {
    "no-project-file": ({"readme.txt": "x"}, "qda/missing", "project.qde", 0),
    "path-outside": ({"project.qde": PROJECT, "../evil.txt": "x"}, "qda/outside", "../evil.txt", 0),
    "path-from-the-root": ({"/etc/passwd": "x"}, "qda/outside", "/etc/passwd", 0),
    "path-of-windows": ({"project.qde": PROJECT, "..\\evil.txt": "x"}, "qda/outside", "evil.txt", 0),
    "drive-of-windows": ({"C:\\evil.txt": "x"}, "qda/outside", "evil.txt", 0),
    "two-of-a-name": ({"project.qde": PROJECT, "Project.qde": "x"}, "qda/twice", "Project.qde", 0),
    "entities": ({"project.qde": BOMB}, "qda/doctype", "project.qde", 1),
    "no-xml": ({"project.qde": "<Project>\n<Users>"}, "qda/no-xml", "project.qde", 2),
    "another-xml": ({"project.qde": "<html/>"}, "qda/no-project", "project.qde", 1),
    "another-namespace": ({"project.qde": '<Project xmlns="urn:x"/>'}, "qda/no-project", "project.qde", 1),
    "too-deep": ({"project.qde": DEEP}, "qda/too-large", "project.qde", 1),
    "code-without-name": (
        {"project.qde": PROJECT.format('\n<CodeBook><Codes><Code guid="a"/></Codes></CodeBook>')},
        "qda/code",
        "project.qde",
        2,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_project_is_refused_with_member_and_line(name: str, tmp_path: Path) -> None:
    files, rule, member, line = REFUSED[name]
    path = archive(tmp_path / "a.qdpx", dict(files))
    project, (problem,) = read_qda(path)
    assert project is None
    assert (problem.rule, problem.where.line, problem.severity) == (rule, line, "error")
    assert problem.where.file.startswith(f"{path}/")
    assert problem.where.file.endswith(member)
    assert problem.hint


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 not really", b"<Project/>", b"\xd0\xcf\x11\xe0" * 99])
def test_a_file_that_is_no_zip_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.qdpx"
    path.write_bytes(data)
    project, (problem,) = read_qda(path)
    assert (project, problem.rule, problem.where.file) == (None, "qda/no-zip", str(path))


@given(st.integers(0, 400), st.binary(max_size=40))
def test_a_damaged_archive_never_raises(at: int, noise: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = TOOLS["qualcoder"](Path(folder) / "toys.qdpx")
        data = path.read_bytes()
        path.write_bytes(data[:at] + noise + data[at + len(noise) :])
        project, problems = read_qda(path)
        assert project is not None or problems


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_BYTES", 1000)
    bomb = archive(tmp_path / "a.qdpx", {"project.qde": b" " * 10_000_000, "sources/b.mp4": b" " * 10_000_000})
    assert bomb.stat().st_size < 50_000
    project, (problem,) = read_qda(bomb)
    assert (project, problem.rule) == (None, "qda/too-large")
    many = dict.fromkeys((f"sources/{n}.txt" for n in range(20)), b"a" * 900)
    sources = "".join(
        f'<TextSource guid="{n}" plainTextPath="internal://{n}.txt">{SEGMENT.format(0, 2)}</TextSource>'
        for n in range(20)
    )
    monkeypatch.setattr(archives, "MAX_UNPACKED", 5000)
    monkeypatch.setattr(archives, "MAX_BYTES", 4000)
    together = archive(tmp_path / "b.qdpx", {"project.qde": PROJECT.format(f"<Sources>{sources}</Sources>"), **many})
    project, _ = read_qda(together)
    assert project is not None
    assert "qda/too-large" in {problem.rule for source in project.sources for problem in source.problems}


def test_a_text_too_long_to_count_in_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.readers.qda.project.MAX_TEXT", 10)
    source = SOURCE.format("", f"<PlainTextContent>{'a' * 11}</PlainTextContent>{SEGMENT.format(0, 2)}")
    project, _ = read_qda(archive(tmp_path / "a.qdpx", {"project.qde": PROJECT.format(source)}))
    assert project is not None
    assert [problem.rule for problem in project.sources[0].problems] == ["qda/too-large"]
    assert project.has_segments  # so that the import reports the error


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.qdpx", {"project.qde": PROJECT})
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert rules(read_qda(path)[1]) == ["qda/encrypted"]


@pytest.mark.parametrize(
    ("reference", "rule"),
    [
        ("internal://../../etc/passwd", "qda/outside"),
        ("internal://..\\\\evil.txt", "qda/outside"),
        ("absolute:///etc/passwd", "qda/outside"),
        ("relative:///a.txt", "qda/outside"),
        ("http://127.0.0.1/a.txt", "qda/outside"),
        ("internal://gone.txt", "qda/missing"),
        ("internal://latin.txt", "qda/not-utf-8"),
    ],
)
def test_a_text_is_read_from_the_project_only(reference: str, rule: str, tmp_path: Path) -> None:
    source = SOURCE.format(f'plainTextPath="{reference}"', SEGMENT.format(0, 3))
    files: dict[str, str | bytes] = {"project.qde": PROJECT.format(source), "sources/latin.txt": b"a\nb\xe9"}
    project, _ = read_qda(archive(tmp_path / "a.qdpx", files))
    assert project is not None
    assert [(problem.rule, problem.severity) for problem in project.sources[0].problems] == [(rule, "error")]
    assert project.sources[0].segments == []


@pytest.mark.parametrize("positions", [(2, 99), (-1, 2), (2, 2), (3, 1), ("", ""), ("1e3", "4"), ("9" * 5000, "1")])
def test_positions_outside_the_text_are_errors_with_their_line(
    positions: tuple[object, object], tmp_path: Path
) -> None:
    source = SOURCE.format("", f"<PlainTextContent>Toys are here.</PlainTextContent>\n{SEGMENT.format(*positions)}")
    project, _ = read_qda(archive(tmp_path / "a.qdpx", {"project.qde": PROJECT.format(source)}))
    assert project is not None
    (problem,) = project.sources[0].problems
    assert (problem.rule, problem.severity, problem.where.line) == ("qda/position", "error", 2)


def test_nothing_is_unpacked_to_disk(tmp_path: Path) -> None:
    read("atlas", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["toys.qdpx"]
    assert zipfile.is_zipfile(tmp_path / "toys.qdpx")
