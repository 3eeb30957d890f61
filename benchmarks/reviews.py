"""Generates reviews of any size for benchmarks and tests, with the irregularities of real exports.

    python benchmarks/reviews.py PUBLICATIONS FOLDER

One publication in ten is annotated. As in real reviews, a few practices, challenges and outcomes have most of the
findings, and a finding claims what hinders or mitigates what and, often, what changes an outcome. The bibliography
consists of several files that share a file of @strings; names have accents as letters and in LaTeX, titles have braces
and formulas, papers have parents, and a few works occur twice. The same size always gives the same review. All
publications are invented.
"""

from __future__ import annotations

import random
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from kg.core.layers import shipped

PER_FILE = 5000
PER_ANNOTATION = 10
"""One publication in this number is annotated."""

_VOWELS, _CONSONANTS = "a e i o u ai ou ea", "b d f g k l m n p r s t v z br st kr pl nd"
_FAMILIES = (
    r"M{\"u}ller Müller Väänänen V{\"a}{\"a}n{\"a}nen Nu{\~n}ez Kowalska Łukasik Dvo{\v{r}}{\'a}k Okafor Tanaka "
    r"{\O}stergaard Sørensen {\'O}Briain Çelik Haugset Ramos-Lima Abebe Petrov Ilić Nguyen Zhao"
)
_GIVEN = r"Aino J{\'e}r{\^o}me José Lin Maria Søren Zoë Wei Priya Olu {\'E}va Noor Tom{\'a}s Kenji A. B. K."
_STEMS = """continuous integration delivery deployment testing experimentation monitoring planning compliance security
trust improvement innovation software engineering machine learning model pipeline release quality team industrial
survey case study empirical review evidence practice challenge adoption automation microservice embedded regulated
startup cloud infrastructure configuration build failure flaky defect architecture requirements feedback metric"""
_TITLES = (r"{{DevOps}}", r"{CI/CD}", r"{M}achine {L}earning", r"$k$-fold", r"R\&D", "--", "{IoT}", r"na{\"\i}ve")
_STRINGS = {"icse": "Proceedings of the International Conference on Made-Up Engineering",
            "emse": r"Empirical Fables \& Findings", "jss": "Journal of Imagined Systems",
            "ist": "Information and Invention Technology", "xp": "Agile Processes That Never Were"}  # fmt: skip
_POLARITIES = {"hinders": 6, "mitigates": 3, "absent": 1}
_DIRECTIONS = {"increases": 5, "decreases": 3, "no change": 1, "mixed": 1}
_QUOTABLE = "we saw that the team in every case had to wait for it before they could go on with their work"


@dataclass
class _Words:
    """Words with the frequencies of real texts: a few are in every second title, many are in one or two."""

    random: random.Random
    size: int
    known: list[str] = field(init=False)
    weights: list[float] = field(init=False)

    def __post_init__(self) -> None:
        choose, consonants, vowels = self.random.choice, _CONSONANTS.split(), _VOWELS.split()
        made: dict[str, None] = dict.fromkeys(_STEMS.split())
        while len(made) < 500 + self.size:
            syllables = self.random.randint(2, 4)
            made["".join(choose(consonants) + choose(vowels) for _ in range(syllables))] = None
        self.known = list(made)
        self.weights = list(accumulate(1 / (rank + 3) for rank in range(len(self.known))))

    def some(self, number: int) -> list[str]:
        return self.random.choices(self.known, cum_weights=self.weights, k=number)


