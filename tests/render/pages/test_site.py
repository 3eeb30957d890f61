"""The site as files: every link leads somewhere, every IRI has its place, and data stay data."""

from __future__ import annotations

import json
import posixpath
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Graph

from kg.api import KnowledgeGraph
from kg.core.iris import BASE, segment
from kg.core.kinds import CONCEPTS
from kg.core.output import MARKER, write_folder
from kg.core.problems import UsageError
from kg.readers.citation import Citation
from kg.render.pages.site import NAVIGATION, site
from kg.render.pages.site_places import file_name
from kg.render.pages.site_tables import initial, letters_of, name_order
from tests.hostile_review import LONG, SCRIPT, TURN, hostile_graph
from tests.pages import Files, broken, iris, pages, said


@pytest.fixture(scope="module")
def files(toy_graph: KnowledgeGraph) -> Files:
    return site(toy_graph, "Toys", "Free for all.")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[KnowledgeGraph, Files]:
    """A review that is out to do harm, and its site."""
    graph = hostile_graph(tmp_path_factory.mktemp("hostile"))
    return graph, site(graph, f"Site {SCRIPT}", SCRIPT, Citation(SCRIPT, SCRIPT, (SCRIPT, TURN), "2030", doi=SCRIPT))


# --- every link, every IRI ---


def test_every_link_leads_to_a_file_and_an_element(files: Files, hostile: tuple[KnowledgeGraph, Files]) -> None:
    assert broken(files, pages(files)) == []
    assert broken(hostile[1], pages(hostile[1])) == []


def test_every_iri_has_its_page_or_its_anchor(
    toy_graph: KnowledgeGraph, files: Files, hostile: tuple[KnowledgeGraph, Files]
) -> None:
    for graph, written in ((toy_graph, files), hostile):
        places = json.loads(written["iris.json"])
        read = pages(written)
        assert iris(graph) <= set(places)
        for path in places.values():
            page, _, anchor = path.partition("#")
            assert page in read
            assert not anchor or anchor in read[page].ids, path


def test_what_no_page_knows_of_is_shown_all_the_same(hostile: tuple[KnowledgeGraph, Files]) -> None:
    assert said(hostile[1], "publication/acme2030.html").count("Also on this page odd") == 1
    assert "nothing else is said of it" in said(hostile[1], "others.html")


def test_a_note_on_a_part_stands_on_the_page_of_the_part(files: Files) -> None:
    assert "The text says two teams, its table three." in said(files, "study/example2031.html")


def test_an_anchor_stands_once_in_a_page(files: Files) -> None:
    assert [path for path, page in pages(files).items() if len(set(page.ids)) < len(page.ids)] == []


def test_things_stand_in_the_pages_of_what_they_belong_to(files: Files) -> None:
    places = json.loads(files["iris.json"])
    assert {
        name: places[BASE + name]
        for name in (
            "finding/example2031/PEC1",
            "evidence/example2031/P1-slow",
            "evidence/example2031/P1-slow/quotation",
            "study/example2031",
            "participant/example2031/P1",
            "publication/example2031/authors/2",
            "relation/example2031/PEC1/corroborates/muster2032/F1",
            "person/ada-example",
            "ontology#Practice",
        )
    } == {
        "finding/example2031/PEC1": "finding/example2031/PEC1.html",
        "evidence/example2031/P1-slow": "finding/example2031/PEC1.html#evidence/example2031/P1-slow",
        "evidence/example2031/P1-slow/quotation": "finding/example2031/PEC1.html#evidence/example2031/P1-slow",
        "study/example2031": "study/example2031.html",
        "participant/example2031/P1": "study/example2031.html#participant/example2031/P1",
        "publication/example2031/authors/2": "publication/example2031.html",
        "relation/example2031/PEC1/corroborates/muster2032/F1": "finding/example2031/PEC1.html#relation/example2031/PEC1/corroborates/muster2032/F1",  # noqa: E501
        "person/ada-example": "people.html#person/ada-example",
        "ontology#Practice": "terms.html#ontology/Practice",
    }


# --- what the pages say ---


