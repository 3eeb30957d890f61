"""Every block of code in CONTRIBUTING.md and docs/ is run: here, on a toy review, or by the test that the table names.

The commands of a page are run in their order in a copy of the review, whose keys replace those of the page.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from kg.building.pipeline import build
from kg.cli.group import kg
from kg.cli.overview import COMMANDS
from kg.model.annotation import Annotation
from kg.model.mapping import Mapping
from kg.queries.query_library import QueryLibrary
from kg.readers.same_as import Decisions
from kg.readers.settings import read_settings
from tests.conftest import ROOT
from tests.documents import Block, blocks
from tests.toy_readings import OWL_SECOND, write_readings

PAGES = {path.stem: path for path in [ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/*.md"))]}
ELSEWHERE = {
    ("evidence-maps", "turtle"): "answers/test_map_states.py",
    ("federation", "python"): "store/services/test_federation.py",
    ("federation", "sparql"): "store/services/test_federation.py",
    ("graph", "python"): "answers/test_libraries.py",
    ("outputs", "console"): "test_readme.py",
    ("outputs", "r"): "render/text/test_network_readers.py",
    ("queries", "sh"): "render/text/test_reference.py",
    ("related-work", "console"): "test_readme.py",
    ("serving", "console"): "test_readme.py",
    ("serving", "http"): "server/test_served_things.py",
    ("serving", "nginx"): "server/test_proxy.py",
    ("stores", "console"): "store/remote/test_docs.py",
    ("stores", "sparql"): "queries/test_engines.py",
    ("stores", "toml"): "cli/test_config.py",
    **dict.fromkeys((("tutorial", kind) for kind in ("bibtex", "console", "yaml")), "test_tutorial.py"),
}
"""The test that runs the blocks of a page in a language."""
NOT_HERE = {
    r"pip |sudo |oxigraph |export ": "installs or starts another program",
    r"python -m kg\.render\.pages\.wasm_engine": "downloads a file: make test runs it",
    r"kg (serve|desk) ?": "runs until it is stopped: tests/server/",
    r".* --ask-service": "contacts a service: tests/store/services/",
    r"kg import interviews\.qdpx": "a project to be filled in between: tests/cli/test_cli_qda.py",
    r"kg import extraction\.xlsx": "a sheet to be filled in between: tests/cli/test_cli_sheets.py",
    r".* --marks ": "a PDF file with marks: tests/readers/test_marks.py",
}
"""Commands that are not run, with the reason."""
KEYS = {"KEY": "owl2030", "giray2021": "elk2029", "leite2020": "elk2029"}
"""Keys of the toy review for those of the pages."""


def of(page: str, language: str) -> list[Block]:
    return [block for block in blocks(PAGES[page]) if block.language == language]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_readings(tmp_path_factory.mktemp("readings") / "review")
    assert not build(folder).errors
    return folder


@pytest.fixture
def review(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the toy review, in which commands are run."""
    folder = shutil.copytree(built, tmp_path / "review")
    monkeypatch.chdir(folder)
    return folder


def called(*words: str) -> str:
    """The output of a command that must succeed."""
    done = CliRunner().invoke(kg, words, prog_name="kg")
    assert done.exit_code == 0, (words, done.output, done.exception)
    return done.output


def _with_licence(review: Path) -> None:
    (review / "CITATION.cff").write_text(
        "cff-version: 1.2.0\nmessage: Cite it.\ntitle: Owls\nauthors: [{name: Ada Example}]\nlicense: CC-BY-4.0\n",
        "utf-8",
    )


def _with_draft(review: Path) -> None:
    draft = OWL_SECOND.replace("owl2030", "elk2029").replace("Second Reader", "Some Model 1")
    (review / "bib" / "drafts").mkdir()
    (review / "bib" / "drafts" / "elk2029.some-model-1.yaml").write_text(
        draft.replace("id: r5", "id: F1").replace("id: r6", "id: F3"), encoding="utf-8"
    )


def _with_history(review: Path) -> None:
    """Two tagged versions, twenty commits and a release."""
    _with_licence(review)
    called("release", "1.0")
    shutil.copy(review / "build" / "release-1.0.zip", review)
    identity = "-c user.name=Ada -c user.email=ada@example.org -c core.fsync=none"
    commit = f"git {identity} commit -q --allow-empty -m"
    script = f"git init -q && git add bib && {commit} first && git tag v1.0 && rm bib/annotations/owl2030.second.yaml"
    script += f" && git add -A bib && {commit} second && git tag v1.1 && for n in $(seq 20); do {commit} $n; done"
    subprocess.run(["sh", "-c", script], cwd=review, check=True)


def _with_text(review: Path) -> None:
    (review / "papers").mkdir()
    text = "1 Introduction\nWe found that 40 percent of elks test more than others.\n"
    (review / "papers" / "elk2029.txt").write_text(text, encoding="utf-8")


PREPARED: dict[str, Callable[[Path], None]] = {
    "assistants": _with_draft, "changes": _with_history, "qda": _with_text, "releases": _with_licence,
    "texts": _with_text,
}  # fmt: skip


