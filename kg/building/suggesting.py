"""Sentences of a full text that look like findings, with their concepts, citations and a quotation: without any model.

Each sentence has a score: the sum of signs that a reader would go by. The signs and their weights are one table.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from kg.core.folding import folded
from kg.model.bibliography import Vocabulary
from kg.model.fields import MAX_QUOTE_WORDS
from kg.readers.marks.mark import TextMark
from kg.readers.texts.cited import CitedWorks, citations_in, references_of
from kg.readers.texts.full_text import FullText
from kg.readers.texts.sentences import TextSentence, sentences_of
from kg.readers.texts.typography import RAISED

ENOUGH = 1.5
"""Minimum score of a sentence that is suggested."""
MOST = 60
"""Number of findings that are suggested unless another one is asked for: those with the highest scores."""
_SHORTEST = 5
"""Minimum number of words of a sentence that is suggested."""
_ACRONYM = 3
"""Labels with at most this many letters (`CT`) are found only as they are written."""

_PEOPLE = (
    r"(?:participants?|respondents?|interviewees?|developers?|practitioners?|engineers?|teams?|compan(?:y|ies)|users?)"
)
_THINGS = "repositories|projects|studies|cases|packages|tests|builds|changes|commits|organi[sz]ations"
_SHOWN = (
    r"(?:show|suggest|indicate|reveal|find|found|demonstrate|confirm|highlight|identif|observ|report|motivat|impl[iy])"
    r"\w*"
)
SIGNS: tuple[tuple[float, str], ...] = (
    (3.0, r"\b(?:finding|takeaway|lesson|observation|PEC|insight)s? ?#?\d+\b|\banswers? to RQ ?\d|^summary\b"),
    (2.5, r"\bwe (?:(?:also|further|then|thus|therefore) )?"
          r"(?:found|find|observed?|discovered|noticed?|saw|see|conclude)\b"),
    (2.5, rf"\b(?:results?|findings|analys[ei]s|data|study|evidence|answers|regression|model)s? (?:\w+ )?{_SHOWN}"),
    (1.5, r"\b(?:this|these|those|which|that)(?: \w+){0,3} "
          r"(?:suggest|indicat|confirm|impl[iy]|mean|reveal|contradict|support)\w*"),
    (1.5, r"\b[PRI]\d{1,2}\b"),
    (1.5, rf"\b{_PEOPLE} (?:\w+ ){{0,3}}(?:reported|said|stated|mentioned|perceived?|believed?|felt|agreed|described|"
          r"noted|indicated|responded|expressed|highlighted|considered|struggled?|preferred?)"),
    (1.5, r"\d(?:\.\d+)? ?%|\bpercent|\b\d+ (?:out )?of (?:the )?\d+|\b[nNpd] ?[=<>≈] ?[\d.]|[𝑛𝑝𝑁]|\bmedian|"
          r"\bon average"),
    (1.0, r"\bsignificant(?:ly)?|\bcorrelat|\bassociated with|\bno (?:significant )?difference|\beffect size|\bodds"),
    (1.0, r"\b(?:increas|decreas|reduc|improv|hinder|slow|prevent|caus|lead|result)(?:e[sd]?|ing|s|ed)?\b"),
    (0.5, r"\b(?:more|less|fewer|higher|lower|faster|slower|larger|smaller|longer|better|worse|harder|easier) "
          r"(?:\w+ ){0,3}than\b"),
    (1.0, r"\b(?:challenge|barrier|problem|difficult|obstacle|lack of|benefit|concern|drawback)"),
    (1.0, r"\b(?:most|majority|many|few|some|several|all|none|only|half|a third|one|two|three|\d+) (?:of )?"
          rf"(?:the |our )?(?:{_PEOPLE}|{_THINGS})\b"),
    (0.5, r"\b(?:seem|tend|appear)s? to\b|"
          r"\b(?:typically|often|usually|rarely|mainly|mostly|likely|primarily|generally|frequently)\b"),
    (1.0, r"\b(?:we|our) (?:recommend|suggest|advise|hypothesi[sz]e)|\bshould\b|\b(?:is|are) needed\b|"
          r"\bmay consider\b|\bneeds? to\b"),
    (-2.0, r"\b(?:we|this (?:paper|study|section|work)) (?:(?:will|then|first|next|also) )?"
           r"(?:present|describe|discuss|collect|use|select|investigat|examin|review|focus|propos|introduc|extract|"
           r"conduct|distribut|sampl|filter|comput|calculat|measur|define|appl[iy]|follow|ask|analy[sz]e|perform|"
           r"manually|read|provide|refer)"),
    (-1.0, r"\bfuture (?:work|research|stud|system)"),
    (-2.0, r"\?$|^(?:figure|table|fig\.) ?\d"),
    (-1.5, r"\bet al\b"),
)  # fmt: skip
"""Weights and patterns of the signs of a finding."""
SECTIONS: tuple[tuple[float, str], ...] = (
    (1.5, r"result|finding|answer|evaluation|\bRQ ?\d|goal g\d"),
    (1.0, r"abstract|discussion|conclusion|implication|recommend|lesson"),
    (0.0, r"introduction|threat|limitation"),
    (-1.5, r"related work|background|motivating"),
    (
        -1.5,
        r"method|approach|data (?:collection|extraction|source)|dataset|design|acknowledg|availability|motivation",
    ),
)
"""Weights by the titles of a section and of those that it is a part of; the first that fits counts."""
_OTHER_SECTION, _NO_SECTION = 0.5, -1.0
_SIGNS = [(weight, re.compile(pattern, re.I)) for weight, pattern in SIGNS]
_SECTIONS = [(weight, re.compile(pattern, re.I)) for weight, pattern in SECTIONS]
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_OF_FINDINGS = {
    "practice": "practices", "challenge": "challenges", "approach": "approaches", "tool": "tools", "outcome": "outcomes"
}  # fmt: skip
_LABEL = re.compile(r"^(?:•\s*)?[A-Z][\w -]{2,20}: (?=[A-Z])")
"""What a sentence is introduced with, such as `Finding 1:`."""
_BEGINNING = re.compile(
    r"(?i)(?:a|an|and|as|at|but|by|for|from|in|into|its|of|on|or|our|regarding|that|the|their|to|with)"
)
_NUMBERED = re.compile(r"(?i)\b(?:finding|PEC|takeaway|lesson|observation|insight)s? ?#?(\d+)\b")


@dataclass(frozen=True)
class SuggestedFinding:
    """A sentence that looks like a finding.

    `concepts` are slugs by the key of a finding, `unclear` labels that several concepts have, `works` keys of cited
    works of the bibliography, `numbered` whether the text gives it a number, `note` what a person
    wrote there.
    """

    sentence: TextSentence
    score: float
    quote: str
    page: str
    concepts: dict[str, list[str]] = field(default_factory=dict)
    unclear: tuple[str, ...] = ()
    works: tuple[str, ...] = ()
    numbered: bool = False

    note: str = ""


@dataclass(frozen=True)
class SuggestedCitation:
    """A cited work of the bibliography, the sections that cite it, and words of the first such sentence."""

    work: str
    sections: tuple[str, ...]
    quote: str
    section: str


@dataclass(frozen=True)
class Suggestions:
    """What a text contains for an annotation; `elsewhere` counts citations of works that the bibliography lacks."""

    findings: tuple[SuggestedFinding, ...]
    citations: tuple[SuggestedCitation, ...]
    elsewhere: int = 0


def suggestions(text: FullText, vocabulary: Vocabulary, works: CitedWorks, most: int = MOST) -> Suggestions:
    """The findings, concepts and citations that the sentences of a text suggest.

    Args:
        text: The full text.
        vocabulary: The concepts, found by any of their labels.
        works: The works of the bibliography.
        most: The number of findings, of which those with the highest scores are taken.
    """
    sentences, labels, references = sentences_of(text), ConceptLabels(vocabulary), references_of(text)
    best = sorted(((_score(text, one), -number, one) for number, one in enumerate(sentences)), reverse=True)
    chosen = {one for score, _, one in best if score >= ENOUGH and len(one.text.split()) >= _SHORTEST}
    cited: dict[str, list[TextSentence]] = defaultdict(list)
    findings: list[SuggestedFinding] = []
    elsewhere = 0
    for sentence in sentences:
        keys = [
            works.key(found.reference) if found.reference else "" for found in citations_in(sentence.text, references)
        ]
        elsewhere += keys.count("")
        for key in dict.fromkeys(filter(None, keys)):
            cited[key].append(sentence)
        if sentence in chosen and (
            finding := _finding(text, sentence, labels, tuple(dict.fromkeys(filter(None, keys))))
        ):
            findings.append(finding)
    kept = sorted(findings, key=lambda finding: -finding.score)[:most]
    citations = (_citation(text, work, found) for work, found in cited.items())
    return Suggestions(
        tuple(finding for finding in findings if finding in kept), tuple(one for one in citations if one), elsewhere
    )


def marked(
    text: FullText, marks: Iterable[TextMark], vocabulary: Vocabulary, works: CitedWorks
) -> tuple[list[SuggestedFinding], list[tuple[TextMark, str]]]:
    """The marks of a person as findings in the order of the text, and the marks that are none, with the reason."""
    labels, references = ConceptLabels(vocabulary), references_of(text)
    found, left = list[SuggestedFinding](), list[tuple[TextMark, str]]()
    for mark in dict.fromkeys(marks):
        span = text.find(mark.quote) or text.find(" ".join(mark.quote.split()[:MAX_QUOTE_WORDS]))
        if not mark.quote or span is None:
            left.append((mark, "the text does not contain these words" if mark.quote else "no words are marked"))
            continue
        sentence = TextSentence(mark.quote, *span, text.section_at(span[0]))
        cited = (works.key(one.reference) for one in citations_in(mark.quote, references) if one.reference)
        finding = _finding(text, sentence, labels, tuple(dict.fromkeys(filter(None, cited))))
        if finding:
            found.append(replace(finding, note=mark.note))
        else:
            left.append((mark, "no fifteen words of it are in the text verbatim"))
    return sorted(found, key=lambda finding: finding.sentence.start), left


def _score(text: FullText, sentence: TextSentence) -> float:
    titles = [section.title for section in text.sections_at(sentence.start)]
    weights = (weight for title in titles for weight, pattern in _SECTIONS if pattern.search(title))
    section = next(weights, _OTHER_SECTION if titles else _NO_SECTION)
    return section + sum(weight for weight, pattern in _SIGNS if pattern.search(sentence.text))


def _finding(
    text: FullText, sentence: TextSentence, labels: ConceptLabels, works: tuple[str, ...]
) -> SuggestedFinding | None:
    quote = _quotation(text, sentence.text)
    if not quote:
        return None
    concepts, unclear = labels.named_in(sentence.text)
    page = text.page_at(sentence.start).label if text.unit == "page" else ""
    numbered = _NUMBERED.match(sentence.text) is not None
    return SuggestedFinding(sentence, _score(text, sentence), quote, page, concepts, unclear, works, numbered)


def _citation(text: FullText, work: str, sentences: Sequence[TextSentence]) -> SuggestedCitation | None:
    names = tuple(dict.fromkeys(one.section.name for one in sentences if one.section))
    found = ((one, _quotation(text, one.text)) for one in sentences if one.section)
    first = next(((one, quote) for one, quote in found if quote), None)
    if first is None or first[0].section is None:
        return None
    return SuggestedCitation(work, names, first[1], first[0].section.name)


def _quotation(text: FullText, sentence: str) -> str:
    """At most fifteen words of a sentence, those with most signs; empty if they are not in the text verbatim."""
    words = _LABEL.sub("", sentence.replace("*", "").lstrip(RAISED)).split()
    starts = range(max(len(words) - MAX_QUOTE_WORDS, 0) + 1)
    best = sorted(starts, key=lambda start: (-_signs(" ".join(words[start : start + MAX_QUOTE_WORDS])), start))
    for start in best[:5]:
        quote = " ".join(_trimmed(words[start : start + MAX_QUOTE_WORDS])).strip(" .,;:([{•")
        if quote and text.judge(quote).verdict == "exact":
            return quote
    return ""


def _trimmed(words: list[str]) -> list[str]:
    """The words without those at the end that begin another phrase."""
    end = len(words)
    while end > _SHORTEST and _BEGINNING.fullmatch(words[end - 1]):
        end -= 1
    return words[:end]


def _signs(words: str) -> float:
    return sum(weight for weight, pattern in _SIGNS if weight > 0 and pattern.search(words))


class ConceptLabels:
    """The labels of a vocabulary, found in sentences: the longest first, as whole words."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._slugs: dict[tuple[str, ...], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._acronyms: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for kind in _OF_FINDINGS:
            for concept in vocabulary.of_kind(kind):
                for label in dict.fromkeys((concept.slug, *concept.labels)):
                    self._add(kind, concept.slug, label)
        self._longest = max(map(len, self._slugs), default=0)

    def _add(self, kind: str, slug: str, label: str) -> None:
        words = tuple(folded(label).split())
        if not words:
            return
        if slug not in self._slugs[words][kind]:
            self._slugs[words][kind].append(slug)
        if len(words) == 1 and len(label) <= _ACRONYM:
            self._acronyms[words].add(label)

    def named_in(self, sentence: str) -> tuple[dict[str, list[str]], tuple[str, ...]]:
        """The slugs of the concepts that a sentence names by the key of a finding, and labels of several concepts."""
        tokens = _TOKEN.findall(sentence)
        plain = [folded(token) for token in tokens]
        found: dict[str, list[str]] = {}
        unclear: list[str] = []
        at = 0
        while at < len(tokens):
            length = next((n for n in range(self._longest, 0, -1) if self._is_label(tokens, plain, at, n)), 0)
            if length:
                for kind, slugs in self._slugs[self._key(plain[at : at + length])].items():
                    if len(slugs) == 1:
                        found.setdefault(_OF_FINDINGS[kind], []).extend(
                            set(slugs) - set(found.get(_OF_FINDINGS[kind], ()))
                        )
                    else:
                        unclear.append(f"{' '.join(tokens[at : at + length])}: {' or '.join(slugs)}")
            at += max(length, 1)
        return found, tuple(dict.fromkeys(unclear))

    def _key(self, words: Sequence[str]) -> tuple[str, ...]:
        """The words, or their singular if only that is a label."""
        key = tuple(words)
        return key if key in self._slugs else (*key[:-1], key[-1].removesuffix("s"))

    def _is_label(self, tokens: Sequence[str], plain: Sequence[str], at: int, length: int) -> bool:
        if at + length > len(tokens):
            return False
        key = self._key(plain[at : at + length])
        return key in self._slugs and (key not in self._acronyms or tokens[at] in self._acronyms[key])
