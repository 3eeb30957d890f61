"""Changes in the text of a YAML file: only the value changes, and everything else stays, including comments."""

from __future__ import annotations

import copy
import difflib
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from kg.readers.yaml.edit import Change, edit
from kg.readers.yaml.marks import Data, Path, read_yaml

FILE = """\
# a comment
plain: some words here  # why
single: 'it''s said'
double: "a \\"word\\" and \\\\ more"
number: 8
section: "5.3"
folded: >-
  One line of it and
  another line of it,
  and the last.
clipped: >  # as printed
  A folded text
  of two lines.
literal: |
  line one
    deeper
  line three
over two lines: it begins here
  and ends here
quoted over lines: "it begins here
  and ends here"
flow: [a, "b c", 'd']  # a list
wide: [a,
  b]  # more
block:
  - a  # first
  - "b: c"
  # between
  - d
parts:
  - id: x
    note: >-
      words of x
    tail: t
  - {id: y, quote: "of y", said_by: R1}
  - plain item
last: end
"""
CRLF = FILE.replace("\n", "\r\n")


def data_of(text: str) -> Any:
    read = read_yaml("x.yaml", text)
    assert not read.problems
    return read.data


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    diff = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return [line[2:] for line in diff if line.startswith("- ")], [line[2:] for line in diff if line.startswith("+ ")]


def put(data: Any, path: Path, change: Change) -> Data:
    data = copy.deepcopy(data)
    owner = data
    for step in path[:-1]:
        owner = owner[step]
    if change is None:
        del owner[path[-1]]
    else:
        owner[path[-1]] = change
    return data


ONE_LINE: dict[str, tuple[Path, Change, str, str]] = {
    "a plain text": (("plain",), "other words here", "plain: some words here  # why", "plain: other words here  # why"),
    "a plain text that needs quotes": (
        ("plain",),
        "some: words",
        "plain: some words here  # why",
        'plain: "some: words"  # why',
    ),
    "single quotes": (("single",), "it's 'not' said", "single: 'it''s said'", "single: 'it''s ''not'' said'"),
    "double quotes": (
        ("double",),
        'a "name" and \\ more',
        'double: "a \\"word\\" and \\\\ more"',
        'double: "a \\"name\\" and \\\\ more"',
    ),
    "a number": (("number",), "9", "number: 8", "number: 9"),
    "a section": (("section",), "5.10", 'section: "5.3"', 'section: "5.10"'),
    "a word in a folded text": (
        ("folded",),
        "One line of it and another line of that, and the last.",
        "  another line of it,",
        "  another line of that,",
    ),
    "the first word": (
        ("folded",),
        "A line of it and another line of it, and the last.",
        "  One line of it and",
        "  A line of it and",
    ),
    "the last word": (
        ("folded",),
        "One line of it and another line of it, and the end.",
        "  and the last.",
        "  and the end.",
    ),
    "a word more at the end": (
        ("folded",),
        "One line of it and another line of it, and the last. Ever.",
        "  and the last.",
        "  and the last. Ever.",
    ),
    "the word at the end of a line": (
        ("folded",),
        "One line of it another line of it, and the last.",
        "  One line of it and",
        "  One line of it",
    ),
    "the word at the beginning of a line": (
        ("folded",),
        "One line of it and line of it, and the last.",
        "  another line of it,",
        "  line of it,",
    ),
    "a word of a clipped text": (("clipped",), "A folded tale of two lines.\n", "  A folded text", "  A folded tale"),
    "a word of a literal text": (("literal",), "line one\n  higher\nline three\n", "    deeper", "    higher"),
    "a word of plain lines": (
        ("over two lines",),
        "it begins here and stops here",
        "  and ends here",
        "  and stops here",
    ),
    "a word of quoted lines": (
        ("quoted over lines",),
        'it begins "here" and ends here',
        'quoted over lines: "it begins here',
        'quoted over lines: "it begins \\"here\\"',
    ),
    "an item in brackets": (
        ("flow",),
        ["a", "B c", "d"],
        """flow: [a, "b c", 'd']  # a list""",
        """flow: [a, "B c", 'd']  # a list""",
    ),
    "an item more in brackets": (
        ("flow",),
        ["a", "b c", "new", "d"],
        """flow: [a, "b c", 'd']  # a list""",
        """flow: [a, "b c", new, 'd']  # a list""",
    ),
    "an item fewer in brackets": (
        ("flow",),
        ["b c", "d"],
        """flow: [a, "b c", 'd']  # a list""",
        """flow: ["b c", 'd']  # a list""",
    ),
    "items that need quotes": (
        ("flow",),
        ["a", "b c", "d", "5.3", "[x]"],
        """flow: [a, "b c", 'd']  # a list""",
        """flow: [a, "b c", 'd', "5.3", "[x]"]  # a list""",
    ),
    "an item on its line": (("block",), ["a", "b: d", "d"], '  - "b: c"', '  - "b: d"'),
    "an item of brackets over lines": (("wide",), ["a", "c"], "  b]  # more", "  c]  # more"),
    "a key in braces": (
        ("parts", 1, "said_by"),
        None,
        '  - {id: y, quote: "of y", said_by: R1}',
        '  - {id: y, quote: "of y"}',
    ),
    "the first key in braces": (
        ("parts", 1, "id"),
        None,
        '  - {id: y, quote: "of y", said_by: R1}',
        '  - {quote: "of y", said_by: R1}',
    ),
    "a text within an item": (("parts", 0, "note"), "words of z", "      words of x", "      words of z"),
    "a text among parts": (("parts", 2), "plain thing", "  - plain item", "  - plain thing"),
}


