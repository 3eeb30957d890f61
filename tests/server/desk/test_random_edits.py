"""Random edits at a desk while others change the file: nothing is lost, no comment either, and it is always YAML.

KG_DESK_EDITS sets the number of steps; 10,000 take some minutes.
"""

from __future__ import annotations

import copy
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kg.server.desk.edits import AddFinding, ConflictError, DeleteFinding, Edit, MoveFinding, SetValue, merged
from kg.server.desk.review_index import ReviewIndex
from kg.server.desk.session import Desk, RejectedError
from kg.server.desk.text_changes import EditError, data_of
from tests.toy import write_toy

STEPS = 40
EDITS = int(os.environ.get("KG_DESK_EDITS", "200"))
START = """\
# The head.  #c1
publication: example2031
annotator: Toy Annotator  #c2
created: 2031-02-03

study:
  label: Two toy teams
  methods: [interview]  #c3

findings:
  #c4
  - id: F1
    statement: Tests are slow.  #c5
    section: "4.1"
    practices: [continuous-testing]
    evidence:
      - {quote: "our tests are slow", section: "4.1"}  #c6
      #c7
      - {quote: "slow tests", section: '4.2'}

  #c8
  - id: F2
    statement: >-  #c9
      Builds
      break.
    section: "5"
    practices:
      - continuous-integration  #c10
      - continuous-delivery
    evidence: [{quote: "builds break", section: "5"}]
#c11
citations: []
"""
SLUGS = ["continuous-testing", "continuous-integration", "continuous-delivery"]
MARKS = ["a", "no:", "#x", "5.10", "don't", '"q"', "é", "[b]", "{c}", "-", "yes", "|", ">", "&", "*s", "!", "%", "null"]
WORDS = st.lists(st.sampled_from(MARKS), min_size=1).map(" ".join)
ANY = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1)
TEXTS = st.one_of(WORDS, ANY).filter(lambda text: bool(text.strip()))
CHANGES = st.sampled_from(["add", "remove", "change"])
QUOTES = st.sampled_from(["our builds", 'he said "no: never"', "50 % # of 3", "it’s {here}"])


