"""The screenshots of the documentation: each is taken by the script, small, and shown in a document."""

from __future__ import annotations

from tests.conftest import ROOT
from tests.screenshots import DESK, MOST_BYTES, PICTURES

IMAGES = ROOT / "docs" / "images"


def test_each_picture_is_taken_by_the_script_and_small() -> None:
    taken = {DESK, *(f"{picture.name}.png" for picture in PICTURES)}
    assert {path.name for path in IMAGES.glob("*.png")} == taken
    assert [name for name in taken if (IMAGES / name).stat().st_size > MOST_BYTES] == []


def test_each_picture_is_shown_in_a_document() -> None:
    texts = "".join(path.read_text("utf-8") for path in [ROOT / "README.md", *ROOT.glob("docs/*.md")])
    names = [DESK, *(f"{picture.name}.png" for picture in PICTURES)]
    assert [name for name in names if f"images/{name}" not in texts] == []
