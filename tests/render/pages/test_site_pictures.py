"""The pictures on pages of things: what they count is what a query counts, and labels fit."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from html import unescape

import pytest
from pyoxigraph import RdfFormat, parse

from kg.api import KnowledgeGraph
from kg.core.iris import BASE
from kg.render.pages.site_drawing import Amount, Picture, Sentence, dot_rows, sentences, text_width, wrapped, years
from kg.render.pages.site_pages import pages
from kg.render.pages.site_places import places
from kg.render.pages.site_things import Things
from kg.render.pages.site_values import Values
from tests.hostile_review import SCRIPT, TURN

Drawn = dict[str, list[Picture]]
ELEMENTS = {"svg", "title", "desc", "text", "circle", "rect", "path", "g"}


@pytest.fixture(scope="module")
def drawn(whole_graph: KnowledgeGraph) -> Drawn:
    """The pictures of each page of the project's own review, by path."""
    things = Things({quad.triple for quad in parse(whole_graph.nquads(), format=RdfFormat.N_QUADS)})
    values = Values(things, places(things, ()))
    return {page.path: page.values["pictures"] for page in pages(values) if "pictures" in page.values}


def told(drawn: Drawn, path: str, name: str) -> dict[str, str]:
    """What a picture says to those who do not see it: by label, the amount."""
    [svg] = [picture.svg for picture in drawn[path] if picture.name == name]
    desc = unescape(svg[svg.index("<desc") :].split(">", 1)[1].split("</desc>")[0])
    said: dict[str, str] = {}
    for part in desc.split("; "):
        label, _, amount = part.rpartition(": ")
        said[label] = amount
    return said


def rows(graph: KnowledgeGraph, query: str) -> list[tuple[str, ...]]:
    return list(graph.store.query(query).texts())


@pytest.mark.parametrize("practice", ["continuous-testing", "continuous-integration", "rapid-releases"])
def test_findings_per_year_are_those_of_the_practice_and_narrower_ones(
    whole_graph: KnowledgeGraph, drawn: Drawn, practice: str
) -> None:
    query = f"""SELECT DISTINCT ?f ?year ?hand WHERE {{
      ?f a cs:Finding ; cs:concernsPractice/skos:broader* practice:{practice} .
      ?f cs:foundIn/fabio:hasPublicationYear ?year .
      FILTER NOT EXISTS {{ ?f a cs:FindingOfFurtherReading }}
      BIND(IF(EXISTS {{ ?f cs:attributedTo ?any }}, "second", "first") AS ?hand) }}"""
    count = Counter((year, hand) for _, year, hand in rows(whole_graph, query))
    expected = {year: str(Amount(count[year, "first"], count[year, "second"])) for year, _ in count}
    assert expected
    assert told(drawn, f"practice/{practice}.html", "years") == expected


LINKED = """SELECT DISTINCT ?top ?verb ?label ?s ?hand WHERE {
  ?link cs:challenge/skos:broader* ?top ; cs:practice/skos:prefLabel ?label ; cs:supportedBy ?f ;
    cs:polarity/rdfs:label ?verb .
  FILTER NOT EXISTS { ?f a cs:FindingOfFurtherReading }
  { ?f cs:producedBy ?s BIND("first" AS ?hand) }
  UNION { ?f cs:attributedTo ?w . ?s cs:reportedIn ?w ; a cs:Study BIND("second" AS ?hand) } }"""
"""What a challenge or a narrower one hinders, and what mitigates it, with the studies that say so."""


def test_strongest_links_of_a_challenge_count_distinct_studies(whole_graph: KnowledgeGraph, drawn: Drawn) -> None:
    names = {"hinders": "hinders", "mitigates": "mitigated by"}
    studies: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for top, verb, label, study, hand in rows(whole_graph, LINKED):
        studies[top.rsplit("/", 1)[-1], f"{names.get(verb)} {label}", hand].add(study)
    checked = 0
    for path, pictures in drawn.items():
        if not path.startswith("challenge/") or "strongest" not in {picture.name for picture in pictures}:
            continue
        slug = path.removeprefix("challenge/").removesuffix(".html")
        for label, amount in told(drawn, path, "strongest").items():
            own, others = studies[slug, label, "first"], studies[slug, label, "second"]
            if own or others:  # not an effect or a relation
                assert amount == str(Amount(len(own), len(others - own))), (path, label)
                checked += 1
    assert checked > 50


