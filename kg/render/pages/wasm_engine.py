"""Oxigraph for browsers: the files of its npm package, taken when kg is installed and never part of the repository.

`python -m kg.render.pages.wasm_engine` takes them again. This module imports nothing but the standard library, because
the build of the package (`hatch_build.py`) runs it before anything else is installed.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
from io import BytesIO
from pathlib import Path

VERSION = "0.5.11"
"""The version that is nearest to that of pyoxigraph, so that both give the same answers."""
INTEGRITY = "zKdgmp1tsrutGzC1lCCywwZRPpLJKaJnKSDWoY2hIhMiwiCRRXNN1DU7WUyTInBvgPKT8Y5N+RgwTL8qKXpLng=="
"""SHA-512 of the package, which the registry states as `dist.integrity`."""
FOLDER = Path(__file__).with_name("engine")
CODE, WASM, ABOUT, LICENCE = "web.js", "web_bg.wasm.gz", "package.json", "licence.txt"
AGAIN = "python -m kg.render.pages.wasm_engine"
_SECONDS = 60
_NOTICE = """Oxigraph {version}, compiled to WebAssembly: {homepage}
This copy is used under the MIT licence; the project offers Apache-2.0 as well.

Copyright (c) 2018 RUDF developers

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def engine_files(folder: Path = FOLDER) -> dict[str, bytes] | None:
    """The files of the engine by name; None where they are missing or of another version."""
    try:
        found = {name: (folder / name).read_bytes() for name in (CODE, WASM, ABOUT, LICENCE)}
        return found if json.loads(found[ABOUT])["version"] == VERSION else None
    except (OSError, ValueError, KeyError):
        return None


def take(folder: Path = FOLDER) -> None:
    """Downloads the package with npm, unless its files are there, and writes them into the folder in one step.

    Raises:
        OSError: if there is no npm, or its registry cannot be reached or gives something else.
    """
    if engine_files(folder):
        return
    files = unpacked(_downloaded())
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        for name, data in files.items():
            (fresh / name).write_bytes(data)
        fresh.chmod(0o755)
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _downloaded() -> bytes:
    npm = shutil.which("npm")
    if not npm:
        raise OSError("npm is not installed")
    with tempfile.TemporaryDirectory() as folder:
        command = [npm, "pack", f"oxigraph@{VERSION}", "--ignore-scripts", "--silent", "--fetch-retries=0"]
        try:
            subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=_SECONDS)  # noqa: S603
        except subprocess.SubprocessError as error:
            raise OSError("npm cannot download it") from error
        return (Path(folder) / f"oxigraph-{VERSION}.tgz").read_bytes()


def unpacked(package: bytes, integrity: str = INTEGRITY) -> dict[str, bytes]:
    """The files that a browser needs, of a package with this SHA-512, and the licence.

    Raises:
        OSError: if it is another package.
    """
    if base64.b64encode(hashlib.sha512(package).digest()).decode() != integrity:
        raise OSError("the package is not the one that kg was tested with: its SHA-512 is another one")
    with tarfile.open(fileobj=BytesIO(package)) as archive:
        found = {name: _member(archive, name) for name in (CODE, WASM.removesuffix(".gz"), ABOUT)}
    about = json.loads(found[ABOUT])
    wasm = gzip.compress(found[WASM.removesuffix(".gz")], 9, mtime=0)
    notice = _NOTICE.format(version=about["version"], homepage=about["homepage"]).encode()
    return {CODE: found[CODE], WASM: wasm, ABOUT: found[ABOUT], LICENCE: notice}


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(f"package/{name}")
    return file.read() if file else b""


if __name__ == "__main__":
    try:
        take()
    except OSError as error:
        sys.exit(f"Oxigraph for browsers cannot be taken from the npm registry: {error}")
    print(f"Oxigraph {VERSION} for browsers is in {FOLDER}")
