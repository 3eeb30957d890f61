"""A draft of related work in Markdown, with citations as pandoc takes them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from kg.answers.related_work import RelatedWork, Statement
from kg.render.text.related_work import body, end, place
from kg.render.text.table import printable

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|@$~^])")
_SIMPLE_KEY = re.compile(r"\w(?:[\w:.#$%&+?<>~/-]*\w)?")


def related_work_markdown(draft: RelatedWork, *, listed: int, stamp: str, bibliography: str = "") -> str:
    """The draft; with the name of a BibTeX file as a whole document for `pandoc --citeproc`."""
    notes = [
        "Stored statements, arranged by kg related-work; the comment behind each names its place in the graph.",
        stamp,
    ]
    front = f"---\nbibliography: {json.dumps(bibliography, ensure_ascii=False)}\n---\n\n" if bibliography else ""
    return front + "\n".join(map(_comment, notes)) + "\n\n" + body(draft, _Markdown(), listed)


class _Markdown:
    def heading(self, level: int, text: str) -> str:
        return f"{'#' * level} {_text(text)}"

    def label(self, text: str) -> str:
        return f"*{text}:*"

    def sentence(self, statement: Statement) -> str:
        says, stop = end(statement.says)
        where = place(statement.section)
        if not statement.via:
            cited = f"[{_key(statement.key)}{f', {_text(where)}' if where else ''}]"
        else:
            section = f" [{_text(where)}]" if where else ""
            cited = f"[{_key(statement.key)}], as reported by {_key(statement.via)}{section}"
        return f"{_text(says)} {cited}{stop} {_comment(statement.id)}".lstrip()

    def coded(self, review: str, keys: Sequence[str], more: int) -> str:
        others = f", and {more} more" if more else ""
        return f"{_key(review)}: [{'; '.join(map(_key, keys))}]{others}."


def _text(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _key(key: str) -> str:
    """`@key`, or `@{key}` where the key has other characters than pandoc expects."""
    shown = "".join(printable(key).split())
    return f"@{shown}" if _SIMPLE_KEY.fullmatch(shown) else f"@{{{shown}}}"


def _comment(text: str) -> str:
    """Nothing in it can end the comment."""
    return f"<!-- {printable(text).replace('>', '&gt;')} -->"
