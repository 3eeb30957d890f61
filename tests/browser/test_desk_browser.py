"""The desk in Chromium: a paper in two columns annotated by mouse, and again by keyboard alone."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.browser.axe import COLOUR_RULES, violations
from tests.desk.paper import write_paper
from tests.desk.serving import started_desk
from tests.toy import write_toy

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

KEY = "example2031"
GOLDEN = Path(__file__).parents[1] / "golden" / "desk.yaml"
HEAD = """\
# Read at the desk.
publication: example2031
annotator: Toy Annotator
created: 2031-02-03

study:
  label: Two toy teams
  methods: [interview]

findings:
"""
TOOLS = "Both teams lack tools with which they could test continuously."
SPEED = "After the switch to continuous deployment, one day passed where two weeks had passed before."
OLDER = "Slow builds keep the makers of toys from frequent commits."


@dataclass
class Person:
    """Somebody at the desk; `keys` counts the keys that were pressed, and `clicks` those of the mouse."""

    page: Page
    keys: int = 0
    clicks: int = 0
    complaints: list[str] = field(default_factory=list)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def click(self, selector: str, **options: Any) -> None:
        self.page.locator(selector).filter(visible=True).first.click(**options)
        self.clicks += 1

    def says(self, text: str | re.Pattern[str]) -> None:
        self.page.locator("#status", has_text=text).wait_for()

    def picks(self, words: str) -> None:
        """Waits until the desk has the words as the quotation."""
        spans = self.page.locator("#quote span.in")
        for _ in range(600):
            if " ".join(spans.all_inner_texts()) == words:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(spans.all_inner_texts())


@contextmanager
def person(browser: Browser, review: Path, texts: Path, **options: Any) -> Iterator[Person]:
    """Somebody who has opened a desk; the page must not complain."""
    with started_desk(review, KEY, "--texts", str(texts)) as desk:
        context = browser.new_context(viewport={"width": 1366, "height": 900}, reduced_motion="reduce", **options)
        who = Person(context.new_page())
        who.page.set_default_timeout(120_000)
        who.page.on("pageerror", lambda error: who.complaints.append(str(error)))
        who.page.on("dialog", lambda dialog: (who.complaints.append(dialog.message), dialog.dismiss()))
        who.page.on("request", lambda request: request.url.startswith((desk.address, "data:"))
                    or who.complaints.append(request.url))  # fmt: skip
        who.page.goto(desk.url)
        who.says("every change is saved at once")
        yield who
        assert who.complaints == []
        context.close()


@pytest.fixture
def review(tmp_path: Path) -> Path:
    folder = write_toy(tmp_path / "review")
    for other in (folder / "bib" / "annotations").glob("*.yaml"):
        other.unlink()
    (folder / "bib" / "annotations" / f"{KEY}.yaml").write_text(HEAD, "utf-8")
    return folder


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    write_paper(folder / f"{KEY}.pdf")
    return folder


def annotation(review: Path) -> str:
    return (review / "bib" / "annotations" / f"{KEY}.yaml").read_text("utf-8")


def kg(review: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "kg", "--root", str(review), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def by_keyboard(who: Person) -> None:
    who.press("/")
    who.type("lack of test automation")
    who.press("Enter")
    who.picks("lack of test automation")
    who.press("Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "n")
    who.type(TOOLS)
    who.press("Enter")
    who.says("saved as F1")
    who.type("cont test")
    who.press("Enter", "Tab")
    who.type("test automation tool")
    who.press("Enter", "Tab", "Tab", "Tab", "Enter", "Tab", "Tab")
    who.type("h")
    who.says(re.compile("^saved$"))
    who.press("Escape", "/")
    who.type("therefore test by hand")
    who.press("Enter")
    who.picks("therefore test by hand.")
    who.press("e", "/")

    who.type("the lead time of")
    who.press("Enter")
    who.picks("the lead time of")
    who.press(*["Shift+ArrowRight"] * 10)
    who.picks("the lead time of the teams went down from two weeks to a day.")
    who.press("n")
    who.type(SPEED)
    who.press("Enter")
    who.says("saved as F2")
    who.press("ArrowDown", "Enter", "Tab", "Tab", "Tab", "Tab", "Tab", "Enter", "Tab")
    who.type("lead t")
    who.press("Enter", "Tab")
    who.type("d")
    who.press("Tab")
    who.type("b")
    who.says(re.compile("^saved$"))

    who.press("Escape", "/")
    who.type("long builds keep")
    who.press("Enter")
    who.picks("long builds keep")
    who.press("Shift+ArrowRight", "Shift+ArrowRight", "r")
    who.type(OLDER)
    who.press("Enter")
    who.says("saved as F3")
    who.type("cont integ")
    who.press("Enter")
    who.says(re.compile("^saved$"))


def drag(who: Person, first: str, last: str) -> None:
    """Drags the mouse from the beginning of a line's words to the end of those of another line."""
    places = []
    for words, end in ((first, False), (last, True)):
        line = who.page.locator(".layer span", has_text=words).first
        places.append(line.evaluate(
            """(span, [words, end]) => { const range = new Range(), at = span.textContent.indexOf(words);
            range.setStart(span.firstChild, at); range.setEnd(span.firstChild, at + words.length);
            const box = range.getBoundingClientRect();
            return [end ? box.right - 1 : box.left + 1, (box.top + box.bottom) / 2]; }""", [words, end]))  # fmt: skip
    who.page.mouse.move(*places[0])
    who.page.mouse.down()
    who.page.mouse.move(*places[1], steps=4)
    who.page.mouse.up()
    who.clicks += 1


