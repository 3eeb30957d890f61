"""The consensus of several readings of a publication, as an annotation to edit.

What the readings agree on is taken over. Where they differ, both values are there, below a comment that begins with
`UNDECIDED` and says who says what. Each such comment is an error of `kg check`, so a consensus is in no graph before
everything is decided. Pieces of evidence are united without being decided on, because they do not exclude each other.
"""

from __future__ import annotations

import copy
import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kg.answers.agreement import matched
from kg.answers.readings import Match, MatchDecisions
from kg.building.scaffold import one_line
from kg.core.problems import Location, Problem
from kg.model.annotation import Annotation
from kg.readers.annotations import ITEM_KEYS, AnnotationSource
from kg.readers.yaml.edit import scalar
from kg.readers.yaml.insert import flow
from kg.readers.yaml.marks import Data, Path, places, read_yaml

MARK = "# UNDECIDED: "
_HEAD = """# yaml-language-server: $schema=annotation.schema.json
# The consensus of {readings}, to be edited.
# Below each comment UNDECIDED, edit or delete the value, and then delete the comment; `kg check` lists what is left.

publication: {key}
annotator: {annotator}
annotator_is: group
coders: {coders}
created: {created}
supersedes: [{stems}]
"""
_OWN = ("publication", "annotator", "annotator_is", "coders", "coder_agreement", "created", "supersedes")
"""The keys that a consensus has of its own."""
Said = Sequence[tuple[str, Data]]
"""What each reading says, by its annotator."""
_ELSEWHERE = "(see its file)"
_SAID = re.compile(r" *#   (.+?): (.*)")
_DEFAULTS = {"polarity": "hinders", "valence": "unclear", "kind": "finding", "unit": "respondents"}
_CAUSES = ("practice", "approach", "tool")
_IDENTITY = {
    **ITEM_KEYS,
    "links": ("challenge", *_CAUSES),
    "effects": (*_CAUSES, "challenge", "outcome"),
    "relations": ("type", "finding"),
    "concept_relations": ("source", "type", "target"),
    "evidence": ("quote", "row", "stands_in"),
}
"""By the list that an item is in: the keys by which an item of another reading is the same, if it has no id."""


def check_undecided(sources: Iterable[AnnotationSource]) -> list[Problem]:
    """An error for each comment of a consensus whose place nobody has decided."""
    hint = "edit or delete the value below it, then delete this comment"
    problems = []
    for source in sources:
        if MARK not in source.file.text:
            continue
        lines = source.file.text.split("\n")
        marks = [number for number, line in enumerate(lines) if line.lstrip().startswith(MARK)]
        without = "\n".join(line for number, line in enumerate(lines) if number not in set(marks))
        if read_yaml("", without).data == source.written.data:  # they are comments, and not part of a text
            for number in marks:
                column = len(lines[number]) - len(lines[number].lstrip()) + 1
                where = Location(source.file.name, number + 1, column)
                message = f"not decided yet: {lines[number].strip().removeprefix(MARK)}"
                problems.append(Problem(where, "annotation/undecided", message, hint))
    return problems


@dataclass(frozen=True)
class Undecided:
    """A place of a consensus that nobody has decided: the lines of its comment, and what it is about.

    `path` leads to the value, or to the item that only some readings have; `said` is what each reading says of a value
    (None if nothing, or if it is a part with keys), and empty for an item.
    """

    lines: range
    path: Path
    what: str
    said: tuple[tuple[str, str | None], ...]


def undecided(text: str) -> list[Undecided]:
    """The places of a consensus that are to be decided, in their order."""
    read, lines = read_yaml("", text), text.split("\n")
    paths: dict[int, list[Path]] = defaultdict(list)
    for (row, _), path in places(read.root) if read.root else ():
        paths[row - 1].append(path)
    return [place for number in range(len(lines)) if (place := _undecided(lines, number, paths))]


def _undecided(lines: Sequence[str], number: int, paths: dict[int, list[Path]]) -> Undecided | None:
    """The place whose comment begins in a line, if one does."""
    line = lines[number].strip()
    if not line.startswith(MARK):
        return None
    what, end = line.removeprefix(MARK), number + 1
    said: list[tuple[str, str | None]] = []
    while end < len(lines) and (one := _SAID.fullmatch(lines[end])):
        said.append((one[1], None if one[2] in ("nothing", _ELSEWHERE) else one[2]))
        end += 1
    after = next((at for at in range(end, len(lines)) if not lines[at].lstrip().startswith("#")), end)
    fitting = [path for path in paths[after] if (path[-1:] == (what,) if said else isinstance(path[-1], int))]
    return Undecided(range(number, end), fitting[0], what, tuple(said)) if fitting else None


