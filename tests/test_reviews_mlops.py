"""What was imported of the multivocal review of MLOps agrees with an independent count of its theme tables.

The counts were taken from the XML of beken_Themes.xlsx with a regular expression for `[PS 12 ]`, without this package:
for each row the different works, after what bib/codings/mlops-review.mapping.yaml says about numbers and rows left out.
The sheet itself is not in the repository.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import yaml

BIB = Path(__file__).parents[1] / "bib"
PERCEPTIONS = {
    "continuous-ml": 30, "devops-for-ml": 29, "pipeline-automation": 28, "culture": 18, "lifecycle-management": 15,
    "production": 14, "intersection": 13, "unification": 11,
}  # fmt: skip
PRACTICES = {
    "business-value": 3, "ml-requirements": 6, "ml-planning": 1, "data-acquisition": 36, "data-anonymisation": 3,
    "data-cleaning": 28, "data-labelling": 14, "data-augmentation": 5, "data-transformation": 11,
    "data-exploration": 13, "data-visualisation": 2, "feature-engineering": 25, "data-slicing": 2,
    "dataset-creation": 14,
    "model-design": 10, "model-training": 50, "model-evaluation": 31, "model-optimisation": 16, "model-validation": 23,
    "application-implementation": 4, "application-testing": 7, "application-scaling": 2, "model-packaging": 27,
    "model-serving": 34, "model-performance-monitoring": 45, "resource-management": 5, "report-generation": 2,
    "drift-monitoring": 9, "retraining": 34, "pipeline-creation": 3, "automation": 11, "pipeline-orchestration": 5,
    "triggers": 9, "continuous-activities": 36, "overall-traceability": 28, "data-traceability": 20,
    "model-traceability": 16, "data-quality": 19, "model-quality": 9, "data-transport": 2, "documentation": 1,
}  # fmt: skip
ROLES = {
    "data-engineer": 28, "data-scientist": 46, "ml-engineer": 29, "mlops-engineer": 7, "software-engineer": 29,
    "operational-engineer": 10, "technical-and-solution-architect": 3, "security-expert-engineer": 4,
    "domain-expert": 10, "business-analyst": 4, "business-owner-manager": 5, "product-owner-manager-expert": 5,
    "quality-assurance-engineer": 2, "compliance-team": 4, "risk-professionals": 2, "data-steward": 4,
    "data-governance-officer": 2, "data-quality-board": 2, "devops-engineer": 7,
}  # fmt: skip
SOLUTIONS = {
    6: 2, 7: 1, 8: 2, 9: 3, 10: 4, 11: 2, 14: 13, 15: 2, 16: 4, 17: 3, 18: 6, 19: 1, 20: 4, 21: 1, 22: 2, 23: 3, 24: 6,
    26: 7, 27: 3, 28: 9, 29: 1, 30: 6, 32: 8, 33: 1, 35: 5, 36: 1, 37: 2, 38: 1, 39: 1, 40: 1, 41: 5, 43: 10, 44: 6,
}  # fmt: skip
"""Works per row of the worksheet RQ2."""
CHALLENGES = {
    4: 7, 5: 3, 6: 4, 7: 3, 8: 2, 10: 3, 11: 3, 12: 2, 13: 3, 14: 2, 16: 1, 18: 4, 19: 6, 20: 1, 21: 1, 22: 3, 25: 1,
    26: 3,
}  # fmt: skip
"""Works per row of the worksheet RQ3."""
RENUMBERED = {
    "RQ2#row=6": "azure2022machine",  # 116 in the tables: the one on repositories and workspaces
    "RQ2#row=29": "boue2023automatically",  # 146: data dependencies
    "RQ2#row=33": "tu2023auto",  # 131: validation of data
    "RQ2#row=39": "bustamante2023seamless",  # 141: placement at the edge
    "RQ2#row=38": "guissouma2023continuous",  # 168: upgrading models in production
    "RQ3#row=20": "leroux2022tinymlops",  # 123: training on devices
    "RQ3#row=25": "njomou2022challenges",  # 178: migration
}
"""Rows whose work the title gives away, on both sides of where the two numberings differ."""


@cache
def read(name: str) -> Any:
    return yaml.safe_load((BIB / name).read_text(encoding="utf-8"))


def findings() -> list[tuple[str, str]]:
    """Row and work of each finding."""
    made = read("annotations/eken2025.yaml")["findings"]
    return [(found["evidence"][0]["row"].partition(":")[2], found["attributed_to"]) for found in made]


def test_works_per_code_are_those_of_the_tables() -> None:
    works = read("codings/mlops-review.yaml")["works"]
    per_code = Counter(code for work in works for code in work.get("codes", ()))
    expected = {f"perception-{name}": count for name, count in PERCEPTIONS.items()} | PRACTICES
    expected |= {f"role-{name}": count for name, count in ROLES.items()}
    assert {code: per_code[code] for code in expected} == expected
    assert len(works) == len({work["work"] for work in works}) == 156


def test_findings_per_row_are_those_of_the_tables() -> None:
    per_row = Counter(row for row, _ in findings())
    expected = {f"RQ2#row={row}": count for row, count in SOLUTIONS.items()}
    expected |= {f"RQ3#row={row}": count for row, count in CHALLENGES.items()}
    assert per_row == expected
    assert len(findings()) == len(set(findings())) == 178


def test_the_194_works_of_the_list_of_primary_studies_are_included() -> None:
    """The list has 198 numbers, and four works twice."""
    included = read("annotations/eken2025.yaml")["study"]["includes_primary_studies"]
    assert len(included) == len(set(included)) == 194
    assert {work for _, work in findings()} <= set(included)


def test_numbers_of_the_tables_lead_to_the_works_that_they_mean() -> None:
    pairs = findings()
    assert [pair for pair in RENUMBERED.items() if pair not in pairs] == []
