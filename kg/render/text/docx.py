"""A draft of related work as a Word document, which pandoc makes from the Markdown, with citations and references."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from kg.answers.related_work import RelatedWork
from kg.core.extras import need
from kg.core.problems import KgError, UsageError, brief
from kg.render.text.related_work import related_work_markdown

SECONDS = 120
"""How long pandoc may take."""
_NAME = "references"


def related_work_docx(draft: RelatedWork, *, listed: int, stamp: str, entries: str) -> bytes:
    """The draft as a .docx; the same draft gives the same bytes with the same pandoc.

    Args:
        draft, listed, stamp: as in Markdown.
        entries: the text of the BibTeX file.

    Raises:
        UsageError: if there is no pandoc.
        KgError: if pandoc cannot read the draft or its entries, with what it says.
    """
    pandoc = _pandoc()
    text = related_work_markdown(draft, listed=listed, stamp=stamp, bibliography=_NAME)
    with tempfile.TemporaryDirectory(prefix="kg-draft-") as name:
        folder = Path(name)
        (folder / f"{_NAME}.bib").write_text(entries, encoding="utf-8")
        (folder / "draft.md").write_text(text, encoding="utf-8")
        # A draft is data: in the sandbox pandoc reads no other files. Without an epoch the bytes contain the time.
        command = [pandoc, "--sandbox", "--citeproc", "--from=markdown", "--to=docx", "--output=draft.docx",
                   f"--bibliography={_NAME}.bib", "--metadata=link-citations:true",
                   "--metadata=reference-section-title:References", "draft.md"]  # fmt: skip
        environment = {**os.environ, "SOURCE_DATE_EPOCH": "0"}
        try:
            done = subprocess.run(  # noqa: S603 - the command is fixed, and no value of the draft is part of it
                command, cwd=folder, env=environment, capture_output=True, timeout=SECONDS
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise KgError(f"pandoc did not make the .docx: {error}; write .md or .tex instead") from error
        if done.returncode:
            said = brief(done.stderr.decode(errors="replace").strip())
            raise KgError(f"pandoc did not make the .docx: {said}; write .md or .tex instead")
        return (folder / "draft.docx").read_bytes()


def _pandoc() -> str:
    """The pandoc of pypandoc-binary, or else the one on the PATH."""
    try:
        return str(need("pypandoc").get_pandoc_path())
    except (UsageError, OSError) as error:
        found = shutil.which("pandoc")
        if found is None:
            raise UsageError(
                "a .docx is made by pandoc, which is not installed: install pandoc, or pip install pypandoc-binary "
                "(the extra `docx`), or write .md or .tex"
            ) from error
        return found
