"""A folder of BibTeX files: macros, parents and keys across files, and subsets written as BibTeX."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.api import KnowledgeGraph
from kg.building.pipeline import assemble, build
from kg.core.files import SourceFile
from kg.core.iris import CS, PRISM
from kg.graph.bibliography import bibliography_graph
from kg.readers.bibliography import BibSource, read_bibliography, read_bibtex
from kg.readers.bibtex.subset import Stored, subset


def folder(**texts: str) -> list[BibSource]:
    return read_bibliography([SourceFile(f"bib/{name}.bib", text, "0") for name, text in texts.items()])


def rules(sources: list[BibSource]) -> list[tuple[str, str]]:
    return [(p.rule, str(p.where)) for source in sources for p in source.problems if p.severity != "info"]


# --- macros ---


def test_macros_of_other_files_are_found_in_the_order_of_files() -> None:
    sources = folder(
        a="@misc{a, title={T}, note = j # k}",
        b='@string{j="B"}\n@misc{b, title={T}, note=j}',
        c='@string{j="C"}\n@string{k = j # "K"}\n@misc{c, title={T}, note=j}',
    )
    assert [s.publications[0].fields["note"] for s in sources] == ["BCK", "B", "C"]
    assert rules(sources) == []


def test_an_entry_lists_the_blocks_that_it_needs_and_no_others() -> None:
    (source,) = folder(a='@string{x="X"}\n@string{y = x # "Y"}\n@string{z="Z"}\n@misc{a, title=y}\n@misc{b, title={x}}')
    assert [p.needs for p in source.publications] == [('@string{x="X"}', '@string{y = x # "Y"}'), ()]


def test_macros_in_a_circle_are_reported() -> None:
    sources = folder(a='@string{x = y}\n@string{y = x # "!"}\n@misc{a, title=x}')
    assert sources[0].publications[0].title == "x!"
    assert rules(sources) == [("bibtex/undefined-string", "bib/a.bib:3:10")]


# --- parents ---

VOLUME = (
    "@proceedings{v, title={Toy Days}, editor={E, F}, publisher={Toy Press}, year={2031}, doi={10.5555/v}, "
    "url={https://example.org/v}, pages={1--99}}\n"
)


def test_an_entry_inherits_the_fields_that_apply_to_it() -> None:
    sources = folder(a="@inproceedings{p, author={A, B}, title={T}, crossref={v}}", b=VOLUME)
    found = sources[0].publications[0]
    assert (found.venue, found.year, found.fields["publisher"]) == ("Toy Days", "2031", "Toy Press")
    assert (found.title, found.doi, found.parent) == ("T", "", "v")
    assert not {"url", "pages"} & set(found.fields)
    assert found.raw == "@inproceedings{p, author={A, B}, title={T}, crossref={v}}"


def test_editors_of_the_volume_are_not_authors_of_the_paper() -> None:
    (source,) = folder(a="@inproceedings{p, title={T}, crossref={v}}\n" + VOLUME)
    assert [len(p.authors) for p in source.publications] == [0, 1]


@pytest.mark.parametrize("kind", ["inbook", "book"])
def test_a_chapter_inherits_the_author_of_its_book(kind: str) -> None:
    (source,) = folder(a=f"@{kind}{{p, title={{T}}, crossref={{B}}}}\n@book{{b, author={{A, B}}, title={{U}}}}")
    assert [p.authors[0].family for p in source.publications] == ["A", "A"]


def test_an_article_inherits_the_journal_of_its_issue() -> None:
    (source,) = folder(a="@article{p, title={T}, crossref={i}}\n@periodical{i, title={Toys}, date={2031-01}}")
    assert (source.publications[0].venue, source.publications[0].year) == ("Toys", "2031")


def test_parents_have_parents_and_circles_end() -> None:
    (source,) = folder(a="@misc{a, title={A}, crossref={b}}\n@misc{b, title={B}, series={N}, crossref={c}}\n"
                         "@misc{c, title={C}, year={2031}, crossref={a}}")  # fmt: skip
    assert [(p.year, p.fields.get("series")) for p in source.publications] == [
        ("2031", "N"),
        ("2031", "N"),
        ("2031", None),
    ]
    assert rules([source]) == [("bibtex/crossref", "bib/a.bib:3:34")]


def test_xdata_is_needed_like_a_macro() -> None:
    (source,) = folder(a='@misc{a, title={A}, xdata={x,y}}\n@string{p="P"}\n@xdata{x, publisher=p, location={L}}\n'
                         "@xdata{y, year={2031}, xdata={x}}")  # fmt: skip
    found = source.publications[0]
    assert (found.year, found.fields["publisher"], found.fields["location"]) == ("2031", "P", "L")
    assert found.needs == (
        '@string{p="P"}',
        "@xdata{x, publisher=p, location={L}}",
        "@xdata{y, year={2031}, xdata={x}}",
    )
    assert rules([source]) == []


# --- keys ---


def test_a_key_in_two_files_is_kept_once_and_counted_in_both() -> None:
    sources = folder(a="@misc{a, title={A}}", b="@misc{a, title={B}}\n@misc{A, title={C}}")
    assert [[p.title for p in s.publications] for s in sources] == [["A"], ["C"]]
    assert [s.entries for s in sources] == [1, 2]
    assert rules(sources) == [("bibtex/duplicate-key", "bib/b.bib:1:1"), ("bibtex/key-case", "bib/b.bib:2:1")]


def test_the_build_counts_each_entry(tmp_path: Path) -> None:
    (tmp_path / "bib").mkdir()
    (tmp_path / "bib" / "a.bib").write_text("@misc{a, title={A}}\n@misc{b, title={B}", encoding="utf-8")
    (tmp_path / "bib" / "b.bib").write_text("@misc{a, title={B}}\n", encoding="utf-8")
    accounts = [a.as_json() for a in assemble(tmp_path).accounts if a.kind == "bibtex"]
    assert [(a["entries"], a["accepted"], a["rejected"]) for a in accounts] == [(2, 1, 1), (1, 0, 1)]


def test_files_in_subfolders_are_reported_and_endings_ignore_case(tmp_path: Path) -> None:
    (tmp_path / "bib" / "old").mkdir(parents=True)
    (tmp_path / "bib" / "A.BIB").write_text("@misc{a, title={A}}", encoding="utf-8")
    (tmp_path / "bib" / "old" / "b.bib").write_text("@misc{b, title={B}}", encoding="utf-8")
    assembly = assemble(tmp_path)
    assert [(a.file, a.accepted) for a in assembly.accounts if a.kind == "bibtex"] == [("bib/A.BIB", 1)]
    assert [str(p.where) for p in assembly.problems if p.rule == "file/not-read"] == ["bib/old/b.bib"]


# --- subsets ---


def test_a_subset_has_its_strings_first_and_parents_last() -> None:
    known = {"p": Stored("@proceedings{p}", '@string{x="X"}'), "a": Stored("@a{a}", '@string{x="X"}', "p"),
             "b": Stored("@a{b}", '@string{x="X"}\n@string{y=x}', "p"), "c": Stored("@a{c}")}  # fmt: skip
    assert subset(known, ["c", "p", "a", "b", "gone", "a"]) == {
        "c": "@a{c}",
        "a": '@string{x="X"}\n@a{a}',
        "b": "@string{y=x}\n@a{b}",
        "p": "@proceedings{p}",
    }
    assert list(subset(known, ["p", "a"])) == ["a", "p"]
    assert list(subset(known, ["a"])) == ["a", "p"]


def test_a_macro_with_two_values_is_defined_again_where_it_changes() -> None:
    known = {"a": Stored("@a{a}", '@string{x="1"}'), "b": Stored("@a{b}", '@string{x="2"}'),
             "c": Stored("@a{c}", '@string{x="2"}')}  # fmt: skip
    assert "\n".join(subset(known, ["a", "b", "c"]).values()) == ('@string{x="1"}\n@a{a}\n@string{x="2"}\n@a{b}\n@a{c}')


@pytest.mark.parametrize("parents", [{"a": "b", "b": "c", "c": ""}, {"a": "b", "b": "a"}, {"a": "a"}])
def test_parents_of_parents_come_last_and_circles_end(parents: dict[str, str]) -> None:
    known = {key: Stored(f"@a{{{key}}}", parent=parent) for key, parent in parents.items()}
    assert list(subset(known, ["a"])) == sorted(known) or len(parents) < 3
    assert set(subset(known, ["a"])) == set(known)


def test_the_graph_has_the_needed_blocks_and_no_xdata() -> None:
    (source,) = folder(a='@string{s="S"}\n@misc{a, title=s, keywords={k; l}, crossref={b}, xdata={x}}\n'
                         "@misc{b, title={B}}\n@xdata{x, year={2031}}")  # fmt: skip
    graph = bibliography_graph(source, {})
    triples = {(t.subject.value.rsplit("/", 1)[1], t.predicate, t.object.value) for t in graph.triples}
    assert {
        ("a", PRISM.keyword, "k"),
        ("a", PRISM.keyword, "l"),
        ("a", CS.bibtexCrossref, "b"),
        ("a", CS.bibtexStrings, '@string{s="S"}\n@xdata{x, year={2031}}'),
    } <= triples
    assert not {subject for subject, _, _ in triples} & {"x"}
    assert not {p for s, p, _ in triples if s == "b"} & {CS.bibtexStrings, CS.bibtexCrossref, PRISM.keyword}


def test_entries_from_the_graph_are_read_the_same(tmp_path: Path) -> None:
    (tmp_path / "bib").mkdir()
    texts = {"a.bib": "@inproceedings{p, author={A, B}, title={T}, publisher = x # { Ltd}, crossref={v}}\n",
             "b.bib": '@string{x = y # "X"}\n@string{y="Y"}\n' + VOLUME}  # fmt: skip
    for name, text in texts.items():
        (tmp_path / "bib" / name).write_text(text, encoding="utf-8")
    assert build(tmp_path).errors == []
    again = "\n\n".join(KnowledgeGraph.open(tmp_path).entries(["p"]).values())
    read = read_bibtex(SourceFile("x.bib", again, "0"))
    assert [(p.key, p.venue, p.year, p.fields["publisher"]) for p in read.publications] == [
        ("p", "Toy Days", "2031", "YX Ltd"),
        ("v", "", "2031", "Toy Press"),
    ]
    assert rules([read]) == []
