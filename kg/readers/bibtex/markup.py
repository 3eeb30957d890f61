"""Decodes the tags that exporters leave in titles: HTML, JATS and MathML become text."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from kg.readers.bibtex.scripts import lowered, raised

_NAMES = """
i b em strong sub sup scp sc span u tt a p title sec italic bold underline monospace inline-formula disp-formula
tex-math alternatives math mrow mi mn mo mtext ms mspace mstyle msup msub msubsup mfrac msqrt mover munder munderover
mfenced mpadded mphantom semantics annotation annotation-xml named-content styled-content ext-link roman sans-serif br
small inf div inlineequation equation equationsource
"""
_KNOWN = frozenset(_NAMES.split())
_BLOCKS = frozenset({"p", "title", "sec", "br", "div"})
_HIDDEN = frozenset({"annotation", "annotation-xml", "mphantom"})
_LAYOUT = _KNOWN - frozenset({"mi", "mn", "mo", "mtext", "ms"})
_LAYOUT = frozenset(name for name in _LAYOUT if name.startswith("m") and name != "monospace") | {"semantics"}
"""Elements of MathML whose white space has no meaning."""
_TAG = re.compile(r"<(/?)([A-Za-z](?:[\w.-]*\w)?)(?::([\w.-]+))?((?:\s[^<>]*)?/?)>")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_INVISIBLE = dict.fromkeys(range(0x2061, 0x2065))
"""The invisible operators of MathML."""
ENTITY_LEFT = re.compile(r"&(?:#\w{1,10}|[A-Za-z][A-Za-z0-9]{1,31});")
TAG = re.compile(r"</?[A-Za-z][\w:.-]*(?:\s+[\w:-]+\s*=\s*[^<>]*)?\s*/?>")
"""What looks like a tag."""


@dataclass(slots=True)
class _Element:
    name: str
    written: str
    parts: list[str] = field(default_factory=list)
    children: list[str] = field(default_factory=list)


def without_entities(text: str) -> str:
    """Returns the text without entities, also those that were escaped twice (`&amp;amp;`)."""
    for _ in range(2):
        text = _ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text
    return text


def without_tags(text: str, formula: Callable[[str], str]) -> str:
    """Returns the text without pairs of known tags; other tags stay.

    Args:
        text: Text with tags, such as `10<sup>6</sup>`.
        formula: Decodes the LaTeX in a `tex-math` element.
    """
    opened = [_Element("", "")]
    by_name: dict[str, list[int]] = {}
    at = 0
    for match in _TAG.finditer(text):
        opened[-1].parts.append(text[at : match.start()])
        at = match.end()
        name = (match[3] or match[2]).lower()
        if name not in _KNOWN and match[2].lower() not in ("mml", "jats"):
            opened[-1].parts.append(match[0])
        elif match[4].endswith("/") or (name == "br" and not match[1]):
            opened[-1].parts.append(" " if name in _BLOCKS else "")
        elif not match[1]:
            by_name.setdefault(name, []).append(len(opened))
            opened.append(_Element(name, match[0]))
        elif by_name.get(name):
            _close(opened, by_name, name, formula)
        else:
            opened[-1].parts.append(match[0])
    opened[-1].parts.append(text[at:])
    _unclosed(opened, 1)
    return "".join(opened[0].parts)


def _close(opened: list[_Element], by_name: dict[str, list[int]], name: str, formula: Callable[[str], str]) -> None:
    first = by_name[name][-1]
    for element in opened[first:]:
        by_name[element.name].pop()
    _unclosed(opened, first + 1)
    element = opened.pop()
    made = _text(element, formula)
    opened[-1].parts.append(made)
    opened[-1].children.append(made)


def _unclosed(opened: list[_Element], first: int) -> None:
    """Keeps tags that are not closed as they were written."""
    open_ones = opened[first:]
    del opened[first:]
    for element in open_ones:
        opened[-1].parts += [element.written, *element.parts]


def _text(element: _Element, formula: Callable[[str], str]) -> str:
    name, children = element.name, element.children
    if name in _HIDDEN:
        return ""
    if name == "alternatives":  # the same formula in several notations
        return next(filter(None, map(str.strip, children)), "")
    text = "".join(map(str.strip, element.parts) if name in _LAYOUT else element.parts)
    if name in _BLOCKS:
        return f" {text} "
    if name in ("sup", "sub", "inf"):
        return raised(text) if name == "sup" else lowered(text)
    if name == "tex-math":
        return formula(text).strip()
    if name in ("mi", "mn", "mo"):
        return text.strip().translate(_INVISIBLE)
    return _formula(name, children, text)


def _formula(name: str, children: list[str], text: str) -> str:
    if name == "msqrt":
        return f"√({text})" if len(text) > 1 else f"√{text}"
    if len(children) == 2 and name in ("msup", "msub", "mfrac"):
        first, second = children
        if name == "mfrac":
            return f"{first if first.isalnum() else f'({first})'}/{second if second.isalnum() else f'({second})'}"
        return first + (raised(second, math=True) if name == "msup" else lowered(second))
    if name == "msubsup" and len(children) == 3:
        return children[0] + lowered(children[1]) + raised(children[2], math=True)
    return text
