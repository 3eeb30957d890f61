"""The pictures on pages of things: what they count is what a query counts, and labels fit."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

import pytest

from kg.api import KnowledgeGraph
from kg.render.pages.site import site
from kg.render.pages.site_drawing import Amount, Sentence, dot_rows, sentences, text_width, wrapped, years
from tests.hostile_review import SCRIPT, TURN
from tests.pages import Files


@pytest.fixture(scope="module")
def files(review_graph: KnowledgeGraph) -> Files:
    return site(review_graph, "Pictures")


def told(files: Files, path: str, name: str) -> dict[str, str]:
    """What a picture says to those who do not see it: by label, the amount."""
    desc = re.search(rf'<desc id="picture-{name}-desc">(.*?)</desc>', files[path].decode())
    assert desc, path
    return dict(part.rsplit(": ", 1) for part in unescape(desc[1]).split("; "))  # type: ignore[misc]


def rows(graph: KnowledgeGraph, query: str) -> list[tuple[str, ...]]:
    return list(graph.store.query(query).texts())


def said(first: int, second: int) -> str:
    return str(Amount(first, second))


@pytest.mark.parametrize("practice", ["continuous-testing", "continuous-integration", "continuous-deployment"])
def test_findings_per_year_are_those_of_the_practice_and_narrower_ones(
    review_graph: KnowledgeGraph, files: Files, practice: str
) -> None:
    found = rows(
        review_graph,
        f"""SELECT DISTINCT ?f ?year ?hand WHERE {{
      ?f a cs:Finding ; cs:concernsPractice/skos:broader* practice:{practice} ; cs:foundIn/fabio:hasPublicationYear ?year .
      FILTER NOT EXISTS {{ ?f a cs:FindingOfFurtherReading }}
      BIND(IF(EXISTS {{ ?f cs:attributedTo ?any }}, "second", "first") AS ?hand) }}""",
    )
    count = Counter((year, hand) for _, year, hand in found)
    expected = {year: said(count[year, "first"], count[year, "second"]) for year, _ in count}
    assert expected
    assert told(files, f"practice/{practice}.html", "years") == expected


def test_strongest_links_count_distinct_studies(review_graph: KnowledgeGraph, files: Files) -> None:
    checked = 0
    for path in (path for path in files if re.fullmatch(r"challenge/[^/]*\.html", path)):
        if b"picture-strongest" not in files[path]:
            continue
        iri = f"challenge:{path.removeprefix('challenge/').removesuffix('.html')}"
        found = rows(
            review_graph,
            f"""SELECT DISTINCT ?polarity ?label ?s ?hand WHERE {{
          ?link cs:challenge/skos:broader* {iri} ; cs:practice/skos:prefLabel ?label ; cs:supportedBy ?f ;
            cs:polarity/rdfs:label ?polarity .
          FILTER NOT EXISTS {{ ?f a cs:FindingOfFurtherReading }}
          {{ ?f cs:producedBy ?s BIND("first" AS ?hand) }}
          UNION {{ ?f cs:attributedTo ?w . ?s cs:reportedIn ?w ; a cs:Study BIND("second" AS ?hand) }} }}""",
        )
        names = {"hinders": "hinders", "mitigates": "mitigated by"}
        for label, amount in told(files, path, "strongest").items():
            own, others = ({s for p, l, s, h in found if f"{names.get(p)} {l}" == label and h == hand}
                           for hand in ("first", "second"))  # fmt: skip
            if own or others:  # not an effect or a relation
                assert amount == said(len(own), len(others - own)), (path, label)
                checked += 1
    assert checked > 10


def test_a_link_is_a_sentence_in_the_direction_of_its_words(files: Files) -> None:
    page = files["finding/vanska2024/PEC4.html"].decode()
    assert "lack of ML testing expertise hinders continuous testing: " in page
    assert "continuous testing hinders" not in page


def test_a_mitigation_begins_with_the_practice(review_graph: KnowledgeGraph, files: Files) -> None:
    found = rows(
        review_graph,
        """SELECT ?key ?id ?p ?c WHERE {
      ?link cs:polarity cs:mitigates ; cs:practice/skos:prefLabel ?p ; cs:challenge/skos:prefLabel ?c ; cs:supportedBy ?f .
      ?f dcterms:identifier ?id ; cs:reportedIn/dcterms:identifier ?key }""",
    )
    assert found
    for key, id_, practice, challenge in found:
        text = unescape(files[f"finding/{key}/{id_}.html"].decode())
        assert f"{practice} mitigates {challenge}: " in text or "more are below" in text, (key, id_)


def test_where_there_is_nothing_to_show_there_is_no_picture(review_graph: KnowledgeGraph, files: Files) -> None:
    bare = rows(
        review_graph,
        """SELECT ?w WHERE { ?w a cs:Publication
      FILTER NOT EXISTS { ?f a cs:Finding ; cs:reportedIn|cs:attributedTo ?w } }""",
    )
    assert len(bare) > 10
    for (iri,) in bare:
        path = f"publication/{iri.rsplit('/', 1)[-1]}.html"
        assert path not in files or b"<svg" not in files[path], path


def test_every_picture_has_a_title_and_a_description(files: Files) -> None:
    found = [svg for path, data in files.items() if path.endswith(".html") and path not in ("graph.html", "map.html")
             for svg in re.findall(r"<svg .*?</svg>", data.decode())]  # fmt: skip
    assert len(found) > 100
    for svg in found:
        assert re.match(r'<svg viewBox="0 0 \d+ \d+" role="(img|group)" aria-labelledby="([\w-]+)" aria-describedby="([\w-]+)">'
                        r'<title id="\2">[^<]+</title><desc id="\3">[^<]+</desc>', svg), svg[:300]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["a", "word " * 40, "w" * 300, "三十字" * 40, f"{SCRIPT} {TURN} end", "ab cd " * 3, ""]
)
@pytest.mark.parametrize("most", [1, 2, 3])
def test_a_label_fits_its_width_and_its_lines(text: str, most: int) -> None:
    written = wrapped(text, 100, most)
    assert 1 <= len(written) <= most
    assert all(text_width(line) <= 100 for line in written)
    clean = " ".join(text.split())
    assert "…" in "".join(written) or " ".join(written) == clean or TURN in text


def test_nothing_in_a_label_becomes_an_element() -> None:
    amount = {2030: Amount(1, 2)}
    drawn = [dot_rows([(SCRIPT, Amount(1, 0))], "n", SCRIPT, ""), years(amount, SCRIPT, ""),
             sentences([Sentence(SCRIPT, SCRIPT, SCRIPT, Amount(1, 1))], SCRIPT, "")]  # fmt: skip
    for picture in drawn:
        assert set(re.findall(r"<(\w+)", picture.svg)) <= {
            "svg",
            "title",
            "desc",
            "text",
            "circle",
            "rect",
            "path",
            "g",
        }


@pytest.mark.parametrize(("first", "second"), [(0, 1), (3, 2), (12, 0), (0, 13), (40, 60)])
def test_dots_or_the_length_of_a_bar_are_the_amount(first: int, second: int) -> None:
    svg = dot_rows([("one", Amount(first, second))], "n", "t", "").svg
    if first + second <= 12:
        assert (svg.count('class="first"'), svg.count('class="second"')) == (first, second)
    else:
        wide = {look: float(width) for width, look in re.findall(r'width="([\d.]+)" height="10.0" class="(\w+)"', svg)}
        assert wide.get("first", 0) * second == pytest.approx(wide.get("second", 0) * first, abs=2)
    assert f">{first + second}</text>" in svg
