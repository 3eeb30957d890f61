"""The GitHub workflow of a review: checks pull requests, comments what they change, and publishes the site."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

from kg.core.output import write_whole
from kg.core.problems import UsageError, brief

DISTRIBUTION = "continuous-star-kg"
WORKFLOW = ".github/workflows/kg.yml"


def add_workflow(review: Path, source: str = "") -> tuple[Path, str]:
    """Writes the workflow into the git repository of a review, or into the review if it is in none.

    Args:
        review: the folder of the review.
        source: where the workflow installs kg from; if empty, from where the kg that runs was installed, if known.

    Returns:
        The path of the workflow, and where it installs kg from; empty if a person has to write that into it.

    Raises:
        UsageError: if another file is there, or the folder has a name that a workflow cannot contain.
    """
    here = review.resolve()
    top = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
    folder = here.relative_to(top).as_posix()
    source = source or installed_from()
    for text in (folder, source):
        if not text.isprintable() or "${{" in text:
            raise UsageError(f"a workflow cannot contain `{brief(text)}`")
    template = Path(__file__).with_name("github.yml").read_text("utf-8")
    text = template.replace("FOLDER_OF_REVIEW", _scalar(folder)).replace("SOURCE_OF_KG", _scalar(source))
    path = top / WORKFLOW
    if path.is_symlink() or path.exists():
        if path.is_symlink() or not path.is_file() or path.read_bytes() != text.encode():
            raise UsageError(f"{path} exists and is another one: move it away to get the workflow of kg")
    else:
        write_whole(path, text)
    return path, source


def installed_from() -> str:
    """The git repository and commit that this kg was installed from, as pip recorded it; empty if it was not."""
    try:
        found = json.loads(metadata.distribution(DISTRIBUTION).read_text("direct_url.json") or "{}")
        url, commit = str(found["url"]), str(found["vcs_info"]["commit_id"])
    except (metadata.PackageNotFoundError, KeyError, ValueError, TypeError):
        return ""
    # A local repository is on no other machine, and a name or password in the address is nobody's business.
    return f"git+{url}@{commit}" if urlsplit(url).scheme == "https" and "@" not in urlsplit(url).netloc else ""


def _scalar(text: str) -> str:
    """A YAML double-quoted scalar (YAML 1.2, section 7.3.1)."""
    return json.dumps(text, ensure_ascii=False)
