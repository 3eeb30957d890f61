"""What can be cited: keys that LaTeX and pandoc accept, and entries that only biblatex reads in full."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from kg.core.files import SourceFile
from kg.readers.bibtex.file import BibtexFile, scopes
from kg.readers.bibtex.publication import KINDS
from kg.readers.bibtex.tex_macros import macros_of
from kg.readers.bibtex.write import is_key

_USUAL = re.compile(r"[A-Za-z0-9_:.+/-]+")
_OF_PANDOC = re.compile(r"(?:[^\W_]|[]!$&'()*+./:;=?@[_`-])+")
_STANDARD = """
article book booklet conference inbook incollection inproceedings manual mastersthesis misc phdthesis proceedings
techreport unpublished
"""
_CLASSIC = frozenset(_STANDARD.split())
_RENAMED = {"date": "year", "journaltitle": "journal", "location": "address", "eventtitle": "booktitle"}
_ADDED = ("subtitle", "titleaddon", "booksubtitle", "maintitle", "xdata")


def cited_by_latex(key: str) -> bool:
    r"""Whether BibTeX, biber and `\cite` accept the key."""
    return is_key(key)


def cited_by_pandoc(key: str) -> bool:
    """Whether pandoc accepts the key of an entry; it refuses a whole file because of another one."""
    return _OF_PANDOC.fullmatch(key) is not None


def not_cited_by(key: str) -> str:
    """`LaTeX`, `pandoc` or `LaTeX and pandoc`: the programs that cannot cite the key; empty if both can."""
    if _USUAL.fullmatch(key):
        return ""
    programs = {"LaTeX": cited_by_latex, "pandoc": cited_by_pandoc}
    return " and ".join(name for name, can_cite in programs.items() if not can_cite(key))


def citable(written: Mapping[str, str], can_cite: Callable[[str], bool]) -> list[str]:
    """The entries with keys that can be cited; of others, only the blocks before them, which later ones may need."""
    return [
        text if can_cite(key) else text[: text.rindex(_read(text).entries[-1].raw)] for key, text in written.items()
    ]


def for_pandoc(entries: Iterable[str]) -> list[str]:
    """The entries with the simple commands of their `@preamble` replaced: pandoc drops commands it does not know."""
    blocks: list[str] = []
    made = []
    for entry in entries:
        for block in BibtexFile(SourceFile("", entry, "")).preambles:
            blocks.append(block)
            entry = entry.replace(f"{block}\n", "", 1)
        made.append(macros_of(blocks).expand(entry))
    return made


def _read(entries: str) -> BibtexFile:
    file = BibtexFile(SourceFile("", entries, ""))
    file.finish(*scopes([file]))
    return file


def only_biblatex(entries: str) -> Mapping[str, tuple[str, ...]]:
    """By key, the type and fields of entries that biblatex knows and BibTeX's styles leave out.

    Sources: the manual of biblatex 3.20, sections 2.1 and 2.2, and btxdoc (1988), section 3.
    """
    found = {}
    for entry in _read(entries).entries:
        given = {name for name, value in entry.values.items() if value.strip()}
        kind = () if entry.kind in _CLASSIC or entry.kind not in KINDS else (f"@{entry.kind}",)
        renamed = [name for name, usual in _RENAMED.items() if name in given and usual not in given]
        if unread := (*kind, *renamed, *(name for name in _ADDED if name in given)):
            found[entry.key] = unread
    return found
