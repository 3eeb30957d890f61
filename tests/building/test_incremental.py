"""A build that takes over what has not changed gives the bytes of a full one, whatever was edited before it."""

from __future__ import annotations

import json
import re
import runpy
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.building.cache import Cache
from kg.building.folder import FILES
from kg.building.pipeline import build, pipeline
from kg.building.splice import UnsureError

MAKE: Callable[[int, Path], Path] = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "reviews.py"))[
    "make_review"
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up review of forty publications, three of them annotated by two readers, built."""
    root = MAKE(40, tmp_path_factory.mktemp("made") / "review")
    for path in sorted((root / "bib" / "annotations").glob("*.yaml"))[:3]:
        second = path.with_name(f"{path.stem}.second.yaml")
        second.write_text(path.read_text(encoding="utf-8").replace("first reader", "second reader"), encoding="utf-8")
    build(root)
    return root


def outputs(root: Path) -> dict[str, bytes]:
    return {name: (root / "build" / name).read_bytes() for name in FILES}


def notes(root: Path) -> list[Path]:
    return sorted((root / "bib" / "annotations").glob("*.yaml"))


def keys(root: Path) -> list[str]:
    return re.findall(
        r"^@(?:article|inproceedings)\{([^,]*),",
        "".join(path.read_text(encoding="utf-8") for path in sorted((root / "bib").glob("*.bib"))),
        re.M,
    )


Edit = Callable[[Path, int, int], None]


def in_annotation(pattern: str, new: Callable[[Path, re.Match[str], int], str]) -> Edit:
    """Changes one place of one annotation that looks like the pattern."""

    def edit(root: Path, which: int, number: int) -> None:
        path = notes(root)[which % len(notes(root))]
        text = path.read_text(encoding="utf-8")
        places = list(re.finditer(pattern, text, re.M))
        if places:
            place = places[number % len(places)]
            made = text[: place.start()] + new(root, place, number) + text[place.end() :]
            path.write_text(made, encoding="utf-8")

    return edit


def another(root: Path, number: int) -> str:
    return keys(root)[number * 7 % len(keys(root))]


def add_reader(root: Path, which: int, number: int) -> None:
    path = notes(root)[which % len(notes(root))]
    text = path.read_text(encoding="utf-8")
    path.with_name(f"{path.stem.split('.')[0]}.reader{number}.yaml").write_text(text, encoding="utf-8")


def remove_reader(root: Path, which: int, _: int) -> None:
    readers = [path for path in notes(root) if path.stem.count(".")]
    if readers:
        readers[which % len(readers)].unlink()


def add_annotation(root: Path, which: int, number: int) -> None:
    """Of another work, in the words of one that is there."""
    path, key = notes(root)[which % len(notes(root))], another(root, number)
    text = re.sub(r"^publication: .*", f"publication: {key}", path.read_text(encoding="utf-8"), flags=re.M)
    path.with_name(f"{key}.yaml").write_text(
        re.sub(rf"^  - work: {key}\n(?:    .*\n)*", "", text, flags=re.M), encoding="utf-8"
    )


def remove_annotation(root: Path, which: int, _: int) -> None:
    if len(notes(root)) > 1:
        notes(root)[which % len(notes(root))].unlink()


def add_record(root: Path, which: int, number: int) -> None:
    path = notes(root)[which % len(notes(root))]
    quotes = re.findall(r'quote: "([^"]*)"', path.read_text(encoding="utf-8"))
    lines = [f'  - {{quote: "{quote}", verdict: {["exact", "near"][number % 2]}}}' for quote in dict.fromkeys(quotes)]
    (root / "bib" / "quotations" / path.name).write_text("\n".join([
        f"publication: {path.stem.split('.')[0]}", "full_text: text.txt", f"full_text_sha256: {'0' * 64}",
        "quotations:", *lines, ""]), encoding="utf-8")  # fmt: skip


def remove_record(root: Path, which: int, _: int) -> None:
    records = sorted((root / "bib" / "quotations").glob("*.yaml"))
    if records:
        records[which % len(records)].unlink()


def supersede(root: Path, which: int, _: int) -> None:
    readers = [path for path in notes(root) if path.stem.count(".")]
    if readers:
        path = readers[which % len(readers)]
        text = path.read_text(encoding="utf-8")
        text = (
            re.sub(r"^supersedes: .*\n", "", text, flags=re.M)
            if "supersedes:" in text
            else (f"supersedes: {path.stem.split('.')[0]}\n{text}")
        )
        path.write_text(text, encoding="utf-8")


def in_bibliography(root: Path, which: int, number: int) -> None:
    path = sorted((root / "bib").glob("export-*.bib"))[which % 2]
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("title      = {", f"title      = {{{number} ", 1 + number % 2), encoding="utf-8")


EDITS: dict[str, Edit] = {
    "statement": in_annotation(r"(?<=statement: ).*", lambda _r, _m, n: f"Something else, in words {n}"),
    "comment": in_annotation(r"^findings:", lambda _r, _m, n: f"# line {n}\nfindings:"),
    "citation": in_annotation(r"(?<=- work: ).*", lambda root, _m, n: another(root, n)),
    "reason": in_annotation(r"(?<=reason: ).*", lambda _r, _m, n: ["extends", "qualifies", "confirms"][n % 3]),
    "hearsay": in_annotation(r"^    section: .*\n(?!    attr)",
                             lambda root, m, n: f"{m[0]}    attributed_to: {another(root, n)}\n"),
    "first hand": in_annotation(r"^    attributed_to: .*\n", lambda _r, _m, _n: ""),
    "practice": in_annotation(r"practices: \[.*\]", lambda _r, _m, _n: "practices: [continuous-testing]"),
    "link": in_annotation(r"^    links:\n.*\n", lambda _r, _m, _n: ""),
    "relation": in_annotation(r"(?<=type: )(?:corroborates|contradicts|refines)", lambda _r, _m, _n: "related"),
    "quotation": in_annotation(r"(?<=quote: \")[^\"]*", lambda _r, _m, n: f"other words than number {n}"),
    "annotator": in_annotation(r"(?<=annotator: ).*", lambda _r, _m, n: f"Reader {n % 3}"),
    "section": in_annotation(r"(?<=section: \")[^\"]*", lambda _r, _m, n: str(n % 9)),
    "finding id": in_annotation(r"(?<=- id: F)\d", lambda _r, m, _n: f"{m[0]}0"),
    "error": in_annotation(r"practices: \[.*\]", lambda _r, _m, _n: "practices: [no-such-practice]"),
    "another reader": add_reader,
    "one reader less": remove_reader,
    "annotation": add_annotation,
    "one annotation less": remove_annotation,
    "record": add_record,
    "one record less": remove_record,
    "supersedes": supersede,
    "bibliography": in_bibliography,
}  # fmt: skip


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=4)
)
def test_after_any_edits_the_bytes_are_those_of_a_full_build(
    made: Path, tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("edited")
    root, afresh = folder / "review", folder / "afresh"
    shutil.copytree(made, root, symlinks=True)
    build(root)  # the files are others than those of which the build was made
    for name, which, number in edits:
        EDITS[name](root, which, number)
        changed = build(root)
        shutil.rmtree(afresh, ignore_errors=True)
        shutil.copytree(root / "bib", afresh / "bib")
        whole = build(afresh, full=True)
        assert [str(problem) for problem in whole.errors] == [str(problem) for problem in changed.errors]
        if not changed.errors:
            assert outputs(root) == outputs(afresh), (name, which, number)
            assert (changed.triples, changed.named, changed.accounts) == (whole.triples, whole.named, whole.accounts)


# --- what is taken over ---


@pytest.fixture
def review(made: Path, tmp_path: Path) -> Path:
    root = tmp_path / "review"
    shutil.copytree(made, root, symlinks=True)
    build(root)
    return root


def steps(root: Path) -> list[str]:
    told: list[str] = []
    build(root, told.append)
    return told


@pytest.mark.parametrize("edit", ["statement", "citation", "hearsay", "link", "quotation", "section", "annotator"])
def test_an_annotation_that_changed_is_all_that_is_read(review: Path, edit: str) -> None:
    EDITS[edit](review, 1, 5)
    assert steps(review) == ["reading 1 changed annotations", "writing build/"]


@pytest.mark.parametrize(
    ("edit", "number"),
    [("annotation", 1), ("one annotation less", 0), ("another reader", 5), ("record", 1), ("one record less", 0)],
)
def test_one_that_came_or_went_is_all_that_is_read(review: Path, edit: str, number: int) -> None:
    EDITS[edit](review, number, 5)
    assert steps(review) == ["reading 1 changed annotations", "writing build/"]


@pytest.mark.parametrize("edit", ["bibliography", "supersedes"])
def test_what_may_change_more_is_built_again(review: Path, edit: str) -> None:
    EDITS[edit](review, 1, 3)
    assert "applying rules" in steps(review)


def test_rules_of_the_reviews_own_are_run_on_everything(review: Path) -> None:
    (review / "queries" / "rules").mkdir(parents=True)
    (review / "queries" / "rules" / "count.rq").write_text(
        "#+ summary: How many findings there are.\nCONSTRUCT { cs:all rdfs:comment ?n } "
        "WHERE { SELECT (STR(COUNT(?f)) AS ?n) WHERE { ?f cs:statement ?s } }", encoding="utf-8")  # fmt: skip
    build(review)
    EDITS["statement"](review, 1, 3)
    assert "applying rules" in steps(review)


def test_a_cache_that_is_damaged_changes_nothing(review: Path) -> None:
    EDITS["statement"](review, 1, 3)
    for path in (review / "build" / ".cache").iterdir():
        path.write_bytes(path.read_bytes()[:-1] + b"?")
    build(review)
    before = outputs(review)
    build(review, full=True)
    assert outputs(review) == before


@pytest.mark.parametrize("edit", ["statement", "bibliography", "supersedes"])
def test_parts_that_share_a_file_are_taken_over_as_others_are(
    review: Path, monkeypatch: pytest.MonkeyPatch, edit: str
) -> None:
    monkeypatch.setattr("kg.building.cache.ALONE", 0)
    shutil.rmtree(review / "build" / ".cache")
    build(review)
    assert len(list((review / "build" / ".cache").glob("*.pack"))) == 1
    for number in range(3):
        EDITS[edit](review, 1, number)
        build(review)
    before = outputs(review)
    build(review, full=True)
    assert outputs(review) == before


def test_a_cache_from_elsewhere_is_not_believed(review: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(review / "build" / ".cache")
    name = next(path.name for path in (review / "build" / ".cache").iterdir())
    assert cache.get(name) is not None
    monkeypatch.setattr("kg.building.cache._secret", lambda: b"another user's key, 32 bytes long")
    assert Cache(review / "build" / ".cache").get(name) is None


def test_a_graph_that_somebody_changed_by_hand_is_made_again(review: Path) -> None:
    before = outputs(review)
    path = (review / "build" / "graph.nq").resolve()
    path.write_bytes(path.read_bytes() + b"<a:> <b:> <c:> <d:> .\n")
    build(review)
    assert outputs(review) == before


def test_the_cache_holds_no_more_than_the_next_build_asks_for(review: Path) -> None:
    count = len(list((review / "build" / ".cache").iterdir()))
    for number in range(3):
        EDITS["statement"](review, 1, number)
        build(review)
    assert len(list((review / "build" / ".cache").iterdir())) == count


def test_a_cache_that_leads_out_of_the_review_is_left_alone(review: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "letter").write_text("mine", encoding="utf-8")
    shutil.rmtree(review / "build" / ".cache")
    (review / "build" / ".cache").symlink_to(precious)
    build(review)
    assert [path.name for path in precious.iterdir()] == ["letter"]


def test_a_full_build_takes_nothing_over(review: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("the cache was asked")

    monkeypatch.setattr(json, "loads", refused)
    assert not build(review, full=True).errors


def test_a_change_that_cannot_be_made_is_a_build(review: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsure(*_: object) -> None:
        raise UnsureError("for the test")

    monkeypatch.setattr(pipeline, "rebuild", unsure)
    EDITS["statement"](review, 1, 3)
    assert "applying rules" in steps(review)


def test_a_check_leaves_nothing_behind(made: Path, tmp_path: Path) -> None:
    shutil.copytree(made / "bib", tmp_path / "bib")
    assert not pipeline.assemble(tmp_path).errors
    assert [path.name for path in tmp_path.iterdir()] == ["bib"]


def test_nothing_is_written_when_nothing_has_changed(review: Path) -> None:
    before = (review / "build" / "graph.nq").stat()
    assert steps(review) == []
    assert (review / "build" / "graph.nq").stat() == before


def test_an_annotation_that_changes_again_meanwhile_is_read_again(review: Path) -> None:
    EDITS["statement"](review, 1, 3)
    writes = iter(["once"])

    def interfere(step: str) -> None:
        if step == "writing build/" and next(writes, None):
            EDITS["statement"](review, 1, 4)

    build(review, interfere)
    before = outputs(review)
    build(review, full=True)
    assert outputs(review) == before
