"""Programs that tests need beyond Python: without one a test is skipped, or fails where KG_REQUIRE_CLIENTS=1."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def required(tool: str, package: str) -> str:
    """The path of a command, which is in this package of Debian."""
    found = shutil.which(tool)
    if found is None:
        missing(f"no {tool} (Debian: {package})")
    return str(found)


def missing(reason: str) -> None:
    if os.environ.get("KG_REQUIRE_CLIENTS") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


def npm_packages(package: str) -> Path:
    """A folder of the user's cache into which npm has installed the package, such as `n3@1.26.0`."""
    npm = required("npm", "nodejs npm")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "continuous-star-kg"
    name, _, version = package.rpartition("@")
    folder = cache / f"{name.rpartition('/')[2]}-{version}"
    if not (folder / "node_modules" / ".package-lock.json").exists():  # npm writes it last
        folder.mkdir(parents=True, exist_ok=True)
        done = subprocess.run([npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder),
                               package], capture_output=True, text=True, check=False, timeout=600)  # fmt: skip
        if done.returncode:
            missing(f"npm cannot install {package}: {done.stderr.strip()[-300:]}")
    return folder