def consensus(readings: Sequence[AnnotationSource], decided: MatchDecisions, created: datetime.date) -> str:
    """The text of an annotation that replaces the readings and has places to decide.

    Args:
        readings: valid annotations of one publication.
        decided: which of their findings are the same, as far as somebody has decided it.
        created: its date.
    """
    parts: list[Any] = [copy.deepcopy(source.written.data) for source in readings]
    names = [source.annotation.annotator if source.annotation else source.stem for source in readings]
    if len(set(names)) < len(names):
        names = [source.stem for source in readings]
    _same_ids(parts, matched(readings, decided))
    head = _HEAD.format(
        readings=" and ".join(one_line(f"{one.stem}.yaml ({name})") for one, name in zip(readings, names, strict=True)),
        key=scalar(readings[0].key),
        annotator=scalar(" and ".join(names)),
        coders=len(readings),
        created=created.isoformat(),
        stems=", ".join(flow(source.stem) for source in readings),
    )
    text = [head]
    for key in Annotation.model_fields:
        if key not in _OWN and any(key in part for part in parts):
            said = [(one_line(name), part.get(key)) for name, part in zip(names, parts, strict=True)]
            text += ["\n", *(f"{line}\n" for line in _key(key, said, ""))]
    return "".join(text)


def _same_ids(parts: Sequence[Any], found: Sequence[Match]) -> None:
    """Gives the findings of a match the id that the first reading has, and those that are different different ids."""
    renamed: list[dict[str, str]] = [{} for _ in parts]
    used: set[str] = set()
    for match in found:
        first = match.members[min(match.members)].part.id
        id = next(name for n in range(1, len(found) + 2) if (name := first if n == 1 else f"{first}-{n}") not in used)
        used.add(id)
        for number, finding in match.members.items():
            renamed[number][finding.part.id] = id
    for part, names in zip(parts, renamed, strict=True):
        for finding in part.get("findings", ()):
            finding["id"] = names.get(finding["id"], finding["id"])
            for relation in finding.get("relations", ()):
                relation["finding"] = names.get(relation["finding"], relation["finding"])
        for citation in part.get("citations", ()):
            if "about" in citation:
                citation["about"] = names.get(citation["about"], citation["about"])
        for note in part.get("curation_notes", ()):
            note["about"] = [names.get(name, name) for name in note["about"]]


# --- what several readings say, as lines of YAML ---


def _key(key: str, said: Said, indent: str) -> Iterator[str]:
    """A key as the readings have it; `said` is what each of them says, None if it says nothing."""
    said = [(who, value if value is not None else _DEFAULTS.get(key)) for who, value in said]
    values = [value for _, value in said]
    if any(isinstance(value, list) for value in values):
        yield from _list(key, said, indent)
    elif all(value == values[0] for value in values):
        yield from _plain(key, values[0], indent)
    elif all(isinstance(value, dict) for value in values):
        yield f"{indent}{key}:"
        yield from _part(said, f"{indent}  ")
    else:
        yield f"{indent}{MARK}{key}"
        for who, value in said:
            shown = _ELSEWHERE if isinstance(value, dict | list) else value or "nothing"
            yield f"{indent}#   {who}: {one_line(shown)}"
        yield from _plain(key, next(value for value in values if value is not None), indent)


def _part(said: Said, indent: str) -> Iterator[str]:
    """The keys of a part, in the order of the first reading that has each."""
    keys = dict.fromkeys(key for _, part in said if isinstance(part, dict) for key in part)
    for key in keys:
        yield from _key(key, [(who, part.get(key) if isinstance(part, dict) else None) for who, part in said], indent)


def _list(key: str, said: Said, indent: str) -> Iterator[str]:
    """The items of all readings, those that are the same as one."""
    items: dict[object, list[tuple[str, Data]]] = {}
    for who, value in said:
        seen: Counter[object] = Counter()
        for item in value if isinstance(value, list) else ():
            name = _identity(key, item)
            items.setdefault((name, seen[name]), []).append((who, item))
            seen[name] += 1
    if all(isinstance(item, str) and len(having) == len(said) for having in items.values() for _, item in having):
        yield f"{indent}{key}: {flow([having[0][1] for having in items.values()])}"
        return
    yield f"{indent}{key}:"
    for having in items.values():
        if len(having) < len(said):
            who = f"only {' and '.join(name for name, _ in having)}"
            yield f"{indent}  {'# ' if key == 'evidence' else MARK}{who}"
        yield from _item(having, f"{indent}  ")


def _identity(key: str, item: Data) -> object:
    if not isinstance(item, dict):
        return item
    return item["id"] if "id" in item else tuple(str(item.get(name)) for name in _IDENTITY.get(key, ()))


def _item(said: Said, indent: str) -> Iterator[str]:
    _, first = said[0]
    if not isinstance(first, dict):
        yield f"{indent}- {flow(first)}"
        return
    if all(part == first for _, part in said) and all(isinstance(value, str) for value in first.values()):
        yield f"{indent}- {flow(first)}"
        return
    lines = list(_part(said, f"{indent}  "))
    start = next(number for number, line in enumerate(lines) if not line.lstrip().startswith("#"))
    yield from (line[2:] for line in lines[:start])  # a comment on the first key is before the dash
    yield f"{indent}- {lines[start].lstrip()}"
    yield from lines[start + 1 :]


def _plain(key: str, value: Data, indent: str) -> Iterator[str]:
    if isinstance(value, dict):
        yield f"{indent}{key}:"
        yield from _part([("", value)], f"{indent}  ")
    else:
        yield f"{indent}{key}: {flow(value, within=False)}"
