"""The stamp of an output: the same for the same question to the same graph, and safe in any comment."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal

from kg import __version__
from kg.core.iris import mint
from kg.render.text.rows import stamp


def test_a_stamp_names_graph_query_and_version() -> None:
    made = stamp("abc", "related-work", {"practice": mint("practice", "x"), "hand": None}, ["SELECT"])
    assert made.startswith(f"kg {__version__}; graph sha256:abc; related-work?practice=practice/x sha256:")
    assert made == stamp("abc", "related-work", {"practice": mint("practice", "x")}, ["SELECT"])
    assert made != stamp("abc", "related-work", {"practice": mint("practice", "x")}, ["SELECT "])


@given(st.text())
def test_no_parameter_ends_a_comment_or_begins_an_entry(value: str) -> None:
    assert not set("@>\n\r\\") & set(stamp("abc", "q", {"text": Literal(value)}, []).replace("%", ""))
