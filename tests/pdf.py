"""A minimal PDF (ISO 32000-1) like those of text processors: ligatures by glyph name, each line placed separately."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FONT = (
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding "
    b"/BaseEncoding /WinAnsiEncoding /Differences [1 /fi] >> >>"
)
BOLD = FONT.replace(b"/Helvetica", b"/Helvetica-Bold")
HEIGHT = 842


@dataclass(frozen=True)
class Shown:
    """A text with the place of its baseline, in points from the left and from the top of an A4 page."""

    text: str
    left: float
    top: float
    size: float = 11
    bold: bool = False


def write_pdf(path: Path, *pages: list[tuple[int, str]]) -> None:
    """Writes pages of lines, each with its distance from the left in points; `\\001` is the ligature fi.

    Each column starts at the top. A line at another distance from the left begins a new column.
    """
    placed = []
    for lines in pages:
        shown, x, top = [], 0, 0
        for left, line in lines:
            top = 72 if left != x else top + 14
            x = left
            shown.append(Shown(line, left, top))
        placed.append(shown)
    write_pages(path, *placed)


def write_pages(path: Path, *pages: list[Shown]) -> None:
    """Writes pages of texts, drawn in their order."""
    kids = " ".join(f"{5 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        FONT,
        BOLD,
    ]
    for number, texts in enumerate(pages):
        content = _content(texts)
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 {HEIGHT}] /Contents {6 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>".encode(),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        ]
    data, offsets = bytearray(b"%PDF-1.4\n"), []
    for number, value in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    tail = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    path.write_bytes(data + tail % (size, table, size, len(data)))


def _content(texts: list[Shown]) -> bytes:
    lines = []
    for shown in texts:
        escaped = shown.text.replace("(", r"\(").replace(")", r"\)")
        font = "F2" if shown.bold else "F1"
        lines.append(f"BT /{font} {shown.size} Tf {shown.left} {HEIGHT - shown.top} Td ({escaped}) Tj ET")
    return "\n".join(lines).encode("ascii")
