"""Several files are written together, or none of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.core.output import write_all
from kg.core.problems import UsageError


def test_files_are_written_and_removed_together(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "folder" / "new"
    old.write_text("x", encoding="utf-8")
    write_all({new: "y", old: None, tmp_path / "never": None})
    assert (new.read_text("utf-8"), old.exists()) == ("y", False)


def test_nothing_is_changed_if_one_file_cannot_be_written(tmp_path: Path) -> None:
    old, gone, blocked = tmp_path / "old", tmp_path / "gone", tmp_path / "blocked"
    old.write_text("x", encoding="utf-8")
    gone.write_text("z", encoding="utf-8")
    (blocked / "inside").mkdir(parents=True)
    with pytest.raises(UsageError):
        write_all({old: "y", tmp_path / "new": "n", gone: None, blocked: "b"})
    assert (old.read_text("utf-8"), gone.read_text("utf-8"), (tmp_path / "new").exists()) == ("x", "z", False)
