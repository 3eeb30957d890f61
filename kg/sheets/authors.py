"""Cells of names: how the names of a column are written, and the people of each of its cells.

`;` and `and` separate people. Everything else differs between sheets, and often within one: `Toy, Ann and Bear, B.`,
`Toy A.B., Bear B.`, `A. B. Toy, B. Bear`. Initials show which part of a name is the surname and what a comma means.
Where they do not, the clear cells of the column decide. A cell that can still be read in two ways is not read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from kg.model.bibliography import Person
from kg.model.mapping import NameForm
from kg.readers.bibtex.latex import to_unicode, without_markup
from kg.readers.bibtex.names import OTHERS, NameList, read_names

_MARKS = re.compile(r"\s(?:and|&|\\&)(?=\s)|\\.|[{};,]", re.S)
_INITIALS = re.compile(r"-?(?:[^\W\d_](?:[^\W\d_]?\.-?|-))*(?:[^\W\d_]\.?)?")
_TITLES = frozenset({"St.", "Dr.", "Mr.", "Ms."})
_SUFFIX = re.compile(r"(?:Jr|Sr)\.?|I{2,3}|IV")
_ET_AL = re.compile(r"(?<=\w),? et\.? ?al\.?\Z")
_NO_NAME = re.compile(r"[\d()\[\]@/:!?*†‡§¶☆∗´¨ˆ˜¸˘˝�…]|[ÃÂ][\x80-\xbf]|\.\.\.")
_LONGEST_CELL, _LONGEST_NAME, _MOST_WORDS = 50_000, 300, 7
_INVERTED = "surname, given"
_GIVEN_FIRST = frozenset({"initials surname", "given surname"})


@dataclass(frozen=True, slots=True)
class NamePart:
    """A text between commas.

    `shape` is `word`, `words`, `initials`, `words initials`, `initials words`, `capitals` for two or three capitals
    alone, and `bad` for what is no name; it ends in `?` where such capitals may be initials or a word.
    """

    raw: str
    text: str
    shape: str
    suffix: str = ""

    @property
    def is_full(self) -> bool:
        return self.shape in ("words", "words initials", "initials words")


NameParts = tuple[NamePart, ...]


@dataclass(frozen=True, slots=True)
class NamesRead:
    """The people of a cell; or `why` they were not read, and whether the mapping could say how (`ask`)."""

    names: NameList = field(default_factory=NameList)
    why: str = ""
    ask: bool = False


class UnreadNamesError(Exception):
    """Says why a cell is not read, and whether the mapping could say how."""

    def __init__(self, why: str, ask: bool = True) -> None:
        super().__init__(why)
        self.why, self.ask = why, ask


class NameColumn:
    """A column of names; a cell is read the same way whatever the order of the rows.

    Args:
        cells: All cells of the column.
        form: How its names are written, if the mapping says so.
        separator: What separates people, if the mapping says so: `;`, `,`, `and` or another text.
    """

    def __init__(self, cells: Iterable[str], form: NameForm | None = None, separator: str | None = None) -> None:
        self.form, self.separator = form, separator
        self.seen: Counter[str] | None = None
        seen: Counter[str] = Counter()
        for cell, number in Counter(cells).items():
            try:
                found = self._evidence(cell)
            except UnreadNamesError:
                continue
            for mark in found:
                seen[mark] += number
        self.seen = seen

    def read(self, cell: str) -> NamesRead:
        """Returns the people of a cell in their order."""
        try:
            groups, others = self._groups(cell)
            persons = tuple(map(self._person, groups))
        except UnreadNamesError as error:
            return NamesRead(why=error.why.replace("{}", " ".join(cell.split())[:80]), ask=error.ask)
        return NamesRead(NameList(persons, others))

    def _evidence(self, cell: str) -> list[str]:
        """Returns what a cell shows that can be read in one way only."""
        groups, _ = self._groups(cell)
        found = [group[0].shape for group in groups if len(group) == 1]
        pairs = [group for group in groups if len(group) == 2 and group[0].shape != "initials"]
        every = len(pairs) == len(groups) > 1
        found += ["inverted" for pair in pairs if every or pair[1].shape != "word"]
        found += [mark for group in groups if len(group) == 1 for mark in _capitals(group[0].text)]
        between = "," in cell and ";" not in cell and len(groups) > 1 and all(len(group) == 1 for group in groups)
        return [*found, "between"] if between else found

    # --- from a cell to groups: a name, or a surname and a given name ---

    def _groups(self, cell: str) -> tuple[list[NameParts], bool]:
        if len(cell) > _LONGEST_CELL:
            raise UnreadNamesError("the cell is too long for a list of names", ask=False)
        pieces, others = [], False
        written, semicolons = _pieces(cell, self.separator)
        for texts in written:
            parts: list[NamePart] = []
            for raw in texts:
                without = _ET_AL.sub("", raw)
                others = others or without != raw or OTHERS.fullmatch(raw) is not None
                if without and not OTHERS.fullmatch(without):
                    self._add(parts, without)
            if parts:
                pieces.append(tuple(parts))
        bad = next((part for parts in pieces for part in parts if part.shape == "bad"), None)
        if bad:
            raise UnreadNamesError(f"`{bad.text[:60]}` is not a name", ask=False)
        inside = semicolons or self.separator not in (None, ",")
        serial = any(len(texts) > 1 and not texts[-1] for texts in written)
        return self._layout(pieces, inside, serial), others

    def _add(self, parts: list[NamePart], raw: str) -> None:
        """Adds a part; a suffix such as `Jr.` belongs to the part before it."""
        if parts and _SUFFIX.fullmatch(raw) and not parts[-1].suffix and parts[-1].shape != "bad":
            last = parts.pop()
            parts.append(NamePart(last.raw, last.text, last.shape, raw))
        else:
            parts.append(self._part(raw))

    def _part(self, raw: str) -> NamePart:
        if len(raw) > _LONGEST_NAME:
            return NamePart(raw, raw, "bad")
        if raw.endswith(".") and len(raw.split()[-1]) > 3 and not _is_initials(raw.split()[-1]):
            raw = raw.rstrip(".")  # the end of a sentence
        text = to_unicode(raw)
        words, suffix = text.split(), ""
        if _is_group(raw):
            return NamePart(raw, text, "word" if any(map(str.isalnum, text)) else "bad")
        if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) and raw.endswith(words[-1]):
            suffix = words.pop()
            raw, text = raw.removesuffix(suffix).rstrip(), " ".join(words)
        letters = any(map(str.isalpha, text))
        if not letters or len(words) > _MOST_WORDS or _NO_NAME.search(text) or _SUFFIX.fullmatch(text):
            return NamePart(raw, text, "bad")
        return NamePart(raw, text, self._resolved(_shape(words)), suffix)

    def _resolved(self, shape: str) -> str:
        """Decides whether two or three capitals are initials, by the form or by the other names of the column."""
        if not shape.endswith("?") or (self.seen is None and self.form is None):
            return shape
        if self.form:
            return "initials words" if self.form in _GIVEN_FIRST else "words initials"
        seen = self.seen or Counter()
        after, before = seen["words initials"], seen["initials words"]
        if shape == "words initials ?" and (after or not (before or seen["capitals last"])):
            return "words initials"
        if shape == "initials words ?" and (before or not (after or seen["capitals first"])):
            return "initials words"
        if shape == "?" and bool(after) != bool(before):
            return "words initials" if after else "initials words"
        return "?"

    def _layout(self, pieces: list[NameParts], inside: bool, serial: bool) -> list[NameParts]:
        """Returns the groups; a comma is within a name, or between names, or both in turn.

        Args:
            pieces: The texts between separators.
            inside: Whether a comma can only be within a name.
            serial: Whether there is a comma before an `and`.
        """
        if inside or (self.form == _INVERTED and self.separator is None and all(len(parts) < 3 for parts in pieces)):
            return _within(pieces, self.form)
        if self.form == _INVERTED:
            return _in_pairs(pieces)
        if self.form or self.separator == "," or all(len(parts) == 1 for parts in pieces):
            return _between(pieces)
        if all(len(parts) < 3 for parts in pieces):
            return self._with_few_commas(pieces, serial)
        flat = [part for parts in pieces for part in parts]
        if all(part.is_full for part in flat):
            return _between(pieces)
        turns = all(part.shape in ("initials", "capitals") for parts in pieces for part in parts[1::2])
        if turns and not any(len(parts) % 2 for parts in pieces):
            return _in_pairs(pieces)
        inverted = flat[0].shape == "word" or (flat[0].shape == "words" and not flat[1].is_full)
        if inverted and all(part.is_full for part in flat[2:]):  # `Toy, Ann, Bob Bear, and Cid Doll`
            return [(flat[0], flat[1]), *((part,) for part in flat[2:])]
        raise _in_two_ways()

    def _with_few_commas(self, pieces: list[NameParts], serial: bool) -> list[NameParts]:
        """Decides for names with at most one comma each, with `and` between them."""
        pairs = [parts for parts in pieces if len(parts) == 2]
        every = len(pairs) == len(pieces) > 1
        found = {self._comma(*pair, every=every) for pair in pairs}
        if not every and all(pair[1].shape == "word" for pair in pairs):  # `Toy, Bear, and Doll`, `Toy, Bear and Doll`
            alone = any(len(parts) == 1 and parts[0].shape == "word" for parts in pieces)
            found |= {"unknown"} if alone and (serial or not (self.seen or Counter())["inverted"]) else set()
        if "alone" in found and not any(parts[0].is_full for parts in pieces if len(parts) == 1):
            found = found - {"alone"} | {"inside"}
        if found == {"inside"}:
            return pieces
        if found == {"between"}:
            return _between(pieces)
        raise _in_two_ways()

    def _comma(self, first: NamePart, second: NamePart, every: bool) -> str:
        """Returns `inside` a name, `between` names, `alone` (inside, if no other name lacks a comma) or `unknown`."""
        seen = self.seen or Counter()
        lists = seen["between"] and not seen["inverted"]
        if second.shape in ("initials", "capitals"):
            return "inside" if first.shape in ("word", "words", "capitals") else "unknown"
        if first.shape in ("words initials", "initials words"):
            return "between" if second.shape != "word" else "unknown"
        if first.shape in ("word", "capitals"):
            return "unknown" if lists and not second.is_full else "inside"
        if first.text[:1].islower() or every:
            return "inside"
        if second.shape in ("word", "words initials"):
            return "inside" if seen["inverted"] else "unknown"
        if lists:
            return "between"
        others = seen["words"] or seen["between"] or not seen["inverted"]
        return "unknown" if others or second.shape != "words" else "alone"

    # --- from a group to a person ---

    def _person(self, group: NameParts) -> Person:
        first, last = group[0], group[-1]
        if first.shape == "initials":
            raise UnreadNamesError(
                f"the name `{', '.join(part.text for part in group)}` has only initials as surname", ask=False
            )
        if len(group) == 2:
            if self.form in _GIVEN_FIRST and first.shape == last.shape == "words":  # two people, by the form
                raise UnreadNamesError(f"`{first.text}, {last.text}` is not written as `{self.form}`")
            return self._read(f"{first.text}, {first.suffix or last.suffix}, {last.text}")
        if first.shape.endswith("?"):
            raise UnreadNamesError(f"of the name `{first.text}`, either part may be the surname")
        if first.shape in ("word", "capitals"):
            return self._read(f"{first.raw}, {first.suffix}" if first.suffix else first.raw)
        return self._of_words(first)

    def _of_words(self, part: NamePart) -> Person:
        """Returns the person of a name of several words without a comma."""
        words = part.text.split()
        if self.form == "surname given" or part.shape == "words initials":
            if self.form in _GIVEN_FIRST or self.form == _INVERTED:
                raise self._unfit(part)
            at = _after_surname(words) if part.shape == "words" else _before_initials(words)
            return self._read(f"{' '.join(words[:at])}, {part.suffix}, {' '.join(words[at:])}")
        if self.form in ("surname initials", _INVERTED):
            raise self._unfit(part)
        if self.form == "initials surname" and part.shape == "initials words":
            at = next(n for n, word in enumerate(words) if not _is_initials(word))
            return self._read(f"{' '.join(words[at:])}, {part.suffix}, {' '.join(words[:at])}")
        person = self._read(part.raw)
        return Person(f"{person.family}, {part.suffix}", person.given) if part.suffix else person

    def _read(self, written: str) -> Person:
        """Returns the person of a name as BibTeX writes it."""
        read = read_names(written)
        if len(read.persons) != 1 or read.others or (read.notes and self.form is None):
            what = read.notes[0].message if read.notes else "is not a name"
            raise UnreadNamesError(f"`{to_unicode(written)[:60]}` {what}", ask=False)
        return read.persons[0]

    def _unfit(self, part: NamePart) -> UnreadNamesError:
        return UnreadNamesError(f"the name `{part.text}` is not written as `{self.form}`", ask=False)


def _pieces(cell: str, separator: str | None) -> tuple[list[list[str]], bool]:
    """Returns the texts between separators, each as its texts between commas; and whether one of them is `;`."""
    lines = [line.strip() for line in cell.splitlines() if line.strip()]
    ended = all(len(line.split()) > 1 and not line.endswith((",", "and", "&")) for line in lines)
    text = without_markup((";" if ended else " ").join(lines))
    if separator and separator not in (";", ",", "and", "&"):
        text = text.replace(separator, ";")
    pieces: list[list[str]] = [[""]]
    depth = at = 0
    semicolons = False
    for match in _MARKS.finditer(f"{text} "):
        mark = match[0].strip()
        depth += (mark == "{") - (mark == "}")
        # With `;`, an `and` may be part of an institution's name.
        joins = mark[-1:] in "&d" and ";" in text and len(pieces[-1]) == 1 and "." not in text[at : match.start()]
        if depth > 0 or match[0][0] in "{}\\" or joins:
            continue
        pieces[-1][-1], at = text[at : match.start()].strip(), match.end()
        semicolons = semicolons or mark == ";"
        if mark == ",":
            pieces[-1].append("")
        else:
            pieces.append([""])
    pieces[-1][-1] = text[at:].strip()
    return pieces, semicolons


def _shape(words: list[str]) -> str:
    first, last = _is_initials(words[0]), _is_initials(words[-1])
    short = not any(char.islower() for word in words for char in word)
    first_capitals, last_capitals = _is_capitals(words[0], short), _is_capitals(words[-1], short)
    if len(words) == 1:
        return "initials" if first else "capitals" if first_capitals else "word"
    if all(map(_is_initials, words)):
        return "initials"
    if first and last:
        return "?"
    if first or last:
        return "initials words" if first else "words initials"
    if first_capitals and last_capitals:
        return "?"
    if first_capitals or last_capitals:
        return "initials words ?" if first_capitals else "words initials ?"
    return "words" if sum(not word[0].islower() for word in words) > 1 else "word"


def _is_initials(word: str) -> bool:
    """Returns whether the word is `A.`, `A.B.`, `J.-P.`, `Yu.` or `A`."""
    letters = word.lstrip("-")
    return letters[:1].isupper() and _INITIALS.fullmatch(word) is not None and word not in _TITLES


def _is_capitals(word: str, short: bool) -> bool:
    """Returns whether the word may be initials without full stops; in a name of capitals only if it is `short`."""
    return word.isalpha() and word.isupper() and 2 <= len(word) <= (2 if short else 3)


def _capitals(text: str) -> Iterator[str]:
    """Yields where a name has a surname in capitals: `Ann TOYMAKER`, `TOYMAKER Ann`."""
    words = text.split()
    for here, other, where in ((-1, 0, "capitals last"), (0, -1, "capitals first")):
        word = words[here]
        surname = len(word) > 3 and word.isupper() and not _is_initials(word)
        if len(words) > 1 and surname and not words[other].isupper():
            yield where


def _is_group(raw: str) -> bool:
    """Returns whether one pair of braces encloses the text, as in `{Toy Lab}`."""
    if not (raw.startswith("{") and raw.endswith("}")) or raw.startswith("{\\"):
        return False
    depths = list(accumulate((char == "{") - (char == "}") for char in raw))
    return depths.index(0) == len(raw) - 1 if 0 in depths else False


def _before_initials(words: list[str]) -> int:
    """Returns the end of the surname, which is at least one word."""
    at = len(words) - 1
    while at > 1 and _is_initials(words[-1]) and _is_initials(words[at - 1]):
        at -= 1
    return at


def _after_surname(words: list[str]) -> int:
    """Returns the end of the first word that is not a particle."""
    return next((n for n, word in enumerate(words, 1) if not word[0].islower()), 1)


def _within(pieces: list[NameParts], form: NameForm | None) -> list[NameParts]:
    """Returns names with at most one comma each."""
    if any(len(parts) > 2 for parts in pieces):
        raise UnreadNamesError("there is more than one comma in a name")
    mixed = form is None and any(len(parts) == 1 and parts[0].is_full for parts in pieces)
    if mixed and any(len(parts) == 2 and parts[0].is_full and not parts[0].text[0].islower() for parts in pieces):
        raise _in_two_ways()  # `Ann Toy, Toy Lab; Bob Bear`
    return pieces


def _between(pieces: list[NameParts]) -> list[NameParts]:
    return [(part,) for parts in pieces for part in parts]


def _in_pairs(pieces: list[NameParts]) -> list[NameParts]:
    if any(len(parts) % 2 for parts in pieces):
        raise _in_two_ways()
    return [parts[n : n + 2] for parts in pieces for n in range(0, len(parts), 2)]


def _in_two_ways() -> UnreadNamesError:
    return UnreadNamesError("the names `{}` can be read in more than one way")
