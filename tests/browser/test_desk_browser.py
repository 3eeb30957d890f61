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
from tests.server.desk.paper import FIRST, SECOND, THIRD, write_paper
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


@dataclass(frozen=True)
class Read:
    """A finding as somebody reads it: words of the paper, what it says, and which proposals are right."""

    sought: str
    words: str
    statement: str
    proposals: tuple[str, ...]
    more: tuple[str, str] = ("", "")
    """Words that are evidence for it too, and how they are sought."""
    reported: bool = False
    extra: str = ""
    """A practice to choose from the list, or a part to add: `count` or `relation`."""


TOOLS = "Both teams lack tools with which they could test continuously."
OLDER = "Slow builds keep the makers of toys from frequent commits."
READ = (
    Read("la of te..hard", "lack of test automation tools makes it hard", TOOLS,
         ("lack of test automation tools: hinders continuous testing",),
         ("therefore test by hand", "theref..hand")),
    Read("lead t..day", "lead time of the teams went down from two weeks to a day",
         "After the switch to continuous deployment, one day passed where two weeks had passed before.",
         ("continuous deployment: decreases lead time",),
         ("the deployment pipeline helped most", "the depl..most")),
    Read("long bu..oft", "long builds keep toy makers from committing often", OLDER,
         ("long builds: hinders frequent commits",), reported=True),
    Read("5 of..comm", "5 of 8 makers waited until the evening to commit",
         "With long builds, frequent commits are hard: most makers commit once a day only.",
         ("long builds: hinders frequent commits",), ("Long builds made frequent commits hard", "lo b m..hard"),
         extra="count"),
    Read("test par..third", "Test parallelisation reduced the build duration by a third",
         "In one of the teams, builds took a third less time after test parallelisation.",
         ("test parallelisation: decreases build duration",)),
    Read("fla te..both t", "flaky tests prevent regression testing from being trusted in both teams",
         "Because of flaky tests, neither of the teams trusts its regression testing.",
         ("flaky tests: hinders regression testing",)),
    Read("fea t..old", "Feature toggles helped team B to avoid the merge conflicts of its old",
         "With feature toggles, one team has fewer merge conflicts than it had with its old branches.",
         ("feature toggles: mitigates merge conflicts",)),
    Read("rap re..test", "Rapid releases increased the workload of the testers",
         "Testers report a heavier workload since rapid releases were introduced.",
         ("rapid releases: increases workload, harmful",), ("called every Friday a burden", "called ev..burd")),
    Read("code re..def", "Code review did not change the number of defects",
         "The number of defects after a release stayed the same with code review.",
         ("code review: no change of defects",), extra="relation"),
    Read("toy makers be..aut", "toy makers begin with build automation",
         "The authors recommend build automation as the first step, before other tools are bought.",
         ("kind: recommendation", "practice: build automation")),
)  # fmt: skip


_BEGUN = re.compile(r"(?<![\w-])[\w-]{2,4}$")
COMPLETION = """(({ nextElementSibling: hint }) => hint?.matches(':not([hidden])') ? hint.textContent : '')(
document.activeElement)"""


@dataclass
class Person:
    """Somebody at the desk; `keys` counts the keys that were pressed, and `clicks` those of the mouse."""

    page: Page
    keys: int = 0
    clicks: int = 0
    written: int = 0
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

    def write(self, text: str) -> None:
        """Types a text, and takes the completion of a word where it is the one that is meant."""
        before, at = self.keys, 0
        while at < len(text):
            if _BEGUN.search(text[:at]) and re.match(r"[\w-]{2}", text[at:]):
                more = self.page.evaluate(COMPLETION).removeprefix("→ …")
                if more and re.match(re.escape(more) + r"(?![\w-])", text[at:]):
                    self.press("ArrowRight")
                    at += len(more) + text[at + len(more) :].startswith(" ")
                    continue
            end = at + 1
            while end < len(text) and not _BEGUN.search(text[:end]):
                end += 1
            self.type(text[at:end])
            at = end
        self.written += self.keys - before

    def find(self, sought: str, words: str) -> None:
        self.press("/")
        self.type(sought)
        self.press("Enter")
        self.picks(words)

    def number_of(self, text: str) -> str:
        """The number of a proposal."""
        return self.page.locator("article.current .offers button", has_text=text).locator("kbd").inner_text()

    def says(self, text: str | re.Pattern[str]) -> None:
        self.page.locator("#status", has_text=text).wait_for()

    def picks(self, words: str) -> None:
        """Waits until the desk has the words as the quotation."""
        spans = self.page.locator("#quote span.in")
        for _ in range(600):
            if " ".join(spans.all_inner_texts()).rstrip(".,:") == words:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(spans.all_inner_texts())


