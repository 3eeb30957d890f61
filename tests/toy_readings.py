"""A toy review in which two people read each publication and share no ids. All works and people are invented.

file              methods      context      findings
owl2030           case study   industrial   O1 tools hinder T; O2 I shortens lead time; O3 silos
owl2030.second    survey       regulated    r5 know-how hinders T (the words of O1); r6 I lengthens lead time (O2)
rev2031           review       -            says that owl2030 is an interview study; includes owl2030
rev2031.coder1    review       -            the same finding from the same row; includes owl2030 and elk2029
"""

from __future__ import annotations

from pathlib import Path

BIB = """@article{owl2030, author = {Owl, Ola}, title = {Owls that test at night}, year = {2030}}
@article{elk2029, author = {Elk, Eli}, title = {Elks and their horns}, year = {2029}}
@article{rev2031, author = {Rev, Ria}, title = {A review of animals}, year = {2031}}
"""
OWL = """\
publication: owl2030
annotator: First Reader
created: 2032-01-01
study: {label: Owls, methods: [case-study], contexts: [industrial-context], participant_count: 4}
participants: [{id: P1, role: Tester, section: "3"}]
findings:
  - id: O1
    statement: Missing tools hinder testing.
    section: "4.1"
    practices: [continuous-testing]
    challenges: [test-automation-tooling-gap]
    links: [{challenge: test-automation-tooling-gap, practice: continuous-testing}]
    evidence: [{quote: "no tool fits the tests that we need at night", section: "4.1", said_by: P1}]
    counts: [{numerator: 3, denominator: 4, what: Missed tools., evidence: [{quote: "three of four", section: "4.1"}]}]
  - id: O2
    kind: pec
    statement: Owls that integrate daily deliver sooner.
    section: "4.2"
    effects: [{practice: continuous-integration, outcome: lead-time, direction: decreases}]
    evidence: [{quote: "each merge is out within an hour", section: "4.2"}]
  - id: O3
    statement: Nests are silos.
    section: "4.3"
    challenges: [silo-working]
    evidence: [{quote: "nobody leaves the nest", section: "4.3"}]
"""
OWL_SECOND = """\
publication: owl2030
annotator: Second Reader
created: 2032-01-02
study: {label: Owls, methods: [survey], contexts: [regulated-domain], participant_count: 5}
participants: [{id: P1, role: Tester, section: "3"}]
findings:
  - id: r5
    statement: Owls lack the know-how to test.
    section: "4.1"
    practices: [continuous-testing, continuous-planning]
    challenges: [ml-testing-expertise-gap]
    links: [{challenge: ml-testing-expertise-gap, practice: continuous-testing}]
    evidence: [{quote: "fits the tests that we need", section: "4.1"}]
    counts: [{numerator: 3, denominator: 4, what: Missed tools., evidence: [{quote: "three of four", section: "4.1"}]}]
  - id: r6
    statement: Owls that integrate daily deliver later.
    section: "5"
    effects: [{practice: continuous-integration, outcome: lead-time, direction: increases}]
    evidence: [{quote: "each merge is out within an hour or two", section: "5"}]
"""
REV = """\
publication: rev2031
annotator: Coder Zero
created: 2032-01-03
study: {label: Animals, methods: [systematic-literature-review], includes_primary_studies: [owl2030]}
other_studies: [{work: owl2030, methods: [interview]}]
findings:
  - id: r12
    statement: Owls miss tools.
    section: row 12
    attributed_to: owl2030
    practices: [continuous-testing]
    challenges: [test-automation-tooling-gap]
    evidence: [{row: "animals.csv#row=12"}]
"""
REV_CODER = REV.replace("Coder Zero", "Coder One").replace("[owl2030]}", "[owl2030, elk2029]}")

READINGS: dict[str, str] = {
    "bib/works.bib": BIB,
    "bib/annotations/owl2030.yaml": OWL,
    "bib/annotations/owl2030.second.yaml": OWL_SECOND,
    "bib/annotations/rev2031.yaml": REV,
    "bib/annotations/rev2031.coder1.yaml": REV_CODER,
}
"""The files of the review by path."""


def write_readings(folder: Path) -> Path:
    """Writes the review into `folder`, which need not exist, and returns the folder."""
    for name, text in READINGS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