@pytest.mark.parametrize("page", sorted(page for page in PAGES if of(page, "sh") and (page, "sh") not in ELSEWHERE))
def test_commands_of_a_page_work(page: str, review: Path) -> None:
    PREPARED.get(page, lambda _: None)(review)
    for block in of(page, "sh"):
        for line in block.code.replace("\\\n", " ").splitlines():
            if any(re.match(pattern, line) for pattern in NOT_HERE):
                continue
            first, *words = shlex.split(line, comments=True)
            assert first == "kg", line
            words = [re.sub(r"\b(KEY|giray2021|leite2020)\b", lambda key: KEYS[key[0]], word) for word in words]
            if (page, words) == ("texts", ["check"]):  # the statements are still empty, as the page says
                assert CliRunner().invoke(kg, words).exit_code == 1
            else:
                called(*words)


def test_example_of_an_annotation_has_no_errors(review: Path) -> None:
    (example,) = (block for block in of("CONTRIBUTING", "yaml") if "study:" in block.code and "findings:" in block.code)
    head = "publication: elk2029\nannotator: Ada Example\ncreated: 2026-11-30\n"
    file = review / "bib" / "annotations" / "elk2029.yaml"
    file.write_text(head + example.code, encoding="utf-8")
    assert "0 errors" in called("check")


def test_example_of_a_sheet_gives_what_the_page_says(review: Path) -> None:
    sheet = next(block.code for block in of("sheets", "csv"))
    mapping = next(block.code for block in of("sheets", "yaml"))
    (review / "claims.csv").write_text(sheet, encoding="utf-8")
    (review / "bib" / "own.bib").write_text("@article{toy2030, title = {Claims on CI}, year = {2030}}", "utf-8")
    called("import", "claims.csv")
    (review / "bib" / "codings" / "claims.mapping.yaml").write_text(mapping, encoding="utf-8")
    for words in (("import", "claims.csv", "--dry-run"), ("import", "claims.csv"), ("build",)):
        called(*words)
    rows = called("query", "related-work", "--practice", "CI", "--format", "csv")
    assert rows.count("second-hand,Claims on CI (2030)") == 3
    made = {"bib/claims.bib", "bib/codings/claims.yaml", "bib/annotations/toy2030.yaml"}
    assert {name for name in made if (review / name).is_file()} == made


MAPPING = {"review": "a", "label": "b", "mapped_by": "c", "scope": {"rule": "All."}, "work": {"title": "title"}}
ANNOTATION: dict[str, Any] = {
    "publication": "a", "annotator": "b", "created": "2026-11-30", "study": {"label": "c", "methods": ["survey"]},
}  # fmt: skip


@pytest.mark.parametrize("page", [page for page in PAGES if of(page, "yaml") and (page, "yaml") not in ELSEWHERE])
def test_yaml_of_a_page_has_the_keys_of_its_format(page: str) -> None:
    for block in of(page, "yaml"):
        data = yaml.safe_load(block.code)
        if "study" in data:
            Annotation.model_validate(ANNOTATION | data)
        elif page == "sheets":
            Mapping.model_validate(MAPPING | data)
        elif set(data) <= set(Decisions.model_fields):
            Decisions.model_validate(data)
        else:
            assert set(data) == {"statement", "practices"}  # two keys of a consensus


def test_json_of_a_page_is_json_and_names_a_command() -> None:
    for page in ("assistants", "serving"):
        for block in of(page, "json"):
            data = json.loads(block.code)
            if "mcpServers" in data:
                assert data["mcpServers"]["review"]["args"][2] in COMMANDS


def test_settings_of_a_page_are_valid(tmp_path: Path) -> None:
    (block,) = of("vocabulary", "toml")
    (tmp_path / "kg.toml").write_text(block.code, encoding="utf-8")
    assert read_settings(tmp_path).title in block.code


def test_sparql_of_a_page_runs(review: Path) -> None:
    _with_draft(review)
    called("accept", "elk2029.some-model-1", "F1", "--as", "Ann Author")
    called("build")
    (block,) = of("assistants", "sparql")
    (review / "asked.rq").write_text(block.code, encoding="utf-8")
    assert "Ann Author" in called("sparql", "asked.rq")


def test_every_block_is_run() -> None:
    here = {"sh", "yaml", "json", ""}  # blocks without a language are drawings
    more = {("vocabulary", "toml"), ("assistants", "sparql"), ("sheets", "csv")}
    found = {(page, block.language) for page in PAGES for block in blocks(PAGES[page])}
    assert {kind for kind in found if kind[1] not in here} - more - set(ELSEWHERE) == set()
    assert set(ELSEWHERE) <= found
    assert [name for name in ELSEWHERE.values() if not (ROOT / "tests" / name).is_file()] == []


def test_commands_stand_in_blocks_with_a_language() -> None:
    """So that they are run."""
    for page, path in PAGES.items():
        assert re.findall(r"^(?:```\n|    )\$? ?kg [^\n]+", path.read_text(encoding="utf-8"), re.M) == [], page


def test_query_reference_has_a_command_for_each_query() -> None:
    shown = {block.code.split()[2] for block in of("queries", "sh")}
    assert shown <= set(QueryLibrary.of(ROOT).names())
