"""Every test file on disk is collected by pytest."""

from __future__ import annotations

from pathlib import Path

import pytest


def test_every_test_file_is_collected(pytestconfig: pytest.Config, collected_files: set[Path]) -> None:
    # Only in the folders of this run; `make test` runs all of them. Each worker checks this.
    if pytestconfig.getoption("lf", False):
        pytest.skip("--last-failed leaves files out on purpose")
    folders = [Path(argument.partition("::")[0]).resolve() for argument in pytestconfig.args]
    ignored = [Path(path).resolve() for path in pytestconfig.getoption("ignore") or ()]
    on_disk = {
        file
        for folder in folders
        for file in folder.rglob("test_*.py")
        if not any(file.is_relative_to(left_out) for left_out in ignored)
    }
    assert sorted(on_disk - collected_files) == []
