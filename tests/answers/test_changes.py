"""What changed between two graphs: each test edits the toy review and compares it with what it was."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.answers.change_summary import known, newly_read, sentences
from kg.answers.changes import MAPS, Changes, Fact, ThingChange, changes
from kg.answers.contents import FINDING, LINK, WORK
from kg.answers.evidence_map import EVIDENCE, NO_EVIDENCE
from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from kg.building.rename import rename
from kg.render.pages.changes_page import changes_page
from kg.render.text.changes_text import changes_json, changes_markdown, changes_text
from tests.toy import EXAMPLE_YAML, MUSTER_YAML, write_toy
from tests.toy_effects import write_effects

EXAMPLE, MUSTER = "bib/annotations/example2031.yaml", "bib/annotations/muster2032.yaml"
Edit = Callable[[Path], None]
Compare = Callable[..., Changes]


@pytest.fixture
def compare(toy_graph: KnowledgeGraph, tmp_path: Path) -> Compare:
    """Compares the toy review with an edited copy of it."""

    def compared(edit: Edit, ask: bool = False, maps: tuple[tuple[str, str], ...] = ()) -> Changes:
        folder = write_toy(tmp_path / "now")
        edit(folder)
        assert not build(folder).errors
        return changes(toy_graph, KnowledgeGraph.open(folder), ("before", "now"), maps, ask)

    return compared


def replaced(name: str, old: str, new: str) -> Edit:
    def edit(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert text.count(old) == 1
        (folder / name).write_text(text.replace(old, new), "utf-8")

    return edit


def the_only(found: Changes) -> ThingChange:
    assert len(found.things) == 1, found.things
    return found.things[0]


def test_the_same_graph_has_no_changes(toy_graph: KnowledgeGraph) -> None:
    found = changes(toy_graph, toy_graph, ("a", "b"))
    assert not found
    assert sentences(found) == ["Nothing changed: both graphs say the same."]
    assert sentences(found)[0] in changes_text(found)


def test_another_comment_is_no_change(compare: Compare) -> None:
    found = compare(lambda folder: (folder / MUSTER).write_text(f"# read again\n{MUSTER_YAML}", "utf-8"), True, MAPS)
    assert found.old.snapshot != found.new.snapshot  # the graph contains the hashes of its sources
    assert not found


def test_a_property_has_its_old_and_its_new_value(compare: Compare) -> None:
    change = the_only(compare(replaced(MUSTER, "Toy testers ask for tools.", "Toy testers may ask for tools.")))
    assert (change.kind, change.how, change.thing.id) == (FINDING, "changed", "muster2032/F1")
    assert change.facts == (
        Fact("statement", ("Toy testers ask for tools.",), ("Toy testers may ask for tools.",)),
    )  # fmt: skip


def test_a_renamed_work_and_what_contains_its_key_is_recognised(compare: Compare) -> None:
    found = compare(lambda folder: rename(folder, "example2031", "toys2031").write())
    assert {one.how for one in found.things} == {"renamed"}
    assert not any(one.facts for one in found.things)
    assert [(one.other, one.thing.id) for one in found.of(WORK, "renamed")] == [("example2031", "toys2031")]
    assert ("example2031/PEC1", "toys2031/PEC1") in {(one.other, one.thing.id) for one in found.of(FINDING, "renamed")}


def test_a_finding_put_before_others_does_not_change_them(compare: Compare) -> None:
    def renumber(folder: Path) -> None:
        new = "  - id: F1\n    statement: A new one.\n    section: '2'\n    practices: [continuous-testing]\n"
        new += "    evidence:\n      - {quote: 'entirely new', section: '2'}\n"
        text = MUSTER_YAML.replace("id: F3", "id: F4").replace("id: F1", "id: F3")
        (folder / MUSTER).write_text(text.replace("findings:\n", f"findings:\n{new}", 1), "utf-8")
        example = EXAMPLE_YAML.replace("muster2032/F1", "muster2032/F3")
        (folder / EXAMPLE).write_text(example, "utf-8")

    found = compare(renumber)
    assert [(one.other, one.thing.id) for one in found.of(FINDING, "renamed")] == [
        ("muster2032/F1", "muster2032/F3"), ("muster2032/F3", "muster2032/F4"),
    ]  # fmt: skip
    assert [one.thing.id for one in found.of(FINDING, "added")] == ["muster2032/F1"]
    assert len(found.things) == 3  # the links and relations are the same


def test_a_finding_with_the_same_quotations_is_the_same(compare: Compare) -> None:
    def reword(folder: Path) -> None:
        text = MUSTER_YAML.replace("id: example-tools", "id: tools").replace("report missing tools", "miss tools")
        (folder / MUSTER).write_text(text, "utf-8")

    change, *links = compare(reword).things
    assert (change.how, change.other, change.thing.id) == ("renamed", "muster2032/example-tools", "muster2032/tools")
    assert [fact.property for fact in change.facts] == ["statement"]
    assert not links


LINK_OF_F1 = """    links:
      - {challenge: test-automation-tooling-gap, practice: continuous-testing}
    evidence:
      - {quote: "testers asked for tools", section: "3"}
