"""`kg rename`: another key for a publication, in all files of a review that name it.

In each file only the key changes, every other byte stays. Files that are named after the key get another name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from unicodedata import normalize

from kg.building.drafts import read_drafts
from kg.building.reading import Sources, read_annotations, read_bibliographies, read_codings, read_decisions
from kg.core.files import SourceFile
from kg.core.iris import segment
from kg.core.output import diff, write_all
from kg.core.problems import KgError, UsageError, did_you_mean
from kg.model.bibliography import BibliographyEntry
from kg.readers import formats
from kg.readers.bibliography import read_bibliography
from kg.readers.bibtex.citing import not_cited_by
from kg.readers.bibtex.entries import composed
from kg.readers.bibtex.rename import renamed_entries
from kg.readers.same_as import OF_PUBLICATIONS
from kg.readers.yaml.edit import edit, edited
from kg.readers.yaml.marks import Data, read_yaml
from kg.readers.yaml.marks import Path as Place

_UNREAD = ("bibtex", "file", "yaml")
"""Families of rules whose errors say that a part of a file was not read."""
_BREAK = re.compile("\r\n|\r|\n")


@dataclass(frozen=True)
class RenamedFile:
    """One file with its old and new name below the review, its bytes as text before and after, and the changes."""

    name: str
    new_name: str
    before: str
    after: str
    places: int

    def diff(self) -> str:
        """A unified diff."""
        return diff(self.before, self.after, self.name, self.new_name)


@dataclass
class Renaming:
    """Everything that another key changes. Nothing has been written yet."""

    root: Path
    files: list[RenamedFile] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    """Places in the review's own ontology and queries that name the key, and stay as they are."""

    def write(self) -> None:
        """Writes all files, or none of them.

        Raises:
            UsageError: if a file cannot be written; then all are as they were.
        """
        removed: dict[Path, str | bytes | None] = {
            self.root / file.name: None for file in self.files if file.name != file.new_name
        }
        made = {self.root / file.new_name: file.after.encode("utf-8", "surrogateescape") for file in self.files}
        write_all(removed | made)


def rename(root: Path, old: str, new: str) -> Renaming:
    """What changes if the publication `old` gets the key `new`.

    Raises:
        UsageError: if there is no such entry, or the new key exists or cannot be cited.
        KgError: if a file that names the key cannot be changed.
    """
    sources = Sources(root)
    read_bibliographies(sources)
    read_decisions(sources)
    read_annotations(sources)
    sources.annotations += read_drafts(root)
    read_codings(sources)
    old, new = composed(old), composed(new)
    _check(sources, old, new)
    renaming = Renaming(root)
    stems = {source.stem: _stem(source.stem, old, new) for source in sources.annotations if source.key.strip() == old}
    _bibliographies(sources, renaming, old, new)
    names = _Names(old, new, {stem: other for stem, other in stems.items() if other != stem})
    for source in sources.annotations:
        paths = [path for path, work in source.named.works if work.strip() == old]
        found = [(path, text) for what, path, text in source.named.wanted if what == "finding"]
        changes = dict.fromkeys(paths, new) | names.findings([*found, *source.named.note_targets])
        changes |= {path: names.stems[stem] for path, stem in source.supersedes if stem in names.stems}
        _yaml(renaming, source.file.name, changes, names.stems.get(source.stem, ""))
    codings = sorted((root / formats.CODINGS).glob("*.yaml"))  # with their mappings
    for path in [*formats.RECORD.paths(root), *codings, *formats.DECISIONS.paths(root)]:
        name = path.relative_to(root).as_posix()
        moved = names.stems.get(path.name.removesuffix(".yaml"), "") if name.startswith(formats.RECORDS) else ""
        _yaml(renaming, name, names.changes(name, read_yaml(name, _text(path)).data), moved)
    if there := next((f for f in renaming.files if f.new_name != f.name and _exists(root, f.new_name, old, new)), None):
        raise UsageError(f"{there.new_name} exists: choose another key, or move that file away")
    renaming.left = list(_left(root, old))
    return renaming


def _check(sources: Sources, old: str, new: str) -> None:
    """Refuses keys that cannot be changed, or not to this one."""
    entries = [entry for source in sources.bibliographies for entry in source.publications]
    own = next((entry for entry in entries if entry.key == old), None)
    if own is None:
        known = did_you_mean(old, sources.works, "`kg query publications` lists them")
        raise UsageError(f"no entry `{old}` in bib/; {known}")
    if new == old:
        raise UsageError(f"`{old}` is its key already")
    if programs := not_cited_by(new):
        raise UsageError(f"{programs} cannot cite `{new}`: use letters, digits, `-`, `_`, `.` and `:`")
    for entry in entries:
        names = [*([] if entry is own else [entry.key]), *entry.fields.get("ids", "").split(",")]
        if any(name.strip().lower() == new.lower() for name in names):
            raise UsageError(f"`{new}` exists: it is a key or an alias of `{entry.key}`, and BibTeX ignores case")
    errors = (problem for problem in sources.problems if problem.severity == "error")
    if wrong := next((problem for problem in errors if problem.rule.split("/")[0] in _UNREAD), None):
        raise KgError(f"fix this first, because a part that was not read may name the key:\n{wrong}")


def _stem(stem: str, old: str, new: str) -> str:
    """The new name of an annotation: KEY and KEY.NAME begin with the key, any other name stays."""
    key = segment(old)
    composed_stem = normalize("NFC", stem)
    return segment(new) + composed_stem[len(key) :] if f"{composed_stem}.".startswith(f"{key}.") else stem


