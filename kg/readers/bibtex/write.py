"""Writes works as BibTeX entries, and makes keys for works without one. What is written is read back the same."""

from __future__ import annotations

import re
import string
import unicodedata
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import accumulate

from kg.model.bibliography import Person
from kg.readers.bibtex.blocks import NOT_ENTRIES
from kg.readers.bibtex.latex import without_markup
from kg.readers.bibtex.names import NameList, read_names
from kg.readers.bibtex.publication import is_verbatim

_KEY = re.compile(r"""[^\s"#%'(),={}~\\]+""")  # what biber accepts as a key
_KIND = re.compile(r"[a-z]+")
_FIELD = re.compile(r"[a-z][a-z0-9_+/-]*")
_PERSONS = frozenset({"author", "editor"})
_COMMANDS = {"\\": "backslash", "~": "asciitilde", "^": "asciicircum", "{": "braceleft", "}": "braceright"}
_CHARACTERS = str.maketrans(
    {char: f"\\{char}" for char in "&%$#_"}
    | {char: rf"{{\text{name}}}" for char, name in _COMMANDS.items()}
    | {"–": "--", "—": "---", "`": "{`}"}
)
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
    other_editors: bool = False,
) -> str:
    """Returns one entry, a field a line: authors, editors, title, then the other fields in order, without empty ones.

    Values are read back the same, with single spaces, except for what is always read as markup: HTML entities, pairs of
    tags and, in addresses and identifiers, escapes such as `\\_`. Names are read back in NFC.

    Args:
        kind: The entry type.
        key: The key.
        fields: Plain text by field name; people have arguments of their own.
        authors: A name of one part is a family name.
        others: Whether the list of authors is incomplete.
        editors: As the authors.
        other_editors: Whether the list of editors is incomplete.

    Raises:
        ValueError: if the kind, the key or the name of a field is not possible in BibTeX, or a field holds people.
    """
    if not _KIND.fullmatch(kind) or kind in NOT_ENTRIES:
        raise ValueError(f"`{kind}` is not an entry type")
    if not is_key(key):
        raise ValueError(f"`{key}` cannot be a BibTeX key")
    for name in fields:
        if not _FIELD.fullmatch(name) or name in _PERSONS:
            raise ValueError(f"`{name}` cannot be a BibTeX field")
    written = {"author": _names(authors, others=others), "editor": _names(editors, others=other_editors)}
    written["title"] = _title(fields.get("title", ""))
    written |= {name: _value(name, value) for name, value in fields.items() if name != "title"}
    lines = (f"  {name} = {{{value}}}" for name, value in written.items() if value)
    return ",\n".join([f"@{kind}{{{key}", *lines]) + "\n}\n"


def is_key(text: str) -> bool:
    """Returns whether BibTeX, biber and LaTeX's `\\cite` can read the key."""
    return _KEY.fullmatch(text) is not None and text.isprintable()


def _value(name: str, value: str) -> str:
    return _verbatim(_spaced(value)) if is_verbatim(name, _spaced(value)) else _text(_spaced(value))


def _spaced(text: str) -> str:
    """Returns the text with single spaces, which also replace control characters, as in reading."""
    return " ".join("".join(c if c >= " " and c != "\x7f" else " " for c in text).split())


def _text(text: str) -> str:
    """Returns plain text as LaTeX."""
    apart = _LIGATURES.sub(lambda match: "\0".join(match[0]), text)
    return "\0".join(part.translate(_CHARACTERS) for part in apart.split("\0")).replace("\0", "{}")


def _verbatim(text: str) -> str:
    """Returns the text as it is, unless its braces would end the value: then they are percent-encoded."""
    depths = list(accumulate((char == "{") - (char == "}") for char in text)) or [0]
    balanced = min(depths) >= 0 and depths[-1] == 0
    return text if balanced else text.replace("{", "%7B").replace("}", "%7D")


def _title(value: str) -> str:
    """Puts words with inner capitals in braces, because BibTeX's styles change titles to lower case."""
    title = _spaced(value)
    return _text(title) if title.isupper() else " ".join(map(_title_word, title.split()))


def _title_word(word: str) -> str:
    match = _CAPITALS_WITHIN.fullmatch(word)
    return f"{_text(match[1])}{{{_text(match[2])}}}{_text(match[3])}" if match else _text(word)


# --- names ---


def _names(persons: Iterable[Person], *, others: bool = False) -> str:
    return " and ".join([*filter(None, map(_name, persons)), *(["others"] if others else [])])


@lru_cache(maxsize=1 << 16)
def _name(person: Person) -> str:
    """Returns the plainest form that is read back as this person, whatever names precede and follow."""
    names = [*filter(None, (_spaced(person.family), _spaced(person.given))), ""]
    if not any(names):
        return ""
    family, given = names[:2]
    person = Person(without_markup(family), without_markup(given))
    plain, braced = _forms(_text(family), _text(given))
    return plain if _is_read_as(plain, person) else braced


def _forms(family: str, given: str) -> tuple[str, str]:
    """Returns `Berg, Jan` or `Plato`, and the form with braces, for organisations and names with commas or `and`."""
    braced = f"{{{family}}}"
    if given:
        return f"{family}, {given}", f"{braced}, {{{given}}}"
    return braced if " " in family else family, braced


def _is_read_as(form: str, person: Person) -> bool:
    """Checks both ways to read names: in lists without braces, and in lists with them."""
    plain, braced = read_names(f"{form} and {form} and {form}"), read_names(f"{{A}} and {form} and {{A}}")
    return plain == NameList((person,) * 3) and braced.persons[1:-1] == (person,) and not braced.notes


# --- keys ---


def make_key(title: str, year: str, taken: Collection[str], family: str = "") -> str:
    """Returns a key of lower-case ASCII letters and digits, always the same for the same work.

    It consists of family name, year and the first word that is not a function word (`giray2021software`), or without
    family name of words and year (`seven-pitfalls-avoid-2009`), and a letter if that key is `taken`.
    """
    words = [word for word in _words(title) if word not in _LITTLE_WORDS] or list(_words(title))
    digits = re.search(r"(?<!\d)\d{4}(?!\d)", year, re.ASCII)
    when = [digits[0]] if digits else []
    name = "".join(_words(family.split(",")[0]))[:40]  # without suffix, as in `Berg, Jr.`
    key = "".join([name, *when, *words[:1]]) if name else "-".join([*words[:3], *when]) or "untitled"
    last = 1
    while _lettered(key, last) in taken:
        last *= 2
    first = last // 2  # by bisection, because a file may contain a million works without title
    return _lettered(key, first + bisect_left(range(first, last), True, key=lambda n: _lettered(key, n) not in taken))


def _words(text: str) -> Iterable[str]:
    """Returns the words in ASCII, without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_FOLDED))
    return _WORD.findall("".join(c for c in plain if not unicodedata.combining(c) and c not in "'’"))


def _lettered(key: str, number: int) -> str:
    """Adds no letter for the first work, `b` for the second, `aa` for the 27th."""
    letters = ""
    while number > 1 or (letters and number):
        number, letter = divmod(number - 1, 26)
        letters = string.ascii_lowercase[letter] + letters
    return key + letters
