"""Verdicts on quotations: recorded in a file of the review, reported by `kg check`, out of date after a change."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from kg.api import KnowledgeGraph
from kg.building.pipeline import assemble, build
from kg.building.quotes import difference, verify, write_records
from kg.building.reading import Sources, read_annotations
from kg.core.problems import Problem, UsageError
from kg.readers.annotations import AnnotationSource
from tests.conftest import ROOT, KgCli
from tests.toy import EXAMPLE_YAML, place_of, write_toy

ANNOTATION, RECORD = "bib/annotations/example2031.yaml", "bib/quotations/example2031.yaml"
COUNT = EXAMPLE_YAML.count("quote:")


def annotations_of(root: Path) -> list[AnnotationSource]:
    reading = Sources(root)
    read_annotations(reading)
    return reading.annotations


def full_texts_of(sources: list[AnnotationSource], folder: Path) -> Path:
    """A text for each publication that holds all its quotations, a line each, and the headings of its sections."""
    folder.mkdir()
    for source in sources:
        lines = [line.split('quote: "')[1].split('"')[0] for line in source.file.text.split("\n") if 'quote: "' in line]
        sections = sorted({*re.findall(r"section: \"?([^\n\",}]+)", source.file.text)})
        (folder / f"{source.key}.txt").write_text("\n".join([*lines, *sections]), encoding="utf-8")
    return folder


@pytest.fixture
def review(tmp_path: Path) -> Path:
    """The toy review without a record."""
    folder = write_toy(tmp_path / "review")
    shutil.rmtree(folder / "bib" / "quotations")
    return folder


@pytest.fixture
def texts(review: Path, tmp_path: Path) -> Path:
    return full_texts_of(annotations_of(review), tmp_path / "texts")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def told(root: Path, file: str = "") -> list[Problem]:
    """What `kg check` says of quotations."""
    return [p for p in assemble(root).problems if p.rule.startswith("quotation/") and p.where.file.startswith(file)]


def recorded(review: Path, texts: Path) -> Path:
    records, _ = verify(annotations_of(review), texts)
    write_records(review, records)
    return review / RECORD


# --- recording ---


def test_verdicts_are_recorded_reported_and_in_the_graph(review: Path, texts: Path, kg_cli: KgCli) -> None:
    done = kg_cli(review, "verify-quotes", str(texts))
    assert (done.returncode, done.stdout) == (0, "")
    assert f"recorded in {RECORD}" in done.stderr
    assert told(review) == []
    assert not build(review).errors
    assert list(KnowledgeGraph.open(review).query("unverified-quotations")) == []


def test_recording_again_gives_the_same_bytes(review: Path, texts: Path, kg_cli: KgCli) -> None:
    edit(texts / "example2031.txt", "tools for testing", "pools for testing")
    assert kg_cli(review, "verify-quotes", str(texts)).returncode == 1
    before = {path: path.read_bytes() for path in (review / "bib" / "quotations").iterdir()}
    assert [path.name for path in sorted(before)] == ["example2031.yaml", "muster2032.yaml"]
    assert kg_cli(review, "verify-quotes", str(texts), PYTHONHASHSEED="4711").returncode == 1
    assert {path: path.read_bytes() for path in (review / "bib" / "quotations").iterdir()} == before


def test_no_record_is_written_when_not_wanted(review: Path, texts: Path, kg_cli: KgCli) -> None:
    assert kg_cli(review, "verify-quotes", "--no-record", str(texts)).returncode == 0
    assert not (review / "bib" / "quotations").exists()


def test_a_record_stays_when_the_full_text_is_not_there(review: Path, texts: Path, kg_cli: KgCli) -> None:
    before = recorded(review, texts).read_bytes()
    (texts / "example2031.txt").unlink()
    done = kg_cli(review, "verify-quotes", str(texts))
    assert (done.returncode, "[quotation/no-full-text]" in done.stdout) == (0, True)
    assert (review / RECORD).read_bytes() == before
    assert told(review) == []


def test_two_annotations_of_a_paper_have_their_own_records(review: Path, texts: Path) -> None:
    second = review / "bib" / "annotations" / "muster2032.bob.yaml"
    shutil.copy(review / "bib" / "annotations" / "muster2032.yaml", second)
    edit(second, "silos stayed closed", "silos stayed open")
    recorded(review, texts)
    assert [p.where.file for p in told(review)] == ["bib/annotations/muster2032.bob.yaml"]


# --- what is not exact ---


def test_one_letter_changed_is_a_warning_with_the_difference(review: Path, texts: Path) -> None:
    edit(review / ANNOTATION, "tools for testing were missing", "fools for testing were missing")
    recorded(review, texts)
    (near,) = told(review)
    line, column = place_of((review / ANNOTATION).read_text(encoding="utf-8"), '"fools for')
    assert str(near.where) == f"{ANNOTATION}:{line}:{column}"
    assert (near.rule, near.severity) == ("quotation/near", "warning")
    assert "has: “[tools] for testing were missing” (fools → tools)" in near.hint
    assert ", line " in near.hint
    assert not build(review).errors
    graph = KnowledgeGraph.open(review)
    (row,) = graph.query("unverified-quotations")
    assert (row["key"], row["supports"], row["status"]) == ("example2031", "finding/example2031/PEC1", "near")
    evidence = {row["quotation"]: row["status"] for row in graph.query("finding-evidence", finding="PEC1")}
    assert evidence == {"fools for testing were missing": "near", "our tests are slow": "exact"}


def test_an_invented_quotation_is_an_error_of_kg_check_on_its_line(review: Path, texts: Path, kg_cli: KgCli) -> None:
    edit(review / ANNOTATION, "both missed tools", "robots write all software")
    done = kg_cli(review, "verify-quotes", str(texts))
    assert done.returncode == 1
    assert "17 exact, 0 near, 1 missing" in done.stderr
    assert f"recorded in {RECORD}" in done.stderr
    checked = kg_cli(review, "check", "--severity", "error")
    line, column = place_of((review / ANNOTATION).read_text(encoding="utf-8"), '"robots write')
    assert checked.returncode == 1
    assert checked.stdout.startswith(f"{ANNOTATION}:{line}:{column}: error: “robots write all software”")
    assert "[quotation/missing]" in checked.stdout


@pytest.mark.parametrize(("quote", "passage", "marked", "changes"), [
    ("trust a guild that", "trust a build that", "trust a [build] that", "guild → build"),
    ("trust very much", "trust much", "trust much", "without very"),
    ("we trust it", "we do not trust it", "we [do not] trust it", "with do not"),
    ("“toys”, they say", '"toys" they say', '"toys" they say', "without ,"),
    ("toys", "…", "[…]", "toys → …"),
])  # fmt: skip
def test_the_difference_is_shown_word_by_word(quote: str, passage: str, marked: str, changes: str) -> None:
    assert difference(quote, passage) == (marked, changes)


# --- what is not held against a text, or not any more ---


def test_quotations_without_a_record_are_one_note_for_each_annotation(review: Path) -> None:
    first, second = told(review)
    line, column = place_of(EXAMPLE_YAML, '"how do toy teams test"')
    assert str(first.where) == f"{ANNOTATION}:{line}:{column}"
    assert (first.rule, first.severity) == ("quotation/unchecked", "info")
    assert first.message.startswith(f"{COUNT} of {COUNT} quotations were not checked against a full text")
    assert "kg verify-quotes DIR" in first.hint
    assert second.where.file == "bib/annotations/muster2032.yaml"


def test_an_edited_quotation_is_unchecked_and_the_record_out_of_date(review: Path, texts: Path) -> None:
    recorded(review, texts)
    edit(review / ANNOTATION, "both missed tools", "both teams missed tools")
    unchecked, stale = told(review)
    line, _ = place_of((review / ANNOTATION).read_text(encoding="utf-8"), '"both teams')
    assert (unchecked.rule, unchecked.where.line) == ("quotation/unchecked", line)
    assert unchecked.message.startswith(f"1 of {COUNT} quotations were")
    line, _ = place_of((review / RECORD).read_text(encoding="utf-8"), '{quote: "both missed')
    assert (stale.rule, stale.severity, stale.where.file, stale.where.line) == (
        "quotation/stale-record",
        "info",
        RECORD,
        line,
    )
    assert not build(review).errors
    (row,) = KnowledgeGraph.open(review).query("unverified-quotations")
    assert (row["quotation"], row["status"]) == ("both teams missed tools", "unchecked")


def test_a_record_without_its_annotation_is_reported(review: Path, texts: Path) -> None:
    recorded(review, texts).rename(review / "bib" / "quotations" / "nobody2030.yaml")
    (gone,) = told(review, "bib/quotations/")
    assert (gone.rule, gone.severity, gone.where.file) == (
        "quotation/stale-record",
        "warning",
        "bib/quotations/nobody2030.yaml",
    )


def test_a_record_of_another_publication_does_not_count(review: Path, texts: Path) -> None:
    edit(recorded(review, texts), "publication: example2031", "publication: acme2030")
    unchecked, stale = told(review)
    assert (unchecked.rule, stale.rule, stale.severity) == ("quotation/unchecked", "quotation/stale-record", "warning")
    assert unchecked.message.startswith(f"{COUNT} of {COUNT}")
    assert not build(review).errors


def test_a_record_that_cannot_be_read_is_an_error_and_written_anew(review: Path, texts: Path, kg_cli: KgCli) -> None:
    edit(recorded(review, texts), "verdict: exact", "verdict: perfect")
    assert {(p.rule, p.where.file) for p in told(review)} == {("quotation/record", RECORD)}
    assert build(review).errors
    assert kg_cli(review, "verify-quotes", str(texts)).returncode == 0
    assert told(review) == []


def test_a_record_that_is_changed_makes_the_graph_out_of_date(review: Path, texts: Path, kg_cli: KgCli) -> None:
    build(review)
    recorded(review, texts)
    assert f"{RECORD} " in kg_cli(review, "query", "contents").stderr.replace(",", " ")


# --- full texts ---


def test_a_text_that_is_not_there_is_said(review: Path, tmp_path: Path) -> None:
    records, problems = verify(annotations_of(review), tmp_path)
    assert records == {}
    assert {problem.rule for problem in problems} == {"quotation/no-full-text"}
    with pytest.raises(UsageError, match="not a folder"):
        verify(annotations_of(review), tmp_path / "nowhere")


def test_a_text_that_cannot_be_read_harms_no_other(review: Path, texts: Path) -> None:
    (texts / "example2031.txt").unlink()
    (texts / "example2031.pdf").write_bytes(b"%PDF-1.4 broken")
    records, (problem,) = verify(annotations_of(review), texts)
    assert set(records) == {"muster2032"}
    assert (problem.rule, problem.severity, problem.where.file) == ("text/broken", "error", ANNOTATION)


def test_an_annotation_with_errors_is_reported(review: Path, texts: Path, kg_cli: KgCli) -> None:
    edit(review / ANNOTATION, "kind: pec", "kind: peck")
    done = kg_cli(review, "verify-quotes", str(texts))
    assert (done.returncode, "[annotation/unknown-value]" in done.stdout) == (1, True)


@pytest.mark.parametrize("key", ["../../x", "..", "/etc/passwd", "a\\nb", "", " "])
def test_a_hostile_key_stays_in_its_folder(review: Path, texts: Path, key: str) -> None:
    edit(review / ANNOTATION, "publication: example2031", f'publication: "{key}"')
    records, problems = verify(annotations_of(review), texts)
    assert set(records) == {"muster2032"}
    assert [problem.rule for problem in problems] == ["quotation/no-full-text"]


def test_every_quotation_of_the_first_publication_is_in_the_paper(full_texts: Path, tmp_path: Path) -> None:
    sources = [source for source in annotations_of(ROOT) if source.stem == "vanska2024"]
    records, problems = verify(sources, full_texts)
    assert problems == []
    assert {verdict.verdict for verdict in records["vanska2024"].quotations} == {"exact"}
    (name,) = write_records(tmp_path, records)
    assert (tmp_path / name).read_bytes() == (ROOT / name).read_bytes(), "kg verify-quotes writes it anew"


def test_a_text_is_found_by_the_file_field_of_its_entry(review: Path, texts: Path, kg_cli: KgCli) -> None:
    (texts / "papers").mkdir()
    (texts / "example2031.txt").rename(texts / "papers" / "Example 2031.TXT")
    bib = next(path for path in (review / "bib").glob("*.bib") if "{example2031," in path.read_text(encoding="utf-8"))
    field = "file = {:/home/somebody/papers/Example 2031.TXT:Text},"
    edit(bib, "{example2031,", f"{{example2031, {field}")
    done = kg_cli(review, "verify-quotes", str(texts), "example2031")
    assert "0 near, 0 missing" in done.stderr
    assert (done.returncode, done.stdout) == (0, "")


# --- quotations that stand in another work ---

ELSEWHERE = '{quote: "Acme has no tools either", section: "5"}'


@pytest.fixture
def elsewhere(review: Path, texts: Path) -> Path:
    """The review, in which a quotation of the first annotation stands in the work that it is about."""
    edit(review / ANNOTATION, ELSEWHERE, ELSEWHERE.replace("{", "{stands_in: acme2030, "))
    edit(texts / "example2031.txt", "Acme has no tools either", "")
    return review


def test_a_quotation_that_stands_in_another_work_is_checked_against_that(elsewhere: Path, texts: Path) -> None:
    (texts / "acme2030.txt").write_text("We, Acme, report: Acme has no tools either.", encoding="utf-8")
    records, problems = verify(annotations_of(elsewhere), texts)
    assert problems == []
    write_records(elsewhere, records)
    assert [p for p in told(elsewhere, ANNOTATION) if p.severity != "info"] == []
    assert not build(elsewhere).errors
    (row,) = KnowledgeGraph.open(elsewhere).sparql(
        """SELECT ?source ?status { ?evidence oa:hasSelector/oa:exact "Acme has no tools either" ;
        oa:hasSource ?source ; cs:quoteStatus ?status }"""
    )
    assert tuple(row.values()) == ("publication/acme2030", "ontology#exact")


def test_without_the_text_of_the_other_work_the_quotation_stays_unchecked(elsewhere: Path, texts: Path) -> None:
    records, problems = verify(annotations_of(elsewhere), texts)
    assert [(p.rule, p.severity) for p in problems] == [("quotation/no-full-text", "warning")]
    assert "`acme2030`" in problems[0].message
    write_records(elsewhere, records)
    (unchecked,) = [p for p in told(elsewhere, ANNOTATION) if p.rule == "quotation/unchecked"]
    assert (unchecked.where.line, unchecked.message[:1]) == (place_of(EXAMPLE_YAML, "Acme has no tools")[0], "1")


def test_the_same_words_in_two_works_have_two_verdicts(review: Path, texts: Path) -> None:
    edit(review / ANNOTATION, ELSEWHERE, f"{ELSEWHERE}\n      - {ELSEWHERE.replace('{', '{stands_in: acme2030, ')}")
    (texts / "acme2030.txt").write_text("Nothing like it.", encoding="utf-8")
    records, problems = verify(annotations_of(review), texts)
    assert [p.rule for p in problems] == ["quotation/missing"]
    write_records(review, records)
    assert [p.rule for p in told(review, ANNOTATION) if p.severity == "error"] == ["quotation/missing"]


def test_quotations_of_other_works_are_checked_without_the_text_of_the_annotated_one(
    elsewhere: Path, texts: Path
) -> None:
    (texts / "acme2030.txt").write_text("We, Acme, report: Acme has no tools either.", encoding="utf-8")
    (texts / "example2031.txt").unlink()
    records, problems = verify(annotations_of(elsewhere), texts)
    assert [(p.rule, p.message[:32]) for p in problems] == [
        ("quotation/no-full-text", "no full text of `example2031` in")
    ]
    (verdict,) = records["example2031"].quotations
    assert (verdict.stands_in, verdict.verdict, records["example2031"].full_text) == ("acme2030", "exact", None)
    write_records(elsewhere, records)
    assert not build(elsewhere).errors


def test_verdicts_stay_where_the_folder_has_no_text(elsewhere: Path, texts: Path) -> None:
    (texts / "acme2030.txt").write_text("We, Acme, report: Acme has no tools either.", encoding="utf-8")
    held, _ = verify(annotations_of(elsewhere), texts)
    (texts / "example2031.txt").unlink()
    again, _ = verify(annotations_of(elsewhere), texts, held=held)
    assert again["example2031"] == held["example2031"]


def test_the_command_checks_the_annotations_that_are_named(review: Path, texts: Path, kg_cli: KgCli) -> None:
    done = kg_cli(review, "verify-quotes", str(texts), "example2031")
    assert (done.returncode, [path.name for path in (review / "bib" / "quotations").iterdir()]) == (
        0,
        ["example2031.yaml"],
    )
    wrong = kg_cli(review, "verify-quotes", str(texts), "exampel2031")
    assert (wrong.returncode, "did you mean example2031?" in wrong.stderr) == (2, True)
