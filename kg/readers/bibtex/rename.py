"""Another key for an entry in the text of BibTeX files: only the key changes, also where other entries name it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.core.files import SourceFile
from kg.core.problems import KgError
from kg.readers.bibtex.entries import RawEntry, composed
from kg.readers.bibtex.file import BibtexFile, scopes

NAMING = ("crossref", "xref", "xdata", "related", "entryset", "set")
"""Fields that name other entries, each with a comma between them (biblatex 3.20, section 2.2.3)."""
_BEFORE_KEY = re.compile(r"@\s*[^\s{(]+\s*[{(]\s*")


def renamed_entries(file: SourceFile, old: str, new: str, others: frozenset[str]) -> list[tuple[int, int, str]]:
    """Returns start, end and new text of each place in a BibTeX file that names the key `old`.

    Args:
        file: The file.
        old: The key, composed (NFC).
        new: The new key.
        others: All other keys. A parent in another case is meant only if none of these is exactly the same.

    Raises:
        KgError: if a field names the key in a form that cannot be changed alone, with its place.
    """
    read = BibtexFile(file)
    starts = [0, *(match.end() for match in re.finditer("\n", file.text))]
    read.finish(*scopes([read]))
    edits = []
    for entry in read.entries:
        start = starts[entry.where.line - 1] + entry.where.column - 1
        if composed(entry.key) == old and (before := _BEFORE_KEY.match(entry.raw)):
            at = start + before.end()
            edits.append((at, at + len(entry.key), new))
        for name in NAMING:
            if name in entry.values and any(_means(key, old, others) for key in entry.values[name].split(",")):
                place = entry.place(name)
                edits += _named(file.text, starts[place.line - 1] + place.column - 1, entry, name, old, new, others)
    return edits


def _means(written: str, old: str, others: frozenset[str]) -> bool:
    key = composed(written.strip())
    return key == old or (key.lower() == old.lower() and key not in others)


def _named(
    text: str, at: int, entry: RawEntry, name: str, old: str, new: str, others: frozenset[str]
) -> Iterator[tuple[int, int, str]]:
    """The keys in the value of a field that begins at an offset."""
    value = re.compile(rf'{name}\s*=\s*[{{"]+([^{{}}"#]*)[}}"]', re.IGNORECASE).match(text, at)
    found = list(re.finditer(r"[^,\s](?:[^,]*[^,\s])?", value[1])) if value else []
    meant = [part for part in found if _means(part[0], old, others)]
    if value is None or not meant:
        raise KgError(f"{entry.place(name)}: change `{old}` in this {name} by hand: its value is not plain text")
    for part in meant:
        yield value.start(1) + part.start(), value.start(1) + part.end(), new