def test_the_page_of_a_finding_has_statement_evidence_relations_citations_and_notes(files: Files) -> None:
    text = said(files, "finding/example2031/PEC1.html")
    for part in (
        "Missing tools hinder testing in both toy teams.",
        "“our tests are slow”",
        "P1 , Toy tester",
        "page 5",
        "word for word in the full text",
        "not yet checked against the full text",
        r"\cite{example2031}",
        "2 of 2",
        "corroborates Toy testers ask for tools.",
        "this agrees with later work",
        "agrees with Acme",
        "three teams",
        "The text says two teams, its table three.",
    ):
        assert part in text


def test_a_second_hand_finding_names_who_reports_it(files: Files) -> None:
    text = said(files, "finding/muster2032/acme-silo.html")
    assert r"Found by Acme Toys and Sons (2030) \cite{acme2030} , as reported by Muster et al. (2032)" in text


def test_the_page_of_a_practice_has_its_challenges_and_findings(files: Files) -> None:
    text = said(files, "practice/continuous-testing.html")
    assert "Also called" in text
    assert "hinders continuous testing" in text
    assert text.index("First-hand findings") < text.index("Second-hand findings")


def test_a_finding_has_its_data_in_the_file_of_its_publication(files: Files) -> None:
    for path in ("finding/example2031/PEC1.html", "study/example2031.html", "publication/example2031.html"):
        assert "publication/example2031.ttl" in {posixpath.normpath(posixpath.join(posixpath.dirname(path), link))
                                                 for link in pages(files)[path].links}, path  # fmt: skip
    triples = list(parse(files["publication/example2031.ttl"], format=RdfFormat.TURTLE))
    assert {BASE + name for name in ("publication/example2031", "study/example2031", "finding/example2031/PEC1",
            "evidence/example2031/P1-slow", "count/example2031/PEC1.c1")} <= {
                triple.subject.value for triple in triples}  # fmt: skip
    assert "our tests are slow" in {triple.object.value for triple in triples}


def test_a_data_file_declares_the_prefixes_that_it_uses_and_no_others(files: Files) -> None:
    found = [path for path in files if path.endswith(".ttl")]
    assert len(found) > 10
    for path in found:
        text = files[path].decode()
        declared = re.findall(r"^@prefix (\S+:) ", text, re.M)
        body = re.sub(r"^@prefix .*\n", "", text, flags=re.M)
        assert declared, path
        assert [name for name in declared if name not in body] == [], path


def test_a_concept_that_the_review_does_not_use_is_on_the_list_of_them(toy_graph: KnowledgeGraph, files: Files) -> None:
    """A used one has a page; so has one above a used one. Both kinds are in the lists, the search and the data."""
    places = json.loads(files["iris.json"])
    concepts = [kind.prefix for kind in CONCEPTS]
    found = {iri: path for iri, path in places.items() if iri.removeprefix(BASE).split("/")[0] in concepts}
    unused = {iri for iri, path in found.items() if path.startswith("unused.html#")}
    assert len(unused) > 100
    assert {BASE + "practice/continuous-testing", BASE + "challenge/testing-and-quality"} <= found.keys() - unused
    said_of = {iri for (iri,) in toy_graph.store.query(
        "SELECT DISTINCT ?o WHERE { ?s cs:concernsPractice|cs:identifiesChallenge|cs:usesMethod|cs:context|cs:practice|"
        "cs:challenge ?o }").texts()}  # fmt: skip
    assert said_of & unused == set()
    subjects = {triple.subject.value for triple in parse(files["unused.ttl"], format=RdfFormat.TURTLE)}
    assert unused <= subjects
    index = json.loads(files["search-index.js"].decode().removeprefix("window.kgIndex = ").removesuffix(";\n"))
    assert {found[iri] for iri in unused} <= {row[2] for row in index}
    listed = pages(files)["challenges.html"].links
    assert {path for iri, path in found.items() if "/challenge/" in iri} <= set(listed)


def test_names_are_listed_by_their_letters_whatever_their_accents_and_scripts() -> None:
    names = ["Zoe", "álvarez", "Öberg", "Łukasik", "李雷", "7 sins", "Aalto", "שלום"]
    assert sorted(names, key=name_order) == ["7 sins", "Aalto", "álvarez", "Łukasik", "Öberg", "Zoe", "שלום", "李雷"]
    many = sorted([f"{name} {number}" for name in names for number in range(10)], key=name_order)
    assert list(letters_of(many).values()) == ["0-9", "A", "L", "O", "Z", "other"]
    assert all(initial(many[number]) == letter for number, letter in letters_of(many).items())
    assert letters_of(list(reversed(many))) == {}, "a list in another order has no letters"
    assert letters_of(many[:10]) == {}


