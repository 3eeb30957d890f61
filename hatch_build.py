"""Takes Oxigraph for browsers into the wheel, and into the checkout for an editable install.

Without the npm registry kg is installed all the same, and `kg site` makes a site without the page *Ask*.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_ENGINE = Path(__file__).parent / "kg" / "render" / "pages" / "wasm_engine.py"


class WasmEngineHook(BuildHookInterface):
    """`take` of `kg/render/pages/wasm_engine.py`, which is loaded by its path: the package cannot be imported yet."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the interface
        spec = importlib.util.spec_from_file_location("wasm_engine", _ENGINE)
        if spec is None or spec.loader is None:
            return
        engine = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(engine)
        try:
            engine.take()
        except OSError as error:
            self.app.display_warning(f"without Oxigraph for browsers: {error}; later, run {engine.AGAIN}")
