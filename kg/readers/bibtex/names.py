"""Reads lists of names as BibTeX and biblatex do: accents are decoded first, then names are split, then their parts.

Braces group until the end, so that `{Business Finland}` stays one name. What is not certainly a name becomes a note.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from unicodedata import normalize

from kg.model.bibliography import Person
from kg.model.person_names import LEGAL_FORM, doubtful, is_suffix, organisation_words
from kg.readers.bibtex.accents import decode_accents
from kg.readers.bibtex.latex import to_unicode
from kg.readers.bibtex.tex_macros import SORTING

OTHERS = re.compile(r"others|et\.?\s*al\.?", re.I)
_AND_FIRST, _AND_LAST = re.compile(r"\A(?:and|AND)(?: |\Z)"), re.compile(r"(?:\A| )(?:and|AND)\Z")
_ANDS = ("and", "AND")
_ET_AL = re.compile(r"(?:[,;]?[\s~]et\.?[\s~]?al\.?|(?<!,)\s\{et\.?[\s~]?al\.?\})\Z", re.I)

# Separators, with the braces between which they have no meaning.
_AND = re.compile(r"[{}]| (?:[aA][nN][dD] )+")
_COMMA = re.compile(r"[{}]|,")
_COMMA_OF_PARTS = re.compile(r'[{}]|"[^"]*"|,')
_SPACE = re.compile(r"[{}]|[\s~]+")
_TIE = re.compile(r"(?<!\\)\\ ")
_NOT_ORDERED = re.compile(r"[,{}=]|et al", re.I)
_BETWEEN_PEOPLE = re.compile(r"[{}]|;|\s\\?&(?=\s)")

# `Toy, Ann` or `Ann van Toy` without anything that is decoded or has a meaning of its own.
_WORDS = r"[^\W\d_][\w.]*+(?:[ -][^\W\d_][\w.]*+)*+"
_USUAL = re.compile(rf"({_WORDS})(?:, ?({_WORDS}))?")
_NOT_USUAL = re.compile(r"\b[eE][tT]|\A[oO][tT][hH]|\.,| [A-Z]{1,3},")
_LETTER = re.compile(r"[{}]|[^\W\d_]|\\[A-Za-z]+")
_ENTITY = re.compile(r"\\?&\\?(#?\w{2,31};)")
_INITIALS = re.compile(r"(?:[^\W\d_]\.[\s~-]?)+")
_INITIALS_FIRST = re.compile(r"(?:[^\W\d_]\.[\s~-]?)++[^\W\d_].*[^\W\d_]{2}", re.S)
_INITIALS_LAST = re.compile(r"([^\W\d_][^.,]*[^\W\d_])[\s~]((?:[^\W\d_]\.[\s~-]?)+)")
_CAPITALS_LAST = re.compile(  # of PubMed: `Toy AB`
    r"((?=[^,]*[a-zß-öø-ÿ]|.* .\Z)[^\W\d_][^.,{}]*[^\W\d_]) (?!I+\Z|I?V\Z|VI+\Z)([A-Z]{1,3})", re.S
)
_HOMONYM = re.compile(r"(?<=\w)[ ~]0\d{3}(?=\Z|,)")
"""DBLP's number for people of one name (`Ann Toy 0001`), which is no part of the name (dblp.org, FAQ)."""
_NUMBER_OF_OTHERS = re.compile(
    r"\d+ (?:more|others|(?:more|other) (?:authors|people))|\[?(?:…|\.\.+|\\l?dots(?:\{\})?)\]?", re.I
)
_TWO_AND_TWO = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}, [^\W\d_]{2,} [^\W\d_]{2,}")
_LISTED = re.compile(r"[^\W\d_][\w.'’-]*+(?: [^\W\d_][\w.'’-]*+){0,3}")
_JOINED = ("'", "’", "-")  # particles before a family name without a space (biblatex's \DeclarePrefChars)
_CAPITALS = re.compile(r"\\(?:MakeU|u)ppercase\s*\{([^{}]*)\}")  # what it does to particles (btxhak, section 5)
_MARKUP = re.compile(r"[\\$]|</?[A-Za-z][^<>]*>")

# biblatex's extended name format (manual 3.20, section 3.7): parts of a name, and options of a list of names.
_PART = re.compile(r"\s*((?:family|given|prefix|suffix)(?:-i)?)\s*=\s*(.*?)\s*\Z", re.I | re.S)
_LABEL = re.compile(r"\s*([a-z][a-z-]*)\s*=", re.I)
_OPTION = re.compile(r"(?:use|unique|sorting|label|name|namehash|noroman)\w*\Z", re.I)
_ATTRIBUTES = frozenset({"id", "hash", "gender", "given-i", "family-i", "prefix-i", "suffix-i"})


