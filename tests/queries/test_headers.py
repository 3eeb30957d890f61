"""A header that is read without the YAML library means the same as in YAML."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kg.queries import headers
from kg.queries.headers import read_header
from kg.readers.yaml.marks import compose, marked

QUERIES = sorted((Path(__file__).parents[2] / "queries").rglob("*.rq"))


def by_yaml(lines: list[str]) -> tuple[object, list[object]]:
    document = compose("x.rq", "\n".join(lines))
    return marked(document).data, list(document.problems)


def lines_of(text: str) -> list[str]:
    return [line[2:].removeprefix(" ") if line.startswith("#+") else "" for line in text.split("\n")]


PLAIN = """#+ summary: Which works say this: a thing-or another, C# or 50 %?
#+ params:
#+   work:
#+     type: work
#+     default: ""
#+   hand:
#+     choices: first-hand second-hand
#+ cites: key
SELECT * { ?s ?p ?o }
"""


def test_a_plain_header_is_read_as_yaml_reads_it() -> None:
    found, problems = read_header("x.rq", PLAIN.replace("this: a", "this:a"))
    assert (found, problems) == (by_yaml(lines_of(PLAIN.replace("this: a", "this:a")))[0], [])
    assert found["params"] == {"work": {"type": "work", "default": ""}, "hand": {"choices": "first-hand second-hand"}}


def test_other_headers_are_left_to_yaml() -> None:
    _, (problem,) = read_header("queries/a/x.rq", PLAIN)
    assert str(problem.where).startswith("queries/a/x.rq:1:")


@pytest.mark.parametrize("path", QUERIES, ids=lambda path: path.stem)
def test_the_headers_of_the_library_are_read_as_by_yaml(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert read_header(path.name, text) == by_yaml(lines_of(text))


WORDS = st.sampled_from(["a", "key", "null", "~", "yes", "012", '""', '"x"', "'", "#", " #", ":", ": ", "-", "- ", "?",
                         "[", "]", "{", ",", "&a", "*a", "!", "|", ">", "%", "@", "`", "\\", "é", "“", "\u00a0", " ",
                         "  ", "\t", "\u2028", "...", "---", "<<", "=", "//x"])  # fmt: skip
VALUES = st.lists(WORDS, max_size=4).map("".join)
LINE = st.tuples(st.sampled_from(["", "  ", "    ", " ", "\t"]), st.sampled_from(["a", "b", "c-d", "é", "x y"]),
                 st.sampled_from([":", ": ", ":  ", ""]), VALUES).map("".join)  # fmt: skip
LINES = st.lists(LINE | VALUES, max_size=6)


@given(LINES)
@example(["a:", "b: x"])
@example(["a:"])
@example(["a: x", "  b: y"])
@example(["a:", "  b: y", " c: z"])
@example(["a: x", "a: y"])
@example(["a: x", "y"])
@example(["  a: x"])
def test_any_header_is_read_as_by_yaml(lines: list[str]) -> None:
    plain = headers._plain(lines)
    if plain:
        assert (plain, []) == by_yaml(lines)
