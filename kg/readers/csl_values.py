"""The values of CSL-JSON: texts, names and dates."""

from __future__ import annotations

import re
from typing import Any

from kg.model.bibliography import Person
from kg.readers.people import ListedName, doubt_of, listed_names, names_people

_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_JOINED = ("'", "’", "-")
"""The ends of particles that have no space after them (citeproc-js; also biblatex's \\DeclarePrefChars)."""
_SUFFIX = re.compile(r", ?(?:[JS]r\.?|I{1,3}|IV|V|[1-9](?:st|nd|rd|th))\Z")


def is_empty(value: Any) -> bool:
    """Whether there is nothing in a value, also not in its parts: `{"date-parts": [[null]]}` says nothing."""
    if isinstance(value, dict | list):
        return all(map(is_empty, value.values() if isinstance(value, dict) else value))
    return value in (None, "")


def text_of(value: Any) -> str | None:
    """Returns a text, a number, or a list of texts, numbers and names as text; None for anything else."""
    if isinstance(value, str):
        return _LONE_SURROGATES.sub("\ufffd", value).strip()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, list):
        names = [_person(one) for one in value]
        if value and all(names) and not any(isinstance(one, str) for one in value):
            return " and ".join(f"{p.family}, {p.given}" if p.given else p.family for p in names if p)
        texts = [text_of(one) for one in value if not isinstance(one, list)]
        if len(texts) == len(value) and None not in texts:
            return "; ".join(text for text in texts if text)
    return None


def _person(value: Any) -> Person | None:
    """Returns a name as CSL writes it; None if it is not a name."""
    if isinstance(value, str):
        return Person(text_of(value) or "")
    name = name_of(value)
    return name.person if name else None


def name_of(value: Any) -> ListedName | None:
    """Returns a name, and why it is doubtful: people often stand in `literal`, which is for organisations."""
    if not isinstance(value, dict):
        return None
    parts = {name: text_of(part) or "" for name, part in value.items() if isinstance(part, str)}
    family, given = parts.get("family", ""), parts.get("given", "")
    alone = family or parts.get("literal") or parts.get("name") or ""
    person = Person(_with_particles(parts) or alone, given)
    if not person.full:
        return None
    if not person.family:
        return ListedName(Person(given), "has only a given name")
    doubt = doubt_of(Person(_SUFFIX.sub("", family) or alone, given))
    if not given and not doubt:
        doubt = (
            names_people(alone)
            if alone != family or "," in family
            else next((name.doubt for name in listed_names(alone)), "")
        )
    if parts.get("suffix"):
        person = Person(f"{person.family}, {parts['suffix']}", given)
    return ListedName(person, doubt)


def _with_particles(parts: dict[str, str]) -> str:
    family = ""
    for part in filter(None, map(parts.get, ("dropping-particle", "non-dropping-particle", "family"))):
        family += part if not family or family.endswith(_JOINED) else f" {part}"
    return family


def date_of(value: Any) -> str:
    """Returns a date of CSL as `2031-05-01`, a range as `2031-05/2032` or `2031/..`; empty if it is not a date."""
    if not isinstance(value, dict):
        return text_of(value) or ""
    dates = value.get("date-parts")
    if isinstance(dates, list) and all(isinstance(parts, list) for parts in dates):
        written = ["-".join((text_of(part) or "").zfill(2) for part in parts if part) for parts in dates]
        open_end = len(written) == 2 and written[0] and dates[1] and not written[1]
        if any(written):
            return f"{written[0]}/.." if open_end else "/".join(filter(None, written))
    return text_of(value.get("raw") or value.get("literal")) or ""
