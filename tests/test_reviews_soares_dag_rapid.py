"""What three reviews say of their primary studies, as imported or annotated, agrees with their data.

The data are not in the repository. The constants were counted in them by other means than the import: with the csv
module in claims.csv and the sheets of the two coders, by reading content.xml of Literature Survey.ods, and as files in
the folder of records of the rapid release review.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from kg.core.files import SourceFile, read_source
from kg.model.annotation import Annotation, FindingPart
from kg.model.evidence import EvidenceKind
from kg.model.fields import MAX_QUOTE_WORDS
from kg.readers.annotations import read_annotation
from kg.readers.codings import read_coding

BIB = Path(__file__).parents[1] / "bib"
CLAIMS = 113
"""Rows of claims.csv; its README speaks of "113 single-label evidence claims"."""
STUDIES = 36
"""Different titles in claims.csv."""
CODES = 31
"""Different codes in claims.csv, and rows of its codebook."""
CLAIMS_OF = {"usage-costs-benefits-2016": 10, "pinto2018": 12, "bernardo2018": 6, "rahman2018ci": 4}
"""Rows of claims.csv with the title of each."""
ROWS = {"issues": 67, "tests": 20, "builds": 36}
"""Rows of the three worksheets of Literature Survey.ods that have a study and a quotation."""
UNKNOWN = 1
"""One row of the issues whose study is only the number 79."""
SURVEYED = 27
"""Studies that the three worksheets name, without 79, and with 58 and P58 as one."""
SHARED = {
    "amrit2018", "challenges-adopting-continuous-2014", "pinto2017", "pinto2018", "rahman2018ci", "vasilescu2015",
    "widder2019", "zhao2017",
}  # fmt: skip
"""Studies in the worksheets that claims.csv has too, by title or by the words of their claims."""
RECORDS = 29
"""Files in records/ without the template; as many entries of rapid-release-review.bib are in the group `selected`."""
WITHOUT_CYCLE = {"claes2017"}
"""Records without an answer to RQ1."""
WITHOUT_IMPLICATION = {"joshi2019"}
"""Records with N/A as the answer to RQ2."""
CODERS_DIFFER = 6
"""Claims to which the two coders gave different codes."""
READINGS = ("soares2022", "soares2022.coder1", "soares2022.coder2", "ciqualitydag", "rapidreleasereview")


@cache
def reading(name: str) -> Annotation:
    source = read_source(BIB.parent, BIB / "annotations" / f"{name}.yaml")
    assert isinstance(source, SourceFile), source
    annotation = read_annotation(source).annotation
    assert annotation is not None
    return annotation


def evidence(finding: FindingPart) -> Iterator[EvidenceKind]:
    return (item for item in finding.evidence if isinstance(item, EvidenceKind))


def quotations(finding: FindingPart) -> list[str]:
    return [item.quote for item in evidence(finding) if item.quote]


def words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def test_every_claim_is_a_finding_of_its_study() -> None:
    findings = reading("soares2022").findings
    assert len(findings) == CLAIMS
    works = Counter(finding.attributed_to for finding in findings)
    assert len(works) == STUDIES == len(reading("soares2022").study.includes_primary_studies)
    assert {work: works[work] for work in CLAIMS_OF} == CLAIMS_OF


def test_every_code_of_the_claims_is_mapped() -> None:
    source = read_source(BIB.parent, BIB / "codings" / "soares-ci-claims.yaml")
    assert isinstance(source, SourceFile)
    coding = read_coding(source).value
    assert coding is not None
    assert len([code for code in coding.codes if code.column == "code"]) == CODES
    assert len(coding.works) == STUDIES


def test_two_coders_read_every_claim() -> None:
    first, second = reading("soares2022.coder1"), reading("soares2022.coder2")
    ids = [sorted(finding.id for finding in each.findings) for each in (reading("soares2022"), first, second)]
    assert ids[0] == ids[1] == ids[2]
    of_first = {finding.id: finding.statement for finding in first.findings}
    different = [each.id for each in second.findings if of_first[each.id] != each.statement]
    assert len(different) == CODERS_DIFFER
    assert {first.annotator_is, second.annotator_is} == {"person"}


def test_every_row_of_the_survey_with_a_known_study_is_a_finding() -> None:
    findings = reading("ciqualitydag").findings
    rows = Counter(finding.id.split("-")[0] for finding in findings)
    assert rows == {**ROWS, "issues": ROWS["issues"] - UNKNOWN}
    works = {finding.attributed_to for finding in findings}
    assert len(works) == SURVEYED
    assert works == set(reading("ciqualitydag").study.includes_primary_studies)


def test_studies_of_both_reviews_are_one_work() -> None:
    included = [set(reading(name).study.includes_primary_studies) for name in ("soares2022", "ciqualitydag")]
    assert included[0] & included[1] == SHARED


def test_each_record_is_an_included_study_with_its_answers() -> None:
    review = reading("rapidreleasereview")
    included = set(review.study.includes_primary_studies)
    assert len(included) == RECORDS
    assert {study.work for study in review.other_studies if study.methods} == included
    works = {section: {each.attributed_to for each in review.findings if each.section == section} for section in
             ("RQ1", "RQ2")}  # fmt: skip
    assert works == {"RQ1": included - WITHOUT_CYCLE, "RQ2": included - WITHOUT_IMPLICATION}


@pytest.mark.parametrize("name", READINGS)
def test_statements_are_own_words_and_quotations_are_short(name: str) -> None:
    for finding in reading(name).findings:
        assert finding.attributed_to, finding.id
        assert quotations(finding), finding.id
        for quote in quotations(finding):
            assert len(quote.split()) <= MAX_QUOTE_WORDS, finding.id
            assert words(quote) != words(finding.statement), finding.id
            assert len(quote.split()) < 5 or words(quote) not in words(finding.statement), finding.id


@pytest.mark.parametrize("name", READINGS[:-1])
def test_each_finding_of_a_sheet_names_its_row(name: str) -> None:
    for finding in reading(name).findings:
        assert [item.row for item in evidence(finding) if item.row], finding.id
