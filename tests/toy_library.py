"""A second toy review, on which the query library is tested; it is small enough to check the answers by hand.

All works and people are invented; DOIs have the prefix 10.5555, which is reserved for examples. What is in it:

T is continuous testing, I integration, D delivery, P planning, B budgeting; tools, silos … are challenges.

    work       first-hand findings                                           second-hand findings    cites
    one2028    two readers: F1 tools hinder T / know-how hinders T,
               F2 I mitigates silos / silos hinder I, F3 no B / no B
    two2029    F1 tools absent from T (contradicts one2028/F1),                                      one, five
               F2 regulation hinders D
    three2030  F1 P mitigates silos (corroborates one2028/F2)                five: tools hinder T    one, five
    four2031   F1 silos hinder P, F2 on T and D: tools hinder T              one: tools hinder T     one, three
               (corroborates one2028/F1)
    five2029   not annotated
    rev-a2031  reviews one, two, three; A1 on T and quality                  leaflet: law hinders D  one, two, three
    rev-b2032  reviews two, three, four; B1 regulation hinders D             two: law hinders D      one, two, three,
               (corroborates two2029/F2)                                     four
    rev-c2032  its sheet codes one2028 (I, T), two2029 (other), five2029 (T)
    leaflet    no DOI, no authors, no year; not annotated

three2030 and four2031 share an author. three2030.draft.yaml is a reading that three2030.yaml replaces.
"""

from __future__ import annotations

from pathlib import Path

from kg.api import KnowledgeGraph

WORKS_BIB = """@article{one2028,
  author = {Ash, Ann and Birch, Ben}, title = {One study of integration}, journal = {Journal of Toy Studies},
  year = {2028}, doi = {10.5555/library.1}
}

@article{two2029,
  author = {Cole, Cid}, title = {Two questions in a survey}, journal = {Journal of Toy Studies},
  year = {2029}, doi = {10.5555/library.2}
}

@inproceedings{three2030,
  author = {Dale, Dee}, title = {Three interviews about planning}, booktitle = {Proceedings of the Toy Conference},
  year = {2030}, doi = {10.5555/library.3}
}

@inproceedings{four2031,
  author = {Dale, Dee and Elm, Eve}, title = {Four cases of planning}, booktitle = {Proceedings of the Toy Conference},
  year = {2031}, doi = {10.5555/library.4}
}

@article{five2029,
  author = {Fern, Flo}, title = {Five tools for testing}, journal = {Journal of Toy Studies},
  year = {2029}, doi = {10.5555/library.5}
}

@article{rev-a2031,
  author = {Gale, Gus}, title = {A review of toys}, journal = {Journal of Toy Reviews},
  year = {2031}, doi = {10.5555/library.6}
}

@article{rev-b2032,
  author = {Hill, Hal}, title = {Another review of toys}, journal = {Journal of Toy Reviews},
  year = {2032}, doi = {10.5555/library.7}
}

@article{rev-c2032,
  author = {Iver, Ida}, title = {A map of toys}, journal = {Journal of Toy Reviews},
  year = {2032}, doi = {10.5555/library.8}
}

@misc{leaflet,
  title = {A leaflet on delivery}
}
"""