def by_mouse(who: Person) -> None:
    def choose(label: str, typed: str) -> None:
        who.page.get_by_label(label, exact=True).filter(visible=True).fill(typed)
        who.click("[role=option]")

    drag(who, "lack of test automation tools makes it", "hard")
    who.picks("lack of test automation tools makes it hard")
    who.click("#new")
    who.page.locator("article.current textarea").fill(TOOLS)
    who.click("article.current h3")
    who.says("saved as F1")
    who.click("article.current h3") if who.page.locator("article.current .fields").first.is_hidden() else None
    choose("Practices", "continuous testing")
    choose("Challenges", "test automation tool")
    who.click("text=+ link")
    who.page.get_by_label("Links 1: says").select_option("hinders")
    who.says(re.compile("^saved$"))
    drag(who, "therefore test by hand", "therefore test by hand.")
    who.picks("therefore test by hand.")
    who.click("#more")

    drag(who, "the lead time of", "the teams went down from two weeks to a day.")
    who.picks("the lead time of the teams went down from two weeks to a day.")
    who.click("#new")
    who.page.locator("article.current textarea").fill(SPEED)
    who.click("article.current .proposals button")
    who.says(re.compile("saved as F2|^saved$"))
    who.click("article.current >> text=+ effect")
    who.page.get_by_label("Effects 1: outcome").fill("lead time")
    who.click("[role=option]")
    who.page.get_by_label("Effects 1: direction").select_option("decreases")
    who.page.get_by_label("Effects 1: valence").select_option("beneficial")
    who.says(re.compile("^saved$"))

    drag(who, "long builds keep", "toy makers")
    who.picks("long builds keep toy makers")
    who.click("#reported")
    who.page.locator("article.current textarea").fill(OLDER)
    choose("Practices", "continuous integration")
    who.says(re.compile("saved as F3|^saved$"))


@pytest.mark.parametrize("way", [by_keyboard, by_mouse])
def test_a_paper_is_annotated(
    browser: Browser, review: Path, texts: Path, way: Callable[[Person], None], record_property: Any
) -> None:
    with person(browser, review, texts) as who:
        way(who)
        who.page.locator("#undo:enabled").wait_for()
        wanted = yaml.safe_load(GOLDEN.read_text("utf-8"))
        for _ in range(600):
            if yaml.safe_load(annotation(review)) == wanted:
                break
            who.page.wait_for_timeout(50)
        assert annotation(review) == GOLDEN.read_text("utf-8")
        record_property("keys", who.keys)
        print(way.__name__, "keys", who.keys, "clicks", who.clicks, "characters of YAML", len(annotation(review)) - len(HEAD))
    quotes = kg(review, "verify-quotes", str(texts))
    assert "4 exact, 0 near, 0 missing" in quotes.stderr, quotes.stdout + quotes.stderr
    check = kg(review, "check")
    assert check.returncode == 0, check.stdout + check.stderr