@pytest.mark.parametrize("text", [FILE, CRLF], ids=["LF", "CRLF"])
@pytest.mark.parametrize(("path", "change", "old", "new"), ONE_LINE.values(), ids=ONE_LINE)
def test_one_line_changes(text: str, path: Path, change: Change, old: str, new: str) -> None:
    after, refused = edit(text, {path: change})
    assert not refused
    assert changed_lines(text, after) == ([old], [new])
    assert after.count("\r\n") == text.count("\r\n")
    assert data_of(after) == put(data_of(text), path, change)


ADDED_OR_REMOVED: dict[str, tuple[Path, Change, list[str], list[str]]] = {
    "a key": (("number",), None, ["number: 8"], []),
    "a key with a text of lines": (("folded",), None, FILE.splitlines()[6:10], []),
    "a key with a list": (("block",), None, FILE.splitlines()[24:29], []),
    "the first key of an item": (("parts", 0, "id"), None, ["  - id: x", "    note: >-"], ["  - note: >-"]),
    "the last key of an item": (("parts", 0, "tail"), None, ["    tail: t"], []),
    "an item": (("parts", 2), None, ["  - plain item"], []),
    "an item of a list": (("block",), ["a", "d"], ['  - "b: c"'], []),
    "the first item": (("block",), ["b: c", "d"], ["  - a  # first"], []),
    "a new first item": (("block",), ["0", "a", "b: c", "d"], [], ['  - "0"']),
    "a new item between": (("block",), ["a", "new", "b: c", "d"], [], ["  - new"]),
    "new items at the end": (("block",), ["a", "b: c", "d", "e: f", "g"], [], ['  - "e: f"', "  - g"]),
    "many at once": (("block",), ["a", "x", "y", "z", "d"], ['  - "b: c"'], ['  - "x"', "  - y", "  - z"]),
    "several lines for a text of one": (
        ("plain",),
        "two\nlines",
        ["plain: some words here  # why"],
        ['plain: "two\\nlines"  # why'],
    ),
    "one line for a text of several": (("folded",), "now: short", FILE.splitlines()[7:10], ["  now: short"]),
    "a text that has no line end any more": (
        ("clipped",),
        "short",
        FILE.splitlines()[10:13],
        ['clipped: "short"  # as printed'],
    ),
}


@pytest.mark.parametrize("text", [FILE, CRLF], ids=["LF", "CRLF"])
@pytest.mark.parametrize(("path", "change", "old", "new"), ADDED_OR_REMOVED.values(), ids=ADDED_OR_REMOVED)
def test_lines_are_added_and_removed(text: str, path: Path, change: Change, old: list[str], new: list[str]) -> None:
    after, refused = edit(text, {path: change})
    assert not refused
    assert changed_lines(text, after) == (old, new)
    assert data_of(after) == put(data_of(text), path, change)


