"""The picture of the graph around a finding at the desk: its links, and the studies of the review behind each."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from kg.readers.yaml.marks import Data
from kg.render.pages.site_drawing import Amount, Picture, Sentence, sentences
from kg.render.pages.site_pictures import ACTIVE
from kg.server.desk.review_index import ReviewIndex

_ROWS = 6
_NAMES = {"link-evidence": ("challenge_label", "polarity", "practice_label"), "effects": ("cause", "effect", "outcome")}
"""The queries that are asked, and their columns with subject, verb and object."""
_CAUSES = ("practice", "approach", "tool", "challenge")
_CONCERNED = {
    "practices": "practice", "approaches": "approach", "tools": "tool", "challenges": "challenge", "outcomes": "outcome"
}  # fmt: skip
_LOOK = """<style>text { font: 12px system-ui, "Segoe UI", "Noto Sans", Arial, sans-serif; fill: #16202b }
.verb { font-size: 11px; font-style: italic; fill: #566270 } .first { fill: #0b4a82; stroke: #0b4a82 }
.second { fill: #fff; stroke: #a84300; stroke-width: 1.4 } .own { stroke: #16202b; stroke-width: 2.5 }
.axis { stroke: #8a96a3; fill: none } .head { fill: #8a96a3 }
@media (prefers-color-scheme: dark) { text { fill: #e8edf2 } .verb { fill: #a9b4c0 }
.first { fill: #7db8ee; stroke: #7db8ee }
.second { fill: #10161d; stroke: #f0a066 } .own { stroke: #e8edf2 } }</style>"""
_CAPTION = "Each dot is a study that says so, the ringed one this one: ● first-hand, ○ known only from others."
Link = tuple[str, str, str]
"""Subject, verb and object, as labels."""


class ReviewLinks:
    """The links of the graph that was built last, with the works behind each; asked for in a process of its own."""

    def __init__(self, root: Path, publication: str) -> None:
        self._root, self._publication = root, publication
        self._lock = Lock()
        self._begun = self.ready = False
        self._found: dict[Link, dict[str, bool]] = defaultdict(dict)

    def begin(self) -> None:
        """Asks for the links, if nobody has yet."""
        with self._lock:
            if not self._begun:
                self._begun = True
                Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for query in _NAMES:
            command = [sys.executable, "-m", "kg", "--root", str(self._root), "query", query, "--format", "json"]
            self.add(query, subprocess.run(command, capture_output=True, check=False, text=True).stdout)  # noqa: S603
        self.ready = True

    def add(self, query: str, answer: str) -> None:
        """Adds the works in an answer to one of the queries, as SPARQL results in JSON; nothing of an empty answer."""
        for binding in json.loads(answer or "{}").get("results", {}).get("bindings", ()):
            row = defaultdict(str, {name: str(term["value"]) for name, term in binding.items()})
            if self._publication not in (row["key"], row["via"]):
                works = self._found[_turned(*(row[name] for name in _NAMES[query]))]
                works[row["key"]] = works.get(row["key"], False) or row["hand"] == "first-hand"

    def amount(self, link: Link) -> Amount:
        """How many other works say it, first-hand and second-hand."""
        works = self._found.get(link, {})
        return Amount(sum(works.values()), len(works) - sum(works.values()))


def _turned(subject: str, verb: str, other: str) -> Link:
    return (other, verb, subject) if verb == "mitigates" else (subject, verb, other)


def drawn(finding: dict[str, Data], reference: ReviewIndex, links: ReviewLinks) -> Picture | None:
    """The links of a finding with the studies behind each; without any, its concepts; None without these."""
    first = not finding.get("attributed_to")
    rows = []
    for link in dict.fromkeys(_links(finding, reference)):
        others = links.amount(link)
        said = Amount(others.first + first, others.second + (not first))
        rows.append(Sentence(link[0], ACTIVE.get(link[1], link[1]), link[2], said, 1, first))
    if not rows:
        rows = list(_concerned(finding, reference, first))
    return sentences(rows[:_ROWS], "The links of this finding", _CAPTION) if rows else None


def as_json(picture: Picture | None, ready: bool) -> dict[str, Any]:
    """The picture for the page; it is drawn again while the links of the review are not `ready`."""
    if picture is None:
        return {"svg": "", "pending": False}
    head, _, rest = str(picture.svg).partition(">")
    description = rest.partition("<desc")[2].partition(">")[2].partition("</desc>")[0]
    svg = f'{head} xmlns="http://www.w3.org/2000/svg" width="340">{_LOOK}{rest}'
    return {"svg": svg, "description": description, "caption": picture.caption, "pending": not ready}


def _links(finding: dict[str, Data], reference: ReviewIndex) -> Iterator[Link]:
    for link in _dicts(finding.get("links")):
        cause = next(((kind, link[kind]) for kind in _CAUSES[:3] if link.get(kind)), ("practice", ""))
        polarity = str(link.get("polarity") or "hinders")
        yield _turned(reference.label("challenge", link.get("challenge")), polarity, reference.label(*cause))
    for effect in _dicts(finding.get("effects")):
        cause = next(((kind, effect[kind]) for kind in _CAUSES if effect.get(kind)), ("practice", ""))
        yield reference.label(*cause), str(effect.get("direction")), reference.label("outcome", effect.get("outcome"))
    for one in _dicts(finding.get("concept_relations")):
        ends = (str(one.get(end) or "").partition(":") for end in ("source", "target"))
        start, other = (reference.label(kind, slug) for kind, _, slug in ends)
        yield start, str(one.get("type")), other


def _concerned(finding: dict[str, Data], reference: ReviewIndex, first: bool) -> Iterator[Sentence]:
    named = [
        (key, reference.label(kind, slug)) for key, kind in _CONCERNED.items() for slug in _texts(finding.get(key))
    ]
    left = [label for key, label in named if key == "practices"]
    right = [label for key, label in named if key != "practices"]
    for number in range(max(len(left), len(right)) if left and right else 0):
        pair = [side[number] if number < len(side) else "" for side in (left, right)]
        yield Sentence(pair[0], "", pair[1], Amount(int(first), int(not first)))


def _dicts(value: Data) -> list[dict[str, Data]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _texts(value: Data) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