@dataclass(frozen=True, slots=True)
class NameNote:
    """What is doubtful about a name: the rule, the name as written, and the end of a sentence about it."""

    rule: str
    name: str
    message: str
    hint: str


class NameList(NamedTuple):
    """The people of a list; `others` says that it is incomplete, `notes` what could not be read for certain."""

    persons: tuple[Person, ...] = ()
    others: bool = False
    notes: tuple[NameNote, ...] = ()


_EMPTY, _MORE = NameList(), NameList(others=True)
_HINT = "write `Family, Given` or `Family, Jr., Given`, with ` and ` between names, and organisations in braces"


def read_names(value: str) -> NameList:
    """Returns the names of an author or editor field."""
    text = " ".join(value.split())
    if "\\" in text:
        text = " ".join(_TIE.sub(" ", decode_accents(SORTING.expand(text))).rstrip("\\").split())
    if not text.isascii():
        text = normalize("NFC", text)
    names = _outside_braces(_AND, text)
    if text.startswith(_ANDS) or text.endswith(_ANDS):
        names[0] = _AND_FIRST.sub("", names[0])
        names[-1] = _AND_LAST.sub("", names[-1])
    found = _together(map(_name, names))
    if "," in text and 0 < text.count(",") < len(names):
        return _together([found, *_in_wrong_order(names)])
    return found


def _in_wrong_order(names: list[str]) -> Iterator[NameList]:
    """Yields a note for each `Ann Toy, Bob Bear` among names without comma: alone it may be a double family name."""
    if any(" " in name.strip() and not _NOT_ORDERED.search(name) for name in names):
        for name in map(str.strip, names):
            if _TWO_AND_TWO.fullmatch(name):
                why = "may be two people, because other names of the list have no comma"
                yield NameList(notes=(NameNote("bibliography/author-doubtful", name, why, _HINT),))


def _together(lists: Iterable[NameList]) -> NameList:
    persons: list[Person] = []
    notes: list[NameNote] = []
    others = False
    for one in lists:
        persons += one.persons
        if one.notes or one.others:
            notes += one.notes
            others = others or one.others
    return NameList(tuple(persons), others, tuple(notes))


def _outside_braces(separator: re.Pattern[str], text: str) -> list[str]:
    """Splits a text; what a separator matches between quotes stays."""
    if "{" not in text and "}" not in text and '"' not in text:
        return separator.split(text)
    parts, depth, start = [], 0, 0
    for match in separator.finditer(text):
        if match[0] == "{":
            depth += 1
        elif match[0] == "}":
            depth = max(0, depth - 1)
        elif depth == 0 and match[0][0] != '"':
            parts.append(text[start : match.start()])
            start = match.end()
    parts.append(text[start:])
    return parts


@lru_cache(maxsize=1 << 16)
def _name(written: str) -> NameList:
    """Returns what one element of a list contains: usually one person."""
    name = written.strip()
    if not name:
        return _EMPTY
    if (usual := _USUAL.fullmatch(name)) and not _NOT_USUAL.search(name) and (name[1:2] != "." or "," not in name):
        return _judged(_usual(*usual.groups()), name, parted="," in name)
    if "0" in name:
        name = _HOMONYM.sub("", name)
    if name.startswith("{") and _is_one_group(name):
        return _organisation(name)
    if "=" in name and (labelled := _labelled(name)):
        return labelled
    if "&" in name:
        name = _ENTITY.sub(_character, name)
    shorter = _ET_AL.sub("", name)
    if shorter != name:
        return _together([_checked(shorter), _MORE]) if shorter.strip(" ,;") else _MORE
    return _checked(name)


def _usual(family: str, given: str | None) -> Person:
    """Returns what `_person` does."""
    if given is not None:
        return Person(family, given)
    tokens = family.split(" ")
    von = next((at for at, token in enumerate(tokens[:-1]) if token[0].islower()), -1)
    return Person(" ".join(tokens[von:]), " ".join(tokens[:von]))


def _organisation(name: str) -> NameList:
    text = to_unicode(name)
    if " " in text and _looks_like_people(text):
        why = "is in braces and so the name of one organisation, but looks like the names of people"
        hint = (
            "remove the braces around people; put those of an organisation around words, as in `{Toys} {and} {Bears}`"
        )
        return NameList((Person(text),), notes=(NameNote("bibliography/author-doubtful", name, why, hint),))
    if OTHERS.fullmatch(text) and text.lower() != "others":  # which is a name if it is in braces
        return _MORE
    return NameList((Person(text),), notes=_markup(text)) if text else _EMPTY


