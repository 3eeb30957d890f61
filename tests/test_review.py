"""The answers of the project's own review agree with the annotated paper (Vänskä et al. 2024).

Only what the paper fixes is asserted: wording and number of the annotator's statements may change.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.api import KnowledgeGraph
from kg.model.fields import MAX_QUOTE_WORDS
from kg.render.formats import render

ROOT = Path(__file__).parents[1]
TABLE_1 = {
    "R1": "Research assistant", "R2": "Data scientist", "R3": "Research assistant", "R4": "Service manager",
    "R5": "Professor (SE)", "R6": "Senior lecturer (SE and applied AI)", "R7": "Regulation specialist",
    "R8": "Software developer",
}  # fmt: skip
TABLE_2 = {
    "Planning": 4, "Budgeting": 2, "Integration": 1, "Delivery": 2, "Deployment": 3, "Verification": 2, "Testing": 2,
    "Compliance": 0, "Security": 0, "Evolution": 5, "Use": 1, "Trust": 0, "Run-time monitoring": 2, "Improvement": 1,
    "Innovation": 2, "Experimentation": 3,
}  # fmt: skip
QUESTIONS = {"1": 4, "2": 3, "3": 4, "4": 3, "5": 3}
"""Questions of each theme of Appendix A."""
ABSENT = {"continuous compliance", "continuous security", "continuous trust"}
BIB = (ROOT / "bib" / "vanska2024.bib").read_text(encoding="utf-8")
CITED = set(re.findall(r"@\w+\{([^,]+),", BIB)) - {"vanska2024"}
PECS = [f"PEC{n}" for n in range(1, 8)]


def column(graph: KnowledgeGraph, query: str, name: str, **parameters: str) -> list[object]:
    return [row[name] for row in graph.query(query, **parameters)]


def test_code_occurrences_are_table_2_number_for_number(review_graph: KnowledgeGraph) -> None:
    rows = list(review_graph.query("code-occurrences", work="vanska2024"))
    assert [(row["code"], row["occurrences"]) for row in rows] == list(TABLE_2.items())
    assert all(row["practice"] == f"continuous {str(row['code']).casefold()}" for row in rows)


def test_participants_are_table_1(review_graph: KnowledgeGraph) -> None:
    rows = list(review_graph.query("participants", work="vanska2024"))
    assert {row["participant"]: row["role"] for row in rows} == TABLE_1
    assert len(rows) == 8


def test_pec_overview_gives_the_seven_key_findings(review_graph: KnowledgeGraph) -> None:
    assert column(review_graph, "pec-overview", "pec", work="vanska2024") == PECS
    practices = {row["pec"]: str(row["practices"]) for row in review_graph.query("pec-overview")}
    assert set(practices["PEC1"].split(", ")) == ABSENT
    assert practices["PEC4"] == "continuous testing"


def test_pec4_agrees_with_giray_and_serban(review_graph: KnowledgeGraph) -> None:
    found = {(row["how"], row["key"]) for row in review_graph.query("agreements", finding="PEC4")}
    assert {("agreesWith", "giray2021"), ("agreesWith", "serban2020")} <= found


def test_why_cited_names_all_29_cited_works(review_graph: KnowledgeGraph) -> None:
    assert len(CITED) == 29
    assert set(column(review_graph, "why-cited", "key")) == CITED
    assert set(column(review_graph, "why-cited", "by")) == {"vanska2024"}


def test_related_work_distinguishes_first_hand_and_second_hand(review_graph: KnowledgeGraph) -> None:
    rows = list(review_graph.query("related-work", practice="continuous-testing"))
    hands = {(row["key"], row["hand"], row["via"]) for row in rows}
    assert ("vanska2024", "first-hand", None) in hands
    assert ("giray2021", "second-hand", "Vänskä et al. (2024)") in hands
    assert ("serban2020", "second-hand", "Vänskä et al. (2024)") in hands
    assert {key for key, hand, _ in hands if hand == "first-hand"} == {"vanska2024"}
    assert len(set(map(str, rows))) == len(rows)


def test_related_work_as_bibtex_has_each_entry_once_and_verbatim(review_graph: KnowledgeGraph) -> None:
    rows = review_graph.query("related-work", practice="CT")
    text = render(rows, "bibtex", review_graph)
    entries = text.strip().split("\n\n")
    assert [entry.split("{", 1)[1].split(",")[0] for entry in entries] == sorted(set(rows.keys()))
    assert all(entry in BIB for entry in entries)


def test_the_instrument_has_17_questions_in_5_themes(review_graph: KnowledgeGraph) -> None:
    themes = [str(theme)[0] for theme in column(review_graph, "instrument", "theme", work="vanska2024")]
    assert {theme: themes.count(theme) for theme in themes} == QUESTIONS
    assert len(themes) == 17


def test_the_study_is_a_multiple_case_study_with_8_participants(review_graph: KnowledgeGraph) -> None:
    (row,) = [row for row in review_graph.query("studies") if row["key"] == "vanska2024"]
    assert row["participants"] == 8
    assert {"multiple case study", "convenience sampling", "deductive coding"} <= set(str(row["methods"]).split(", "))


def test_three_practices_were_looked_for_and_not_found(review_graph: KnowledgeGraph) -> None:
    coverage = {row["practice"]: row for row in review_graph.query("practice-coverage")}
    assert len(coverage) == len(review_graph.practices)
    assert {practice for practice, row in coverage.items() if row["absent"]} == ABSENT


def test_reported_counts_say_seven_of_eight_use_python(review_graph: KnowledgeGraph) -> None:
    counts = {(row["count"], row["of"], row["quotation"]) for row in review_graph.query("reported-counts")}
    assert any(count == 7 and of == 8 and "seven of the eight" in str(words) for count, of, words in counts)
    assert any(count == 2 and "Java was discussed by two" in str(words) for count, _, words in counts)


def test_quotations_of_pec4_are_from_a_professor_and_the_paper(review_graph: KnowledgeGraph) -> None:
    rows = list(review_graph.query("finding-evidence", finding="PEC4"))
    assert ("R5", "Professor (SE)") in {(row["said_by"], row["role"]) for row in rows}
    assert {row["key"] for row in rows} == {"vanska2024"}


def test_the_bibliography_has_the_paper_and_the_works_it_cites(review_graph: KnowledgeGraph) -> None:
    rows = {row["key"]: row for row in review_graph.query("publications")}
    assert {key for key, row in rows.items() if row["cited"]} == CITED
    assert {key for key, row in rows.items() if row["first_hand"]} == {"vanska2024"}
    assert set(column(review_graph, "not-annotated", "key")) == set(rows) - {"vanska2024"}
    assert set(column(review_graph, "not-annotated", "key")[: len(CITED)]) == CITED


def test_notes_explain_that_13_practices_are_16_codes(review_graph: KnowledgeGraph) -> None:
    texts = " ".join(str(text) for text in column(review_graph, "notes", "text"))
    assert all(number in texts for number in ("13", "14", "16"))


def test_vocabulary_lists_the_practices_of_table_2(review_graph: KnowledgeGraph) -> None:
    labels = column(review_graph, "vocabulary", "label", kind="practice")
    assert set(labels) > {f"continuous {code.casefold()}" for code in TABLE_2}


# --- evidence of findings ---

_EVIDENCE = """SELECT ?finding ?section WHERE {
  ?finding a cs:Finding OPTIONAL { ?finding cs:hasEvidence/cs:section ?section }
}"""
_QUOTES = "SELECT DISTINCT ?quote WHERE { ?selector oa:exact ?quote } ORDER BY ?quote"


def test_every_finding_has_a_quotation_with_its_section(review_graph: KnowledgeGraph) -> None:
    assert [row["finding"] for row in review_graph.sparql(_EVIDENCE) if not row["section"]] == []


def test_no_quotation_is_longer_than_fifteen_words(review_graph: KnowledgeGraph) -> None:
    quotes = [str(row["quote"]) for row in review_graph.sparql(_QUOTES)]
    assert quotes
    assert [quote for quote in quotes if len(quote.split()) > MAX_QUOTE_WORDS] == []


def test_every_quotation_is_recorded_as_exact(review_graph: KnowledgeGraph) -> None:
    rows = review_graph.sparql("SELECT ?e ?status { ?e a cs:Evidence ; cs:quoteStatus ?status }")
    (pieces,) = [row["count"] for row in review_graph.query("contents") if row["what"] == "pieces of evidence"]
    assert len(rows) == pieces
    assert {row["status"] for row in rows} == {"ontology#exact"}
    assert list(review_graph.query("unverified-quotations")) == []


_TYPOGRAPHIC = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "*": "", "\N{NO-BREAK SPACE}": " "})


def normal(text: str) -> str:
    """The text without differences in white space, typographic quotation marks and Markdown's asterisks."""
    return " ".join(text.translate(_TYPOGRAPHIC).split())


def test_every_quotation_is_in_the_full_text(review_graph: KnowledgeGraph, fulltext: str) -> None:
    text = normal(fulltext)
    assert [quote for row in review_graph.sparql(_QUOTES) if normal(quote := str(row["quote"])) not in text] == []


@pytest.mark.parametrize("statement", ["?finding a cs:Finding ; cs:statement ?text", "?note oa:bodyValue ?text"])
def test_statements_are_the_annotators_own_words(review_graph: KnowledgeGraph, fulltext: str, statement: str) -> None:
    # A statement copied from the paper would be a long quotation.
    text = normal(fulltext).casefold()
    rows = review_graph.sparql(f"SELECT DISTINCT ?text WHERE {{ {statement} }}")
    assert [row["text"] for row in rows if normal(str(row["text"])).rstrip(".").casefold() in text] == []
