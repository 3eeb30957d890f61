"""What three reviews say of their primary studies, as imported or annotated, agrees with their data.

The data are not in the repository. The constants were counted in them by other means than the import: with the csv
module in claims.csv and the two sheets of coders, with a reading of content.xml in Literature Survey.ods, and as files
in the folder of records of the rapid release review.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from kg.building.reading import Sources, read_annotations
from kg.model.annotation import Annotation, FindingPart
from kg.model.evidence import EvidenceKind
from kg.model.fields import MAX_QUOTE_WORDS

ROOT = Path(__file__).parents[1]
CLAIMS = 113
"""Rows of claims.csv; its README says "113 single-label evidence claims"."""
STUDIES = 36
"""Different titles in claims.csv."""
ROWS = {"issues": 67, "tests": 20, "builds": 36}
"""Rows of the three worksheets of Literature Survey.ods with a study and a quotation, each counted from row 2."""
UNKNOWN_STUDY = 1
"""Row 55 of the issues: the study is the number 79 only."""
SURVEYED = 27
"""Studies in the three worksheets, without 79, with 58 and P58 as one."""
RECORDS = 29
"""Files in records/ without the template; also the entries of the group `selected` in rapid-release-review.bib."""
CYCLES = 28
"""Records with an answer to RQ1: all but claes2017."""
READINGS = ["soares2022", "soares2022.coder1", "soares2022.coder2", "ciqualitydag", "rapidreleasereview"]
