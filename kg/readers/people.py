"""People and organisations in lists of names that have no syntax of their own, as in RIS.

RIS writes `Family, Given, Suffix` and an organisation without comma. Programs differ: IEEE Xplore writes `J. Toy`,
others a whole list in one line. A name is split only if something in it shows how; else it stays whole and is doubtful.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg.model.bibliography import Person
from kg.model.person_names import LEGAL_FORM, doubtful, organisation_words
from kg.readers.bibtex.latex import without_markup
from kg.readers.bibtex.names import OTHERS

_INITIALS = re.compile(r"(?:-?[^\W\d_]\.)+")
_SUFFIX = re.compile(r"(?:jr|sr|ph\.?\s?d|m\.?d|(?-i:[IVX]+)|1st|2nd|[3-9](?:rd|th))\.?", re.I)
_SUFFIX_WORD = re.compile(r"(?:[JS]r|II|III|IV)\.?|[1-9](?:st|nd|rd|th)", re.I)
_BETWEEN = re.compile(r"\s+(?:and|&)\s+", re.I)
_AND_OTHERS = re.compile(r"(?:\A|,? )(?:et\.? ?al\.?|(?:and|&) others),?\Z", re.I)
_PARTICLE = re.compile(r"a[lp]|d[aeiou]s?|del(?:la|li)?|degli|de[nr]|el|l[aeo]s?|v[ao]n|zu", re.I)

_GLUED = re.compile(r"(?<![^\s,])((?:[^\W\d_]\.)+)(?=([^\W\d_])[^\W\d_])")
_REMARK = re.compile(r" ?\([^()]*\)\Z")
_ENCLOSED = ('""', "“”", "{}")
_FOOTNOTES = "*†‡§¶0123456789¹²³⁴⁵⁶⁷⁸⁹⁰ "
_MARKS = re.compile(r'[*†‡§¶{}<>\\|"“”]|(?<=[a-z])\d+\Z')
_MARKS_OF_PERSONS = re.compile(r"[\[\]()@#=/\d¹²³⁴-⁹⁰]")
"""What names of organisations may contain, but not those of people."""


@dataclass(frozen=True, slots=True)
class ListedName:
    """One name of a list. `doubt` says why it is not certain who it names; empty if it is."""

    person: Person
    doubt: str = ""


def listed_names(text: str) -> Iterator[ListedName]:
    """Yields the people and organisations that one value names, usually one."""
    for value in text.split(";"):
        name = " ".join(value.split())
        others = _AND_OTHERS.search(name)
        name = _GLUED.sub(_space_after_initials, name[: others.start()] if others else name)
        for part in _apart(name):
            if part:
                yield _checked(part)
        if others:
            yield ListedName(Person("et al."))


def _apart(name: str) -> list[str]:
    """Returns the names of `Toy, A., Bear, B.` or `A. Toy and B. Bear`, or the name itself if it is one."""
    parts = _BETWEEN.split(name)
    if len(parts) > 1 and all(part.count(",") == 1 or _of_person(part.split()) for part in parts):
        return parts
    pieces = [piece.strip() for piece in name.split(",")]
    if len(pieces) > 1 and all(_of_person(piece.split()) and not _are_initials(piece.split()[-1:]) for piece in pieces):
        return pieces
    families, given = pieces[::2], pieces[1::2]
    listed = len(given) == len(families) > 1 and all(_are_initials(piece.split()) for piece in given)
    if listed and not any(_are_initials(family.split()) for family in families):
        return [f"{family}, {initials}" for family, initials in zip(families, given, strict=True)]
    return [name]


def names_people(text: str) -> str:
    """Returns why the name of an organisation is probably that of a person, or several; empty if it is not."""
    names = list(listed_names(text))
    one = len(names) == 1
    people = names[0].person.given if one and not organisation_words(text) else not one
    return "is given as an organisation, but looks like a person or a list of people" if people else ""


def doubt_of(person: Person) -> str:
    """Returns what is in a name that is not part of it, or divides names; empty if there is nothing.

    What is doubtful in any format is reported when the entry of the record is read.
    """
    if person.given and doubtful(person, parted=True):
        return ""
    family, given = without_markup(person.family), without_markup(person.given)
    mark = _MARKS.search(f"{given} {family}") or _MARKS.search(given)
    mark = mark or (_MARKS_OF_PERSONS.search(f"{given} {family}") if given else None)
    if mark:
        return f"contains `{mark[0]}`, which is not part of a name"
    if given and "," in family + given and ";" not in given:  # names that contain `;` are reported in any format
        return "has more commas than family and given name need"
    return "contains `and`, as between the names of two people" if _BETWEEN.search(given) else ""


def _space_after_initials(match: re.Match[str]) -> str:
    return f"{match[1]} " if match[1].isupper() and match[2].isupper() else match[0]


def _checked(name: str) -> ListedName:
    """Reads a person without quotes, footnote marks and a remark at the end; reports these, and what is left."""
    inner = _REMARK.sub("", name[1:-1] if name[:1] + name[-1:] in _ENCLOSED else name).rstrip(_FOOTNOTES)
    if inner != name and ("," in inner.rstrip(",") or _of_person(inner.split())):
        return replace(_name(inner), doubt=f"is written `{name[:60]}`")
    read = _name(name)
    family = Person(read.person.family.split(",")[0], read.person.given)
    return replace(read, doubt=read.doubt or doubt_of(family))


def _name(name: str) -> ListedName:
    if ",," in name:  # EndNote's way to write a comma within the name of an organisation
        return ListedName(Person(name.replace(",,", ",").rstrip(", ")))
    if name.endswith(","):  # and its way to end one
        name = name.rstrip(", ")
        if "," not in name:
            return ListedName(Person(name))
    family, given, suffix, *more = [*(part.strip() for part in name.split(",")), "", ""]
    if any(more):
        return ListedName(Person(name), "has too many commas for one name")
    if suffix and _SUFFIX.fullmatch(given) and not _SUFFIX.fullmatch(suffix):  # `Berg, Jr., Jan` is the order of BibTeX
        given, suffix = suffix, given
    if given and not suffix and _SUFFIX.fullmatch(given) and _of_person(family.split()):
        return _given_first(family.split(), given)
    if LEGAL_FORM.fullmatch(given) and not suffix:
        return ListedName(Person(name))
    if suffix:
        doubt = "" if _SUFFIX.fullmatch(suffix) else f"has `{suffix}` in the place of a suffix such as `Jr.`"
        return ListedName(Person(f"{family}, {suffix}", given), doubt)
    if "," not in name:
        return _without_comma(name)
    return ListedName(Person(family, given) if family else Person(given))


def _without_comma(name: str) -> ListedName:
    words = name.split()
    if len(words) == 1 or OTHERS.fullmatch(name):
        return ListedName(Person(name))
    if len(words) > 2 and _SUFFIX_WORD.fullmatch(words[-1]) and _of_person(words[:-1]):
        return _given_first(words[:-1], words[-1])
    if _of_person(words):
        return _given_first(words)
    known = bool(organisation_words(name))
    return ListedName(Person(name), "" if known else "has no comma and is read as the name of an organisation")


def _given_first(words: list[str], suffix: str = "") -> ListedName:
    """Reads `J. Toy`, `Jane M. van der Toy` or `Toy J.`; a family name may begin with particles."""
    if _are_initials(words[1:]):
        given, family, doubt = " ".join(words[1:]), words[0], ""
    else:
        last = max(at for at, word in enumerate(words[:-1]) if _is_initial(word)) + 1
        begin = next((at for at in range(last, len(words) - 1) if _is_particle(words[at])), len(words) - 1)
        given, family = " ".join(words[:begin]), " ".join(words[begin:])
        doubt = f"is read with the family name `{family}`" if begin > last else ""
    return ListedName(Person(f"{family}, {suffix}" if suffix else family, given), doubt)


def _of_person(words: list[str]) -> bool:
    """Whether initials with dots show that this is a person: `J. Toy`, `Jane M. Toy`, `Toy J.`."""
    some = [_is_initial(word, last=at == len(words) - 1) for at, word in enumerate(words)]
    dotted = all("." in word for word, initial in zip(words, some, strict=True) if initial)
    if (some.count(False) > 1 or not dotted) and organisation_words(" ".join(words)):
        return False
    return len(words) > 1 and ((any(some[:-1]) and not some[-1]) or (not some[0] and all(some[1:])))


def _is_initial(word: str, *, last: bool = False) -> bool:
    """Whether the word is `J.` or `J.-P.`, or, unless it is the last one, `J`."""
    return _INITIALS.fullmatch(word) is not None or (not last and len(word) == 1 and word.isupper())


def _are_initials(words: list[str]) -> bool:
    return bool(words) and all(_INITIALS.fullmatch(word) for word in words)


def _is_particle(word: str) -> bool:
    return _PARTICLE.fullmatch(word) is not None or word[0].islower()
