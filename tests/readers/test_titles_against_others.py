"""Titles and years compared with pandoc, and LaTeX with latexcodec, letter for letter; each difference has a rule.

Compared are made-up values, and all entries of the .bib files below the folders that `KG_BIBTEX_TRIALS` names (with `:`
between them as in PATH). pandoc reads all of them in two calls.
"""

from __future__ import annotations

import codecs
import json
import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kg.core.files import SourceFile
from kg.model.bibliography import BibliographyEntry
from kg.readers.bibliography import read_bibtex
from kg.readers.bibtex.entries import RawEntry
from kg.readers.bibtex.file import BibtexFile, scopes
from kg.readers.formats import read_file

pypandoc = pytest.importorskip("pypandoc")
TRIALS = os.environ.get("KG_BIBTEX_TRIALS", "")
needs_trials = pytest.mark.skipif(not TRIALS, reason="KG_BIBTEX_TRIALS names no folders of .bib files")

TITLES = [
    "Toys}, subtitle = {A Study", "Toys?}, subtitle = {A Study}, titleaddon = {Draft",
    "A toy: a study}, subtitle = {A study",
    "Toys {and} bears", "Toys -- bears --- dolls, 1--2", "``Toys'' and `bears', it's a toy",
    r"Toys \& bears, 100\% \#1", r"J\"{o}rg {\'E}tude {\v{C}}ech \c{c} {\ss} \o \AA{} \L{}\'od\'z",
    r"\emph{Toys} {\em and} \textbf{bears} {\sc Doll}", r"\textsc{Toys} \texttt{a\_b} \mbox{bears} \underline{dolls}",
    r"{$W[1]$}-hardness", r"$(s,t)$-path and $O(nm)$", r"2$\times$10 toys",
    r"10$^6$ toys, 10$^{6}$, $2^n$, $x_1$, H$_2$O", r"10\textsuperscript{6}, CO\textsubscript{2}",
    r"$O(n \log n)$ and $\log_2 n$", r"$\alpha$-toys, $\lambda$-calculus, $\Sigma$ and $\mu$m",
    r"$a \leq b$, $a\to b$", r"$\mathbb{R}^d$ and $\sqrt{n}$", r"5\textsuperscript{th}, 5$^{th}$",
    r"\LaTeX{} and \TeX{}", r"\S 3, \copyright{} 2031", r"\foreignlanguage{german}{Wort}", r"\textcolor{red}{Toys}",
    r"C{}++ and C\#", r"Toys\ bears A\/B", r"\enquote{Toys}", r"from \$5 to \$10", r"$k$-means", r"\(k\)-means",
    r"a~b", r"Toys\textendash{}bears", r"a\slash b", r"\textquotesingle", r"\textless{}a\textgreater{}",
    r"a \ldots{} b\dots", r"\textregistered{} \texttrademark{}", r"90$^{\circ}$ and $\pm 5$",
    r"\url{https://example.org/a}", r"\href{https://example.org/a}{Toys}", r"$\infty$, $\forall x \in A$, $A \cap B$",
]  # fmt: skip

# --- how pandoc reads titles ---


def pandoc_titles(titles: list[str]) -> list[str]:
    """Titles as pandoc prints them in plain text; in German, because it changes capitals of English titles."""
    spaced = (" ".join(title.split()) for title in titles)  # pandoc 3.9 loses a line break before a tab
    entries = "".join(f"@book{{k{at}, langid = {{german}}, title = {{{title}}}}}\n" for at, title in enumerate(spaced))
    read = json.loads(pypandoc.convert_text(entries, "json", format="biblatex"))
    found = {entry["c"]["id"]["c"]: entry["c"].get("title") for entry in read["meta"]["references"]["c"]}
    blocks = [
        {"t": "Para", "c": [{"t": "Str", "c": f"k{at}:"}, *_inlines(found[f"k{at}"])]} for at in range(len(titles))
    ]
    document = json.dumps({"pandoc-api-version": read["pandoc-api-version"], "meta": {}, "blocks": blocks})
    lines = pypandoc.convert_text(document, "plain", format="json", extra_args=["--wrap=none", "--quiet"]).split("\n")
    printed = dict(line.split(":", 1) for line in lines if re.match(r"k\d+:", line))
    return [" ".join(printed[f"k{at}"].split()) for at in range(len(titles))]