def test_headings_come_in_order_and_landmarks_are_there(files: Files) -> None:
    for path, page in pages(files).items():
        assert page.headings[0] == 1, path
        assert page.headings.count(1) == 1, path
        assert all(b - a <= 1 for a, b in zip(page.headings, page.headings[1:], strict=False)), path
        assert {"header", "nav", "main", "footer"} <= set(page.tags), path


# --- data stay data ---


def test_nothing_in_the_data_becomes_an_element(hostile: tuple[KnowledgeGraph, Files]) -> None:
    for path, page in pages(hostile[1]).items():
        assert "img" not in page.tags, path
        scripts = 2 if path == "search.html" else sum(link.endswith("list.js") for link in page.links)
        assert page.tags.count("script") == scripts, path
        assert not [name for name, _ in page.attributes if name.startswith("on") or name == "style"], path
        assert not [link for link in page.links if urlsplit(link).scheme not in ("", "https", "http", "data")], path
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", hostile[1][path].decode()), path


def test_the_index_holds_no_markup_and_nothing_that_turns_text(hostile: tuple[KnowledgeGraph, Files]) -> None:
    index = hostile[1]["search-index.js"].decode()
    assert index.isascii()
    assert "<" not in index
    assert "\\u202e" not in index


def test_the_index_can_be_read_as_json(hostile: tuple[KnowledgeGraph, Files]) -> None:
    index = hostile[1]["search-index.js"].decode().removeprefix("window.kgIndex = ").removesuffix(";\n")
    assert {"practice", "study", "finding", "publication"} <= {row[0] for row in json.loads(index)}


def test_data_of_the_worst_of_texts_can_be_read_by_two_libraries(hostile: tuple[KnowledgeGraph, Files]) -> None:
    files = hostile[1]
    found = [path for path in files if path.endswith(".ttl")]
    assert b"practice:evil" in files["practice/evil.ttl"]
    assert rb"practice:\..\/..\/..\/up" in files["unused.ttl"]
    for path in found:
        read = {str(triple) for triple in parse(files[path], format=RdfFormat.TURTLE)}
        assert len(Graph().parse(data=files[path], format="turtle")) == len(read), path


def test_a_text_of_ten_thousand_characters_is_complete_only_on_its_own_page(
    hostile: tuple[KnowledgeGraph, Files],
) -> None:
    files = hostile[1]
    whole = {path for path in pages(files) if LONG.strip().encode() in files[path]}
    own = {"finding/example2031/PEC2.html", "practice/evil.html", "unused.html"}
    assert own <= whole
    assert {path for path in whole - own if not path.startswith("publication/")} == set()


def test_file_names_stay_in_the_folder_and_differ_in_more_than_case(hostile: tuple[KnowledgeGraph, Files]) -> None:
    names = list(hostile[1])
    assert sum(bool(re.fullmatch(r"publication/.*[.]html", name)) for name in names) == 3 + 8, "no entry is lost"
    assert len({name.casefold() for name in names}) == len(names)
    for name in names:
        assert re.fullmatch(r"[A-Za-z0-9._/-]+", name), name
        parts = name.split("/")
        assert not {"", ".", ".."} & set(parts)
        assert all(len(part) < 120 for part in parts)
        assert not any(re.fullmatch(r"(con|nul)(\..*)?", part, re.I) for part in parts), name


@pytest.mark.parametrize("id_", ["PEC4", "vanska2024", "a.b_c-d", "k2024.anna"])
def test_an_ordinary_id_is_its_own_file_name(id_: str) -> None:
    assert file_name(segment(id_)) == id_


@pytest.mark.parametrize("id_", ["", ".", "..", "../../x", "CON", "con.x", "LPT1", "-", "ü", "x.html", "x-0123456789",
                                 "a" * 200, "a\x00b", "a b", ".hidden", "end."])  # fmt: skip
def test_any_other_id_gets_a_hash(id_: str) -> None:
    assert re.fullmatch(r"(?:[A-Za-z0-9][A-Za-z0-9._-]{0,80}-)?[0-9a-f]{10}", file_name(segment(id_)))