@contextmanager
def person(browser: Browser, review: Path, texts: Path, *more: str) -> Iterator[Person]:
    """Somebody who has opened a desk; the page must not complain."""
    with started_desk(review, KEY, "--texts", str(texts), *more) as desk:
        context = browser.new_context(viewport={"width": 1366, "height": 900}, reduced_motion="reduce")
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
    for number, one in enumerate(READ, 1):
        who.find(one.sought, one.words)
        who.press("r" if one.reported else "n")
        who.write(one.statement)
        who.press("Enter")
        who.says(f"saved as F{number}")
        for text in one.proposals:
            who.press(who.number_of(text))
        if one.extra == "count":
            who.press("m")
            who.write("Wait until the evening to commit.")
            who.press("Enter", "Escape")
        if one.extra == "relation":
            who.press("v", "r", "e", "l", "Tab")
            who.type("F1")
            who.press("Enter", "Escape")
        if one.more[0]:
            who.find(one.more[1], one.more[0])
            who.press("e")
        who.says(re.compile("^saved"))


def drag(who: Person, words: str) -> None:
    """Drags the mouse over words of the paper, which may be on several lines."""
    text = next(text for text in (SECOND, THIRD, FIRST) if words in text.replace("\n", " "))
    at = text.replace("\n", " ").index(words)
    parts = text[at : at + len(words)].split("\n")
    lines = (text[: at + len(parts[0])].count("\n"), text[: at + len(words)].count("\n"))
    places = []
    for words, number, end in ((parts[0], lines[0], False), (parts[-1], lines[1], True)):
        line = who.page.locator(".layer").get_by_text(text.split("\n")[number], exact=True)
        line.scroll_into_view_if_needed()
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
    for number, one in enumerate(READ, 1):
        drag(who, one.words)
        who.picks(one.words)
        who.click("#reported" if one.reported else "#new")
        who.page.locator("article.current textarea").first.fill(one.statement)
        for text in one.proposals:
            who.page.locator("article.current .offers button", has_text=text).click()
            who.clicks += 1
        who.says(re.compile(f"saved as F{number}|^saved$"))
        if one.extra == "count":
            who.click("article.current >> text=+ count")
            who.page.get_by_label("Reported counts 1: what they did").fill("Wait until the evening to commit.")
        if one.extra == "relation":
            who.click("article.current >> text=+ relation")
            who.page.get_by_label("Relations to other findings 1: type").select_option("related")
            who.page.get_by_role("combobox", name="Relations to other findings 1: finding").fill("F1")
            who.click("[role=option]")
        if one.more[0]:
            drag(who, one.more[0])
            who.picks(one.more[0])
            who.click("#more")
        who.says(re.compile("^saved"))


@pytest.mark.parametrize("way", [by_keyboard, by_mouse])
def test_ten_findings_are_annotated(browser: Browser, review: Path, texts: Path, way: Callable[[Person], None]) -> None:
    with person(browser, review, texts) as who:
        way(who)
        who.page.locator("#undo:enabled").wait_for()
        wanted = yaml.safe_load(GOLDEN.read_text("utf-8"))
        for _ in range(600):
            if yaml.safe_load(annotation(review)) == wanted:
                break
            who.page.wait_for_timeout(50)
        assert annotation(review) == GOLDEN.read_text("utf-8")
        own_words = sum(len(one.statement) for one in READ)
        by_hand = len(re.sub(r"(?m)^ +", "", annotation(review).removeprefix(HEAD)))
        typed = who.keys or who.clicks + own_words
        said = f"{typed} keys and clicks, {own_words} characters of statements, {by_hand} of YAML"
        assert typed < by_hand * 0.23, said
    quotes = kg(review, "verify-quotes", str(texts))
    assert "16 exact, 0 near, 0 missing" in quotes.stderr, quotes.stdout + quotes.stderr
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
    text = GOLDEN.read_text("utf-8").replace("therefore test by hand", "therefore test by hands")
    (review / "bib" / "annotations" / f"{KEY}.yaml").write_text(text, "utf-8")
    with person(browser, review, texts) as who:
        who.click("article.finding h3 button >> nth=0")
        who.page.locator(".evidence", has_text="by hands").get_by_text("similar words, but not these").wait_for()
        assert who.page.locator(".verdict").count() == 1


