"""Papers at the desk that cannot be read, or are long: a clear message, and the first page without reading all."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from pypdf import PdfReader, PdfWriter

from kg.readers.texts.cited import CitedWorks
from kg.server.desk.paper import Paper
from tests.pdf import Shown, write_pages, write_pdf
from tests.server.desk.serving import started_desk
from tests.toy import write_toy

PAGES = 2000
MOST_MEMORY = 300
FOOTNOTES = (
    "Bears are described elsewhere",
    "https://kites.example/how/",
    "Nobody has counted marbles so far, as it seems",
)


@pytest.fixture(scope="module")
def review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_toy(tmp_path_factory.mktemp("papers"))


def encrypted(path: Path, password: str) -> None:
    write_pdf(path, [(60, "our tests are slow")])
    writer = PdfWriter(clone_from=PdfReader(path))
    writer.encrypt(user_password=password, algorithm="RC4-128")
    writer.write(path)


PAPERS: list[tuple[Callable[[Path], object], str, str]] = [
    (lambda path: write_pages(path, []), "", "a scan without a text layer?; recognise its text (OCR)"),
    (lambda path: encrypted(path, ""), "our tests are slow", ""),
    (lambda path: encrypted(path, "secret"), "", "it is encrypted and needs a password; save a copy without"),
    (lambda path: path.write_bytes(b"%PDF-1.4\nnothing"), "", "cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(("make", "text", "message"), PAPERS, ids=["scanned", "no password", "password", "broken"])
def test_a_paper_is_shown_or_the_page_says_why_not(
    review: Path, tmp_path: Path, make: Callable[[Path], object], text: str, message: str
) -> None:
    path = tmp_path / "example2031.pdf"
    make(path)
    with started_desk(review, "example2031", "--texts", str(path)) as desk, requests.Session() as session:
        page = session.get(desk.url, timeout=60).text
        said = session.get(f"{desk.address}sections", timeout=60).text
        assert message in page + said
        if text:
            assert session.get(f"{desk.address}pages/1", timeout=60).json()["text"] == text


def test_the_first_of_two_thousand_pages_is_shown_in_little_memory(review: Path, tmp_path: Path) -> None:
    path = tmp_path / "example2031.pdf"
    write_pages(path, *([Shown(f"Toys of page {n}, line {line}.", 60, 72 + 14 * line) for line in range(30)]
                        for n in range(1, PAGES + 1)))  # fmt: skip
    with started_desk(review, "example2031", "--texts", str(path)) as desk, requests.Session() as session:
        assert f'"pages":[{",".join(["[595.0,842.0]"] * PAGES)}]' in re.sub(r"\s", "", session.get(desk.url).text)
        assert session.get(f"{desk.address}pages/1").json()["text"].startswith("Toys of page 1, line 0.")
        assert session.get(f"{desk.address}pictures/1").content.startswith(b"\x89PNG")
        assert session.get(f"{desk.address}pages/2000").json()["text"].startswith("Toys of page 2000, line 0.")
        status = Path(f"/proc/{desk.process.pid}/status")
        if status.exists():
            peak = re.search(r"VmHWM:\s+(\d+) kB", status.read_text("utf-8"))
            assert peak
            assert int(peak[1]) / 1024 < MOST_MEMORY


@pytest.fixture(scope="module")
def with_footnotes(tmp_path_factory: pytest.TempPathFactory) -> Paper:
    """Three pages, each with a footnote that ends without a full stop."""
    path = tmp_path_factory.mktemp("footnotes") / "paper.pdf"
    pages = []
    for number, words in enumerate(FOOTNOTES, 1):
        lines = [f"On page {number}, toy {at} of the toy makers did not break in its first week." for at in range(30)]
        lines[10:12] = [
            "Of the makers, 91% found that tests made them more produc-",
            f"tive in year {number} of the toys.",
        ]
        body = [Shown(line, 80, 80 + 18 * at) for at, line in enumerate(lines)]
        note = [Shown(str(number), 80, 697, 5), Shown(words, 84, 700, 8)]
        pages.append([*body, *note])
    write_pages(path, *pages)
    return Paper(path, CitedWorks([]))


def test_the_sentence_of_a_passage_is_not_longer_where_footnotes_stand_between(with_footnotes: Paper) -> None:
    found = with_footnotes.find("toy 7 of the toy makers did not break")
    found = found and with_footnotes.find("toy 7 of the toy makers did not break", found["at"])
    assert found
    passage = with_footnotes.passage((found["page"], found["start"]), (found["page"], found["end"]))
    assert passage["sentence"] == "On page 2, toy 7 of the toy makers did not break in its first week."


def test_words_are_found_and_selected_across_hyphens_and_with_their_per_cent_sign(with_footnotes: Paper) -> None:
    found = with_footnotes.find("more productive in")
    assert found
    begin = with_footnotes.find("91%")
    assert begin
    place = (found["page"], begin["start"] + 2), (found["page"], found["end"])  # which begins at the sign
    assert " ".join(with_footnotes.passage(*place)["words"]) == "91% found that tests made them more productive in"
