"""Edits of an annotation as the page asks for them, applied to the file as it is on the disk now.

An edit states what the page saw (`was`) and what it wants (`now`). Somebody else may have changed the file since: edits
of other values are made in the changed file, lists are merged, and a value that both changed is a conflict.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kg.building.consensus import undecided
from kg.readers.yaml.edit import EditError
from kg.readers.yaml.marks import Data, Path
from kg.server.desk.forms import keys_of
from kg.server.desk.text_changes import data_of, moved, value_at, with_item, with_value, without_item


class _DeskEdit(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SetValue(_DeskEdit):
    """Another value of a key of a finding, or if `finding` is empty, of the study or the file itself."""

    do: Literal["set"] = "set"
    finding: str
    of: Literal["finding", "study", "file"] = "finding"
    key: str = Field(pattern=r"^[a-z_]+$")
    was: Any = None
    now: Any = None


class AddFinding(_DeskEdit):
    """A new finding after another one, or at the end. Its id is changed if it is taken."""

    do: Literal["add"] = "add"
    value: dict[str, Any]
    after: str | None = None
    """The id of the finding before it; empty for the first place, None for the last one."""


class DeleteFinding(_DeskEdit):
    """`was` is the finding as the page saw it."""

    do: Literal["delete"] = "delete"
    finding: str
    was: dict[str, Any]


class MoveFinding(_DeskEdit):
    """The finding to the place after another one, or to the first place if `after` is empty."""

    do: Literal["move"] = "move"
    finding: str
    after: str


class Decide(_DeskEdit):
    """A decision at an undecided place of a consensus: keep what is there, leave it out, or take what a reader says."""

    do: Literal["decide"] = "decide"
    path: tuple[str | int, ...]
    what: str
    take: int | Literal["keep", "leave out"]


Edit = SetValue | AddFinding | DeleteFinding | MoveFinding | Decide
AnyEdit = Annotated[Edit, Field(discriminator="do")]


@dataclass(frozen=True)
class Applied:
    """The changed text, the edit as it was made and the one that takes it back, and the id of the finding.

    There is no edit if nothing changed.
    """

    text: str
    finding: str
    made: Edit | None = None
    back: Edit | None = None


class ConflictError(Exception):
    """Somebody else has changed the value that an edit changes; `theirs` is the value in the file."""

    def __init__(self, message: str, theirs: Any) -> None:
        super().__init__(message)
        self.theirs = theirs


def apply(text: str, edit: Edit) -> Applied:
    """The text of the file with the edit made.

    Raises:
        EditError: if it cannot be made in the text without changing something else.
        ConflictError: if the value in the file is neither the one that the page saw nor the one it wants.
    """
    if isinstance(edit, SetValue):
        return _set(text, edit)
    if isinstance(edit, AddFinding):
        return _add(text, edit)
    if isinstance(edit, Decide):
        return _decide(text, edit)
    return _delete(text, edit) if isinstance(edit, DeleteFinding) else _move(text, edit)


def _place(data: dict[str, Any], finding: str) -> int:
    """The index of a finding.

    Raises:
        ConflictError: if it is no longer there.
    """
    ids = ids_of(data)
    if ids.count(finding) > 1:
        raise EditError(f"two findings have the id {finding}: change one of them in the file")
    if finding not in ids:
        raise ConflictError("this finding was removed from the file meanwhile", None)
    return ids.index(finding)


def ids_of(data: dict[str, Any]) -> list[str]:
    """The ids of the findings, empty for one without."""
    found = data.get("findings")
    return [str(item.get("id") or "") if isinstance(item, dict) else "" for item in found or []]


def _set(text: str, edit: SetValue) -> Applied:
    data = data_of(text)
    if edit.key not in keys_of(edit.of):
        raise EditError(f"the desk does not change `{edit.key}` of a {edit.of}; change it in the file")
    owners: dict[str, Path] = {"study": ("study",), "file": ()}
    owner = owners[edit.of] if edit.of in owners else ("findings", _place(data, edit.finding))
    path: Path = (*owner, edit.key)
    theirs = value_at(data, path)
    now = merged(edit.was or None, edit.now or None, theirs)
    if now == theirs:
        return Applied(text, edit.finding)
    made = edit.model_copy(update={"was": theirs, "now": now})
    back = edit.model_copy(update={"was": now, "now": theirs})
    return Applied(with_value(text, path, now), edit.finding, made, back)


def _decide(text: str, edit: Decide) -> Applied:
    open_places = (one for one in undecided(text) if (one.path, one.what) == (edit.path, edit.what))
    if (one := next(open_places, None)) is None:
        raise ConflictError("this place was decided meanwhile", None)
    lines = text.split("\n")
    rest = "\n".join([*lines[: one.lines.start], *lines[one.lines.stop :]])
    if edit.take == "leave out":
        item = isinstance(edit.path[-1], int)
        rest = without_item(rest, edit.path) if item else with_value(rest, edit.path, None)
    elif isinstance(edit.take, int):
        if edit.take not in range(len(one.said)):
            raise EditError("no reading says this")
        rest = with_value(rest, edit.path, one.said[edit.take][1])
    finding = value_at(data_of(text), edit.path[:2]) if edit.path[0] == "findings" else None
    return Applied(rest, str(finding.get("id") or "") if isinstance(finding, dict) else "")


def merged(was: Data, now: Data, theirs: Data) -> Data:
    """The value for the file: `now`, with what others have changed in a list since the page saw `was`.

    Raises:
        ConflictError: if both have changed the same.
    """
    if theirs in (was, now):
        return now
    if all(isinstance(value, list | None) for value in (was, now, theirs)):
        old, new, disk = (value if isinstance(value, list) else [] for value in (was, now, theirs))
        removed, added = [item for item in old if item not in new], [item for item in new if item not in old]
        # A changed item is one removed and one added; if somebody else has removed or changed it, both versions count.
        if not added or all(item in disk for item in removed):
            changed = dict(zip(map(disk.index, removed), added, strict=False)) if added else {}
            found = [changed.get(at, item) for at, item in enumerate(disk) if at in changed or item not in removed]
            return found + [item for item in added if item not in found] or None
    raise ConflictError("somebody else has changed this in the file meanwhile", theirs)


def _add(text: str, edit: AddFinding) -> Applied:
    data = data_of(text)
    ids = ids_of(data)
    value = edit.value | {"id": free_id(str(edit.value.get("id") or "F1"), ids)}
    at = ids.index(edit.after) + 1 if edit.after in ids else 0 if edit.after == "" else len(ids)
    value = {key: part for key, part in value.items() if part}
    made, back = edit.model_copy(update={"value": value}), DeleteFinding(finding=value["id"], was=value)
    return Applied(with_item(text, ("findings", at), value), value["id"], made, back)


def free_id(wanted: str, taken: list[str]) -> str:
    """The id, with the next number that no finding has if it is taken."""
    stem, number = re.fullmatch(r"(.*?)(\d*)", wanted, re.S).groups()  # type: ignore[union-attr] # matches any text
    count = int(number or 1)
    while wanted in taken:
        count += 1
        wanted = f"{stem}{'' if number or not stem else '-'}{count}"
    return wanted


def _delete(text: str, edit: DeleteFinding) -> Applied:
    data = data_of(text)
    at = _place(data, edit.finding)
    theirs = data["findings"][at]
    if theirs != edit.was:
        raise ConflictError("somebody else has changed this finding in the file meanwhile", theirs)
    back = AddFinding(value=theirs, after=ids_of(data)[at - 1] if at else "")
    return Applied(without_item(text, ("findings", at)), edit.finding, edit, back)


def _move(text: str, edit: MoveFinding) -> Applied:
    data = data_of(text)
    ids, at = ids_of(data), _place(data, edit.finding)
    rest = [name for name in ids if name != edit.finding]
    if edit.after and edit.after not in rest:
        raise ConflictError("the finding before the new place was removed from the file meanwhile", None)
    to = rest.index(edit.after) + 1 if edit.after else 0
    if to == at:
        return Applied(text, edit.finding)
    back = MoveFinding(finding=edit.finding, after=ids[at - 1] if at else "")
    return Applied(moved(text, ("findings", at), to), edit.finding, edit, back)
