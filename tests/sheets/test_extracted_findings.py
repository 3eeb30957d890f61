"""Extraction sheets: rows become works, codes and second-hand findings, from the proposed mapping to the query."""

from __future__ import annotations

from pathlib import Path
from time import process_time
from typing import Any

import pytest
import yaml
from openpyxl import Workbook

from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from kg.building.quotes import verify, write_records
from kg.building.reading import Sources, read_annotations, read_vocabularies
from kg.core.files import read_source
from kg.core.problems import KgError, Problem, UsageError
from kg.model.bibliography import Vocabulary
from kg.readers.annotations import read_annotation
from kg.readers.sheets import TableFile, open_table
from kg.sheets.imported import Imported
from kg.sheets.review import import_review
from kg.sheets.starter import starter
from tests.toy import write_toy

CLAIMS = """\
title,year,claim,code
A study of pipelines,2018,CI shortens the build,speed
A study of pipelines,2018,CI lowers stress,workload
Another study of builds,2019,CI finds faults early,speed
"""
HEAD: dict[str, Any] = {"review": "acme2030", "label": "Sheet", "mapped_by": "Ann", "created": "2026-11-29",
                        "scope": {"rule": "All."}}  # fmt: skip
WORK = {"title": "title", "fields": {"year": "year"}}


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """A toy review to import into."""
    return write_toy(tmp_path / "review")


def opened(path: Path) -> TableFile:
    file, problems = open_table(path)
    assert file is not None, problems
    return file


def table(root: Path, text: str, name: str = "claims.csv") -> TableFile:
    (root / name).write_text(text, encoding="utf-8")
    return opened(root / name)


