"""What the page *Ask* is made of: a package that nobody has changed, and the places of parameters in queries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kg.api import KnowledgeGraph
from kg.queries.query_library import QueryLibrary
from kg.render.pages import site_ask, wasm_engine
from kg.store.portable import without_open

ROOT = Path(__file__).parents[3]


def test_another_package_than_the_expected_one_is_refused() -> None:
    with pytest.raises(OSError, match="SHA-512"):
        wasm_engine.unpacked(b"anything")


def test_files_that_are_missing_or_of_another_version_are_not_used(tmp_path: Path) -> None:
    assert wasm_engine.engine_files(tmp_path) is None
    for name in (wasm_engine.CODE, wasm_engine.WASM, wasm_engine.LICENCE):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / wasm_engine.ABOUT).write_text('{"version": "0.0.1"}', encoding="utf-8")
    assert wasm_engine.engine_files(tmp_path) is None


def test_without_a_registry_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("npm_config_registry", "https://127.0.0.1:9")
    with pytest.raises(OSError, match="npm"):
        wasm_engine.take(tmp_path / "engine")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OSError, match="npm is not installed"):
        wasm_engine.take(tmp_path / "engine")
    assert list(tmp_path.iterdir()) == []


def test_what_is_cut_for_open_parameters_leaves_the_query_that_kg_runs() -> None:
    """Empty lines aside, which the page does not care about."""
    for query in QueryLibrary.of(ROOT).without_services():
        found: dict[str, Any] = site_ask._query(query)
        units = found["sparql"].encode("utf-16-le")
        for start, end in sorted((span for one in found["parameters"] for span in one["open"]), reverse=True):
            units = units[: 2 * start] + units[2 * end :]
        expected = without_open(query.bind({parameter.name: None for parameter in query.parameters}))
        assert units.decode("utf-16-le").split() == expected.split(), query.name


def test_a_site_without_the_engine_has_no_page_and_no_link_to_it(toy_graph: KnowledgeGraph) -> None:
    from kg.render.pages.site import site

    files = site(toy_graph, "Toy")
    assert not any(path.startswith("ask") for path in files)
    assert b"ask.html" not in b"".join(data for path, data in files.items() if path.endswith((".html", ".js")))
