"""Checks of people's names that hold for every format."""

from __future__ import annotations

import re

from kg.model.bibliography import Person

_ET_AL = re.compile(r"\bet\.? ?al\b", re.I)
_SUFFIX = re.compile(r"(?i:[js]r\.?|junior|senior)|III?|IV")
_INITIALS = re.compile(r"(?:[^\W\d_]\.[\s-]*)+")
_CAPITALS = re.compile(r"[A-Z]{1,3}")
_WORD = re.compile(r"[^\W\d_]*[a-zß-öø-ÿ]{2}")


def doubtful(person: Person) -> str | None:
    """Returns why this is probably not one person with this family name, as the end of a sentence; else None.

    `A., Toy` and `Toy AB` are names in the wrong order, and `Toy, A.; Bear, B.` are two people. A family name such as
    `X` is possible, but far more often an initial: the warning asks to look.
    """
    family, given = person.family, person.given
    if ";" in family or ";" in given:
        return "contains `;`, as between the names of two people"
    if not family:
        return "has no family name"
    if (" al" in given or " al" in family) and (_ET_AL.search(family) or _ET_AL.search(given)):
        return "contains `et al.`"
    if _INITIALS.fullmatch(family):
        return "has only initials as family name"
    if _SUFFIX.fullmatch(family) or _SUFFIX.fullmatch(given):
        return "has only a suffix as family or given name"
    if len(family) < 4 and _CAPITALS.fullmatch(family) and _WORD.fullmatch(given):
        return "has only capitals as family name"
    return None
