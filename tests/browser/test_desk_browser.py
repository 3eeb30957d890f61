"""The desk in Chromium: a paper in two columns annotated by mouse, and again by keyboard alone."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
import yaml

from tests.browser.axe import COLOUR_RULES, violations
from tests.server.desk.paper import write_paper
from tests.server.desk.serving import started_desk
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
        line = who.page.locator(".layer span", has_text=re.compile(re.escape(words))).first
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
        who.page.get_by_role("combobox", name=label, exact=True).filter(visible=True).fill(typed)
        who.click("[role=option]")

    drag(who, "lack of test automation tools makes it", "hard")
    who.picks("lack of test automation tools makes it hard")
    who.click("#new")
    who.page.locator("article.current textarea").fill(TOOLS)
    choose("Practices", "continuous testing")
    choose("Challenges", "test automation tool")
    who.says(re.compile("^saved$"))
    who.click("article.current >> text=+ link")
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
    who.page.get_by_role("combobox", name="Effects 1: outcome").fill("lead time")
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
def test_a_paper_is_annotated(browser: Browser, review: Path, texts: Path, way: Callable[[Person], None]) -> None:
    with person(browser, review, texts) as who:
        way(who)
        who.page.locator("#undo:enabled").wait_for()
        wanted = yaml.safe_load(GOLDEN.read_text("utf-8"))
        for _ in range(600):
            if yaml.safe_load(annotation(review)) == wanted:
                break
            who.page.wait_for_timeout(50)
        assert annotation(review) == GOLDEN.read_text("utf-8")
        own_words = len(TOOLS + SPEED + OLDER)
        by_hand = len(annotation(review)) - len(HEAD) - own_words
        assert who.keys - own_words < by_hand / 4, f"{who.keys} keys, {own_words} of them for the statements"
    quotes = kg(review, "verify-quotes", str(texts))
    assert "4 exact, 0 near, 0 missing" in quotes.stderr, quotes.stdout + quotes.stderr
    check = kg(review, "check")
    assert check.returncode == 0, check.stdout + check.stderr


HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\"> {{ 7 * 7 }}"


def test_nothing_that_was_read_runs(browser: Browser, review: Path, texts: Path) -> None:
    bib = review / "bib" / "hostile.bib"
    entry = "@article{evil, title={{HOSTILE}}, author={{<b onclick=x>}}, year={2030}}"
    bib.write_text(entry.replace("HOSTILE", HOSTILE), "utf-8")
    (texts / f"{KEY}.pdf").unlink()
    (texts / f"{KEY}.md").write_text(f"# 1 {HOSTILE}\n\nThese words are cited, {HOSTILE}\n", "utf-8")
    path = review / "bib" / "annotations" / f"{KEY}.yaml"
    said = HOSTILE.replace("'", "''")
    finding = f"  - id: F1\n    statement: '{said}'\n    section: \"1\"\n    attributed_to: evil\n"
    path.write_text(HEAD + finding + '    evidence:\n      - {quote: "<i>x</i>", section: "1"}\n', "utf-8")
    with person(browser, review, texts) as who:
        title = who.page.title()
        who.click("article.finding h3 button")
        who.press("/")
        who.type("These words")
        who.press("Enter")
        who.picks("These words")
        who.page.locator("#outline option", has_text="owned").wait_for(state="attached")
        assert who.page.title() == title
        assert (
            who.page.locator("img, b, i, script:not([type])").count()
            == who.page.locator("script:not([type]), .finding h3 b").count()
        )
        assert who.page.locator("article textarea").first.input_value() == HOSTILE


def test_changes_of_others_are_shown_and_never_overwritten(browser: Browser, review: Path, texts: Path) -> None:
    path = review / "bib" / "annotations" / f"{KEY}.yaml"
    shutil.copy(GOLDEN, path)
    with person(browser, review, texts) as who:
        who.click("article.finding h3 button >> nth=0")
        box = who.page.locator("article.current textarea")
        box.fill("Mine.")
        path.write_text(path.read_text("utf-8").replace(TOOLS, "Theirs.").replace(OLDER, "Another one."), "utf-8")
        who.press("Tab")
        clash = who.page.locator(".conflict", has_text="Theirs.")
        clash.wait_for()
        who.page.locator("article", has_text="Another one.").wait_for()
        assert "statement: Theirs." in annotation(review)
        clash.get_by_text("Write mine").click()
        who.says(re.compile("^saved$"))
        assert "statement: Mine." in annotation(review)
        assert "statement: Another one." in annotation(review)
        who.click("#undo")
        who.says("taken back")
        assert annotation(review).replace("Another one.", OLDER) == GOLDEN.read_text("utf-8").replace(TOOLS, "Theirs.")


def test_problems_are_shown_at_their_fields_while_typing(browser: Browser, review: Path, texts: Path) -> None:
    shutil.copy(GOLDEN, review / "bib" / "annotations" / f"{KEY}.yaml")
    with person(browser, review, texts) as who:
        who.click("article.finding h3 button >> nth=0")
        who.page.locator("article.current textarea").fill("")
        field = who.page.locator("article.current .field", has=who.page.locator("textarea"))
        field.get_by_text("this finding has no `statement`").wait_for()
        assert TOOLS in annotation(review)


def test_words_that_the_text_does_not_have_are_noticed(browser: Browser, review: Path, texts: Path) -> None:
    text = GOLDEN.read_text("utf-8").replace("therefore test by hand.", "therefore test by hands.")
    (review / "bib" / "annotations" / f"{KEY}.yaml").write_text(text, "utf-8")
    with person(browser, review, texts) as who:
        who.click("article.finding h3 button >> nth=0")
        who.page.locator(".evidence", has_text="by hands").get_by_text("similar words, but not these").wait_for()
        assert who.page.locator(".verdict").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_desk_is_accessible_and_fits(browser: Browser, review: Path, texts: Path, scheme: str) -> None:
    shutil.copy(GOLDEN, review / "bib" / "annotations" / f"{KEY}.yaml")
    with person(browser, review, texts, color_scheme=scheme) as who:
        who.page.set_viewport_size({"width": 1024, "height": 768})
        who.click("article.finding h3 button >> nth=1")
        drag(who, "long builds keep", "toy makers")
        who.picks("long builds keep toy makers")
        for dialog in ("", "#help"):
            if dialog:
                who.click(dialog)
            assert violations(who.page, rules=COLOUR_RULES if scheme == "dark" else ()) == []
        assert who.page.evaluate("document.documentElement.scrollWidth") <= 1024


DRAFT = f"""\
publication: {KEY}
annotator: Toy Model 1
annotator_is: model
created: 2031-02-03
study:
  label: Two toy teams
  methods: [interview]