def _looks_like_people(text: str) -> bool:
    """Returns whether a text in braces is `Toy, Ann` or `Ann Toy and Bob Bear`; `Toys, Bears and Co.` is not."""
    people = text.split(" and ")
    if len(people) == 1 and text.count(",") != 1:
        return False
    for name in people:
        parts = [part.strip() for part in name.split(",")]
        if len(parts) > 2 or (len(parts) == 1 and " " not in name) or not all(map(_LISTED.fullmatch, parts)):
            return False
        if LEGAL_FORM.fullmatch(parts[-1]) or parts[-1].isupper():
            return False
    return not organisation_words(text)


def _character(match: re.Match[str]) -> str:
    entity = f"&{match[1]}"
    return html.unescape(entity) if html.unescape(entity) != entity else match[0]


def _checked(name: str) -> NameList:
    """Returns the people of a name, with a note if they are several, or if this is doubtful."""
    name = name.strip(" ;")
    commas = _outside_braces(_COMMA, name)
    if names := _several(name, commas):
        hint = "put ` and ` between names, also before the last one"
        note = NameNote("bibliography/author-separator", name, f"is read as {len(names)} names", hint)
        return _together([NameList(notes=(note,)), *map(_checked, names)])
    person = None if _between_people(name) else _person([part.strip() for part in commas])
    if person is None:
        hint = "put ` and ` between names, or braces around an organisation; until then it is one name"
        note = NameNote("bibliography/author", name, "is not a name", hint)
        return NameList((Person(to_unicode(name)),), notes=(note,))
    if OTHERS.fullmatch(person.full):
        return _MORE
    if len(commas) == 1 and _NUMBER_OF_OTHERS.fullmatch(person.full):
        note = NameNote("bibliography/author", name, "is read as `others`", "write ` and others`")
        return NameList(others=True, notes=(note,))
    if "{" not in name and not any(map(str.isalnum, person.full)):
        note = NameNote("bibliography/author", name, "is not a name", "remove it; it is not read as a person")
        return NameList(notes=(note,)) if name.strip(", ~}") else _EMPTY
    if not person.full:
        return _EMPTY
    return _judged(person, name, parted=len(commas) > 1)


def _judged(person: Person, name: str, *, parted: bool) -> NameList:
    why = doubtful(person, parted=parted) or _doubtful_as_written(name)
    if why:
        return NameList((person,), notes=(NameNote("bibliography/author-doubtful", name, why, _HINT),))
    return NameList((person,), notes=_markup(person.full) if "\\" in name or "$" in name or "<" in name else ())


def _doubtful_as_written(name: str) -> str | None:
    if "\\\\" in name:
        return "contains a line break, as between two people"
    if name.count(",") > 1 and len(parts := _outside_braces(_COMMA, name)) > 2:
        suffix = to_unicode(parts[1].strip())
        if suffix and parts[2].strip() and not is_suffix(suffix):
            return f"has `{suffix[:40]}` in the place of a suffix such as `Jr.`"
    return None


def _markup(text: str) -> tuple[NameNote, ...]:
    if not _MARKUP.search(text):
        return ()
    hint = "write the letters themselves, or define the command in a @preamble"
    return (NameNote("bibliography/author-markup", text, "contains a command or tag that is not known", hint),)


def _several(name: str, commas: list[str]) -> list[str]:
    """Returns the names of several people that have no `and` between them, if that is certain, else nothing."""
    if _between_people(name):
        parts = [part.strip(" ,") for part in _outside_braces(_BETWEEN_PEOPLE, name)]
        names = [part for part in parts if part]
        return names if len(names) > 1 and _alike(names, semicolons="&" not in name) else []
    parts = [part.strip() for part in commas]
    while parts and not parts[-1]:
        parts.pop()
    if len(parts) > 1 and all(map(_INITIALS_FIRST.fullmatch, parts)):  # A. Toy, B. Bear
        return parts
    for form in (_INITIALS_LAST, _CAPITALS_LAST):  # Toy A., Bear B.
        turned = [match for part in parts if (match := form.fullmatch(part))]
        if len(parts) > 1 and len(turned) == len(parts):
            return [f"{match[1]}, {match[2]}" for match in turned]
    families, initials = parts[::2], parts[1::2]
    if len(parts) > 3 and len(parts) % 2 == 0 and all(map(_INITIALS.fullmatch, initials)):  # Toy, A., Bear, B.
        pairs = zip(families, initials, strict=True)
        return [] if any(map(_INITIALS.fullmatch, families)) else [", ".join(pair) for pair in pairs]
    return []


