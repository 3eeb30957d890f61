"""A toy review: small, with every part that an annotation can have.

All works and people are invented; DOIs have the prefix 10.5555, which is reserved for examples. The concepts come from
the vocabulary that ships with the package.
"""

from __future__ import annotations

from pathlib import Path

JOURNAL_BIB = r"""% Accents as characters and as LaTeX, a macro, a DOI with its resolver.
@string{jtoy = {Journal of Toy Studies}}

@article{example2031,
  author = {Example, Ada and {\"O}rtel, J{\"o}rg},
  title = {A toy study of {CI} builds, 100% made up},
  journal = jtoy,
  volume = {1},
  pages = {1--9},
  year = {2031},
  doi = {https://doi.org/10.5555/toy.1}
}

@inproceedings{muster2032,
  author = {Muster, Zoë and others},
  title = {Toy tests revisited},
  booktitle = {Proceedings of the Toy Conference},
  year = {2032},
  pages = {10--19},
  url = {https://example.org/toy-tests}
}
"""

REPORTS_BIB = """@techreport{acme2030,
  author = {{Acme Toys and Sons}},
  title = {How we build toys},
  institution = {Acme Toys and Sons},
  year = {2030}
}
"""

EXAMPLE_YAML = """\
publication: example2031
annotator: Toy Annotator
created: 2031-02-03

study:
  label: Two toy teams
  aim: To see how toy teams test.
  methods: [multiple-case-study, interview]
  contexts: [industrial-context]
  participant_count: 2
  research_questions:
    - id: RQ1
      statement: How do toy teams test?
      section: "1"
      evidence:
        - {quote: "how do toy teams test", section: "1"}
  limitations:
    - id: L1
      statement: There were two teams only.
      section: "6"
      evidence:
        - {quote: "only two teams", section: "6"}

cases:
  - {id: C1, label: "Team Alpha"}

participants:
  - {id: P1, role: "Toy tester", section: "Table 1", case: C1}
  - {id: P2, role: "Toy maker", section: "Table 1"}

themes:
  - id: T1
    number: 1
    label: Testing toys
    section: "2"
    description: How toys are tested.
    practices: [continuous-testing]
    evidence:
      - {quote: "the first theme is testing", section: "2"}

instrument:
  - {theme: T1, number: 1, label: "Testing today", section: "Appendix"}
  - {theme: T1, number: 2, label: "Testing tomorrow", section: "Appendix"}

evidence:
  - {id: P1-slow, quote: "our tests are slow", section: "4.1", page: "5", said_by: P1}

findings:
  - id: PEC1
    kind: pec
    statement: Missing tools hinder testing in both toy teams.
    section: "4.1"
    theme: T1
    practices: [continuous-testing]
    challenges: [test-automation-tooling-gap]
    links:
      - {challenge: test-automation-tooling-gap, practice: continuous-testing}
    evidence:
      - P1-slow
      - {quote: "tools for testing were missing", section: "4.1"}
    counts:
      - numerator: 2
        denominator: 2
        what: Missed tools.
        evidence:
          - {quote: "both missed tools", section: "4.1"}
    relations:
      - type: corroborates
        finding: muster2032/F1
        note: Both miss tools.
        evidence:
          - {quote: "this agrees with later work", section: "5"}
  - id: PEC2
    kind: pec
    statement: Nobody budgets continuously.
    section: "4.2"
    absent_practices: [continuous-budgeting]
    evidence:
      - {quote: "we found no continuous budgeting", section: "4.2"}
  - id: F3
    statement: Planning together mitigates working in silos.
    section: "4.3"
    practices: [continuous-planning]
    challenges: [silo-working]
    approaches: [devops]
    links:
      - {challenge: silo-working, practice: continuous-planning, polarity: mitigates}
    evidence:
      - {quote: "planning together opened the silos", section: "4.3", said_by: P2}
  - id: acme-tools
    statement: Acme lacks tools for testing.
    section: "5"
    attributed_to: acme2030
    practices: [continuous-testing]
    challenges: [test-automation-tooling-gap]
    links:
      - {challenge: test-automation-tooling-gap, practice: continuous-testing}
    evidence:
      - {quote: "Acme has no tools either", section: "5"}

coding:
  label: Toy codes
  section: Table 2
  evidence:
    - {quote: "codes and how often they occur", section: "Table 2"}
  codes:
    - {code: continuous-testing, printed: "Testing", occurrences: 3}
    - {code: continuous-budgeting, printed: "Budgeting", occurrences: 0}

citations:
  - work: acme2030
    reason: agreesWith
    about: PEC1
    sections: ["5"]
    note: The same lack of tools.
    evidence:
      - {quote: "in line with Acme", section: "5"}
  - work: muster2032
    reason: citesAsRelated
    sections: ["2", "5"]

curation_notes:
  - id: N1
    about: [PEC1, study, practice:continuous-testing]
    note: The text says two teams, its table three.
    evidence:
      - {quote: "three teams", section: "Table 1"}
"""

