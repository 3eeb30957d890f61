"""Full texts in files as people have them: two columns, running heads, footnotes, accents, sections, hostile names."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from kg.core.problems import KgError
from kg.readers.texts.found import TextFolder, files_of, full_text_path
from kg.readers.texts.full_text import FullText
from kg.readers.texts.opened import LineText, open_text, read_full_text
from kg.readers.texts.problems import TextError
from kg.readers.texts.typography import composed, normalise, quotation_of
from tests.pdf import Shown, write_pages, write_pdf

SIX = [
    ("Toy teams test each", "build on a Friday, and"),
    ("night, and those who", "nobody watches what it"),
    ("do so find more faults", "says. We asked eleven"),
    ("before children do. Toys", "of them why they do not"),
    ("break less often than", "look: the tests are too"),
    ("they did. Some teams", "slow, and often flaky."),
]


def test_two_columns_that_are_drawn_line_by_line_are_read_one_after_the_other(tmp_path: Path) -> None:
    rows = [
        shown
        for number, (left, right) in enumerate(SIX)
        for shown in (Shown(left, 60, 100 + 14 * number), Shown(right, 320, 100 + 14 * number))
    ]
    write_pages(
        tmp_path / "rows.pdf", [Shown("A toy study of the builds of toys and of all their tests", 120, 60), *rows]
    )
    text = read_full_text(tmp_path / "rows.pdf")
    assert text.judge("they did. Some teams build on a Friday, and nobody watches").verdict == "exact"
    assert text.judge("Toy teams test each build on a Friday").verdict != "exact"
    assert text.text.startswith("A toy study")


def test_a_table_drawn_row_by_row_stays_in_rows(tmp_path: Path) -> None:
    body = [
        Shown("The toys that we tested broke as often as those that we did not test.", 60, 90 + 14 * n)
        for n in range(9)
    ]
    table = [Shown(word, x, 300 + 14 * n) for n in range(5) for word, x in ((f"row {n}", 60), (f"value {n}", 320))]
    write_pages(tmp_path / "table.pdf", [*body, *table])
    assert read_full_text(tmp_path / "table.pdf").judge("row 2 value 2").verdict == "exact"


def paper(path: Path) -> FullText:
    """A paper of three pages with a running head, page numbers, numbered lines, a footnote and a raised number."""
    things = [
        "bears",
        "boats",
        "cards",
        "dolls",
        "drums",
        "games",
        "kites",
        "marbles",
        "puzzles",
        "robots",
        "tops",
        "yo-yos",
    ]
    whats = ("break in the first week of the", "are tested at night, unless the", "cost more than those of the other")
    lines = {page: [f"The {thing} {what} toy" for thing in things] for page, what in enumerate(whats, 1)}
    pages = []
    for number in (1, 2, 3):
        body = [
            shown
            for at, line in enumerate(lines[number])
            for shown in (
                Shown(str(12 * (number - 1) + at + 1), 30, 90 + 20 * at, 6),
                Shown(line, 80, 90 + 20 * at),
            )
        ]
        head = Shown("Journal of Toys 12 (2031), Muster et al.", 80, 40, 9)
        note = [Shown("1", 80, 697, 5), Shown("The footnote has words of its own.", 84, 700, 8)]
        raised = [Shown("in 2030", 80, 340), Shown("1", 119, 335, 6), Shown("they broke,", 126, 340)]
        foot = Shown(f"{number + 100}", 290, 800, 9)
        pages.append([head, *body, *(raised + note if number == 2 else []), foot])
    write_pages(path, *pages)
    return read_full_text(path)


def test_running_heads_and_numbers_are_no_part_of_the_text(tmp_path: Path) -> None:
    text = paper(tmp_path / "paper.pdf")
    assert text.judge("in the first week of the toy The bears are tested at night").verdict == "exact", (
        "across a page break"
    )
    assert "Journal" not in text.text
    assert text.pages[0].left_out[:2] == ("Journal of Toys 12 (2031), Muster et al.", "101")
    assert text.judge("week of the toy The boats break in").verdict == "exact", "numbers of lines in the margin"


def test_footnotes_follow_the_body_and_their_marks_do_not_count(tmp_path: Path) -> None:
    text = paper(tmp_path / "paper.pdf")
    page = text.pages[1]
    assert page.text[page.flow :].strip() == "¹The footnote has words of its own."
    assert text.judge("in 2030").verdict == "exact"
    assert text.judge("in 2030 they broke, The bears cost more than").verdict == "exact", "across the footnote"
    start, end = text.find("footnote has words") or (0, 0)
    assert (text.text[start:end], text.page_at(start).number) == ("footnote has words", 2)
    assert text.in_footnotes(start)


def test_every_character_has_its_place_on_the_page(tmp_path: Path) -> None:
    paper(tmp_path / "paper.pdf")
    with open_text(tmp_path / "paper.pdf") as opened:
        page, boxes = opened.page(2), opened.boxes(2)
        width, height = opened.size(2)
        assert len(boxes) == len(page.text)
        assert all(box is None or (0 <= box[0] <= box[2] <= width and 0 <= box[1] <= box[3] <= height) for box in boxes)
        first = boxes[page.text.index("The cards")]
        assert first is not None
        assert first[0] == pytest.approx(80, abs=2)
        assert first[1] < 130 < first[3] + 3, "its baseline is 130 points below the top"
        assert opened.picture(2, 0.5).startswith(b"\x89PNG")


def test_a_turned_page_is_read_as_it_is_displayed(tmp_path: Path) -> None:
    write_pdf(tmp_path / "plain.pdf", [(72, "Toys break often"), (72, "when nobody tests them.")])
    writer = PdfWriter(clone_from=tmp_path / "plain.pdf")
    writer.pages[0].rotate(90)
    writer.write(tmp_path / "turned.pdf")
    with open_text(tmp_path / "turned.pdf") as opened:
        assert set(opened.page(1).text.split("\n")) == {"Toys break often", "when nobody tests them."}
        box = opened.boxes(1)[0]
        assert box is not None
        assert box[0] > opened.size(1)[0] / 2, "the top of the page is displayed on the right"


# --- files that cannot be used, and files that can ---


@pytest.mark.parametrize(("password", "rule"), [("", ""), ("secret", "text/encrypted")])
def test_only_a_real_password_keeps_a_text_from_being_read(tmp_path: Path, password: str, rule: str) -> None:
    write_pdf(tmp_path / "plain.pdf", [(72, "our tests are slow")])
    writer = PdfWriter(clone_from=tmp_path / "plain.pdf")
    writer.encrypt(user_password=password, algorithm="RC4-128")
    writer.write(tmp_path / "encrypted.pdf")
    assert PdfReader(tmp_path / "encrypted.pdf").is_encrypted
    if not rule:
        assert read_full_text(tmp_path / "encrypted.pdf").text == "our tests are slow"
        return
    with pytest.raises(TextError, match="needs a password") as raised:
        read_full_text(tmp_path / "encrypted.pdf")
    assert raised.value.rule == rule


@pytest.mark.parametrize(("name", "data", "rule"), [
    ("a.pdf", b"%PDF-1.4 broken", "text/broken"), ("a.pdf", b"", "text/broken"), ("a.txt", b" \n", "text/no-text"),
])  # fmt: skip
def test_a_text_that_cannot_be_used_has_a_rule_and_a_hint(tmp_path: Path, name: str, data: bytes, rule: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(TextError) as raised:
        read_full_text(tmp_path / name)
    assert (raised.value.rule, bool(raised.value.hint)) == (rule, True)
    assert isinstance(raised.value, KgError)


FIRST_PAGE = """
import re, resource, sys
from pathlib import Path
from kg.readers.texts.opened import open_text
with open_text(Path(sys.argv[1])) as opened:
    print(opened.page_count, opened.page(1).text.count("toys"))