def _inlines(value: Any) -> list[Any]:
    if value is None or value["t"] == "MetaString":
        return [{"t": "Str", "c": value["c"] if value else ""}]
    return list(_plain(value["c"]))


def _plain(inlines: list[Any]) -> Iterator[Any]:
    """Inlines without what the plain writer prints with marks, such as `_a_` for emphasis."""
    quotes = {"DoubleQuote": ("“", "”"), "SingleQuote": ("‘", "’")}
    for inline in inlines:
        kind, content = inline["t"], inline.get("c")
        if kind in ("Emph", "Strong", "SmallCaps", "Underline"):
            yield from _plain(content)
        elif kind in ("Span", "Link"):
            yield from _plain(content[1])
        elif kind == "Quoted":
            before, after = quotes[content[0]["t"]]
            yield from ({"t": "Str", "c": before}, *_plain(content[1]), {"t": "Str", "c": after})
        elif kind == "Code":
            yield {"t": "Str", "c": content[1]}
        else:
            yield inline


# --- differences that a rule decides ---


def without_typography(text: str) -> str:
    return text.replace("’", "'").replace("‘", "'")  # an apostrophe stays as typed


def formulas(text: str) -> str:
    """Formulas have the spaces and minus signs that were typed, and characters are raised one by one."""
    made = "".join(_marked(char) for char in text if not char.isspace()).replace("−", "-")
    made = re.sub(r"\)([\^_])\(", lambda found: "" if made[: found.start()].rfind(found[1]) >= 0 else found[0], made)
    return re.sub(r"([\^_])\(?([^()^_]+)\)?", r"\1\2", made)


def _marked(char: str) -> str:
    kind, *base = unicodedata.decomposition(char).split() or [""]
    if kind not in ("<super>", "<sub>") or len(base) != 1:
        return char
    return f"{'^' if kind == '<super>' else '_'}({chr(int(base[0], 16))})".replace("−", "-")


RAISED_WORD = re.compile(r"\^\((st|nd|rd|th|sup)\)")  # raised letters of a word are letters: 5th
CONTINUED = ("subtitle", "titleaddon")
LEFT_OUT = r"mbox|texttrademark|BibTeX|textinterrobangdown|begin|ElsevierGlyph|unknown|texorpdfstring|uppercase|slash\s"
UNREAD_FORMULA = r"\$[^$]*\\(?:bf|footnotesize|sp|sb|sqrt)\b"
RULES = {
    "pandoc does not know the command, and prints nothing": re.compile(rf"\\(?:{LEFT_OUT})"),
    "pandoc prints the formula as TeX, because it does not know a command in it": re.compile(UNREAD_FORMULA),
    "pandoc 3.9 drops a dash and the group after it": re.compile(r"\\text(?:en|em)dash\s*\{"),
    "pandoc 3.9 keeps the dotless i below an accent": re.compile(r"\\['`^\"]\{\\i\}"),
    "raised and lowered together stay in the order in which they were typed": re.compile(r"\$\^\{\w+\}_\{\w+\}\$"),
}


def repeated(ours: str, theirs: str) -> bool:
    """Whether pandoc prints a subtitle again that the title already ends with."""
    again = theirs.removeprefix(f"{ours}: ")
    return again != theirs and ours.casefold().endswith(again.casefold())


