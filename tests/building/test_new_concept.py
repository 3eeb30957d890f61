"""`kg new-concept`: a block at its place in the review's own vocabulary, and names that are refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import RdfFormat, parse

from kg.building.new_concept import HEADER, OWN, NewConcept, add_concept
from kg.building.pipeline import assemble
from kg.core.kinds import CONCEPTS
from kg.core.problems import KgError, UsageError
from tests.conftest import KgCli
from tests.toy import write_toy


def own(root: Path) -> str:
    return (root / OWN).read_text(encoding="utf-8")


def test_a_concept_gets_the_area_of_the_broader_one(tmp_path: Path) -> None:
    written = add_concept(
        tmp_path, NewConcept("practice", "toy-drills", "toy drills", "Drills with toys.", "CT", ("drills",))
    )
    assert written.block == (
        "practice:toy-drills a cs:Practice, skos:Concept ;\n"
        '    skos:prefLabel "toy drills"@en ;\n'
        '    skos:altLabel "drills"@en ;\n'
        '    skos:definition "Drills with toys."@en ;\n'
        "    cs:inArea area:development ;\n"
        "    skos:broader practice:continuous-testing ;\n"
        "    skos:inScheme scheme:practices .\n"
    )
    assert own(tmp_path).startswith(HEADER)
    assert own(tmp_path).splitlines()[written.line - 1].startswith("practice:toy-drills")


@pytest.mark.parametrize("kind", [kind.name for kind in CONCEPTS])
def test_a_concept_of_every_kind_passes_the_check(tmp_path: Path, kind: str) -> None:
    root = write_toy(tmp_path)
    area = ("operations",) if kind == "practice" else ()
    add_concept(root, NewConcept(kind, "toy-thing", definition='A "toy"\\thing.', areas=area))
    assert assemble(root).errors == []


def test_blocks_are_in_order_and_the_rest_stays(tmp_path: Path) -> None:
    for kind, slug in (
        ("tool", "m-tool"),
        ("outcome", "b-toy"),
        ("tool", "z-tool"),
        ("tool", "a-tool"),
        ("outcome", "a-toy"),
    ):
        before = own(tmp_path) if (tmp_path / OWN).exists() else HEADER
        add_concept(tmp_path, NewConcept(kind, slug, definition="x"))
        assert set(before.splitlines()) <= set(own(tmp_path).splitlines())
    slugs = [line.split()[0] for line in own(tmp_path).splitlines() if " a cs:" in line]
    assert slugs == ["tool:a-tool", "tool:m-tool", "tool:z-tool", "outcome:a-toy", "outcome:b-toy"]


def test_comments_and_line_ends_of_the_file_stay(tmp_path: Path) -> None:
    path = tmp_path / OWN
    path.parent.mkdir()
    add_concept(tmp_path, NewConcept("tool", "m-tool", definition="x"))
    text = own(tmp_path).replace("tool:m-tool a", "# about the tool\ntool:m-tool a")
    path.write_bytes(text.replace("\n", "\r\n").encode())
    add_concept(tmp_path, NewConcept("tool", "a-tool", definition="x"))
    changed = path.read_bytes().decode()
    assert changed.count("\n") == changed.count("\r\n")
    assert changed.index("tool:a-tool") < changed.index("# about the tool\r\ntool:m-tool")


def test_without_a_definition_the_check_asks_for_one(tmp_path: Path) -> None:
    root = write_toy(tmp_path)
    add_concept(root, NewConcept("tool", "toy-tool"))
    assert [problem.rule for problem in assemble(root).errors] == ["shape/min-count"]


@pytest.mark.parametrize(
    ("new", "says"),
    [
        (NewConcept("practise", "x"), "did you mean practice?"),
        (NewConcept("tool", "Toy Tool"), "such as `toy-tool`"),
        (
            NewConcept("practice", "dark-launching", areas=("operations",)),
            "practice/dark-launching (dark launching) already",
        ),
        (NewConcept("practice", "x", "Dark Launch", areas=("operations",)), "practice/dark-launching"),
        (
            NewConcept("practice", "x", alternatives=("shadow-deployment",), areas=("operations",)),
            "practice/dark-launching",
        ),
        (NewConcept("practice", "x"), "give --area (business-strategy-and-planning, development"),
        (NewConcept("practice", "x", areas=("operation",)), "did you mean operations?"),
        (NewConcept("method", "x", broader="interviw"), "did you mean interview?"),
        (NewConcept("practice", "x", broader="CI/CD"), "say which"),
        (NewConcept("tool", "x", "a\nb"), "cannot be printed"),
        (NewConcept("tool", "x", definition="a\u2028b"), "cannot be printed"),
    ],
)
def test_what_is_wrong_is_refused_with_a_hint(tmp_path: Path, new: NewConcept, says: str) -> None:
    with pytest.raises(UsageError) as error:
        add_concept(tmp_path, new)
    assert says in str(error.value)
    assert not (tmp_path / OWN).exists()


def test_similar_names_are_listed(tmp_path: Path) -> None:
    alike = add_concept(tmp_path, NewConcept("practice", "dark-launchings", definition="x", broader="CD")).alike
    assert alike == ("practice/dark-launching (dark launching)",)
    assert add_concept(tmp_path, NewConcept("tool", "refactoring", definition="x")).alike == (
        "practice/refactoring (refactoring)",
    )


def test_a_file_with_an_error_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "ontology").mkdir()
    (tmp_path / OWN).write_text("tool:x a\n", encoding="utf-8")
    with pytest.raises(KgError, match=r"own-concepts\.ttl:\d+:\d+: error"):
        add_concept(tmp_path, NewConcept("tool", "y", definition="x"))
    assert own(tmp_path) == "tool:x a\n"


def test_a_text_that_looks_like_a_statement_is_not_broken(tmp_path: Path) -> None:
    (tmp_path / "ontology").mkdir()
    old = (
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "@prefix c: <https://w3id.org/continuous-star/ontology#> .\n"
        "@prefix cs: <http://example.org/other#> .\n\n"
        '<http://example.org/a> skos:note """\nb:z a c:Tool\n""" .\n'
    )
    (tmp_path / OWN).write_text(old, encoding="utf-8")
    with pytest.raises(KgError, match="add this to it:\n\ntool:y a c:Tool"):
        add_concept(tmp_path, NewConcept("tool", "y", definition="x"))
    assert own(tmp_path) == old


_TEXT = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=20)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(label=_TEXT, definition=_TEXT, other=_TEXT)
def test_any_text_gives_valid_turtle(tmp_path: Path, label: str, definition: str, other: str) -> None:
    (tmp_path / OWN).unlink(missing_ok=True)
    try:
        add_concept(tmp_path, NewConcept("tool", "toy-tool", label, definition, alternatives=(other,)))
    except UsageError:  # a name of another tool
        return
    values = {quad.object.value for quad in parse(own(tmp_path), format=RdfFormat.TURTLE)}
    assert {label, definition, other} <= values


def test_the_command_prints_the_block(tmp_path: Path, kg_cli: KgCli) -> None:
    root = write_toy(tmp_path)
    run = kg_cli(
        root, "new-concept", "tool", "toy-tool", "--definition", "A toy.", "--alt", "toy", "--label", "Toy tool"
    )
    assert run.returncode == 0
    assert run.stdout.startswith("tool:toy-tool a cs:Tool, skos:Concept ;\n")
    assert "own-concepts.ttl:" in run.stderr
    again = kg_cli(root, "new-concept", "tool", "toy-tool")
    assert again.returncode == 2
    assert "already" in again.stderr
