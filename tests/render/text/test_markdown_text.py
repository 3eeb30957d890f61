"""What is written into Markdown is read back as the same text, by pandoc and by GitHub's own reader."""

from __future__ import annotations

import random
from html.parser import HTMLParser

import cmarkgfm
import pytest

from kg.render.text.markdown_text import cell, prose

WRITTEN = """
Continuous* *a* a*b*c _a_ a_b_c __init__ `x` `` $5 $x$ @key [@key] [a](http://x.org) ![a](b) [^1] ^[note] a^2^ H~2~O
~~gone~~ <b>x</b> <!-- a|b \\| \\ a\\ \\\\| &amp; R&D don't "quote" -- --- .... https://example.org/a_b*c
(https://x.org/~a). www.example.org/a_b_c http://müller.de/a_b_ mailto:a_b_@c.org a_b@c.org :smile: # C# 1. - + =
{#id} \\begin{x} \\(a\\) (@) {=html} `a`{=html} | || https://x.org/a?b=1&copy=2 https://x|y <https://x.org>
https://x.org/\\_a_ $ % === ==a== [x] 中_文_ 🧸*a* https:// www. https://en.wikipedia.org/wiki/A_(b)_c https://x.org/a.
ftp://x.org/a_b_
"""
CELLS = WRITTEN.split()
ALPHABET = [*"\\`*_{}[]()<>#|@$~^\"'-.:&;!+=/%a1é ", "https://x.org/", "www.", "&lt;"]


class Cells(HTMLParser):
    """The texts of the cells of a table."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, _: object) -> None:
        if tag in ("td", "th"):
            self.texts.append("")

    def handle_data(self, data: str) -> None:
        if self.texts:
            self.texts[-1] += data


def spaced(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("reader", ["github", "markdown", "gfm"])
def test_a_cell_is_read_back_as_it_is(reader: str) -> None:
    chosen = random.Random(7)  # noqa: S311 - the same cells in every run
    words = ["".join(chosen.choice(ALPHABET) for _ in range(chosen.randint(1, 14))) for _ in range(1000)]
    values = [*CELLS, *(f"a {text} b" for text in CELLS), " ".join(CELLS), *words]
    table = "| a |\n| --- |\n" + "".join(f"| {cell(value)} |\n" for value in values)
    if reader == "github":
        html = cmarkgfm.github_flavored_markdown_to_html(table)
    else:
        pypandoc = pytest.importorskip("pypandoc")
        html = pypandoc.convert_text(table, "html", format=reader, extra_args=["--wrap=none", "--mathml"])
    read = Cells(html).texts[1:]
    assert len(read) == len(values)
    assert [pair for pair in zip(values, read, strict=True) if spaced(pair[0]) != spaced(pair[1])] == []


def test_an_address_is_a_link() -> None:
    assert cell("see https://example.org/a_b, or x_y_") == r"see <https://example.org/a_b>, or x_y\_"


@pytest.mark.parametrize("text", ["1. a", "(a) b", "iv) b", "- a", "+ a", "% a", "# a", "= a", ": a"])
def test_a_sentence_begins_no_list(text: str) -> None:
    html = cmarkgfm.github_flavored_markdown_to_html(f"a\n\n{prose(text)}\n")
    assert html == f"<p>a</p>\n<p>{text}</p>\n"
    pypandoc = pytest.importorskip("pypandoc")
    assert pypandoc.convert_text(f"a\n\n{prose(text)}\n", "html", format="markdown") == html