"""


def test_a_link_that_fewer_findings_support_is_changed(compare: Compare) -> None:
    change = the_only(compare(replaced(MUSTER, LINK_OF_F1, LINK_OF_F1[LINK_OF_F1.index("    evidence") :])))
    assert (change.kind, change.how) == (LINK, "changed")
    assert change.facts == (Fact("findings", ("muster2032/F1",), ()),)


def test_a_cell_has_its_state_and_its_studies_before_and_now(compare: Compare) -> None:
    silo = "    links:\n      - {challenge: silo-working, practice: continuous-planning, polarity: mitigates}\n"
    found = compare(replaced(EXAMPLE, silo, ""), False, (("practice", "challenge"),))
    (cell,) = found.maps[0].cells
    assert (cell.row.label, cell.column.label) == ("continuous planning", "working in silos")
    assert (cell.old.state, cell.old.studies, cell.new.state, cell.new.studies) == (EVIDENCE, 1, NO_EVIDENCE, 0)
    assert "1 with none any more" in " ".join(sentences(found))


def test_rows_of_answers_are_added_and_removed(compare: Compare) -> None:
    found = compare(replaced(MUSTER, "silos stayed closed", "silos stayed shut"), True)
    answer = next(one for one in found.answers if one.query == "quotations")
    assert [row[0] for row in answer.added] == ["silos stayed shut"]
    assert [row[0] for row in answer.removed] == ["silos stayed closed"]
    assert {one.family for one in found.answers}.isdisjoint({"things", "network", "map"})


def test_merged_entries_are_no_removed_works(compare: Compare) -> None:
    def merge(folder: Path) -> None:
        (folder / "bib" / "same-as.yaml").write_text(
            "decisions:\n  - {keep: muster2032, same: [acme2030], decided_by: A, date: 2032-01-01, because: Toys.}\n"
        )
        for name in (EXAMPLE, MUSTER, "bib/codings/toys.yaml"):
            text = (folder / name).read_text("utf-8")
            (folder / name).write_text(text.replace("acme2030", "muster2032"), "utf-8")
        text = (folder / MUSTER).read_text("utf-8")
        (folder / MUSTER).write_text(
            text[: text.index("  - id: acme-silo")] + text[text.index("  - id: example-tools") :]
        )

    found = compare(merge)
    assert [(one.thing.id, one.other) for one in found.of(WORK, "merged")] == [("acme2030", "muster2032")]
    assert not found.of(WORK, "removed")
    assert "shown as muster2032" in changes_markdown(found)
    assert "shown as <code>muster2032</code>" in changes_page(found)


def test_a_new_annotation_is_a_publication_that_was_read(toy_graph: KnowledgeGraph, tmp_path: Path) -> None:
    folder = write_toy(tmp_path / "before")
    (folder / MUSTER).unlink()
    (folder / EXAMPLE).write_text(EXAMPLE_YAML.replace("finding: muster2032/F1", "finding: example2031/PEC2"), "utf-8")
    assert not build(folder).errors
    found = changes(KnowledgeGraph.open(folder), toy_graph, ("before", "now"), MAPS[:1], False)
    assert [(one.work.id, one.findings) for one in newly_read(found)] == [("muster2032", 4)]
    assert sentences(found)[:2] == [
        "1 more publication was read, which brought 4 more findings, 2 of them first-hand.",
        "2 practices have findings of more studies than before.",
    ]
    assert dict(known(found))["Practices with most new studies"][:1] == [
        ((("continuous planning", "https://w3id.org/continuous-star/practice/continuous-planning"),), "1 → 2 studies")
    ]


def test_effects_on_whose_direction_studies_differ_now_are_named(effects_graph: KnowledgeGraph, tmp_path: Path) -> None:
    folder = write_effects(tmp_path)
    replaced("bib/annotations/doll2031.yaml", "direction: increases", "direction: decreases")(folder)
    assert not build(folder).errors
    found = changes(KnowledgeGraph.open(folder), effects_graph, maps=(("practice", "outcome"),), ask=False)
    ((names, directions),) = dict(known(found))["Effects on whose direction studies differ now"]
    assert ([label for label, _ in names], directions) == (
        ["continuous integration", "lead time"], "increases 1, decreases 1, mixed 1",
    )  # fmt: skip
    assert "Disagreements: studies differ now on the direction of 1 effect." in sentences(found)
    assert "continuous integration × lead time: increases 1" in changes_text(found)
    assert "increases 1, decreases 1, mixed 1" in changes_page(found)


HOSTILE = "<script>alert(1)</script> | *b* `c` <!-- -->"


def test_documents_escape_what_they_show(compare: Compare) -> None:
    found = compare(replaced(MUSTER, "Toy testers ask for tools.", f"'{HOSTILE}'"), True)
    page, markdown = changes_page(found), changes_markdown(found)
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script" not in markdown.replace("\\<script", "")
    assert json.loads(changes_json(found))["things"][0]["facts"][0]["new"] == [HOSTILE]


def test_a_long_list_is_cut_unless_everything_is_asked_for(compare: Compare) -> None:
    def many(folder: Path) -> None:
        works = "".join(f"@misc{{w{n}, title = {{Work {n}}}, year = 2030}}\n" for n in range(40))
        (folder / "bib" / "many.bib").write_text(works)

    found = compare(many)
    assert changes_text(found).count("  - Work") == 20
    assert "and 20 more (--all lists them)" in changes_text(found)
    assert changes_text(found, whole=True).count("  - Work") == 40
