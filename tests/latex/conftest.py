"""One pdfLaTeX for all documents; the tests are skipped where there is none, unless that is said to be an error."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

NEEDED = ("article.cls", "booktabs.sty", "pdflscape.sty", "longtable.sty", "natbib.sty", "lmodern.sty", "plainnat.bst",
          "biblatex.sty")  # fmt: skip

PACKAGES = "texlive-latex-recommended, texlive-bibtex-extra, biber and lmodern"

Compile = Callable[[Path], str]


def _unavailable(reason: str) -> None:
    """Without LaTeX, output that does not compile goes unseen where LaTeX is expected: then it is a failure."""
    if os.environ.get("KG_REQUIRE_LATEX") == "1":
        pytest.fail(reason)
    # A contributor may have no LaTeX; the other tests are still worth running.
    pytest.skip(reason)


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=120,
        env={**os.environ, "openout_any": "p", "max_print_line": "1000"},
    )
    log = done.stdout.decode("utf-8", errors="replace")
    assert done.returncode == 0, "\n".join(re.findall(r"^!.*(?:\n.*){0,5}", log, re.M)) or log[-2000:]
    return log


@pytest.fixture(scope="session")
def compiled() -> Compile:
    """Compiles a document, with its bibliography if it has one, and gives the text of the PDF with single spaces."""
    for tool in ("pdflatex", "bibtex", "biber", "kpsewhich"):
        if shutil.which(tool) is None:
            _unavailable(f"no {tool}: install {PACKAGES}")
    missing = [
        name for name in NEEDED if not subprocess.run(["kpsewhich", name], capture_output=True, check=False).stdout
    ]
    if missing:
        _unavailable(f"LaTeX has no {', '.join(missing)}: install {PACKAGES}")

    def compile_(document: Path) -> str:
        latex = ("pdflatex", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", document.name)
        log = _run(document.parent, *latex)
        text = document.read_text(encoding="utf-8")
        if r"\bibliography{" in text or r"\addbibresource" in text:
            program = ("biber", "--quiet") if r"\addbibresource" in text else ("bibtex", "-terse")
            _run(document.parent, *program, document.stem)
            _run(document.parent, *latex)
            log = _run(document.parent, *latex)
            assert "undefined" not in log
        assert "Missing character" not in log
        pages = PdfReader(document.with_suffix(".pdf")).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())

    return compile_