MUSTER_YAML = """\
publication: muster2032
annotator: Toy Annotator
created: 2032-03-04

study:
  label: A toy survey
  methods: [survey]

findings:
  - id: F1
    statement: Toy testers ask for tools.
    section: "3"
    practices: [continuous-testing]
    challenges: [test-automation-tooling-gap]
    links:
      - {challenge: test-automation-tooling-gap, practice: continuous-testing}
    evidence:
      - {quote: "testers asked for tools", section: "3"}
  - id: F3
    statement: Planning together does not help against silos.
    section: "3"
    practices: [continuous-planning]
    challenges: [silo-working]
    evidence:
      - {quote: "silos stayed closed", section: "3"}
    relations:
      - type: contradicts
        finding: example2031/F3
        evidence:
          - {quote: "unlike Example and Örtel", section: "4"}
  - id: acme-silo
    statement: Acme, too, has too few tools for testing, and works in silos.
    section: "4"
    attributed_to: acme2030
    practices: [continuous-testing]
    challenges: [test-automation-tooling-gap, silo-working]
    links:
      - {challenge: test-automation-tooling-gap, practice: continuous-testing}
      - {challenge: silo-working, practice: continuous-testing}
    evidence:
      - {quote: "Acme toys are tested by hand", section: "4"}
  - id: example-tools
    statement: Example and Örtel report missing tools.
    section: "4"
    attributed_to: example2031
    practices: [continuous-testing]
    challenges: [test-automation-tooling-gap]
    links:
      - {challenge: test-automation-tooling-gap, practice: continuous-testing}
    evidence:
      - {quote: "as Example and Örtel found before", section: "4"}

citations:
  - {work: example2031, reason: disputes, about: F3, sections: ["4"]}
"""

CODING_YAML = """\
review: acme2030
label: Sheet of toys
mapped_by: Toy Annotator
rule: All toys.
sheet: {file: toys.csv, sha256: "00", rows: 4, in_scope: 3}

codes:
  - {id: testing, label: Tests, concepts: ["practice:continuous-testing"], match: broad, column: topic, value: T}
  - {id: wood, label: Made of wood, column: stuff, value: w}

works:
  - {work: example2031, row: 2, codes: [testing, wood]}
  - {work: muster2032, row: 3, codes: [wood]}

notes:
  - {row: 3, note: "the column topic is empty", work: muster2032}
  - {row: 5, note: "this row has no title and is no work"}
"""

EXAMPLE_RECORD = f"""\
# Written by `kg verify-quotes`: each quotation checked against the full text. Run it again after changes.
publication: example2031
full_text: example2031.txt
full_text_sha256: {"0f" * 32}
quotations:
  - {{quote: "our tests are slow", verdict: exact}}
  - {{quote: "tools for testing were missing", verdict: exact}}
"""

TOY: dict[str, str] = {
    "bib/journal.bib": JOURNAL_BIB,
    "bib/reports.bib": REPORTS_BIB,
    "bib/annotations/example2031.yaml": EXAMPLE_YAML,
    "bib/annotations/muster2032.yaml": MUSTER_YAML,
    "bib/codings/toys.yaml": CODING_YAML,
    "bib/quotations/example2031.yaml": EXAMPLE_RECORD,
}
"""The files of the review by path."""


def write_toy(folder: Path) -> Path:
    """Writes the toy review into `folder`, which need not exist, and returns the folder."""
    for name, text in TOY.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def place_of(text: str, wanted: str) -> tuple[int, int]:
    """Line and column, from 1, of the first `wanted` in `text`."""
    before = text[: text.index(wanted)]
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1
