"""Records of formats whose lines are a tag and a value: RIS and the format of PubMed."""

from __future__ import annotations

from kg.core.problems import Location
from kg.model.bibliography import Person
from kg.readers.bibtex.latex import without_markup
from kg.readers.doi import read_doi
from kg.readers.people import listed_names
from kg.readers.records import WorkRecord


class TaggedRecord:
    """The values of one record by tag, in order. Values that become a field are removed, the rest keep their tag.

    `family` begins the ids of rules and the names of fields without a name in BibTeX, such as `ris`.
    """

    def __init__(self, where: Location, family: str) -> None:
        self.record = WorkRecord(where)
        self.family = family
        self.values: dict[str, list[tuple[str, Location]]] = {}

    def add(self, tag: str, value: str, where: Location) -> None:
        self.values.setdefault(tag, []).append((value, where))

    def extend(self, tag: str, line: str) -> None:
        """Adds a line that continues the last value of the tag."""
        value, first = self.values[tag][-1]
        self.values[tag][-1] = (f"{value} {line}".strip(), first)

    def all(self, name: str, *tags: str) -> list[str]:
        """Takes the values of the tags for a field, each once."""
        return list(dict.fromkeys(value for value, _ in self.taken(name, *tags)))

    def taken(self, name: str, *tags: str) -> list[tuple[str, Location]]:
        """Takes the values of the tags that are not empty, in the order of their lines."""
        found = [pair for tag in tags for pair in self.values.pop(tag, []) if pair[0]]
        found.sort(key=lambda pair: pair[1])
        if found:
            self.record.places.setdefault(name, found[0][1])
        return found

    def people(self, name: str, *tags: str) -> list[Person]:
        """Takes the people of the tags in the order of their lines.

        Two people may have one name, but some programs write one list under two tags. Such a list is read once; both
        that and a single name under two tags are reported.
        """
        under = {tag: [pair for pair in self.values.get(tag, []) if pair[0]] for tag in tags}
        lists = {tag: [value for value, _ in found] for tag, found in under.items() if found}
        same = len(lists) > 1 and len(set(map(tuple, lists.values()))) == 1
        again = set.intersection(*map(set, lists.values())) if len(lists) > 1 else set()
        found = self.taken(name, *tags)
        if again:
            where = next(where for value, where in found if value in again)
            what = "the same names are" if len(again) > 1 else f"`{min(again)[:60]}` is"
            message = f"{what} under {' and '.join(lists)}: read {'once' if same else 'each time'}"
            self.record.report(where, f"{self.family}/names-twice", message, "remove one of them", "warning")
        if same:
            found = under[next(iter(lists))]
        return [person for value, where in found for person in self._named(value, where)]

    def _named(self, value: str, where: Location) -> list[Person]:
        names = list(listed_names(without_markup(value)))
        hint = "write a person as `Family, Given`, and an organisation with a comma at its end"
        self.record.report_doubts(names, where, hint)
        return [name.person for name in names]

    def first(self, name: str, *tags: str) -> None:
        """Takes the first value that is not empty as the field, and drops equal values."""
        chosen = next(((v, where) for tag in tags for v, where in self.values.get(tag, []) if v), None)
        if chosen and name not in self.record.fields:
            self.take(name, *chosen, tags)

    def only(self, name: str, *tags: str) -> None:
        """Takes the first value as `first` does, and reports others."""
        self.first(name, *tags)
        read = self.record.fields.get(name, "")
        others = [(tag, *pair) for tag in tags for pair in self.values.get(tag, []) if pair[0]]
        others = [other for other in others if _identity(other[1]) != _identity(read)]
        if others and read:
            tag, value, where = min(others, key=lambda other: other[2])
            message = f"{name} has another value in {tag}, `{value[:60]}`; `{read[:60]}` is read"
            self.record.report(where, f"{self.family}/several", message, "keep one of them", "warning")

    def take(self, name: str, value: str, where: Location, tags: tuple[str, ...]) -> None:
        self.record.set(name, value, where)
        for tag in tags:
            self.values[tag] = [pair for pair in self.values.get(tag, []) if pair[0] != value]

    def rest(self) -> None:
        """Keeps what has no field in BibTeX under the name of its tag."""
        for tag, found in self.values.items():
            if value := "; ".join(value for value, _ in found if value):
                self.record.set(f"{self.family}-{tag.lower()}", value, found[0][1])


def _identity(value: str) -> str:
    """The value for comparison with others: addresses of one DOI are the same, as are capitals and small letters."""
    return (read_doi(value) or without_markup(value)).casefold()