class _Maker:
    def __init__(self, publications: int, seed: int) -> None:
        self.random, self.size = random.Random(seed), publications  # noqa: S311 - not used for secrets
        self.words = _Words(self.random, publications)
        rare = self.words.known[len(_STEMS.split()) :][: publications // 4]
        self.families = [*_FAMILIES.split(), *(word.capitalize() for word in rare)]
        self.given, self.quotable = _GIVEN.split(), _QUOTABLE.split()
        self.keys: list[str] = []
        self.last = ""
        self.concepts = {
            kind: _slugs(name, kind)
            for name, kind in (
                ("practices", "practice"),
                ("challenges", "challenge"),
                ("outcomes", "outcome"),
                ("methods", "method"),
                ("contexts", "context"),
            )
        }

    # --- bibliography ---

    def bibliographies(self) -> Iterator[tuple[str, str]]:
        yield "strings.bib", "".join(f'@string{{{name} = "{text}"}}\n' for name, text in _STRINGS.items())
        per_file = min(PER_FILE, max(10, self.size // 4))
        for number, first in enumerate(range(0, self.size, per_file)):
            entries = [self.entry(index) for index in range(first, min(first + per_file, self.size))]
            own = f"@string{{pub{number} = {{Publisher No. {number}}}}}\n\n"
            yield f"export-{number:02}.bib", own + "\n".join(entries)

    def entry(self, index: int) -> str:
        if index % 200 == 199:  # the same work exported twice
            self.keys.append(f"{self.keys[-1]}again")
            return self.last.replace(self.keys[-2], self.keys[-1], 1)
        self.last = self.made(index)
        return self.last

    def made(self, index: int) -> str:
        choose, year = self.random, self.random.randint(1998, 2025)
        title = self.title()
        author = self.authors()
        # The index makes each key unique, like the letters that reference managers add.
        name = "".join(c for c in author.split(",")[0] if c.isascii() and c.isalpha()).lower()
        key = f"{name}{year}n{index}"
        fields = {"author": f"{{{author}}}", "title": f"{{{title}}}", "year": f"{{{year}}}"}
        pages = f"{{{choose.randint(1, 400)}--{choose.randint(401, 800)}}}"
        if index % 50 == 7:
            kind = "proceedings"
            fields = {"title": f"{{{title}}}", "year": str(year), "publisher": "pub0"}
        elif index % 50 == 8:
            kind = "inproceedings"
            del fields["year"]
            fields |= {"crossref": f"{{{self.keys[-1]}}}", "pages": pages}
        elif choose.random() < 0.5:
            kind = "article"
            fields |= {
                "journal": choose.choice(["emse", "jss", "ist", f"{{{self.title()}}}"]),
                "volume": f"{{{choose.randint(1, 60)}}}",
                "number": f"{{{choose.randint(1, 12)}}}",
                "pages": pages,
            }
        else:
            kind = "inproceedings"
            fields |= {
                "booktitle": choose.choice(["icse", "xp", f"{{Proc. {self.title()}}}"]),
                "pages": f'"{pages[1:-1]}"',
            }
        if choose.random() < 0.8:
            fields["doi"] = f"{{10.{choose.randint(1000, 9999)}/made.up.{index}}}"
            fields["url"] = f"{{https://example.org/made_up/{index}?a=1\\&b=2}}"
        if choose.random() < 0.6:
            fields["abstract"] = f"{{{self.abstract()}}}"
        if choose.random() < 0.7:
            fields["keywords"] = f"{{{', '.join(self.words.some(choose.randint(2, 6)))}}}"
        self.keys.append(key)
        return f"@{kind}{{{key},\n" + "".join(f"  {name:<10} = {value},\n" for name, value in fields.items()) + "}\n"

    def title(self) -> str:
        words = self.words.some(self.random.randint(5, 12))
        if self.random.random() < 0.3:
            words.insert(self.random.randint(1, len(words)), self.random.choice(_TITLES))
        text = " ".join(words)
        return text[:1].upper() + text[1:]

    def authors(self) -> str:
        names = [
            f"{self.random.choice(self.families)}, {self.random.choice(self.given)}"
            for _ in range(self.random.choice([1, 2, 2, 3, 3, 3, 4, 4, 5, 7]))
        ]
        if self.random.random() < 0.01:
            names.append("others")
        return " and ".join(names)

    def abstract(self) -> str:
        text = " ".join(f"{' '.join(self.words.some(self.random.randint(10, 25))).capitalize()}." for _ in range(7))
        odd = r" We see 7\% of {$n=40$} cases." if self.random.random() < 0.2 else ""
        return text.replace(" a", r" \& a", 1) + odd

    # --- annotations ---

    def annotations(self) -> Iterator[tuple[str, str]]:
        works = [key for index, key in enumerate(self.keys) if index % 50 not in (7, 8)]
        annotated = works[::PER_ANNOTATION]
        for number, key in enumerate(annotated):
            earlier = annotated[max(0, number - 40) : number]
            yield f"annotations/{key}.yaml", self.annotation(key, works, earlier, "first reader")
            if number % 50 == 9:
                yield f"annotations/{key}.second.yaml", self.annotation(key, works, earlier, "second reader")
            if number % 10 == 3:
                yield f"quotations/{key}.yaml", self.record(key)

    def annotation(self, key: str, works: list[str], earlier: list[str], annotator: str) -> str:
        choose = self.random
        self.quotes: list[str] = []
        study = [
            "study:",
            f"  label: {self.sentence()}",
            f"  aim: {self.sentence()}",
            f"  methods: [{', '.join(self.some('method', 2))}]",
            f"  contexts: [{', '.join(self.some('context', 2))}]",
            f"  participant_count: {choose.randint(4, 400)}",
            "  evidence:",
            f"    - {self.quote()}",
        ]
        findings = ["findings:"]
        for number in range(1, choose.randint(3, 5)):
            findings += self.finding(f"F{number}", key, works, earlier)
        citations = ["citations:"]
        for work in dict.fromkeys(choose.choices(works, k=2)):
            if work != key:
                citations += [
                    f"  - work: {work}",
                    f"    reason: {choose.choice(['extends', 'qualifies', 'confirms', 'disputes'])}",
                    f'    sections: ["{choose.randint(1, 8)}"]',
                    "    evidence:",
                    f"      - {self.quote()}",
                ]
        return "\n".join(
            [
                f"publication: {key}",
                f"annotator: {annotator}",
                f"created: 2026-{choose.randint(1, 12):02}-01",
                "",
                *study,
                "",
                *findings,
                "",
                *(citations if len(citations) > 1 else []),
                "",
            ]
        )

    def finding(self, name: str, key: str, works: list[str], earlier: list[str]) -> Iterator[str]:
        choose = self.random
        practices, challenges = self.some("practice", 2), self.some("challenge", 2)
        yield from (
            f"  - id: {name}",
            f"    statement: {self.sentence()}",
            f'    section: "{choose.randint(3, 6)}.{choose.randint(1, 5)}"',
        )
        if choose.random() < 0.25 and (source := choose.choice(works)) != key:
            yield f"    attributed_to: {source}"
        yield from (
            f"    practices: [{', '.join(practices)}]",
            f"    challenges: [{', '.join(challenges)}]",
            "    links:",
            f"      - {{challenge: {challenges[0]}, practice: {practices[0]}, polarity: {self.one_of(_POLARITIES)}}}",
        )
        if choose.random() < 0.5:
            outcome, direction = self.some("outcome", 1)[0], self.one_of(_DIRECTIONS)
            yield "    effects:"
            yield f"      - {{practice: {practices[0]}, outcome: {outcome}, direction: {direction}}}"
        yield from (
            "    evidence:",
            *(f"      - {self.quote()}" for _ in range(choose.randint(1, 3))),
        )
        if choose.random() < 0.3:
            yield from (
                "    counts:",
                f"      - numerator: {choose.randint(1, 8)}",
                "        denominator: 8",
                f"        what: {self.sentence()}",
                "        evidence:",
                f"          - {self.quote()}",
            )
        if earlier and choose.random() < 0.3:
            yield from (
                "    relations:",
                f"      - type: {choose.choice(['corroborates', 'contradicts', 'refines'])}",
                f"        finding: {choose.choice(earlier)}/F1",
                "        evidence:",
                f"          - {self.quote()}",
            )

    def record(self, key: str) -> str:
        """The verdicts on the quotations of the last annotation."""
        lines = [f'  - {{quote: "{quote}", verdict: exact}}' for quote in dict.fromkeys(self.quotes)]
        return "\n".join(
            [f"publication: {key}", f"full_text: {key}.txt", f"full_text_sha256: {'0' * 64}", "quotations:", *lines, ""]
        )

    def some(self, kind: str, most: int) -> list[str]:
        """At most so many concepts, those at the beginning of the vocabulary more often than those at its end."""
        slugs, number = self.concepts[kind], self.random.randint(1, most)
        return list(dict.fromkeys(slugs[int(len(slugs) * self.random.random() ** 2)] for _ in range(number)))

    def one_of(self, weights: dict[str, int]) -> str:
        return self.random.choices(list(weights), list(weights.values()))[0]

    def sentence(self) -> str:
        return " ".join(self.words.some(self.random.randint(8, 18))).capitalize()

    def quote(self) -> str:
        begin = self.random.randint(0, 8)
        self.quotes.append(" ".join([*self.quotable[begin : begin + 6], *self.words.some(3)]))
        place = f'section: "{self.random.randint(1, 8)}", page: "{self.random.randint(1, 30)}"'
        return f'{{quote: "{self.quotes[-1]}", {place}}}'


def _slugs(name: str, kind: str) -> list[str]:
    """The concepts of a kind in the vocabulary that comes with kg."""
    lines = (shipped("ontology") / f"{name}.ttl").read_text(encoding="utf-8").splitlines()
    found = [line.split()[0].removeprefix(f"{kind}:") for line in lines if line.startswith(f"{kind}:")]
    if not found:
        raise SystemExit(f"no {kind} in {name}.ttl")
    return found


def make_review(publications: int, folder: Path, seed: int = 7) -> Path:
    """Writes the review into a folder, whose earlier contents are deleted, and returns the folder."""
    if folder.exists():
        shutil.rmtree(folder)
    maker = _Maker(publications, seed)
    for files in (maker.bibliographies(), maker.annotations()):
        for name, text in files:
            path = folder / "bib" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return folder


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    make_review(int(sys.argv[1]), Path(sys.argv[2]))
