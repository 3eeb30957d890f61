"""The canvas: labels are wrapped to a width in points, legends break into rows, and every format has the same size."""

from __future__ import annotations

import io
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from kg.render.figures.canvas import FORMS, MARGIN, MOST_PIXELS, POINTS, Canvas, number
from kg.render.figures.letters import clean, text_width, wrapped

SVG = "{http://www.w3.org/2000/svg}"


def texts(canvas: Canvas) -> list[ET.Element]:
    return list(ET.fromstring(canvas.svg()).iter(f"{SVG}text"))  # noqa: S314 - our own


# --- letters ---


def test_letters_have_the_widths_of_helvetica() -> None:
    assert text_width("ill", 10) == pytest.approx(3 * 2.22)
    assert text_width("2024", 10) == pytest.approx(4 * 5.56)
    assert text_width("Öé", 10) == text_width("Oe", 10)
    assert text_width("W", 10, bold=True) > text_width("W", 10) > text_width("w", 10)
    assert text_width("工具", 10) >= 20


def test_a_long_label_continues_on_the_next_line_and_ends_in_an_ellipsis() -> None:
    assert wrapped("continuous testing", 200, 7, 2) == ["continuous testing"]
    assert wrapped("continuous testing", 40, 7, 2) == ["continuous", "testing"]
    assert wrapped("continuous run-time monitoring", 40, 7, 2) == ["continuous", "run-time …"]
    assert wrapped("", 40, 7, 2) == [""]


def test_a_long_word_breaks_after_its_hyphen() -> None:
    assert wrapped("semi-structured interview", 40, 7, 3) == ["semi-", "structured", "interview"]
    assert "".join(wrapped("unbreakable", 12, 7, 9)) == "unbreakable"


def test_a_label_is_one_line_and_nothing_reorders_it() -> None:
    assert clean("a\n  b\u202ec") == "a b\\u202ec"
    assert clean("x" * 10_000).endswith("x…")
    assert len(clean("x" * 10_000)) < 1000


@given(text=st.text(max_size=200), room=st.floats(20, 200), lines=st.integers(1, 4), bold=st.booleans())
def test_no_line_is_wider_than_its_room(text: str, room: float, lines: int, bold: bool) -> None:
    made = wrapped(text, room, 7, lines, bold=bold)
    assert 1 <= len(made) <= lines
    assert all(text_width(line, 7, bold=bold) <= room + 1e-6 for line in made)


# --- drawing ---


def test_numbers_have_two_decimals_at_most() -> None:
    assert [number(value) for value in (1, 1.5, 1.005001, 10)] == ["1", "1.5", "1.01", "10"]


def test_the_title_and_the_description_come_first_and_are_escaped() -> None:
    canvas = Canvas(85, "<b>title</b>\u202e")
    canvas.description = "a & b"
    assert "<title>&lt;b&gt;title&lt;/b&gt;\\u202e</title><desc>a &amp; b</desc>" in canvas.svg()


def test_a_group_shows_its_title_and_ends() -> None:
    canvas = Canvas(85)
    with canvas.group("a tooltip", class_="node"):
        canvas.text(0, 10, "inside")
    canvas.text(0, 20, "outside")
    root = ET.fromstring(canvas.svg())  # noqa: S314 - our own
    (group,) = root.iter(f"{SVG}g")
    assert group.attrib == {"class": "node"}
    assert [element.text for element in group] == ["a tooltip", "inside"]
    assert root[-1].text == "outside"


def test_a_legend_breaks_into_rows_and_its_long_texts_wrap() -> None:
    canvas = Canvas(60)
    drawn: list[tuple[float, float]] = []
    canvas.legend((8, lambda x, y: drawn.append((x, y)), text) for text in ("one", "two", "long words " * 10))
    assert drawn[0][1] == drawn[1][1] < drawn[2][1]
    assert drawn[2][0] == 0
    assert len(texts(canvas)) > 4
    assert canvas.y > max(float(text.attrib["y"]) for text in texts(canvas))


@pytest.mark.parametrize(("step", "upright"), [(60, False), (20, True)])
def test_column_heads_are_upright_where_columns_are_narrow(step: float, upright: bool) -> None:
    canvas = Canvas(85)
    canvas.column_heads(["testing", "experimentation"], 50, [step, step])
    assert ["transform" in text.attrib for text in texts(canvas)] == [upright] * 2
    assert canvas.y > max(float(text.attrib["y"]) for text in texts(canvas))


def test_short_heads_are_not_upright_in_narrow_columns() -> None:
    canvas = Canvas(85)
    canvas.column_heads(["2019", "2020"], 50, [20, 20])
    assert not any("transform" in text.attrib for text in texts(canvas))


# --- formats ---


@pytest.mark.parametrize("unit", [1.0, 0.5])
def test_every_format_has_the_same_size(unit: float) -> None:
    canvas = Canvas(85, unit=unit)
    canvas.y = 100 / unit
    root = ET.fromstring(canvas.svg())  # noqa: S314 - our own
    assert root.attrib["width"] == "85mm"
    left, _, wide, _ = map(float, root.attrib["viewBox"].split())
    assert left == -MARGIN
    assert wide * unit == pytest.approx(85 * POINTS, abs=0.01)
    page = PdfReader(io.BytesIO(canvas.pdf())).pages[0]
    assert float(page.mediabox.width) == pytest.approx(85 * POINTS, abs=0.5)
    assert float(page.mediabox.height) == pytest.approx(canvas.height * POINTS, abs=0.5)
    assert int.from_bytes(canvas.png()[16:20]) == pytest.approx(85 / 25.4 * 300, abs=1)


def test_a_png_has_fewer_dots_where_it_would_be_too_large() -> None:
    canvas = Canvas(2000)
    canvas.y = 10
    assert int.from_bytes(canvas.png()[16:20]) == pytest.approx(MOST_PIXELS, abs=1)


def test_a_canvas_is_written_in_the_format_of_the_ending() -> None:
    made = {ending: write(Canvas(60)) for ending, write in FORMS.items()}
    assert str(made[".svg"]).startswith("<svg")
    assert made[".png"][:4] == b"\x89PNG"
    assert made[".pdf"][:4] == b"%PDF"