ONE_YAML = """\
publication: one2028
annotator: First Reader
created: 2032-01-01

study:
  label: One team
  methods: [case-study]
  contexts: [industrial-context, devops-adoption]
  participant_count: 4

participants:
  - {id: P1, role: "Tester", section: "3"}

findings:
  - id: F1
    kind: pec
    statement: Missing tools hinder testing.
    section: "4.1"
    practices: [continuous-testing]
    challenges: [test-automation-tooling-gap]
    links:
      - {challenge: test-automation-tooling-gap, practice: continuous-testing}
    evidence:
      - {quote: "no tool fits our tests", section: "4.1", said_by: P1}
      - {quote: "tools were missing", section: "4.1"}
    counts:
      - {numerator: 3, denominator: 4, what: Missed tools., evidence: [{quote: "three of four", section: "4.1"}]}
  - id: F2
    statement: Integrating daily opens silos.
    section: "4.2"
    practices: [continuous-integration]
    challenges: [silo-working]
    approaches: [devops]
    links:
      - {challenge: silo-working, practice: continuous-integration, polarity: mitigates}
    evidence:
      - {quote: "merging daily made us talk", section: "4.2"}
  - id: F3
    statement: The team does not budget continuously.
    section: "4.3"
    absent_practices: [continuous-budgeting]
    evidence:
      - {quote: "the budget is yearly", section: "4.3"}

curation_notes:
  - id: N1
    about: [study]
    note: The text says four people, its table five.
    evidence:
      - {quote: "five people", section: "Table 1"}
"""

ONE_SECOND_YAML = """\
publication: one2028
annotator: Second Reader
created: 2032-01-02

study:
  label: One team
  methods: [case-study]
  contexts: [industrial-context]
  participant_count: 5

findings:
  - id: F1
    kind: pec
    statement: Missing know-how, not missing tools, hinders testing.
    section: "4.1"
    practices: [continuous-testing]
    challenges: [ml-testing-expertise-gap]
    links:
      - {challenge: ml-testing-expertise-gap, practice: continuous-testing}
    evidence:
      - {quote: "no tool fits our tests", section: "4.1"}
  - id: F2
    statement: Silos keep the team from integrating daily.
    section: "4.2"
    practices: [continuous-integration]
    challenges: [silo-working]
    links:
      - {challenge: silo-working, practice: continuous-integration}
    evidence:
      - {quote: "merging daily made us talk", section: "4.2"}
  - id: F3
    statement: The team does not budget continuously.
    section: "4.3"
    absent_practices: [continuous-budgeting]
    evidence:
      - {quote: "the budget is yearly", section: "4.3"}
"""

TWO_YAML = """\
publication: two2029
annotator: First Reader
created: 2032-01-03

study:
  label: A survey
  methods: [survey]
  contexts: [regulated-domain]
  participant_count: 60
  limitations:
    - {id: L1, statement: Only one country., section: "6", evidence: [{quote: "in one country", section: "6"}]}

findings:
  - id: F1
    statement: Tools for testing are not lacking.
    section: "5"
    practices: [continuous-testing]
    challenges: [test-automation-tooling-gap]
    links:
      - {challenge: test-automation-tooling-gap, practice: continuous-testing, polarity: absent}
    evidence:
      - {quote: "tools are plentiful", section: "5"}
    relations:
      - type: contradicts
        finding: one2028/F1
        note: Tools are there.
        evidence:
          - {quote: "unlike Ash and Birch", section: "5"}
  - id: F2
    statement: Regulation hinders delivery.
    section: "5"
    practices: [continuous-delivery]
    challenges: [regulatory-demands]
    links:
      - {challenge: regulatory-demands, practice: continuous-delivery}
    evidence:
      - {quote: "auditors stop releases", section: "5"}
    counts:
      - {numerator: 45, denominator: 60, what: Were stopped., evidence: [{quote: "45 of 60", section: "5"}]}

citations:
  - {work: one2028, reason: disputes, about: F1, sections: ["5"], note: "It misses tools."}
  - {work: five2029, reason: obtainsBackgroundFrom, sections: ["2"]}
"""

