"""Kills builds at random moments and checks that a complete build and all sources remain.

    python benchmarks/kills.py [TIMES] [PUBLICATIONS]

TIMES is the number of kills (by default 200), PUBLICATIONS the size of the generated review (by default 100). An
annotation alternates between two versions, and `kg build` gets SIGKILL after a random part of its usual time. After
each kill the three files in build/ must belong to one build of either version, and no source may have changed. After
every tenth kill a build that is not killed must give the bytes of a first build. The exit code is 1 at the first
damage.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from reviews import make_review

from kg.building.folder import FILES

KG = [str(Path(sys.executable).parent / "kg"), "--root"]


def digest(paths: list[Path]) -> str:
    found = hashlib.sha256()
    for path in paths:
        found.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def outputs(review: Path) -> str:
    return digest([review / "build" / name for name in FILES])


def sources(review: Path) -> str:
    return digest(sorted(path for path in (review / "bib").rglob("*") if path.is_file()))


def run(review: Path) -> float:
    begin = time.perf_counter()
    subprocess.run([*KG, str(review), "build"], check=True, capture_output=True)  # noqa: S603 - the command of this project
    return time.perf_counter() - begin


def killed(review: Path, after: float) -> bool:
    """Kills a build after `after` seconds; returns False if it had already ended."""
    process = subprocess.Popen(  # noqa: S603
        [*KG, str(review), "build"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def loop(folder: Path, times: int, publications: int) -> int:
    choose = random.Random(1)  # noqa: S311 - the same times in each run, as far as the machine allows
    review = make_review(publications, folder / "review")
    annotation = sorted((review / "bib" / "annotations").glob("*.yaml"))[1]
    versions = [annotation.read_bytes(), annotation.read_bytes().replace(b"label: ", b"label: Again ", 1)]
    whole, good = 0.0, []
    for version in versions:
        annotation.write_bytes(version)
        shutil.rmtree(review / "build", ignore_errors=True)
        whole = max(whole, run(review))
        good.append(outputs(review))
    hits = builds = 0
    while hits < times:
        builds += 1
        version = builds % 2
        annotation.write_bytes(versions[version])
        written, begin = sources(review), time.perf_counter()
        if killed(review, choose.uniform(0, whole)):
            hits += 1
        else:  # the machine has become less busy
            whole = min(whole, time.perf_counter() - begin)
        if outputs(review) not in good:
            print(f"build {builds}: build/ is damaged")
            return 1
        if sources(review) != written:
            print(f"build {builds}: a source has changed")
            return 1
        if builds % 10 == 0:
            whole = run(review)
            if outputs(review) != good[version]:
                print(f"build {builds}: the next build has other bytes")
                return 1
    print(f"{hits} of {builds} builds killed: 0 damaged builds, 0 lost sources")
    return 0


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as made:
        sys.exit(loop(Path(made), *[*numbers, *[200, 100][len(numbers) :]]))