def test_a_link_is_a_sentence_in_the_direction_of_its_words(whole_graph: KnowledgeGraph, drawn: Drawn) -> None:
    query = """SELECT ?f ?verb ?p ?c WHERE {
      ?link cs:polarity/rdfs:label ?verb ; cs:practice/skos:prefLabel ?p ; cs:challenge/skos:prefLabel ?c .
      ?link cs:supportedBy ?f }"""
    checked: Counter[str] = Counter()
    for iri, verb, practice, challenge in rows(whole_graph, query):
        path = f"{iri.removeprefix(BASE)}.html"
        if verb == "absent" or path not in drawn or "more are below" in drawn[path][0].caption:
            continue
        sentence = f"{practice} {verb} {challenge}" if verb == "mitigates" else f"{challenge} {verb} {practice}"
        assert sentence in told(drawn, path, "links"), path
        checked[verb] += 1
    assert min(checked["hinders"], checked["mitigates"]) > 50


def test_each_link_of_a_finding_rings_one_study_at_most(drawn: Drawn) -> None:
    links = [one.svg for path, several in drawn.items() for one in several if path.startswith("finding/")]
    assert len(links) > 500
    assert [svg for svg in links if svg.count(' own"') > svg.count('class="axis"')] == []
    assert sum(' own"' in svg for svg in links) > 500


def test_where_there_is_nothing_to_show_there_is_no_picture(whole_graph: KnowledgeGraph, drawn: Drawn) -> None:
    query = """SELECT ?key WHERE { ?w a cs:Publication ; dcterms:identifier ?key
      FILTER NOT EXISTS { ?f a cs:Finding ; cs:reportedIn|cs:attributedTo ?w } }"""
    bare = [drawn[path] for (key,) in rows(whole_graph, query) if (path := f"publication/{key}.html") in drawn]
    assert len(bare) > 100
    assert bare == [[]] * len(bare)


def test_every_picture_has_a_title_and_a_description(drawn: Drawn) -> None:
    found = [picture.svg for pictures in drawn.values() for picture in pictures]
    assert len(found) > 1000
    head = r'<svg viewBox="0 0 \d+ \d+" role="img" aria-labelledby="([\w-]+)" aria-describedby="([\w-]+)">'
    for svg in found:
        assert re.match(head + r'<title id="\1">[^<]+</title><desc id="\2">[^<]+</desc>', svg), svg[:300]


TEXTS = ["a", "word " * 40, "w" * 300, "三十字" * 40, f"{SCRIPT} {TURN}", "ab cd " * 3, ""]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("most", [1, 2, 3])
def test_a_label_fits_its_width_and_its_lines(text: str, most: int) -> None:
    written = wrapped(text, 100, most)
    assert 1 <= len(written) <= most
    assert all(text_width(line) <= 100 for line in written)
    clean = " ".join(text.split())
    assert "…" in "".join(written) or " ".join(written) == clean or TURN in text


def test_nothing_in_a_label_becomes_an_element() -> None:
    pictures = [
        dot_rows([(SCRIPT, Amount(1, 0))], "n", SCRIPT, ""),
        years({2030: Amount(1, 2)}, SCRIPT, ""),
        sentences([Sentence(SCRIPT, SCRIPT, SCRIPT, Amount(1, 1))], SCRIPT, ""),
    ]
    for picture in pictures:
        assert set(re.findall(r"<(\w+)", picture.svg)) <= ELEMENTS


@pytest.mark.parametrize(("first", "second"), [(0, 1), (3, 2), (12, 0), (0, 13), (40, 60)])
def test_dots_or_the_length_of_a_bar_are_the_amount(first: int, second: int) -> None:
    svg = dot_rows([("one", Amount(first, second))], "n", "t", "").svg
    if first + second <= 12:
        assert (svg.count('class="first"'), svg.count('class="second"')) == (first, second)
    else:
        wide = {look: float(width) for width, look in re.findall(r'width="([\d.]+)" height="10.0" class="(\w+)"', svg)}
        assert wide.get("first", 0) * second == pytest.approx(wide.get("second", 0) * first, rel=0.02, abs=1)
    assert f">{first + second}</text>" in svg


def test_a_study_that_says_it_itself_is_ringed_among_the_filled_dots() -> None:
    own, told_of = (
        sentences([Sentence("a", "hinders", "b", Amount(2, 1), 1, first)], "t", "").svg for first in (True, False)
    )
    assert 'class="first own"' in own
    assert 'class="second own"' in told_of