findings:
  - id: M1
    statement: "Neither team has tools. <img src=x onerror=document.title='owned'>"
    section: "3"
    practices: [continuous-testing]
    evidence:
      - {{quote: "both teams therefore test by hand", section: "3"}}
  - id: M2
    statement: Continuous integration is usual.
    section: "3"
    practices: [continuous-integration]
    evidence:
      - {{quote: "Both teams practise continuous integration", section: "3"}}
"""


def test_a_proposal_is_accepted_by_keyboard_and_taken_back(browser: Browser, review: Path, texts: Path) -> None:
    annotation = review / "bib" / "annotations" / f"{KEY}.yaml"
    before = annotation.read_bytes()
    (review / "bib" / "drafts").mkdir()
    (review / "bib" / "drafts" / f"{KEY}.Toy-Model-1.yaml").write_text(DRAFT, "utf-8")
    with person(browser, review, texts) as who:
        proposed = who.page.locator("#proposed summary")
        assert proposed.inner_text() == "2 proposed findings"
        proposed.focus()
        who.press("Enter")
        assert violations(who.page) == []
        who.page.get_by_role("button", name="Accept M1").focus()
        who.press("Enter")
        who.says("accepted as M1")
        assert proposed.inner_text() == "1 proposed finding"
        finding = yaml.safe_load(annotation.read_text("utf-8"))["findings"][0]
        assert (finding["proposed_by"], finding["accepted_by"]) == ("Toy Model 1", "Toy Annotator")
        assert who.page.locator("#findings .said").inner_text() == finding["statement"]
        who.page.locator("#undo").click()
        who.says("taken back")
        assert annotation.read_bytes() == before
        assert proposed.inner_text() == "2 proposed findings"
        assert who.page.title() != "owned"


def test_a_second_reader_sees_no_proposals(review: Path) -> None:
    (review / "bib" / "drafts").mkdir()
    (review / "bib" / "drafts" / f"{KEY}.Toy-Model-1.yaml").write_text(DRAFT, "utf-8")
    with started_desk(review, KEY, "--as", "second") as desk:
        session = requests.Session()
        session.get(desk.url, timeout=60)
        assert session.get(f"{desk.address}state", timeout=60).json()["proposals"] == []
        asked = {"draft": f"{KEY}.Toy-Model-1", "finding": "M1"}
        refused = session.post(f"{desk.address}accept", json=asked, headers={"origin": desk.address.rstrip("/")})
        assert (refused.status_code, refused.json()["error"]) == (422, "this is no longer proposed")
