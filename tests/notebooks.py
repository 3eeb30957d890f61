"""Runs notebooks as Jupyter does, and stores them with their outputs.

`python -m tests.notebooks` (`make notebook`) runs docs/example.ipynb and stores its outputs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).parents[1] / "docs" / "example.ipynb"
NOT_STORED = "not-stored"
"""The tag of cells whose output is too large for git, or depends on the version of a library."""
SECONDS = 120
"""Time limit for the start of a kernel and for each cell."""


def read(path: Path = EXAMPLE) -> Any:
    import nbformat

    return nbformat.read(path, as_version=4)


def run(path: Path) -> Any:
    """The notebook with the output of each cell, run in its folder. A cell that fails raises an error."""
    from nbclient import NotebookClient

    notebook = read(path)
    client = NotebookClient(
        notebook,
        timeout=SECONDS,
        startup_timeout=SECONDS,
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    return notebook


def stored(notebook: Any) -> str:
    """The notebook as text, the same for the same answers, and short enough to review."""
    import nbformat

    kept = nbformat.from_dict(notebook)
    kept.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for cell in kept.cells:
        if NOT_STORED in cell.metadata.get("tags", ()):
            cell.outputs = []
        for output in cell.get("outputs", ()):
            if "text/html" in output.get("data", {}):  # the form of an answer that notebooks show
                output.data = nbformat.from_dict({"text/html": output.data["text/html"]})
        cell.metadata = nbformat.from_dict({name: cell.metadata[name] for name in ("tags",) if name in cell.metadata})
    return str(nbformat.writes(kept)) + "\n"


def outputs(notebook: Any, source: str) -> str:
    """The output of the cell with this text in its source: HTML, or plain text if there is none."""
    (cell,) = [cell for cell in notebook.cells if cell.cell_type == "code" and source in cell.source]
    shown = []
    for output in cell.outputs:
        data = output.get("data", {})
        shown.append(output.get("text") or data.get("text/html") or data.get("text/plain", ""))
    return "".join(shown)


if __name__ == "__main__":
    EXAMPLE.write_text(stored(run(EXAMPLE)), encoding="utf-8")
