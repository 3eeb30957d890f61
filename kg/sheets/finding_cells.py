"""Cells of the table of findings as values: names of concepts, parts with a line in each cell, whole new findings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.core.problems import Location, Problem
from kg.model.bibliography import Vocabulary
from kg.readers.yaml.edit import Change
from kg.readers.yaml.marks import Data
from kg.readers.yaml.marks import Path as YamlPath
from kg.sheets.annotations import split
from kg.sheets.findings import CAUSE, FIELDS, KEYS, PART_KEYS, REFERENCE, FindingField, PartData, parts_of

_CONCEPT_COLUMNS = {"outcome": "outcome", "challenge": "challenge"}
"""The keys of a part that name a concept, and its kind."""


class Resolver:
    """Finds concepts by slug or label; what is not found stays as written, and the checks of annotations report it."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary

    def concept(self, name: str, kinds: Sequence[str]) -> tuple[str, str]:
        """Kind and slug of the concept; the first of the kinds and the name itself if there is none, or several."""
        kind, colon, rest = name.partition(":")
        if colon and kind.strip() in kinds:
            return self.concept(rest.strip(), [kind.strip()])
        for kind in kinds:
            if self.vocabulary.get(kind, name):
                return kind, name
        found = [(kind, slug) for kind in kinds for slug in self.vocabulary.named(kind, name)]
        return found[0] if len(found) == 1 else (kinds[0], name)

    def name(self, one: FindingField, name: str) -> str:
        """The name as a list of the field has it."""
        kind, slug = self.concept(name, one.kinds)
        return f"{kind}:{slug}" if len(one.kinds) > 1 else slug

    def part(self, one: FindingField, texts: Sequence[str]) -> Data:
        """A part as the file has it, from the line of each of its columns."""
        if one.key == "evidence" and (reference := REFERENCE.fullmatch(texts[0])) and not any(texts[1:]):
            return reference[1]
        found: PartData = {}
        for key, text in zip(one.keys, texts, strict=True):
            if text and key == CAUSE:
                kind, slug = self.concept(text, [k for k in one.kinds if k not in one.keys])
                found[kind] = slug
            elif text:
                found[key] = self.value(key, text)
        order = PART_KEYS[one.key]
        return dict(sorted(found.items(), key=lambda item: order.index(item[0])))

    def value(self, key: str, text: str) -> str:
        """The value of a key of a part."""
        return self.concept(text, [_CONCEPT_COLUMNS[key]])[1] if key in _CONCEPT_COLUMNS else text


def lines_of(one: FindingField, cells: Sequence[str]) -> list[list[str]]:
    """The parts in the cells: for each line the text of each column."""
    columns = []
    for cell in cells:
        cell = cell.rstrip() if one.lines_only else cell.rstrip("; \n").replace(";", "\n")
        columns.append([line.strip() for line in cell.split("\n")] if cell else [])
    length = max(map(len, columns))
    return [[column[n] if n < len(column) else "" for column in columns] for n in range(length)]


