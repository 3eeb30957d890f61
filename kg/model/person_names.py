"""Checks of people's names that hold for every format."""

from __future__ import annotations

import re

from kg.model.bibliography import Person

LEGAL_FORM = re.compile(r"(?:inc|ltd|llc|corp|co|gmbh|ag|sa|bv)\.?", re.I)
_OF_ORGANISATIONS = """
of for the academy agency alliance association authority board bureau center centre college commission committee
company conference consortium contributors corp corporation council community department developers division
engineering faculty federation foundation gmbh government group hospital inc initiative institut institute institution
international lab labs laboratory laboratories limited llc ltd ministry network office organisation organization press
programme project research school service society software staff system systems task team technology technologies
working acm ieee iso nist nasa
"""
_ORGANISATION_WORDS = frozenset(_OF_ORGANISATIONS.split())
_TO_LOOK_AT = """
jr sr junior senior ii iii iv prof dr ing dipl ph phd sc msc bsc et etal with und
"""
_NOT_PLAIN = _ORGANISATION_WORDS.union(_TO_LOOK_AT.split())
_WORDS = re.compile(r"\w+")
_ET_AL = re.compile(r"\bet\.? ?al\b", re.I)
_SUFFIX = re.compile(r"(?i:[js]r\.?|junior|senior)|III?|IV")
_AFTER_FAMILY = re.compile(r"(?i:[js]r\.?|junior|senior|esq(?:uire|\.)?|1st|2nd|[3-9](?:rd|th))|[IVX]+")
_TITLE = re.compile(r"\b(?:Prof|Dr)\b\.?|\b(?:Ing|Dipl)\.|\bPh\.? ?D\b|\bM\.?Sc\b|\bB\.?Sc\b|\b(?:PROF|PHD)\b")
_INITIALS = re.compile(r"(?:[^\W\d_]\.[\s-]*)+")
_INITIAL = re.compile(r"(?<!\w)[^\W\d_]\.")
_CAPITALS = re.compile(r"[A-Z]{1,3}")
_LAST_WORD = re.compile(r"[^\W\d_]*[a-zß-öø-ÿ]{2}\Z")
_NOT_SYLLABLE = re.compile(r"[A-Z]|[B-DF-HJ-NP-TV-XZ]{2,3}")
"""Capitals after a name in capitals that are initials: `BEAR B`, but not `ANN LI`."""
_USUAL = re.compile(r"[^\W\d_](?:[^\W\d_⁰¹²³⁴-⁹ᵃ-ᶿ]|[ .'’-](?![ .]))*+\.?")
_NICKNAME = re.compile(
    r"""\((?!eds?\b|editors?\b|hrsg\b|trans\b)[^\W\d_][\w.'’ -]*+\)|"[^\W\d_][^"]{0,40}+"|“[^\W\d_][^”]{0,40}+”""", re.I
)
_NO_LETTERS = (
    (re.compile(r"[()\[\]]"), "contains a bracket"),
    (re.compile(r"""["“”„«»]"""), "contains a quotation mark"),
    (re.compile(r"://|\bwww\.|@"), "contains an address"),
    (re.compile(r"(?!\b(?:1st|2nd|[3-9](?:rd|th))\b)(?<!\d)[\d⁰¹²³⁴-⁹ᵃ-ᶿ]|[*†‡§¶#]"), "contains a digit or a mark"),
    (re.compile(r"\||(?:^|\s)/|/(?:\s|$)|\s(?:with|und(?! zu | von ))\s"), "contains what separates two people"),
    (re.compile(r"…|\.\.\."), "contains dots for more names"),
)


def organisation_words(text: str) -> list[str]:
    """Returns the words of a text that are in the names of organisations and not in those of people."""
    words = [(word, word.lower()) for word in _WORDS.findall(text)]
    return [word for word, low in words if low in _ORGANISATION_WORDS or (low[:9] == "universit" and len(low) > 9)]


def is_suffix(text: str) -> bool:
    """Returns whether a text is `Jr.`, `III`, a degree or another suffix of a name."""
    return _AFTER_FAMILY.fullmatch(text) is not None or _TITLE.search(text) is not None


def doubtful(person: Person, *, parted: bool = False) -> str | None:
    """Returns why this is probably not one person with this family name, as the end of a sentence; else None.

    `A., Toy` and `Toy AB` are names in the wrong order, and `Toy, A.; Bear, B.` are two people. A family name such as
    `X` is possible, but far more often an initial: the warning asks to look.

    Args:
        person: The person as read.
        parted: Whether the source itself says which part is the family name, as `Family, Given` does.
    """
    family, given = person.family, person.given
    if _is_plain(family, f"{given} {family}"):
        return None
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
    if _INITIAL.match(family):
        return "has initials before the family name"
    if len(family) < 4 and _is_initials(family, given, parted=parted):
        return "has only capitals as family name"
    return _unusual(family, given) or (_of_organisation(family, given, parted=parted) if given else None)


def _is_plain(family: str, full: str) -> bool:
    """Whether a name has only letters, initials and words without a reason for a doubt, as nearly all have."""
    letters = full.replace(".", " ")
    if not family or "." in family or (len(family) < 4 and family.isupper()) or not letters.isascii():
        return False
    words = letters.lower().split()
    joined = "".join(words)
    return joined.isalpha() and "universit" not in joined and _NOT_PLAIN.isdisjoint(words)


def _is_initials(family: str, given: str, *, parted: bool) -> bool:
    """Whether a short family name is initials, as in `Toy AB` and `BEAR B`; `LI, Wei` says that it is not."""
    if not _CAPITALS.fullmatch(family) or (parted and len(family) > 1):
        return False
    return _LAST_WORD.search(given) is not None or (
        len(given) > 2 and given.isupper() and given.isalpha() and _NOT_SYLLABLE.fullmatch(family) is not None
    )


def _unusual(family: str, given: str) -> str | None:
    """Returns which characters or words are in no name; a nickname may be in brackets or quotes."""
    family = family.split(", ")[0] if "," in family else family  # a suffix may be anything here
    text = f"{given} {family}"
    if _TITLE.search(text):
        return "contains a title or degree"
    if (
        _USUAL.fullmatch(family)
        and (not given or _USUAL.fullmatch(given))
        and "with" not in text
        and " und " not in text
    ):
        return None
    text = f"{_NICKNAME.sub('', given)} {family}"
    return next((why for pattern, why in _NO_LETTERS if pattern.search(text)), None)


def _of_organisation(family: str, given: str, *, parted: bool) -> str | None:
    """`University of Toys` has no family name; `Press, Ann` and `A. Press` are people."""
    if LEGAL_FORM.fullmatch(given) and len(given) > 2:
        return "has the legal form of a company as given name"
    if parted or _INITIAL.search(given):
        return None
    words = organisation_words(f"{given} {family}")
    if len(words) > 1 or (words and (words[0] not in ("The", "For", "Press") or given.startswith("The "))):
        return "looks like the name of an organisation"
    return None
