"""BibTeX as the library object of bibtexparser, for scripts that work with that package."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.readers.bibtex.entries import RawEntry
from kg.readers.bibtex.file import MONTHS, one_by_one

if TYPE_CHECKING:
    from bibtexparser import library as bibtexparser_library
    from bibtexparser.model import Entry


def library_of(text: str) -> bibtexparser_library.Library:
    """Returns the entries and `@string` macros of BibTeX text as a bibtexparser library.

    The text is read as kg reads bibliographies: macros are replaced by their values also in concatenations
    (`pub # " Ltd"`), and if a macro is defined again, later entries have its new value. Values are not decoded from
    LaTeX, and nothing is inherited through `crossref`. Names of fields are in lower case.

    Args:
        text: BibTeX, such as the entries that `kg query --format bibtex` writes.

    Returns:
        A library whose values have no braces or quotes around them, as those of `bibtexparser.parse_string`. Of a macro
        that is defined twice it has the first definition. Entries that cannot be read are among its `failed_blocks`.
    """
    from bibtexparser import library as bibtexparser_library
    from bibtexparser.model import ParsingFailedBlock, String

    library = bibtexparser_library.Library()
    for first_line, one, scope in one_by_one(text, tex=False):
        for name, macro in one.macros.items():
            if name not in library.strings_dict:
                library.add(String(name, scope.resolve(macro.pieces).text, first_line, macro.raw))
        library.add([_entry(entry, first_line) for entry in one.entries])
        if one.seen and not one.entries:
            error = ValueError(one.problems[0].message)
            library.add(ParsingFailedBlock(error, first_line, one.file.text.rstrip()))
    return library


def _entry(entry: RawEntry, first_line: int) -> Entry:
    from bibtexparser.model import Entry, Field

    fields = []
    for name, value in entry.values.items():
        month = name == "month" and value.lower() in MONTHS  # stays a macro when the library is written
        line = first_line + entry.place(name).line - 1
        fields.append(Field(name, value, line, enclosing="no-enclosing" if month else None))
    return Entry(entry.kind, entry.key, fields, first_line, entry.raw)
