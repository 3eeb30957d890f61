"""Keys and items added to YAML: what was there stays, and what was added reads as it was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.readers.yaml.insert import insert
from kg.readers.yaml.marks import Data, Path, read_yaml

TEXT = """\
# head
a: x  # on a
empty:   # to fill in
list:
  # first
  - id: one
    names: [a, b]

  - id: two
    parts:
      - {k: v}  # on a part
# end
flow: [{k: v}, ]
"""


def added(additions: dict[Path, Data], text: str = TEXT) -> list[str]:
    after, refused = insert(text, additions, {"list": ("id", "names", "text", "parts")})
    assert not refused
    lines = text.splitlines()
    return [line for line in after.splitlines() if line not in lines]


def test_keys_and_items_find_their_place() -> None:
    after, refused = insert(
        TEXT,
        {("list", 1, "text"): "5.10", ("list", 1, "names"): ["c"], ("list", 0, "parts"): [{"k": "yes, no"}],
         ("list", 1, "parts", 1): {"k": "w"}, ("flow", 1): {"k": "w"}, ("empty",): ["z"],
         ("list", 2): {"id": "three", "text": "a: b"}, ("list", 3): {"id": "four"}},
        {"list": ("id", "names", "text", "parts")},
    )  # fmt: skip
    assert not refused
    assert (
        after
        == """\
# head
a: x  # on a
empty: [z]   # to fill in
list:
  # first
  - id: one
    names: [a, b]
    parts:
      - {k: "yes, no"}

  - id: two
    text: "5.10"
    names: [c]
    parts:
      - {k: v}  # on a part
      - {k: w}

  - id: three
    text: "a: b"

  - id: four
# end
flow: [{k: v}, {k: w} ]
"""
    )


def test_line_ends_stay_what_they_are() -> None:
    after, refused = insert("a:\r\n  - id: x", {("a", 1): {"id": "y", "b": "z"}})
    assert (after, refused) == ("a:\r\n  - id: x\r\n  - id: y\r\n    b: z", {})
    assert insert("a:  # none yet\n", {("a", 0): {"id": "x"}}) == ("a:  # none yet\n  - id: x\n", {})


@pytest.mark.parametrize(
    ("text", "path"),
    [("a: x\n", ("b", "c")), ("a: x\n", ("a", "c")), ("a: [x # no\n  ]\n", ("a", 1)), ("a: [\n", ("b",))],
)
def test_what_cannot_be_added_is_refused(text: str, path: Path) -> None:
    after, refused = insert(text, {path: "v"})
    assert after == text
    assert list(refused) == [path]


_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@given(texts=st.lists(_TEXTS, min_size=1, max_size=3), where=st.sampled_from(["list", "flow", "key"]))
def test_every_text_reads_as_it_was_meant(texts: list[str], where: str) -> None:
    part: Data = {"id": texts[0], "names": [*texts], "parts": [{"k": text} for text in texts]}
    path: Path = {"list": ("list", 2), "flow": ("flow", 1), "key": ("new",)}[where]
    after, refused = insert(TEXT, {path: part})
    assert not refused
    data = read_yaml("", after).data
    for step in path:
        data = data[step]  # type: ignore[index,call-overload]
    assert data == part
    lines = iter(after.splitlines())
    assert all(line in lines for line in TEXT.splitlines() if "flow" not in line)
