"""Reads lists of names: split before LaTeX is decoded, so that `{Business Finland}` stays one name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate

from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names

from kg.model.bibliography import Person
from kg.readers.bibtex.latex import to_unicode

_AND = re.compile(r"\s+(?:and\s+)+", re.I)
_AT_THE_ENDS = re.compile(r"\A(?:(?:and|AND)(?:\s+|\Z))+|(?:\s+(?:and|AND))+\Z")
_ANDS = ("and", "AND")
OTHERS = re.compile(r"others|et\.?\s*al\.?", re.I)
_PART = re.compile(r"\s*(family|given|prefix|suffix)\s*=\s*(.*?)\s*\Z", re.I | re.S)
_OTHERS = Person("")


@dataclass(frozen=True, slots=True)
class NameList:
    """The people of a list; `others` says that it is incomplete, `odd` holds names that could not be split."""

    persons: tuple[Person, ...] = ()
    others: bool = False
    odd: tuple[str, ...] = ()


# Without backslashes outside braces and without escaped braces, names end at each `and` outside braces.
_IN_BRACES = r"[^{}\\]*+(?:\\[^{}\\][^{}\\]*+)*"
_PLAIN_LIST = re.compile(rf"[^{{}}\\]*+(?:\{{{_IN_BRACES}(?:\{{{_IN_BRACES}\}}{_IN_BRACES})*\}}[^{{}}\\]*+)*")
_ONE_AND = re.compile(r" and ", re.I)


def read_names(value: str) -> NameList:
    """Returns the names of an author or editor field."""
    text = " ".join(value.split())
    if text.startswith(_ANDS) or text.endswith(_ANDS):
        text = _AT_THE_ENDS.sub("", text)
    if not text:
        return NameList()
    persons, others, odd = [], False, []
    for name in _written(text):
        person = _named(name)
        if person is _OTHERS:
            others = True
            continue
        if person is None:
            odd.append(name.strip())
            person = Person(to_unicode(name))
        if person.family or person.full:
            persons.append(person)
    return NameList(tuple(persons), others, tuple(odd))


def _written(text: str) -> list[str]:
    """Returns the names of a list, as written."""
    if "{" not in text and "\\" not in text:
        return _AND.split(text)
    if _PLAIN_LIST.fullmatch(text):
        names = _ONE_AND.split(text)
        if all(name.count("{") == name.count("}") for name in names):
            return names
    return split_multiple_persons_names(text)


@lru_cache(maxsize=1 << 16)
def _named(name: str) -> Person | None:
    """Returns the person, `_OTHERS` for `et al.`, or None as `_person` does."""
    name = name.strip()
    return _OTHERS if OTHERS.fullmatch(name) else _person(name)


def _person(name: str) -> Person | None:
    """Returns one person; None if there are too many commas for one name, as when all authors are in one."""
    commas = name.count(",")
    if commas == 1 and not any(char in name for char in "{}\\~="):
        family, given = name.split(",")
        return Person(to_unicode(family), to_unicode(given))
    if name.startswith("{") and _whole(name):
        return Person(to_unicode(name))
    if commas == 1 and "=" not in name and "~" not in name and _PLAIN_LIST.fullmatch(name):
        family, given = name.split(",")
        if _PLAIN_LIST.fullmatch(family) and family.strip() and given.strip():
            return Person(to_unicode(family.strip()), to_unicode(given.strip()))
    if "=" in name and (labelled := _labelled(name)):
        return labelled
    if len(_split_outside_braces(name)) > 3:
        return None
    try:
        parts = parse_single_name_into_parts(name, strict=False)
    except Exception:  # a name that the library cannot split is kept whole
        return None
    family = " ".join([*parts.von, *parts.last])
    if parts.jr:
        family += ", " + " ".join(parts.jr)
    return Person(to_unicode(family), to_unicode(" ".join(parts.first)))


def _labelled(name: str) -> Person | None:
    """Reads biblatex's `family=Berg, given=Jan, prefix=van der`."""
    parts: dict[str, str] = {}
    for piece in _split_outside_braces(name):
        match = _PART.match(piece)
        if match:
            parts.setdefault(match[1].lower(), match[2].strip('"'))
        elif not re.match(r"\s*[a-z-]+\s*=", piece):
            return None
    if not parts:
        return None
    family = " ".join(filter(None, (parts.get("prefix"), parts.get("family"))))
    family = ", ".join(filter(None, (family, parts.get("suffix"))))
    return Person(to_unicode(family), to_unicode(parts.get("given", "")))


def _split_outside_braces(name: str) -> list[str]:
    pieces, depth = [""], 0
    for char in name:
        depth += (char == "{") - (char == "}")
        if char == "," and depth <= 0:
            pieces.append("")
        else:
            pieces[-1] += char
    return pieces


def _whole(name: str) -> bool:
    """Returns whether one pair of braces encloses the name."""
    depths = list(accumulate((char == "{") - (char == "}") for char in name))
    return depths.index(0) == len(name) - 1 if 0 in depths else False