def run(root: Path, *files: TableFile, **mapping: Any) -> Imported:
    path = root / "bib" / "codings" / "claims.mapping.yaml"
    path.write_text(yaml.safe_dump(HEAD | mapping, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return import_review(root, files, path)


def reported(made: Imported) -> list[tuple[str, str, str]]:
    return [(problem.severity, problem.rule, str(problem.where)) for problem in made.problems]


def errors_of(root: Path) -> list[str]:
    return [str(problem) for problem in build(root).problems if problem.severity == "error"]


def findings(made: Imported) -> list[tuple[str, str, str]]:
    return [(finding.id, finding.attributed_to or "", finding.statement) for finding in made.findings]


def test_the_proposed_mapping_of_three_rows_needs_only_the_review_to_answer_a_query(toy: Path) -> None:
    file, path = table(toy, CLAIMS), toy / "bib" / "codings" / "claims.mapping.yaml"
    reading = Sources(toy)
    read_vocabularies(reading)
    path.write_text(starter([file], reading.vocabulary).replace("\nreview: ", "\nreview: acme2030 ", 1), "utf-8")
    made = import_review(toy, [file], path)
    assert (len(made.entries), len(made.findings), made.problems) == (2, 3, [])
    assert [work.codes for work in made.works] == [("speed", "workload"), ("speed",)]
    assert errors_of(toy) == []
    rows = [row for row in KnowledgeGraph.open(toy).query("related-work", practice="CI") if row["hand"] != "first-hand"]
    assert [(row["key"], row["says"]) for row in rows] == [
        ("study-pipelines-2018", "CI shortens the build"),
        ("study-pipelines-2018", "CI lowers stress"),
        ("another-study-builds-2019", "CI finds faults early"),
    ]


def test_import_again_gives_the_same_bytes_and_what_is_gone_is_removed(toy: Path) -> None:
    spec = {"work": WORK, "findings": {"statement": "claim", "every": {"practices": ["continuous-testing"]}}}
    first = run(toy, table(toy, CLAIMS), **spec).written
    before = [path.read_bytes() for path in first]
    assert [path.read_bytes() for path in run(toy, table(toy, CLAIMS), **spec).written] == before
    assert (toy / "bib" / "annotations" / "acme2030.yaml").exists()
    run(toy, table(toy, CLAIMS), work=WORK)
    assert not (toy / "bib" / "annotations" / "acme2030.yaml").exists()
    assert not (toy / "bib" / "codings" / "claims.yaml").exists()


def test_an_annotation_made_by_a_person_is_never_overwritten(toy: Path) -> None:
    own = toy / "bib" / "annotations" / "acme2030.yaml"
    own.write_text("publication: acme2030\n", encoding="utf-8")
    with pytest.raises(UsageError, match="reading: NAME"):
        run(toy, table(toy, CLAIMS), work=WORK, findings={"statement": "claim"})
    assert own.read_text("utf-8") == "publication: acme2030\n"
    assert not (toy / "bib" / "claims.bib").exists()
    made = run(toy, table(toy, CLAIMS), work=WORK, findings={"statement": "claim"}, reading="sheet")
    assert [path.name for path in made.written] == ["claims.bib", "acme2030.sheet.yaml"]


def test_rows_that_contradict_each_other_on_the_year_are_an_error_that_names_both(toy: Path) -> None:
    made = run(toy, table(toy, CLAIMS.replace("lines,2018,CI l", "lines,2019,CI l")), work=WORK)
    assert reported(made) == [("error", "sheet/year-differs", "claims.csv:3:2")]
    assert "2019 here and 2018 in row 2" in made.problems[0].message
    assert made.written == ()


def test_a_finding_without_a_statement_is_reported_noted_and_left_out(toy: Path) -> None:
    made = run(toy, table(toy, CLAIMS.replace("CI lowers stress", "")), work=WORK, findings={"statement": "claim"})
    assert reported(made) == [("warning", "import/no-statement", "claims.csv:3:3")]
    assert [finding.id for finding in made.findings] == ["r2", "r4"]
    assert [(note.row, note.work) for note in made.notes] == [(3, "study-pipelines-2018")]
    assert errors_of(toy) == []


def test_statements_come_from_the_id_then_the_column_then_the_code(toy: Path) -> None:
    codes = {"speed": {"statement": "Speed.", "practices": ["continuous-testing"]}, "workload": {"statement": "Work."}}
    spec = {"every": {"practices": ["continuous-integration"]}, "by_code": {"column": "code", "values": codes},
            "by_id": {"r4": {"statement": "Own.", "practices": ["continuous-delivery"]}}}  # fmt: skip
    made = run(toy, table(toy, CLAIMS), work=WORK, findings=spec)
    assert [finding.statement for finding in made.findings] == ["Speed.", "Work.", "Own."]
    assert [finding.practices for finding in made.findings] == [
        ("continuous-integration", "continuous-testing"),
        ("continuous-integration",),
        ("continuous-delivery",),
    ]
    made = run(toy, table(toy, CLAIMS), work=WORK, findings=spec | {"statement": "claim"})
    assert [finding.statement for finding in made.findings] == ["CI shortens the build", "CI lowers stress", "Own."]


def test_effects_are_made_of_columns_and_values(toy: Path) -> None:
    text = "study,cause,sign,effect\nA,CI,+,speed; cost\nA,CI,?,speed\nA,CI,-,\n"
    effect = {"practice": "cause", "outcome": {"column": "effect", "separator": ";"},
              "direction": {"column": "sign", "values": {"+": "increases", "-": "decreases"}}}  # fmt: skip
    spec = {"work": "study", "every": {"statement": "Own words."}, "effect": effect}
    made = run(toy, table(toy, text), work={"known": {"A": "example2031"}}, findings=[spec])
    assert [[(e.practice, e.outcome, e.direction) for e in finding.effects] for finding in made.findings] == [
        [("continuous-integration", "speed", "increases"), ("continuous-integration", "cost", "increases")], [], []
    ]  # fmt: skip
    assert reported(made) == [
        ("warning", "sheet/unknown-concept", "claims.csv:3:3"), ("warning", "import/incomplete", "claims.csv:4:4"),
    ]  # fmt: skip
    assert "`-` in the column sign says nothing without effect" in made.problems[1].message
    none = {**spec, "by_id": {"r4": {"effects": []}}}
    made = run(toy, table(toy, text), work={"known": {"A": "example2031"}}, findings=[none])
    assert [problem.rule for problem in made.problems] == ["sheet/unknown-concept"]


def test_an_effect_that_cannot_be_complete_is_one_error_of_the_mapping(toy: Path) -> None:
    text, known = "study,cause,sign,effect\nA,CI,+,speed\nA,CI,up,speed\n", {"known": {"A": "example2031"}}
    effect = {"practice": "cause", "outcome": "effect", "direction": "increases"}

    def problems(**changed: Any) -> list[tuple[str, str]]:
        given = {key: value for key, value in (effect | changed).items() if value}
        spec = {"work": "study", "every": {"statement": "Own words."}, "effect": given}
        return [
            (problem.rule, problem.message)
            for problem in run(toy, table(toy, text), work=known, findings=[spec]).problems
        ]

    assert problems() == []
    assert problems(outcome="") == [("mapping/missing-field", "this effect has no outcome")]
    assert problems(practice="")[0][1] == "this effect has no practice, approach, tool or challenge"
    assert problems(practice="continuous-tasting")[0][0] == "mapping/unknown-concept"
    assert problems(direction="raises")[0][1] == "there is neither a column nor a direction `raises`"
    values = {"+": "increases", "up": "raises"}
    assert problems(direction={"column": "sign", "values": values})[0][1] == "`raises` is not a direction"
    unread = [
        "`+` in the column sign is not a direction and was left out",
        "`up` in the column sign is not a direction and was left out",
    ]
    assert [message for _, message in problems(direction="sign")] == unread


def test_a_page_without_words_is_of_the_work_that_the_quotations_stand_in(toy: Path) -> None:
    text, known = "study,quote,page\nA,some words,4\nA,,5\n", {"known": {"A": "example2031"}}
    spec = {"work": "study", "every": {"statement": "Own."}, "page": "page"}
    of_work = {**spec, "quote": {"column": "quote", "stands_in": "work"}}
    made = run(toy, table(toy, text), work=known, findings=of_work)
    assert [finding.section for finding in made.findings] == ["row 2 of claims.csv", "row 3 of claims.csv"]
    assert [(e.page, e.stands_in) for f in made.findings for e in f.evidence if not isinstance(e, str)] == [
        ("4", "example2031"), ("5", "example2031"),
    ]  # fmt: skip
    assert errors_of(toy) == []
    made = run(
        toy, table(toy, text), work=known, findings={**spec, "quote": {"column": "quote", "stands_in": "review"}}
    )
    assert [finding.section for finding in made.findings] == ["page 4", "page 5"]


def test_a_table_of_works_that_cannot_be_read_is_one_error_and_not_one_for_each_finding(toy: Path) -> None:
    works, found = (
        table(toy, "id,title,year\nS1,A study,2018\n", "works.csv"),
        table(toy, "study,claim\nS1,x y\nS1,y z\n", "found.csv"),
    )
    spec = {"sheet": "found.csv", "work": "study", "statement": "claim"}
    made = run(toy, works, found, work={"id": "Id", "title": "title"}, findings=[spec])
    assert [problem.rule for problem in made.problems] == ["mapping/unknown-column"]


def test_codes_with_a_list_of_studies_and_findings_of_several_works(toy: Path) -> None:
    text = "theme,papers\nPlay,[S1] [S2] [S1] [S?]\nTests,[S2]\n"
    papers = {"column": "papers", "pattern": r"\[(S\d+)\]"}
    made = run(
        toy, table(toy, text), work={"known": {"S1": "example2031", "S2": "muster2032"}, "included": True},
        codes=[{"column": "theme", "studies": papers, "values": {
            "Play": {"id": "play", "label": "Play"}, "Tests": {"id": "tests", "label": "Tests"}}}],
        findings=[{"work": dict(papers), "prefix": "t", "every": {"statement": "Own words."}}],
    )  # fmt: skip
    assert {(work.work, work.codes) for work in made.works} == {
        ("example2031", ("play",)),
        ("muster2032", ("play", "tests")),
    }
    assert [finding.id for finding in made.findings] == ["tr2-S1", "tr2-S2", "tr3"]
    assert made.included == ["example2031", "muster2032"]
    assert {rule for _, rule, _ in reported(made)} == {"import/unread-studies"}
    assert errors_of(toy) == []


def test_an_unknown_work_is_an_error_unless_the_mapping_says_why_it_has_no_entry(toy: Path) -> None:
    text, spec = "study,claim\nA,x y\n9,y z\n", {"work": "study", "statement": "claim"}
    made = run(toy, table(toy, text), work={"known": {"A": "example2031"}}, findings=spec)
    assert reported(made) == [("error", "import/unknown-work", "claims.csv:3:1")]
    work = {"known": {"A": "example2031"}, "no_entry": {"9": "its list of studies is not public"}}
    made = run(toy, table(toy, text), work=work, findings=spec)
    assert (made.problems, findings(made)) == ([], [("r2", "example2031", "x y")])


def test_two_ids_that_are_the_same_are_an_error(toy: Path) -> None:
    text = "study,id,claim\nA,C1,x\nA,c1,y\n"
    spec = {"work": "study", "id": "id", "statement": "claim"}
    made = run(toy, table(toy, text), work={"known": {"A": "example2031"}}, findings=spec)
    assert reported(made) == [("error", "import/duplicate-id", "claims.csv:3:2")]
    assert made.written == ()


def test_a_long_quotation_is_cut_marked_and_still_found_in_the_text(toy: Path, tmp_path: Path) -> None:
    words = " ".join(f"word{n}" for n in range(20))
    text = f'study,quote\nA,"{words}"\nA,"first four words here [...] and others"\nA,short words\n'
    spec = {"work": "study", "every": {"statement": "Own."}, "quote": {"column": "quote", "stands_in": "work"}}
    made = run(toy, table(toy, text), work={"known": {"A": "example2031"}}, findings=spec)
    quoted = [finding.evidence[0] for finding in made.findings]
    assert [getattr(one, "shortened", None) for one in quoted] == [True, True, None]
    assert getattr(quoted[1], "quote", "") == "first four words here"
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "example2031.txt").write_text(f"{words} then first four words here follow, and short words.", "utf-8")
    reading = Sources(toy)
    read_annotations(reading)
    source = next(source for source in reading.annotations if source.stem == "acme2030")
    records, problems = verify([source], texts)
    assert problems == []
    assert [verdict.verdict for verdict in records["acme2030"].quotations] == ["exact"] * 3
    assert records["acme2030"].full_text is None
    write_records(toy, records)
    assert errors_of(toy) == []


def test_words_of_a_sheet_are_not_looked_for_in_full_texts(toy: Path) -> None:
    made = run(toy, table(toy, "study,quote\nA,some words\n"), work={"known": {"A": "example2031"}},
               findings={"work": "study", "every": {"statement": "Own."}, "quote": "quote"})  # fmt: skip
    file = read_source(toy, made.written[-1])
    assert not isinstance(file, Problem)
    named = read_annotation(file).named
    assert {path for path, _ in named.quotations} == named.in_sheets


def workbook(path: Path) -> TableFile:
    """Two worksheets: works below a title, and four merged rows of findings for each of ten works."""
    book = Workbook()
    book.active.title = "Studies"
    book.active.append(["Extraction sheet"])
    book.active.merge_cells("A1:D1")
    book.active.append(["ID", "Title", "Year", "Method"])
    found = book.create_sheet("Findings")
    found.append(["Study", "Theme", "Claim"])
    for n in range(10):
        book.active.append([f"S{n}", f"Study of pipelines in company {n}", 2010 + n, "Survey"])
        for k in range(4):
            found.append([f"S{n}" if k == 0 else None, "Speed" if k else "Quality", f"CD changes {k} at {n}"])
        found.merge_cells(start_row=4 * n + 2, end_row=4 * n + 5, start_column=1, end_column=1)
    book.save(path)
    return opened(path)


def test_two_worksheets_with_merged_cells_need_only_the_review(toy: Path) -> None:
    file, path = workbook(toy / "sheet.xlsx"), toy / "bib" / "codings" / "sheet.mapping.yaml"
    reading = Sources(toy)
    read_vocabularies(reading)
    proposed = starter([file], reading.vocabulary)
    assert "  sheet: Studies\n  header: 2\n  id: ID\n" in proposed
    path.write_text(proposed.replace("\nreview: ", "\nreview: acme2030 ", 1), encoding="utf-8")
    made = import_review(toy, [file], path)
    assert (len(made.entries), len(made.findings), made.problems) == (10, 40, [])
    assert made.findings[7].attributed_to == "study-pipelines-company-2011"
    assert getattr(made.findings[7].evidence[0], "row", "") == "sheet.xlsx:Findings#row=9"
    assert errors_of(toy) == []


def test_a_sheet_without_a_usable_column_gets_an_error(toy: Path) -> None:
    reading = Sources(toy)
    with pytest.raises(KgError, match=r"no-usable-column.*\n.*--header N"):
        starter([table(toy, "a,b\n1,2\n")], reading.vocabulary)


def test_how_studies_were_done_and_which_are_included_goes_into_the_annotation(toy: Path) -> None:
    text = "title,year,method,sample\nA study,2018,Survey,120 people\nB study,2019,Sorcery,\n"
    work = WORK | {"included": True, "methods": "method", "sample": "sample"}
    note = {"id": "n1", "about": ["study"], "note": "Doubtful.", "evidence": [{"row": "claims.csv#row=3"}]}
    other = {"work": "study-2018", "aim": "To look.", "contexts": ["industrial-context"]}
    made = run(toy, table(toy, text), work=work, other_studies=[other], curation_notes=[note])
    assert [(study.work, study.methods, study.sample, study.aim) for study in made.other_studies] == [
        ("study-2018", ("survey",), "120 people", "To look.")
    ]
    assert len(made.included) == 2
    assert reported(made) == [("warning", "sheet/unknown-concept", "claims.csv:3:3")]
    assert errors_of(toy) == []


def test_a_sheet_of_works_alone_gives_a_bibliography_alone(toy: Path) -> None:
    made = run(toy, table(toy, "title,year\nA study,2018\n"), work=WORK)
    assert [path.name for path in made.written] == ["claims.bib"]


def test_a_date_stands_for_its_year(toy: Path) -> None:
    made = run(toy, table(toy, "title,year\nA study,2018-05-01\nB study,1905-07-10\nC study,2020.0\n"), work=WORK)
    assert [entry.split("year = ")[1][:6] for entry in made.entries] == ["{2018}", "{2018}", "{2020}"]
    assert reported(made) == [("warning", "sheet/year-as-date", "claims.csv:3:2")]


def test_concepts_of_the_mapping_that_do_not_exist_are_errors_with_their_line(toy: Path) -> None:
    spec = {"statement": "claim", "by_id": {"r2": {"challenges": ["no-such-thing"]}},
            "outcomes": {"column": "code", "values": {"speed": "sped", "workload": []}}}  # fmt: skip
    made = run(toy, table(toy, CLAIMS), work=WORK, findings=spec)
    assert [(rule, where.split(":")[0]) for _, rule, where in reported(made)] == [
        ("mapping/unknown-concept", "bib/codings/claims.mapping.yaml")
    ] * 2
    assert made.written == ()


# --- what a new user met ---


def test_a_review_without_an_entry_is_an_error_at_its_line_and_nothing_is_written(toy: Path) -> None:
    for review in ("nosuch2030", "../../evil"):
        made = run(toy, table(toy, CLAIMS), review=review, work=WORK, findings=[{"statement": "claim"}])
        assert reported(made) == [("error", "mapping/unknown-work", "bib/codings/claims.mapping.yaml:1:9")]
        assert not (toy / "bib" / "claims.bib").exists()
        assert made.written == ()


def test_a_pattern_that_is_no_regular_expression_is_called_that(toy: Path) -> None:
    part = {"statement": "claim", "practices": {"column": "code", "pattern": "(("}}
    (problem,) = run(toy, table(toy, CLAIMS), work=WORK, findings=[part]).problems
    assert "`((` is not a regular expression" in problem.message


def test_a_concept_is_compared_with_those_of_its_kind(toy: Path) -> None:
    text = CLAIMS.replace("speed", "testing")
    made = run(toy, table(toy, text), work=WORK, findings=[{"statement": "claim", "practices": "code"}])
    hints = [problem.hint for problem in made.problems if problem.rule == "sheet/unknown-concept"]
    assert hints
    assert not any("did you mean testing?" in hint for hint in hints)


def test_a_header_row_given_twice_is_one(toy: Path) -> None:
    made = run(toy, table(toy, CLAIMS), work={**WORK, "header": [1, 1]}, findings=[{"statement": "claim"}])
    assert [id for id, _, _ in findings(made)] == ["r2", "r3", "r4"]


def test_the_proposal_for_a_column_of_practices_names_practices_first(toy: Path) -> None:
    reading = Sources(toy)
    read_vocabularies(reading)
    text = "title,year,practice,claim\nA study of x,2018,testing,CI is fast\nB study of y,2019,testing,CI is slow\n"
    text += "C study of z,2019,workload,CI is odd\n"
    made = starter([table(toy, text.replace("practice", "code"))], reading.vocabulary)
    assert "outcome:workload" in made


def test_a_sheet_of_20000_columns_is_read_and_a_hundred_proposed(toy: Path) -> None:
    names, cells = ",".join(f"c{n}" for n in range(20_000)), ",".join(["x"] * 20_000)
    reading = Sources(toy)
    read_vocabularies(reading)
    before = process_time()
    made = starter([table(toy, f"title,{names}\nA study,{cells}\n")], reading.vocabulary)
    assert process_time() - before < 10  # 100 seconds when each id made a million candidates
    assert made.count("- column:") == 100
    assert "# and 19900 more columns" in made


def test_a_separator_is_proposed_if_parts_of_a_cell_are_cells_too(toy: Path) -> None:
    reading = Sources(toy)
    read_vocabularies(reading)
    text = CLAIMS.replace(",speed", ",speed; cost").replace(",workload", ",speed")
    made = starter([table(toy, text)], reading.vocabulary)
    assert 'separator: ";"' in made
    assert "speed; cost:" not in made
    made = starter([table(toy, CLAIMS.replace("speed", "a; b", 1), "other.csv")], reading.vocabulary)
    assert "separator" not in made


def test_columns_of_practices_and_challenges_are_proposed_for_findings(toy: Path) -> None:
    reading = Sources(toy)
    read_vocabularies(reading)
    text = "title,year,claim,practice,challenge\nA study of x,2018,It is fast,CI,silos\n"
    text += "B study of y,2019,It is slow,CI,odd\n"
    made = starter([table(toy, text)], reading.vocabulary)
    assert "\n    practices: practice\n" in made
    assert "\n    # challenges: {column: challenge, values: {odd: [], silos: [" in made


@pytest.mark.parametrize("header", [(), (2, 3)], ids=["seen", "given"])
def test_two_rows_of_names_are_proposed_for_their_worksheet_alone(toy: Path, header: tuple[int, ...]) -> None:
    workbook = Workbook()
    works, found = workbook.active, workbook.create_sheet("Found")
    for row in (["Our studies"], ["ID", "Title", "Published", None], [None, None, "Year", "Venue"]):
        works.append(row)
    for cells in ("A1:D1", "A2:A3", "B2:B3", "C2:D2"):
        works.merge_cells(cells)
    works.append(["S1", "A study of toys", 2018, "Journal of Toys"])
    for row in (["Study", "Finding"], ["S1", "Toys are fast."]):
        found.append(row)
    workbook.save(toy / "two-rows.xlsx")
    proposed = starter([opened(toy / "two-rows.xlsx")], Vocabulary(), header=header)
    path = toy / "bib" / "codings" / "two-rows.mapping.yaml"
    path.write_text(proposed.replace("\nreview: ", "\nreview: acme2030 ", 1), "utf-8")
    made = import_review(toy, [opened(toy / "two-rows.xlsx")], path)
    assert "header: [2, 3]" in proposed
    assert (made.problems, findings(made)) == ([], [("r2", "study-toys-2018", "Toys are fast.")])
    assert "howpublished = {Journal of Toys}" in made.entries[0]


def test_a_name_of_several_concepts_is_taken_for_none_of_them(toy: Path) -> None:
    text, spec = "title,practice,claim\nA study,CI/CD,x y\n", {"statement": "claim", "practices": "practice"}
    made = run(toy, table(toy, text), work={"title": "title"}, findings=spec)
    said = "it is a name of continuous-delivery, continuous-deployment, continuous-integration"
    assert [(problem.severity, problem.message.rpartition(": ")[2]) for problem in made.problems] == [("warning", said)]
    assert [finding.practices for finding in made.findings] == [()]
    reading = Sources(toy)
    read_vocabularies(reading)
    assert 'values: {"CI/CD": []}}' in starter([table(toy, text)], reading.vocabulary)
    assert reading.vocabulary.named("challenge", "Environment setup") == ["environment-setup"]  # another's label, too


def test_effects_are_proposed_from_columns_of_practices_outcomes_and_directions(toy: Path) -> None:
    reading = Sources(toy)
    read_vocabularies(reading)
    text = "title,quote,practice,outcome,direction,our words\nA study,It is,CI,lead time,-,It is fast with this\n"
    effect = "effect: {practice: practice, outcome: outcome, direction: {column: direction, values: "
    proposed = starter([table(toy, text)], reading.vocabulary)
    assert f'\n    {effect}{{"-": decreases}}}}}}\n' in proposed
    assert '\n    # statement: "our words"  # if ' in proposed
    unclear = starter([table(toy, text.replace(",-", ",?"))], reading.vocabulary)
    assert f'\n    # {effect}{{"?": ""}}}}}}\n' in unclear
