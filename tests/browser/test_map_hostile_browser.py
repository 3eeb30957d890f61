"""Whatever stands in titles, names, statements, keys and addresses: it is shown, runs nothing and hides nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.answers.evidence_map import Cell, EvidenceMap, Exclusion, Header, MapFinding
from kg.render.figures.canvas import Canvas
from kg.render.figures.map_picture import map_bubbles, map_table
from kg.render.pages.map_page import map_page
from tests.browser.map_pages import place, text, watched
from tests.maps import finding, quotation

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

OWN = "document.title='owned'"
MARKUP = (
    f'</script></style></textarea><script>{OWN}</script><img src=x onerror="{OWN}"><svg onload="{OWN}">'
    f'"\' onmouseover="{OWN}" ]]><!-- {{{{ 7 * 7 }}}} &lt;b&gt; \u2028'
)
ADDRESS = f"javascript:{OWN}"
TURNED = "\u202edenrut \u2066apart \u200f\x07\x1b[31m"
LONG = "A title without end " * 500
ONE_WORD = "x" * 10_000
TEXTS = {"markup": MARKUP, "address": ADDRESS, "turned": TURNED, "long": LONG, "one word": ONE_WORD}


def hostile(text: str) -> EvidenceMap:
    """A map all of whose texts are `text`, with something to tell them apart by."""

    def bad(name: str) -> str:
        return f"{name} {text}"

    def found(name: str, via: str = "", polarity: str = "hinders") -> MapFinding:
        made = finding(
            name,
            "study",
            via=via,
            polarity=polarity,
            quotations=(
                replace(
                    quotation(bad("quote"), url=ADDRESS),
                    section=bad("section"),
                    work=bad("work"),
                    key=bad("key"),
                    page=bad("page"),
                    said_by=bad("said by"),
                ),
            ),
        )
        return replace(
            made,
            iri=bad(name),
            id=bad(name),
            statement=bad("statement"),
            section=bad("section"),
            study=bad(name),
            work=bad("work"),
            key=bad("key"),
            via=bad("via") if via else "",
            via_key=bad("via") if via else "",
            year=bad("year"),
            methods=(bad("method"),),
        )

    rows, columns = (
        [
            Header(bad(f"{kind} {i}"), bad(f"{kind} {i}"), bad(f"{kind} group {i // 2}"), bad("definition"))
            for i in range(4)
        ]
        for kind in ("row", "column")
    )
    cells = {
        (rows[0].iri, columns[0].iri): Cell((found("one"), found("two", via="review"))),
        (rows[1].iri, columns[1].iri): Cell((found("three", polarity="absent"),)),
    }
    return EvidenceMap(
        bad("title"),
        "practice",
        "challenge",
        tuple(rows),
        tuple(columns),
        cells,
        bad("snapshot"),
        absences={rows[2].iri: (found("four", polarity="absent"),)},
        exclusions={(rows[3].iri, columns[3].iri): (Exclusion(bad("reason"), bad("by"), bad("date")),)},
    )


def written(folder: Path, name: str, content: str) -> str:
    (folder / name).write_text(content, encoding="utf-8")
    return (folder / name).as_uri()


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("width", [1366, 390])
def test_the_page_shows_it_and_runs_nothing(browser: Browser, tmp_path: Path, name: str, width: int) -> None:
    address = written(tmp_path, "map.html", map_page(hostile(TEXTS[name])))
    with watched(browser, address, viewport={"width": width, "height": 800}) as page:
        page.evaluate("document.querySelector('.filters').open = true")
        page.check("[name=findings]")
        for row, column, words in (
            (0, 0, "statement"),
            (1, 1, "statement"),
            (3, 3, "reason"),
            (2, -1, "definition"),
            (4, 4, "statement"),
        ):
            page.click(place(row, column))
            assert words in text(page, "aside")
            for link in page.locator("a").all():
                assert str(link.get_attribute("href")).startswith(("http:", "https:"))
        page.keyboard.press("Escape")
        page.click("text=Close groups")
        page.hover("h1")
        assert page.locator("img, svg, iframe, object").count() == 0
        assert page.locator("script").count() == 2
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("document.querySelector('h1').offsetHeight") < 60
        assert page.evaluate("document.querySelector('thead').offsetHeight") < 320
        assert page.evaluate("document.querySelector('.scroller').offsetHeight") > 100, "there is room for the table"
        shown = page.evaluate("document.body.innerText + document.querySelector('table').outerHTML")
        turning = [shown[max(0, i - 60) : i + 20] for i, c in enumerate(shown) if c in "\u202e\u2066\x1b"]
        assert turning == []


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("figure", [map_table, map_bubbles])
def test_a_picture_runs_nothing_and_keeps_its_size(
    browser: Browser, tmp_path: Path, name: str, figure: Callable[[EvidenceMap], Canvas]
) -> None:
    with watched(browser, written(tmp_path, "map.svg", figure(hostile(TEXTS[name])).svg())) as page:
        names = set(page.evaluate("[...document.querySelectorAll('*')].map((e) => e.localName)"))
        assert names <= {"svg", "title", "desc", "path", "text", "rect", "line", "circle"}
        width, height, boxes = page.evaluate("""() => {
            const svg = document.documentElement, size = svg.getBoundingClientRect();
            const right = [...svg.querySelectorAll("text")].map((text) => text.getBoundingClientRect().right);
            return [size.width, size.height, right];
        }""")
        assert width < 1200
        assert height < 2500
        assert max(boxes) <= width + 1, "no text leaves the figure"
        assert "\u202e" not in page.evaluate("document.documentElement.textContent")
