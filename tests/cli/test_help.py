"""Every command and every query explains itself, with all its options."""

from __future__ import annotations

import importlib
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import kg.cli as kg_cli
from kg.cli.group import kg
from kg.cli.helping import read, rendered, topics
from kg.cli.overview import COMMANDS, OPTIONS, overview, print_help
from kg.core.problems import UsageError
from kg.queries.query_library import QueryLibrary

ROOT = Path(__file__).parents[2]
LIBRARY = QueryLibrary.of(ROOT)


def helped(*arguments: str) -> str:
    result = CliRunner().invoke(kg, [*arguments, "--help"], prog_name="kg", terminal_width=160)
    assert result.exit_code == 0, result.output
    assert result.exception is None
    return result.output


@pytest.mark.parametrize("name", kg.list_commands(click.Context(kg)))
def test_a_command_has_a_sentence_and_names_its_options(name: str) -> None:
    command, shown = kg.get_command(click.Context(kg), name), helped(name)
    assert command is not None
    assert f"Usage: kg {name}" in shown
    assert command.help
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert all((option in shown) is not parameter.hidden for option in parameter.opts)
        elif parameter.name:
            assert (parameter.metavar or parameter.name).casefold() in shown.casefold()
    assert name in helped()


@pytest.mark.parametrize("name", LIBRARY.names())
def test_a_query_tells_its_story_columns_and_parameters(name: str) -> None:
    query, shown = LIBRARY.get(name), " ".join(helped("query", name).split())
    assert " ".join(query.summary.split()) in shown
    assert " ".join(query.story.split()) in shown
    for column, description in query.columns.items():
        assert f"{column} {' '.join(description.split())}" in shown
    for parameter in query.parameters:
        assert parameter.option in shown
        assert f"for example: {parameter.example}" in shown
    assert "--format" in shown
    assert "--output" in shown


def test_the_list_of_commands_has_what_the_modules_have() -> None:
    modules = [
        importlib.import_module(f"kg.cli.{found.name}")
        for found in pkgutil.iter_modules(kg_cli.__path__)
        if found.name not in ("group", "overview")
    ]
    there = {command.name: (module.__name__.rsplit(".", 1)[1], command.get_short_help_str(400))
             for module in modules for command in getattr(module, "COMMANDS", ())}  # fmt: skip
    assert there == COMMANDS


def test_help_imports_nothing_of_the_project_that_it_does_not_print() -> None:
    program = (
        "import sys, atexit; atexit.register(lambda: print(*sys.modules, file=sys.stderr))\n"
        "from kg.cli import main; main()"
    )
    ran = subprocess.run([sys.executable, "-c", program, "--help"], capture_output=True, text=True, check=True)
    ours = {name for name in ran.stderr.split() if name.startswith("kg.")}
    assert ours == {"kg.cli", "kg.cli.overview", "kg.core", "kg.core.version"}
    assert not {"click", "inspect", "shutil", "textwrap", "json"} & set(ran.stderr.split())
    assert ran.stdout == overview(78)


@pytest.mark.parametrize("columns", ["20", "42", "80", "99", "400", "no number"])
def test_help_fits_the_terminal(
    columns: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    print_help()
    shown = capsys.readouterr().out
    widths = {"20": 40, "42": 40, "80": 78, "99": 97, "400": 100, "no number": 78}
    assert max(map(len, shown.splitlines())) <= widths[columns]
    words = " ".join(shown.split())
    assert all(" ".join(f"{name} {sentence}".split()) in words for name, (_, sentence) in COMMANDS.items())


def test_help_without_a_reader_is_no_error() -> None:
    shell = f"{sys.executable} -c 'from kg.cli import main; main()' --help | true"
    ran = subprocess.run(["bash", "-o", "pipefail", "-c", shell], capture_output=True, text=True, check=False)
    assert ran.stderr == ""


def test_no_command_is_told_what_there_is() -> None:
    result = CliRunner().invoke(kg, [], prog_name="kg")
    assert result.exit_code == 2
    assert all(name in result.output for name in COMMANDS)


def test_the_options_before_a_command_are_told() -> None:
    taken = {name for parameter in kg.get_params(click.Context(kg)) for name in parameter.opts}
    assert taken == {word.rstrip(",") for option in OPTIONS for word in option.split() if word.startswith("-")}


def test_the_first_help_shows_how_to_begin() -> None:
    shown = helped()
    assert "kg init" in shown
    assert "kg build" in shown


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(shell: str) -> None:
    result = CliRunner().invoke(kg, ["completion", shell], prog_name="kg")
    assert result.exit_code == 0
    assert "_KG_COMPLETE" in result.output


def topic(*words: str) -> str:
    result = CliRunner().invoke(kg, ["help", *words], prog_name="kg")
    assert result.exit_code == 0, result.output
    return result.output


def test_help_lists_every_page_with_its_title() -> None:
    lines = dict(line.split(None, 1) for line in topic().splitlines()[1:])
    titles = {path.stem: path.read_text(encoding="utf-8").split("\n")[0][2:] for path in ROOT.glob("docs/*.md")}
    assert lines == {name: title for name, title in titles.items() if name != "index"} | {
        "contributing": "Contributing"
    }


def test_a_page_in_a_pipe_is_plain_text_with_code_as_it_is_written() -> None:
    shown = topic("tutorial")
    assert shown.startswith("From a Zotero export to an evidence map in thirty minutes\n\n")
    page = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    title = next(line for line in page.splitlines() if line.startswith("  title = {An {{Exploratory"))
    assert f"    {title}\n" in shown  # a long line of code is neither broken nor cut
    assert "the desk (`kg help desk`)" in " ".join(shown.split())
    assert [mark for mark in ("\x1b", "<!--", "```", "](") if mark in shown] == []


@pytest.mark.parametrize("name", sorted(topics()))
def test_pages_fit_the_width_of_the_terminal(name: str) -> None:
    text = re.sub(r"^ *```.*?^ *```", "", read(topics()[name], bold=False), flags=re.S | re.M)
    if name != "queries":  # its tables are long, and the same in every part
        assert max(map(len, rendered(text, 78, bold=False).splitlines())) <= 78


def test_headings_and_code_are_bold_in_a_terminal() -> None:
    shown = rendered("# A title\n\nRun `kg build`.\n", 78, bold=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", shown) == "A title\n\nRun kg build.\n"
    assert "\x1b[1mkg build\x1b[0m" in shown


def test_a_name_that_only_a_command_has_shows_its_options() -> None:
    assert topic("build").startswith("Usage: kg build [OPTIONS]\n")


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("tutoral", "did you mean tutorial?"),
        ("Zotero", "see `kg help` tutorial, "),
        ("\x1b[2J" + "x" * 999, "`kg help`"),
    ],
)
def test_an_unknown_topic_names_the_nearest(word: str, hint: str) -> None:
    result = CliRunner().invoke(kg, ["help", word], prog_name="kg")
    assert isinstance(result.exception, UsageError)
    assert hint in str(result.exception)
    assert "\x1b" not in str(result.exception)
    assert len(str(result.exception)) < 300


def test_topics_are_completed() -> None:
    topics_of = kg.get_command(click.Context(kg), "help")
    assert topics_of is not None
    found = topics_of.params[0].shell_complete(click.Context(topics_of), "re")
    assert [item.value for item in found] == ["readings", "related-work", "releases"]