def _between_people(name: str) -> bool:
    """Returns whether `;` or ` & ` occurs outside braces."""
    return (";" in name or "&" in name) and len(_outside_braces(_BETWEEN_PEOPLE, name)) > 1


def _alike(names: list[str], *, semicolons: bool) -> bool:
    """Returns whether all names are written `Toy, A.`, or all `A. Toy`; `Toy & Sons` may be an organisation."""
    commas = {len(_outside_braces(_COMMA, name)) for name in names}
    return commas == {2} or (commas == {1} and (semicolons or all(map(_INITIALS_FIRST.fullmatch, names))))


def _person(parts: list[str]) -> Person | None:
    """Returns `First von Last`, `von Last, First` or `von Last, Jr, First` (btxdoc, section 4), else None."""
    while len(parts) > 1 and not parts[-1]:
        parts.pop()
    if len(parts) > 3:
        return None
    if len(parts) == 1:
        tokens = _tokens(parts[0])
        von = next((at for at, token in enumerate(tokens[:-1]) if _is_lower(token)), len(tokens) - 1)
        return _decoded(_family(tokens[von:]), " ".join(tokens[:von]))
    family, given = _family(_tokens(parts[0])), " ".join(_tokens(parts[-1]))
    if len(parts) == 3 and parts[1]:
        family += ", " + " ".join(_tokens(parts[1]))
    return _decoded(family, given)


def _decoded(family: str, given: str) -> Person:
    if "ppercase" in family:
        family = _CAPITALS.sub(lambda match: match[1].upper(), family)
    return Person(to_unicode(family), to_unicode(given))


def _tokens(text: str) -> list[str]:
    return [token for token in _outside_braces(_SPACE, text) if token.strip("{}")]


def _family(tokens: list[str]) -> str:
    """Returns particles and family name; there is no space after a particle such as `d'` or `al-`."""
    family = ""
    for token in tokens:
        family += token
        family += "" if token.endswith(_JOINED) and _is_lower(token) else " "
    return family.rstrip()


def _is_lower(token: str) -> bool:
    r"""Returns whether the first letter outside braces is lower case; `{\relax de}` counts as outside (btxhak, 5)."""
    if token[:1].isalpha():
        return token[0].islower()
    depth = 0
    for match in _LETTER.finditer(token):
        found = match[0]
        if found in "{}":
            depth += 1 if found == "{" else -1
        elif found[0] == "\\":
            depth -= 1000 if depth == 1 and token[match.start() - 1] == "{" else 0
        elif depth <= 0:
            return found.islower()
    return False


def _labelled(name: str) -> NameList | None:
    """Reads `family=Berg, given=Jan, prefix=van der`, options of the list and `xdata=…`; else returns None."""
    pieces = [piece.strip(' "') for piece in _outside_braces(_COMMA_OF_PARTS, name)]
    labels = [match[1].lower() if (match := _LABEL.match(piece)) else "" for piece in pieces]
    if not all(labels):
        return None
    parts = _parts(pieces)
    if parts.get("family") or parts.get("given"):
        return _of_parts(parts)
    if all(_OPTION.match(label) or label in _ATTRIBUTES for label in labels):
        return _EMPTY
    hint = "write the name itself; it is not read as a person"
    message = "is a reference, which is not resolved" if labels == ["xdata"] else "is not a name"
    return NameList(notes=(NameNote("bibliography/author", name, message, hint),))


def _parts(pieces: Iterable[str]) -> dict[str, str]:
    """Returns the parts of a name; a part that is given twice is one part, so that nothing is lost."""
    parts: dict[str, str] = {}
    for match in filter(None, map(_PART.match, pieces)):
        label, value = match[1].lower(), match[2].strip('"')
        parts[label] = f"{parts[label]} {value}" if label in parts else value
    for name in ("family", "given", "prefix", "suffix"):  # initials alone are better than nothing
        if initials := parts.pop(f"{name}-i", ""):
            parts.setdefault(name, initials)
    return parts


def _of_parts(parts: dict[str, str]) -> NameList:
    prefix, family = parts.get("prefix", ""), parts.get("family", "")
    joined = _family([token for token in (prefix, family) if token])
    joined = ", ".join(filter(None, (joined, parts.get("suffix"))))
    person = Person(to_unicode(joined), to_unicode(parts.get("given", "")))
    return NameList((person,), notes=_markup(person.full))


def _is_one_group(name: str) -> bool:
    """Returns whether one pair of braces encloses the name."""
    depth = 0
    for at, char in enumerate(name):
        depth += (char == "{") - (char == "}")
        if depth == 0:
            return at == len(name) - 1
    return False
