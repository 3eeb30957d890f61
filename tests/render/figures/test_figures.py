"""Figures for papers: they have the numbers of the query, harmless labels, and the same bytes for the same graph."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pyoxigraph import Literal
from pypdf import PdfReader

from kg.answers.rows import Rows
from kg.api import KnowledgeGraph
from kg.core.problems import UsageError
from kg.render.figures.agreement_network import STANCES
from kg.render.figures.canvas import DARK, LIGHT, MARGIN, POINTS, Canvas
from kg.render.figures.figure import EMPTY, Figure
from kg.render.figures.findings_per_year import scale
from kg.render.figures.kinds import KINDS
from kg.render.figures.letters import SMALL
from kg.render.figures.publications_per_year import CODED
from kg.render.figures.shared_studies import OWN, SHARES

SVG = "{http://www.w3.org/2000/svg}"
NAMES = [kind.name for kind in KINDS]
HOSTILE = "</text><script>alert(1)</script><a href='javascript:x'>\u202egnp.exe \x07 " + "unbreakable" * 1000


DIRECTION_COLUMNS = "practice_label outcome_label studies " + " ".join(
    f"{name} {name}_second_hand" for name in ("decreases", "no_change", "mixed", "increases")
)
STUDY_COLUMNS = "review review_label key work on"


def tree(figure: Figure) -> ET.Element:
    return ET.fromstring(figure.svg)  # noqa: S314 - our own


def texts(figure: Figure) -> list[str]:
    return [text.text or "" for text in tree(figure).iter(f"{SVG}text")]


def numbers(figure: Figure) -> list[int]:
    return [int(text) for text in texts(figure) if text.isdigit()]


def boxes(figure: Figure, fill: str) -> list[ET.Element]:
    """The boxes of a colour, without the one of the legend."""
    found = [box for box in tree(figure).iter(f"{SVG}rect") if box.attrib["fill"] == fill]
    legend = {"width": "7", "height": "6"}
    return [box for box in found if not legend.items() <= box.attrib.items()]


def column(figure: Figure, name: str) -> list[int]:
    return [int(str(row[name])) for row in figure.rows]


def made_rows(columns: str, *rows: tuple[str | int | None, ...]) -> Rows:
    return Rows(
        tuple(columns.split()), tuple(tuple(None if value is None else Literal(value) for value in row) for row in rows)
    )


def drawn(name: str, rows: Rows, width: float = 85, *flags: str) -> str:
    canvas, kind = Canvas(width), next(kind for kind in KINDS if kind.name == name)
    kind.draw(canvas, rows, frozenset(flags))
    return canvas.svg()


# --- numbers ---


def test_the_codes_of_the_first_publication_are_those_of_its_table(review_graph: KnowledgeGraph) -> None:
    figure = review_graph.figure("code-occurrences", work="vanska2024")
    assert len(figure.rows) == 16
    assert numbers(figure) == column(figure, "occurrences") == [4, 2, 1, 2, 3, 2, 2, 0, 0, 5, 1, 0, 2, 1, 2, 3]
    long = [float(box.attrib["width"]) for box in boxes(figure, DARK)]
    counts = [count for count in column(figure, "occurrences") if count]
    assert [wide / max(long) for wide in long] == pytest.approx([count / 5 for count in counts], abs=1e-3)
    assert [text for text in texts(figure) if text == "Run-time monitoring"]


def test_bars_of_first_and_second_hand_studies_are_as_high_as_their_numbers(library_graph: KnowledgeGraph) -> None:
    figure = library_graph.figure("publications-per-year")
    totals = [
        first + second
        for first, second in zip(column(figure, "first_hand"), column(figure, "second_hand"), strict=True)
    ]
    assert sorted(number for number in numbers(figure) if number < 1000) == sorted(filter(None, totals))
    one = min(float(box.attrib["height"]) for box in boxes(figure, DARK))
    for fill, name in ((DARK, "first_hand"), (LIGHT, "second_hand")):
        high = sorted(float(box.attrib["height"]) / one for box in boxes(figure, fill))
        assert high == pytest.approx(sorted(filter(None, column(figure, name)))), name
    assert "n.d." in texts(figure), "the leaflet has no year"


@pytest.mark.parametrize("width", [85, 175])
def test_findings_of_a_year_are_stacked_as_high_as_their_numbers(library_graph: KnowledgeGraph, width: float) -> None:
    figure = library_graph.figure("findings-per-year", width)
    first, second = column(figure, "first_hand"), column(figure, "second_hand")
    unit = max(float(box.attrib["height"]) for box in boxes(figure, DARK)) / max(first)
    for fill, counts in ((DARK, first), (LIGHT, second)):
        high = sorted(float(box.attrib["height"]) / unit for box in boxes(figure, fill))
        assert high == pytest.approx(sorted(filter(None, counts)), abs=0.02), fill
    bottom = max(float(box.attrib["y"]) + float(box.attrib["height"]) for box in boxes(figure, DARK))
    marks = [text for text in tree(figure).iter(f"{SVG}text") if text.get("text-anchor") == "end"]
    top, most = float(marks[-1].attrib["y"]), int(marks[-1].text or "")
    assert (float(marks[0].attrib["y"]) - top) / most == pytest.approx(unit, abs=0.01), "the scale is that of the bars"
    assert float(marks[0].attrib["y"]) == pytest.approx(bottom + SMALL * 0.36, abs=0.01)
    totals = Counter(one + other for one, other in zip(first, second, strict=True))
    assert totals <= Counter(numbers(figure)), "every bar has room for its number"
    assert "n.d." in texts(figure)


@pytest.mark.parametrize(("most", "marks"), [
    (1, [0, 1]), (5, [0, 1, 2, 3, 4, 5]), (6, [0, 2, 4, 6]), (101, [0, 50, 100, 150]),
    (10**6, range(0, 10**6 + 1, 200_000)),
])  # fmt: skip
def test_a_scale_has_round_numbers_and_reaches_the_largest(most: int, marks: Sequence[int]) -> None:
    assert scale(most) == list(marks)


@pytest.mark.parametrize("width", [60, 85, 175])
def test_studies_of_a_direction_are_a_bar_on_its_side(effects_graph: KnowledgeGraph, width: float) -> None:
    figure = effects_graph.figure("outcome-directions", width, at_least=1)
    drawn_boxes = boxes(figure, DARK)
    assert sum(column(figure, "studies")) == len(drawn_boxes) == len(numbers(figure)) == 8, "each bar is one study"
    assert len({float(box.attrib["width"]) for box in drawn_boxes}) == 1, "all directions have one scale"
    said = [text for text in texts(figure) if not text.isdigit()]
    assert said[2:6] == ["Decreases", "No change", "Mixed", "Increases"]
    assert {"Continuous integration", "Lead time", "Working in silos", "Satisfaction"} <= set(said)
    lead = [float(box.attrib["y"]) for box in drawn_boxes]
    row = next(y for y in lead if lead.count(y) == 3)
    own = sorted(float(box.attrib["x"]) for box in drawn_boxes if float(box.attrib["y"]) == row)
    bases = sorted({float(line.attrib["x1"]) for line in tree(figure).iter(f"{SVG}line")})
    length = float(drawn_boxes[0].attrib["width"])
    assert own == pytest.approx([bases[0] - length, bases[2], bases[3]], abs=0.01), "a decrease ends at its baseline"


def test_second_hand_studies_are_further_from_the_baseline_than_first_hand_ones() -> None:
    rows = made_rows(DIRECTION_COLUMNS, ("a", "b", 9, 1, 2, 0, 0, 0, 0, 2, 4))
    root = ET.fromstring(drawn("outcome-directions", rows))  # noqa: S314 - our own
    found = {
        fill: [box.attrib for box in root.iter(f"{SVG}rect") if box.attrib["fill"] == fill][1:]
        for fill in (DARK, LIGHT)
    }
    (left, right), (left_2, right_2) = found[DARK], found[LIGHT]
    unit = float(left["width"])
    lengths = [float(box["width"]) / unit for box in (left_2, right, right_2)]
    assert lengths == pytest.approx([2, 2, 4], abs=0.01)
    assert float(left_2["x"]) + float(left_2["width"]) == pytest.approx(float(left["x"]), abs=0.01)
    assert float(right["x"]) + float(right["width"]) == pytest.approx(float(right_2["x"]), abs=0.01)
    assert [text.text for text in root.iter(f"{SVG}text")][2:] == ["Decreases", "Increases", "A", "B", "3", "6"]


def test_many_effects_are_in_two_panels_where_there_is_room() -> None:
    rows = made_rows(DIRECTION_COLUMNS, *(("a", f"outcome {i}", 1, 1, 0, 0, 0, 0, 0, 0, 0) for i in range(30)))
    narrow, wide = (ET.fromstring(drawn("outcome-directions", rows, width)) for width in (85, 175))  # noqa: S314
    said = [[text.text for text in root.iter(f"{SVG}text")] for root in (narrow, wide)]
    assert [text for text in said[1] if text not in said[0]] == ["A (continued)"]
    assert all(f"Outcome {i}" in each for each in said for i in range(30))
    assert float(wide.attrib["height"][:-2]) < 0.65 * float(narrow.attrib["height"][:-2])


def test_reviews_share_what_the_query_counts(library_graph: KnowledgeGraph) -> None:
    figure = library_graph.figure("shared-studies")
    counts = [text for text in texts(figure) if text.isdigit()][3:]
    assert sorted(counts) == ["1", "2", "2", "3", "3", "3"]
    assert sorted(len(boxes(figure, fill)) for _, fill in SHARES) == [0, 0, 1, 2], "two of three and one of three"
    assert len(boxes(figure, OWN)) == 3
    marked = [text for text in texts(figure) if text[1:2] == "*"]
    assert len(marked) == 1, "of one review only the sheet is known"
    assert not [text for text in texts(library_graph.figure("shared-studies", basis="included")) if text[1:2] == "*"]


def test_reviews_that_share_studies_are_near_each_other() -> None:
    names = {"a": "A", "b": "B", "c": "C", "d": "A"}
    own = [(key, name, f"{key}{i}", "", "included") for key, name in names.items() for i in range(5)]
    both = [("d", "A", "a0", "", "included"), *(("d", "A", f"b{i}", "", "included") for i in range(4))]
    rows = made_rows(STUDY_COLUMNS, *own, *both)
    said = [text.text for text in ET.fromstring(drawn("shared-studies", rows)).iter(f"{SVG}text")]  # noqa: S314
    labels = [text for text in said if text and not text.isdigit()][:4]
    assert labels == ["1 A [d]", "2 B", "3 A [a]", "4 C"]


def test_works_coded_by_reviews_have_a_panel_of_their_own_only_with_the_flag(library_graph: KnowledgeGraph) -> None:
    without, with_ = (library_graph.figure("publications-per-year", coded=coded) for coded in (False, True))
    assert boxes(without, CODED[0]) == []
    assert len(boxes(with_, CODED[0])) == sum(count > 0 for count in column(with_, "coded"))
    assert len(boxes(with_, DARK)) == len(boxes(without, DARK))
    below = min(float(box.attrib["y"]) for box in boxes(with_, CODED[0]))
    assert below > max(float(box.attrib["y"]) for box in boxes(with_, DARK)), "one panel ends before the other begins"
    assert "is not a finding" in with_.caption
    assert "is not a finding" not in without.caption


def test_panels_are_side_by_side_where_there_is_room(library_graph: KnowledgeGraph) -> None:
    wide = library_graph.figure("publications-per-year", 175, coded=True)
    beside = min(float(box.attrib["x"]) for box in boxes(wide, CODED[0]))
    assert beside > max(float(box.attrib["x"]) for box in boxes(wide, DARK))
    assert wide.height < library_graph.figure("publications-per-year", coded=True).height


def test_only_the_tallest_bar_has_a_number_where_numbers_have_no_room(review_graph: KnowledgeGraph) -> None:
    figure = review_graph.figure("publications-per-year", practice="continuous-experimentation", coded=True)
    shown = [number for number in numbers(figure) if number < 1000]
    assert shown == [1, max(column(figure, "coded"))]
    assert len(boxes(figure, CODED[0])) == sum(count > 0 for count in column(figure, "coded"))


def test_a_selection_with_only_coded_works_says_that_it_has_no_findings() -> None:
    rows = made_rows("year practice_label first_hand second_hand coded", (2030, "continuous testing", 0, 0, 3))
    assert "There are no findings in this selection" in drawn("publications-per-year", rows)


def test_cells_are_numbers_of_studies_by_method_and_practice(library_graph: KnowledgeGraph) -> None:
    figure = library_graph.figure("methods-by-practice", practice="continuous-testing")
    assert numbers(figure) == [1] * len(figure.rows) == [1] * 5
    said = texts(figure)
    assert {"Survey", "Interview", "Systematic literature review"} <= set(said)
    rows = made_rows(
        "method_label practice_label studies keys",
        ("survey", "a", 3, ""),
        ("survey", "b", 1, ""),
        ("interview", "b", 12, ""),
    )
    cells = [text.text for text in ET.fromstring(drawn("methods-by-practice", rows)).iter(f"{SVG}text")]  # noqa: S314
    assert cells == ["Interview", "Survey", "A", "3", "B", "12", "1"], "row by row, an empty cell has no number"


def test_each_stance_has_its_own_line_and_words(library_graph: KnowledgeGraph) -> None:
    figure = library_graph.figure("agreement-network")
    stances = [str(row["stance"]) for row in figure.rows]
    lines = [path for path in tree(figure).iter(f"{SVG}path") if " C" in path.attrib["d"]]
    for stance, (colour, dashes, thick) in STANCES.items():
        own = [line for line in lines if line.attrib["stroke"] == colour]
        assert len(own) == stances.count(stance)
        assert {(line.get("stroke-dasharray", ""), float(line.attrib["stroke-width"])) for line in own} <= {
            (dashes, thick)
        }
    said = texts(figure)
    for words in ("agrees with", "confirms", "extends", "disputes", "Ash and Birch (2028)", "two2029: F1"):
        assert words in said
    assert len({(dashes, thick) for _, dashes, thick in STANCES.values()}) == len(STANCES), "without colour too"


def test_readings_and_works_with_the_same_name_are_distinct() -> None:
    columns = "by finding_id statement stance how key cited sections reading"
    rows = made_rows(
        columns,
        ("a", "F1", "One.", "agrees", "agreesWith", "x1", "Ash (2030)", "1", "Ann"),
        ("a", "F1", "Two.", "disputes", "refutes", "x2", "Ash (2030)", "1", "Ben"),
    )
    svg = drawn("agreement-network", rows)
    for text in ("F1 (Ann)", "F1 (Ben)", "Ash (2030) [x1]", "Ash (2030) [x2]", "refutes"):
        assert f">{text}<" in svg
    assert "a: F1" not in svg, "one publication need not be named at each finding"


@pytest.mark.parametrize("name", NAMES)
def test_csv_and_json_are_the_rows_of_the_query(toy_graph: KnowledgeGraph, name: str) -> None:
    figure = toy_graph.figure(name)
    asked = toy_graph.query(figure.kind.query)
    read = list(csv.DictReader(io.StringIO(figure.csv())))
    assert read == [{key: "" if value is None else str(value) for key, value in row.items()} for row in asked]
    document = json.loads(figure.json())
    assert document["rows"] == list(asked)
    assert document["caption"] == figure.caption
    assert document["snapshot"] == toy_graph.snapshot


# --- captions, parameters, errors ---


def test_a_caption_says_what_is_counted_in_which_graph_and_by_which_query(review_graph: KnowledgeGraph) -> None:
    caption = review_graph.figure("publications-per-year", since=2015, practice="run-time monitoring").caption
    assert "distinct studies" in caption
    assert "kg query practices-by-year --since 2015 --practice 'run-time monitoring'" in caption
    assert caption.endswith(f"snapshot {review_graph.snapshot[:12]}.")
    figure = review_graph.figure("code-occurrences")
    assert tree(figure).findtext(f"{SVG}desc") == figure.caption
    assert tree(figure).findtext(f"{SVG}title") == figure.title


def test_a_figure_is_narrowed_by_the_parameters_of_its_query(library_graph: KnowledgeGraph) -> None:
    assert column(library_graph.figure("publications-per-year", since="2032"), "year") == [2032]
    narrowed = library_graph.figure("agreement-network", finding="two2029/F1")
    assert [row["how"] for row in narrowed.rows] == ["disputes"]


@pytest.mark.parametrize("name", NAMES)
def test_an_empty_figure_says_so(library_graph: KnowledgeGraph, name: str) -> None:
    given = {"work": "leaflet"} if name == "code-occurrences" else {"since": "2090"}
    figure = library_graph.figure(name, **given)
    assert len(figure.rows) == 0
    assert " ".join(texts(figure)) == f"{figure.title} {EMPTY}"
    assert figure.png().startswith(b"\x89PNG")


def test_wrong_names_and_sizes_are_errors(toy_graph: KnowledgeGraph) -> None:
    for message, name, width, given in (
        ("did you mean code-occurrences", "code-occurences", 85, {}),
        ("has no parameter `works`; did you mean work", "code-occurrences", 85, {"works": "x"}),
        ("has no parameter `coded`", "code-occurrences", 85, {"coded": "yes"}),
        ("60 to 400 millimetres", "code-occurrences", 10, {}),
        ("no work is called", "code-occurrences", 85, {"work": "nobody"}),
    ):
        with pytest.raises(UsageError, match=message):
            toy_graph.figure(name, width, **given)


def test_a_figure_that_does_not_fit_is_an_error() -> None:
    columns = "year practice_label first_hand second_hand coded"
    rows = made_rows(columns, (1, "t", 1, 0, 0), (9999, "t", 1, 0, 0))
    bars = made_rows("year first_hand second_hand works", (1, 1, 0, 1), (9999, 1, 0, 1))
    with pytest.raises(UsageError, match="the years 1 to 9999 do not fit in 85 mm"):
        drawn("findings-per-year", bars)
    reviews = made_rows(STUDY_COLUMNS, *((str(i), "R", str(n), "", "coded") for i in range(20) for n in range(999)))
    with pytest.raises(UsageError, match="20 reviews do not fit in 85 mm"):
        drawn("shared-studies", reviews)
    with pytest.raises(UsageError, match="the years 1 to 9999 do not fit in 85 mm"):
        drawn("publications-per-year", rows)
    many = made_rows(
        "method_label practice_label studies keys",
        *((f"method {i}", f"practice {j}", 1, "") for i in range(40) for j in range(40)),
    )
    with pytest.raises(UsageError, match="40 columns do not fit in 85 mm"):
        drawn("methods-by-practice", many)
    assert "Method 39" in drawn("methods-by-practice", many, 300 * 2)


# --- formats ---


@pytest.mark.parametrize("width", [60, 85, 175])
@pytest.mark.parametrize("name", NAMES)
def test_every_format_has_the_requested_width(review_graph: KnowledgeGraph, name: str, width: float) -> None:
    figure = review_graph.figure(name, width)
    root = tree(figure)
    assert root.attrib["width"] == f"{width}mm"
    left, top, wide, high = map(float, root.attrib["viewBox"].split())
    assert (left, top) == (-MARGIN, -MARGIN)
    assert wide == pytest.approx(width * POINTS, abs=0.01)
    assert high == pytest.approx(figure.height * POINTS, abs=0.01)
    page = PdfReader(io.BytesIO(figure.pdf())).pages[0]
    assert float(page.mediabox.width) == pytest.approx(width * POINTS, abs=0.5)
    assert float(page.mediabox.height) == pytest.approx(figure.height * POINTS, abs=0.5)
    png = figure.png()
    assert int.from_bytes(png[16:20]) == pytest.approx(width / 25.4 * 300, abs=1)
    dots = png[png.index(b"pHYs") + 4 :]
    assert int.from_bytes(dots[:4]) == round(300 / 0.0254), "a word processor takes its size from the dots in a metre"


def test_letters_in_the_pdf_are_text_in_an_embedded_font(review_graph: KnowledgeGraph) -> None:
    page = PdfReader(io.BytesIO(review_graph.figure("code-occurrences").pdf())).pages[0]
    assert "Run-time monitoring" in page.extract_text()
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert fonts
    assert all("/FontFile2" in font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_bytes_in_another_process(toy: Path, name: str) -> None:
    program = (
        "import sys; from kg import KnowledgeGraph\n"
        "figure = KnowledgeGraph.open(sys.argv[1]).figure(sys.argv[2])\n"
        "print(figure.svg, figure.csv(), figure.json())"
    )
    ran = {
        subprocess.run(
            [sys.executable, "-c", program, str(toy), name],
            capture_output=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(ran) == 1


def test_a_notebook_shows_the_picture(toy_graph: KnowledgeGraph) -> None:
    figure = toy_graph.figure("code-occurrences")
    assert figure._repr_svg_() == figure.svg


@pytest.mark.parametrize(("name", "rows"), [
    ("publications-per-year", made_rows("year practice_label first_hand second_hand coded", (2030, HOSTILE, 1, 1, 1))),
    ("methods-by-practice", made_rows("method_label practice_label studies keys",
                                      (HOSTILE, HOSTILE, 10 ** 6, HOSTILE))),
    ("outcome-directions", made_rows(DIRECTION_COLUMNS, (HOSTILE, HOSTILE, *[10 ** 6] * 9))),
    ("shared-studies", made_rows(STUDY_COLUMNS, (HOSTILE,) * 5)),
    ("code-occurrences", made_rows("key number code occurrences practice section",
                                   (HOSTILE, 1, HOSTILE, 10 ** 9, HOSTILE, HOSTILE))),
    ("agreement-network", made_rows("by finding_id statement stance how key cited sections reading",
                                    (HOSTILE, HOSTILE, HOSTILE, "agrees", "agreesWith", *[HOSTILE] * 4))),
])  # fmt: skip
def test_hostile_labels_are_harmless_and_long_ones_end_in_an_ellipsis(name: str, rows: Rows) -> None:
    svg = drawn(name, rows, 85, "coded")
    assert len(svg) < 12_000
    root = ET.fromstring(svg)  # noqa: S314 - our own
    allowed = {"svg", "title", "desc", "rect", "text", "line", "path"}
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= allowed
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on") or "href" in name]
    said = "".join(root.itertext())
    assert "…" in said
    assert not {"\u202e", "\x07"} & set(said)


def test_no_two_lines_end_at_the_same_place(review_graph: KnowledgeGraph) -> None:
    paths = [
        path.attrib["d"].split()
        for path in tree(review_graph.figure("agreement-network")).iter(f"{SVG}path")
        if " C" in path.attrib["d"]
    ]
    ends = sorted(float(path[-1]) for path in paths)
    assert min(after - before for before, after in pairwise(ends)) > 5
