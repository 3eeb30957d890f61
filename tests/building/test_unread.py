"""Nothing in `bib/` stays unread without a problem."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from kg.building.pipeline import assemble
from kg.core.problems import Problem
from tests.toy import EXAMPLE_YAML

NFC, NFD = (unicodedata.normalize(form, "bär2031") for form in ("NFC", "NFD"))


def review(folder: Path, files: dict[str, str]) -> list[Problem]:
    for name, text in {"bib/a.bib": "@misc{a, title={A}}\n", **files}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    rules = ("file/", "yaml/", "bibtex/", "annotation/")
    return [problem for problem in assemble(folder).problems if problem.rule.startswith(rules)]


NOT_READ = {
    "library.enl": ("warning", "export the library from EndNote as RIS"),
    "x.csv": ("warning", "`kg import` reads a table of works"),
    "z.bib.txt": ("warning", "its name should end in .bib"),
    "pubmed-set.txt": ("warning", ".nbib for NBIB"),
    "W1.PDF": ("warning", "keep full texts outside of bib/"),
    "works.xml": ("warning", "export it as BibTeX, RIS, NBIB or CSL-JSON"),
    "notes.md": ("", ""),
    "unknown": ("warning", "bibliographies are bib/NAME.bib"),
    "old/a.bib": ("warning", "bibliographies are bib/NAME.bib"),
    "a.bib.bak": ("info", "remove this backup"),
    "a.bib~": ("info", "remove this backup"),
    "README.md": ("", ""),
    "LICENSE": ("", ""),
    ".gitignore": ("", ""),
    ".obsidian/workspace": ("", ""),
    "annotations/.a.desk": ("", ""),
    "codings/sheet.xlsx": ("", ""),
    "more.bibtex": ("", ""),
    "pubmed.nbib": ("", ""),
}


@pytest.mark.parametrize(("name", "expected"), NOT_READ.items())
def test_a_file_that_no_reader_takes_is_reported_with_what_to_do(
    tmp_path: Path, name: str, expected: tuple[str, str]
) -> None:
    found = [problem for problem in review(tmp_path, {f"bib/{name}": ""}) if problem.rule != "bibtex/no-entry"]
    severity, hint = expected
    assert [(p.where.file, p.rule, p.severity) for p in found] == (
        [(f"bib/{name}", "file/not-read", severity)] if severity else []
    )
    assert all(hint in problem.hint for problem in found)


def test_many_files_of_one_kind_are_one_problem(tmp_path: Path) -> None:
    found = review(tmp_path, {f"bib/pdf/w{number}.pdf": "" for number in range(9)})
    assert [(p.where.file, p.message) for p in found] == [
        ("bib/pdf", "9 files that end in .pdf are not read, such as w0.pdf")
    ]


CONFLICT = "<<<<<<< HEAD\n{}=======\n{}>>>>>>> other\n"
CONFLICTS = {
    "bib/b.bib": "@misc{b, title={B}}\n" + CONFLICT.format("@misc{c, title={C}}\n", "@misc{d, title={D}}\n"),
    "bib/b.ris": "TY  - GEN\n" + CONFLICT.format("TI  - A\n", "TI  - B\n") + "ER  -\n",
    "bib/same-as.yaml": "decisions:\n" + CONFLICT.format("  - {different: [a, b]}\n", ""),
    "ontology/more.ttl": "# text\n" + CONFLICT.format("# a\n", "# b\n"),
    "queries/rules/more.rq": "# text\n" + CONFLICT.format("# a\n", "# b\n"),
}


@pytest.mark.parametrize(("name", "text"), CONFLICTS.items())
def test_an_unresolved_merge_conflict_is_named_as_one(tmp_path: Path, name: str, text: str) -> None:
    files = {name: text}
    if name.startswith("queries"):  # rules are read if there is no error before
        files["bib/b.bib"] = "@misc{b, title={B}}\n"
    (found,) = [problem for problem in review(tmp_path, files) if problem.rule == "file/merge-conflict"]
    assert (str(found.where), found.severity) == (f"{name}:2:1", "error")
    assert found.message == "unresolved merge conflict"


def test_two_conflicts_are_both_named_and_an_underlined_heading_is_none(tmp_path: Path) -> None:
    found = review(tmp_path, {"bib/b.bib": "Heading\n=======\n" + 2 * CONFLICT.format("", "")})
    assert [(str(p.where), p.message) for p in found if p.rule == "file/merge-conflict"] == [
        ("bib/b.bib:3:1", "unresolved merge conflict; the next one is in line 6")
    ]


def test_keys_are_matched_in_either_unicode_form(tmp_path: Path) -> None:
    child = f"@misc{{c, title={{C}}, crossref={{{NFD}}}}}\n"
    found = review(tmp_path, {
        "bib/b.bib": f"{child}@misc{{{NFD}, title={{B}}, year={{2031}}}}\n",
        f"bib/annotations/{NFD}.yaml": EXAMPLE_YAML.replace("example2031", NFC),
    })  # fmt: skip
    assert [p.rule for p in found if NFC in p.message or NFD in p.message] == []


def test_a_key_of_another_unicode_form_in_an_annotation_is_named_as_such(tmp_path: Path) -> None:
    annotation = f"bib/annotations/{NFC}.yaml"
    files = {"bib/b.bib": f"@misc{{{NFC}, title={{B}}}}\n", annotation: EXAMPLE_YAML.replace("example2031", NFD)}
    found = [problem for problem in review(tmp_path, files) if problem.rule == "annotation/unknown-work"]
    assert {problem.hint for problem in found if NFD in problem.message} == {
        f"accents are written in another Unicode form here: type or copy `{NFC}`"
    }


def test_two_keys_that_look_the_same_are_one_key(tmp_path: Path) -> None:
    found = review(tmp_path, {"bib/b.bib": f"@misc{{{NFD}, title={{B}}}}\n@misc{{{NFC}, title={{C}}}}\n"})
    assert [(p.rule, str(p.where)) for p in found] == [("bibtex/duplicate-key", "bib/b.bib:2:1")]


CUT = {
    "statement: Uses C # and more": ":2:19",
    "statement: Fixes #12 and more": ":2:18",
    "statement: Issue #12": ":2:18",
    "statement: 'Uses C # and more'": "",
    "statement: Uses  # a comment": "",
    "statement: CT # a comment": "",
    "statement: Uses C  # a comment": "",
    "statement: Uses C# and more": "",
}


@pytest.mark.parametrize(("line", "place"), CUT.items())
def test_a_comment_that_cuts_a_text_is_reported(tmp_path: Path, line: str, place: str) -> None:
    found = review(tmp_path, {"bib/annotations/a.yaml": f"publication: a\n{line}\n"})
    cut = [(p.rule, str(p.where), p.severity) for p in found if p.rule.startswith("yaml/")]
    assert cut == ([("yaml/comment", f"bib/annotations/a.yaml{place}", "warning")] if place else [])


def test_a_warning_of_a_comment_does_not_reject_an_annotation(tmp_path: Path) -> None:
    text = EXAMPLE_YAML.replace("label: Two toy teams", "label: Two toy teams # or three")
    assert text != EXAMPLE_YAML
    review(tmp_path, {"bib/b.bib": "@misc{example2031, title={B}}\n", "bib/annotations/example2031.yaml": text})
    (account,) = [a for a in assemble(tmp_path).accounts if a.kind == "annotation"]
    assert account.accepted == 1
