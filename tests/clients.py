"""Programs of other people that read what kg writes: found, installed or missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def required(tool: str, package: str) -> str:
    """The path of a command; without it the test is skipped, or fails if KG_REQUIRE_CLIENTS=1."""
    found = shutil.which(tool)
    if found is None:
        missing(f"no {tool} (Debian: {package})")
    return str(found)


def missing(reason: str) -> None:
    if os.environ.get("KG_REQUIRE_CLIENTS") == "1":
        pytest.fail(reason)
    # A contributor may not have all of these programs; the other tests are still worth running.
    pytest.skip(reason)


def ran(*command: str | Path, stdin: str | None = None, **environment: str) -> str:
    done = subprocess.run(list(map(str, command)), input=stdin, capture_output=True, text=True, check=False,
                          env={**os.environ, **environment})  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def npm_modules(*packages: str) -> Path:
    """The folder `node_modules` with packages, installed by npm into a folder of the user's cache."""
    npm = required("npm", "nodejs npm")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "continuous-star-kg"
    folder = cache / "-".join(package.rpartition("/")[2].replace("@", "-") for package in packages)
    if not (folder / "package-lock.json").exists():  # npm writes it at the end
        folder.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), *packages]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        if done.returncode:
            missing(f"npm cannot install {' '.join(packages)}: {done.stderr.strip()[-300:]}")
    return folder / "node_modules"
