"""Works as BibTeX entries, and keys for those that have none: what is written here is read back the same."""

from __future__ import annotations

import re
import string
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

from kg.model.bibliography import Person
from kg.readers.bibtex.blocks import NOT_ENTRIES
from kg.readers.bibtex.latex import without_markup
from kg.readers.bibtex.names import NameList, read_names
from kg.readers.bibtex.publication import VERBATIM

_KEY = re.compile(r"""[^\s"#%'(),={}~\\]+""")  # what biber takes as a key
_KIND = re.compile(r"[a-z]+")
_FIELD = re.compile(r"[a-z][a-z0-9_+/-]*")
_PERSONS = frozenset({"author", "editor"})
_CHARACTERS = str.maketrans({
    "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", "\\": r"{\textbackslash}", "~": r"{\textasciitilde}",
    "^": r"{\textasciicircum}", "{": r"{\textbraceleft}", "}": r"{\textbraceright}", "–": "--", "—": "---",
    "`": "{`}",
})  # fmt: skip
_LIGATURES = re.compile("[-–—]{2,}|'{2,}")  # `--` would become a dash
_CAPITALS_WITHIN = re.compile(r"(\W*)(\w\S*[A-ZÀ-ÖØ-Þ]\S*?)(\W*)")
_FOLDED = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})
_WORD = re.compile(r"[a-z0-9]{1,40}")
_WORDS = """
a about after an and are as at be been by can do does for from has have how in into is it its of on or our over that
the their this to toward towards under using via was we were what when where which who why will with within you your
"""
_LITTLE_WORDS = frozenset(_WORDS.split())


def write_entry(
    kind: str,
    key: str,
    fields: Mapping[str, str],
    authors: Sequence[Person] = (),
    *,
    others: bool = False,
    editors: Sequence[Person] = (),
) -> str:
    """One entry, a field a line: authors, editors, title, then the others in the order given; empty ones are left out.

    Values are plain text with any white space, and are read back the same with single spaces. Only what reading takes
    for markup everywhere is taken for it here as well: HTML entities and pairs of tags, and in addresses and
    identifiers escapes such as `\\_`. A name of one part is a family name.

    Raises:
        ValueError: if the kind, the key or the name of a field cannot stand in BibTeX, or if a field holds persons,
            who have arguments of their own.
    """
    if not _KIND.fullmatch(kind) or kind in NOT_ENTRIES:
        raise ValueError(f"`{kind}` is no kind of entry")
    if not is_key(key):
        raise ValueError(f"`{key}` cannot be a BibTeX key")
    for name in fields:
        if not _FIELD.fullmatch(name) or name in _PERSONS:
            raise ValueError(f"`{name}` cannot be a BibTeX field")
    written = {
        "author": _names(authors, others=others),
        "editor": _names(editors),
        "title": _title(fields.get("title", "")),
    } | {name: _value(name, value) for name, value in fields.items() if name != "title"}
    lines = (f"  {name} = {{{value}}}" for name, value in written.items() if value)
    return ",\n".join([f"@{kind}{{{key}", *lines]) + "\n}\n"


def is_key(text: str) -> bool:
    """Whether BibTeX, biber and LaTeX's `\\cite` can read the key."""
    return _KEY.fullmatch(text) is not None and text.isprintable()


def _value(name: str, value: str) -> str:
    return _verbatim(_spaced(value)) if name in VERBATIM else _text(_spaced(value))


def _spaced(text: str) -> str:
    """With single spaces and without the control characters, which reading takes for spaces."""
    return " ".join("".join(c if c >= " " and c != "\x7f" else " " for c in text).split())


def _text(text: str) -> str:
    """Plain text as LaTeX."""
    apart = _LIGATURES.sub(lambda match: "\0".join(match[0]), text)
    return "\0".join(part.translate(_CHARACTERS) for part in apart.split("\0")).replace("\0", "{}")


def _verbatim(text: str) -> str:
    """As it is, unless its braces would end the value or the entry: those are percent-encoded, as in addresses."""
    depth = 0
    for char in text:
        depth += (char == "{") - (char == "}")
        if depth < 0:
            break
    return text if depth == 0 else text.replace("{", "%7B").replace("}", "%7D")


def _title(value: str) -> str:
    """Words with capitals within are in braces, because BibTeX's styles make small letters of capitals."""
    title = _spaced(value)
    if title.isupper():
        return _text(title)
    return " ".join(map(_title_word, title.split()))


def _title_word(word: str) -> str:
    match = _CAPITALS_WITHIN.fullmatch(word)
    return f"{_text(match[1])}{{{_text(match[2])}}}{_text(match[3])}" if match else _text(word)


# --- names ---


def _names(persons: Iterable[Person], *, others: bool = False) -> str:
    return " and ".join([*filter(None, map(_name, persons)), *(["others"] if others else [])])


@lru_cache(maxsize=1 << 16)
def _name(person: Person) -> str:
    """The plainest form that is read back as this person, whoever stands before and after."""
    family, given = _spaced(person.family), _spaced(person.given)
    if not family:
        family, given = given, ""
    if not family:
        return ""
    person = Person(without_markup(family), without_markup(given))
    plain, braced = _forms(_text(family), _text(given))
    return plain if _is_read_as(plain, person) else braced


def _forms(family: str, given: str) -> tuple[str, str]:
    """`Berg, Jan` or `Plato`; with braces, what has commas or words such as `and` in it, or is an organisation."""
    braced = f"{{{family}}}"
    if given:
        return f"{family}, {given}", f"{braced}, {{{given}}}"
    return braced if " " in family else family, braced


def _is_read_as(form: str, person: Person) -> bool:
    """Names are read in one way in lists without braces, in another in lists with them."""
    plain, braced = read_names(f"{form} and {form} and {form}"), read_names(f"{{A}} and {form} and {{A}}")
    return plain == NameList((person,) * 3) and braced.persons[1:-1] == (person,) and not braced.odd


# --- keys ---


def make_key(title: str, year: str, taken: Collection[str], family: str = "") -> str:
    """`giray2021software` of family name, year and first word of weight, else `seven-pitfalls-avoid-2009`.

    Small ASCII letters and digits, the same for the same work; with a letter behind it when it is among the `taken`.
    """
    words = [word for word in _words(title) if word not in _LITTLE_WORDS] or list(_words(title))
    digits = re.search(r"(?<!\d)\d{4}(?!\d)", year, re.ASCII)
    when = [digits[0]] if digits else []
    name = "".join(_words(family.split(",")[0]))[:40]  # without the suffix of `Berg, Jr.`
    key = "".join([name, *when, *words[:1]]) if name else "-".join([*words[:3], *when]) or "untitled"
    last = 1
    while _lettered(key, last) in taken:
        last *= 2
    first = last // 2  # halved, because a file may hold a million works without title
    return _lettered(key, first + bisect_left(range(first, last), True, key=lambda n: _lettered(key, n) not in taken))


def _words(text: str) -> Iterable[str]:
    """The words in ASCII, without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_FOLDED))
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c) and c not in "'’"))


def _lettered(key: str, number: int) -> str:
    """The first has no letter, the second `b`, the 27th `aa`."""
    letters = ""
    while number > 1 or (letters and number):
        number, letter = divmod(number - 1, 26)
        letters = string.ascii_lowercase[letter] + letters
    return key + letters
