"""Every test file on disk is collected by pytest, and the tests of one file run in one worker."""

from __future__ import annotations

from collections import Counter
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


def test_no_two_test_files_have_the_same_name() -> None:
    # Without `__init__.py` files pytest cannot collect both in one run.
    names = [path.name for path in sorted(Path(__file__).parent.rglob("test_*.py"))]
    assert [name for name, count in Counter(names).items() if count > 1] == []


def test_the_tests_of_a_file_stay_in_one_worker(request: pytest.FixtureRequest) -> None:
    # pytest-xdist appends the group to the id; a version of pytest that it does not know leaves the groups out.
    if not hasattr(request.config, "workerinput"):
        pytest.skip("runs in the workers of pytest-xdist")
    assert request.node.nodeid.endswith("@tests/test_collection.py")
