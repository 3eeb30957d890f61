"""Notebooks: run as Jupyter runs them, and in the form in which they stand in the repository.

python -m tests.notebooks        runs docs/example.ipynb and stores what it gives: `make notebook`
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).parents[1] / "docs" / "example.ipynb"
NOT_STORED = "not-stored"
"""The tag of cells whose output is too large for git, or not the same in each version of a library."""
SECONDS = 120
"""How long a kernel may take to start, and a cell to run: a kernel that hangs ends the test, not the patience."""


def read(path: Path = EXAMPLE) -> Any:
    import nbformat

    return nbformat.read(path, as_version=4)


def run(path: Path) -> Any:
    """The notebook with the output of each cell, run in its folder; the first cell that fails raises an error."""
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
    """The notebook as a text: the same whenever its answers are, and of a size that a person would review."""
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
            if "text/html" in output.get("data", {}):  # what is shown of the forms of an answer
                output.data = nbformat.from_dict({"text/html": output.data["text/html"]})
        cell.metadata = nbformat.from_dict({name: cell.metadata[name] for name in ("tags",) if name in cell.metadata})
    return str(nbformat.writes(kept)) + "\n"


def outputs(notebook: Any, source: str) -> str:
    """What the cell with this in its source shows: HTML, else plain text."""
    (cell,) = [cell for cell in notebook.cells if cell.cell_type == "code" and source in cell.source]
    shown = []
    for output in cell.outputs:
        data = output.get("data", {})
        shown.append(output.get("text") or data.get("text/html") or data.get("text/plain", ""))
    return "".join(shown)


if __name__ == "__main__":
    EXAMPLE.write_text(stored(run(EXAMPLE)), encoding="utf-8")
