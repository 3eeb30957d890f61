"""A toy review of effects, tools, recommendations and relations of concepts. All works and people are invented.

I is continuous integration, T testing, P planning; L is lead time. What is in it:

    work        first-hand findings                                              second-hand findings
    bear2030    F1 I decreases L (beneficial), F2 I increases workload (harmful)
    doll2031    F1 I increases L (harmful; contradicts bear2030/F2),
                F2 I does not change defects found; testing tool, on T
    ball2032    F1 DevOps increases cooperation and mitigates silos,
                F2 advises P and Python against silos, F3 silos decrease satisfaction,
                F4 I enables T, T conflicts with Java, F5 a testing tool increases defects found, on T and DevOps
    top2033     F1 I on L is mixed                                               bear: I decreases L;
                                                                                 ball: advice without a concept

The review of top2033 describes how yoyo2029, which nobody has annotated, was done.
"""

from __future__ import annotations

from pathlib import Path

WORKS_BIB = """@article{bear2030, author = {Bear, Bo}, title = {Bears that merge daily}, year = {2030}}
@article{doll2031, author = {Doll, Di}, title = {Dolls that wait}, year = {2031}}
@article{ball2032, author = {Ball, Bea}, title = {Balls and those who play}, year = {2032}}
@article{yoyo2029, author = {Yoyo, Yma}, title = {Yo-yos that come back}, year = {2029}}
@article{top2033, author = {Top, Tom}, title = {A review of what turns}, year = {2033}}
"""

BEAR_YAML = """\
publication: bear2030
annotator: First Reader
created: 2034-01-01
study: {label: Bears, methods: [case-study]}
findings:
  - id: F1
    statement: Who merges daily, delivers sooner.
    section: "4"
    effects:
      - {practice: continuous-integration, outcome: lead-time, direction: decreases, valence: beneficial}
    evidence: [{quote: "delivered a week sooner", section: "4"}]
  - id: F2
    statement: Merging daily is more work.
    section: "4"
    effects:
      - {practice: continuous-integration, outcome: workload, direction: increases, valence: harmful}
    evidence: [{quote: "more work each day", section: "4"}]
"""

DOLL_YAML = """\
publication: doll2031
annotator: First Reader
created: 2034-01-02
study: {label: Dolls, methods: [survey]}
findings:
  - id: F1
    statement: With integration servers, changes wait longer.
    section: "5"
    effects:
      - {practice: continuous-integration, outcome: lead-time, direction: increases, valence: harmful}
    evidence: [{quote: "changes wait in a queue", section: "5"}]
    relations:
      - {type: contradicts, finding: bear2030/F2, evidence: [{quote: "it is less work", section: "5"}]}
  - id: F2
    statement: Integrating finds no more faults than before.
    section: "5"
    practices: [continuous-testing]
    tools: [automated-testing-tool]
    effects:
      - {practice: continuous-integration, outcome: defects-found, direction: no change}
    evidence: [{quote: "as many faults as before", section: "5"}]
"""

BALL_YAML = """\
publication: ball2032
annotator: First Reader
created: 2034-01-03
study: {label: Balls, methods: [interview]}
findings:
  - id: F1
    statement: DevOps brings players together.
    section: "3"
    challenges: [silo-working]
    approaches: [devops]
    links:
      - {challenge: silo-working, approach: devops, polarity: mitigates}
    effects:
      - {approach: devops, outcome: cooperation, direction: increases, valence: beneficial}
    evidence: [{quote: "they play together", section: "3"}]
  - id: F2
    statement: Plan together, and use one language.
    section: "3"
    addresses: [silo-working]
    recommends: ["practice:continuous-planning", "tool:python"]
    evidence: [{quote: "plan at one table", section: "3"}]
  - id: F3
    statement: Silos make players unhappy.
    section: "3"
    effects:
      - {challenge: silo-working, outcome: satisfaction, direction: decreases, valence: harmful}
    evidence: [{quote: "alone and unhappy", section: "3"}]
  - id: F4
    statement: Integrating makes testing possible, which Java does not like.
    section: "3"
    concept_relations:
      - {source: "practice:continuous-integration", type: enables, target: "practice:continuous-testing"}
      - {source: "practice:continuous-testing", type: conflicts with, target: "tool:java"}
    evidence: [{quote: "only what is merged can be tested", section: "3"}]
  - id: F5
    statement: A tool finds faults that people miss.
    section: "3"
    practices: [continuous-testing]
    approaches: [devops]
    effects:
      - {tool: automated-testing-tool, outcome: defects-found, direction: increases, valence: beneficial}
    evidence: [{quote: "the tool saw it first", section: "3"}]
"""

TOP_YAML = """\
publication: top2033
annotator: Parrot 3
annotator_is: model
coders: 2
coder_agreement: kappa 0.83
created: 2034-01-04
study: {label: Tops, methods: [systematic-literature-review], sample: Four works on toys}
other_studies:
  - work: yoyo2029
    methods: [survey]
    contexts: [industrial-context]
    participant_count: 40
    sample: Yo-yos of one town
    evidence: [{row: "yoyos.csv#row=3"}]
findings:
  - id: F1
    statement: Merging daily speeds up some and slows down others.
    section: "2"
    effects:
      - {practice: continuous-integration, outcome: lead-time, direction: mixed}
    evidence: [{quote: "some sooner, some later", section: "2"}]
  - id: bear-lead
    statement: Bear delivers sooner by merging.
    section: "2"
    attributed_to: bear2030
    effects:
      - {practice: continuous-integration, outcome: lead-time, direction: decreases, valence: beneficial}
    evidence: [{quote: "Bear gains a week", section: "2"}]
  - id: ball-advice
    kind: recommendation
    statement: Ball advises to play more.
    section: "2"
    attributed_to: ball2032
    evidence: [{quote: "Ball says to play", section: "2"}]
"""

EFFECTS: dict[str, str] = {
    "bib/works.bib": WORKS_BIB,
    "bib/annotations/bear2030.yaml": BEAR_YAML,
    "bib/annotations/doll2031.yaml": DOLL_YAML,
    "bib/annotations/ball2032.yaml": BALL_YAML,
    "bib/annotations/top2033.yaml": TOP_YAML,
}
"""The files of the review by path."""


def write_effects(folder: Path) -> Path:
    """Writes the review into `folder`, which need not exist, and returns the folder."""
    for name, text in EFFECTS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