def _exists(root: Path, name: str, old: str, new: str) -> bool:
    """Whether another file has the name; on some disks it is the same file if only the case of the key changes."""
    return (root / name).exists() and old.lower() != new.lower()


@dataclass(frozen=True)
class _Names:
    """The old and the new key, and the old and new names of annotation files."""

    old: str
    new: str
    stems: Mapping[str, str]

    def findings(self, named: list[tuple[Place, str]]) -> dict[Place, str]:
        """The new values of findings that are named as FILE/ID."""
        apart = [(path, *text.partition("/")) for path, text in named]
        return {path: f"{self.stems[stem]}/{rest}" for path, stem, slash, rest in apart if slash and stem in self.stems}

    def changes(self, name: str, data: Data) -> dict[Place, str]:
        """The new values in a record, a coding, a mapping or the decisions."""
        values = dict(_values(data))
        found = [(path, text) for path, text in values.items() if path[0] == "findings"]
        changes = self.findings(found) if name.endswith(formats.SAME_AS) else {}
        return changes | {p: self.new for p, text in values.items() if text.strip() == self.old and _is_key(name, p)}


def _is_key(name: str, path: Place) -> bool:
    """Whether the value at a path of such a file is a key of a publication."""
    steps = [step for step in path if isinstance(step, str)]
    if name.endswith(formats.SAME_AS):
        return steps[0] in OF_PUBLICATIONS and steps[-1] in ("keep", "same", "different")
    if name.endswith(formats.MAPPING_SUFFIX):  # elsewhere in it, `work` is a column
        if steps[0] == "sources":
            return len(steps) == 2 or steps[2:] == ["work"]
        in_part = steps[0] in ("other_studies", "codes", "by_id") and steps[-1] in ("work", "attributed_to")
        return in_part or steps == ["review"] or steps[:2] in (["work", "known"], ["work", "existing"])
    return steps[-1] in ("publication", "stands_in", "review", "work")


def _values(data: Data, path: Place = ()) -> Iterator[tuple[Place, str]]:
    """Every text with its path."""
    if isinstance(data, str):
        yield path, data
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in items:
        yield from _values(value, (*path, step))


# --- the texts of files ---


def _text(path: Path) -> str:
    """The bytes of a file as text, with its line ends; bytes that are not UTF-8 are kept as surrogates.

    Raises:
        KgError: if it cannot be read or is in UTF-16.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise KgError(f"cannot read {path}: {error.strerror}") from error
    if b"\0" in data:
        raise KgError(f"{path} is not in UTF-8: save it as UTF-8 first")
    return data.decode("utf-8", "surrogateescape")


def _yaml(renaming: Renaming, name: str, changes: Mapping[Place, str], stem: str) -> None:
    """Adds a YAML file with its changes and its new name, if it has any."""
    if not changes and not stem:
        return
    before = _text(renaming.root / name)
    mark = "\ufeff" if before.startswith("\ufeff") else ""
    after, refused = edit(before.removeprefix(mark), changes)
    for path, reason in refused.items():
        place = read_yaml(name, before.removeprefix(mark)).locate(path)
        raise KgError(f"{place}: the key cannot be changed here: {reason}")
    new_name = f"{name.rpartition('/')[0]}/{stem}.yaml" if stem else name
    renaming.files.append(RenamedFile(name, new_name, before, mark + after, len(changes)))


def _bibliographies(sources: Sources, renaming: Renaming, old: str, new: str) -> None:
    """Adds the BibTeX files that name the key, and checks that nothing but the key changes in what they say."""
    others = frozenset(sources.works - {old})
    texts: list[SourceFile] = []
    for source in sources.bibliographies:
        file = source.file
        if source.kind != "bibtex":
            if any(entry.key == old for entry in source.publications):
                raise UsageError(f"`{old}` is in {file.name}: kg renames keys in BibTeX files only; change it there")
            texts.append(file)
            continue
        before = _text(renaming.root / file.name)
        mark = "\ufeff" if before.startswith("\ufeff") else ""
        breaks, plain = _BREAK.findall(before), _BREAK.sub("\n", before.removeprefix(mark))
        edits = renamed_entries(SourceFile(file.name, plain, ""), old, new, others)
        after = edited(plain, edits)
        texts.append(SourceFile(file.name, edited(file.text, edits) if plain == file.text else after, ""))
        if edits:
            lines = after.split("\n")
            whole = mark + "".join(line + end for line, end in zip(lines, [*breaks, ""], strict=True))
            renaming.files.append(RenamedFile(file.name, file.name, before, whole, len(edits)))
    made = [_said(entry, new, old) for source in read_bibliography(texts) for entry in source.publications]
    was = [_said(entry, old, old) for source in sources.bibliographies for entry in source.publications]
    if made != was:
        raise KgError(f"`{old}` cannot be renamed without other changes: an entry names it in an unusual form")


def _said(entry: BibliographyEntry, key: str, old: str) -> tuple[object, ...]:
    """What an entry says, with the key `old` for `key`."""
    own, parent = (old if name == key else name for name in (entry.key, entry.parent.lower()))
    return own, entry.kind, entry.title, entry.authors, entry.year, entry.venue, entry.doi, parent == old


def _left(root: Path, old: str) -> Iterator[str]:
    """Places of the review's own ontology and queries that name something of the publication."""
    named = re.compile(rf"\b(?:publication|study|finding|annotation)[:/]{re.escape(segment(old))}(?![\w%-])")
    for path in sorted([*root.glob("ontology/**/*.ttl"), *root.glob("queries/**/*.rq")]):
        for number, line in enumerate(path.read_text("utf-8", "replace").split("\n"), 1):
            if found := named.search(line):
                yield f"{path.relative_to(root).as_posix()}:{number}:{found.start() + 1}"
