"""The annotation at a desk: its file is read before each edit, changed in its text, checked, and replaced at once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import RLock
from typing import Any

from kg.building.consensus import Undecided, undecided
from kg.building.drafts import OpenProposal, open_proposals, signed
from kg.core.iris import segment
from kg.core.output import write_whole
from kg.core.problems import KgError, Problem, UsageError, visible
from kg.model.fields import UNNAMED
from kg.readers.annotations import MAX_BYTES
from kg.readers.formats import ANNOTATIONS, read_file
from kg.readers.yaml.edit import EditError
from kg.server.desk.edits import AddFinding, Applied, ConflictError, Edit, apply
from kg.server.desk.forms import keys_of
from kg.server.desk.review_index import FieldProblem, ReviewIndex, new_errors
from kg.server.desk.text_changes import data_of, value_at

_MOST_STEPS = 500
"""Edits that can be taken back."""
_ATTEMPTS = 5
"""How often an edit is made anew because the file was written meanwhile."""


class RejectedError(Exception):
    """An edit that would make the file wrong; `problems` says in which fields."""

    def __init__(self, problems: list[FieldProblem]) -> None:
        super().__init__("; ".join(one.problem.message for one in problems))
        self.problems = problems


@dataclass(frozen=True)
class _Step:
    """An edit that was made: the texts before and after, itself, and the one that takes it back in a changed file."""

    before: str
    after: str
    made: Edit | None
    back: Edit | None


class Desk:
    """One annotation that is being edited. Threads may share it."""

    def __init__(self, root: Path, stem: str, reference: ReviewIndex) -> None:
        self.root, self.stem, self.reference = root, stem, reference
        self.path = root / ANNOTATIONS / f"{stem}.yaml"
        self.name = f"{ANNOTATIONS}/{stem}.yaml"
        self._lock = RLock()
        self._held = -1
        self._done: list[_Step] = []
        self._undone: list[_Step] = []

    # --- the lock of the file ---

    def take(self) -> None:
        """Locks the annotation for this desk, until the process ends.

        Raises:
            UsageError: if another desk has it, or the folder cannot be written to.
        """
        lock = self.path.with_name(f".{self.stem}.desk")
        try:
            import fcntl

            while True:
                self._held = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
                fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if lock.exists() and os.path.samestat(os.fstat(self._held), lock.stat()):
                    return
                os.close(self._held)  # the desk that had it has just removed it
        except ImportError as error:
            raise UsageError("kg desk needs Linux, macOS or WSL: it locks the file that it edits") from error
        except BlockingIOError as error:
            address = os.read(self._held, 200).decode("utf-8", "replace").strip()
            os.close(self._held)
            where = f" at {visible(address)}" if address else ""
            raise UsageError(
                f"another desk{where} has {self.name} open: use that one, or end it with Ctrl-C"
            ) from error
        except OSError as error:
            raise UsageError(f"cannot write to {lock.parent}: {error.strerror}") from error

    def say_where(self, address: str) -> None:
        """Writes the address of this desk into its lock, for the message of a second desk."""
        os.ftruncate(self._held, 0)
        os.pwrite(self._held, address.encode(), 0)

    def leave(self) -> None:
        """Frees the annotation for another desk."""
        if self._held >= 0:
            with suppress(OSError):
                self.path.with_name(f".{self.stem}.desk").unlink()
            os.close(self._held)
            self._held = -1

    # --- reading ---

    def text(self) -> str:
        """The text of the file as it is now, with its own line ends.

        Raises:
            KgError: if it cannot be read, or is a link that leads out of the review.
        """
        file = read_file(self.root, self.path, MAX_BYTES)
        if isinstance(file, Problem):
            raise KgError(str(file))
        return self.path.read_bytes().decode("utf-8")

    def state(self, checked: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
        """What the page shows of the file; `checked` are problems that `kg check` has found in it."""
        with self._lock:
            text = self.text()
            problems = self.reference.check(self.name, text)
            view: dict[str, Any] = {"version": digest(text), "file": self.name, "broken": False}
            try:
                data = data_of(text.removeprefix("\ufeff"))
            except EditError:
                data, view["broken"] = {}, True
            study = data.get("study")
            view["study"] = study if isinstance(study, dict) else {}
            view["whole"] = {key: data.get(key) for key in keys_of("file")}
            view["findings"] = [part for part in data.get("findings") or [] if isinstance(part, dict)]
            view |= {name: data.get(name) for name in ("publication", "annotator")}
            view |= {"problems": [one.as_json() for one in problems], "checked": self.reference.placed(text, checked)}
            view["undecided"] = [_open(data, one) for one in undecided(text)]
            view["proposals"] = [asdict(one) for one in self._proposals(view)]
            return view | {"undo": len(self._done), "redo": len(self._undone)}

    def _proposals(self, view: dict[str, Any]) -> list[OpenProposal]:
        """What drafts propose; a second reader does not see it."""
        key = str(view["publication"] or "")
        return open_proposals(self.root, key, view["findings"]) if self.stem == segment(key) else []

    def finding(self, name: str) -> dict[str, Any]:
        """A finding of the file as it is now; empty if there is none of that id."""
        found = data_of(self.text().removeprefix("\ufeff")).get("findings") or []
        return next((one for one in found if isinstance(one, dict) and one.get("id") == name), {})

    def version(self) -> str:
        """A digest of the file as it is now; empty if it cannot be read."""
        with suppress(OSError):
            return hashlib.sha256(self.path.read_bytes()).hexdigest()
        return ""

    # --- writing ---

    def edit(self, edit: Edit, *, only_try: bool = False) -> tuple[str, list[FieldProblem]]:
        """Makes an edit and returns the id of its finding and the problems of the file after it.

        Args:
            edit: The edit.
            only_try: Whether the file is to stay as it is.

        Raises:
            ConflictError: if somebody else has changed the same value.
            EditError: if it cannot be made in the text.
            RejectedError: if the file would have a new error.
        """
        with self._lock:
            before, applied, problems = self._replace(lambda text: apply(text, edit), only_try=only_try)
            if not only_try and applied.text != before:
                self._done = [*self._done, _Step(before, applied.text, applied.made, applied.back)][-_MOST_STEPS:]
                self._undone.clear()
            return applied.finding, problems

    def accept(self, draft: str, finding: str) -> str:
        """Adds a finding that a draft proposes, signed by the annotator of the file, and returns its id.

        Raises:
            EditError: if the draft no longer proposes it.
            RejectedError: if the file would have a new error.
        """
        with self._lock:
            view = self.state()
            found = (one for one in self._proposals(view) if one.draft == draft and one.finding["id"] == finding)
            if (proposal := next(found, None)) is None:
                raise EditError("this is no longer proposed")
            value = signed(proposal.finding, proposal.by, str(view["annotator"] or UNNAMED))
            return self.edit(AddFinding(value=value))[0]

    def undo(self) -> str:
        """Takes the last edit back and returns the id of its finding.

        Raises:
            ConflictError: if somebody else has changed the same value since.
            EditError: if there is nothing to take back.
        """
        return self._again(self._done, self._undone)

    def redo(self) -> str:
        """Makes the edit again that was taken back last.

        Raises:
            ConflictError: if somebody else has changed the same value since.
            EditError: if there is nothing to make again.
        """
        return self._again(self._undone, self._done)

    def _again(self, steps: list[_Step], others: list[_Step]) -> str:
        with self._lock:
            if not steps:
                raise EditError("there is nothing left to take back")
            step = steps[-1]

            def back(text: str) -> Applied:
                if text == step.after:  # exactly as it was, layout and comments included
                    return Applied(step.before, getattr(step.back, "finding", ""))
                if step.back is None:
                    raise ConflictError("somebody else has changed this in the file meanwhile", None)
                return apply(text, step.back)

            before, applied, _ = self._replace(back, check=False)
            steps.pop()
            others.append(_Step(before, applied.text, step.back, step.made))
            return applied.finding

    def _replace(
        self, change: Callable[[str], Applied], *, check: bool = True, only_try: bool = False
    ) -> tuple[str, Applied, list[FieldProblem]]:
        """The text before, what was applied to it, and the problems after; tried anew if the file was written."""
        for _ in range(_ATTEMPTS):
            whole = self.text()
            mark = "\ufeff" if whole.startswith("\ufeff") else ""
            before = whole.removeprefix(mark)
            applied = change(before)
            problems = self.reference.check(self.name, applied.text)
            if check and (wrong := new_errors(self.reference.check(self.name, before), problems)):
                raise RejectedError(wrong)
            if only_try or applied.text == before:
                return before, applied, problems
            if self.text() == whole:
                write_whole(self.path, mark + applied.text)
                return before, applied, problems
        raise EditError("the file is being written by another program all the time: try again")


def _open(data: dict[str, Any], place: Undecided) -> dict[str, Any]:
    """An undecided place for the page, with the finding that it belongs to and the value that is there."""
    finding = value_at(data, place.path[:2]) if place.path[0] == "findings" else None
    about = {key: finding.get(key) for key in ("id", "statement", "evidence")} if isinstance(finding, dict) else {}
    value = value_at(data, place.path)
    return {"path": place.path, "what": place.what, "said": place.said, "finding": about, "value": value}


def digest(text: str) -> str:
    """The digest of a text, as `Desk.version` gives it."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