def unexplained(raw: str, ours: str, theirs: str) -> bool:
    ours, theirs = without_typography(ours), without_typography(theirs)
    if ours == theirs or any(rule.search(raw) for rule in RULES.values()) or repeated(ours, theirs):
        return False
    theirs = RAISED_WORD.sub(r"\1", theirs).replace("^(∘)", "°")
    if re.search(r"\$|\\\(|\\text(?:super|sub)script", raw):
        ours, theirs = formulas(ours), formulas(theirs)
    return ours != theirs


def differences(titles: list[str]) -> list[tuple[str, str, str]]:
    ours = [only(f"@book{{k, title = {{{title}}}}}").title for title in titles]
    return [found for found in zip(titles, ours, pandoc_titles(titles), strict=True) if unexplained(*found)]


def only(text: str) -> BibliographyEntry:
    (work,) = read_bibtex(SourceFile("bib/x.bib", text, "0")).publications
    return work


def trial_files() -> Iterator[SourceFile]:
    for root in map(Path, TRIALS.split(os.pathsep)):
        read = (read_file(root, path) for path in sorted(root.rglob("*.bib")))
        yield from (file for file in read if isinstance(file, SourceFile))


def trial_entries() -> Iterator[RawEntry]:
    for file in map(BibtexFile, trial_files()):
        file.finish(scopes([file])[0])
        yield from file.entries


def trial_titles() -> list[str]:
    """The titles of all entries that pandoc can read, each with the fields that continue it."""
    found = set()
    for entry in trial_entries():
        parts = [entry.values.get(name, "") for name in ("title", "subtitle", "titleaddon")]
        if parts[0] and all(map(balanced, parts)):
            found.add(
                parts[0]
                + "".join(f"}}, {name} = {{{part}" for name, part in zip(CONTINUED, parts[1:], strict=True) if part)
            )
    return sorted(found)


def balanced(value: str) -> bool:
    """Whether pandoc can read the value; it counts braces as TeX does, BibTeX also those after a backslash."""
    depth = 0
    for found in re.findall(r"\\.|[{}]", value, re.S):
        depth += (found == "{") - (found == "}")
        if depth < 0:
            return False
    return depth == 0 and value.count("{") == value.count("}") and not value.endswith("\\")


def test_made_up_titles_are_those_of_pandoc() -> None:
    assert differences(TITLES) == []


@needs_trials
def test_titles_of_real_files_are_those_of_pandoc() -> None:
    assert differences(trial_titles()) == []


# --- latexcodec: letters and symbols ---


def latexcodec_differences(titles: list[str]) -> tuple[int, list[tuple[str, str, str]]]:
    """Compares titles that latexcodec decodes completely: it knows letters and symbols, no other command."""
    pytest.importorskip("latexcodec")
    decode: Any = codecs.decode
    compared, different = 0, []
    for title in titles:
        decoded = decode(re.sub(r"(?<!\\)%", r"\\%", title), "ulatex")
        theirs = " ".join(re.sub(r"[{}]", "", decoded).split()).replace("µ", "μ")
        if not balanced(title) or re.search(r"[\\$<&]", title if "$" in title else theirs):
            continue
        compared += 1
        ours = only(f"@book{{k, title = {{{title}}}}}").title
        if without_typography(ours).replace("`", "'") != without_typography(theirs).replace("`", "'"):
            different.append((title, ours, theirs))
    return compared, different


LETTERS = "ss ae AE oe OE aa AA o O l L i j dh DH th TH ng NG S P dag pounds"


def test_letters_and_symbols_are_those_of_latexcodec() -> None:
    accented = [rf"\{accent}{{{letter}}}" for accent in "\"'`^~=.vcHukr" for letter in "aAcCeEgiInoOsSuUyz"]
    letters = [rf"{{\{name}}}" for name in LETTERS.split()]
    compared, different = latexcodec_differences([*TITLES, *accented, *letters])
    assert different == []
    assert compared > 150


