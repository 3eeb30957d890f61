"""Commands that need an optional library say which extra installs it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.cli.group import run
from kg.core.extras import EXTRAS, need
from kg.core.problems import UsageError
from kg.readers.workbooks import Column, SheetTable, write_sheets
from tests.pdf import write_pdf
from tests.toy import write_toy


def test_an_installed_library_is_returned() -> None:
    assert need("openpyxl.styles").__name__ == "openpyxl.styles"


@pytest.mark.parametrize(("library", "extra"), EXTRAS.items())
def test_a_library_that_is_not_installed_names_its_extra(
    library: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(UsageError, match=rf"{library}.*pip install '\.\[{extra}\]'"):
        need(library)


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs `kg` in this process and returns what it writes to standard error when it ends with exit code 2."""

    def run_kg(*arguments: object) -> str:
        monkeypatch.setattr(sys, "argv", ["kg", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            run()
        assert ended.value.code == 2
        return capsys.readouterr().err

    return run_kg


def test_workbooks_need_the_extra_sheets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: Callable[..., str]
) -> None:
    folder = write_toy(tmp_path / "toy")
    read, written = tmp_path / "read.xlsx", tmp_path / "written.xlsx"
    read.write_bytes(write_sheets([SheetTable("t", [Column("a")], [["1"]])]))
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    install = "pip install '.[sheets]'"
    assert install in refused("--root", folder, "import", read)
    assert install in refused("--root", folder, "export", "-o", written)
    assert not written.exists()


def test_full_texts_in_pdf_need_the_extra_pdf(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: Callable[..., str]
) -> None:
    folder = write_toy(tmp_path / "toy")
    (tmp_path / "texts").mkdir()
    write_pdf(tmp_path / "texts" / "example2031.pdf", [(72, "our tests are slow")])
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    install = "pip install '.[pdf]'"
    assert install in refused("--root", folder, "verify-quotes", tmp_path / "texts")