THREE_YAML = """\
publication: three2030
annotator: First Reader
created: 2032-01-04
supersedes: three2030.draft

study:
  label: Three interviews
  methods: [semi-structured-interview, thematic-analysis]
  contexts: [mlops-adoption]
  participant_count: 3

findings:
  - id: F1
    statement: Planning together opens silos.
    section: "4"
    practices: [continuous-planning]
    challenges: [silo-working]
    approaches: [mlops]
    links:
      - {challenge: silo-working, practice: continuous-planning, polarity: mitigates}
    evidence:
      - {quote: "we plan at one table", section: "4"}
    relations:
      - type: corroborates
        finding: one2028/F2
        evidence:
          - {quote: "as Ash and Birch saw", section: "5"}
  - id: five-tools
    statement: Fern misses tools for testing.
    section: "2"
    attributed_to: five2029
    practices: [continuous-testing]
    challenges: [test-automation-tooling-gap]
    links:
      - {challenge: test-automation-tooling-gap, practice: continuous-testing}
    evidence:
      - {quote: "Fern found no tools", section: "2"}

citations:
  - {work: one2028, reason: agreesWith, about: F1, sections: ["5"], note: "Silos open there too."}
  - {work: five2029, reason: citesAsRelated, sections: ["2"]}
"""

THREE_DRAFT_YAML = """\
publication: three2030
annotator: Hasty Reader
created: 2031-12-31

study:
  label: Some interviews
  methods: [survey]

findings:
  - id: F1
    statement: Budgets hinder planning.
    section: "4"
    practices: [continuous-planning, continuous-budgeting]
    challenges: [customer-sets-budget]
    links:
      - {challenge: customer-sets-budget, practice: continuous-planning}
    evidence:
      - {quote: "a table for the budget", section: "4"}
"""

FOUR_YAML = """\
publication: four2031
annotator: Second Reader
created: 2032-01-05

study:
  label: Four cases
  methods: [multiple-case-study, interview]
  contexts: [mlops-adoption, large-corporations]
  participant_count: 12

findings:
  - id: F1
    statement: Silos hinder planning.
    section: "4.1"
    practices: [continuous-planning]
    challenges: [silo-working]
    approaches: [devops]
    links:
      - {challenge: silo-working, practice: continuous-planning}
    evidence:
      - {quote: "nobody plans across silos", section: "4.1"}
    counts:
      - {numerator: 3, denominator: 4, unit: cases, what: Plan in silos., evidence: [{quote: "three", section: "4.1"}]}
  - id: F2
    statement: Pipelines cannot test what no tool tests.
    section: "4.2"
    practices: [continuous-testing, continuous-delivery]
    challenges: [test-automation-tooling-gap]
    links:
      - {challenge: test-automation-tooling-gap, practice: continuous-testing}
    evidence:
      - {quote: "the pipeline skips what has no tool", section: "4.2"}
    relations:
      - type: corroborates
        finding: one2028/F1
        note: The same lack.
        evidence:
          - {quote: "the lack of Ash and Birch", section: "5"}
  - id: one-tools
    statement: Ash and Birch miss tools for testing.
    section: "2"
    attributed_to: one2028
    practices: [continuous-testing]
    challenges: [test-automation-tooling-gap]
    links:
      - {challenge: test-automation-tooling-gap, practice: continuous-testing}
    evidence:
      - {quote: "a team without tools", section: "2"}

citations:
  - {work: one2028, reason: confirms, about: F2, sections: ["5"]}
  - {work: three2030, reason: extends, about: F1, sections: ["2", "5"], note: "More cases."}
"""

REVIEW_A_YAML = """\
publication: rev-a2031
annotator: First Reader
created: 2032-01-06

study:
  label: Review A
  methods: [systematic-literature-review]
  includes_primary_studies: [one2028, two2029, three2030]

findings:
  - id: A1
    statement: Quality is what studies of testing speak of most.
    section: "3"
    practices: [continuous-testing]
    challenges: [testing-and-quality]
    evidence:
      - {quote: "quality is the first theme", section: "3"}
  - id: leaflet-delivery
    statement: A leaflet holds that regulation hinders delivery.
    section: "3"
    attributed_to: leaflet
    practices: [continuous-delivery]
    challenges: [regulatory-demands]
    links:
      - {challenge: regulatory-demands, practice: continuous-delivery}
    evidence:
      - {quote: "a leaflet blames the law", section: "3"}

citations:
  - {work: one2028, reason: reviews, sections: ["3"]}
  - {work: two2029, reason: reviews, sections: ["3"]}
  - {work: three2030, reason: reviews, sections: ["3"]}
"""