class Edits(RuleBasedStateMachine):
    """The page shows `seen`, which is as old as it likes; `live` are the comments that must be in the file."""

    review: Path
    reference: ReviewIndex

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk(self.review, "example2031", self.reference)
        self.path = self.desk.path
        self.count = 11

    @initialize()
    def start(self) -> None:
        self.write(START)
        self.live = {f"#c{number}" for number in range(1, 12)}
        self.seen = self.data()

    def text(self) -> str:
        return self.path.read_text("utf-8")

    def write(self, text: str) -> None:
        self.path.write_text(text, "utf-8")

    def data(self) -> Any:
        return copy.deepcopy(data_of(self.text()))

    # --- the page ---

    def send(self, edit: Edit, after: Callable[[Any], Any]) -> None:
        """Makes an edit; it either changes the data as `after` says, or nothing."""
        text, before = self.text(), self.data()
        try:
            self.desk.edit(edit)
        except (ConflictError, RejectedError):
            assert self.text() == text
        else:
            assert self.data() == after(before)

    @rule(number=st.integers(0, 9), key=st.sampled_from(["statement", "section", "attributed_to"]), now=TEXTS)
    @precondition(lambda self: self.seen.get("findings"))
    def set_text(self, number: int, key: str, now: str) -> None:
        part = self.part(number)
        now = "muster2032" if key == "attributed_to" else now.strip()
        self.set(part, key, now)

    @rule(number=st.integers(0, 9), now=st.lists(st.sampled_from(SLUGS), unique=True))
    @precondition(lambda self: self.seen.get("findings"))
    def set_practices(self, number: int, now: list[str]) -> None:
        self.set(self.part(number), "practices", now)

    @rule(
        number=st.integers(0, 9), at=st.integers(0, 3), quote=QUOTES, kind=st.sampled_from(["add", "remove", "change"])
    )
    @precondition(lambda self: self.seen.get("findings"))
    def set_evidence(self, number: int, at: int, quote: str, kind: str) -> None:
        part = self.part(number)
        now = copy.deepcopy(part.get("evidence") or [])
        if kind == "add":
            now.insert(at, {"quote": quote, "section": "7"})
        elif now:
            at %= len(now)
            now[at : at + 1] = [] if kind == "remove" else [now[at] | {"quote": quote}]
        self.set(part, "evidence", now)

    @rule(number=st.integers(0, 9), many=st.integers(0, 3))
    @precondition(lambda self: self.seen.get("findings"))
    def set_links(self, number: int, many: int) -> None:
        links = [{"challenge": "test-automation-tooling-gap", "practice": slug} for slug in SLUGS[:many]]
        self.set(self.part(number), "links", links)

    def part(self, number: int) -> Any:
        return self.seen["findings"][number % len(self.seen["findings"])]

    def set(self, part: Any, key: str, now: Any) -> None:
        def after(data: Any) -> Any:
            found = next(one for one in data["findings"] if one["id"] == part["id"])
            value = merged(part.get(key), now or None, found.get(key))
            found.pop(key, None)
            return data if value is None else found.update({key: value}) or data

        self.send(SetValue(finding=part["id"], key=key, was=part.get(key), now=now), after)

    @rule(statement=TEXTS, where=st.integers(-1, 9))
    def add(self, statement: str, where: int) -> None:
        ids = [one["id"] for one in self.seen.get("findings") or []]
        value = {
            "id": "F1",
            "statement": statement.strip(),
            "section": "8",
            "evidence": [{"quote": "words", "section": "8"}],
        }
        text = self.text()
        self.desk.edit(AddFinding(value=value, after=ids[where] if 0 <= where < len(ids) else None if where else ""))
        assert len(self.data()["findings"]) == len(data_of(text).get("findings") or []) + 1

    @rule(number=st.integers(0, 9))
    @precondition(lambda self: self.seen.get("findings"))
    def delete(self, number: int) -> None:
        part = self.part(number)

        def after(data: Any) -> Any:
            data["findings"].remove(part)
            return {key: value for key, value in data.items() if value or key == "citations"}

        self.send(DeleteFinding(finding=part["id"], was=part), after)

    @rule(number=st.integers(0, 9), to=st.integers(-1, 9))
    @precondition(lambda self: self.seen.get("findings"))
    def move(self, number: int, to: int) -> None:
        part = self.part(number)
        others = [one["id"] for one in self.seen["findings"] if one["id"] != part["id"]]
        target = others[to] if 0 <= to < len(others) else ""

        def after(data: Any) -> Any:
            moved = next(one for one in data["findings"] if one["id"] == part["id"])
            rest = [one for one in data["findings"] if one is not moved]
            at = next((n + 1 for n, one in enumerate(rest) if one["id"] == target), 0)
            return data | {"findings": [*rest[:at], moved, *rest[at:]]}

        self.send(MoveFinding(finding=part["id"], after=target), after)

    @rule(again=st.booleans())
    def undo_and_redo(self, again: bool) -> None:
        before = self.text()
        try:
            self.desk.undo()
            middle = self.text()
            if again:
                self.desk.redo()
                assert data_of(self.text()) == data_of(before) or middle == before
        except (ConflictError, EditError):
            pass

    @rule()
    def refresh(self) -> None:
        self.seen = self.data()

    # --- somebody else ---

    @rule(place=st.integers(0, 99))
    def comment(self, place: int) -> None:
        self.count += 1
        lines = self.text().split("\n")
        items = [
            number for number, line in enumerate(lines) if re.match(r"  - id:|[a-z]+:|    [a-z]+: *[\[\"a-z]*", line)
        ]
        at = items[place % len(items)]
        if place % 2 and re.match(r"  - id: \w+$|    section: \"\d\"$", lines[at]):
            lines[at] += f"  #c{self.count}"
        else:
            lines.insert(at, " " * (len(lines[at]) - len(lines[at].lstrip())) + f"#c{self.count}")
        if data_of("\n".join(lines)) == self.data():
            self.live.add(f"#c{self.count}")
            self.write("\n".join(lines))

    @rule(place=st.integers(0, 9), new=st.sampled_from(["theirs", "another text"]))
    def change_a_value(self, place: int, new: str) -> None:
        found = list(
            re.finditer(r"^    (?:statement|section): (?P<value>\"\d+\"|[A-Z]\w+ [a-z ]+\.)", self.text(), re.M)
        )
        if found:
            start, end = found[place % len(found)].span("value")
            self.write(self.text()[:start] + f'"{new}"' + self.text()[end:])

    @rule()
    def change_a_list(self) -> None:
        self.write(
            re.sub(r"practices: \[continuous-testing\]", "practices: [continuous-delivery]", self.text(), count=1)
        )

    # --- what must always be true ---

    @invariant()
    def it_is_yaml_with_all_comments(self) -> None:
        if self.path.exists():
            text = self.text()
            assert isinstance(yaml.safe_load(text), dict)
            assert set(re.findall(r"#c\d+(?=\s|$)", text)) >= self.live


def test_nothing_is_lost_in_random_edits() -> None:
    with tempfile.TemporaryDirectory() as folder:
        review = Path(folder)
        write_toy(review)
        Edits.review, Edits.reference = review, ReviewIndex(review)
        chosen = settings(max_examples=max(1, EDITS // STEPS), stateful_step_count=STEPS, deadline=None,
                          suppress_health_check=list(HealthCheck), derandomize=EDITS <= 1000)  # fmt: skip
        from hypothesis.stateful import run_state_machine_as_test

        run_state_machine_as_test(Edits, settings=chosen)