# --- bytes and folders ---


def test_a_large_site_has_the_bytes_that_it_has_in_one_process(
    toy_graph: KnowledgeGraph, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.render.pages.site.LARGE", 0)
    assert site(toy_graph, "Toys", "Free for all.") == files


def test_same_graph_same_bytes(toy: Path, files: Files) -> None:
    assert site(KnowledgeGraph.open(toy), "Toys", "Free for all.") == files


def test_a_site_is_replaced_and_what_is_gone_goes(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    write_folder(folder, {"index.html": b"1", "a/b.html": b"1"})
    write_folder(folder, {"index.html": b"2"})
    assert sorted(path.name for path in folder.rglob("*")) == [MARKER, "index.html"]
    assert (folder / "index.html").read_bytes() == b"2"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_folder_with_files_of_others_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "thesis.tex").write_text("ten years", "utf-8")
    with pytest.raises(UsageError, match=r"thesis\.tex"):
        write_folder(folder, {"index.html": b""})
    assert [path.name for path in folder.iterdir()] == ["thesis.tex"]
    other = tmp_path / "other"
    write_folder(other, {"index.html": b"1"})
    (other / "CNAME").write_text("toys.example.org", "utf-8")
    with pytest.raises(UsageError, match="CNAME"):
        write_folder(other, {"index.html": b"2"})
    assert (other / "index.html").read_bytes() == b"1"


def test_a_file_is_not_replaced_by_a_folder(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="is a file"):
        write_folder(tmp_path / "site", {"index.html": b""})
    assert (tmp_path / "site").read_text("utf-8") == "mine"


def test_a_site_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    write_folder(tmp_path / "site", {"index.html": b"1"})
    with pytest.raises(UsageError, match="cannot write"):
        write_folder(tmp_path / "site", {"index.html": b"2", "a": b"", "a/b": b""})
    assert (tmp_path / "site" / "index.html").read_bytes() == b"1"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_every_kind_of_concept_is_listed_on_a_page_that_the_navigation_leads_to() -> None:
    listed = {path for path, _ in NAVIGATION}
    assert [kind.name for kind in CONCEPTS if kind.page not in listed or not kind.heading] == []


# --- effects, recommendations, relations of concepts, rows of sheets ---


@pytest.fixture(scope="module")
def effects(effects_graph: KnowledgeGraph) -> Files:
    return site(effects_graph, "Effects", "")


def test_effects_have_links_and_anchors_that_lead_somewhere(effects_graph: KnowledgeGraph, effects: Files) -> None:
    read = pages(effects)
    assert broken(effects, read) == []
    places = json.loads(effects["iris.json"])
    assert iris(effects_graph) <= set(places)
    name = "effect/decreases/beneficial/practice/continuous-integration/lead-time"
    page, _, anchor = places[BASE + name].partition("#")
    assert page == "practice/continuous-integration.html"
    assert anchor in read[page].ids


def test_a_practice_and_an_outcome_list_the_effects_between_them(effects: Files) -> None:
    for page in ("practice/continuous-integration.html", "outcome/lead-time.html", "outcome/speed.html"):
        text = said(effects, page)
        for line in ("decreases lead time beneficial ● Who merges daily, delivers sooner. Bear (2030)",
                     "increases lead time harmful ● With integration servers, changes wait longer. Doll (2031)",
                     "mixed lead time unclear ● "):  # fmt: skip
            assert line in text, page
    assert "continuous integration enables continuous testing ● " in said(effects, "practice/continuous-testing.html")


def test_a_recommendation_is_called_one_and_listed_with_its_challenge(effects: Files) -> None:
    text = said(effects, "finding/ball2032/F2.html")
    assert "Recommendation first-hand Plan together, and use one language. F2" in text
    assert "recommends continuous planning , Python addresses working in silos" in text
    assert "Recommendations 1" in said(effects, "challenge/silo-working.html")


def test_a_row_of_a_sheet_is_named_and_has_no_verdict(effects: Files) -> None:
    text = said(effects, "study/yoyo2029.html")
    assert "row 3 of yoyos.csv" in text
    assert "Yo-yos of one town" in text
    assert "“”" not in text
    assert "yoyos.csv#row=3" in said(effects, "evidence.html")