def test_many_changes_are_made_together() -> None:
    after, refused = edit(
        FILE,
        {
            ("plain",): "new",
            ("block",): ["d"],
            ("parts", 2): None,
            ("parts", 1, "id"): "z",
            ("flow",): ["a"],
            ("folded",): None,
        },
    )
    assert not refused
    data = data_of(after)
    assert (data["plain"], data["block"], data["flow"]) == ("new", ["d"], ["a"])
    assert data["parts"][1:] == [{"id": "z", "quote": "of y", "said_by": "R1"}]
    assert "# between" in after
    assert "folded" not in data


REFUSED: dict[str, tuple[str, Path, Change]] = {
    "nothing there": (FILE, ("parts", 7), "x"),
    "a list for a text": (FILE, ("plain",), ["x"]),
    "the only item": ("a:\n  - b\n", ("a", 0), None),
    "a comment within brackets": ("a: [b, # why\n  c]\n", ("a",), ["b"]),
    "a comment after the first key of an item": ("a:\n  - b: c  # why\n    d: e\n", ("a", 0, "b"), None),
    "a file with faults": ("a: b\nc: d: e\n", ("a",), "x"),
}


@pytest.mark.parametrize(("text", "path", "change"), REFUSED.values(), ids=REFUSED)
def test_an_impossible_change_is_refused_and_nothing_changes(text: str, path: Path, change: Change) -> None:
    after, refused = edit(text, {path: change})
    assert after == text
    assert list(refused) == [path]


def test_a_refused_change_does_not_prevent_the_others() -> None:
    after, refused = edit(FILE, {("parts", 7): "x", ("last",): "End"})
    assert list(refused) == [("parts", 7)]
    assert changed_lines(FILE, after) == (["last: end"], ["last: End"])


def test_a_file_without_a_line_end_at_its_end() -> None:
    assert edit("a:\n  - b", {("a",): ["b", "c"]}) == ("a:\n  - b\n  - c", {})
    assert edit("a: b\nc: d", {("c",): None}) == ("a: b\n", {})


# --- any text in any style ---

printable = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
words = st.text("ab '\"\\:#-,[]{}\n\t5.|>&*!%@é\x85\u2028\U0001f600", max_size=30)
TEXTS = ("plain", "single", "double", "number", "folded", "clipped", "literal", "over two lines", "quoted over lines")


@given(st.sampled_from(TEXTS), printable | words)
@example("folded", "")
@example("literal", "\n")
@example("plain", "~")
@example("clipped", " lead")
@example("double", "\ufeff\x00")
def test_any_text_can_be_written_in_any_style(key: str, new: str) -> None:
    after, refused = edit(FILE, {(key,): new})
    assert not refused
    assert data_of(after) == put(data_of(FILE), (key,), new)


@given(st.sampled_from(TEXTS), st.integers(0, 60), st.integers(0, 8), words)
def test_any_part_of_a_text_may_change(key: str, start: int, length: int, new: str) -> None:
    old = data_of(FILE)[key]
    value = old[:start] + new + old[start + length :]
    after, refused = edit(FILE, {(key,): value})
    assert not refused
    assert data_of(after) == put(data_of(FILE), (key,), value)


@given(
    st.sampled_from(["flow", "wide", "block"]),
    st.lists(st.sampled_from(["a", "b c", "b: c", "d"]) | printable, min_size=1, max_size=6),
)
def test_any_texts_can_be_written_in_any_list(key: str, new: list[str]) -> None:
    after, refused = edit(FILE, {(key,): new})
    assert not refused
    assert data_of(after) == put(data_of(FILE), (key,), new)


PLACES = ("a: {v}", "a: '{v}'", 'a: "{v}"', "a: >-\n  {v}", "a: |\n  {v}", "a: |+\n  {v}\n\n", "- {v}", "[{v}, x]",
          "[x, '{v}']", "{{k: {v}}}", "- - {v}")  # fmt: skip


@given(st.sampled_from(PLACES), words, printable | words)
def test_any_value_in_any_place_can_become_any_other(pattern: str, old: str, new: str) -> None:
    text = pattern.format(v=old)
    read = read_yaml("", text)
    data = read.data
    path = next((path for path in (("a",), (0, 0), (0,), ("k",), (1,)) if read.node(path)), None)
    assume(not read.problems and path is not None)
    assert path is not None
    target: Any = data
    for step in path:
        target = target[step] if not (isinstance(target, dict) and step not in target) else None
    assume(isinstance(target, str))
    after, refused = edit(text, {path: new})
    assert refused or data_of(after) == put(data, path, new)
    assert not refused or after == text