def test_every_part_is_edited_and_the_page_is_accessible(browser: Browser, review: Path, texts: Path) -> None:
    shutil.copy(GOLDEN, review / "bib" / "annotations" / f"{KEY}.yaml")
    with person(browser, review, texts) as who:
        page = who.page
        page.set_viewport_size({"width": 1024, "height": 768})
        who.press("a")
        page.get_by_role("button", name="+ participant").click()
        page.get_by_label("Participants 1: role as printed").fill("Toy maker")
        page.get_by_label("Participants 1: section").fill("2")
        drag(who, "long builds keep toy makers from committing often")
        who.picks("long builds keep toy makers from committing often")
        by_dragging(who, "often", "makers")
        who.picks("long builds keep toy makers")
        page.get_by_role("button", name="+ citation").click()
        page.get_by_label("Citations, with their reasons 1: reason").select_option("agreesWith")
        page.get_by_role("button", name="+ note").click()
        page.get_by_role("combobox", name="Curation notes 1: what it is about").fill("F3")
        who.click("[role=option]")
        page.get_by_label("Curation notes 1: what does not agree").fill("The report is not dated.")
        page.get_by_label("Curation notes 1: what does not agree").press("Enter")
        who.click("article.finding h3 button >> nth=1")
        page.get_by_role("img", name="continuous deployment decreases lead time: 1 first-hand").wait_for()
        wanted = {
            "participants": [{"id": "P1", "role": "Toy maker", "section": "2"}],
            "citations": [{"work": "acme2030", "reason": "agreesWith", "sections": ["1"], "evidence": [EVIDENCE]}],
            "curation_notes": [
                {"id": "N1", "about": ["F3"], "note": "The report is not dated.", "evidence": [EVIDENCE]}
            ],
        }
        for _ in range(600):
            data = yaml.safe_load(annotation(review))
            if {key: data.get(key) for key in wanted} == wanted:
                break
            page.wait_for_timeout(50)
        assert {key: data.get(key) for key in wanted} == wanted
        assert '\nparticipants:\n  - {id: P1, role: Toy maker, section: "2"}\n\nfindings:' in annotation(review)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1024
        assert violations(page) == []
        page.emulate_media(color_scheme="dark")
        assert violations(page, rules=COLOUR_RULES) == []
        who.press("Escape", "?")
        assert violations(page) == []
        assert page.evaluate("document.activeElement.id") == "keys-title", "the keys are read from the first one"
        who.press("Escape")
        who.click("article.finding h3 button >> nth=0")
        who.press("l")
        says = page.get_by_label("Links 2: says")
        says.wait_for()
        assert says.evaluate("field => field === document.activeElement"), "what is missing of a link is a choice"


def by_dragging(who: Person, word: str, to: str) -> None:
    """Drags an end of the quotation to another word."""
    places = [who.page.locator("#quote span", has_text=one).first.bounding_box() for one in (word, to)]
    for place, act in zip(places, (who.page.mouse.down, who.page.mouse.up), strict=True):
        assert place
        who.page.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2, steps=3)
        act()


EVIDENCE = {"quote": "long builds keep toy makers", "section": "1"}


def test_a_consensus_is_made_by_choosing(browser: Browser, review: Path, texts: Path) -> None:
    first = GOLDEN.read_text("utf-8")
    second = first.replace("Toy Annotator", "Zoë").replace(OLDER, "Slow builds make commits rare.")
    second = second.replace("[build-automation]", "[build-automation, test-automation]")
    folder = review / "bib" / "annotations"
    (folder / f"{KEY}.yaml").write_text(first, "utf-8")
    (folder / f"{KEY}.zoe.yaml").write_text(second, "utf-8")
    with person(browser, review, texts, "--consensus") as who:
        places = who.page.locator("#deciding li")
        assert places.locator(".version span").all_inner_texts()[:2] == [OLDER, "Slow builds make commits rare."]
        assert places.count() == 2
        assert violations(who.page) == []
        who.press("d", "2")
        who.page.locator("#deciding-title", has_text="1 place to decide").wait_for()
        who.press("0")
        who.page.locator("#deciding-title", has_text="Everything is decided").wait_for()
        who.press("u")
        who.page.locator("#deciding-title", has_text="1 place to decide").wait_for()
        who.press("d", "0")
        who.page.locator("#deciding-title", has_text="Everything is decided").wait_for()
    made = yaml.safe_load((folder / f"{KEY}.consensus.yaml").read_text("utf-8"))
    assert made["findings"][2]["statement"] == "Slow builds make commits rare."
    assert made["findings"][9]["practices"] == ["build-automation"]
    assert "UNDECIDED:" not in (folder / f"{KEY}.consensus.yaml").read_text("utf-8")
    assert kg(review, "check").returncode == 0


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
