"""A minimal PDF (ISO 32000-1) like those of text processors: ligatures by glyph name, each line placed separately."""

from __future__ import annotations

from pathlib import Path

FONT = (
    b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding "
    b"/BaseEncoding /WinAnsiEncoding /Differences [1 /fi] >> >>"
)


def write_pdf(path: Path, *pages: list[tuple[int, str]]) -> None:
    """Writes pages of lines, each with its distance from the left in points; `\\001` is the ligature fi."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        FONT,
    ]
    for number, lines in enumerate(pages):
        content = _content(lines)
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode(),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        ]
    data, offsets = b"%PDF-1.4\n", []
    for number, value in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        table,
        size,
        len(data),
    )
    path.write_bytes(data)


def _content(lines: list[tuple[int, str]]) -> bytes:
    """Each column starts at the top. A line at another distance from the left begins a new column."""
    shown, x, y = [], 0, 0
    for left, line in lines:
        y = 770 if left != x else y - 14
        x = left
        escaped = line.replace("(", r"\(").replace(")", r"\)")
        shown.append(f"BT /F1 11 Tf {x} {y} Td ({escaped}) Tj ET")
    return "\n".join(shown).encode("ascii")
