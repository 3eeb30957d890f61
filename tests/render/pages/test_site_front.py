"""The front page of a site: what it says, what it counts, and where its picture and its questions lead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.api import KnowledgeGraph
from kg.building.pipeline import build
from kg.core.problems import UsageError
from kg.render.pages import inline, site_drawing, site_front, site_pictures, site_questions
from kg.render.pages.site import site
from tests.conftest import KgCli
from tests.pages import Files, Page, said
from tests.toy import write_toy

SENTENCE = "This review shows what toys teach those who build them."
URL = "https://toys.example/review/"


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    root = write_toy(tmp_path_factory.mktemp("described"))
    (root / "kg.toml").write_text(f'title = "Toys"\ndescription = "{SENTENCE}"\nurl = "{URL}"\n', encoding="utf-8")
    assert build(root).errors == []
    return KnowledgeGraph.open(root)


@pytest.fixture(scope="module")
def files(described: KnowledgeGraph) -> Files:
    return site(described, described.title)


@pytest.fixture(scope="module")
def whole(review_graph: KnowledgeGraph) -> Files:
    return site(review_graph, "The whole review")


def rows(graph: KnowledgeGraph, query: str) -> list[tuple[str, ...]]:
    return list(graph.store.query(query).texts())


def test_it_begins_with_title_and_sentence_of_the_review(files: Files) -> None:
    text = said(files, "index.html")
    assert text.index(SENTENCE) < text.index("Start with a question") < text.index("What is in it")
    assert f'<meta name="description" content="{SENTENCE}">' in files["index.html"].decode()


def test_no_fixed_word_names_a_topic() -> None:
    """A review of another field has the same page."""
    texts = [Path(module.__file__ or "").read_text("utf-8")
             for module in (site_drawing, site_front, site_pictures, site_questions)]  # fmt: skip
    texts += [path.read_text("utf-8") for path in inline.TEMPLATES.glob("site_*.html")]
    topics = re.compile(r"continuous(?!-star)|software|devops|deliver|agile", re.I)
    assert [found[0] for text in texts for found in topics.finditer(text)] == []


def test_pages_say_where_they_are_published(files: Files, described: KnowledgeGraph, toy_graph: KnowledgeGraph) -> None:
    front, finding = (files[name].decode() for name in ("index.html", "finding/example2031/PEC1.html"))
    assert f'<link rel="canonical" href="{URL}">' in front
    assert f'<meta property="og:url" content="{URL}finding/example2031/PEC1.html">' in finding
    assert '<meta property="og:type" content="article">' in finding
    assert f'<meta property="og:image" content="{URL}preview.png">' in finding
    assert files["preview.png"][16:24] == (1200).to_bytes(4) + (630).to_bytes(4)  # width and height of a PNG
    elsewhere = site(described, "Toys", address="https://other.example/")
    assert '<link rel="canonical" href="https://other.example/">' in elsewhere["index.html"].decode()
    assert b"canonical" not in site(toy_graph, "Toys")["index.html"]


@pytest.mark.parametrize("url", ["other.example/", "https://other.example/x", "ftp://other.example/", "https://a b/"])
def test_a_base_url_that_is_none_is_an_error(described: KnowledgeGraph, kg_cli: KgCli, url: str) -> None:
    run = kg_cli(described.root, "site", "--base-url", url, "-o", str(described.root / "no-site"))
    assert run.returncode != 0
    assert "--base-url" in run.stderr
    assert "Traceback" not in run.stderr
    assert not (described.root / "no-site").exists()
    assert UsageError.__name__ not in run.stderr


def test_the_icon_is_a_file_of_the_site_that_every_page_names(files: Files) -> None:
    assert files["icon.svg"].startswith(b"<svg")
    assert 'rel="icon" type="image/svg+xml" href="../../icon.svg"' in files["finding/example2031/PEC1.html"].decode()


def dots(files: Files) -> dict[tuple[str, str], tuple[int, int]]:
    """First-hand and second-hand studies of each dot of the picture, by the labels of row and column."""
    found = {}
    for label in re.findall(r'aria-label="([^"]* × [^"]*)"', files["index.html"].decode()):
        row, column, told = re.fullmatch(r"(.*) × (.*): (\d+ stud.*)", label).groups()  # type: ignore[union-attr]
        first, second = (re.search(rf"(\d+) {hand}", told) for hand in ("first-hand", "second-hand"))
        found[row, column] = (int(first[1]) if first else 0, int(second[1]) if second else 0)
        assert int(told.split()[0]) == sum(found[row, column])
    return found


def test_a_dot_counts_the_distinct_studies_behind_the_links(review_graph: KnowledgeGraph, whole: Files) -> None:
    """Asked in SPARQL anew: first-hand studies, and those that are only reported."""
    pattern = """
      ?link a cs:PracticeChallengeLink ; cs:practice ?p ; cs:challenge ?c ; cs:polarity ?polarity ; cs:supportedBy ?f .
      ?p a cs:Practice ; skos:prefLabel ?row .
      FILTER(?polarity != cs:absent) FILTER NOT EXISTS { ?f a cs:FindingOfFurtherReading }
      ?c skos:broader* ?top . ?top skos:topConceptOf ?scheme ; skos:prefLabel ?column ."""
    own = rows(review_graph, f"SELECT DISTINCT ?row ?column ?s WHERE {{ {pattern} ?f cs:producedBy ?s }}")
    told = rows(
        review_graph,
        f"""SELECT DISTINCT ?row ?column ?s WHERE {{ {pattern}
      ?f cs:attributedTo ?w . ?s cs:reportedIn ?w ; a cs:Study }}""",
    )
    shown = dots(whole)
    assert len(shown) > 8
    for (row, column), (first, second) in shown.items():
        firsts, seconds = ({s for r, c, s in found if (r, c) == (row, column)} for found in (own, told))
        assert (first, second) == (len(firsts), len(seconds - firsts)), (row, column)


def test_the_picture_shows_the_rows_and_columns_with_most_studies(review_graph: KnowledgeGraph, whole: Files) -> None:
    found = review_graph.evidence_map()
    totals = sorted((len(found.row_total(row.iri).studies) for row in found.rows), reverse=True)
    shown = {row for row, _ in dots(whole)}
    assert sorted((len(found.row_total(row.iri).studies) for row in found.rows if row.label in shown),
                  reverse=True) == totals[: len(shown)]  # fmt: skip


def test_what_is_in_it_is_counted(review_graph: KnowledgeGraph, whole: Files) -> None:
    [(read,)] = rows(review_graph, "SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE { ?f cs:annotates ?x }")
    [(reviews,)] = rows(
        review_graph,
        """SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {
      ?f cs:annotates ?x . ?s cs:reportedIn ?x ; cs:includesPrimaryStudy ?any }""",
    )
    [(told,)] = rows(
        review_graph,
        """SELECT (COUNT(DISTINCT ?w) AS ?n) WHERE {
      ?f a cs:SecondHandFinding ; cs:attributedTo ?w . FILTER NOT EXISTS { ?f a cs:FindingOfFurtherReading } }""",
    )
    [(unread,)] = rows(
        review_graph,
        """SELECT (COUNT(DISTINCT ?w) AS ?n) WHERE {
      ?f a cs:SecondHandFinding ; cs:attributedTo ?w . FILTER NOT EXISTS { ?f a cs:FindingOfFurtherReading }
      FILTER NOT EXISTS { ?file cs:annotates ?w } }""",
    )
    text = said(whole, "index.html")
    assert f"{read} annotated publications" in text
    said_of = {int(read) - int(reviews): "stud(y|ies) of (its|their) own", int(reviews): "reviews? other studies"}
    for number, what in said_of.items():
        assert bool(re.search(rf"\b{number} (reports? )?(a )?{what}", text)) == (number > 0), what
    assert f"{told} publications reported by others" in text
    assert f"{unread} of them are not annotated" in text


def test_an_id_is_never_the_name_of_a_link(review_graph: KnowledgeGraph, whole: Files) -> None:
    query = "SELECT DISTINCT ?id WHERE { ?f a cs:Finding ; dcterms:identifier ?id }"
    ids = {id_ for (id_,) in rows(review_graph, query)}
    for path in ("index.html", "key-findings.html", "practice/continuous-testing.html", "finding/vanska2024/PEC4.html",
                 "publication/vanska2024.html", "question/disagreements.html"):  # fmt: skip
        names = re.findall(r'<a [^>]*href="[^"]*finding/[^"]*"[^>]*>(.*?)</a>', whole[path].decode())
        assert path in ("index.html", "question/disagreements.html") or names, path
        assert [name for name in names if re.sub("<[^>]*>", "", name) in ids] == [], path


def test_the_front_page_of_an_empty_review_asks_nothing(tmp_path: Path) -> None:
    (tmp_path / "bib").mkdir()
    assert build(tmp_path).errors == []
    page = site(KnowledgeGraph.open(tmp_path), "Empty")["index.html"].decode()
    assert "Start with a question" not in page
    assert "<svg" not in page
    assert Page(page).headings[0] == 1