@needs_trials
def test_letters_and_symbols_of_real_files_are_those_of_latexcodec() -> None:
    assert latexcodec_differences(trial_titles())[1] == []


@needs_trials
def test_nothing_is_left_in_real_files_without_a_warning() -> None:
    left = re.compile(r"\\|(?<![A-Z])\$(?!\s?\d)|</?[A-Za-z][\w:.-]*(?:\s+[\w:-]+=[^<>]*)?/?>")
    for source in map(read_bibtex, trial_files()):
        reported = {problem.where.line for problem in source.problems if problem.rule == "bibliography/markup"}
        for work in source.publications:
            lines = range(first := source.places[work.key].line, first + work.raw.count("\n") + 1)
            assert not left.search(f"{work.title} {work.venue}") or not reported.isdisjoint(lines), work.raw
            assert "\\" not in work.doi


# --- years ---

DATES = [
    {"date": "2031"}, {"date": "2031-05"}, {"date": "2031-05-06"}, {"date": "2031/2032"}, {"date": "2031-05/2032-01"},
    {"date": "2018~/2019"}, {"date": "1984?"}, {"date": "1984~"}, {"date": "1984%"}, {"date": "2031-21"},
    {"date": "2031/"}, {"date": "199X"}, {"date": "19XX"}, {"date": "/2031"}, {"date": "2031", "year": "1999"},
    {"date": "2031", "year": "in press"},
    {"year": "2031"}, {"year": "May 2031"}, {"year": "c2019"}, {"year": "(about 1984)"}, {"year": "in press"},
    {"year": "2018/2019"}, {"year": "n.d."}, {"year": "199X"}, {"date": "May 2031"}, {"date": "soon", "year": "2031"},
]  # fmt: skip


def decided(fields: dict[str, str], ours: str, theirs: str) -> bool:
    """Whether a rule decides the difference."""
    date, year = fields.get("date", ""), fields.get("year", "")
    if ours:  # btxdoc allows text around a year, and biber counts the year if the date is none: pandoc reads neither
        return not theirs and {*re.findall(r"(?<!\d)\d{4}(?!\d)", f"{date} {year}")} == {ours}
    # A range in `year` names no single year, and one with an open beginning none at all.
    return len({*re.findall(r"\d{4}", year)}) > 1 or date.startswith("/")


def pandoc_years(dates: list[dict[str, str]]) -> list[str]:
    entries = [", ".join([f"@book{{k{at}", *(f"{name} = {{{value}}}" for name, value in fields.items())]) + "}\n"
               for at, fields in enumerate(dates)]  # fmt: skip
    works = {work["id"]: work for work in json.loads(pypandoc.convert_text("".join(entries), "csljson", "biblatex"))}
    parts = [works[f"k{at}"].get("issued", {}).get("date-parts") or [[]] for at in range(len(dates))]
    return [str(first[0]) if first else "" for first, *_ in parts]


def year_differences(dates: list[dict[str, str]]) -> list[tuple[dict[str, str], str, str]]:
    found = []
    for fields, theirs in zip(dates, pandoc_years(dates), strict=True):
        written = ", ".join(f"{name} = {{{value}}}" for name, value in fields.items())
        year = only(f"@book{{k, title = {{T}}, {written}}}").year
        ours = year if re.fullmatch(r"\d{4}", year) else ""
        if ours != theirs and not decided(fields, ours, theirs):
            found.append((fields, ours, theirs))
    return found


def test_made_up_years_are_those_of_pandoc() -> None:
    assert year_differences(DATES) == []


@needs_trials
def test_years_of_real_files_are_those_of_pandoc() -> None:
    dates = {
        tuple((name, " ".join(value.split())) for name in ("date", "year") if (value := entry.values.get(name)))
        for entry in trial_entries()
    }
    assert (
        year_differences([dict(fields) for fields in sorted(dates) if fields and all(balanced(v) for _, v in fields)])
        == []
    )