status = Path("/proc/self/status")  # on Linux, getrusage() begins with the memory of the process that started this one
peak = re.search(r"VmHWM:\\s+(\\d+)", status.read_text())[1] if status.exists() else None
print(int(peak or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss) // 1024)
"""


def test_the_first_page_of_2000_needs_little_memory(tmp_path: Path) -> None:
    lines = [(72, f"line {n} of many about toys that break when nobody tests them at night") for n in range(40)]
    write_pdf(tmp_path / "book.pdf", *[lines] * 2000)
    done = subprocess.run(
        [sys.executable, "-c", FIRST_PAGE, str(tmp_path / "book.pdf")], capture_output=True, text=True, check=True
    )
    (count, words), (memory,) = (line.split() for line in done.stdout.splitlines())
    assert (count, words) == ("2000", "40")
    assert int(memory) < 300 * (1024 if sys.platform == "darwin" else 1)


# --- typography ---


@pytest.mark.parametrize(("printed", "read"), [
    ("na¨ıve", "naïve"), ("Universit´e", "Université"), ("na \u0308ıve", "naïve"), ("Ko ˇse", "Ko še"),
    ("c¸a", "c¸a"), ("˜5 toys", "˜5 toys"), ("the `a toy'", "the `a toy'"), ("voil`a", "voilà"), ("plain", "plain"),
])  # fmt: skip
def test_an_accent_before_its_letter_is_put_on_it(printed: str, read: str) -> None:
    assert composed(printed) == read


@pytest.mark.parametrize(("passage", "quotation"), [
    ("were re-\nmoved by", "were removed by"), ("state-of-the-\nart tools", "state-of-the-art tools"),
    ("the GDPR-\nRelated toys", "the GDPR-Related toys"), ("two\n lines  here", "two lines here"),
    ("Univer-\nsit´e", "Université"),
])  # fmt: skip
def test_a_selected_passage_becomes_a_quotation_of_one_line(passage: str, quotation: str) -> None:
    assert quotation_of(passage) == quotation


MARKDOWN = """# Toys

## 1 Introduction

They said:

> “We test at night,
> and then we look.”

The field `n\\_toys` is *never* set in 2030³ at all.

## 2. Method

### 2.1 Sample

Eleven teams.
"""


def test_markdown_is_read_as_it_is_printed() -> None:
    text = LineText("toy.md", MARKDOWN.encode()).whole()
    for quote in ("We test at night, and then we look.", "n_toys is never set in 2030 at all", "set in 2030³ at"):
        assert text.judge(quote).verdict == "exact", quote
    assert [section.name for section in text.sections] == ["Toys", "1", "2", "2.1"]
    found = text.find("Eleven teams")
    assert found is not None
    section = text.section_at(found[0])
    assert section is not None
    assert (section.number, section.title, text.line_at(found[0])) == ("2.1", "Sample", 16)


ROMAN = """A STUDY OF TOYS
Abstract
We test toys.
I. INTRODUCTION
Toys break.
1. They are old.
II. METHOD
A. Sample
Eleven teams.
B. Analysis
We counted.
III. RESULTS
They break.
C. Muster, A list of toys.
REFERENCES
A. Other, Toys, 2030.
APPENDIX A
Questions
"""


def test_sections_with_roman_numbers_and_letters() -> None:
    text = LineText("toy.txt", ROMAN.encode()).whole()
    assert [section.name for section in text.sections] == [
        "Abstract", "I", "II", "II-A", "II-B", "III", "REFERENCES", "Appendix A"
    ]  # fmt: skip
    two, below = text.section_named("II"), text.section_named("II-B")
    assert two
    assert below
    assert (text.is_in(below, two), text.is_in(two, below)) == (True, False)


def test_a_numbered_list_is_no_section() -> None:
    lines = ["1 Introduction", "We ask:", "1. Why?", "2. Who?", "3. When?", "2 Method", "2.1 Sample", "Ten.",
             "2.2 Tools", "None.", "3 Results", "Few."]  # fmt: skip
    sections = LineText("toy.txt", "\n".join(lines).encode()).whole().sections
    assert [(section.number, section.title) for section in sections] == [
        ("1", "Introduction"), ("2", "Method"), ("2.1", "Sample"), ("2.2", "Tools"), ("3", "Results")
    ]  # fmt: skip


# --- where a text is ---


def test_endings_in_upper_case_and_files_of_entries_are_found(tmp_path: Path) -> None:
    (tmp_path / "storage/AB12").mkdir(parents=True)
    for name in ("W1.PDF", "w2.x.txt", "storage/AB12/Muster - 2031 - Toys.pdf"):
        (tmp_path / name).write_bytes(b"x")
    assert full_text_path(tmp_path, "W1") == tmp_path / "W1.PDF"
    assert full_text_path(tmp_path, "w2") is None, "its key is w2.x"
    zotero = r"Full Text PDF:C\:\\Users\\me\\Zotero\\storage\\AB12\\Muster - 2031 - Toys.pdf:application/pdf"
    folder = TextFolder(tmp_path, lambda: {"muster2031": files_of(zotero)})
    assert folder.path("muster2031") == tmp_path / "storage/AB12/Muster - 2031 - Toys.pdf"
    assert folder.path("other2031") is None


@pytest.mark.parametrize(("field", "files"), [
    (":papers/na_me.pdf:PDF", ["papers/na_me.pdf"]),
    ("/home/u/a, b.pdf", ["/home/u/a, b.pdf"]),
    (r"a:x\;y.pdf:PDF;:b.txt:Text", ["x;y.pdf", "b.txt"]),
    (":C:/papers/a.pdf:PDF", ["C:/papers/a.pdf"]),
    (r"C:\papers\a.pdf", [r"C:\papers\a.pdf"]),
    ("", []),
])  # fmt: skip
def test_the_field_file_of_reference_managers(field: str, files: list[str]) -> None:
    assert files_of(field) == files


@pytest.mark.parametrize(
    "hostile", ["../secret.txt", "/etc/passwd", "a/../../secret.txt", "..\\secret.txt", "\0", "x" * 9999]
)
def test_no_file_of_an_entry_leads_out_of_the_folder(tmp_path: Path, hostile: str) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (tmp_path / "texts").mkdir()
    assert full_text_path(tmp_path / "texts", "", [hostile]) is None


def test_the_normal_form_of_a_quotation_is_stable() -> None:
    for text in ("na¨ıve", "ﬁnd\u00ad\nings", "“a” – b"):
        assert normalise(normalise(text)) == normalise(text)