REVIEW_B_YAML = """\
publication: rev-b2032
annotator: Second Reader
created: 2032-01-07

study:
  label: Review B
  methods: [systematic-literature-review]
  includes_primary_studies: [two2029, three2030, four2031]

findings:
  - id: B1
    statement: Studies agree that regulation hinders delivery.
    section: "4"
    practices: [continuous-delivery]
    challenges: [regulatory-demands]
    links:
      - {challenge: regulatory-demands, practice: continuous-delivery}
    evidence:
      - {quote: "all blame auditors", section: "4"}
    relations:
      - type: corroborates
        finding: two2029/F2
        evidence:
          - {quote: "Cole blames them as well", section: "4"}
  - id: two-delivery
    statement: Cole found that regulation hinders delivery.
    section: "4"
    attributed_to: two2029
    practices: [continuous-delivery]
    challenges: [regulatory-demands]
    links:
      - {challenge: regulatory-demands, practice: continuous-delivery}
    evidence:
      - {quote: "Cole's auditors stop releases", section: "4"}

citations:
  - {work: one2028, reason: citesAsRelated, sections: ["2"]}
  - {work: two2029, reason: reviews, sections: ["4"]}
  - {work: three2030, reason: reviews, sections: ["4"]}
  - {work: four2031, reason: reviews, sections: ["4"]}
"""

REVIEW_C_CODING = """\
review: rev-c2032
label: Sheet of review C
mapped_by: First Reader
rule: All works.
sheet: {file: review-c.csv, sha256: "00", rows: 3, in_scope: 3}

codes:
  - {id: ci, label: Integrating, concepts: ["practice:continuous-integration"], match: exact, column: topic, value: I}
  - {id: tests, label: Tests, concepts: ["practice:continuous-testing"], match: close, column: topic, value: T}
  - {id: other, label: Other, column: topic, value: O}

works:
  - {work: one2028, row: 2, codes: [ci, tests]}
  - {work: two2029, row: 3, codes: [other]}
  - {work: five2029, row: 4, codes: [tests]}
"""

ONE_RECORD = f"""\
publication: one2028
full_text: one2028.txt
full_text_sha256: {"0f" * 32}
quotations:
  - {{quote: "no tool fits our tests", verdict: exact}}
  - {{quote: "tools were missing", verdict: exact}}
"""

LIBRARY: dict[str, str] = {
    "bib/works.bib": WORKS_BIB,
    "bib/annotations/one2028.yaml": ONE_YAML,
    "bib/annotations/one2028.second.yaml": ONE_SECOND_YAML,
    "bib/annotations/two2029.yaml": TWO_YAML,
    "bib/annotations/three2030.yaml": THREE_YAML,
    "bib/annotations/three2030.draft.yaml": THREE_DRAFT_YAML,
    "bib/annotations/four2031.yaml": FOUR_YAML,
    "bib/annotations/rev-a2031.yaml": REVIEW_A_YAML,
    "bib/annotations/rev-b2032.yaml": REVIEW_B_YAML,
    "bib/codings/review-c.yaml": REVIEW_C_CODING,
    "bib/quotations/one2028.yaml": ONE_RECORD,
}
"""The files of the review by path."""


def write_library(folder: Path) -> Path:
    """Writes the review into `folder`, which need not exist, and returns the folder."""
    for name, text in LIBRARY.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def texts_of(graph: KnowledgeGraph, query: str, columns: str, **parameters: str | int) -> list[str]:
    """The rows of a query in order, as the values of some columns separated by ` | `, with `-` for no value."""
    rows = graph.query(query, **parameters)
    return [" | ".join("-" if row[column] is None else str(row[column]) for column in columns.split()) for row in rows]