class PartChanges:
    """What edited cells change in a list of parts: values are changed in their place, new lines are new parts."""

    def __init__(
        self, one: FindingField, path: YamlPath, where: Sequence[Location], resolver: Resolver, old: Data
    ) -> None:
        self.one, self.path, self.where, self.resolver = one, path, where, resolver
        self.old = old if isinstance(old, list) else []
        self.changes: dict[YamlPath, Change] = {}
        self.additions: dict[YamlPath, Data] = {}
        self.cells: dict[YamlPath, Location] = {}
        self.problems: list[Problem] = []

    def report(self, column: int, rule: str, message: str, hint: str) -> None:
        self.problems.append(Problem(self.where[column], f"table/{rule}", message, hint))

    def compare(self, cells: Sequence[str]) -> None:
        """Compares the cells with the file."""
        lines = lines_of(self.one, cells)
        now = [part or [] for part in parts_of(self.one, {self.one.key: self.old})]
        if len(lines) < len(now):
            message = f"`{self.one.key}` has {len(now)} parts in the file and {len(lines)} lines here"
            self.report(0, "part-removed", message, "a part is removed in the file; export again after that")
            return
        for index, (texts, before) in enumerate(zip(lines, now, strict=False)):
            if texts != before:
                self._part(index, texts, before)
        new = [self.resolver.part(self.one, texts) for texts in lines[len(now) :]]
        for index, part in enumerate(new, len(now)):
            path = (*self.path, index)
            self.cells |= places(self.one, path, part, self.where)
            if self.old:
                self.additions[path] = part
        if new and not self.old:
            self.cells[self.path] = self.where[0]
            self.additions[self.path] = new

    def _part(self, index: int, texts: Sequence[str], before: Sequence[str]) -> None:
        path, now = (*self.path, index), self.old[index]
        new = self.resolver.part(self.one, texts)
        self.cells |= places(self.one, path, new, self.where)
        self.cells.setdefault(path, self.where[0])
        if isinstance(now, str) or isinstance(new, str):
            if isinstance(now, str) and isinstance(new, str):
                self.changes[path] = new
            else:
                message = "a quotation cannot become a reference to evidence of the file here, nor the other way round"
                self.report(0, "not-editable", message, "change it in the file")
            return
        for column, (key, text, old) in enumerate(zip(self.one.keys, texts, before, strict=True)):
            if text != old:
                self._value(path, column, key, text, now)

    def _value(self, path: YamlPath, column: int, key: str, text: str, now: Data) -> None:
        kind, value = key, self.resolver.value(key, text)
        if key == CAUSE:
            kinds = [kind for kind in self.one.kinds if kind not in self.one.keys]
            kind, value = self.resolver.concept(text, kinds)
            if isinstance(now, dict) and kind not in now and set(kinds) & now.keys():
                message = f"`{text}` is of another kind ({kind}) than what is in the file"
                self.report(column, "not-editable", message, "change it in the file")
                return
        target = (*path, kind)
        self.cells[target] = self.where[column]
        if not text:
            self.changes[target] = None
        elif isinstance(now, dict) and kind in now:
            self.changes[target] = value
        else:
            self.additions[target] = value


def places(one: FindingField, path: YamlPath, part: Data, where: Sequence[Location]) -> dict[YamlPath, Location]:
    """The cell of each value of a part."""
    if not isinstance(part, dict):
        return {path: where[0]}
    cause = where[one.keys.index(CAUSE)] if CAUSE in one.keys else where[0]
    columns = dict(zip(one.keys, where, strict=True))
    return {path: where[0]} | {(*path, key): columns.get(key, cause) for key in part}


def new_finding(id: str, cells: Mapping[str, str], resolver: Resolver) -> tuple[PartData, dict[YamlPath, str]]:
    """A new finding, and the column that each of its values comes from.

    Evidence without a place has the section of the finding; a finding without a section has the page or the row of its
    evidence.
    """
    finding: PartData = {"id": id}
    columns: dict[YamlPath, str] = {}
    for one in FIELDS:
        texts = [cells[column] for column in one.columns]
        if any(texts):
            columns[one.key,] = one.columns[0]
        if one.form == "parts":
            parts = [resolver.part(one, line) for line in lines_of(one, texts)] if any(texts) else []
            for index, part in enumerate(parts):
                keys = dict(zip(one.keys, one.columns, strict=True))
                inner = part if isinstance(part, dict) else ()
                columns[one.key, index] = one.columns[0]
                columns |= {(one.key, index, key): keys.get(key, keys.get(CAUSE, one.columns[0])) for key in inner}
            finding |= {one.key: parts} if parts else {}
        elif one.form == "names":
            names = [resolver.name(one, item) for item in split(texts[0])]
            columns |= {(one.key, index): one.columns[0] for index in range(len(names))}
            finding |= {one.key: [*names]} if names else {}
        elif texts[0]:
            finding[one.key] = texts[0]
    _placed(finding)
    return dict(sorted(finding.items(), key=lambda item: KEYS.index(item[0]))), columns


def _placed(finding: PartData) -> None:
    evidence = finding.get("evidence")
    parts = [part for part in evidence if isinstance(part, dict)] if isinstance(evidence, list) else []
    if "section" not in finding and parts:
        first = parts[0]
        row = str(first.get("row", "")).partition("#row=")[2]
        place = first.get("section") or (f"page {first['page']}" if "page" in first else f"row {row}" if row else "")
        finding |= {"section": place} if place else {}
    for part in parts:
        if not part.keys() & {"section", "page", "row"} and "section" in finding:
            part["section"] = finding["section"]
