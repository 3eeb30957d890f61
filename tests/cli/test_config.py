"""`kg.toml`: what stands in it is used, and what is wrong with it is told with its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.cli.config import configured_endpoint
from kg.core.iris import BASE
from kg.core.problems import KgError
from kg.readers.settings import EXAMPLE, read_settings
from tests.conftest import KgCli


def test_the_endpoint_is_read(tmp_path: Path) -> None:
    assert configured_endpoint(tmp_path) == ""
    (tmp_path / "kg.toml").write_text('# where it is\nendpoint = "https://example.org/sparql"\n', encoding="utf-8")
    assert configured_endpoint(tmp_path) == "https://example.org/sparql"
    (tmp_path / "kg.toml").write_text("", encoding="utf-8")
    assert configured_endpoint(tmp_path) == ""


@pytest.mark.parametrize(
    ("text", "place", "rule"),
    [
        ('\nendpoit = "http://x.example/"', "kg.toml:2:1", "config/unknown-key"),
        ('endpoint = "http://x.example/"\n\n[stores]\na = 1', "kg.toml:3:1", "config/unknown-key"),
        ("endpoint = 1", "kg.toml:1:1", "config/not-text"),
        ("\nendpoint = ", "kg.toml:2:1", "config/not-toml"),
        ('endpoint = "ftp://x.example/"', "kg.toml:1:1", "config/not-a-url"),
        ('endpoint = "http://u:p@x.example/"', "kg.toml:1:1", "config/not-a-url"),
        ('base = "https://x.example/r"', "kg.toml:1:1", "config/base"),
        ('base = "https://x.example/r#"', "kg.toml:1:1", "config/base"),
        ('base = "https://x.example/a b/"', "kg.toml:1:1", "config/base"),
        ('base = "https://x.example/../"', "kg.toml:1:1", "config/base"),
        ('base = "ftp://x.example/"', "kg.toml:1:1", "config/base"),
        ('base = ""', "kg.toml:1:1", "config/base"),
        ('base = "http://purl.org/"', "kg.toml:1:1", "config/base"),
        ('base = "https://w3id.org/continuous-star/practice/"', "kg.toml:1:1", "config/base"),
        ('title = " "', "kg.toml:1:1", "config/title"),
        ('title = "a\\nb"', "kg.toml:1:1", "config/title"),
        (f'title = "{"x" * 300}"', "kg.toml:1:1", "config/title"),
        ("title = 1", "kg.toml:1:1", "config/not-text"),
        ("\udcff", "kg.toml", "config/not-utf-8"),
        ("#" * 70_000, "kg.toml", "config/too-long"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, place: str, rule: str) -> None:
    (tmp_path / "kg.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(KgError) as error:
        configured_endpoint(tmp_path)
    assert str(error.value).startswith(f"{place}: error: ")
    assert f"[{rule}]" in str(error.value)


def test_base_and_title_are_read(tmp_path: Path) -> None:
    assert read_settings(tmp_path).base == BASE
    (tmp_path / "kg.toml").write_text('base = "https://toys.example/r/"\ntitle = "Toys"\n', encoding="utf-8")
    found = read_settings(tmp_path)
    assert (found.base, found.title, str(found.place("title"))) == ("https://toys.example/r/", "Toys", "kg.toml:2:1")
    (tmp_path / "kg.toml").write_text(EXAMPLE.replace("# base", "base").replace("# title", "title"), encoding="utf-8")
    assert read_settings(tmp_path).base == "https://example.org/my-review/"


def test_a_command_follows_the_file_unless_it_is_told_otherwise(toy: Path, tmp_path: Path, kg_cli: KgCli) -> None:
    (tmp_path / "kg.toml").write_text('endpoint = "http://127.0.0.1:9/file"\n', encoding="utf-8")
    assert "asking http://127.0.0.1:9/file\n" in kg_cli(tmp_path, "query", "contents").stderr
    assert (
        "asking http://127.0.0.1:9/option\n"
        in kg_cli(tmp_path, "--endpoint", "http://127.0.0.1:9/option", "query", "contents").stderr
    )
    (tmp_path / "kg.toml").write_text("endpont = 1\n", encoding="utf-8")
    run = kg_cli(tmp_path, "query", "contents")
    assert run.returncode == 1
    assert "did you mean endpoint?" in run.stderr
    assert kg_cli(toy, "check").returncode == 0  # of files, and asks nobody
